"""Constants of curvature of random losses, compared with the eigenvalues of their Hessians.

The Hessian is taken by second differences, in doubles: no eigenvalue may exceed L in size, and none
may be below m.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numeric import value
from random_products import (
    SIZES,
    form,
    matrices,
    named,
    pairings,
    points,
    product,
    scalars,
    vectors,
)

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.enclose import is_structured
from lossmith.evidence.arithmetic.linear import psd_form
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature import constants
from lossmith.expr.atom import Fact, Where
from lossmith.expr.build import (
    add,
    apply,
    broadcast,
    const,
    contract,
    matmul,
    multiply,
    power,
    scale,
    total,
)
from lossmith.expr.node import Contract, Expr, Symbol, apply_node
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import closed
from lossmith.expr.walk import depends_on

X, W, U, V = (named(n, r, "d") for n, r in (("x", 0), ("w", 1), ("u", 1), ("v", 2)))
M, S, Q = matrices("d")[0], matrices("d")[1], matrices("d")[4]
Z, H, B = vectors("d")[0], vectors("d")[3], matrices("d")[5]
SIGNS = vectors("d")[5]
KINDS = ("strong", "smooth")
SEEDS = range(3)
ROOM = 2e-3


def hessian(e: Expr, wrt: Sequence[Symbol], at: dict[Symbol, Any], step: float) -> Any:
    """Return all second differences of e in the entries of the block."""
    start = np.concatenate([np.ravel(at[s]) for s in wrt])
    n = len(start)

    def f(x: Any) -> float:
        k, own = 0, dict(at)
        for s in wrt:
            size = np.size(at[s])
            own[s] = x[k : k + size].reshape(np.shape(at[s]))
            k += size
        return value(e, own, SIZES)

    unit = np.eye(n) * step
    found = np.empty((n, n))
    for i in range(n):
        for j in range(i + 1):
            a, b = unit[i], unit[j]
            corners = f(start + a + b) - f(start + a - b) - f(start - a + b) + f(start - a - b)
            found[i, j] = found[j, i] = corners / (4 * step**2)
    return found


def obeys(
    e: Expr, wrt: Sequence[Symbol], told: dict[str, Expr], seed: int, *, exact: bool = False
) -> None:
    """Assert that the curvature of e lies within the constants, at points of its data."""
    assert not any(c.shape for c in told.values())
    whole = add(e, *((0, s) for s in wrt if not s.shape))
    for at in points(whole, seed, 3) if told else ():
        draw = random.Random(seed)
        for s in wrt:
            # What bends most bends at 0, and all else is near.
            size = draw.choice((0.02, 1.0))
            at[s] = size * at[s] if s in at else np.zeros([SIZES[d] for d in s.shape])
        with np.errstate(all="ignore"):
            bent = hessian(e, wrt, at, 1.0 if exact else 1e-3)
            bounds = {kind: value(c, at, SIZES) for kind, c in told.items()}
        if not np.isfinite(bent).all() or np.abs(bent).max() > 1e5:
            continue
        found = np.linalg.eigvalsh(bent)
        room = ROOM * (1 + np.abs(found).max())
        if "smooth" in bounds:
            assert np.abs(found).max() <= bounds["smooth"] + room
        if "strong" in bounds:
            assert found[0] >= bounds["strong"] - room


def _arguments(draw: random.Random) -> Expr:
    """Return what a loss is a function of: affine in some block, mostly."""
    xw = matmul(M, W)
    made: tuple[Callable[[], Expr], ...] = (
        lambda: W,
        lambda: xw,
        lambda: xw,
        lambda: add((draw.choice((1, 2)), xw), (-1, Z)),
        lambda: multiply(SIGNS, xw),
        lambda: multiply(draw.choice(vectors("d")), W),
        lambda: multiply(draw.choice(vectors("d")), xw),
        lambda: multiply(draw.choice(scalars("d")), xw),
        lambda: matmul(draw.choice((S, Q)), W),
        lambda: add(W, U),
        lambda: add(xw, (-2, matmul(S, U))),
        lambda: multiply(W, U),
        lambda: multiply(X, W),
        lambda: matmul(V, W),
        lambda: matmul(V, Z),
        lambda: add((draw.choice((1, 3)), V), (-1, M)),
        lambda: matmul(matmul(M, V), S),
        lambda: matmul(Z, W),
        lambda: add((3, X), const(1)),
        lambda: multiply(X, draw.choice(scalars("d"))),
        lambda: multiply(X, total(SIGNS)),
        lambda: matmul(SIGNS, xw),
        lambda: broadcast(X, ("d",)),
        lambda: total(W),
        lambda: contract([(V, (0, 0), 1)], (0,)),
        lambda: power(W, 2),
        lambda: add(multiply(X, W), U),
        lambda: add(contract([(V, (0, 1), 1), (M, (0, 1), 1)], (0,)), W),
        lambda: add(contract([(V, (0, 1), 1), (S, (1, 0), 1)], (0,)), scale(2, U)),
    )
    return draw.choice(made)()


CARDS = ("softplus", "softplus", "cosh", "cosh", "sin", "exp", "huber", "abs", "relu")


def _bent(draw: random.Random, u: Expr) -> Expr:
    """Return phi(u), entry by entry."""
    if draw.random() < 0.35:
        return power(u, draw.choice((2, 2, 2, 1, 3)))
    card = draw.choice(CARDS)
    if card == "huber":
        return apply(ATOMS["huber"], u, const(draw.choice((1, 2)), u.shape))
    return power(apply(ATOMS[card], u), draw.choice((1, 1, 1, 1, 1, 3)))


def _weighted(draw: random.Random, inner: Expr) -> Expr:
    """Return a sum over the entries, with weights of numbers, vectors or matrices."""
    axes = tuple(range(len(inner.shape)))
    factors: list[Any] = [(inner, axes, 1)]
    if draw.random() < 0.4:
        factors.append((draw.choice(scalars("d")), (), draw.choice((1, 1, 2, -1))))
    if draw.random() < 0.5 and axes:
        p = draw.choice((1, 1, 1, 2, -1))
        factors.append((draw.choice((*vectors("d")[:6], vectors("d")[8])), (draw.choice(axes),), p))
    if draw.random() < 0.1 and axes:
        beside = draw.choice((M, S, B, B, H))
        factors.append((beside, (draw.choice(axes), 7)[-len(beside.shape) :], 1))
    return contract(factors, ())


def _losses(seed: int) -> Iterator[Expr]:
    draw = random.Random(seed)
    for u in (W, matmul(M, W), V):
        # Weights > 0 without a bound: m is read off the weighted matrix.
        weights = vectors("d")[1], (0,), draw.choice((1, 2, -1))
        for phi in (power(u, 2), apply(ATOMS["cosh"], u)):
            factors = [(phi, tuple(range(len(u.shape))), 1), weights]
            yield contract(factors, ())
            yield contract([*factors, (scalars("d")[0], (), 1)], ())
            yield total(power(phi, 3))
    soft, back = (apply(ATOMS["softplus"], scale(c, W)) for c in (1, -1))
    for u, v in ((W, scale(3, W)), (matmul(M, W), matmul(S, W)), (scale(Fraction(1, 3), W), W)):
        yield add(*(total(apply(ATOMS["softplus"], side)) for side in (u, v)))
    yield add(total(multiply(vectors("d")[2], soft)), total(multiply(vectors("d")[2], back)))
    yield add(multiply(scalars("d")[0], total(soft)), multiply(X, X, total(back)))
    for first, second in itertools.combinations_with_replacement(("sin", "softplus", "normpdf"), 2):
        both = apply(ATOMS[first], W), apply(ATOMS[second], scale(-1, W))
        yield add(total(both[0]), (Fraction(1, 8), total(both[1])))
        yield total(power(both[0], 3))
    for _ in range(16):
        u = _arguments(draw)
        yield _weighted(draw, _bent(draw, u))
        # Several functions of one argument, with weights that may add to a constant.
        sides = [scale(draw.choice((1, 1, -1)), u) for _ in range(2)]
        if draw.random() < 0.15:
            sides[1] = next(v for v in map(_arguments, [draw] * 99) if v.shape == u.shape)
        w = draw.choice((*vectors("d"), *scalars("d"))) if len(u.shape) == 1 else scalars("d")[0]
        first = multiply(w, _bent(draw, sides[0]))
        other = draw.choice((w, add((-1, w), (draw.choice((0, 1, 2)), const(1, w.shape)))))
        second = multiply(draw.choice((other, scalars("d")[0])), _bent(draw, sides[1]))
        c = draw.choice((1, 1, 2, -1, Fraction(1, 2)))
        whole = add(total(first), (c, total(second)))
        yield whole
        yield multiply(draw.choice(scalars("d")), whole)


BLOCKS = ((W,), (U,), (X,), (V,), (W, U), (X, W), (V, W), (W, U, X), (V, U))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_hessian_of_a_loss_lies_within_its_constants(seed: int) -> None:
    told = 0
    for e in _losses(seed):
        for wrt in BLOCKS:
            if not any(depends_on(e, (s,)) for s in wrt):
                continue
            found = {kind: constants.loss(kind, e, wrt, enclosure) for kind in KINDS}
            known = {kind: c for kind, c in found.items() if c is not None}
            if known:
                told += 1
                obeys(e, wrt, known, seed)
    assert told > 8


def test_a_bound_on_part_of_the_line_or_of_another_argument_is_none() -> None:
    quarter = closed(0, Fraction(1, 4))
    part = Fact("second_slope_in", (Where(closed(0, 1)),), quarter)
    other = Fact("second_slope_in", (), quarter, arg=1)
    for name, fact, args in (("softplus", part, (X,)), ("huber", other, (X, const(1)))):
        card = replace(ATOMS[name], name="part", facts=(fact,))
        assert constants.loss("smooth", apply_node(card, args, ()), (X,), enclosure) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_vector_has_no_constant(kind: str) -> None:
    for e in (power(W, 2), apply(ATOMS["softplus"], W), multiply(Z, power(W, 2))):
        assert constants.loss(kind, e, (W,), enclosure) is None
        found = Claim(kind, total(power(W, 2)), (W,), None, const(2))
        assert constants.scaled(multiply(Z, found.expr), found, enclosure) is None


@pytest.mark.parametrize("seed", SEEDS)
def test_the_matrix_of_a_form_lies_within_its_constants(seed: int) -> None:
    draw, told = random.Random(seed), 0
    for _ in range(110):
        e = form(draw, changed=0.1)
        n = len(e.factors) if isinstance(e, Contract) else 1
        for p in pairings(n):
            rows = [tuple(map(Fraction, row)) for row in p]
            try:
                shown = psd_form(e, rows, lambda a: is_structured(a, "psd"), enclosure)
            except (IndexError, ValueError):
                continue
            for wrt in ((W,), (V,), (X,), (W, V)) if shown is not None else ():
                if not all(depends_on(e, (s,)) for s in wrt):
                    continue
                found = {k: constants.quadratic(k, e, shown, wrt, enclosure) for k in KINDS}
                known = {kind: c for kind, c in found.items() if c is not None}
                told += bool(known)
                obeys(e, wrt, known, seed, exact=True)
    assert told > 2


@pytest.mark.parametrize("seed", SEEDS)
def test_constants_of_entries_and_of_multiples_are_theirs(seed: int) -> None:
    draw, told = random.Random(seed), 0
    inner = (total(power(W, 2)), scale(-1, total(power(W, 2))), total(power(matmul(M, W), 2)))
    bowls = ((const(2), const(2)), (const(-2), const(2)), (const(0), None))
    for _ in range(12):
        u = _arguments(draw)
        c = draw.choice((*scalars("d"), const(0), const(1), const(Fraction(1, 2))))
        e = multiply(c, total(power(u, 2)), const(Fraction(1, 2)))
        for wrt in BLOCKS:
            if any(depends_on(e, (s,)) for s in wrt) and constants._parts(u, wrt) is not None:
                found = {k: constants.entrywise(k, c, u, wrt, enclosure) for k in KINDS}
                known = {kind: b for kind, b in found.items() if b is not None}
                told += bool(known)
                obeys(e, wrt, known, seed, exact=True)
        f, (low, high) = draw.choice(tuple(zip(inner, bowls, strict=True)))
        times = product(draw, 0, 2)
        for e in (multiply(times, f), multiply(times, f, draw.choice(scalars("d"))), times):
            known = {}
            for kind, bound in (("strong", low), ("smooth", high)):
                found = constants.scaled(e, Claim(kind, f, (W,), None, bound), enclosure)
                known |= {} if found is None else {kind: found}
            told += bool(known)
            if depends_on(e, (W,)):
                obeys(e, (W,), known, seed, exact=True)
    assert told > 8
