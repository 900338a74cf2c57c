"""Sums of squares: a rational Gram matrix of v'H(x)v, found in floats and rounded until exact.

The search may be as rough as it likes; ``sos-convex`` multiplies out and factors the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product as tuples
from math import isfinite

from lossmith.evidence.arithmetic.polynomial import is_psd
from lossmith.evidence.arithmetic.squares import Gram, Target, basis_product, hessian_form

Floats = list[list[float]]

LARGEST = 18
"""Most monomials in the basis."""

FREEDOM = 40
"""Most entries of the Gram matrix that the polynomial leaves open."""


def gram_of_hessian(p: Target, variables: int) -> Gram | None:
    """Return (basis, matrix) with v'Hv = z' G z, G psd and rational, or None if none is found.

    p: the polynomial, exponents of the variables -> coefficient.
    """
    target = hessian_form(p, variables)
    basis = _basis(target, variables)
    if not basis or len(basis) > LARGEST:
        return None
    rows = _constraints(target, basis)
    if rows is None:
        return None
    for rough in _rough(rows, len(basis)):
        for bottom in (1, 2, 3, 4, 6, 12, 60, 1000, 10**6):
            exact = _repaired(rough, rows, bottom)
            if is_psd(exact):
                return tuple(basis), tuple(tuple(row) for row in exact)
    return None


def _basis(target: Target, n: int) -> list[tuple[int, ...]]:
    """Return monomials (of x, then of v, linear in v) whose squares the target can hold."""
    top = max((sum(m[:n]) for m in target), default=0) // 2
    low = min((sum(m[:n]) for m in target), default=0) // 2
    powers = [a for a in tuples(range(top + 1), repeat=n) if low <= sum(a) <= top]
    if len(powers) * n > 120:
        return []
    units = [tuple(int(i == j) for j in range(n)) for i in range(n)]
    basis = [(*a, *u) for a in powers for u in units]
    while True:
        # A square that no term and no other product can give or cancel cannot occur.
        others = {basis_product(a, b) for k, a in enumerate(basis) for b in basis[:k]}
        kept = [a for a in basis if (s := basis_product(a, a)) in target or s in others]
        if len(kept) == len(basis):
            return basis
        basis = kept


Rows = list[tuple[list[tuple[int, int]], Fraction]]


def _constraints(target: Target, basis: list[tuple[int, ...]]) -> Rows | None:
    """Return, for each product of basis monomials, where it stands in G and what it sums to."""
    spots: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for i, a in enumerate(basis):
        for j, b in enumerate(basis):
            spots.setdefault(basis_product(a, b), []).append((i, j))
    if not set(target) <= set(spots):
        return None
    return [(places, target.get(m, Fraction(0))) for m, places in spots.items()]


Move = list[tuple[int, int, float]]


def _rough(rows: Rows, size: int) -> Iterator[Floats]:
    """Yield float matrices that meet the constraints: near the center, then near the boundary."""
    start = [[0.0] * size for _ in range(size)]
    free: list[Move] = []
    for places, value in rows:
        for i, j in places:
            start[i][j] += float(value) / len(places)
        pairs = sorted({(min(i, j), max(i, j)) for i, j in places})
        for pair in pairs[1:]:
            move: Move = []
            for (k, m), c in ((pairs[0], -1.0), (pair, 1.0)):
                move += [(k, k, c)] if k == m else [(k, m, c / 2), (m, k, c / 2)]
            free.append(move)
    yield start
    if free and len(free) <= FREEDOM:
        yield from _center(start, free)


def _center(start: Floats, free: list[Move]) -> Iterator[Floats]:
    """Push up the least eigenvalue: Newton's method for -log det(G - s I) - r s, r growing."""
    size = len(start)
    moves = [*free, [(i, i, -1.0) for i in range(size)]]
    t = [0.0] * len(moves)
    # Gershgorin: the least eigenvalue is at least this much below the diagonal.
    t[-1] = min(2 * start[i][i] - sum(map(abs, start[i])) for i in range(size)) - 1.0
    for weight in (1.0, 10.0, 100.0, 1e4, 1e6):
        for _ in range(25):
            inverse = _inverse(_moved(start, moves, t))
            if inverse is None:
                return
            gradient = [-sum(c * inverse[j][i] for i, j, c in m) for m in moves]
            gradient[-1] -= weight
            curvature = [[_paired(inverse, m, n) for n in moves] for m in moves]
            step = _solved(curvature, [-g for g in gradient])
            length = 1.0
            while length > 1e-12 and not _is_definite(
                _moved(start, moves, _along(t, step, length))
            ):
                length /= 2
            t = _along(t, step, length if length == 1.0 else 0.9 * length)
            if abs(sum(g * d for g, d in zip(gradient, step, strict=True))) < 1e-12:
                break
        yield _moved(start, free, t[:-1])


def _moved(start: Floats, moves: list[Move], t: list[float]) -> Floats:
    g = [row[:] for row in start]
    for c, move in zip(t, moves, strict=True):
        for i, j, q in move:
            g[i][j] += c * q
    return g


def _along(t: list[float], step: list[float], length: float) -> list[float]:
    return [a + length * d for a, d in zip(t, step, strict=True)]


def _paired(inverse: Floats, m: Move, n: Move) -> float:
    """Return tr(G^-1 M G^-1 N) for sparse M and N."""
    return sum(c * q * inverse[b][i] * inverse[j][a] for i, j, c in m for a, b, q in n)


def _is_definite(g: Floats) -> bool:
    """Return whether elimination meets positive pivots only."""
    a = [row[:] for row in g]
    for k, row in enumerate(a):
        if not row[k] > 1e-14:
            return False
        for i in range(k + 1, len(a)):
            ratio = a[i][k] / row[k]
            if ratio:
                for j in range(k, len(a)):
                    a[i][j] -= ratio * row[j]
    return True


def _inverse(g: Floats) -> Floats | None:
    size = len(g)
    columns = [_solved(g, [float(i == k) for i in range(size)]) for k in range(size)]
    found = [[columns[j][i] for j in range(size)] for i in range(size)]
    return found if all(isfinite(q) for row in found for q in row) else None


def _solved(matrix: Floats, right: list[float]) -> list[float]:
    """Return the solution by elimination with pivots; directions without curvature stay 0."""
    size = len(matrix)
    a = [[*row, q] for row, q in zip(matrix, right, strict=True)]
    kept: list[int] = []
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(a[i][k]))
        a[k], a[pivot] = a[pivot], a[k]
        if abs(a[k][k]) < 1e-13:
            continue
        kept.append(k)
        for i in range(size):
            if i != k and a[i][k]:
                ratio = a[i][k] / a[k][k]
                for j in range(k, size + 1):
                    a[i][j] -= ratio * a[k][j]
    return [a[k][size] / a[k][k] if k in kept else 0.0 for k in range(size)]


def _repaired(rough: Floats, rows: Rows, bottom: int) -> list[list[Fraction]]:
    """Return the matrix with entries k/bottom, then corrected to meet the constraints exactly."""
    size = len(rough)
    exact = [
        [Fraction(round((rough[i][j] + rough[j][i]) / 2 * bottom), bottom) for j in range(size)]
        for i in range(size)
    ]
    for places, value in rows:
        off = (value - sum((exact[i][j] for i, j in places), Fraction(0))) / len(places)
        for i, j in places:
            exact[i][j] += off
    return exact
