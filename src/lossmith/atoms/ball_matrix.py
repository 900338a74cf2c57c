"""Determinant, inverse and eigenvalues of matrices of balls, as nested lists.

Every result encloses the true one; what cannot be enclosed comes back as nan.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from flint import acb_mat, arb, arb_mat, ctx

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
    Cost: n^3; at 128 bits 0.03 s for n = 30, 1 s for n = 100.
    Source: Golub & Van Loan 2013, theorem 7.2.1 and section 8.5.
    """
    n = len(a)
    pairs = [(i, j) for i in range(n) for j in range(i)]
    if not all(x.is_finite() for row in a for x in row) or not all(
        a[i][j].overlaps(a[j][i]) for i, j in pairs
    ):
        return [a[0][0].nan()] * n
    v = _flint(eigenvectors(a))
    try:
        return _gershgorin((v.inv() * (_flint(a) * v)).tolist())
    except ZeroDivisionError:
        return [a[0][0].nan()] * n


def eigenvectors(a: Matrix) -> Matrix:
    """Return exact columns near the eigenvectors of a symmetric matrix; they prove nothing."""
    middle = [[x.mid() for x in row] for row in a]
    return _by_iteration(middle) or _jacobi(middle)


def singular_values(a: Matrix) -> list[Ball]:
    """Return the singular values of an n by m matrix in increasing order, enclosed.

    They are the largest min(n, m) eigenvalues of [[0, A], [A', 0]]: no square root is lost.
    """
    n, m = len(a), len(a[0])
    zero = a[0][0] * 0
    top = [[*[zero] * n, *row] for row in a]
    bottom = [[*(a[i][j] for i in range(n)), *[zero] * m] for j in range(m)]
    return [x.nonnegative_part() for x in eigenvalues(top + bottom)[-min(n, m) :]]


def spectral_norm(a: Matrix) -> Ball:
    """Return the largest singular value of an n by m matrix, enclosed.

    Its square is the largest eigenvalue of A'A, and of AA': the smaller of the two is taken.
    Cost: n m min(n, m), then as ``eigenvalues``: 0.1 s for 569 by 30.
    """
    wide = _flint(a)
    tall = wide.transpose()
    gram = tall * wide if len(a) > len(a[0]) else wide * tall
    return eigenvalues(gram.tolist())[-1].nonnegative_part().sqrt()


def _flint(a: Matrix) -> Any:
    return arb_mat(len(a), len(a[0]), [x for row in a for x in row])


def _by_iteration(a: Matrix) -> Matrix | None:
    """Return as ``_jacobi``, by the QR iteration; None if the columns are not nearly orthonormal.

    It needs distinct eigenvalues, so the diagonal is moved by less than the working precision,
    and as many bits are added as that takes.
    """
    n = len(a)
    bits = ctx.prec
    try:
        ctx.prec = 3 * bits + 64
        moved = _flint(a)
        size = max(abs(x) for row in a for x in row).mid()
        step = (size if size > 0 else arb(1)) * arb(2) ** (-bits - 32) / n
        for i in range(n):
            moved[i, i] = (moved[i, i] + (i + 1) * step).mid()
        _, right = acb_mat(moved).eig(right=True, algorithm="approx")
    except ValueError:
        return None  # the iteration did not end
    finally:
        ctx.prec = bits
    v = [[right[i, j].real.mid() for j in range(n)] for i in range(n)]
    gram = (_flint(v).transpose() * _flint(v)).tolist()
    near = all(abs(gram[i][j] - (i == j)) * (2 * n) < 1 for i in range(n) for j in range(n))
    return v if near else None


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
