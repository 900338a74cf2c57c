"""Where f'' of one variable is least or greatest: a dip below 0 may be too small for any grid."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.second import derivative
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import count
from lossmith.prove.zeros.roots import sign

LARGE = 80
"""Third derivatives of more nodes are left alone: they cost more than they are worth."""

HALVINGS = 60

FEW = 4
CLOSE = tuple(Fraction(1, 10**k) for k in range(1, 9))
"""How many turns are looked at again, and how closely."""


def dips(slope: Expr, x: Symbol, grid: Sequence[Fraction]) -> list[Fraction]:
    """Return rational points close to turns of f'' = ``slope``, and others close to the ends.

    A turn lies between two points of the grid at which the slope of f'' has opposite signs.
    """
    ends = (x.assumptions.interval.lo, x.assumptions.interval.hi)
    close = [Fraction(1, 10**k) for k in range(10, 20, 2)]
    found = [
        end + s * d for end, s in zip(ends, (1, -1), strict=True) if end is not None for d in close
    ]
    try:
        third = derivative(slope, x)
    except (ValueError, LossmithError):
        return found
    if count(third) > LARGE:
        return found
    turns = _turns(third, x, grid)
    # Two turns that lie close to a third one may be hidden by it: x^6 - x^4/10^8 has three at 0.
    near = [t + s * d for t in turns[:FEW] for d in CLOSE for s in (1, -1)]
    inside = [p for p in near if x.assumptions.interval.has(p)]
    return turns + _turns(third, x, inside) + found


def _turns(f: Expr, x: Symbol, grid: Sequence[Fraction]) -> list[Fraction]:
    """Return a point close to a zero of f between any two of the grid with opposite signs."""
    known = [(p, s) for p in sorted(grid) if (s := sign(f, x, p))]
    return [_between(f, x, p, q, s) for (p, s), (q, r) in pairwise(known) if r == -s]


def _between(f: Expr, x: Symbol, lo: Fraction, hi: Fraction, at_lo: int) -> Fraction:
    """Return a point close to one where f, of this sign at lo and of the other at hi, is 0."""
    for _ in range(HALVINGS):
        middle = ((lo + hi) / 2).limit_denominator(max(16, int(8 / (hi - lo))))
        here = sign(f, x, middle)
        if not here:
            return middle
        lo, hi = (middle, hi) if here == at_lo else (lo, middle)
    return lo
