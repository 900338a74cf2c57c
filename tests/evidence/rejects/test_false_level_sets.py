"""Steps to quasiconvexity with one condition broken are refused; with it mended they are taken."""

from __future__ import annotations

import pytest
from proofs import POSITIVE, e, follows, s

from lossmith.evidence.certificate import Claim
from lossmith.expr.sets import closed


def of(kind: str, formula: str, wrt: str = "x", interval=None) -> Claim:
    return Claim(kind, e(formula), tuple(s(name) for name in wrt.split()), interval)


X = of("affine", "x")
SQUARE = of("convex", "x^2")
BOTH = "x y"
XY = (of("affine", "x", BOTH), of("affine", "y", BOTH))
XQ = (of("affine", "x", "x q"), of("affine", "q", "x q"))
LOG = e("log(exp(-x^2) + 1)")
RANGE_2 = Claim("range", e("2 + x^2"), (), POSITIVE)
RANGE = Claim("range", e("x^2 + 1"), (), POSITIVE)

LEVELS = "log(1 + x^2)"
BELL = "exp(-x^2)"
PQX = tuple(of("affine", name, "x p q") for name in ("x", "p", "q"))
XQ_SQUARE = (of("convex", "x^2", "x q"), *XQ)


def within(formula: str, low: int | None, high: int | None) -> Claim:
    return Claim("range", e(formula), (), closed(low, high))


STEPS = {
    "of a multiple of something else": (
        "quasi-scale",
        (of("quasiconvex", f"3*{BELL}"), [of("quasiconvex", LEVELS)]),
        (of("quasiconvex", f"3*{LEVELS}"), [of("quasiconvex", LEVELS)]),
    ),
    "of a multiple, in another variable": (
        "quasi-scale",
        (of("quasiconvex", f"3*{LEVELS}"), [of("quasiconvex", LEVELS, "y")]),
        (of("quasiconvex", f"3*{LEVELS}"), [of("quasiconvex", LEVELS)]),
    ),
    "of a multiple of any sign, the other way": (
        "quasi-scale",
        (of("quasiconcave", f"free*{LEVELS}"), [of("quasiconvex", LEVELS)]),
        (of("quasiconcave", f"-{LEVELS}"), [of("quasiconvex", LEVELS)]),
    ),
    "of another function that rises": (
        "quasi-monotone",
        (of("quasiconvex", "-x^2"), [of("nondecreasing", "x^3"), Claim("total", e("-x^2"))]),
        (of("quasiconvex", "x^3"), [of("nondecreasing", "x^3"), Claim("total", e("x^3"))]),
    ),
    "of a function that is only concave": (
        "quasi-monotone",
        (of("quasiconvex", "-x^2"), [of("concave", "-x^2"), Claim("total", e("-x^2"))]),
        (of("quasiconvex", "-x^3"), [of("nonincreasing", "-x^3"), Claim("total", e("-x^3"))]),
    ),
    "of a function that rises in something else": (
        "quasi-monotone",
        (of("quasiconvex", "y - x^2"), [
            of("nondecreasing", "y - x^2", "y"), Claim("total", e("y - x^2")),
        ]),
        (of("quasiconvex", "y - x^2", "y"), [
            of("nondecreasing", "y - x^2", "y"), Claim("total", e("y - x^2")),
        ]),
    ),
    "of a card that falls in its other argument": (
        "quasi-composition",
        (of("quasiconcave", "rel_entr(p, q)", "p"), [of("affine", "p", "p")]),
        (of("quasiconcave", "rel_entr(p, q)", "q"), [of("affine", "q", "q")]),
    ),
    "where the domain binds above": (
        "quasi-composition",
        (of("quasiconcave", f"asin(2*{BELL})"), [
            of("quasiconcave", f"2*{BELL}"), within(f"2*{BELL}", 0, 2),
        ]),
        (of("quasiconcave", f"asin({BELL})"), [of("quasiconcave", BELL), within(BELL, 0, 1)]),
    ),
    "of a sum of exponentials of entries": (
        "quasi-composition",
        (of("quasiconvex", "logsumexp(log(1 + w.^2))", "w"), [
            of("quasiconvex", "log(1 + w.^2)", "w"),
        ]),
        (of("quasiconvex", "tanh(log(1 + w.^2))", "w"), [of("quasiconvex", "log(1 + w.^2)", "w")]),
    ),
    "of a numerator that nothing is known of": (
        "quasi-ratio",
        (of("quasiconvex", f"{BELL}/q", "x q"), XQ),
        (of("quasiconvex", "x^2/q", "x q"), XQ_SQUARE),
    ),
    "of another card than the logarithm": (
        "quasi-log",
        (of("quasiconcave", "exp(-x^2) + 1"), [of("concave", "cos(exp(-x^2) + 1)")],
            e("cos(exp(-x^2) + 1)")),
        (of("quasiconcave", "exp(-x^2) + 1"), [Claim("concave", LOG, (s("x"),))], LOG),
    ),
    "of two denominators": (
        "quasi-ratio",
        (of("quasiconvex", "x/(p*q)", "x p q"), PQX),
        (of("quasiconvex", "x/q", "x p q"), PQX),
    ),
    "of a denominator that another power follows": (
        "quasi-ratio",
        (of("quasiconvex", "x/(p^2*q)", "x p q"), PQX),
        (of("quasiconvex", "x/q", "x p q"), PQX),
    ),
    "of a ratio with a weight of any sign": (
        "quasi-ratio",
        (of("quasiconvex", "free*x^2/q", "x q"), XQ_SQUARE),
        (of("quasiconvex", "x^2/q", "x q"), XQ_SQUARE),
    ),
    "of a numerator of any sign over a concave denominator": (
        "quasi-ratio",
        (of("quasiconvex", "xlogx(p)/(1 + sqrt(q))", "p q"), [
            of("convex", "xlogx(p)", "p q"), of("concave", "1 + sqrt(q)", "p q"),
        ]),
        (of("quasiconvex", "cosh(p)/(1 + sqrt(q))", "p q"), [
            of("convex", "cosh(p)", "p q"), of("concave", "1 + sqrt(q)", "p q"),
        ]),
    ),
    "of the logarithm of something else": (
        "quasi-log",
        (of("quasiconcave", "2 + x^2"), [of("concave", "log(p)", "x"), RANGE_2], e("log(p)")),
        (of("quasiconcave", "exp(-x^2) + 1"), [Claim("concave", LOG, (s("x"),))], LOG),
    ),
    "of what is positive on a part only": (
        "quasi-log",
        (of("quasiconcave", "x^3"), [of("concave", "log(x^3)")], e("log(x^3)")),
        (of("quasiconcave", "x^3"), [
            of("concave", "log(x^3)"), Claim("range", e("x^3"), (), POSITIVE),
        ], e("log(x^3)")),
    ),
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
    assert not follows(rule, *false[:2], false[2:])
    assert follows(rule, *true[:2], true[2:])
