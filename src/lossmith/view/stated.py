"""The way from stated laws to their loss, as rows of a card."""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.expr.node import Symbol
from lossmith.likelihood.statements import Derived, Statement
from lossmith.text.printing import to_latex, to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same


def derivation(statements: Sequence[Statement], d: Derived, wrt: Sequence[Symbol]) -> list[Row]:
    """Return the way from the laws to the loss, line by line."""
    w = ", ".join(to_unicode(s) for s in wrt)
    laws = [
        Row(
            same(f"{k:>2}"),
            Words(f"{s.text}   {s.family.words.en}", f"{s.text}   {s.family.words.zh}"),
            more=(same(f"−log density: {s.family.energy}"),),
        )
        for k, s in enumerate(statements, start=1)
    ]
    k = len(statements)
    steps = [
        (
            d.whole,
            Words(
                "the laws multiply, so their −log densities add",
                "各分布相乘，故其 −log 密度相加",
            ),
        )
    ]
    if d.recognized is not d.whole:
        steps.append((d.recognized, _joined(d.rules)))
    steps.append(
        (
            d.loss,
            Words(
                f"dropped, since {w} does not occur: {to_unicode(d.dropped)}",
                f"略去不含 {w} 的项：{to_unicode(d.dropped)}",
            ),
        )
    )
    told = [
        Row(same(f"{j:>2}"), same(to_unicode(e)), more=(why,), latex=to_latex(e))
        for j, (e, why) in enumerate(steps, start=k + 1)
    ]
    loss = Row(Words("loss", "损失"), same(to_unicode(d.loss)), latex=to_latex(d.loss))
    return [*laws, *told, loss]


def _joined(rules: Sequence[Words]) -> Words:
    return Words("; ".join(r.en for r in rules), "；".join(r.zh for r in rules))
