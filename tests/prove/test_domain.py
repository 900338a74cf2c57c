"""The natural domain: conditions on sub-expressions, and which of them are proved to hold."""

from __future__ import annotations

import pytest

from lossmith.expr.sets import POSITIVE, REALS
from lossmith.prove.prover import curvature
from lossmith.prove.proving.domain import Domain, domain, hole
from lossmith.prove.proving.natural import natural
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text


def of(text: str, declare: dict[str, str] | None = None) -> Domain:
    return domain(parse(text, declare=declare or {}).expr)


def test_a_formula_that_is_defined_everywhere_leaves_nothing_open() -> None:
    assert of("log(1 + exp(x)) + sqrt(1 + x^2) + 1/(2 + x^2)").open == ()


def test_a_logarithm_asks_for_a_positive_argument() -> None:
    (condition,) = of("log(x - 1)").open
    assert to_text(condition.expr) == "x - 1"
    assert not condition.interval.has(0)
    assert of("log(x - 1)", {"x": "scalar > 1"}).open == ()


def test_a_division_and_an_even_root_ask_for_their_own() -> None:
    (division,) = of("1/x").open
    assert division.excludes_zero
    (root,) = of("sqrt(x)").open
    assert root.interval.has(0)
    assert of("x^(1/3)").open == ()


def test_an_inverse_asks_for_a_nonsingular_matrix() -> None:
    (condition,) = of("tr(inv(A))", {"A": "matrix(n, n)"}).open
    assert condition.needs == "nonsingular"
    assert of("tr(inv(A))", {"A": "matrix(n, n) pd"}).open == ()


def test_a_tangent_asks_for_a_cosine_that_is_not_zero() -> None:
    (condition,) = of("tan(x)").open
    assert to_text(condition.expr) == "cos(x)"
    assert condition.excludes_zero


def test_a_power_with_a_varying_exponent_asks_for_a_positive_base() -> None:
    (condition,) = of("lam*k^x").open
    assert to_text(condition.expr) == "k"
    assert condition.interval == POSITIVE


@pytest.mark.parametrize("formula", ["sqrt(-1 - x^2)", "log(x)*sqrt(-x - 1)", "log(x) + log(-x)"])
def test_a_formula_without_any_admitted_point_is_said_to_be_defined_nowhere(formula: str) -> None:
    assert of(formula).is_empty
    parsed = parse(formula)
    verdict = curvature(parsed.expr, parsed.symbols)
    assert verdict.status == "undecided"
    assert verdict.reason is not None
    assert "nowhere" in verdict.reason.en


def test_a_choice_does_not_ask_for_what_the_branch_not_taken_asks() -> None:
    assert not of("if(x > 0, log(x), log(-x))").is_empty
    assert not of("if(x > 0, log(x), sqrt(-x))").is_empty


def test_what_a_diagonal_asks_is_not_asked_of_the_whole_matrix() -> None:
    formula = parse("sum(log(diag(A)))", declare={"A": "matrix(n, n)"})
    (a,) = formula.symbols
    assert natural(formula.expr)[a] == REALS


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("x/tan(x)", "scalar in (0, 3)"),
        ("x*log(x)/(x - 1)", "scalar > 0"),
        ("sin(x)/x", "scalar in [-1, 1]"),
    ],
)
def test_an_open_question_on_a_domain_with_a_hole_says_where_it_is(
    text: str, declared: str
) -> None:
    formula = parse(text, declare={"x": declared})
    verdict = curvature(formula.expr, formula.symbols, tries=0, budget=200)
    assert verdict.status == "undecided"
    assert verdict.reason is not None
    assert "hole" in verdict.reason.en


def test_a_factor_that_stays_on_one_side_of_zero_makes_no_hole() -> None:
    for text, declared in (
        ("x/tan(x)", "scalar in (0, 1)"),
        ("1/(2 + sin(x)) + sin(3*x)", "scalar"),
        ("if(x > 1, 1/x, x)", "scalar"),
    ):
        formula = parse(text, declare={"x": declared})
        assert hole(formula.expr, formula.symbols) is None
