"""The wrong lines of lecture notes, also as definitions: each is found, and told why."""

from __future__ import annotations

import pytest

import lossmith as ls

BERNOULLI = "y: vector(n) in {0, 1}\nlik = prod(i, h_i^y_i*(1-h_i)^(1-y_i))\n"
EXPONENTIAL = "lam > 0\nx: vector(n) > 0\nlik = prod(i, lam*exp(-lam*x_i))\n"
COIN = "lik = p^k*(1-p)^(n-k)\n"

# text, the slip of the first wrong line
WRONG = [
    (BERNOULLI + "nll = sum(y.*log(h) + (1-y).*log(1-h))", "likelihood-sign"),
    (EXPONENTIAL + "nll = n*log(lam) - lam*sum(x)", "likelihood-sign"),
    (EXPONENTIAL + "loglik = -n*log(lam) + lam*sum(x)", "likelihood-sign"),
    (COIN + "loglik = k*log(p) - (n-k)*log(1-p)", "sign-of-term"),
    ("L(p) = p^k*(1-p)^(n-k)\nl(p) = k*log(p) - (n-k)*log(1-p)", "sign-of-term"),
    ("p = h^y*(1-h)^(1-y)\nJ = -y*log(h) + (1-y)*log(1-h)", "missing-outer-minus"),
    ("P(y|x) = h^y*(1-h)^(1-y)\nloss = -y*log(h) + (1-y)*log(1-h)", "missing-outer-minus"),
    ("h = sigmoid(w*x)\nJ = -y*log(h) + (1-y)*log(1-h)", "missing-outer-minus"),
    (BERNOULLI + "J = -mean(y.*log(h)) + mean((1-y).*log(1-h))", "missing-outer-minus"),
    ("maximize the likelihood = minimize the log-likelihood", "likelihood-sign"),
    ("To maximize the likelihood we minimize the log-likelihood.", "likelihood-sign"),
    ("maximum likelihood is equivalent to minimizing log-likelihood", "likelihood-sign"),
    ("argmax_theta L(theta) = argmin_theta log L(theta)", "likelihood-sign"),
    ("极大化似然函数相当于极小化对数似然函数", "likelihood-sign"),
    ("maximize lik = minimize loglik\n" + COIN + "loglik = k*log(p)+(n-k)*log(1-p)",
     "likelihood-sign"),
    ("J = norm2(X*w - y)^2\ndJ/dw = 2*(X*w - y)*X", "order-of-product"),
    ("J = norm2(X*w - y)^2\ndJ/dw = 2*X'*(y - X*w)", "sign-of-whole"),
]  # fmt: skip

RIGHT = [
    BERNOULLI + "nll = -sum(y.*log(h) + (1-y).*log(1-h))\ndnll/dh = -y./h + (1-y)./(1-h)",
    BERNOULLI + "J = -mean(y.*log(h) + (1-y).*log(1-h))",
    BERNOULLI + "loglik = sum(y.*log(h) + (1-y).*log(1-h))",
    EXPONENTIAL + "nll = lam*sum(x) - n*log(lam)\ndnll/dlam = sum(x) - n/lam",
    EXPONENTIAL + "nll = lam*mean(x) - log(lam)",  # n times as small: the same minimizers
    COIN + "J = -2*k*log(p) - (n-k)*log(1-p)",  # a weighted loss is a loss of its own
    "s > 0\nX: matrix(n, d)\nlik = prod(i, exp(-(y_i - x_i'*w)^2/(2*s^2)))\n"
    "J = norm2(y - X*w)^2\ndJ/dw = 2*X'*(X*w - y)",
    "log(lik) = sum(y.*log(h) + (1-y).*log(1-h))\nnll = -log(lik)",
    "maximize the likelihood <=> minimize the negative log-likelihood",
    "max_w L(w) <=> min_w -log L(w)",
    "最大似然等价于最小化负对数似然",
]

OTHER_CONVENTION = [
    "f''(x) > 0: 凹函数, f''(x) < 0: 凸函数",
    "f(x) = x^2\nf''(x) = 2\n因为 f''(x) > 0，所以 f 是凹函数",
    "second derivative > 0 means concave",
    "若函数为凹函数，则二阶导数大于0",
    "凸函数的二阶导数小于零",
]


@pytest.mark.parametrize(("text", "slip"), WRONG)
def test_a_wrong_line_of_lecture_notes_is_found_and_named(text: str, slip: str) -> None:
    wrong = ls.check(text, source="x.txt").report.first_wrong
    assert wrong is not None
    assert wrong.outcome == "wrong"
    assert wrong.explanations[0].slip == slip
    assert wrong.explanations[0].words.zh


@pytest.mark.parametrize("text", RIGHT)
def test_a_name_stands_up_to_constants_and_positive_factors(text: str) -> None:
    outcomes = {j.outcome for j in ls.check(text, source="x.txt").lines}
    assert outcomes <= {"definition", "ok"}, outcomes


@pytest.mark.parametrize("sentence", OTHER_CONVENTION)
def test_the_other_convention_of_convex_and_concave_is_told(sentence: str) -> None:
    found = ls.check(sentence, source="x.txt")
    assert found.status != "wrong"
    assert any("by our convention" in note.en for note in found.report.notes)


@pytest.mark.parametrize(
    "sentence", ["f'' > 0, so f is convex", "凸函数的二阶导数大于零", "concave: f'' < 0"]
)
def test_our_convention_needs_no_note(sentence: str) -> None:
    notes = ls.check(f"f(x) = x^2\n{sentence}", source="x.txt").report.notes
    assert not any("by our convention" in note.en for note in notes)


def test_a_line_below_a_misnamed_definition_is_held_against_what_was_meant() -> None:
    text = EXPONENTIAL + "nll = n*log(lam) - lam*sum(x)\n"
    right, carried = "dnll/dlam = sum(x) - n/lam", "dnll/dlam = n/lam - sum(x)"
    assert ls.check(text + right, source="x.txt").lines[-1].outcome == "ok"
    assert ls.check(text + carried, source="x.txt").lines[-1].outcome == "carried"
