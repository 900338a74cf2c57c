"""Laws of one real number with a density."""

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

CONTINUOUS: Final = (
    GAUSSIAN, LAPLACE, STUDENT, CAUCHY, LOGISTIC, SECANT, HUBER, ASYMMETRIC, GUMBEL,
    EXPONENTIAL, GAMMA, INVERSE_GAMMA, INVERSE_GAUSSIAN, WEIBULL, LOGNORMAL, BETA, VON_MISES,
    ELASTIC_NET, HORSESHOE_LIKE,
    # Tweedie laws with 1 < p < 2 are left out: their densities are infinite series. p = 0, 1, 2, 3
    # are the Gaussian, Poisson, gamma and inverse Gaussian rows.
    # The horseshoe itself is left out: its density has no closed form.
)  # fmt: skip
