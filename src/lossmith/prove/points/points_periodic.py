"""Stationary points that repeat: f' is a function of sines and cosines of multiples of x.

If x enters f' only as sin(a x + b), cos(a x + b) or tan(a x + b) with rational a, then f' has the
period T = 2 pi / g, where g divides every a. All its zeros are those of one period, moved by whole
multiples of T; f itself repeats, or climbs by one amount in each period.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import reduce

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.second import derivative
from lossmith.expr.build import const
from lossmith.expr.node import Apply, Const, Expr, Symbol, children
from lossmith.expr.sets import Interval, closed
from lossmith.expr.walk import depends_on, postorder
from lossmith.prove.kinks.kink_words import place_text
from lossmith.prove.points.points import KIND_WORDS, Stationary, StationaryPoint, turning
from lossmith.prove.points.points_line import points_of_one_variable
from lossmith.prove.zeros.roots import Root
from lossmith.prove.zeros.trigonometric import common_measure
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words, same

PERIODIC = ("sin", "cos", "tan")
PI_LOW, PI_HIGH = Fraction(3141592653589793, 10**15), Fraction(3141592653589794, 10**15)
SHIFTS = (Fraction(-1, 7), Fraction(-5, 9), Fraction(-8, 9), Fraction(-1, 3))
"""Where a period may begin: no stationary point may lie there, or a period later."""


def points_on_line(e: Expr, x: Symbol, whole: Interval) -> Stationary:
    """Return the stationary points of e inside an interval, as families where they repeat."""
    found = points_of_one_variable(e, x, whole)
    if found.status == "undecided" and whole == Interval():
        return points_of_period(e, x) or found
    return found


def points_of_period(e: Expr, x: Symbol) -> Stationary | None:
    """Return the families of stationary points of e on the whole line; None if it is not periodic.

    e: a formula of x and numbers; if it has kinks, it must repeat itself.
    """
    g = frequency(e, x)
    repeats = g is not None
    if g is None:
        try:
            g = frequency(derivative(e, x), x)
        except (ValueError, LossmithError):
            return None
    if g is None:
        return None
    low, high = 2 * PI_LOW / g, 2 * PI_HIGH / g
    for shift in SHIFTS:
        start = shift * low
        found = points_of_one_variable(e, x, closed(start, start + high))
        if found.status != "proved" or any(p.set_of for p in found.points):
            continue
        if any(p.at_kink for p in found.points) and not repeats:
            continue
        inside = [p for p in found.points if _is_strictly_inside(p.box[x], start, start + low)]
        if len(inside) == len(found.points):
            return _told(found, x, g, repeats=repeats)
    return None


def frequency(e: Expr, x: Symbol) -> Fraction | None:
    """Return g > 0 such that e has the period 2 pi / g; None if that does not show."""
    rates: list[Fraction] = []
    covered: set[Expr] = set()
    for s in postorder(e):
        if not depends_on(s, (x,)):
            covered.add(s)
        elif isinstance(s, Apply) and s.atom.name in PERIODIC:
            rate = _rate(s.args[0], x)
            if rate is None:
                return None
            rates.append(abs(rate))
            covered.add(s)
    if not rates or not _is_made_of(e, covered):
        return None
    return reduce(common_measure, rates)


def _rate(u: Expr, x: Symbol) -> Fraction | None:
    """Return a for u = a x + b with a number a != 0."""
    try:
        slope = derivative(u, x)
    except (ValueError, LossmithError):
        return None
    return slope.value if isinstance(slope, Const) and slope.value else None


def _is_made_of(e: Expr, parts: set[Expr]) -> bool:
    """Return whether e depends on x through the given parts alone."""
    stack, seen = [e], set[Expr]()
    while stack:
        s = stack.pop()
        if s in parts or s in seen:
            continue
        seen.add(s)
        if isinstance(s, Symbol):
            return False
        stack += children(s)
    return True


def _is_strictly_inside(i: Interval, low: Fraction, high: Fraction) -> bool:
    return i.lo is not None and i.hi is not None and low < i.lo and i.hi < high


def _told(found: Stationary, x: Symbol, g: Fraction, *, repeats: bool) -> Stationary:
    period, step = _pi_times(2 / g, ""), _pi_times(2 / g, "k")
    points: list[StationaryPoint] = []
    for p in found.points:
        at = p.box[x]
        assert at.lo is not None
        assert at.hi is not None
        place = place_text(Root(const(0), x, at.lo, at.hi))
        if x in p.exact and not at.is_point:
            place = f"= {to_unicode(p.exact[x])}"
        where = same(f"{x.name} {f'= {step}' if place == '= 0' else f'{place} + {step}'}")
        kink = Words(" (kinks)", "（不可导点）") if p.at_kink else Words("", "")
        every = Words(f"every {where.en}{kink.en}", f"每一个 {where.zh}{kink.zh}")
        name = KIND_WORDS[p.kind]
        words = Words(f"{name.en}: {every.en}", f"{name.zh}：{every.zh}")
        value = p.value if repeats else None
        least = p.is_global and repeats
        points.append(replace(p, words=words, set_of=every, value=value, is_global=least))
    count = _counted(found, period)
    least = found.least if repeats else None
    return Stationary(
        "proved", tuple(points), (), count, least, make_certificate=found.make_certificate
    )


def _counted(found: Stationary, period: str) -> Words:
    n = len(found.points)
    kinks = sum(p.at_kink for p in found.points)
    if not n:
        return Words("there is none", "没有驻点")
    if not kinks:
        return Words(f"exactly {n} in each period {period}", f"每个周期 {period} 内恰有 {n} 个")
    also = turning(kinks)
    return Words(
        f"exactly {n - kinks} with slope 0, and {also.en}, in each period {period}",
        f"每个周期 {period} 内恰有 {n - kinks} 个导数为 0 的点；{also.zh}",
    )


def _pi_times(r: Fraction, letter: str) -> str:
    """Return "2π", "πk", "2πk/3"."""
    top = "" if r.numerator == 1 else str(r.numerator)
    return f"{top}π{letter}" + (f"/{r.denominator}" if r.denominator > 1 else "")
