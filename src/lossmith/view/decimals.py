"""Exact numbers and intervals as decimals that do not say more than is known."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction

from lossmith.expr.sets import Interval

DIGITS = 12
"""Significant digits of a number that is enclosed."""


def near(i: Interval) -> str:
    """Return "11", or "3.58670741632 ± 3e-12": a decimal and how far the number is from it at most.

    An exact number with few digits stands alone.
    """
    if i.lo is None or i.hi is None:
        return str(i)
    middle = Fraction(decimal((i.lo + i.hi) / 2, DIGITS, None))
    away = max(i.hi - middle, middle - i.lo)
    shown = _plain(Decimal(decimal(middle, DIGITS, None)))
    if not away:
        return shown
    return f"{shown} ± {Decimal(decimal(away, 1, ROUND_CEILING)):.0e}"


def below(i: Interval, *, up: bool = False) -> str:
    """Return a decimal of 6 digits below everything in an interval (up: above everything)."""
    end = i.hi if up else i.lo
    if end is None:
        return "∞" if up else "−∞"
    return _plain(Decimal(decimal(end, 6, ROUND_CEILING if up else ROUND_FLOOR)))


def outward(i: Interval, digits: int = 6) -> str:
    """Return an interval in decimals that holds it: the ends rounded away from each other."""
    lo = "-inf" if i.lo is None else decimal(i.lo, digits, ROUND_FLOOR)
    hi = "inf" if i.hi is None else decimal(i.hi, digits, ROUND_CEILING)
    return f"[{lo}, {hi}]"


def short(x: Fraction) -> str:
    """Return a decimal of 3 digits."""
    return _plain(Decimal(decimal(x, 3, None)))


def decimal(x: Fraction, digits: int, rounding: str | None) -> str:
    """Return a number to so many digits, rounded to the nearest if no way is given."""
    context = Context(prec=digits, Emax=10**6, Emin=-(10**6))
    if rounding is not None:
        context.rounding = rounding
    return str(context.divide(Decimal(x.numerator), Decimal(x.denominator)))


def _plain(d: Decimal) -> str:
    """Return a decimal without trailing zeros, with an exponent where it is very long."""
    d = d.normalize(Context(prec=40, Emax=10**6, Emin=-(10**6)))
    exponent = d.adjusted()
    if d and not -5 < exponent < 15:
        return f"{d:e}".replace("+", "")
    return f"{d:f}"
