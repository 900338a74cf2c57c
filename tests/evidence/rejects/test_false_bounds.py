"""Steps to Lipschitz constants and cones with one condition broken; mended, they are taken."""

from __future__ import annotations

from functools import reduce

import pytest
from proofs import e, f, follows, s

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.expr.build import add, apply, const, contract, symbol
from lossmith.expr.node import Expr


def lip(formula: str | Expr, k: str | int | Expr, wrt: str = "x") -> Claim:
    """Return the claim that k is a Lipschitz constant."""
    subject = e(formula) if isinstance(formula, str) else formula
    bound = const(k) if isinstance(k, int) else e(k) if isinstance(k, str) else k
    return Claim("lipschitz", subject, tuple(s(name) for name in wrt.split()), None, bound)


def of(kind: str, formula: str | Expr, wrt: str = "x") -> Claim:
    subject = e(formula) if isinstance(formula, str) else formula
    return Claim(kind, subject, tuple(s(name) for name in wrt.split()))


def affine(names: str) -> list[Claim]:
    return [of("affine", name, names) for name in names.split()]


def bent(formula: str, sign: int) -> Claim:
    return of("nondecreasing", add((1, s("x")), (sign, e(formula))))


X, V, W, XY = lip("x", 1), lip("v", 1, "v"), lip("w", 1, "w"), "x y"
ROWS = contract([(e("X"), (0, 1), 1), (e("v"), (0,), 1)], (0,))
"""Entry i is v_i times the sum of row i."""

OUTER = contract([(e("X"), (0, 1), 1), (e("v"), (2,), 1)], (0, 1, 2))
LARGEST = reduce(lambda a, name: apply(ATOMS[name], a), ("abs", "maxentry", "maxentry"), e("X"))
M = symbol("M", ("d", "d"))
P = lip("P", 1, "P")
TWICE, THRICE = f(0, 0), f(0, 0, 0)
PQX = affine("x p q")

STEPS = {
    "a function as a variable": (
        "lipschitz-variable", (lip("exp(x)", 1), []), (X, []),
    ),
    "a sum with a term of unknown slope": (
        "lipschitz-sum",
        (lip("sin(x) + exp(y)", 1, XY), [lip("sin(x)", 1, XY)]),
        (lip("sin(x) + y", 2, XY), [lip("sin(x)", 1, XY), lip("y", 1, XY)]),
    ),
    "a difference whose constants are subtracted": (
        "lipschitz-sum",
        (lip("2*sin(x) - y", 1, XY), [lip("sin(x)", 1, XY), lip("y", 1, XY)]),
        (lip("2*sin(x) - y", 3, XY), [lip("sin(x)", 1, XY), lip("y", 1, XY)]),
    ),
    "the least of two constants for the larger function": (
        "lipschitz-composition",
        (lip("max(x, 2*x)", 1), [X, lip("2*x", 2), of("affine", "x"), of("affine", "2*x")]),
        (lip("max(x, 2*x)", 2), [X, lip("2*x", 2), of("affine", "x"), of("affine", "2*x")]),
    ),
    "the largest of two constants for vectors": (
        "lipschitz-composition",
        (lip("max(v, g)", 1, "v g"), [lip("v", 1, "v g"), lip("g", 1, "v g")]),
        (lip("max(v, g)", 2, "v g"), [lip("v", 1, "v g"), lip("g", 1, "v g")]),
    ),
    "a root of a difference of squares": (
        "lipschitz-norm", (lip("sqrt(1 - x^2)", 1), [X]), (lip("sqrt(1 + x^2)", 1), [X]),
    ),
    "a root of squares and a number that may be negative": (
        "lipschitz-norm", (lip("sqrt(x^2 + free)", 1), [X]), (lip("sqrt(x^2 + lam)", 1), [X]),
    ),
    "a root of squares without their weight": (
        "lipschitz-norm", (lip("sqrt(1 + 4*x^2)", 1), [X]), (lip("sqrt(1 + 4*x^2)", 2), [X]),
    ),
    "a root of a square and something else": (
        "lipschitz-norm", (lip("sqrt(1 + x^2 + p)", 1, "x p"), [lip("x", 1, "x p")]),
        (lip("sqrt(1 + x^2 + p)", 1), [X]),
    ),
    "a root of fourth powers": (
        "lipschitz-norm", (lip("sqrt(1 + x^4)", 1), [X]),
        (lip("sqrt(1 + norm2(w)^2)", 1, "w"), [W]),
    ),
    "a third root of a sum of squares": (
        "lipschitz-norm", (lip("(1 + x^2)^(1/3)", 1), [X]), (lip("(1 + x^2)^(1/2)", 1), [X]),
    ),
    "a root of squares without a constant of what is squared": (
        "lipschitz-norm", (lip("sqrt(1 + exp(x)^2)", 1), [X]), (lip("sqrt(1 + x^2)", 1), [X]),
    ),
    "the constant of something else": (
        "lipschitz-linear", (lip("lam*exp(x)", "lam"), [X]), (lip("lam*x", "lam"), [X]),
    ),
    "the constant in something else": (
        "lipschitz-linear",
        (lip("lam*exp(x)", "lam"), [lip("exp(x)", 1, "y")]),
        (lip("lam*sin(x)", "lam"), [lip("sin(x)", 1)]),
    ),
    "a weight without its absolute value": (
        "lipschitz-linear", (lip("free*x", "free"), [X]), (lip("free*x", "abs(free)"), [X]),
    ),
    "a power of a matrix by its norm": (
        "lipschitz-linear",
        (lip("(X.^2)*w", "specnorm(X)", "w"), [W]),
        (lip("X*w", "specnorm(X)", "w"), [W]),
    ),
    "two matrices by the norm of one": (
        "lipschitz-linear",
        (lip("A*(P*w)", "specnorm(A)", "w"), [W]),
        (lip("A*w", "specnorm(A)", "w"), [W]),
    ),
    "an outer product by the largest entry": (
        "lipschitz-linear",
        (lip("v*g'", "max(g)", "v"), [V]),
        (lip("v.*g", "max(g)", "v"), [V]),
    ),
    "sums of rows by the largest entry": (
        "lipschitz-linear",
        (lip(ROWS, LARGEST, "v"), [V]),
        (lip("labels.*v", 1, "v"), [V]),
    ),
    "an outer product of three axes by the norm of a matrix": (
        "lipschitz-linear",
        (lip(OUTER, "specnorm(X)", "v"), [V]),
        (lip("X'*v", "specnorm(X)", "v"), [V]),
    ),
    "a number times sums of rows": (
        "lipschitz-linear",
        (lip(contract([(e("X"), (0, 1), 1), (e("x"), (), 1)], (0,)), "specnorm(X)"), [X]),
        (lip("lam*x", "lam"), [X]),
    ),
    "sums of columns of a product of matrices": (
        "lipschitz-linear",
        (lip(contract([(e("X"), (1, 2), 1), (e("P"), (2, 0), 1)], (0,)), "specnorm(X)", "P"), [P]),
        (lip("X*P", "specnorm(X)", "P"), [P]),
    ),
    "sums of rows of a product of matrices": (
        "lipschitz-linear",
        (lip(contract([(e("X"), (0, 1), 1), (e("P"), (1, 2), 1)], (0,)), "specnorm(X)", "P"), [P]),
        (lip("X*P", "specnorm(X)", "P"), [P]),
    ),
    "a sum of entries as one entry": (
        "lipschitz-linear",
        (lip("sum(v)", 1, "v"), [V]),
        (lip("sum(g.*v)", "sqrt(sum(g.^2))", "v"), [V]),
    ),
    "a power as what it is a power of": (
        "lipschitz-linear",
        (lip("lam*x^2", "lam"), [X]),
        (lip("lam*x", "lam"), [X]),
    ),
    "two factors that move": (
        "lipschitz-linear",
        (lip("x*y", "abs(y)", XY), [lip("x", 1, XY), lip("y", 1, XY)]),
        (lip("x*y", "abs(y)"), [X]),
    ),
    "a slope beyond where its card knows it": (
        "lipschitz-composition", (lip("log(p)", 1, "p"), [lip("p", 1, "p")]),
        (lip("softplus(p)", 1, "p"), [lip("p", 1, "p")]),
    ),
    "a slope that depends on another argument": (
        "lipschitz-composition",
        (lip("leaky_relu(x, 2)", 1), [X]),
        (lip("leaky_relu(x, 1/2)", 1), [X]),
    ),
    "a card without a bound on its slope": (
        "lipschitz-composition", (lip("exp(x)", 1), [X]), (lip("tanh(x)", 1), [X]),
    ),
    "an argument of unknown slope": (
        "lipschitz-composition",
        (lip("tanh(exp(x))", 1), [X]),
        (lip("tanh(sin(x))", 1), [lip("sin(x)", 1)]),
    ),
    "two arguments as one": (
        "lipschitz-composition",
        (lip("max(2*x, y)", 1, XY), [lip("2*x", 2, XY), lip("y", 1, XY)]),
        (lip("max(2*x, y)", 2, XY), [lip("2*x", 2, XY), lip("y", 1, XY)]),
    ),
    "slopes on both sides of a jump": (
        "lipschitz-slope",
        (lip("atan(1/x)", 1), [bent("atan(1/x)", 1), bent("atan(1/x)", -1)]),
        (lip("atan(x)", 1), [
            bent("atan(x)", 1), bent("atan(x)", -1), Claim("total", e("atan(x)")),
        ]),
    ),
    "a slope that is bounded on one side": (
        "lipschitz-slope",
        (lip("exp(x)", 1), [bent("exp(x)", 1), Claim("total", e("exp(x)"))]),
        (lip("atan(x)", 1), [
            bent("atan(x)", 1), bent("atan(x)", -1), Claim("total", e("atan(x)")),
        ]),
    ),
    "a cone whose product has the other sign": (
        "rotated-cone",
        (of("concave", "sqrt(-2*p*q - x^2)", "x p q"), PQX, e("p"), e("q")),
        (of("concave", "sqrt(2*p*q - x^2)", "x p q"), PQX, e("p"), e("q")),
    ),
    "a cone with a factor that is not affine": (
        "rotated-cone",
        (of("concave", "log(p*exp(q) - x^2)", "x p q"), PQX, e("p"), e("exp(q)")),
        (of("concave", "log(p*q - x^2)", "x p q"), PQX, e("p"), e("q")),
    ),
    "a cone with one square added": (
        "rotated-cone",
        (of("concave", "log(p*q - x^2 + y^2/2)", "x y p q"), affine("x y p q"), e("p"), e("q")),
        (of("concave", "log(p*q - x^2 - 3*y^2)", "x y p q"), affine("x y p q"), e("p"), e("q")),
    ),
    "an odd root on both sides of 0": (
        "rotated-cone",
        (of("concave", "(p*q - x^2)^(1/3)", "x p q"), PQX, e("p"), e("q")),
        (of("concave", "(p*q - x^2)^(1/4)", "x p q"), PQX, e("p"), e("q")),
    ),
    "a negative power of a cone as concave": (
        "rotated-cone",
        (of("concave", "(p*q - x^2)^(-1/2)", "x p q"), PQX, e("p"), e("q")),
        (of("convex", "(p*q - x^2)^(-1/2)", "x p q"), PQX, e("p"), e("q")),
    ),
    "a root of a cone as convex": (
        "rotated-cone",
        (of("convex", "sqrt(p*q - x^2)", "x p q"), PQX, e("p"), e("q")),
        (of("concave", "sqrt(p*q - x^2)", "x p q"), PQX, e("p"), e("q")),
    ),
    "another card of a cone": (
        "rotated-cone",
        (of("concave", "exp(p*q - x^2)", "x p q"), PQX, e("p"), e("q")),
        (of("concave", "log(p*q - x^2)", "x p q"), PQX, e("p"), e("q")),
    ),
    "the trace of a power of what nobody knows": (
        "trace-power",
        (of("convex", "tr(S*S)", "S"), [], e("S"), *TWICE),
        (of("convex", "tr(S*S)", "S"), [of("affine", "S", "S")], e("S"), *TWICE),
    ),
    "the trace of powers of an inverse without a sign": (
        "trace-power",
        (
            of("convex", "tr(inv(S)*inv(S)*inv(S))", "S"), [of("affine", "S", "S")], e("inv(S)"),
            *THRICE,
        ),
        (
            of("convex", "tr(inv(P)*inv(P)*inv(P))", "P"), [of("affine", "P", "P")], e("inv(P)"),
            *THRICE,
        ),
    ),
    "the trace of powers of an inverse of what bends": (
        "trace-power",
        (of("convex", "tr(inv(P)*inv(P))", "P"), [], e("inv(P)"), *TWICE),
        (of("convex", "tr(inv(P)*inv(P))", "P"), [of("affine", "P", "P")], e("inv(P)"), *TWICE),
    ),
    "the trace of a power of another function": (
        "trace-power",
        (of("convex", "tr(exp(P)*exp(P))", "P"), [of("affine", "P", "P")], e("exp(P)"), *TWICE),
        (of("convex", "tr(P*P)", "P"), [of("affine", "P", "P")], e("P"), *TWICE),
    ),
    "an even power of what is not symmetric": (
        "trace-power",
        (of("convex", "tr(S*P*S*P)", "S"), [of("affine", "S*P", "S")], e("S*P"), *TWICE),
        (of("convex", "tr(S*S*S*S)", "S"), [of("affine", "S", "S")], e("S"), *TWICE, *TWICE),
    ),
    "an even power of a matrix that is not symmetric": (
        "trace-power",
        (Claim("convex", contract([(M, (0, 1), 1), (M, (1, 0), 1)], ()), (M,)), [
            Claim("affine", M, (M,)),
        ], M, *TWICE),
        (of("convex", "tr(S*S)", "S"), [of("affine", "S", "S")], e("S"), *TWICE),
    ),
    "a matrix turned twice, by two different signs": (
        "trace-power",
        (Claim("convex", contract([(M, (0, 1), 1), (M, (1, 0), 1)], ()), (M,)), [
            Claim("affine", M, (M,)),
        ], M, *f(1, 2)),
        (Claim("convex", contract([(M, (0, 1), 1), (M, (0, 1), 1)], ()), (M,)), [
            Claim("affine", M, (M,)),
        ], M, *f(0, 2)),
    ),
    "a matrix of squares as diagonal": (
        "psd-diagonal", (Claim("psd", e("S.*S")), []), (Claim("psd", e("diag(g)")), []),
    ),
    "a diagonal of both signs as psd": (
        "psd-diagonal",
        (Claim("psd", e("diag(v.*g)")), []), (Claim("psd", e("diag(g.*v.^2)")), []),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "false", "true"), STEPS.values(), ids=STEPS.keys())
def test_a_false_step_is_refused_and_its_mended_sister_is_taken(rule, false, true) -> None:
    assert not follows(rule, *false[:2], false[2:])
    assert follows(rule, *true[:2], true[2:])
