"""Where a function of several numbers bends most: directions from second differences.

Nothing here is evidence: a direction only says where to try a segment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import atan2, cos, isfinite, sin
from random import Random

from lossmith.evidence.forms import Nested
from lossmith.evidence.witness import flat
from lossmith.expr.node import Symbol
from lossmith.prove.refutation.draw import nest, shape_of

Values = dict[Symbol, Nested]
Move = Mapping[Symbol, Sequence[Fraction]]
"""What is added to the entries of each symbol, in order."""

MOST = 10
"""Most independent moves that are looked at."""

FLAT = frozenset({"symmetric", "psd", "pd", "nonsingular"})
"""Sets that are flat around their inner points; what is nonsingular is there if it is pd."""
STEP = Fraction(1, 1 << 14)
UNEQUAL = (Fraction(1, 8), Fraction(1, 2), Fraction(1), Fraction(4))
FINE = 16
"""Directions are rounded to this part of their largest entry."""


def basis(block: Sequence[Symbol], sizes: Mapping[str, int]) -> list[Move] | None:
    """Return independent moves of the block inside the declared structures; None if unknown."""
    moves: list[Move] = []
    for s in block:
        a, shape = s.assumptions, shape_of(s, sizes)
        if a.values is not None or a.integer or not a.structure <= FLAT:
            return None
        count = 1
        for n in shape:
            count *= n
        for k in range(count):
            row = [Fraction(0)] * count
            row[k] = Fraction(1)
            if a.structure:
                i, j = divmod(k, shape[0])
                if i > j:
                    continue
                row[j * shape[0] + i] = Fraction(1)
            moves.append({s: row})
    return moves if 1 < len(moves) <= MOST else None


def moved(at: Values, move: Move, step: Fraction, sizes: Mapping[str, int]) -> Values:
    """Return the point moved by step times the move."""
    found = dict(at)
    for s, row in move.items():
        entries = [x + step * d for x, d in zip(flat(at[s]), row, strict=True)]
        found[s] = nest(entries, shape_of(s, sizes))
    return found


def shaped(at: Values, kind: int, rng: Random, sizes: Mapping[str, int]) -> Values:
    """Return the point, or one with one entry far larger than the others, or all nearly equal.

    Products of norms bend down near an axis or a diagonal alone.  Matrices see ``_squeezed``.
    """
    found = dict(at)
    for s, v in at.items() if kind else ():
        entries = flat(v)
        if s.assumptions.structure:
            entries = _squeezed(s, entries, shape_of(s, sizes)[0], kind, rng)
            found[s] = nest(entries, shape_of(s, sizes))
            continue
        if len(entries) < 2:
            continue
        if kind == 1:
            k = rng.randrange(len(entries))
            entries = [x if j == k else x / 50 for j, x in enumerate(entries)]
        else:
            entries = [entries[0] + x / 50 for x in entries]
        found[s] = nest(entries, shape_of(s, sizes))
    return found


def _squeezed(
    s: Symbol, entries: Sequence[Fraction], n: int, kind: int, rng: Random
) -> list[Fraction]:
    """Return a symmetric matrix with eigenvalues of one sign, and D M D for a psd matrix M.

    D is diagonal, of very different numbers: |inv(M) v|^2 bends down at unequal eigenvalues alone.
    """
    if s.assumptions.structure == {"symmetric"}:
        shift = (3 - 2 * kind) * sum(map(abs, entries), Fraction(1))
        return [x + shift * (k % (n + 1) == 0) for k, x in enumerate(entries)]
    d = [rng.choice(UNEQUAL) for _ in range(n)]
    return [x * d[k // n] * d[k % n] for k, x in enumerate(entries)]


def bends(
    value: Callable[[Values], float | None], at: Values, moves: list[Move], sizes: Mapping[str, int]
) -> Iterator[tuple[float, Move]]:
    """Yield (second derivative, direction) for the least and the largest, by differences.

    value: the function, None where it has no value.  Cost: about the square of the moves.
    """
    here = value(at)
    if here is None:
        return
    n = len(moves)
    table = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i, -1, -1):
            both = moves[i] if i == j else _joined(moves[i], moves[j])
            ends = [value(moved(at, both, step, sizes)) for step in (STEP, -STEP)]
            if ends[0] is None or ends[1] is None:
                return
            table[i][j] = (ends[0] + ends[1] - 2 * here) / float(STEP) ** 2
            if not isfinite(table[i][j]):
                return  # values beyond the largest float
    for i in range(n):
        for j in range(i):
            table[i][j] = table[j][i] = (table[i][j] - table[i][i] - table[j][j]) / 2
    found = _principal(table)
    for k in (min, max):
        size, vector = k(found, key=lambda pair: pair[0])
        yield size, _direction(vector, moves)


def _joined(a: Move, b: Move) -> Move:
    both = dict(a)
    for s, row in b.items():
        both[s] = [x + y for x, y in zip(both[s], row, strict=True)] if s in both else row
    return both


def _direction(vector: Sequence[float], moves: list[Move]) -> Move:
    """Return the combination of the moves, rounded to small fractions."""
    largest = max(abs(x) for x in vector) or 1.0
    total: Move = {}
    for x, move in zip(vector, moves, strict=True):
        c = Fraction(round(FINE * x / largest), FINE)
        total = _joined(total, {s: [c * d for d in row] for s, row in move.items()})
    return total


def _principal(table: list[list[float]]) -> list[tuple[float, list[float]]]:
    """Return (eigenvalue, eigenvector) pairs of a symmetric table, by Jacobi rotations."""
    n = len(table)
    a = [row[:] for row in table]
    v = [[float(i == j) for j in range(n)] for i in range(n)]
    for _ in range(8):
        for p in range(n):
            for q in range(p + 1, n):
                angle = atan2(2 * a[p][q], a[p][p] - a[q][q]) / 2
                c, s = cos(angle), sin(angle)
                for row in (*a, *v):
                    row[p], row[q] = c * row[p] + s * row[q], c * row[q] - s * row[p]
                for k in range(n):
                    a[p][k], a[q][k] = c * a[p][k] + s * a[q][k], c * a[q][k] - s * a[p][k]
    return [(a[k][k], [row[k] for row in v]) for k in range(n)]
