"""Functions of two numbers by the principal minors of the Hessian: what is found and what is not.

The declared labels stand from mathematics: each row names the determinant that decides it.
Forged certificates are in ``evidence/rejects/test_forged_minors.py``.
"""

from __future__ import annotations

import pytest

from lossmith.evidence.certificate import CERTIFICATE
from lossmith.evidence.check import check
from lossmith.expr.node import Symbol
from lossmith.prove.prover import curvature
from lossmith.text.parse import Formula, parse

PROVED = [
    ("x^3 + y^3 - x*y", "x: scalar in [1, 2]; y: scalar in [1, 2]", "convex"),  # 36xy - 1
    ("x*y - x^3 - y^3", "x: scalar in [1, 2]; y: scalar in [1, 2]", "concave"),
    ("x^4 + y^4 - x*y", "x: scalar in [1, 3]; y: scalar in [1, 3]", "convex"),  # 144x^2y^2 - 1
    ("x^2 + a*x*y + y^2", "x: scalar; y: scalar; a: scalar in [-2, 2]", "convex"),  # 4 - a^2
    ("log(x)*log(y)", "x: scalar in [3, 4]; y: scalar in [3, 4]", "concave"),
    ("x^3 + y^3 - 3*x*y", "x: scalar >= 1/2; y: scalar >= 1/2", "convex"),  # 36xy - 9
]
OPEN_OR_FALSE = [
    ("x^3 + y^3 - x*y", "x: scalar in [1/10, 2]; y: scalar in [1/10, 2]"),
    ("x^2 + a*x*y + y^2", "x: scalar; y: scalar; a: scalar in [-2, 3]"),
    ("log(x)*log(y)", "x: scalar in [2, 4]; y: scalar in [2, 4]"),
    ("x*y", "x: scalar in [0, 1]; y: scalar in [0, 1]"),
    ("exp(x*y)", "x: scalar in [1, 2]; y: scalar in [1, 2]"),
]


def block(f: Formula) -> tuple[Symbol, ...]:
    return f.symbol("x"), f.symbol("y")


@pytest.mark.parametrize(("text", "declared", "label"), PROVED)
def test_the_signs_of_the_minors_decide(text: str, declared: str, label: str) -> None:
    f = parse(text, declared)
    verdict = curvature(f.expr, block(f), bare=True)
    assert (verdict.status, verdict.label) == ("proved", label)
    assert "hessian-minors" in verdict.rows
    check(CERTIFICATE.from_json(verdict.certificates[0].to_json()))


@pytest.mark.parametrize(("text", "declared"), OPEN_OR_FALSE)
def test_one_minor_of_the_wrong_sign_is_enough(text: str, declared: str) -> None:
    f = parse(text, declared)
    assert curvature(f.expr, block(f), bare=True, tries=0).status == "undecided"


@pytest.mark.parametrize(
    ("text", "declared"),
    [
        ("x^3 + y^3 - x*y", "x: scalar in [1/10, 1]; y: scalar in [1/10, 1]"),
        ("x^3 + y^3 - x*y", "x: scalar in [-1, -1/10]; y: scalar in [-1, -1/10]"),
        (
            "x^4 + y^4 - a*x*y",
            "x: scalar in [1/2, 4]; y: scalar in [1/2, 4]; a: scalar in [7/2, 4]",
        ),
    ],
)
def test_a_minor_that_is_negative_in_a_corner_alone_is_found(text: str, declared: str) -> None:
    f = parse(text, declared)
    assert curvature(f.expr, block(f), bare=True).status == "refuted"
