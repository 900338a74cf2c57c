"""The one stationary point of a function of one number in closed form, all data staying letters.

Let f' = N/D with D > 0 wherever f is defined and N = s x + N(0), s free of x. Then f' has the sign
of s (x - r), r = -N(0)/s: where s > 0, f falls up to r and rises after it. So sum (x - a_i)^2 has
its least value at the mean, and k log p + (m - k) log(1 - p) its largest at k/m.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Final

from lossmith.atoms.exponential import log
from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.normalize import normalize
from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import TooLarge, same
from lossmith.expr.build import add, apply, const, contract, divide, multiply, power, scale
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Select, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, REALS
from lossmith.expr.walk import dependents, depends_on, map_up, substitute
from lossmith.prove.curvature.attempt import narrowed
from lossmith.prove.points.points import Stationary, StationaryPoint
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

_TERMS: Final = 40
"""Most terms of a slope that are brought over one denominator."""


def closed_point(e: Expr, x: Symbol) -> Stationary | None:
    """Return the only stationary point of a scalar in one number, data as letters; None else.

    The point is looked for where e has values: log(p) + log(1 - p) says that p is in (0, 1).
    """
    if _may_switch(e, x):
        return None
    tight = narrowed(e, (x,))
    for f, (y,) in (*((tight,) if tight else ()), (e, (x,))):
        try:
            found = _found(f, y) or _of_logarithm(f, y)
        except (LossmithError, ValueError, TooLarge):
            continue
        if found is not None:
            points = (replace(p, box={x: y.assumptions.interval}) for p in found.points)
            return replace(found, points=tuple(points))
    return None


def _may_switch(e: Expr, x: Symbol) -> bool:
    moving = dependents(e, (x,))
    return any(isinstance(s, Select) or (isinstance(s, Apply) and s.atom.kinks and
               not _is_power(s, x)) for s in moving)  # fmt: skip


def _is_power(s: Apply, x: Symbol) -> bool:
    """Return whether s is u^v with u > 0, which has no kink."""
    return s.atom.name == "power" and bounds(s.args[0], {})[s.args[0]].within(POSITIVE)


def _of_logarithm(e: Expr, x: Symbol) -> Stationary | None:
    """Return the point of log f for f > 0: the logarithm rises, so it has the same ones."""
    found = _log(e)
    return None if found is None else _found(found, x)


def _log(e: Expr) -> Expr | None:
    """Return log e with products, powers and exponentials taken apart; None if e > 0 is unknown."""
    if isinstance(e, Apply) and e.atom.name == "exp":
        return e.args[0]
    if not bounds(e, {})[e].within(POSITIVE):
        return None
    if isinstance(e, Apply) and e.atom.name == "power":
        return multiply(e.args[1], apply(log, e.args[0]))
    if not isinstance(e, Contract) or e.summed or e.shape:
        return apply(log, e)
    parts = [(p, _log(g)) for g, _, p in e.factors]
    return add(*((p, g) for p, g in parts if g is not None), shape=()) if all(
        g is not None for _, g in parts
    ) else None  # fmt: skip


def _found(e: Expr, x: Symbol) -> Stationary | None:
    # Not simplified: that would put one quotient inside another.
    slope = map_up(differentiate(normalize(e).end, x).end, _sums_parted)
    parts = _over_one_denominator(slope, x)
    if parts is None:
        return None
    top, bottom = parts
    rate = _simple(differentiate(top, x).end)
    if depends_on(rate, (x,)) or not bounds(bottom, {})[bottom].within(POSITIVE):
        return None
    start = _simple(substitute(top, {x: const(0)}))
    inside = bounds(rate, {})[rate]
    turned = inside.within(NEGATIVE) or (not inside.within(POSITIVE) and _leans_down(rate))
    if turned:
        rate, start = _simple(scale(-1, rate)), _simple(scale(-1, start))
    if isinstance(rate, Const) and rate.value == 0:
        return None
    place = _simple(divide(scale(-1, start), rate))
    return _told(x, place, rate, turned=turned)


def _leans_down(rate: Expr) -> bool:
    """Return whether a rate of unknown sign is written with a minus, so that -rate reads better."""
    return to_unicode(rate).startswith("−")


def _told(x: Symbol, place: Expr, rate: Expr, *, turned: bool) -> Stationary:
    """Return the point; its kind for rate > 0, which is said where it is not known."""
    name, at = to_unicode(x), to_unicode(place)
    conditions: list[Words] = []
    if not bounds(rate, {})[rate].within(POSITIVE):
        shown = to_unicode(rate)
        conditions.append(Words(f"where {shown} > 0", f"其中 {shown} > 0"))
    domain = x.assumptions.interval
    if domain != REALS and not bounds(place, {})[place].within(domain):
        shown = str(domain).replace("inf", "∞")
        conditions.append(Words(f"where it lies in {shown}", f"只要它在 {shown} 内"))
    en = "; ".join([f"{name} = {at}", *(c.en for c in conditions)])
    zh = "；".join([f"{name} = {at}", *(c.zh for c in conditions)])
    low = not turned
    reason = Words(
        f"f′ has the sign of {'' if low else '−('}{name} − {at}{'' if low else ')'}: f "
        f"{'falls up to it and rises' if low else 'rises up to it and falls'} after it",
        f"f′ 与 {'' if low else '−('}{name} − {at}{'' if low else ')'} 同号：f 在此之前"
        f"{'递减' if low else '递增'}，之后{'递增' if low else '递减'}",
    )
    words = Words(en, zh)
    kind = "minimum" if low else "maximum"
    point = StationaryPoint({x: domain}, kind, words, set_of=words, is_global=low, reason=reason)
    return Stationary("proved", (point,), words=Words("there is no other", "没有其他驻点"))


# -- one denominator -------------------------------------------------------------------------------


def _over_one_denominator(slope: Expr, x: Symbol) -> tuple[Expr, Expr] | None:
    """Return (N, D) with slope = N/D, N without x in a denominator; None if that does not work."""
    terms = slope.terms if isinstance(slope, Add) else ((Fraction(1), slope),)
    if len(terms) > _TERMS:
        return None
    powers: dict[Expr, Fraction] = {}
    for _, t in terms:
        for g, p in _reciprocals(t, x):
            powers[g] = min(powers.get(g, Fraction(0)), p)
    if any(p.denominator != 1 for p in powers.values()):
        return None
    bottom = multiply(const(1), *(power(g, -p) for g, p in powers.items()))
    tops: list[tuple[Fraction, Expr]] = []
    for c, t in terms:
        own = dict(_reciprocals(t, x))
        missing = [power(g, own.get(g, Fraction(0)) - p) for g, p in powers.items()]
        tops.append((c, multiply(const(1), _without_reciprocals(t, own), *missing)))
    top = add(*tops, shape=())
    return (top, bottom) if not any(_reciprocals(s, x) for s in dependents(top, (x,))) else None


def _reciprocals(t: Expr, x: Symbol) -> list[tuple[Expr, Fraction]]:
    """Return the scalar factors of a product that hold x under a negative power."""
    if not isinstance(t, Contract):
        return []
    return [(g, p) for g, ls, p in t.factors if p < 0 and not ls and depends_on(g, (x,))]


def _without_reciprocals(t: Expr, own: dict[Expr, Fraction]) -> Expr:
    if not own or not isinstance(t, Contract):
        return t
    return contract([f for f in t.factors if not (f[0] in own and f[2] < 0 and not f[1])], ())


def _sums_parted(e: Expr) -> Expr:
    """Return a sum over an axis of a sum of terms as the sum of their sums."""
    if not isinstance(e, Contract) or e.shape or len(e.factors) != 1:
        return e
    ((inner, labels, p),) = e.factors
    if not isinstance(inner, Add) or p != 1 or not labels:
        return e
    return add(*((c, contract([(t, labels, Fraction(1))], ())) for c, t in inner.terms), shape=())


def _simple(e: Expr) -> Expr:
    found = simplify(e).end
    return const(0) if not isinstance(found, Const) and _vanishes(found) else found


def _vanishes(e: Expr) -> bool:
    try:
        return same(e, const(0))
    except TooLarge:
        return False
