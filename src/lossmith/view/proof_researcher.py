"""A proof for a researcher: the tree from the claim down, the rules, and what it all leans on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING

from lossmith.evidence.certificate import CURVATURES, Certificate, Evidence, Inference, Witness
from lossmith.evidence.check import check
from lossmith.evidence.witness import gap_enclosed, mixed
from lossmith.prove.proving.verdict import Verdict
from lossmith.rules.inference import INFERENCE
from lossmith.view.decimals import outward
from lossmith.view.proof_nodes import Graph, certificates, graph
from lossmith.view.proof_words import Pen, claimed
from lossmith.view.sentence import Sentence
from lossmith.view.verdict import nested
from lossmith.words import Words, same

if TYPE_CHECKING:
    from lossmith.text.parse import Formula


def researcher(
    verdict: Verdict, more: Sequence[Certificate], formula: Formula | None, pen: Pen
) -> tuple[Sentence, ...]:
    """Return the trees of all conclusions, the rules they use, and what they lean on."""
    told = graph(verdict, more)
    return (
        *_trees(told, formula, pen),
        *(line for w in verdict.witnesses for line in _witness(w, pen)),
        *_rules(told.nodes, pen),
        *_leaning(verdict, more, pen),
    )


def _trees(told: Graph, formula: Formula | None, pen: Pen) -> list[Sentence]:
    """Return each conclusion with its premises under it; a claim told before is named by number.

    Numbers are places in the order of the proof, so that a premise has a smaller one.
    """
    lines: list[Sentence] = []
    seen: set[int] = set()
    waiting = [(k, 0) for k in reversed(told.conclusions)]
    while waiting:
        k, level = waiting.pop()
        node = told.nodes[k]
        text = claimed(node.claim, pen)
        if k in seen:
            text = Words(f"{text.en}, as above", f"{text.zh}，见上")
        else:
            text = _with_place(text, node, formula, pen)
            waiting += [(j, level + 1) for j in reversed(node.premises)]
        lines.append(Sentence(text, f"{k + 1} [{node.rule}]", level))
        seen.add(k)
    return lines


def _with_place(text: Words, node: Inference, formula: Formula | None, pen: Pen) -> Words:
    """Return a claim with the place in the user's text of what it speaks of."""
    wrt = ", ".join(pen.formula(s) for s in node.claim.wrt)
    if wrt and node.rule != "variable" and node.claim.kind in CURVATURES:
        text = Words(f"{text.en} in {wrt}", f"{text.zh}（关于 {wrt}）")
    place = None if formula is None else formula.place(node.claim.expr)
    if place is None:
        return text
    at = pen.text(f"{place.start + 1}–{place.stop}")
    return Words(f"{text.en}   (characters {at})", f"{text.zh}   （第 {at} 个字符）")


def _witness(w: Witness, pen: Pen) -> list[Sentence]:
    """Return what a witness refutes, its exact points and its gap as a proved enclosure."""
    middle = {s: mixed(w.a[s], w.b[s], w.t) for s in w.wrt}
    gap = outward(gap_enclosed(w, middle))
    against = Words(
        f"not {w.against}: with t = {w.t}, f(t·a + (1 − t)·b) − t·f(a) − (1 − t)·f(b) lies in "
        f"{gap}",
        f"{'非凸' if w.against == 'convex' else '非凹'}：取 t = {w.t}，"
        f"f(t·a + (1 − t)·b) − t·f(a) − (1 − t)·f(b) 属于 {gap}",
    )
    lines = [Sentence(pen.words(against), "[witness]")]
    for name, values in (("a", w.a), ("b", w.b), ("", w.data)):
        for s, value in values.items():
            text = f"{pen.formula(s)} = {pen.text(nested(value))}"
            lines.append(Sentence(same(text), f"{name}:" if name else "·", 1))
    return lines


def _rules(nodes: Sequence[Inference], pen: Pen) -> list[Sentence]:
    """Return the rules used, each with what it asks, why it is true and where it is written."""
    names = tuple(dict.fromkeys(n.rule for n in nodes))
    if not names:
        return []
    lines = [Sentence(Words("rules", "规则"), "")]
    for name in names:
        rule = INFERENCE[name]
        asks = Words(f"asks: {rule.asks.en}", f"要求：{rule.asks.zh}")
        lines.append(Sentence(pen.words(asks), f"[{name}]", 1))
        lines.append(Sentence(same(pen.text(rule.proof)), "∵", 2))
        lines.append(Sentence(same(pen.text(rule.source)), "→", 2))
    return lines


def _leaning(verdict: Verdict, more: Sequence[Certificate], pen: Pen) -> list[Sentence]:
    """Return assumptions, cards, the size of the evidence and the time of a replay."""
    evidence: list[Evidence] = [*certificates(verdict), *more, *verdict.witnesses]
    if not evidence:
        return []
    lines = [Sentence(Words("leans on", "依据"), "")]
    given = Words(
        "; ".join(w.en for w in verdict.assumptions), "；".join(w.zh for w in verdict.assumptions)
    )
    none = Words("no assumption", "无附加假设")
    lines.append(Sentence(pen.words(given if verdict.assumptions else none), "·", 1))
    if verdict.cards:
        listed = ", ".join(verdict.cards)
        cards = Words(f"the cards of {listed}", f"函数卡片：{listed}")
        lines.append(Sentence(pen.words(cards), "·", 1))
    size = len(json.dumps([e.to_json() for e in evidence]))
    begin = perf_counter()
    for e in evidence:
        check(e)
    took = 1000 * (perf_counter() - begin)
    steps = len(graph(verdict, more).nodes)
    measured = Words(
        f"certificates and witnesses: {len(evidence)}, with {steps} steps in {size} bytes; "
        f"replayed by the checker in {took:.1f} ms",
        f"{len(evidence)} 份证书或反例，{steps} 步，{size} 字节；检验器重放用时 {took:.1f} 毫秒",
    )
    lines.append(Sentence(pen.words(measured), "·", 1))
    return lines
