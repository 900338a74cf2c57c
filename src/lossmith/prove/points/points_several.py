"""Stationary points of several variables: exact in the plane where that can be, else in a box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from lossmith.evidence.points.krawczyk import Box
from lossmith.evidence.points.zeros import ZerosCertificate
from lossmith.expr.node import Expr, Symbol
from lossmith.prove.kinks.kinks import kinks
from lossmith.prove.points.eliminants import everywhere
from lossmith.prove.points.points import (
    PointsCertificate,
    Stationary,
    StationaryPoint,
    counted,
    undecided,
)
from lossmith.prove.points.points_box import by_boxes
from lossmith.prove.points.points_everywhere import by_eliminants
from lossmith.prove.points.points_least import with_least
from lossmith.prove.points.points_plane import by_elimination
from lossmith.prove.points.points_proof import proof_of
from lossmith.prove.points.points_search import Inside, Search
from lossmith.prove.zeros.krawczyk import zeros_in
from lossmith.prove.zeros.roots import Undecided
from lossmith.words import Words

MOST = 3
"""Most variables of a search in boxes, or of one for the least value on a box."""

THOROUGH = 3000
"""Boxes for a proof in a box when the points are known already."""


def points_of_several_variables(e: Expr, wrt: tuple[Symbol, ...], inside: Inside) -> Stationary:
    """Return the stationary points of e, a scalar of at most 4 scalar variables and numbers."""
    if any(s.shape for s in wrt) or len(wrt) > MOST + 1:
        return _too_many()
    search = Search(e, wrt, inside)
    if len(wrt) == 2:
        try:
            points, left = by_elimination(search)
        except Undecided:
            pass
        else:
            proof = None if left else partial(_proof, search, points)
            return _answer(search, points, left, None, proof)
    if search.system is None or kinks(e, wrt):
        return undecided(
            "it has kinks; several variables are decided for smooth formulas",
            "它有不可导点；多个变量时只处理光滑的公式",
        )
    exact = by_eliminants(search) if len(wrt) > 2 else None
    if exact is not None:
        made = exact.certificate
        return _answer(search, exact.points, exact.left, None, lambda: made)
    if len(wrt) > MOST:
        return _too_many()
    found = by_boxes(search)
    return _answer(search, found.points, found.left, found.searched, found.proof)


def _too_many() -> Stationary:
    return undecided(
        "several variables are decided for at most 3 scalars, for 4 with a polynomial gradient, or "
        "for an affine gradient with numbers",
        "多个变量时，只处理至多 3 个标量、梯度为多项式的 4 个标量，或梯度是数值系数的仿射函数的"
        "情形",
    )


def _proof(search: Search, points: Sequence[StationaryPoint]) -> PointsCertificate | None:
    """Return a certificate of points found by elimination: in the box, or in all of the plane."""
    return _proof_in_box(search, points) or everywhere(search)


def _proof_in_box(search: Search, points: Sequence[StationaryPoint]) -> ZerosCertificate | None:
    """Return a certificate of points found by elimination, in a bounded box without curves."""
    box = tuple(search.inside.values())
    if search.system is None or not all(i.is_bounded for i in box):
        return None
    if any(p.set_of is not None or p.kind == "degenerate" for p in points):
        return None
    reduced = search.reduced(box)
    found = zeros_in(reduced.system, box, THOROUGH)
    return None if found.left else proof_of(search, reduced, box, found)


def _answer(
    search: Search,
    points: list[StationaryPoint],
    left: Sequence[Box],
    searched: Box | None,
    proof: Callable[[], PointsCertificate | None] | None,
) -> Stationary:
    points = sorted(points, key=lambda p: [i.lo or 0 for i in p.box.values()])
    boxes = tuple(dict(zip(search.wrt, b, strict=True)) for b in left)
    n = len(points)
    bounded = any(i.is_bounded for i in search.inside.values())
    complete = not left and searched is None and (len(search.wrt) <= MOST or not bounded)
    points, least = with_least(search, points, points_of_several_variables, complete=complete)
    if left:
        words = Words(
            f"{n} found; {len(left)} box(es) stay undecided",
            f"找到 {n} 个；还有 {len(left)} 个区域未判定",
        )
        return Stationary("undecided", tuple(points), boxes, words, least)
    if searched is not None:
        shown = ", ".join(
            f"{name} in [{i.lo}, {i.hi}]" for name, i in zip(search.names, searched, strict=True)
        )
        words = Words(
            f"{n} for {shown}; outside nothing was searched: give --box",
            f"在 {shown} 内有 {n} 个；范围之外没有搜索，请用 --box 给出范围",
        )
        return Stationary("undecided", tuple(points), (), words, least, make_certificate=proof)
    words = counted(tuple(points))
    return Stationary("proved", tuple(points), words=words, least=least, make_certificate=proof)
