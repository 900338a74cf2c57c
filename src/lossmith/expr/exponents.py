"""Exponents of factors: powers of numbers, and what a power asks of its base.

x^2/x is not x, because it asks x != 0: merged exponents keep what was asked.
"""

from __future__ import annotations

from fractions import Fraction

from lossmith.errors import DomainError
from lossmith.expr.node import (
    Expr,
)
from lossmith.expr.ranges import enclosure, is_positive
from lossmith.expr.sets import NONNEGATIVE, rational_root
from lossmith.words import Words


def number_power(c: Fraction, p: Fraction) -> tuple[Fraction, list[tuple[Fraction, Fraction]]]:
    """Return (rational part, [(base, exponent)] left over) with product c^p."""
    if p.denominator == 1:
        if c == 0 and p < 0:
            raise zero_to_negative()
        if is_long(c, p):
            return Fraction(1), [(c, p)]
        return c ** int(p), []
    if c == 0:
        if p < 0:
            raise zero_to_negative()
        return Fraction(0), []
    sign = 1
    if c < 0:
        if p.denominator % 2 == 0:
            raise DomainError(
                Words(f"({c})^({p}) is not a real number", f"({c})^({p}) 不是实数"),
                why=Words("an even root needs a base >= 0", "偶次根要求底数 >= 0"),
            )
        sign = -1 if p.numerator % 2 else 1
        c = -c
    if is_long(c, p):
        return Fraction(sign), [(c, p)]
    root = rational_root(c, p.denominator)
    if root is not None:
        return sign * root**p.numerator, []
    whole = int(p)
    return sign * c**whole, [(c, p - whole)]


def is_long(c: Fraction, p: Fraction) -> bool:
    """Return whether c^p has more digits than anyone would read: it then stays a power."""
    return abs(p) * (c.numerator.bit_length() + c.denominator.bit_length() - 2) > LONG


LONG = 2000
"""Bits of a number; a tower of powers would otherwise double its digits at each floor."""


def asked_by(p: Fraction) -> frozenset[str]:
    """Return what x^p asks of x: nothing, x != 0, x >= 0 or both."""
    asks: set[str] = set()
    if p.numerator < 0:
        asks.add("nonzero")
    if p.denominator % 2 == 0:
        asks.add("nonnegative")
    return frozenset(asks)


def is_even(p: Fraction) -> bool:
    """Return whether p is an even whole number."""
    return p.denominator == 1 and p.numerator % 2 == 0


def split_exponent(e: Expr, total: Fraction, asked: frozenset[str]) -> list[Fraction]:
    """Return exponents that add up to ``total`` and ask of e exactly what is asked; [] for 1.

    Depends on the two alone, so that x^2/x and x^3/x^2 are one object, though not x.
    """
    if is_positive(e) or asked_by(total) == asked:
        return [total] if total else []
    if "nonnegative" in asked and enclosure(e).within(NONNEGATIVE):
        asked = (asked - {"nonnegative"}) | (asked_by(total) & {"nonnegative"})
        if asked_by(total) == asked:
            return [total] if total else []
    if asked == frozenset({"nonnegative"}):
        part = total / 2
        while part.denominator % 2:
            part /= 2
        return [part, total - part]
    if asked == frozenset({"nonzero"}) or total.denominator % 2 == 0:
        return [Fraction(-1), total + 1]
    return [Fraction(-1, 2), total + Fraction(1, 2)]


def zero_to_negative() -> DomainError:
    """Return the error for 0 to a negative power."""
    return DomainError(
        Words("division by zero", "除以零"),
        why=Words("0 has no negative power", "0 没有负次幂"),
    )
