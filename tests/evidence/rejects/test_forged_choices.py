"""Forged choices: a condition that the variables enter, a branch of another curvature or domain."""

from __future__ import annotations

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.text.parse import parse

FREE = "x: scalar; a: scalar; v: vector(n); b: vector(n)"


def _certificate(text: str, kind: str, of: str = "x", *rules: str) -> Certificate:
    """Return a proof by ``choice`` from exp of the variable being convex, and more on it."""
    e, x, branch = parse(text, FREE).expr, parse(of, FREE).expr, parse(f"exp({of})", FREE).expr
    nodes = [
        Inference(Claim("affine", x, (x,)), "variable"),
        Inference(Claim("convex", branch, (x,)), "composition", (0,)),
        *(Inference(Claim(rule, branch), rule) for rule in rules),
    ]
    last = Inference(Claim(kind, e, (x,)), "choice", tuple(range(len(nodes))))
    return Certificate((*nodes, last))


def test_data_choose_among_convex_branches() -> None:
    check(_certificate("if(a > 0, exp(x), 0)", "convex"))


def test_data_choose_among_entries_of_total_branches() -> None:
    check(_certificate("if(b > 0, exp(v), b)", "convex", "v", "total"))
    with pytest.raises(NotCertified, match=r"node 2 .* by choice"):
        check(_certificate("if(b > 0, exp(v), b)", "convex", "v"))


FORGED = {
    "a condition on the variable": ("if(x > 0, exp(x), 0)", "convex"),
    "a condition on data and the variable": ("if(x > a, exp(x), a)", "convex"),
    "one condition of two on the variable": ("if(a > 1 and x > 0, exp(x), a)", "convex"),
    "a branch of no known curvature": ("if(a > 0, exp(x), -exp(x))", "convex"),
    "another case of no known curvature": ("cases(a > 1, exp(x), a > 0, -exp(x), 0)", "convex"),
    "a strict claim, one branch constant": ("if(a > 0, exp(x), 0)", "strictly_convex"),
    "the other side": ("if(a > 0, exp(x), 0)", "concave"),
    "no choice at all": ("2*exp(x)", "convex"),
}


@pytest.mark.parametrize("title", FORGED)
def test_a_forged_choice_is_refused(title: str) -> None:
    with pytest.raises(NotCertified, match=r"node 2 .* by choice"):
        check(_certificate(*FORGED[title]))
