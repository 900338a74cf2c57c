"""Losses without a law of every observation: counts of draws, and what is not read."""

from __future__ import annotations

from lossmith.expr import build
from lossmith.expr.node import Add, Const, Expr, Symbol
from lossmith.likelihood.hints import Hint
from lossmith.likelihood.readings import Counts, Unread
from lossmith.likelihood.refuse import Refusal
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.view.model import prior
from lossmith.words import Words, same


def counts(c: Counts, proved: str = "") -> list[Row]:
    """Return the rows of draws that are given by their numbers alone."""
    p, ones, zeros = (to_unicode(e) for e in (c.probability, c.ones, c.zeros))
    total = build.add(c.ones, c.zeros)
    trials = (
        ()
        if isinstance(total, Const)
        else (
            Words(
                f"their number is binomial: {ones} ~ Binomial({to_unicode(total)}, {p})",
                f"1 的次数服从二项分布：{ones} ~ Binomial({to_unicode(total)}, {p})",
            ),
        )
    )
    draws = Words(
        f"Bernoulli({p}): {ones} draws of 1 and {zeros} of 0, independent",
        f"Bernoulli({p})：独立抽取，{ones} 次为 1，{zeros} 次为 0",
    )
    power = f"{p}^{_raised(c.ones)} (1 − {p})^{_raised(c.zeros)}"
    after = "" if c.prior is None else f" − log p({p})"
    return [
        Row(Words("noise", "噪声"), draws, proved, more=trials),
        *([] if c.prior is None else [prior(c.prior, build.const(1), proved)]),
        Row(
            Words("loss", "损失"),
            Words(f"f = −log({power}){after} + constant", f"f = −log({power}){after} + 常数"),
            proved,
        ),
        _mode(c),
    ]


def _raised(e: Expr) -> str:
    return f"({to_unicode(e)})" if isinstance(e, Add) else to_unicode(e)


def _mode(c: Counts) -> Row:
    """Return what the minimizer is called, and its value where p itself is the variable."""
    known = Words("maximum likelihood", "最大似然估计")
    if c.prior is not None:
        known = Words("maximum a posteriori (MAP)", "最大后验估计（MAP）")
    share, p = c.mode, c.probability
    if isinstance(p, Symbol):
        inside = p.assumptions.interval
        value = str(share.value) if isinstance(share, Const) else to_unicode(share)
        shown = f"{to_unicode(p)} = {value}"
        if isinstance(share, Const) and inside.has(share.value) and c.prior is None:
            return _minimizer(
                Words(
                    f"{known.en}: {shown}, the share of ones",
                    f"{known.zh}：{shown}，即 1 所占的比例",
                )
            )
        if not isinstance(share, Const) and (inside.lo, inside.hi) == (0, 1):
            return _minimizer(
                Words(
                    f"{known.en}: {shown}, where both exponents are positive",
                    f"{known.zh}：{shown}（两个指数均为正时）",
                )
            )
    return _minimizer(known)


def _minimizer(text: Words) -> Row:
    return Row(Words("minimizer", "极小点"), text)


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
