"""Statuses say how a run ended: saddles, unbounded values, the edge of the domain, Ctrl-C."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lossmith.errors import LossmithError, UsageError
from lossmith.solve.bisection import BISECTION
from lossmith.solve.formula import Proved
from lossmith.solve.gradient_descent import GRADIENT_DESCENT
from lossmith.solve.iterate import iterate
from lossmith.solve.lbfgs import LBFGS
from lossmith.solve.linesearch import weak_wolfe
from lossmith.solve.method import Options
from lossmith.solve.newton import NEWTON, newton_direction
from lossmith.solve.plan import solve
from lossmith.solve.problem import plain
from lossmith.solve.proximal_gradient import PROXIMAL_GRADIENT
from lossmith.solve.result import NotSolved, Result, Status
from lossmith.text.parse import parse

CONVEX = Proved(convex=True)


def minimize(text: str, declare: str, wrt: str, values: Any = None, **options: Any) -> Result:
    formula = parse(text, declare)
    named = {s.name: s for s in formula.symbols}
    variables = [named[n.strip()] for n in wrt.split(",")]
    return solve(formula.expr, variables, values or {}, **options)


SADDLE = plain(
    lambda v: float(v[0] ** 2 - v[1] ** 2),
    lambda v: np.array([2 * v[0], -2 * v[1]]),
    2,
    hessian=lambda v: np.diag([2.0, -2.0]),
)


@pytest.mark.parametrize("method", [LBFGS, NEWTON, GRADIENT_DESCENT, PROXIMAL_GRADIENT])
def test_a_saddle_without_minimum_is_unbounded_from_a_general_start(method: Any) -> None:
    result = iterate(method, SADDLE, np.array([0.7, 0.1]))
    assert result.status is Status.UNBOUNDED
    assert not result.status.is_success


@pytest.mark.parametrize("method", [LBFGS, GRADIENT_DESCENT, PROXIMAL_GRADIENT])
def test_a_start_on_the_stable_line_ends_at_the_saddle_and_says_so(method: Any) -> None:
    result = iterate(method, SADDLE, np.array([0.7, 0.0]))
    assert result.status is Status.SADDLE
    assert np.allclose(result.flat, 0, atol=1e-8)


def test_newton_leaves_a_saddle_along_negative_curvature_and_warns() -> None:
    result = iterate(NEWTON, SADDLE, np.array([0.7, 0.0]))
    assert result.status is Status.UNBOUNDED
    assert any("not a minimum" in note.en for note in result.notes)


def test_newton_goes_down_where_the_plain_step_climbs_to_a_maximum() -> None:
    # x^3 - 3x: the plain Newton step from -0.5 runs to the maximum at -1.
    problem = plain(
        lambda v: float(v[0] ** 3 - 3 * v[0]),
        lambda v: 3 * v**2 - 3,
        1,
        hessian=lambda v: np.array([[6 * v[0]]]),
    )
    result = iterate(NEWTON, problem, np.array([-0.5]))
    assert result.status is Status.LOCAL_MINIMUM
    assert result.flat[0] == pytest.approx(1.0, abs=1e-9)


def test_a_local_minimum_is_not_called_the_minimum() -> None:
    result = minimize("(x^2 - 1)^2 + 0.1*x", "x: scalar", "x", start={"x": 1.2})
    assert result.status is Status.LOCAL_MINIMUM
    assert result.gap.bound is None
    assert "convexity is not proved" in result.gap.words.en


def test_a_linear_function_is_unbounded() -> None:
    assert minimize("2*x - 3", "x: scalar", "x", proved=CONVEX).status is Status.UNBOUNDED


def test_a_start_outside_the_domain_says_so() -> None:
    result = minimize("exp(x) - log(x)", "x: scalar", "x", proved=CONVEX, start={"x": -1.0})
    assert result.status is Status.OUTSIDE_DOMAIN


@pytest.mark.parametrize("method", ["bisection", "newton", "l-bfgs", "gradient-descent", "fista"])
@pytest.mark.parametrize("start", [1.0, 1e-6, 30.0])
def test_steps_stay_inside_the_domain_of_the_logarithm(method: str, start: float) -> None:
    result = minimize(
        "exp(x) - log(x)", "x: scalar", "x", proved=CONVEX, method=method, start={"x": start}
    )
    assert result.status.is_success
    assert all(np.isfinite(p.value) for p in result.trace)
    assert result.flat[0] == pytest.approx(0.5671432904097838, abs=1e-7)


def test_bisection_is_exact_to_the_last_digit() -> None:
    result = minimize("exp(x) - log(x)", "x: scalar", "x", proved=CONVEX)
    assert abs(result.flat[0] - 0.5671432904097838) <= np.spacing(0.5671432904097838)


def test_the_median_is_a_data_point() -> None:
    a = np.array([3.0, 1.0, 7.1, 2.3, -9.7])
    declare = "x: scalar; a: vector(n)"
    result = minimize("sum(abs(x - a))", declare, "x", {"a": a}, proved=CONVEX)
    assert result.flat[0] == 2.3
    assert result.residual == 0.0


def test_bounds_that_are_reached_end_the_search_there() -> None:
    result = minimize("(x - 5)^2", "x: scalar in [0, 2]", "x", proved=CONVEX)
    assert result.status is Status.OPTIMAL
    assert result.flat[0] == 2.0


def test_ctrl_c_keeps_the_best_point() -> None:
    seen: list[Any] = []

    def stop(point: Any) -> None:
        seen.append(point)
        if point.iteration == 5:
            raise KeyboardInterrupt

    result = minimize(
        "(1 - x)^2 + 100*(y - x^2)^2",
        "x: scalar; y: scalar",
        "x, y",
        start={"x": -1.2, "y": 1.0},
        method="l-bfgs",
        on_step=stop,
    )
    assert result.status is Status.INTERRUPTED
    assert result.value == min(p.value for p in seen)
    assert len(result.trace) == 6


def test_ctrl_c_inside_the_objective_keeps_the_best_point() -> None:
    calls = 0

    def value(v: Any) -> float:
        nonlocal calls
        calls += 1
        if calls > 20:
            raise KeyboardInterrupt
        return float((v[0] - 3) ** 4)

    problem = plain(value, lambda v: 4 * (v - 3) ** 3, 1)
    result = iterate(GRADIENT_DESCENT, problem, np.array([0.0]))
    assert result.status is Status.INTERRUPTED
    assert result.value <= 81.0


def test_too_large_a_step_diverges_and_says_why() -> None:
    problem = plain(lambda v: float(v @ v), lambda v: 2 * v, 2, convex=True, smooth=2.0)
    slow = iterate(GRADIENT_DESCENT, problem, np.ones(2), Options(step=0.99))
    fast = iterate(GRADIENT_DESCENT, problem, np.ones(2), Options(step=1.01))
    assert slow.status is Status.OPTIMAL
    assert fast.status is Status.DIVERGED
    assert "2/L" in fast.status.words.en


def test_running_out_of_iterations_is_reported() -> None:
    result = minimize(
        "(1 - x)^2 + 100*(y - x^2)^2", "x: scalar; y: scalar", "x, y",
        start={"x": -1.2, "y": 1.0}, method="gradient-descent", options=Options(iterations=10),
    )  # fmt: skip
    assert result.status is Status.MAX_ITERATIONS
    assert result.iterations == 10


@pytest.mark.parametrize("status", list(Status))
def test_every_status_speaks_both_languages(status: Status) -> None:
    assert status.words.en
    assert status.words.zh


def test_raise_for_status_raises_with_what_to_try() -> None:
    result = minimize("2*x - 3", "x: scalar", "x", proved=CONVEX)
    with pytest.raises(NotSolved) as caught:
        result.raise_for_status()
    assert "unbounded" in caught.value.render()
    assert minimize("x^2", "x: scalar", "x", proved=CONVEX).raise_for_status()


def test_a_result_becomes_json() -> None:
    data = minimize("x^2 + y^2", "x: scalar; y: scalar", "x, y", proved=CONVEX).to_json()
    assert set(data["x"]) == {"x", "y"}
    assert data["status"] == "optimal"


def test_an_unknown_method_comes_with_the_nearest_one() -> None:
    with pytest.raises(UsageError) as caught:
        minimize("x^2", "x: scalar", "x", method="newtonn")
    assert "try: newton" in caught.value.render()


def test_a_method_that_does_not_fit_says_why() -> None:
    with pytest.raises(UsageError) as caught:
        minimize(
            "0.5*norm2(X*w - y)^2 + norm1(w)", "", "w",
            {"X": np.eye(2), "y": np.ones(2)}, method="newton", proved=CONVEX,
        )  # fmt: skip
    assert "cannot cope" in caught.value.render()


def test_an_unknown_size_is_asked_for() -> None:
    with pytest.raises(UsageError) as caught:
        minimize("norm2(x)^2", "x: vector(n)", "x")
    assert "size n of the variable x" in caught.value.render()
    assert minimize("norm2(x)^2", "x: vector(n)", "x", sizes={"n": 3}).flat.shape == (3,)


@pytest.mark.parametrize("start", [{"x": [1.0, 2.0]}, {"z": 1.0}])
def test_a_start_that_does_not_fit_is_refused(start: Any) -> None:
    with pytest.raises(LossmithError):
        minimize("x^2", "x: scalar", "x", start=start)


def test_a_matrix_variable_comes_back_in_its_shape() -> None:
    T = np.arange(6.0).reshape(2, 3)
    result = minimize("normF(T - U)^2", "U: matrix(n, m)", "U", {"T": T}, proved=CONVEX)
    assert result.x.shape == (2, 3)
    assert np.allclose(result.x, T)


def test_a_nonsmooth_part_with_a_negative_weight_is_not_given_to_a_prox() -> None:
    declare = "lam: scalar; x: vector(n)"
    result = minimize("norm2(x)^2 + lam*norm1(x)", declare, "x", {"lam": -1.0}, sizes={"n": 2})
    assert result.method == "l-bfgs"
    assert result.value <= -0.5 + 1e-6


def test_the_gap_bound_of_a_lasso_needs_no_strong_convexity() -> None:
    rng = np.random.default_rng(0)
    X = rng.standard_normal((5, 8))  # more unknowns than rows: no strong convexity
    y = rng.standard_normal(5)
    result = minimize(
        "0.5*norm2(X*w - y)^2 + 0.3*norm1(w)", "", "w", {"X": X, "y": y}, proved=CONVEX
    )
    assert result.status is Status.OPTIMAL
    assert result.gap.bound is not None
    assert 0 <= result.gap.bound < 1e-6


def test_the_line_search_steps_over_nothing_that_is_infinite() -> None:
    def both(v: Any) -> tuple[float, Any]:
        x = v[0]
        return (x - np.log(x), np.array([1 - 1 / x])) if x > 0 else (np.inf, np.array([np.nan]))

    found = weak_wolfe(both, np.array([4.0]), 4 - np.log(4), np.array([0.75]), np.array([-100.0]))
    assert found is not None
    assert found.x[0] > 0


def test_a_newton_direction_goes_down_for_any_symmetric_matrix() -> None:
    rng = np.random.default_rng(0)
    for _ in range(50):
        A = rng.standard_normal((4, 4)) * 10.0 ** rng.integers(-6, 6)
        H, g = A + A.T, rng.standard_normal(4)
        direction, shift = newton_direction(H, g)
        assert shift >= 0
        assert g @ direction < 0


def test_bisection_agrees_with_the_formula_for_a_weighted_median() -> None:
    a = np.array([1.0, 2.0, 4.0])
    c = np.array([1.0, 5.0, 1.5])
    declare = "x: scalar; a: vector(n); c: vector(n) >= 0"
    result = minimize("sum(c .* abs(x - a))", declare, "x", {"a": a, "c": c}, proved=CONVEX)
    assert result.method == BISECTION.name
    assert result.flat[0] == 2.0
