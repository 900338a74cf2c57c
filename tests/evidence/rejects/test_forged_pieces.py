"""Forged joins of pieces: what is looked at, and gone from the piece, lacks a value there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.arithmetic.pieces import interior, places, resolved
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.evidence.points.course import Course
from lossmith.evidence.points.course_check import check_course
from lossmith.expr.build import const
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import depends_on
from lossmith.prove.points.stationary import stationary
from lossmith.text.parse import parse

FREE, NEAR = "scalar", "scalar in [-2, 2]"


def _formula(text: str, declared: str = FREE) -> tuple[Expr, Symbol]:
    found = parse(text, {"x": declared})
    return found.expr, found.symbol("x")


def _joined(text: str, *joints: int) -> Certificate:
    """Return a proof of convexity by these pieces, each by its second derivative."""
    (e, x), marks = _formula(text, NEAR if "threshold" in text else FREE), tuple(map(const, joints))
    nodes: list[Inference] = []
    for place, step, _ in places(marks, x.assumptions.interval):
        body = resolved(e, {x: place}, {step: interior(step)})
        claim = Claim("convex", body, (step,))
        bend = derivative(derivative(body, step), step)
        row = (const(1), bend, (step.assumptions.interval, "direct"))
        moves = depends_on(body, (step,))
        rule, rows = ("second-derivative", (row,)) if moves else ("constant", ())
        nodes.append(Inference(claim, rule, (), rows))
    last = Inference(Claim("convex", e, (x,)), "pieces", tuple(range(len(nodes))), marks)
    return Certificate((*nodes, last))


# What is looked at lacks a value between -1 and 1, so the formula is defined on two rays: no
# convex set. Its neighbor is defined everywhere.
PAIRS = {
    "a guard": (
        "if((x - 2)*(1 + sqrt(x^2 - 1)) >= 0, x^2 + (x - 2)^2, x^2)",
        "if((x - 2)*(1 + sqrt(x^2 + 1)) >= 0, x^2 + (x - 2)^2, x^2)",
        (2,),
    ),
    "the argument of a sign": (
        "x^2*sign(1 + sqrt(x^2 - 1)) + max(x - 2, 0)",
        "x^2*sign(1 + sqrt(x^2 + 1)) + max(x - 2, 0)",
        (2,),
    ),
    "the smaller of two": (
        "max(x^2, -1 - sqrt(x^2 - 1)) + max(x - 2, 0)",
        "max(x^2, -1 - sqrt(x^2 + 1)) + max(x - 2, 0)",
        (2,),
    ),
    "a threshold below 0": (
        "max(x - 1, 0) - softthreshold(5, x^2 - 1)",
        "max(x - 1, 0) - softthreshold(6, x^2)",
        (1,),
    ),
    "a term that the choice cancels": (
        "if(abs(x) <= 2, 1/(1 - abs(x)), -1) - 1/(1 - abs(x)) + 2*max(abs(x) - 2, 0)",
        "1/(1 + abs(x)) - if(abs(x) <= 2, 1/(1 + abs(x)), 1/3) + 2*max(abs(x) - 2, 0)",
        (-2, 0, 2),
    ),
}


@pytest.mark.parametrize("title", PAIRS)
def test_the_neighbor_with_values_everywhere_is_accepted(title: str) -> None:
    _, true, joints = PAIRS[title]
    check(_joined(true, *joints))


@pytest.mark.parametrize("title", PAIRS)
def test_a_piece_without_values_is_refused(title: str) -> None:
    false, _, joints = PAIRS[title]
    certificate = _joined(false, *joints)
    with pytest.raises(NotCertified, match=f"node {len(certificate.nodes) - 1} .* by pieces"):
        check(certificate)


@pytest.mark.parametrize("text", ["-2*x - max(x, 0)", "3*x - max(x, 0)", "min(3*x, x)"])
def test_slopes_that_fall_between_rays_are_refused(text: str) -> None:
    with pytest.raises(NotCertified, match=r"node 2 .* by pieces"):
        check(_joined(text, 0))


def test_a_course_is_flat_only_where_its_guards_have_values() -> None:
    flat, x = _formula("if(x >= 2, (x - 2)^2, 0)")
    course = stationary(flat, (x,)).certificate
    assert isinstance(course, Course)
    check_course(course)
    guarded = "if((x - 2)*(1 + sqrt(x^2 {} 1)) >= 0, (x - 2)^2, 0)"
    check_course(replace(course, e=_formula(guarded.format("+"))[0]))
    with pytest.raises(NotCertified):
        check_course(replace(course, e=_formula(guarded.format("-"))[0]))
