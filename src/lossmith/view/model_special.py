"""Losses without a law of every observation: counts of draws, and what is not read."""

from __future__ import annotations

from fractions import Fraction

from lossmith.expr.node import Symbol
from lossmith.likelihood.hints import Hint
from lossmith.likelihood.readings import Counts, Unread
from lossmith.likelihood.refuse import Refusal
from lossmith.text.printing import to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same


def counts(c: Counts, proved: str = "") -> list[Row]:
    """Return the rows of draws that are given by their numbers alone."""
    p = to_unicode(c.probability)
    share = Fraction(c.ones, c.ones + c.zeros)
    known = Words("maximum likelihood", "最大似然估计")
    if isinstance(c.probability, Symbol) and c.probability.assumptions.interval.has(share):
        known = Words(
            f"{known.en}: {p} = {share}, the share of ones",
            f"{known.zh}：{p} = {share}，即 1 所占的比例",
        )
    return [
        Row(
            Words("noise", "噪声"),
            Words(
                f"Bernoulli({p}): {c.ones} draws of 1 and {c.zeros} of 0, independent",
                f"Bernoulli({p})：独立抽取，{c.ones} 次为 1，{c.zeros} 次为 0",
            ),
            proved,
        ),
        Row(
            Words("loss", "损失"),
            Words(
                f"f = −log({p}^{c.ones} (1 − {p})^{c.zeros}) + constant",
                f"f = −log({p}^{c.ones} (1 − {p})^{c.zeros}) + 常数",
            ),
            proved,
        ),
        Row(
            Words("minimizer", "极小点"),
            known,
        ),
    ]


def unread(r: Unread, refused: Refusal | None, told: Hint | None = None) -> list[Row]:
    """Return what is known of a loss without a reading."""
    label = Words("model", "模型")
    if refused is not None:
        return [
            Row(label, refused.words, "refuted"),
            Row(Words("nearest", "最接近的"), refused.nearest),
        ]
    rows = [
        Row(
            label,
            Words(
                "no law, link and prior of the table gives this loss",
                "表中没有分布、连接函数与先验能给出此损失",
            ),
            "undecided",
            more=(same(to_unicode(r.left)),),
        )
    ]
    if told is not None and told.reading.noise is not None:
        law = told.reading.noise.pattern.family.words
        declared = told.declaration
        rows.append(
            Row(
                Words("declare", "可声明"),
                Words(
                    f"{declared}   then the data part is that of the {law.en}",
                    f"{declared}   此时数据项对应{law.zh}",
                ),
            )
        )
    elif r.noise is not None:
        name = r.noise.pattern.family.words
        rows.append(
            Row(
                Words("nearest", "最接近的"),
                Words(
                    f"{name.en} for the other terms, without the terms above",
                    f"其余各项对应{name.zh}，不含上面的项",
                ),
            )
        )
    return rows
