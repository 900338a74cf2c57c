"""Forged steps by exact polynomials and by derivatives: holes, jumps, ends, weights, boxes."""

from __future__ import annotations

from fractions import Fraction

import pytest
from proofs import ALL, e, node, proof

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.expr.build import apply, const, multiply, power, scale, subtract, symbol
from lossmith.expr.node import Expr
from lossmith.expr.sets import closed, opened
from lossmith.expr.types import Assumptions

ONE = const(1)
NOWHERE = e("-1 - x^2")
ROOT = power(NOWHERE, Fraction(1, 2))
K = Fraction
BELOW = symbol("b", (), Assumptions(opened(None, 0)))
UP = subtract(ONE, BELOW)
LOG_BELOW = apply(ATOMS["log"], UP)


def _by(
    rule: str, kind: str, text: str | Expr, *rows: object, wrt: str = "x", **more: object
) -> Certificate:
    return proof(node(kind, text, rule, (), *rows, wrt=wrt, **more))  # type: ignore[arg-type]


def _second(kind: str, text: str, core: str | Expr, *boxes: object, wrt: str = "x") -> Certificate:
    goal = e(core) if isinstance(core, str) else core
    return _by("second-derivative", kind, text, (ONE, goal, *boxes), wrt=wrt)


def _box(lo: int | Fraction, hi: int | Fraction, *reason: object) -> tuple[object, ...]:
    return (closed(lo, hi), *reason)


FORGED: dict[str, Certificate] = {
    "a quadratic with a hole": _by("quadratic", "convex", "x^2 + x*(1 + 1/x)"),
    "the root of a quadratic with a hole": _by(
        "root-of-quadratic", "convex", "sqrt(x^2 + x*(1 + 1/x))"
    ),
    "the third root of a quadratic": _by("root-of-quadratic", "convex", "(x^2 + 1)^(1/3)"),
    "a root of a square minus one": _by("root-of-quadratic", "convex", "sqrt(4*x^2 - 1)"),
    "an affine function called strict": _by("quadratic", "strictly_convex", "3*x + 1"),
    "a convex quadratic called concave": _by("quadratic", "concave", "x^2 - x"),
    "a convex quadratic called affine": _by("quadratic", "affine", "x^2 - x"),
    "one of two entries of a Hessian": _by("quadratic", "affine", "x^2 + y", wrt="x y"),
    "a quadratic of another variable": _by("quadratic", "convex", "x^2 - exp(y)", wrt="x y"),
    "a quadratic with a coefficient that is data": _by("quadratic", "convex", "free*x^2"),
    "an indefinite quadratic with positive diagonal": _by(
        "quadratic", "convex", "x^2 + 3*x*y + y^2", wrt="x y"
    ),
    "m of a quadratic taken for its Hessian": _by(
        "quadratic", "strong", "x^2", other=const(Fraction(5, 2))
    ),
    "L of a concave quadratic": _by("quadratic", "smooth", "-x^2", other=const(1)),
    "a jump down at a closed end": proof(
        node(
            "nondecreasing", "-sign(lam)", "first-derivative", (),
            (ONE, const(0), (opened(0, None), "direct")), wrt="lam",
        )
    ),
    "a decreasing function as increasing": proof(
        node(
            "nondecreasing", "exp(-x)", "first-derivative", (),
            (ONE, e("exp(-x)"), (ALL, "direct")), wrt="x",
        )
    ),
    "factors that have values nowhere": _by(
        "second-derivative", "convex", "-x^4",
        (ROOT, multiply(const(-12), power(e("x"), 2), power(NOWHERE, Fraction(-1, 2))),
         (ALL, "direct")),
    ),
    "a weight of one sign on a part only": _by(
        "second-derivative", "convex", "x^3", (e("x"), const(6), (ALL, "direct"))
    ),
    "L with one of its two sides": _by(
        "second-derivative", "smooth", "-x^2",
        (ONE, const(3), (ALL, "direct")), (ONE, const(-1), (ALL, "direct")), other=const(1),
    ),
    "boxes with a point left out": _second(
        "convex", "x^2 + abs(x - 1)*0 + x^4", "2 + 12*x^2",
        (opened(None, 0), "direct"), (opened(1, None), "direct"),
    ),
    "boxes that meet in an open point": _second(
        "convex", "-abs(x)", const(0), (opened(None, 0), "direct"), (opened(0, None), "direct")
    ),
    "boxes that begin too late": _second("convex", "x^3", "6*x", (opened(0, None), "direct")),
    "boxes that end too early": _second("convex", "-x^3", "-6*x", (opened(None, 0), "direct")),
    "boxes that begin after the declared set": _second(
        "convex", "(u - 1)^3", "6*u - 6", _box(1, 2, "direct"), wrt="u"
    ),
    "boxes that end before the declared set": _second(
        "concave", "(u - 1)^3", "6 - 6*u", _box(0, 1, "direct"), wrt="u"
    ),
    "boxes with a part left out": _second(
        "convex", "(u - 1/2)^4/12 - (u - 1/2)^2/8", "(u - 1/2)^2 - 1/4",
        _box(0, 0, "polynomial"), _box(1, 2, "polynomial"), wrt="u",
    ),
    "a pole whose slopes cancel": _second(
        "convex", multiply(power(e("x"), 3), power(e("x"), -1)), const(2), (ALL, "direct")
    ),
    "no box": _second("convex", "-x^2", const(-2)),
    "a corner inside a box": _second("concave", "abs(x)", const(0), (ALL, "direct")),
    "a hole inside a box": _second("convex", "1/x^2", "6/x^4", (ALL, "direct")),
    "a pole inside a box": _second("convex", "1/x", "2/x^3", (opened(0, None), "direct")),
    "holes whose slopes cancel": _second(
        "convex", "log((x^2 - 1)^2) - log((x - 1)^2) - log((x + 1)^2) + x^2", const(2),
        (ALL, "direct"),
    ),
    "two arguments that move": _second(
        "convex", "-huber(x, exp(x))", const(0), (ALL, "direct")
    ),
    "polynomial coefficients of one sign at one end only": _second(
        "convex", "x^4 - 6*x^2", "12*x^2 - 12", (ALL, "polynomial")
    ),
    "polynomial, on the line with an odd term": _second(
        "convex", "x^4 + 2*x^3", "12*x^2 + 12*x", (ALL, "polynomial")
    ),
    "polynomial on a half-line, to the left": _second(
        "convex", "x^3", "6*x", (opened(None, 0), "polynomial"), (closed(0, None), "polynomial")
    ),
    "polynomial on a box, negative in the middle": _second(
        "convex", "u^4 - 2*u^3 + u^2", "12*u^2 - 12*u + 2", _box(0, 2, "polynomial"), wrt="u"
    ),
    "polynomial of what is none": _second("convex", "-exp(x)", "-exp(x)", (ALL, "polynomial")),
    "a polynomial that is not strictly positive": _second(
        "strictly_convex", "u", const(0), _box(0, 2, "polynomial"), wrt="u"
    ),
    "a ladder from the left with a negative first step": _second(
        "convex", "u^4/12 - u^2/2", "u^2 - 1", _box(0, 2, "left", K(1)), wrt="u"
    ),
    "a ladder from the left with a negative slope": _second(
        "convex", "exp(u) - 2*u^2", "exp(u) - 4 + 3", _box(0, 2, "left", K(2)), wrt="u"
    ),
    "a ladder whose second step is negative": _second(
        "convex", "u^4/12 - u^3/3", "u^2 - 2*u", _box(0, 2, "left", K(2)), wrt="u"
    ),
    "a ladder whose last step is negative": _second(
        "convex", "u^3/6 - u^4/12", "u - u^2", _box(0, 2, "left", K(1)), wrt="u"
    ),
    "a ladder from the right without turning signs": _second(
        "convex", "u^3/6 - u^2", "u - 2", _box(0, 2, "right", K(1)), wrt="u"
    ),
    "a ladder from the right with a negative end": _second(
        "convex", "-u^3/6", "-u", _box(0, 2, "right", K(1)), wrt="u"
    ),
    "a ladder of no steps": _second("convex", "-u^2", const(-2), _box(0, 2, "left", K(0)), wrt="u"),
    "a ladder from an infinite end": _second("convex", "-x^2", const(-2), (ALL, "left", K(1))),
    "a ladder across a corner": _second(
        "convex", "u^2*abs(u - 1)", "6*u - 2", _box(0, 2, "left", K(1)), wrt="u"
    ),
    "a chord of a convex function": _second(
        "convex", "u^4/12 - u^3/3", "u^2 - 2*u", _box(0, 2, "chord"), wrt="u"
    ),
    "a chord with a negative end": _second(
        "convex", "-u^4/12 + u^2/2", "1 - u^2", _box(0, 2, "chord"), wrt="u"
    ),
    "a chord with a negative beginning": _second(
        "convex", "u^3/6 - u^2/2", "u - 1", _box(0, 2, "chord"), wrt="u"
    ),
    "a strict chord that is 0 at both ends": _second(
        "strictly_convex", "u", const(0), _box(0, 2, "chord"), wrt="u"
    ),
    "parameters that break the rule": _by("second-derivative", "convex", "-x^2", ONE),
    "a factor that is no formula": _by("second-derivative", "convex", "-x^2", (1, 2, 3)),
    # sign(log(1 + q)) is 1 for q > 0, and 0 at the end that the declaration leaves out.
    "a ladder from a jump at an end that is not declared": _second(
        "convex", "abs(log(1 + q))", "-sign(log(1 + q))/(1 + q)^2",
        (closed(0, None), "left", K(1)), wrt="q",
    ),
    "the same from an open box": _second(
        "convex", "abs(log(1 + q))", "-sign(log(1 + q))/(1 + q)^2",
        (opened(0, None), "left", K(1)), wrt="q",
    ),
    "a chord from a jump at an end that is not declared": _second(
        "convex", "-q^3*abs(q)", "-12*q^2*sign(q)", _box(0, 1, "chord"),
        (closed(1, None), "direct"), wrt="q",
    ),
    "a ladder from a jump at a right end that is not declared": proof(
        Inference(
            Claim("convex", apply(ATOMS["abs"], LOG_BELOW), (BELOW,)), "second-derivative", (),
            ((
                ONE,
                scale(-1, multiply(apply(ATOMS["sign"], LOG_BELOW), power(UP, -2))),
                (opened(None, 0), "right", K(1)),
            ),),
        )
    ),
    "a root of a power with a corner": _by(
        "second-derivative", "concave", power(power(e("x"), K(2, 3)), K(3, 2)),
        (ONE, const(0), (ALL, "direct")),
    ),
    "a reason of no name": _second("convex", "-u^2", const(-2), _box(0, 2, "hope"), wrt="u"),
}  # fmt: skip


@pytest.mark.parametrize("title", FORGED)
def test_it_is_refused_at_the_last_node(title: str) -> None:
    certificate = FORGED[title]
    with pytest.raises(NotCertified) as refusal:
        check(certificate)
    assert f"node {len(certificate.nodes) - 1} " in refusal.value.render("en")


TRUE: dict[str, Certificate] = {
    "a polynomial on a box": _second(
        "convex", "u^4 - 2*u^3 + 3*u^2", "12*u^2 - 12*u + 6", _box(0, K(1, 2), "polynomial"),
        _box(K(1, 2), 2, "polynomial"), wrt="u",
    ),
    "a polynomial to the left": _second(
        "convex", "x^4 + x^2", "12*x^2 + 2", (closed(None, -1), "polynomial"),
        (closed(-1, None), "direct"),
    ),
    "a polynomial on the line": _second(
        "strictly_convex", "x^4 + x^2", "12*x^2 + 2", (ALL, "polynomial")
    ),
    "a ladder of two steps": _second(
        "convex", "exp(u) - u^3/6 - u^2/2", "exp(u) - u - 1", _box(0, 2, "left", K(2)), wrt="u"
    ),
    "a ladder of three steps, strict": _second(
        "strictly_convex", "exp(u) - u^4/24 - u^3/6 - u^2/2", "exp(u) - u^2/2 - u - 1",
        _box(0, 2, "left", K(3)), wrt="u",
    ),
    "a ladder from the right": _second(
        "convex", "2*u^2 - u^3/6 - exp(u - 2)", "4 - u - exp(u - 2)", _box(0, 2, "right", K(1)),
        wrt="u",
    ),
    "a ladder of two steps from the right": _second(
        "convex", "u^4/12 - 2*u^3/3 + 2*u^2", "u^2 - 4*u + 4", _box(0, 2, "right", K(2)), wrt="u"
    ),
    "a ladder from an end that is not declared, continuous there": _second(
        "convex", "q^(5/2)", "15/4*sqrt(q)", (opened(0, None), "left", K(1)), wrt="q"
    ),
    "a chord": _second(
        "strictly_convex", "u^2 - u^4/48", "2 - u^2/4", _box(0, 2, "chord"), wrt="u"
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", TRUE)
def test_the_true_neighbor_is_accepted(title: str) -> None:
    check(TRUE[title])
