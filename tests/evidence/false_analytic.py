"""Steps to strict convexity by analytic functions and sums of exponentials: true and false ones."""

from __future__ import annotations

from fractions import Fraction

from proofs import ALL, POSITIVE, e, f, node, proof

from lossmith.evidence.certificate import Certificate, Inference
from lossmith.expr.sets import closed, opened

BELOW = opened(None, 0)
X = node("affine", "x", "variable", wrt="x")
EXP = node("convex", "exp(x)", "composition", [0], wrt="x")
EXP_STRICT = node("strictly_convex", "exp(x)", "strict-composition", [0, 1], wrt="x")
BOTH = [node("affine", "x", "variable", wrt="x y"), node("affine", "y", "variable", wrt="x y")]
F0, F1 = Fraction(0), Fraction(1)


def line(text: str, *rows: tuple[object, ...], kind: str = "convex") -> Certificate:
    """Return a step for a function of x by points in boxes, on top of its composition."""
    return proof(
        X,
        node(kind, text, "composition", [0], wrt="x"),
        node(f"strictly_{kind}", text, "strict-analytic", [1], *rows, wrt="x"),
    )


def plane(*nodes: Inference, at: tuple[Fraction, ...]) -> Certificate:
    """Return a step for the last of the nodes, in the same variables, by one point."""
    claim = nodes[-1].claim
    names = " ".join(w.name for w in claim.wrt)
    last = [len(nodes) - 1]
    return proof(
        *nodes, node("strictly_convex", claim.expr, "strict-analytic", last, *at, wrt=names)
    )


def exponentials(text: str, wrt: str = "w") -> Certificate:
    """Return a step by a sum of exponentials, which needs no premise."""
    return proof(node("strictly_convex", text, "strict-exponentials", [], wrt=wrt))


def largest(text: str, *nodes: Inference, premises: tuple[int, ...]) -> Certificate:
    """Return a step to the largest of functions of x."""
    return proof(*nodes, node("strictly_convex", text, "strict-composition", premises, wrt="x"))


BOWL = node("convex", "x^4", "composition", [0], wrt="x")
BOWL_STRICT = node("strictly_convex", "x^4", "strict-composition", [0, 3], wrt="x")
LARGER = node("convex", "max(exp(x), x^4)", "composition", [1, 3], wrt="x")
SUM = (
    *BOTH,
    node("convex", "exp(x)", "composition", [0], wrt="x y"),
    node("convex", "exp(y)", "composition", [1], wrt="x y"),
    node("convex", "exp(x) + exp(y)", "sum", [2, 3], f(0), f(1), wrt="x y"),
)
ACROSS = (
    *BOTH,
    node("affine", "x + y", "sum", [0, 1], f(0), f(1), wrt="x y"),
    node("convex", "(x + y)^4", "composition", [2], wrt="x y"),
)

TRUE_ANALYTIC: dict[str, Certificate] = {
    "x^4": line("x^4", (ALL, F1)),
    "x^4, in overlapping boxes": line("x^4", (opened(None, 1), -F1), (closed(0, None), F1)),
    "exp(x) + exp(y)": plane(*SUM, at=(F0, F1)),
    "log(1 + sum(exp(w)))": exponentials("log(1 + sum(exp(w)))"),
    "sqrt(sum(exp(2 w)))": exponentials("sqrt(sum(exp(2*w)))"),
    "log(1 + sum(exp(x*labels)))": exponentials("log(1 + sum(exp(x*labels)))", "x"),
    "log(1 + sum(exp(w)) + exp(x))": exponentials("log(1 + sum(exp(w)) + exp(x))", "w x"),
    "the largest of exp(x) and x^4": largest(
        "max(exp(x), x^4)", X, EXP, EXP_STRICT, BOWL, BOWL_STRICT, LARGER, premises=(2, 4, 5)
    ),
}

FALSE_ANALYTIC: dict[str, Certificate] = {
    "a corner between straight lines": line("abs(x)", (BELOW, -F1), (POSITIVE, F1)),
    "a point at which f'' is 0": line("x^4", (ALL, F0)),
    "a box across a corner of the slope": line("relu(x)", (ALL, F1)),
    "a box that is left out": line("abs(x)", (POSITIVE, F1)),
    "no box": line("x^4"),
    "a point outside of its box": line("x^4", (BELOW, F1), (POSITIVE, F1)),
    "a point at the end of its box": line("x^4", (closed(None, 0), -F1), (closed(0, 1), F1),
                                          (closed(1, None), F1)),
    "a gap between boxes": line("x^4", (BELOW, -F1), (opened(1, None), Fraction(2))),
    "the other side": proof(
        X, EXP, node("strictly_concave", "exp(x)", "strict-analytic", [1], (ALL, F0), wrt="x")
    ),
    "no proof of the plain kind": proof(
        node("strictly_concave", "cos(x)", "strict-analytic", [], (ALL, F0), wrt="x")
    ),
    "a function of vectors": proof(
        node("affine", "w", "variable", wrt="w"),
        node("convex", "norm2(w)", "composition", [0], wrt="w"),
        node("strictly_convex", "norm2(w)", "strict-analytic", [1], F1, wrt="w"),
    ),
    "lam*x^4, flat for lam = 0": proof(
        X,
        BOWL,
        node("convex", "lam*x^4", "linear", [1], e("x^4"), (), wrt="x"),
        node("strictly_convex", "lam*x^4", "strict-analytic", [2], (ALL, F1), wrt="x"),
    ),
    "a Hessian that is singular": plane(*ACROSS, at=(F1, F1)),
    "a function of one of two": plane(*BOTH, SUM[2], at=(F0, F0)),
    "a point without a second coordinate": plane(*SUM, at=(F0,)),
    "x^4/p^2, which is flat on x = 0, on a half plane": plane(
        node("affine", "x", "variable", wrt="x p"),
        node("affine", "p", "variable", wrt="x p"),
        node("convex", "x^4/p^2", "monomial", [0, 1], wrt="x p"),
        at=(F1, F1),
    ),
    "a corner in the plane": plane(
        *BOTH,
        node("convex", "abs(x)", "composition", [0], wrt="x y"),
        node("convex", "exp(y)", "composition", [1], wrt="x y"),
        node("convex", "abs(x) + exp(y)", "sum", [2, 3], f(0), f(1), wrt="x y"),
        at=(F1, F1),
    ),
    "log(sum(exp(w))), straight along 1": exponentials("log(sum(exp(w)))"),
    "log(lam + sum(exp(w)))": exponentials("log(lam + sum(exp(w)))"),
    "log(1 + lam*sum(exp(w)))": exponentials("log(1 + lam*sum(exp(w)))"),
    "one over a sum of exponentials": exponentials("1/(1 + sum(exp(w)))"),
    "sqrt(sum(exp(w)) - 1)": exponentials("sqrt(sum(exp(w)) - 1)"),
    "sqrt(1 - sum(exp(w)))": exponentials("sqrt(1 - sum(exp(w)))"),
    "log(1 + exp(free*x))": exponentials("log(1 + exp(free*x))", "x"),
    "log(1 + sum(exp(x*bits)))": exponentials("log(1 + sum(exp(x*bits)))", "x"),
    "log(1 + sum(exp(X*w)))": exponentials("log(1 + sum(exp(X*w)))"),
    "log(1 + sum(exp(w))) in w and x": exponentials("log(1 + sum(exp(w)))", "w x"),
    "log(1 + exp(x + y)) in both": exponentials("log(1 + exp(x + y))", "x y"),
    "log(1 + sum(w.^2))": exponentials("log(1 + sum(w.^2))"),
    "exp(sum(exp(w))) as if it were a power": exponentials("exp(sum(exp(w)))"),
    "the largest of exp(x) and x": largest(
        "max(exp(x), x)", X, EXP, EXP_STRICT,
        node("convex", "max(exp(x), x)", "composition", [0, 1], wrt="x"), premises=(0, 2, 3),
    ),
    "the largest of exp(x) and 1": largest(
        "max(exp(x), 1)", X, EXP, EXP_STRICT,
        node("convex", "max(exp(x), 1)", "composition", [1], wrt="x"), premises=(2, 3),
    ),
}  # fmt: skip
