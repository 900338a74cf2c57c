"""Stationary points in the plane by exact elimination: isolated ones, and whole curves of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.krawczyk import Box, is_inside
from lossmith.expr.build import multiply, power
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, REALS, Interval, point
from lossmith.expr.walk import depends_on, symbols
from lossmith.prove.kinks.kinks import kinks
from lossmith.prove.points.elimination import Curve, PolynomialOf, common_zeros, eliminate, has_arcs
from lossmith.prove.points.point_edge import touches_edge
from lossmith.prove.points.points import KIND_WORDS, Kind, StationaryPoint
from lossmith.prove.points.points_search import Inside, Search
from lossmith.prove.zeros.krawczyk import Zero
from lossmith.prove.zeros.positive_factors import numerator
from lossmith.prove.zeros.roots import Undecided, sign
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words, same

Found = tuple[list[StationaryPoint], list[Box]]
"""Points and sets of points, and boxes that were not settled."""


def by_elimination(search: Search) -> Found:
    """Return all points and curves of a formula of two variables.  Raises: Undecided.

    Its gradient must be polynomial, but for factors without zeros.
    """
    f = _polynomial(search)
    found = eliminate(search.e, _pair(search), search.known)
    points: list[StationaryPoint] = []
    left = [b for b in found.left if search.meets(b)]
    for c in found.curves:
        told = _curve(search, c, f)
        if told is None:
            left.append(tuple(search.inside[s] for s in search.wrt))
        else:
            points += [p for p in told if p.set_of is not None or not _is_told(p, points)]
    for z in found.points:
        where = _place(search, z, f)
        if where == "outside" or _on_a_curve(search, z, found.curves, points):
            continue
        if where == "border":
            left.append(z.box)
        else:
            points.append(search.point(z, f))
    return points, left


def _pair(search: Search) -> tuple[Symbol, Symbol]:
    x, y = search.wrt
    return x, y


def _polynomial(search: Search) -> PolynomialOf | None:
    """Return the formula as a polynomial; None if only its gradient is one, but for factors."""
    try:
        f = PolynomialOf(search.e, search.wrt)
    except Undecided:
        f = None
    if f is not None and f.is_plain:
        return f
    if search.system is None or kinks(search.e, search.wrt):
        raise Undecided
    return None


def _place(search: Search, z: Zero, f: PolynomialOf | None) -> str:
    """Return "inside", "outside" (of the box or of the domain) or "border" (not settled)."""
    where = search.place(z)
    if f is not None or where == "outside":
        return where
    assert search.system is not None
    if search.system.is_smooth(z.box):
        return where
    known: dict[Expr, Interval] = dict(zip(search.wrt, z.box, strict=True))
    try:
        undefined = bounds(search.e, known)[search.e].is_empty
    except LossmithError:
        undefined = all(i.is_point for i in z.box)
    return "outside" if undefined else "border"


def _curve(search: Search, c: Curve, f: PolynomialOf | None) -> list[StationaryPoint] | None:
    """Return what the points of a curve of stationary points are; None if that is open."""
    if not bounds(c.p, search.known)[c.p].has(0):
        return []
    try:
        if not _changes_sign(c.p, search.wrt, search.inside):
            if not has_arcs(c.p, _pair(search)):
                return _judged_at(
                    search, common_zeros(c.p, _slope(c, _pair(search)), _pair(search)), f
                )
            if any(i != REALS for i in search.inside.values()):
                return None
        # Where p has a slope it takes both signs; an odd power of it does not at isolated points.
        singular = _singular(search, c, f) if c.order % 2 else []
    except Undecided:
        return None
    if singular is None:
        return None
    told = _of_curve(search, c, f, "(∇ ≠ 0)" if singular else "")
    return None if told is None else told + singular


def _of_curve(
    search: Search, c: Curve, f: PolynomialOf | None, but: str
) -> list[StationaryPoint] | None:
    """Return what the points with p = 0 are by the sign of what is left of f, f = c + p^k rest."""
    inside = bounds(c.rest, search.known)[c.rest]
    inside = inside.meet({0: REALS, 1: NONNEGATIVE, -1: NONPOSITIVE}[c.sign])
    if c.order % 2 == 0 and c.level == search.floor:
        inside = inside.meet(NONNEGATIVE)  # f - c is nowhere negative
    shown = f"{to_unicode(c.p)} = 0{but and ' '}{but}"
    whole = dict(search.inside)
    if inside.within(NONNEGATIVE) or inside.within(NONPOSITIVE):
        low = inside.within(NONNEGATIVE)
        if c.order % 2 == 0:
            kind: Kind = "minimum" if low else "maximum"
            return [_set(kind, whole, same(shown), c, least=low)]
        if not inside.has(0):
            return [_set("saddle", whole, same(shown), c)]
    r = to_unicode(c.rest_on_curve)
    signs: tuple[tuple[str, Kind, tuple[int, ...]], ...] = (
        ((">", "minimum", (1,)), ("<", "maximum", (-1,)))
        if c.order % 2 == 0
        else (("≠", "saddle", (1, -1)),)
    )
    result: list[StationaryPoint] = []
    for mark, kind, wanted in signs:
        if any(_takes_sign_on(search, c, s) for s in wanted):
            where = Words(f"{shown} where {r} {mark} 0", f"{shown} 且 {r} {mark} 0")
            result.append(_set(kind, whole, where, c))
    special = _special(search, c, f)
    return None if special is None else result + special


def _slope(c: Curve, wrt: tuple[Symbol, Symbol]) -> Expr:
    """Return p_y, or p_x for a polynomial of x alone."""
    x, y = wrt
    return derivative(c.p, y if depends_on(c.p, (y,)) else x)


def _singular(search: Search, c: Curve, f: PolynomialOf | None) -> list[StationaryPoint] | None:
    """Return the points of the curve without a tangent, judged; None if that is open."""
    if len(symbols(c.p)) < 2:
        return []  # irreducible in one variable: its zeros are simple
    x, y = _pair(search)
    zeros, left = common_zeros(c.p, derivative(c.p, y), (x, y))
    other = derivative(c.p, x)
    kept: list[Zero] = []
    for z in zeros:
        known: dict[Expr, Interval] = dict(zip(search.wrt, z.box, strict=True))
        there = bounds(other, known)[other]
        if there == point(0):
            kept.append(z)
        elif there.has(0):
            return None
    return _judged_at(search, (kept, left), f)


def _judged_at(
    search: Search, found: tuple[Sequence[Zero], Sequence[Box]], f: PolynomialOf | None
) -> list[StationaryPoint] | None:
    """Return stationary points at isolated places; None if a place is open."""
    zeros, left = found
    places = [_place(search, z, f) for z in zeros]
    if left or "border" in places:
        return None
    return [search.point(z, f) for z, w in zip(zeros, places, strict=True) if w == "inside"]


def _takes_sign_on(search: Search, c: Curve, s: int) -> bool:
    """Return whether rest may have the sign s on the curve (always true unless x = number)."""
    free = symbols(c.rest_on_curve)
    if len(free) != 1 or len(symbols(c.p)) != 1 or free[0] in symbols(c.p):
        return True
    grid = [Fraction(k, 4) for k in range(-40, 41)]
    inside = search.inside[free[0]]
    return any(inside.has(q) and sign(c.rest_on_curve, free[0], q) == s for q in grid)


def _special(search: Search, c: Curve, f: PolynomialOf | None) -> list[StationaryPoint] | None:
    """Return the points of the curve at which rest vanishes, judged by it or by higher orders."""
    rest = numerator(c.rest_on_curve, search.known)
    if rest is None:
        return None
    try:
        found = _judged_at(search, common_zeros(c.p, rest, _pair(search)), f)
    except Undecided:
        return None
    if found is None or c.order % 2:
        return found
    return [_by_rest(search, c, p) for p in found]


def _by_rest(search: Search, c: Curve, p: StationaryPoint) -> StationaryPoint:
    """Return the point as a saddle where rest changes its sign: f = c + p^k rest with an even k.

    If grad rest is not 0, rest takes both signs near the point, off the curve p = 0 as well.
    """
    if p.kind != "degenerate" or touches_edge(tuple(p.box.values()), search.wrt):
        return p
    known: dict[Expr, Interval] = {x: i for x, i in p.box.items()}
    try:
        slopes = [derivative(c.rest, x) for x in search.wrt]
        turns = any(not bounds(g, known)[g].has(0) for g in slopes)
    except (ValueError, LossmithError):
        return p
    if not turns:
        return p
    old, new = KIND_WORDS[p.kind], KIND_WORDS["saddle"]
    words = Words(
        new.en + p.words.en.removeprefix(old.en), new.zh + p.words.zh.removeprefix(old.zh)
    )
    shown = _formula(c)
    reason = Words(
        f"{shown}, and the last factor changes its sign there",
        f"{shown}，且最后一个因子在该处变号",
    )
    return replace(p, kind="saddle", words=words, reason=reason)


def _formula(c: Curve) -> str:
    """Return "f = 1 + x²(y − 1)"."""
    start = f"{c.level} + " if c.level else ""
    return f"f = {start}{to_unicode(multiply(power(c.p, c.order), c.rest))}"


def _set(
    kind: Kind,
    box: Mapping[Symbol, Interval],
    where: Words,
    c: Curve,
    *,
    least: bool = False,
) -> StationaryPoint:
    if kind == "saddle" and any(x.assumptions.interval != REALS for x in box):
        # At a corner of the declared set the curve may be touched from one side alone.
        where = Words(f"{where.en} off the edge of the set", f"{where.zh} 且不在集合边界上")
    name = KIND_WORDS[kind]
    reason = same(_formula(c))
    every = Words(f"every point of {where.en}", f"满足 {where.zh} 的每一点")
    words = Words(f"{name.en}: {every.en}", f"{name.zh}：{every.zh}")
    return StationaryPoint(
        box, kind, words, set_of=every, value=point(c.level), is_global=least, reason=reason
    )


def _on_a_curve(
    search: Search, z: Zero, curves: Sequence[Curve], points: Sequence[StationaryPoint]
) -> bool:
    """Return whether a point was told already as one of a curve, or of its special points.

    On a curve it is also where the coordinates that the curve names are exact.
    """
    known: dict[Expr, Interval] = dict(zip(search.wrt, z.box, strict=True))
    if any(bounds(c.p, known)[c.p] == point(0) for c in curves):
        return True
    # What lies where one zero alone is, is that zero.
    told = [tuple(p.box.values()) for p in points if p.set_of is None]
    return any(b == z.box or is_inside(b, z.alone) for b in told)


def _is_told(p: StationaryPoint, points: Sequence[StationaryPoint]) -> bool:
    """Return whether a point where curves meet was told with another curve."""
    return any(p.box == q.box for q in points if q.set_of is None)


def _changes_sign(p: Expr, wrt: Sequence[Symbol], inside: Inside) -> bool:
    """Return whether p takes both signs on the box, at rational points."""
    steps = [[q for q in _grid(inside[x]) if inside[x].has(q)] for x in wrt]
    seen: set[int] = set()
    for at in product(*steps):
        known: dict[Expr, Interval] = {x: point(q) for x, q in zip(wrt, at, strict=True)}
        v = bounds(p, known)[p]
        seen |= {1} if v.within(POSITIVE) else {-1} if v.within(NEGATIVE) else set()
        if len(seen) == 2:
            return True
    return False


def _grid(i: Interval) -> list[Fraction]:
    lo = i.lo if i.lo is not None else Fraction(-4)
    hi = i.hi if i.hi is not None else max(lo, Fraction(0)) + 4
    return [lo + (hi - lo) * Fraction(k, 9) for k in range(10)]
