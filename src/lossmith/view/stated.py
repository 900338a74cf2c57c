"""The way from stated laws to their loss, as rows of a card."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from lossmith.expr.node import Const, Expr, Symbol
from lossmith.likelihood.stated_laws import StatedLaw, unsure
from lossmith.likelihood.statements import Derived, Statement
from lossmith.text.writing.printing import to_latex, to_unicode
from lossmith.view import model as told
from lossmith.view.card import Row
from lossmith.words import Words, same


def derivation(statements: Sequence[Statement], d: Derived, wrt: Sequence[Symbol]) -> list[Row]:
    """Return the way from the laws to the loss, line by line."""
    w = ", ".join(to_unicode(s) for s in wrt)
    laws = [
        Row(
            same(f"{k:>2}"),
            Words(f"{s.text}   {s.family.words.en}", f"{s.text}   {s.family.words.zh}"),
            more=(Words(f"−log density: {s.family.energy}", f"−log 密度：{s.family.energy}"),),
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
    nothing = isinstance(d.dropped, Const) and d.dropped.value == 0
    gone, verb = to_unicode(d.dropped), "do" if len(wrt) > 1 else "does"
    dropped = Words(f"dropped, since {w} {verb} not occur: {gone}", f"略去不含 {w} 的项：{gone}")
    if nothing:
        dropped = Words(f"nothing is dropped: {w} is in every term", f"每一项都含 {w}，无可略去")
    steps.append((d.loss, dropped))
    lines = [
        Row(same(f"{j:>2}"), same(to_unicode(e)), more=(why,), latex=to_latex(e))
        for j, (e, why) in enumerate(steps, start=k + 1)
    ]
    loss = Row(Words("loss", "损失"), same(to_unicode(d.loss)), latex=to_latex(d.loss))
    return [*laws, *lines, loss]


def scales(statements: Sequence[Statement]) -> tuple[Words, ...]:
    """Say where a square stands for a standard deviation, as in Normal(mu, sigma^2)."""
    squares = [s.arguments.get("sigma", "") for s in statements]
    return tuple(
        Words(
            f"{square} is the standard deviation here; write N(mu, {square}) for a variance",
            f"此处 {square} 是标准差；若它是方差，请写 N(mu, {square})",
        )
        for square in dict.fromkeys(squares)
        if square.endswith("^2")
    )


def _joined(rules: Sequence[Words]) -> Words:
    return Words("; ".join(r.en for r in rules), "；".join(r.zh for r in rules))


def law(found: StatedLaw, badge: str, taken: Collection[str], wrt: Collection[Symbol]) -> Row:
    """Return the row of one law: with its link or its effect where a row of the table has it."""
    family, y, arguments = found.statement.family, found.symbol, found.arguments
    if found.noise is not None:
        return told.noise(found.noise, badge, taken, arguments)
    label = Words("prior", "先验") if y in wrt else Words("noise", "噪声")
    row = told.plain_law(label, family, y, arguments, badge)
    return row if found.prior is None else replace(row, more=(found.prior.penalty.effect,))


def estimate(laws: Sequence[StatedLaw], wrt: Sequence[Symbol]) -> Row:
    """Return what a minimizer is in statistics, and which variables have no law."""
    priors = {found.symbol for found in laws if found.symbol in wrt}
    without = ", ".join(to_unicode(s) for s in wrt if s not in priors)
    label = Words("minimizer", "极小点")
    if not priors:
        return Row(label, Words("maximum likelihood", "最大似然估计"))
    if len(priors) == len(laws):
        return Row(label, Words("mode of the prior", "先验的众数"))
    flat = Words(
        f"no law is stated for {without}: its prior is flat, which is improper on an infinite set",
        f"未给出 {without} 的分布：其先验为常数，在无界集合上是非正常先验",
    )
    text = Words("maximum a posteriori (MAP)", "最大后验估计（MAP）")
    return Row(label, text, more=(flat,) if without else ())


def conditions(laws: Sequence[StatedLaw]) -> tuple[Words, ...]:
    """Return what must be positive beyond the declarations, for the laws to be laws."""
    wanted: dict[Expr, None] = dict.fromkeys(e for found in laws for e in unsure(found))
    if not wanted:
        return ()
    names = ", ".join(to_unicode(e) for e in wanted)
    return (Words(f"where {names} > 0", f"要求 {names} > 0"),)
