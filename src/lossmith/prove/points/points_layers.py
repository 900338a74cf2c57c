"""Stationary points and sets of them by the way a formula is made, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.elimination import EliminationCertificate
from lossmith.evidence.points.layers import (
    Behind,
    Isolated,
    LayersCertificate,
    Moved,
    Plus,
    Times,
    Tree,
    formula,
)
from lossmith.evidence.points.layers_place import Place
from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr, Symbol, symbol
from lossmith.expr.sets import Interval, point
from lossmith.expr.walk import substitute
from lossmith.prove.kinks.kinks import Kink, kinks
from lossmith.prove.points.eliminants import everywhere
from lossmith.prove.points.layers import layers, reached
from lossmith.prove.points.place_words import is_point, kind_of, told, where
from lossmith.prove.points.points import Stationary, StationaryPoint, counted
from lossmith.prove.points.points_least import with_least
from lossmith.prove.points.points_search import Search
from lossmith.prove.points.points_several import points_of_several_variables
from lossmith.prove.proving.domain import domain
from lossmith.prove.zeros.closed_forms import closed_point, value_at
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words, same

LIMIT = 64
"""Most places that are told."""

Inside = Mapping[Symbol, Interval]


def points_of_layers(e: Expr, wrt: tuple[Symbol, ...], box: Inside) -> Stationary | None:
    """Return the places of all stationary points and extrema; None if that does not show.

    They are sought where e is defined, in the declared sets, and kept if they lie in the box.
    """
    whole = _natural(e, wrt)
    if whole is None or any(x.shape for x in wrt):
        return None
    found = layers(e, wrt, whole)
    if found is None or len(found[1]) > LIMIT:
        return None
    made, places = found
    if isinstance(made.tree, Isolated) or any(not p.kind for p in places):
        return None  # told with more by elimination
    corners = kinks(e, wrt)
    smooth = not corners
    if smooth and not all(p.slope == "zero" or p.kind in ("minimum", "maximum") for p in places):
        return None
    shown: list[StationaryPoint] = []
    for p in places:
        inside = _meets(p, box, whole)
        if inside is None:
            return None
        if inside:
            shown.append(_told(e, p, box, corners))
    search = Search(e, wrt, dict(box))
    marked = _with_global(search, made, shown)
    marked, least = with_least(search, marked, points_of_several_variables, complete=True)
    points = tuple(marked)
    words = counted(points)
    if any(p.slope != "zero" for p in places) and not smooth:
        words = Words(
            f"{words.en} at which the gradient is 0 or the function turns",
            f"{words.zh}（梯度为 0，或函数在该处转向）",
        )
    proof = partial(_made, made)
    return Stationary(
        "proved", points, words=words, least=least, facts=_why(made), make_certificate=proof
    )


def _made(made: LayersCertificate) -> LayersCertificate:
    return made


def proof_everywhere(search: Search) -> EliminationCertificate | LayersCertificate | None:
    """Return a proof that the points found are all there are in the declared sets."""
    made = everywhere(search)
    if made is not None:
        return made
    whole = _natural(search.e, search.wrt)
    found = None if whole is None else layers(search.e, search.wrt, whole)
    return None if found is None else found[0]


def _natural(e: Expr, wrt: Sequence[Symbol]) -> dict[Symbol, Interval] | None:
    """Return where each variable may be; None if an end belongs to the set: it is not looked at."""
    inside = {x: x.assumptions.interval for x in wrt}
    for c in domain(e).conditions:
        if isinstance(c.expr, Symbol) and c.expr in inside and not c.holds:
            inside[c.expr] = inside[c.expr].meet(c.interval)
    ends = [(i.lo, i.lo_open) for i in inside.values()]
    ends += [(i.hi, i.hi_open) for i in inside.values()]
    return None if any(q is not None and not is_open for q, is_open in ends) else inside


def _meets(p: Place, box: Inside, whole: Inside) -> bool | None:
    """Return whether a place meets the box; None if that is not shown."""
    if all(whole[x].within(i) for x, i in box.items()):
        return True
    pairs = [(i, box[x]) for x, i in p.point.items()]
    if any(i.meet(j).is_empty for i, j in pairs):
        return False
    if not all(i.within(j) for i, j in pairs):
        return None
    if not p.equations:
        return None if p.signs else True
    known: dict[Expr, Interval] = {**box, **p.point}
    if any(bounds(h, known)[h].meet(c).is_empty for h, c in p.equations):
        return False
    if len(p.equations) > 1 or p.point or p.signs:
        return None
    return True if all(reached(h, tuple(box), c, box) for h, c in p.equations) else None


# -- words -----------------------------------------------------------------------------------------


def _in_symbols(e: Expr, at: Inside) -> dict[Symbol, Expr]:
    """Return the coordinates of a point in symbols, empty if they are not seen."""
    if all(i.is_point for i in at.values()):
        return {x: const(i.lo or 0) for x, i in at.items()}
    try:
        slopes = [derivative(e, x) for x in at]
    except (ValueError, LossmithError):
        return {}
    return closed_point(tuple(at.values()), tuple(at), slopes) or {}


def _told(e: Expr, p: Place, box: Inside, kinks_of: Sequence[Kink]) -> StationaryPoint:
    kind, words = kind_of(p), told(p, box)
    if is_point(p, box):
        at = {x: p.point[x] for x in box}
        kink = p.slope == "kink" or (p.slope == "" and any(_is_at(k, at) for k in kinks_of))
        exact = _in_symbols(e, at)
        there = value_at(e, exact) if exact else None
        value = point(there.value) if isinstance(there, Const) else p.value
        return StationaryPoint(
            at, kind, words, at_kink=kink, value=value, exact=exact, exact_value=there
        )
    kink = p.slope == "kink"
    return StationaryPoint(dict(box), kind, words, kink, where(p, box), value=p.value)


def _is_at(k: Kink, at: Inside) -> bool:
    """Return whether a kink that is certain lies at the point."""
    return k.certain and bounds(k.where, {**at})[k.where] == point(0)


def _why(made: LayersCertificate) -> tuple[tuple[Words, Words], ...]:
    """Return the rule of differentiation by which the formula was taken apart."""
    label = Words("because", "依据")
    match made.tree:
        case Behind(_, course, inner, _, _):
            t = symbol("t")
            phi, h = to_unicode(substitute(course.e, {course.x: t})), to_unicode(formula(inner))
            corner = any(t.kind == "kink" for t in course.turns)
            en, zh = ("; f may turn at a kink of φ", "；f 也可能在 φ 的不可导点处转向")
            text = Words(
                f"f = φ(t) = {phi} with t = {h}: ∇f = φ′(t) ∇t is 0 where φ′(t) = 0 or ∇t = 0"
                + en * corner,
                f"f = φ(t) = {phi}，其中 t = {h}：∇f = φ′(t) ∇t，当 φ′(t) = 0 或 ∇t = 0 时为零"
                + zh * corner,
            )
        case Times(_, left, right, _):
            a, b = _named("A", left), _named("B", right)
            text = same(f"f = A B,  {a},  {b},  ∇f = (B ∇A, A ∇B)")
        case Plus(_, left, right):
            a, b = _named("A", left), _named("B", right)
            text = same(f"f = A + B,  {a},  {b},  ∇f = (∇A, ∇B)")
        case Moved(_, _, _, forms, _):
            shown = ", ".join(to_unicode(f) for f in forms)
            text = Words(f"f is a function of {shown} alone", f"f 只依赖于 {shown}")
        case _:
            return ()
    return ((label, text),)


def _named(name: str, part: Tree) -> str:
    return f"{name} = {to_unicode(formula(part))}"


# -- the least value -------------------------------------------------------------------------------


def _with_global(
    search: Search, made: LayersCertificate, points: Sequence[StationaryPoint]
) -> list[StationaryPoint]:
    """Mark the minima with the least value of all: by a bound of f, a level, or convexity."""
    low = bounds(search.e, search.known)[search.e].lo
    minima = [p for p in points if p.kind == "minimum"]
    best = [p for p in minima if p.value is not None and p.value.is_point and p.value.lo == low]
    if not best and _has_one_turn(made):
        best = [p for p in minima if p.set_of is not None]
    if not best and minima and len(minima) == len(points) and search.is_convex:
        best = minima
    return [replace(p, is_global=any(p is b for b in best)) for p in points]


def _has_one_turn(made: LayersCertificate) -> bool:
    """Return whether f = phi(h), and phi falls up to one level that h takes, and rises after it."""
    if not isinstance(made.tree, Behind) or len(made.tree.course.turns) != 1:
        return False
    first, last = made.tree.course.stretches
    return (first.sign, last.sign) == (-1, 1) and made.tree.reached[0] is not None
