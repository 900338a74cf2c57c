"""What is declared of a variable holds for the answer, or the question is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st

from lossmith.errors import UsageError
from lossmith.solve.formula import Proved
from lossmith.solve.penalty import Semidefinite, Simplex
from lossmith.solve.plan import solve
from lossmith.solve.result import Result, Status
from lossmith.text.parse import parse

CONVEX = Proved(convex=True)
A = np.array([[2.0, 5.0, -1.0], [1.0, -3.0, 0.5], [0.0, 2.0, 1.0]])
SYMMETRIC = (A + A.T) / 2


def minimize(text: str, declare: str, wrt: str, **values: Any) -> Result:
    formula = parse(text, declare)
    variables = [s for s in formula.symbols if s.name == wrt]
    return solve(formula.expr, variables, values, proved=CONVEX)


def test_a_symmetric_variable_stays_symmetric() -> None:
    result = minimize("normF(Q - A)^2", "Q: matrix(n, n) symmetric; A: matrix(n, n)", "Q", A=A)
    assert result.status is Status.OPTIMAL
    assert np.allclose(result.x, SYMMETRIC, atol=1e-8)


def test_a_diagonal_variable_stays_diagonal() -> None:
    result = minimize("normF(Q - A)^2", "Q: matrix(n, n) diagonal; A: matrix(n, n)", "Q", A=A)
    assert np.allclose(result.x, np.diag(np.diag(A)), atol=1e-8)


def test_the_nearest_semidefinite_matrix_drops_negative_eigenvalues() -> None:
    result = minimize("normF(Q - A)^2", "Q: matrix(n, n) psd; A: matrix(n, n)", "Q", A=A)
    values, vectors = np.linalg.eigh(SYMMETRIC)
    assert result.status is Status.OPTIMAL
    assert np.allclose(result.x, (vectors * np.maximum(values, 0)) @ vectors.T, atol=1e-7)


def test_a_covariance_is_found_inside_the_definite_matrices() -> None:
    C = A @ A.T + np.eye(3)
    declare = "S: matrix(n, n) pd; C: matrix(n, n) psd"
    result = minimize("-logdet(S) + tr(C*S)", declare, "S", C=C)
    assert result.status is Status.OPTIMAL
    assert np.allclose(result.x, np.linalg.inv(C), atol=1e-7)


def test_a_linear_function_on_a_simplex_ends_at_a_corner() -> None:
    declare = "x: vector(n) simplex; c: vector(n)"
    result = minimize("c'*x", declare, "x", c=np.array([3.0, 1.0, 2.0]))
    assert np.array_equal(result.x, [0.0, 1.0, 0.0])


def test_least_squares_on_a_simplex_agrees_with_a_general_solver() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((9, 4)), rng.standard_normal(9)
    result = minimize("norm2(X*w - y)^2", "w: vector(d) simplex", "w", X=X, y=y)
    other = scipy.optimize.minimize(
        lambda w: np.sum((X @ w - y) ** 2),
        np.full(4, 0.25),
        jac=lambda w: 2 * X.T @ (X @ w - y),
        bounds=[(0, 1)] * 4,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
    )
    assert result.status is Status.OPTIMAL
    assert result.value <= other.fun + 1e-9
    assert result.x.sum() == pytest.approx(1.0, abs=1e-12)
    assert (result.x >= 0).all()


@pytest.mark.parametrize(
    "declared", ["vector(n) in {0, 1}", "vector(n) integer", "matrix(n, n) orthogonal",
                 "matrix(n, k) onehot"]
)  # fmt: skip
def test_what_no_method_keeps_is_refused(declared: str) -> None:
    with pytest.raises(UsageError, match="no method here keeps that"):
        minimize("sum(x.^2)", f"x: {declared}", "x")


def test_an_open_bound_is_never_crossed() -> None:
    result = minimize("x - log(x) + 1/x", "x: scalar > 0", "x")
    assert result.status is Status.OPTIMAL
    golden = (1 + 5**0.5) / 2  # 1 - 1/x - 1/x^2 = 0
    assert float(result.x) == pytest.approx(golden, abs=1e-12)


def test_an_infimum_that_is_not_attained_is_no_minimum() -> None:
    assert minimize("exp(x)", "x: scalar", "x").status is Status.NOT_ATTAINED


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=6), st.data())
def test_projection_on_a_simplex_is_the_nearest_point(v: list[float], data: st.DataObject) -> None:
    x = np.array(v)
    piece = Simplex("p", slice(0, len(x)), len(x))
    nearest = piece.prox_step(x, 1.0)
    assert (nearest >= 0).all()
    assert nearest.sum() == pytest.approx(1.0, abs=1e-12)
    weights = np.array(data.draw(st.lists(st.floats(0.01, 1), min_size=len(x), max_size=len(x))))
    other = weights / weights.sum()
    # The variational inequality that characterizes a projection, up to rounding of size 50.
    assert (x - nearest) @ (other - nearest) <= 1e-11


def test_the_normal_cone_of_a_simplex_measures_optimality() -> None:
    piece = Simplex("p", slice(0, 3), 3)
    corner = np.array([0.0, 1.0, 0.0])
    assert np.linalg.norm(piece.gap(corner, np.array([3.0, 1.0, 2.0]))) < 1e-12
    assert np.linalg.norm(piece.gap(corner, np.array([0.0, 1.0, 2.0]))) > 0.5


def test_the_normal_cone_of_semidefinite_matrices_measures_optimality() -> None:
    piece = Semidefinite("S", slice(0, 4), 2)
    X = np.diag([1.0, 0.0]).ravel()
    assert np.linalg.norm(piece.gap(X, np.diag([0.0, 2.0]).ravel())) < 1e-12
    assert np.linalg.norm(piece.gap(X, np.diag([0.0, -2.0]).ravel())) == pytest.approx(2.0)
    assert np.linalg.norm(piece.gap(X, np.diag([1.0, 2.0]).ravel())) == pytest.approx(1.0)
