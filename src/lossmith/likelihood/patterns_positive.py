"""Rows of readings: positive numbers, and numbers between 0 and 1."""

from __future__ import annotations

from typing import Final

from lossmith.likelihood.pattern import IDENTITY, LOG, POSITIVE, Pattern
from lossmith.likelihood.positive import (
    BETA,
    EXPONENTIAL,
    GAMMA,
    HALF_NORMAL,
    INVERSE_GAUSSIAN,
    LOGNORMAL,
    PARETO,
    RAYLEIGH,
    TWEEDIE,
    WEIBULL,
)
from lossmith.words import Words

SCALE_LINK: Final = Words("identity, scale = η", "恒等，尺度 = η")

POSITIVE_ROWS: Final[tuple[Pattern, ...]] = (
    Pattern(
        "log-normal", LOGNORMAL, Words("identity for log y", "对 log y 恒等"),
        "(log(y) - eta).^2", {"mu": "eta", "sigma": "sigma"},
        weight="1/(2*sigma^2)", free="sigma", solved="2*c -> 1./sqrt(z)", labels=POSITIVE, mean="",
        information="1./sigma.^2",
    ),
    Pattern(
        "gamma, log", GAMMA, LOG, "y.*exp(-eta) + eta",
        {"alpha": "alpha", "rate": "alpha*exp(-eta)"}, weight="alpha", free="alpha", solved="c",
        labels=POSITIVE, mean="exp(eta)", information="alpha",
    ),
    Pattern(
        "exponential, rate", EXPONENTIAL, Words("inverse, mean = 1/η", "倒数，均值 = 1/η"),
        "y.*eta - log(eta)", {"rate": "eta"}, labels=POSITIVE, eta=POSITIVE, mean="1./eta",
        information="1./eta.^2", unscaled=True,
    ),
    Pattern(
        "exponential, log rate", EXPONENTIAL,
        Words("log rate, mean = exp(−η)", "对数速率，均值 = exp(−η)"),
        "y.*exp(eta) - eta", {"rate": "exp(eta)"}, labels=POSITIVE, mean="exp(-eta)",
        information="1 + 0*eta",
    ),
    Pattern(
        "gamma, identity", GAMMA, IDENTITY, "y./eta + log(eta)",
        {"alpha": "alpha", "rate": "alpha./eta"}, weight="alpha", free="alpha", solved="c",
        labels=POSITIVE, eta=POSITIVE, information="alpha./eta.^2",
    ),
    Pattern(
        "gamma, inverse", GAMMA, Words("inverse, mean = 1/η", "倒数，均值 = 1/η"),
        "y.*eta - log(eta)", {"alpha": "alpha", "rate": "alpha*eta"}, weight="alpha",
        free="alpha", solved="c", labels=POSITIVE, eta=POSITIVE, mean="1./eta",
        information="alpha./eta.^2",
    ),
    Pattern(
        "gamma, rate", GAMMA, Words("rate η, mean = a/η", "速率 η，均值 = a/η"),
        "y.*eta - a.*log(eta)", {"alpha": "a", "rate": "eta"}, inner=("a",), labels=POSITIVE,
        eta=POSITIVE, mean="a./eta", information="a./eta.^2", domains={"a": POSITIVE},
    ),
    Pattern(
        "inverse Gaussian, identity", INVERSE_GAUSSIAN, IDENTITY, "(y - eta).^2./(eta.^2.*y)",
        {"mu": "eta", "lam": "lam"}, weight="lam/2", free="lam", solved="2*c",
        labels=POSITIVE, eta=POSITIVE, information="lam./eta.^3",
    ),
    Pattern(
        "inverse Gaussian, log", INVERSE_GAUSSIAN, LOG, "y.*exp(-2*eta)/2 - exp(-eta)",
        {"mu": "exp(eta)", "lam": "lam"}, weight="lam", free="lam", solved="c", labels=POSITIVE,
        mean="exp(eta)", information="lam.*exp(-eta)",
    ),
    Pattern(
        "half-normal", HALF_NORMAL, SCALE_LINK, "y.^2./(2*eta.^2) + log(eta)", {"s": "eta"},
        labels=POSITIVE, eta=POSITIVE, mean="eta*sqrt(2/pi)", information="2./eta.^2",
    ),
    Pattern(
        "Rayleigh", RAYLEIGH, SCALE_LINK, "y.^2./(2*eta.^2) + 2*log(eta)", {"s": "eta"},
        labels=POSITIVE, eta=POSITIVE, mean="eta*sqrt(pi/2)", information="4./eta.^2",
    ),
    Pattern(
        "Weibull, log", WEIBULL, Words("log, scale = exp(η)", "对数，尺度 = exp(η)"),
        "exp(q*(log(y) - eta)) + q*eta", {"k": "q", "s": "exp(eta)"}, loose=True, inner=("q",),
        labels=POSITIVE, mean="", information="q^2", domains={"q": POSITIVE},
    ),
    Pattern(
        "Weibull, scale", WEIBULL, SCALE_LINK,
        "exp(q*(log(y) - log(eta))) + q*log(eta)", {"k": "q", "s": "eta"}, loose=True, inner=("q",),
        labels=POSITIVE, eta=POSITIVE, mean="", information="q^2./eta.^2",
        domains={"q": POSITIVE},
    ),
    Pattern(
        "Pareto", PARETO, Words("identity, tail index = η", "恒等，尾指数 = η"),
        "(eta + 1).*log(y) - log(eta)", {"a": "eta"}, labels="scalar > 1", eta=POSITIVE,
        mean="", information="1./eta.^2",
    ),
    Pattern(
        "Tweedie, log", TWEEDIE, LOG,
        "y.*exp((1 - p)*eta)./(p - 1) + exp((2 - p)*eta)./(2 - p)",
        {"mu": "exp(eta)", "phi": "phi", "p": "p"}, weight="1/phi", free="phi", solved="1./c",
        loose=True, inner=("p",), labels="scalar >= 0",
        mean="exp(eta)", information="exp((2 - p)*eta)./phi", domains={"p": "scalar in (1, 2)"},
    ),
    Pattern(
        "Tweedie, identity", TWEEDIE, IDENTITY,
        "y.*exp((1 - p)*log(eta))./(p - 1) + exp((2 - p)*log(eta))./(2 - p)",
        {"mu": "eta", "phi": "phi", "p": "p"}, weight="1/phi", free="phi", solved="1./c",
        loose=True, inner=("p",), labels="scalar >= 0",
        eta=POSITIVE, information="exp(-p*log(eta))./phi", domains={"p": "scalar in (1, 2)"},
    ),
    Pattern(
        "beta, mean", BETA, Words("identity, mean = η", "恒等，均值 = η"),
        "-(eta*phi - 1).*log(y) - ((1 - eta)*phi - 1).*log(1 - y)"
        " + lgamma(eta*phi) + lgamma((1 - eta)*phi)",
        {"a": "eta*phi", "b": "(1 - eta)*phi"}, inner=("phi",), labels="scalar in (0, 1)",
        eta="scalar in (0, 1)", domains={"phi": POSITIVE},
        information="phi^2*(trigamma(eta*phi) + trigamma((1 - eta)*phi))",
    ),
    Pattern(
        "beta, logit of the mean", BETA, Words("logit, mean = σ(η)", "logit，均值 = σ(η)"),
        "-(sigmoid(eta)*phi - 1).*log(y) - ((1 - sigmoid(eta))*phi - 1).*log(1 - y)"
        " + lgamma(sigmoid(eta)*phi) + lgamma((1 - sigmoid(eta))*phi)",
        {"a": "sigmoid(eta)*phi", "b": "(1 - sigmoid(eta))*phi"}, inner=("phi",),
        labels="scalar in (0, 1)", mean="sigmoid(eta)", domains={"phi": POSITIVE},
        information="phi^2*(sigmoid(eta).*(1 - sigmoid(eta))).^2"
        ".*(trigamma(sigmoid(eta)*phi) + trigamma((1 - sigmoid(eta))*phi))",
    ),
    Pattern(
        "beta", BETA, Words("identity, first shape = η", "恒等，第一个形状参数 = η"),
        "-(eta - 1).*log(y) + lgamma(eta) - lgamma(eta + b)", {"a": "eta", "b": "b"},
        inner=("b",), arrays=("b",), labels="scalar in (0, 1)", eta=POSITIVE, mean="eta./(eta + b)",
        information="trigamma(eta) - trigamma(eta + b)", domains={"b": POSITIVE},
    ),
)  # fmt: skip
