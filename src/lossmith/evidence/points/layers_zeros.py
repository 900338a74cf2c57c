"""Where a function of a tree is 0: sets whose union that is, each of them not empty. Trusted."""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.points.course import Course
from lossmith.evidence.points.layers import Along, Behind, Times, Tree, formula, refused
from lossmith.evidence.points.layers_place import Inside, is_strict
from lossmith.expr.node import Expr
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval, closed, opened, point

ZeroSet = tuple[Inside, tuple[tuple[Expr, Interval], ...]]
"""Coordinates and equations that hold together; other variables are free."""


def zero_sets(t: Tree, box: Inside) -> tuple[ZeroSet, ...] | None:
    """Return sets of the box whose union is where the function of a tree is 0; None: not shown.

    The tree itself is checked by its places.
    """
    match t:
        case Along(course, zeros) if zeros is not None:
            check_zeros_of(course, zeros, box[course.x])
            return tuple(({course.x: z}, ()) for z in zeros)
        case Behind(_, course, inner, _, zeros) if zeros is not None and set(zeros) <= {point(0)}:
            # phi(h) = 0 exactly where h = 0, or nowhere, if h keeps off the ends of the course.
            check_zeros_of(course, zeros, course.box)
            h = formula(inner)
            if not bounds(h, {**box})[h].within(opened(course.box.lo, course.box.hi)):
                return None
            return zero_sets(inner, box) if zeros else ()
        case Times():
            left, right = zero_sets(t.left, box), zero_sets(t.right, box)
            return None if left is None or right is None else (*left, *right)
        case _:
            return None


def check_zeros_of(c: Course, zeros: Sequence[Interval], inside: Interval) -> None:
    """Refuse unless e is 0, in the interior of its box, at these places alone and at each of them.

    Where e rises or falls it has one zero at most.
    """
    if (c.box.lo, c.box.hi) != (inside.lo, inside.hi) or not is_strict(c, inside):
        raise refused("a course does not decide the interval", "走势未覆盖整个区间")
    turns = [closed(t.low, t.high) for t in c.turns]
    for z in zeros:
        if not any(z.within(s.inside) for s in c.stretches) and z not in turns:
            raise refused("a zero is not inside of a stretch", "有一个零点不在任何一段内")
        if not _has_zero(c, z):
            raise refused("a zero is not shown to be there", "未证明某个零点存在")
    parts = [s.inside for s in c.stretches] + turns
    for part in parts:
        if any(z.within(part) for z in zeros):
            continue
        found = bounds(c.e, {c.x: part})[c.e]
        if found.is_empty or found.has(0):
            raise refused("there may be another zero", "可能还有别的零点")


def _has_zero(c: Course, z: Interval) -> bool:
    if z.lo is None or z.hi is None:
        return False
    low, high = (bounds(c.e, {c.x: point(q)})[c.e] for q in (z.lo, z.hi))
    if z.is_point:
        return low == point(0)
    return any(
        not low.is_empty and not high.is_empty and low.within(a) and high.within(b)
        for a, b in ((NEGATIVE, POSITIVE), (POSITIVE, NEGATIVE))
    )
