"""Zeros of polynomials with rational coefficients: rational ones, and real ones by Sturm chains."""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq, fmpq_poly

from lossmith.evidence.arithmetic.sturm import sign_changes, sturm_chain, value_at


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
    chain = sturm_chain(q)
    bound = 1 + max((abs(c / q[-1]) for c in q[:-1]), default=Fraction(0))
    bound = Fraction(1 << (int(bound).bit_length() + 1))
    waiting, found = [(-bound, bound)], list[tuple[Fraction, Fraction]]()
    while waiting:
        lo, hi = waiting.pop()
        low, high = (sign_changes([value_at(p, at) for p in chain]) for at in (lo, hi))
        inner = low - high
        if inner == 1:
            found.append((lo, hi))
        elif inner > 1:
            cut = (lo + hi) / 2
            while not value_at(q, cut):
                cut += (hi - cut) / 3
            waiting += [(lo, cut), (cut, hi)]
    return sorted(found)
