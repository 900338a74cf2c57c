"""A sum with a square root, multiplied out: a + b sqrt(s) = (a^2 - b^2 s) / (a - b sqrt(s))."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.polynomial import (
    Expansion,
    Generator,
    Monomial,
    Polynomial,
    TooLarge,
    natural_power,
    plus,
    times,
)
from lossmith.evidence.arithmetic.signs import TERMS, from_polynomial, sign_of
from lossmith.expr.build import add, multiply, power
from lossmith.expr.node import Expr
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, Interval

HALF = Fraction(1, 2)
ONE = Fraction(1)


def without_roots(
    weight: Expr, core: Expr, inside: dict[Expr, Interval]
) -> Iterator[tuple[Expr, Expr]]:
    """Yield (weight', core') with weight core = weight' core', one square root fewer in the core.

    inside: the box of the variable.  Only where a and b sqrt(s) have opposite signs that show: then
    the denominator has the sign of a, and what cancels is multiplied out. So (x + 1)^(3/2) -
    x^(3/2) is a polynomial over a positive sum.
    """
    expansion = Expansion(most=TERMS)
    try:
        p = expansion.expand(core)[()]
    except (TooLarge, LossmithError):
        return
    for g in sorted({g for m in p for g, q in m if q.denominator == 2}, key=lambda g: g[0].digest):
        with suppress(TooLarge, LossmithError):
            found = _multiplied_out(p, g, expansion, inside)
            if found is not None:
                yield multiply(weight, power(found[0], -1)), found[1]


def _multiplied_out(
    p: Polynomial, g: Generator, expansion: Expansion, inside: dict[Expr, Interval]
) -> tuple[Expr, Expr] | None:
    """Return (|a - b sqrt(s)|, (a^2 - b^2 s) times the sign of a), s the generator."""
    powers = [dict(m).get(g, Fraction(0)) for m in p]
    if any(q < 0 or (2 * q).denominator != 1 for q in powers):
        return None
    a, b = (_at_powers(p, g, rest) for rest in (Fraction(0), HALF))
    plain, root = from_polynomial(a), multiply(from_polynomial(b), power(g[0], HALF))
    sides = [sign_of(e, inside) for e in (plain, root)]
    if sides[0].within(NONNEGATIVE) and sides[1].within(NONPOSITIVE):
        sign = ONE
    elif sides[0].within(NONPOSITIVE) and sides[1].within(NONNEGATIVE):
        sign = -ONE
    else:
        return None
    s: Polynomial = {frozenset({(g, ONE)}): ONE}
    squares = plus([(sign, times(a, a, TERMS)), (-sign, times(times(b, b, TERMS), s, TERMS))])
    core = _written_out(squares, g, expansion)
    return (add((sign, plain), (-sign, root)), from_polynomial(core)) if core else None


def _at_powers(p: Polynomial, g: Generator, rest: Fraction) -> Polynomial:
    """Return the terms whose power of g is whole plus ``rest``, without that rest of the power."""
    found: Polynomial = {}
    for m, c in p.items():
        q = dict(m).get(g, Fraction(0)) - rest
        if q.denominator == 1:
            found[_with_power(m, g, q)] = c
    return found


def _with_power(m: Monomial, g: Generator, q: Fraction) -> Monomial:
    return frozenset([f for f in m if f[0] != g] + ([(g, q)] if q else []))


def _written_out(p: Polynomial, g: Generator, expansion: Expansion) -> Polynomial:
    """Return p with whole powers of g multiplied out, where g is a sum: what cancels is gone."""
    if g not in expansion.sums:
        return p
    terms: list[tuple[Fraction, Polynomial]] = []
    for m, c in p.items():
        whole = natural_power(expansion.sums[g], int(dict(m).get(g, Fraction(0))), TERMS)
        terms.append((c, times({_with_power(m, g, Fraction(0)): ONE}, whole, TERMS)))
    return plus(terms)
