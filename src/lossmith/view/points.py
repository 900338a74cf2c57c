"""Stationary points as rows of a card: place, kind, value, why, and where a function rises."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lossmith.expr.node import Expr, Symbol
from lossmith.expr.serial import interval_to_json
from lossmith.expr.sets import Interval
from lossmith.prove.points_behavior import differentiable_on
from lossmith.text.printing import to_text, to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same

if TYPE_CHECKING:
    from lossmith.prove.kinks import Kink
    from lossmith.prove.points import Stationary, StationaryPoint

_KINDS = {
    "minimum": Words("minimum", "极小点"),
    "maximum": Words("maximum", "极大点"),
    "saddle": Words("saddle", "鞍点"),
    "inflection": Words("inflection", "拐点型驻点"),
    "flat": Words("constant", "常值"),
    "degenerate": Words("degenerate", "退化驻点"),
    "edge": Words("on the edge", "边界驻点"),
}

_OPEN = ("degenerate", "edge")
"""Kinds that say only where a point lies."""


def points(found: Stationary) -> list[Row]:
    """Return a row for each point, one for completeness, one for the least value, and more."""
    lines = [_row(p) for p in found.points]
    lines.append(Row(Words("complete", "完整性"), found.words, found.status))
    if found.least is not None and not any(p.is_global for p in found.points):
        lines.append(Row(Words("infimum", "下确界"), same(_value(found.least)), "proved"))
    lines += [Row(label, text, "proved") for label, text in found.facts]
    return lines


def differentiable(e: Expr, wrt: Sequence[Symbol]) -> list[Row]:
    """Return the row of the intervals on which a function of one variable has a derivative."""
    if len(wrt) != 1 or wrt[0].shape:
        return []
    places = differentiable_on(e, wrt[0])
    label = Words("differentiable", "可微")
    return [] if places is None else [Row(label, places, "proved")]


def kink_data(found: Sequence[Kink]) -> list[dict[str, Any]]:
    """Return kinks as plain data: kind, place, whether certain, the words."""
    return [
        {
            "kind": k.kind,
            "where": to_text(k.where),
            "at": None if k.at is None else interval_to_json(k.at)[:2],
            "certain": k.certain,
            "words": k.words.en,
        }
        for k in found
    ]


def data(found: Stationary) -> list[dict[str, Any]]:
    """Return the points as plain data: kind, box, whether a kink, a whole set, the least."""
    return [
        {
            "kind": p.kind,
            "box": {s.name: interval_to_json(i)[:2] for s, i in p.box.items()},
            "kink": p.at_kink,
            "set": None if p.set_of is None else p.set_of.en,
            "global": p.is_global,
        }
        for p in found.points
    ]


def _row(p: StationaryPoint) -> Row:
    text = p.set_of or same(",   ".join(f"{to_unicode(s)} {_place(i)}" for s, i in p.box.items()))
    marks: list[Words] = []
    if p.at_kink and p.set_of is None:
        marks.append(Words("a kink", "不可导点"))
    if p.value is not None and p.value.is_bounded:
        marks.append(same(f"f {_value(p.value)}"))
    if p.is_global:
        marks.append(Words("the least value of all", "全局最小值"))
    more = (p.reason,) if p.reason is not None and p.kind not in _OPEN else ()
    shown = Words(
        "   ".join([text.en, *(m.en for m in marks)]), "   ".join([text.zh, *(m.zh for m in marks)])
    )
    if p.kind in _OPEN:
        undecided = Words("which kind is not decided", "类型未判定")
        words = Words(f"{shown.en}   {undecided.en}", f"{shown.zh}   {undecided.zh}")
        return Row(_KINDS[p.kind], words, "proved")
    return Row(_KINDS[p.kind], shown, "proved", more)


def _place(i: Interval) -> str:
    """Return "= value" for a rational; else the digits that both ends share, and the ends."""
    if i.lo is None or i.hi is None:
        return f"in {i}"
    if i.is_point:
        return f"= {i.lo}"
    low, high = _down(i.lo), _down(i.hi)
    shared = _shared(low, high)
    ends = f"in [{low}, {_up(i.hi)}]"
    return f"= {low[:shared]}…   {ends}" if shared > 3 else ends


def _value(i: Interval) -> str:
    if i.is_point and i.lo is not None and len(str(i.lo)) < 20:
        return f"= {i.lo}"
    assert i.lo is not None
    assert i.hi is not None
    low, high = _down(i.lo), _down(i.hi)
    shared = _shared(low, high)
    return f"= {low[:shared]}…" if shared > 3 else f"in [{low}, {_up(i.hi)}]"


def _shared(low: str, high: str) -> int:
    shared = 0
    while shared < min(len(low), len(high)) and low[shared] == high[shared]:
        shared += 1
    return shared if "." in low[:shared] else 0


def _down(x: Fraction, digits: int = 12) -> str:
    """Return a rational with 12 decimals, rounded down."""
    return _fixed(x.numerator * 10**digits // x.denominator, digits)


def _up(x: Fraction, digits: int = 12) -> str:
    return _fixed(-(-x.numerator * 10**digits // x.denominator), digits)


def _fixed(scaled: int, digits: int) -> str:
    sign, text = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}"
