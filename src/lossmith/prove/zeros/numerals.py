"""Exact numbers and short intervals as decimals: in [1.414, 1.415], 1.41421356…"""

from __future__ import annotations

from fractions import Fraction

from lossmith.expr.sets import Interval


def decimal(box: Interval, digits: int = 10) -> str:
    """Return "= c" for an exact point, else "in [a, b]" with decimals rounded outward."""
    if box.is_point:
        return f"= {box.lo}"
    low = "-inf" if box.lo is None else _fixed(int(box.lo * 10**digits // 1), digits)
    high = "inf" if box.hi is None else _fixed(int(-(-box.hi * 10**digits // 1)), digits)
    return f"in [{low}, {high}]"


def number_text(i: Interval) -> str:
    """Return "= c" for an exact number, "= 1.41421356…" for the one meant in a bounded i."""
    if i.is_point or i.lo is None or i.hi is None:
        return decimal(i)
    low, high = _cut(i.lo), _cut(i.hi)
    shared = 0
    while shared < min(len(low), len(high)) and low[shared] == high[shared]:
        shared += 1
    return decimal(i) if shared <= 3 else f"= {low[:shared]}…"


def _cut(x: Fraction, digits: int = 10) -> str:
    """Return a rational with decimals cut off (towards 0)."""
    whole = abs(x.numerator) * 10**digits // x.denominator
    return f"{'-' if x < 0 else ''}{whole // 10**digits}.{whole % 10**digits:0{digits}d}"


def _fixed(n: int, digits: int) -> str:
    sign, n = ("-" if n < 0 else ""), abs(n)
    return f"{sign}{n // 10**digits}.{n % 10**digits:0{digits}d}"


def midpoint(i: Interval) -> Fraction:
    """Return the middle of a bounded interval."""
    assert i.lo is not None
    assert i.hi is not None
    return (i.lo + i.hi) / 2
