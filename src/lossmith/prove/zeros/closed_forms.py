"""Zeros in symbols: 1.4142... as √2, 0.6931... as log 2, 0.7853... as π/4.

A candidate is guessed from decimals and then proved: it lies in an interval that holds one zero
alone, and the function vanishes there by exact steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import islice, product
from math import exp as float_exp
from math import isqrt, log2, pi
from math import log as float_log
from typing import Final

from lossmith.atoms.exponential import exp, log
from lossmith.errors import LossmithError
from lossmith.expr.build import add, apply, const, power, scale
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import count, substitute
from lossmith.prove.zeros.exact_values import PI, enclosure, folded, is_zero

SIMPLE: Final = 200
"""Largest numerator and denominator of a number that is guessed."""

NARROW: Final = Fraction(1, 1 << 24)
"""Wider intervals do not fix enough digits."""

SAME: Final = 1e-11
LARGEST: Final = 300
"""Nodes of a formula that is looked at in symbols."""

TRIED: Final = 3
"""Most candidates for one coordinate."""


def closed_form(i: Interval, vanishes: Callable[[Expr], bool]) -> Expr | None:
    """Return the one zero in an interval as a formula without symbols; None if none is seen."""
    return next((c for c in islice(dict.fromkeys(candidates(i)), TRIED) if vanishes(c)), None)


def closed_point(
    box: Sequence[Interval], wrt: Sequence[Symbol], gradient: Sequence[Expr]
) -> dict[Symbol, Expr] | None:
    """Return the one zero of a gradient in a box, in symbols."""
    if any(count(g) > LARGEST for g in gradient):
        return None
    rows = [list(islice(dict.fromkeys(candidates(i)), TRIED)) for i in box]
    for row in product(*rows):
        at = dict(zip(wrt, row, strict=True))
        if all(vanishes_at(g, at) for g in gradient):
            return at
    return None


def vanishes_at(f: Expr, at: dict[Symbol, Expr]) -> bool:
    """Return whether f = 0 at a point in symbols, by exact steps."""
    try:
        return is_zero(substitute(f, {**at}))
    except LossmithError:
        return False


def value_at(f: Expr, at: dict[Symbol, Expr]) -> Expr | None:
    """Return the value of f at a point in symbols, if it is short."""
    if count(f) > LARGEST:
        return None
    try:
        found = folded(substitute(f, {**at}))
    except LossmithError:
        return None
    here = enclosure(found)
    if here is not None and here.is_point and here.lo is not None:
        return const(here.lo)
    return const(0) if is_zero(found) else found


# -- guesses ---------------------------------------------------------------------------------------


def candidates(i: Interval) -> Iterator[Expr]:
    """Yield simple formulas whose value lies in a short interval."""
    if i.lo is None or i.hi is None:
        return
    if i.is_point:
        yield const(i.lo)
        return
    if i.hi - i.lo > NARROW * max(1, abs(i.lo)):
        return
    for c in _guesses(float((i.lo + i.hi) / 2)):
        here = enclosure(c)
        if here is not None and here.within(i):
            yield c


def _guesses(v: float) -> Iterator[Expr]:
    size, sign = abs(v), Fraction(1 if v > 0 else -1)
    if size < 1e-9 or size > 1e6:
        return
    if (q := _simple(v)) is not None:
        yield const(q)
        return
    for k in (2, 3, 4):
        if (q := _simple(size**k)) is not None:
            yield scale(sign, folded(power(const(q), Fraction(1, k))))
    if (q := _simple(v / pi)) is not None:
        yield scale(q, PI)
    for k in (1, 2, 3):
        if size * k < 12 and (q := _simple(float_exp(size * k))) is not None:
            yield scale(sign / k, apply(log, const(q)))
    if (q := _simple(float_log(size))) is not None:
        yield scale(sign, apply(exp, const(q)))
    yield from _surds(v)
    if size < 3 and (q := _simple(float_exp(size**2))) is not None:
        yield scale(sign, power(apply(log, const(q)), Fraction(1, 2)))
    if size < 6:
        yield from (apply(log, c) for c in _surds(float_exp(v)))
    yield from (scale(sign, power(c, Fraction(1, 2))) for c in _surds(size**2))


def _simple(v: float) -> Fraction | None:
    """Return the fraction of small numbers that v seems to be."""
    if abs(v) > 10**6:
        return None
    q = Fraction(v).limit_denominator(SIMPLE)
    near = abs(float(q) - v) <= SAME * max(1.0, abs(v))
    return q if near and abs(q.numerator) <= 100 * SIMPLE else None


def _surds(v: float) -> Iterator[Expr]:
    """Yield p + q √d with p + ... small, where v seems to be a zero of a quadratic."""
    for a in range(1, 17):
        for b in range(-24, 25):
            c = -(a * v * v + b * v)
            if abs(c - round(c)) > 1e-10 * a * max(1.0, v * v):
                continue
            d = b * b - 4 * a * round(c)
            if d <= 0 or isqrt(d) ** 2 == d or log2(d) > 24:
                continue
            side = 1 if 2 * a * v + b > 0 else -1
            root = folded(power(const(Fraction(d)), Fraction(1, 2)))
            yield add(const(Fraction(-b, 2 * a)), (Fraction(side, 2 * a), root))
            return
