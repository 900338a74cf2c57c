"""What is said of tensor products holds of random ones: linear parts, gains, least gains, forms.

Each answer is compared with the matrix itself, in doubles: |A v| <= G |v| with the largest singular
value of A, |A v|^2 >= g |v|^2 with the least one, a form with its values, a psd product with its
eigenvalues.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numeric import value
from random_products import (
    SIZES,
    chain,
    form,
    matrices,
    named,
    pairings,
    points,
    product,
    scalars,
    unit,
    vectors,
)

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.enclose import is_structured
from lossmith.evidence.arithmetic.linear import gain, least_gain_squared, linear_part, psd_form
from lossmith.expr.build import add, apply, contract
from lossmith.expr.node import Contract, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import depends_on

SMALL = 1e-9
W, V = named("w", 1, "d"), named("v", 2, "d")
FREE = scalars("d")[3]


def matrix(a: Expr, split: int, at: dict[Symbol, Any]) -> Any:
    """Return A as a matrix from the axes behind the split to those before it."""
    n = SIZES["d"]
    return value(a, at, SIZES).reshape(n**split, n ** (len(a.shape) - split))


def _tensors(seed: int) -> Iterator[tuple[Expr, int]]:
    draw = random.Random(seed)
    for _ in range(120):
        rank = draw.choice((0, 1, 2, 2, 2, 3, 4))
        a = product(draw, rank, draw.choice((1, 2, 3, 4)))
        if draw.random() < 0.15:
            a = add((draw.choice((-2, 1)), a), (Fraction(1, 2), product(draw, rank, 2)))
        for split in range(rank + 1):
            yield a, split
        yield chain(draw), 1
    # Three axes of one group: an index that both of two matrices hold is not summed.
    for f, g in itertools.product(matrices("d")[:3], repeat=2):
        a = contract([(f, (0, 1), 1), (g, (1, 2), 1)], (0, 1, 2))
        yield from ((a, split) for split in (1, 2))
    for k in (1, 2, 2, 3):
        a = unit(draw, k)
        for split in range(2 * k + 1):
            yield a, split


SEEDS = range(3)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_matrix_stretches_more_or_less_than_is_said(seed: int) -> None:
    told = 0
    for a, split in _tensors(seed):
        most, least = gain(a, split, enclosure), least_gain_squared(a, split)
        if most is None and least is None:
            continue
        told += 1
        assert all(g is None or not g.shape for g in (most, least))
        for at in points(a, seed, 2):
            m = matrix(a, split, at)
            if not np.isfinite(m).all():
                continue
            found = np.linalg.svd(m, compute_uv=False)
            room = SMALL * (1 + found[0] ** 2)
            if most is not None:
                assert found[0] <= value(most, at, SIZES) + room, (a, split)
            if least is not None:
                seen = found[-1] if m.shape[0] >= m.shape[1] else 0
                assert seen**2 >= value(least, at, SIZES) - room, (a, split)
    assert told > 50


@pytest.mark.parametrize("seed", SEEDS)
def test_a_linear_part_gives_the_change_of_the_value(seed: int) -> None:
    draw, told = random.Random(seed), 0
    for _ in range(120):
        w = draw.choice((W, W, V))
        e = product(draw, draw.choice((0, 1, 1, 2)), 2, (w,) * draw.choice((0, 1, 1, 1, 1, 2)))
        if draw.random() < 0.4:
            also = product(draw, len(e.shape), 2, draw.choice(((), (w,))))
            e = add((draw.choice((-2, 1)), e), (Fraction(1, 3), also))
        if draw.random() < 0.3:
            e = contract([(e, tuple(range(len(e.shape))), 1), (FREE, (), 1)], ())
        if draw.random() < 0.1:
            e = apply(ATOMS["sin"], e)
        try:
            part = linear_part(e, w)
        except ValueError:
            assert depends_on(e, (w,))
            continue
        told += part is not None
        assert (part is None) is not depends_on(e, (w,))
        if part is None:
            continue
        for at in points(add(e), seed, 2):
            step = np.array([[0.5, -2.0], [1.0, 3.0]])[0 if w is W else slice(None)]
            before, after = value(e, at, SIZES), value(e, at | {w: at[w] + step}, SIZES)
            with np.errstate(invalid="ignore"):
                moved = after - before
            tilt = value(part, at, SIZES)
            if np.isfinite(tilt).all() and np.isfinite(moved).all():
                said = np.tensordot(tilt, step, step.ndim)
                assert np.allclose(said, moved, atol=SMALL * (1 + np.abs(tilt).max()) * 100)
    assert told > 20


def _is_psd(e: Expr) -> bool:
    return is_structured(e, "psd")


M, S = matrices("d")[:2]
Z = vectors("d")[0]
TRAPS: tuple[tuple[tuple[Expr, tuple[int, ...]], ...], ...] = (
    ((M, (0, 2)), (M, (1, 3)), (V, (1, 2)), (V, (0, 3))),  # tr(T T), not tr(T T')
    ((W, (0,)), (W, (1,)), (Z, (1,)), (Z, (2,))),
    ((W, (0,)), (W, (4,)), (W, (1,)), (Z, (1,))),
    *(
        ((f, (0, 2)), (W, (2,)), (f, ls), (W, (3,)), (k, (0, 1)))
        for f in (M, S)
        for ls in ((1, 3), (3, 1))
        for k in (S, *matrices("d")[2:4])
    ),
)


def _asked(seed: int) -> Iterator[tuple[Expr, bool]]:
    draw = random.Random(seed)
    for factors in TRAPS if seed == 0 else ():
        yield contract([(f, ls, 1) for f, ls in factors], ()), False
    for _ in range(160):
        outer = draw.random() < 0.4
        e = form(draw, outer=outer, changed=0.4)
        yield e, outer
        yield e, not outer


@pytest.mark.parametrize("seed", range(5))
def test_no_pairing_makes_a_product_psd_that_is_not(seed: int) -> None:
    told = 0
    for e, outer in _asked(seed):
        n = len(e.factors) if isinstance(e, Contract) else 1
        accepted = [p for p in pairings(n) if _told(e, p, outer=outer)]
        told += bool(accepted)
        for at in points(e, seed, 12 if seed else 40) if accepted else ():
            found = value(e, at, SIZES)
            if not np.isfinite(found).all():
                continue
            room = SMALL * (1 + np.abs(found).max())
            if not outer or not e.shape:
                assert found.min() >= -room, accepted[0]
            else:
                assert np.linalg.eigvalsh((found + found.T) / 2)[0] >= -room, accepted[0]
                assert np.abs(found - found.T).max() <= room, accepted[0]
    assert told > 8


@pytest.mark.parametrize("out", [(0,), (0, 1, 2)])
def test_what_is_no_matrix_is_no_psd_one(out: tuple[int, ...]) -> None:
    e = contract([(W, (0,), 1), (W, (1,), 1), (Z, (2,), 2)], out)
    n = len(e.factors) if isinstance(e, Contract) else 1
    assert not any(_told(e, p, outer=True) for p in pairings(n))


def _told(e: Expr, pairs: tuple[tuple[int, int, int], ...], *, outer: bool) -> bool:
    rows = [tuple(map(Fraction, p)) for p in pairs]
    try:
        return psd_form(e, rows, _is_psd, enclosure, outer=outer) is not None
    except (IndexError, ValueError):
        return False  # what raises is refused
