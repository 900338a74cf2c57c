"""Stationary points, each proved to be there: isolated exactly, and classified.

One variable: the zeros of f' between the points where the formula switches, all of them isolated.
Several variables: polynomials by exact elimination, and boxes by interval Newton steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import Matrix, hessian_of_quadratic, is_psd
from lossmith.evidence.arithmetic.second import derivative
from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import Interval, closed
from lossmith.expr.walk import substitute, symbols
from lossmith.prove.points.closed_points import closed_point
from lossmith.prove.points.least import least_value
from lossmith.prove.points.medians import quantiles
from lossmith.prove.points.point_edge import ON_EDGE, on_edge, touches_edge
from lossmith.prove.points.points import KIND_WORDS, Kind, Stationary, StationaryPoint, undecided
from lossmith.prove.points.points_corners import points_of_corners
from lossmith.prove.points.points_layers import points_of_layers, proof_everywhere
from lossmith.prove.points.points_outer import carried, outer
from lossmith.prove.points.points_periodic import points_on_line
from lossmith.prove.points.points_pieces import with_least_piece
from lossmith.prove.points.points_product import points_of_separable
from lossmith.prove.points.points_search import Search
from lossmith.prove.points.points_several import MOST, points_of_several_variables
from lossmith.prove.points.points_squares import with_common_zeros
from lossmith.prove.zeros.linear_solution import solution
from lossmith.words import Words


def stationary(
    e: Expr, wrt: tuple[Symbol, ...], box: Mapping[Symbol, Interval] | None = None
) -> Stationary:
    """Return the stationary points of a scalar in wrt, inside the box (the declared sets if None).

    Only for formulas without other data; everything is proved in exact and ball arithmetic.
    """
    data = [s.name for s in symbols(e) if s not in wrt]
    if data and len(wrt) == 1 and not wrt[0].shape and not box:
        whole = quantiles(e, wrt[0]) or closed_point(e, wrt[0])
        if whole is not None:
            return whole
    if data:
        return Stationary("undecided", words=_values_needed(data, wrt))
    inside = {s: s.assumptions.interval.meet((box or {}).get(s, Interval())) for s in wrt}
    if len(wrt) == 1 and not wrt[0].shape:
        return points_on_line(e, wrt[0], inside[wrt[0]])
    affine = _of_quadratic(e, wrt, inside)
    if affine is not None and not _has_least_on_border(affine, inside):
        return affine
    if not any(s.shape for s in wrt):
        separable = points_of_separable(e, wrt, inside)
        if separable is not None:
            return separable
        made = points_of_layers(e, wrt, inside)
        if made is not None:
            return made
    found = points_of_several_variables(e, wrt, inside)
    if found.status == "undecided" and not found.points:
        found = points_of_corners(e, wrt, inside) or with_least_piece(found, e, wrt, inside)
    is_open = found.status == "undecided" or any(p.kind == "degenerate" for p in found.points)
    behind = outer(e, wrt) if is_open else None
    if behind is not None:
        inner = stationary(behind.inner, wrt, box)
        if inner.status == "proved":
            return carried(inner, behind)
    is_open = found.status == "undecided" and not any(p.is_global for p in found.points)
    if is_open and not any(s.shape for s in wrt):
        return with_common_zeros(found, e, wrt, inside)
    return found


def _has_least_on_border(found: Stationary, inside: Mapping[Symbol, Interval]) -> bool:
    """Return whether the least value on a box of few variables is still to be found, on a face."""
    bounded = len(inside) <= MOST and all(i.is_bounded for i in inside.values())
    single = all(p.set_of is None for p in found.points) and bool(found.points)
    return bounded and single and not any(p.is_global for p in found.points)


def _values_needed(data: Sequence[str], wrt: Sequence[Symbol]) -> Words:
    """Return what is missing; a variable that was read as a vector may be meant as one number."""
    names = ", ".join(data)
    en, zh = f"values are needed for {names}", f"需要给出 {names} 的取值"
    if len(wrt) == 1 and len(wrt[0].shape) == 1:
        declared = f'--declare "{wrt[0].name}: scalar"'
        en += f"; if {wrt[0].name} is one number: {declared}"
        zh += f"；若 {wrt[0].name} 是一个数：{declared}"
    return Words(en, zh)


# -- quadratics in any number of variables ---------------------------------------------------------


def _of_quadratic(
    e: Expr, wrt: tuple[Symbol, ...], inside: Mapping[Symbol, Interval]
) -> Stationary | None:
    """Return the solutions of an affine gradient with numbers, None for other formulas."""
    if any(s.shape for s in wrt):
        return None
    h = hessian_of_quadratic(e, wrt)
    if h is None:
        return None
    try:
        slope = [_at_origin(derivative(e, x), wrt) for x in wrt]
    except (ValueError, LossmithError):
        return None
    right = [-s for s in slope if s is not None]
    if len(right) < len(wrt):
        return None
    solved = solution(h, right)
    proof = partial(proof_everywhere, Search(e, wrt, inside))
    if solved is None:
        words = Words("there is none: the gradient never vanishes", "没有驻点：梯度处处不为零")
        return Stationary("proved", words=words, make_certificate=proof)
    place, free = solved
    minus = [[-q for q in r] for r in h]
    convex = is_psd(h)
    kind: Kind = "minimum" if convex else "maximum" if is_psd(minus) else "saddle"
    if free:
        return _flat_of_points(e, wrt, inside, place, free, kind)
    if not all(inside[s].has(v) for s, v in zip(wrt, place, strict=True)):
        least = least_value(e, wrt, list(inside.values()))
        words = Words("there is none in the box", "区域内没有驻点")
        return Stationary("proved", words=words, least=least, make_certificate=proof)
    where = ", ".join(f"{s.name} = {v}" for s, v in zip(wrt, place, strict=True))
    box = {s: closed(v, v) for s, v in zip(wrt, place, strict=True)}
    reason: Words | None = None
    if kind == "saddle" and touches_edge(list(box.values()), wrt):
        names = [s.name for s in wrt]
        judged = on_edge(_second_order(h), wrt, names, place, complete=True) or ON_EDGE
        kind, reason = judged.kind, judged.reason
    name = KIND_WORDS[kind]
    words = Words(f"{name.en} at {where}", f"{name.zh}：{where}")
    known: dict[Expr, Interval] = {s: i for s, i in box.items()}
    found = StationaryPoint(
        box, kind, words, value=bounds(e, known)[e], is_global=convex, reason=reason
    )
    one = Words("exactly 1", "恰有 1 个")
    return Stationary("proved", (found,), words=one, make_certificate=proof)


def _flat_of_points(
    e: Expr,
    wrt: tuple[Symbol, ...],
    inside: Mapping[Symbol, Interval],
    place: list[Fraction],
    free: list[list[Fraction]],
    kind: Kind,
) -> Stationary:
    """Return the plane place + span(free) as one set of stationary points."""
    if any(not i == Interval() for i in inside.values()) and not all(
        inside[s].has(v) for s, v in zip(wrt, place, strict=True)
    ):
        return undecided(
            "a whole flat of stationary points; whether it meets the box is not decided",
            "驻点构成一个仿射子空间；它是否与该区域相交未判定",
        )
    if kind == "saddle" and _may_touch(wrt, place, free):
        return undecided(
            "a whole flat of stationary points; what they are on the edge of the declared set is "
            "not decided",
            "驻点构成一个仿射子空间；在所声明集合的边界上它们的类型未判定",
        )
    names = ", ".join(s.name for s in wrt)
    base = ", ".join(map(str, place))
    moves = "".join(
        f" + {t}·({', '.join(map(str, v))})" for t, v in zip(("s", "t", "u"), free, strict=False)
    )
    more = " + …" if len(free) > 3 else ""
    shown = f"({names}) = ({base}){moves}{more}"
    name = KIND_WORDS[kind]
    every = Words(f"every point {shown}", f"每一点 {shown}")
    words = Words(f"{name.en}: {every.en}", f"{name.zh}：{every.zh}")
    point = StationaryPoint(dict(inside), kind, words, set_of=every, is_global=kind == "minimum")
    one = Words("one flat", "一个仿射子空间")
    proof = partial(proof_everywhere, Search(e, wrt, inside))
    return Stationary("proved", (point,), words=one, make_certificate=proof)


def _may_touch(
    wrt: Sequence[Symbol], place: Sequence[Fraction], free: Sequence[Sequence[Fraction]]
) -> bool:
    """Return whether a flat may reach an end of a declared interval."""
    hull = [
        closed(None, None) if any(v[k] for v in free) else closed(q, q) for k, q in enumerate(place)
    ]
    return touches_edge(hull, wrt)


def _second_order(h: Matrix) -> dict[tuple[int, ...], Fraction]:
    """Return u'Hu/2 by the exponents of u."""
    found: dict[tuple[int, ...], Fraction] = {}
    for i, row in enumerate(h):
        for j, q in enumerate(row):
            m = tuple((k == i) + (k == j) for k in range(len(h)))
            found[m] = found.get(m, Fraction(0)) + q / 2
    return {m: c for m, c in found.items() if c}


def _at_origin(f: Expr, wrt: Sequence[Symbol]) -> Fraction | None:
    there = substitute(f, {s: const(0) for s in wrt})
    return there.value if isinstance(there, Const) else None
