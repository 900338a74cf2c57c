"""Rows of readings: labels, counts and categories."""

from __future__ import annotations

from typing import Final

from lossmith.likelihood.discrete import (
    BERNOULLI,
    BINOMIAL,
    NEGATIVE_BINOMIAL,
    ORDINAL,
    POISSON,
    SIGN,
    TRIALS,
)
from lossmith.likelihood.pattern import BITS, COUNTS, IDENTITY, LOG, LOGIT, POSITIVE, Pattern
from lossmith.words import Words

LABELS: Final[tuple[Pattern, ...]] = (
    Pattern(
        "Bernoulli, logit", BERNOULLI, LOGIT, "softplus(eta) - y.*eta", {"p": "sigmoid(eta)"},
        labels=BITS, mean="sigmoid(eta)", information="sigmoid(eta).*(1 - sigmoid(eta))",
        canonical=True,
    ),
    Pattern(
        "Bernoulli on signs, logit", SIGN,
        Words("logit, P(y = 1) = σ(η)", "logit，P(y = 1) = σ(η)"),
        "softplus(-y.*eta)", {"p": "sigmoid(eta)"}, labels="scalar in {-1, 1}",
        mean="2*sigmoid(eta) - 1", information="sigmoid(eta).*(1 - sigmoid(eta))",
    ),
    Pattern(
        "Bernoulli on signs, by softplus", SIGN,
        Words("logit, P(y = 1) = σ(η)", "logit，P(y = 1) = σ(η)"),
        "softplus(eta) - (1 + y)/2.*eta", {"p": "sigmoid(eta)"}, labels="scalar in {-1, 1}",
        mean="2*sigmoid(eta) - 1", information="sigmoid(eta).*(1 - sigmoid(eta))",
    ),
    Pattern(
        "binomial, logit", BINOMIAL, LOGIT, "m.*softplus(eta) - y.*eta",
        {"m": "m", "p": "sigmoid(eta)"}, inner=("m",), arrays=("m",), labels=COUNTS,
        mean="m.*sigmoid(eta)",
        information="m.*sigmoid(eta).*(1 - sigmoid(eta))", canonical=True,
        domains={"m": "scalar integer > 1"}, several=True,
    ),
    Pattern(
        "binomial, identity", BINOMIAL, Words("identity, p = η", "恒等，p = η"),
        "-y.*log(eta) - (m - y).*log(1 - eta)", {"m": "m", "p": "eta"}, inner=("m",), arrays=("m",),
        labels=COUNTS, eta="scalar in (0, 1)", mean="m.*eta",
        information="m./(eta.*(1 - eta))", domains={"m": "scalar integer > 1"}, several=True,
    ),
    Pattern(
        "Bernoulli, identity", BERNOULLI, Words("identity, p = η", "恒等，p = η"),
        "-y.*log(eta) - (1 - y).*log(1 - eta)", {"p": "eta"}, labels=BITS,
        eta="scalar in (0, 1)", information="1./(eta.*(1 - eta))",
    ),
    Pattern(
        "Bernoulli, probit", BERNOULLI, Words("probit, p = Φ(η)", "probit，p = Φ(η)"),
        "-y.*log(normcdf(eta)) - (1 - y).*log(1 - normcdf(eta))", {"p": "normcdf(eta)"},
        labels=BITS, mean="normcdf(eta)",
        information="normpdf(eta).^2./(normcdf(eta).*(1 - normcdf(eta)))",
    ),
    Pattern(
        "Bernoulli, complementary log-log", BERNOULLI,
        Words("complementary log-log, p = 1 − exp(−exp(η))", "互补双对数，p = 1 − exp(−exp(η))"),
        "-y.*log(1 - exp(-exp(eta))) + (1 - y).*exp(eta)", {"p": "1 - exp(-exp(eta))"},
        labels=BITS, mean="1 - exp(-exp(eta))",
        information="exp(2*eta).*exp(-exp(eta))./(1 - exp(-exp(eta)))",
    ),
    Pattern(
        "Poisson, log", POISSON, LOG, "exp(eta) - y.*eta", {"mu": "exp(eta)"}, labels=COUNTS,
        mean="exp(eta)", information="exp(eta)", canonical=True,
    ),
    Pattern(
        "Poisson, identity", POISSON, IDENTITY, "eta - y.*log(eta)", {"mu": "eta"},
        labels=COUNTS, eta=POSITIVE, information="1./eta",
    ),
    Pattern(
        "negative binomial, log", NEGATIVE_BINOMIAL, LOG,
        "(y + r).*log(r + exp(eta)) - y.*eta", {"mu": "exp(eta)", "r": "r"}, inner=("r",),
        labels=COUNTS, mean="exp(eta)", information="r*exp(eta)./(r + exp(eta))",
        domains={"r": POSITIVE},
    ),
    Pattern(
        "negative binomial, dispersion", NEGATIVE_BINOMIAL, LOG,
        "(y + 1./a).*log(1 + a.*exp(eta)) - y.*eta", {"mu": "exp(eta)", "r": "1./a"},
        inner=("a",), labels=COUNTS, mean="exp(eta)", information="exp(eta)./(1 + a.*exp(eta))",
        domains={"a": POSITIVE},
    ),
    Pattern(
        "negative binomial, identity", NEGATIVE_BINOMIAL, IDENTITY,
        "(y + r).*log(r + eta) - y.*log(eta)", {"mu": "eta", "r": "r"}, inner=("r",),
        labels=COUNTS, eta=POSITIVE, information="r./(eta.*(r + eta))", domains={"r": POSITIVE},
    ),
    Pattern(
        "negative binomial, probability", NEGATIVE_BINOMIAL,
        Words("identity, mean = rη/(1 − η)", "恒等，均值 = rη/(1 − η)"),
        "-r.*log(1 - eta) - y.*log(eta)", {"mu": "r.*eta./(1 - eta)", "r": "r"}, inner=("r",),
        labels=COUNTS, eta="scalar in (0, 1)", mean="r.*eta./(1 - eta)",
        information="r./(eta.*(1 - eta).^2)", domains={"r": POSITIVE},
    ),
    Pattern(
        "Poisson, exposure", POISSON, Words("log, mean = t exp(η)", "对数，均值 = t exp(η)"),
        "t.*exp(eta) - y.*eta", {"mu": "t.*exp(eta)"}, inner=("t",), labels=COUNTS,
        mean="t.*exp(eta)", information="t.*exp(eta)", canonical=True, arrays=("t",),
        domains={"t": POSITIVE},
    ),
    Pattern(
        "Poisson, exposure and rate", POISSON,
        Words(
            "rate η, mean = tη; with y in {0, 1}: of exponential times t, y = 0 where censored",
            "速率 η，均值 = tη；y 取 0、1 时：t 为指数寿命，y = 0 表示删失",
        ),
        "t.*eta - y.*log(eta)", {"mu": "t.*eta"}, inner=("t",), labels=COUNTS, eta=POSITIVE,
        mean="t.*eta", information="t./eta", arrays=("t",), domains={"t": POSITIVE},
    ),
    Pattern(
        "geometric of trials", TRIALS, Words("identity, p = η", "恒等，p = η"),
        "-log(eta) - (y - 1).*log(1 - eta)", {"p": "eta"}, labels="scalar integer >= 1",
        eta="scalar in (0, 1)", mean="1./eta", information="1./(eta.^2.*(1 - eta))",
    ),
    Pattern(
        "ordinal, logit", ORDINAL,
        Words("cumulative logit: P(at most this category) = σ(upper cutpoint − η)",
              "累积 logit：P(不高于该类别) = σ(上切点 − η)"),
        "-log(sigmoid(y - eta) - sigmoid(lower - eta))",
        {"eta": "eta", "lower": "lower", "upper": "y"}, inner=("lower",), arrays=("lower",),
        mean="", outcome="k",
        unknown=Words(
            "a sum over all categories, whose cutpoints the loss does not hold: only those of the "
            "category that was observed",
            "对所有类别求和；损失中只有所观测类别的切点，没有其他类别的",
        ),
    ),
)  # fmt: skip
