"""Random tensor products, sums of them and formulas of numbers, the same in every run."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from numeric import drawn

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.expr.build import add, apply, const, contract, delta, multiply, power, symbol
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, Interval, closed
from lossmith.expr.types import Assumptions, Dim
from lossmith.expr.walk import symbols

SIZES = {"d": 2}
POWERS = (1, 1, 1, 1, 1, 2, -1, 3)


@cache
def named(name: str, rank: int, dim: Dim, inside: Interval | None = None, word: str = "") -> Symbol:
    """Return a symbol with this many axes of one size."""
    known = Assumptions(inside or Interval(), structure=frozenset({word} - {""}))
    return symbol(name, (dim,) * rank, known)


@cache
def scalars(dim: Dim) -> tuple[Expr, ...]:
    """Return numbers of known and of unknown sign."""
    near = closed(Fraction(-1, 2), 3)
    sets = {"lam": NONNEGATIVE, "neg": NEGATIVE, "most": NONPOSITIVE, "free": None, "near": near}
    return (*(named(name, 0, dim, inside) for name, inside in sets.items()), const(3))


@cache
def vectors(dim: Dim) -> tuple[Expr, ...]:
    """Return vectors with entries of known and of unknown size."""
    sets = {
        "z": None,
        "b": POSITIVE,
        "m": closed(-2, 1),
        "h": closed(Fraction(1, 2), Fraction(3, 4)),
        "k": NONPOSITIVE,
    }
    one = Fraction(1)
    most = named("n", 1, dim, closed(-1, None))
    signs = symbol("s", (dim,), Assumptions(values=(-one, one)))
    zeros = symbol("o", (dim,), Assumptions(values=(-one, 0 * one, one)))
    return (
        *(named(name, 1, dim, i) for name, i in sets.items()),
        signs,
        zeros,
        const(1, (dim,)),
        most,
    )


@cache
def matrices(dim: Dim) -> tuple[Expr, ...]:
    """Return square matrices of every structure."""
    words = {"M": "", "S": "symmetric", "A": "psd", "P": "pd", "Q": "orthogonal"}
    own = tuple(named(name, 2, dim, None, word) for name, word in words.items())
    return (*own, named("B", 2, dim, closed(-1, 2)), delta(dim), delta(dim))


def product(
    draw: random.Random, rank: int, most: int, also: Sequence[Expr] = (), dim: Dim = "d"
) -> Expr:
    """Return a random product of this rank, each axis carried by some factor."""
    square = matrices(dim)
    pool = (scalars(dim), vectors(dim), vectors(dim), square, square, square)
    chosen = [draw.choice(draw.choice(pool)) for _ in range(draw.randrange(1, most + 1))]
    factors: list[Any] = []
    for f in (*chosen, *also):
        labels = tuple(draw.randrange(rank + draw.choice((0, 1, 2)) or 1) for _ in f.shape)
        fixed = f in also or f in square
        factors.append((f, labels, 1 if fixed else draw.choice(POWERS)))
    carried = {k for _, ls, _ in factors for k in ls}
    factors += [(const(1, (dim,)), (k,), 1) for k in range(rank) if k not in carried]
    return contract(factors, tuple(range(rank)))


def chain(draw: random.Random) -> Expr:
    """Return a product of two to four matrices, with vectors on some of the indices."""
    square = (*matrices("d")[:6], named("V", 2, "d"))
    path = [0, *range(2, 1 + draw.choice((2, 3, 4))), 1]
    factors: list[Any] = []
    for i, j in itertools.pairwise(path):
        for _ in range(draw.choice((1, 1, 2))):
            ends = (i, j) if draw.random() < 0.6 else (j, i)
            factors.append((draw.choice(square), ends, 1))
    for _ in range(draw.choice((0, 1, 2))):
        factors.append((draw.choice(vectors("d")), (draw.choice(path),), draw.choice((1, 1, 2))))
    draw.shuffle(factors)
    return contract(factors, (0, 1))


def unit(draw: random.Random, pairs: int) -> Expr:
    """Return a number times a product of unit tensors."""
    labels = list(range(2 * pairs))
    draw.shuffle(labels)
    ends = zip(labels[::2], labels[1::2], strict=True)
    factors = [(delta("d"), pair, 1) for pair in ends]
    return add((draw.choice((1, -3)), contract(factors, tuple(range(2 * pairs)))))


@cache
def sides() -> tuple[tuple[tuple[Expr, tuple[int, ...]], ...], ...]:
    """Return products q with a free index 0, one that is summed, 2, and one held fixed, 4."""
    x, w, v = named("x", 0, "d"), named("w", 1, "d"), named("v", 2, "d")
    m, s, _, _, q, *_ = matrices("d")
    z, b, *_ = vectors("d")
    return (
        ((w, (0,)),),
        ((m, (0, 2)), (w, (2,))),
        ((s, (0, 2)), (w, (2,))),
        ((b, (0,)), (w, (0,))),
        ((v, (0, 4)),),
        ((m, (0, 2)), (v, (2, 4))),
        ((x, ()), (z, (0,))),
        ((q, (0, 2)), (w, (2,))),
        ((v, (0, 2)), (w, (2,))),
        ((w, (0,)), (w, (4,))),
        ((v, (4, 0)), (z, (4,))),
        ((m, (0, 4)),),
        ((s, (0, 4)), (z, (4,))),
        ((m, (0, 2)),),
        ((s, (0, 2)), (m, (2, 4))),
    )


def form(draw: random.Random, *, outer: bool = False, changed: float = 0.0) -> Expr:
    """Return a weighted sum of q'Kq, or the matrix of which 0 and 1 are the axes.

    changed: how often one factor or one index is another.
    """
    square, numbers = matrices("d"), scalars("d")
    side, middle = draw.choice(sides()), draw.choice(((), (0,), (0,), (0, 0), (0, 2), (2,)))
    left = [(f, ls, draw.choice((1, 1, 1, 1, 3))) for f, ls in side]
    other = {0: 1 if middle or outer else 0, 2: 3, 4: 4}
    right = [(f, tuple(other[k] for k in ls), p) for f, ls, p in left]
    turned = [(f, ls[::-1] if draw.random() < 0.25 else ls, p) for f, ls, p in right]
    factors: list[Any] = [*left, *turned]
    for k in middle:
        ends = (k, k + 1) if draw.random() < 0.7 else (k + 1, k)
        factors.append(
            (square[draw.choice((1, 2, 2, 3, 3))], ends, draw.choice((1, 1, 1, 1, 2, -1)))
        )
    if draw.random() < 0.4:
        factors.append((draw.choice(numbers), (), 1))
    if draw.random() < 0.2:
        factors.append((draw.choice(vectors("d")[1:6]), (draw.choice((0, 1, 2, 4)),), 1))
    if draw.random() < changed:
        k = draw.randrange(len(factors))
        f, ls, p = factors[k]
        if draw.random() < 0.6:
            ls = tuple(draw.randrange(5) if draw.random() < 0.5 else i for i in ls)
        else:
            pool = (*numbers, *vectors("d"), *square, named("w", 1, "d"), named("v", 2, "d"))
            f = draw.choice([g for g in pool if g.shape == f.shape])
        factors[k] = f, ls, p
    carried = {k for _, ls, _ in factors for k in ls}
    out = (0, 1) if outer else ()
    factors += [(const(1, ("d",)), (k,), 1) for k in out if k not in carried]
    return contract(factors, out)


def pairings(n: int) -> Iterator[tuple[tuple[int, int, int], ...]]:
    """Yield lists of mirrored factors of n, sensible or not."""
    rows = [(i, j, t) for i in range(n) for j in range(n) if i != j for t in (0, 1)]
    yield ()
    yield from ((r,) for r in rows)
    if n < 7:
        two = itertools.combinations(rows, 2)
        yield from (p for p in two if len({*p[0][:2], *p[1][:2]}) == 4 and p[0][0] < p[0][1])
    yield from (
        ((0, 1, 0), (1, 0, 0)),
        ((0, 1, 0), (0, 2, 0)),
        ((0, 1, 0), (2, 1, 0)),
        ((0, n, 0),),
        ((-1, 0, 0),),
    )


def formula(draw: random.Random, leaves: Sequence[Expr], depth: int, names: Sequence[str]) -> Expr:
    """Return a random formula of numbers: sums, products, powers and these cards."""
    if not depth or draw.random() < 0.15:
        return draw.choice(leaves)
    parts = [formula(draw, leaves, depth - 1, names) for _ in range(draw.choice((1, 2, 2)))]
    kind = draw.randrange(5)
    try:
        if kind == 0 and names:
            return apply(ATOMS[draw.choice(names)], parts[0])
        if kind <= 2:
            return add(*((draw.choice((1, -1, 2, Fraction(1, 2))), p) for p in parts))
        if kind == 3:
            return multiply(*parts)
        return power(parts[0], Fraction(draw.choice(EXPONENTS)))
    except LossmithError:
        return draw.choice(leaves)  # it has no value anywhere


EXPONENTS = ("2", "2", "3", "-1", "-1", "1/2", "-1/2", "1/3", "2/3", "3/2", "-2", "13")


def points(e: Expr, seed: int, count: int) -> Iterator[dict[Symbol, Any]]:
    """Yield values of the symbols of e."""
    draw = random.Random(seed)
    for _ in range(count):
        yield {s: drawn(draw, s, SIZES) for s in sorted(symbols(e), key=lambda s: s.name)}
