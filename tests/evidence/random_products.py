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
    sets = {"lam": NONNEGATIVE, "neg": NEGATIVE, "most": NONPOSITIVE, "free": None}
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
    signs = symbol("s", (dim,), Assumptions(values=(-one, one)))
    zeros = symbol("o", (dim,), Assumptions(values=(-one, 0 * one, one)))
    return (*(named(name, 1, dim, i) for name, i in sets.items()), signs, zeros, const(1, (dim,)))


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


def form(draw: random.Random, *, outer: bool = False) -> Expr:
    """Return a product made of mirrored factors and matrices between, mostly with one change."""
    numbers, columns, square = scalars("d"), vectors("d"), matrices("d")
    w, v = named("w", 1, "d"), named("v", 2, "d")
    mirror = {0: 1, 1: 0} if outer else {}
    first = 2 if outer else 0
    mirror |= {first: first + 1, first + 1: first, first + 2: first + 2}
    mirror |= {first + 3: first + 4, first + 4: first + 3}
    own = sorted(mirror)
    factors: list[Any] = []
    if outer:
        # Each end is carried by a factor on the left or by a matrix between.
        factors.append((draw.choice(square), (0, draw.choice(own[2:])), 1))
        f, (a, b), p = factors[0]
        factors.append((f, (mirror[a], mirror[b]), p))
    for _ in range(draw.choice((0, 1, 1, 1, 2))):
        f = draw.choice((w, w, v, square[0], square[1], columns[0], numbers[3]))
        labels = tuple(draw.choice(own[2 * outer :]) for _ in f.shape)
        p = draw.choice((1, 1, 1, 3))
        factors += [(f, labels, p), (f, tuple(mirror[k] for k in labels), p)]
    for _ in range(draw.choice((0, 0, 1, 1, 2))):
        k = draw.choice([k for k in own if mirror[k] != k])
        factors.append((draw.choice(square[1:4]), (k, mirror[k]), 1))
    for _ in range(draw.choice((0, 0, 1))):
        f = draw.choice((*columns, *numbers[:4], square[5]))
        factors.append((f, tuple(draw.choice((first + 2, *own)) for _ in f.shape), 1))
    if factors and draw.random() < 0.6:
        k = draw.randrange(len(factors))
        f, labels, p = factors[k]
        if draw.random() < 0.7:
            labels = tuple(draw.choice(own) if draw.random() < 0.5 else i for i in labels)
        else:
            same = [g for g in (w, v, *columns, *square, *numbers) if g.shape == f.shape]
            f, p = draw.choice(((draw.choice(same), p), (f, 2)))
        factors[k] = f, labels, p
    carried = {k for _, ls, _ in factors for k in ls}
    factors += [(const(1, ("d",)), (k,), 1) for k in range(first) if k not in carried]
    return contract(factors, tuple(range(first)))


def pairings(n: int) -> Iterator[tuple[tuple[int, int, int], ...]]:
    """Yield lists of mirrored factors of n, sensible or not."""
    rows = [(i, j, t) for i in range(n) for j in range(n) if i != j for t in (0, 1)]
    yield ()
    yield from ((r,) for r in rows)
    if n < 6:
        two = itertools.combinations(rows, 2)
        yield from (p for p in two if len({*p[0][:2], *p[1][:2]}) == 4)
    yield from (((0, 1, 0), (1, 0, 0)), ((0, 1, 0), (0, 2, 0)), ((0, n, 0),), ((-1, 0, 0),))


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
