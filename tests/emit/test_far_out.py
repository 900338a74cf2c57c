"""Values and slopes at the ends of the line: 0 · ∞, ∞ / ∞ and 0 / 0 of floats against their limits.

Each formula stands beside the same function in mpmath jets. Where the truth is a number, the code
must find it; where it overflows, the code may say ∞.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from tests.jets import (
    Function,
    at,
    exp,
    expm1,
    jet,
    log,
    log1p,
    logcosh,
    lognormcdf,
    normcdf,
    relu,
    sigmoid,
    sin,
    size,
    softplus,
    sqrt,
    tanh,
)

import lossmith as ls
from lossmith.calculus.floats import for_floats
from lossmith.emit.request import Request
from lossmith.emit.table import TARGETS
from lossmith.run.load import load

REAL, POSITIVE, FROM_0 = "x: scalar", "x: scalar > 0", "x: scalar >= 0"
POINTS = [0.0, 1e-8, 1.0, 30.0, 700.0, 750.0, 1e4, 1e8]
RELATIVE = 1e-9
"""exp(x) of x = 700 has a relative error of 700 ulps, a square of it twice that."""

FORMULAS: list[tuple[str, str, Function]] = [
    ("relu(x)*exp(-x)", REAL, lambda x: relu(x) * exp(-x)),
    ("relu(x)^2*exp(-x)", REAL, lambda x: relu(x) * relu(x) * exp(-x)),
    ("relu(-x)*exp(x)", REAL, lambda x: relu(-x) * exp(x)),
    ("sqrt(relu(x))", FROM_0, lambda x: sqrt(x)),
    ("relu(x)^(3/2)", REAL, lambda x: x**1.5 if x.value > 0 else jet(0)),
    ("if(x > 0, x*log(x), 0)", REAL, lambda x: x * log(x) if x.value > 0 else jet(0)),
    ("exp(-exp(-x))", REAL, lambda x: exp(-exp(-x))),
    ("exp(-exp(x))", REAL, lambda x: exp(-exp(x))),
    ("1 - exp(-exp(x))", REAL, lambda x: -expm1(-exp(x))),
    ("x + exp(-x)", REAL, lambda x: x + exp(-x)),
    ("sigmoid(exp(x))", REAL, lambda x: sigmoid(exp(x))),
    ("tanh(exp(x))", REAL, lambda x: tanh(exp(x))),
    ("sqrt(exp(x))", REAL, lambda x: exp(x / 2)),
    ("sqrt(1 + exp(x))", REAL, lambda x: sqrt(1 + exp(x))),
    ("log(2 + exp(x))", REAL, lambda x: log1p(1 + exp(x)) if x.value < 99
     else x + log1p(2 * exp(-x))),
    ("1/(2 + exp(x))", REAL, lambda x: 1 / (2 + exp(x))),
    ("exp(x)/(2 + exp(x))", REAL, lambda x: 1 / (1 + 2 * exp(-x))),
    ("exp(x)/(1 + exp(x))^2", REAL, lambda x: sigmoid(x) * sigmoid(-x)),
    ("x*log(x)", FROM_0, lambda x: x * log(x)),
    ("x^2*log(x)", FROM_0, lambda x: x * x * log(x)),
    ("sqrt(x)*log(x)", FROM_0, lambda x: sqrt(x) * log(x)),
    ("x*log(x) - x", FROM_0, lambda x: x * log(x) - x),
    ("log(1 - exp(-x))", POSITIVE, lambda x: log(-expm1(-x))),
    ("log(exp(x) - 1)", POSITIVE, lambda x: x + log(-expm1(-x))),
    ("x/(exp(x) - 1)", REAL, lambda x: x / expm1(x)),
    ("sin(x)/x", REAL, lambda x: sin(x) / x),
    ("log(cosh(x))", REAL, logcosh),
    ("log(sigmoid(x))", REAL, lambda x: -softplus(-x)),
    ("-log(1 - sigmoid(x))", REAL, softplus),
    ("log(1 + exp(-x)) + x", REAL, softplus),
    ("x*sigmoid(x)", REAL, lambda x: x * sigmoid(x)),
    ("gelu(x)", REAL, lambda x: x * normcdf(x)),
    ("x*tanh(softplus(x))", REAL, lambda x: x * tanh(softplus(x))),
    ("-log(normcdf(x))", REAL, lambda x: -lognormcdf(x)),
    ("log(1 - normcdf(x))", REAL, lambda x: lognormcdf(-x)),
    ("x/(1 + abs(x))", REAL, lambda x: x / (1 + size(x))),
    ("x/sqrt(1 + x^2)", REAL, lambda x: x / sqrt(1 + x * x)),
    ("x^2/(1 + x^2)", REAL, lambda x: x * x / (1 + x * x)),
    ("2.5*log(1 + x^2/36)", REAL, lambda x: 2.5 * log1p(x * x / 36)),
    ("log(4 + x^2)", REAL, lambda x: log(4 + x * x)),
    ("abs(x)^1.5", REAL, lambda x: size(x) ** 1.5),
    ("x*exp(-x^2/2)", REAL, lambda x: x * exp(-(x * x) / 2)),
    ("x^2*exp(-x)", REAL, lambda x: x * x * exp(-x)),
    ("exp(-1/x)", POSITIVE, lambda x: exp(-1 / x)),
    ("(exp(x) - exp(-x))/(exp(x) + exp(-x))", REAL, tanh),
]  # fmt: skip


def _cases() -> list[Any]:
    return [pytest.param(*row, id=row[0]) for row in FORMULAS]


def points(declared: str) -> list[float]:
    below = [] if declared != REAL else [-x for x in POINTS if x]
    return below + [x for x in POINTS if x or declared != POSITIVE]


def agrees(found: float, truth: float, *, at_kink: bool) -> bool:
    """Return whether a float is the truth; an overflow may have either sign at a pole."""
    if math.isnan(truth):
        return True
    if math.isinf(truth):
        return abs(found) == math.inf if at_kink else found == truth
    return abs(found - truth) <= RELATIVE * abs(truth) + 1e-300


@pytest.mark.parametrize(("text", "declared", "function"), _cases())
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_value_and_slopes_are_right_at_the_ends_of_the_line(
    text: str, declared: str, function: Function
) -> None:
    f = ls.objective(text, declared, wrt="x")
    for x in points(declared):
        found = [float(g(x=x)) for g in (f, f.gradient, f.hessian)]
        for v, truth in zip(found, at(function, x), strict=True):
            assert agrees(v, truth, at_kink=x == 0), (x, found, truth)


@pytest.mark.parametrize("target", ["jax", "torch", "numba"])
@pytest.mark.parametrize("text", ["relu(x)*exp(-x)", "x*log(x)", "-log(normcdf(x))"])
def test_other_targets_are_right_there_too(target: str, text: str) -> None:
    package = pytest.importorskip(target)
    if target == "jax":
        package.config.update("jax_enable_x64", True)
    declared, function = next(row[1:] for row in FORMULAS if row[0] == text)
    f = ls.objective(text, declared, wrt="x")
    exprs = {"f": f.normalized, "g": f.gradient.expr, "h": f.hessian.expr}
    request = Request({k: for_floats(e) for k, e in exprs.items()}, f.formula.symbols, ())
    loaded = load(TARGETS[target].emit(request))
    for x in points(declared):
        found = [float(np.asarray(loaded.call(k, {"x": np.float64(x)}))) for k in exprs]
        for v, truth in zip(found, at(function, x), strict=True):
            assert agrees(v, truth, at_kink=x == 0), (x, found, truth)


def close(found: Any, wanted: Any) -> bool:
    return np.allclose(found, wanted, rtol=RELATIVE, atol=1e-300)


def test_x_log_of_a_multiple_of_x_has_its_limit() -> None:
    for text in ("x*log(3*x)", "x*log(x/7)", "x^2*log(2*x)"):
        assert ls.objective(text, FROM_0, wrt="x")(x=0.0) == 0


def test_entropies_have_values_at_zero() -> None:
    p, q = np.array([0.0, 0.25, 0.75]), np.array([0.2, 0.3, 0.5])
    entropy = -0.25 * math.log(0.25) - 0.75 * math.log(0.75)
    for text in ("-sum(p .* log(p))", "-p'*log(p)", "entropy(p)"):
        assert close(ls.objective(text, "p: vector(n) >= 0", wrt="p")(p=p), entropy)
    relative = 0.25 * math.log(0.25 / 0.3) + 0.75 * math.log(1.5)
    declared = "p: vector(n) >= 0; q: vector(n) > 0"
    assert close(ls.objective("sum(p .* log(p ./ q))", declared, wrt="p")(p=p, q=q), relative)


@pytest.mark.parametrize("text", ["logdet(A)", "log(det(A))", "log(abs(det(A)))"])
def test_determinants_of_badly_scaled_matrices(text: str) -> None:
    f = ls.objective(text, "A: matrix(n, n) pd", wrt="A")
    for A in (np.diag([1e-200, 1e200, 1e-150]), np.array([[1e160, 1e10], [1e10, 1e-130]])):
        sizes = np.diagonal(A)
        assert close(f(A=A), np.sum(np.log(sizes)))
        assert close(np.diagonal(f.gradient(A=A)), 1 / sizes)
    assert close(f(A=np.diag(np.full(150, 1e-3))), 150 * math.log(1e-3))


def test_the_logarithm_of_a_square_of_a_length_does_not_overflow() -> None:
    f = ls.objective("log(x'*x)", "x: vector(n)", wrt="x")
    assert close(f(x=np.array([3e200, 4e200])), 2 * math.log(5e200))
    assert close(f(x=np.array([3e-200, 4e-200])), 2 * math.log(5e-200))


def test_a_factor_that_is_zero_keeps_samples_out_of_a_sum() -> None:
    f = ls.objective("sum(relu(X*w) .* exp(-X*w))", "X: matrix(m, n); w: vector(n)", wrt="w")
    given = {"X": np.array([[-800.0], [-1e6], [0.5]]), "w": np.array([1.0])}
    assert close(f(**given), 0.5 * math.exp(-0.5))
    assert close(f.gradient(**given), [0.25 * math.exp(-0.5)])
    assert close(f.hessian(**given), [[-0.375 * math.exp(-0.5)]])
