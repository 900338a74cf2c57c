"""Claims of courses on losses, likelihoods and priors, settled through the command line."""

from __future__ import annotations

import sys
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import lossmith as ls
from lossmith.expr.build import scale

sys.path.insert(0, str(Path(__file__).parents[1] / "faces"))

from command_line import answer, run

SCALAR = ["--declare", "x: scalar; a: vector(n)", "--wrt", "x"]


def compared(f: str, g: str, *options: str) -> str:
    return answer("compare", f, g, *options)["kind"]


def solved(formula: str, *options: str) -> float:
    return float(answer("solve", formula, *options)["result"]["x"]["x"])


def test_b1_the_squared_loss_is_minimized_by_the_mean() -> None:
    # For all a and n: the sum of squares is n (x - mean)^2 plus a constant.
    assert compared("sum((x-a).^2)", "n*x^2 - 2*x*sum(a)", *SCALAR) == "constant"
    assert compared("n*(x - mean(a))^2", "n*x^2 - 2*x*sum(a)", *SCALAR) == "constant"
    assert solved("sum((x-a).^2)", *SCALAR, "--set", "a=1,2,6") == pytest.approx(3, abs=1e-12)
    shown = run("points", "sum((x-a).^2)", *SCALAR)
    assert "■ PROVED  x = mean(a)   the least value of all" in shown
    assert "f falls up to it and rises after it" in shown


def test_b2_the_absolute_loss_is_minimized_by_the_median() -> None:
    assert "sign" in run("grad", "sum(abs(x-a))", *SCALAR)
    assert solved("sum(abs(x-a))", *SCALAR, "--set", "a=5,1,9") == pytest.approx(5, abs=1e-12)
    even = answer("solve", "sum(abs(x-a))", *SCALAR, "--set", "a=1,2,6,9")["result"]
    assert 2 <= even["x"]["x"] <= 6
    f = ls.objective("sum(abs(x-a))", declare="x: scalar; a: vector(n)", wrt="x")
    a = np.array([1.0, 2.0, 6.0, 9.0])
    # Flat between the two middle values, rising outside: the whole set of minimizers.
    flat = [f(x=x, a=a) for x in (2.0, 3.3, 6.0)]
    assert np.ptp(flat) == 0
    assert f(x=1.9, a=a) > flat[0]
    assert f(x=6.1, a=a) > flat[0]


def test_b2_the_slope_counts_entries_below_and_above() -> None:
    shown = run("points", "sum(abs(x-a))", *SCALAR)
    assert "■ PROVED  f′(x) = #{aᵢ < x} − #{aᵢ > x} wherever x is no entry of a" in shown
    assert "[−#{aᵢ = x}, #{aᵢ = x}] at every x" in shown
    assert "for odd n the middle entry alone" in shown
    assert "for even n every point from" in shown


def test_b2_the_absolute_loss_is_not_an_l1_penalty() -> None:
    fit, penalty = "norm1(X*w-y)", "norm2(X*w-y)^2 + lam*norm1(w)"
    found = answer("compare", fit, penalty, "--wrt", "w", code=1)
    assert found["kind"] == "different"
    assert found["apart"]["f"] != found["apart"]["g"]
    assert "■ PROVED  in general not the same" in run("compare", fit, penalty, "--wrt", "w", code=1)
    assert answer("model", fit, "--wrt", "w")["model"]["noise"]["law"] == "Laplace"
    assert answer("model", penalty, "--wrt", "w")["model"]["noise"]["law"] == "Gaussian"


def test_b3_k_heads_of_n_make_k_over_n() -> None:
    declare = ["--declare", "p: scalar in (0, 1); k: scalar > 0; n: scalar > 0", "--wrt", "p"]
    for formula in ("p^k*(1-p)^(n-k)", "k*log(p) + (n-k)*log(1-p)"):
        (found,) = answer("points", formula, *declare)["points"]
        assert found["kind"] == "maximum"
        assert found["set"].startswith("p = k/n;")
    (least,) = answer("points", "-k*log(p) - (n-k)*log(1-p)", *declare)["points"]
    assert least["kind"] == "minimum"
    assert least["global"]


def test_b3_seven_heads_of_ten_make_seven_tenths() -> None:
    declare = ["--declare", "p: scalar in (0, 1)"]
    assert compared("p^7*(1-p)^3", "7*log(p) + 3*log(1-p)", *declare) == "increasing"
    for formula in ("p^7*(1-p)^3", "7*log(p) + 3*log(1-p)"):
        points = answer("points", formula, *declare, "--box", "p in [1/10, 9/10]")["points"]
        (found,) = [q for q in points if q["kind"] == "maximum"]
        low, high = found["box"]["p"]
        assert eval(low) <= 0.7 <= eval(high)  # ends are exact quotients
    model = answer("model", "k ~ Binomial(n, p)", "--wrt", "p")["model"]
    assert model["loss"].replace(" ", "") in ("(k-n)*log(1-p)-k*log(p)", "-k*log(p)-(n-k)*log(1-p)")
    counts = answer("model", "-7*log(p) - 3*log(1-p)", *declare)["model"]["noise"]["counts"]
    assert counts == {"probability": "p", "ones": 7, "zeros": 3}
    assert "p = 7/10, the share of ones" in run("model", "-log(p^7*(1-p)^3)", *declare)
    f = ls.objective("k*log(p) + (n-k)*log(1-p)", declare="p: scalar in (0,1)", wrt="p")
    for k, n in ((7, 10), (1, 3), (12, 19)):
        assert f.gradient(k=k, n=n, p=k / n) == pytest.approx(0, abs=1e-12)


def test_b4_cross_entropy_comes_from_bernoulli_and_from_the_categorical_law() -> None:
    two = answer("model", "y ~ Bernoulli(sigmoid(X*w))", "--wrt", "w")["model"]
    assert two["noise"]["law"] == "Bernoulli"
    assert compared(two["loss"], "-sum(y.*log(sigmoid(X*w)) + (1-y).*log(1-sigmoid(X*w)))",
                    "--wrt", "w") == "equal"  # fmt: skip
    many = answer("model", "-sum(Y.*log(softmax(X*W)))", "--wrt", "W")["model"]
    assert many["noise"]["law"] == "categorical"
    # Two classes: the softmax of (a, b) is the sigmoid of a - b.
    assert compared("log(exp(a) + exp(b)) - a", "log(1 + exp(b - a))", "--wrt", "a,b") == "equal"


@pytest.mark.parametrize(
    ("law", "loss", "name"),
    [
        ("Normal(X*w, sigma)", "norm2(X*w-y)^2", "Gaussian"),
        ("Laplace(X*w, b)", "norm1(X*w-y)", "Laplace"),
        ("StudentT(1, X*w, 1)", "sum(log(1 + (X*w-y).^2))", "Student-t"),
    ],
)
def test_b5_noise_laws_and_losses_have_the_same_minimizers(law: str, loss: str, name: str) -> None:
    stated = answer("model", f"y ~ {law}", "--wrt", "w")["model"]
    assert stated["noise"]["law"] == name
    declare = ["--declare", "sigma: scalar > 0; b: scalar > 0"]
    if name == "Student-t":
        declare = []
    elif name == "Laplace":
        declare = ["--declare", "b: scalar > 0"]
    else:
        declare = ["--declare", "sigma: scalar > 0"]
    assert compared(loss, stated["loss"], "--wrt", "w") in ("equal", "multiple")
    assert compared(loss, stated["joint"], "--wrt", "w", *declare) in ("constant", "multiple")


def test_b6_the_average_loss_tends_to_entropy_plus_divergence() -> None:
    # Without labels: draws of a coin with p = 0.3, scored by a model with 0.45.
    f = ls.objective("-mean(x*log(q) + (1-x)*log(1-q))", declare="x: vector(n); q: scalar in (0,1)",
                     wrt="q")  # fmt: skip
    rng = np.random.default_rng(3)
    p, q = 0.3, 0.45
    entropy = -p * np.log(p) - (1 - p) * np.log(1 - p)
    divergence = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
    for n in (100, 10_000, 1_000_000):
        x = (rng.random(n) < p).astype(float)
        spread = abs(np.log(q / (1 - q))) * np.sqrt(p * (1 - p) / n)
        assert abs(f(x=x, q=q) - (entropy + divergence)) < 5 * spread
    # With labels: the reading says that the loss is the negative log-likelihood.
    assert "cross-entropy" in run("model", "mean(softplus(X*w) - y.*(X*w))", "--wrt", "w")
    # The identity H(y, q) = H(y) + KL(y, q), for all y and q.
    declare = "y: scalar in (0, 1); q: scalar in (0, 1)"
    f = "-y*log(q) - (1-y)*log(1-q)"
    g = "-y*log(y) - (1-y)*log(1-y) + y*log(y/q) + (1-y)*log((1-y)/(1-q))"
    assert compared(f, g, "--declare", declare, "--wrt", "q") == "equal"


def test_b7_logistic_regression_in_full() -> None:
    formula = "mean(softplus(X*w) - y.*(X*w))"
    assert compared("-mean(y.*log(sigmoid(X*w)) + (1-y).*log(1-sigmoid(X*w)))", formula,
                    "--wrt", "w") == "equal"  # fmt: skip
    shown = run("model", formula, "--wrt", "w")
    assert "Xᵀ(σ(Xw) − y)/n" in shown
    assert "I(w) = Xᵀ diag(σ(Xw) ⊙ (1 − σ(Xw))) X" in shown
    assert "PROVED  convex" in run("convex", formula, "--wrt", "w")


@pytest.mark.parametrize(
    ("formula", "law", "stated"),
    [
        ("0.5*norm2(X*w-y)^2 + lam*norm1(w)", "Laplace", "λ = σ²/b"),
        ("norm2(X*w-y)^2 + lam*norm2(w)^2", "Gaussian", "λ = σ²/τ²"),
    ],
)
def test_b8_priors_are_penalties(formula: str, law: str, stated: str) -> None:
    found = answer("model", formula, "--wrt", "w")["model"]
    assert [p["law"] for p in found["priors"]] == [law]
    assert stated in run("model", formula, "--wrt", "w")


# -- regularization --------------------------------------------------------------------------------


@pytest.mark.parametrize("slope", [-2.0, 0.7, 3.0])
def test_c2_zero_is_a_minimum_just_when_the_weight_exceeds_the_slope(slope: float) -> None:
    loss = f"x^2 + ({slope})*x"  # L'(0) = slope
    for weight in (abs(slope) * 1.01, abs(slope) * 2):
        assert solved(f"{loss} + {weight}*abs(x)") == pytest.approx(0, abs=1e-12)
    assert abs(solved(f"{loss} + {abs(slope) * 0.9}*abs(x)")) > 1e-3
    for weight in (1.0, 100.0):
        assert abs(solved(f"{loss} + {weight}*x^2")) > 1e-3


def test_c2_the_criterion_in_symbols_for_every_loss() -> None:
    some = ["--at", "x = 0", "--declare", "L: function; C: scalar > 0"]
    shown = run("points", "L(x) + C*abs(x)", *some)
    assert (
        "■ PROVED  x = 0 is a strict local minimum where C > |L'(0)|, and none where C <" in shown
    )
    square = run("points", "L(x) + C*x^2", *some)
    assert "■ PROVED  x = 0 is one exactly where L'(0) = 0" in square
    assert "slope L'(0): no corner" in square


def test_c2_the_criterion_for_a_loss_that_is_given() -> None:
    data = ["--at", "x = 0", "--declare", "a: vector(n); y: vector(n); C: scalar > 0"]
    shown = run("points", "mean((a.*x-y).^2) + C*abs(x)", *data)
    assert "the least value of all, exactly where C ≥ |2aᵀy/n|" in shown
    point = answer("points", "exp(x) - 2*x + 3*abs(x)", "--at", "x = 0")["point"]
    assert (point["answer"], point["left"], point["right"]) == ("minimum", "-4", "2")
    point = answer("points", "exp(x) - 2*x + abs(x)/2", "--at", "x = 0")["point"]
    assert (point["answer"], point["left"], point["right"]) == ("neither", "-3/2", "-1/2")
    point = answer("points", "exp(x) - 2*x + 100*x^2", "--at", "x = 0")["point"]
    assert (point["answer"], point["smooth"]) == ("neither", True)


@pytest.mark.parametrize("kind", ["scalar", "vector(d)"])
def test_c3_the_square_is_steeper_just_where_the_weight_exceeds_one(kind: str) -> None:
    declare = ["--declare", f"w: {kind}; lam: scalar > 0; n: scalar > 0", "--wrt", "w"]
    found = answer("compare", "lam/n*norm1(w)", "lam/(2*n)*norm2(w)^2", *declare,
                   code=1 if kind != "scalar" else 0)["contrast"]  # fmt: skip
    w = "w" if kind == "scalar" else "w_i"
    assert found["slopes"] == {"above": [f"|{w}| > 1"], "below": [f"0 < |{w}| < 1"]}


def test_c3_the_updates_themselves_side_by_side() -> None:
    declare = "w: scalar; lam: scalar > 0; n: scalar > 0; eta: scalar > 0"
    found = answer("compare", "w - eta*lam*sign(w)/n", "w - eta*lam*w/n", "--declare", declare,
                   "--wrt", "w", code=1)["contrast"]  # fmt: skip
    # g - f: the L1 step (f) leaves less of a weight between 0 and 1, the L2 step (g) beyond 1.
    assert found["values"] == {"above": ["w < -1", "0 < w < 1"], "below": ["-1 < w < 0", "w > 1"]}


def test_c3_the_steps_shrink_by_a_sign_or_in_proportion() -> None:
    declare = ["--declare", "w: vector(d); lam: scalar > 0; n: scalar > 0", "--wrt", "w"]
    one = ls.objective("lam/n*norm1(w)", declare=declare[1], wrt="w")
    two = ls.objective("lam/(2*n)*norm2(w)^2", declare=declare[1], wrt="w")
    assert "sign(w)" in run("grad", "lam/n*norm1(w)", *declare)
    w = np.array([-3.0, -0.5, 0.5, 3.0])
    g1, g2 = one.gradient(w=w, lam=0.4, n=5), two.gradient(w=w, lam=0.4, n=5)
    assert np.allclose(g1, 0.4 * np.sign(w) / 5)
    assert np.allclose(g2, 0.4 * w / 5)
    assert ((np.abs(g2) > np.abs(g1)) == (np.abs(w) > 1)).all()


def test_c4_the_laplace_density_has_the_sharper_peak_and_the_heavier_tail() -> None:
    energies = {
        law: ls.objective(text, declare="w: scalar", wrt="w")
        for law, text in (
            ("Laplace", "2*abs(w)"),  # both of variance 1/2
            ("Gaussian", "w^2 + log(pi)/2"),
        )
    }
    for law, f in energies.items():
        assert answer("model", f.formula.text, "--declare", "w: scalar", "--wrt", "w")["model"][
            "priors"
        ][0]["law"] == law  # fmt: skip
    density = {law: lambda x, f=f: np.exp(-f(w=x)) for law, f in energies.items()}
    assert density["Laplace"](0.0) > density["Gaussian"](0.0)
    assert density["Laplace"](5.0) > density["Gaussian"](5.0)
    assert density["Laplace"](0.7) < density["Gaussian"](0.7)
    assert "corner" in run("kinks", "abs(w)", "--wrt", "w")


def test_c4_peak_and_tail_in_symbols() -> None:
    found = answer("compare", "w ~ Laplace(0, b)", "w ~ Normal(0, s)")
    ((laplace, gauss),) = found["peaks"]
    assert (laplace["value"], laplace["left"], laplace["right"]) == (
        "1/(2*b)", "1/(2*b^2)", "-1/(2*b^2)")  # fmt: skip
    assert not laplace["smooth"]
    assert gauss["smooth"]
    assert gauss["left"] == gauss["right"] == "0"
    assert found["contrast"]["far"] == [1, 1]
    shown = run("compare", "w ~ Laplace(0, b)", "w ~ Normal(0, s)")
    assert "■ PROVED  q/p → 0 (w → ±∞): p has the heavier tail" in shown
    # With the same variance the Laplace density is higher at 0 and far out, lower between.
    same = answer("compare", "w ~ Laplace(0, 1)", "w ~ N(0, 2)")["contrast"]["values"]
    assert [len(same[k]) for k in ("above", "below")] == [2, 1]
    assert same["above"][1].startswith("|w| > 3.3078")


@pytest.mark.parametrize(
    ("scale", "factor"), [("1", "p*(1-p)"), ("1/(1-p)", "p/(1-p)")], ids=["plain", "inverted"]
)
def test_c6_dropout_is_a_ridge_in_expectation(scale: str, factor: str) -> None:
    """Two columns: the expectation over the four masks, kept with probability 1 - p."""
    terms = []
    for a, b in product((0, 1), repeat=2):
        chance = "*".join("(1-p)" if kept else "p" for kept in (a, b))
        terms.append(f"{chance}*norm2(({scale})*({a}*u*x1 + {b}*v*x2) - y)^2")
    kept = "(1-p)" if scale == "1" else "1"
    ridge = f"norm2({kept}*(u*x1 + v*x2) - y)^2 + {factor}*(u^2*norm2(x1)^2 + v^2*norm2(x2)^2)"
    declare = (
        "x1: vector(n); x2: vector(n); y: vector(n); p: scalar in (0, 1); u: scalar; v: scalar"
    )
    options = ["--declare", declare, "--wrt", "u,v"]
    assert compared(" + ".join(terms), ridge, *options) == "equal"


@pytest.mark.parametrize("loss", ["norm2(X*w-y)^2", "mean((X*w-y).^2)/2 + lam*norm1(w)"])
def test_c6_the_expectation_over_masks_is_proved(loss: str) -> None:
    found = answer("model", loss, "--dropout", "--wrt", "w")["dropout"]
    assert [found[way]["status"] for way in ("plain", "inverted")] == ["proved", "proved"]
    assert [found[way]["factor"] for way in ("plain", "inverted")] == ["p*(1 - p)", "p/(1 - p)"]
    assert "■ PROVED  E f = " in run("model", loss, "--dropout", "--wrt", "w")
    assert "泰勒公式" in run("model", loss, "--dropout", "--wrt", "w", "--lang", "zh")


def test_c6_no_other_penalty_is_proved() -> None:
    from lossmith.workbench.masked import masked

    made = masked(ls.objective("norm2(X*w-y)^2", wrt="w"))
    for d in made.found:
        assert made.proof(d) is not None
        assert made.proof(replace(d, penalty=scale(2, d.penalty))) is None
        assert made.proof(replace(d, plain=scale(2, d.plain))) is None
