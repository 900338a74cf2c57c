"""Stationary points as rows of a card: place, kind, value, why, and where a function rises."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.serial import interval_to_json
from lossmith.expr.sets import Interval
from lossmith.prove.points.points_behavior import differentiable_on
from lossmith.prove.zeros.exact_values import enclosure
from lossmith.text.writing.printing import to_latex, to_text, to_unicode
from lossmith.view.card import Row
from lossmith.view.tex_words import formula
from lossmith.words import Words, same

if TYPE_CHECKING:
    from lossmith.prove.kinks.kinks import Kink
    from lossmith.prove.points.points import Stationary, StationaryPoint

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
    lines += _infimum(found)
    lines += [Row(label, text, "proved") for label, text in found.facts]
    return lines


def _infimum(found: Stationary) -> list[Row]:
    """Return the row of the infimum where it is not the value at a point that is listed."""
    if any(p.is_global for p in found.points):
        return []
    about = found.about_least or Words("", "")
    if found.least is None:
        return [Row(_INFIMUM, about, "proved")] if about.en else []
    shown = _value(found.least)
    text = Words(f"{shown}   {about.en}".rstrip(), f"{shown}   {about.zh}".rstrip())
    return [Row(_INFIMUM, text, "proved")]


_INFIMUM = Words("infimum", "下确界")


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
            "exact": {s.name: to_text(c) for s, c in p.exact.items()},
        }
        for p in found.points
    ]


def _row(p: StationaryPoint) -> Row:
    text = p.set_of or same(",   ".join(f"{to_unicode(s)} {_at(p, s)}" for s in p.box))
    marks: list[Words] = []
    if p.at_kink and p.set_of is None:
        marks.append(Words("a kink", "不可导点"))
    if p.value is not None and p.value.is_bounded:
        marks.append(same(f"f {_valued(p.exact_value, p.value)}"))
    if p.is_global:
        marks.append(Words("the least value of all", "全局最小值"))
    more = (p.reason,) if p.reason is not None and p.kind not in _OPEN else ()
    shown = Words(
        "   ".join([text.en, *(m.en for m in marks)]), "   ".join([text.zh, *(m.zh for m in marks)])
    )
    if p.kind in _OPEN:
        undecided = Words("which kind is not decided", "类型未判定")
        words = Words(f"{shown.en}   {undecided.en}", f"{shown.zh}   {undecided.zh}")
        return Row(_KINDS[p.kind], words, "proved", latex=_latex(p))
    return Row(_KINDS[p.kind], shown, "proved", more, _latex(p))


def _at(p: StationaryPoint, x: Symbol) -> str:
    """Return where a coordinate is: "= √2 = 1.414213562373…", "= 3", or digits with bounds."""
    i = p.box[x]
    return _valued(p.exact[x], i) if x in p.exact and not i.is_point else _place(i)


def _valued(exact: Expr | None, i: Interval) -> str:
    """Return "= √2 = 1.4142…" for a number in symbols, else the digits of its enclosure."""
    shown = "" if exact is None or isinstance(exact, Const) else to_unicode(exact)
    if not shown or len(shown) > _LONGEST:
        return _value(i)
    return f"= {shown} {_value(_finer(exact, i))}"


def _finer(exact: Expr | None, i: Interval) -> Interval:
    """Return a narrower enclosure of a number in symbols."""
    return i if exact is None else enclosure(exact) or i


_LONGEST = 24
"""Signs of a number in symbols that stands beside its digits."""


def _latex(p: StationaryPoint) -> str:
    r"""Return ``x = \sqrt{2},\; f = 0``; "" for a set of points, which words tell."""
    if p.set_of is not None:
        return ""
    parts = [_equation(to_latex(s), p.exact.get(s), i) for s, i in p.box.items()]
    if p.value is not None and p.value.is_bounded:
        parts.append(_equation("f", p.exact_value, p.value))
    return r",\quad ".join(parts)


def _equation(name: str, exact: Expr | None, i: Interval) -> str:
    if exact is not None:
        return f"{name} = {to_latex(exact)}"
    digits = _value(i).replace("in ", "∈ ")
    return f"{name} {formula(digits)}"


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
