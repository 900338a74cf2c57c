"""Random points at which a formula is tried: exact rationals that meet what is declared.

Draws come from a seeded generator handed in by the caller, so every run sees the same points.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any, cast

from lossmith.expr.node import Expr, Symbol
from lossmith.expr.types import Assumptions, Shape
from lossmith.expr.walk import postorder

Nested = Any  # a Fraction, or a list of nested lists
Table = dict[tuple[int, ...], Fraction]

_GRID = 1 << 11


def letters_of(roots: Iterable[Expr]) -> list[str]:
    """Return the letters that occur as sizes, in alphabetical order."""
    found = {d for e in postorder(*roots) for d in e.shape if isinstance(d, str)}
    return sorted(found)


def draw_sizes(letters: list[str], attempt: int) -> dict[str, int]:
    """Return small sizes, mostly distinct; another order at each attempt."""
    ladder = (3, 2, 4, 5)
    shift = attempt % len(ladder)
    return {x: ladder[(k + shift) % len(ladder)] for k, x in enumerate(reversed(letters))}


def extent_of(shape: Shape, sizes: dict[str, int]) -> tuple[int, ...]:
    """Return a shape in numbers."""
    return tuple(sizes[d] if isinstance(d, str) else d for d in shape)


def draw_value(s: Symbol, sizes: dict[str, int], rng: Random) -> Nested:
    """Return a random value of the symbol that meets its declaration."""
    extent = extent_of(s.shape, sizes)
    a = s.assumptions
    table = {key: _entry(a, rng) for key in _keys(extent)}
    if len(extent) == 2 and extent[0] == extent[1]:
        table = _square(table, extent[0], a, rng)
    if a.has("onehot"):
        table = _onehot(extent, rng)
    elif a.has("simplex"):
        table = _simplex(extent, rng)
    return nested(table, extent)


def draw_direction(s: Symbol, sizes: dict[str, int], rng: Random) -> Nested:
    """Return a random change of the symbol, every entry by itself."""
    extent = extent_of(s.shape, sizes)
    table = {key: _spread(rng) for key in _keys(extent)}
    return nested(table, extent)


def _spread(rng: Random) -> Fraction:
    """Return a dyadic number in (-2, 2), never 0."""
    k = rng.randrange(1, 2 * _GRID)
    return Fraction(k if rng.random() < 0.5 else -k, _GRID)


def _entry(a: Assumptions, rng: Random) -> Fraction:
    if a.values is not None:
        return rng.choice(a.values)
    lo, hi = a.interval.lo, a.interval.hi
    if lo is not None and hi is not None:
        value = lo + (hi - lo) * Fraction(rng.randrange(1, _GRID), _GRID)
    elif lo is not None:
        value = lo + Fraction(rng.randrange(1, 2 * _GRID), _GRID)
    elif hi is not None:
        value = hi - Fraction(rng.randrange(1, 2 * _GRID), _GRID)
    else:
        value = _spread(rng)
    if a.integer:
        whole = Fraction(round(value * 3))
        return whole if a.interval.has(whole) else Fraction(_whole_in(a))
    return value


def _whole_in(a: Assumptions) -> int:
    """Return a whole number of the interval, near its ends."""
    lo, hi = a.interval.lo, a.interval.hi
    start = int(lo) - 1 if lo is not None else int(hi or 0) - 2
    return next((k for k in range(start, start + 5) if a.interval.has(k)), start)


def _square(table: Table, n: int, a: Assumptions, rng: Random) -> Table:
    """Return a square matrix with the declared structure."""
    every = range(n)
    if a.has("orthogonal"):
        # A Householder reflection is orthogonal and rational.
        v: list[Fraction] = [_spread(rng) for _ in every]
        norm = sum(x * x for x in v)
        return {(i, j): int(i == j) - 2 * v[i] * v[j] / norm for i in every for j in every}
    if a.has("diagonal"):
        shift = 3 if a.has("pd") or a.has("nonsingular") else 0
        table = {(i, j): table[i, j] + shift if i == j else Fraction(0) for i, j in table}
        return {key: abs(x) for key, x in table.items()} if a.has("psd") else table
    if a.has("psd"):
        gram = {
            (i, j): sum((table[i, k] * table[j, k] for k in every), Fraction(0)) for i, j in table
        }
        return {(i, j): x / 4 + (1 if i == j else 0) for (i, j), x in gram.items()}
    if a.has("symmetric"):
        table = {(i, j): table[min(i, j), max(i, j)] for i, j in table}
    if a.has("nonsingular"):
        table = {(i, j): x + (4 * n if i == j else 0) for (i, j), x in table.items()}
    return table


def _onehot(extent: tuple[int, ...], rng: Random) -> Table:
    hot = {row: rng.randrange(extent[-1]) for row in _keys(extent[:-1])}
    return {key: Fraction(int(hot[key[:-1]] == key[-1])) for key in _keys(extent)}


def _simplex(extent: tuple[int, ...], rng: Random) -> Table:
    raw = {key: Fraction(rng.randrange(1, 64)) for key in _keys(extent)}
    sums: dict[tuple[int, ...], Fraction] = {}
    for key, x in raw.items():
        sums[key[:-1]] = sums.get(key[:-1], Fraction(0)) + x
    return {key: x / sums[key[:-1]] for key, x in raw.items()}


def _keys(extent: tuple[int, ...]) -> list[tuple[int, ...]]:
    return list(product(*(range(n) for n in extent)))


def nested(table: Table, extent: tuple[int, ...]) -> Nested:
    """Return a table of entries as nested lists."""
    level: list[Nested] = [table[key] for key in _keys(extent)]
    for n in reversed(extent):
        level = [level[k : k + n] for k in range(0, len(level), n)]
    return level[0]


def moved(value: Nested, direction: Nested, h: Fraction) -> Nested:
    """Return value + h * direction."""
    if not isinstance(value, list):
        return value + h * direction
    rows = zip(cast("list[Nested]", value), direction, strict=True)
    return [moved(v, d, h) for v, d in rows]
