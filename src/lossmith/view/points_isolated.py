"""Stationary points one by one as sentences: eliminants, a search in boxes, Hessians at points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import prod
from typing import Final

from lossmith.evidence.points.elimination import Eliminant, EliminationCertificate, Factor
from lossmith.evidence.points.zeros import ZerosCertificate, gradient_system
from lossmith.expr.build import add, const, multiply, power
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.view.points_course import digits, name_of, number
from lossmith.view.proof_words import Pen
from lossmith.view.sentence import Sentence
from lossmith.words import Words

# -- polynomials in several variables --------------------------------------------------------------


def elimination(c: EliminationCertificate, pen: Pen, level: int) -> list[Sentence]:
    """Return which polynomials are 0 where the gradient is, and what is left of their zeros."""
    lines = _factors_off(c.wrt, c.splits, pen, level)
    pairs = list(zip(c.wrt, c.eliminants, strict=True))
    without = [(x, p) for x, p in pairs if not any(f.intervals for f in p.factors)]
    for x, p in without[:1] or pairs:  # one polynomial without a zero says all
        lines += _eliminant(x, p, pen, level)
    return lines + _counted(c, pen, level) + _kinds(c, pen, level)


def _eliminant(x: Symbol, p: Eliminant, pen: Pen, level: int) -> list[Sentence]:
    polynomial = _polynomial(p, x)
    if isinstance(polynomial, Const):
        text = Words(
            "{p} is a combination of the entries of the gradient with polynomials before them: "
            "they are nowhere 0 together",
            "{p} 是梯度各分量的多项式组合，故各分量不会同时为零",
        )
        return [Sentence(pen.said(text, p=polynomial), "[eliminant]", level)]
    text = Words(
        "where the gradient is 0, {p} = 0: this is a combination of its entries with "
        "polynomials before them",
        "梯度为零处必有 {p} = 0：它是梯度各分量的多项式组合",
    )
    found = ", ".join(
        f"{name_of(x, pen)} = {number(low, high)}" for f in p.factors for low, high in f.intervals
    )
    zeros = Words(f"its real zeros are {found}", f"其实零点为 {found}")
    none = Words("it has no real zero", "它没有实零点")
    return [
        Sentence(pen.said(text, p=polynomial), "[eliminant]", level),
        Sentence(pen.words(zeros if found else none), "·", level + 1),
    ]


def _polynomial(p: Eliminant, x: Symbol) -> Expr:
    return multiply(const(1), *(power(_of_factor(f, x), f.multiplicity) for f in p.factors))


def _of_factor(f: Factor, x: Symbol) -> Expr:
    return add(*((a, power(x, k)) for k, a in enumerate(f.f) if a), shape=())


def _counted(c: EliminationCertificate, pen: Pen, level: int) -> list[Sentence]:
    """Return how many products of zeros there are, and at how many the gradient is 0."""
    n = prod(sum(len(f.intervals) for f in p.factors) for p in c.eliminants)
    left = len(c.zeros)
    if not n:
        return []
    text = Words(
        f"of the {n} combinations of these zeros the gradient is 0 at {left}: at the others an "
        "entry of it keeps off 0",
        f"这些零点共有 {n} 种组合，其中 {left} 种使梯度为零；其余组合处有一个分量不为零",
    )
    return [Sentence(pen.words(text), "[cells]", level)]


def _factors_off(
    wrt: Sequence[Symbol], splits: Sequence[tuple[Expr, Expr]], pen: Pen, level: int
) -> list[Sentence]:
    """Return the lines of the positive factors that are taken off the gradient."""
    text = Words(
        "∂f/∂{x} is {w} times {c}, and the first factor is > 0",
        "∂f/∂{x} 等于 {w} 乘以 {c}，且前一因子 > 0",
    )
    return [
        Sentence(pen.said(text, x=x, w=weight, c=core), "[factor]", level)
        for x, (weight, core) in zip(wrt, splits, strict=bool(splits))
        if weight is not const(1)
    ]


# -- search in a box -------------------------------------------------------------------------------


def search(c: ZerosCertificate, pen: Pen, level: int) -> list[Sentence]:
    """Return into how many parts the box is cut, and how each shows none or one zero."""
    lines = _factors_off(c.wrt, c.splits, pen, level)
    rows = Counter(str(row[0]) for row in c.rows)
    box = ", ".join(f"{name_of(x, pen)} ∈ {i}" for x, i in zip(c.wrt, c.box, strict=True))
    cut = Words(
        f"the box {box} is cut into {rows['empty'] + rows['zero']} parts",
        f"把区域 {box} 分成 {rows['empty'] + rows['zero']} 块",
    )
    empty = Words(
        f"on {rows['empty']} of them an entry of the gradient is not 0, or a step of the interval "
        "Newton method leads out of the part: no zero",
        f"在其中 {rows['empty']} 块上，梯度的某个分量不为零，或区间牛顿步离开该块：没有零点",
    )
    zero = Words(
        f"on {rows['zero']} a step of the interval Newton method leads into the part, or a "
        "rational point is a zero alone: exactly one zero",
        f"在 {rows['zero']} 块上，区间牛顿步落入该块之内，或有理点是唯一零点：恰有一个零点",
    )
    lines.append(Sentence(pen.words(cut), "[boxes]", level))
    lines += [
        Sentence(pen.words(w), "·", level + 1)
        for w, n in ((empty, rows["empty"]), (zero, rows["zero"]))
        if n
    ]
    return lines + _kinds(c, pen, level)


# -- kinds by the Hessian --------------------------------------------------------------------------

_BY_HESSIAN: Final = {
    "minimum": Words("all eigenvalues are > 0: a minimum", "特征值全为正：极小点"),
    "maximum": Words("all eigenvalues are < 0: a maximum", "特征值全为负：极大点"),
    "saddle": Words("it has eigenvalues of both signs: a saddle", "特征值有正有负：鞍点"),
    "": Words("its eigenvalues alone do not decide", "仅由特征值不能判定"),
}


def _kinds(c: EliminationCertificate | ZerosCertificate, pen: Pen, level: int) -> list[Sentence]:
    """Return a line for each zero: its Hessian and the signs of its eigenvalues."""
    gradient = gradient_system(c.e, c.wrt)
    lines: list[Sentence] = []
    for z in c.zeros:
        place = ", ".join(
            f"{name_of(x, pen)} {digits(i)}" for x, i in zip(c.wrt, z.box, strict=True)
        )
        rows = gradient.slopes(z.box)
        shown = "; ".join(", ".join(map(_entry, row)) for row in rows)
        what = _BY_HESSIAN[z.kind]
        text = Words(
            f"at {place} the Hessian is [{shown}]; {what.en}",
            f"在 {place} 处 Hessian 为 [{shown}]；{what.zh}",
        )
        lines.append(Sentence(pen.words(text), "[zero]", level))
    return lines


def _entry(i: Interval) -> str:
    """Return an entry of a Hessian: exact, or about six digits of it."""
    if i.is_point or i.lo is None or i.hi is None:
        return str(i.lo if i.is_point else i).replace("-", "−")
    return f"≈{float((i.lo + i.hi) / 2):.6g}".replace("-", "−")
