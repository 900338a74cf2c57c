"""Steps to strict convexity, and to signs on diagonals: true ones, and each false by a little."""

from __future__ import annotations

from fractions import Fraction

from proofs import e, f, node, proof, s

from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.expr.build import const, identity_like
from lossmith.expr.node import Add
from lossmith.expr.sets import NONNEGATIVE, POSITIVE

X = node("affine", "x", "variable", wrt="x")
XY = node("affine", "x", "variable", wrt="x y")
W = node("affine", "w", "variable", wrt="w")
P = node("affine", "p", "variable", wrt="p q")
Q = node("affine", "q", "variable", wrt="p q")
EXP_X = node("convex", "exp(x)", "composition", [0], wrt="x")
STRICT_EXP = node("strictly_convex", "exp(x)", "strict-composition", [0, 1], wrt="x")


def ordered(total: str, first: str) -> list[tuple[Fraction, ...]]:
    """Return the terms of a sum one by one, the named one first."""
    whole = e(total)
    assert isinstance(whole, Add)
    terms = [t for _, t in whole.terms]
    k = terms.index(e(first))
    return [f(k), *(f(j) for j in range(len(terms)) if j != k)]


LOWER = ordered("exp(x) - 1", "exp(x)")

ONE = const(1)
ONE_P = node("affine", "P", "variable", wrt="P")
SUM_PA = [
    node("affine", "P", "variable", wrt="P A"),
    node("affine", "A", "variable", wrt="P A"),
    node("affine", "P + A", "sum", [0, 1], f(0), f(1), wrt="P A"),
]

TRUE_STRICT: dict[str, Certificate] = {
    "exp(x)": proof(X, EXP_X, STRICT_EXP),
    "exp(exp(x))": proof(
        X,
        EXP_X,
        STRICT_EXP,
        node("convex", "exp(exp(x))", "composition", [1], wrt="x"),
        node("strictly_convex", "exp(exp(x))", "strict-composition", [2, 3], wrt="x"),
    ),
    "exp(norm2(w))": proof(
        W,
        node("convex", "norm2(w)", "composition", [0], wrt="w"),
        node("convex", "exp(norm2(w))", "composition", [1], wrt="w"),
        node("strictly_convex", "exp(norm2(w))", "strict-composition", [2], wrt="w"),
    ),
    "exp(x) + exp(y), block by block": proof(
        XY,
        node("affine", "y", "variable", wrt="x y"),
        node("convex", "exp(x)", "composition", [0], wrt="x y"),
        node("convex", "exp(y)", "composition", [1], wrt="x y"),
        X,
        node("convex", "exp(x)", "composition", [4], wrt="x"),
        node("strictly_convex", "exp(x)", "strict-composition", [4, 5], wrt="x"),
        node("affine", "y", "variable", wrt="y"),
        node("convex", "exp(y)", "composition", [7], wrt="y"),
        node("strictly_convex", "exp(y)", "strict-composition", [7, 8], wrt="y"),
        node(
            "strictly_convex", "exp(x) + exp(y)", "strict-blocks", [2, 3, 6, 9],
            ordered("exp(x) + exp(y)", "exp(x)"), (f(0)[0], s("x")), (f(1)[0], s("y")),
            wrt="x y",
        ),
    ),
    "1/(p*q)": proof(
        P, Q,
        node("convex", "1/(p*q)", "monomial", [0, 1], wrt="p q"),
        node("strictly_convex", "1/(p*q)", "strict-monomial", [2], wrt="p q"),
    ),
    "tr(inv(2P + A))": proof(
        ONE_P,
        node("affine", "2*P + A", "sum", [0], f(0), f(1), wrt="P"),
        node("psd", "2*P + A", "psd-sum"),
        node(
            "strictly_convex", "tr(inv(2*P + A))", "trace-inverse", [1, 2],
            e("2*P + A"), *f(1), identity_like(("d",)), ONE, wrt="P",
        ),
    ),
    "log det of S P S": proof(
        ONE_P,
        node(
            "strictly_concave", "logdet(S*P*S)", "logdet-product", [0], s("S"), s("P"), s("S"),
            wrt="P",
        ),
    ),
    "sqrt(1 + w'w)": proof(
        node("strictly_convex", "sqrt(1 + w'*w)", "strict-norm", [], *f(2), wrt="w")
    ),
    "tr(P) > 0": proof(Inference(Claim("range", e("tr(P)"), (), POSITIVE), "range", ())),
    "1/det(P), as det(inv(P))": proof(
        node("affine", "P", "variable", wrt="P"),
        node("log_convex", "det(inv(P))", "log-convex", [0], wrt="P"),
    ),
    "a sum of functions of v - g as strict in v": proof(
        node("affine", "v", "variable", wrt="v"),
        node("affine", "v - g", "sum", [0], f(0), f(1), wrt="v"),
        node("affine", "x", "variable", wrt="x"),
        node("convex", "exp(x)", "composition", [2], wrt="x"),
        node("strictly_convex", "exp(x)", "strict-composition", [2, 3], wrt="x"),
        node(
            "strictly_convex", "sum(exp(v - g))", "separable", [1, 4],
            e("exp(x)"), (s("x"),), (e("v - g"),), wrt="v",
        ),
    ),
    "prod(1/g)": proof(
        node("affine", "g", "variable", wrt="g"),
        node("log_convex", "1./g", "log-convex", [0], wrt="g"),
        node("log_convex", "prod(1./g)", "log-convex", [1], wrt="g"),
    ),
}  # fmt: skip

FALSE_STRICT: dict[str, Certificate] = {
    "tr(A inv(P)) for a psd matrix A that may be 0": proof(
        ONE_P,
        node(
            "strictly_convex", "tr(A*inv(P))", "trace-inverse", [0], s("P"), *f(1), s("A"), ONE,
            wrt="P",
        ),
    ),
    "tr(inv(P + A)) in both": proof(
        *SUM_PA,
        node(
            "strictly_convex", "tr(inv(P + A))", "trace-inverse", [2],
            e("P + A"), *f(1), identity_like(("d",)), ONE, wrt="P A",
        ),
    ),
    "the largest eigenvalue of inv(P)": proof(
        ONE_P, node(
            "strictly_convex", "lambda_max(inv(P))", "trace-inverse", [0], s("P"), *f(1), wrt="P",
        )
    ),
    "log det(P + A) in both": proof(
        *SUM_PA,
        node(
            "strictly_concave", "logdet(P + A)", "logdet-product", [2],
            identity_like(("d",)), e("P + A"), identity_like(("d",)), wrt="P A",
        ),
    ),
    "log det of S P S as strictly convex": proof(
        ONE_P,
        node(
            "strictly_convex", "logdet(S*P*S)", "logdet-product", [0], s("S"), s("P"), s("S"),
            wrt="P",
        ),
    ),
    "exp of something that is constant in part of the block": proof(
        XY,
        node("convex", "exp(x)", "composition", [0], wrt="x y"),
        node("strictly_convex", "exp(x)", "strict-composition", [0, 1], wrt="x y"),
    ),
    "exp(x) as strictly concave": proof(
        X, EXP_X, node("strictly_concave", "exp(x)", "strict-composition", [0, 1], wrt="x")
    ),
    "exp(free*x), flat for free = 0": proof(
        X,
        node("affine", "free*x", "linear", [0], s("x"), (), wrt="x"),
        node("convex", "exp(free*x)", "composition", [1], wrt="x"),
        node("strictly_convex", "exp(free*x)", "strict-composition", [1, 2], wrt="x"),
    ),
    "strict without a proof of the plain kind": proof(
        X, node("strictly_convex", "exp(x)", "strict-composition", [0], wrt="x")
    ),
    "a corner, weakly rising, of something strict": proof(
        X,
        EXP_X,
        STRICT_EXP,
        node("convex", "exp(x) - 1", "sum", [1], *LOWER, wrt="x"),
        node("strictly_convex", "exp(x) - 1", "sum", [2], *LOWER, wrt="x"),
        node("convex", "relu(exp(x) - 1)", "composition", [3], wrt="x"),
        node("strictly_convex", "relu(exp(x) - 1)", "strict-composition", [4, 5], wrt="x"),
    ),
    "exp(sum(w)), flat across": proof(
        W,
        node("affine", "sum(w)", "linear", [0], s("w"), f(0), wrt="w"),
        node("convex", "exp(sum(w))", "composition", [1], wrt="w"),
        node("strictly_convex", "exp(sum(w))", "strict-composition", [1, 2], wrt="w"),
    ),
    "a norm, which is straight on rays": proof(
        W,
        node("convex", "norm2(w)", "composition", [0], wrt="w"),
        node("strictly_convex", "norm2(w)", "strict-composition", [1], wrt="w"),
    ),
    "the norm of X w as if it were one of w": proof(
        W,
        node("affine", "X*w", "linear", [0], s("w"), f(1), wrt="w"),
        node("convex", "norm2(X*w)", "composition", [1], wrt="w"),
        node("convex", "exp(norm2(X*w))", "composition", [2], wrt="w"),
        node("strictly_convex", "exp(norm2(X*w))", "strict-composition", [3], wrt="w"),
    ),
    "a block that is left out": proof(
        XY,
        node("affine", "y", "variable", wrt="x y"),
        node("convex", "exp(x)", "composition", [0], wrt="x y"),
        X,
        node("convex", "exp(x)", "composition", [3], wrt="x"),
        node("strictly_convex", "exp(x)", "strict-composition", [3, 4], wrt="x"),
        node(
            "strictly_convex", "exp(x) + y", "strict-blocks", [1, 2, 5],
            ordered("exp(x) + y", "exp(x)"), (f(0)[0], s("x")), wrt="x y",
        ),
    ),
    "a block that moves a later one with it: exp(x + y) + x": proof(
        XY,
        node("affine", "y", "variable", wrt="x y"),
        node("affine", "x + y", "sum", [0, 1], f(0), f(1), wrt="x y"),
        node("convex", "exp(x + y)", "composition", [2], wrt="x y"),
        X,
        node("affine", "x + y", "sum", [4], f(0), f(1), wrt="x"),
        node("convex", "exp(x + y)", "composition", [5], wrt="x"),
        node("strictly_convex", "exp(x + y)", "strict-composition", [5, 6], wrt="x"),
        node("affine", "y", "variable", wrt="y"),
        node("affine", "x + y", "sum", [8], f(0), f(1), wrt="y"),
        node("convex", "exp(x + y)", "composition", [9], wrt="y"),
        node("strictly_convex", "exp(x + y)", "strict-composition", [9, 10], wrt="y"),
        node(
            "strictly_convex", "exp(x + y) + x", "strict-blocks", [0, 3, 7, 11],
            ordered("exp(x + y) + x", "exp(x + y)"), (f(0)[0], s("x")), (f(0)[0], s("y")),
            wrt="x y",
        ),
    ),
    "a product of powers that add up to 1": proof(
        P, Q,
        node("convex", "p^2/q", "monomial", [0, 1], wrt="p q"),
        node("strictly_convex", "p^2/q", "strict-monomial", [2], wrt="p q"),
    ),
    "a root of a product, straight on rays": proof(
        P, Q,
        node("concave", "sqrt(p*q)", "monomial", [0, 1], wrt="p q"),
        node("strictly_concave", "sqrt(p*q)", "strict-monomial", [2], wrt="p q"),
    ),
    "a product of powers without one of the variables": proof(
        P,
        node("convex", "1/p", "composition", [0], wrt="p q"),
        node("strictly_convex", "1/p", "strict-monomial", [1], wrt="p q"),
    ),
    "lam/p, flat for lam = 0": proof(
        node("affine", "p", "variable", wrt="p"),
        node("convex", "lam/p", "monomial", [0], wrt="p"),
        node("strictly_convex", "lam/p", "strict-monomial", [1], wrt="p"),
    ),
    "x^4/p^2, flat on x = 0": proof(
        node("affine", "x", "variable", wrt="x p"),
        node("affine", "p", "variable", wrt="x p"),
        node("convex", "x^4/p^2", "monomial", [0, 1], wrt="x p"),
        node("strictly_convex", "x^4/p^2", "strict-monomial", [2], wrt="x p"),
    ),
    "sqrt(lam + w'w), a norm for lam = 0": proof(
        node("strictly_convex", "sqrt(lam + w'*w)", "strict-norm", [], *f(2), wrt="w")
    ),
    "sum(abs(w))^2, with p = 1": proof(
        node("strictly_convex", "sum(abs(w))^2", "strict-norm", [], *f(1), wrt="w")
    ),
    "sqrt(1 + x^2) in x and y": proof(
        node("strictly_convex", "sqrt(1 + x^2)", "strict-norm", [], *f(2), wrt="x y")
    ),
    "sqrt(1 + (X w)'(X w))": proof(
        node("strictly_convex", "sqrt(1 + sum((X*w).^2))", "strict-norm", [], *f(2), wrt="w")
    ),
    "lam times something strict": proof(
        X,
        EXP_X,
        STRICT_EXP,
        node("strictly_convex", "lam*exp(x)", "linear", [2], e("exp(x)"), (), wrt="x"),
    ),
    "a sum over entries of w as strict in x": proof(
        node(
            "strictly_convex", "sum(exp(w)) + 0*x", "strict-entries", [], e("exp(w)"), f(0),
            wrt="x",
        )
    ),
    "a sum of functions of v - g as strict in both": proof(
        node("affine", "v", "variable", wrt="v g"),
        node("affine", "g", "variable", wrt="v g"),
        node("affine", "v - g", "sum", [0, 1], f(0), f(1), wrt="v g"),
        node("affine", "x", "variable", wrt="x"),
        node("convex", "exp(x)", "composition", [3], wrt="x"),
        node("strictly_convex", "exp(x)", "strict-composition", [3, 4], wrt="x"),
        node(
            "strictly_convex", "sum(exp(v - g))", "separable", [2, 5],
            e("exp(x)"), (s("x"),), (e("v - g"),), wrt="v g",
        ),
    ),
    "tr(A) > 0 for a psd A, which may be 0": proof(
        Inference(Claim("range", e("tr(A)"), (), POSITIVE), "range", ())
    ),
    "tr(S) >= 0 for a symmetric S": proof(
        Inference(Claim("range", e("tr(S)"), (), NONNEGATIVE), "range", ())
    ),
    "a sum of all entries of a pd matrix by its diagonal": proof(
        Inference(Claim("range", e("sum(sum(P))"), (), NONNEGATIVE), "range", ())
    ),
    "det(inv(S)) as log-convex for a symmetric S": proof(
        node("affine", "S", "variable", wrt="S"),
        node("log_convex", "det(inv(S))", "log-convex", [0], wrt="S"),
    ),
    "a product of entries that are convex only": proof(
        node("affine", "v", "variable", wrt="v"),
        node("convex", "v.^2", "composition", [0], wrt="v"),
        node("log_convex", "prod(v.^2)", "log-convex", [1], wrt="v"),
    ),
}  # fmt: skip
