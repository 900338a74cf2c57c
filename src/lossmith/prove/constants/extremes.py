"""Where a function of one number is extreme, to see which bound is worth proving: no evidence."""

from __future__ import annotations

from fractions import Fraction

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed

FAR = 10**6
"""What tends to a bound at infinity shows it here, in quarters."""

HALVINGS = 16
"""Halvings of the step towards the place where the function is extreme."""


def extreme(f: Expr, x: Symbol, seen: Fraction, side: int) -> Fraction:
    """Return the largest (side 1) or least (-1) value of f near the best of a grid, or ``seen``.

    A short search by halves finds it to a billionth: f is flat where it turns.
    """

    def value(p: Fraction) -> Fraction | None:
        here = bounds(f, {x: closed(p, p)})[f] if x.assumptions.interval.has(p) else None
        if here is None or here.lo is None or here.hi is None:
            return None
        return here.hi if side > 0 else here.lo

    inside = [(v, p) for p in _grid(x.assumptions.interval) if (v := value(p)) is not None]
    if not inside:
        return seen
    best, at = max(inside, key=lambda pair: side * pair[0])
    step = _gap(x.assumptions.interval, at)
    for _ in range(HALVINGS):
        step /= 2
        for p in (at - step, at + step):
            v = value(p)
            if v is not None and side * v > side * best:
                best, at = v, p
    return max(best, seen) if side > 0 else min(best, seen)


def _grid(whole: Interval) -> list[Fraction]:
    """Return a few plain points of the interval, at its ends and inside."""
    if whole.lo is not None and whole.hi is not None:
        return [whole.lo + (whole.hi - whole.lo) * Fraction(k, 8) for k in range(9)]
    if whole.lo is not None or whole.hi is not None:
        side = 1 if whole.lo is not None else -1
        end = (whole.lo if whole.lo is not None else whole.hi) or Fraction(0)
        return [end + side * Fraction(k, 4) for k in (0, 1, 2, 4, 8, 16, 32, FAR)]
    return [Fraction(k, 4) for k in (-FAR, -32, -16, -8, -4, -2, -1, 0, 1, 2, 4, 8, 16, 32, FAR)]


def _gap(whole: Interval, at: Fraction) -> Fraction:
    """Return about the distance of the point to the next ones of the grid."""
    if whole.lo is not None and whole.hi is not None:
        return (whole.hi - whole.lo) / 8
    return max(abs(at), Fraction(1, 2))
