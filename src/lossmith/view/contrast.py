"""Two functions of one number side by side as rows of a card."""

from __future__ import annotations

from lossmith.expr.build import scale
from lossmith.prove.line.contrast import Contrast, Order
from lossmith.prove.line.one_sided import Sides
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same


def rows(c: Contrast) -> list[Row]:
    """Return where g is larger, where steeper, which wins far out, and the corners."""
    lines = [*_ordered(c), *_far(c), *(_corner(c, f, g) for f, g in c.corners)]
    if c.entry and lines:
        first = lines[0]
        told = Words("for each entry   ", "对每个分量   ")
        text = Words(told.en + first.text.en, told.zh + first.text.zh)
        lines[0] = Row(first.label, text, first.badge, first.more)
    return lines


def _ordered(c: Contrast) -> list[Row]:
    found: list[Row] = []
    if c.values is not None and _told(c.values):
        text = _order(c.values, "g", "f")
        found.append(Row(Words("values", "函数值"), text, "proved"))
    if c.slopes is not None and _told(c.slopes):
        why = Words(
            "one step of gradient descent moves x further where the slope is larger in size",
            "斜率绝对值较大处，一步梯度下降使 x 移动更多",
        )
        name = to_unicode(c.x)
        why = Words(why.en.replace(" x ", f" {name} "), why.zh.replace(" x ", f" {name} "))
        text = _order(c.slopes, "|g′|", "|f′|")
        found.append(Row(Words("slopes", "斜率"), text, "proved", more=(why,)))
    return found


def _told(o: Order) -> bool:
    """Return whether the order holds more than equality."""
    return bool(o.above or o.below)


def _order(o: Order, g: str, f: str) -> Words:
    parts = [(f"{g} > {f}", o.above), (f"{g} < {f}", o.below)]
    en = "; ".join(f"{what} for {', '.join(places)}" for what, places in parts if places)
    zh = "；".join(f"{'、'.join(places)} 时 {what}" for what, places in parts if places)
    return Words(en, zh)


def _far(c: Contrast) -> list[Row]:
    left, right = c.far
    x = to_unicode(c.x)
    both = left == right
    sides = [(f"{x} → ±∞", right)] if both else [(f"{x} → −∞", left), (f"{x} → ∞", right)]
    shown = [f"{_limit(k)} ({side})" for side, k in sides if k]
    if not shown:
        return []
    text = same("g − f → " + ",   ".join(shown))
    more: tuple[Words, ...] = ()
    if both and right:
        light, heavy = ("g", "f") if right > 0 else ("f", "g")
        more = (
            Words(
                f"as negative log-densities: exp(−{light})/exp(−{heavy}) → 0, so that of {light} "
                f"has the lighter tails, that of {heavy} the heavier",
                f"作为负对数密度：exp(−{light})/exp(−{heavy}) → 0，故 {light} 的密度尾部较轻，"
                f"{heavy} 的较重",
            ),
        )
    return [Row(Words("far out", "远处"), text, "proved", more)]


def _limit(k: int | None) -> str:
    return "∞" if k == 1 else "−∞"


def _corner(c: Contrast, f: Sides, g: Sides) -> Row:
    place = f"{to_unicode(c.x)} = {to_unicode(f.at)}"
    one, two = _slopes("f", f), _slopes("g", g)
    return Row(
        Words(f"at {place}", f"在 {place} 处"),
        Words(f"{one.en};   {two.en}", f"{one.zh}；{two.zh}"),
        "proved",
    )


def _slopes(name: str, s: Sides) -> Words:
    value, left, right = (to_unicode(e) for e in (s.value, s.left, s.right))
    if s.is_smooth:
        return Words(
            f"{name} = {value}, slope {left}, no corner", f"{name} = {value}，斜率 {left}，无角点"
        )
    gain = to_unicode(scale(2, s.jump))
    return Words(
        f"{name} = {value}, slopes {left} and {right}, a corner of size {gain}",
        f"{name} = {value}，左右斜率 {left} 与 {right}，角点跃变 {gain}",
    )
