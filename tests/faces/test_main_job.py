"""The main job through the command line: formulas in, answers with evidence out, on real data."""

import json
import re

import numpy as np
import pytest
from command_line import EXAMPLES, answer, run, table
from scipy.optimize import minimize
from sklearn.linear_model import Lasso

LOGISTIC = "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2"
LOGISTIC_DECLARE = "y: vector(n) in {-1, 1}; lam: scalar >= 0"


def standardized(X):
    return (X - X.mean(axis=0)) / X.std(axis=0)


def test_explain_prints_the_card_of_logistic_regression():
    card = run("explain", LOGISTIC, "--declare", LOGISTIC_DECLARE, "--wrt", "w")
    assert "X (n, d)" in card
    assert "w (d,) variable" in card
    assert re.search(r"2λw − Xᵀ\((y ⊙ s|s ⊙ y)\)", card)
    assert "s = σ(−y ⊙ Xw)" in card
    assert re.search(r"Xᵀ diag\(s ⊙ \(1 − s\)\) ?X \+ 2λI", card)
    assert "PROVED" in card
    assert "m = 2λ" in card
    assert re.search(r"kinks +none", card)
    assert "¼‖X‖₂² + 2λ" in card
    assert "overflow" in card


def test_explain_speaks_chinese():
    card = run("explain", LOGISTIC, "--declare", LOGISTIC_DECLARE, "--wrt", "w", "--lang", "zh")
    assert "已证明" in card
    assert "强凸" in card
    assert "梯度" in card


def test_logistic_regression_on_breast_cancer_agrees_with_an_independent_solver(tmp_path):
    saved = tmp_path / "run.json"
    result = answer(
        "solve", LOGISTIC, "--declare", LOGISTIC_DECLARE, "--wrt", "w",
        "--data", EXAMPLES / "breast_cancer.csv", "--target", "target", "--standardize",
        "--labels", "0,1->-1,1", "--set", "lam=0.1", "--save", saved,
    )["result"]  # fmt: skip
    rows = table("breast_cancer.csv")
    X, y = standardized(rows[:, :-1]), 2 * rows[:, -1] - 1

    def loss(w):
        return np.logaddexp(0, -y * (X @ w)).sum() + 0.1 * w @ w

    def slope(w):
        return -X.T @ (y / (1 + np.exp(y * (X @ w)))) + 0.2 * w

    options = {"ftol": 1e-16, "gtol": 1e-11, "maxiter": 10000, "maxfun": 100000}
    independent = minimize(loss, np.zeros(30), jac=slope, method="L-BFGS-B", options=options)
    assert result["status"] == "optimal"
    # Both values lie above the minimum; the strong convexity m = 0.2 bounds by how much.
    bound = np.linalg.norm(slope(np.array(result["x"]["w"]))) ** 2 / 0.4
    assert bound < 1e-8
    assert result["value"] <= independent.fun + 1e-8
    assert abs(result["value"] - loss(np.array(result["x"]["w"]))) < 1e-9
    replayed = run("verify", saved)
    assert "accepted" in replayed


def test_omega_constant_minimizes_exp_minus_log():
    verdict = answer("convex", "e^x - log x", "--declare", "x: scalar > 0")
    assert verdict["status"] == "proved"
    assert verdict["label"] == "convex"
    undeclared = answer("convex", "e^x - log x")
    assert undeclared["label"] == "convex"
    result = answer("solve", "e^x - log x")["result"]
    assert abs(result["x"]["x"] - 0.567143290409783873) < 1e-9


def test_absolute_loss_has_its_kinks_at_the_data_and_its_minimum_at_the_median():
    declare = "x: scalar; a: vector(n)"
    verdict = answer("convex", "sum(abs(x - a))", "--declare", declare, "--wrt", "x")
    assert verdict["label"] == "convex"
    kinks = run("kinks", "sum(abs(x - a))", "--declare", declare, "--wrt", "x")
    assert "x" in kinks
    assert "a" in kinks
    assert "corner" in kinks
    values = "a=3,-1,10,4,7"
    result = answer(
        "solve", "sum(abs(x - a))", "--declare", declare, "--wrt", "x", "--set", values
    )["result"]
    assert result["x"]["x"] == pytest.approx(4, abs=1e-9)


def test_lasso_on_diabetes_agrees_with_scikit_learn():
    formula = "1/2*norm2(X*w - y)^2 + lam*norm1(w)"
    rows = table("diabetes.csv")
    X, y = standardized(rows[:, :-1]), rows[:, -1]
    lam = 2000.0
    result = answer(
        "solve", formula, "--declare", "lam: scalar >= 0", "--wrt", "w",
        "--data", EXAMPLES / "diabetes.csv", "--standardize", "--set", f"lam={lam}",
    )["result"]  # fmt: skip
    n = len(y)
    peer = Lasso(alpha=lam / n, fit_intercept=False, tol=1e-12, max_iter=100000).fit(X, y)
    w = np.array(result["x"]["w"])
    assert result["status"] == "optimal"
    assert np.abs(w - peer.coef_).max() < 1e-5 * np.abs(peer.coef_).max()
    assert (w == 0).sum() == (peer.coef_ == 0).sum() > 0
    verdict = answer("convex", formula, "--declare", "lam: scalar >= 0", "--wrt", "w")
    assert verdict["label"] == "convex"


def test_a_network_of_two_weights_is_refuted_with_a_witness(tmp_path):
    saved = tmp_path / "witness.json"
    verdict = answer(
        "convex", "(w2*sigmoid(w1*x) - y)^2", "--wrt", "w1,w2", "--save", saved, code=1
    )
    assert verdict["status"] == "refuted"
    assert verdict["label"] == "neither"
    assert len(verdict["witnesses"]) == 2
    assert "accepted" in run("verify", saved)


def test_a_saddle_is_found_and_classified():
    verdict = answer("convex", "x^2 - y^2", code=1)
    assert verdict["label"] == "neither"
    shown = run("points", "x^2 - y^2")
    assert "saddle" in shown
    assert "x = 0" in shown
    assert "2" in run("hess", "x^2 - y^2")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["grad", "sum(log(1 + exp(-y .* (X*w))) + lam*norm2(w)^2"], "never closed"),
        (["grad", "sum(sofplus(X*w))"], "softplus"),
        (["grad", "X*w", "--declare", "X: matrix(n, d); w: vector(n)"], "d"),
        (["convex", "log(x)", "--declare", "x: scalar < 0"], "log"),
        (["explain", "1 + 2"], "variable"),
        (["explain", "x^2", "--wrt", "z"], "z"),
        (["solve", "norm2(X*w - y)^2", "--data", "nowhere.csv"], "nowhere.csv"),
        (["verify", "nowhere.json"], "nowhere.json"),
        (["explain", "@nowhere.txt"], "nowhere.txt"),
        (["explain", ""], "no formula"),
    ],
)
def test_wrong_input_is_refused_with_a_helpful_error(arguments, expected):
    output = run(*arguments, code=2)
    assert expected in output
    assert "Traceback" not in output


def test_a_csv_with_text_names_row_and_column(tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("age,height,y\n31,180,1\n28,tall,0\n")
    output = run("solve", "norm2(X*w - y)^2", "--data", bad, code=2)
    assert "height" in output
    assert "tall" in output
    assert "2" in output


def test_the_notebook_gets_plain_text_latex_and_html_without_script():
    import lossmith as ls

    f = ls.objective("norm2(X*w - y)^2 + lam*norm1(w)", declare="lam: scalar >= 0", wrt="w")
    bundle = f._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/latex", "text/html"}
    assert "<table>" in bundle["text/html"]
    assert "<script" not in bundle["text/html"]
    assert "PROVED" in bundle["text/plain"]
    assert r"\begin{aligned}" in bundle["text/latex"]
    assert set(f.gradient._repr_mimebundle_()) == {"text/plain", "text/latex"}


def test_doctor_finds_the_installation_healthy():
    report = answer("doctor")
    assert report["healthy"] is True


def test_python_gives_numbers_derivatives_and_solutions():
    import lossmith as ls

    rng = np.random.default_rng(5)
    X, y, w = rng.normal(size=(7, 3)), rng.choice([-1.0, 1.0], size=7), rng.normal(size=3)
    f = ls.objective(LOGISTIC, declare=LOGISTIC_DECLARE, wrt="w")
    value = np.logaddexp(0, -y * (X @ w)).sum() + 0.3 * w @ w
    s = 1 / (1 + np.exp(y * (X @ w)))
    assert f(X=X, y=y, w=w, lam=0.3) == pytest.approx(value, rel=1e-14)
    g = f.gradient(X=X, y=y, w=w, lam=0.3)
    assert np.allclose(g, 0.6 * w - X.T @ (y * s), rtol=1e-13, atol=1e-14)
    H = f.hessian(X=X, y=y, w=w, lam=0.3)
    assert np.allclose(H, X.T @ np.diag(s * (1 - s)) @ X + 0.6 * np.eye(3), rtol=1e-13)
    v = rng.normal(size=3)
    assert np.allclose(f.hvp(v, X=X, y=y, w=w, lam=0.3), H @ v, rtol=1e-12)
    bound = f.step_bound(X=X, lam=0.3)
    assert float(bound.smooth.lo) == pytest.approx(np.linalg.norm(X, 2) ** 2 / 4 + 0.6)
    seen = []
    run_ = f.solve(X=X, y=y, lam=0.3, on_step=seen.append)
    assert run_.status.is_success
    assert len(seen) >= len(run_.trace) - 1 > 0
    assert np.linalg.norm(f.gradient(X=X, y=y, w=run_.x, lam=0.3)) < 1e-7


def test_values_that_do_not_fit_are_refused():
    import lossmith as ls

    f = ls.objective(LOGISTIC, declare=LOGISTIC_DECLARE, wrt="w")
    X, y, w = np.ones((4, 2)), np.array([1.0, -1, 1, 0.5]), np.zeros(2)
    with pytest.raises(ls.LossmithError, match="y"):
        f(X=X, y=y, w=w, lam=1.0)
    with pytest.raises(ls.LossmithError, match="lam"):
        f(X=X, y=np.sign(y), w=w, lam=-1.0)
    with pytest.raises(ls.ShapeError):
        f(X=X, y=np.sign(y), w=np.zeros(3), lam=1.0)


def test_json_errors_carry_their_four_parts():
    error = json.loads(run("grad", "norm2(X*w - y", "--json", code=2))
    assert error["error"] == "ParseError"
    assert error["where"]["start"] == 5
    assert error["what"]["zh"]


def test_ascii_output_has_no_other_signs():
    card = run("explain", LOGISTIC, "--declare", LOGISTIC_DECLARE, "--ascii")
    assert card.isascii(), sorted({c for c in card if not c.isascii()})


def test_tex_output_is_latex():
    shown = run("grad", "norm2(X*w - y)^2", "--tex")
    assert r"\begin{aligned}" in shown
    assert "X^{\\top}" in shown


def test_a_formula_may_begin_with_a_minus_sign():
    assert answer("convex", "-log(x)")["label"] == "convex"
    assert answer("convex", "-y'*log(p)", "--wrt", "y")["label"] == "affine"


def test_generated_code_runs_alone(tmp_path):
    import subprocess
    import sys

    path = tmp_path / "logistic.py"
    run("code", LOGISTIC, "--declare", LOGISTIC_DECLARE, "--wrt", "w", "--save", path)
    done = subprocess.run([sys.executable, path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def huber_loss(X, w, y):
    r = X @ w - y
    return np.sum(np.where(np.abs(r) <= 1, 0.5 * r**2, np.abs(r) - 0.5))


def test_latex_python_and_indices_are_read_as_the_same_formula():
    import lossmith as ls

    text = ls.objective("norm2(X*w - y)^2/(2*n) + lam*norm1(w)", declare="lam: scalar >= 0")
    tex = ls.objective(
        r"J(w) = \frac{1}{2n}\|Xw-y\|_2^2 + \lambda\|w\|_1", declare="lam: scalar >= 0"
    )
    python = ls.objective(
        "np.sum((X @ w - y)**2)/(2*len(y)) + lam*np.abs(w).sum()", declare="lam: scalar >= 0"
    )
    index = ls.objective(
        "sum(i, (X[i,:]*w - y[i])^2)/(2*n) + lam*sum(j, abs(w[j]))", declare="lam: scalar >= 0"
    )
    assert text.expr is tex.expr is python.expr is index.expr
    assert [s.name for s in tex.wrt] == ["w"]
    assert ls.objective(huber_loss, wrt="w").expr.shape == ()


def test_the_domain_is_told_where_nobody_declared_it():
    card = run("explain", "e^x - log x")
    assert re.search(r"domain +x > 0", card)
    assert "0.567143" in run("solve", "e^x - log x")


@pytest.mark.parametrize(
    ("formula", "column"),
    [
        ("sum(log(1 + exp(-y .* (X*w))) + lam*norm2(w)^2", 3),
        ("norm2(X*w - y) + sofplus(b)", 17),
        ("x^2 + ", 4),
        ("（x + 1", 0),
    ],
)
def test_the_caret_stands_under_the_place(formula, column):
    from lossmith.errors import cells

    lines = run("grad", formula, code=2).splitlines()
    at = next(k for k, line in enumerate(lines) if set(line.strip()) == {"^"})
    head, _, shown = lines[at - 1].partition(": ")
    assert shown.rstrip() == formula.rstrip()
    assert lines[at].index("^") == len(head) + 2 + cells(formula[:column])


def test_lengths_that_no_data_fix_are_given_on_the_command_line():
    point = answer("solve", "norm1(x - 1)", "--declare", "x: vector(n)", "--sizes", "n=3")
    assert point["result"]["x"] == {"x": [1.0, 1.0, 1.0]}
    said = run("step", "mean(x.^2)", "--sizes", "n=5")
    assert "= 0.4" in said
    assert "no size k" in run("solve", "norm1(x)", "--sizes", "k=3", code=2)
    assert "at least 1" in run("solve", "norm1(x)", "--sizes", "n=0", code=2)
    assert "--sizes n=3" in run("solve", "norm1(x)", code=2)
