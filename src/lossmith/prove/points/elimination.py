"""Stationary points in two variables, all over the plane, by exact elimination.

The gradient, positive factors and denominators apart, is polynomial: its greatest common divisor d
has curves of stationary points as zeros, the rest finitely many common zeros. Their coordinates are
zeros of resultants, so every pair of isolated coordinates is tried, and what is not a zero is
excluded by intervals.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

from flint import fmpq

from lossmith.evidence.arithmetic.polynomial import Generator
from lossmith.evidence.arithmetic.second import Known, derivative
from lossmith.evidence.points.krawczyk import Box, System
from lossmith.expr.build import add, const, multiply, power
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import REALS, Interval
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.line.segments import Segment, sample
from lossmith.prove.points.point_kind import Local
from lossmith.prove.zeros.krawczyk import Zero, zeros_in
from lossmith.prove.zeros.multivariate import as_expr, as_mpolys, divides, factored
from lossmith.prove.zeros.positive_factors import numerator
from lossmith.prove.zeros.roots import FINE, Root, Undecided, ordered, refined
from lossmith.prove.zeros.zeros import zeros

NARROW = Fraction(1, 1 << 48)

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
    """A polynomial in wrt and, behind them, in what is not a sum, product or power (exp(x^2))."""

    def __init__(self, e: Expr, wrt: Sequence[Symbol]) -> None:
        made = as_mpolys((e,), wrt)
        if made is None:
            raise Undecided
        self.gens, (self.f,) = made
        self.wrt = tuple(wrt)
        self.is_plain = len(self.gens) == len(self.wrt)

    def around(self, at: Sequence[Fraction]) -> Local:
        """Return f(a + u) - f(a), for a polynomial in wrt alone."""
        gens = self.f.context().gens()
        moved = [g + fmpq(c.numerator, c.denominator) for g, c in zip(gens, at, strict=True)]
        there = self.f.compose(*moved, ctx=self.f.context()).to_dict()
        zero = (0,) * len(self.wrt)
        return {
            tuple(map(int, m)): Fraction(int(c.p), int(c.q))
            for m, c in there.items()
            if tuple(map(int, m)) != zero
        }


def eliminate(e: Expr, wrt: tuple[Symbol, Symbol], known: Known) -> Eliminated:
    """Return where the gradient of e vanishes, if it is polynomial but for factors without zeros.

    Of the points, only those at which e is smooth are stationary.  Raises: Undecided.
    """
    p, q = (_numerator(derivative(e, x), wrt, known) for x in wrt)
    if p.is_zero() and q.is_zero():
        raise Undecided
    d = p.gcd(q)
    curves = tuple(_curve(e, wrt, as_expr(h, _pairs(wrt))) for h, _ in d.factor()[1])
    points, left = _common_zeros(wrt, _over(p, d), _over(q, d))
    return Eliminated(curves, points, left)


def _numerator(g: Expr, wrt: tuple[Symbol, Symbol], known: Known) -> Any:
    """Return a polynomial in wrt that vanishes where g does, where g has a value."""
    made = as_mpolys((g,), wrt)
    if made is None or len(made[0]) > len(wrt):
        core = numerator(g, known)
        made = None if core is None else as_mpolys((core,), wrt)
    if made is None or len(made[0]) > len(wrt):
        raise Undecided
    return made[1][0]


def _pairs(wrt: Sequence[Symbol]) -> list[Generator]:
    return [(x, ()) for x in wrt]


def _over(p: Any, d: Any) -> Any:
    return p if d.is_constant() else divmod(p, d)[0]


def _curve(e: Expr, wrt: tuple[Symbol, Symbol], shown: Expr) -> Curve:
    """Return e = level + p^order * rest, for an irreducible p on whose zeros grad e = 0."""
    made = as_mpolys((e, shown), wrt)
    if made is None:
        return _factor(e, wrt, shown)
    gens, (f, p) = made
    _, level = divmod(f, p)
    if not level.is_constant():
        raise Undecided
    rest, order = f - level, 0
    while not rest.is_zero():
        quotient, remainder = divmod(rest, p)
        if not remainder.is_zero():
            break
        rest, order = quotient, order + 1
    value = fmpq(0) if level.is_zero() else level.leading_coefficient()
    _, on_curve = divmod(rest, p)
    return Curve(
        shown,
        Fraction(int(value.p), int(value.q)),
        order,
        as_expr(rest, gens),
        as_expr(on_curve, gens),
        _sign_of_squares(rest),
    )


def _factor(e: Expr, wrt: tuple[Symbol, Symbol], p: Expr) -> Curve:
    """Return e = p^order * rest, for a product with powers that are not polynomials."""
    found = factored(e)
    if found is None:
        raise Undecided
    unit, powers = found
    own = [(g, q) for g, q in powers if divides(p, g) and divides(g, p)]
    if len(own) != 1 or own[0][1].denominator != 1 or own[0][1] < 2:
        raise Undecided
    ((g, order),) = own
    rest = add((unit, multiply(const(1), *(power(h, q) for h, q in powers if h is not g))))
    return Curve(g, Fraction(0), int(order), rest, rest, 0)


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
    return _common_zeros(wrt, *made[1])


def _common_zeros(
    wrt: tuple[Symbol, Symbol], p: Any, q: Any
) -> tuple[tuple[Zero, ...], tuple[Box, ...]]:
    if (p.is_constant() and not p.is_zero()) or (q.is_constant() and not q.is_zero()):
        return (), ()
    if p.total_degree() * q.total_degree() > DEGREE:
        raise Undecided
    columns, rows = _coordinate(wrt, p, q, 0), _coordinate(wrt, p, q, 1)
    g = [as_expr(p, _pairs(wrt)), as_expr(q, _pairs(wrt))]
    system = System(g, [[derivative(h, s) for s in wrt] for h in g], wrt)
    points: list[Zero] = []
    left: list[Box] = []
    for pair in product(columns, rows):
        _judge(system, pair, points, left)
    return tuple(points), tuple(left)


def _coordinate(wrt: tuple[Symbol, Symbol], p: Any, q: Any, k: int) -> tuple[Root, ...]:
    """Return all values that coordinate k of a common zero can have."""
    r = p.resultant(q, 1 - k)
    if r.is_zero():
        raise Undecided
    return zeros(as_expr(r, _pairs(wrt)), wrt[k], REALS)


def has_arcs(p: Expr, wrt: tuple[Symbol, Symbol]) -> bool:
    """Return whether the zeros of an irreducible polynomial are more than finitely many points.

    Between zeros of its discriminant and of its leading coefficient in y the number of its zeros on
    a line x = c does not change; it is counted on one line in each gap.  Raises: Undecided.
    """
    x, y = wrt
    made = as_mpolys((p, derivative(p, y)), wrt)
    if made is None or len(made[0]) > 2:
        raise Undecided
    f, slope = made[1]
    if slope.is_zero():
        return bool(zeros(p, x, REALS))
    leading = add(*_leading(f, x), shape=())
    marks = [
        *_coordinate(wrt, f, slope, 0),
        *(zeros(leading, x, REALS) if depends_on(leading, (x,)) else ()),
    ]
    ordered_marks: list[Root | None] = [None, *ordered(marks), None]
    lines = [sample(Segment(a, b, None)) for a, b in pairwise(ordered_marks)]
    return any(zeros(substitute(p, {x: const(c)}), y, REALS) for c in lines)


def _leading(f: Any, x: Symbol) -> list[tuple[Fraction, Expr]]:
    """Return the terms of the coefficient of the highest power of y."""
    top = max(int(m[1]) for m in f.to_dict())
    return [
        (Fraction(int(c.p), int(c.q)), power(x, int(m[0])))
        for m, c in f.to_dict().items()
        if int(m[1]) == top
    ]


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
            near = tuple(refined(r, NARROW).interval for r in pair)
            points.append(Zero(near, near))
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
