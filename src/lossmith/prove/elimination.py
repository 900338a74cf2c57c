"""Stationary points of a polynomial in two variables, all over the plane, by exact elimination.

The gradient is split into its greatest common divisor d, whose zeros are curves of stationary
points, and a rest with finitely many common zeros. Their coordinates are zeros of resultants, so
every pair of isolated coordinates is tried, and what is not a zero is excluded by intervals.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any

from flint import fmpq

from lossmith.evidence.krawczyk import Box, System
from lossmith.evidence.second import derivative
from lossmith.expr.build import add, power
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import REALS, Interval
from lossmith.prove.krawczyk import Zero, zeros_in
from lossmith.prove.multivariate import as_expr, as_mpolys
from lossmith.prove.point_kind import Local
from lossmith.prove.roots import FINE, Root, Undecided, refined, zeros

DEGREE = 64
"""Resultants of a higher degree are not tried."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve p = 0 of stationary points: f = level + p^order * rest.

    sign: 1 or -1 if rest is a number times squares, so that it never has the other sign; else 0.
    """

    p: Expr
    level: Fraction
    order: int
    rest: Expr
    rest_on_curve: Expr
    sign: int


@dataclass(frozen=True, slots=True)
class Eliminated:
    """The curves and the isolated points; ``left`` are pairs of coordinates not settled."""

    curves: tuple[Curve, ...]
    points: tuple[Zero, ...]
    left: tuple[Box, ...]


class PolynomialOf:
    """A polynomial with rational coefficients in all of wrt, for exact arithmetic."""

    def __init__(self, e: Expr, wrt: Sequence[Symbol]) -> None:
        made = as_mpolys((e,), wrt)
        if made is None or len(made[0]) > len(wrt):
            raise Undecided
        self.gens, (self.f,) = made
        self.wrt = tuple(wrt)

    def around(self, at: Sequence[Fraction]) -> Local:
        """Return f(a + u) - f(a)."""
        gens = self.f.context().gens()
        moved = [g + fmpq(c.numerator, c.denominator) for g, c in zip(gens, at, strict=True)]
        there = self.f.compose(*moved, ctx=self.f.context()).to_dict()
        zero = (0,) * len(self.wrt)
        return {
            tuple(map(int, m)): Fraction(int(c.p), int(c.q))
            for m, c in there.items()
            if tuple(map(int, m)) != zero
        }


def eliminate(e: Expr, wrt: tuple[Symbol, Symbol]) -> Eliminated:
    """Return all stationary points of a polynomial of two variables.  Raises: Undecided."""
    f = PolynomialOf(e, wrt)
    p, q = f.f.derivative(0), f.f.derivative(1)
    if p.is_zero() and q.is_zero():
        raise Undecided
    d = p.gcd(q)
    curves = tuple(_curve(f, factor) for factor, _ in d.factor()[1])
    points, left = _common_zeros(f, _over(p, d), _over(q, d))
    return Eliminated(curves, points, left)


def _over(p: Any, d: Any) -> Any:
    return p if d.is_constant() else divmod(p, d)[0]


def _curve(f: PolynomialOf, p: Any) -> Curve:
    """Return f = level + p^order * rest, for an irreducible p on whose zeros grad f = 0."""
    _, level = divmod(f.f, p)
    if not level.is_constant():
        raise Undecided
    rest, order = f.f - level, 0
    while not rest.is_zero():
        quotient, remainder = divmod(rest, p)
        if not remainder.is_zero():
            break
        rest, order = quotient, order + 1
    value = fmpq(0) if level.is_zero() else level.leading_coefficient()
    _, on_curve = divmod(rest, p)
    gens = f.gens
    return Curve(
        as_expr(p, gens),
        Fraction(int(value.p), int(value.q)),
        order,
        as_expr(rest, gens),
        as_expr(on_curve, gens),
        _sign_of_squares(rest),
    )


def _sign_of_squares(p: Any) -> int:
    unit, factors = p.factor()
    if any(m % 2 for _, m in factors):
        return 0
    return 1 if unit > 0 else -1


def common_zeros(
    a: Expr, b: Expr, wrt: tuple[Symbol, Symbol]
) -> tuple[tuple[Zero, ...], tuple[Box, ...]]:
    """Return the common zeros of two polynomials without common factor.  Raises: Undecided."""
    made = as_mpolys((a, b), wrt)
    if made is None or len(made[0]) > 2:
        raise Undecided
    f = PolynomialOf(add(a, power(wrt[0], 0)), wrt)
    return _common_zeros(f, made[1][0], made[1][1])


def _common_zeros(f: PolynomialOf, p: Any, q: Any) -> tuple[tuple[Zero, ...], tuple[Box, ...]]:
    if (p.is_constant() and not p.is_zero()) or (q.is_constant() and not q.is_zero()):
        return (), ()
    if p.total_degree() * q.total_degree() > DEGREE:
        raise Undecided
    x, y = f.wrt
    columns, rows = _coordinate(f, p, q, 1, x), _coordinate(f, p, q, 0, y)
    g = [as_expr(p, f.gens), as_expr(q, f.gens)]
    system = System(g, [[derivative(h, s) for s in f.wrt] for h in g], f.wrt)
    points: list[Zero] = []
    left: list[Box] = []
    for pair in product(columns, rows):
        _judge(system, pair, points, left)
    return tuple(points), tuple(left)


def _coordinate(f: PolynomialOf, p: Any, q: Any, other: int, x: Symbol) -> tuple[Root, ...]:
    """Return all values that the coordinate x of a common zero can have."""
    r = p.resultant(q, other)
    if r.is_zero():
        raise Undecided
    return zeros(as_expr(r, f.gens), x, REALS)


def _judge(system: System, pair: tuple[Root, Root], points: list[Zero], left: list[Box]) -> None:
    """Decide whether one pair of coordinates is a common zero: at most one lies in its box."""
    if all(r.is_exact for r in pair):
        if system.vanishes_at([r.lo for r in pair]):
            box = tuple(r.interval for r in pair)
            points.append(Zero(box, box))
        return
    for width in (Fraction(1, 1 << 30), FINE, FINE * FINE):
        box = tuple(refined(r, width).interval for r in pair)
        if any(not v.has(0) for v in system.values(system.g, box)):
            return
        if all(_vanishes_on(h, pair) for h in system.g):
            points.append(Zero(box, box))
            return
        found = zeros_in(system, tuple(_wider(i) for i in box), 40)
        if not found.left:
            # A zero beside the pair is that of another pair, or was found with it already.
            points += [
                z for z in found.zeros[:1] if not any(_is_within(z.box, p.alone) for p in points)
            ]
            return
    left.append(tuple(refined(r, FINE).interval for r in pair))


def _vanishes_on(h: Expr, pair: tuple[Root, Root]) -> bool:
    """Return whether h = 0 follows from the irreducible equations of the two coordinates."""
    equations = [add(r.x, (-r.lo, power(r.x, 0))) if r.is_exact else r.g for r in pair]
    made = as_mpolys((h, *equations), [r.x for r in pair])
    if made is None:
        return False
    rest, *divisors = made[1]
    for d in divisors:
        _, rest = divmod(rest, d)
    return bool(rest.is_zero())


def _is_within(b: Box, other: Box) -> bool:
    return all(i.within(j) for i, j in zip(b, other, strict=True))


def _wider(i: Interval) -> Interval:
    assert i.lo is not None
    assert i.hi is not None
    room = (i.hi - i.lo) + Fraction(1, 1 << 34)
    return Interval(i.lo - room, i.hi + room, False, False)
