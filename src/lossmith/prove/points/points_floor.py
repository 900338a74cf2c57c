"""The least value of a function of one variable: among its minima, and where it ends or fades.

On each piece on which f is continuous the infimum is a minimum, a value at a closed end, or the
limit at an end towards which f falls. A limit is not attained: f stays above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.expr.build import add, apply, const, scale
from lossmith.expr.node import Add, Apply, Expr
from lossmith.expr.sets import Interval, closed, point
from lossmith.expr.walk import map_up, substitute
from lossmith.prove.line.far import limit, size_trend, trend
from lossmith.prove.line.line import Break, Line, Run
from lossmith.prove.line.local import Local
from lossmith.prove.line.segments import Segment, value_at
from lossmith.prove.line.switches import NoValue
from lossmith.prove.points.points import StationaryPoint
from lossmith.prove.points.points_behavior import end_text
from lossmith.prove.zeros.exact_values import is_zero
from lossmith.prove.zeros.roots import Root, Undecided, refined
from lossmith.words import Words

BELOW: Final = Fraction(-(10**60))
"""Stands for minus infinity where numbers are compared."""


@dataclass(frozen=True, slots=True)
class End:
    """Where f comes down to an end of a piece: its value there, or its limit (not attained).

    value: None for minus infinity.  where: "x → ∞".
    """

    value: Interval | None
    attained: bool
    where: str


@dataclass(frozen=True, slots=True)
class Floor:
    """The points, those with the least value of all marked; the infimum, and what is said of it."""

    points: list[StationaryPoint]
    least: Interval | None = None
    words: Words | None = None


def with_global(found: Line, points: list[StationaryPoint], signs: Sequence[Run]) -> Floor:
    """Mark the points with the least value of all, where that is settled."""
    minima = [p for p in points if p.kind == "minimum" and p.value is not None]
    ends = _lowest_ends(found, signs)
    if ends is None:
        return _at_the_floor(found, points, minima)
    endless = next((e for e in ends if e.value is None), None)
    if endless is not None:
        return Floor(points, None, _falls_forever(endless))
    attained = [v for v in (*(p.value for p in minima), *_values(ends, attained=True)) if v]
    limits = [e for e in ends if not e.attained]
    best = min(attained, key=_top, default=None)
    if best is None or not all(_bottom(e.value) >= _top(best) for e in limits):
        return _with_limit(points, attained, limits)
    tied = _tied(found, minima, best)
    others = [v for v in attained if v is not best and not any(v is p.value for p in tied)]
    if not all(_bottom(v) > _top(best) or _is_equal_point(v, best) for v in others):
        return Floor(points, least_of(attained))
    return Floor([replace(p, is_global=p in tied) for p in points], least_of([best]))


def _with_limit(
    points: list[StationaryPoint], attained: Sequence[Interval], limits: Sequence[End]
) -> Floor:
    """Return the infimum where a limit may be it; it is not attained if it is."""
    low = min(limits, key=lambda e: _top(e.value), default=None)
    if low is None:
        return Floor(points)
    tending = _values(limits, attained=False)
    if all(_top(low.value) <= _bottom(v) for v in attained):
        least = least_of(tending)
        return Floor(points, least, _not_attained(low, least))
    return Floor(points, least_of([*attained, *tending]))


def _values(ends: Sequence[End], *, attained: bool) -> list[Interval]:
    return [e.value for e in ends if e.attained == attained and e.value is not None]


def _is_equal_point(a: Interval, b: Interval) -> bool:
    return a.is_point and a == b


# -- minima of one value ---------------------------------------------------------------------------


def _tied(found: Line, minima: Sequence[StationaryPoint], best: Interval) -> list[StationaryPoint]:
    """Return the minima that have this very value: exactly, in symbols, or as mirror images."""
    first = next((p for p in minima if p.value is best), None)
    return [
        p
        for p in minima
        if p.value is best
        or (p.value is not None and _is_equal_point(p.value, best))
        or (first is not None and (_are_one_value(p, first) or _are_mirrored(found, p, first)))
    ]


def _are_one_value(p: StationaryPoint, q: StationaryPoint) -> bool:
    a, b = p.exact_value, q.exact_value
    return a is not None and b is not None and is_zero(add(a, (-1, b)))


def _are_mirrored(found: Line, p: StationaryPoint, q: StationaryPoint) -> bool:
    """Return whether f is even, and the one point is minus the other."""
    x = found.x
    if p.set_of is not None or q.set_of is not None or p.box[x].meet(-q.box[x]).is_empty:
        return False
    try:
        turned = substitute(found.e, {x: scale(Fraction(-1), x)})
        return same(map_up(turned, _sign_taken_out), found.e)
    except (LossmithError, ValueError):
        return False


def _sign_taken_out(e: Expr) -> Expr:
    """Return cos(-u) as cos(u), sin(-u) as -sin(u)."""
    if not isinstance(e, Apply) or len(e.args) != 1 or e.atom.name not in (*_EVEN, *_ODD):
        return e
    (u,) = e.args
    if not isinstance(u, Add) or any(c > 0 for c, _ in u.terms):
        return e
    plain = apply(e.atom, scale(Fraction(-1), u))
    return plain if e.atom.name in _EVEN else scale(Fraction(-1), plain)


_EVEN: Final = ("cos", "cosh", "abs")
_ODD: Final = ("sin", "tan", "sinh", "tanh", "atan", "asinh", "erf")


# -- ends ------------------------------------------------------------------------------------------


def _lowest_ends(found: Line, signs: Sequence[Run]) -> list[End] | None:
    """Return the ends to which f comes down, and values apart from limits; None: not settled."""
    ends: list[End] = []
    own = {id(s.left): s for s in found.segments}
    by_left = {id(r.left): r for r in signs}
    by_right = {id(r.right): r for r in signs}
    for s in own.values():
        if s.expr is None:
            continue
        for side, r, run in ((-1, s.left, by_left), (1, s.right, by_right)):
            here = run.get(id(r))
            if here is None or here.sign is None:
                return None
            b = found.break_at(r)
            if _is_passed(found, b, r):
                continue
            if b is not None and b.defined and not b.continuous:
                return None  # a value beside its limit: a jump
            if b is not None and b.kind == "unknown" and not b.missing:
                return None
            if here.sign * side < 0:
                end = _end(found, s, r, side, b)
                if end is None:
                    return None
                ends.append(end)
    return ends


def _is_passed(found: Line, b: Break | None, r: Root | None) -> bool:
    """Return whether f goes on continuously beyond a cut."""
    if b is None or not b.continuous:
        return False
    sides = [s for s in found.segments if s.left is r or s.right is r]
    return len(sides) == 2 and all(s.expr is not None for s in sides)


def _end(found: Line, s: Segment, r: Root | None, side: int, b: Break | None) -> End | None:
    """Return what f is or tends to at an end to which it falls; None if that is not known."""
    name = found.x.name
    if r is not None and b is not None and b.continuous:
        here = value_there(found, r)
        return None if here is None or not here.is_bounded or here.is_empty else End(here, True, "")
    assert s.expr is not None
    if r is None:
        return _far_end(found, s.expr, side)
    where = f"{name} → {end_text(r)}"
    try:
        near = Local(r, -side)
        (q, k), a, _ = near.lead(near.expand(s.expr))
    except (Undecided, LossmithError, ValueError):
        return None
    if q < 0 or (q == 0 and k):
        return End(None, False, where)
    if q > 0:
        return End(point(Fraction(0)), False, where)
    value = None if a is None else _taken_at(a, refined(r, near.at.hi - near.at.lo))
    known = value is not None and value.is_bounded and not value.is_empty
    return End(value, False, where) if known else None


def _taken_at(a: Expr, r: Root) -> Interval | None:
    """Return an enclosure of a limit; at an end that is not declared x has no values to enclose."""
    try:
        there = substitute(a, {r.x: const(r.lo)}) if r.is_exact else a
        return bounds(there, {r.x: r.interval})[there]
    except LossmithError:
        return None


def _far_end(found: Line, f: Expr, side: int) -> End | None:
    """Return what f falls to far out: its limit exactly, or between bounds on rays and values."""
    x, where = found.x, f"{found.x.name} → {'∞' if side > 0 else '-∞'}"
    # Where |f| grows beyond every bound, f falls to minus infinity: it falls to this end.
    if trend(f, x, side) == -1 or size_trend(f, x, side) == 1:
        return End(None, False, where)
    exact = limit(f, x, side)
    if exact is not None:
        return End(exact, False, where)
    low: Fraction | None = None
    high: Fraction | None = None
    for k in (4, 6, 8, 10, 14, 20, 30):
        m = Fraction(side * 2**k)
        ray = Interval(m, None, False, True) if side > 0 else Interval(None, m, True, False)
        try:
            below, there = bounds(f, {x: ray})[f], bounds(f, {x: closed(m, m)})[f]
        except LossmithError:
            continue
        if below.lo is not None and not below.is_empty:
            low = below.lo if low is None else max(low, below.lo)
        if there.hi is not None and not there.is_empty:
            high = there.hi if high is None else min(high, there.hi)
    if low is None or high is None or high < low:
        return None
    return End(Interval(low, high, False, False), False, where)


def value_there(found: Line, r: Root) -> Interval | None:
    """Return an enclosure of f at a cut or a zero of its slope."""
    try:
        there = value_at(found.e, r)
        return bounds(there, {found.x: r.interval})[there]
    except (NoValue, Undecided, LossmithError):
        return None


# -- by a bound of the whole formula ---------------------------------------------------------------


def _at_the_floor(
    found: Line, points: list[StationaryPoint], minima: Sequence[StationaryPoint]
) -> Floor:
    """Mark points with a value below which f visibly never falls: 0 for a square."""
    floor = bounds(found.e, {found.x: found.box})[found.e].lo
    best = [p for p in minima if p.value is not None and p.value.is_point and p.value.lo == floor]
    if not best:
        return Floor(points)
    return Floor([replace(p, is_global=p in best) for p in points], best[0].value)


def least_of(values: Sequence[Interval]) -> Interval | None:
    """Return an interval that holds the least of several values, None if that has no ends."""
    if not values or not all(v.is_bounded for v in values):
        return None
    return closed(min(map(_bottom, values)), min(map(_top, values)))


def _falls_forever(end: End) -> Words:
    return Words(f"-∞: it falls without bound as {end.where}", f"-∞：当 {end.where} 时无界下降")


def _not_attained(end: End, least: Interval | None) -> Words | None:
    if least is None:
        return None
    return Words(
        f"not attained: it falls towards it as {end.where}", f"取不到：当 {end.where} 时递减趋近"
    )


def _top(i: Interval | None) -> Fraction:
    return i.hi if i is not None and i.hi is not None else -BELOW


def _bottom(i: Interval | None) -> Fraction:
    return i.lo if i is not None and i.lo is not None else BELOW
