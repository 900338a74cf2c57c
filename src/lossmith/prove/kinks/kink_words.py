"""Kinks in words: what kind, where, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.expr.build import add, const
from lossmith.expr.node import Add, Apply, Const, Expr, Symbol
from lossmith.expr.walk import substitute
from lossmith.prove.line.line import Break
from lossmith.prove.zeros.numerals import number_text
from lossmith.prove.zeros.roots import Root
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

KINDS = {
    "corner": Words("a corner", "折点"),
    "cusp": Words("a cusp", "尖点"),
    "jump": Words("a jump", "跳跃"),
    "vertical": Words("a vertical tangent", "竖直切线"),
    "tie": Words("a corner", "折点"),
    "removable": Words("a removable point", "可去间断点"),
    "unknown": Words("a derivative is not known", "导数未知"),
}


def told(node: Expr, where: Expr, kind: str, *, crossed: bool, alone: bool) -> Words:
    """Return the sentence of one kink.

    crossed: the place is crossed with a slope.  alone: no other part may cancel the kink.
    """
    what = KINDS[kind]
    name = node.atom.name if isinstance(node, Apply) else ""
    by_en, by_zh = (f" ({name})", f"（{name}）") if name else ("", "")
    maybe_en, maybe_zh = ("", "") if crossed or kind == "unknown" else ("possibly ", "可能有")
    if kind == "unknown":
        shown = to_unicode(where)
        words = Words(f"{what.en} for {name} at {shown}", f"{name} 在 {shown} 处{what.zh}")
    elif kind == "tie":
        assert isinstance(node, Apply)
        assert node.atom.rough is not None
        rough = node.atom.rough
        words = Words(
            f"{maybe_en}{what.en} {rough.en}{by_en}",
            f"{rough.zh}{maybe_zh or '有'}{what.zh}{by_zh}",
        )
    else:
        place = _place(node, where)
        words = Words(
            f"{maybe_en}{what.en} where {place.en}{by_en}",
            f"当{place.zh}时{maybe_zh or '有'}{what.zh}{by_zh}",
        )
    return doubted(words) if crossed and not alone and kind != "unknown" else words


def doubted(words: Words) -> Words:
    """Return the sentence with the reservation that the kink may not show in the whole."""
    return Words(
        f"{words.en}, unless the rest of the formula cancels it",
        f"{words.zh}（除非被公式的其余部分抵消）",
    )


def unless_zero(words: Words, weights: Sequence[Expr]) -> Words:
    """Return the sentence with the reservation that a weight of the kink may be 0."""
    shown = [f"{to_unicode(w)} = 0" for w in weights]
    return Words(
        f"{words.en}, unless {' or '.join(shown)} there",
        f"{words.zh}（除非该处 {' 或 '.join(shown)}）",
    )


def given_positive(words: Words, p: Symbol) -> Words:
    """Return the sentence for p > 0 alone: for p <= 0 the formula has no value there."""
    name = to_unicode(p)
    return Words(
        f"{words.en}, for {name} > 0 (else it has no value there)",
        f"{words.zh}（{name} > 0 时；否则该处无定义）",
    )


def told_break(b: Break, r: Root, w: Symbol, weight: Expr) -> Words:
    """Return the sentence of one kink of weight * a function of one variable, or of each entry."""
    what = KINDS[b.kind]
    name, place = to_unicode(w), place_text(r)
    en, zh = f"where {name} {place}", f" {name} {place} 处"
    if w.shape:
        en, zh = f"where an entry of {name} {place}", f" {name} 的某个分量 {place} 时"
    slopes = _slopes(b, r) if b.kind == "corner" else ""
    if slopes and not isinstance(weight, Const):
        slopes = f"{to_unicode(weight)} · ({slopes})"
    more = Words(f": slopes {slopes}", f"：两侧斜率为 {slopes}") if slopes else Words("", "")
    if b.kind == "removable":
        limit = Words(
            ", both sides have one limit" + (", its value is another" if b.defined else ""),
            "，两侧极限相等" + ("，但函数值不同" if b.defined else ""),
        )
        more = (
            limit if b.defined else Words(f"{limit.en}, it has no value", f"{limit.zh}，该处无定义")
        )
    if b.kind == "vertical" and (b.left is None or b.right is None):
        more = Words(", an end of the domain", "，这是定义域的端点")
    return Words(f"{what.en} {en}{more.en}", f"在{zh}有{what.zh}{more.zh}")


def place_text(r: Root) -> str:
    """Return "= c" for a rational point, else "= 1.41421356…"."""
    return f"= {r.lo}" if r.is_exact else number_text(r.interval)


def _slopes(b: Break, r: Root) -> str:
    """Return "-1 and 1", if both are numbers that can be written, else ""."""
    shown: list[str] = []
    for s in (b.left, b.right):
        if s is None:
            return ""
        if s.infinite:
            shown.append("∞" if s.infinite > 0 else "−∞")
            continue
        value = None if s.value is None else s.value
        if value is not None and r.is_exact:
            value = substitute(value, {r.x: const(r.lo)})
        if not isinstance(value, Const):
            return ""
        shown.append(str(value.value).replace("-", "−"))
    return " | ".join(shown)


def _place(node: Expr, where: Expr) -> Words:
    left, right = _equation(where)
    if where.shape and not _is_whole(node, where):
        return Words(f"an entry of {left} = {right}", f" {left} 的某个分量为 {right} ")
    return Words(f"{left} = {right}", f" {left} = {right} ")


def _equation(where: Expr) -> tuple[str, str]:
    """Return the two sides of where = 0: a number stands on the right, "|x| = 1"."""
    try:
        where = simplify(where).end
    except LossmithError:
        pass
    if isinstance(where, Add):
        numbers = [(c, t) for c, t in where.terms if isinstance(t, Const)]
        others = [(c, t) for c, t in where.terms if not isinstance(t, Const)]
        if others and all(c < 0 for c, _ in others):
            numbers, others = [(-c, t) for c, t in numbers], [(-c, t) for c, t in others]
        if len(numbers) == 1 and others:
            (c, one), left = numbers[0], add(*others)
            assert isinstance(one, Const)
            if len(others) == 1:
                left, c = others[0][1], c / others[0][0]
            return to_unicode(left), str(-c * one.value)
        if others and not numbers:
            where = add(*others) if len(others) > 1 else others[0][1]
    return to_unicode(where), "0"


def _is_whole(node: Expr, where: Expr) -> bool:
    """Return whether the kink asks all entries to be 0 (a norm), not one of them."""
    return isinstance(node, Apply) and not node.atom.signature.is_entrywise and where in node.args
