"""Where the rules of composition stop: the innermost part that they do not cover, and why."""

import pytest

import lossmith as ls
from lossmith.prove.obstacle import obstacle
from lossmith.text.writing.printing import to_text

STOPS = [
    ("sum((w2*relu(w1*x) - y).^2)", "", "w1, w2", "relu(w1*x)", "both move"),
    ("sum(relu(W2*relu(W1*x)))", "", "W1", "W2*relu(W1*x)", "W₂ may be negative"),
    ("norm2(y - sigmoid(X*w))^2", "", "w", "sigmoid(X*w)", "neither convex nor concave"),
    ("exp(-x^2)", "", "x", "exp(-x^2)", "asks for an argument that is convex"),
    ("log(1 + x^2)", "", "x", "log(", "asks for an argument that is concave"),
    ("x^2 - y^2", "", "x, y", "x^2 - y^2", "−y² bends down"),
    ("sqrt(1 + x^4)*y", "", "x", "y", "y may be negative"),
    ("x'*A*x", "", "x", "x'*A*x", "positive semidefinite"),
]


@pytest.mark.parametrize(("formula", "declare", "wrt", "node", "why"), STOPS)
def test_the_rules_stop_at_the_innermost_part(formula, declare, wrt, node, why):
    f = ls.objective(formula, declare=declare, wrt=wrt)
    found = obstacle(f.expr, f.wrt)
    assert found is not None
    assert node in to_text(found.node)
    assert why in found.words.en
    assert found.words.zh != found.words.en


@pytest.mark.parametrize("formula", ["exp(x) - log(x)", "norm2(x)", "x"])
def test_nothing_stops_them_in_what_they_prove(formula):
    f = ls.objective(formula)
    assert obstacle(f.expr, f.wrt) is None


def test_the_reason_follows_the_signs_that_are_declared():
    loose = ls.objective("sum(W*relu(x))", wrt="x")
    assert obstacle(loose.expr, loose.wrt) is not None
    tight = ls.objective("sum(W*relu(x))", declare="W: matrix(m, n) >= 0", wrt="x")
    assert obstacle(tight.expr, tight.wrt) is None
