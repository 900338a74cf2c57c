"""One entry of a tensor as a number that never lies: an exact rational, or a ball.

A rational is a python-flint ``fmpq`` and stays one under + - * / and exact roots; everything else
is an ``arb`` ball that holds the true value. nan stands for "undefined, or not enclosed".
Arb's ``**`` is not used: ``ball**2`` is nan for a ball that holds 0.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import Any

from flint import arb, fmpq, fmpz

from lossmith.expr.sets import Interval, integer_root

Entry = Any  # fmpq | arb
NAN = arb.nan()

_EXACT_BITS = 4096
"""Rationals longer than this become balls: exactness is for ties, not for towers of squares."""


def rational(x: Fraction | int) -> Entry:
    """Return the exact number."""
    return fmpq(x.numerator, x.denominator)


def entry(x: object) -> Entry:
    """Return a given value as an entry: Fraction, int, float (exact), fmpq, fmpz or arb."""
    if isinstance(x, int | Fraction):
        return rational(x)
    if isinstance(x, float):
        return rational(Fraction(x)) if isfinite(x) else NAN
    if isinstance(x, fmpz):
        return fmpq(x)
    return settled(x)


def settled(x: Entry) -> Entry:
    """Return an exact ball as a rational, and what is not finite as nan."""
    if isinstance(x, int):
        return fmpq(x)
    if isinstance(x, fmpq):
        long = x.numer().bit_length() + x.denom().bit_length() > _EXACT_BITS
        return arb(x) if long else x
    if not x.is_finite():
        return NAN
    if x.is_exact():
        mantissa, exponent = x.man_exp()
        if abs(exponent) + mantissa.bit_length() <= _EXACT_BITS:
            return x.fmpq()
    return x


def is_exact(x: Entry) -> bool:
    """Return whether the entry is an exact rational."""
    return isinstance(x, fmpq)


def as_ball(x: Entry) -> Any:
    """Return the entry as an arb."""
    return x if isinstance(x, arb) else arb(x)


def is_nan(x: Entry) -> bool:
    """Return whether the entry is undefined (or not enclosed)."""
    return isinstance(x, arb) and not x.is_finite()


def outside(x: Entry, box: Interval) -> bool:
    """Return whether x certainly lies outside the interval."""
    if is_nan(x):
        return False
    lo, hi = box.lo, box.hi
    below = lo is not None and (x < rational(lo) or (box.lo_open and x == rational(lo)))
    above = hi is not None and (x > rational(hi) or (box.hi_open and x == rational(hi)))
    return below or above


def hull(x: Entry, y: Entry) -> Entry:
    """Return a number that encloses both."""
    if isinstance(x, fmpq) and isinstance(y, fmpq) and x == y:
        return x
    return as_ball(x).union(as_ball(y))


def holds(x: Entry, relation: str) -> bool | None:
    """Return whether ``x relation 0``, None if the ball cannot tell."""
    if is_nan(x):
        return None
    match relation:
        case ">":
            return True if x > 0 else (False if x <= 0 else None)
        case ">=":
            return True if x >= 0 else (False if x < 0 else None)
        case "==":
            return True if x == 0 else (False if x != 0 else None)
        case _:
            return True if x != 0 else (False if x == 0 else None)


def power(x: Entry, p: Fraction, *, nonnegative: bool = False) -> Entry:
    """Return x^p, the real root for an odd denominator; 0^0 = 1.

    nonnegative: the true value is known to be >= 0, so what the ball holds below 0 may be cut.
    nan: for 0 to a negative power, and an even root of what may be negative.
    """
    if p == 0:
        return NAN if is_nan(x) else fmpq(1)
    if p < 0:
        below = power(x, -p, nonnegative=nonnegative)
        return settled(1 / below) if holds(below, "!=") else NAN
    if p.denominator > _LARGEST_ROOT or p.numerator > _LARGEST_ROOT:
        return _real_power(x, p)
    if p.denominator > 1:
        x = _root(x, p.denominator, nonnegative=nonnegative)
    return _whole_power(x, p.numerator)


_LARGEST_ROOT = 1 << 20
"""Exponents beyond are taken through exp(p log x): the exact root would cost too much."""


def _real_power(x: Entry, p: Fraction) -> Entry:
    """Return x^p, p > 0, for an exponent with many digits."""
    if isinstance(x, fmpq):
        x = arb(x)
    exponent = arb(fmpq(p.numerator, p.denominator))
    if x > 0:
        return settled(x**exponent)
    if x == 0:
        return fmpq(0)
    if x < 0 and p.denominator % 2:
        mirrored = (-x) ** exponent
        return settled(-mirrored if p.numerator % 2 else mirrored)
    return NAN


def _whole_power(x: Entry, n: int) -> Entry:
    if n > 1 and n % 2 == 0:
        x = abs(x)  # An even power of a ball that holds 0 then starts at 0, nearly.
    result = None
    while n:
        if n & 1:
            result = x if result is None else settled(result * x)
        n >>= 1
        x = settled(x * x) if n else x
    return result


def _root(x: Entry, q: int, *, nonnegative: bool) -> Entry:
    if isinstance(x, fmpq):
        known = _exact_root(x, q)
        if known is not None:
            return known
        x = arb(x)
    if not x.is_finite():
        return NAN
    if x < 0:
        return NAN if q % 2 == 0 else settled(-(-x).root(q))
    if x >= 0:
        return settled(x.root(q))
    if q % 2 == 0 and not nonnegative:
        return NAN
    # The root is monotone: an enclosure of both ends encloses what lies between.
    top = x.upper().root(q)
    bottom = arb(0) if nonnegative else -(-x.lower()).root(q)
    return settled(bottom.union(top))


def _exact_root(x: Any, q: int) -> Any:
    """Return the rational root, if there is one; nan for an even root of a negative number."""
    if x < 0:
        if q % 2 == 0:
            return NAN
        mirrored = _exact_root(-x, q)
        return None if mirrored is None else -mirrored
    top, bottom = int(x.numer()), int(x.denom())
    a, b = integer_root(top, q), integer_root(bottom, q)
    return fmpq(a, b) if a**q == top and b**q == bottom else None
