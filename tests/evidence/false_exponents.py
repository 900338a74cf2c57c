"""Proofs with letters as exponents, geometric means, gamma integrals, minors: true and bent."""

from __future__ import annotations

from fractions import Fraction

from proofs import e, f, node, proof, s

from lossmith.evidence.certificate import Certificate, Inference
from lossmith.evidence.curvature.rules_hessian import minors
from lossmith.expr.build import broadcast, const, multiply, power, scale, size_of
from lossmith.expr.node import Expr
from lossmith.expr.sets import Interval

WHOLE = Interval()
ONE = Fraction(1)
GAMMA = (ONE, s("p"), s("q"))
SHARE = broadcast(power(size_of("n"), -1), ("n",))
PQ = (node("affine", "p", "variable", wrt="p q"), node("affine", "q", "variable", wrt="p q"))
XY = (node("affine", "x", "variable", wrt="x y"), node("affine", "y", "variable", wrt="x y"))
ON_P = node("affine", "p", "variable", wrt="p")
ON_G = node("affine", "g", "variable", wrt="g")
ON_V = node("affine", "v", "variable", wrt="v")


def joint(kind: str, formula: str, rule: str, *parameters: object) -> Certificate:
    """Return a proof jointly in p and q, both > 0."""
    return proof(*PQ, node(kind, formula, rule, [0, 1], *parameters, wrt="p q"))


def in_g(kind: str, formula: str, rule: str, *parameters: object) -> Certificate:
    """Return a proof in the vector g > 0."""
    return proof(ON_G, node(kind, formula, rule, [0], *parameters, wrt="g"))


def logs(weight: Expr, u: str = "g") -> tuple[object, ...]:
    """Return the parameters of a weighted geometric mean of one vector."""
    return const(0), (weight, e(u))


def in_xy(kind: str, formula: str, rule: str) -> Certificate:
    """Return a proof jointly in x and y."""
    return proof(*XY, node(kind, formula, rule, [0, 1], wrt="x y"))


def choice(kind: str, formula: str) -> Certificate:
    """Return a proof by what is known of p^2, log(p) and -log(p)."""
    return proof(
        ON_P,
        node("convex", "p^2", "quadratic", wrt="p"),
        node("concave", "log(p)", "composition", [0], wrt="p"),
        node("convex", "-log(p)", "sum", [2], f(0), wrt="p"),
        node(kind, formula, "choice", [1, 2, 3], wrt="p"),
    )


def by_minors(kind: str, formula: str) -> Certificate:
    """Return a proof on one box, each minor in its own words."""
    last = node(kind, formula, "hessian-minors", [0], wrt="x y")
    goals = minors(last.claim.expr, s("x"), s("y"), concave=kind.endswith("concave"))
    rows = tuple((const(1), goal, (WHOLE, WHOLE)) for goal in goals)
    return proof(node("total", formula, "total"), Inference(last.claim, last.rule, (0,), rows))


TRUE_EXPONENTS: dict[str, Certificate] = {
    "p^half q^(1 - half)": joint("concave", "p^half*q^(1 - half)", "monomial"),
    "p^r q^(1 - r)": joint("convex", "p^r*q^(1 - r)", "monomial"),
    "p^(-r) q^(-lam)": joint("convex", "p^(-r)*q^(-lam)", "monomial"),
    "a negative weight": joint("convex", "low*p^half*q^(1 - half)", "monomial"),
    "the mean of a negative order": in_g("concave", "sum(g.^low)^(1/low)", "power-mean"),
    "exponents that are vectors": in_g("convex", "lam*g.^(-h)", "monomial"),
    "the mean of order r": in_g("convex", "sum(g.^r)^(1/r)", "power-mean"),
    "exp of the mean of logarithms": in_g(
        "concave", "exp(mean(log(g)))", "weighted-geometric-mean", *logs(SHARE)
    ),
    "the logarithm of a gamma integral": joint(
        "convex", "lgamma(p) - p*log(q)", "gamma-integral", *GAMMA
    ),
    "the logarithm of a difference of sigmoids": in_xy(
        "concave", "log(sigmoid(x) - sigmoid(y))", "log-of-log-convex"
    ),
    "a choice that the data make": choice("convex", "if(free > 0, p^2, -log(p))"),
    "a quadratic by its minors": by_minors("convex", "x^2 + x*y + y^2"),
    "a strict one": by_minors("strictly_concave", "x*y - x^2 - y^2"),
    "a trace of M M' M M'": proof(
        node("affine", "X", "variable", wrt="X"),
        node("convex", "tr(X*X'*X*X')", "trace-power", [0], s("X"), *f(0, 1, 0, 1), wrt="X"),
    ),
    "the largest eigenvalue of an inverse": proof(
        node("affine", "P", "variable", wrt="P"),
        node("log_convex", "lambda_max(inv(P))", "trace-inverse", [0], s("P"), ONE, wrt="P"),
    ),
}
FALSE_EXPONENTS: dict[str, Certificate] = {
    "exponents that add to more than 1, as concave": joint("concave", "p^half*q^r", "monomial"),
    "exponents that may add to less than 1, as convex": joint("convex", "p^r*q^(-lam)", "monomial"),
    "two rising exponents, as convex": joint("convex", "p^r*q^half", "monomial"),
    "a convex base under a negative exponent": proof(
        node("convex", "p^2", "quadratic", wrt="p q"),
        *PQ,
        node("convex", "(p^2)^(-lam)*q^(-r)", "monomial", [0, 1, 2], wrt="p q"),
    ),
    "a weight of any sign": joint("convex", "free*p^(-r)*q^(-lam)", "monomial"),
    "a base of any sign": proof(
        node("affine", "x", "variable", wrt="x"),
        node("convex", "x^r*p^(-r)", "monomial", [0], wrt="x"),
    ),
    "an exponent of any sign, as convex": proof(
        ON_P, node("convex", "p^free", "monomial", [0], wrt="p")
    ),
    "a mean of order below 1, as convex": in_g("convex", "sum(g.^half)^(1/half)", "power-mean"),
    "a mean of order above 1, as concave": in_g("concave", "sum(g.^r)^(1/r)", "power-mean"),
    "a mean of an order that may be 0": in_g("concave", "sum(g.^half)^(1/half)", "power-mean"),
    "a mean with another root": in_g("convex", "sum(g.^r)^(1/(r + 1))", "power-mean"),
    "a mean with weights of any sign": in_g("convex", "sum(v.*g.^r)^(1/r)", "power-mean"),
    "exp of a sum of logarithms": in_g(
        "concave", "exp(sum(log(g)))", "weighted-geometric-mean", *logs(const(1, ("n",)))
    ),
    "exp of weights of any sum": in_g(
        "concave", "exp(p*mean(log(g)))", "weighted-geometric-mean", *logs(multiply(s("p"), SHARE))
    ),
    "exp of a difference of logarithms": joint(
        "concave",
        "exp(log(p)/2 - log(q)/2)",
        "weighted-geometric-mean",
        const(0),
        (const(Fraction(1, 2)), s("p")),
        (const(Fraction(-1, 2)), s("q")),
    ),
    "a geometric mean of exponentials": proof(
        ON_V,
        node(
            "concave",
            "exp(mean(log(exp(v))))",
            "weighted-geometric-mean",
            [0],
            *logs(SHARE, "exp(v)"),
            wrt="v",
        ),
    ),
    "a gamma integral, as concave": joint(
        "concave", "lgamma(p) - p*log(q)", "gamma-integral", *GAMMA
    ),
    "a gamma integral with the logarithm added": joint(
        "convex", "lgamma(p) + p*log(q)", "gamma-integral", *GAMMA
    ),
    "a gamma integral with a smaller share": joint(
        "convex", "lgamma(p) - 2*p*log(q)", "gamma-integral", *GAMMA
    ),
    "a gamma integral of another number": joint(
        "convex", "lgamma(p) - q*log(p)", "gamma-integral", *GAMMA
    ),
    "a weight of any sign, as concave": joint("concave", "free*p^(-r)*q^(-lam)", "monomial"),
    "a negative weight, as concave": joint("concave", "low*p^half*q^(1 - half)", "monomial"),
    "a base of any sign with one that is positive": proof(
        node("affine", "p", "variable", wrt="p x"),
        node("affine", "x", "variable", wrt="p x"),
        node("convex", "p^(-lam)*x^(r + lam)", "monomial", [0, 1], wrt="p x"),
    ),
    "a negative exponent, as concave": joint("concave", "p^(-lam)*q^half", "monomial"),
    "a convex base, as concave": proof(
        ON_P,
        node("convex", "exp(p)", "composition", [0], wrt="p"),
        node("concave", "lam*exp(p)^half", "monomial", [0, 1], wrt="p"),
    ),
    "a concave base that rises, as convex": proof(
        ON_P,
        node("concave", "sqrt(p)", "composition", [0], wrt="p"),
        node("convex", "lam*sqrt(p)^r", "monomial", [0, 1], wrt="p"),
    ),
    "a maximum read as a power": joint("concave", "lam*max(p, half)*q^(1 - half)", "monomial"),
    "an exponent that moves": joint("concave", "lam*p^sigmoid(q)", "monomial"),
    "exponents of which one is no number": in_g("concave", "g.^half.*g.^h", "monomial"),
    "an exponent of which one factor is a number": in_g("concave", "lam*g.^(half*h)", "monomial"),
    "an angle read as a mean": in_g("concave", "atan2(sum(g.^low), 1/low)", "power-mean"),
    "a mean of maxima": in_g("convex", "sum(max(g, r))^(1/r)", "power-mean"),
    "a mean of an order that moves": proof(
        node("affine", "g", "variable", wrt="g r"),
        node("affine", "r", "variable", wrt="g r"),
        node("convex", "sum(g.^r)^(1/r)", "power-mean", [0, 1], wrt="g r"),
    ),
    "a mean of numbers of any sign": proof(
        ON_V, node("convex", "sum(v.^r)^(1/r)", "power-mean", [0], wrt="v")
    ),
    "a mean of exponentials, as concave": proof(
        ON_V,
        node("convex", "exp(v)", "composition", [0], wrt="v"),
        node("concave", "sum(exp(v).^low)^(1/low)", "power-mean", [0, 1], wrt="v"),
    ),
    "a mean with a weight that moves": in_g("concave", "sum(g.^low.*exp(g))^(1/low)", "power-mean"),
    "a mean of squares of powers": in_g("concave", "sum((g.^low).^2)^(1/low)", "power-mean"),
    "cosh of a mean of logarithms": in_g(
        "concave", "cosh(mean(log(g)))", "weighted-geometric-mean", *logs(SHARE)
    ),
    "exp of a mean of exponentials": in_g(
        "concave", "exp(mean(exp(g)))", "weighted-geometric-mean", *logs(SHARE)
    ),
    "the square of a geometric mean": in_g(
        "concave", "exp(2*mean(log(g)))", "weighted-geometric-mean", *logs(scale(2, SHARE))
    ),
    "an exponential in the place of a gamma function": joint(
        "convex", "exp(p) - p*log(q)", "gamma-integral", *GAMMA
    ),
    "an exponential in the place of a logarithm": joint(
        "convex", "lgamma(p) - p*exp(q)", "gamma-integral", *GAMMA
    ),
    "a product in the place of a gamma integral": joint("convex", "p*q", "gamma-integral", *GAMMA),
    "half of a gamma integral, as concave": joint(
        "convex", "p*log(q)/2 - lgamma(p)/2", "gamma-integral", Fraction(-1, 2), s("p"), s("q")
    ),
    "a gamma integral of a square": proof(
        node("convex", "p^2", "quadratic", wrt="p q"),
        *PQ,
        node(
            "convex",
            "lgamma(p^2) - p^2*log(q)",
            "gamma-integral",
            [0, 1, 2],
            ONE,
            e("p^2"),
            s("q"),
            wrt="p q",
        ),
    ),
    "a gamma integral with a square": joint(
        "convex", "lgamma(p) - p*log(q^2 + 1)", "gamma-integral", ONE, s("p"), e("q^2 + 1")
    ),
    "a gamma integral of a number of any sign": proof(
        node("affine", "x", "variable", wrt="x q"),
        node("affine", "q", "variable", wrt="x q"),
        node(
            "convex",
            "lgamma(x) - x*log(q)",
            "gamma-integral",
            [0, 1],
            ONE,
            s("x"),
            s("q"),
            wrt="x q",
        ),
    ),
    "the logarithm of the square of a difference": in_xy(
        "concave", "log((sigmoid(x) - sigmoid(y))^2)", "log-of-log-convex"
    ),
    "the logarithm of a product of two differences": proof(
        *XY,
        node(
            "concave",
            "log((sigmoid(x) - sigmoid(y))*(tanh(x) - tanh(y)))",
            "log-of-log-convex",
            [0, 1],
            wrt="x y",
        ),
    ),
    "the logarithm of a sum of sigmoids": in_xy(
        "concave", "log(sigmoid(x) + sigmoid(y))", "log-of-log-convex"
    ),
    "a choice that the variable makes": choice("convex", "if(p > 1, p^2, -log(p))"),
    "a choice with a concave branch": choice("convex", "if(free > 0, p^2, log(p))"),
    "a choice with a branch that is not strict": choice(
        "strictly_convex", "if(free > 0, p^2, -log(p))"
    ),
    "a choice in an array of what may have no value": proof(
        ON_G,
        node("concave", "log(g)", "composition", [0], wrt="g"),
        node("concave", "if(v > 0, log(g), 0)", "choice", [1], wrt="g"),
    ),
    "a saddle by its minors": by_minors("convex", "x^2 + 3*x*y + y^2"),
    "a valley, as strict": by_minors("strictly_convex", "x^2 + 2*x*y + y^2"),
    "a trace of M M M' M'": proof(
        node("affine", "X", "variable", wrt="X"),
        node("convex", "tr(X*S*X'*X*S*X')", "trace-power", [0], e("X*S*X'"), *f(0, 0), wrt="X"),
    ),
    "the largest eigenvalue of the inverse of a symmetric matrix": proof(
        node("affine", "S", "variable", wrt="S"),
        node("log_convex", "lambda_max(inv(S))", "trace-inverse", [0], s("S"), ONE, wrt="S"),
    ),
    "the reciprocal of a trace, as concave": proof(
        node("affine", "P", "variable", wrt="P"),
        node("concave", "1/tr(P)", "trace-inverse", [0], s("P"), -ONE, s("P"), const(1), wrt="P"),
    ),
    "the square of the reciprocal of tr(inv(P))": proof(
        node("affine", "P", "variable", wrt="P"),
        node(
            "concave",
            "tr(A*inv(P))^(-2)",
            "trace-inverse",
            [0],
            s("P"),
            -2 * ONE,
            s("A"),
            const(1),
            wrt="P",
        ),
    ),
    "a chain read backwards from what may have no value": proof(
        node(
            "identity", "(x + 1)*log(x)", "normal-step", (), "products", other="x*log(x) + log(x)"
        ),
        node("identity", "x*log(x) + log(x)", "chain", [0], other="(x + 1)*log(x)"),
    ),
    "defined because something without a value is equal": proof(
        node(
            "identity", "(x + 1)*log(x)", "normal-step", (), "products", other="x*log(x) + log(x)"
        ),
        node("total", "x*log(x) + log(x)", "total", [0]),
    ),
}
