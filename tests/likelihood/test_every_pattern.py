"""Every reading row: its core is the law's -log density but for terms free of the predictor.

Cores, densities, means and information are computed by mpmath; the slopes by the calculus.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath
import pytest
from by_mpmath import function
from test_every_family import EXTRA

from lossmith.calculus.differentiate import differentiate
from lossmith.expr import build
from lossmith.expr.node import Expr, symbol
from lossmith.likelihood.lift import instance
from lossmith.likelihood.pattern import Pattern
from lossmith.likelihood.patterns import NOISE
from lossmith.likelihood.priors import PENALTIES, Penalty

ENTRYWISE = [p for p in NOISE if not p.whole]
NUMBERS = {
    "q": "0.8", "delta": "0.9", "tau": "0.3", "m": "6", "r": "2.7", "sigma": "1.3", "b": "0.7",
    "s": "1.1", "nu": "5.5", "kappa": "1.4", "alpha": "2.2", "lam": "1.9", "eps": "0.4",
    "lower": "-2.9", "a": "1.6", "t": "1.3", "p": "3.2", "phi": "0.9", "scale": "1", "c": "1",
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


def numbers(pattern: Pattern) -> dict[str, Any]:
    own = {"p": "1.4"} if pattern.family.name == "Tweedie" else {}
    return {n: mpmath.mpf(t) for n, t in {**NUMBERS, **own}.items()}


def at(e: Expr, pattern: Pattern) -> Callable[[Any, Any], Any]:
    compiled = function(e)
    fixed = numbers(pattern)
    return lambda y, eta: compiled({**fixed, "y": mpmath.mpf(y), "eta": mpmath.mpf(eta)})


def labels(pattern: Pattern) -> list[Any]:
    if "{" in pattern.labels:
        inside = pattern.labels.split("{")[1].rstrip("}")
        return [mpmath.mpf(v) for v in inside.split(",")]
    if "integer" in pattern.labels:
        return [mpmath.mpf(k) + least(pattern) for k in (0, 1, 4)]
    if "(0, 1)" in pattern.labels:
        return [mpmath.mpf(t) for t in ("0.15", "0.5", "0.8")]
    if ">" in pattern.labels:
        return [mpmath.mpf(t) + least(pattern) for t in ("0.3", "1.9", "4.2")]
    return [mpmath.mpf(t) for t in ("-1.7", "0.4", "2.6")]


def least(pattern: Pattern) -> int:
    """Return the end below of the labels, where they have one."""
    return int(pattern.labels.rpartition(">")[2].lstrip("= ")) if ">" in pattern.labels else 0


def predictors(pattern: Pattern) -> list[str]:
    if "(0, 1)" in pattern.eta:
        return ["0.2", "0.55", "0.9"]
    return ["0.3", "1.2", "2.4"] if "> 0" in pattern.eta else ["-1.3", "0.2", "1.8"]


@pytest.mark.parametrize("pattern", ENTRYWISE, ids=lambda p: p.name)
def test_the_core_differs_from_the_density_by_no_term_with_the_predictor(pattern: Pattern) -> None:
    known = names(pattern)
    weight = instance(pattern.weight, known) if pattern.free else build.const(1)
    gap = build.subtract(build.multiply(weight, instance(pattern.core, known)), energy(pattern))
    value = at(gap, pattern)
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
        value = instance(last, {"z": value, **inner})
    back = instance(pattern.weight, {pattern.free: value, **inner})
    fixed = numbers(pattern)
    for factor in ("0.7", "2.3"):
        got = function(back)({**fixed, "c": mpmath.mpf(factor)})
        assert abs(got - mpmath.mpf(factor)) < mpmath.mpf(10) ** -15


def expectation(pattern: Pattern, weight: Callable[[Any, Any], Any], eta: Any) -> Any:
    level = at(energy(pattern), pattern)
    extra, v = EXTRA.get(pattern.family.name, lambda y, v: mpmath.mpf(0)), numbers(pattern)

    def integrand(y: Any) -> Any:
        density = mpmath.exp(-level(y, eta) - extra(y, v))
        return weight(y, eta) * density if density else density

    if "{" in pattern.labels:
        return mpmath.fsum(integrand(y) for y in labels(pattern))
    if "integer" in pattern.labels:
        top = int(NUMBERS["m"]) + 1 if "m" in pattern.inner else 200
        return mpmath.fsum(integrand(mpmath.mpf(k)) for k in range(least(pattern), top))
    if pattern.family.name == "von Mises":
        return mpmath.quad(integrand, [-mpmath.pi, 0, mpmath.pi])
    inf, mid = mpmath.inf, mpmath.mpf(eta)
    reach = mpmath.mpf(NUMBERS["delta"]) / mpmath.mpf(NUMBERS["q"])
    if "(0, 1)" in pattern.labels:
        with mpmath.workdps(30):  # a pole at 1 loses half the digits of 1 - y
            return mpmath.quad(integrand, [0, mpmath.mpf("0.5"), 1])
    ends = [least(pattern) + t for t in (0, mpmath.mpf("0.5"), 2)] + [inf]
    if pattern.family.name == "Tweedie":
        return integrand(mpmath.mpf(0)) + mpmath.quad(integrand, ends)
    if ">" not in pattern.labels:
        eps = mpmath.mpf(NUMBERS["eps"])
        edges = sorted({mid - reach, mid - eps, mid, mid + eps, mid + reach})
        ends = [-inf, mid - 5, *edges, mid + 5, inf]
    return mpmath.quad(integrand, ends)


@pytest.mark.parametrize("pattern", ENTRYWISE, ids=lambda p: p.name)
def test_mean_and_information_are_those_of_the_law(pattern: Pattern) -> None:
    eta = mpmath.mpf(predictors(pattern)[1])
    known = names(pattern)
    half = mpmath.mpf("0.5")
    loose = mpmath.mpf(10) ** -7  # t tails times y^2 at infinity
    if pattern.mean:
        stated = at(build.add(instance(pattern.mean, known), (0, _ETA)), pattern)(half, eta)
        assert abs(expectation(pattern, lambda y, _: y, eta) - stated) < loose
    if pattern.information:
        slope = at(differentiate(energy(pattern), _ETA).end, pattern)
        stated = at(instance(pattern.information, known), pattern)(half, eta)
        got = expectation(pattern, lambda y, e: slope(y, e) ** 2, eta)
        assert abs(got - stated) < loose


@pytest.mark.parametrize("penalty", [p for p in PENALTIES if not p.whole], ids=lambda p: p.name)
def test_a_penalty_is_the_prior_but_for_a_constant(penalty: Penalty) -> None:
    w = symbol("w")
    free = [penalty.free] if penalty.free else []
    names_of = (*penalty.inner, *free, "scale", "c")
    known: dict[str, Expr] = {"w": w, **{n: symbol(n) for n in names_of}}
    arguments = {k: instance(text, known) for k, text in penalty.arguments.items()}
    density = instance(penalty.family.energy, {**arguments, "y": w})
    weight = instance(penalty.weight, known) if penalty.free else build.const(1)
    gap = build.subtract(build.multiply(weight, instance(penalty.core, known)), density)
    value = function(gap)
    fixed = {n: mpmath.mpf(t) for n, t in {**NUMBERS, "tau": "1.7"}.items()}
    inside = {"": ("-1.3", "0.4", "2.2"), "> 0": ("0.3", "1.1", "2.2")}
    places = inside.get(penalty.support, ("0.2", "0.5", "0.9"))
    found = [value({**fixed, "w": mpmath.mpf(t)}) for t in places]
    assert max(found) - min(found) < mpmath.mpf(10) ** -15
