"""Sums with weights of a simplex: enclosed where the other factors lie, whatever the indices."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import prod
from random import Random

import pytest

from lossmith.expr.build import contract, symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import Interval, closed
from lossmith.expr.types import Assumptions

N = 3
SHARES = Assumptions(structure=frozenset({"simplex"}))
HOT = Assumptions(structure=frozenset({"onehot"}))
LEVELS = Assumptions(closed(2, 5))
ONE = Fraction(1)


def _row(hot: bool, rng: Random) -> list[Fraction]:
    first = rng.randrange(N)
    raw = [Fraction(k == first) if hot else Fraction(rng.randint(0, 4)) for k in range(N)]
    return [(q + ONE / N) / (sum(raw) + 1) if not hot else q for q in raw]


def _drawn(rng: Random):
    """Return (factor, its entries by index) for a random symbol on random indices."""
    kind = rng.choice(("simplex", "onehot", "rows", "levels"))
    labels = tuple(rng.sample(range(3), 2 if kind in ("onehot", "rows") else 1))
    a = {"simplex": SHARES, "onehot": HOT, "rows": SHARES, "levels": LEVELS}[kind]
    s = symbol(f"s{rng.randrange(10**9)}", ("n",) * len(labels), a)
    entries = {}
    for head in product(range(N), repeat=len(labels) - 1):
        row = (
            [Fraction(rng.randint(4, 10), 2) for _ in range(N)]
            if kind == "levels"
            else _row(kind == "onehot", rng)
        )
        entries |= {(*head, k): q for k, q in enumerate(row)}
    return (s, labels, Fraction(rng.choice((1, 1, 1, 2)))), entries


@pytest.mark.parametrize("seed", range(150))
def test_every_entry_lies_inside(seed: int) -> None:
    rng = Random(seed)
    drawn = [_drawn(rng) for _ in range(rng.randint(1, 4))]
    used = sorted({k for (_, labels, _), _ in drawn for k in labels})
    kept = rng.sample(used, rng.randint(0, len(used)))
    order = {k: i for i, k in enumerate([*kept, *(k for k in used if k not in kept)])}
    factors = [(s, tuple(order[k] for k in labels), p) for (s, labels, p), _ in drawn]
    box = enclosure(contract(factors, tuple(range(len(kept)))))
    for out in product(range(N), repeat=len(kept)):
        value = sum(
            prod(
                entries[tuple((*out, *inner)[k] for k in labels)] ** int(p)
                for (_, labels, p), (_, entries) in zip(factors, drawn, strict=True)
            )
            for inner in product(range(N), repeat=len(used) - len(kept))
        )
        assert box.has(Fraction(value))


def test_an_average_lies_where_its_values_lie() -> None:
    w, x = symbol("w", ("n",), SHARES), symbol("x", ("n",), LEVELS)
    assert enclosure(contract([(w, (0,), ONE), (x, (0,), ONE)], ())) == closed(2, 5)
    assert enclosure(contract([(w, (0,), ONE)], ())) == closed(1, 1)


def test_rows_that_are_summed_too_are_no_average() -> None:
    """The sum over i and j of P_ij Q_ji may be n: both sums at once are no average."""
    p, q = (symbol(name, ("n", "n"), SHARES) for name in "PQ")
    both = contract([(p, (0, 1), ONE), (q, (1, 0), ONE)], ())
    assert enclosure(both) == Interval(Fraction(0), None, False, True)
