"""Signs of f'' of one variable: roots multiplied out, closed ends, dips below 0 at any scale."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.check import check
from lossmith.expr.build import const, multiply
from lossmith.expr.exponents import number_power
from lossmith.expr.node import Add, Expr, Symbol
from lossmith.expr.sets import opened, rational_root
from lossmith.expr.walk import postorder
from lossmith.prove.curvature.radicals import without_roots
from lossmith.prove.curvature.sign_forms import forms
from lossmith.prove.prover import curvature
from lossmith.prove.proving.completed import completed_forms
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.verdict import Verdict
from lossmith.prove.refutation.dips import dips
from lossmith.text.parse import parse


def verdict_of(text: str, declare: str = "") -> Verdict:
    f = parse(text, declare)
    return curvature(f.expr, (f.symbol("x"),), bare=True)


def second(text: str, declare: str = "") -> tuple[Expr, Symbol]:
    f = parse(text, declare)
    x = f.symbol("x")
    return derivative(derivative(f.expr, x), x), x


DIPS = (
    ("x^4 + x^3/1000000000", ""),
    ("(x - 1/3)^4 - (x - 1/3)^2/10^10", ""),
    ("(x - pi)^4 - x^2/10^12", ""),
    ("cosh(x) - x^2/2 - x^4/24 - x^4/10^11", ""),
    ("exp(x) - (1 + 1/10^11)*exp(1)*x^2/2", "x: scalar >= 1"),
    ("(x - 2)^6 - (x - 2)^4/10^8", "x: scalar in (1, 3)"),
)


@pytest.mark.parametrize(("text", "declare"), DIPS)
def test_a_dip_of_f_below_zero_is_found_at_its_own_scale(text: str, declare: str) -> None:
    found = verdict_of(text, declare)
    assert found.label == "neither"
    for witness in found.witnesses:
        check(witness)


def test_without_the_dip_the_same_formulas_are_proved_convex() -> None:
    assert verdict_of("(x - 1/3)^4 + (x - 1/3)^2/10^10").label == "convex"
    assert verdict_of("exp(x) - (1 - 1/10^11)*exp(1)*x^2/2", "x: scalar >= 1").label == "convex"


def test_a_turn_of_f_lies_between_points_of_opposite_slopes() -> None:
    slope, x = second("x^4/12 - x^2/10^8")
    grid = [Fraction(-1), Fraction(-1, 7), Fraction(1, 3), Fraction(2)]
    turns = dips(slope, x, grid)
    assert turns
    assert all(abs(t) < Fraction(1, 10**15) for t in turns)


ROOTS = (
    ("sqrt(x + 1) - sqrt(x)", "x: scalar > 0", "convex"),
    ("sqrt(x + 1) - sqrt(x)", "x: scalar >= 0", "convex"),
    ("(x + 2)^(3/2) - x^(3/2)", "x: scalar >= 0", "concave"),
    ("sqrt(2*x + 3) - sqrt(2*x)", "x: scalar > 0", "convex"),
    ("cosh(sqrt(x))", "x: scalar > 0", "convex"),
)


@pytest.mark.parametrize(("text", "declare", "label"), ROOTS)
def test_differences_of_roots_are_decided(text: str, declare: str, label: str) -> None:
    found = verdict_of(text, declare)
    assert (found.status, found.label) == ("proved", label)


@pytest.mark.parametrize(("text", "declare"), [r[:2] for r in ROOTS])
def test_every_form_of_a_sign_is_equal_to_it(text: str, declare: str) -> None:
    slope, x = second(text, declare)
    found = forms(slope, x)
    assert found
    assert all(same(slope, multiply(weight, core)) for weight, core in found)


def test_a_root_stays_where_the_signs_of_its_parts_do_not_show() -> None:
    f = parse("x - 1 + sqrt(x)", "x: scalar > 0")
    x = f.symbol("x")
    one = const(1)
    assert not list(without_roots(one, f.expr, {x: opened(0, None)}))
    below = parse("1/2 - sqrt(x + 1)", "x: scalar > 0")
    y = below.symbol("x")
    ((weight, core),) = without_roots(one, below.expr, {y: opened(0, None)})
    assert same(below.expr, multiply(weight, core))


def test_a_power_of_millions_of_digits_is_never_written_out() -> None:
    assert number_power(Fraction(1000000001, 10**9), Fraction(2 * 10**9, 3))[0] == 1
    assert number_power(Fraction(-8), Fraction(1, 3)) == (-2, [])
    assert verdict_of("(1 + x)^(1/x)", "x: scalar in [1, 2]").label == "convex"


QUADRATICS = (
    ("log(x^2 - 4*x + 5)", "x: scalar in [1, 3]", "convex"),
    ("1/(x^2 - 2*x + 2)", "x: scalar >= 2", "convex"),
    ("1/(x^2 - 2*x + 2)", "x: scalar in [1/2, 3/2]", "concave"),
    ("sqrt(3*x^2 + x + 1) - x", "", "convex"),
    ("1/(x^2 - 2*x + 2)", "x: scalar >= 3/2", "neither"),
    ("log(x^2 - 2*x - 3)", "x: scalar > 3", "concave"),
)


@pytest.mark.parametrize(("text", "declare", "label"), QUADRATICS)
def test_quadratics_without_zeros_inside_of_a_formula_are_seen_to_have_one_sign(
    text: str, declare: str, label: str
) -> None:
    f = parse(text, declare)
    found = curvature(f.expr, (f.symbol("x"),))
    assert found.label == label
    assert found.strict is (label != "neither")


@given(st.integers(-9, 9).filter(bool), st.integers(-9, 9), st.integers(-9, 9))
def test_a_completed_square_is_the_same_polynomial(a: int, b: int, c: int) -> None:
    f = parse(f"exp({a}*x^2 + {b}*x + {c})")
    x = f.symbol("x")
    found = list(completed_forms(Proof((x,)), f.expr))
    assert bool(found) == (b * b < 4 * a * c and b != 0)
    for form, chain in found:
        assert chain
        inner = [u for u in postorder(form) if isinstance(u, Add)]
        assert any(same(u, f.expr.args[0]) for u in inner)


def test_moving_exponents_are_decided_as_exponentials_and_their_domain_is_offered() -> None:
    assert verdict_of("x^x", "x: scalar > 0").label == "convex"
    f = parse("x^x")
    found = curvature(f.expr, (f.symbol("x"),))
    assert found.status == "undecided"
    assert "x: scalar > 0" in found.would_decide


@given(st.fractions(0, 50, max_denominator=40), st.integers(1, 7))
def test_a_rational_root_is_found_exactly_where_there_is_one(r: Fraction, q: int) -> None:
    assert rational_root(r**q, q) == r
    found = rational_root(r, q)
    assert found is None or found**q == r


def test_roots_of_long_order_are_rational_for_zero_and_one_alone() -> None:
    assert rational_root(Fraction(1), 10**12) == 1
    assert rational_root(Fraction(0), 10**12) == 0
    assert rational_root(Fraction(2), 10**12) is None
    assert rational_root(Fraction(1024, 59049), 10) == Fraction(2, 3)


OPEN = (
    ("tanh(x)/x", "x: scalar >= 2"),
    ("cosh(sqrt(x))", "x: scalar >= 0"),
    ("(x^2 + 1)^(a/2)", "a: scalar >= 1; x: scalar"),
    ("digamma(x) - log(x)", "x: scalar > 0"),
)


@pytest.mark.parametrize(("text", "declare"), OPEN)
def test_whatever_is_offered_decides_and_is_no_empty_set(text: str, declare: str) -> None:
    f = parse(text, declare)
    found = curvature(f.expr, (f.symbol("x"),))
    for offered in found.would_decide:
        kept = [d for d in declare.split("; ") if d.split(":")[0] != offered.split(":")[0]]
        g = parse(text, "; ".join([offered, *kept]))
        assert curvature(g.expr, (g.symbol("x"),), bare=True).status == "proved"
