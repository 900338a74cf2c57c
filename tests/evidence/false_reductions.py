"""False claims by the rules that reduce a formula to a simpler one: the last step must fail."""

from __future__ import annotations

from proofs import e, f, node, proof, s

from lossmith.evidence.certificate import Certificate, Inference
from lossmith.evidence.curvature.rules_reduction import curvature_in_exponential, in_exponential
from lossmith.expr.build import const, scale
from lossmith.expr.sets import opened

ONE = const(1)
AFFINE_X = node("affine", "x", "variable", wrt="x")


def _affine(names: str) -> list[Inference]:
    return [node("affine", name, "variable", wrt=names) for name in names.split()]


def _homogeneous(kind: str, formula: str, scale_of_it: str, part: str, names: str) -> Certificate:
    """Return a proof with all premises, the slice being a square."""
    rest = " ".join(n for n in names.split() if n != scale_of_it)
    given = [
        node("total", formula, "total"),
        *_affine(names),
        node(kind, part, "quadratic", wrt=rest),
    ]
    return proof(
        *given,
        node(kind, formula, "homogeneous", range(len(given)), s(scale_of_it), wrt=names),
    )


def _by_exponential(kind: str, formula: str, *rows: object, total: bool = True) -> Certificate:
    given = [node("total", formula, "total")] if total else []
    return proof(
        *given,
        node(kind, formula, "exponential-argument", range(len(given)), rows, wrt="x"),
    )


def _goal(formula: str, sign: int = 1) -> tuple[object, ...]:
    core = scale(sign, curvature_in_exponential(*in_exponential(e(formula), s("x"))))
    return (ONE, core, (opened(0, None), "direct"))


def _cone(kind: str, formula: str, low: str, high: str, names: str = "x y p q") -> Certificate:
    given = _affine(names)
    step = node(kind, formula, "rotated-cone", range(len(given)), e(low), e(high), wrt=names)
    return proof(*given, step)


FALSE_REDUCTIONS: dict[str, Certificate] = {
    "a function of degree 3 as a perspective": _homogeneous("convex", "x^2*q", "q", "x^2", "x q"),
    "logarithms that do not cancel": _homogeneous(
        "convex", "p*log(q) + x^2/q", "q", "x^2", "x p q"
    ),
    "a degree that exp does not have": proof(
        node("total", "q*exp(x)", "total"),
        node("affine", "q", "variable", wrt="x q"),
        AFFINE_X,
        node("convex", "exp(x)", "composition", [2], wrt="x"),
        node("convex", "q*exp(x)", "homogeneous", [0, 1, 3], s("q"), wrt="x q"),
    ),
    "a scale of unknown sign": _homogeneous("convex", "sqrt(x^2 + y^2)", "y", "x^2", "x y"),
    "the curvature of the slice unproved": proof(
        node("total", "p^3/q^2", "total"),
        *_affine("p q"),
        node("convex", "p^3/q^2", "homogeneous", [0, 1, 2], s("q"), wrt="p q"),
    ),
    "a homogeneous formula with poles": proof(
        *_affine("x q"),
        node("convex", "x^2", "quadratic", wrt="x"),
        node("convex", "x^2/q", "homogeneous", [0, 1, 2], s("q"), wrt="x q"),
    ),
    "a double exponential that is not convex": _by_exponential(
        "convex", "exp(-exp(x))", *_goal("exp(-exp(x))")
    ),
    "softplus as a concave function of exp(x)": _by_exponential(
        "concave", "log(1 + exp(x))", *_goal("log(1 + exp(x))", -1)
    ),
    "a function of exp(x) not said to be total": _by_exponential(
        "convex", "log(1 + exp(x))", *_goal("log(1 + exp(x))"), total=False
    ),
    "boxes that leave out values of exp(x)": _by_exponential(
        "convex", "exp(x) + exp(-x)", ONE, _goal("exp(x) + exp(-x)")[1], (opened(1, None), "direct")
    ),
    "plus a square in a rotated cone": _cone("concave", "log(p*q + x^2)", "p", "q"),
    "a rotated cone with both nappes": _cone("concave", "log(x*y - 1)", "x", "y"),
    "a power above the root": _cone("concave", "(p*q - x^2)^(3/4)", "p", "q"),
    "a cube in a rotated cone": _cone("concave", "log(p*q - x^3)", "p", "q"),
    "a pole inside of a rotated cone": _cone("convex", "1/(p*q - x^2)", "p", "q"),
    "a rotated cone as convex": _cone("convex", "log(p*q - x^2)", "p", "q"),
    "a rotated cone with other axes": _cone("concave", "log(p*q - x^2)", "p", "p"),
    "three factors ahead": _cone("concave", "sqrt(p*q*q - x^2)", "p", "q"),
    "an odd power of a symmetric matrix": proof(
        node("affine", "S", "variable", wrt="S"),
        node("convex", "tr(S*S*S)", "trace-power", [0], s("S"), *f(0, 0, 0), wrt="S"),
    ),
    "two different matrices in a ring": proof(
        node("affine", "S", "variable", wrt="S"),
        node("convex", "tr(S*A*S*A)", "trace-power", [0], s("S"), *f(0, 0, 0, 0), wrt="S"),
    ),
    "entries to the fourth power as a trace": proof(
        node("affine", "S", "variable", wrt="S"),
        node("convex", "sum(sum(S.^4))", "trace-power", [0], s("S"), *f(0, 0, 0, 0), wrt="S"),
    ),
    "a square of a matrix as a number": proof(
        node("affine", "S", "variable", wrt="S"),
        node("concave", "tr(S*S)", "trace-power", [0], s("S"), *f(0, 0), wrt="S"),
    ),
    "a diagonal matrix of free numbers as psd": proof(node("psd", "diag(v)", "psd-diagonal")),
    "a matrix of positive numbers as psd": proof(node("psd", "g*g'", "psd-diagonal")),
    "cosh as log-concave": proof(
        AFFINE_X, node("concave", "log(cosh(x))", "log-of-log-convex", [0], wrt="x")
    ),
    "normcdf of a convex function as log-concave": proof(
        node("convex", "x^2", "quadratic", wrt="x"),
        node("concave", "log(normcdf(x^2))", "log-of-log-convex", [0], wrt="x"),
    ),
    "softplus as log-convex": proof(
        AFFINE_X, node("log_convex", "softplus(x)", "log-convex", [0], wrt="x")
    ),
    "a root of a product of free numbers": proof(
        *_affine("x y"), node("concave", "sqrt(x*y)", "monomial", [0, 1], wrt="x y")
    ),
    "the root of a sum of convex functions as concave": proof(
        AFFINE_X,
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("concave", "sqrt(1 + exp(x))", "power-mean", [1], wrt="x"),
    ),
    "the root of a norm as convex": proof(
        AFFINE_X,
        node("convex", "(x^2 + 1)^(1/4)", "power-mean", [0], wrt="x"),
    ),
    "a power of a reversed norm above 1 as concave": proof(
        node("affine", "p", "variable", wrt="p"),
        node("concave", "(sqrt(p) + 1)^3", "power-mean", [0], wrt="p"),
    ),
    "lambda_max of a matrix that is not symmetric": proof(
        node("affine", "x", "variable", wrt="x"),
        node("affine", "x*X'*X*A", "linear", [0], s("x"), (), wrt="x"),
        node("convex", "lambda_max(x*X'*X*A)", "composition", [1], wrt="x"),
    ),
}
