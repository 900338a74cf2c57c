"""Exact polynomials of random formulas, compared with the values of the formulas themselves."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numeric import value
from random_products import SIZES, formula, named, points, product

from lossmith.evidence.arithmetic.polynomial import (
    Expansion,
    Polynomial,
    TooLarge,
    coefficients,
    expand,
    gram_of_quadratic,
    hessian_of_quadratic,
    is_polynomial,
    is_psd,
    plus,
    same,
)
from lossmith.expr.build import add, const, delta, multiply, power, scale, total, transpose
from lossmith.expr.node import Expr
from lossmith.expr.sets import POSITIVE
from lossmith.expr.walk import depends_on

X, Y, P = named("x", 0, 2), named("y", 0, 2), named("p", 0, 2, POSITIVE)
W, U = named("w", 1, 2), named("u", 1, 2)
LEAVES = (X, X, Y, P, const(2), total(W), total(power(W, 2)), total(multiply(W, U)))
NAMES = ("exp", "exp", "sigmoid", "softplus", "sin", "abs")
SEEDS = range(6)


def _read(p: Polynomial, at: Any) -> float:
    """Return the value of a polynomial from those of its generators."""
    found = 0.0
    with np.errstate(all="ignore"):
        for m, c in p.items():
            own = np.float64(c)
            for (g, k), q in m:
                own *= _root(value(g, at, SIZES)[k], q)
            found += own
    return found


def _root(x: float, q: Fraction) -> float:
    """Return x^q, real for odd denominators."""
    if q.denominator % 2 == 0 or q.denominator == 1:
        return np.float64(x) ** float(q)
    return np.sign(x) ** (q.numerator % 2) * np.abs(x) ** float(q)


def _close(a: Any, b: Any) -> bool:
    """Return whether values agree; what is huge, or no number, agrees with anything."""
    if not np.isfinite(a) or not np.isfinite(b) or max(abs(a), abs(b)) > 1e6:
        return True
    return bool(abs(a - b) <= 1e-7 * (1 + abs(a)))


def _formulas(seed: int, count: int) -> Iterator[Expr]:
    draw = random.Random(seed)
    for _ in range(count):
        if draw.random() < 0.3:
            yield product(draw, draw.choice((0, 1, 2)), 3, dim=2)
        else:
            yield formula(draw, LEAVES, draw.choice((1, 2, 3, 3)), NAMES)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_expansion_has_the_values_of_its_formula(seed: int) -> None:
    told = 0
    for e in _formulas(seed, 70):
        for wide in (False, True):
            try:
                found = Expansion(exponential=wide, most=300).expand(e)
            except TooLarge:
                continue
            told += 1
            for at in points(e, seed, 3):
                wanted = value(e, at, SIZES)
                for k, p in found.items():
                    assert _close(_read(p, at), wanted[k]), e
    assert told > 40


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_not_equal_is_not_called_so(seed: int) -> None:
    made = [e for e in _formulas(seed, 60) if not e.shape]
    for a, b in zip(made, made[1:] + made[:1], strict=True):
        both = Expansion(exponential=seed % 2 == 0, most=300)
        for c in (0, 1):
            try:
                left, right = both.expand(a)[()], both.expand(add((c, b), shape=()))[()]
                zero = both.is_zero(plus([(Fraction(1), left), (Fraction(-1), right)]))
            except TooLarge:
                continue
            e = add(a, (-c, b))
            apart = [at for at in points(e, seed, 4) if not _close(value(e, at, SIZES), 0.0)]
            assert not (apart and zero), e


BASES = (
    *(power(X, Fraction(q)) for q in ("2", "4", "3", "1/3", "-1", "-2")),
    *(multiply(X, Y), multiply(P, X), multiply(power(X, 2), Y), multiply(power(X, -2), P)),
    *(scale(4, power(X, 2)), scale(-3, X), scale(4, P)),
    *(power(P, 2), add(X, Y), power(total(W), 2)),
    # One term only once they are multiplied out: 2 x, x^2, x y, x^2 y, 2 x^2, 1/x, x y^2.
    *(
        add(
            multiply(t, power(add(P, const(1)), 2)),
            (-1, multiply(t, P, P)),
            (-2, multiply(t, P)),
            (c - 1, t),
        )
        for t, c in (
            *((X, 2), (power(X, 2), 1), (multiply(X, Y), 1), (multiply(power(X, 2), Y), 1)),
            *((power(X, 2), 2), (power(X, -1), 1), (multiply(X, power(Y, 2)), 1)),
        )
    ),
)


@pytest.mark.parametrize(
    "p", ["1/2", "1/3", "-1/2", "3/2", "1/4", "2/3", "-1", "-2", "2", "12", "13"]
)
def test_powers_of_one_term_have_the_values_of_the_power(p: str) -> None:
    for base in BASES:
        e = power(base, Fraction(p))
        found = expand(e)[()]
        for at in points(e, 1, 6):
            assert _close(_read(found, at), value(e, at, SIZES)), base


def test_psd_matrices_are_told_by_their_minors() -> None:
    draw = random.Random(3)
    for _ in range(400):
        a, b, c, d, e, g = (Fraction(draw.choice((-1, 0, 0, 1, 2, 4)), 3) for _ in range(6))
        pairs = (a * d - b * b, a * g - c * c, d * g - e * e)
        det = a * (d * g - e * e) - b * (b * g - e * c) + c * (b * e - d * c)
        m = [[a, b, c], [b, d, e], [c, e, g]]
        assert is_psd(m) is (min(a, d, g, *pairs, det) >= 0)
        assert is_psd(m, definite=True) is (min(a, pairs[0], det) > 0)


ONE = const(1)
SUM = add(X, Y)
OVER = power(SUM, -1)


@pytest.mark.parametrize(
    ("e", "vanishes"),
    [
        (add(multiply(power(SUM, -1), SUM), (-1, ONE)), True),
        (add(multiply(power(SUM, -1), X), multiply(power(SUM, -1), Y), (-1, ONE)), True),
        (add(multiply(power(SUM, -2), X), multiply(power(SUM, -2), Y), (-1, OVER)), True),
        (add(multiply(power(SUM, -2), X), multiply(OVER, Y), (-1, OVER)), False),
        (add(multiply(OVER, X), (-1, multiply(OVER, Y))), False),
        (add(multiply(OVER, add(power(X, 2), (2, multiply(X, Y)), power(Y, 2))), (-1, ONE)), False),
        (add(multiply(OVER, X), (-1, X)), False),
        (add(multiply(power(SUM, Fraction(1, 2)), X), (-1, X)), False),
        (add(power(SUM, Fraction(1, 2)), (-1, power(SUM, Fraction(-1, 2)))), False),
        (add(power(add(ONE, OVER), -1), (-1, multiply(SUM, power(add(SUM, ONE), -1)))), True),
        (add(power(add(ONE, OVER), -1), (-1, multiply(X, power(add(SUM, ONE), -1)))), False),
    ],
)  # fmt: skip
def test_what_vanishes_once_it_is_cleared_of_denominators(e: Expr, vanishes: bool) -> None:
    both = Expansion()
    assert both.is_zero(both.expand(e)[()]) is vanishes
    assert same(e, const(0)) is vanishes


V, Z = (named(name, 1, "d") for name in ("v", "z"))
M = named("M", 2, 2)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (V, Z),
        (delta("d"), const(1, ("d", "d"))),
        (total(V), total(Z)),
        (power(total(V), 2), total(power(V, 2))),
        (total(multiply(V, V, V)), power(total(V), 3)),
        (const(1, (2,)), const(1, (3,))),
        (M, transpose(M)),
    ],
)
def test_what_has_no_entries_or_other_entries_is_not_called_equal(a: Expr, b: Expr) -> None:
    assert not same(a, b)


def _quadratics(seed: int) -> Iterator[Expr]:
    draw = random.Random(seed)
    first = (X, Y, total(W), P, const(3))
    also = (power(W, 2), multiply(W, U))
    for _ in range(40):
        terms: list[Any] = []
        for _ in range(draw.choice((1, 2, 3, 4))):
            parts = [draw.choice(first) for _ in range(draw.choice((0, 1, 2, 2)))]
            t = multiply(const(1), *parts) if draw.random() < 0.8 else total(draw.choice(also))
            terms.append((Fraction(draw.choice((1, -2, 3)), draw.choice((1, 2))), t))
        if draw.random() < 0.3:
            terms.append((1, formula(draw, LEAVES, 2, NAMES)))
        yield add(*terms, shape=())


@pytest.mark.parametrize("seed", SEEDS)
def test_matrices_of_quadratics_are_theirs(seed: int) -> None:
    told = 0
    for e in _quadratics(seed):
        for wrt in ((X,), (X, Y), (X, W), (P, X, Y)):
            gram, bent = gram_of_quadratic(e, wrt), hessian_of_quadratic(e, wrt)
            told += (gram is not None) + (bent is not None)
            for at in points(e, seed, 2):
                own = {s: at.get(s, np.ones(s.shape)) for s in wrt}
                x = np.concatenate([np.ravel(own[s]) for s in wrt])
                if gram is not None:
                    z, g = np.append(x, 1.0), np.array(gram, dtype=float)
                    assert (g == g.T).all(), e
                    assert _close(z @ g @ z, value(e, at | own, SIZES)), e
                if bent is not None:
                    step = {s: np.full(own[s].shape, 0.5 + k) for k, s in enumerate(wrt)}
                    v = np.concatenate([np.ravel(step[s]) for s in wrt]) / 4
                    ends = [
                        value(e, at | {s: own[s] + c * step[s] / 4 for s in wrt}, SIZES)
                        for c in (1, 0, -1)
                    ]
                    second = ends[0] - 2 * ends[1] + ends[2]
                    h = np.array(bent, dtype=float)
                    size = np.abs(ends).max()
                    assert (h == h.T).all(), e
                    assert size > 1e5 or _close(v @ h @ v, second), e
    assert told > 40


@pytest.mark.parametrize("seed", SEEDS)
def test_coefficients_and_polynomials_are_what_they_are_called(seed: int) -> None:
    draw = random.Random(seed)
    for _ in range(60):
        e = formula(draw, (X, X, X, const(2), P), 3, ("exp", "abs"))
        c = coefficients(e, X)
        for at in points(e, seed, 3):
            if c is not None:
                x = at.get(X, 0.0)
                read = sum(float(q) * x**k for k, q in enumerate(c))
                assert _close(read, value(e, at, SIZES)), e
        if is_polynomial(e, (X,)) and depends_on(e, (X,)):
            try:
                (p,) = expand(e).values()
            except TooLarge:
                continue
            for (g, _), q in {f for m in p for f in m if depends_on(f[0][0], (X,))}:
                # Powers beyond the twelfth are not multiplied out.
                assert q > 0, e
                assert q.denominator == 1, e
                assert g is X or is_polynomial(g, (X,)), e
