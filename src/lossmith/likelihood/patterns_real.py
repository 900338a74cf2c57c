"""Rows of readings: numbers on the real line, and angles."""

from __future__ import annotations

from typing import Final

from lossmith.likelihood.pattern import IDENTITY, POSITIVE, Pattern
from lossmith.likelihood.real import (
    ASYMMETRIC,
    CAUCHY,
    EPSILON,
    GAUSSIAN,
    GUMBEL,
    HUBER,
    HYPERBOLIC,
    LAPLACE,
    LOGISTIC,
    POWER,
    SECANT,
    STUDENT,
    VON_MISES,
)
from lossmith.words import Words

_BESSEL_ANGLE: Final = Words(
    "κ I₁(κ)/I₀(κ) for each observation; Bessel functions are not in the language",
    "每个观测为 κ I₁(κ)/I₀(κ)；语言中没有贝塞尔函数",
)
_BESSEL_TAIL: Final = Words(
    "an integral with Bessel functions, which are not in the language",
    "含贝塞尔函数的积分；语言中没有贝塞尔函数",
)

REAL: Final[tuple[Pattern, ...]] = (
    Pattern(
        "Gaussian", GAUSSIAN, IDENTITY, "(y - eta).^2", {"mu": "eta", "sigma": "sigma"},
        weight="1/(2*sigma^2)", free="sigma", solved="2*c -> 1./sqrt(z)",
        information="1./sigma.^2", canonical=True,
    ),
    Pattern(
        "Laplace", LAPLACE, IDENTITY, "abs(y - eta)", {"mu": "eta", "b": "b"},
        weight="1/b", free="b", solved="1./c", information="1./b.^2",
    ),
    Pattern(
        "Student-t", STUDENT, IDENTITY, "log(1 + q*(y - eta).^2)",
        {"mu": "eta", "nu": "nu", "sigma": "1/sqrt(nu*q)"},
        weight="(nu + 1)/2", free="nu", solved="2*c - 1", inner=("q",),
        information="(nu + 1)/(nu + 3)*nu*q", domains={"q": POSITIVE},
    ),
    Pattern(
        "Student-t, by scale", STUDENT, IDENTITY, "log(q + (y - eta).^2)",
        {"mu": "eta", "nu": "nu", "sigma": "sqrt(q/nu)"},
        weight="(nu + 1)/2", free="nu", solved="2*c - 1", inner=("q",),
        information="(nu + 1)/(nu + 3)*nu/q", domains={"q": POSITIVE},
    ),
    Pattern(
        "Cauchy", CAUCHY, IDENTITY, "log(1 + q*(y - eta).^2)", {"mu": "eta", "s": "1/sqrt(q)"},
        inner=("q",), mean="", information="q/2", domains={"q": POSITIVE},
    ),
    Pattern(
        "Cauchy, by scale", CAUCHY, IDENTITY, "log(q + (y - eta).^2)",
        {"mu": "eta", "s": "sqrt(q)"},
        inner=("q",), mean="", information="1/(2*q)", domains={"q": POSITIVE},
    ),
    Pattern(
        "logistic", LOGISTIC, IDENTITY, "q*(y - eta) + 2*softplus(-q*(y - eta))",
        {"mu": "eta", "s": "1/q"}, inner=("q",), information="q^2/3", domains={"q": POSITIVE},
    ),
    Pattern(
        "hyperbolic secant", SECANT, IDENTITY, "logcosh(q*(y - eta))",
        {"mu": "eta", "s": "1/q"}, inner=("q",), information="q^2/2", domains={"q": POSITIVE},
    ),
    Pattern(
        "Huber", HUBER, IDENTITY, "huber(q*(y - eta), delta)",
        {"mu": "eta", "s": "1/q", "delta": "delta"}, inner=("q", "delta"),
        information="q^2*(2*normcdf(delta) - 1)"
        "/(2*normcdf(delta) - 1 + 2*normpdf(delta)/delta)",
        domains={"q": POSITIVE, "delta": POSITIVE},
    ),
    Pattern(
        "asymmetric Laplace", ASYMMETRIC,
        Words("identity, at the quantile tau", "恒等，对应 tau 分位数"),
        "max(tau*(y - eta), (tau - 1)*(y - eta))", {"mu": "eta", "s": "s", "tau": "tau"},
        weight="1/s", free="s", solved="1./c", inner=("tau",), mean="",
        information="tau*(1 - tau)./s.^2", domains={"tau": "scalar in (0, 1)"},
    ),
    Pattern(
        "asymmetric Laplace, by |r|", ASYMMETRIC,
        Words("identity, at the quantile tau", "恒等，对应 tau 分位数"),
        "abs(y - eta) + (2*tau - 1)*(y - eta)", {"mu": "eta", "s": "s", "tau": "tau"},
        weight="1/(2*s)", free="s", solved="1./(2*c)", inner=("tau",), mean="",
        information="tau*(1 - tau)./s.^2", domains={"tau": "scalar in (0, 1)"},
    ),
    Pattern(
        "epsilon-insensitive", EPSILON, IDENTITY, "max(0, abs(y - eta) - eps)",
        {"mu": "eta", "b": "b", "eps": "eps"}, weight="1/b", free="b", solved="1./c",
        inner=("eps",), information="1./(b.*(b + eps))", domains={"eps": POSITIVE},
    ),
    Pattern(
        "Gumbel", GUMBEL, IDENTITY, "q*(y - eta) + exp(-q*(y - eta))",
        {"mu": "eta", "s": "1/q"}, inner=("q",), mean="", information="q^2",
        domains={"q": POSITIVE},
    ),
    Pattern(
        "von Mises", VON_MISES, IDENTITY, "-cos(y - eta)", {"mu": "eta", "kappa": "kappa"},
        weight="kappa", free="kappa", solved="c", mean="", unknown=_BESSEL_ANGLE,
    ),
    Pattern(
        "von Mises, expanded", VON_MISES, IDENTITY, "-cos(y).*cos(eta) - sin(y).*sin(eta)",
        {"mu": "eta", "kappa": "kappa"}, weight="kappa", free="kappa", solved="c", mean="",
        unknown=_BESSEL_ANGLE,
    ),
    Pattern(
        "hyperbolic", HYPERBOLIC, IDENTITY, "sqrt(1 + q*(y - eta).^2)",
        {"mu": "eta", "s": "1/sqrt(q)", "alpha": "alpha"}, weight="alpha", free="alpha",
        solved="c", inner=("q",), domains={"q": POSITIVE}, unknown=_BESSEL_TAIL,
    ),
    Pattern(
        "hyperbolic, by scale", HYPERBOLIC, IDENTITY, "sqrt(q + (y - eta).^2)",
        {"mu": "eta", "s": "sqrt(q)", "alpha": "alpha"}, weight="alpha/sqrt(q)", free="alpha",
        solved="c*sqrt(q)", inner=("q",), domains={"q": POSITIVE}, unknown=_BESSEL_TAIL,
    ),
    Pattern(
        "exponential power", POWER, IDENTITY, "abs(y - eta).^p",
        {"mu": "eta", "alpha": "alpha", "p": "p"}, weight="alpha^(-p)", free="alpha",
        solved="c -> z.^(-1/p)", inner=("p",), loose=True, domains={"p": POSITIVE},
    ),
    Pattern(
        "Student-t, one estimated", STUDENT, IDENTITY,
        "(nu + 1)/2.*log(1 + (y - eta).^2/(nu*s^2))", {"mu": "eta", "nu": "nu", "sigma": "s"},
        inner=("s", "nu"), information="(nu + 1)/(nu + 3)/s^2",
        domains={"s": POSITIVE, "nu": POSITIVE},
    ),
)  # fmt: skip
