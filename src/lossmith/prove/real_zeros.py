"""Zeros of polynomials with rational coefficients: rational ones, and real ones by Sturm chains."""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from flint import fmpq, fmpq_poly


def rational_zeros(p: Sequence[Fraction]) -> list[Fraction]:
    """Return the rational zeros of a polynomial that is not 0."""
    whole = fmpq_poly([fmpq(c.numerator, c.denominator) for c in p])
    found: list[Fraction] = []
    for factor, _ in whole.factor()[1]:
        q = [Fraction(int(c.p), int(c.q)) for c in map(fmpq, factor.coeffs())]
        found += [-q[0] / q[1]] if len(q) == 2 else []
    return found


def real_zeros(q: Sequence[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Return disjoint intervals, each with one real zero of a squarefree polynomial (Sturm).

    The ends are not zeros.
    """
    chain = _sturm(q)
    bound = 1 + max((abs(c / q[-1]) for c in q[:-1]), default=Fraction(0))
    bound = Fraction(1 << (int(bound).bit_length() + 1))
    waiting, found = [(-bound, bound)], list[tuple[Fraction, Fraction]]()
    while waiting:
        lo, hi = waiting.pop()
        inner = _changes(chain, lo) - _changes(chain, hi)
        if inner == 1:
            found.append((lo, hi))
        elif inner > 1:
            cut = (lo + hi) / 2
            while not value_at(q, cut):
                cut += (hi - cut) / 3
            waiting += [(lo, cut), (cut, hi)]
    return sorted(found)


def _sturm(q: Sequence[Fraction]) -> list[list[Fraction]]:
    chain = [list(q), [k * c for k, c in enumerate(q)][1:]]
    while len(chain[-1]) > 1:
        rest = _remainder(chain[-2], chain[-1])
        if not rest:
            break
        size = abs(rest[-1])
        chain.append([-c / size for c in rest])
    return chain


def _remainder(a: Sequence[Fraction], b: Sequence[Fraction]) -> list[Fraction]:
    rest = list(a)
    while len(rest) >= len(b):
        ratio = rest[-1] / b[-1]
        shift = len(rest) - len(b)
        for k, c in enumerate(b):
            rest[shift + k] -= ratio * c
        rest.pop()
        while rest and not rest[-1]:
            rest.pop()
    return rest


def _changes(chain: Sequence[Sequence[Fraction]], at: Fraction) -> int:
    signs = [s for s in (value_at(q, at) for q in chain) if s]
    return sum((a > 0) != (b > 0) for a, b in pairwise(signs))


def value_at(q: Sequence[Fraction], x: Fraction) -> Fraction:
    """Return q(x)."""
    total = Fraction(0)
    for c in reversed(q):
        total = total * x + c
    return total
