"""The least value on a box, enclosed by branch and bound."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from heapq import heappop, heappush
from itertools import count

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed, point

BOXES = 600
GAP = Fraction(1, 10**6)


def least_value(e: Expr, wrt: Sequence[Symbol], box: Sequence[Interval]) -> Interval | None:
    """Return an enclosure of the least value (the infimum) of e over a bounded box.

    None for an unbounded box or a formula without a value somewhere on it that can be used.
    Upper ends are values at rational points, lower ends hold for whole boxes.
    """
    if len(wrt) > 3 or not all(i.is_bounded for i in box):
        return None
    order = count()
    start = tuple(closed(i.lo, i.hi) for i in box)
    low = _lower(e, wrt, start)
    if low is None:
        return None
    waiting = [(low, next(order), start)]
    best: Fraction | None = None
    for _ in range(BOXES):
        low, _, b = waiting[0]
        if best is not None and best - low <= GAP * max(Fraction(1), abs(best)):
            break
        heappop(waiting)
        for half in _halves(b):
            value = _value(e, wrt, half)
            best = value if best is None or (value is not None and value < best) else best
            lower = _lower(e, wrt, half)
            if lower is None:
                return None
            if best is None or lower <= best:
                heappush(waiting, (lower, next(order), half))
        if not waiting:
            return None
    if best is None:
        return None
    return Interval(min(waiting[0][0], best), best, False, False)


def _lower(e: Expr, wrt: Sequence[Symbol], b: tuple[Interval, ...]) -> Fraction | None:
    known: dict[Expr, Interval] = dict(zip(wrt, b, strict=True))
    try:
        found = bounds(e, known)[e]
    except LossmithError:
        return None
    return None if found.is_empty else found.lo


def _value(e: Expr, wrt: Sequence[Symbol], b: tuple[Interval, ...]) -> Fraction | None:
    """Return an upper bound of the value in the middle of a box."""
    known: dict[Expr, Interval] = {}
    for x, i in zip(wrt, b, strict=True):
        assert i.lo is not None
        assert i.hi is not None
        known[x] = point((i.lo + i.hi) / 2)
    try:
        found = bounds(e, known)[e]
    except LossmithError:
        return None
    return None if found.is_empty else found.hi


def _halves(b: tuple[Interval, ...]) -> list[tuple[Interval, ...]]:
    widths = [(i.hi or Fraction(0)) - (i.lo or Fraction(0)) for i in b]
    k = widths.index(max(widths))
    i = b[k]
    assert i.lo is not None
    assert i.hi is not None
    cut = (i.lo + i.hi) / 2
    return [(*b[:k], closed(i.lo, cut), *b[k + 1 :]), (*b[:k], closed(cut, i.hi), *b[k + 1 :])]
