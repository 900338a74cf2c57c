"""All solutions of linear equations with rational numbers."""

from __future__ import annotations

from fractions import Fraction

from lossmith.evidence.arithmetic.polynomial import Matrix


def solution(
    h: Matrix, right: list[Fraction]
) -> tuple[list[Fraction], list[list[Fraction]]] | None:
    """Return (a solution of h x = right, a basis of the kernel of h); None if there is none."""
    n = len(h)
    rows = [[*r, b] for r, b in zip(h, right, strict=True)]
    pivots: list[int] = []
    for k in range(n):
        m = len(pivots)
        pivot = next((i for i in range(m, n) if rows[i][k]), None)
        if pivot is None:
            continue
        rows[m], rows[pivot] = rows[pivot], rows[m]
        rows[m] = [q / rows[m][k] for q in rows[m]]
        for i in range(n):
            if i != m and rows[i][k]:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[m], strict=True)]
        pivots.append(k)
    if any(r[n] for r in rows[len(pivots) :]):
        return None
    place = [Fraction(0)] * n
    for m, k in enumerate(pivots):
        place[k] = rows[m][n]
    kernel: list[list[Fraction]] = []
    for j in (j for j in range(n) if j not in pivots):
        v = [Fraction(int(i == j)) for i in range(n)]
        for m, k in enumerate(pivots):
            v[k] = -rows[m][j]
        kernel.append(v)
    return place, kernel
