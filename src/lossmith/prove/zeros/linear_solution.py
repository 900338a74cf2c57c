"""All solutions of linear equations with rational numbers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.polynomial import Matrix
from lossmith.evidence.arithmetic.second import derivative
from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.walk import substitute


def slopes_at_0(q: Expr, wrt: Sequence[Symbol]) -> list[Fraction] | None:
    """Return the gradient of q at 0, None if it is not made of numbers."""
    zero: dict[Expr, Expr] = {x: const(0) for x in wrt}
    try:
        found = [substitute(derivative(q, x), zero) for x in wrt]
    except (ValueError, LossmithError):
        return None
    numbers = [g.value for g in found if isinstance(g, Const)]
    return numbers if len(numbers) == len(found) else None


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
