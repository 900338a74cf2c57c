"""The slopes at one point as rows of a card, and where there is a minimum."""

from __future__ import annotations

from lossmith.expr.build import scale
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.prove.line.one_sided import Sides
from lossmith.text.writing.printing import to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same

_MINIMUM = Words("minimum", "极小点")
_MAXIMUM = Words("maximum", "极大点")
_EXTREME = Words("extreme", "极值")


def rows(text: str, x: Symbol, at: Expr, s: Sides | None, shape: str) -> list[Row]:
    """Return the reading, the slopes from both sides, and what they decide.

    shape: "convex" or "concave" where that is proved, else "".
    """
    place = f"{to_unicode(x)} = {to_unicode(at)}"
    lines = [Row(Words("read as", "读作"), same(f"f({to_unicode(x)}) = {text}"))]
    if s is None:
        unknown = Words(
            "the one-sided slopes were not settled: declare the signs of the parameters",
            "单侧斜率未能判定：请声明各参数的符号",
        )
        return [*lines, Row(Words(f"at {place}", f"在 {place} 处"), unknown, "undecided")]
    return [*lines, _slopes(place, s), *_answer(place, s, shape)]


def _slopes(place: str, s: Sides) -> Row:
    label = Words(f"at {place}", f"在 {place} 处")
    value = to_unicode(s.value)
    if s.is_smooth:
        k = to_unicode(s.left)
        text = Words(f"f = {value}, slope {k}: no corner", f"f = {value}，斜率 {k}：无角点")
        return Row(label, text, "proved")
    left, right = to_unicode(s.left), to_unicode(s.right)
    gain = to_unicode(scale(2, s.jump))
    text = Words(
        f"f = {value}, slope {left} from the left, {right} from the right: a corner of size {gain}",
        f"f = {value}，左斜率 {left}，右斜率 {right}：角点，斜率跃变 {gain}",
    )
    return Row(label, text, "proved")


def _answer(place: str, s: Sides, shape: str) -> list[Row]:
    match s.answer:
        case "minimum" | "maximum":
            return [_extreme(place, s.answer, shape)]
        case "neither":
            text = Words(
                f"{place} is neither a minimum nor a maximum: f goes on through it",
                f"{place} 既非极小点也非极大点：f 单调穿过此点",
            )
            return [Row(_EXTREME, text, "proved")]
        case "stationary" | "open":
            return [_open(place, s, shape)]
        case "depends":
            return _stationary_where(place, s, shape) if s.is_smooth else _where(place, s, shape)


def _extreme(place: str, kind: str, shape: str) -> Row:
    low = kind == "minimum"
    whole = Words("", "")
    if (low and shape == "convex") or (not low and shape == "concave"):
        whole = Words(
            f", the {'least' if low else 'largest'} value of all (f is {shape})",
            f"，也是全局{'最小' if low else '最大'}值（f 是{'凸' if low else '凹'}函数）",
        )
    way = (
        ("falls to it and rises from it", "先降后升")
        if low
        else ("rises to it and falls from it", "先升后降")
    )
    name = _MINIMUM if low else _MAXIMUM
    return Row(
        name,
        Words(
            f"{place} is a strict local {kind}: f {way[0]}{whole.en}",
            f"{place} 是严格局部{name.zh}：f {way[1]}{whole.zh}",
        ),
        "proved",
    )


def _open(place: str, s: Sides, shape: str) -> Row:
    """Return the row of a point at which a slope is 0: convexity decides, the slopes do not."""
    if shape == "convex":
        text = Words(f"{place} is a minimum: f is convex", f"{place} 是极小点：f 是凸函数")
        return Row(_MINIMUM, text, "proved")
    if shape == "concave":
        text = Words(f"{place} is a maximum: f is concave", f"{place} 是极大点：f 是凹函数")
        return Row(_MAXIMUM, text, "proved")
    text = Words(
        "a slope of 0 leaves the kind open: lossmith points without --at looks at both sides",
        "斜率为 0，类型未定：不带 --at 的 lossmith points 会考察两侧",
    )
    return Row(_EXTREME, text, "undecided")


def _stationary_where(place: str, s: Sides, shape: str) -> list[Row]:
    b = to_unicode(s.middle)
    kind = {"convex": _MINIMUM, "concave": _MAXIMUM}.get(shape)
    name = kind or Words("stationary", "驻点")
    more = Words(
        f"where {b} ≠ 0 f falls to one side of it and rises to the other",
        f"{b} ≠ 0 时，f 在一侧下降、另一侧上升",
    )
    exactly = Words(f"{place} is one exactly where {b} = 0", f"{place} 当且仅当 {b} = 0 时是驻点")
    if kind is not None:
        exactly = Words(exactly.en, f"{place} 当且仅当 {b} = 0 时是{kind.zh}")
    return [Row(name, exactly, "proved", more=(more,))]


def _where(place: str, s: Sides, shape: str) -> list[Row]:
    """Return where a corner is a minimum, and where a maximum if it may turn downwards."""
    a, size = to_unicode(s.jump), _size(s.middle)
    why = Words(
        "just there the slope from the right is > 0 and that from the left < 0",
        "恰在此时右斜率 > 0 且左斜率 < 0",
    )
    if shape == "convex":
        text = Words(
            f"{place} is a minimum, the least value of all, exactly where {a} ≥ {size}",
            f"当且仅当 {a} ≥ {size} 时，{place} 是极小点，且为全局最小值",
        )
        return [Row(_MINIMUM, text, "proved")]
    lines = [
        Row(
            _MINIMUM,
            Words(
                f"{place} is a strict local minimum where {a} > {size}, and none where "
                f"{a} < {size}",
                f"{a} > {size} 时 {place} 是严格局部极小点；{a} < {size} 时不是",
            ),
            "proved",
            more=(why,),
        )
    ]
    hi = enclosure(scale(-1, s.jump)).hi
    if hi is None or hi > 0:
        minus = to_unicode(scale(-1, s.jump))
        lines.append(
            Row(
                _MAXIMUM,
                Words(
                    f"a strict local maximum where {minus} > {size}",
                    f"{minus} > {size} 时是严格局部极大点",
                ),
                "proved",
            )
        )
    return lines


def _size(e: Expr) -> str:
    """Return |e|, its sign dropped where it is a number or stands before it."""
    if isinstance(e, Const):
        return str(abs(e.value))
    shown, turned = to_unicode(e), to_unicode(scale(-1, e))
    return f"|{min(shown, turned, key=lambda t: (t.startswith('−'), len(t)))}|"
