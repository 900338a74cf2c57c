"""Exact values drawn for symbols, within everything declared of them; small numbers first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import prod
from random import Random

from lossmith.evidence.forms import Nested
from lossmith.expr.node import Symbol
from lossmith.expr.types import Assumptions

ONE = Fraction(1)
SCALES = tuple(
    Fraction(s)
    for s in (
        "1", "1", "1", "2", "1/2", "3", "5", "1/4", "10", "1/10", "30", "100", "1/100", "1/1000",
        "1/10000", "1/1000000", "1/100000000",
    )
)  # fmt: skip


def shape_of(s: Symbol, sizes: Mapping[str, int]) -> list[int]:
    """Return the numeric shape of a symbol."""
    return [d if isinstance(d, int) else sizes[d] for d in s.shape]


def draw(s: Symbol, sizes: Mapping[str, int], scale: Fraction, rng: Random) -> Nested:
    """Return a value of the symbol: entries of about ``scale``, inside its declared set."""
    shape = shape_of(s, sizes)
    a = s.assumptions
    structure = a.structure
    if structure & {"psd", "pd", "symmetric", "diagonal", "orthogonal", "nonsingular"}:
        return _matrix(a, shape[0], scale, rng)
    if "onehot" in structure:
        return _rows(shape, lambda n: _onehot(n, rng))
    if "simplex" in structure:
        return _rows(shape, lambda n: _simplex(n, rng))
    return nest([entry(a, scale, rng) for _ in range(prod(shape))], shape)


def entry(a: Assumptions, scale: Fraction, rng: Random) -> Fraction:
    """Return one admitted number of about this scale."""
    if a.values is not None:
        return rng.choice(a.values)
    lo, hi = a.interval.lo, a.interval.hi
    if lo is not None and hi is not None:
        steps = 8 if scale >= Fraction(1, 10) else int(4 / scale)
        x = lo + (hi - lo) * Fraction(rng.randint(0, steps), steps)
        if not a.interval.has(x):
            x = (lo + hi) / 2
    else:
        size = scale * Fraction(rng.randint(0, 6), rng.choice((1, 1, 2)))
        if lo is not None:
            x = lo + size
        elif hi is not None:
            x = hi - size
        else:
            x = size * rng.choice((-1, 1))
        if not a.interval.has(x):
            x = (lo + scale) if lo is not None else (hi or Fraction(0)) - scale
    return Fraction(round(x)) if a.integer else x


def nest(flat: Sequence[Nested], shape: Sequence[int]) -> Nested:
    """Return a flat list as nested tuples of this shape."""
    if not shape:
        return flat[0]
    step = len(flat) // shape[0]
    return tuple(nest(flat[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0]))


def _rows(shape: Sequence[int], make: Callable[[int], tuple[Fraction, ...]]) -> Nested:
    if len(shape) == 1:
        return make(shape[0])
    return tuple(_rows(shape[1:], make) for _ in range(shape[0]))


def _onehot(n: int, rng: Random) -> tuple[Fraction, ...]:
    hot = rng.randrange(n)
    return tuple(Fraction(k == hot) for k in range(n))


def _simplex(n: int, rng: Random) -> tuple[Fraction, ...]:
    weights = [rng.randint(1, 9) for _ in range(n)]
    return tuple(Fraction(w, sum(weights)) for w in weights)


def _matrix(a: Assumptions, n: int, scale: Fraction, rng: Random) -> Nested:
    """Return a square matrix of the declared structure (entry bounds are checked by the caller)."""
    free = Assumptions()

    def number() -> Fraction:
        return entry(free, scale, rng)

    if a.has("orthogonal"):
        order = rng.sample(range(n), n)
        signs = [rng.choice((-1, 1)) for _ in range(n)]
        return tuple(
            tuple(Fraction(signs[i] * (order[i] == j)) for j in range(n)) for i in range(n)
        )
    if a.has("diagonal"):
        rows = [[number() if i == j else Fraction(0) for j in range(n)] for i in range(n)]
        if a.has("psd"):
            rows = [[abs(q) for q in r] for r in rows]
    elif a.has("psd"):
        g = [[Fraction(rng.randint(-2, 2)) for _ in range(n)] for _ in range(n)]
        rows = [
            [scale * sum((g[k][i] * g[k][j] for k in range(n)), Fraction(0)) for j in range(n)]
            for i in range(n)
        ]
    else:
        rows = [[number() for _ in range(n)] for _ in range(n)]
    if a.has("symmetric"):
        rows = [[rows[min(i, j)][max(i, j)] for j in range(n)] for i in range(n)]
    if a.has("pd") or a.has("nonsingular"):
        tilt = scale * Fraction(1, rng.choice((1, 2, 10)))
        rows = [[q + tilt * (i == j) for j, q in enumerate(r)] for i, r in enumerate(rows)]
    return tuple(tuple(r) for r in rows)
