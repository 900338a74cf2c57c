"""Steps of the normal form read backwards: only from a side that is defined everywhere."""

from __future__ import annotations

import pytest
from proofs import e, node, proof

from lossmith.errors import NotCertified
from lossmith.evidence.check import check
from lossmith.evidence.normal.normal_steps import STEPS

CENTERED = "sum((w - mean(w)).^2)"


def test_a_product_is_factored_again() -> None:
    apart = STEPS["products"](e(CENTERED))
    assert apart is not e(CENTERED)
    check(
        proof(
            node("total", CENTERED, "total"),
            node("identity", apart, "normal-step", [0], "products", other=CENTERED),
        )
    )


def test_backwards_asks_that_the_other_side_is_total() -> None:
    apart = STEPS["products"](e(CENTERED))
    with pytest.raises(NotCertified, match="node 0 "):
        check(proof(node("identity", apart, "normal-step", [], "products", other=CENTERED)))


def test_what_has_no_value_somewhere_is_never_reached_backwards() -> None:
    hole = e("x*(x + 1)/(x + 1)*exp(y)")
    plain = STEPS["powers"](hole)
    for side in (hole, e("x*(x + 1)/y")):
        with pytest.raises(NotCertified):
            check(proof(node("total", side, "total")))
    with pytest.raises(NotCertified):
        check(proof(node("identity", plain, "normal-step", [], "powers", other=hole)))


def test_the_total_side_must_be_the_one_that_is_reached() -> None:
    apart = STEPS["products"](e(CENTERED))
    with pytest.raises(NotCertified, match="node 1 "):
        check(
            proof(
                node("total", apart, "total"),
                node("identity", apart, "normal-step", [0], "products", other=CENTERED),
            )
        )
