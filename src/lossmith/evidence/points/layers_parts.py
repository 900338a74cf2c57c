"""Places of sums and of products of functions of different variables. Trusted.

A + B: the gradient is 0 (the value extreme) only where that holds of A and of B. A B: where neither
is 0, as for a sum, with the sign of the other; where A = 0 and B is not, at places of A; and
wherever A = 0 = B, since there A B is small against the distance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.points.layers import Plus, Reached, Times, Tree, formula, refused, variables
from lossmith.evidence.points.layers_place import (
    TURNED,
    Inside,
    Place,
    Places,
    Sign,
    are_equal,
    check_reached,
    is_smooth,
    turned,
)
from lossmith.evidence.points.layers_zeros import ZeroSet, zero_sets
from lossmith.expr.build import add, multiply, power
from lossmith.expr.node import Expr
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, POSITIVE, Interval, point


def sum_places(t: Plus, left: Places, right: Places) -> Places:
    """Return the places of A + B from those of A and B."""
    _check_parts(t, add((1, formula(t.left)), (1, formula(t.right))))
    found = (_joined(a, b, (a.kind, b.kind), a.value + b.value) for a in left for b in right)
    return tuple(p for p in found if p is not None)


def _check_parts(t: Plus | Times, whole: Expr) -> None:
    """Refuse parts that share a variable, or that do not make up the function."""
    left, right = variables(t.left), variables(t.right)
    if set(left) & set(right) or not are_equal(t.e, whole):
        raise refused("the parts do not make up a function", "各部分不能合成该函数")


def _joined(a: Place, b: Place, kinds: tuple[str, str], value: Interval) -> Place | None:
    """Return the place where both parts are at theirs; None if it is neither 0 nor extreme."""
    kind = "saddle"
    if kinds[0] == kinds[1] or ("" in kinds and "saddle" not in kinds):
        kind = kinds[0] if kinds[0] == kinds[1] else ""
    slopes = {a.slope, b.slope}
    if kind == "saddle" and "kink" in slopes:
        return None
    slope = "kink" if "kink" in slopes else "zero" if slopes == {"zero"} else ""
    where = {**a.point, **b.point}
    return Place(where, a.equations + b.equations, a.signs + b.signs, kind, slope, value)


def product_places(t: Times, left: Places, right: Places, box: Inside) -> Places:
    """Return the places of A B from those of A and B."""
    parts = (t.left, t.right)
    a, b = (formula(p) for p in parts)
    _check_parts(t, multiply(a, b))
    for p in (*left, *right):
        if p.value.has(0) and not p.value.is_point:
            raise refused("a factor may be 0 at a place", "在某处一个因子可能为 0")
    reach = [bounds(f, {**box})[f] for f in (a, b)]
    zeros = [
        _zeros(p, own, r, inside, box)
        for p, own, r, inside in zip(parts, (left, right), t.reached, reach, strict=True)
    ]
    kind = _kind_at_0(_side(left, reach[0]), _side(right, reach[1]))
    # |A B| is at most |A| times L |distance| where B is smooth.
    slope = "zero" if any(is_smooth(formula(p), variables(p), box) for p in parts) else ""
    at_0 = (kind, slope) if all(zeros) else None
    first = _one_is_0(left, b, reach[1], at_0, zeros[1], both_signs=t.reached[1] is not None)
    second = _one_is_0(right, a, reach[0], at_0, zeros[0], both_signs=t.reached[0] is not None)
    found = [p for p in (_both_not_0(p, q) for p in left for q in right) if p is not None]
    whole = [(p.point, p.equations) for p in (*first, *second) if not p.signs]
    for u, v in product(*zeros):
        # What lies in a place that is told as a whole is not told again.
        if u not in whole and v not in whole:
            where = {**u[0], **v[0]}
            found.append(Place(where, u[1] + v[1], (), kind, slope, point(0)))
    return (*found, *first, *second)


def _both_not_0(p: Place, q: Place) -> Place | None:
    if p.value.has(0) or q.value.has(0):
        return None
    kinds = (turned(p.kind, _sign(q.value)), turned(q.kind, _sign(p.value)))
    return _joined(p, q, kinds, p.value * q.value)


def _sign(i: Interval) -> Sign:
    return 1 if i.within(POSITIVE) else -1


def _one_is_0(
    own: Places,
    other: Expr,
    reach: Interval,
    at_0: tuple[str, str] | None,
    others: Sequence[ZeroSet],
    *,
    both_signs: bool,
) -> list[Place]:
    """Return where one factor is at a place with value 0, and the other not 0, or anywhere.

    at_0: the kind and the slope where both are 0.  others: where the other one is 0.
    """
    found: list[Place] = []
    for p in (p for p in own if p.value.has(0)):
        if not reach.has(0):
            found.append(replace(p, kind=turned(p.kind, _sign(reach))))
            continue
        for kind, side in _sides(p.kind, reach, both_signs=both_signs):
            alone = (kind, p.slope) == at_0 and (side == 0 or not both_signs)
            off = _is_off(others) if side == 0 else None
            signs = p.signs if alone else (*p.signs, off or (other, side))
            found.append(replace(p, kind=kind, signs=signs))
    return found


def _is_off(zeros: Sequence[ZeroSet]) -> tuple[Expr, int] | None:
    """Return x - c is not 0, for a factor that is 0 exactly where x = c."""
    if len(zeros) != 1 or zeros[0][1] or len(zeros[0][0]) != 1:
        return None
    ((x, at),) = zeros[0][0].items()
    return (add((1, x), (-at.lo, power(x, 0))), 0) if at.is_point and at.lo is not None else None


def _sides(kind: str, reach: Interval, *, both_signs: bool) -> list[tuple[str, int]]:
    """Return (kind of the product, sign of the other factor) where that is not 0."""
    if kind not in TURNED:
        return [(kind, 0)]
    if both_signs:
        return [(kind, 1), (TURNED[kind], -1)]
    if reach.within(NONNEGATIVE):
        return [(kind, 0)]
    if reach.within(NONPOSITIVE):
        return [(TURNED[kind], 0)]
    raise refused("the signs of a factor are not shown", "未说明一个因子的符号")


def _zeros(
    t: Tree, own: Places, r: Reached | None, inside: Interval, box: Inside
) -> tuple[ZeroSet, ...]:
    """Return the sets on which a factor is 0: in coordinates, or as an equation."""
    listed = zero_sets(t, box)
    if r is not None:
        check_reached(formula(t), variables(t), r, point(0), box)
    if listed is not None or not inside.has(0):
        return listed or ()
    if r is None and not any(p.value.has(0) for p in own):
        raise refused("whether a factor is ever 0 is not shown", "未说明一个因子能否为 0")
    return (({}, ((formula(t), point(0)),)),)


def _side(own: Places, inside: Interval) -> str:
    """Return how a factor meets 0: it "crosses" wherever it is 0, or is never below or above."""
    if all(p.kind == "saddle" for p in own if p.value.has(0)):
        return "crosses"
    if inside.within(NONNEGATIVE):
        return "low"
    return "high" if inside.within(NONPOSITIVE) else ""


def _kind_at_0(a: str, b: str) -> str:
    if "crosses" in (a, b):
        return "saddle"
    if not a or not b:
        return ""
    return "minimum" if a == b else "maximum"
