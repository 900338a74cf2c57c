"""Functions in pieces, and functions whose formula has values on part of the line only."""

from __future__ import annotations

import pytest

from lossmith.evidence.check import check
from lossmith.prove.prover import curvature
from lossmith.prove.proving.verdict import Verdict
from lossmith.text.parse import parse


def ask(text: str, declare: str = "", wrt: str = "x") -> Verdict:
    formula = parse(text, declare)
    verdict = curvature(formula.expr, tuple(formula.symbol(n) for n in wrt.split()), formula=text)
    for evidence in (*verdict.certificates, *verdict.witnesses):
        check(evidence)
    return verdict


PIECEWISE: tuple[tuple[str, str, str, str], ...] = (
    ("if(abs(x) <= 1, 0.5*x^2, abs(x) - 0.5)", "", "x", "convex"),
    ("if(abs(x) <= d, 0.5*x^2, d*(abs(x) - d/2))", "d: scalar > 0", "x", "convex"),
    ("sum(if(abs(X*w - y) <= 1, 0.5*(X*w - y).^2, abs(X*w - y) - 0.5))", "", "w", "convex"),
    ("if(x >= 0, x, exp(x) - 1)", "", "x", "convex"),
    ("if(x >= 0, x, 2*x)", "", "x", "concave"),
    ("if(x > 0, x^2, 0)", "", "x", "convex"),
    ("if(x > 0, x^2, x)", "", "x", "neither"),
    ("if(x >= 1, 2*x - 1, x^2)", "", "x", "convex"),
    ("if(x >= 1, 2*x - 1.01, x^2)", "", "x", "neither"),
    ("if(x >= 1, 1.99*x - 0.99, x^2)", "", "x", "neither"),
    ("if(x >= 1, 2*x - 1, if(x <= -1, -2*x - 1, x^2))", "", "x", "convex"),
    ("if(x >= 0, x^3, -x)", "", "x", "convex"),
    ("if(x >= 0, log(1 + x), x)", "", "x", "concave"),
    ("if(x > 0, 1, 0)", "", "x", "neither"),
    ("max(x, 0) + a*min(x, 0)", "a: scalar in [0, 1]", "x", "convex"),
    ("max(x, 0) + a*min(x, 0)", "a: scalar >= 1", "x", "concave"),
    ("max(x, 0) + a*min(x, 0)", "a: scalar in [0, 2]", "x", "neither"),
    ("max(x, 0) + min(exp(x) - 1, 0)", "", "x", "convex"),
    ("x^2 - max(abs(x) - 1, 0)^2", "", "x", "convex"),
    ("x^2 - 1.01*max(abs(x) - 1, 0)^2", "", "x", "neither"),
    ("max(x, 0) + log(1 + exp(-abs(x)))", "", "x", "convex"),
    ("max(2*x, 0) - max(x, 0)", "", "x", "convex"),
    ("max(2*x, 0) - 2.01*max(x, 0)", "", "x", "concave"),
    ("max(0, 1 - x)^2/2 - max(0, -x)^2/2", "", "x", "convex"),
    ("relu(x) - relu(-x)", "", "x", "affine"),
    ("relu(x) - relu(x - 1)", "", "x", "neither"),
    ("x*relu(x)", "", "x", "convex"),
    ("abs(x)*x^2", "", "x", "convex"),
    ("x*abs(x)", "", "x", "neither"),
    ("abs(x) - log(1 + abs(x))", "", "x", "convex"),
    ("abs(x) - huber(x, 1)", "", "x", "neither"),
    ("x^2/2 - huber(x, 1)", "", "x", "convex"),
    ("abs(x) + max(-abs(x), -1)", "", "x", "convex"),
)


@pytest.mark.parametrize("row", PIECEWISE, ids=lambda r: f"{r[0]} {r[1]}")
def test_a_function_in_pieces_is_judged_at_its_joints(row: tuple[str, str, str, str]) -> None:
    text, declare, wrt, label = row
    assert ask(text, declare, wrt).label == label


NATURAL: tuple[tuple[str, str, str], ...] = (
    ("x*log(x)", "x", "convex"),
    ("x*log(x) + (1 - x)*log(1 - x)", "x", "convex"),
    ("sum(x.*log(x))", "x", "convex"),
    ("log(x) + log(2 - 3*x)", "x", "concave"),
    ("x^(3/2)", "x", "convex"),
    ("x*sqrt(x)*exp(x)", "x", "convex"),
    ("x*log(x) + y*log(y)", "x y", "convex"),
    ("1/x", "x", "neither"),
    ("x^3 + 0*log(1 + x^2)", "x", "neither"),
)


@pytest.mark.parametrize("row", NATURAL, ids=lambda r: r[0])
def test_a_formula_is_judged_where_it_has_values(row: tuple[str, str, str]) -> None:
    text, wrt, label = row
    assert ask(text, "", wrt).label == label
