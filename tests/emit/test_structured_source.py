"""NumPy files with the Hessian by its structure: readable, right, and testing themselves."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

import lossmith as ls

FACTORIZATION = "normF(T - U*V')^2"
SHAPES = "T: matrix(m, n); U: matrix(m, k); V: matrix(n, k)"

CASES = [
    ("sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2", "y: vector(n) in {-1, 1}; lam: scalar > 0",
     "w"),
    ("norm2(x)^3", "x: vector(n)", "x"),
    ("logsumexp(A*x) - b'*x", "x: vector(d)", "x"),
    (FACTORIZATION, SHAPES, "U"),
    ("-logdet(S) + tr(C*S)", "S: matrix(n, n) pd", "S"),
    ("tr(X*Y*X*Z)", "X: matrix(n, n); Y: matrix(n, n); Z: matrix(n, n)", "X"),
    ("sum(i, logsumexp((X*W)[i,:]))", "X: matrix(n, d); W: matrix(d, k)", "W"),
    ("sum((A*X).^4)", "X: matrix(m, k); A: matrix(n, m)", "X"),
    ("norm2(tanh(X*W)*v - y)^2", "X: matrix(n, d); W: matrix(d, k)", "W"),
]  # fmt: skip


def function(text: str, name: str) -> str:
    """Return the text of one function of a file."""
    return f"def {name}(" + text.split(f"\ndef {name}(")[1].split("\n\n\n")[0]


@pytest.mark.parametrize(("text", "declared", "wrt"), CASES)
def test_a_file_with_structure_tests_itself(text: str, declared: str, wrt: str) -> None:
    code = ls.objective(text, declare=declared, wrt=wrt).code("numpy")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "generated", "exec"), {"__name__": "__main__"})
    assert printed.getvalue().count("hessian_times: largest difference") == 3


def test_the_factorization_is_solved_with_its_small_matrix() -> None:
    code = ls.objective(FACTORIZATION, declare=SHAPES, wrt="U").code("numpy")
    assert function(code, "hessian_times").endswith("return v @ B")
    assert function(code, "hessian_solve").endswith("return np.linalg.solve(B, b.T).T")
    assert "eye" not in function(code, "hessian_parts")


def test_the_logistic_loss_is_solved_by_rows_or_by_columns() -> None:
    text, declared, wrt = CASES[0]
    code = ls.objective(text, declare=declared, wrt=wrt).code("numpy")
    assert "z = X @ v\n    return X.T @ (d * z) + c * v" in function(code, "hessian_times")
    solve = function(code, "hessian_solve")
    assert "if len(X) < len(b):" in solve
    assert "return _solved((X.T * d) @ X + c * np.eye(len(b)), b)" in solve
    assert "def _woodbury" in code


def test_a_hessian_without_structure_adds_nothing() -> None:
    code = ls.objective("x'*A*x", declare="x: vector(n)", wrt="x").code("numpy")
    assert "hessian_parts" not in code


@pytest.mark.parametrize("size", [1e200, 1e-200, 1.0])
@pytest.mark.parametrize(
    ("text", "wrt"), [("norm2(x)", "x"), ("norm2(x)^3", "x"), ("normF(X)", "X"),
                      ("norm2(2*x - b)", "x")],
)  # fmt: skip
def test_norms_of_large_and_small_vectors_have_second_derivatives(
    text: str, wrt: str, size: float
) -> None:
    f = ls.objective(text, "x: vector(n); b: vector(n); X: matrix(m, n)", wrt=wrt)
    at = {"x": np.array([3.0, -4.0, 1.0]) * size, "b": np.array([1.0, 1.0, 2.0]) * size,
          "X": np.array([[3.0, -4.0], [1.0, 2.0]]) * size}  # fmt: skip
    values = {s.name: at[s.name] for s in f.formula.symbols}
    unit = {name: value / size for name, value in values.items()}
    v = np.random.default_rng(0).standard_normal(at[wrt].shape)
    h = f.hessian.operator(**values)  # type: ignore[union-attr]
    # A norm is homogeneous: its Hessian at size * x is that at x times a power of the size.
    power = size if "^3" in text else 1 / size
    expected = power * f.hessian.operator(**unit).matvec(v)  # type: ignore[union-attr]
    assert np.allclose(h.matvec(v), expected, rtol=1e-13, atol=0)
    assert np.allclose(f.hvp(v, **values), expected, rtol=1e-13, atol=0)
    assert np.allclose(np.tensordot(h.dense(), v, v.ndim), expected, rtol=1e-13, atol=0)
