"""Forms of an expression whose sign is asked: factored, simplified, denominators cleared."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import (
    Expansion,
    Polynomial,
    TooLarge,
    natural_power,
    plus,
    times,
)
from lossmith.evidence.arithmetic.signs import TERMS, from_polynomial
from lossmith.expr.build import const, multiply, negate, power
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval
from lossmith.expr.walk import count
from lossmith.prove.curvature.radicals import without_roots


@lru_cache(maxsize=64)
def forms(goal: Expr, x: Symbol) -> tuple[tuple[Expr, Expr], ...]:
    """Return (weight, core) pairs with goal = weight * core, the shortest core first."""
    return tuple(sorted(_forms(goal, x), key=lambda form: count(form[1])))


def _forms(goal: Expr, x: Symbol) -> Iterator[tuple[Expr, Expr]]:
    """Yield the goal as it stands, factored, simplified.

    Exponentials are also divided out halfway: exp(2x) - (x^2 + 2) exp(x) + 1 over exp(x) has a
    derivative of order 4 that is plainly positive.
    """
    yield const(1), goal
    tried: set[Expr] = {goal}
    for candidate in (goal, _simplified(goal)):
        if candidate is not None and candidate not in tried:
            tried.add(candidate)
            yield const(1), candidate
        for share in (Fraction(0), Fraction(1, 2)):
            factored = None if candidate is None else _factored(candidate, x, share)
            if factored is not None and factored[1] not in tried:
                tried.add(factored[1])
                yield factored
                yield from without_roots(*factored, {x: _interior(x)})


def _interior(x: Symbol) -> Interval:
    """Return where a sign is asked: inside, so that sqrt(x) is a factor > 0 for x >= 0 as well."""
    ends = x.assumptions.interval
    return Interval(ends.lo, ends.hi, True, True)


def _simplified(goal: Expr) -> Expr | None:
    try:
        return simplify(goal).end
    except LossmithError:
        return None


def _factored(goal: Expr, x: Symbol, share: Fraction) -> tuple[Expr, Expr] | None:
    """Divide by the common powers of everything of one sign; sums in denominators are cleared.

    share: how far between its least and its largest power an exponential is divided out.
    """
    expansion = Expansion(most=TERMS)
    try:
        p = expansion.expand(goal)[()]
    except (TooLarge, LossmithError):
        return None
    weight: list[Expr] = []
    whole: dict[Expr, Interval] = {x: _interior(x)}
    generators = sorted({g for m in p for g, _ in m}, key=lambda g: g[0].digest)
    for g in [*reversed(expansion.sums), *(g for g in generators if g not in expansion.sums)]:
        powers = [dict(m).get(g, Fraction(0)) for m in p]
        least = min(powers, default=Fraction(0))
        if share and isinstance(g[0], Apply) and g[0].atom.name == "exp":
            least = least + share * (max(powers, default=Fraction(0)) - least)
        inside = bounds(g[0], whole)[g[0]]
        even = least.denominator == 1 and least.numerator % 2 == 0 and not inside.has(0)
        if g[1] or not least:
            continue
        if inside.within(NEGATIVE) and least.denominator == 1 and not even:
            weight.append(power(negate(g[0]), least))
            p = {m: -c for m, c in p.items()}
        elif inside.within(POSITIVE) or even:
            weight.append(power(g[0], least))
        else:
            continue
        try:
            p = _divided(p, g, least, expansion)
        except TooLarge:
            return None
    if not p:
        return None
    return multiply(const(1), *weight), from_polynomial(p)


def _divided(
    p: Polynomial, g: tuple[Expr, tuple[int, ...]], least: Fraction, expansion: Expansion
) -> Polynomial:
    terms: list[tuple[Fraction, Polynomial]] = []
    for m, c in p.items():
        powers = dict(m)
        left = powers.pop(g, Fraction(0)) - least
        rest: Polynomial = {frozenset(powers.items()): Fraction(1)}
        if g in expansion.sums and left.denominator == 1:
            rest = times(rest, natural_power(expansion.sums[g], int(left)))
        elif left:
            rest = {frozenset({*powers.items(), (g, left)}): Fraction(1)}
        terms.append((c, rest))
    return plus(terms)
