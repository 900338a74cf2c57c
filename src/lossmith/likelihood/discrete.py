"""Laws of counts and labels."""

from __future__ import annotations

from typing import Final

from lossmith.likelihood.family import Family, Parameter
from lossmith.words import Words

P: Final = Parameter("p", "scalar in (0, 1)", Words("the probability of 1", "取 1 的概率"))
_JOHNSON = "Johnson, Kemp & Kotz, Univariate Discrete Distributions, 2005"

BERNOULLI = Family(
    "Bernoulli",
    Words("Bernoulli law of a label 0 or 1", "标签为 0 或 1 的伯努利分布"),
    "Bernoulli({p})",
    (P,),
    "scalar in {0, 1}",
    "-y.*log(p) - (1 - y).*log(1 - p)",
    f"{_JOHNSON}, chapter 3",
    mean="p",
    variance="p.*(1 - p)",
    aliases={"Bernoulli": None},
)
SIGN = Family(
    "Bernoulli on signs",
    Words("Bernoulli law of a label -1 or 1", "标签为 -1 或 1 的伯努利分布"),
    "SignBernoulli({p})",
    (P,),
    "scalar in {-1, 1}",
    "-(1 + y)/2.*log(p) - (1 - y)/2.*log(1 - p)",
    f"{_JOHNSON}, chapter 3, with y = 2z - 1",
    mean="2*p - 1",
    variance="4*p.*(1 - p)",
    aliases={"SignBernoulli": None},
)
BINOMIAL = Family(
    "binomial",
    Words("binomial law of the number of successes", "成功次数的二项分布"),
    "Binomial({m}, {p})",
    (Parameter("m", "scalar integer > 0", Words("the number of trials", "试验次数")), P),
    "scalar integer >= 0",
    "-y.*log(p) - (m - y).*log(1 - p) - lgamma(m + 1) + lgamma(y + 1) + lgamma(m - y + 1)",
    f"{_JOHNSON}, chapter 3",
    mean="m.*p",
    variance="m.*p.*(1 - p)",
    aliases={"Binomial": None},
)
POISSON = Family(
    "Poisson",
    Words("Poisson law of a count", "计数的泊松分布"),
    "Poisson({mu})",
    (Parameter("mu", "scalar > 0", Words("the mean", "均值")),),
    "scalar integer >= 0",
    "mu - y.*log(mu) + lgamma(y + 1)",
    f"{_JOHNSON}, chapter 4",
    mean="mu",
    variance="mu",
    aliases={"Poisson": None},
)
NEGATIVE_BINOMIAL = Family(
    "negative binomial",
    Words("negative binomial law of a count", "计数的负二项分布"),
    "NegBinomial({mu}, {r})",
    (
        Parameter("mu", "scalar > 0", Words("the mean", "均值")),
        Parameter("r", "scalar > 0", Words("the size (inverse dispersion)", "离散参数的倒数")),
    ),
    "scalar integer >= 0",
    "(y + r).*log(r + mu) - y.*log(mu) - r.*log(r) - lgamma(y + r) + lgamma(r) + lgamma(y + 1)",
    f"{_JOHNSON}, chapter 5; Hilbe 2011, section 8.2",
    mean="mu",
    variance="mu + mu.^2./r",
    aliases={"NegativeBinomial": None, "NegBinomial": None},
)
GEOMETRIC = Family(
    "geometric",
    Words("geometric law of the failures before a success", "首次成功前失败次数的几何分布"),
    "Geometric({p})",
    (P,),
    "scalar integer >= 0",
    "-log(p) - y.*log(1 - p)",
    f"{_JOHNSON}, chapter 5",
    mean="(1 - p)./p",
    variance="(1 - p)./p.^2",
    aliases={"Geometric": None},
)
TRIALS = Family(
    "geometric of trials",
    Words("geometric law of the trials up to a success", "首次成功所需试验次数的几何分布"),
    "GeometricTrials({p})",
    (P,),
    "scalar integer >= 1",
    "-log(p) - (y - 1).*log(1 - p)",
    f"{_JOHNSON}, chapter 5",
    mean="1./p",
    variance="(1 - p)./p.^2",
    aliases={"GeometricTrials": None},
)
ORDINAL = Family(
    "ordinal logistic",
    Words(
        "cumulative logistic law: the category whose cutpoints (lower, upper) enclose eta + noise",
        "累积逻辑斯谛分布：eta 加噪声落在切点 (lower, upper) 之间的类别",
    ),
    "Ordinal({eta}, {lower}, {upper})",
    (
        Parameter("eta", "scalar", Words("the predictor", "预测量")),
        Parameter("lower", "scalar", Words("the cutpoint below the category", "该类别的下切点")),
        Parameter("upper", "scalar", Words("the cutpoint above the category", "该类别的上切点")),
    ),
    "a category",
    "-log(sigmoid(upper - eta) - sigmoid(lower - eta)) + 0*y",
    "McCullagh 1980, section 2.1",
    aliases={"Ordinal": None},
)

DISCRETE: Final = (
    BERNOULLI,
    SIGN,
    BINOMIAL,
    POISSON,
    NEGATIVE_BINOMIAL,
    GEOMETRIC,
    TRIALS,
    ORDINAL,
)
