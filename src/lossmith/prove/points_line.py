"""Extreme and stationary points of one variable, from the signs of f' between its zeros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import groupby, pairwise

from lossmith.errors import LossmithError
from lossmith.evidence.enclose import bounds
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed
from lossmith.prove.kink_words import place_text
from lossmith.prove.line import Break, Line, Run, line, runs
from lossmith.prove.line_runs import monotone_runs
from lossmith.prove.points import KIND_WORDS, Kind, Stationary, StationaryPoint, counted
from lossmith.prove.points_behavior import WIDTH, behavior, end_text
from lossmith.prove.points_course import course_of
from lossmith.prove.roots import Root, Undecided, refined, sign_at
from lossmith.prove.segments import sample, value_at
from lossmith.prove.switches import NoValue
from lossmith.words import Words

NEAR = Fraction(1, 1 << 10)


def points_of_one_variable(e: Expr, x: Symbol, whole: Interval) -> Stationary:
    """Return the stationary points of e, and the kinks at which it turns, inside an interval."""
    try:
        found = line(e, x, whole)
    except Undecided:
        return Stationary("undecided", words=_unsettled(x, whole))
    signs = runs(found, 1)
    points = [p for p in (_between(found, a, b) for a, b in _pairs(signs)) if p is not None]
    points += [_flat(found, r, signs) for r in monotone_runs(found) if r.sign == 0]
    points += [q for b in found.breaks for q in _at_break(found, b, signs)]
    points += [q for b in found.breaks for q in _at_end(found, b, signs)]
    points.sort(key=lambda p: _bottom(p.box[x]))
    open_runs = [r for r in signs if r.sign is None]
    # Where there is no value there is no stationary point, whatever the limits are.
    unknown = [b for b in found.breaks if b.kind == "unknown" and not b.missing]
    if open_runs or unknown:
        boxes = tuple({x: _hull(r.left, r.right)} for r in open_runs)
        boxes += tuple({x: b.at.interval} for b in unknown)
        n = len(points)
        words = (
            _unsettled(x, whole)
            if not n
            else Words(
                f"{n} found; {len(boxes)} interval(s) stay undecided" + _hint(x, whole),
                f"找到 {n} 个；还有 {len(boxes)} 个区间未判定",
            )
        )
        return Stationary("undecided", tuple(points), boxes, words, None, behavior(found))
    marked, least = _with_global(found, points, signs)
    smooth = tuple(p for p in marked if not p.at_kink)
    words = counted(smooth)
    if len(smooth) < len(marked):
        words = Words(
            f"{words.en} with slope 0; it also turns at {len(marked) - len(smooth)} kink(s)",
            f"{words.zh}（导数为 0）；另在 {len(marked) - len(smooth)} 个不可导点处转向",
        )
    proof = partial(course_of, found)
    return Stationary("proved", tuple(marked), (), words, least, behavior(found), proof)


def _unsettled(x: Symbol, whole: Interval) -> Words:
    if whole.is_bounded:
        return Words("the signs of the slope were not settled", "斜率的符号未能判定")
    return Words(
        "not settled on an unbounded set, there may be infinitely many;" + _hint(x, whole)[1:],
        f"在无界集合上未能判定，可能有无穷多个；请给出范围：--box '{x.name} in [-10, 10]'",
    )


def _hint(x: Symbol, whole: Interval) -> str:
    return "" if whole.is_bounded else f"; give bounds: --box '{x.name} in [-10, 10]'"


def _pairs(signs: Sequence[Run]) -> list[tuple[Run, Run]]:
    """Return neighbors that meet at a zero of f' inside a segment."""
    return [(a, b) for a, b in pairwise(signs) if a.right is b.left]


def _between(found: Line, a: Run, b: Run) -> StationaryPoint | None:
    if a.right is None or found.break_at(a.right) is not None:
        return None
    if a.sign is None or b.sign is None:
        return None
    return _point(found, a.right, _turn(a.sign, b.sign))


def _turn(before: int, after: int) -> Kind:
    if (before, after) == (-1, 1):
        return "minimum"
    return "maximum" if (before, after) == (1, -1) else "inflection"


def _at_break(found: Line, b: Break, signs: Sequence[Run]) -> list[StationaryPoint]:
    """Return what a continuous break is: stationary if the slope is 0, or a kink that turns."""
    before = next((r.sign for r in signs if r.right is b.at), None)
    after = next((r.sign for r in signs if r.left is b.at), None)
    if not b.continuous or b.left is None or b.right is None or not before or not after:
        return []
    if b.kind == "smooth":
        slope = b.left.value
        here = None if slope is None else sign_at(slope, b.at)
        return [_point(found, b.at, _turn(before, after))] if here == 0 else []
    turn = _turn(before, after)
    return [] if turn == "inflection" else [_point(found, b.at, turn, at_kink=True)]


def _at_end(found: Line, b: Break, signs: Sequence[Run]) -> list[StationaryPoint]:
    """Return a closed end of the box with slope 0, judged by what f does on both sides of it."""
    if b.at not in (found.segments[0].left, found.segments[-1].right) or not b.continuous:
        return []
    slope = b.left if b.right is None else b.right
    here = None if slope is None or slope.value is None else sign_at(slope.value, b.at)
    if here != 0 or any(r.sign == 0 and b.at in (r.left, r.right) for r in signs):
        return []
    x, c = found.x, b.at.lo
    around = Interval(c - NEAR, c + NEAR, True, True).meet(x.assumptions.interval)
    if around.lo == c or around.hi == c or b.kind != "end":
        # The end of what is declared: f is not considered beyond it.
        side = next((r.sign for r in signs if b.at in (r.left, r.right)), None) or 0
        rising = side > 0 if b.left is None else side < 0
        return [_point(found, b.at, "minimum" if rising else "maximum")] if side else []
    beyond = points_of_one_variable(found.e, x, around)
    # The least value nearby says nothing of the whole box.
    there = [
        replace(p, is_global=False) for p in beyond.points if p.box[x].has(c) and p.box[x].is_point
    ]
    return there if there or beyond.status == "proved" else [_point(found, b.at, "degenerate")]


def _point(found: Line, r: Root, kind: Kind, *, at_kink: bool = False) -> StationaryPoint:
    r = refined(r, WIDTH)
    x, name = found.x, KIND_WORDS[kind]
    kink = Words(" (a kink)", "（不可导点）") if at_kink else Words("", "")
    words = Words(
        f"{name.en} at {x.name} {place_text(r)}{kink.en}",
        f"{name.zh}：{x.name} {place_text(r)}{kink.zh}",
    )
    return StationaryPoint({x: r.interval}, kind, words, at_kink, value=_value(found, r))


def _flat(found: Line, run: Run, signs: Sequence[Run]) -> StationaryPoint:
    """Return the set on which f is constant; a minimum if f falls to it and rises from it."""
    x = found.x
    before = _neighbor(found, run.left, [r for r in signs if r.right is run.left])
    after = _neighbor(found, run.right, [r for r in signs if r.left is run.right])
    low, high = before in (-1, 0), after in (1, 0)
    top = before in (1, 0) and after in (-1, 0)
    kind: Kind = "minimum" if low and high else "maximum" if top else "flat"
    hull = _hull(run.left, run.right)
    place = _set_text(found, run.left, run.right)
    word = KIND_WORDS[kind]
    every = Words(f"every {x.name} in {place}", f"{place} 中的每个 {x.name}")
    words = Words(f"{word.en}: {every.en}", f"{word.zh}：{every.zh}")
    middle = None
    try:
        segment = next(s for s in found.segments if s.left is run.left)
        if segment.expr is not None:
            at = sample(segment)  # an end may lie outside of the domain
            there = bounds(segment.expr, {x: closed(at, at)})[segment.expr]
            middle = None if there.is_empty else there
    except (LossmithError, Undecided, StopIteration):
        middle = None
    return StationaryPoint({x: hull}, kind, words, set_of=every, value=middle)


def _neighbor(found: Line, r: Root | None, runs_there: Sequence[Run]) -> int | None:
    """Return the sign of f' beyond an end of a flat run: 0 where nothing follows."""
    if r is None:
        return 0
    b = found.break_at(r)
    if b is not None and not b.continuous:
        return None
    if not runs_there:
        return 0
    return runs_there[0].sign


def _set_text(found: Line, a: Root | None, b: Root | None) -> str:
    left = "(-∞" if a is None else _closed_unless(found, a, "[(") + end_text(a)
    right = "∞)" if b is None else end_text(b) + _closed_unless(found, b, "])")
    return f"{left}, {right}"


def _closed_unless(found: Line, r: Root, pair: str) -> str:
    """Return the closed bracket, the open one where f is known to leave its limit."""
    b = found.break_at(r)
    return pair[1] if b is not None and not b.continuous else pair[0]


def _hull(a: Root | None, b: Root | None) -> Interval:
    return closed(None if a is None else a.lo, None if b is None else b.hi)


def _value(found: Line, r: Root) -> Interval | None:
    try:
        there = value_at(found.e, r)
        return bounds(there, {found.x: r.interval})[there]
    except (NoValue, Undecided, LossmithError):
        return None


# -- the least value -------------------------------------------------------------------------------


def _with_global(
    found: Line, points: list[StationaryPoint], signs: Sequence[Run]
) -> tuple[list[StationaryPoint], Interval | None]:
    """Mark the points with the least value of all, if f is continuous on one interval."""
    ends = _lowest_ends(found, signs) if signs and _is_one_piece(found) else None
    minima = [p for p in points if p.kind == "minimum" and p.value is not None]
    if ends is None or not (minima or ends):
        return _at_the_floor(found, points, minima)
    values = [v for v in (*(p.value for p in minima), *ends) if v is not None]
    best = min(values, key=_top)
    tied = [p for p in minima if p.value is best or (best.is_point and p.value == best)]
    others = [v for v in values if v is not best and not (best.is_point and v == best)]
    if not all(_bottom(v) > _top(best) for v in others):
        return points, _least_of(values)
    return [replace(p, is_global=p in tied) for p in points], _least_of([best])


def _is_one_piece(found: Line) -> bool:
    """Return whether f is continuous on one interval, beyond which it has no value."""
    own = [s.expr is not None for s in found.segments]
    if own.count(True) == 0 or [a for a, _ in groupby(own)].count(True) > 1:
        return False
    inner = len(found.segments) - 1
    sides = [*pairwise(own), *((True, False) for _ in found.breaks[inner:])]
    return all(_joins(b, *beside) for b, beside in zip(found.breaks, sides, strict=True))


def _joins(b: Break, left: bool, right: bool) -> bool:
    """Return whether f is continuous at a cut, or has no value there if it has none on a side.

    left, right: whether f has values there.  At an end of its domain f may have no value, but not
    one apart from its limit, and beyond it none at all.
    """
    absent = not b.defined and (b.kind != "unknown" or b.missing)
    return (b.continuous and (left or right)) or (absent and not (left and right))


def _at_the_floor(
    found: Line, points: list[StationaryPoint], minima: Sequence[StationaryPoint]
) -> tuple[list[StationaryPoint], Interval | None]:
    """Mark points with a value below which f visibly never falls: 0 for a square."""
    floor = bounds(found.e, {found.x: found.box})[found.e].lo
    best = [p for p in minima if p.value is not None and p.value.is_point and p.value.lo == floor]
    if not best:
        return points, None
    return [replace(p, is_global=p in best) for p in points], best[0].value


def _least_of(values: Sequence[Interval]) -> Interval | None:
    """Return an interval that holds the least of several values, None if that has no ends."""
    if not all(v.is_bounded for v in values):
        return None
    return closed(min(map(_bottom, values)), min(map(_top, values)))


def _lowest_ends(found: Line, signs: Sequence[Run]) -> list[Interval] | None:
    """Return the values at closed ends from which f rises; None if it falls to another end.

    An end at which f has no value, or not its limit, is no end of this kind: sin(x)/x at 0.
    """
    ends: list[Interval] = []
    for sign, end, is_open in (
        (signs[0].sign or 0, signs[0].left, found.box.lo_open),
        (-(signs[-1].sign or 0), signs[-1].right, found.box.hi_open),
    ):
        if sign <= 0:
            continue
        b = found.break_at(end)
        here = _value(found, end) if end is not None and b is not None and b.continuous else None
        if is_open or here is None or not here.is_bounded or here.is_empty:
            return None
        ends.append(here)
    return ends


def _top(i: Interval | None) -> Fraction:
    return i.hi if i is not None and i.hi is not None else Fraction(10**60)


def _bottom(i: Interval | None) -> Fraction:
    return i.lo if i is not None and i.lo is not None else Fraction(-(10**60))
