"""Laws of one number anywhere on the real line, or of an angle."""

from __future__ import annotations

from typing import Final

from lossmith.likelihood.family import Family, Parameter
from lossmith.words import Words

MU: Final = Parameter("mu", "scalar", Words("the mean", "均值"))
CENTER: Final = Parameter("mu", "scalar", Words("the center", "中心"))
SIGMA: Final = Parameter("sigma", "scalar > 0", Words("the standard deviation", "标准差"))
SCALE: Final = Parameter("s", "scalar > 0", Words("the scale", "尺度"))
B: Final = Parameter("b", "scalar > 0", Words("the scale", "尺度"))
_JOHNSON = "Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 1994/1995"

GAUSSIAN = Family(
    "Gaussian",
    Words("Gaussian (normal) law", "高斯（正态）分布"),
    "N({mu}, {sigma}²)",
    (MU, SIGMA),
    "scalar",
    "(y - mu).^2./(2*sigma.^2) + log(sigma) + log(2*pi)/2",
    f"{_JOHNSON}, chapter 13",
    mean="mu",
    variance="sigma.^2",
    aliases={"Gaussian": None, "Normal": None, "N": ("a1", "sqrt(a2)")},
)
LAPLACE = Family(
    "Laplace",
    Words("Laplace (double exponential) law", "拉普拉斯（双指数）分布"),
    "Laplace({mu}, {b})",
    (CENTER, B),
    "scalar",
    "abs(y - mu)./b + log(2*b)",
    f"{_JOHNSON}, chapter 24",
    mean="mu",
    variance="2*b.^2",
    aliases={"Laplace": None},
)
STUDENT = Family(
    "Student-t",
    Words("Student's t law", "学生 t 分布"),
    "t_{nu}({mu}, {sigma}²)",
    (
        Parameter("nu", "scalar > 0", Words("the degrees of freedom", "自由度")),
        CENTER,
        Parameter("sigma", "scalar > 0", Words("the scale", "尺度")),
    ),
    "scalar",
    "(nu + 1)/2.*log(1 + (y - mu).^2./(nu.*sigma.^2)) + lgamma(nu/2) - lgamma((nu + 1)/2)"
    " + log(nu)/2 + log(pi)/2 + log(sigma)",
    f"{_JOHNSON}, chapter 28; Lange, Little & Taylor 1989",
    mean="mu",
    variance="nu.*sigma.^2./(nu - 2)",
    when=Words(
        "the mean exists for nu > 1, the variance for nu > 2", "nu > 1 时有均值，nu > 2 时有方差"
    ),
    mean_above=("nu", 1),
    aliases={"StudentT": None, "T": None, "t": None},
)
CAUCHY = Family(
    "Cauchy",
    Words("Cauchy law", "柯西分布"),
    "Cauchy({mu}, {s})",
    (CENTER, SCALE),
    "scalar",
    "log(1 + (y - mu).^2./s.^2) + log(pi) + log(s)",
    f"{_JOHNSON}, chapter 16",
    aliases={"Cauchy": None},
)
LOGISTIC = Family(
    "logistic",
    Words("logistic law", "逻辑斯谛分布"),
    "Logistic({mu}, {s})",
    (CENTER, SCALE),
    "scalar",
    "(y - mu)./s + 2*softplus(-(y - mu)./s) + log(s)",
    f"{_JOHNSON}, chapter 23",
    mean="mu",
    variance="pi^2*s.^2/3",
    aliases={"Logistic": None},
)
SECANT = Family(
    "hyperbolic secant",
    Words("hyperbolic secant law", "双曲正割分布"),
    "Sech({mu}, {s})",
    (CENTER, SCALE),
    "scalar",
    "logcosh((y - mu)./s) + log(pi) + log(s)",
    f"{_JOHNSON}, chapter 23, section 11",
    mean="mu",
    variance="pi^2*s.^2/4",
    aliases={"Sech": None},
)
HUBER = Family(
    "Huber",
    Words("Huber's least favorable law", "胡贝尔最不利分布"),
    "Huber({mu}, {s}, {delta})",
    (CENTER, SCALE, Parameter("delta", "scalar > 0", Words("where the tails begin", "尾部起点"))),
    "scalar",
    "huber((y - mu)./s, delta) + log(s)"
    " + log(sqrt(2*pi)*(2*normcdf(delta) - 1) + 2*exp(-delta.^2/2)./delta)",
    "Huber 1964, section 5",
    mean="mu",
    aliases={"Huber": None},
)
ASYMMETRIC = Family(
    "asymmetric Laplace",
    Words("asymmetric Laplace law", "非对称拉普拉斯分布"),
    "ALaplace({mu}, {s}, {tau})",
    (
        CENTER,
        SCALE,
        Parameter(
            "tau", "scalar in (0, 1)", Words("the level of the quantile mu", "分位数 mu 的水平")
        ),
    ),
    "scalar",
    "max(tau.*(y - mu), (tau - 1).*(y - mu))./s + log(s) - log(tau) - log(1 - tau)",
    "Koenker & Machado 1999, section 2; Yu & Moyeed 2001",
    mean="mu + s.*(1 - 2*tau)./(tau.*(1 - tau))",
    variance="s.^2.*(1 - 2*tau + 2*tau.^2)./(tau.^2.*(1 - tau).^2)",
    aliases={"AsymmetricLaplace": None, "ALaplace": None},
)
GUMBEL = Family(
    "Gumbel",
    Words("Gumbel law", "耿贝尔分布"),
    "Gumbel({mu}, {s})",
    (CENTER, SCALE),
    "scalar",
    "(y - mu)./s + exp(-(y - mu)./s) + log(s)",
    f"{_JOHNSON}, chapter 22",
    mean="mu - s.*digamma(1 + 0*s)",
    variance="pi^2*s.^2/6",
    aliases={"Gumbel": None},
)
VON_MISES = Family(
    "von Mises",
    Words("von Mises law of an angle", "角度的冯·米塞斯分布"),
    "vonMises({mu}, {kappa})",
    (
        Parameter("mu", "scalar", Words("the mean direction", "平均方向")),
        Parameter("kappa", "scalar > 0", Words("the concentration", "集中度")),
    ),
    "scalar in [-pi, pi]",
    "-kappa.*cos(y - mu)",
    "Mardia & Jupp 2000, section 3.5.4",
    aliases={"VonMises": None},
    constant="log(2π I₀(κ))",
)
ELASTIC_NET = Family(
    "elastic net",
    Words(
        "law of the elastic net: a Laplace times a Gaussian density",
        "弹性网先验：拉普拉斯密度与高斯密度之积",
    ),
    "ElasticNet({l1}, {l2})",
    (
        Parameter("l1", "scalar > 0", Words("the weight of |y|", "|y| 的权重")),
        Parameter("l2", "scalar > 0", Words("the weight of y^2", "y^2 的权重")),
    ),
    "scalar",
    "l1.*abs(y) + l2.*y.^2 + log(pi)/2 - log(l2)/2 + l1.^2./(4*l2)"
    " + log(2*normcdf(-l1./sqrt(2*l2)))",
    "Zou & Hastie 2005, section 2; Li & Lin 2010",
    mean="0*l1",
    aliases={"ElasticNet": None},
)
HORSESHOE_LIKE = Family(
    "horseshoe-like",
    Words(
        "horseshoe-like law: a pole at 0 and Cauchy tails", "类马蹄分布：在 0 处有极点，尾部同柯西"
    ),
    "HorseshoeLike({s})",
    (SCALE,),
    "scalar",
    "-log(log(1 + s.^2./y.^2)) + log(2*pi) + log(s)",
    "Bhadra et al. 2021, section 2",
    aliases={"HorseshoeLike": None},
)
EPSILON = Family(
    "epsilon-insensitive",
    Words(
        "law of the epsilon-insensitive loss: flat within eps of mu, Laplace tails",
        "ε 不敏感损失对应的分布：距 mu 不超过 eps 处平坦，尾部同拉普拉斯",
    ),
    "Insensitive({mu}, {b}, {eps})",
    (
        CENTER,
        B,
        Parameter("eps", "scalar > 0", Words("half the width of the flat part", "平坦部分的半宽")),
    ),
    "scalar",
    "max(0, abs(y - mu) - eps)./b + log(2*eps + 2*b)",
    "Schölkopf & Smola 2002, section 3.3",
    mean="mu",
    aliases={"Insensitive": None},
)
HYPERBOLIC = Family(
    "hyperbolic",
    Words(
        "symmetric hyperbolic law: Gaussian in the middle, Laplace tails",
        "对称双曲分布：中部近似高斯，尾部同拉普拉斯",
    ),
    "Hyperbolic({mu}, {s}, {alpha})",
    (CENTER, SCALE, Parameter("alpha", "scalar > 0", Words("the sharpness", "尖锐程度"))),
    "scalar",
    "alpha.*sqrt(1 + (y - mu).^2./s.^2) + log(s)",
    "Barndorff-Nielsen 1977, formula (2.1), with beta = 0",
    mean="mu",
    aliases={"Hyperbolic": None},
    constant="log(2 K₁(α))",
)
POWER = Family(
    "exponential power",
    Words("exponential power (generalized Gaussian) law", "指数幂（广义高斯）分布"),
    "ExpPower({mu}, {alpha}, {p})",
    (
        CENTER,
        Parameter("alpha", "scalar > 0", Words("the scale", "尺度")),
        Parameter("p", "scalar > 0", Words("the power", "幂次")),
    ),
    "scalar",
    "(abs(y - mu)./alpha).^p + log(2*alpha) + lgamma(1 + 1./p)",
    f"{_JOHNSON}, chapter 24, section 6",
    mean="mu",
    variance="alpha.^2.*exp(lgamma(3./p) - lgamma(1./p))",
    aliases={"ExponentialPower": None, "ExpPower": None, "GeneralizedNormal": None},
)

DOUBLE_PARETO = Family(
    "generalized double Pareto",
    Words(
        "generalized double Pareto law: a corner at 0 and heavy tails",
        "广义双帕累托分布：在 0 处有尖点，尾部很重",
    ),
    "DoublePareto({xi}, {alpha})",
    (
        Parameter("xi", "scalar > 0", Words("the scale", "尺度")),
        Parameter("alpha", "scalar > 0", Words("the tail index", "尾指数")),
    ),
    "scalar",
    "(alpha + 1).*log(1 + abs(y)./(alpha.*xi)) + log(2*xi)",
    "Armagan, Dunson & Lee 2013, formula (1)",
    mean="0*xi",
    when=Words("the mean exists for alpha > 1", "alpha > 1 时有均值"),
    mean_above=("alpha", 1),
    aliases={"DoublePareto": None},
)

REAL_LAWS: Final = (
    GAUSSIAN, LAPLACE, STUDENT, CAUCHY, LOGISTIC, SECANT, HUBER, ASYMMETRIC, GUMBEL, VON_MISES,
    ELASTIC_NET, HORSESHOE_LIKE, EPSILON, HYPERBOLIC, POWER, DOUBLE_PARETO,
    # The horseshoe itself is left out: its density has no closed form.
)  # fmt: skip
