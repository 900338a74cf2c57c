"""Determinant, inverse and eigenvalues of small matrices of balls, as nested lists.

Only the operators of python-flint's ``arb`` are used, so nothing is imported for it; balls carry no
types. Every result encloses the true one; what cannot be enclosed comes back as nan.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

Ball = Any
Matrix = list[list[Any]]

_SWEEPS = 40
"""Jacobi sweeps at most; five or six reach 128 bits, since convergence is quadratic."""


def determinant(a: Matrix) -> Ball:
    """Return det(A), free of division: minors of the first k rows, by column subsets.

    a: n by n.  Cost: n 2^(n-1) products; exact for exact entries that need no rounding.
    """
    n = len(a)
    minors: dict[int, Ball] = {0: a[0][0] * 0 + 1}
    for k in range(n):
        bigger: dict[int, Ball] = {}
        for columns, minor in minors.items():
            for j in range(n):
                if columns >> j & 1:
                    continue
                # The sign is that of the columns already used to the right of j.
                term = a[k][j] * minor
                term = -term if (columns >> j).bit_count() % 2 else term
                union = columns | 1 << j
                bigger[union] = bigger[union] + term if union in bigger else term
        minors = bigger
    return minors[(1 << n) - 1]


def product(a: Matrix, b: Matrix) -> Matrix:
    """Return A B."""
    columns = list(zip(*b, strict=True))
    return [
        [reduce(add, (x * y for x, y in zip(row, column, strict=True))) for column in columns]
        for row in a
    ]


def inverse(a: Matrix) -> Matrix:
    """Return the inverse by Gauss-Jordan elimination with row pivots; nan if a pivot may be 0."""
    n = len(a)
    zero = a[0][0] * 0
    work = [[*row, *(zero + (i == j) for j in range(n))] for i, row in enumerate(a)]
    for k in range(n):
        best = k
        for i in range(k + 1, n):
            best = i if abs(work[i][k]) > abs(work[best][k]) else best
        work[k], work[best] = work[best], work[k]
        pivot = work[k][k]
        if not (pivot > 0 or pivot < 0):
            # An exact 0 raises ZeroDivisionError here; a ball that holds 0 gives nan.
            return [[zero / pivot] * n for _ in range(n)]
        work[k] = [x / pivot for x in work[k]]
        for i in range(n):
            if i != k:
                factor = work[i][k]
                work[i] = [x - factor * y for x, y in zip(work[i], work[k], strict=True)]
    return [row[n:] for row in work]


def eigenvalues(a: Matrix) -> list[Ball]:
    """Return the eigenvalues of a symmetric matrix in increasing order, enclosed.

    With W = V^-1 and V near the eigenvectors, W A V has A's eigenvalues and is nearly diagonal;
    a union of k Gershgorin discs apart from the others holds k of them.
    nan for entries that show that the matrix is not symmetric.
    Source: Golub & Van Loan 2013, theorem 7.2.1 and section 8.5.
    """
    n = len(a)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    if not all(x.is_finite() for row in a for x in row) or not all(
        a[i][j].overlaps(a[j][i]) for i, j in pairs
    ):
        return [a[0][0].nan()] * n
    v = eigenvectors(a)
    b = product(inverse(v), product(a, v))
    return _gershgorin(b)


def eigenvectors(a: Matrix) -> Matrix:
    """Return exact columns near the eigenvectors of a symmetric matrix; they prove nothing."""
    return _jacobi([[x.mid() for x in row] for row in a])


def singular_values(a: Matrix) -> list[Ball]:
    """Return the singular values of an n by m matrix in increasing order, enclosed.

    They are the largest min(n, m) eigenvalues of [[0, A], [A', 0]]: no square root is lost.
    """
    n, m = len(a), len(a[0])
    zero = a[0][0] * 0
    top = [[*[zero] * n, *row] for row in a]
    bottom = [[*(a[i][j] for i in range(n)), *[zero] * m] for j in range(m)]
    return [x.nonnegative_part() for x in eigenvalues(top + bottom)[-min(n, m) :]]


def _jacobi(a: Matrix) -> Matrix:
    """Return a matrix whose columns are close to the eigenvectors of the exact matrix a."""
    n = len(a)
    zero = a[0][0] * 0
    v = [[zero + (i == j) for j in range(n)] for i in range(n)]
    previous = None
    for sweep in range(_SWEEPS):
        squares = (a[i][j] * a[i][j] for i in range(n) for j in range(i))
        off = reduce(add, squares, zero).mid()
        # The first sweeps are slow; later ones square the error until rounding stops them.
        if off == 0 or (sweep > 3 and off * 2 > previous):
            break
        previous = off
        for p in range(n):
            for q in range(p + 1, n):
                _rotate(a, v, p, q)
    return v


def _rotate(a: Matrix, v: Matrix, p: int, q: int) -> None:
    """Make a[p][q] vanish by a rotation of the axes p and q (on midpoints)."""
    if a[p][q] == 0:
        return
    theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
    size = abs(theta) + (theta * theta + 1).sqrt()
    t = (-1 / size if theta < 0 else 1 / size).mid()
    c = (1 / (t * t + 1).sqrt()).mid()
    s = (t * c).mid()
    n = len(a)
    for k in range(n):
        a[k][p], a[k][q] = (c * a[k][p] - s * a[k][q]).mid(), (s * a[k][p] + c * a[k][q]).mid()
    for k in range(n):
        a[p][k], a[q][k] = (c * a[p][k] - s * a[q][k]).mid(), (s * a[p][k] + c * a[q][k]).mid()
        v[k][p], v[k][q] = (c * v[k][p] - s * v[k][q]).mid(), (s * v[k][p] + c * v[k][q]).mid()


def _gershgorin(b: Matrix) -> list[Ball]:
    n = len(b)
    discs: list[Ball] = []
    for i in range(n):
        radius = reduce(add, (abs(b[i][j]) for j in range(n) if j != i), b[i][i] * 0)
        disc = (b[i][i] - radius).union(b[i][i] + radius)
        if not disc.is_finite():
            return [disc.nan()] * n
        discs.append(disc)
    discs.sort(key=lambda d: d.mid())
    groups: list[list[Ball]] = []
    for disc in discs:
        joined = [g for g in groups if g[0].overlaps(disc)]
        merged = [reduce(lambda x, y: x.union(y), [*(g[0] for g in joined), disc])]
        merged = merged * (1 + sum(len(g) for g in joined))
        groups = [g for g in groups if g not in joined] + [merged]
    return sorted((d for g in groups for d in g), key=lambda d: d.mid())
