"""Stationary points of several variables in a box, by interval Newton steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from lossmith.evidence.points.krawczyk import Box, System, inverse
from lossmith.evidence.points.zeros import ZerosCertificate
from lossmith.expr.sets import Interval, closed, point
from lossmith.prove.points.point_kind import by_hessian
from lossmith.prove.points.points import StationaryPoint
from lossmith.prove.points.points_proof import proof_of
from lossmith.prove.points.points_search import Search
from lossmith.prove.zeros.krawczyk import Zero, zeros_in

DEFAULT = Fraction(8)
"""Half the width of the box that is searched where none is given."""


@dataclass(frozen=True, slots=True)
class InBoxes:
    """What a search in boxes found.

    left: boxes that were not settled.  searched: the box, where an unbounded one was asked for and
    nothing is known beyond it.  proof: makes the certificate of a complete search.
    """

    points: list[StationaryPoint]
    left: list[Box]
    searched: Box | None = None
    proof: Callable[[], ZerosCertificate | None] | None = None


def by_boxes(search: Search) -> InBoxes:
    """Return the zeros of the gradient in the box; in a default box if it is unbounded."""
    system = search.system
    assert system is not None
    bounded = all(i.is_bounded for i in search.inside.values())
    if not bounded and search.is_strictly_convex:
        only = _single(search, system)
        if only is not None:
            return InBoxes([only], [])
    default = closed(-DEFAULT, DEFAULT)
    box = tuple(_closed(i if i.is_bounded else i.meet(default)) for i in search.inside.values())
    reduced = search.reduced(box)
    found = zeros_in(reduced.system, box)
    points: list[StationaryPoint] = []
    left = list(found.left)
    for z in found.zeros:
        where = search.place(z)
        if where == "inside":
            points.append(search.point(_plain(search, z), None))
        elif where == "border":
            left.append(z.box)
    rational, left = _degenerate(search, system, left, points)
    if search.is_convex and any(_is_regular_minimum(search, z) for z in found.zeros):
        # Minimizers form a convex set, and this one stands alone; there are no others.
        return InBoxes([p for p in points if p.kind == "minimum"], [])
    proof = None if left or rational else partial(proof_of, search, reduced, box, found)
    return InBoxes(points + rational, left, None if bounded else box, proof)


def _plain(search: Search, z: Zero) -> Zero:
    """Return the zero as rational numbers with few digits, if it is one."""
    assert search.system is not None
    at = tuple(((i.lo or Fraction(0)) + (i.hi or Fraction(0))) / 2 for i in z.box)
    at = tuple(q.limit_denominator(64) for q in at)
    inside = all(i.has(q) for i, q in zip(z.box, at, strict=True))
    if not inside or not search.system.vanishes_at(at):
        return z
    exact = tuple(point(q) for q in at)
    return Zero(exact, exact)


def _is_regular_minimum(search: Search, z: Zero) -> bool:
    """Return whether a zero of the gradient inside has a positive definite Hessian."""
    assert search.system is not None
    judged = by_hessian(search.system.slopes(z.box))
    return judged is not None and judged.kind == "minimum" and search.place(z) == "inside"


def _degenerate(
    search: Search, system: System, left: list[Box], listed: Sequence[StationaryPoint]
) -> tuple[list[StationaryPoint], list[Box]]:
    """Return rational zeros inside boxes that stayed open; only convexity settles the boxes."""
    points: list[StationaryPoint] = []
    exact = [[i.lo for i in p.box.values() if i.is_point] for p in listed]
    seen = {tuple(q for q in at if q is not None) for at in exact}
    for b in left:
        for bound in (1, 8, 100):
            at = tuple(((i.lo or Fraction(0)) + (i.hi or Fraction(0))) / 2 for i in b)
            at = tuple(q.limit_denominator(bound) for q in at)
            good = all(i.has(q) for i, q in zip(b, at, strict=True))
            if good and at not in seen and system.vanishes_at(at):
                seen.add(at)
                zero = tuple(point(q) for q in at)
                points.append(search.point(Zero(zero, zero), None))
    if points and search.is_strictly_convex:
        return points, []
    return points, left


def _single(search: Search, system: System) -> StationaryPoint | None:
    """Return the one stationary point of a strictly convex formula, proved in a small box."""
    at = _newton(system, [_inner(i) for i in search.inside.values()])
    if at is None:
        return None
    for room in (Fraction(1, 1 << 16), Fraction(1, 1 << 8)):
        found = zeros_in(system, tuple(closed(q - room, q + room) for q in at), 60)
        if len(found.zeros) == 1 and search.place(found.zeros[0]) == "inside":
            return search.point(found.zeros[0], None)
    return None


def _closed(i: Interval) -> Interval:
    return closed(i.lo, i.hi)


def _inner(i: Interval) -> Fraction:
    """Return a simple rational inside an interval."""
    if i.has(0):
        return Fraction(0)
    if i.lo is not None and i.hi is not None:
        return (i.lo + i.hi) / 2
    if i.lo is not None:
        return i.lo + 1
    return (i.hi or Fraction(0)) - 1


def _newton(system: System, start: list[Fraction]) -> list[Fraction] | None:
    """Return a point at which the gradient is nearly 0, by damped Newton steps (no proof)."""
    at, size = start, None
    for _ in range(60):
        box = tuple(point(q) for q in at)
        g = [_float(v) for v in system.values(system.g, box)]
        if None in g:
            return None
        size = sum(float(q) ** 2 for q in g if q is not None)
        if size < 1e-28:
            return at
        h = [[Fraction(_float(i) or 0.0) for i in row] for row in system.slopes(box)]
        y = inverse(h)
        if y is None:
            return at if size < 1e-16 else None
        step = [
            float(sum(q * Fraction(r or 0.0) for q, r in zip(row, g, strict=True))) for row in y
        ]
        for k in range(40):
            new = [
                Fraction(float(q) - s / 2**k).limit_denominator(1 << 50)
                for q, s in zip(at, step, strict=True)
            ]
            there = [_float(v) for v in system.values(system.g, tuple(point(q) for q in new))]
            if None not in there and sum(float(q or 0) ** 2 for q in there) < size:
                at = new
                break
        else:
            return at if size < 1e-16 else None
    return at


def _float(i: Interval) -> float | None:
    if i.is_empty or i.lo is None or i.hi is None:
        return None
    return float((i.lo + i.hi) / 2)
