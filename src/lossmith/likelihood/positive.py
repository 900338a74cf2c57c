"""Laws of one number that is positive, or that lies between 0 and 1."""

from __future__ import annotations

from typing import Final

from lossmith.likelihood.family import Family, Parameter
from lossmith.words import Words

SCALE: Final = Parameter("s", "scalar > 0", Words("the scale", "尺度"))
_JOHNSON = "Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions, 1994/1995"

EXPONENTIAL = Family(
    "exponential",
    Words("exponential law", "指数分布"),
    "Exp({rate})",
    (Parameter("rate", "scalar > 0", Words("the rate", "速率")),),
    "scalar > 0",
    "rate.*y - log(rate)",
    f"{_JOHNSON}, chapter 19",
    mean="1./rate",
    variance="1./rate.^2",
    aliases={"Exponential": None, "Exp": None},
)
GAMMA = Family(
    "gamma",
    Words("gamma law", "伽马分布"),
    "Gamma({alpha}, {rate})",
    (
        Parameter("alpha", "scalar > 0", Words("the shape", "形状参数")),
        Parameter("rate", "scalar > 0", Words("the rate", "速率")),
    ),
    "scalar > 0",
    "rate.*y - (alpha - 1).*log(y) + lgamma(alpha) - alpha.*log(rate)",
    f"{_JOHNSON}, chapter 17",
    mean="alpha./rate",
    variance="alpha./rate.^2",
    aliases={"Gamma": None},
)
INVERSE_GAMMA = Family(
    "inverse gamma",
    Words("inverse gamma law", "逆伽马分布"),
    "InvGamma({alpha}, {beta})",
    (
        Parameter("alpha", "scalar > 0", Words("the shape", "形状参数")),
        Parameter("beta", "scalar > 0", Words("the scale", "尺度")),
    ),
    "scalar > 0",
    "beta./y + (alpha + 1).*log(y) + lgamma(alpha) - alpha.*log(beta)",
    "Gelman et al. 2013, appendix A",
    mean="beta./(alpha - 1)",
    when=Words("the mean exists for alpha > 1", "alpha > 1 时有均值"),
    mean_above=("alpha", 1),
    aliases={"InverseGamma": None, "InvGamma": None},
)
INVERSE_GAUSSIAN = Family(
    "inverse Gaussian",
    Words("inverse Gaussian (Wald) law", "逆高斯（Wald）分布"),
    "IG({mu}, {lam})",
    (
        Parameter("mu", "scalar > 0", Words("the mean", "均值")),
        Parameter("lam", "scalar > 0", Words("the shape", "形状参数")),
    ),
    "scalar > 0",
    "lam.*(y - mu).^2./(2*mu.^2.*y) - log(lam)/2 + log(2*pi)/2 + 3*log(y)/2",
    f"{_JOHNSON}, chapter 15",
    mean="mu",
    variance="mu.^3./lam",
    aliases={"InverseGaussian": None, "Wald": None, "IG": None},
)
WEIBULL = Family(
    "Weibull",
    Words("Weibull law", "韦布尔分布"),
    "Weibull({k}, {s})",
    (Parameter("k", "scalar > 0", Words("the shape", "形状参数")), SCALE),
    "scalar > 0",
    "exp(k.*(log(y) - log(s))) - (k - 1).*log(y) + k.*log(s) - log(k)",
    f"{_JOHNSON}, chapter 21",
    mean="s.*exp(lgamma(1 + 1./k))",
    aliases={"Weibull": None},
)
LOGNORMAL = Family(
    "log-normal",
    Words("log-normal law", "对数正态分布"),
    "LogNormal({mu}, {sigma}²)",
    (
        Parameter("mu", "scalar", Words("the mean of log y", "log y 的均值")),
        Parameter(
            "sigma", "scalar > 0", Words("the standard deviation of log y", "log y 的标准差")
        ),
    ),
    "scalar > 0",
    "(log(y) - mu).^2./(2*sigma.^2) + log(y) + log(sigma) + log(2*pi)/2",
    f"{_JOHNSON}, chapter 14",
    mean="exp(mu + sigma.^2/2)",
    aliases={"LogNormal": None},
)
BETA = Family(
    "beta",
    Words("beta law", "贝塔分布"),
    "Beta({a}, {b})",
    (
        Parameter("a", "scalar > 0", Words("the first shape", "第一个形状参数")),
        Parameter("b", "scalar > 0", Words("the second shape", "第二个形状参数")),
    ),
    "scalar in (0, 1)",
    "-(a - 1).*log(y) - (b - 1).*log(1 - y) + lgamma(a) + lgamma(b) - lgamma(a + b)",
    f"{_JOHNSON}, chapter 25",
    mean="a./(a + b)",
    variance="a.*b./((a + b).^2.*(a + b + 1))",
    aliases={"Beta": None},
)
TWEEDIE = Family(
    "Tweedie",
    Words(
        "Tweedie law with variance phi mu^p, 1 < p < 2: 0 with a positive probability, else > 0",
        "方差为 phi mu^p（1 < p < 2）的 Tweedie 分布：以正概率取 0，否则为正",
    ),
    "Tweedie({mu}, {phi}, {p})",
    (
        Parameter("mu", "scalar > 0", Words("the mean", "均值")),
        Parameter("phi", "scalar > 0", Words("the dispersion", "离散参数")),
        Parameter("p", "scalar in (1, 2)", Words("the power of the variance", "方差的幂次")),
    ),
    "scalar >= 0",
    "(y.*mu.^(1 - p)./(p - 1) + mu.^(2 - p)./(2 - p))./phi",
    "Jørgensen 1987; Dunn & Smyth 2005, section 2",
    mean="mu",
    variance="phi.*mu.^p",
    aliases={"Tweedie": None},
    constant="-log of a series in y, phi and p (0 at y = 0)",
)

HALF_NORMAL = Family(
    "half-normal",
    Words("half-normal law: |z| for a centered Gaussian z", "半正态分布：零均值高斯变量的绝对值"),
    "HalfNormal({s})",
    (SCALE,),
    "scalar > 0",
    "y.^2./(2*s.^2) + log(s) + log(pi)/2 - log(2)/2",
    f"{_JOHNSON}, chapter 13, section 10; Gelman 2006",
    mean="s*sqrt(2/pi)",
    variance="s.^2*(1 - 2/pi)",
    aliases={"HalfNormal": None, "HalfGaussian": None},
)
HALF_CAUCHY = Family(
    "half-Cauchy",
    Words(
        "half-Cauchy law: |c| for a Cauchy c",
        "半柯西分布：柯西变量的绝对值",
    ),
    "HalfCauchy({s})",
    (SCALE,),
    "scalar > 0",
    "log(1 + y.^2./s.^2) + log(s) + log(pi) - log(2)",
    "Gelman 2006, section 3.2; Polson & Scott 2012",
    aliases={"HalfCauchy": None},
)
RAYLEIGH = Family(
    "Rayleigh",
    Words("Rayleigh law: length of a Gaussian plane vector", "瑞利分布：平面高斯向量的长度"),
    "Rayleigh({s})",
    (SCALE,),
    "scalar > 0",
    "y.^2./(2*s.^2) - log(y) + 2*log(s)",
    f"{_JOHNSON}, chapter 18, section 10",
    mean="s*sqrt(pi/2)",
    variance="s.^2*(2 - pi/2)",
    aliases={"Rayleigh": None},
)
PARETO = Family(
    "Pareto",
    Words("Pareto law of numbers above 1", "大于 1 的数的帕累托分布"),
    "Pareto({a})",
    (Parameter("a", "scalar > 0", Words("the tail index", "尾指数")),),
    "scalar > 1",
    "(a + 1).*log(y) - log(a)",
    f"{_JOHNSON}, chapter 20",
    mean="a./(a - 1)",
    when=Words("the mean exists for a > 1", "a > 1 时有均值"),
    mean_above=("a", 1),
    aliases={"Pareto": None},
)

POSITIVE_LAWS: Final = (
    EXPONENTIAL, GAMMA, INVERSE_GAMMA, INVERSE_GAUSSIAN, WEIBULL, LOGNORMAL, BETA, TWEEDIE,
    HALF_NORMAL, HALF_CAUCHY, RAYLEIGH, PARETO,
)  # fmt: skip
