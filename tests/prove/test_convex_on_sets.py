"""Curvature on sets that conditions describe: the set first, then the formula on it."""

from __future__ import annotations

import pytest

import lossmith as ls
from lossmith.errors import DomainError
from lossmith.evidence.region import Confined, check_confined

PROVED = [
    ("sum(exp(x))", "x: vector(n)", "sum(exp(x)) <= 1", "convex"),
    ("sum(exp(x))", "x: vector(n)", "sum(x) = 1; -1 <= x; x <= 1", "convex"),
    ("norm2(X*w - y)^2", "", "norm1(w) <= t", "convex"),
    ("sum(x.*log(x))", "x: vector(n) > 0", "sum(x) = 1; A*x <= b", "convex"),
    ("sum(log(x))", "x: vector(n) > 0", "norm2(x) < 3", "concave"),
    ("a'*x", "x: vector(n); a: vector(n)", "lambda_max(diag(x)) <= 2", "affine"),
    ("x^2", "x: scalar; y: scalar", "sqrt(abs(x)) <= 2", "convex"),
    ("x + y", "", "x*y >= 1; x >= 0", None),
    ("exp(x)", "", "x^3 >= 1", "convex"),
]
BY_BOUNDS = [
    ("x^3", "", "x >= 0", "convex"),
    ("x^3", "", "-2 <= x; x <= 0", "concave"),
    ("x^4 - x^2", "", "2*x >= 1", "convex"),
    ("x^3 + y^2", "", "x >= 0, x + y <= 1", "convex"),
    ("sum(x.^3)", "x: vector(n)", "x >= 0 and sum(x) = 1", "convex"),
    ("sum(x.^3)", "x: vector(n)", "3 - 2*x >= 4 - x", "concave"),
    ("p*x^2", "p: scalar", "p >= 0", "convex"),
    ("1/x + y^2", "", "x*y >= 1, x > 0, y > 0", "convex"),
]
NOT_CONVEX = [
    ("sum(exp(x))", "x: vector(n)", "sum(exp(x)) >= 1"),
    ("norm2(x)", "x: vector(n)", "norm2(x) >= 1"),
    ("norm2(x)^2", "x: vector(n)", "norm2(x) = 1"),
    ("x^2 + y^2", "", "x*y >= 1"),
    ("x + y", "", "x*y = 0"),
    ("x^2", "", "abs(x) > 1"),
    ("tr(X)", "X: matrix(n, n)", "det(X) >= 1"),
]
REFUTED = [
    ("x^3*y", "", "x >= y; 0 <= y <= 1"),
    ("x'*A*x", "x: vector(n)", "norm2(x) <= 1"),
    ("x^3", "", "x <= 1"),
    ("sin(x)", "", "x^2 <= 100"),
]


def _found(formula: str, declare: str, on: str) -> Confined:
    wrt = "w" if "w" in formula else "X" if "X" in formula else "x, y" if "y" in formula else "x"
    return ls.objective(formula, declare=declare, wrt=wrt).curvature_within(on)[0]


@pytest.mark.parametrize(("formula", "declare", "on", "label"), PROVED)
def test_what_is_convex_everywhere_is_convex_on_a_convex_set(
    formula: str, declare: str, on: str, label: str | None
) -> None:
    found = _found(formula, declare, on)
    if label is None:
        # A true statement beyond the rules: the hyperbola branch is convex. Never a dent.
        assert found.dent is None
        return
    assert (found.status, found.label) == ("proved", label)
    check_confined(found)


@pytest.mark.parametrize(("formula", "declare", "on", "label"), BY_BOUNDS)
def test_conditions_that_bound_one_symbol_are_declarations(
    formula: str, declare: str, on: str, label: str
) -> None:
    found = _found(formula, declare, on)
    assert (found.status, found.label) == ("proved", label)
    check_confined(found)


@pytest.mark.parametrize("on", ["x >= 0, x <= 0", "x = 2", "x^2 <= 4", "x >= y"])
def test_points_and_other_conditions_stay_conditions(on: str) -> None:
    f = ls.objective("x^2", wrt="x")
    found, _ = f.curvature_within(on)
    assert found.wrt == f.wrt
    assert found.label == "convex"


@pytest.mark.parametrize(("formula", "declare", "on"), NOT_CONVEX)
def test_no_verdict_is_given_on_a_set_that_is_not_convex(
    formula: str, declare: str, on: str
) -> None:
    found = _found(formula, declare, on)
    assert (found.status, found.label) == ("undecided", "unknown")
    assert found.dent is not None
    check_confined(found)


@pytest.mark.parametrize(("formula", "declare", "on"), REFUTED)
def test_counterexamples_lie_within_the_set(formula: str, declare: str, on: str) -> None:
    found = _found(formula, declare, on)
    assert found.label == "neither"
    check_confined(found)


def test_a_counterexample_elsewhere_does_not_count() -> None:
    # It is neither on the plane, and no bound on one symbol says where it is asked about.
    assert _found("x^3 + y^3", "", "x + y >= 0; x - y = 0").label != "neither"


@pytest.mark.parametrize("on", ["x > 1; x < 0", "x = 1, x = 2", "x >= 1 and x < 1"])
def test_bounds_that_leave_nothing_are_refused(on: str) -> None:
    with pytest.raises(DomainError, match="no x meets all"):
        ls.objective("x^2", wrt="x").curvature_within(on)
