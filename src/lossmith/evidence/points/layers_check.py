"""The places of all stationary points and extrema, read off the way a formula is made. Trusted.

Steep      a derivative that is never 0: no place.
Along      the turns of a course.
Isolated   the zeros of a gradient that are listed.
Plus Times sums and products of functions of different variables (``layers_parts``).
Behind     phi(h);   Moved   r(affine forms) (``layers_behind``).
"""

from __future__ import annotations

from typing import assert_never

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.second import derivative, is_continuous
from lossmith.evidence.points.course import Course
from lossmith.evidence.points.course_check import check_course
from lossmith.evidence.points.elimination import EliminationCertificate, check_elimination
from lossmith.evidence.points.layers import (
    Along,
    Behind,
    Isolated,
    LayersCertificate,
    Moved,
    Plus,
    Steep,
    Times,
    Tree,
    formula,
    refused,
    variables,
)
from lossmith.evidence.points.layers_behind import check_moved, moved_places, outer_places
from lossmith.evidence.points.layers_parts import product_places, sum_places
from lossmith.evidence.points.layers_place import (
    Inside,
    Place,
    Places,
    is_smooth,
    is_strict,
    turn_kind,
)
from lossmith.evidence.points.zeros import (
    ZerosCertificate,
    check_variables,
    check_zeros,
    gradient_system,
)
from lossmith.expr.node import Expr
from lossmith.expr.sets import REALS, Interval, closed, opened

Known = dict[Expr, Interval]


def check_layers(c: LayersCertificate) -> None:
    """Replay the certificate; return if it proves what it says.

    Raises: NotCertified.
    """
    conclusion(c)


def conclusion(c: LayersCertificate) -> Places:
    """Return the places that the certificate shows, in the interior of its box.

    Raises: NotCertified.
    """
    check_variables(c.e, c.wrt)
    box = dict(zip(c.wrt, c.box, strict=True))
    if not all(i.within(x.assumptions.interval) for x, i in box.items()):
        raise refused("the box leaves the declared set", "区域超出声明的集合")
    if set(variables(c.tree)) != set(c.wrt) or formula(c.tree) is not c.e:
        raise refused("the tree is that of another formula", "该树属于另一个公式")
    return places(c.tree, box)


def places(t: Tree, box: Inside) -> Places:
    """Return the places of the function of a tree."""
    e, wrt = formula(t), variables(t)
    check_variables(e, wrt)
    known: Known = {x: box[x] for x in wrt}
    if not is_continuous(e, known):
        raise refused("a function may not be continuous", "有一个函数可能不连续")
    found = _places(t, box)
    # At an end that is not declared a course has no value, and what has none has no sign.
    if any(p.value.is_empty for p in found):
        raise refused("there is no value at a place", "在某处没有值")
    return found


def _places(t: Tree, box: Inside) -> Places:
    match t:
        case Steep():
            return _steep(t, box)
        case Along():
            return _along(t.course, box)
        case Isolated():
            return _isolated(t.proof, box)
        case Behind():
            return outer_places(t, places(t.inner, box), box)
        case Plus():
            return sum_places(t, places(t.left, box), places(t.right, box))
        case Times():
            return product_places(t, places(t.left, box), places(t.right, box), box)
        case Moved():
            check_moved(t, box)
            return moved_places(t, places(t.inner, {y: REALS for y in variables(t.inner)}))
        case _:
            assert_never(t)


# -- leaves ----------------------------------------------------------------------------------------


def _steep(t: Steep, box: Inside) -> Places:
    if not 0 <= t.along < len(t.wrt):
        raise refused("there is no such variable", "没有这个变量")
    slope = derivative(t.e, t.wrt[t.along])
    if not is_smooth(t.e, t.wrt, box):
        raise refused("a function may not be smooth", "有一个函数可能不光滑")
    found = bounds(slope, {x: box[x] for x in t.wrt})[slope]
    if found.is_empty or found.has(0):
        raise refused("a derivative may be 0", "有一个导数可能为 0")
    return ()


def _along(c: Course, box: Inside) -> Places:
    check_course(c)
    inside = box[c.x]
    if (c.box.lo, c.box.hi) != (inside.lo, inside.hi) or not is_strict(c, inside):
        raise refused("a course does not decide the interval", "走势未覆盖整个区间")
    found: list[Place] = []
    for k, t in enumerate(c.turns):
        at = closed(t.low, t.high)
        kind = turn_kind(c, k)
        if t.kind == "stationary" or kind != "saddle":
            slope = "zero" if t.kind == "stationary" else "kink"
            found.append(Place({c.x: at}, (), (), kind, slope, bounds(c.e, {c.x: at})[c.e]))
    return tuple(found)


def _isolated(c: EliminationCertificate | ZerosCertificate, box: Inside) -> Places:
    whole = tuple(box[x] for x in c.wrt)
    if isinstance(c, EliminationCertificate):
        check_elimination(c)
    else:
        check_zeros(c)
        searched = tuple(closed(i.lo, i.hi) for i in c.box)
        if not all(i.within(j) for i, j in zip(whole, searched, strict=True)):
            raise refused("a part of the box was not searched", "区域的一部分没有被搜索")
    gradient = gradient_system(c.e, c.wrt)
    if not gradient.is_smooth(whole):
        raise refused("a function may not be smooth", "有一个函数可能不光滑")
    found: list[Place] = []
    for z in c.zeros:
        if any(i.meet(j).is_empty for i, j in zip(z.box, whole, strict=True)):
            continue
        if not all(i.within(opened(j.lo, j.hi)) for i, j in zip(z.box, whole, strict=True)):
            raise refused("a point may lie outside of the box", "有一个点可能在区域之外")
        here = dict(zip(c.wrt, z.box, strict=True))
        value = bounds(c.e, {**here})[c.e]
        found.append(Place(here, (), (), z.kind, "zero", value))
    return tuple(found)
