"""Rows of readings: vectors and matrices."""

from __future__ import annotations

from typing import Final

from lossmith.likelihood.multivariate import (
    CATEGORICAL,
    CATEGORICAL_SAMPLE,
    DIRICHLET,
    GAUSSIAN_COVARIANCE,
    GAUSSIAN_PRECISION,
    GAUSSIAN_SAMPLE,
    MULTINOMIAL,
    WISHART,
)
from lossmith.likelihood.pattern import COUNTS, IDENTITY, POSITIVE, Pattern
from lossmith.words import Words

ARRAYS: Final[tuple[Pattern, ...]] = (
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
        "categorical, identity", CATEGORICAL, Words("identity, p = η", "恒等，p = η"),
        "-sum(y.*log(eta))", {"p": "eta"}, labels="scalar onehot", eta="simplex", whole=True,
    ),
    Pattern(
        "categorical sample, softmax", CATEGORICAL_SAMPLE,
        Words("softmax, p = softmax(η) in every row", "softmax，每行 p = softmax(η)"),
        "sum(logsumexp(eta)) - sum(y.*eta)", {"p": "softmax(eta)"}, labels="scalar simplex",
        mean="softmax(eta)", canonical=True, whole=True,
    ),
    Pattern(
        "categorical sample, log softmax", CATEGORICAL_SAMPLE,
        Words("softmax, p = softmax(η) in every row", "softmax，每行 p = softmax(η)"),
        "-sum(y.*log(softmax(eta)))", {"p": "softmax(eta)"}, labels="scalar simplex",
        mean="softmax(eta)", whole=True,
    ),
    Pattern(
        "categorical sample, identity", CATEGORICAL_SAMPLE,
        Words("identity, p = η", "恒等，p = η"), "-sum(y.*log(eta))", {"p": "eta"},
        labels="scalar simplex", eta="simplex", whole=True,
    ),
    Pattern(
        "multinomial, softmax", MULTINOMIAL,
        Words("softmax, p = softmax(η)", "softmax，p = softmax(η)"),
        "sum(y)*logsumexp(eta) - sum(y.*eta)", {"p": "softmax(eta)"}, labels=COUNTS,
        mean="sum(y)*softmax(eta)", whole=True, canonical=True,
    ),
    Pattern(
        "multinomial, identity", MULTINOMIAL, Words("identity, p = η", "恒等，p = η"),
        "-sum(y.*log(eta))", {"p": "eta"}, labels=COUNTS, eta="simplex", mean="sum(y)*eta",
        whole=True,
    ),
    Pattern(
        "Gaussian, precision", GAUSSIAN_PRECISION, IDENTITY, "(y - eta)'*P*(y - eta)",
        {"mu": "eta", "P": "2*c*P"}, whole=True, matrices=("P",),
        energy="c*(y - eta)'*P*(y - eta) - logdet(2*c*P)/2 + log(2*pi)/2*sum(y.^0)",
    ),
    Pattern(
        "Gaussian, covariance", GAUSSIAN_COVARIANCE, IDENTITY, "(y - eta)'*inv(S)*(y - eta)",
        {"mu": "eta", "S": "S/(2*c)"}, whole=True, matrices=("S",),
        energy="c*(y - eta)'*inv(S)*(y - eta) + logdet(S/(2*c))/2 + log(2*pi)/2*sum(y.^0)",
    ),
    Pattern(
        "Gaussian, precision estimated", GAUSSIAN_PRECISION, IDENTITY,
        "0.5*(y - eta)'*P*(y - eta) - 0.5*logdet(P) + log(2*pi)/2*sum(y.^0)",
        {"mu": "eta", "P": "P"}, whole=True, matrices=("P",), estimated=True,
    ),
    Pattern(
        "Gaussian, covariance estimated", GAUSSIAN_COVARIANCE, IDENTITY,
        "0.5*(y - eta)'*inv(S)*(y - eta) + 0.5*logdet(S) + log(2*pi)/2*sum(y.^0)",
        {"mu": "eta", "S": "S"}, whole=True, matrices=("S",), estimated=True,
    ),
    Pattern(
        "Gaussian sample, precision", GAUSSIAN_SAMPLE,
        Words("identity, precision = η", "恒等，精度 = η"),
        "tr(y*eta)/2 - logdet(eta)/2 + log(2*pi)/2*sum(diag(eta).^0)", {"P": "eta"}, whole=True,
        labels="scalar psd", mean="inv(eta)",
    ),
    Pattern(
        "Gaussian sample, covariance", GAUSSIAN_SAMPLE,
        Words("inverse, covariance = η", "倒数，协方差 = η"),
        "tr(y*inv(eta))/2 + logdet(eta)/2 + log(2*pi)/2*sum(diag(eta).^0)", {"P": "inv(eta)"},
        whole=True, labels="scalar psd",
    ),
    Pattern(
        "Wishart, scale", WISHART, Words("identity, scale matrix = η", "恒等，尺度矩阵 = η"),
        "tr(inv(eta)*y) + q*logdet(eta)", {"nu": "2*c*q", "V": "eta/(2*c)"}, inner=("q",),
        whole=True, labels="scalar psd", mean="q*eta", domains={"q": POSITIVE}, sizeless=("q",),
        energy="c*tr(inv(eta)*y) + c*q*logdet(eta)",
    ),
    Pattern(
        "Dirichlet", DIRICHLET, Words("identity, concentrations = η", "恒等，集中度参数 = η"),
        "sum(lgamma(eta)) - lgamma(sum(eta)) - sum((eta - 1).*log(y))", {"alpha": "eta"},
        whole=True, labels="scalar simplex", eta=POSITIVE, mean="eta/sum(eta)",
    ),
)  # fmt: skip
