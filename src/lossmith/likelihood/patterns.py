"""Rows of readings: noise on data, and priors on variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lossmith.likelihood.continuous import (
    ASYMMETRIC,
    CAUCHY,
    GAMMA,
    GAUSSIAN,
    GUMBEL,
    HUBER,
    INVERSE_GAUSSIAN,
    LAPLACE,
    LOGISTIC,
    LOGNORMAL,
    SECANT,
    STUDENT,
    VON_MISES,
    WEIBULL,
)  # fmt: skip
from lossmith.likelihood.discrete import BERNOULLI, BINOMIAL, NEGATIVE_BINOMIAL, POISSON, SIGN
from lossmith.likelihood.family import Family
from lossmith.likelihood.multivariate import CATEGORICAL, GAUSSIAN_COVARIANCE, GAUSSIAN_PRECISION
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Pattern:
    """-log density(y; arguments) = weight * core + terms free of ``eta``.

    core: what a loss shows, entrywise over y, eta and ``inner`` names.  arguments: the parameters
    of the law by eta, inner names and the free one.  free: the dispersion of the law, if it has
    one; then any positive multiple of the core is a -log density, with the dispersion ``solved``
    from the factor c. Without it only the factor 1 is.  weight: the factor by the free name.
    labels: what y must be.  eta: where the predictor lives.  mean: E[y] by eta and inner names.
    information: E[d^2 (-log density) / d eta^2] by eta, inner names and the free one.
    canonical: d core / d eta is a number times (mean - y).  whole: the core is written over the
    arrays, not over their entries.  energy: then -log density over the arrays, with the factor c of
    the core taken up by a parameter (empty: the core itself).  matrices: inner names that are
    definite matrices, of data or (``estimated``) of the variables.  arrays: inner names that may
    differ from one observation to the next.
    """

    name: str
    family: Family
    link: Words
    core: str
    arguments: Mapping[str, str]
    weight: str = "1"
    free: str = ""
    solved: str = ""
    inner: tuple[str, ...] = ()
    labels: str = "scalar"
    eta: str = "scalar"
    mean: str = "eta"
    information: str = ""
    canonical: bool = False
    whole: bool = False
    energy: str = ""
    matrices: tuple[str, ...] = ()
    arrays: tuple[str, ...] = ()
    estimated: bool = False
    domains: Mapping[str, str] = field(default_factory=dict[str, str])


_IDENTITY: Final = Words("identity", "恒等")
_LOGIT: Final = Words("logit, p = σ(η)", "logit，p = σ(η)")
_LOG: Final = Words("log, mean = exp(η)", "对数，均值 = exp(η)")
_POSITIVE: Final = "scalar > 0"
_BITS: Final = "scalar in {0, 1}"
_COUNTS: Final = "scalar integer >= 0"

NOISE: Final[tuple[Pattern, ...]] = (
    Pattern(
        "Gaussian", GAUSSIAN, _IDENTITY, "(y - eta).^2", {"mu": "eta", "sigma": "sigma"},
        weight="1/(2*sigma^2)", free="sigma", solved="2*c -> 1./sqrt(z)",
        information="1./sigma.^2", canonical=True,
    ),
    Pattern(
        "Laplace", LAPLACE, _IDENTITY, "abs(y - eta)", {"mu": "eta", "b": "b"},
        weight="1/b", free="b", solved="1./c", information="1./b.^2",
    ),
    Pattern(
        "Student-t", STUDENT, _IDENTITY, "log(1 + q*(y - eta).^2)",
        {"mu": "eta", "nu": "nu", "sigma": "1/sqrt(nu*q)"},
        weight="(nu + 1)/2", free="nu", solved="2*c - 1", inner=("q",),
        information="(nu + 1)/(nu + 3)*nu*q", domains={"q": _POSITIVE},
    ),
    Pattern(
        "Cauchy", CAUCHY, _IDENTITY, "log(1 + q*(y - eta).^2)", {"mu": "eta", "s": "1/sqrt(q)"},
        inner=("q",), mean="", information="q/2", domains={"q": _POSITIVE},
    ),
    Pattern(
        "logistic", LOGISTIC, _IDENTITY, "q*(y - eta) + 2*softplus(-q*(y - eta))",
        {"mu": "eta", "s": "1/q"}, inner=("q",), information="q^2/3", domains={"q": _POSITIVE},
    ),
    Pattern(
        "hyperbolic secant", SECANT, _IDENTITY, "logcosh(q*(y - eta))",
        {"mu": "eta", "s": "1/q"}, inner=("q",), information="q^2/2", domains={"q": _POSITIVE},
    ),
    Pattern(
        "Huber", HUBER, _IDENTITY, "huber(q*(y - eta), delta)",
        {"mu": "eta", "s": "1/q", "delta": "delta"}, inner=("q", "delta"),
        domains={"q": _POSITIVE, "delta": _POSITIVE},
    ),
    Pattern(
        "asymmetric Laplace", ASYMMETRIC,
        Words("identity, at the quantile tau", "恒等，对应 tau 分位数"),
        "max(tau*(y - eta), (tau - 1)*(y - eta))", {"mu": "eta", "s": "s", "tau": "tau"},
        weight="1/s", free="s", solved="1./c", inner=("tau",), mean="",
        information="tau*(1 - tau)./s.^2", domains={"tau": "scalar in (0, 1)"},
    ),
    Pattern(
        "Gumbel", GUMBEL, _IDENTITY, "q*(y - eta) + exp(-q*(y - eta))",
        {"mu": "eta", "s": "1/q"}, inner=("q",), mean="", information="q^2",
        domains={"q": _POSITIVE},
    ),
    Pattern(
        "log-normal", LOGNORMAL, Words("identity for log y", "对 log y 恒等"),
        "(log(y) - eta).^2", {"mu": "eta", "sigma": "sigma"},
        weight="1/(2*sigma^2)", free="sigma", solved="2*c -> 1./sqrt(z)", labels=_POSITIVE, mean="",
        information="1./sigma.^2",
    ),
    Pattern(
        "von Mises", VON_MISES, _IDENTITY, "-cos(y - eta)", {"mu": "eta", "kappa": "kappa"},
        weight="kappa", free="kappa", solved="c", mean="",
    ),
    Pattern(
        "Bernoulli, logit", BERNOULLI, _LOGIT, "softplus(eta) - y.*eta", {"p": "sigmoid(eta)"},
        labels=_BITS, mean="sigmoid(eta)", information="sigmoid(eta).*(1 - sigmoid(eta))",
        canonical=True,
    ),
    Pattern(
        "Bernoulli on signs, logit", SIGN,
        Words("logit, P(y = 1) = σ(η)", "logit，P(y = 1) = σ(η)"),
        "softplus(-y.*eta)", {"p": "sigmoid(eta)"}, labels="scalar in {-1, 1}",
        mean="2*sigmoid(eta) - 1", information="sigmoid(eta).*(1 - sigmoid(eta))",
    ),
    Pattern(
        "binomial, logit", BINOMIAL, _LOGIT, "m.*softplus(eta) - y.*eta",
        {"m": "m", "p": "sigmoid(eta)"}, inner=("m",), labels=_COUNTS, mean="m.*sigmoid(eta)",
        information="m.*sigmoid(eta).*(1 - sigmoid(eta))", canonical=True,
        domains={"m": "scalar integer > 0"},
    ),
    Pattern(
        "binomial, identity", BINOMIAL, Words("identity, p = η", "恒等，p = η"),
        "-y.*log(eta) - (m - y).*log(1 - eta)", {"m": "m", "p": "eta"}, inner=("m",),
        labels=_COUNTS, eta="scalar in (0, 1)", mean="m.*eta",
        information="m./(eta.*(1 - eta))", domains={"m": "scalar integer > 0"},
    ),
    Pattern(
        "Bernoulli, identity", BERNOULLI, Words("identity, p = η", "恒等，p = η"),
        "-y.*log(eta) - (1 - y).*log(1 - eta)", {"p": "eta"}, labels=_BITS,
        eta="scalar in (0, 1)", information="1./(eta.*(1 - eta))",
    ),
    Pattern(
        "Bernoulli, probit", BERNOULLI, Words("probit, p = Φ(η)", "probit，p = Φ(η)"),
        "-y.*log(normcdf(eta)) - (1 - y).*log(1 - normcdf(eta))", {"p": "normcdf(eta)"},
        labels=_BITS, mean="normcdf(eta)",
        information="normpdf(eta).^2./(normcdf(eta).*(1 - normcdf(eta)))",
    ),
    Pattern(
        "Gaussian, precision", GAUSSIAN_PRECISION, _IDENTITY, "(y - eta)'*P*(y - eta)",
        {"mu": "eta", "P": "2*c*P"}, whole=True, matrices=("P",),
        energy="c*(y - eta)'*P*(y - eta) - logdet(2*c*P)/2 + log(2*pi)/2*sum(y.^0)",
    ),
    Pattern(
        "Gaussian, covariance", GAUSSIAN_COVARIANCE, _IDENTITY, "(y - eta)'*inv(S)*(y - eta)",
        {"mu": "eta", "S": "S/(2*c)"}, whole=True, matrices=("S",),
        energy="c*(y - eta)'*inv(S)*(y - eta) + logdet(S/(2*c))/2 + log(2*pi)/2*sum(y.^0)",
    ),
    Pattern(
        "categorical, softmax", CATEGORICAL,
        Words("softmax, p = softmax(η) in every row", "softmax，每行 p = softmax(η)"),
        "sum(logsumexp(eta)) - sum(y.*eta)", {"p": "softmax(eta)"}, labels="scalar onehot",
        mean="softmax(eta)", canonical=True, whole=True,
    ),
    Pattern(
        "categorical, log softmax", CATEGORICAL,
        Words("softmax, p = softmax(η) in every row", "softmax，每行 p = softmax(η)"),
        "-sum(y.*log(softmax(eta)))", {"p": "softmax(eta)"}, labels="scalar onehot",
        mean="softmax(eta)", whole=True,
    ),
    Pattern(
        "Poisson, log", POISSON, _LOG, "exp(eta) - y.*eta", {"mu": "exp(eta)"}, labels=_COUNTS,
        mean="exp(eta)", information="exp(eta)", canonical=True,
    ),
    Pattern(
        "Poisson, identity", POISSON, _IDENTITY, "eta - y.*log(eta)", {"mu": "eta"},
        labels=_COUNTS, eta=_POSITIVE, information="1./eta",
    ),
    Pattern(
        "negative binomial, log", NEGATIVE_BINOMIAL, _LOG,
        "(y + r).*log(r + exp(eta)) - y.*eta", {"mu": "exp(eta)", "r": "r"}, inner=("r",),
        labels=_COUNTS, mean="exp(eta)", information="r*exp(eta)./(r + exp(eta))",
        domains={"r": _POSITIVE},
    ),
    Pattern(
        "gamma, log", GAMMA, _LOG, "y.*exp(-eta) + eta",
        {"alpha": "alpha", "rate": "alpha*exp(-eta)"}, weight="alpha", free="alpha", solved="c",
        labels=_POSITIVE, mean="exp(eta)", information="alpha",
    ),
    Pattern(
        "gamma, inverse", GAMMA, Words("inverse, mean = 1/η", "倒数，均值 = 1/η"),
        "y.*eta - log(eta)", {"alpha": "alpha", "rate": "alpha*eta"}, weight="alpha",
        free="alpha", solved="c", labels=_POSITIVE, eta=_POSITIVE, mean="1./eta",
        information="alpha./eta.^2",
    ),
    Pattern(
        "inverse Gaussian, identity", INVERSE_GAUSSIAN, _IDENTITY, "(y - eta).^2./(eta.^2.*y)",
        {"mu": "eta", "lam": "lam"}, weight="lam/2", free="lam", solved="2*c",
        labels=_POSITIVE, eta=_POSITIVE, information="lam./eta.^3",
    ),
    Pattern(
        "Weibull, log", WEIBULL, Words("log, scale = exp(η)", "对数，尺度 = exp(η)"),
        "exp(q*(log(y) - eta)) + q*eta", {"k": "q", "s": "exp(eta)"}, inner=("q",),
        labels=_POSITIVE, mean="", information="q^2", domains={"q": _POSITIVE},
    ),
)  # fmt: skip
