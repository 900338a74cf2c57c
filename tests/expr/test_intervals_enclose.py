"""Interval arithmetic against samples, with exact ends."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st
from strategies import exponents, intervals, members, rationals

from lossmith.atoms.number import is_nan, power, rational
from lossmith.expr.sets import Interval, integer_root, point, root_bounds
from lossmith.properties.property import outside


@given(st.data())
def test_sums_and_products_enclose_all_results(data):
    a, b = data.draw(intervals()), data.draw(intervals())
    x, y, c = data.draw(members(a)), data.draw(members(b)), data.draw(rationals)
    assert (a + b).has(x + y)
    assert (a * b).has(x * y)
    assert (-a).has(-x)
    assert a.scale(c).has(c * x)
    assert a.hull(b).has(x)
    assert a.hull(b).has(y)
    assert a.meet(b).has(x) == b.has(x)


@given(st.data(), exponents)
def test_powers_enclose_all_results(data, p):
    a = data.draw(intervals())
    x = data.draw(members(a))
    value = power(rational(x), p)
    if not is_nan(value):
        assert outside(value, a.power(p)) is None


@given(st.data())
def test_within_is_inclusion(data):
    a, b = data.draw(intervals()), data.draw(intervals())
    x = data.draw(members(a))
    if a.within(b):
        assert b.has(x)
        assert a.meet(b) == a
    assert a.meet(b).within(a)
    assert a.within(a.hull(b))


def test_ends_that_are_not_reached_stay_open():
    assert Interval(Fraction(0), None, True, True) * point(2) == Interval(Fraction(0), None)
    assert (Interval(Fraction(0), Fraction(1)) + point(1)).lo_open
    assert Interval(Fraction(-1), Fraction(2)).power(Fraction(2)) == Interval(
        Fraction(0), Fraction(4), False, True
    )
    # 0 times anything finite is 0, and it is reached.
    assert (point(0) * Interval()).has(0)


@given(
    st.fractions(min_value=0, max_value=10**6, max_denominator=10**6),
    st.fractions(min_value=Fraction(1, 50), max_value=5, max_denominator=50),
)
@example(Fraction(2), Fraction(10_000_001, 10_000_000))  # once took for ever
@example(Fraction(1, 3), Fraction(999_999_937, 10**9))
@example(Fraction(27, 8), Fraction(2, 3))
@example(Fraction(0), Fraction(1, 7))
@example(Fraction(10**300), Fraction(1, 1001))
def test_root_bounds_bracket_the_root(x, p):
    below, above = root_bounds(x, p)
    value = power(rational(x), p)
    assert outside(value, Interval(below, above, False, False)) is None
    assert above - below <= abs(above) * Fraction(p.numerator + 1, 2**38)


@given(st.integers(0, 10**60), st.integers(1, 9))
def test_integer_root_is_the_largest(n, q):
    r = integer_root(n, q)
    assert r**q <= n < (r + 1) ** q


@given(st.integers(2, 10**60), st.integers(200, 10**30))
def test_a_root_of_long_order_is_one_at_once(n: int, q: int) -> None:
    assert integer_root(n, q | 1) == 1


@given(st.integers(1, 10**12), st.integers(1, 12), st.sampled_from((-1, 0, 1)))
def test_an_integer_root_is_right_beside_perfect_powers(r: int, q: int, off: int) -> None:
    expected = r - 1 if off < 0 else r
    assert integer_root(r**q + off, q) == (expected if q > 1 else r + off)
