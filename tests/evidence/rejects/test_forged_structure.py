"""Forged steps along the structure of a formula: all holds but for one condition of the rule."""

from __future__ import annotations

from fractions import Fraction

import pytest
from proofs import ALL, e, f, node, proof, s

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.expr.build import add, apply, const, contract, divide, multiply, negate, power, symbol
from lossmith.expr.node import Add, Expr
from lossmith.expr.sets import Interval, closed, opened
from lossmith.expr.types import Assumptions

ONE = const(1)
X, Y = s("x"), s("y")
T = symbol("t")
UP = symbol("t", (), Assumptions(closed(0, None)))
BELOW = symbol("neg", (), Assumptions(closed(None, 0)))
SQUARE_MATRIX = symbol("M", ("d", "d"))
WEIGHTS = symbol("c", ("d",), Assumptions(closed(0, None)))
W = s("w")


def exp(t: Expr) -> Expr:
    """Return exp(t)."""
    return apply(ATOMS["exp"], t)


def fact(kind: str, expr: Expr | str, wrt: str = "x") -> Inference:
    """Return a step that is a premise only: the sum of squares, or exp, by its own rule."""
    return node(kind, expr, "quadratic", wrt=wrt)


def of(kind: str, expr: Expr, t: Expr, core: Expr, box: Interval = ALL) -> Inference:
    """Return a claim about a function of t by its derivative, equal to core."""
    rule = "first-derivative" if kind.startswith("non") else "second-derivative"
    assert t in (T, UP, X)
    return Inference(Claim(kind, expr, (t,)), rule, (), ((ONE, core, (box, "direct")),))  # type: ignore[arg-type]


def grouped(total: str | Expr, *parts: str | Expr) -> list[tuple[Fraction, ...]]:
    """Return the parts as groups of terms: one group a part, what is left over in the last."""
    whole = e(total) if isinstance(total, str) else total
    assert isinstance(whole, Add)
    terms = [t for _, t in whole.terms]
    own = [terms.index(e(p) if isinstance(p, str) else p) for p in parts]
    return [f(k) for k in own] + [f(k) for k in range(len(terms)) if k not in own]


EXP = (
    node("affine", "x", "variable", wrt="x"),
    node("convex", "exp(x)", "composition", [0], wrt="x"),
)
FALLS = exp(add((1, X), (-1, T)))
CUBE = power(UP, 3)
HOLED = divide(power(UP, 3), UP)
BOX = opened(0, None)
DIAGONAL = contract([(SQUARE_MATRIX, (0, 0), 2)], ())
ENTRIES = power(SQUARE_MATRIX, 2)


def _strict(expr: str | Expr, inner: str, wrt: str = "w") -> Certificate:
    return proof(node("strictly_convex", expr, "strict-entries", (), e(inner), f(0), wrt=wrt))


def _entrywise(kind: str, template: Expr, u: Expr, expr: Expr, *premises: Inference) -> Certificate:
    claim = Claim(kind, expr, (X,))
    rows = range(len(premises))
    return proof(*premises, Inference(claim, "entrywise", tuple(rows), (template, T, u)))


POSITIVE_P = s("p")
EXPONENTIAL = (Inference(Claim("total", exp(T)), "total"), of("convex", exp(T), T, exp(T)))


def _perspective(
    kind: str, template: Expr, expr: Expr, t: Expr, *premises: Inference
) -> Certificate:
    """Return a proof that p phi(x/p) is expr and has the curvature of phi, in x and p > 0."""
    both = (X, POSITIVE_P)
    rows = [Inference(Claim("affine", v, both), "variable") for v in both]
    claim = Inference(
        Claim(kind, expr, both), "perspective", tuple(range(2 + len(premises))),
        (template, t, X, POSITIVE_P),
    )  # fmt: skip
    return proof(*rows, *premises, claim)


FORGED: dict[str, Certificate] = {
    # sum
    "a negative multiple of a strictly convex part": proof(
        fact("strictly_convex", "x^2"),
        node("strictly_convex", "y - x^2", "sum", [0], *grouped("y - x^2", "x^2"), wrt="x"),
    ),
    "a strict sum of parts that are only convex": proof(
        *EXP, fact("convex", "x^2"),
        node("strictly_convex", "exp(x) + x^2", "sum", [1, 2],
             *grouped("exp(x) + x^2", "x^2"), wrt="x"),
    ),
    "a strict part and a concave one": proof(
        fact("strictly_convex", "x^2"), *EXP[:1],
        node("convex", "exp(x)", "composition", [1], wrt="x"),
        node("strictly_convex", "x^2 - exp(x)", "sum", [0, 2],
             *grouped("x^2 - exp(x)", "x^2"), wrt="x"),
    ),
    "the convex term twice, the concave one never": proof(
        *EXP,
        node("convex", "exp(x) - x^2", "sum", [1],
             *(2*grouped("exp(x) - x^2", "exp(x)")[:1]), wrt="x"),
    ),
    "the convex term alone": proof(
        *EXP,
        node("convex", "exp(x) - x^2", "sum", [1],
             grouped("exp(x) - x^2", "exp(x)")[0], wrt="x"),
    ),
    # linear
    "a weight of unknown sign times a concave function": proof(
        node("affine", "p", "variable", wrt="p"),
        node("concave", "sqrt(p)", "composition", [0], wrt="p"),
        node("convex", "free*sqrt(p)", "linear", [1], e("sqrt(p)"), (), wrt="p"),
    ),
    "a weight <= 0 that does not turn the curvature": proof(
        *EXP,
        Inference(Claim("convex", multiply(BELOW, exp(X)), (X,)), "linear", (1,), (exp(X), ())),
    ),
    "affine by a weight of a convex function": proof(
        *EXP, node("affine", "lam*exp(x)", "linear", [1], e("exp(x)"), (), wrt="x"),
    ),
    "another function behind the weight": proof(
        fact("convex", "x^2"), node("convex", "lam*sin(x)", "linear", [0], e("x^2"), (), wrt="x"),
    ),
    # composition
    "a root of a cube whose base is negative in between": proof(
        fact("convex", "x^2 - 1"), node("convex", "(x^2 - 1)^(3/2)", "composition", [0], wrt="x"),
    ),
    "a square of a convex function of any sign": proof(
        fact("convex", "x^2 - 1"), node("convex", "(x^2 - 1)^2", "composition", [0], wrt="x"),
    ),
    "a square of a concave function of any sign": proof(
        fact("concave", "1 - x^2"), node("convex", "(1 - x^2)^2", "composition", [0], wrt="x"),
    ),
    "the reciprocal of a convex function": proof(
        fact("convex", "1 + x^2"), node("convex", "1/(1 + x^2)", "composition", [0], wrt="x"),
    ),
    "both arguments of a function that is convex in one": proof(
        node("affine", "x", "variable", wrt="x p"), node("affine", "p", "variable", wrt="x p"),
        node("convex", "huber(x, p)", "composition", [0, 1], wrt="x p"),
    ),
    "the first factor taken for the product": proof(
        node("affine", "x", "variable", wrt="x y"), node("affine", "y", "variable", wrt="x y"),
        node("convex", "x^2*y^2", "composition", [0, 1], wrt="x y"),
    ),
    # strict-entries
    "a weight that may vanish": _strict("lam*norm2(w)^2", "w.^2"),
    "weights that may vanish": _strict(contract([(WEIGHTS, (0,), 1), (W, (0,), 2)], ()), "w.^2"),
    "a sum over a diagonal": proof(
        Inference(Claim("strictly_convex", DIAGONAL, (SQUARE_MATRIX,)), "strict-entries", (),
                  (ENTRIES, f(0, 0)))
    ),
    "a sum over a diagonal as one function": proof(
        Inference(Claim("strictly_convex", DIAGONAL, (SQUARE_MATRIX,)), "strict-entries")
    ),
    "a sum of another function": _strict("sum(abs(w))", "w.^2"),
    "each entry by itself": proof(node("strictly_convex", "w.^2", "strict-entries", wrt="w")),
    "a cube of any sign": _strict("sum(w.^3)", "w.^3"),
    "an argument that is not the variable": _strict("sum((X*w + v).^2)", "(X*w + v).^2"),
    "an argument with a curved term": _strict("sum(exp(w - w.^2))", "exp(w - w.^2)"),
    "a function of the other argument": _strict(
        "sum(rel_entr(g, g + 1))", "rel_entr(g, g + 1)", wrt="g"
    ),
    "a constant first argument": _strict(
        "sum(rel_entr(1 + 0*g, g))", "rel_entr(1 + 0*g, g)", wrt="g"
    ),
    # entrywise
    "a function that holds the variable": _entrywise(
        "concave", multiply(X, T), X, power(X, 2),
        Inference(Claim("affine", T, (T,)), "variable"),
        Inference(Claim("affine", multiply(X, T), (T,)), "linear", (0,), (T, ())),
        node("affine", "x", "variable", wrt="x"),
    ),
    "affine by a function that is only convex": _entrywise(
        "affine", exp(T), X, exp(X), of("convex", exp(T), T, exp(T)),
        node("affine", "x", "variable", wrt="x"),
    ),
    "a function without its curvature": _entrywise(
        "convex", power(T, 3), X, power(X, 3), node("affine", "x", "variable", wrt="x")
    ),
    "a rising function of a concave argument": _entrywise(
        "convex", exp(T), negate(power(X, 2)), exp(negate(power(X, 2))),
        of("convex", exp(T), T, exp(T)), of("nondecreasing", exp(T), T, exp(T)),
        Inference(Claim("total", exp(T)), "total"), fact("concave", "-x^2"),
    ),
    "a falling function of a convex argument": _entrywise(
        "convex", exp(negate(T)), power(X, 2), exp(negate(power(X, 2))),
        of("convex", exp(negate(T)), T, exp(negate(T))),
        of("nonincreasing", exp(negate(T)), T, exp(negate(T))),
        Inference(Claim("total", exp(negate(T))), "total"), fact("convex", "x^2"),
    ),
    "another function that rises": _entrywise(
        "convex", power(T, 2), e("x^2 - 1"), e("(x^2 - 1)^2"),
        of("convex", power(T, 2), T, const(2)), of("nondecreasing", exp(T), T, exp(T)),
        Inference(Claim("total", power(T, 2)), "total"), fact("convex", "x^2 - 1"),
    ),
    "a function that rises in another variable": proof(
        of("convex", FALLS, T, FALLS), of("nondecreasing", FALLS, X, FALLS),
        Inference(Claim("total", FALLS), "total"), fact("convex", "y^2", wrt="y"),
        Inference(Claim("convex", exp(add((1, X), (-1, power(Y, 2)))), (Y,)), "entrywise",
                  (0, 1, 2, 3), (FALLS, T, power(Y, 2))),
    ),
    "a hole at the end of the function's interval": proof(
        of("convex", HOLED, UP, const(2), BOX),
        of("nondecreasing", HOLED, UP, multiply(const(2), UP), BOX),
        fact("convex", "x^2"),
        Inference(Claim("convex", divide(power(X, 6), power(X, 2)), (X,)), "entrywise", (0, 1, 2),
                  (HOLED, UP, power(X, 2))),
    ),
    # perspective
    "a perspective that is something else": _perspective(
        "convex", exp(T), power(X, 3), T, *EXPONENTIAL
    ),
    "a perspective of a function that holds the variable": _perspective(
        "concave", multiply(X, T), power(X, 2), T,
        Inference(Claim("total", multiply(X, T)), "total"),
        Inference(Claim("affine", T, (T,)), "variable"),
        Inference(Claim("affine", multiply(X, T), (T,)), "linear", (3,), (T, ())),
    ),
    "a perspective beyond the interval of the function": _perspective(
        "convex", CUBE, multiply(power(X, 3), power(POSITIVE_P, -2)), UP,
        Inference(Claim("total", CUBE), "total"),
        of("convex", CUBE, UP, multiply(const(6), UP), BOX),
    ),
    "a perspective of a function that may lack values": _perspective(
        "convex", HOLED, multiply(power(X, 2), power(POSITIVE_P, -1)), UP,
        of("convex", HOLED, UP, const(2), BOX),
    ),
    # restriction
    "a block of another claim, by a parameter": proof(
        fact("convex", "x^2"), node("convex", "x^3", "restriction", [0], ONE, wrt="x"),
    ),
    "a block of two claims": proof(
        fact("convex", "x^2"), fact("convex", "x^4 + x^2 - x^4"),
        node("convex", "x^3", "restriction", [0, 1], wrt="x"),
    ),
    # rewrite
    "identities that do not link": proof(
        node("total", "(x + 1)^2", "total"),
        node("total", "x^2 + 2*x + 1", "total"),
        node("identity", "(x + 1)^2", "expansion", [1], other="x^2 + 2*x + 1"),
        node("total", "x^2", "total"),
        node("identity", "(x + 1)^2 - 2*x - 1", "expansion", [3], other="x^2"),
        node("strong", "x^2", "quadratic", wrt="x", other=const(2)),
        node("strong", "(x + 1)^2", "rewrite", [0, 2, 4, 5], wrt="x", other=const(2)),
    ),
    "logarithmic convexity in one of two variables": proof(
        node("affine", "x", "variable", wrt="x"),
        node("affine", "x*y", "linear", [0], X, (), wrt="x"),
        node("log_convex", "exp(x*y)", "log-convex", [1], wrt="x"),
        node("log_convex", "2*exp(x*y)", "log-convex", [2], wrt="x y"),
    ),
    "a constant taken for log-convex": proof(
        node("total", "-2 + 0*x", "total"),
        node("total", "(x + 1)^2 - x^2 - 2*x - 3", "total"),
        node("identity", "(x + 1)^2 - x^2 - 2*x - 3", "expansion", [0], other="-2 + 0*x"),
        node("log_convex", "(x + 1)^2 - x^2 - 2*x - 3", "rewrite", [1, 2], wrt="x"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", FORGED)
def test_it_is_refused_at_the_last_node(title: str) -> None:
    certificate = FORGED[title]
    with pytest.raises(NotCertified) as refusal:
        check(certificate)
    assert f"node {len(certificate.nodes) - 1} " in refusal.value.render("en")


def test_a_perspective_is_accepted() -> None:
    expr = multiply(POSITIVE_P, exp(divide(X, POSITIVE_P)))
    check(_perspective("convex", exp(T), expr, T, *EXPONENTIAL))
