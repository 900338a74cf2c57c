"""Second derivatives by several variables: products and solves against the dense matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import lossmith as ls
from lossmith.errors import DataError, ShapeError, UsageError
from lossmith.run.joint import JointOperator

SHAPES = {"X": (6, 3), "y": (6,), "w": (3,), "b": (), "T": (5, 4), "U": (5, 2), "V": (4, 2),
          "x": (5,), "c": (5,), "t": (), "A": (5, 3), "z": (3,), "lam": ()}  # fmt: skip

CASES = [
    ("sum(log(1 + exp(-y .* (X*w + b)))) + lam*norm2(w)^2 + lam*b^2",
     "X: matrix(6, 3); y: vector(6); b: scalar; lam: scalar > 0", ("w", "b")),
    ("normF(T - U*V')^2 + 20*lam*normF(U)^2 + 20*lam*normF(V)^2",
     "T: matrix(5, 4); U: matrix(5, 2); V: matrix(4, 2); lam: scalar > 0", ("U", "V")),
    ("sum(exp(x)) + norm2(x)^2 + t*sum(x) + 9*t^2", "x: vector(5); t: scalar", ("x", "t")),
    ("norm2(A*z - x)^2 + sum(cosh(x - c)) + norm2(z)^2 + t^4 + t^2*norm2(z)^2",
     "A: matrix(5, 3); z: vector(3); x: vector(5); c: vector(5); t: scalar", ("z", "x", "t")),
]  # fmt: skip


def joint(text: str, declare: str, wrt: tuple[str, ...], seed: int = 1) -> JointOperator:
    f = ls.objective(text, declare, wrt=wrt)
    rng = np.random.default_rng(seed)
    values: dict[str, Any] = {
        s.name: rng.standard_normal(SHAPES[s.name]) for s in f.formula.symbols
    }
    if "lam" in values:
        values["lam"] = 1.3
    return f.hessian.operator(**values)


@pytest.mark.parametrize(("text", "declare", "wrt"), CASES)
def test_products_and_solves_agree_with_the_joint_matrix(
    text: str, declare: str, wrt: tuple[str, ...]
) -> None:
    h = joint(text, declare, wrt)
    matrix = h.dense()
    assert np.allclose(matrix, matrix.T, rtol=0, atol=1e-12 * np.max(np.abs(matrix)))
    rng = np.random.default_rng(2)
    v = {name: rng.standard_normal(shape) for name, shape in h.shapes.items()}
    flat = np.concatenate([np.ravel(v[name]) for name in h.shapes])
    product = np.concatenate([np.ravel(part) for part in h.matvec(v).values()])
    assert np.allclose(product, matrix @ flat, rtol=0, atol=1e-12 * np.max(np.abs(matrix)))
    x = h.solve(v)
    assert {name: part.shape for name, part in x.items()} == h.shapes
    found = np.concatenate([np.ravel(part) for part in x.values()])
    expected = np.linalg.solve(matrix, flat)
    bound = 1e-13 * float(np.linalg.cond(matrix)) * float(np.linalg.norm(expected))
    assert np.allclose(found, expected, rtol=0, atol=bound)


def test_the_largest_structured_variable_is_eliminated_without_a_dense_matrix() -> None:
    """Dense, this Hessian would have 40001^2 entries: 12 GB."""
    f = ls.objective("sum(exp(x)) + t*sum(x) + n*t^2", "x: vector(n); t: scalar", wrt=("x", "t"))
    x = np.linspace(0.0, 1.0, 40000)
    h = f.hessian.operator(x=x, t=0.5)
    b = {"x": np.cos(x), "t": np.array(2.0)}
    found = h.solve(b)
    again = h.matvec(found)
    assert np.allclose(again["x"], b["x"], rtol=0, atol=1e-10)
    assert np.allclose(again["t"], b["t"], rtol=0, atol=1e-10)


def test_a_singular_joint_matrix_is_refused() -> None:
    h = joint("norm2(X*w + b - y)^2", "X: matrix(6, 3); b: scalar; y: vector(6)", ("w", "b"))
    assert np.all(np.isfinite(h.solve({"w": np.ones(3), "b": 1.0})["w"]))
    f = ls.objective("(a + b)^2", "a: scalar; b: scalar", wrt=("a", "b"))
    singular = f.hessian.operator(a=1.0, b=2.0)
    with pytest.raises(DataError, match="singular"):
        singular.solve({"a": 1.0, "b": 1.0})  # in the range: not the only solution
    with pytest.raises(DataError, match="singular"):
        singular.solve({"a": 1.0, "b": -1.0})


def test_vectors_that_do_not_fit_are_refused_by_name() -> None:
    h = joint(*CASES[2])
    with pytest.raises(UsageError, match="one array for each of x, t"):
        h.matvec({"x": np.ones(5)})
    with pytest.raises(ShapeError, match="v of x must have shape"):
        h.matvec({"x": np.ones(4), "t": 1.0})
    with pytest.raises(UsageError, match="no operator"):
        ls.objective("x*t", "x: scalar; t: scalar", wrt=("x", "t")).gradient.operator(x=1, t=2)


def test_a_right_side_in_the_range_of_a_singular_map_is_refused_too() -> None:
    f = ls.objective("(a'*x)^2", "x: vector(n); a: vector(n)", wrt="x")
    a = np.array([1.0, 2.0, -1.0])
    with pytest.raises(DataError, match="singular"):
        f.hessian.operator(a=a, x=a).solve(a)
