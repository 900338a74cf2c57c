"""The step card: what happens below, at and above 2/L, from data, and what scaling would give."""

from __future__ import annotations

import re
from fractions import Fraction

import numpy as np
import pytest
from command_line import answer, run

LEAST_SQUARES = "mean((X*w - y).^2)"


def _file(path, x):
    y = 3 * x + 1
    rows = "\n".join(f"1,{a!r},{b!r}" for a, b in zip(x.tolist(), y.tolist(), strict=True))
    path.write_text(f"one,x,y\n{rows}\n")
    return path


def _threshold(shown: str) -> float:
    return float(re.search(r"2/L = ([\d.e-]+)", shown)[1])


def test_an_overshooting_step_is_told_with_its_error_factor():
    shown = run("step", "norm2(X*w - y)^2")
    assert "1 − ηλ" in shown
    assert "η < 2/λmax: every part with λ > 0 shrinks" in shown
    assert "it circles" in shown
    assert "grows: it diverges" in shown
    assert "circles" not in run("step", "sum(log(1 + exp(X*w)))")
    assert "circles" not in run("step", "norm2(X*w - y)^2 - norm2(w)^2")


def test_the_factors_are_what_gradient_descent_does():
    a = np.array([[2.0, 1.0], [1.0, 3.0]])
    shown = run("step", "x'*A*x/2", "--declare", "A psd", "--set", "A=[[2,1],[1,3]]")
    pairs = re.findall(r"η = ([\d.]+): ([−\d.]+)", shown)
    assert len(pairs) == 4
    values, vectors = np.linalg.eigh(a)
    for step, factor in pairs:
        moved = vectors[:, -1] - float(step) * a @ vectors[:, -1]
        # The steps are shown with 3 digits.
        assert moved @ vectors[:, -1] == pytest.approx(float(factor.replace("−", "-")), abs=5e-3)
    assert _threshold(shown) == pytest.approx(2 / values[-1])


def test_the_range_of_the_data_decides_the_step_and_scaling_mends_it(tmp_path):
    small = run("step", LEAST_SQUARES, "--data", _file(tmp_path / "a.csv", np.linspace(0, 1, 2001)))
    large = run(
        "step", LEAST_SQUARES, "--data", _file(tmp_path / "b.csv", np.linspace(0, 100, 2001))
    )
    assert _threshold(small) == pytest.approx(0.789, rel=2e-3)
    assert _threshold(large) == pytest.approx(3.0e-4, rel=2e-3)
    assert "scaling" not in small
    assert re.search(r"mean 0 and variance 1 .* 2/L = 1:", large)


def test_the_shown_number_is_an_enclosure(tmp_path):
    shown = run("step", LEAST_SQUARES, "--data", _file(tmp_path / "a.csv", np.linspace(0, 1, 50)))
    found = re.search(r"L = ([\d.]+) ± ([\de-]+)", shown)
    x = np.linspace(0, 1, 50)
    exact = 2 * np.linalg.norm(np.c_[np.ones(50), x], 2) ** 2 / 50
    assert abs(float(found[1]) - exact) <= float(found[2]) + 1e-13


def test_the_local_threshold_is_that_of_the_curvature_at_the_minimum(tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("u,v,y\n1,2,1\n2,-1,-1\n-1,1,1\n0.5,3,-1\n")
    shown = run(
        "step", "sum(log(1 + exp(-y.*(X*w)))) + lam*norm2(w)^2",
        "--declare", "lam: scalar >= 0; y in {-1, 1}", "--data", path, "--set", "lam=1",
    )  # fmt: skip
    near = float(re.search(r"2/λmax\(∇²f\(x\*\)\) = ([\d.]+) ±", shown)[1])
    assert near > _threshold(shown)


def test_data_that_are_too_many_are_refused_in_words():
    import lossmith as ls

    f = ls.objective(LEAST_SQUARES)
    with pytest.raises(ls.UsageError, match="enclosed for at most"):
        f.step_bound(X=np.ones((100_001, 5)))


def test_a_weight_that_is_given_decides_convexity():
    formula = "norm2(X*w - y)^2 + lam*norm2(w)^2"
    shown = run("convex", formula, "--set", "lam=0.1")
    assert "with these  ■ PROVED  strictly convex; strongly convex, m = ⅕" in shown
    assert "with these  ▲ REFUTED" in run("convex", formula, "--set", "lam=-0.1", code=1)


def test_a_small_data_set_has_a_counterexample_of_its_own(tmp_path):
    path = tmp_path / "three.csv"
    path.write_text("x,y\n-13.9,0\n-0.1,0\n-0.2,1\n")
    declared = ("--declare", "x: vector(n); w: scalar")
    shown = run("convex", "sum((sigmoid(x*w) - y).^2)", "--data", path, *declared, code=1)
    own = shown[shown.index("with these") :]
    found = re.search(r"a: w = (\S+) and b: w = ([^,]+),", own)
    a, b = (float(Fraction(v)) for v in found.groups())
    x, y = np.array([-13.9, -0.1, -0.2]), np.array([0, 0, 1])
    f = [np.sum((1 / (1 + np.exp(-x * w)) - y) ** 2) for w in (a, b, (a + b) / 2)]
    assert f[2] > (f[0] + f[1]) / 2


def test_data_on_which_a_difference_is_convex_say_so():
    shown = run("step", "norm2(X*w)^2 - norm2(w)^2", "--set", "X=[[2,0],[0,3]]")
    assert "m = 6" in shown
    assert "it diverges" in shown
    assert "m =" not in run("step", "norm2(X*w)^2 - norm2(w)^2", "--set", "X=[[0.5,0],[0,3]]")


def test_the_enclosures_are_exact_numbers_in_json():
    data = answer("step", "lam*x^2", "--wrt", "x", "--declare", "lam >= 0", "--set", "lam=0.1")[
        "data"
    ]
    assert data == {"L": ["1/5", "1/5"], "m": ["1/5", "1/5"], "2/L": ["10", "10"]}
    assert answer("step", "norm2(X*w)^2 + lam*norm2(w)^2", "--set", "lam=1")["data"] is None
