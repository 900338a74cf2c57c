"""Laws of a vector or a matrix."""

from __future__ import annotations

from typing import Final

from lossmith.likelihood.family import Family, Parameter
from lossmith.words import Words

_MEAN = Parameter("mu", "vector(k)", Words("the mean", "均值"))
_B = Parameter("b", "scalar > 0", Words("the scale", "尺度"))
_D = "sum(y.^0)"  # the number of entries of y

CATEGORICAL = Family(
    "categorical",
    Words("categorical law of a one-hot vector", "独热向量的类别分布"),
    "Categorical({p})",
    (Parameter("p", "vector(k) simplex", Words("the probabilities", "各类概率")),),
    "vector(k) onehot",
    "-sum(y.*log(p))",
    "Bishop 2006, section 2.2",
    mean="p",
    aliases={"Categorical": None},
    core=("k",),
)
GAUSSIAN_COVARIANCE = Family(
    "multivariate Gaussian",
    Words("multivariate Gaussian law", "多元高斯分布"),
    "N({mu}, {S})",
    (_MEAN, Parameter("S", "matrix(k, k) pd", Words("the covariance", "协方差"))),
    "vector(k)",
    f"0.5*(y - mu)'*inv(S)*(y - mu) + 0.5*logdet(S) + log(2*pi)/2*{_D}",
    "Bishop 2006, section 2.3",
    mean="mu",
    aliases={"MVN": None, "MultivariateNormal": None},
    core=("k",),
)
GAUSSIAN_PRECISION = Family(
    "multivariate Gaussian by precision",
    Words("multivariate Gaussian law by its precision", "以精度矩阵表示的多元高斯分布"),
    "N({mu}, {P}⁻¹)",
    (
        _MEAN,
        Parameter(
            "P",
            "matrix(k, k) pd",
            Words("the precision (inverse covariance)", "精度矩阵（协方差的逆）"),
        ),
    ),
    "vector(k)",
    f"0.5*(y - mu)'*P*(y - mu) - 0.5*logdet(P) + log(2*pi)/2*{_D}",
    "Bishop 2006, section 2.3",
    mean="mu",
    aliases={"MVNPrecision": None},
    core=("k",),
)
DIRICHLET = Family(
    "Dirichlet",
    Words("Dirichlet law of probabilities", "概率向量的狄利克雷分布"),
    "Dirichlet({alpha})",
    (Parameter("alpha", "vector(k) > 0", Words("the concentrations", "集中度参数")),),
    "vector(k) simplex",
    "-sum((alpha - 1).*log(y)) + sum(lgamma(alpha)) - lgamma(sum(alpha))",
    "Bishop 2006, section 2.2.1",
    mean="alpha/sum(alpha)",
    aliases={"Dirichlet": None},
    core=("k",),
)
GROUP = Family(
    "group Laplace",
    Words(
        "multivariate Laplace law of the group lasso: density exp(-|y|/b)",
        "组 lasso 的多元拉普拉斯分布：密度正比于 exp(-|y|/b)",
    ),
    "GroupLaplace({b})",
    (_B,),
    "vector(k)",
    f"norm2(y)/b + {_D}*log(b) + {_D}*log(pi)/2 + log(2) + lgamma({_D}) - lgamma({_D}/2)",
    "Kyung et al. 2010, section 2; area of the sphere 2 pi^(k/2) / Gamma(k/2)",
    aliases={"GroupLaplace": None},
    core=("k",),
)
MAX_NORM = Family(
    "max-norm exponential",
    Words("law with density exp(-max|y|/b)", "密度正比于 exp(-max|y|/b) 的分布"),
    "MaxNorm({b})",
    (_B,),
    "vector(k)",
    f"norminf(y)/b + {_D}*log(2) + {_D}*log(b) + lgamma({_D} + 1)",
    "for any norm, the integral of exp(-|y|/b) is k! b^k times the volume of its unit ball",
    aliases={"MaxNorm": None},
    core=("k",),
)
NUCLEAR = Family(
    "nuclear-norm exponential",
    Words(
        "law of a matrix with density exp(-(sum of singular values)/b)",
        "密度正比于 exp(-(奇异值之和)/b) 的矩阵分布",
    ),
    "Nuclear({b})",
    (_B,),
    "matrix(n, d)",
    "nucnorm(y)/b + sum(y.^0)*log(b)",
    "for any norm, the integral of exp(-|y|/b) is (nd)! b^(nd) times the volume of its unit ball",
    aliases={"Nuclear": None},
    core=("n", "d"),
    constant="log((nd)! V), V the volume of the unit ball of the nuclear norm",
)
WISHART = Family(
    "Wishart",
    Words("Wishart law of a covariance", "协方差的威沙特分布"),
    "Wishart({nu}, {V})",
    (
        Parameter(
            "nu", "scalar > 0", Words("the degrees of freedom, > k - 1", "自由度，大于 k - 1")
        ),
        Parameter("V", "matrix(k, k) pd", Words("the scale matrix", "尺度矩阵")),
    ),
    "matrix(k, k) pd",
    "0.5*tr(inv(V)*y) - 0.5*(nu - 1)*logdet(y) + 0.5*sum(diag(y).^0)*logdet(y) + 0.5*nu*logdet(V)",
    "Bishop 2006, appendix B",
    aliases={"Wishart": None},
    core=("k", "k"),
    constant="log Γₖ(ν/2) + (νk/2) log 2",
)

INVERSE_WISHART = Family(
    "inverse Wishart",
    Words("inverse Wishart law of a covariance", "协方差的逆威沙特分布"),
    "InvWishart({nu}, {Psi})",
    (
        Parameter(
            "nu", "scalar > 0", Words("the degrees of freedom, > k - 1", "自由度，大于 k - 1")
        ),
        Parameter("Psi", "matrix(k, k) pd", Words("the scale matrix", "尺度矩阵")),
    ),
    "matrix(k, k) pd",
    "0.5*tr(Psi*inv(y)) + 0.5*(nu + 1)*logdet(y) + 0.5*sum(diag(y).^0)*logdet(y)"
    " - 0.5*nu*logdet(Psi)",
    "Gelman et al. 2013, appendix A",
    aliases={"InverseWishart": None, "InvWishart": None},
    core=("k", "k"),
    constant="log Γₖ(ν/2) + (νk/2) log 2",
)
GAUSSIAN_SAMPLE = Family(
    "Gaussian sample",
    Words(
        "draws of a centered Gaussian vector, by the average S of y y', for each draw",
        "中心化高斯向量的样本，由 y y' 的平均 S 给出，按每个样本计",
    ),
    "rows of N(0, {P}⁻¹)",
    (Parameter("P", "matrix(k, k) pd", Words("the precision", "精度矩阵")),),
    "matrix(k, k) psd",
    "0.5*tr(P*y) - 0.5*logdet(P) + log(2*pi)/2*sum(diag(P).^0)",
    "Anderson 2003, section 3.2; Friedman, Hastie & Tibshirani 2008, section 2",
    aliases={"GaussianSample": None},
    core=("k", "k"),
)
CATEGORICAL_SAMPLE = Family(
    "categorical sample",
    Words(
        "draws of a category, by the share y of each (soft labels), for each draw",
        "类别的样本，由各类所占比例 y（软标签）给出，按每次抽取计",
    ),
    "draws of Categorical({p})",
    (Parameter("p", "vector(k) simplex", Words("the probabilities", "各类概率")),),
    "vector(k) simplex",
    "-sum(y.*log(p))",
    "Cover & Thomas 2006, theorem 11.1.2: the probability of a sample with shares y",
    mean="p",
    aliases={"CategoricalSample": None},
    core=("k",),
)
MULTINOMIAL = Family(
    "multinomial",
    Words("multinomial law of counts", "计数的多项分布"),
    "Multinomial({p})",
    (Parameter("p", "vector(k) simplex", Words("the probabilities", "各类概率")),),
    "vector(k) integer >= 0",
    "-sum(y.*log(p)) + sum(lgamma(y + 1)) - lgamma(sum(y) + 1)",
    "Johnson, Kotz & Balakrishnan, Discrete Multivariate Distributions, 1997, chapter 35",
    mean="sum(y)*p",
    aliases={"Multinomial": None, "Multinomial/2": ("a2",)},
    core=("k",),
)

MULTIVARIATE: Final = (
    CATEGORICAL, GAUSSIAN_COVARIANCE, GAUSSIAN_PRECISION, DIRICHLET, GROUP, MAX_NORM, NUCLEAR,
    WISHART, INVERSE_WISHART, GAUSSIAN_SAMPLE, CATEGORICAL_SAMPLE, MULTINOMIAL,
)  # fmt: skip
