"""A place: a set of points at which a gradient is 0, or a value extreme. Trusted.

All functions in a tree of layers are continuous on the box, and none is constant on an open set, so
that no place has an inner point. Extrema are local and need not be strict; a saddle takes larger
and smaller values arbitrarily near.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.points.course import Course
from lossmith.evidence.points.layers import Reached, refused
from lossmith.evidence.points.zeros import gradient_system
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed, opened, point

Inside = Mapping[Symbol, Interval]
Sign = Literal[-1, 1]

TURNED: Final = {"minimum": "maximum", "maximum": "minimum"}
"""Kinds that change places where a falling function is put before."""


@dataclass(frozen=True, slots=True)
class Place:
    """A set of points of the box, not empty: all conditions hold on it, other variables are free.

    point: coordinates, each enclosed.  equations: (h, c): h = c, or the one number in c that is
    meant.  signs: (h, 1) h > 0, (h, -1) h < 0, (h, 0) h is not 0.  kind: minimum, maximum, saddle,
    "" where that is not shown.  slope: "zero" where the gradient is 0, "kink" where it is not, ""
    where that is not shown (or differs).  value: of e on it.
    """

    point: Inside
    equations: tuple[tuple[Expr, Interval], ...]
    signs: tuple[tuple[Expr, int], ...]
    kind: str
    slope: str
    value: Interval


Places = tuple[Place, ...]


def turned(kind: str, s: Sign) -> str:
    """Return the kind of s f from that of f."""
    return kind if s > 0 else TURNED.get(kind, kind)


def are_equal(e: Expr, other: Expr) -> bool:
    """Return whether e = other wherever both are defined."""
    return e is other or same(e, other)


def is_strict(c: Course, reach: Interval) -> bool:
    """Return whether e rises or falls on each stretch that reach meets, with no gap between."""
    stretches = [s for s in c.stretches if not s.inside.meet(reach).is_empty]
    turns = [t for t in c.turns if not closed(t.low, t.high).meet(reach).is_empty]
    return all(s.sign in (1, -1) for s in stretches) and all(t.kind != "gap" for t in turns)


def turn_kind(c: Course, k: int) -> str:
    """Return what a turn is, for a function that goes on on both sides of it."""
    before, after = c.stretches[k].sign, c.stretches[k + 1].sign
    if before == after:
        return "saddle"
    return "minimum" if after == 1 else "maximum"


def is_smooth(e: Expr, wrt: Sequence[Symbol], box: Inside) -> bool:
    """Return whether a function is smooth on the box."""
    try:
        return gradient_system(e, wrt).is_smooth(tuple(box[x] for x in wrt))
    except (ValueError, LossmithError):
        return False


def check_reached(e: Expr, wrt: Sequence[Symbol], r: Reached, level: Interval, box: Inside) -> None:
    """Refuse points that do not lie in the box, or between which e does not pass the level.

    e is continuous on the box, which is convex: on the way from one to the other it takes all
    values between.
    """
    for at, wanted in (
        (r.low, Interval(None, level.lo, True, True)),
        (r.high, Interval(level.hi, None, True, True)),
    ):
        if set(at) != set(wrt) or not all(
            opened(box[x].lo, box[x].hi).has(q) for x, q in at.items()
        ):
            raise refused("a point lies outside of the box", "有一个点在区域之外")
        found = bounds(e, {x: point(q) for x, q in at.items()})[e]
        if found.is_empty or not found.within(wanted):
            raise refused("a level is not shown to be taken", "未说明某个值能够取到")
