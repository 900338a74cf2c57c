"""The prover on the formulas that people bring: what is proved, refuted, and left open."""

from __future__ import annotations

import pytest

import lossmith as ls
from lossmith.evidence.check import check
from lossmith.prove.prover import curvature, is_concave, is_convex
from lossmith.prove.proving.verdict import Verdict
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text


def ask(text: str, declare: dict[str, str] | None = None, wrt: str = "x") -> Verdict:
    formula = parse(text, declare=declare or {})
    block = tuple(s for s in formula.symbols if s.name in wrt.split())
    verdict = curvature(formula.expr, block, formula=text)
    for evidence in (*verdict.certificates, *verdict.witnesses):
        check(evidence)
    for constant in (verdict.strong, verdict.smooth):
        if constant.certificate is not None:
            check(constant.certificate)
    return verdict


CONVEX: dict[str, tuple[str, dict[str, str], str]] = {
    "logistic": ("sum(log(1 + exp(-y .* (X*w))))", {"y": "vector(n) in {-1, 1}"}, "w"),
    "e^x - log x": ("exp(x) - log(x)", {"x": "scalar > 0"}, "x"),
    "distances": ("sum(abs(x - a))", {"a": "vector(n)"}, "x"),
    "lasso": (
        "norm2(X*w - y)^2/(2*n) + lam*sum(abs(w))",
        {"lam": "scalar >= 0", "y": "vector(n)"},
        "w",
    ),
    "ridge": ("norm2(X*w - y)^2 + lam*norm2(w)^2", {"lam": "scalar >= 0"}, "w"),
    "hinge": ("sum(max(0, 1 - y .* (X*w)))", {"y": "vector(n) in {-1, 1}"}, "w"),
    "huber": ("sum(huber(X*w - y, 1))", {}, "w"),
    "log-sum-exp": ("log(sum(exp(x)))", {"x": "vector(n)"}, "x"),
    "log of twice a sum": ("log(2*sum(exp(x)))", {"x": "vector(n)"}, "x"),
    "minus log-softmax": ("-log(exp(x)/(exp(x) + exp(y) + exp(z)))", {}, "x y z"),
    "relative entropy": ("sum(x.*log(x./y))", {"x": "vector(n) > 0", "y": "vector(n) > 0"}, "x y"),
    "matrix fraction": ("x'*inv(A)*x", {"A": "matrix(n, n) pd"}, "x A"),
    "x log x": ("x*log(x)", {"x": "scalar > 0"}, "x"),
    "quadratic form": ("x'*A*x", {"A": "matrix(n, n) psd"}, "x"),
    "difference form": ("(x + y)^2 - 4*x*y", {}, "x y"),
    "barrier": ("-log(1 - x'*x)", {"x": "vector(n)"}, "x"),
    "norm": ("norm2(X*w - y)", {}, "w"),
    "cross entropy": (
        "-sum(y.*log(sigmoid(X*w)) + (1 - y).*log(1 - sigmoid(X*w)))",
        {"y": "vector(n) in {0, 1}"},
        "w",
    ),
}


@pytest.mark.parametrize("name", CONVEX)
def test_a_classical_objective_is_proved_convex(name: str) -> None:
    verdict = ask(*CONVEX[name])
    assert (verdict.status, verdict.label) == ("proved", "convex")
    assert verdict.certificate is not None


TRAPS: dict[str, tuple[str, dict[str, str], str]] = {
    "x^4 - 1e-11 x^2": ("x^4 - 1/100000000000*x^2", {}, "x"),
    "x^2 - 1e-10 y^2": ("x^2 - 1/10000000000*y^2", {}, "x y"),
    "(1 + x^2)^-2": ("(1 + x^2)^(-2)", {}, "x"),
    "(1 + x^2)^(-1/2)": ("(1 + x^2)^(-1/2)", {}, "x"),
    "x^3": ("x^3", {}, "x"),
    "a network of one neuron": ("(w2*sigmoid(w1*x) - y)^2", {}, "w1 w2"),
    "a saddle": ("x^2 - y^2", {}, "x y"),
    "exp(y) - 1e-12 x^4": ("exp(y) - 1/1000000000000*x^4", {}, "x y"),
    "tr(XBXB), B symmetric": (
        "tr(X*B*X*B)",
        {"X": "matrix(n, n) psd", "B": "matrix(n, n) symmetric"},
        "X",
    ),
    "a form of a symmetric matrix": ("x'*A*x", {"A": "matrix(n, n) symmetric"}, "x"),
    "a penalty of unknown sign": ("norm2(X*w - y)^2 + lam*norm2(w)^2", {}, "w"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_refuted_with_two_witnesses(name: str) -> None:
    verdict = ask(*TRAPS[name])
    assert (verdict.status, verdict.label) == ("refuted", "neither")
    assert {w.against for w in verdict.witnesses} == {"convex", "concave"}


def test_sqrt_of_x_squared_minus_1_is_not_convex_where_it_is_defined() -> None:
    verdict = ask("sqrt(x^2 - 1)", {"x": "scalar >= 1"})
    assert verdict.label != "convex"
    formula = parse("sqrt(x^2 - 1)", declare={"x": "scalar >= 1"})
    answer = is_convex(formula.expr, formula.symbols)
    assert answer.status == "refuted"


def test_a_set_that_is_not_convex_is_refused_with_the_reason() -> None:
    verdict = ask("x^2", {"x": "scalar in {0, 1, 2}"})
    assert verdict.status == "undecided"
    assert verdict.reason is not None
    assert "not convex" in verdict.reason.en


@pytest.mark.parametrize(
    ("formula", "declare", "label"),
    [
        ("(x + 1)^2 - (x - 1)^2", {}, "affine"),
        ("-sum(x.*log(x))", {"x": "vector(n) > 0"}, "concave"),
        ("logdet(x)", {"x": "matrix(n, n) pd"}, "concave"),
        ("sqrt(x)", {"x": "scalar >= 0"}, "concave"),
        ("a", {"a": "scalar"}, "affine"),
    ],
)
def test_other_labels(formula: str, declare: dict[str, str], label: str) -> None:
    wrt = "a" if formula == "a" else "x"
    assert ask(formula, declare, wrt).label == label


# -- one property asked for ------------------------------------------------------------------------


def test_asking_for_one_property_refutes_it_with_a_witness() -> None:
    formula = parse("exp(x)")
    assert is_convex(formula.expr, formula.symbols).status == "proved"
    no = is_concave(formula.expr, formula.symbols)
    assert no.status == "refuted"
    assert [w.against for w in no.witnesses] == ["concave"]


# -- constants -------------------------------------------------------------------------------------


def test_logistic_ridge_has_m_and_L_with_the_fact_about_labels() -> None:
    verdict = ask(
        "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2",
        {"y": "vector(n) in {-1, 1}", "lam": "scalar >= 0"},
        "w",
    )
    assert verdict.strong.value is not None
    assert to_text(verdict.strong.value) == "2*lam"
    assert verdict.strong.when is not None
    assert verdict.strong.when.en == "for λ > 0"
    assert verdict.smooth.value is not None
    assert to_text(verdict.smooth.value) == "specnorm(X)^2/4 + 2*lam"


def test_without_the_labels_L_needs_the_data_matrix_scaled() -> None:
    verdict = ask("sum(log(1 + exp(-y .* (X*w))))", {"y": "vector(n)"}, "w")
    assert verdict.smooth.value is not None
    assert "y" in to_text(verdict.smooth.value)


def test_least_squares_has_constants_of_the_gram_matrix() -> None:
    verdict = ask("norm2(X*w - y)^2", {}, "w")
    assert verdict.smooth.value is not None
    assert to_text(verdict.smooth.value) == "2*specnorm(X)^2"
    assert verdict.strong.value is not None
    assert to_text(verdict.strong.value) == "2*lambda_min(X'*X)"
    assert verdict.strong.when is not None
    assert "rank" in verdict.strong.when.en


def test_a_positive_penalty_makes_it_strict() -> None:
    verdict = ask("norm2(X*w - y)^2 + lam*norm2(w)^2", {"lam": "scalar > 0"}, "w")
    assert verdict.strict
    assert verdict.strong.when is None


def test_no_L_is_said_with_a_reason() -> None:
    verdict = ask("sum(exp(X*w))", {}, "w")
    assert verdict.smooth.value is None
    assert verdict.smooth.reason is not None
    assert "exp" in verdict.smooth.reason.en
    kinked = ask("sum(abs(w))", {"w": "vector(d)"}, "w")
    assert kinked.smooth.reason is not None
    assert "abs" in kinked.smooth.reason.en


# -- undecided -------------------------------------------------------------------------------------


def test_an_open_question_says_where_and_what_would_decide() -> None:
    f = parse("logdet(X) - logdet(X + A)", "X: matrix(n, n) pd; A: matrix(n, n) psd")
    verdict = curvature(f.expr, (f.symbol("X"),))
    assert verdict.status == "undecided"
    assert verdict.tried
    assert verdict.blocked_at is not None
    assert verdict.budget is not None
    assert "the routes ended after" in verdict.budget.en


def test_an_open_question_says_which_budget_ran_out() -> None:
    f = parse("tanh(x)/x", "x: scalar >= 2")
    verdict = curvature(f.expr, f.symbols, budget=700, tries=12)
    assert verdict.status == "undecided"
    assert verdict.budget is not None
    assert verdict.budget.en == "the budget of 700 proof steps ran out, after 12 segments"


def test_the_same_question_gets_the_same_answer() -> None:
    one = ask("log(x)^2", {"x": "scalar > 0"}).to_json()
    two = ask("log(x)^2", {"x": "scalar > 0"}).to_json()
    assert one == two


def test_a_deep_formula_does_not_overflow_the_stack() -> None:
    verdict = ask(" + ".join(f"exp({k}*x)" for k in range(1, 200)))
    assert verdict.label == "convex"


SPARED = [
    ("x^2 + y^2 + tanh(x + y)", "", "x, y", "convex"),
    ("-x^2 - y^2 + tanh(x + y)", "", "x, y", "concave"),
    ("norm2(x)^2 - logsumexp(x)", "", "x", "convex"),
    ("logsumexp(x) - 0.25*norm2(x)^2", "", "x", "concave"),
    ("logsumexp(x) + 0.5*norm2(x)^2 - 0.1*sum(cos(x))", "", "x", "convex"),
    ("lam*norm2(w)^2 + sum(cos(w)) + norm1(w)", "lam >= 1", "w", "convex"),
    ("lam*norm2(w)^2 + sum(cos(w)) + norm2(X*w - y)^2", "lam >= 0.5", "w", "convex"),
    ("x^2 + y^2 + z^2 - x*y - y*z + sin(z)/4", "", "x, y, z", "convex"),
]


@pytest.mark.parametrize(("text", "declare", "wrt", "label"), SPARED)
def test_what_some_terms_have_to_spare_outweighs_what_others_bend_down(
    text: str, declare: str, wrt: str, label: str
) -> None:
    verdict = ls.objective(text, declare=declare, wrt=wrt).curvature()
    assert (verdict.status, verdict.label) == ("proved", label)
    check(verdict.certificate)


@pytest.mark.parametrize(
    "text",
    ["x^2/5 + y^2/5 + tanh(x + y)", "0.1*norm2(x)^2 - logsumexp(x)", "norm1(x) + sum(sin(x))"],
)
def test_what_is_not_outweighed_is_not_proved(text: str) -> None:
    wrt = "x, y" if "y" in text else "x"
    assert ls.objective(text, wrt=wrt).curvature().status == "refuted"


@pytest.mark.parametrize(
    "text", ["v'*inv(X)*inv(X)*v", "tr(inv(X)*A*inv(X))", "norm2(inv(X)*v)", "norm2(inv(X)*v)^3"]
)
def test_functions_of_pd_matrices_are_followed_where_they_bend(text: str) -> None:
    declared = {"X": "matrix(n, n) pd", "A": "matrix(n, n) psd", "v": "vector(n)"}
    assert ask(text, declared, "X").label == "neither"


def test_what_is_constant_in_other_words_is_affine() -> None:
    assert ask("sum(softmax(z))", {"z": "vector(n)"}, "z").label == "affine"
    assert ask("sum(softmax(z)) + norm2(z)^2", {"z": "vector(n)"}, "z").label == "convex"
