"""Proofs written by hand that the checker must accept, each under a plain title."""

from __future__ import annotations

from fractions import Fraction

import pytest
from false_analytic import TRUE_ANALYTIC
from false_exponents import TRUE_EXPONENTS
from false_strict import TRUE_STRICT
from proofs import NONNEGATIVE, POSITIVE, e, f, groups, node, proof, s

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.pieces import RAY_STEP
from lossmith.evidence.arithmetic.templates import lift
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import CHECKS, check
from lossmith.evidence.curvature.rules_reduction import in_exponential
from lossmith.expr.build import add, apply, const, power, scale, subtract, symbol
from lossmith.expr.node import Expr
from lossmith.expr.sets import Interval, closed, opened
from lossmith.expr.types import Assumptions

ONE = const(1)
T = symbol("t", (), Assumptions(closed(1, None)))
POSITIVE_X = symbol("x", (), Assumptions(opened(0, None)))


S = in_exponential(e("exp(x)"), s("x"))[1]


def _ray() -> tuple[object, ...]:
    return (Interval(Fraction(0), None, True, True), "direct")


def _box(lo: int | None, hi: int | None, *reason: object) -> tuple[object, ...]:
    low = None if lo is None else Fraction(lo)
    high = None if hi is None else Fraction(hi)
    return (Interval(low, high, lo is None, hi is None), *reason)


T_ALL = symbol("t", (), Assumptions())


def exp_of(t: Expr) -> Expr:
    """Return exp(t)."""
    return apply(ATOMS["exp"], t)


def cos_of(t: Expr) -> Expr:
    """Return cos(t)."""
    return apply(ATOMS["cos"], t)


PHI = subtract(exp_of(T_ALL), T_ALL)
# v'Hv = z'Gz for z = (x v1, y v1, x v2, y v2): 12x^2 v1^2 + 6y^2 v1^2 + 24xy v1 v2 + ...
BIQUADRATIC = (
    (f(1, 0, 1, 0), f(0, 1, 1, 0), f(1, 0, 0, 1), f(0, 1, 0, 1)),
    (f(12, 0, 0, 6), f(0, 6, 6, 0), f(0, 6, 6, 0), f(6, 0, 0, 12)),
)

PROOFS: dict[str, Certificate] = {
    "a symbol lies in its declared interval": proof(
        node("range", "u", "range", interval=closed(0, 2))
    ),
    "exp of a number in [0, 2] is at least 1": proof(
        node("range", "exp(u)", "range", interval=closed(1, 8))
    ),
    "one plus a square is at least 1": proof(
        node("range", "x^2", "range", interval=NONNEGATIVE),
        node("range", "1 + x^2", "range", [0], interval=closed(1, None)),
    ),
    "x'Ax is nonnegative for a psd A": proof(
        node("range", "w'*A*w", "range-form", (), f(1, 2, 0), interval=NONNEGATIVE)
        if e("w'*A*w").factors[0][0] is s("A")  # type: ignore[union-attr]
        else node("range", "w'*A*w", "range-form", (), f(0, 1, 0), interval=NONNEGATIVE)
    ),
    "X'X is psd": proof(node("psd", "X'*X", "psd-form", (), f(0, 1, 0))),
    "A + 2P is psd": proof(node("psd", "A + 2*P", "psd-sum")),
    "the inverse of a psd matrix is psd": proof(node("psd", "inv(P)", "psd-inverse")),
    "log(1 + exp(x)) is defined everywhere": proof(
        node("range", "1 + exp(x)", "range", interval=opened(1, None)),
        node("total", "log(1 + exp(x))", "total", [0]),
    ),
    "softplus is log(1 + exp) by its card": proof(
        node("identity", "log(1 + exp(x))", "unfold", (), e("softplus(x)"), other="softplus(x)")
    ),
    "(x + y)^2 - 4xy expands to (x - y)^2": proof(
        node("total", "(x - y)^2", "total"),
        node("identity", "(x + y)^2 - 4*x*y", "expansion", [0], other="(x - y)^2"),
    ),
    "a formula without the variable is affine in it": proof(
        node("affine", "exp(y)", "constant", wrt="x")
    ),
    "the variable itself": proof(node("affine", "x", "variable", wrt="x")),
    "convex and concave make affine": proof(
        node("convex", "x", "variable", wrt="x"),
        node("concave", "x", "variable", wrt="x"),
        node("affine", "x", "affine", [0, 1], wrt="x"),
    ),
    "exp(x) - log(p) is convex jointly": proof(
        node("affine", "x", "variable", wrt="x p"),
        node("affine", "p", "variable", wrt="x p"),
        node("convex", "exp(x)", "composition", [0], wrt="x p"),
        node("concave", "log(p)", "composition", [1], wrt="x p"),
        node("convex", "exp(x) - log(p)", "sum", [2, 3], *groups([0], [1]), wrt="x p"),
    ),
    "a positive weight keeps convexity": proof(
        node("affine", "x", "variable", wrt="x"),
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("convex", "lam*exp(x)", "linear", [1], e("exp(x)"), (), wrt="x"),
    ),
    "a weight of any sign keeps affine functions affine": proof(
        node("affine", "x", "variable", wrt="x"),
        node("affine", "free*x", "linear", [0], e("x"), (), wrt="x"),
    ),
    "log of a concave function is concave, also where it is not defined everywhere": proof(
        node("affine", "x", "variable", wrt="x"),
        node("convex", "x^2", "composition", [0], wrt="x"),
        node("concave", "1 - x^2", "sum", [1], *groups([0], [1]), wrt="x"),
        node("concave", "log(1 - x^2)", "composition", [2], wrt="x"),
    ),
    "the maximum of two convex functions": proof(
        node("affine", "x", "variable", wrt="x"),
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("convex", "max(x, exp(x))", "composition", [0, 1], wrt="x"),
    ),
    "a sum of squares of all entries is strictly convex": proof(
        node("strictly_convex", "norm2(w)^2", "strict-entries", (), e("w.^2"), f(0), wrt="w"),
    ),
    "a psd quadratic form": proof(
        node("affine", "w", "variable", wrt="w"),
        node("convex", "w'*A*w", "form", [0], f(1, 2, 0), wrt="w")
        if e("w'*A*w").factors[0][0] is s("A")  # type: ignore[union-attr]
        else node("convex", "w'*A*w", "form", [0], f(0, 1, 0), wrt="w"),
    ),
    "5x^2 - 4xy + y^2 by exact elimination": proof(
        node("convex", "5*x^2 - 4*x*y + y^2", "quadratic", wrt="x y"),
    ),
    "x^2 + y^2 is strongly convex with m = 2": proof(
        node("strong", "x^2 + y^2", "quadratic", wrt="x y", other=const(2)),
    ),
    "x^2/p is jointly convex": proof(
        node("affine", "x", "variable", wrt="x p"),
        node("affine", "p", "variable", wrt="x p"),
        node("convex", "x^2/p", "monomial", [0, 1], wrt="x p"),
    ),
    "the geometric mean is concave": proof(
        node("affine", "p", "variable", wrt="p q"),
        node("affine", "q", "variable", wrt="p q"),
        node("concave", "p^(1/2)*q^(1/2)", "monomial", [0, 1], wrt="p q"),
    ),
    "the root of a sum of squares and one": proof(
        node("affine", "x", "variable", wrt="x"),
        node("convex", "sqrt(x^2 + 1)", "power-mean", [0], wrt="x"),
    ),
    "the root of a perfect square polynomial": proof(
        node("convex", "sqrt(x^2 + 2*x*y + y^2 + 1)", "root-of-quadratic", wrt="x y"),
    ),
    "a sum of exponentials is log-convex": proof(
        node("affine", "x", "variable", wrt="x y"),
        node("affine", "y", "variable", wrt="x y"),
        node("log_convex", "exp(x)", "log-convex", [0], wrt="x y"),
        node("log_convex", "exp(y)", "log-convex", [1], wrt="x y"),
        node("log_convex", "exp(x) + exp(y)", "log-convex", [2, 3], wrt="x y"),
        node("convex", "log(exp(x) + exp(y))", "log-of-log-convex", [4], wrt="x y"),
    ),
    "log-softmax is concave": proof(
        node("affine", "x", "variable", wrt="x y"),
        node("affine", "y", "variable", wrt="x y"),
        node("log_convex", "exp(x)", "log-convex", [0], wrt="x y"),
        node("log_convex", "exp(y)", "log-convex", [1], wrt="x y"),
        node("log_convex", "exp(x) + exp(y)", "log-convex", [2, 3], wrt="x y"),
        node("concave", "log(exp(x)/(exp(x) + exp(y)))", "log-of-log-convex", [0, 4], wrt="x y"),
    ),
    "x^4 by the sign of its second derivative": proof(
        node(
            "convex",
            "x^4",
            "second-derivative",
            (),
            (ONE, e("12*x^2"), _box(None, None, "direct")),
            wrt="x",
        ),
    ),
    "exp(x) - x^2/2 to the right of 0, by a ladder": proof(
        node(
            "convex",
            "exp(u) - u^2/2",
            "second-derivative",
            (),
            (ONE, e("exp(u) - 1"), _box(0, 2, "left", Fraction(1))),
            wrt="u",
        ),
    ),
    "t log t rises from 1 on": proof(
        node(
            "nondecreasing",
            "r*log(r)",
            "first-derivative",
            (),
            (ONE, e("log(r) + 1"), _box(1, None, "direct")),
            wrt="r",
        ),
    ),
    "x log x entry by entry": proof(
        node("affine", "g", "variable", wrt="g"),
        node(
            "convex",
            "p*log(p)",
            "second-derivative",
            (),
            (ONE, e("1/p"), (POSITIVE, "direct")),
            wrt="p",
        ),
        node("convex", "g.*log(g)", "entrywise", [0, 1], e("p*log(p)"), s("p"), s("g"), wrt="g"),
    ),
    "a property passes along an identity": proof(
        node("range", "1 + exp(x)", "range", interval=opened(1, None)),
        node("total", "log(1 + exp(x))", "total", [0]),
        node("identity", "log(1 + exp(x))", "unfold", (), e("softplus(x)"), other="softplus(x)"),
        node("affine", "x", "variable", wrt="x"),
        node("convex", "softplus(x)", "composition", [3], wrt="x"),
        node("convex", "log(1 + exp(x))", "rewrite", [2, 1, 4], wrt="x"),
    ),
    "an affine function is smooth with L = 0": proof(
        node("affine", "x", "variable", wrt="x"),
        node("smooth", "x", "constants-zero", [0], wrt="x", other=const(0)),
    ),
    "logistic loss is smooth with a quarter of the squared norm": proof(
        node(
            "smooth",
            "sum(softplus(labels.*(X*w)))",
            "constants-loss",
            wrt="w",
            other="specnorm(X)^2/4",
        ),
    ),
    "constants add up": proof(
        node("smooth", "norm2(w)^2", "constants-loss", wrt="w", other=const(2)),
        node("smooth", "sum(softplus(X*w))", "constants-loss", wrt="w", other="specnorm(X)^2/4"),
        node(
            "smooth",
            "norm2(w)^2 + sum(softplus(X*w))",
            "constants-sum",
            [0, 1],
            *groups([0], [1]),
            wrt="w",
            other="specnorm(X)^2/4 + 2",
        ),
    ),
    "weights that add up to one count once": proof(
        node(
            "smooth",
            "sum(softplus(X*w).*bits) + sum(softplus(-X*w).*(1 - bits))",
            "constants-loss",
            wrt="w",
            other="specnorm(X)^2/4",
        ),
    ),
    "a square lies between two bowls": proof(
        node("convex", "x^2", "quadratic", wrt="x"),
        node("convex", "0*x", "constant", wrt="x"),
        node("smooth", "x^2/2", "constants-convex", [0], wrt="x", other=const(1)),
        node("strong", "x^2/2", "constants-convex", [1], wrt="x", other=const(1)),
    ),
    "the constant of a cosine, entry by entry": proof(
        Inference(Claim("smooth", cos_of(T_ALL), (T_ALL,), None, const(1)), "constants-loss"),
        node("affine", "w", "variable", wrt="w"),
        node(
            "smooth",
            "sum(cos(w))",
            "constants-entrywise",
            [0, 1],
            cos_of(T_ALL),
            (T_ALL,),
            (s("w"),),
            wrt="w",
            other=const(1),
        ),
    ),
    "a scalar weight multiplies the constant": proof(
        node("strong", "norm2(w)^2", "constants-loss", wrt="w", other=const(2)),
        node("strong", "lam*norm2(w)^2", "constants-scale", [0], wrt="w", other="2*lam"),
    ),
    "strongly convex is strictly convex": proof(
        node("strong", "norm2(w)^2", "constants-loss", wrt="w", other=const(2)),
        node("strictly_convex", "norm2(w)^2", "strict-strong", [0], wrt="w"),
    ),
    "a slope that rises at 0": proof(
        Inference(Claim("affine", RAY_STEP, (RAY_STEP,)), "variable"),
        Inference(Claim("affine", scale(-1, RAY_STEP), (RAY_STEP,)), "sum", (0,), (f(0),)),
        node("convex", "abs(x)", "pieces", [0, 1], const(0), wrt="x"),
    ),
    "x log x has values for x > 0 only": proof(
        Inference(
            Claim("concave", lift(e("log(x)"), {s("x"): POSITIVE_X}), (POSITIVE_X,)),
            "second-derivative",
            (),
            ((ONE, lift(e("x^(-2)"), {s("x"): POSITIVE_X}), (opened(0, None), "direct")),),
        ),
        node("concave", "log(x)", "natural-domain", [0], wrt="x"),
    ),
    "x^4 + 3 x^2 y^2 + y^4 by squares": proof(
        node(
            "convex",
            "x^4 + 3*x^2*y^2 + y^4",
            "sos-convex",
            (),
            BIQUADRATIC[0],
            BIQUADRATIC[1],
            wrt="x y",
        ),
    ),
    "a sum over entries of exp(t) - t": proof(
        Inference(
            Claim("convex", PHI, (T_ALL,)),
            "second-derivative",
            (),
            ((ONE, exp_of(T_ALL), (Interval(), "direct")),),
        ),
        node("affine", "w", "variable", wrt="w"),
        node("convex", "sum(exp(w) - w)", "separable", [0, 1], PHI, (T_ALL,), (s("w"),), wrt="w"),
    ),
    "log-beta of two numbers": proof(
        node("affine", "p", "variable", wrt="p q"),
        node("affine", "q", "variable", wrt="p q"),
        node("affine", "p + q", "sum", [0, 1], *groups([0], [1]), wrt="p q"),
        node(
            "convex",
            "lgamma(p) + lgamma(q) - lgamma(p + q)",
            "log-beta",
            [0, 1, 2],
            *f(1),
            e("p + q"),
            e("p"),
            e("q"),
            wrt="p q",
        ),
    ),
    "the geometric mean of positive numbers": proof(
        node("affine", "g", "variable", wrt="g"),
        node("concave", "prod(g)^(1/n)", "geometric-mean", [0], s("g"), *f(1), wrt="g"),
    ),
    "tr(A inv(P))": proof(
        node("affine", "P", "variable", wrt="P"),
        node("convex", "tr(A*inv(P))", "trace-inverse", [0], s("P"), *f(1), s("A"), ONE, wrt="P"),
    ),
    "log det of S P S": proof(
        node("affine", "P", "variable", wrt="P"),
        node("concave", "logdet(S*P*S)", "logdet-product", [0], s("S"), s("P"), s("S"), wrt="P"),
    ),
    "p^x = exp(x log p)": proof(
        node("identity", "p^x", "power-as-exp", (), e("p^x"), other="exp(x*log(p))"),
    ),
    "the reciprocal of a product is log-convex": proof(
        node("affine", "g", "variable", wrt="g"),
        node("log_convex", "1/prod(g)", "log-convex", [0], wrt="g"),
    ),
    "quadratic over linear is the perspective of a square": proof(
        node("total", "x^2/q", "total"),
        node("affine", "q", "variable", wrt="x q"),
        node("convex", "x^2", "quadratic", wrt="x"),
        node("convex", "x^2/q", "homogeneous", [0, 1, 2], s("q"), wrt="x q"),
    ),
    "relative entropy is the perspective of -log, its logarithms cancelling": proof(
        node("total", "p*log(p) - p*log(q)", "total"),
        node("affine", "p", "variable", wrt="p q"),
        node("affine", "q", "variable", wrt="q"),
        node("concave", "log(q)", "composition", [2], wrt="q"),
        node("convex", "-log(q)", "sum", [3], f(0), wrt="q"),
        node("convex", "p*log(p) - p*log(q)", "homogeneous", [0, 1, 4], s("p"), wrt="p q"),
    ),
    "softplus is convex as a function of s = exp(x)": proof(
        node("total", "log(1 + exp(x))", "total"),
        node(
            "convex",
            "log(1 + exp(x))",
            "exponential-argument",
            [0],
            (ONE, power(add(ONE, S), -2), _ray()),
            wrt="x",
        ),
    ),
    "log det of a 2 by 2 matrix by its entries": proof(
        node("affine", "p", "variable", wrt="p q y"),
        node("affine", "q", "variable", wrt="p q y"),
        node("affine", "y", "variable", wrt="p q y"),
        node(
            "concave",
            "log(p*q - 3*y^2 - 1)",
            "rotated-cone",
            [0, 1, 2],
            s("p"),
            s("q"),
            wrt="p q y",
        ),
    ),
    "a hyperbola is convex above the diagonal cone": proof(
        node("affine", "p", "variable", wrt="p y"),
        node("affine", "y", "variable", wrt="p y"),
        node("log_convex", "(p^2 - y^2)^(-1/2)", "rotated-cone", [0, 1], s("p"), s("p"), wrt="p y"),
    ),
    "the fourth power of a symmetric matrix under a trace": proof(
        node("affine", "S", "variable", wrt="S"),
        node("convex", "tr(S*S*S*S)", "trace-power", [0], s("S"), *f(0, 0, 0, 0), wrt="S"),
    ),
    "the third power of a psd matrix, and of an inverse": proof(
        node("affine", "P", "variable", wrt="P"),
        node("convex", "tr(P*P*P)", "trace-power", [0], s("P"), *f(0, 0, 0), wrt="P"),
        node(
            "convex",
            "tr(inv(P)*inv(P)*inv(P))",
            "trace-power",
            [0],
            e("inv(P)"),
            *f(0, 0, 0),
            wrt="P",
        ),
    ),
    "a diagonal matrix of positive numbers": proof(node("psd", "diag(g)", "psd-diagonal")),
    "the normal distribution function is log-concave": proof(
        node("affine", "x", "variable", wrt="x"),
        node("concave", "log(normcdf(x))", "log-of-log-convex", [0], wrt="x"),
    ),
    "weights that may be 0 in a sum of exponentials": proof(
        node("affine", "w", "variable", wrt="w"),
        node("log_convex", "exp(w)", "log-convex", [0], wrt="w"),
        node("convex", "log((X.^2)*exp(w))", "log-of-log-convex", [1], wrt="w"),
    ),
    "an interval of the logistic law has a log-concave probability": proof(
        node("affine", "x", "variable", wrt="x y"),
        node("affine", "y", "variable", wrt="x y"),
        node("concave", "log(2*sigmoid(x) - 2*sigmoid(y))", "log-of-log-convex", [0, 1], wrt="x y"),
    ),
    "an interval with a convex lower end": proof(
        node("affine", "x", "variable", wrt="x"),
        node("convex", "x^2", "quadratic", wrt="x"),
        node("concave", "log(normcdf(x) - normcdf(x^2))", "log-of-log-convex", [0, 1], wrt="x"),
    ),
    "cosh is log-convex, and a product of two": proof(
        node("affine", "x", "variable", wrt="x y"),
        node("affine", "y", "variable", wrt="x y"),
        node("log_convex", "cosh(x)", "log-convex", [0], wrt="x y"),
        node("log_convex", "cosh(y)", "log-convex", [1], wrt="x y"),
        node("log_convex", "cosh(x)*cosh(y)", "log-convex", [2, 3], wrt="x y"),
    ),
    "a power 3/2 of the Euclidean norm": proof(
        node("affine", "v", "variable", wrt="v"),
        node("convex", "sum(v.^2)^(3/4)", "power-mean", [0], wrt="v"),
    ),
    "a small power of a concave mean": proof(
        node("affine", "p", "variable", wrt="p q"),
        node("affine", "q", "variable", wrt="p q"),
        node("concave", "(sqrt(p) + sqrt(q))^(3/2)", "power-mean", [0, 1], wrt="p q"),
    ),
    "the root of a product of positive numbers": proof(
        node("affine", "p", "variable", wrt="p q"),
        node("affine", "q", "variable", wrt="p q"),
        node("concave", "sqrt(p*q)", "monomial", [0, 1], wrt="p q"),
    ),
    "jointly convex is convex in one variable": proof(
        node("convex", "x^2 + y^2", "quadratic", wrt="x y"),
        node("convex", "x^2 + y^2", "restriction", [0], wrt="y"),
    ),
    "a square of a sum multiplied out, and its terms merged": proof(
        node("identity", "x*(x + 1)", "normal-step", (), "products", other="x^2 + x"),
        node("identity", "x^2 + x", "normal-step", (), "squares", other="x^2 + x"),
        node("identity", "x*(x + 1)", "chain", [0, 1], other="x^2 + x"),
    ),
    "rows with weights g >= 0 give m of X'GX": proof(
        node(
            "strong",
            "sum(g.*(X*w).^2)",
            "constants-loss",
            wrt="w",
            other="2*lambda_min(X'*diag(g)*X)",
        ),
    ),
    **TRUE_EXPONENTS,
}


@pytest.mark.parametrize("title", PROOFS)
def test_the_proof_is_accepted(title: str) -> None:
    check(PROOFS[title])


def test_the_proofs_here_use_nearly_every_rule() -> None:
    used = {n.rule for c in (PROOFS | TRUE_STRICT | TRUE_ANALYTIC).values() for n in c.nodes}
    # These need long premises; the certificates of the prover exercise them (see test_mutations).
    left = {"row", "constants-form", "perspective"}
    # Their proofs are accepted, attacked and bent in false_slopes, test_quasi and test_lipschitz.
    left |= {name for name in CHECKS if name.startswith(("quasi-", "lipschitz-"))}
    assert set(CHECKS) - used <= left
