"""Where a function of one variable rises and falls, as sentences from left to right."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from lossmith.evidence.points.course import Course, Stretch, Turn
from lossmith.expr.node import Symbol
from lossmith.expr.sets import Interval, closed
from lossmith.prove.zeros.numerals import number_text
from lossmith.text.writing.printing import to_unicode
from lossmith.view.proof_boxes import on_intervals
from lossmith.view.proof_words import Pen
from lossmith.view.sentence import Sentence
from lossmith.words import Words


def course(c: Course, pen: Pen, level: int) -> list[Sentence]:
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
        return number(t.low, t.high)
    end = c.box.lo if low else c.box.hi
    return ("−∞" if low else "∞") if end is None else str(end)


def number(low: Fraction, high: Fraction) -> str:
    """Return "3", "1.41421356…"."""
    return digits(closed(low, high)).removeprefix("= ").removeprefix("in ")


def digits(i: Interval) -> str:
    """Return "= 3", "= 1.41421356…", "in [1, 2]", with the sign of mathematics for minus."""
    return number_text(i).replace("-", "−")


_TURNS: Final = {
    (-1, 1): Words("a minimum, for {f} falls before it and rises after it", "极小点：{f} 先减后增"),
    (1, -1): Words("a maximum, for {f} rises before it and falls after it", "极大点：{f} 先增后减"),
    (1, 1): Words("no extremum, for {f} rises on both sides", "不是极值点：{f} 在两侧都递增"),
    (-1, -1): Words("no extremum, for {f} falls on both sides", "不是极值点：{f} 在两侧都递减"),
}
_FLAT: Final = Words("an end of a piece on which {f} is constant", "{f} 的常值段的端点")


def _turn(c: Course, k: int, t: Turn, pen: Pen, level: int) -> list[Sentence]:
    x, at = name_of(c.x, pen), number(t.low, t.high)
    around = (c.stretches[k].sign or 0, c.stretches[k + 1].sign or 0)
    f = pen.names.get(c.e, "f")
    what = _TURNS.get(around, _FLAT)
    what = Words(what.en.replace("{f}", f), what.zh.replace("{f}", f))
    if t.kind == "gap":
        text = Words(
            f"nothing is said of {x} = {at}: {f} has no value there, or jumps",
            f"对 {x} = {at} 未作断言：{f} 在该处无定义或有跳跃",
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


def name_of(x: Symbol, pen: Pen) -> str:
    """Return how a variable is called in running text."""
    return pen.names.get(x) or to_unicode(x)
