"""Every law: its density integrates to 1, expected scores are 0, its moments are as stated.

Integrals and sums are computed by mpmath with 20 digits, the rows evaluated by its own functions;
the scores are derivatives by the calculus. Neither route knows the other.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import mpmath
import pytest
from by_mpmath import function

from lossmith.calculus.differentiate import differentiate
from lossmith.expr.node import Expr, Symbol
from lossmith.likelihood.family import Family
from lossmith.likelihood.table import FAMILIES, NAMES
from lossmith.text.parse import parse

SCALAR = [f for f in FAMILIES if not f.core and f.name != "ordinal logistic"]
TOLERANCE = mpmath.mpf(10) ** -9  # what 20-digit quadrature keeps of a density with a kink or pole

# Unequal, not whole, away from the special values of every row.
DRAWS = {
    "mu": "0.7", "sigma": "1.3", "b": "0.9", "s": "1.4", "nu": "5.5", "delta": "0.8",
    "tau": "0.3", "rate": "1.7", "alpha": "2.6", "beta": "1.9", "lam": "2.2", "k": "1.8",
    "a": "2.3", "kappa": "1.1", "l1": "0.6", "l2": "0.45", "p": "0.35", "m": "7", "r": "2.7",
    "eps": "0.4", "phi": "0.9", "xi": "0.8",
}  # fmt: skip


OWN = {"Tweedie": {"p": "1.4"}, "exponential power": {"p": "3.2"}}
"""Parameters that have another range under the same name."""


def drawn(family: Family) -> dict[str, Any]:
    texts = {**DRAWS, **OWN.get(family.name, {})}
    return {name: mpmath.mpf(text) for name, text in texts.items()}


def _tweedie_series(y: Any, v: Any) -> Any:
    """-log of the sum over the numbers j >= 1 of gamma jumps; nothing at y = 0."""
    if y == 0:
        return mpmath.mpf(0)
    p = v["p"]
    power = (y / (p - 1)) ** ((2 - p) / (p - 1))
    return -mpmath.log(mpmath.polyval(_tweedie_jumps(p, v["phi"], mpmath.mp.prec), power) / y)


@cache
def _tweedie_jumps(p: Any, phi: Any, prec: int) -> list[Any]:
    """The coefficients of the series, those of high powers first, at this precision."""
    a = (2 - p) / (p - 1)

    def free(j: int) -> Any:
        low = j * mpmath.log(2 - p) + mpmath.loggamma(j + 1) + mpmath.loggamma(j * a)
        return mpmath.exp(-j * (1 + a) * mpmath.log(phi) - low)

    return [*(free(j) for j in range(119, 0, -1)), mpmath.mpf(0)]


@cache
def _log_i0(kappa: Any, prec: int) -> Any:
    return mpmath.log(2 * mpmath.pi * mpmath.besseli(0, kappa))


@cache
def _log_k1(alpha: Any, prec: int) -> Any:
    return mpmath.log(2 * mpmath.besselk(1, alpha))


EXTRA: dict[str, Callable[[Any, Any], Any]] = {
    "von Mises": lambda y, v: _log_i0(v["kappa"], mpmath.mp.prec),
    "hyperbolic": lambda y, v: _log_k1(v["alpha"], mpmath.mp.prec),
    "Tweedie": _tweedie_series,
}
"""The part of -log density that the language cannot write: what ``constant`` says."""

OWN_CONSTANT = {"von Mises": ("kappa",), "hyperbolic": ("alpha",), "Tweedie": ("p", "phi")}
"""The parameters that it holds."""


def declared(family: Family) -> dict[str, str]:
    kinds = {p.name: p.declare for p in family.parameters}
    support = "scalar" if "pi" in family.support else family.support
    return {**kinds, "y": support}


def compiled(text: str, family: Family) -> tuple[Expr, tuple[Symbol, ...]]:
    formula = parse(text, declare=declared(family))
    return formula.expr, formula.symbols


def of_y(e: Expr, family: Family) -> Callable[[Any], Any]:
    """Return y -> the value of e at the drawn parameters."""
    compiled_e = function(e)
    fixed = drawn(family)
    return lambda y: compiled_e({**fixed, "y": y})


def expectation(family: Family, weight: Callable[[Any], Any]) -> Any:
    """Integral or sum of weight(y) exp(-energy(y)), the constant that has no text included."""
    energy = of_y(compiled(family.energy, family)[0], family)
    extra = EXTRA.get(family.name, lambda y, v: mpmath.mpf(0))
    v = drawn(family)

    def integrand(y: Any) -> Any:
        density = mpmath.exp(-energy(y) - extra(y, v))
        return weight(y) * density if density else density

    if family.is_discrete:
        if "{" in family.support:
            ends = family.support.split("{")[1].rstrip("}").split(",")
            points = [mpmath.mpf(v) for v in ends]
        elif family.name == "binomial":
            points = [mpmath.mpf(k) for k in range(int(DRAWS["m"]) + 1)]
        else:
            # Tails fall at least as fast as 0.65^k here: 200 terms leave less than 1e-30.
            first = int(family.support.rpartition(">=")[2])
            points = [mpmath.mpf(k) for k in range(first, first + 200)]
        return mpmath.fsum(integrand(y) for y in points)

    inf, mid = mpmath.inf, mpmath.mpf(DRAWS["mu"])
    atom = integrand(mpmath.mpf(0)) if family.name == "Tweedie" else mpmath.mpf(0)
    if family.support == "scalar":
        edges = sorted({mpmath.mpf(0), mid})
        if family.name == "Huber":
            reach = mpmath.mpf(DRAWS["delta"]) * mpmath.mpf(DRAWS["s"])
            edges = [mid - reach, mid, mid + reach]
        if family.name == "epsilon-insensitive":
            eps = mpmath.mpf(DRAWS["eps"])
            edges = [mid - eps, mid, mid + eps]
        ends = [-inf, -6, *edges, 6, inf]
    elif "pi" in family.support:
        ends = [-mpmath.pi, mid, mpmath.pi]
    elif "(0, 1)" in family.support:
        ends = [0, mpmath.mpf("0.5"), 1]
    else:
        first = mpmath.mpf(family.support.rpartition("> ")[2].rpartition(">=")[2])
        ends = [first, first + mpmath.mpf("0.3"), first + 1, first + 5, inf]
    return atom + mpmath.quad(integrand, ends)


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(20):
        yield


LOOSE = mpmath.mpf(10) ** -6  # polynomial tails times y^2 lose digits at infinity


@pytest.mark.parametrize("family", SCALAR, ids=lambda f: f.name)
def test_a_density_integrates_to_one(family: Family) -> None:
    assert abs(expectation(family, lambda y: mpmath.mpf(1)) - 1) < TOLERANCE


@pytest.mark.parametrize(
    ("family", "name"),
    [(f, p.name) for f in SCALAR for p in f.parameters if "integer" not in p.declare],
    ids=lambda v: getattr(v, "name", v),
)
def test_the_expected_score_is_zero(family: Family, name: str) -> None:
    energy, found = compiled(family.energy, family)
    wrt = next(s for s in found if s.name == name)
    score = differentiate(energy, wrt).end
    extra, v = EXTRA.get(family.name), drawn(family)

    def slack(y: Any) -> Any:
        """The slope of the part of the normalizer that has no text."""
        if extra is None or name not in OWN_CONSTANT[family.name]:
            return mpmath.mpf(0)
        return mpmath.diff(lambda t: extra(y, {**v, name: t}), v[name])

    slope = of_y(score, family)
    got = expectation(family, lambda y: slope(y) + slack(y))
    assert abs(got) < TOLERANCE


@pytest.mark.parametrize(
    "family", [f for f in SCALAR if f.mean or f.variance], ids=lambda f: f.name
)
def test_mean_and_variance_are_as_stated(family: Family) -> None:
    mean = expectation(family, lambda y: y)
    half = mpmath.mpf("0.5")
    if family.mean:
        assert abs(mean - of_y(compiled(f"{family.mean} + 0*y", family)[0], family)(half)) < LOOSE
    if family.variance:
        stated = of_y(compiled(f"{family.variance} + 0*y", family)[0], family)(half)
        assert abs(expectation(family, lambda y: (y - mean) ** 2) - stated) < LOOSE


def test_names_are_unique_and_every_law_speaks_both_languages() -> None:
    assert len({f.name for f in FAMILIES}) == len(FAMILIES)
    assert len(NAMES) == sum(len(f.aliases) for f in FAMILIES)
    for f in FAMILIES:
        assert f.words.en
        assert f.words.zh
        assert any(c.isdigit() for c in f.source) or "norm" in f.source
