"""Derivatives where a rule applied blindly would give 0/0: behind a case, at a zero of a norm."""

from __future__ import annotations

import pytest
from flint import fmpq

from lossmith.atoms.meaning import evaluate_exactly
from lossmith.atoms.number import is_nan
from lossmith.calculus.gradient import gradient, hessian
from lossmith.calculus.reverify import reverify
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text


def at(text: str, point: object, *, order: int = 1) -> object:
    """Return the exact derivative of a formula in x at a point."""
    f = parse(text)
    x = f.symbol("x")
    assert x is not None
    d = (gradient if order == 1 else hessian)(f.expr, x)
    reverify(d)
    return evaluate_exactly(d.end, {x: point})


@pytest.mark.parametrize(
    ("text", "point", "slope"),
    [
        ("if(x > 0, sqrt(x), 0)", -1, 0),
        ("if(x > 0, sqrt(x), 0)", 4, fmpq(1, 4)),
        ("if(x > 0, log(x), x)", -3, 1),
        ("if(x > 0, if(x > 1, log(x - 1), x), 1/x)", fmpq(1, 2), 1),
        ("2*if(x > 0, x^(3/2), 0)^2", -1, 0),
        ("if(abs(x) <= 1, x^2/2, abs(x) - 1/2)", 0, 0),
        ("if(x > 0, x*sqrt(x), -x)", -1, -1),
        ("abs(x)^3", 0, 0),
        ("abs(x)^(3/2)*sin(x)^2", 1, None),
    ],
)
def test_a_branch_that_is_not_taken_does_not_speak(text, point, slope):
    found = at(text, point)
    if slope is not None:
        assert found == slope


def test_entries_behind_a_case_are_guarded_one_by_one():
    assert at("sum(if(x > 0, sqrt(x), x.^2))", [4, -1]) == [fmpq(1, 4), -2]


def test_a_case_may_be_met_along_a_diagonal():
    f = parse("tr(if(A > 0, A, x + 0*A))", "A: matrix(n, n); x: scalar")
    x, a = f.symbol("x"), f.symbol("A")
    assert x is not None
    assert a is not None
    found = gradient(f.expr, x)
    assert reverify(found).confirmed
    assert evaluate_exactly(found.end, {a: [[-1, 5], [5, 2]]}) == 1


def test_the_value_of_a_single_point_says_nothing_of_the_slope():
    # The true slope at 0 is 1/2; the case x = 0 alone would say 0.
    assert is_nan(at("if(x == 0, 1, (x + x^2/2)/x)", 0))
    assert at("if(x != 0, x^2, 5)", 3) == 6


def test_a_case_that_holds_on_half_the_line_is_no_single_point():
    assert at("if(relu(x) == 0, x^2, 3*x)", -2) == -4
    assert at("if(relu(x) != 0, x^2, 3*x)", -2) == 3


@pytest.mark.parametrize("power", ["3", "5/2", "7"])
def test_a_power_of_a_norm_has_slope_zero_where_the_norm_is_zero(power):
    assert at(f"norm2(x)^({power})", [0, 0]) == [0, 0]


def test_the_second_derivative_of_the_cubed_distance_is_zero_at_zero():
    assert at("abs(x)^3", 0, order=2) == 0


@pytest.mark.parametrize(
    ("text", "corners"),
    [
        ("abs(x)", 1),
        ("x*abs(x)", 0),
        ("abs(x)^3", 0),
        ("relu(x)^2", 0),
        ("hinge(x)^2", 0),
        ("hinge(x)*relu(x - 1)", 1),
        ("abs(x)*abs(x - 1)", 2),
        ("sin(x)*abs(x)", 1),  # smooth in truth; only a factor that is plainly 0 is noticed
    ],
)
def test_a_kink_is_noted_unless_what_multiplies_it_vanishes(text, corners):
    f = parse(text)
    assert len({c.where for c in gradient(f.expr, f.symbols[0]).corners}) == corners


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("if(abs(x) <= 1, x^2/2, abs(x) - 1/2)", "if(abs(x) <= 1, x, sign(x))"),
        ("if(x > 0, x*log(x), x)", "if(x > 0, 1 + log(x), 1)"),
        ("relu(x)^2", "2*relu(x)"),
        ("abs(x)^3", "3*x*abs(x)"),
        ("x*abs(x)", "2*abs(x)"),
    ],
)
def test_slopes_of_choices_are_written_as_one_choice(text, shown):
    f = parse(text)
    assert gradient(f.expr, f.symbols[0]).end is parse(shown).expr, to_text(
        gradient(f.expr, f.symbols[0]).end
    )
