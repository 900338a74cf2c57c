"""Projector and resolvent of a simple largest eigenvalue, and the polar factor, enclosed.

Every result encloses the true one; what cannot be enclosed comes back as nan.
"""

from __future__ import annotations

from functools import reduce
from operator import add

from lossmith.atoms.ball_matrix import Ball, Matrix, eigenvalues, eigenvectors, inverse, product


def top_projector(a: Matrix) -> Matrix:
    """Return v v' for the eigenvector v of a simple largest eigenvalue of a symmetric matrix.

    The product of (A - l_j I)/(l - l_j) over the other eigenvalues is 1 on v and 0 elsewhere.
    Cost: n matrix products.
    """
    n = len(a)
    *others, top = eigenvalues(a)
    result = _identity(a)
    for other in others:
        gap = top - other
        if not gap > 0:
            return _unknown(a)
        shifted = [[(a[i][j] - other * (i == j)) / gap for j in range(n)] for i in range(n)]
        result = product(result, shifted)
    return result


def reduced_resolvent(a: Matrix) -> Matrix:
    """Return (l I - A)^+ = (l I - A + P)^-1 - P for a simple largest eigenvalue l."""
    n = len(a)
    top = eigenvalues(a)[-1]
    p = top_projector(a)
    if not all(x.is_finite() for row in p for x in row):
        return p
    inner = inverse([[p[i][j] - a[i][j] + top * (i == j) for j in range(n)] for i in range(n)])
    return [[inner[i][j] - p[i][j] for j in range(n)] for i in range(n)]


def polar_factor(a: Matrix) -> Matrix:
    """Return A (A'A)^(-1/2) for an n by m matrix of full rank (n < m: by its transpose).

    With S near (A'A)^(-1/2), symmetric and positive definite, and E = S (A'A) S - I:
    |(A'A)^(-1/2) - S| <= |S^-1|^2 |E| / (2 u^(3/2)), u a lower bound of the eigenvalues of A'A and
    S^-2, since x^(-1/2) has the Frechet derivative bound u^(-3/2)/2 on matrices >= u I.
    Source: Bhatia 1997, section X.3.
    """
    if len(a) < len(a[0]):
        return _transposed(polar_factor(_transposed(a)))
    gram = product(_transposed(a), a)
    if not all(x.is_finite() for row in gram for x in row) or not eigenvalues(gram)[0] > 0:
        return _unknown(a)
    root = _near_inverse_root(gram)
    least = eigenvalues(root)[0]
    if not least > 0:
        return _unknown(a)
    back = inverse(root)
    error = _norm(_minus_identity(product(product(root, gram), root)))
    far = _norm(back) * _norm(back) * error
    floor = eigenvalues(product(back, back))[0] - far
    if not floor > 0:
        return _unknown(a)
    radius = far / (2 * floor * floor.sqrt())
    zero = radius * 0
    width = (zero - radius).union(radius)
    return product(a, [[x + width for x in row] for row in root])


def polar_slope(a: Matrix) -> list[list[Matrix]]:
    """Return d U[i,j]/d A[k,l] for the polar factor U of an n by m matrix of full rank.

    For n >= m, with H = U'A: dU = U W + (I - UU') dA H^-1, where W = U'dU is the solution of
    H W + W H = U'dA - dA'U, m^2 linear equations.  Source: Higham 2008, section 8.2.
    """
    n, m = len(a), len(a[0])
    if n < m:
        turned = polar_slope(_transposed(a))
        return [[_transposed(turned[j][i]) for j in range(m)] for i in range(n)]
    u = polar_factor(a)
    if not all(x.is_finite() for row in u for x in row):
        return [[_unknown(a) for _ in range(m)] for _ in range(n)]
    h = product(_transposed(u), a)
    out = [[x + (i == k) for k, x in enumerate(row)] for i, row in enumerate(_minus(u))]
    solved = inverse(_kronecker_sum(h))
    moved = inverse(h)

    def turn(p: int, q: int, k: int, c: int) -> Ball:
        """Return W[p,q] for dA = e_k e_c', whose right side is U'e_k e_c' - e_c e_k'U."""
        row = solved[p * m + q]
        terms = [row[r * m + c] * u[k][r] - row[c * m + r] * u[k][r] for r in range(m)]
        return reduce(add, terms)

    w = [
        [[[turn(p, q, k, c) for c in range(m)] for k in range(n)] for q in range(m)]
        for p in range(m)
    ]

    def entry(i: int, j: int, k: int, c: int) -> Ball:
        inside = reduce(add, (u[i][p] * w[p][j][k][c] for p in range(m)))
        return inside + out[i][k] * moved[c][j]

    return [
        [[[entry(i, j, k, c) for c in range(m)] for k in range(n)] for j in range(m)]
        for i in range(n)
    ]


def _minus(u: Matrix) -> Matrix:
    """Return -U U'."""
    return [[-x for x in row] for row in product(u, _transposed(u))]


def _kronecker_sum(h: Matrix) -> Matrix:
    """Return the matrix of W -> H W + W H on the entries of W, row by row."""
    m = len(h)
    pairs = [(p, q) for p in range(m) for q in range(m)]
    return [[h[p][r] * (q == s) + h[s][q] * (p == r) for r, s in pairs] for p, q in pairs]


def _near_inverse_root(gram: Matrix) -> Matrix:
    """Return an exact symmetric matrix near gram^(-1/2)."""
    v = eigenvectors(gram)
    n = len(gram)
    values = eigenvalues(gram)
    order = sorted(range(n), key=lambda k: _rayleigh(gram, v, k))
    roots: list[Ball] = [None] * n
    for value, k in zip(values, order, strict=True):
        roots[k] = (1 / value.sqrt()).mid()
    entry = [
        [reduce(add, (v[i][k] * roots[k] * v[j][k] for k in range(n))).mid() for j in range(n)]
        for i in range(n)
    ]
    return [[entry[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]


def _rayleigh(gram: Matrix, v: Matrix, k: int) -> Ball:
    column = [[row[k]] for row in v]
    return product(_transposed(column), product(gram, column))[0][0].mid()


def _identity(a: Matrix) -> Matrix:
    n = len(a)
    return [[a[0][0] * 0 + (i == j) for j in range(n)] for i in range(n)]


def _minus_identity(a: Matrix) -> Matrix:
    return [[x - (i == j) for j, x in enumerate(row)] for i, row in enumerate(a)]


def _transposed(a: Matrix) -> Matrix:
    return [list(column) for column in zip(*a, strict=True)]


def _norm(a: Matrix) -> Ball:
    """Return the sum of all |a_ij|, which bounds the spectral norm."""
    return reduce(add, (abs(x) for row in a for x in row))


def _unknown(a: Matrix) -> Matrix:
    return [[x.nan() for x in row] for row in a]
