"""Counterexamples in one variable: short segments where f'' has the wrong sign, and at joints."""

from __future__ import annotations

from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.witness import admits
from lossmith.expr.build import const
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, closed
from lossmith.expr.walk import substitute, symbols
from lossmith.prove.curvature.pieces import numeric_joints
from lossmith.prove.refutation.dips import dips
from lossmith.prove.refutation.draw import SCALES
from lossmith.prove.refutation.search import Against, Search, Values
from lossmith.prove.zeros.roots import sign

FINE_BITS = 320
"""A dip of f'' of 10^-20 over a width of 10^-5 shows in the thirtieth digit of f."""


def around_inflections(search: Search) -> None:
    """Try short segments around points where f'' certainly has the wrong sign."""
    (x,) = search.wrt or (None,)
    if x is None or any(s.shape for s in symbols(search.e)):
        return
    slope = _second_slope(search.e, x)
    if slope is None:
        return
    for k in range(4 if search.data else 1):
        data = search.drawn(search.data, {}, SCALES[3 * k])
        if data is None:
            continue
        try:
            at_data = substitute(slope, {s: const(v) for s, v in data.items()})
        except LossmithError:
            continue  # f'' has no value for these data
        for p in _grid(x):
            if search.is_done:
                return
            _where_wrong(search, x, p, _sign_of(at_data, x, p), data)


def in_dips(search: Search) -> None:
    """Try short segments where f'' of one variable is least or greatest, at whatever scale."""
    (x,) = search.wrt if len(search.wrt) == 1 else (None,)
    if x is None or x.shape or search.data or search.is_done:
        return
    slope = _second_slope(search.e, x)
    if slope is None:
        return
    search.bits = FINE_BITS
    for p in dips(slope, x, _grid(x)):
        _where_wrong(search, x, p, sign(slope, x, p), {})


def _second_slope(e: Expr, x: Symbol) -> Expr | None:
    """Return f'', None where a card has no slope."""
    try:
        return derivative(derivative(e, x), x)
    except (ValueError, LossmithError):
        return None


def _where_wrong(search: Search, x: Symbol, p: Fraction, at: int | None, data: Values) -> None:
    """Try short segments around p if f'' has a sign there that is wanted."""
    wrong: Against = "convex" if at == -1 else "concave"
    if at and wrong in search.wanted and wrong not in search.found:
        _close_in(search, x, p, wrong, data)


def around_joints(search: Search) -> None:
    """Try short segments at the joints of a function in pieces, ending on them or across."""
    (x,) = search.wrt or (None,)
    if x is None or any(s.shape for s in symbols(search.e)):
        return
    data = search.drawn(search.data, {}, SCALES[0])
    if data is None:
        return
    for b in numeric_joints(search.e, x)[:6]:
        for k in range(1, 7):
            w = Fraction(1, 10**k)
            for left, right in ((-1, 1), (-2, 0), (0, 2), (-3, 1), (-1, 3)):
                ends = [b + left * w, b + right * w]
                if search.is_done:
                    return
                if all(admits(x, p, {}) for p in ends):
                    search.segment(data, {x: ends[0]}, {x: ends[1]}, Fraction(1, 2), {})


def _close_in(search: Search, x: Symbol, p: Fraction, wrong: Against, data: Values) -> None:
    ends = (x.assumptions.interval.lo, x.assumptions.interval.hi)
    # At most as far as the nearest of 0 and the ends.
    far = [abs(p - end) for end in (*ends, Fraction(0)) if end is not None and end != p]
    width = min(far) if p else Fraction(1)
    for _ in range(12):
        a, b = {x: p - width}, {x: p + width}
        if admits(x, p - width, {}) and admits(x, p + width, {}):
            search.segment(data, a, b, Fraction(1, 2), {})
            if wrong in search.found:
                return
        width /= 10


def _sign_of(f: Expr, x: Symbol, p: Fraction) -> int | None:
    """Return the sign of f at p where it shows at once."""
    found = bounds(f, {x: closed(p, p)})[f]
    if found.is_empty:
        return None
    return 1 if found.within(POSITIVE) else -1 if found.within(NEGATIVE) else None


def _grid(x: Symbol) -> list[Fraction]:
    """Return points of the interval at all scales, plain ones first."""
    whole = x.assumptions.interval
    plain = [Fraction(k, 2) for k in (1, 2, 3, 4, 6, 8, 12, 20, 40, 100)]
    fine = [Fraction(3, 2) / 10**k for k in range(1, 10)] + [
        Fraction(10) ** k for k in (2, 3, 4, 6, 8)
    ]
    sizes = plain + fine
    if whole.lo is not None and whole.hi is not None:
        width = whole.hi - whole.lo
        inner = [whole.lo + width * Fraction(k, 16) for k in range(1, 16)]
        ends = [e for s in fine[:8] for e in (whole.lo + width * s / 2, whole.hi - width * s / 2)]
        return inner + ends
    if whole.lo is not None:
        return [whole.lo + s for s in sizes]
    if whole.hi is not None:
        return [whole.hi - s for s in sizes]
    return [Fraction(0), *(q for s in sizes for q in (s, -s))]
