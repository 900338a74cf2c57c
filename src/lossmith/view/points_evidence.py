"""The evidence of stationary points as sentences: why these are there, and no others.

One function for each kind of certificate: the course of a function of one variable, eliminants,
a search in boxes, and the tree that follows the way a formula is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import prod
from typing import Final, assert_never

from lossmith.evidence.points.course import Course, Stretch, Turn
from lossmith.evidence.points.elimination import Eliminant, EliminationCertificate, Factor
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
)
from lossmith.evidence.points.zeros import ZerosCertificate, gradient_system
from lossmith.expr.build import add, const, multiply, power
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.sets import Interval, closed
from lossmith.expr.walk import substitute
from lossmith.prove.points.points import PointsCertificate
from lossmith.prove.zeros.numerals import number_text
from lossmith.text.writing.printing import to_unicode
from lossmith.view.proof_boxes import on_intervals
from lossmith.view.proof_words import Pen
from lossmith.view.sentence import Sentence
from lossmith.words import Words


def told(c: PointsCertificate, pen: Pen, level: int = 0) -> list[Sentence]:
    """Return what a certificate shows and how, marks being the kinds of its parts."""
    match c:
        case Course():
            return _course(c, pen, level)
        case EliminationCertificate():
            return _elimination(c, pen, level)
        case ZerosCertificate():
            return _search(c, pen, level)
        case LayersCertificate():
            return _tree(c.tree, pen, level)
        case _:
            assert_never(c)


# -- one variable ----------------------------------------------------------------------------------


def _course(c: Course, pen: Pen, level: int) -> list[Sentence]:
    """Return the stretches and the turns from left to right."""
    lines: list[Sentence] = []
    for k, s in enumerate(c.stretches):
        left = c.turns[k - 1] if k else None
        right = c.turns[k] if k < len(c.turns) else None
        lines += _stretch(c, s, left, right, pen, level)
        if right is not None:
            lines += _turn(c, k, right, pen, level)
    return lines


_WAYS: Final = {
    1: Words("the slope is > 0 on {i}: {f} rises", "在 {i} 上导数 > 0：{f} 递增"),
    -1: Words("the slope is < 0 on {i}: {f} falls", "在 {i} 上导数 < 0：{f} 递减"),
    0: Words("the slope is 0 on {i}: {f} is constant", "在 {i} 上导数为 0：{f} 是常值"),
    None: Words("{f} has no value on {i}", "{f} 在 {i} 上无定义"),
}


def _stretch(
    c: Course, s: Stretch, left: Turn | None, right: Turn | None, pen: Pen, level: int
) -> list[Sentence]:
    inside = f"({_end(c, left, low=True)}, {_end(c, right, low=False)})"
    f = pen.names.get(c.e, "f")
    text = Words(
        _WAYS[s.sign].en.replace("{i}", inside).replace("{f}", f),
        _WAYS[s.sign].zh.replace("{i}", inside).replace("{f}", f),
    )
    shown = [
        Sentence(line.text, line.mark, level + 1, folded=True)
        for line in on_intervals(s.rows, pen)
        if s.sign
    ]
    return [Sentence(pen.words(text), "[stretch]", level), *shown]


def _end(c: Course, t: Turn | None, *, low: bool) -> str:
    if t is not None:
        return _number(t.low, t.high)
    end = c.box.lo if low else c.box.hi
    return ("−∞" if low else "∞") if end is None else str(end)


def _number(low: Fraction, high: Fraction) -> str:
    """Return "3", "1.41421356…"."""
    return number_text(closed(low, high)).removeprefix("= ").removeprefix("in ").replace("-", "−")


_TURNS: Final = {
    (-1, 1): Words("a minimum, for {f} falls before it and rises after it", "极小点：{f} 先减后增"),
    (1, -1): Words("a maximum, for {f} rises before it and falls after it", "极大点：{f} 先增后减"),
    (1, 1): Words("no extremum, for {f} rises on both sides", "不是极值点：{f} 在两侧都递增"),
    (-1, -1): Words("no extremum, for {f} falls on both sides", "不是极值点：{f} 在两侧都递减"),
}
_FLAT: Final = Words("an end of a piece on which {f} is constant", "{f} 的常值段的端点")


def _turn(c: Course, k: int, t: Turn, pen: Pen, level: int) -> list[Sentence]:
    x, at = _name(c.x, pen), _number(t.low, t.high)
    around = (c.stretches[k].sign or 0, c.stretches[k + 1].sign or 0)
    f = pen.names.get(c.e, "f")
    what = _TURNS.get(around, _FLAT)
    what = Words(what.en.replace("{f}", f), what.zh.replace("{f}", f))
    if t.kind == "gap":
        text = Words(
            f"nothing is said of {x} = {at}: {f} has no value there, or jumps",
            f"对 {x} = {at} 未作断言：{f} 在该处无定义或跳跃",
        )
    elif t.kind == "kink":
        text = Words(
            f"{x} = {at} is a kink, where no slope is 0: {what.en}",
            f"{x} = {at} 是不可导点，该处斜率不为 0；{what.zh}",
        )
    else:
        text = Words(f"{x} = {at} is stationary: {what.en}", f"{x} = {at} 是驻点；{what.zh}")
    lines = [Sentence(pen.words(text), "[turn]", level)]
    if t.low < t.high:
        lines.append(Sentence(pen.words(_between(t)), "·", level + 1, folded=True))
    return lines


def _between(t: Turn) -> Words:
    if t.kind == "kink":
        return Words(
            "what decides the kink changes its sign once between two rational numbers",
            "决定该不可导点的表达式在两个有理数之间恰好变号一次",
        )
    return Words(
        "between two rational numbers the slope changes its sign, and the second derivative keeps "
        "its own: exactly one zero",
        "导数在两个有理数之间变号，且二阶导数不变号：恰有一个零点",
    )


# -- polynomials in several variables --------------------------------------------------------------


def _elimination(c: EliminationCertificate, pen: Pen, level: int) -> list[Sentence]:
    lines = _factors_off(c.wrt, c.splits, pen, level)
    for x, p in zip(c.wrt, c.eliminants, strict=True):
        text = Words(
            "where the gradient is 0, {p} = 0: this is a combination of its entries with "
            "polynomials before them",
            "梯度为零处必有 {p} = 0：它是梯度各分量的多项式组合",
        )
        lines.append(Sentence(pen.said(text, p=_polynomial(p, x)), "[eliminant]", level))
        found = ", ".join(
            f"{_name(x, pen)} = {_number(low, high)}"
            for f in p.factors
            for low, high in f.intervals
        )
        zeros = Words(f"its real zeros are {found}", f"其实零点为 {found}")
        none = Words("it has no real zero", "它没有实零点")
        lines.append(Sentence(pen.words(zeros if found else none), "·", level + 1))
    return lines + _counted(c, pen, level) + _kinds(c, pen, level)


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


def _search(c: ZerosCertificate, pen: Pen, level: int) -> list[Sentence]:
    lines = _factors_off(c.wrt, c.splits, pen, level)
    rows = Counter(str(row[0]) for row in c.rows)
    box = ", ".join(f"{_name(x, pen)} ∈ {i}" for x, i in zip(c.wrt, c.box, strict=True))
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
            f"{_name(x, pen)} {number_text(i).replace('-', '−')}"
            for x, i in zip(c.wrt, z.box, strict=True)
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


# -- the way a formula is made ---------------------------------------------------------------------


def _tree(t: Tree, pen: Pen, level: int) -> list[Sentence]:
    match t:
        case Steep():
            x = t.wrt[t.along]
            text = Words(
                "the derivative of {e} in {x} is never 0: no stationary point",
                "{e} 关于 {x} 的偏导数处处不为零：没有驻点",
            )
            return [Sentence(pen.said(text, e=t.e, x=x), "[steep]", level)]
        case Along(course, _):
            return _named(course.e, pen, level) + _course(course, _g(pen, course.e), level + 1)
        case Isolated(proof):
            return _named(proof.e, pen, level) + told(proof, pen, level + 1)
        case Behind():
            return _behind(t, pen, level)
        case Plus():
            text = Words(
                "{e} = {a} + {b}, which share no variable: its gradient is 0 where both have "
                "gradient 0, and it has a minimum where both do",
                "{e} = {a} + {b}，两部分没有公共变量：两者梯度都为零处其梯度为零，"
                "两者都取极小处它取极小",
            )
            return _parts(t, text, "[sum]", pen, level)
        case Times():
            text = Words(
                "{e} is the product of A = {a} and B = {b}, which share no variable: its gradient "
                "(B ∇A, A ∇B) is 0 where A = B = 0, where A = 0 and ∇A = 0, where B = 0 and ∇B = 0,"
                " or where ∇A = 0 and ∇B = 0",
                "{e} 是 A = {a} 与 B = {b} 之积，两者没有公共变量：其梯度 (B ∇A, A ∇B) 为零，"
                "当且仅当 A = B = 0，或 A = 0 且 ∇A = 0，或 B = 0 且 ∇B = 0，或 ∇A = 0 且 ∇B = 0",
            )
            return _parts(t, text, "[product]", pen, level)
        case Moved():
            return _moved(t, pen, level)
        case _:
            assert_never(t)


def _g(pen: Pen, e: Expr) -> Pen:
    return pen if e in pen.names else pen.naming(e, "g")


def _named(e: Expr, pen: Pen, level: int) -> list[Sentence]:
    if e in pen.names:
        return []
    text = Words("of g = {e}:", "对 g = {e}：")
    return [Sentence(pen.said(text, e=e), "·", level)]


def _parts(t: Plus | Times, text: Words, mark: str, pen: Pen, level: int) -> list[Sentence]:
    a, b = formula(t.left), formula(t.right)
    first = Sentence(pen.said(text, e=t.e, a=a, b=b), mark, level)
    return [first, *_tree(t.left, pen, level + 1), *_tree(t.right, pen, level + 1)]


def _behind(t: Behind, pen: Pen, level: int) -> list[Sentence]:
    s = symbol("t")
    phi = substitute(t.course.e, {t.course.x: s})
    text = Words(
        "{e} = φ(t) with φ(t) = {p} and t = {h}: its gradient φ′(t) ∇t is 0 where φ′(t) = 0 or "
        "∇t = 0",
        "{e} = φ(t)，其中 φ(t) = {p}，t = {h}：梯度 φ′(t) ∇t 在 φ′(t) = 0 或 ∇t = 0 处为零",
    )
    lines = [Sentence(pen.said(text, e=t.e, p=phi, h=formula(t.inner)), "[behind]", level)]
    plain = Course(phi, s, t.course.box, t.course.stretches, t.course.turns)
    lines += _course(plain, pen.naming(phi, "φ"), level + 1)
    h = formula(t.inner)
    for turn, r in zip(t.course.turns, t.reached, strict=True):
        c = _number(turn.low, turn.high)
        if r is None:
            said = Words(f"{{h}} is nowhere seen to pass {c}", f"未见 {{h}} 取到 {c}")
        else:
            low, high = (
                ", ".join(f"{_name(x, pen)} = {q}" for x, q in at.items()) for at in (r.low, r.high)
            )
            said = Words(
                f"{{h}} takes the value {c}: it is below it at {low} and above it at {high}",
                f"{{h}} 取到 {c}：在 {low} 处小于它，在 {high} 处大于它",
            )
        lines.append(Sentence(pen.said(said, h=h), "·", level + 1))
    return lines + _tree(t.inner, pen, level + 1)


def _moved(t: Moved, pen: Pen, level: int) -> list[Sentence]:
    free = [n for n in ("s", "t", "r", "p", "q") if n not in {x.name for x in t.wrt}]
    names = [free[k] if k < len(free) else f"s{k}" for k in range(len(t.names))]
    shown = {f"a{k}": f for k, f in enumerate(t.forms)}
    places = ", ".join(f"{name} = {{a{k}}}" for k, name in enumerate(names))
    if len(names) == 1:
        text = Words(
            f"{{e}} depends on {places} alone: its gradient is 0 where the slope by {names[0]} is",
            f"{{e}} 只依赖于 {places}：关于 {names[0]} 的导数为零处，其梯度为零",
        )
    else:
        text = Words(
            f"{{e}} depends on {places} alone, which are linearly independent: its gradient is 0 "
            "where that in them is",
            f"{{e}} 只依赖于线性无关的 {places}：关于它们的梯度为零处，其梯度为零",
        )
    first = Sentence(pen.said(text, e=t.e, **shown), "[moved]", level)
    for y, name in zip(t.names, names, strict=True):
        pen = pen.naming(y, name)
    return [first, *_tree(t.inner, pen, level + 1)]


def _name(x: Symbol, pen: Pen) -> str:
    """Return how a variable is called in running text."""
    return pen.names.get(x) or to_unicode(x)
