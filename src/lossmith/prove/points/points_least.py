"""The least value of several variables, from all stationary points and what happens at the border.

On a bounded box a smooth function has its least value at a stationary point inside or on a face,
which is a problem of one variable less. On the whole space it has it at a stationary point if it
grows beyond every bound, or if it falls below 0 somewhere and tends to 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.expr.build import add, const, scale
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import REALS, Interval, closed, point
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.points.infinity import grows, vanishes
from lossmith.prove.points.least import least_value
from lossmith.prove.points.points import Stationary, StationaryPoint
from lossmith.prove.points.points_line import points_of_one_variable
from lossmith.prove.points.points_search import Search
from lossmith.prove.zeros.exact_values import is_zero

Solve = Callable[[Expr, tuple[Symbol, ...], Mapping[Symbol, Interval]], Stationary]


def with_least(
    search: Search, points: list[StationaryPoint], solve: Solve, *, complete: bool
) -> tuple[list[StationaryPoint], Interval | None]:
    """Return the points, those with the least value of all marked, and an enclosure of it.

    solve: finds the points on a face of a box.  complete: these are all stationary points.
    """
    known = [p.value for p in points if p.is_global and p.value is not None]
    border = _border(search, solve) if complete and not known else None
    if border is None:
        box = list(search.inside.values())
        return points, known[0] if known else least_value(search.e, search.wrt, box)
    minima = [p for p in points if p.kind in ("minimum", "degenerate", "edge")]
    values = [p.value for p in minima]
    if any(v is None or not v.is_bounded or v.is_empty for v in values):
        return points, None
    every = [v for v in [*values, *border] if v is not None]
    if not every:
        return points, None
    least = Interval(min(map(_low, every)), min(map(_high, every)), False, False)
    best = [p for p in minima if p.value is not None and _low(p.value) <= _high(least)]
    alone = all(_low(v) > _high(least) for v in border)
    if alone and all(p.kind == "minimum" for p in best) and _are_one(search, best):
        points = [replace(p, is_global=any(p is b for b in best)) for p in points]
    return points, least


def _low(i: Interval) -> Fraction:
    assert i.lo is not None
    return i.lo


def _high(i: Interval) -> Fraction:
    assert i.hi is not None
    return i.hi


# -- where there is no stationary point ------------------------------------------------------------


def _border(search: Search, solve: Solve) -> list[Interval] | None:
    """Return what else may be the infimum: least values on faces, the limit at infinity.

    None if that is not known.
    """
    inside = list(search.inside.values())
    if all(i == REALS for i in inside):
        if grows(search.e, search.wrt):
            return []
        return [point(0)] if vanishes(search.e, search.wrt) else None
    if search.system is None or not all(i.is_bounded for i in inside):
        return None
    if not search.system.is_smooth(tuple(closed(i.lo, i.hi) for i in inside)):
        return None
    found: list[Interval] = []
    for x in search.wrt:
        for end in (search.inside[x].lo, search.inside[x].hi):
            assert end is not None
            least = _on_face(search, x, end, solve)
            if least is None or not least.is_bounded or least.is_empty:
                return None
            found.append(least)
    return found


def _on_face(search: Search, x: Symbol, end: Fraction, solve: Solve) -> Interval | None:
    """Return an enclosure of the least value on the face x = end of the box."""
    try:
        e = substitute(search.e, {x: const(end)})
    except LossmithError:
        return None
    inside = {y: closed(i.lo, i.hi) for y, i in search.inside.items() if y is not x}
    moving = [y for y in inside if depends_on(e, (y,))]
    if not moving:
        return bounds(e, {})[e]
    if len(moving) == 1:
        return points_of_one_variable(e, moving[0], inside[moving[0]]).least
    return solve(e, tuple(moving), {y: inside[y] for y in moving}).least


# -- points that are images of each other ----------------------------------------------------------


def _are_one(search: Search, best: Sequence[StationaryPoint]) -> bool:
    """Return whether all these points have one value: there is one, or e is symmetric."""
    if not best:
        return False
    first, *others = best
    boxes = [_box(p) for p in best]
    if all(_is_same_value(p, first) for p in others):
        return True
    images = [_box(first)]
    for names, signs in _moves(len(search.wrt)) if others else ():
        moved: dict[Expr, Expr] = {
            x: scale(Fraction(s), search.wrt[k])
            for x, k, s in zip(search.wrt, names, signs, strict=True)
        }
        if same(substitute(search.e, moved), search.e):
            # e(m(x)) = e(x): the image of the first point is a stationary point of that value.
            pairs = zip(names, signs, strict=True)
            images.append(tuple(_box(first)[k].scale(Fraction(s)) for k, s in pairs))
    inside = list(search.inside.values())
    images = [i for i in images if all(a.within(b) for a, b in zip(i, inside, strict=True))]
    hits = [[k for k, b in enumerate(boxes) if _meet(i, b)] for i in images]
    return {k for met in hits if len(met) == 1 for k in met} == set(range(len(best)))


def _is_same_value(p: StationaryPoint, q: StationaryPoint) -> bool:
    """Return whether two values are equal by what they are in symbols."""
    a, b = p.exact_value, q.exact_value
    return a is not None and b is not None and is_zero(add(a, (-1, b)))


def _moves(n: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    return list(product(permutations(range(n)), product((1, -1), repeat=n)))


def _box(p: StationaryPoint) -> tuple[Interval, ...]:
    return tuple(p.box.values())


def _meet(a: Sequence[Interval], b: Sequence[Interval]) -> bool:
    return not any(i.meet(j).is_empty for i, j in zip(a, b, strict=True))
