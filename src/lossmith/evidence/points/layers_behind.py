"""Places of phi(h), one function behind another, and in other coordinates. Trusted.

On a stretch where phi has a slope of the sign s, phi(h) has the places of s h, since there h is a
smooth function of phi(h). A level h = c at which phi turns is a place of its own, and so is one at
which phi has slope 0 and goes on. Where h is least (greatest), only one side of phi counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.normal.normal_steps import STEPS
from lossmith.evidence.points.course import Course, Turn
from lossmith.evidence.points.course_check import check_course
from lossmith.evidence.points.krawczyk import inverse
from lossmith.evidence.points.layers import Behind, Moved, formula, refused, variables
from lossmith.evidence.points.layers_place import (
    Inside,
    Place,
    Places,
    are_equal,
    check_reached,
    is_smooth,
    is_strict,
    turn_kind,
    turned,
)
from lossmith.expr.build import add, const
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import REALS, Interval, closed, opened, point
from lossmith.expr.walk import substitute


def outer_places(t: Behind, inner: Places, box: Inside) -> Places:
    """Return the places of phi(h) from those of h."""
    c, h = t.course, formula(t.inner)
    check_course(c)
    reach = bounds(h, {**box})[h]
    if not are_equal(t.e, substitute(c.e, {c.x: h})):
        raise refused("the function is not the one behind the other", "该函数不是所述的复合")
    if not closed(reach.lo, reach.hi).within(closed(c.box.lo, c.box.hi)) or not is_strict(c, reach):
        raise refused("a course does not decide the interval", "走势未覆盖整个区间")
    if len(t.reached) != len(c.turns):
        raise refused("a turn has no line of its own", "有一个转折点没有对应的行")
    found: list[Place] = []
    for k, turn in enumerate(c.turns):
        if not closed(turn.low, turn.high).meet(reach).is_empty and not _is_end(turn, reach):
            found.append(_level(t, k, inner, reach, box))
    carried = (_carried(c, p, reach) for p in inner)
    return (*found, *(p for p in carried if p is not None))


def _is_end(turn: Turn, reach: Interval) -> bool:
    """Return whether a level is an end of the range of h: it is taken at places of h alone."""
    return turn.low == turn.high and turn.low in (reach.lo, reach.hi)


def _level(t: Behind, k: int, inner: Places, reach: Interval, box: Inside) -> Place:
    """Return the place h = c for a turn c of phi inside the range of h."""
    c, h, turn = t.course, formula(t.inner), t.course.turns[k]
    at, kind = closed(turn.low, turn.high), turn_kind(t.course, k)
    if not at.within(opened(reach.lo, reach.hi)):
        raise refused("a level may lie outside of the range", "某个值可能在值域之外")
    special = [p for p in inner if not p.value.meet(at).is_empty]
    if any(p.value != at or not at.is_point for p in special):
        raise refused("whether a place has the level is not shown", "未说明某处是否取到该值")
    if turn.kind == "kink" and kind == "saddle":
        raise refused("what a kink without a turn does is not shown", "未说明不转向的折点处的情形")
    reached = t.reached[k]
    if reached is not None:
        check_reached(h, variables(t.inner), reached, at, box)
    elif not special:
        raise refused("a level is not shown to be taken", "未说明某个值能够取到")
    slope = "zero" if turn.kind == "stationary" else "" if special else "kink"
    # Where h itself has a kink or a vertical tangent, neither is said.
    slope = slope if is_smooth(h, variables(t.inner), box) else ""
    if kind == "saddle" and any(p.kind != "saddle" for p in special):
        kind = ""
    return Place({}, ((h, at),), (), kind, slope, bounds(c.e, {c.x: at})[c.e])


def _carried(c: Course, p: Place, reach: Interval) -> Place | None:
    """Return a place of h as one of phi(h); None if it lies on a level that is told."""
    v = p.value
    value = bounds(c.e, {c.x: v})[c.e]
    for s in c.stretches:
        if v.within(s.inside):
            return replace(p, kind=turned(p.kind, 1 if s.sign == 1 else -1), value=value)
    k = next((k for k, t in enumerate(c.turns) if v == closed(t.low, t.high)), None)
    smooth = k is not None and c.turns[k].kind == "stationary"
    slope = p.slope if smooth and p.slope == "zero" else ""
    if not v.is_point or (k is None and v.lo not in (c.box.lo, c.box.hi)):
        raise refused("the slope at a place is not decided", "在某处的斜率未判定")
    if v.lo == reach.lo != reach.hi:
        rises = c.stretches[0 if k is None else k + 1].sign == 1
        return replace(p, kind="minimum" if rises else "maximum", slope=slope, value=value)
    if v.lo == reach.hi != reach.lo:
        rises = c.stretches[-1 if k is None else k].sign == 1
        return replace(p, kind="maximum" if rises else "minimum", slope=slope, value=value)
    if k is None:
        raise refused("the slope at a place is not decided", "在某处的斜率未判定")
    if turn_kind(c, k) != "saddle":
        return None
    s = 1 if c.stretches[k].sign == 1 else -1
    return replace(p, kind=turned(p.kind, s), slope=slope, value=value)


# -- other coordinates -----------------------------------------------------------------------------


def check_moved(t: Moved, box: Inside) -> None:
    """Refuse forms that are not affine and independent, or do not make up the function."""
    r, ys = formula(t.inner), t.names
    rows = [[derivative(f, x) for x in t.wrt] for f in t.forms]
    if (
        len(ys) != len(t.forms)
        or set(ys) != set(variables(t.inner))
        or not all(isinstance(q, Const) for row in rows for q in row)
    ):
        raise refused("a form is not affine", "有一个式子不是仿射的")
    if any(i != REALS for i in (*(box[x] for x in t.wrt), *(y.assumptions.interval for y in ys))):
        raise refused("the coordinates do not run through all numbers", "坐标并非取遍所有实数")
    if not are_equal(t.e, substitute(r, dict(zip(ys, t.forms, strict=True)))) and not (
        _is_constant_along(t, r) and is_smooth(t.e, t.wrt, box)
    ):
        raise refused("the function is not the one behind the other", "该函数不是所述的复合")
    if _rank(_matrix(t)) < len(ys):
        raise refused("the forms are linearly dependent", "这些式子线性相关")


def moved_places(t: Moved, inner: Places) -> Places:
    """Return the places of r(F x + b) from those of r."""
    ys, matrix = t.names, _matrix(t)
    return tuple(_in_old_coordinates(p, t, ys, matrix) for p in inner)


def _matrix(t: Moved) -> list[list[Fraction]]:
    rows = [[derivative(f, x) for x in t.wrt] for f in t.forms]
    return [[q.value if isinstance(q, Const) else Fraction(0) for q in row] for row in rows]


def _is_constant_along(t: Moved, r: Expr) -> bool:
    """Return whether e is r where x_k = 0, and the slope of e along v is 0; F v = 0, v_k = 1.

    Then e(x) = e(x - x_k v) = r(F x), as every form that is not x_k itself begins with its own x.
    """
    here = [k for k, x in enumerate(t.wrt) if not any(f is x for f in t.forms)]
    for k in here:
        kept = [x for i, x in enumerate(t.wrt) if i != k]
        flat: dict[Expr, Expr] = {t.wrt[k]: const(0), **dict(zip(kept, t.names, strict=False))}
        if len(kept) != len(t.names) or any(
            substitute(f, flat) is not y for f, y in zip(t.forms, t.names, strict=True)
        ):
            continue
        back = [-row[k] for row in _matrix(t)]
        v = dict(zip(kept, back, strict=True)) | {t.wrt[k]: Fraction(1)}
        slope = add(*((v[x], derivative(t.e, x)) for x in t.wrt), shape=())
        if are_equal(substitute(t.e, flat), r) and is_zero(slope):
            return True
    return False


def is_zero(e: Expr) -> bool:
    """Return whether e = 0 wherever it has a value: by steps to the normal form."""
    for _ in range(ROUNDS):
        for step in STEPS.values():
            e = step(e)
    return same(e, const(0))


ROUNDS: Final = 3
"""So often all steps are made."""


def _rank(matrix: Sequence[Sequence[Fraction]]) -> int:
    rows, rank = [list(r) for r in matrix], 0
    for k in range(len(rows[0]) if rows else 0):
        pivot = next((i for i in range(rank, len(rows)) if rows[i][k]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        for i in range(rank + 1, len(rows)):
            q = rows[i][k] / rows[rank][k]
            rows[i] = [a - q * b for a, b in zip(rows[i], rows[rank], strict=True)]
        rank += 1
    return rank


def _in_old_coordinates(
    p: Place, t: Moved, ys: Sequence[Symbol], matrix: Sequence[Sequence[Fraction]]
) -> Place:
    """Return the place in the variables of e: y_k = c becomes form = c, or all are solved for."""
    back: dict[Expr, Expr] = dict(zip(ys, t.forms, strict=True))
    equations = tuple((substitute(h, back), c) for h, c in p.equations)
    signs = tuple((substitute(h, back), s) for h, s in p.signs)
    point_of = _solved(p, t, ys, matrix)
    if point_of is None:
        equations += tuple((back[y], i) for y, i in p.point.items())
    return replace(p, point=point_of or {}, equations=equations, signs=signs)


def _solved(
    p: Place, t: Moved, ys: Sequence[Symbol], matrix: Sequence[Sequence[Fraction]]
) -> dict[Symbol, Interval] | None:
    """Return x from F x + b = y for an isolated y."""
    solve = inverse(matrix) if len(matrix) == len(t.wrt) == len(p.point) else None
    if solve is None:
        return None
    n = range(len(matrix))
    if any(sum(solve[i][k] * matrix[k][j] for k in n) != int(i == j) for i in n for j in n):
        return None
    start = [bounds(f, {x: point(0) for x in t.wrt})[f] for f in t.forms]
    rest = [p.point[y] + -b for y, b in zip(ys, start, strict=True)]
    found: dict[Symbol, Interval] = {}
    for x, row in zip(t.wrt, solve, strict=True):
        found[x] = point(0)
        for q, i in zip(row, rest, strict=True):
            found[x] += i.scale(q)
    return found
