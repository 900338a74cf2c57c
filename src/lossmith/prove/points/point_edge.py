"""Stationary points on the edge of the declared set: there, only what lies in the set counts.

x*y has a saddle at (0, 0) in the plane, and its least value there on [0, 1] x [0, 1]. A minimum or
a maximum stays one in any smaller set.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.expr.node import Symbol
from lossmith.expr.sets import Interval
from lossmith.prove.points.point_kind import Judged, Local, two_curves
from lossmith.words import Words

ON_EDGE = Judged("edge", Words("in the set on one side of it alone", "只考虑其落在该集合内的一侧"))


def touches_edge(box: Sequence[Interval], wrt: Sequence[Symbol]) -> bool:
    """Return whether a point of the box may lie on an end of a declared interval."""
    return any(
        (s.lo is not None and (i.lo is None or i.lo <= s.lo))
        or (s.hi is not None and (i.hi is None or i.hi >= s.hi))
        for i, s in ((i, x.assumptions.interval) for i, x in zip(box, wrt, strict=True))
    )


def on_edge(
    f: Local, wrt: Sequence[Symbol], names: Sequence[str], at: Sequence[Fraction], *, complete: bool
) -> Judged | None:
    """Return the kind among the points of the declared set, from the expansion f(a + u) - f(a).

    complete: the expansion is all of f; else only its lowest part counts, which must stand alone.
    """
    sides = [_side(x.assumptions.interval, q) for x, q in zip(wrt, at, strict=True)]
    if not f or None in sides:
        return None
    lowest = min(map(sum, f))
    usable = f if complete else {m: c for m, c in f.items() if sum(m) == lowest}
    saddle = two_curves(usable, names, at, straight=not complete, few=False, sides=sides)
    if saddle is not None:
        return saddle
    turned = {m: c * _sign(m, sides) for m, c in usable.items()}
    for sign, judged in ((1, _LOW), (-1, _HIGH)):
        if all(sign * c > 0 for c in turned.values()) and (complete or _is_full(turned, len(at))):
            return judged
    return None


_LOW = Judged("minimum", Words("no value in the set nearby is smaller", "集合内附近没有更小的值"))
_HIGH = Judged("maximum", Words("no value in the set nearby is larger", "集合内附近没有更大的值"))


def _side(inside: Interval, q: Fraction) -> int | None:
    """Return 1 or -1 if one can move from q in this direction only, 0 if in both."""
    if inside.is_point:
        return None
    return 1 if q == inside.lo else -1 if q == inside.hi else 0


def _sign(m: Sequence[int], sides: Sequence[int | None]) -> int:
    """Return the sign of a monomial in the set, 0 if it takes both."""
    sign = 1
    for p, side in zip(m, sides, strict=True):
        if p % 2:
            sign *= side or 0
    return sign


def _is_full(part: Local, n: int) -> bool:
    """Return whether a pure power of every variable is there: no direction is left flat."""
    pure = {k for m in part for k in range(n) if m[k] and not any(m[:k] + m[k + 1 :])}
    return len(pure) == n
