"""A small slope is not yet a minimum; a minimum without curvature or with a kink is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lossmith.errors import UsageError
from lossmith.solve.formula import Proved
from lossmith.solve.newton import newton_direction
from lossmith.solve.plan import solve
from lossmith.solve.result import Result, Status
from lossmith.text.parse import parse

CONVEX = Proved(convex=True)


def minimize(text: str, wrt: str, values: Any = None, declare: str = "", **options: Any) -> Result:
    formula = parse(text, declare)
    named = {s.name: s for s in formula.symbols}
    variables = [named[n] for n in wrt.split(",")]
    return solve(formula.expr, variables, values or {}, **options)


@pytest.mark.parametrize("text", ["exp(-x^2)", "atan(x)", "1/(1+x^2)", "sigmoid(x)", "tanh(x)"])
@pytest.mark.parametrize("start", [0.7, 2.5, -3.0])
def test_a_flat_tail_is_no_minimum(text: str, start: float) -> None:
    result = minimize(text, "x", start={"x": start})
    assert result.status is Status.NOT_ATTAINED
    assert not result.status.is_success


@pytest.mark.parametrize("text", ["exp(x)", "exp(-x)", "log(1+exp(-x))"])
def test_an_infimum_at_infinity_of_a_convex_function_is_not_attained(text: str) -> None:
    result = minimize(text, "x", proved=CONVEX)
    assert result.status is Status.NOT_ATTAINED
    assert np.isfinite(result.residual)


def test_a_pole_below_which_nothing_bounds_is_seen() -> None:
    result = minimize("1/x", "x")
    assert result.status is Status.UNBOUNDED
    assert any("unbounded below" in note.en for note in result.notes)


def test_separable_classes_have_no_logistic_minimum_and_mixed_ones_have() -> None:
    loss = "sum(log(1 + exp(-y .* (X*w))))"
    X = np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 5.0]])
    apart = minimize(loss, "w", {"X": X, "y": np.array([1.0, 1.0, 1.0])}, proved=CONVEX)
    assert apart.status is Status.NOT_ATTAINED
    overlapping = minimize(
        loss,
        "w",
        {"X": np.array([[1.0], [2.0], [3.0]]), "y": np.array([1.0, -1.0, 1.0])},
        proved=CONVEX,
    )
    assert overlapping.status is Status.OPTIMAL


def test_an_inflection_is_not_called_a_minimum() -> None:
    result = minimize("x^3", "x", start={"x": 0.9})
    assert result.status not in (Status.LOCAL_MINIMUM, Status.OPTIMAL)


@pytest.mark.parametrize(("text", "at"), [("x^4", 0.0), ("(x-2)^4 + 1e6", 2.0)])
def test_a_flat_minimum_is_kept(text: str, at: float) -> None:
    result = minimize(text, "x", start={"x": 1.3}, method="l-bfgs", proved=CONVEX)
    assert result.status is Status.OPTIMAL
    assert result.flat[0] == pytest.approx(at, abs=0.02)


def test_a_local_minimum_comes_with_a_warning_where_nothing_bounds_f() -> None:
    result = minimize("x^3 - 3*x", "x", start={"x": 0.8})
    assert result.status is Status.LOCAL_MINIMUM
    assert any("unbounded below" in note.en for note in result.notes)


# -- singular Hessians -------------------------------------------------------------------------


def test_least_squares_of_deficient_rank_takes_one_newton_step() -> None:
    rng = np.random.default_rng(1)
    X = rng.standard_normal((40, 7)) @ rng.standard_normal((7, 12))
    X[:, 3] = 0.0
    y = rng.standard_normal(40) + 2.0
    result = minimize("norm2(X*w - y)^2", "w", {"X": X, "y": y}, proved=CONVEX, method="newton")
    assert result.status is Status.OPTIMAL
    assert result.iterations == 1
    # From 0 the shortest step ends at the shortest solution, that of the pseudo-inverse.
    assert np.allclose(result.flat, np.linalg.lstsq(X, y, rcond=None)[0], atol=1e-9)
    assert not any("shifted" in note.en for note in result.notes)


def test_a_singular_hessian_without_solution_is_still_shifted() -> None:
    hessian = np.diag([1.0, 0.0])
    direction, shift = newton_direction(hessian, np.array([1.0, 1.0]), convex=True)
    assert shift > 0
    assert direction @ np.array([1.0, 1.0]) < 0


# -- norms away from 0 ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("norm2(x-a)", [1.0, 2.0]),
        ("norm2(a-3*x)", [1 / 3, 2 / 3]),
        ("norm2(x-a) + 0.1*sum(x)", [1.0, 2.0]),
        ("norminf(x-a)", [1.0, 2.0]),
    ],
)
def test_a_norm_ends_at_its_own_kink(text: str, expected: list[float]) -> None:
    result = minimize(text, "x", {"a": np.array([1.0, 2.0])}, "x: vector(n)", proved=CONVEX)
    assert result.status is Status.OPTIMAL
    assert np.allclose(result.flat, expected, atol=1e-9)


def test_the_distance_to_a_point_plus_a_square_agrees_with_its_optimality_condition() -> None:
    a = np.array([3.0, -4.0])
    result = minimize("norm2(x-a) + norm2(x)^2", "x", {"a": a}, proved=CONVEX)
    x = result.flat
    # 2x + (x - a)/|x - a| = 0 away from a.
    assert np.allclose(2 * x + (x - a) / np.linalg.norm(x - a), 0, atol=1e-8)
    assert result.value == pytest.approx(np.linalg.norm(x - a) + x @ x, rel=1e-14)


def test_a_matrix_norm_of_a_difference_ends_at_the_center() -> None:
    B = np.array([[1.0, 2.0], [3.0, 4.0]])
    result = minimize("normF(A - B) + trace(A)/3", "A", {"B": B}, "A: matrix(n, n)", proved=CONVEX)
    assert result.status is Status.OPTIMAL
    assert np.allclose(result.x, B)


# -- what is said ----------------------------------------------------------------------------------


def test_a_start_of_the_wrong_length_is_the_one_blamed() -> None:
    values = {"X": np.eye(2), "y": np.ones(2)}
    with pytest.raises(UsageError) as caught:
        minimize("norm2(X*w - y)^2", "w", values, start={"w": [1.0, 2.0, 3.0]})
    assert "the start of w has shape (3,)" in caught.value.render()


def test_results_print_in_a_few_lines() -> None:
    result = minimize("norm2(x-a)^2", "x", {"a": np.arange(500.0)}, proved=CONVEX)
    assert len(repr(result)) < 100
    assert str(result).startswith("optimal: value")
    assert len(str(result).splitlines()) < 8
    assert result._repr_mimebundle_() == {"text/plain": str(result)}
