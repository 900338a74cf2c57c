"""What the cards say: evidence in numbers, promises that help, names as they are printed."""

import re
from fractions import Fraction

import numpy as np
import pytest
from command_line import EXAMPLES, answer, run

import lossmith as ls
from lossmith.evidence.certificate import KINDS, Claim
from lossmith.expr.node import symbol
from lossmith.expr.sets import REALS, point
from lossmith.view.card import ascii_only
from lossmith.view.proof_words import PLAIN, claimed


def test_a_counterexample_shows_both_sides_in_numbers():
    shown = run("convex", "x^3", code=1)
    for against, sign in (("convex", ">"), ("concave", "<")):
        line = next(text for text in shown.splitlines() if f"not {against}" in text)
        a, b = (Fraction(m) for m in re.search(r"a: x = (\S+) and b: x = (\S+),", line).groups())
        t = Fraction(re.search(r"f\((\S+)·a", line)[1])
        middle, chord = (float(m) for m in re.findall(r"\) = (-?[\d.]+)", line))
        assert middle == pytest.approx(float((t * a + (1 - t) * b) ** 3))
        assert chord == pytest.approx(float(t * a**3 + (1 - t) * b**3))
        assert middle > chord if sign == ">" else middle < chord


def test_a_forgotten_promise_is_named_with_what_it_would_prove():
    shown = run("convex", "norm2(X*w - y)^2 + lam*norm1(w) + c", code=1)
    assert "REFUTED" in shown
    assert '--declare "lam: scalar >= 0"' in shown
    assert "c: scalar" not in shown
    assert "convex" in run("convex", "norm2(X*w - y)^2 + lam*norm1(w)", "--declare", "lam >= 0")
    assert '"A: matrix(n, n) psd"' in run("convex", "x'*A*x", code=1)
    assert '"x: scalar >= 0"' in run("convex", "x^3 + a*x", code=1)
    assert "--declare" not in run("convex", "x*y", code=1)


def test_numbers_of_the_step_name_what_is_missing():
    formula, declared = "norm2(X*w - y)^2 + lam*norm2(w)^2", "lam: scalar >= 0"
    partly = run("step", formula, "--declare", declared, "--set", "lam=0.5")
    assert "give X too" in partly
    whole = run("step", formula, "--declare", declared, "--set", "lam=0.5", "--set", "X=[[1,2]]")
    assert "L = 11 ±" in whole
    f = ls.objective("mean(x.^2)")
    bound = f.step_bound(x=[1, 2, 3, 4])
    assert bound.smooth == bound.strong == point(Fraction(1, 2))
    with pytest.raises(ls.DataError, match="x"):
        f.step_bound()


def test_a_derivative_that_no_card_knows_leaves_the_rest_of_the_card():
    shown = run("explain", "norm2(w - y)^2 + prod_others(w)'*y", "--wrt", "w")
    assert re.search(r"gradient +.*prod_pairs", shown)
    assert re.search(r"Hessian +the derivative of prod_pairs", shown)


def test_names_are_printed_alike_everywhere():
    shown = run("explain", "(w2*sigmoid(w1*x) - y)^2", "--wrt", "w1,w2")
    assert "f(w₁, w₂)" in shown
    assert "gradient w₁" in shown
    assert "w₁ = " in shown
    assert "w1 = " not in shown


def test_a_variable_named_twice_counts_once():
    verdict = answer("convex", "x^2", "--wrt", "x,x")
    assert verdict["wrt"] == ["x"]
    assert verdict["strict"] is True


@pytest.mark.parametrize(
    ("formula", "variables"),
    [
        ("a*x^2 + b*x + c", ["x"]),
        ("x^2 - y^2", ["x", "y"]),
        ("normF(A - U*V')^2", ["U", "V"]),
        ("norm2(X*w - y)^2", ["w"]),
        ("theta1*x + theta2", ["theta1", "theta2"]),
        ("a*b", ["a", "b"]),
    ],
)
def test_variables_are_chosen_as_people_would(formula, variables):
    assert answer("explain", formula)["wrt"] == variables


def test_a_proof_speaks_of_the_claim_it_stands_under():
    shown = run("convex", "norm2(X*w - y)^2", "--why")
    for line in shown.splitlines():
        if " is affine:" in line:
            assert "is convex" not in line
    assert "t² is convex" in shown
    concave = run("convex", "sum(log(x)) - norm2(x)^2", "--declare", "x: vector(n) > 0", "--why")
    assert "concave: a sum of concave terms" in concave


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_claim_can_be_told_in_both_languages(kind):
    x = symbol("x")
    other = x if kind in ("identity", "strong", "smooth") else None
    interval = REALS if kind == "range" else None
    words = claimed(Claim(kind, x, (x,), interval=interval, other=other), PLAIN)
    assert words.en.startswith("x ")
    assert "_" not in words.en
    assert words.zh.startswith("x ")


def test_a_hessian_at_a_kink_is_no_subgradient():
    first = run("grad", "norm1(w)")
    assert "where an entry of w is 0" in first
    assert "every slope in [-1, 1]; the formula takes one of them" in first
    second = run("hess", "norm1(w)")
    assert "away from points where an entry of w is 0" in second


def test_a_constant_gradient_allows_any_step():
    shown = run("step", "3*x + 1")
    assert "any" in shown
    assert "1/L" not in shown


def test_points_say_where_they_were_sought_and_enclose_what_they_found():
    shown = run("points", "x^5/5 - x^2 - x", "--box", "x in [-5, 5]")
    assert "x in [-5, 5]" in shown
    enclosures = re.findall(r"in \[(-?\d\.\d+), (-?\d\.\d+)\]", shown)
    assert len(enclosures) == 2
    for low, high in enclosures:
        x = float(low)
        assert x**4 - 2 * x - 1 == pytest.approx(0, abs=1e-9)
        assert x <= float(high)


def test_long_code_goes_by_its_name():
    shown = run("explain", "sum(log(cosh(X*w - y)))")
    assert "code uses logcosh(·)" in shown
    assert "np.where" not in shown


def test_latex_keeps_the_words_as_comments():
    shown = run("convex", "x^2", "--tex", "--lang", "zh")
    comments = [line for line in shown.splitlines() if line.startswith("%")]
    assert any("已证明" in line for line in comments)
    rest = "\n".join(line for line in shown.splitlines() if not line.startswith("%"))
    assert rest.startswith(r"\begin{aligned}")
    assert r"\text{读作}" in rest
    assert run("solve", "(x - 3)^2", "--tex").strip().endswith(r"\end{aligned}")


@pytest.mark.parametrize(
    ("sign", "spelled"),
    [
        ("2λw − Xᵀ(y ⊙ s)", "2 lam w - X'(y .* s)"),
        ("½λ‖w‖₂²", "1/2 lam ||w||_2^2"),
        ("λmin(XᵀX)", "lambda_min(X'X)"),
        ("α(1 − α)", "alpha (1 - alpha)"),
        ("Σᵢ yᵢ", "sum_i y_i"),
        ("‖x‖∞", "||x||_inf"),
        ("\U0001d7cf[x > 0] X⁻¹", "1[x > 0] X^-1"),
        ("已证明，λ ≥ 0", "已证明，lam >= 0"),
    ],
)
def test_ascii_spelling_stays_readable(sign, spelled):
    assert ascii_only(sign) == spelled


def test_a_matrix_takes_a_line_for_each_row():
    shown = run(
        "solve", "normF(X*W - Y)^2", "--wrt", "W",
        "--set", "X=[[1,2],[3,4]]", "--set", "Y=[[1,0],[0,1]]",
    )  # fmt: skip
    lines = shown.splitlines()
    first = next(k for k, line in enumerate(lines) if line.startswith(" W"))
    assert lines[first].index("[[") == lines[first + 1].index("[") - 1


def test_a_formula_that_is_no_number_still_shows_itself():
    f = ls.objective("X*w")
    assert "Xw" in f._repr_mimebundle_()["text/plain"]
    assert str(f.jacobian) == "X"
    with pytest.raises(ls.UsageError, match="number"):
        f.explain()


def test_python_shows_short_forms_and_refuses_nonsense():
    f = ls.objective("(w2*sigmoid(w1*x) - y)^2", wrt=("w1", "w2"))
    assert repr(f) == "f(w₁, w₂) = (w₂ σ(w₁x) − y)²"
    assert set(f.gradient(w1=1, w2=2, x=3, y=4)) == {"w1", "w2"}
    assert f.gradient["w2"](w1=0, w2=2, x=3, y=4) == pytest.approx(-3)
    assert set(f.gradient._repr_mimebundle_()) == {"text/plain", "text/latex"}
    assert f.to_json()["types"]["w1"] == "scalar"
    assert "REFUTED" in str(f.explain())
    with pytest.raises(ls.UsageError, match="block"):
        f.gradient["w3"]
    for nonsense in ({"text": 3}, {"text": "x^2", "wrt": 3}, {"text": "x^2", "declare": 3}):
        with pytest.raises(ls.UsageError):
            ls.objective(**nonsense)
    g = ls.objective("(x - 1)^2")
    with pytest.raises(ls.UsageError, match="solved for"):
        g.solve(x=3)
    with pytest.raises(ls.UsageError, match="max_iter"):
        g.solve(max_iter=0)


def test_ctrl_c_keeps_the_best_point():
    def interrupt(iterate):
        if iterate.iteration >= 3:
            raise KeyboardInterrupt

    f = ls.objective("100*(y - x^2)^2 + (1 - x)^2")
    stopped = f.solve(x0={"x": -1.2, "y": 1.0}, on_step=interrupt)
    assert not stopped.status.is_success
    start = f(x=-1.2, y=1.0)
    assert f(**{name: float(v) for name, v in stopped.x.items()}) == stopped.value < start


def test_progress_is_shown_on_the_error_stream_and_wiped(capsys):
    from lossmith.faces.cli import _Progress

    progress = _Progress(quiet=False, lang="zh")
    ls.objective("(x - 1)^4").solve(on_step=progress, method="newton")
    progress.done()
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Ctrl-C" in shown.err
    assert shown.err.endswith("\x1b[K")


@pytest.mark.parametrize("kind", ["csv", "npz", "parquet"])
def test_the_same_table_in_three_kinds_of_file_gives_the_same_answer(kind, tmp_path):
    rng = np.random.default_rng(3)
    X, y = rng.normal(size=(9, 2)), rng.normal(size=9)
    path = tmp_path / f"table.{kind}"
    if kind == "csv":
        rows = [f"{a!r},{b!r},{c!r}" for (a, b), c in zip(X.tolist(), y.tolist(), strict=True)]
        path.write_text("\n".join(["height,weight,out", *rows]) + "\n")
    elif kind == "npz":
        np.savez(path, X=X, y=y)
    else:
        pa = pytest.importorskip("pyarrow")
        pq = pytest.importorskip("pyarrow.parquet")
        pq.write_table(pa.table({"height": X[:, 0], "weight": X[:, 1], "out": y}), path)
    result = answer("solve", "norm2(X*w - y)^2", "--data", path)["result"]
    expected = np.linalg.lstsq(X, y, rcond=None)[0]
    assert np.allclose(result["x"]["w"], expected, atol=1e-10)


def test_target_and_features_choose_the_columns():
    result = answer(
        "solve", "norm2(X*w - y)^2", "--data", EXAMPLES / "diabetes.csv",
        "--target", "target", "--features", "bmi,bp",
    )["result"]  # fmt: skip
    assert len(result["x"]["w"]) == 2
    refused = run(
        "solve", "norm2(X*w - y)^2", "--data", EXAMPLES / "diabetes.csv", "--target", "bim", code=2
    )
    assert "bmi" in refused


def test_labels_outside_the_declared_set_are_refused_with_the_repair():
    refused = run(
        "solve", "@" + str(EXAMPLES / "logistic.txt"), "--declare", "y in {-1, 1}; lam >= 0",
        "--data", EXAMPLES / "breast_cancer.csv", "--set", "lam=0.1", code=2,
    )  # fmt: skip
    assert "row 1" in refused
    assert '--labels "0,1->-1,1"' in refused


def test_the_command_line_writes_tree_and_page(tmp_path):
    page = tmp_path / "proof.html"
    told = run("convex", "exp(x) + x^2", "--depth", "researcher", "--html", str(page))
    assert "[composition]" in told
    assert "Boyd & Vandenberghe" in told
    assert "replayed by the checker" in told
    text = page.read_text(encoding="utf-8")
    assert "<details" in text
    assert "<script" not in text
    assert "\\begin{proof}" in run("convex", "exp(x) + x^2", "--why", "--tex")


def test_the_hessian_of_a_convex_loss_is_definite_only_at_full_rank():
    said = "definite exactly where X has full column rank"
    logistic = ("sum(log(1 + exp(-y .* (X*w))))", "--declare", "y in {-1, 1}", "--wrt", "w")
    assert said in run("convex", *logistic, "--why")
    assert said not in run("convex", *logistic)
    flat = run("convex", "sum(max(0, X*w - y).^2)", "--wrt", "w", "--why")
    assert said not in flat, "its weights may be 0"
    both = run("convex", "logsumexp(X*w)", "--wrt", "w", "--why")
    assert said not in both, "softmax has a direction in which nothing changes"
