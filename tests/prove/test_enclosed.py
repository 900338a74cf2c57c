"""Constants in numbers: enclosures hold the truth, by exact arithmetic and by a second route."""

from __future__ import annotations

import sys
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lossmith as ls
from lossmith.evidence.arithmetic.polynomial import is_psd
from lossmith.expr.sets import Interval, closed, point
from lossmith.view.decimals import below, near

small = st.integers(-4, 4)


@st.composite
def matrices(draw):
    n, d = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    return [[draw(small) for _ in range(d)] for _ in range(n)]


def _gram(X):
    columns = list(zip(*X, strict=True))
    return [
        [Fraction(sum(p * q for p, q in zip(a, b, strict=True))) for b in columns] for a in columns
    ]


def _shifted(t, a, sign):
    return [[sign * ((t if i == j else 0) - x) for j, x in enumerate(r)] for i, r in enumerate(a)]


@given(matrices(), st.integers(0, 3))
@settings(deadline=None)
def test_the_constants_of_ridge_are_the_extreme_eigenvalues_by_exact_arithmetic(X, lam):
    f = ls.objective("norm2(X*w - y)^2 + lam*norm2(w)^2", declare="lam: scalar >= 0")
    found = f.step_bound(X=X, lam=lam)
    a = [[2 * q + 2 * lam * (i == j) for j, q in enumerate(r)] for i, r in enumerate(_gram(X))]
    low, high = found.smooth.lo, found.smooth.hi
    assert is_psd(_shifted(high, a, 1))
    assert low == 0 or not is_psd(_shifted(low - Fraction(1, 10**6), a, 1))
    assert high - low < Fraction(1, 10**20)
    if found.strong is not None:
        assert is_psd(_shifted(found.strong.lo, a, -1))
        assert not is_psd(_shifted(found.strong.hi + Fraction(1, 10**6), a, -1))
    else:
        assert not is_psd(_shifted(Fraction(1, 10**6), a, -1))


def test_several_variables_share_one_spectrum():
    f = ls.objective("mean((a + b*x - y).^2)", "a: scalar; b: scalar; x: vector(n)", "a, b")
    found = f.step_bound(x=[0, 1, 2])
    # H = 2 [[1, 1], [1, 5/3]]: eigenvalues (8 ± 2 sqrt(10))/3, apart from the sum of both norms.
    for enclosed, sign in ((found.smooth, 1), (found.strong, -1)):
        ends = [(3 * q - 8) ** 2 for q in (enclosed.lo, enclosed.hi)]
        assert min(ends) <= 40 <= max(ends)
        assert (3 * enclosed.lo - 8) * sign > 0
    assert found.constant


def test_a_formula_with_corners_has_no_constant_hessian():
    f = ls.objective("norm2(X*w - y)^2 + lam*norm1(w)", declare="lam: scalar >= 0")
    assert f.step_bound(X=[[1, 2]], lam=1) is None


def test_decimals_mean_what_they_say():
    f = ls.objective("lam*x^2", declare="lam: scalar >= 0", wrt="x")
    assert f.step_bound(lam=0.1).smooth == point(Fraction(1, 5))


def test_the_curvature_at_the_minimizer_is_enclosed():
    rng = np.random.default_rng(4)
    X, y = rng.normal(size=(40, 3)), rng.choice([-1.0, 1.0], size=40)
    f = ls.objective(
        "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2", "lam: scalar >= 0; y in {-1, 1}"
    )
    found = f.step_bound(X=X, y=y, lam=0.5, fully=True)
    w = np.zeros(3)
    for _ in range(40):  # Newton's method, written out
        s = 1 / (1 + np.exp(y * (X @ w)))
        h = X.T @ (X * (s * (1 - s))[:, None]) + np.eye(3)
        w -= np.linalg.solve(h, w - X.T @ (y * s))
    top = np.linalg.eigvalsh(h)[-1]
    assert (
        found.near.lo - Fraction(1, 10**12) <= Fraction(top) <= found.near.hi + Fraction(1, 10**12)
    )
    assert found.near.hi - found.near.lo < Fraction(1, 10**3)
    assert found.near.hi <= found.smooth.hi
    assert found.local.lo > found.threshold.hi


@pytest.mark.parametrize(("n", "d"), [(200, 20), (569, 30)])
def test_real_data_sets_take_a_second_or_two(n, d):
    rng = np.random.default_rng(n)
    X = rng.normal(size=(n, d)) * rng.uniform(0.1, 10, size=d)
    f = ls.objective("mean((X*w - y).^2) + lam*norm2(w)^2", declare="lam: scalar >= 0")
    f.curvature()
    start = time.process_time()
    found = f.step_bound(X=X, lam=0.1)
    # Tracing tools slow Python down by a factor.
    assert time.process_time() - start < (4 if sys.gettrace() is None else 40)
    values = np.linalg.eigvalsh(2 * X.T @ X / n + 0.2 * np.eye(d))
    for enclosed, value in ((found.smooth, values[-1]), (found.strong, values[0])):
        assert abs(Fraction(value) - enclosed.lo) < Fraction(1, 10**9) * Fraction(values[-1])
        assert enclosed.hi - enclosed.lo < enclosed.hi / 10**15


def test_scaled_columns_allow_longer_steps():
    x = np.linspace(0, 100, 101)
    f = ls.objective("mean((X*w - y).^2)")
    found = f.step_bound(X=np.c_[np.ones(101), x], fully=True)
    assert float(found.threshold.hi) == pytest.approx(3.0e-4, rel=0.01)
    assert found.scaled.has(2) or abs(found.scaled.hi - 2) < Fraction(1, 10**12)
    assert float(f.step_bound(X=np.c_[np.ones(10001), np.linspace(0, 1, 10001)]).threshold.lo) == (
        pytest.approx(0.789, rel=1e-3)
    )


@given(st.fractions(-(10**6), 10**6), st.fractions(0, 1), st.integers(0, 30))
def test_a_printed_enclosure_holds_the_whole_interval(x, width, power):
    i = closed(x, x + width / 10**power)
    text = near(i)
    shown, _, away = text.partition(" ± ")
    middle, radius = Fraction(shown), Fraction(away or "0")
    assert middle - radius <= i.lo
    assert i.hi <= middle + radius
    assert Fraction(below(i)) <= i.lo
    assert Fraction(below(i, up=True)) >= i.hi


def test_what_has_no_bound_says_so():
    assert near(Interval()) == "(-inf, inf)"
    assert ls.objective("exp(x)").step_bound() is None
