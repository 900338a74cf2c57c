"""Second derivatives on data: products and solves by structure, against the dense matrix."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np
import pytest

import lossmith as ls
from lossmith.errors import DataError, ShapeError
from lossmith.run.operator import Operator


def random_values(rng: np.random.Generator, shapes: dict[str, str]) -> dict[str, Any]:
    """n = 5, m = 3, k = 2, d = 4; "2n" more rows than columns; pd and labels as said."""
    sizes = {"n": 5, "m": 3, "k": 2, "d": 4}
    values: dict[str, Any] = {}
    for name, spec in shapes.items():
        kind, _, word = spec.partition(" ")
        shape = tuple(sizes[c] for c in kind if c in sizes)
        a = rng.standard_normal(shape)
        if word == "pd":
            a = a @ a.T + 0.5 * np.eye(len(a))
        elif word == "sign":
            a = rng.choice([-1.0, 1.0], shape)
        elif word == "positive":
            a = np.abs(a) + 0.3
        values[name] = a
    return values


LOGISTIC = "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2"
LABELS = "y: vector(n) in {-1, 1}; lam: scalar >= 0"

# formula, declarations, variable, shapes: one for each way of solving.
CASES: list[tuple[str, str, str, dict[str, str]]] = [
    ("lam*norm2(x)^2", "x: vector(n); lam: scalar > 0", "x", {"x": "n", "lam": " positive"}),
    ("sum(exp(x))", "x: vector(n)", "x", {"x": "n"}),
    (LOGISTIC, LABELS, "w", {"X": "nm", "y": "n sign", "w": "m", "lam": " positive"}),
    (LOGISTIC, LABELS, "w", {"X": "mn", "y": "m sign", "w": "n", "lam": " positive"}),
    ("norm2(X*w - y)^2", "", "w", {"X": "nm", "y": "n", "w": "m"}),
    ("norm2(X*w - y)^2 + c'*(w.^4) + (a'*w)^2", "", "w",
     {"X": "kd", "y": "k", "w": "d", "c": "d positive", "a": "d"}),
    ("logsumexp(A*x) + norm2(x)^2", "x: vector(n); A: matrix(m, n)", "x", {"A": "mn", "x": "n"}),
    ("logsumexp(x) + norm2(x)^2", "x: vector(n)", "x", {"x": "n"}),
    ("norm2(x)^3", "x: vector(n)", "x", {"x": "n"}),
    ("x'*P*x + sum(exp(x))", "x: vector(n); P: matrix(n, n) pd", "x", {"P": "nn pd", "x": "n"}),
    ("normF(T - U*V')^2", "T: matrix(n, m); U: matrix(n, k); V: matrix(m, k)", "U",
     {"T": "nm", "U": "nk", "V": "mk"}),
    ("normF(T - U*V')^2 + lam*normF(V)^2", "T: matrix(n, m); U: matrix(n, k); V: matrix(m, k)",
     "V", {"T": "nm", "U": "nk", "V": "mk", "lam": " positive"}),
    ("normF(A*X - C)^2", "A: matrix(n, m); X: matrix(m, k)", "X",
     {"A": "nm", "X": "mk", "C": "nk"}),
    ("tr(X'*P*X) + tr(X*Q*X')", "X: matrix(n, m); P: matrix(n, n) pd; Q: matrix(m, m) pd", "X",
     {"X": "nm", "P": "nn pd", "Q": "mm pd"}),
    ("tr(X'*P*X*Q)", "X: matrix(n, m); P: matrix(n, n) pd; Q: matrix(m, m) pd", "X",
     {"X": "nm", "P": "nn pd", "Q": "mm pd"}),
    ("tr(X'*P*X*Q) + normF(X)^2", "X: matrix(n, m); P: matrix(n, n) pd; Q: matrix(m, m) pd", "X",
     {"X": "nm", "P": "nn pd", "Q": "mm pd"}),
    ("tr(X'*P*X*Q) + sum(X)^2", "X: matrix(n, m); P: matrix(n, n) pd; Q: matrix(m, m) pd", "X",
     {"X": "nm", "P": "nn pd", "Q": "mm pd"}),
    ("-logdet(S) + tr(C*S)", "S: matrix(n, n) pd; C: matrix(n, n)", "S",
     {"S": "nn pd", "C": "nn"}),
    ("sum((A*X).^4)", "X: matrix(m, k); A: matrix(n, m)", "X", {"A": "nm", "X": "mk"}),
    ("sum(i, logsumexp(Z[i,:])) + normF(Z)^2", "Z: matrix(n, k)", "Z", {"Z": "nk"}),
    ("sum(i, logsumexp((X*W)[i,:])) + normF(W)^2", "X: matrix(n, m); W: matrix(m, k)", "W",
     {"X": "nm", "W": "mk"}),
    ("sum(i, logsumexp((W*X')[:,i])) + sum(exp(W))", "X: matrix(n, m); W: matrix(k, m)", "W",
     {"X": "nm", "W": "km"}),
    ("normF(A*X + X*B)^2 + normF(X)^2", "X: matrix(n, m); A: matrix(n, n); B: matrix(m, m)", "X",
     {"X": "nm", "A": "nn", "B": "mm"}),
    ("t^4 + t^2", "t: scalar", "t", {"t": ""}),
]  # fmt: skip


def operator_of(text: str, declared: str, wrt: str, shapes: dict[str, str]) -> Operator:
    values = random_values(np.random.default_rng(11), shapes)
    return ls.objective(text, declare=declared, wrt=wrt).hessian.operator(**values)  # type: ignore[union-attr]


@pytest.mark.parametrize(("text", "declared", "wrt", "shapes"), CASES)
def test_products_and_solves_agree_with_the_dense_matrix(
    text: str, declared: str, wrt: str, shapes: dict[str, str]
) -> None:
    h = operator_of(text, declared, wrt, shapes)
    size = prod(h.shape)
    matrix = h.dense().reshape(size, size)
    assert np.allclose(matrix, matrix.T, rtol=0, atol=1e-12 * np.max(np.abs(matrix)))
    rng = np.random.default_rng(12)
    v, b = rng.standard_normal(h.shape), rng.standard_normal(h.shape)
    # Sums of at most 15 products of numbers of the size of the largest entry.
    bound = 1e-13 * size * np.max(np.abs(matrix))
    assert np.allclose(h.matvec(v).ravel(), matrix @ v.ravel(), rtol=0, atol=bound * 4)
    x = h.solve(b)
    expected = np.linalg.solve(matrix, b.ravel())
    # Both solutions are within about size * eps * condition of the true one.
    bound = 1e-14 * size * float(np.linalg.cond(matrix)) * float(np.linalg.norm(expected))
    assert x.shape == h.shape
    assert np.allclose(x.ravel(), expected, rtol=0, atol=bound)


@pytest.mark.parametrize(("text", "declared", "wrt", "shapes"), CASES)
def test_the_printed_form_names_its_parts(
    text: str, declared: str, wrt: str, shapes: dict[str, str]
) -> None:
    h = operator_of(text, declared, wrt, shapes)
    size = prod(h.shape)
    assert repr(h).endswith(f"({size} x {size})")


def test_a_singular_hessian_is_refused_with_its_structure() -> None:
    h = ls.objective("norm2(x)", declare="x: vector(n)").hessian.operator(x=[3.0, 4.0, 1.0])  # type: ignore[union-attr]
    with pytest.raises(DataError, match="singular"):
        h.solve([1.0, 2.0, 3.0])


def test_zero_entries_of_a_diagonal_fall_back_to_a_dense_solve() -> None:
    text = "sum(x.^4) + norm2(A*x)^2"
    f = ls.objective(text, declare="x: vector(m); A: matrix(n, m)", wrt="x")
    A = np.random.default_rng(1).standard_normal((2, 3))
    h = f.hessian.operator(x=[1.0, 0.0, 2.0], A=A)  # type: ignore[union-attr]
    b = np.array([1.0, -2.0, 0.5])
    assert np.allclose(h.dense() @ h.solve(b), b, rtol=0, atol=1e-9)


def test_a_right_side_of_another_shape_is_refused() -> None:
    h = ls.objective("sum(exp(x))", declare="x: vector(n)").hessian.operator(x=[1.0, 2.0])  # type: ignore[union-attr]
    with pytest.raises(ShapeError, match="must have shape"):
        h.solve([1.0, 2.0, 3.0])


def test_a_factorization_of_many_rows_needs_no_large_array() -> None:
    """Dense, this Hessian would have (20000 * 3)^2 entries: 29 GB."""
    rng = np.random.default_rng(3)
    T, U, V = (rng.standard_normal(s) for s in ((20000, 4), (20000, 3), (4, 3)))
    f = ls.objective(
        "normF(T - U*V')^2", declare="T: matrix(n, m); U: matrix(n, k); V: matrix(m, k)", wrt="U"
    )
    h = f.hessian.operator(T=T, U=U, V=V)  # type: ignore[union-attr]
    step = h.solve(2 * (U @ V.T - T) @ V)
    # One Newton step of a quadratic reaches its minimum: U V'V = T V.
    assert np.allclose((U - step) @ (V.T @ V), T @ V, rtol=0, atol=1e-8)


def test_a_gradient_has_no_structure() -> None:
    with pytest.raises(ls.LossmithError, match="no structure"):
        _ = ls.objective("sum(exp(x))", declare="x: vector(n)").gradient.structure  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "declared", "values"),
    [
        ("a'*x", "x: vector(n); a: vector(n)", {"x": [1.0, 2.0], "a": [1.0, 3.0]}),
        ("norm2(x)", "x: vector(n)", {"x": [3e200, -4e200]}),
        ("normF(A*X)^2", "A: matrix(n, m); X: matrix(m, k)",
         {"A": [[1.0, 2.0], [2.0, 4.0]], "X": [[1.0], [0.5]]}),
    ],
)  # fmt: skip
def test_singular_ones_are_refused_without_warnings(
    text: str, declared: str, values: dict[str, Any]
) -> None:
    wrt = "X" if "X" in values else "x"
    h = ls.objective(text, declare=declared, wrt=wrt).hessian.operator(**values)  # type: ignore[union-attr]
    with pytest.raises(DataError, match="singular"):
        h.solve(np.arange(1.0, 1.0 + prod(h.shape)).reshape(h.shape))
