"""Extreme and stationary points of one variable, from the signs of f' between its zeros."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import Interval, closed, point
from lossmith.expr.walk import count
from lossmith.prove.kinks.kink_words import place_text
from lossmith.prove.line.line import Break, Line, Run, line, runs
from lossmith.prove.line.line_runs import monotone_runs
from lossmith.prove.line.segments import sample
from lossmith.prove.points.points import (
    KIND_WORDS,
    Kind,
    Stationary,
    StationaryPoint,
    counted,
    turning,
)
from lossmith.prove.points.points_behavior import WIDTH, behavior, end_text
from lossmith.prove.points.points_course import course_of
from lossmith.prove.points.points_floor import BELOW, value_there, with_global
from lossmith.prove.zeros.closed_forms import LARGEST, closed_form, value_at, vanishes_at
from lossmith.prove.zeros.roots import Root, Undecided, exact_root, refined, sign_at
from lossmith.text.writing.printing import to_unicode
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
                f"{n} found, undecided intervals: {len(boxes)}" + _hint(x, whole),
                f"找到 {n} 个；还有 {len(boxes)} 个区间未判定",
            )
        )
        return Stationary("undecided", tuple(points), boxes, words, None, behavior(found))
    floor = with_global(found, points, signs)
    marked = floor.points
    smooth = tuple(p for p in marked if not p.at_kink)
    words = counted(smooth)
    if len(smooth) < len(marked):
        also = turning(len(marked) - len(smooth))
        words = Words(f"{words.en} with slope 0; {also.en}", f"{words.zh}（导数为 0）；{also.zh}")
    proof = partial(course_of, found)
    return Stationary(
        "proved", tuple(marked), (), words, floor.least, behavior(found), proof, floor.words
    )


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
    at = _in_symbols(r)
    if at is not None and isinstance(c := at[x], Const):
        r = exact_root(x, c.value)
    place = place_text(r) if r.is_exact or at is None else f"= {to_unicode(at[x])}"
    words = Words(
        f"{name.en} at {x.name} {place}{kink.en}", f"{name.zh}：{x.name} {place}{kink.zh}"
    )
    value, exact = value_there(found, r), None if at is None else value_at(found.e, at)
    if isinstance(exact, Const):
        value = point(exact.value)
    return StationaryPoint(
        {x: r.interval}, kind, words, at_kink, value=value, exact=at or {}, exact_value=exact
    )


def _in_symbols(r: Root) -> dict[Symbol, Expr] | None:
    """Return the coordinate of a point in symbols: 1, √2, log 2; None if none is seen."""
    if r.is_exact:
        return {r.x: const(r.lo)}
    if count(r.g) > LARGEST:
        return None
    seen = closed_form(r.interval, lambda c: vanishes_at(r.g, {r.x: c}))
    return None if seen is None else {r.x: seen}


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


def _bottom(i: Interval | None) -> Fraction:
    return i.lo if i is not None and i.lo is not None else BELOW
