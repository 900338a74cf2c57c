"""The sign of an expression over a common denominator is that of its exact values."""

from __future__ import annotations

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.errors import ShapeError
from lossmith.evidence.arithmetic.enclose import from_ball
from lossmith.evidence.arithmetic.inertia import signs_of_eigenvalues
from lossmith.evidence.arithmetic.signs import sign_of
from lossmith.evidence.lines.difference import values_at
from lossmith.expr.build import add, const, multiply, power
from lossmith.expr.node import Expr
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, closed, point
from lossmith.text.parse import parse

DECLARE = "x: scalar; y: scalar; p: scalar > 0; r: scalar > 2"

BOTH_SIGNS = (
    "3/(1 + x^2) - 2/sqrt(1 + x^2)",  # a half power of a sum beside a whole one
    "3/(1 + x^2)^(2/3) - 2/(1 + x^2)^(1/3)",
    "3/r - 1",
    "2/(1 + x^2) - 1",
    "3/(2 + x^2) - 1",
    "1/p - 1",
    "1/p^2 - 1/p",
    "sqrt(p) - p",
    "exp(x) - exp(2*x)",
    "1/(1 + exp(x)) - 1/3",
    "sigmoid(x) - 1/3",
    "x^3*p/(1 + x^2)^2 - 1/(1 + x^2)",
    "x*(1 + x + y + p + x*y + x*p + y*p)^8",  # more terms than are multiplied out
    "(x^2)^(1/2) - x^2",
    "(x^2 + y^2)^(1/2) - x^2 - y^2",
    "2*(x*y)^2 - x^2",
    "x^2*y^2 - x*y",
    "exp(x) - exp(y)",  # the arguments in no order
    "tanh(x + p) - 2*tanh(x)",  # not one number times both
    "exp(-x^2) - exp(-(x + p)^2)",
    "cos(x + p) - cos(x)",  # no monotone card
    "trigamma(p) - trigamma(p + x^2) - 1",
    "abs(x + p) - abs(x)",
)


@pytest.mark.parametrize("text", BOTH_SIGNS)
def test_what_takes_both_signs_is_given_none(text):
    e = parse(text, declare=DECLARE).expr
    found = sign_of(e, {})
    assert not found.within(NONNEGATIVE)
    assert not found.within(NONPOSITIVE)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("1/p - 1/(1 + p)", POSITIVE),
        ("x^2 + 2*x*y + y^2 + 1 - 2*x*y", POSITIVE),
        ("x/(1 + x^2) - x/(1 + x^2) + 1", POSITIVE),
        ("1 - exp(x)/(1 + exp(x))", POSITIVE),
        ("exp(2*x)/(1 + exp(x)) - exp(x)", NEGATIVE),
        ("(1 - x)*(1 + x) - 1", NONPOSITIVE),
    ],
)
def test_a_sign_shows_after_what_is_shared_is_cleared(text, where):
    e = parse(text, declare=DECLARE).expr
    assert sign_of(e, {}).within(where)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("trigamma(p) - trigamma(p + x^2)", NONNEGATIVE),
        ("tanh(x + p) - tanh(x)", NONNEGATIVE),
        ("3*exp(-x - p) - 3*exp(-x)", NONPOSITIVE),
        ("digamma(p) - digamma(p + r) - 1", NONPOSITIVE),
        ("log(r) - log(r + p)", NONPOSITIVE),
        ("exp(r) - exp(r + p) + tanh(x) - tanh(x + p)", NONPOSITIVE),
    ],
)
def test_a_monotone_function_of_ordered_arguments_keeps_their_order(text, where):
    assert sign_of(parse(text, declare=DECLARE).expr, {}).within(where)


def test_entries_of_a_vector_are_not_its_square():
    e = parse("sum(v)^2 - sum(v.^2)", declare="v: vector(2)").expr
    with pytest.raises(ShapeError):
        sign_of(e, {})


terms = st.tuples(
    st.integers(-3, 3),
    st.sampled_from([Fraction(k, 2) for k in range(-4, 5)]),
    st.sampled_from([Fraction(k, 2) for k in range(-4, 5)]),
    st.integers(0, 3),
)


@given(st.lists(terms, min_size=1, max_size=4), st.integers(-6, 6), st.integers(1, 8))
def test_a_sign_holds_at_every_point(rows, at, over):
    x, p = (parse(name, declare=DECLARE).expr for name in "xp")
    grown = add((1, const(1)), (1, power(x, 2)))
    e: Expr = add(
        *((c, multiply(power(grown, a), power(p, b), power(x, k))) for c, a, b, k in rows), shape=()
    )
    known = sign_of(e, {})
    here = {x: Fraction(at, 3), p: Fraction(over, 4)}
    flat = values_at(e, here, {}, 200)  # type: ignore[arg-type]
    assert flat is not None
    value = from_ball(flat[0])
    if known.within(POSITIVE):
        assert value.hi is None or value.hi > 0
    if known.within(NEGATIVE):
        assert value.lo is None or value.lo < 0
    if known.within(NONNEGATIVE):
        assert value.hi is None or value.hi >= 0
    if known.within(NONPOSITIVE):
        assert value.lo is None or value.lo <= 0


def test_a_wide_interval_off_the_diagonal_hides_a_sign():
    wide, one, none = closed(-2, 2), point(1), point(0)
    assert signs_of_eigenvalues([[one, none, none], [none, one, wide], [none, wide, one]]) is None
    assert signs_of_eigenvalues([[one, wide], [wide, one]]) is None
    near = closed(Fraction(-1, 4), Fraction(1, 4))
    rows = [[one, none, none], [none, one, near], [none, near, one]]
    assert signs_of_eigenvalues(rows) == (3, 0)


def test_a_tiny_eigenvalue_keeps_its_sign_in_any_order():
    third, tiny = Fraction(1, 3), Fraction(1, 10**15)
    rows = [[1, third, 0], [third, third**2 - tiny, 0], [0, 0, 1]]
    for order in permutations(range(3)):
        h = [[point(Fraction(rows[i][j])) for j in order] for i in order]
        assert signs_of_eigenvalues(h) in (None, (2, 1))
