"""The minimizer of a strictly convex function of one number, enclosed, and f'' there.

f' rises, so one change of its sign, seen at two rational points, encloses the only minimizer; the
local threshold of gradient descent is 2/f''(x*).
"""

from __future__ import annotations

from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.second import derivative, is_smooth_on
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed
from lossmith.prove.curvature.attempt import narrowed

HALVINGS = 60


def minimizer(e: Expr, x: Symbol) -> tuple[Interval, Interval] | None:
    """Return enclosures of x* and of f''(x*), for e strictly convex in x alone.

    None if f' is not seen to change its sign, or e is not smooth there.
    """
    inside = narrowed(e, (x,))
    if inside is not None:
        e, (x,) = inside
    try:
        slope = derivative(e, x)
        second = derivative(slope, x)
        ends = _bracket(slope, x)
        if ends is None:
            return None
        low, high = ends
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            sign = _sign(slope, x, middle)
            if sign == 0:
                break
            low, high = (middle, high) if sign < 0 else (low, middle)
        at = closed(low, high)
        if not is_smooth_on(e, x, {x: at}):
            return None
        return at, bounds(second, {x: at})[second]
    except (ValueError, LossmithError):
        return None


def _sign(slope: Expr, x: Symbol, at: Fraction) -> int:
    found = bounds(slope, {x: closed(at, at)})[slope]
    if found.lo is not None and found.lo > 0:
        return 1
    return -1 if found.hi is not None and found.hi < 0 else 0


def _bracket(slope: Expr, x: Symbol) -> tuple[Fraction, Fraction] | None:
    whole = x.assumptions.interval
    sizes = [Fraction(2) ** k for k in range(-20, 21)]
    points = [p for s in sizes for p in (s, -s)] + [Fraction(0)]
    if whole.lo is not None:
        points += [whole.lo + s for s in sizes]
    if whole.hi is not None:
        points += [whole.hi - s for s in sizes]
    below: Fraction | None = None
    for p in sorted({p for p in points if whole.has(p)}):
        sign = _sign(slope, x, p)
        if sign < 0:
            below = p
        elif sign > 0:
            return None if below is None else (below, p)
    return None
