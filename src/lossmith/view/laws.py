"""Two densities of one number as rows of a card: peaks and tails."""

from __future__ import annotations

from typing import Any

from lossmith.expr.node import Expr, Symbol
from lossmith.likelihood.family import Family
from lossmith.prove.line.contrast import Contrast
from lossmith.prove.line.one_sided import Sides
from lossmith.text.writing.printing import to_text, to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same


def density(name: str, x: Symbol, family: Family, e: Expr) -> Row:
    """Return the row of one density."""
    shown = f"{name}({to_unicode(x)}) = {to_unicode(e)}"
    return Row(same(name), Words(f"{family.words.en}: {shown}", f"{family.words.zh}：{shown}"))


def peak(x: Symbol, p: Sides, q: Sides) -> Row:
    """Return the row of both densities at one point: height, slopes from both sides."""
    place = f"{to_unicode(x)} = {to_unicode(p.at)}"
    one, two = _at("p", p), _at("q", q)
    return Row(
        Words(f"at {place}", f"在 {place} 处"),
        one,
        "proved",
        more=(two,),
    )


def _at(name: str, s: Sides) -> Words:
    value, left, right = (to_unicode(e) for e in (s.value, s.left, s.right))
    if s.is_smooth:
        return Words(
            f"{name} = {value}, slope {left}: no corner", f"{name} = {value}，斜率 {left}：无角点"
        )
    return Words(
        f"{name} = {value}, slope {left} from the left and {right} from the right: a corner",
        f"{name} = {value}，左斜率 {left}，右斜率 {right}：角点",
    )


def peak_data(s: Sides) -> dict[str, Any]:
    """Return a density at a point as plain data."""
    return {
        "at": to_text(s.at),
        "value": to_text(s.value),
        "left": to_text(s.left),
        "right": to_text(s.right),
        "smooth": s.is_smooth,
    }


def tails(c: Contrast) -> list[Row]:
    """Return the rows of the tails, and of where which density is larger."""
    x = to_unicode(c.x)
    rows: list[Row] = []
    left, right = c.far
    sides = [(f"{x} → ±∞", right)] if left == right else [(f"{x} → −∞", left), (f"{x} → ∞", right)]
    for side, k in sides:
        if k is not None:
            rows.append(Row(Words("tail", "尾部"), _tail(side, k), "proved"))
    if c.values is not None and (c.values.above or c.values.below):
        # -log q > -log p is p > q.
        parts = [("p > q", c.values.above), ("p < q", c.values.below)]
        en = "; ".join(f"{what} for {', '.join(at)}" for what, at in parts if at)
        zh = "；".join(f"{'、'.join(at)} 时 {what}" for what, at in parts if at)
        rows.append(Row(Words("larger", "大小"), Words(en, zh), "proved"))
    return rows


def _tail(side: str, k: int) -> Words:
    if not k:
        return Words(
            f"p/q tends to a positive number ({side}): tails of one kind",
            f"p/q 趋于一个正数（{side}）：尾部同阶",
        )
    heavy, light = ("p", "q") if k > 0 else ("q", "p")
    return Words(
        f"{light}/{heavy} → 0 ({side}): {heavy} has the heavier tail",
        f"{light}/{heavy} → 0（{side}）：{heavy} 的尾部更重",
    )
