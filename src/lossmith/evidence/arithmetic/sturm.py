"""Where all real zeros of a polynomial with rational coefficients lie, by Sturm chains. Trusted.

Source: Basu, Pollack & Roy 2006, theorem 2.50 (for polynomials with multiple zeros too).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

Coefficients = tuple[Fraction, ...]
"""Of a polynomial in one variable, lowest first."""


def all_zeros_within(f: Sequence[Fraction], intervals: Sequence[tuple[Fraction, Fraction]]) -> bool:
    """Return whether every real zero of f is one of the points or inside one of the intervals.

    Sturm: with V(x) sign changes of the chain f, f', -rem ... at x, f has V(a) - V(b) different
    zeros in (a, b) where f(a) f(b) is not 0.
    """
    if any(lo > hi for lo, hi in intervals) or any(a[1] >= b[0] for a, b in pairwise(intervals)):
        return False
    chain = sturm_chain(f)
    all_zeros = sign_changes([_far(q, -1) for q in chain]) - sign_changes([q[-1] for q in chain])
    found = 0
    for lo, hi in intervals:
        if lo == hi:
            found += not value_at(f, lo)
        elif not value_at(f, lo) or not value_at(f, hi):
            return False
        else:
            low, high = ([value_at(q, at) for q in chain] for at in (lo, hi))
            found += sign_changes(low) - sign_changes(high)
    return found == all_zeros


def sturm_chain(f: Sequence[Fraction]) -> list[list[Fraction]]:
    """Return f, f' and the negative remainders, each divided by a positive number."""
    chain = [list(f), [k * c for k, c in enumerate(f)][1:]]
    while len(chain[-1]) > 1:
        rest = _remainder(chain[-2], chain[-1])
        if not rest:
            break
        size = abs(rest[-1])
        chain.append([-c / size for c in rest])
    return [q for q in chain if q]


def _remainder(a: Sequence[Fraction], b: Sequence[Fraction]) -> list[Fraction]:
    rest = list(a)
    while len(rest) >= len(b):
        ratio, shift = rest[-1] / b[-1], len(rest) - len(b)
        for k, c in enumerate(b):
            rest[shift + k] -= ratio * c
        while rest and not rest[-1]:
            rest.pop()
    return rest


def _far(q: Sequence[Fraction], side: int) -> Fraction:
    """Return a number with the sign of q far to the left (-1) or to the right (1)."""
    return q[-1] * side ** (len(q) - 1)


def sign_changes(values: Sequence[Fraction]) -> int:
    """Return how often the sign changes along the numbers that are not 0."""
    signs = [v > 0 for v in values if v]
    return sum(a != b for a, b in pairwise(signs))


def value_at(q: Sequence[Fraction], x: Fraction) -> Fraction:
    """Return q(x)."""
    total = Fraction(0)
    for c in reversed(q):
        total = total * x + c
    return total
