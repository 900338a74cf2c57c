"""Claims that are no statements, or not about convex sets, are refused by whatever rule."""

from __future__ import annotations

from fractions import Fraction

import pytest
from proofs import ALL, POSITIVE, e, f, node, proof, s

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check, is_convex_set
from lossmith.expr.build import add, const, symbol
from lossmith.expr.sets import closed
from lossmith.expr.types import Assumptions

ONE = const(1)
ANY, RIGHT = symbol("x"), symbol("x", (), Assumptions(POSITIVE))
BOTH = (ANY, RIGHT)

FORGED: dict[str, Certificate] = {
    "two variables of one name": proof(
        Inference(Claim("affine", ANY, BOTH), "variable"),
        Inference(Claim("affine", RIGHT, BOTH), "variable"),
        Inference(Claim("affine", add(ANY, RIGHT), BOTH), "sum", (0, 1), (f(0), f(1))),
    ),
    "a curvature with an interval": proof(
        node("affine", "x", "variable", wrt="x", interval=closed(0, 1))
    ),
    "a curvature with a constant": proof(node("affine", "x", "variable", wrt="x", other=const(1))),
    "a range in a variable": proof(node("range", "u", "range", wrt="u", interval=closed(0, 2))),
    "a range without an interval": proof(node("range", "u", "range")),
    "a block with a symbol of two values": proof(node("affine", "y", "variable", wrt="y labels")),
    "a strong constant that moves with the variable": proof(
        node(
            "strong", "x^4", "second-derivative", (), (ONE, const(0), (ALL, "direct")), wrt="x",
            other="12*x^2",
        )
    ),
    "a strong constant for each entry": proof(
        node("strong", "x^2", "quadratic", wrt="x", other=const(1, ("n",)))
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", FORGED)
def test_it_is_refused_at_the_last_node(title: str) -> None:
    certificate = FORGED[title]
    with pytest.raises(NotCertified) as refusal:
        check(certificate)
    assert f"node {len(certificate.nodes) - 1} " in refusal.value.render("en")


def _declared(*structure: str, integer: bool = False, values: tuple[int, ...] = ()) -> Assumptions:
    numbers = tuple(map(Fraction, values)) or None
    return Assumptions(values=numbers, integer=integer, structure=frozenset(structure))


CONVEX = [
    _declared(),
    _declared("symmetric"),
    _declared("psd"),
    _declared("pd"),
    _declared("simplex"),
    _declared("diagonal"),
    _declared(values=(3,)),
]
NOT_CONVEX = [
    _declared("orthogonal"),
    _declared("nonsingular"),
    _declared("onehot"),
    _declared("pd", "orthogonal"),
    _declared("pd", "onehot"),
    _declared("pd", integer=True),
    _declared("pd", values=(0, 1)),
    _declared("psd", "nonsingular"),
    _declared(integer=True),
    _declared(values=(0, 1)),
]


@pytest.mark.parametrize("assumptions", CONVEX, ids=str)
def test_these_declarations_describe_convex_sets(assumptions: Assumptions) -> None:
    assert is_convex_set(symbol("A", ("n", "n"), assumptions))


@pytest.mark.parametrize("assumptions", NOT_CONVEX, ids=str)
def test_these_declarations_may_describe_sets_that_are_not_convex(assumptions: Assumptions) -> None:
    assert not is_convex_set(symbol("A", ("n", "n"), assumptions))


def test_a_variable_of_its_own_meaning_is_accepted() -> None:
    assert s("x") is ANY
    check(proof(node("affine", e("x"), "variable", wrt="x")))
