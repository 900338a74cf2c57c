"""Every reading row: its core is the law's -log density but for terms free of the predictor.

Cores, densities, means and information are computed by mpmath; the slopes by the calculus.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from by_mpmath import function

from lossmith.calculus.differentiate import differentiate
from lossmith.expr import build
from lossmith.expr.node import Expr, symbol
from lossmith.likelihood.lift import instance
from lossmith.likelihood.patterns import NOISE, Pattern
from lossmith.likelihood.priors import PENALTIES, Penalty

ENTRYWISE = [p for p in NOISE if not p.whole]
NUMBERS = {
    "q": "0.8", "delta": "0.9", "tau": "0.3", "m": "6", "r": "2.7", "sigma": "1.3", "b": "0.7",
    "s": "1.1", "nu": "5.5", "kappa": "1.4", "alpha": "2.2", "lam": "1.9",
}  # fmt: skip
_ETA, _Y = symbol("eta"), symbol("y")


@pytest.fixture(autouse=True)
def _digits():
    with mpmath.workdps(20):
        yield


def names(pattern: Pattern) -> dict[str, Expr]:
    free = [pattern.free] if pattern.free else []
    return {"eta": _ETA, "y": _Y, **{n: symbol(n) for n in (*pattern.inner, *free)}}


def energy(pattern: Pattern) -> Expr:
    known = names(pattern)
    arguments = {k: instance(text, known) for k, text in pattern.arguments.items()}
    return instance(pattern.family.energy, {**arguments, "y": _Y})


def at(e: Expr) -> Callable[[Any, Any], Any]:
    compiled = function(e)
    fixed = {n: mpmath.mpf(t) for n, t in NUMBERS.items()}
    return lambda y, eta: compiled({**fixed, "y": mpmath.mpf(y), "eta": mpmath.mpf(eta)})


def labels(pattern: Pattern) -> list[Any]:
    if "{" in pattern.labels:
        inside = pattern.labels.split("{")[1].rstrip("}")
        return [mpmath.mpf(v) for v in inside.split(",")]
    if "integer" in pattern.labels:
        return [mpmath.mpf(k) for k in (0, 1, 4)]
    if "> 0" in pattern.labels:
        return [mpmath.mpf(t) for t in ("0.3", "1.9", "4.2")]
    return [mpmath.mpf(t) for t in ("-1.7", "0.4", "2.6")]


def predictors(pattern: Pattern) -> list[str]:
    if "(0, 1)" in pattern.eta:
        return ["0.2", "0.55", "0.9"]
    return ["0.3", "1.2", "2.4"] if "> 0" in pattern.eta else ["-1.3", "0.2", "1.8"]


@pytest.mark.parametrize("pattern", ENTRYWISE, ids=lambda p: p.name)
def test_the_core_differs_from_the_density_by_no_term_with_the_predictor(pattern: Pattern) -> None:
    known = names(pattern)
    weight = instance(pattern.weight, known) if pattern.free else build.const(1)
    gap = build.subtract(build.multiply(weight, instance(pattern.core, known)), energy(pattern))
    value = at(gap)
    for y in labels(pattern):
        found = [value(y, eta) for eta in predictors(pattern)]
        assert max(found) - min(found) < mpmath.mpf(10) ** -15


@pytest.mark.parametrize("pattern", ENTRYWISE, ids=lambda p: p.name)
def test_the_dispersion_solved_from_a_factor_gives_that_factor(pattern: Pattern) -> None:
    if not pattern.free:
        pytest.skip("no dispersion")
    first, arrow, last = pattern.solved.partition("->")
    c = symbol("c")
    inner = {n: symbol(n) for n in pattern.inner}
    value = instance(first, {"c": c, **inner})
    if arrow:
        value = instance(last, {"z": value})
    back = instance(pattern.weight, {pattern.free: value, **inner})
    fixed = {n: mpmath.mpf(t) for n, t in NUMBERS.items()}
    for factor in ("0.7", "2.3"):
        got = function(back)({**fixed, "c": mpmath.mpf(factor)})
        assert abs(got - mpmath.mpf(factor)) < mpmath.mpf(10) ** -15


def expectation(pattern: Pattern, weight: Callable[[Any, Any], Any], eta: Any) -> Any:
    level = at(energy(pattern))
    extra = mpmath.mpf(0)
    if pattern.family.name == "von Mises":
        extra = mpmath.log(2 * mpmath.pi * mpmath.besseli(0, mpmath.mpf(NUMBERS["kappa"])))

    def integrand(y: Any) -> Any:
        density = mpmath.exp(-level(y, eta) - extra)
        return weight(y, eta) * density if density else density

    if "{" in pattern.labels:
        return mpmath.fsum(integrand(y) for y in labels(pattern))
    if "integer" in pattern.labels:
        top = int(NUMBERS["m"]) + 1 if "m" in pattern.inner else 200
        return mpmath.fsum(integrand(mpmath.mpf(k)) for k in range(top))
    if pattern.family.name == "von Mises":
        return mpmath.quad(integrand, [-mpmath.pi, 0, mpmath.pi])
    inf, mid = mpmath.inf, mpmath.mpf(eta)
    reach = mpmath.mpf(NUMBERS["delta"]) / mpmath.mpf(NUMBERS["q"])
    ends = [0, mpmath.mpf("0.5"), 2, inf]
    if "> 0" not in pattern.labels:
        ends = [-inf, mid - 5, mid - reach, mid, mid + reach, mid + 5, inf]
    return mpmath.quad(integrand, ends)


@pytest.mark.parametrize("pattern", ENTRYWISE, ids=lambda p: p.name)
def test_mean_and_information_are_those_of_the_law(pattern: Pattern) -> None:
    eta = mpmath.mpf(predictors(pattern)[1])
    known = names(pattern)
    loose = mpmath.mpf(10) ** -7  # t tails times y^2 at infinity
    if pattern.mean:
        stated = at(build.add(instance(pattern.mean, known), (0, _ETA)))(1, eta)
        assert abs(expectation(pattern, lambda y, _: y, eta) - stated) < loose
    if pattern.information:
        slope = at(differentiate(energy(pattern), _ETA).end)
        stated = at(instance(pattern.information, known))(1, eta)
        got = expectation(pattern, lambda y, e: slope(y, e) ** 2, eta)
        assert abs(got - stated) < loose


@pytest.mark.parametrize("penalty", [p for p in PENALTIES if not p.whole], ids=lambda p: p.name)
def test_a_penalty_is_the_prior_but_for_a_constant(penalty: Penalty) -> None:
    w = symbol("w")
    free = [penalty.free] if penalty.free else []
    known: dict[str, Expr] = {"w": w, **{n: symbol(n) for n in (*penalty.inner, *free)}}
    arguments = {k: instance(text, known) for k, text in penalty.arguments.items()}
    density = instance(penalty.family.energy, {**arguments, "y": w})
    weight = instance(penalty.weight, known) if penalty.free else build.const(1)
    gap = build.subtract(build.multiply(weight, instance(penalty.core, known)), density)
    value = function(gap)
    fixed = {n: mpmath.mpf(t) for n, t in {**NUMBERS, "tau": "1.7"}.items()}
    found = [value({**fixed, "w": mpmath.mpf(t)}) for t in ("-1.3", "0.4", "2.2")]
    assert max(found) - min(found) < mpmath.mpf(10) ** -15
