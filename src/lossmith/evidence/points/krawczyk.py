"""Interval Newton steps: boxes without a zero of n functions, and with exactly one. Trusted.

For a box B with middle c and any matrix Y near the inverse of the Jacobian, all zeros in B lie in
K = c - Y g(c) + (I - Y J(B)) (B - c). If K misses B there is none; if K lies inside B there is
exactly one, and it lies in K.  Source: Krawczyk 1969; Neumaier 1990, theorem 5.1.8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import image
from lossmith.evidence.arithmetic.second import is_smooth_on, moves_one_by_one
from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr, Symbol, children
from lossmith.expr.sets import Interval, closed, point
from lossmith.expr.walk import postorder, substitute

Box = tuple[Interval, ...]
IntervalMatrix = list[list[Interval]]


class System:
    """n expressions g and their Jacobian in the variables wrt, evaluated together."""

    def __init__(
        self, g: Sequence[Expr], jacobian: Sequence[Sequence[Expr]], wrt: Sequence[Symbol]
    ) -> None:
        self.g, self.wrt = list(g), list(wrt)
        self.jacobian = [list(row) for row in jacobian]
        self.n = len(self.wrt)
        self.smooth_part = list(dict.fromkeys(self.g))
        self.smooth_on: Box | None = None
        self.size = sum(1 for _ in postorder(*self.g, *(e for row in self.jacobian for e in row)))

    def values(self, es: Sequence[Expr], box: Box) -> list[Interval]:
        """Return enclosures of several expressions over a box."""
        known: Mapping[Expr, Interval] = dict(zip(self.wrt, box, strict=True))
        found: dict[Expr, Interval] = {}
        for e in postorder(*es):
            own = image(e, [found[c] for c in children(e)])
            found[e] = own.meet(known[e]) if e in known else own
        return [found[e] for e in es]

    def slopes(self, box: Box) -> IntervalMatrix:
        """Return the enclosure of the Jacobian over a box."""
        flat = self.values([e for row in self.jacobian for e in row], box)
        return [flat[k * self.n : (k + 1) * self.n] for k in range(self.n)]

    def is_smooth(self, box: Box) -> bool:
        """Return whether all g are infinitely differentiable on the box."""
        if self.smooth_on is not None and is_inside(box, self.smooth_on):
            return True
        known: dict[Expr, Interval] = dict(zip(self.wrt, box, strict=True))
        try:
            return all(
                is_smooth_on(e, x, known) for e in self.smooth_part for x in self.wrt
            ) and moves_one_by_one(self.wrt, *self.smooth_part)
        except (ValueError, LossmithError):
            return False

    def vanishes_at(self, at: Sequence[Fraction]) -> bool:
        """Return whether all g are exactly 0 at a rational point."""
        here: dict[Expr, Expr] = {x: const(c) for x, c in zip(self.wrt, at, strict=True)}
        try:
            there = [substitute(e, here) for e in self.g]
        except LossmithError:
            return False
        return all(isinstance(v, Const) and v.value == 0 for v in there)


def krawczyk(system: System, b: Box) -> Box | None:
    """Return K for a box, None if the Jacobian in the middle has no inverse."""
    n = system.n
    c = [middle(i) for i in b]
    j = system.slopes(b)
    if any(i.is_empty or not i.is_bounded for row in j for i in row):
        return None
    y = inverse([[middle(i) for i in row] for row in j])
    if y is None:
        return None
    at_c = system.values(system.g, tuple(point(q) for q in c))
    if any(v.is_empty or not v.is_bounded for v in at_c):
        return None
    result: list[Interval] = []
    for i in range(n):
        total = point(c[i])
        for k in range(n):
            total = total + at_c[k].scale(-y[i][k])
        for k in range(n):
            entry = point(int(i == k))
            for m in range(n):
                entry = entry + j[m][k].scale(-y[i][m])
            total = total + entry * (b[k] + point(-c[k]))
        result.append(rounded(total))
    return tuple(result)


# -- boxes -----------------------------------------------------------------------------------------


def middle(i: Interval) -> Fraction:
    """Return a rational of a bounded interval, near its middle."""
    assert i.lo is not None
    assert i.hi is not None
    exact = (i.lo + i.hi) / 2
    near = short(exact)
    # A step is valid for a point of the box only; a tiny box may miss the short one.
    return near if i.lo <= near <= i.hi else exact


def short(x: Fraction) -> Fraction:
    """Return a nearby rational with a short binary denominator."""
    if x.denominator.bit_length() <= 64:
        return x
    return Fraction(round(x * (1 << 70)), 1 << 70)


def rounded(i: Interval) -> Interval:
    """Return the interval with ends rounded outward to multiples of 2^-90."""
    unit = 1 << 90
    lo = None if i.lo is None else Fraction((i.lo * unit).__floor__(), unit)
    hi = None if i.hi is None else Fraction((i.hi * unit).__ceil__(), unit)
    return closed(lo, hi)


def is_inside(b: Box, other: Box) -> bool:
    """Return whether one box is a subset of another."""
    return all(i.within(j) for i, j in zip(b, other, strict=True))


def strictly_inside(i: Interval, j: Interval) -> bool:
    """Return whether i lies in the interior of j."""
    return (
        i.lo is not None
        and i.hi is not None
        and j.lo is not None
        and j.hi is not None
        and j.lo < i.lo
        and i.hi < j.hi
    )


def inverse(a: Sequence[Sequence[Fraction]]) -> list[list[Fraction]] | None:
    """Return an approximate inverse of a rational matrix, None if it is singular."""
    n = len(a)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(n))] for i, row in enumerate(a)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        if not rows[pivot][k]:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [q / rows[k][k] for q in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [p - rows[i][k] * q for p, q in zip(rows[i], rows[k], strict=True)]
    return [[Fraction(q).limit_denominator(1 << 30) for q in row[n:]] for row in rows]
