"""Ball evaluation: enclosures hold the truth, exact numbers stay exact, refusals are clear."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from random import Random

import pytest
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st
from strategies import SHAPES, SIZES, formulas, rationals, values_of

from lossmith.atoms import network
from lossmith.atoms.ball_matrix import (
    determinant,
    eigenvalues,
    inverse,
    singular_values,
    spectral_norm,
)
from lossmith.atoms.meaning import entries, evaluate, evaluate_exactly, precision
from lossmith.atoms.network import Indexed, contracted
from lossmith.atoms.number import as_ball, entry, is_nan
from lossmith.atoms.table import ATOMS, CARDS
from lossmith.errors import ShapeError, UsageError
from lossmith.expr import build
from lossmith.expr.node import Comparison

x, s = build.symbol("x", ("n",)), build.symbol("s")
A = build.symbol("A", ("n", "n"))


@given(st.data())
def test_coarse_balls_hold_the_fine_ones(data):
    e = data.draw(st.sampled_from(SHAPES).flatmap(formulas))
    values = data.draw(values_of(e))
    coarse = entries(evaluate(e, values, SIZES, bits=40))
    fine = entries(evaluate(e, values, SIZES, bits=700))
    for wide, narrow in zip(coarse, fine, strict=True):
        # More digits may define what was too wide to tell, never the other way round.
        assert is_nan(wide) or (not is_nan(narrow) and wide.overlaps(narrow))


@given(st.data())
def test_wide_balls_as_arguments_hold_all_their_points(data):
    e = data.draw(formulas(()))
    values = data.draw(values_of(e))
    scalars = [k for k in values if not k.shape]
    wide = {**values, **{k: arb(entry(values[k]), 0.25) for k in scalars}}
    inside = {**values, **{k: values[k] + Fraction(1, 5) for k in scalars}}
    around, at = evaluate(e, wide, SIZES), evaluate(e, inside, SIZES)
    if not is_nan(around) and not is_nan(at):
        assert around.overlaps(at)


def test_rational_arithmetic_is_exact_and_decides_ties():
    third = Fraction(1, 3)
    tie = build.select(
        [((Comparison(build.subtract(s, build.const(third)), "=="),), s)], build.const(7)
    )
    assert evaluate_exactly(tie, {s: third}) == fmpq(1, 3)
    norm = build.apply(ATOMS["norm2"], x)
    assert evaluate_exactly(norm, {x: [third, third * 2, third * 2]}) == fmpq(1)
    assert evaluate_exactly(build.apply(ATOMS["max"], s, build.const(third)), {s: third}) == fmpq(
        1, 3
    )
    assert evaluate_exactly(build.apply(ATOMS["exp"], s), {s: 0}) == fmpq(1)


def test_an_undecided_choice_is_the_hull_of_its_branches():
    # sin(s)^2 + cos(s)^2 - 1 is 0, which no ball can tell.
    square = [build.power(build.apply(ATOMS[n], s), 2) for n in ("sin", "cos")]
    nothing = build.add(*square, (-1, build.const(1)))
    e = build.select([((Comparison(nothing, ">"),), build.const(5))], build.const(2))
    value = evaluate(e, {s: 1})
    assert value.contains(5)
    assert value.contains(2)
    pole = build.power(build.subtract(s, build.const(1)), -1)
    broken = build.select([((Comparison(nothing, ">"),), pole)], build.const(2))
    assert is_nan(evaluate(broken, {s: 1}))


def test_what_is_undefined_is_nan_and_stays_nan():
    log = ATOMS["log"]
    for e in (
        build.apply(log, s),
        build.power(s, Fraction(1, 2)),
        build.select([((Comparison(build.apply(log, s), ">"),), s)], build.const(2)),
        build.apply(ATOMS["relu"], build.apply(log, s)),
        build.apply(ATOMS["max"], build.apply(log, s), build.const(0)),
        build.apply(ATOMS["sign"], build.apply(log, s)),
        build.apply(ATOMS["tanh"], build.apply(log, s)),
    ):
        assert is_nan(evaluate(e, {s: -1}))
    assert is_nan(evaluate(build.power(s, -1), {s: 0}))
    assert is_nan(evaluate(build.apply(ATOMS["inv"], A), {A: [[1, 2], [2, 4]]})[0][0])
    assert is_nan(evaluate(build.apply(ATOMS["logdet"], A), {A: [[0, 1], [1, 0]]}))
    assert is_nan(evaluate(s, {s: float("inf")}))


def test_only_the_branch_that_is_meant_has_to_be_defined():
    e = build.select([((Comparison(s, ">"),), build.apply(ATOMS["log"], s))], build.const(3))
    assert evaluate(e, {s: -1}) == 3


def test_precision_is_restored_even_after_an_error():
    before = ctx.prec
    with pytest.raises(UsageError):
        evaluate(build.add(s, build.symbol("q")), {s: 1}, bits=300)
    assert ctx.prec == before
    with precision(77):
        assert ctx.prec == 77
    assert ctx.prec == before


def test_missing_values_sizes_and_wrong_shapes_are_refused():
    with pytest.raises(UsageError):
        evaluate(s, {})
    with pytest.raises(UsageError):
        evaluate(build.size_of("k"), {})
    for bad in ([[1, 2]], 3, [], [1, [2]]):
        with pytest.raises(ShapeError):
            evaluate(build.total(x), {x: bad})
    with pytest.raises(ShapeError):
        evaluate(build.matmul(A, x), {A: [[1, 2], [3, 4]], x: [1, 2, 3]})
    with pytest.raises(ShapeError):
        evaluate(build.total(x), {x: [1, 2]}, {"n": 3})


def _balls(a):
    return [[arb(entry(v)) for v in row] for row in a]


square_matrices = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.lists(rationals, min_size=n, max_size=n), min_size=n, max_size=n)
)


@given(square_matrices)
def test_inverse_and_determinant_agree_with_the_definition(a):
    with precision(200):
        exact = determinant([[entry(v) for v in row] for row in a])
        assert determinant(_balls(a)).overlaps(arb(exact))
        if exact == 0:
            return
        b = inverse(_balls(a))
        n = range(len(a))
        for i in n:
            for j in n:
                total = sum((entry(a[i][k]) * b[k][j] for k in n), arb(0))
                assert total.overlaps(arb(int(i == j)))


@given(square_matrices, st.integers(0, 3))
def test_eigenvalues_have_the_right_trace_squares_and_multiplicity(a, repeats):
    n = len(a)
    a = [[a[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)]
    # A block of equal eigenvalues, which no isolating method may count wrongly.
    size = n + repeats
    big = [
        [a[i][j] if i < n and j < n else Fraction(2 * (i == j)) for j in range(size)]
        for i in range(size)
    ]
    with precision(160):
        values = eigenvalues(_balls(big))
        assert sum(values, arb(0)).overlaps(
            sum((arb(entry(big[i][i])) for i in range(size)), arb(0))
        )
        squares = sum((arb(entry(v * v)) for row in big for v in row), arb(0))
        assert sum((v * v for v in values), arb(0)).overlaps(squares)
        assert sum(v.contains(2) for v in values) >= repeats
        product = arb(1)
        for v in values:
            product *= v
        assert product.overlaps(determinant(_balls(big)))
        assert all(v.rad() < 1e-20 * (1 + abs(v.mid())) for v in values)


@given(st.lists(st.lists(rationals, min_size=3, max_size=3), min_size=2, max_size=2))
def test_singular_values_square_to_the_gram_matrix(a):
    with precision(160):
        values = singular_values(_balls(a))
        assert len(values) == 2
        squares = sum((arb(entry(v * v)) for row in a for v in row), arb(0))
        assert sum((v * v for v in values), arb(0)).overlaps(squares)
        gram = [
            [sum((entry(p * q) for p, q in zip(r, t, strict=True)), fmpq(0)) for t in a] for r in a
        ]
        assert (values[0] * values[1]) ** 2 - determinant(gram) < 1e-30
        assert (values[0] * values[0] * values[1] * values[1]).overlaps(arb(determinant(gram)))


@pytest.mark.parametrize("card", [c for c in CARDS if c.overflows], ids=lambda card: card.name)
def test_overflow_begins_where_it_is_said(card):
    largest = Fraction(1.7976931348623157e308)
    e = build.apply(card, s)
    for box in card.overflows:
        for end in (box.lo, box.hi):
            if end is None:
                continue
            away = Fraction(1, 100)
            sides = [end - away, end + away]
            over = [bool(abs(evaluate(e, {s: p})) > entry(largest)) for p in sides]
            assert over == [box.has(p) for p in sides]


@given(st.integers(0, 10**6), st.booleans())
def test_a_sum_as_a_product_of_matrices_is_the_sum_term_by_term(seed, exact):
    draw = Random(seed)
    extents = {0: draw.randint(1, 3), 1: draw.randint(1, 3), 2: draw.randint(1, 4)}

    def factor(labels):
        count = prod(extents[k] for k in labels)
        data = [entry(Fraction(draw.randint(-9, 9), draw.randint(1, 5))) for _ in range(count)]
        data = data if exact else [as_ball(x) / 3 for x in data]
        return Indexed(labels, tuple(extents[k] for k in labels), data)

    factors = [factor((2, 0)), factor((1, 2)), factor((2,))]
    plain = contracted(factors, (0, 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(network, "_MANY", 0)
        fast = contracted(factors, (0, 1))
    assert len(plain) == len(fast)
    for x, y in zip(plain, fast, strict=True):
        assert x == y if exact else as_ball(x).overlaps(as_ball(y))


@given(st.integers(1, 7), st.integers(1, 7), st.integers(1, 3), st.integers(0, 10**6))
def test_the_spectral_norm_is_the_largest_singular_value_at_any_rank(n, m, rank, seed):
    draw = Random(seed)
    left = [[draw.randint(-3, 3) for _ in range(rank)] for _ in range(n)]
    right = [[draw.randint(-3, 3) for _ in range(m)] for _ in range(rank)]
    columns = list(zip(*right, strict=True))
    a = [[sum(p * q for p, q in zip(r, c, strict=True)) for c in columns] for r in left]
    with precision(128):
        balls = _balls([[Fraction(x) for x in row] for row in a])
        norm = spectral_norm(balls)
        assert norm.overlaps(singular_values(balls)[-1])
        assert norm.rad() < 1e-15
