"""A function of one real variable, from left to right: where it is smooth, rises and is convex.

Every statement follows from exact signs: those of f' and f'' between their zeros, which are all
isolated, and those of the one-sided expansions at the points where the formula switches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.arithmetic.second import derivative
from lossmith.expr.build import const, scale, subtract
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.prove.line.local import Local
from lossmith.prove.line.segments import Segment, cut_into_segments, sample, value_at, zeros_inside
from lossmith.prove.line.series import Series
from lossmith.prove.line.switches import NoValue
from lossmith.prove.zeros.roots import Root, Undecided, sign, sign_at

BreakKind = Literal[
    "smooth", "corner", "cusp", "vertical", "jump", "removable", "pole", "end", "unknown"
]


@dataclass(frozen=True, slots=True)
class Slope:
    """A one-sided derivative: infinite with a sign, or the value of an expression at the point."""

    infinite: int = 0
    value: Expr | None = None


@dataclass(frozen=True, slots=True)
class Break:
    """A point where the formula switches, or the domain ends, and what f does there.

    kind: smooth (f has a derivative there after all), corner, cusp, vertical (tangent), jump,
    removable (both sides have one limit, f has no value or another one), pole (unbounded), end (of
    the domain, with a finite slope or without a value), unknown (not decided).
    continuous: f has a value there, and it is the limit from each side on which f is defined.
    missing: f has no value there, whatever the kind is.
    """

    at: Root
    kind: BreakKind
    continuous: bool = False
    left: Slope | None = None
    right: Slope | None = None
    defined: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A maximal open interval found with one sign of f' (or f''): 1, -1, 0, or None (undecided)."""

    left: Root | None
    right: Root | None
    sign: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A function over a box: its segments, and what it does where two of them meet."""

    e: Expr
    x: Symbol
    box: Interval
    segments: tuple[Segment, ...]
    breaks: tuple[Break, ...]

    def break_at(self, r: Root | None) -> Break | None:
        """Return the break at this very cut."""
        return next((b for b in self.breaks if b.at is r), None)


@lru_cache(maxsize=64)
def line(e: Expr, x: Symbol, box: Interval) -> Line:
    """Return what f does over a box, from left to right.  Raises: Undecided.

    e: a scalar, x its only symbol.
    """
    found = cut_into_segments(e, x, box)
    breaks = [_break(e, a, b, r) for a, b, r in _neighbors(found)]
    for r, side, is_open in _ends(found, box):
        if not is_open and r is not None:
            breaks.append(_break(e, *((None, side) if side.left is r else (side, None)), r))
    return Line(e, x, box, found, tuple(breaks))


@lru_cache(maxsize=64)
def runs(found: Line, order: int) -> tuple[Run, ...]:
    """Return the signs of the derivative of this order between its zeros and the breaks."""
    return tuple(r for s in found.segments if s.expr is not None for r in _runs(s, found.x, order))


def _neighbors(segments: Sequence[Segment]) -> list[tuple[Segment, Segment, Root]]:
    return [(a, b, a.right) for a, b in pairwise(segments) if a.right is not None]


def _ends(segments: Sequence[Segment], box: Interval) -> list[tuple[Root | None, Segment, bool]]:
    return [
        (segments[0].left, segments[0], box.lo_open),
        (segments[-1].right, segments[-1], box.hi_open),
    ]


def _runs(p: Segment, x: Symbol, order: int) -> list[Run]:
    """Return the signs of the derivative of this order on a segment, between its zeros."""
    assert p.expr is not None
    f = p.expr
    try:
        for _ in range(order):
            f = derivative(f, x)
        f = _plain(f)
        if isinstance(f, Const) and f.value == 0:
            return [Run(p.left, p.right, 0)]
        marks: list[Root | None] = [p.left, *zeros_inside(f, p, x), p.right]
        return [Run(a, b, sign(f, x, sample(Segment(a, b, None)))) for a, b in pairwise(marks)]
    except (Undecided, ValueError, LossmithError):
        return [Run(p.left, p.right, None)]


def _plain(f: Expr) -> Expr:
    """Return 0 for an expression whose terms cancel by expansion, else f."""
    return const(0) if same(f, const(0)) else f


# -- one break -------------------------------------------------------------------------------------


def _break(e: Expr, a: Segment | None, b: Segment | None, r: Root) -> Break:
    """Return what f does at r, between the segments a and b (None: beyond the box)."""
    left = a.expr if a is not None else None
    right = b.expr if b is not None else None
    try:
        value: Expr | None = value_at(e, r)
    except NoValue:
        value = None
    except Undecided:
        return Break(r, "unknown")
    try:
        sides = [
            _side(f, r, s, value) if f is not None else None for f, s in ((left, -1), (right, 1))
        ]
    except Undecided:
        return Break(r, "unknown", defined=value is not None, missing=value is None)
    try:
        return _classified(r, value, sides[0], sides[1])
    except Undecided:
        return Break(r, "unknown", defined=value is not None, missing=value is None)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of a break: its limit (None: infinite), whether f is continuous, and its slope."""

    limit: Expr | None
    continuous: bool
    slope: Slope | None


def _side(f: Expr, r: Root, side: int, value: Expr | None) -> _Side:
    local = Local(r, side)
    if local.is_infinite(f):
        return _Side(None, False, None)
    s = local.expand(f)
    if _is_unbounded(local, s):
        return _Side(None, False, None)
    limit = s.at(0)
    if limit is None:
        raise Undecided
    continuous = value is not None and local.sign(subtract(limit, value)) == 0
    return _Side(limit, continuous, _slope(local, s))


def _is_unbounded(local: Local, s: Series) -> bool:
    for key in sorted(s.terms, key=lambda k: (k[0], -k[1])):
        if key[0] > 0 or (key[0] == 0 and key[1] <= 0):
            return False
        if local.sign(s.terms[key]):
            return True
    return False


def _slope(local: Local, s: Series) -> Slope:
    """Return the derivative from that side, from the first term after the limit."""
    for key in sorted(s.terms, key=lambda k: (k[0], -k[1])):
        q, k = key
        if q <= 0:
            continue
        if q >= s.order or q > 1 or (q == 1 and k == 0):
            break
        found = local.sign(s.terms[key])
        if found:
            # (log t)^k < 0 for odd k as t -> 0+.
            return Slope(infinite=found * local.side * (-1) ** k)
    first = s.at(1)
    if first is None:
        raise Undecided
    return Slope(value=scale(local.side, first))


def _classified(r: Root, value: Expr | None, left: _Side | None, right: _Side | None) -> Break:
    defined = value is not None
    if left is None or right is None:
        only = left or right
        if only is None:
            return Break(r, "end", defined=defined)
        slopes = (left.slope if left else None, right.slope if right else None)
        if only.limit is None:
            return Break(r, "jump" if defined else "pole", defined=defined)
        if defined and not only.continuous:
            return Break(r, "jump", defined=True)
        vertical = defined and only.slope is not None and only.slope.infinite
        return Break(r, "vertical" if vertical else "end", only.continuous, *slopes, defined)
    if left.limit is None or right.limit is None:
        return Break(r, "jump" if defined else "pole", defined=defined)
    apart = _sign(subtract(left.limit, right.limit), r)
    if apart:
        return Break(r, "jump", False, left.slope, right.slope, defined)
    if not left.continuous:
        return Break(r, "removable", False, left.slope, right.slope, defined)
    return Break(r, _meeting(r, left.slope, right.slope), True, left.slope, right.slope, True)


def _meeting(r: Root, left: Slope | None, right: Slope | None) -> BreakKind:
    """Return what the one-sided slopes of a continuous function make of the point."""
    assert left is not None
    assert right is not None
    if left.infinite and right.infinite:
        return "vertical" if left.infinite == right.infinite else "cusp"
    if left.infinite or right.infinite:
        return "corner"
    assert left.value is not None
    assert right.value is not None
    return "corner" if _sign(subtract(left.value, right.value), r) else "smooth"


def _sign(f: Expr, r: Root) -> int:
    found = sign_at(f, r)
    if found is None:
        raise Undecided
    return found


def slope_order(b: Break) -> int | None:
    """Return the sign of (right slope - left slope) at a continuous break; None if unknown."""
    if not b.continuous or b.left is None or b.right is None:
        return None
    if b.left.infinite or b.right.infinite:
        difference = b.right.infinite - b.left.infinite
        return (difference > 0) - (difference < 0)
    if b.left.value is None or b.right.value is None:
        return None
    return sign_at(subtract(b.right.value, b.left.value), b.at)
