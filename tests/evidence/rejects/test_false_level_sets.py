"""Steps to quasiconvexity with one condition broken are refused; with it mended they are taken."""

from __future__ import annotations

import pytest
from proofs import POSITIVE, e, s

from lossmith.evidence.certificate import Claim
from lossmith.evidence.check import CHECKS


def of(kind: str, formula: str, wrt: str = "x", interval=None) -> Claim:
    return Claim(kind, e(formula), tuple(s(name) for name in wrt.split()), interval)


X = of("affine", "x")
SQUARE = of("convex", "x^2")
BOTH = "x y"
XY = (of("affine", "x", BOTH), of("affine", "y", BOTH))
XQ = (of("affine", "x", "x q"), of("affine", "q", "x q"))
LOG = e("log(exp(-x^2) + 1)")
RANGE = Claim("range", e("x^2 + 1"), (), POSITIVE)

STEPS = {
    "of the other curvature": (
        "quasi-curved",
        (of("quasiconcave", "x^2"), [SQUARE]),
        (of("quasiconvex", "x^2"), [SQUARE]),
    ),
    "of a function that turns": (
        "quasi-composition",
        (of("quasiconvex", "sin(x)"), [X]),
        (of("quasiconvex", "tanh(x)"), [X]),
    ),
    "of an argument that nothing is known of": (
        "quasi-composition",
        (of("quasiconvex", "exp(-x)"), []),
        (of("quasiconvex", "exp(-x)"), [of("affine", "-x")]),
    ),
    "where the domain binds on the wrong side": (
        "quasi-composition",
        (of("quasiconvex", "log(x^2 - 1)"), [of("convex", "x^2 - 1")]),
        (of("quasiconvex", "log(x^2 + 1)"), [of("convex", "x^2 + 1"), RANGE]),
    ),
    "of a negative multiple": (
        "quasi-scale",
        (of("quasiconvex", "1 - x^2"), [SQUARE]),
        (of("quasiconcave", "1 - x^2"), [SQUARE]),
    ),
    "of a weight of unknown sign": (
        "quasi-scale",
        (of("quasiconvex", "free*x^2"), [SQUARE]),
        (of("quasiconvex", "lam*x^2"), [SQUARE]),
    ),
    "of two moving terms": (
        "quasi-scale",
        (of("quasiconvex", "x^2 - x^3"), [SQUARE]),
        (of("quasiconvex", "x^2 - free"), [SQUARE]),
    ),
    "of a denominator of any sign": (
        "quasi-ratio",
        (of("quasiconvex", "x/y", BOTH), XY),
        (of("quasiconvex", "x/q", "x q"), XQ),
    ),
    "of a convex denominator under a convex numerator": (
        "quasi-ratio",
        (of("quasiconvex", "x^2/(x^2 + 1)"), [SQUARE, of("convex", "x^2 + 1"), RANGE]),
        (of("quasiconvex", "x^2/(r + 1)", "x r"), [
            of("convex", "x^2", "x r"), of("affine", "r + 1", "x r"),
        ]),
    ),
    "of a logarithm that is not known to be concave": (
        "quasi-log",
        (of("quasiconcave", "exp(-x^2) + 1"), [], LOG),
        (of("quasiconcave", "exp(-x^2) + 1"), [Claim("concave", LOG, (s("x"),))], LOG),
    ),
    "of a function with a hole": (
        "quasi-monotone",
        (of("quasiconvex", "x^3 + 1/x"), [of("nondecreasing", "x^3 + 1/x")]),
        (of("quasiconvex", "x^3 + x"), [
            of("nondecreasing", "x^3 + x"), Claim("total", e("x^3 + x")),
        ]),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "false", "true"), STEPS.values(), ids=STEPS.keys())
def test_a_false_step_is_refused_and_its_mended_sister_is_taken(rule, false, true) -> None:
    def follows(claim, premises, *parameters):
        try:
            return CHECKS[rule](claim, tuple(premises), parameters)
        except Exception:
            return False  # as the checker does

    assert not follows(*false)
    assert follows(*true)
