"""A certificate that a gradient vanishes in a box at exactly the points listed. Trusted.

The box is cut and contracted by rows in preorder; each part ends without a zero, or inside the set
in which one listed zero is alone. The gradient, the Hessian and every enclosure are computed anew.

Each entry of the gradient may be given as weight * core: where both are defined and the weight is
positive, the entry is 0 exactly where its core is, so the steps may be those of the cores. Both are
checked to be defined, and the weight to be positive, on the box and wherever a zero is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, Final

from lossmith.evidence import forms
from lossmith.evidence.arithmetic.enclose import bounds, is_defined
from lossmith.evidence.arithmetic.inertia import signs_of_eigenvalues
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.forms import Document, Form, Json, Rows
from lossmith.evidence.points.krawczyk import Box, System, is_inside, krawczyk, strictly_inside
from lossmith.evidence.refusal import refusal
from lossmith.expr.build import multiply
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import POSITIVE, Interval, closed
from lossmith.expr.walk import postorder, symbols

Row = tuple[Any, ...]
"""("split", axis, cut), ("shrink",), ("empty",) or ("zero", number of the zero)."""


@dataclass(frozen=True, slots=True)
class ListedZero:
    """A point in ``box``, the only one in ``alone``; kind is "" where the Hessian is silent."""

    box: Box
    alone: Box
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ZerosCertificate:
    """The gradient of e in wrt vanishes in the box at exactly the listed points inside it.

    splits: (weight, core) for each entry of the gradient, or none.
    """

    e: Expr
    wrt: tuple[Symbol, ...]
    box: Box
    rows: tuple[Row, ...]
    zeros: tuple[ListedZero, ...]
    splits: tuple[tuple[Expr, Expr], ...] = ()

    def to_json(self) -> dict[str, Json]:
        """Return the certificate as plain data."""
        return ZEROS.to_json(self)


def _row(data: Json, _: Rows) -> Row:
    kind, *rest = data
    return (kind, int(rest[0]), Fraction(rest[1])) if kind == "split" else (kind, *rest)


def _variable(data: Json, rows: Rows) -> Symbol:
    x = forms.ALONE.read(data, rows)
    if not isinstance(x, Symbol):
        raise TypeError(data)
    return x


_BOX: Final = forms.many(forms.INTERVAL)
_ROW: Final[Form[Row]] = Form(
    lambda row, _: [str(q) if isinstance(q, Fraction) else q for q in row], _row
)
ROWS: Final = forms.many(_ROW)
LISTED: Final = forms.many(forms.record(ListedZero, box=_BOX, alone=_BOX, kind=forms.TEXT))
ZEROS: Final = Document(
    "lossmith zeros 1",
    forms.record(
        ZerosCertificate,
        expr=forms.ALONE,
        wrt=forms.many(Form(forms.ALONE.write, _variable)),
        box=_BOX,
        rows=ROWS,
        zeros=LISTED,
        splits=forms.many(forms.row(forms.pair, forms.ALONE, forms.ALONE)),
    ),
    version=None,
)


def zeros_from_json(data: Mapping[str, Json]) -> ZerosCertificate:
    """Return the certificate in plain data; the first ones had no splits.  Raises: NotCertified."""
    return ZEROS.from_json({"splits": (), **data})


def gradient_system(e: Expr, wrt: Sequence[Symbol]) -> System:
    """Return the gradient of e and its Jacobian, differentiated by the checker itself."""
    g = [derivative(e, x) for x in wrt]
    system = System(g, [[derivative(h, x) for x in wrt] for h in g], wrt)
    system.smooth_part = [e]
    return system


def core_system(e: Expr, wrt: Sequence[Symbol], splits: Sequence[tuple[Expr, Expr]]) -> System:
    """Return the cores of the gradient of e, to be searched where e is smooth."""
    cores = [core for _, core in splits]
    system = System(cores, [[derivative(h, x) for x in wrt] for h in cores], wrt)
    system.smooth_part = [e, *dict.fromkeys(cores)]
    return system


refused = refusal("the certificate of zeros does not hold", "零点证书不成立")
"""The errors of a certificate that does not show what it says."""


def check_zeros(c: ZerosCertificate) -> None:
    """Replay the certificate; return if it proves what it says.

    Raises: NotCertified.
    """
    check_variables(c.e, c.wrt)
    if not all(i.is_bounded for i in c.box) or len(c.box) != len(c.wrt):
        raise refused("the box is not bounded", "区域不是有界的")
    gradient = gradient_system(c.e, c.wrt)
    system = gradient
    if c.splits:
        check_splits(gradient, c.splits, [c.box, *(z.alone for z in c.zeros)])
        system = core_system(c.e, c.wrt, c.splits)
    check_listed(system, gradient, c.zeros)
    whole = tuple(closed(i.lo, i.hi) for i in c.box)
    if system.is_smooth(whole):
        system.smooth_on = whole
    elif any(i.is_point for i in whole):
        # At a kink the formula of a slope may have any value; a box with an interior sees beside.
        raise refused("a flat box may lie on a kink", "没有内部的区域可能落在不可导点上")
    check_cover(system, c.rows, c.zeros, [whole])


def check_variables(e: Expr, wrt: Sequence[Symbol]) -> None:
    """Refuse a formula that is no scalar of these real variables alone."""
    if set(symbols(e)) - set(wrt) or e.shape or len({x.name for x in wrt}) != len(wrt):
        raise refused("the formula has other symbols", "公式含有其他符号")
    if any(x.shape or x.assumptions.values is not None or x.assumptions.integer for x in wrt):
        raise refused("a variable is not one real number", "变量不是一个实数")


def check_listed(system: System, gradient: System, zeros: Sequence[ListedZero]) -> None:
    """Refuse zeros that are not shown to be there, to be different, or to be of their kinds."""
    for z in zeros:
        _check_zero(system, z)
        _check_kind(gradient, z)
    for a, b in combinations(zeros, 2):
        if not any(i.meet(j).is_empty for i, j in zip(a.box, b.box, strict=True)):
            raise refused("two zeros may be one", "两个零点可能是同一个")


def _check_zero(system: System, z: ListedZero) -> None:
    n = system.n
    if len(z.box) != n or len(z.alone) != n or not is_inside(z.box, z.alone):
        raise refused("a zero lies outside its box", "零点不在其区域内")
    if not all(i.within(x.assumptions.interval) for i, x in zip(z.alone, system.wrt, strict=True)):
        raise refused("a zero may lie outside the declared set", "零点可能在声明的集合之外")
    if not system.is_smooth(z.alone):
        raise refused("the gradient is not smooth there", "梯度在该处不光滑")
    if all(i.is_point for i in z.alone) and z.box == z.alone:
        if not _holds_zero(system, z):
            raise refused("the gradient is not 0 at a point", "梯度在某个点处不为零")
        return
    k = krawczyk(system, z.alone)
    if k is None or not all(strictly_inside(i, j) for i, j in zip(k, z.alone, strict=True)):
        raise refused("existence is not shown", "存在性未得到证明")
    if not _holds_zero(system, z):
        raise refused("the zero is not shown to lie in its box", "未证明零点在所述区域内")


def check_splits(
    gradient: System, splits: Sequence[tuple[Expr, Expr]], boxes: Sequence[Box]
) -> None:
    """Refuse weights and cores that are not those of the gradient, or not on all boxes in use."""
    wrt = gradient.wrt
    if len(splits) != gradient.n:
        raise refused("a core does not belong to the gradient", "有一个因子不属于该梯度")
    for g, (weight, core) in zip(gradient.g, splits, strict=True):
        if not same(g, multiply(weight, core)):
            raise refused("the gradient is not weight times core", "梯度不等于权重乘以因子")
        for box in boxes:
            known: dict[Expr, Interval] = dict(zip(wrt, box, strict=True))
            found = bounds(weight, known) | bounds(core, known)
            defined = all(is_defined(f, found.__getitem__) for f in postorder(weight, core))
            if not defined or not found[weight].within(POSITIVE):
                raise refused("a weight may not be positive", "有一个权重可能不为正")


def _check_kind(system: System, z: ListedZero) -> None:
    n = system.n
    if z.kind == "saddle" and not _is_interior(z.box, system.wrt):
        raise refused("on an edge it may be no saddle", "在边界上它未必是鞍点")
    if z.kind:
        signs = signs_of_eigenvalues(system.slopes(z.box))
        kinds = {(n, 0): "minimum", (0, n): "maximum"}
        if signs is None or kinds.get(signs, "saddle") != z.kind:
            raise refused("the Hessian does not show this kind", "Hessian 不能说明该类型")


def _is_interior(b: Box, wrt: Sequence[Symbol]) -> bool:
    """Return whether a box keeps off the ends of the declared sets."""
    declared = [x.assumptions.interval for x in wrt]
    return all(
        (s.lo is None or (i.lo is not None and s.lo < i.lo))
        and (s.hi is None or (i.hi is not None and i.hi < s.hi))
        for i, s in zip(b, declared, strict=True)
    )


def _holds_zero(system: System, z: ListedZero) -> bool:
    """Return whether the one zero in ``alone`` lies in ``box``: exactly, or by more steps."""
    if all(i.is_point for i in z.box):
        return system.vanishes_at([i.lo for i in z.box if i.lo is not None])
    near = z.alone
    for _ in range(24):
        if is_inside(near, z.box):
            return True
        k = krawczyk(system, near)
        if k is None:
            return False
        near = tuple(i.meet(j) for i, j in zip(near, k, strict=True))
    return False


def check_cover(
    system: System, rows: Sequence[Row], zeros: Sequence[ListedZero], boxes: Sequence[Box]
) -> None:
    """Refuse unless the rows, one box after another, leave no zero but the listed ones."""
    waiting = list(reversed(boxes))
    for row in rows:
        if not waiting:
            raise refused("there are too many rows", "行数过多")
        b = waiting.pop()
        match row:
            case ("split", int() as k, Fraction() as cut) if 0 <= k < system.n and b[k].has(cut):
                low, high = closed(b[k].lo, cut), closed(cut, b[k].hi)
                waiting += [(*b[:k], high, *b[k + 1 :]), (*b[:k], low, *b[k + 1 :])]
            case ("shrink",) if system.is_smooth(b) and (inner := krawczyk(system, b)) is not None:
                waiting.append(tuple(i.meet(j) for i, j in zip(b, inner, strict=True)))
            case ("empty",) if _is_empty(system, b):
                pass
            case ("zero", int() as k) if 0 <= k < len(zeros) and is_inside(b, zeros[k].alone):
                pass
            case _:
                raise refused("a step does not follow", "有一步推不出来")
    if waiting:
        raise refused("a part of the box is not covered", "区域的一部分没有被覆盖")


def _is_empty(system: System, b: Box) -> bool:
    if is_free(system, b):
        return True
    inner = krawczyk(system, b) if system.is_smooth(b) else None
    return inner is not None and any(i.meet(j).is_empty for i, j in zip(b, inner, strict=True))


def is_free(system: System, b: Box) -> bool:
    """Return whether enclosures alone show that the gradient vanishes nowhere in a box.

    The function has no value there, or an entry of its gradient is not 0. That the formula of an
    entry has no value shows nothing: x^2 log(x^2), made 0 at 0, has slope 0 there.
    """
    if any(v.is_empty for v in system.values(system.smooth_part, b)):
        return True
    return any(not v.is_empty and not v.has(0) for v in system.values(system.g, b))
