"""Losses far out: value, gradient and Hessian in floats against ball arithmetic of many digits.

The literal formulas overflow, divide zero by zero or lose every digit at these points. Each entry
must be right by itself, not only beside the largest one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import lossmith as ls
from lossmith.atoms.meaning import entries, evaluate
from lossmith.calculus.floats import for_floats
from lossmith.emit.request import Request
from lossmith.emit.table import TARGETS
from lossmith.expr.build import diagonal as build_diagonal
from lossmith.expr.node import Expr
from lossmith.run.load import load

BITS = 3000
RELATIVE = 1e-9

S, V = "z: scalar", "z: vector(n)"
LOGISTIC = {"X": [[900.0], [-950.0], [0.5], [1e-9]], "y": [-1.0, -1.0, 1.0, 1.0], "w": [1.0]}
MODEL = "X: matrix(m, n); w: vector(n); y: vector(m) in {-1, 1}"
CLASSES = "X: matrix(m, n); w: vector(n); y: vector(m) in {0, 1}"
ZERO_ONE = {**LOGISTIC, "y": [0.0, 1.0, 1.0, 0.0]}
FAR = [-1000.0, -40.0, -1e-9, 1e-12, 36.0, 700.0]
TAILS = [-80.0, -30.0, 1e-9, 25.0, 90.0, 91.0]
BELOW = [1e-200, 1e-9, 1e-3]

# formula, declarations, variable, values.
CASES: list[tuple[str, str, str, dict[str, Any]]] = [
    ("sum(log(1 + exp(-y .* (X*w))))", MODEL, "w", LOGISTIC),
    ("mean(log(1 + exp(-y .* (X*w)))) + norm2(w)^2/10", MODEL, "w", LOGISTIC),
    ("sum(log(1 + exp(X*w)) - y .* (X*w))", CLASSES, "w", ZERO_ONE),
    ("-sum(y .* log(sigmoid(X*w)) + (1 - y) .* log(1 - sigmoid(X*w)))", CLASSES, "w", ZERO_ONE),
    ("-sum(y .* log(1 ./ (1 + exp(-X*w))) + (1 - y) .* log(1 - 1 ./ (1 + exp(-X*w))))", CLASSES,
     "w", ZERO_ONE),
    ("sum(log(1 + exp(1 - y .* (X*w))))", MODEL, "w", LOGISTIC),
    ("sum((1 - sigmoid(y .* (X*w))).^2)", MODEL, "w", LOGISTIC),
    ("sum(log(1 + exp(z)))", V, "z", {"z": FAR}),
    ("sum(log(1 + exp(-z)) + log(1 + exp(z)))", V, "z", {"z": FAR}),
    ("sum(max(z, 0) - z .* y + log(1 + exp(-abs(z))))", f"{V}; y: vector(n)", "z",
     {"z": FAR, "y": [0.25] * 6}),
    ("-sum(log(sigmoid(z)))", V, "z", {"z": FAR}),
    ("-sum(log(1 - sigmoid(z)))", V, "z", {"z": FAR}),
    ("sum(sigmoid(z))", V, "z", {"z": TAILS}),
    ("sum(1 - sigmoid(z))", V, "z", {"z": TAILS}),
    ("sum(sigmoid(z).^2)", V, "z", {"z": TAILS}),
    ("sum((sigmoid(z) - y).^2)", f"{V}; y: vector(n)", "z", {"z": TAILS, "y": [0.25] * 6}),
    ("sum(1 ./ (1 + exp(-z)))", V, "z", {"z": TAILS}),
    ("sum(exp(z) ./ (1 + exp(z)))", V, "z", {"z": FAR}),
    ("sum(z ./ (1 + exp(-z)))", V, "z", {"z": TAILS}),
    ("sum(tanh(z))", V, "z", {"z": TAILS}),
    ("sum(1 - tanh(z).^2)", V, "z", {"z": TAILS}),
    ("sum((exp(z) - exp(-z)) ./ (exp(z) + exp(-z)))", V, "z", {"z": FAR[1:]}),
    ("norm2(tanh(X*w) - y)^2", "X: matrix(m, n); w: vector(n); y: vector(m)", "w",
     {"X": [[45.0], [-0.5]], "w": [1.0], "y": [0.5, 0.25]}),
    ("sum(log(cosh(z)))", V, "z", {"z": [-800.0, -20.0, 1e-8, 30.0, 1e8]}),
    ("sum(log((exp(z) + exp(-z))/2))", V, "z", {"z": [-800.0, -20.0, 1e-8, 30.0, 1e8]}),
    ("sum(log(exp(z) + exp(-z)))", V, "z", {"z": [-800.0, -20.0, 1e-8, 30.0, 1e8]}),
    ("log(2*cosh(z))", S, "z", {"z": 1e4}),
    ("log(exp(a) + exp(b))", "a: scalar; b: scalar", "a", {"a": 1000.0, "b": 990.0}),
    ("log(exp(a) + exp(b))", "a: scalar; b: scalar", "a", {"a": -1e8, "b": -2.0}),
    ("log(exp(a) + exp(b))", "a: scalar; b: scalar", "b", {"a": 1e8, "b": 3.0}),
    ("log(1 + exp(a) + exp(b))", "a: scalar; b: scalar", "a", {"a": 900.0, "b": -3.0}),
    ("log(1 + exp(a) + exp(b))", "a: scalar; b: scalar", "a", {"a": -900.0, "b": 2000.0}),
    ("exp(a)/(exp(a) + exp(b))", "a: scalar; b: scalar", "a", {"a": 2000.0, "b": 1960.0}),
    ("exp(a)/(1 + exp(a) + exp(b))", "a: scalar; b: scalar", "a", {"a": 800.0, "b": 1.0}),
    ("log(sum(exp(z)))", V, "z", {"z": [1000.0, 999.0, -1000.0]}),
    ("log(mean(exp(z)))", V, "z", {"z": [1e4, 1e4 - 1, 1e4 + 2]}),
    ("lam*log(sum(exp(z/lam)))", f"{V}; lam: scalar > 0", "z",
     {"z": [1.0, 2.0, 2.5], "lam": 2.0**-5}),
    ("log(sum(exp(z))) - y'*z", f"{V}; y: vector(n)", "z",
     {"z": [-1e4, -1e4 + 1.5, -1e4 + 1], "y": [0.0, 0.5, 0.0]}),
    ("-y'*log(exp(z)/sum(exp(z)))", f"{V}; y: vector(n)", "z",
     {"z": [1e3, 1e3 + 1.5, 1e3 - 1], "y": [1.0, 0.0, 0.0]}),
    ("norm2(softmax(z) - y)^2", f"{V}; y: vector(n)", "z",
     {"z": [1e3, 1e3 + 1.5, 1e3 - 1], "y": [1.0, 0.5, 0.0]}),
    ("sum(((exp(Z) ./ ((exp(Z)*vector(1))*vector(1)'))*X).^2)", "Z: matrix(2, 3); X: matrix(3, 2)",
     "Z", {"Z": [[1000.0, 1001.5, 999.0], [-2000.0, -2000.5, -1999.0]],
           "X": [[1.0, 0.5], [-0.25, 2.0], [3.0, -1.0]]}),
    ("sum(i, logsumexp(X[i,:]*W))", "X: matrix(m, n); W: matrix(n, k)", "W",
     {"X": [[600.0, 1.0], [0.5, -800.0]], "W": [[1.0, 0.999], [2.0, 2.001]]}),
    ("norm2(z)", V, "z", {"z": [3e200, -4e200]}),
    ("norm2(z)", V, "z", {"z": [3e-200, -4e-200, 1e-200]}),
    ("norm2(z)^3", V, "z", {"z": [3e90, -4e90]}),
    ("sqrt(z'*z)", V, "z", {"z": [3e200, -4e200]}),
    ("norm2(A*z - b)", f"{V}; A: matrix(m, n); b: vector(m)", "z",
     {"A": [[1.0, 2.0], [0.5, -1.0]], "z": [1e180, 2e180], "b": [1.0, 2.0]}),
    ("normF(Z)", "Z: matrix(m, n)", "Z", {"Z": [[3e200, 1e200], [-4e200, 2e200]]}),
    ("sum(log(1 + z.^2))", V, "z", {"z": BELOW}),
    ("sum(log(1 + z))", f"{V} >= 0", "z", {"z": BELOW}),
    ("sum(exp(z) - 1)", V, "z", {"z": BELOW}),
    ("sum(1 - exp(-z.^2))", V, "z", {"z": [1e-100, 1e-9, 1e-3]}),
    ("sum(-log(1 - exp(-z)))", f"{V} > 0", "z", {"z": [1e-150, 1e-9, 1e-3]}),
    ("sum(log(exp(z) - 1))", f"{V} > 0", "z", {"z": [1e-150, 1e-9, 1.0, 5.0]}),
    ("sum(sqrt(1 + z.^2) - 1)", V, "z", {"z": [1e-150, 1e-9, 1e-3, 10.0]}),
    ("sum(delta^2*(sqrt(1 + (z/delta).^2) - 1))", f"{V}; delta: scalar > 0", "z",
     {"z": [1e-150, 1e-9, 1e-3, 10.0], "delta": 0.5}),
    ("sum(1 - cos(z))", V, "z", {"z": BELOW}),
    ("sum(cosh(z) - 1)", V, "z", {"z": BELOW}),
    ("1 - normcdf(z)", S, "z", {"z": 20.0}),
    ("-sum(log(normcdf(y .* (X*w))))", MODEL, "w",
     {"X": [[60.0], [-40.0], [0.5], [1e-9]], "y": [-1.0, -1.0, 1.0, 1.0], "w": [1.0]}),
    ("-sum(log(normcdf(z)))", V, "z", {"z": [-300.0, -40.0, -5.0, 1e-9, 6.0, 30.0]}),
    ("-log(1 - normcdf(z))", S, "z", {"z": 40.0}),
    ("-sum(y .* log(normcdf(X*w)) + (1 - y) .* log(1 - normcdf(X*w)))", CLASSES, "w",
     {"X": [[60.0], [-50.0], [0.5], [-1e-9]], "y": [0.0, 1.0, 1.0, 0.0], "w": [1.0]}),
    ("-sum(y .* log(normcdf(z)) + (1 - y) .* log(1 - normcdf(z)))", f"{V}; y: vector(n)", "z",
     {"z": [60.0, -300.0, 0.5, 40.0], "y": [0.0, 1.0, 0.25, 0.5]}),
    ("-log(1 - exp(-z))", "z: scalar > 0", "z", {"z": 40.0}),
    ("log(1 - exp(-z))", "z: scalar > 0", "z", {"z": 1e-9}),
    ("sum(log(sigmoid(z) .* (1 - sigmoid(z))))", V, "z", {"z": FAR}),
    ("sqrt(z^2 + c^2) - c", "z: scalar; c: scalar > 0", "z", {"z": 1e-9, "c": 3.0}),
    ("sqrt(z^2 + 4) - 2", S, "z", {"z": 1e-9}),
    ("sum(sqrt(1 + z.^2))", V, "z", {"z": [1e-9, 1.0, -1e90]}),
    ("log(1 + z^2)", S, "z", {"z": 1e70}),
    ("log(c^2 + z^2)", "z: scalar; c: scalar > 0", "z", {"z": -1e70, "c": 1e-3}),
    ("log(3*sum(exp(z)))", V, "z", {"z": [1e3, 1001.0, -5.0]}),
    ("log(mean(exp(z)))", "z: vector(7)", "z", {"z": [1e3, 1001.0, -5.0, 0.0, 1.0, 2.0, 1e3]}),
    ("sum(x .* log(x))", "x: vector(n) > 0", "x", {"x": [1e-300, 1e-9, 1e9]}),
    ("sum(huber(z, 1))", V, "z", {"z": [1e-200, 1e8, -1e200]}),
    ("sum(exp(X*w) - y .* (X*w))", "X: matrix(m, n); w: vector(n); y: vector(m) >= 0", "w",
     {"X": [[500.0], [-600.0]], "w": [1.25], "y": [3.0, 0.0]}),
]  # fmt: skip


def exactly(e: Expr, f: Any, values: dict[str, Any]) -> list[Any]:
    """Return the entries of an expression at the floats themselves, as balls."""
    at = {s: rational(values[s.name]) for s in f.formula.symbols}
    sizes = {
        d: np.shape(values[s.name])[k]
        for s in f.formula.symbols
        for k, d in enumerate(s.shape)
        if isinstance(d, str)
    }
    return entries(evaluate(e, at, sizes, bits=BITS))


def rational(value: Any) -> Any:
    return [rational(v) for v in value] if isinstance(value, list) else Fraction(value)


@pytest.mark.parametrize(("text", "declare", "wrt", "values"), CASES, ids=[c[0] for c in CASES])
def test_value_gradient_and_hessian_keep_their_digits_far_out(
    text: str, declare: str, wrt: str, values: dict[str, Any]
) -> None:
    f = ls.objective(text, declare, wrt=wrt)
    exprs = {"value": f.normalized, "gradient": f.gradient.expr, "hessian": f.hessian.expr}
    computed = {"value": f(**values), "gradient": f.gradient(**values),
                "hessian": f.hessian(**values)}  # fmt: skip
    for name, e in exprs.items():
        truth = exactly(e, f, values)
        found = np.ravel(computed[name])
        assert all(b.is_finite() for b in truth), name
        assert len(found) == len(truth)
        for x, b in zip(found, truth, strict=True):
            exact = float(b.mid())
            assert abs(x - exact) <= RELATIVE * abs(exact) + 1e-300, (name, x, exact)


def test_the_printed_form_is_not_touched() -> None:
    f = ls.objective("sum(log(1 + exp(z)))", V)
    assert "1 − σ(z)" in str(f.hessian)
    assert for_floats(f.hessian.expr) is not f.hessian.expr


@pytest.mark.parametrize("target", ["jax", "torch", "numba"])
def test_other_targets_keep_the_digits_too(target: str) -> None:
    package = pytest.importorskip(target)
    if target == "jax":
        package.config.update("jax_enable_x64", True)
    z = np.array(TAILS)
    for text in ("sum(sigmoid(z))", "sum(tanh(z))", "sum(log(1 + exp(z)))"):
        f = ls.objective(text, V)
        e = for_floats(f.hessian.expr)
        loaded = load(TARGETS[target].emit(Request({"value": e}, f.formula.symbols, ())))
        found = np.diagonal(np.asarray(loaded.call("value", {"z": z})))
        exact = np.array([float(b.mid()) for b in exactly(e, f, {"z": TAILS})])
        assert np.allclose(found, np.diagonal(exact.reshape(6, 6)), rtol=1e-9, atol=1e-300)


def test_squares_of_huge_numbers_do_not_overflow() -> None:
    assert ls.objective("log(1 + z^2)", S)(z=1e200) == pytest.approx(400 * np.log(10), rel=1e-14)
    length = ls.objective("sqrt(c^2 + z^2)", "z: scalar; c: scalar > 0", wrt="z")
    assert length(z=-3e200, c=4e200) == pytest.approx(5e200, rel=1e-15)
    assert length.gradient(z=-3e200, c=4e200) == pytest.approx(-0.6, rel=1e-15)
    above = ls.objective("sqrt(c^2 + z^2) - c", "z: scalar; c: scalar > 0", wrt="z")
    assert above(z=1e160, c=1e-3) == pytest.approx(1e160, rel=1e-15)


ONE_OR_ZERO = "z: vector(n); y: vector(n)"


@pytest.mark.parametrize("target", ["jax", "torch", "numba"])
def test_functions_of_code_alone_agree_on_every_target(target: str) -> None:
    package = pytest.importorskip(target)
    if target == "jax":
        package.config.update("jax_enable_x64", True)
    probit = "-sum(y .* log(normcdf(z)) + (1 - y) .* log(1 - normcdf(z)))"
    for text, declare, values in (
        (probit, ONE_OR_ZERO, {"z": [30.0, -40.0, 0.5, 12.0], "y": [0.0, 1.0, 0.25, 1.0]}),
        ("sum(-log(1 - exp(-z)))", "z: vector(n) > 0", {"z": [1e-9, 0.4, 0.6, 40.0]}),
        ("sum(sqrt(z.^2 + 4) - 2)", V, {"z": [1e-9, 1.0, 1e90]}),
        ("sum(log(1 + z.^2))", V, {"z": [1e-9, 1.0, 1e70]}),
    ):
        f = ls.objective(text, declare, wrt="z")
        for e in (f.normalized, f.gradient.expr, build_diagonal(f.hessian.expr)):
            made = TARGETS[target].emit(Request({"value": for_floats(e)}, f.formula.symbols, ()))
            given = {k: np.array(v) for k, v in values.items()}
            found = np.ravel(np.asarray(load(made).call("value", given)))
            exact = [float(b.mid()) for b in exactly(e, f, values)]
            assert np.allclose(found, exact, rtol=1e-8, atol=1e-300), (text, found, exact)
