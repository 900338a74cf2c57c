"""The evidence of stationary points as sentences: why these are there, and no others.

One function for each kind of certificate; here those that follow the way a formula is made.
"""

from __future__ import annotations

from typing import assert_never

from lossmith.evidence.points.course import Course
from lossmith.evidence.points.elimination import EliminationCertificate
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
from lossmith.evidence.points.zeros import ZerosCertificate
from lossmith.expr.node import Expr, symbol
from lossmith.expr.walk import substitute
from lossmith.prove.points.points import PointsCertificate
from lossmith.view.points_course import course, name_of, number
from lossmith.view.points_isolated import elimination, search
from lossmith.view.proof_words import Pen
from lossmith.view.sentence import Sentence
from lossmith.words import Words


def told(c: PointsCertificate, pen: Pen, level: int = 0) -> list[Sentence]:
    """Return what a certificate shows and how, marks being the kinds of its parts."""
    match c:
        case Course():
            return course(c, pen, level)
        case EliminationCertificate():
            return elimination(c, pen, level)
        case ZerosCertificate():
            return search(c, pen, level)
        case LayersCertificate():
            return _tree(c.tree, pen, level)
        case _:
            assert_never(c)


def _tree(t: Tree, pen: Pen, level: int) -> list[Sentence]:
    match t:
        case Steep():
            x = t.wrt[t.along]
            text = Words(
                "the derivative of {e} in {x} is never 0: no stationary point",
                "{e} 关于 {x} 的偏导数处处不为零：没有驻点",
            )
            return [Sentence(pen.said(text, e=t.e, x=x), "[steep]", level)]
        case Along(line, _):
            return _named(line.e, pen, level) + course(line, _g(pen, line.e), level + 1)
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
    lines += course(plain, pen.naming(phi, "φ"), level + 1)
    h = formula(t.inner)
    for turn, r in zip(t.course.turns, t.reached, strict=True):
        c = number(turn.low, turn.high)
        if r is None:
            said = Words(f"{{h}} is nowhere seen to pass {c}", f"未发现 {{h}} 取到 {c}")
        else:
            low, high = (
                ", ".join(f"{name_of(x, pen)} = {q}" for x, q in at.items())
                for at in (r.low, r.high)
            )
            said = Words(
                f"{{h}} takes the value {c}: it is less at {low} and more at {high}",
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
