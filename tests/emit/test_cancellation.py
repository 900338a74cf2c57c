"""Terms that cancel: every entry in units of its last place, against ball arithmetic.

z - sin z is z^3/6 near 0, and σ(a) - σ(b) is tiny where a is near b: computed as they are written,
no digit of them is right. Values, gradients and diagonals of Hessians are compared.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.emit.test_stability import exactly

import lossmith as ls
from lossmith.atoms.exponential import exp
from lossmith.calculus.floats import for_floats
from lossmith.calculus.near_zero import with_series
from lossmith.emit.request import Request
from lossmith.emit.table import TARGETS
from lossmith.expr.build import add, apply, const, diagonal
from lossmith.expr.node import Expr, Select, symbol
from lossmith.expr.walk import postorder
from lossmith.run.load import load

ULPS = 128
SMALL = [1e-150, 1e-12, 1e-9, 3e-5, 1e-3, 0.06, 0.3, 0.7, 1.5]
"""Both sides of every radius inside which code takes a series."""

OF_ONE = [
    "z - sin(z)", "sinh(z) - z", "tanh(z) - z", "tan(z) - z", "atan(z) - z", "asinh(z) - z",
    "asin(z/2) - z/2", "atanh(z/2) - z/2", "1 - cos(z)", "cos(z) - 1 + z.^2/2",
    "cosh(z) - 1 - z.^2/2", "exp(z) - 1 - z", "exp(-z) + z - 1", "log(1 + z) - z",
    "sqrt(1 + z) - 1 - z/2", "1 - sqrt(1 - z/2)", "1 - 1./sqrt(1 + z)", "1 - 1./(1 + z)",
    "(1 + z).^3 - 1", "(1 + z).^1.5 - 1", "(1 + z).^(-2) - 1", "sigmoid(z) - 1/2",
    "exp(z) + exp(-z) - 2", "exp(2*z) - exp(z)", "(exp(z) - 1)./z", "z./(exp(z) - 1)",
    "sin(z)./z", "(1 - cos(z))./z.^2", "(exp(z) - 1 - z)./z.^2", "log(1 + z)./z", "z./tanh(z)",
    "1./z - 1./tanh(z)", "1./(exp(z) - 1) - 1./z", "log(sinh(z)./z)", "log(cos(z))",
    "(1 + z).*log(1 + z) - z",
    "log(1 - z/2)", "log(1 + z + 3*z.^2)", "1 - z./sinh(z)", "sin(z).^2 - z.^2", "acosh(1 + z)",
]  # fmt: skip

PAIRS = [
    "sigmoid(a) - sigmoid(b)", "tanh(a) - tanh(b)", "exp(a) - exp(b)", "sin(a) - sin(b)",
    "cos(a) - cos(b)", "sinh(a) - sinh(b)", "cosh(a) - cosh(b)", "a^2 - b^2", "a^3 - b^3",
    "sqrt(a) - sqrt(b)", "1/a - 1/b", "a*log(a/b) - a + b", "a/b - 1 - log(a/b)",
    "1/(1 + exp(-a)) - 1/(1 + exp(-b))",
]  # fmt: skip

ARRAYS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("logdet(eye + X*X')", "X: matrix(n, k)", "X", {"X": [[1e-9, 2e-9], [3e-9, -1e-9]]}),
    ("logdet(eye + X*X')", "X: matrix(n, k)", "X", {"X": [[1.0, 0.5], [0.25, -2.0]]}),
    ("logdet(eye + X'*diag(w)*X)", "X: matrix(n, k); w: vector(n) > 0", "w",
     {"X": [[1e-9, 2e-9], [3e-10, -1e-9]], "w": [1.0, 2.0]}),
    ("log(1 + x'*x)", "x: vector(n)", "x", {"x": [1e-9, 2e-9]}),
    ("(1 + z)^a - 1", "z: scalar > 0; a: scalar", "z", {"z": 1e-12, "a": 0.7}),
    ("sum(y.*(exp(X*w - y) - 1 - (X*w - y)))", "X: matrix(m, n); w: vector(n); y: vector(m)", "w",
     {"X": [[0.5], [0.25]], "w": [1.0], "y": [0.5 + 2.0**-30, 0.25 - 2.0**-25]}),
    ("0.5*sum(exp(s) - 1 - s + m.^2)", "s: vector(n); m: vector(n)", "s",
     {"s": [1e-12, -1e-9, 1e-4], "m": [0.0, 0.0, 1e-12]}),
]  # fmt: skip


def assert_digits(f: ls.Objective, values: dict[str, Any]) -> None:
    shown = [(f.normalized, f(**values))]
    if not f.expr.shape:
        shown += [(f.gradient.expr, f.gradient(**values)), (f.hessian.expr, f.hessian(**values))]
    for e, found in shown:
        for x, ball in zip(np.ravel(found), exactly(e, f, values), strict=True):
            exact = float(ball.mid())
            assert ball.is_finite()
            assert abs(x - exact) <= ULPS * np.spacing(abs(exact)) + 1e-300, (x, exact)


@pytest.mark.parametrize("text", OF_ONE)
@pytest.mark.parametrize("at", SMALL)
def test_a_function_of_one_number_keeps_its_digits_near_zero(text: str, at: float) -> None:
    f = ls.objective(text, "z: scalar", wrt="z")
    assert_digits(f, {"z": at})


@pytest.mark.parametrize("text", PAIRS)
@pytest.mark.parametrize(
    ("a", "b"), [(0.75, 0.75 + 2.0**-30), (30.0, 30.0 - 2.0**-20), (0.5, 40.0), (3e-9, 3.001e-9)]
)
def test_a_difference_of_two_values_keeps_its_digits(text: str, a: float, b: float) -> None:
    f = ls.objective(text, "a: scalar > 0; b: scalar > 0", wrt="a")
    e = f.normalized
    (ball,) = exactly(e, f, {"a": a, "b": b})
    exact = float(ball.mid())
    assert abs(f(a=a, b=b) - exact) <= ULPS * np.spacing(abs(exact))


@pytest.mark.parametrize(("text", "declare", "wrt", "values"), ARRAYS)
def test_arrays_keep_their_digits(text: str, declare: str, wrt: str, values: Any) -> None:
    assert_digits(ls.objective(text, declare, wrt=wrt), values)


def test_far_apart_nothing_overflows() -> None:
    for text in ("exp(a) - exp(b)", "sigmoid(a) - sigmoid(b)", "tanh(a) - tanh(b)"):
        f = ls.objective(text, "a: scalar; b: scalar", wrt="a")
        for a, b in ((0.0, -2000.0), (-2000.0, 0.0), (700.0, -700.0), (1.0, 1.0)):
            wanted = float(exactly(f.normalized, f, {"a": a, "b": b})[0].mid())
            assert f(a=a, b=b) == pytest.approx(wanted, rel=1e-13, abs=1e-300)


@pytest.mark.parametrize("target", ["jax", "torch", "numba"])
def test_other_targets_take_the_series_too(target: str) -> None:
    package = pytest.importorskip(target)
    if target == "jax":
        package.config.update("jax_enable_x64", True)
    z = [1e-9, 1e-3, 0.4, 2.0]
    for text in ("sum(z - sin(z))", "sum(exp(z) - 1 - z)", "sum((exp(z) - 1)./z)"):
        f = ls.objective(text, "z: vector(n)", wrt="z")
        for e in (f.normalized, f.gradient.expr, diagonal(f.hessian.expr)):
            made = TARGETS[target].emit(Request({"value": for_floats(e)}, f.formula.symbols, ()))
            found = np.ravel(np.asarray(load(made).call("value", {"z": np.array(z)})))
            exact = [float(b.mid()) for b in exactly(e, f, {"z": z})]
            assert np.allclose(found, exact, rtol=1e-13, atol=1e-300)


def test_only_what_cancels_gets_a_series() -> None:
    def pieces(text: str) -> int:
        f = ls.objective(text, "z: vector(n); y: vector(n)", wrt="z")
        return sum(isinstance(e, Select) for e in postorder(with_series(f.gradient.expr)))

    for text in ("sum(log(1 + exp(z)))", "sum(z.*tanh(z))", "sum((exp(z) - y).^2)", "sum(z.^4)"):
        assert pieces(text) == 0
    assert pieces("sum(exp(z) - z.^2/2 - z)") > 0


def test_deep_chains_of_functions_are_left_alone() -> None:
    x = symbol("x")
    e: Expr = x
    for k in range(1000):
        e = apply(exp, add((Fraction(-1, 3), e), const(k % 3 + 1)))
    assert for_floats(e) is e
