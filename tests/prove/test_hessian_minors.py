"""Functions of two numbers by the principal minors of the Hessian: what passes and what must not.

The declared labels stand from mathematics: each row names the determinant that decides it.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import CERTIFICATE, Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.evidence.rules_hessian import minors
from lossmith.expr.build import const
from lossmith.expr.node import Symbol
from lossmith.expr.sets import Interval, closed, opened
from lossmith.prove.prover import curvature
from lossmith.text.parse import Formula, parse

LINE = Interval()

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


def by_hand(text: str, declared: str, kind: str, x: Interval, y: Interval) -> Certificate:
    """Return a certificate that names each minor itself on one box."""
    f = parse(text, declared)
    wrt = block(f)
    goals = minors(f.expr, *wrt, concave=kind.endswith("concave"))
    total = Inference(Claim("total", f.expr), "total")
    rows = tuple((const(1), goal, (x, y)) for goal in goals)
    return Certificate((total, Inference(Claim(kind, f.expr, wrt), "hessian-minors", (0,), rows)))


SQUARE = "x: scalar in [1, 2]; y: scalar in [1, 2]"
OPEN_SQUARE = "x: scalar in (1, 2); y: scalar in (1, 2)"
BOX = closed(1, 2)


def test_a_certificate_by_hand_is_accepted() -> None:
    check(by_hand("x^3 + y^3 - x*y", SQUARE, "convex", BOX, BOX))
    check(by_hand("x^3 + y^3 - x*y", OPEN_SQUARE, "strictly_convex", BOX, BOX))


@pytest.mark.parametrize(
    ("text", "declared", "kind", "x", "y"),
    [
        ("x^3 + y^3 - x*y", SQUARE, "concave", BOX, BOX),
        ("x^3 + y^3 - x*y", SQUARE, "convex", closed(1, Fraction(3, 2)), BOX),
        ("x^3 + y^3 - x*y", SQUARE, "convex", BOX, closed(Fraction(3, 2), 2)),
        ("x^3 + y^3 - x*y", SQUARE, "strictly_convex", BOX, BOX),  # not shown on the edge
        ("x^2 + y^2 - 2*x*y", OPEN_SQUARE, "strictly_convex", BOX, BOX),
        ("x^3 + y^3 - 20*x*y", SQUARE, "convex", BOX, BOX),
        ("x*y - x^3", SQUARE, "concave", BOX, BOX),
        ("abs(x - y) + x^2 + y^2", SQUARE, "convex", BOX, BOX),
        ("sqrt(x - 1) - y^2", "x: scalar in [0, 2]; y: scalar", "concave", opened(1, 2), LINE),
        ("1/(x - y)^2 + x^2 + y^2", SQUARE, "convex", BOX, BOX),
        ("sign(x)*10 + x^2 + y^2", "x: scalar; y: scalar", "convex", LINE, LINE),
    ],
)
def test_a_forged_certificate_is_refused(
    text: str, declared: str, kind: str, x: Interval, y: Interval
) -> None:
    with pytest.raises((NotCertified, ValueError)):
        check(by_hand(text, declared, kind, x, y))


def test_boxes_with_a_gap_are_refused() -> None:
    whole = by_hand("x^3 + y^3 - x*y", SQUARE, "convex", BOX, BOX)
    total, last = whole.nodes
    left, right = closed(1, Fraction(4, 3)), closed(Fraction(5, 3), 2)
    for strips in (((left, BOX), (right, BOX)), ((BOX, left, right),), (), ((BOX,),)):
        rows = tuple((row[0], row[1], *strips) for row in last.parameters)
        with pytest.raises(NotCertified):
            check(Certificate((total, replace(last, parameters=rows))))
    with pytest.raises(NotCertified):
        check(Certificate((total, replace(last, premises=()))))
    with pytest.raises(NotCertified):
        check(Certificate((total, replace(last, parameters=last.parameters[:2]))))
