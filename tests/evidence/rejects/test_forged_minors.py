"""Forged proofs by the principal minors of a Hessian: all holds but for one condition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import CERTIFICATE, Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.evidence.curvature.rules_hessian import minors
from lossmith.expr.build import const, divide, multiply
from lossmith.expr.node import Expr
from lossmith.expr.sets import Interval, closed, opened
from lossmith.text.parse import parse

LINE = Interval()
BOX = closed(1, 2)
LEFT, RIGHT = closed(1, Fraction(3, 2)), closed(Fraction(3, 2), 2)
HALF = opened(0, 1)
PLANE = "x: scalar; y: scalar"
STRIP = "x: scalar in [0, 1]; y: scalar in [-1, 1]"
SQUARE = "x: scalar in [1, 2]; y: scalar in [1, 2]"
OPEN_SQUARE = "x: scalar in (1, 2); y: scalar in (1, 2)"
CUBIC = "x^3 + y^3 - x*y"

Rows = Callable[[Expr], tuple[object, ...]]


def proof(text: str, declared: str, kind: str, row: Rows) -> Certificate:
    """Return a certificate whose row for each minor is made from it."""
    f = parse(text, declared)
    wrt = f.symbol("x"), f.symbol("y")
    # The minors are asked for anew each time: a changed kernel might tell others.
    rows = tuple(row(m) for m in minors(f.expr, *wrt, concave=kind.endswith("concave")))
    total = Inference(Claim("total", f.expr), "total")
    return Certificate((total, Inference(Claim(kind, f.expr, wrt), "hessian-minors", (0,), rows)))


def by_hand(text: str, declared: str, kind: str, x: Interval, y: Interval) -> Certificate:
    """Return a certificate that names each minor itself on one box."""
    return proof(text, declared, kind, lambda m: (const(1), m, (x, y)))


TRUE = [
    (CUBIC, SQUARE, "convex", BOX, BOX),
    (CUBIC, OPEN_SQUARE, "strictly_convex", BOX, BOX),
    ("x*y - x^3 - y^3", SQUARE, "concave", BOX, BOX),
    ("x*y^2 + 4*xlogx(x)", STRIP, "convex", HALF, opened(-1, 1)),
    ("x^2 + x*y + y^2", PLANE, "convex", LINE, LINE),
    ("x^2 - x*y + y^2", PLANE, "convex", LINE, LINE),
]  # fmt: skip

EDGE = "x: scalar in {x}; y: scalar in {y}"
FALSE = [
    (CUBIC, SQUARE, "concave", BOX, BOX),
    (CUBIC, SQUARE, "convex", LEFT, BOX),
    (CUBIC, SQUARE, "convex", BOX, RIGHT),
    (CUBIC, SQUARE, "convex", RIGHT, BOX),
    (CUBIC, SQUARE, "strictly_convex", BOX, BOX),  # not shown on the edge
    ("x^2 + y^2 - 2*x*y", OPEN_SQUARE, "strictly_convex", BOX, BOX),
    ("x^3 + y^3 - 20*x*y", SQUARE, "convex", BOX, BOX),
    (CUBIC, "x: scalar in [1, 2]; y: scalar in [0, 2]", "convex", BOX, BOX),
    ("x*y - x^3", SQUARE, "concave", BOX, BOX),
    ("abs(x - y) + x^2 + y^2", SQUARE, "convex", BOX, BOX),
    ("sqrt(x - 1) - y^2", "x: scalar in [0, 2]; y: scalar", "concave", opened(1, 2), LINE),
    ("1/(x - y)^2 + x^2 + y^2", SQUARE, "convex", BOX, BOX),
    ("10*sign(x) + x^2 + y^2", PLANE, "convex", LINE, LINE),
    # A jump at the edge of the rectangle alone; corners inside, in each variable.
    ("10*sign(x) + x^2 + y^2", EDGE.format(x="[0, 1]", y="[0, 1]"), "convex", HALF, HALF),
    ("5*x^2 + 5*y^2 - 3*abs(x)", PLANE, "convex", LINE, LINE),
    ("5*x^2 + 5*y^2 - 3*abs(y)", PLANE, "convex", LINE, LINE),
    # f_xy^2, not f_xy, nor f_xy^3.
    ("x^2 + 3*x*y + y^2", PLANE, "convex", LINE, LINE),
    ("x^2 - 3*x*y + y^2", PLANE, "convex", LINE, LINE),
    # Straight in y where x = 0, strict elsewhere: 8 - 4*y^2 is the determinant.
    *(
        (text, EDGE.format(x=x, y=y), "strictly_convex", *boxes)
        for text, x, y, boxes in (
            ("x*y^2 + 4*xlogx(x)", "[0, 1)", "(-1, 1)", (HALF, opened(-1, 1))),
            ("-x*y^2 + 4*xlogx(-x)", "(-1, 0]", "(-1, 1)", (opened(-1, 0), opened(-1, 1))),
            ("y*x^2 + 4*xlogx(y)", "(-1, 1)", "[0, 1)", (opened(-1, 1), HALF)),
        )
    ),
]


@pytest.mark.parametrize(("text", "declared", "kind", "x", "y"), TRUE)
def test_a_certificate_by_hand_is_accepted(
    text: str, declared: str, kind: str, x: Interval, y: Interval
) -> None:
    check(by_hand(text, declared, kind, x, y))


@pytest.mark.parametrize(("text", "declared", "kind", "x", "y"), FALSE)
def test_a_forged_certificate_is_refused(
    text: str, declared: str, kind: str, x: Interval, y: Interval
) -> None:
    with pytest.raises((NotCertified, ValueError)):
        check(by_hand(text, declared, kind, x, y))


BACKWARDS = "-x^2 - y^2"


def _over(text: str) -> Rows:
    """Return rows in which a minor is the product of this weight and of what that leaves of it."""
    weight = parse(text, PLANE).expr
    return lambda m: (weight, divide(m, weight), (LINE, LINE))


@pytest.mark.parametrize("weight", ["1", "-1", "-1 - x^2"])
def test_minors_of_the_wrong_sign_are_refused(weight: str) -> None:
    # Two of the minors of -x^2 - y^2 are -2, the third is 4 and has a true row.
    wrong, right = _over(f"{weight} + 0*y"), _over("1 + 0*y")
    made = proof(BACKWARDS, PLANE, "convex", lambda m: (right if m is const(4) else wrong)(m))
    with pytest.raises(NotCertified):
        check(made)


def test_another_core_is_refused() -> None:
    with pytest.raises(NotCertified):
        check(proof(BACKWARDS, PLANE, "convex", lambda m: (const(1), const(1), (LINE, LINE))))


@pytest.mark.parametrize("names", ["x", "x y z"])
def test_other_numbers_of_variables_are_refused(names: str) -> None:
    f = parse("-x^2 - y^2 - z^2", f"{PLANE}; z: scalar")
    wrt = tuple(map(f.symbol, names.split()))
    total = Inference(Claim("total", f.expr), "total")
    with pytest.raises(NotCertified):
        check(Certificate((total, Inference(Claim("convex", f.expr, wrt), "hessian-minors", (0,)))))


def test_a_weight_without_a_value_where_the_minor_is_negative_is_refused() -> None:
    with pytest.raises(NotCertified):
        check(proof("(x - y)^3", PLANE, "convex", _over("(x - y)^(-1/2)")))


def test_a_box_without_a_declared_point_proves_nothing() -> None:
    # The rectangle is a segment, on which -y^2 and -|y| are concave.
    nowhere = Interval(Fraction(1), Fraction(1), True, True)
    beside = Interval(Fraction(0), Fraction(1), False, True)
    one = parse("exp(x)*exp(-x)", "x: scalar in [1, 1]").expr
    for text in ("-x*y^2", "-abs(x*y)"):
        for x in (nowhere, beside):

            def row(m: Expr, x: Interval = x) -> tuple[object, ...]:
                # Whatever holds x has no values on such a box; a number has its own.
                parts = (one, m) if m is const(0) else (multiply(m, one), const(1))
                return *parts, (x, LINE)

            with pytest.raises((NotCertified, ValueError)):
                check(proof(text, "x: scalar in [1, 1]; y: scalar", "convex", row))


def test_a_box_without_a_declared_point_hides_no_corner() -> None:
    beside = Interval(Fraction(0), Fraction(1), False, True)
    declared = "x: scalar in [1, 1]; y: scalar"
    with pytest.raises(NotCertified):
        check(proof("-abs(x + y - 1)", declared, "convex", lambda m: (const(1), m, (beside, LINE))))


def test_boxes_with_a_gap_are_refused() -> None:
    left, right = closed(1, Fraction(4, 3)), closed(Fraction(5, 3), 2)
    for strips in (((left, BOX), (right, BOX)), ((BOX, left, right),), (), ((BOX,),)):
        with pytest.raises(NotCertified):
            check(proof(CUBIC, SQUARE, "convex", lambda m, s=strips: (const(1), m, *s)))


@pytest.mark.parametrize(
    "strips",
    [
        ((LEFT, BOX), (RIGHT, BOX)),
        ((RIGHT, BOX),),
        ((BOX, LEFT, RIGHT),),
        ((LEFT, RIGHT), (RIGHT, BOX)),
    ],
)
def test_each_strip_and_each_box_counts(strips: tuple[tuple[Interval, ...], ...]) -> None:
    # 36*x*y - 49 is negative in one corner alone.
    text = "x^3 + y^3 - 7*x*y"
    with pytest.raises(NotCertified):
        check(proof(text, SQUARE, "convex", lambda m: (const(1), m, *strips)))


def test_a_proof_without_a_premise_or_a_minor_is_refused() -> None:
    total, last = by_hand(CUBIC, SQUARE, "convex", BOX, BOX).nodes
    for bent in (replace(last, premises=()), replace(last, parameters=last.parameters[:2])):
        with pytest.raises(NotCertified):
            check(Certificate((total, bent)))
    again = CERTIFICATE.from_json(Certificate((total, last)).to_json())
    check(again)
