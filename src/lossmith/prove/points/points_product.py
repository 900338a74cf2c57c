"""Stationary points of sums of functions of one variable each: products of those of the parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import product
from math import prod

from lossmith.expr.build import add
from lossmith.expr.node import Add, Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import depends_on
from lossmith.prove.points.points import (
    KIND_WORDS,
    Kind,
    Stationary,
    StationaryPoint,
    counted,
    turning,
)
from lossmith.prove.points.points_layers import proof_everywhere
from lossmith.prove.points.points_periodic import points_on_line
from lossmith.prove.points.points_search import Search
from lossmith.prove.zeros.exact_values import folded
from lossmith.prove.zeros.numerals import decimal
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words, same

LIMIT = 64
"""Most points that a product may have."""


def points_of_separable(
    e: Expr, wrt: Sequence[Symbol], inside: Mapping[Symbol, Interval]
) -> Stationary | None:
    """Return the points of phi_1(x_1) + ... + phi_n(x_n); None for other or undecided formulas.

    A point is a minimum (maximum) exactly if each coordinate is one; any other mix takes values on
    both sides. A kink counts only where all coordinates turn the same way.
    """
    parts = _parts(e, wrt)
    if parts is None:
        return None
    solved = [points_on_line(parts[x], x, inside[x]) for x in wrt]
    if any(s.status != "proved" for s in solved):
        return None
    if prod(len(s.points) for s in solved) > LIMIT:
        return None
    if any(p.kind == "flat" for s in solved for p in s.points):
        return None
    points = [p for row in product(*(s.points for s in solved)) if (p := _joined(wrt, row))]
    smooth = tuple(p for p in points if not p.at_kink)
    words = counted(smooth)
    if len(smooth) < len(points):
        also = turning(len(points) - len(smooth))
        words = Words(
            f"{words.en} with gradient 0; {also.en}", f"{words.zh}（梯度为 0）；{also.zh}"
        )
    proof = partial(proof_everywhere, Search(e, tuple(wrt), inside))
    return Stationary("proved", tuple(points), words=words, make_certificate=proof)


def _parts(e: Expr, wrt: Sequence[Symbol]) -> dict[Symbol, Expr] | None:
    """Return the part of each variable, constants with the first; None if variables mix."""
    terms = e.terms if isinstance(e, Add) else ((Fraction(1), e),)
    sums: dict[Symbol, list[tuple[Fraction, Expr]]] = {x: [] for x in wrt}
    for c, t in terms:
        inside = [x for x in wrt if depends_on(t, (x,))]
        if len(inside) > 1:
            return None
        sums[inside[0] if inside else wrt[0]].append((c, t))
    return {x: add(*own, shape=()) for x, own in sums.items()}


def _joined(wrt: Sequence[Symbol], row: Sequence[StationaryPoint]) -> StationaryPoint | None:
    kind: Kind = "saddle"
    if all(p.kind == "minimum" for p in row):
        kind = "minimum"
    elif all(p.kind == "maximum" for p in row):
        kind = "maximum"
    at_kink = any(p.at_kink for p in row)
    if at_kink and kind == "saddle":
        return None
    box = {x: p.box[x] for x, p in zip(wrt, row, strict=True)}
    name = KIND_WORDS[kind]
    sets = [p.set_of for p in row]
    values = [p.value for p in row]
    value = values[0]
    for v in values[1:]:
        value = None if value is None or v is None else value + v
    places = [_where(x, p, k) for k, (x, p) in enumerate(zip(wrt, row, strict=True), start=1)]
    every = None
    if any(s is not None for s in sets):
        every = Words("; ".join(w.en for w in places), "；".join(w.zh for w in places))
    words = Words(
        f"{name.en} at " + ", ".join(w.en for w in places),
        f"{name.zh}：" + "，".join(w.zh for w in places),
    )
    least = all(p.is_global for p in row)
    exact = {x: p.exact[x] for x, p in zip(wrt, row, strict=True) if x in p.exact}
    values_of = [p.exact_value for p in row]
    known = [v for v in values_of if v is not None]
    whole = folded(add(*((1, v) for v in known), shape=())) if len(known) == len(row) else None
    return StationaryPoint(
        box, kind, words, at_kink, every, value, least, exact=exact, exact_value=whole
    )


def _where(x: Symbol, p: StationaryPoint, number: int) -> Words:
    """Return "x = 1" out of the words of one coordinate; each family has its own whole number."""
    if p.set_of is None:
        exact = p.exact.get(x)
        shown = decimal(p.box[x]) if exact is None else f"= {to_unicode(exact)}"
        return same(f"{x.name} {shown}")
    mark = f"πk{'₀₁₂₃₄₅₆₇₈₉'[number % 10]}"
    return Words(p.set_of.en.replace("πk", mark), p.set_of.zh.replace("πk", mark))
