"""Sums of a t^q (log t)^k for small t > 0: their sums, products and first terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.expr.build import add, const, multiply, power, scale
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.walk import substitute
from lossmith.prove.zeros.roots import Undecided

Key = tuple[Fraction, int]
Coefficient = Expr | None
"""The value of an expression at the point; None if it is not known."""


@dataclass(frozen=True, slots=True)
class Series:
    """Terms by (exponent of t, exponent of log t), lowest first, up to O(t^order)."""

    terms: Mapping[Key, Coefficient]
    order: Fraction

    def at(self, q: Fraction | int, k: int = 0) -> Coefficient:
        """Return one coefficient, 0 if it is not there.  Raises: Undecided beyond the order."""
        if q >= self.order:
            raise Undecided
        return self.terms.get((Fraction(q), k), const(0))


def series_of(terms: Mapping[Key, Coefficient], order: Fraction) -> Series:
    """Return a series without the terms that are 0."""
    return Series(
        {k: c for k, c in terms.items() if not (isinstance(c, Const) and c.value == 0)}, order
    )


def in_order(terms: Mapping[Key, Coefficient]) -> list[Key]:
    """Return the keys from the largest term as t -> 0+ to the smallest."""
    return sorted(terms, key=lambda key: (key[0], -key[1]))


def sum_of(parts: list[tuple[Fraction | int, Series]]) -> Series:
    """Return the sum of number * series."""
    terms: dict[Key, Coefficient] = {}
    for c, s in parts:
        for key, a in s.terms.items():
            put_in(terms, key, scaled(a, Fraction(c)))
    order = min(s.order for _, s in parts)
    return series_of({key: a for key, a in terms.items() if key[0] < order}, order)


def times(a: Series, b: Series) -> Series:
    """Return the product, with the order that both allow."""
    low_a = min((q for q, _ in a.terms), default=a.order)
    low_b = min((q for q, _ in b.terms), default=b.order)
    order = min(a.order + low_b, b.order + low_a)
    terms: dict[Key, Coefficient] = {}
    for (q, i), c in a.terms.items():
        for (r, j), d in b.terms.items():
            if q + r < order:
                put_in(terms, (q + r, i + j), product_of(c, d))
    return series_of(terms, order)


def put_in(terms: dict[Key, Coefficient], key: Key, a: Coefficient) -> None:
    """Add a coefficient to that of a key."""
    before = terms.get(key, const(0))
    terms[key] = None if a is None or before is None else add(before, a)


def product_of(a: Coefficient, b: Coefficient) -> Coefficient:
    """Return the product of two coefficients."""
    return None if a is None or b is None else multiply(a, b)


def scaled(a: Coefficient, c: Fraction) -> Coefficient:
    """Return a number times a coefficient."""
    return None if a is None else scale(c, a)


def quotient_of(c: Coefficient, a: Expr) -> Coefficient:
    """Return a coefficient over an expression."""
    if c is a:
        return const(1)
    return None if c is None else multiply(c, power(a, -1))


def steps_below(rest: Series) -> int:
    """Return how many powers of a small series matter below its order."""
    low = min((q for q, _ in rest.terms), default=rest.order)
    return int(rest.order / low) + 1 if low > 0 else 0


def moves(s: Series) -> bool:
    """Return whether there is more than a constant."""
    return any(key != (0, 0) for key in s.terms)


def taken_at(f: Expr, y: Symbol, centre: Expr) -> Coefficient:
    """Return f at y = centre, None where that has no value."""
    try:
        return substitute(f, {y: centre})
    except LossmithError:
        return None
