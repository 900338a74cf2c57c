"""Minimizers of sums of |x - a_i| and their kin: medians and quantiles of data, as a whole set.

Let f(x) = w * sum of phi(x - a_i) with w > 0 and phi(t) = -p t for t < 0, q t for t > 0 (p, q > 0).
Then f'(x+) = w (q #{a_i <= x} - p #{a_i > x}), so x is a minimizer exactly if
#{a_i < x} <= tau n <= #{a_i <= x} with tau = p/(p + q): a quantile of level tau.
Source: Koenker & Bassett 1978, section 2.
"""

from __future__ import annotations

from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.expr.build import add, symbol
from lossmith.expr.node import Const, Contract, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import POSITIVE, REALS
from lossmith.expr.walk import depends_on, substitute, symbols
from lossmith.prove.line.line import line
from lossmith.prove.points.points import Stationary, StationaryPoint
from lossmith.prove.proving.entrywise import scalar_form
from lossmith.prove.proving.natural import natural
from lossmith.prove.proving.separable import summand
from lossmith.prove.zeros.roots import Undecided
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words


def quantiles(e: Expr, x: Symbol) -> Stationary | None:
    """Return the whole set of minimizers of a sum of one kink for each entry of a data vector."""
    found = _shifted_sum(e, x)
    if found is None:
        return None
    weight, phi, t, a = found
    slopes = _slopes(phi, t)
    if slopes is None or x.assumptions.interval != REALS:
        return None
    p, q = slopes
    words = _told(a, p / (p + q))
    point = StationaryPoint({x: REALS}, "minimum", words, True, words, None, True)
    whole = Words("the whole set of minimizers", "全部极小点")
    facts = _subdifferential(x, a, p * weight.value, q * weight.value) if isinstance(
        weight, Const
    ) else _subdifferential(x, a, p, q, to_unicode(weight))  # fmt: skip
    return Stationary("proved", (point,), words=whole, facts=facts)


def _shifted_sum(e: Expr, x: Symbol) -> tuple[Expr, Expr, Symbol, Symbol] | None:
    """Return (weight, phi, t, a) with e = weight * sum of phi(x - a_i), weight > 0."""
    if not isinstance(e, Contract):
        return None
    weight, entry = summand(e, x)
    if entry is None or len(entry.shape) != 1 or not enclosure(weight).within(POSITIVE):
        return None
    one, image = scalar_form(entry, natural(entry))
    data = [s for s in symbols(entry) if s is not x]
    if len(data) != 1 or len(data[0].shape) != 1 or not isinstance(image.get(data[0]), Symbol):
        return None
    letter = image[data[0]]
    assert isinstance(letter, Symbol)
    t = symbol("_t")
    try:
        phi = substitute(one, {x: add(t, letter)})
    except LossmithError:
        return None
    return None if depends_on(phi, (letter, x)) else (weight, phi, t, data[0])


def _slopes(phi: Expr, t: Symbol) -> tuple[Fraction, Fraction] | None:
    """Return p, q > 0 for phi = -p t, q t on the two sides of 0, up to a constant."""
    try:
        found = line(phi, t, REALS)
    except Undecided:
        return None
    if len(found.breaks) != 1 or found.breaks[0].kind != "corner":
        return None
    b = found.breaks[0]
    if not (b.at.is_exact and b.at.lo == 0) or b.left is None or b.right is None:
        return None
    left, right = b.left.value, b.right.value
    if not (isinstance(left, Const) and isinstance(right, Const)):
        return None
    straight = all(
        s.expr is not None and _is_line(s.expr, t, c)
        for s, c in zip(found.segments, (left.value, right.value), strict=True)
    )
    p, q = -left.value, right.value
    return (p, q) if straight and p > 0 and q > 0 else None


def _is_line(e: Expr, t: Symbol, slope: Fraction) -> bool:
    return not depends_on(add(e, (-slope, t)), (t,))


def _told(a: Symbol, level: Fraction) -> Words:
    name = to_unicode(a)
    n = str(a.shape[0])
    if level == Fraction(1, 2):
        return Words(
            f"the medians of {name} (sorted: {name}₍₁₎ ≤ {name}₍₂₎ ≤ …): for odd {n} the middle "
            f"entry alone, {name}₍ₖ₎ with k = ({n} + 1)/2; for even {n} every point from {name}₍ₖ₎ "
            f"to {name}₍ₖ₊₁₎, k = {n}/2",
            f"{name} 的全部中位数（排序后 {name}₍₁₎ ≤ {name}₍₂₎ ≤ …）：{n} 为奇数时只有正中一个 "
            f"{name}₍ₖ₎，k = ({n} + 1)/2；{n} 为偶数时是从 {name}₍ₖ₎ 到 {name}₍ₖ₊₁₎ 的每一点，"
            f"k = {n}/2",
        )
    return Words(
        f"the quantiles of {name} of level {level} (sorted: {name}₍₁₎ ≤ {name}₍₂₎ ≤ …): "
        f"{name}₍ₖ₎ with k = {level}·{n} rounded up; if {level}·{n} = k is whole, every point from "
        f"{name}₍ₖ₎ to {name}₍ₖ₊₁₎",
        f"{name} 的 {level} 分位数（排序后 {name}₍₁₎ ≤ {name}₍₂₎ ≤ …）：{name}₍ₖ₎，"
        f"k 为 {level}·{n} 向上取整；若 k = {level}·{n} 恰为整数，则从 {name}₍ₖ₎ 到 {name}₍ₖ₊₁₎ "
        "的每一点都是",
    )


def _subdifferential(
    x: Symbol, a: Symbol, p: Fraction, q: Fraction, weight: str = ""
) -> tuple[tuple[Words, Words], ...]:
    """Return the slope between the data as counts, and the subdifferential at an entry.

    Each entry below x adds q to the slope, each above takes p away; one at x adds [-p, q].
    """
    v, e = to_unicode(x), f"{to_unicode(a)}ᵢ"
    below, above, here = f"#{{{e} < {v}}}", f"#{{{e} > {v}}}", f"#{{{e} = {v}}}"
    slope = f"{_times(q, below)} − {_times(p, above)}"
    bracket = f"[−{_times(p, here)}, {_times(q, here)}]"
    head = ""
    if weight:
        shown = weight if weight.isalnum() else f"({weight})"
        head, slope = f"{shown} · ", f"({slope})"
        bracket = f"{shown} · {bracket}"
    off = Words(
        f"f′({v}) = {head}{slope} wherever {v} is no entry of {to_unicode(a)}",
        f"当 {v} 不等于 {to_unicode(a)} 的任何分量时，f′({v}) = {head}{slope}",
    )
    at = Words(
        f"∂f({v}) = {head}{slope} + {bracket} at every {v}; {v} is a minimizer exactly where it "
        "holds 0",
        f"在每个 {v} 处 ∂f({v}) = {head}{slope} + {bracket}；{v} 是极小点当且仅当其中含 0",
    )
    return (Words("slope", "斜率"), off), (Words("subdifferential", "次微分"), at)


def _times(c: Fraction, text: str) -> str:
    return text if c == 1 else f"{c}·{text}"
