"""Signs of the eigenvalues of a symmetric matrix of intervals (Sylvester's law). Trusted."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.atoms.ball_matrix import eigenvectors
from lossmith.atoms.number import as_ball, rational
from lossmith.evidence.arithmetic.enclose import from_ball
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval, point


def signs_of_eigenvalues(h: Sequence[Sequence[Interval]]) -> tuple[int, int] | None:
    """Return (how many positive, how many negative) for every matrix in h, all being nonsingular.

    None if that does not show.  h is turned by nearly its eigenvectors V; then the pivots of LDL'
    have the signs of the eigenvalues.  Any nonsingular V keeps them, and no singular V leaves
    pivots that are all certainly not 0.
    """
    n = len(h)
    if any(i.is_empty or not i.is_bounded for row in h for i in row):
        return None
    turned = _congruent(h, _near_eigenvectors(h))
    positive = negative = 0
    for k in range(n):
        pivot = turned[k][k]
        if pivot.within(POSITIVE):
            positive += 1
        elif pivot.within(NEGATIVE):
            negative += 1
        else:
            return None
        for i in range(k + 1, n):
            ratio = turned[i][k] * pivot.power(Fraction(-1))
            for j in range(k + 1, n):
                turned[i][j] = turned[i][j] + -(ratio * turned[k][j])
    return positive, negative


def _congruent(h: Sequence[Sequence[Interval]], v: list[list[Fraction]]) -> list[list[Interval]]:
    """Return V' H V."""
    n = len(h)
    result: list[list[Interval]] = []
    for a in range(n):
        row: list[Interval] = []
        for b in range(n):
            total = point(0)
            for i in range(n):
                for j in range(n):
                    total = total + h[i][j].scale(v[i][a] * v[j][b])
            row.append(total)
        result.append(row)
    return result


def _near_eigenvectors(h: Sequence[Sequence[Interval]]) -> list[list[Fraction]]:
    """Return rationals near the eigenvectors of the middle of h, as columns; they prove nothing."""
    middle = [
        [as_ball(rational(Fraction((i.lo or 0) + (i.hi or 0)) / 2)) for i in row] for row in h
    ]
    found = [[from_ball(x).lo for x in row] for row in eigenvectors(middle)]
    return [[(x or Fraction(0)).limit_denominator(1 << 20) for x in row] for row in found]
