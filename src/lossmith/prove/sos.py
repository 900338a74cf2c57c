"""Sums of squares: a rational Gram matrix of v'H(x)v, found in floats and rounded until exact.

The search may be as rough as it likes; ``sos-convex`` multiplies out and factors the matrix.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product as tuples

import numpy as np

from lossmith.evidence.polynomial import is_psd
from lossmith.evidence.squares import Gram, Target, basis_product, hessian_form

LARGEST = 26
"""Most monomials in the basis; the search costs about the sixth power of it."""


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


def _rough(rows: Rows, size: int) -> Iterator[np.ndarray]:
    """Yield float matrices that meet the constraints: near the center, then near the boundary."""
    start = np.zeros((size, size))
    free: list[np.ndarray] = []
    for places, value in rows:
        for i, j in places:
            start[i, j] += float(value) / len(places)
        pairs = sorted({(min(i, j), max(i, j)) for i, j in places})
        for i, j in pairs[1:]:
            move = np.zeros((size, size))
            for (k, m), c in ((pairs[0], -1.0), ((i, j), 1.0)):
                weight = c if k == m else c / 2
                move[k, m] += weight
                move[m, k] += weight
            free.append(move)
    yield start
    if free and len(free) <= 250:
        yield from _center(start, free)


def _center(start: np.ndarray, free: list[np.ndarray]) -> Iterator[np.ndarray]:
    """Push up the least eigenvalue: Newton's method for -log det(G - s I) - r s, r growing."""
    size = len(start)
    moves = [*free, -np.eye(size)]
    t = np.zeros(len(moves))
    t[-1] = np.linalg.eigvalsh(start)[0] - 1.0
    stack = np.stack(moves)
    for weight in (1.0, 10.0, 100.0, 1e4, 1e6):
        for _ in range(40):
            g = start + np.tensordot(t, stack, 1)
            inverse = np.linalg.inv(g)
            shifted = np.einsum("ij,kjl->kil", inverse, stack)
            gradient = -np.einsum("kii->k", shifted)
            gradient[-1] -= weight
            curvature = np.einsum("kij,mji->km", shifted, shifted)
            step = np.linalg.lstsq(curvature, -gradient, rcond=None)[0]
            length = 1.0
            while length > 1e-12 and not _is_definite(
                start + np.tensordot(t + length * step, stack, 1)
            ):
                length /= 2
            t = t + 0.9 * length * step if length < 1.0 else t + step
            if float(np.abs(gradient @ step)) < 1e-12:
                break
        yield start + np.tensordot(t[:-1], stack[:-1], 1)


def _is_definite(g: np.ndarray) -> bool:
    try:
        np.linalg.cholesky(g)
    except np.linalg.LinAlgError:
        return False
    return True


def _repaired(rough: np.ndarray, rows: Rows, bottom: int) -> list[list[Fraction]]:
    """Return the matrix with entries k/bottom, then corrected to meet the constraints exactly."""
    size = len(rough)
    exact = [
        [Fraction(round((rough[i, j] + rough[j, i]) / 2 * bottom), bottom) for j in range(size)]
        for i in range(size)
    ]
    for places, value in rows:
        off = (value - sum((exact[i][j] for i, j in places), Fraction(0))) / len(places)
        for i, j in places:
            exact[i][j] += off
    return exact
