"""Terms of weight 0 count nothing, though probabilities saturate: 0 log 0 is nan in floats."""

from __future__ import annotations

import math

import numpy as np
import pytest

import lossmith as ls
from lossmith.calculus.floats import for_floats
from lossmith.emit.request import Request
from lossmith.emit.table import TARGETS
from lossmith.run.load import load

LABELS = "p: vector(n); y: vector(n) in {0, 1}"
Y, P = np.array([0.0, 1.0, 0.0, 1.0]), np.array([0.0, 1.0, 0.25, 0.5])
CROSS_ENTROPY = "-sum(y .* log(p) + (1 - y) .* log(1 - p))"


def test_cross_entropy_of_saturated_probabilities_is_a_number() -> None:
    f = ls.objective(CROSS_ENTROPY, LABELS, wrt="p")
    assert math.isclose(f(p=P, y=Y), -math.log(0.75) - math.log(0.5))
    assert np.allclose(f.gradient(p=P, y=Y), [1, -1, 1 / 0.75, -2])
    assert np.allclose(f.hessian(p=P, y=Y), np.diag([1, 1, 1 / 0.75**2, 4]))


@pytest.mark.parametrize("declared", ["y: vector(n)", "y: vector(n) >= 0", "y: vector(n) simplex"])
def test_one_hot_labels_need_no_probability_where_they_are_zero(declared: str) -> None:
    f = ls.objective("-sum(y .* log(p))", f"p: vector(n); {declared}", wrt="p")
    assert f(p=np.array([0.0, 0.3, 0.7]), y=np.array([0.0, 0.0, 1.0])) == -math.log(0.7)


def test_counts_of_zero_allow_a_rate_of_zero() -> None:
    f = ls.objective("sum(X*w - y.*log(X*w))", "X: matrix(m, n); y: vector(m) >= 0", wrt="w")
    given = {"X": np.array([[1.0, -1.0], [1.0, 1.0]]), "w": np.ones(2), "y": np.array([0.0, 3.0])}
    assert math.isclose(f(**given), 2 - 3 * math.log(2))
    assert np.allclose(f.gradient(**given), [0.5, -1.5])
    assert np.allclose(f.hessian(**given), np.full((2, 2), 0.75))


def test_rows_of_labels_meet_one_vector_of_probabilities() -> None:
    f = ls.objective("-sum(k, sum(i, Y[i,k]*log(p[k])))", "Y: matrix(m, n) >= 0", wrt="p")
    labels = np.array([[0.0, 1.0], [0.0, 2.0], [0.0, 0.5]])
    assert math.isclose(f(Y=labels, p=np.array([0.0, 0.25])), -3.5 * math.log(0.25))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_outside_of_the_domain_it_is_still_nan_and_a_missed_label_infinite() -> None:
    f = ls.objective("-sum(y .* log(p))", "p: vector(n); y: vector(n) >= 0", wrt="p")
    assert math.isnan(f(p=np.array([-0.1, 0.5]), y=np.array([0.0, 1.0])))
    assert f(p=np.array([0.0, 0.5]), y=np.array([1.0, 1.0])) == math.inf
    ratio = ls.objective("sum(a ./ b)", "a: vector(n); b: vector(n)", wrt="b")
    assert math.isnan(ratio(a=np.zeros(1), b=np.zeros(1)))


def test_probabilities_that_are_positive_and_other_quotients_are_left_alone() -> None:
    for text, declared in [
        ("-sum(y .* log(p))", "p: vector(n) > 0; y: vector(n) >= 0"),
        ("lam*norm2(x)", "lam: scalar >= 0; x: vector(n)"),
        ("sum(a ./ b)", "a: vector(n); b: vector(n)"),
        ("sum(log(1 + exp(-y.*(X*w))))", "X: matrix(m, n); y: vector(m) in {-1, 1}"),
    ]:
        assert "where" not in ls.objective(text, declared).code("numpy")


@pytest.mark.parametrize("target", ["jax", "torch", "numba"])
def test_other_targets_count_such_terms_as_nothing(target: str) -> None:
    package = pytest.importorskip(target)
    if target == "jax":
        package.config.update("jax_enable_x64", True)
    f = ls.objective(CROSS_ENTROPY, LABELS, wrt="p")
    exprs = {"f": f.normalized, "g": f.gradient.expr}
    request = Request({k: for_floats(e) for k, e in exprs.items()}, f.formula.symbols, ())
    loaded, values = load(TARGETS[target].emit(request)), {"p": P, "y": Y}
    assert math.isclose(float(loaded.call("f", values)), -math.log(0.75) - math.log(0.5))
    assert np.allclose(np.asarray(loaded.call("g", values)), [1, -1, 1 / 0.75, -2])


def test_comparisons_are_written_as_one_reads_them() -> None:
    f = ls.objective("sum(if(1 - x > 0, x.^2, 3 - x))", "x: vector(n)")
    assert "np.where(x < 1, " in f.code("numpy")
    assert "x[i] < 1.0 ? " in f.code("c")
    code = ls.objective(CROSS_ENTROPY, LABELS, wrt="p").code("c")
    assert "log1p(y[i] == 1.0 && p[i] == 1.0 ? 0.0 : -p[i])" in code
