"""Why an L1 penalty gives exact zeros: the threshold, the formula, L2 beside it, and the steps.

From 0 in grad g(w)_j + weight_j [-1, 1], the condition at a minimum of g(w) + sum_j weight_j |w_j|.
Source: Hastie, Tibshirani & Wainwright 2015, section 2.4; Parikh & Boyd 2014, section 6.5.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lossmith.atoms.arithmetic import abs
from lossmith.calculus.gradient import gradient, hessian
from lossmith.calculus.simplify import simplify
from lossmith.errors import UsageError
from lossmith.expr.build import add, apply, const, contract, multiply, negate, scale, zeros
from lossmith.expr.node import Add, Const, Contract, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE
from lossmith.expr.walk import dependents, depends_on, substitute
from lossmith.prove.prover import curvature
from lossmith.solve.split import has_kink
from lossmith.text.writing.print_names import unicode_name
from lossmith.text.writing.print_unicode import subscript
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.view.explain import with_names
from lossmith.words import Words

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Penalized:
    """datafit(w) + sum over all entries of weight * |w|; weight: a scalar or of the shape of w."""

    datafit: Expr
    weight: Expr
    wrt: Symbol


def penalized(expr: Expr, wrt: Sequence[Symbol]) -> Penalized:
    """Return the formula as a differentiable part and a weighted L1 norm of one variable.

    Raises: UsageError if there is no L1 norm of a variable, or the rest has kinks of its own.
    """
    for w in wrt:
        weights = [_weight(c, t, w) for c, t in _terms(expr)]
        if not any(x is not None for x in weights):
            continue
        rest = [ct for ct, x in zip(_terms(expr), weights, strict=True) if x is None]
        datafit = add(*rest, shape=())
        if has_kink(datafit, dependents(datafit, (w,))):
            raise _kinked(datafit)
        return Penalized(datafit, add(*(x for x in weights if x is not None)), w)
    raise UsageError(
        Words("no term is a weighted sum of |w|", "没有哪一项是 |w| 的加权和"),
        why=Words(
            "zeros of this kind come from the corner of |w| at 0",
            "这类精确的零来自 |w| 在 0 处的尖点",
        ),
        attempt=Words("a formula with lam*norm1(w)", "写成含有 lam*norm1(w) 的公式"),
    )


def _terms(expr: Expr) -> Sequence[tuple[Fraction, Expr]]:
    return expr.terms if isinstance(expr, Add) else ((_ONE, expr),)


def _weight(c: Fraction, t: Expr, w: Symbol) -> Expr | None:
    """Return the weight of |w| if the term is c times the sum of weight * |w|, else None."""
    if t is apply(abs, w):
        return const(c)
    if not isinstance(t, Contract):
        return None
    held = [f for f in t.factors if depends_on(f[0], (w,))]
    rest = [f for f in t.factors if not depends_on(f[0], (w,))]
    if len(held) != 1 or held[0][2] != 1:
        return None
    ((f, labels, _),) = held
    if isinstance(f, Contract) and not labels:
        inner = _weight(c, f, w)
        return None if inner is None else multiply(inner, contract(rest, ()))
    if f is not apply(abs, w):
        return None
    used = any(set(ls) & set(labels) for _, ls, _ in rest)
    return scale(c, contract(rest, labels if used else (), w.shape if used else ()))


def _kinked(datafit: Expr) -> UsageError:
    return UsageError(
        Words(
            f"{to_unicode(datafit)} has kinks of its own",
            f"{to_unicode(datafit)} 自身也有尖点",
        ),
        why=Words(
            "the threshold compares the slope of a differentiable part with the weight",
            "阈值是把可微部分的导数与权重相比较得到的",
        ),
        attempt=Words("lossmith kinks", "lossmith kinks"),
    )


def why_zero(expr: Expr, wrt: Sequence[Symbol]) -> list[Row]:
    """Return the rows that say when and why entries of a minimum are exactly 0.

    Raises: UsageError, see ``penalized``.
    """
    p = penalized(expr, wrt)
    slope = gradient(p.datafit, p.wrt).end
    convex = curvature(p.datafit, (p.wrt,)).label in ("convex", "affine")
    return [
        _threshold(p, slope),
        _all_zero(p, slope, convex=convex),
        _formula(p, convex=convex),
        _squared(p, slope),
        _steps(p),
    ]


@dataclass(frozen=True, slots=True)
class _Names:
    """How an entry, its slope, its weight and its curvature are written."""

    entry: str
    slope: str
    weight: str
    curvature: str


def _names(p: Penalized) -> _Names:
    foot = subscript("jklm"[: len(p.wrt.shape)])
    w, weight = unicode_name(p.wrt.name), to_unicode(p.weight)
    if not foot:
        return _Names(w, "g′", weight, "h")
    if p.weight.shape:
        weight = (weight if isinstance(p.weight, Symbol) else f"({weight})") + foot
    return _Names(w + foot, f"∇{foot}g", weight, f"h{foot}")


def _threshold(p: Penalized, slope: Expr) -> Row:
    n = _names(p)
    body, let = with_names(slope)
    told = f"{body}, {let}" if let else body
    name = f"{'∇g' if p.wrt.shape else 'g′'}({unicode_name(p.wrt.name)})"
    return Row(
        Words("zero if", "何时为零"),
        Words(
            f"|{n.slope}| < {n.weight} at a minimum makes {n.entry} = 0, and {n.entry} = 0 needs "
            f"|{n.slope}| ≤ {n.weight};   {name} = {told}",
            f"在极小点处，若 |{n.slope}| < {n.weight} 则必有 {n.entry} = 0；反之 {n.entry} = 0 "
            f"要求 |{n.slope}| ≤ {n.weight}；{name} = {told}",
        ),
        more=(
            Words(
                f"from 0 ∈ {n.slope} + {n.weight}·[−1, 1] at the corner; off it, {n.slope} = "
                f"−{n.weight} sign({n.entry})",
                f"尖点处的条件是 0 ∈ {n.slope} + {n.weight}·[−1, 1]；若 {n.entry} ≠ 0，"
                f"则 {n.slope} = −{n.weight} sign({n.entry})",
            ),
        ),
    )


def _all_zero(p: Penalized, slope: Expr, *, convex: bool) -> Row:
    start = simplify(substitute(slope, {p.wrt: zeros(p.wrt.shape)})).end
    at = min(to_unicode(start), to_unicode(negate(start)), key=len)
    weight = to_unicode(p.weight)
    holds = f"max |{at}| ≤ {weight} " if p.wrt.shape else f"|{at}| ≤ {weight} "
    each = Words("", "")
    if p.weight.shape:
        holds = f"|{at}| ≤ {weight}"
        each = Words(" entry by entry", "（逐个分量）")
    w = unicode_name(p.wrt.name)
    known = enclosure(p.weight).within(NONNEGATIVE)
    given = Words("", "") if known else Words(f" (for {weight} ≥ 0)", f"（设 {weight} ≥ 0）")
    said = (
        Words(
            f"{w} = 0 is a minimum if and only if {holds.strip()}{each.en}{given.en}",
            f"当且仅当 {holds}{each.zh}时，{w} = 0 是最小点{given.zh}",
        )
        if convex
        else Words(
            f"{w} = 0 can be a minimum only if {holds.strip()}{each.en}{given.en}",
            f"只有 {holds}{each.zh}时，{w} = 0 才可能是极小点{given.zh}",
        )
    )
    return Row(Words("all zero", "全为零"), said)


def _formula(p: Penalized, *, convex: bool) -> Row:
    """The minimum over one entry, others held: soft thresholding, if g is a convex quadratic."""
    n = _names(p)
    soft = "S(z, t) = sign(z) max(|z| − t, 0)"
    label = Words("formula", "公式")
    curved = _curvature(p)
    if curved is None or not convex or depends_on(curved, (p.wrt,)):
        return Row(
            label,
            Words(
                f"a step of size η: {n.entry} ← S({n.entry} − η {n.slope}, η{n.weight}),   {soft}",
                f"步长为 η 的一步：{n.entry} ← S({n.entry} − η {n.slope}, η{n.weight})，{soft}",
            ),
        )
    h = to_unicode(curved)
    h_entry = n.curvature
    where = f"h = {h}" if _is_number(curved) else f"h = {h} > 0"
    return Row(
        label,
        Words(
            f"{n.entry} = S({h_entry}{n.entry} − {n.slope}, {n.weight})/{h_entry},   {where},   "
            f"{soft}",
            f"{n.entry} = S({h_entry}{n.entry} − {n.slope}, {n.weight})/{h_entry}，{where}，{soft}",
        ),
        more=(
            Words(
                f"the first argument does not contain {n.entry}: this is the best {n.entry} "
                "for the other entries as they are",
                f"第一个参数里 {n.entry} 已消去：其余分量固定时，这就是最优的 {n.entry}",
            ),
        )
        if p.wrt.shape
        else (),
    )


def _curvature(p: Penalized) -> Expr | None:
    """Return the second derivative of the datafit by each entry alone, of the shape of w."""
    h = hessian(p.datafit, p.wrt).end
    axes = tuple(range(len(p.wrt.shape)))
    found = simplify(contract([(h, axes + axes, _ONE)], axes)).end
    return None if isinstance(found, Const) and found.value == 0 else found


def _is_number(e: Expr) -> bool:
    return isinstance(e, Const)


def _squared(p: Penalized, slope: Expr) -> Row:
    n = _names(p)
    w = unicode_name(p.wrt.name)
    weight = to_unicode(p.weight)
    square = f"{weight}‖{w}‖₂²" if p.wrt.shape else f"{weight}{w}²"
    return Row(
        Words("with L2", "换成 L2"),
        Words(
            f"{square} instead: {n.slope} + 2{n.weight}{n.entry} = 0, so {n.entry} = "
            f"−{n.slope}/(2{n.weight}): 0 only if the slope of the data is 0 itself",
            f"若改用 {square}：{n.slope} + 2{n.weight}{n.entry} = 0，即 {n.entry} = "
            f"−{n.slope}/(2{n.weight})；只有数据项的导数本身为 0 时才等于 0",
        ),
    )


def _steps(p: Penalized) -> Row:
    n = _names(p)
    return Row(
        Words("steps", "迭代"),
        Words(
            f"a subgradient step {n.entry} − η({n.slope} + {n.weight} sign({n.entry})) jumps over "
            "0 and lands on it by accident only",
            f"次梯度步 {n.entry} − η({n.slope} + {n.weight} sign({n.entry})) "
            "会越过 0，只有碰巧才落在 0 上",
        ),
        more=(
            Words(
                f"a proximal step S({n.entry} − η {n.slope}, η{n.weight}) lands on 0 from a whole "
                f"interval: whenever |{n.entry} − η {n.slope}| ≤ η{n.weight}",
                f"近端步 S({n.entry} − η {n.slope}, η{n.weight}) 把整个区间 "
                f"|{n.entry} − η {n.slope}| ≤ η{n.weight} 都送到 0",
            ),
        ),
    )
