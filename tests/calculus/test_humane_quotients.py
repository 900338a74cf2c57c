"""Quotients and polynomials of one number end in the form of a textbook."""

from fractions import Fraction

import pytest

import lossmith as ls
from lossmith.atoms.meaning import evaluate

HESSIANS = [
    ("sqrt(1 + x^2)", "1/(x² + 1)^(3/2)"),
    ("x^3/(1 + x^2)", "2x(3 − x²)/(x² + 1)³"),
    ("x/(1 + x)", "−2/(x + 1)³"),
    ("x^2/(x - 1)", "2/(x − 1)³"),
    ("(x^2 - 1)/(x^2 + 1)", "4(1 − 3x²)/(x² + 1)³"),
    ("x/sqrt(1 - x^2)", "3x/(1 − x²)^(5/2)"),
    ("log(1 + x^2)", "2(1 − x²)/(x² + 1)²"),
    ("(a*x + b)/(c*x + d)", "2c(bc − ad)/(cx + d)³"),
    ("(x - 1)^2*(x + 2)^2", "12x² + 12x − 6"),
    ("(x^2 + 1)^3", "6(5x² + 1)(x² + 1)"),
    ("(x - 3)^4", "12(x − 3)²"),
]


@pytest.mark.parametrize(("formula", "form"), HESSIANS)
def test_the_second_derivative_is_in_the_form_of_a_textbook(formula, form):
    f = ls.objective(formula, wrt="x")
    assert str(f.hessian) == form


def test_a_denominator_is_never_divided_by_unasked():
    # Defined off 0 and 1, and so is every form of its derivatives; both are undefined nowhere else.
    f = ls.objective("1/x + x/(1 - x)", wrt="x")
    x = f.formula.symbols[0]
    for derivative in (f.gradient.expr, f.hessian.expr):
        assert not evaluate(derivative, {x: Fraction(0)}, {}).is_finite()
        assert not evaluate(derivative, {x: Fraction(1)}, {}).is_finite()
        assert evaluate(derivative, {x: Fraction(1, 2)}, {}).is_finite()


def test_fractions_inside_a_bracket_are_cleared_where_nothing_vanishes():
    f = ls.objective("atan(y/x)", declare="x: scalar > 0; y: scalar", wrt="x")
    assert (str(f.gradient), str(f.hessian)) == ("−y/(x² + y²)", "2xy/(x² + y²)²")


def test_clearing_fractions_defines_nothing_that_was_undefined():
    f = ls.objective("atan(y/x)", declare="x: scalar; y: scalar", wrt="x")
    x, y = (f.formula.symbol(name) for name in "xy")
    for derivative in (f.gradient.expr, f.hessian.expr):
        assert not evaluate(derivative, {x: Fraction(0), y: Fraction(1)}, {}).is_finite()


GRADIENTS = [
    ("1/(x*(x + 1))", "x: scalar > 0", "−(2x + 1)/(x²(x + 1)²)"),
    ("log(1 + 1/x)", "x: scalar > 0", "−1/(x(x + 1))"),
    ("det(x'*x)^(1/2)", "x: matrix(n,k)", "√(det(xᵀx))x(xᵀx)⁻¹"),
    ("log(det(x)^2)", "x: matrix(n,n) nonsingular", "2x⁻ᵀ"),
]


@pytest.mark.parametrize(("formula", "declare", "form"), GRADIENTS)
def test_what_is_not_zero_is_divided_out_and_one_fraction_bar_is_enough(formula, declare, form):
    assert str(ls.objective(formula, declare=declare, wrt="x").gradient) == form


def test_a_determinant_that_may_vanish_is_not_divided_out():
    f = ls.objective("log(det(x)^2)", declare="x: matrix(2,2)", wrt="x")
    x = f.formula.symbols[0]
    balls = evaluate(f.gradient.expr, {x: [[Fraction(1), Fraction(2)], [Fraction(2), Fraction(4)]]})
    assert not any(b.is_finite() for row in balls for b in row)
