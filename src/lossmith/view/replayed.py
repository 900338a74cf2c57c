"""What accepted evidence shows and is about, in words read off the evidence itself.

A file also holds texts for the reader, such as the formula as typed; nobody checks those, so none
is shown here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, assert_never

from lossmith.evidence.certificate import Certificate, Witness
from lossmith.evidence.lines.equalities import ProvedLine, RefutedLine
from lossmith.evidence.lines.multiples import Multiple
from lossmith.evidence.points.course import Course
from lossmith.evidence.points.elimination import EliminationCertificate
from lossmith.evidence.points.layers import LayersCertificate
from lossmith.evidence.points.layers_check import conclusion
from lossmith.evidence.points.zeros import ZerosCertificate
from lossmith.evidence.region import Confined
from lossmith.evidence.replay import Accepted, replay
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import REALS
from lossmith.expr.walk import symbols
from lossmith.prove.points.place_words import told
from lossmith.text.writing.printing import to_unicode
from lossmith.view.explain import promise
from lossmith.view.proof_words import PLAIN, claimed
from lossmith.view.verdict import CURVATURE_WORDS
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Replayed:
    """One piece of evidence that the checker accepted, and what it shows."""

    evidence: Accepted
    words: Words


def verify(source: str | Path | Mapping[str, Any]) -> tuple[Replayed, ...]:
    """Check all evidence in a file (or in data read from one); return what was accepted.

    source: path of a JSON file that holds a certificate, a witness, a verdict, the saved answer of
    a solver with its verdict, a checked derivation, a reading of a loss, a comparison of two, or
    a verdict on a set.
    Raises: UsageError if the file cannot be read; NotCertified if it holds no evidence or if the
    checker does not accept all of it.
    """
    return tuple(Replayed(e, shown(e)) for e in replay(source))


# -- what it is about ------------------------------------------------------------------------------


def about(found: Iterable[Replayed]) -> tuple[Words, ...]:
    """Return a line for each piece of evidence, and under it what it is about if that is new."""
    lines: list[Words] = []
    last: Words | None = None
    for piece in found:
        subject = _subject(piece)
        if subject != last:
            lines.append(subject)
        lines.append(piece.words)
        last = subject
    return tuple(lines)


def _subject(piece: Replayed) -> Words:
    """Return the formulas that the evidence is about, with what is declared of their symbols."""
    match piece.evidence:
        case Certificate() as c:
            claim = c.conclusion
            sides = (claim.expr,) if claim.kind != "identity" else (claim.expr, claim.other)
        case (
            Witness()
            | ZerosCertificate()
            | EliminationCertificate()
            | Course()
            | LayersCertificate()
        ) as e:
            sides = (e.expr if isinstance(e, Witness) else e.e,)
        case Confined() as c:
            sides = (c.expr,)
        case Multiple() as m:
            sides = (m.left, m.right)
        case ProvedLine() as line:
            sides = line.sides or (line.proof[0].conclusion.expr,)
        case RefutedLine() as line:
            sides = (line.difference.left, line.difference.right)
    return _named([s for s in sides if s is not None])


def _named(sides: list[Expr]) -> Words:
    shown = "   and   ".join(to_unicode(s) for s in sides)
    shown_zh = "   与   ".join(to_unicode(s) for s in sides)
    promised = [(to_unicode(s), promise(s)) for s in symbols(*sides)]
    given = [f"{name} {what}" for name, what in promised if what]
    if not given:
        return Words(f"of {shown}", f"关于 {shown_zh}")
    listed = ", ".join(given)
    return Words(f"of {shown}   given {listed}", f"关于 {shown_zh}   前提 {listed}")


# -- what it shows ---------------------------------------------------------------------------------


def shown(evidence: Accepted) -> Words:
    """Return what the checker accepted, in a sentence."""
    match evidence:
        case Certificate() as c:
            words, steps = _of_claim(c), len(c.nodes)
        case ProvedLine() as line:
            words, steps = _of_line(line), sum(len(c.nodes) for c in line.proof)
        case Multiple() as m:
            words, steps = _of_multiple(m), sum(len(c.nodes) for c in m.proof)
        case Witness() as w:
            words, steps = _of_witness(w), 0
        case RefutedLine() as line:
            k = line.number
            words, steps = (
                Words(f"line {k}, values at which it fails", f"第 {k} 行，使其不成立的取值"),
                0,
            )
        case ZerosCertificate() as z:
            words, steps = _of_zeros(z), 0
        case EliminationCertificate() as c:
            words, steps = _of_elimination(c), 0
        case Course() as c:
            words, steps = _of_course(c), 0
        case LayersCertificate() as c:
            words, steps = _of_layers(c), 0
        case Confined() as c:
            words, steps = _of_set(c), 0
        case _:
            assert_never(evidence)
    if steps:
        words = Words(
            f"{words.en}, proof of {steps} {_many(steps, 'step')}",
            f"{words.zh}，证明共 {steps} 步",
        )
    # Only an equation names its sides in the file; of another line the proof is valid by itself.
    if isinstance(evidence, ProvedLine) and evidence.sides is None:
        words = Words(
            f"{words.en} (its sides are not in the file)", f"{words.zh}（文件中没有其两边）"
        )
    return Words(f"accepted: {words.en}", f"通过：{words.zh}")


def _names(wrt: Iterable[Symbol]) -> str:
    return ", ".join(s.name for s in wrt)


def _of_claim(c: Certificate) -> Words:
    claim, names = c.conclusion, _names(c.conclusion.wrt)
    said = claimed(claim, replace(PLAIN, names={claim.expr: "f"} if names else {}))
    if not names:
        return said
    # "f is smooth, L = 2" -> "smooth in x, L = 2"
    what, comma, constant = said.en.removeprefix("f is ").partition(", ")
    return Words(
        f"{what} in {names}{comma}{constant}", f"关于 {names} {said.zh.removeprefix('f ')}"
    )


def _of_line(line: ProvedLine) -> Words:
    return Words(f"line {line.number}", f"第 {line.number} 行")


def _of_witness(w: Witness) -> Words:
    names = _names(w.wrt)
    return Words(
        f"witness that it is not {w.against} in {names}",
        f"有反例，关于 {names} 不是{CURVATURE_WORDS[w.against].zh}的",
    )


def _of_multiple(m: Multiple) -> Words:
    names = _names(m.wrt)
    sign = ("negative", "负") if m.is_turned else ("positive", "正")
    of = (f"{m.by} of the other", f"另一个的 {m.by} ") if m.by else ("the other", "另一个")
    return Words(
        f"one function of {names} is a {sign[0]} multiple of {of[0]} plus a constant",
        f"关于 {names} 的一个函数是{of[1]}的{sign[1]}数倍加常数",
    )


def _of_zeros(c: ZerosCertificate) -> Words:
    names, n = _names(c.wrt), len(c.zeros)
    return Words(
        f"the gradient in {names} vanishes in the box at no point but the {n} listed",
        f"关于 {names} 的梯度在该区域内只可能在列出的 {n} 个点处为零",
    )


def _of_elimination(c: EliminationCertificate) -> Words:
    names, n = _names(c.wrt), len(c.zeros)
    free = all(x.assumptions.interval == REALS for x in c.wrt)
    where = Words("in the declared sets", "在声明的集合内")
    if free:
        where = Words("on all of space", "在整个空间中")
    kinds = [(k, sum(z.kind == k for z in c.zeros)) for k in _KINDS]
    shown = [(k, many) for k, many in kinds if many]
    en = ", ".join(f"{many} {_many(many, k) if k else _KINDS[k].en}" for k, many in shown)
    zh = "，".join(f"{_KINDS[k].zh} {many} 个" for k, many in shown)
    return Words(
        f"{where.en}, the gradient in {names} vanishes at exactly {n} {_many(n, 'point')}"
        + (f": {en}" if en else ""),
        f"{where.zh}，关于 {names} 的梯度恰在 {n} 个点处为零" + (f"：{zh}" if zh else ""),
    )


def _of_layers(c: LayersCertificate) -> Words:
    names, places = _names(c.wrt), [told(p, c.wrt) for p in conclusion(c)]
    if not places:
        return Words(
            f"the gradient in {names} vanishes nowhere, and there is no extremum",
            f"关于 {names} 的梯度处处不为零，也没有极值点",
        )
    return Words(
        f"all points where the gradient in {names} vanishes or there is an extremum: "
        + "; ".join(w.en for w in places),
        f"关于 {names} 的梯度为零或取极值的全部点：" + "；".join(w.zh for w in places),
    )


_KINDS = {
    "minimum": Words("minimum", "极小点"),
    "maximum": Words("maximum", "极大点"),
    "saddle": Words("saddle", "鞍点"),
    "": Words("of a kind that the Hessian does not show", "Hessian 不能说明其类型的点"),
}


def _of_set(c: Confined) -> Words:
    if c.dent is not None:
        return Words(
            "the declared set is not convex, two of its points have one outside between",
            "所给集合不是凸集，其中两点之间有不属于该集合的点",
        )
    if c.label == "unknown":
        return Words("the declared set is convex", "所给集合是凸集")
    names, known = _names(c.wrt), CURVATURE_WORDS[c.label]
    return Words(
        f"on the declared convex set, {known.en} in {names}",
        f"在所给凸集上，关于 {names} {known.zh}",
    )


def _of_course(c: Course) -> Words:
    still = sum(t.kind == "stationary" for t in c.turns)
    flat = sum(s.sign == 0 for s in c.stretches)
    gaps = sum(t.kind == "gap" for t in c.turns)
    low, high = len(c.minima), len(c.maxima)
    en = f"for {c.x.name} in {c.box}, {still} stationary {_many(still, 'point')}"
    en += f" and {flat} {_many(flat, 'interval')} with slope 0" if flat else ""
    en += f", no others; {low} {_many(low, 'minimum')} and {high} {_many(high, 'maximum')}"
    zh = f"{c.x.name} 属于 {c.box} 时，恰有 {still} 个驻点"
    zh += f"和 {flat} 个导数恒为零的区间" if flat else ""
    zh += f"；极小点 {low} 个，极大点 {high} 个"
    if gaps:
        en += f"; nothing is said at {gaps} {_many(gaps, 'point')}"
        zh += f"；有 {gaps} 个点未作断言"
    return Words(en, zh)


def _many(n: int, name: str) -> str:
    return name if n == 1 else {"minimum": "minima", "maximum": "maxima"}.get(name, f"{name}s")
