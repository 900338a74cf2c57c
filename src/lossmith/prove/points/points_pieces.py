"""The global minimizers of the least of several convex quadratics: ties of clusterings.

f = q + sum of c_k min(u_k, v_k) with c_k > 0 is the least of the functions in which each min is
replaced by one of its arguments. If all of these are quadratics that have a least value, the least
of those values is that of f, and f takes it exactly where such a quadratic does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from itertools import product
from typing import Final

from lossmith.evidence.arithmetic.polynomial import hessian_of_quadratic, is_psd
from lossmith.expr.build import add, const
from lossmith.expr.node import Add, Apply, Const, Expr, Symbol
from lossmith.expr.sets import REALS, Interval, point
from lossmith.expr.walk import substitute
from lossmith.prove.points.points import Stationary, least_point
from lossmith.prove.zeros.linear_solution import slopes_at_0, solution
from lossmith.words import Words

MOST: Final = 8
"""Most minima of two: there are 2^k choices."""

Place = tuple[Fraction, ...]


def with_least_piece(
    found: Stationary, e: Expr, wrt: tuple[Symbol, ...], inside: Mapping[Symbol, Interval]
) -> Stationary:
    """Return an undecided answer with all global minimizers, if f is the least of such pieces."""
    if any(i != REALS for i in inside.values()):
        return found
    best: Fraction | None = None
    places: list[Place] = []
    for piece in _pieces(e) or ():
        low = _least(piece, wrt)
        if low is None:
            return found
        value, at = low
        if best is None or value < best:
            best, places = value, []
        if value == best:
            if at is None:
                return found  # a whole flat of minimizers
            places += [at] if at not in places else []
    if best is None:
        return found
    reason = Words(
        "f is the least of convex quadratics, and none of them has a smaller value",
        "f 是若干凸二次函数的最小者，且其中没有更小的值",
    )
    points = tuple(
        least_point(dict(zip(wrt, at, strict=True)), const(best), reason) for at in sorted(places)
    )
    words = Words(
        "these are all global minimizers; other local extrema and saddles were not sought",
        "这些是全部的全局极小点；其他局部极值点与鞍点没有搜索",
    )
    return replace(found, points=points, words=words, least=point(best))


def _pieces(e: Expr) -> Iterator[Expr] | None:
    """Return all choices of one argument for each min; None if there is none, or too many."""
    terms = e.terms if isinstance(e, Add) else ((Fraction(1), e),)
    choices: list[tuple[Expr, ...]] = []
    for c, t in terms:
        is_min = isinstance(t, Apply) and t.atom.name == "min" and not t.shape and c > 0
        choices.append(t.args if is_min and isinstance(t, Apply) else (t,))
    mins = sum(len(a) > 1 for a in choices)
    if not 0 < mins <= MOST:
        return None
    weights = [c for c, _ in terms]
    return (add(*zip(weights, row, strict=True), shape=()) for row in product(*choices))


def _least(q: Expr, wrt: tuple[Symbol, ...]) -> tuple[Fraction, Place | None] | None:
    """Return (least value, the one minimizer or None for a flat) of a convex quadratic."""
    h = hessian_of_quadratic(q, wrt)
    if h is None or not is_psd(h):
        return None
    start = slopes_at_0(q, wrt)
    solved = None if start is None else solution(h, [-g for g in start])
    if solved is None:
        return None
    at, free = solved
    value = substitute(q, {x: const(v) for x, v in zip(wrt, at, strict=True)})
    if not isinstance(value, Const):
        return None
    return value.value, None if free else tuple(at)
