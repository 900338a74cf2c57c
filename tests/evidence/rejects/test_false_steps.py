"""Proofs that the checker must refuse, each under a plain title: false steps that tempt."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from false_analytic import FALSE_ANALYTIC
from false_exponents import FALSE_EXPONENTS
from false_reductions import FALSE_REDUCTIONS
from false_slopes import FALSE_SLOPES
from false_strict import FALSE_STRICT
from proofs import NONNEGATIVE, POSITIVE, e, f, groups, node, proof, s

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.arithmetic.pieces import RAY_STEP
from lossmith.evidence.arithmetic.templates import lift
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import CHECKS, check
from lossmith.expr.build import add, apply, const, identity_like, power, scale, symbol
from lossmith.expr.node import Expr
from lossmith.expr.sets import Interval, closed, opened
from lossmith.expr.types import Assumptions

ONE = const(1)
WHOLE = Interval()
POSITIVE_X = symbol("x", (), Assumptions(opened(0, None)))
POWER, ORDER = ATOMS["power"], symbol("r", (), Assumptions(closed(1, 1)))
EXP_TO_ORDER = apply(POWER, e("exp(x)"), ORDER)
AFFINE_X = node("affine", "x", "variable", wrt="x")


def _second(kind: str, formula: str, wrt: str, *rows: object, other: object = None) -> Certificate:
    return proof(
        node(kind, formula, "second-derivative", (), *rows, wrt=wrt, other=other)  # type: ignore[arg-type]
    )


def _pieces(kind: str, formula: str, *joints: object) -> Certificate:
    """Return a proof by pieces with every premise that the two rays can need."""
    down, up = scale(-1, RAY_STEP), RAY_STEP
    twice = scale(2, RAY_STEP)
    return proof(
        Inference(Claim("affine", up, (RAY_STEP,)), "variable"),
        Inference(Claim("affine", down, (RAY_STEP,)), "sum", (0,), (f(0),)),
        Inference(Claim("affine", twice, (RAY_STEP,)), "sum", (0,), (f(0),)),
        Inference(Claim("affine", scale(-2, RAY_STEP), (RAY_STEP,)), "sum", (0,), (f(0),)),
        Inference(Claim("convex", power(RAY_STEP, 2), (RAY_STEP,)), "quadratic"),
        node(kind, formula, "pieces", [0, 1, 2, 3, 4], *joints, wrt="x"),
    )


FALSE_PIECES: dict[str, tuple[Any, ...]] = {
    "a slope that falls at a joint, as convex": ("convex", "min(2*x, x)", const(0)),
    "a slope that rises at a joint, as concave": ("concave", "max(2*x, x)", const(0)),
    "a jump between two lines": ("convex", "if(x >= 0, 2*x, x - 1)", const(0)),
    "a jump to a larger value at one point": ("convex", "if(x > 0, x, if(x < 0, -x, 1))", const(0)),
    "a joint in the wrong place": ("convex", "abs(x)", const(1)),
    "no joint at all": ("convex", "abs(x)"),
    "a joint that moves with the variable": ("convex", "abs(x)", e("x")),
    "joints in the wrong order": ("convex", "abs(x)", const(1), const(0)),
    "the same joint twice": ("convex", "abs(x)", const(0), const(0)),
    "a joint of unknown place": ("convex", "abs(x - free)", const(0)),
    "a piece without its premise": ("convex", "if(x >= 0, x^3, -x)", const(0)),
    "a concave piece": ("convex", "if(x >= 0, -x^2, -x)", const(0)),
    "strictness from pieces": ("strictly_convex", "abs(x)", const(0)),
}


def _narrowed(kind: str, formula: str, interval: Interval) -> Certificate:
    """Return a claim for a narrower x, proved as an exact quadratic or by f'', carried to all x."""
    tight = symbol("x", (), Assumptions(interval))
    body = lift(e(formula), {s("x"): tight})
    premise = Inference(Claim(kind, body, (tight,)), "quadratic")
    if "log" in formula:
        core = power(tight, -1) if kind == "convex" else power(tight, -2)
        row = (ONE, core, (Interval(interval.lo, interval.hi, True, True), "direct"))
        premise = Inference(Claim(kind, body, (tight,)), "second-derivative", (), (row,))
    return proof(premise, node(kind, formula, "natural-domain", [0], wrt="x"))


FALSE_DOMAINS: dict[str, tuple[str, str, Interval]] = {
    "a square has values everywhere": ("convex", "x^2", closed(0, None)),
    "a set that misses part of the domain": ("convex", "x*log(x)", opened(1, None)),
    "a bounded part of the domain": ("concave", "log(x)", opened(0, 5)),
}


T_ALL = symbol("t", (), Assumptions())


def cos_of(t: Expr) -> Expr:
    """Return cos(t)."""
    return apply(ATOMS["cos"], t)


def _log_beta(kind: str, whole: str, times: int = 1) -> Certificate:
    """Return a proof that lgamma(p) + lgamma(q) - times lgamma(whole) is convex, or concave."""
    return proof(
        node("affine", "p", "variable", wrt="p q"),
        node("affine", "q", "variable", wrt="p q"),
        node("affine", whole, "sum", [0, 1], *groups([0], [1]), wrt="p q"),
        node(
            kind,
            f"lgamma(p) + lgamma(q) - {times}*lgamma({whole})",
            "log-beta",
            [0, 1, 2],
            *f(1),
            e(whole),
            e("p"),
            e("q"),
            wrt="p q",
        ),
    )


T_UP = symbol("t", (), Assumptions(opened(1, None)))
LOG_T = apply(ATOMS["log"], T_UP)
IDENTITY = identity_like(("d",))


def exp_of(t: Expr) -> Expr:
    """Return exp(t)."""
    return apply(ATOMS["exp"], t)


CONVEX_EXP = Inference(
    Claim("convex", exp_of(T_ALL), (T_ALL,)), "second-derivative", (),
    ((ONE, exp_of(T_ALL), (Interval(), "direct")),),
)  # fmt: skip
SQUARES = (
    (f(1, 0, 1, 0), f(0, 1, 1, 0), f(1, 0, 0, 1), f(0, 1, 0, 1)),
    (f(12, 0, 0, 6), f(0, 6, 6, 0), f(0, 6, 6, 0), f(6, 0, 0, 12)),
)

PROOFS: dict[str, Certificate] = {
    "a natural domain for another kind of claim": proof(
        Inference(
            Claim("concave", lift(e("log(x)"), {s("x"): POSITIVE_X}), (POSITIVE_X,)),
            "second-derivative",
            (),
            ((ONE, lift(e("x^(-2)"), {s("x"): POSITIVE_X}), (opened(0, None), "direct")),),
        ),
        node("convex", "log(x)", "natural-domain", [0], wrt="x"),
    ),
    "a natural domain of another variable": proof(
        Inference(Claim("affine", POSITIVE_X, (POSITIVE_X,)), "variable"),
        node("affine", "x", "natural-domain", [0], wrt="x"),
    ),
    "an empty proof": proof(),
    "a rule that does not exist": proof(node("convex", "x", "obviously", wrt="x")),
    "a premise that comes later": proof(
        node("convex", "exp(x)", "composition", [1], wrt="x"), AFFINE_X
    ),
    "a claim of an unknown kind": proof(node("nice", "x", "variable", wrt="x")),
    "convexity on a set of two values": proof(node("affine", "labels", "variable", wrt="labels")),
    "a range that is too small": proof(node("range", "exp(u)", "range", interval=closed(1, 7))),
    "a range open where the end is reached": proof(
        node("range", "x^2", "range", interval=POSITIVE)
    ),
    "the range of a product as if the factors had one sign": proof(
        node("range", "x*y", "range", interval=NONNEGATIVE)
    ),
    "x'Sx as nonnegative for a symmetric S": proof(
        node("range", "w'*S*w", "range-form", (), f(1, 2, 0), interval=NONNEGATIVE)
    ),
    "x'Sx as nonnegative, other order of factors": proof(
        node("range", "w'*S*w", "range-form", (), f(0, 1, 0), interval=NONNEGATIVE)
    ),
    "X'DX as psd with weights of any sign": proof(
        node("psd", "X'*diag(v)*X", "psd-form", (), f(0, 1, 0))
    ),
    "A - P as psd": proof(node("psd", "A - P", "psd-sum")),
    "the inverse of a symmetric matrix as psd": proof(node("psd", "inv(S)", "psd-inverse")),
    "log(x) as defined everywhere": proof(node("total", "log(x)", "total")),
    "1/x as defined everywhere": proof(node("total", "1/x", "total")),
    "sqrt(x) as defined everywhere": proof(node("total", "sqrt(x)", "total")),
    "tan as defined everywhere": proof(node("total", "tan(x)", "total")),
    "softplus unfolded with the wrong argument": proof(
        node("identity", "log(1 + exp(x))", "unfold", (), e("softplus(x)"), other="softplus(-x)")
    ),
    "exp(log x) = x where x may be negative": proof(
        node("identity", "exp(log(x))", "row", (), "exp-log", other="x")
    ),
    "a row that does not exist": proof(
        node("identity", "exp(x)", "row", (), "wishful-thinking", other="x")
    ),
    "(x + y)^2 = x^2 + y^2": proof(
        node("total", "x^2 + y^2", "total"),
        node("identity", "(x + y)^2", "expansion", [0], other="x^2 + y^2"),
    ),
    "an expansion whose other side may be undefined": proof(
        node("identity", "x^2", "expansion", (), other="x^3/x")
    ),
    "a variable as constant": proof(node("affine", "x*y", "constant", wrt="x")),
    "a product of variables as a variable": proof(node("affine", "x*y", "variable", wrt="x y")),
    "affine from convexity alone": proof(
        AFFINE_X,
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("affine", "exp(x)", "affine", [1], wrt="x"),
    ),
    "a difference of convex functions as convex": proof(
        AFFINE_X,
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("convex", "x^2", "composition", [0], wrt="x"),
        node("convex", "x^2 - exp(x)", "sum", [1, 2], *groups([0], [1]), wrt="x"),
    ),
    "a sum with a term left out": proof(
        AFFINE_X,
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("convex", "exp(x) - x^2", "sum", [1], *groups([0]), wrt="x"),
    ),
    "a sum with one term counted twice": proof(
        AFFINE_X,
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("convex", "exp(x) - x^2", "sum", [1], *groups([0], [0]), wrt="x"),
    ),
    "premises about another block": proof(
        node("affine", "x", "variable", wrt="x"),
        node("convex", "exp(x)", "composition", [0], wrt="x y"),
    ),
    "a weight of unknown sign": proof(
        AFFINE_X,
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("convex", "free*exp(x)", "linear", [1], e("exp(x)"), (), wrt="x"),
    ),
    "a weight that depends on the variable": proof(
        AFFINE_X,
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("convex", "x^2*exp(x)", "linear", [1], e("exp(x)"), (), wrt="x"),
    ),
    "sqrt(x^2 - 1) on x >= 1": proof(
        node("affine", "r", "variable", wrt="r"),
        node("convex", "r^2", "composition", [0], wrt="r"),
        node("convex", "r^2 - 1", "sum", [1], *groups([0], [1]), wrt="r"),
        node("convex", "sqrt(r^2 - 1)", "composition", [2], wrt="r"),
    ),
    "sqrt(x^2 - 1) as the root of a norm": proof(
        node("convex", "sqrt(x^2 - 1)", "root-of-quadratic", wrt="x"),
    ),
    "(1 + x^2)^(-2) as concave": proof(
        AFFINE_X,
        node("convex", "x^2", "composition", [0], wrt="x"),
        node("convex", "1 + x^2", "sum", [1], *groups([0], [1]), wrt="x"),
        node("concave", "(1 + x^2)^(-2)", "composition", [2], wrt="x"),
    ),
    "x^3 on the reals": proof(AFFINE_X, node("convex", "x^3", "composition", [0], wrt="x")),
    "1/x on the reals": proof(AFFINE_X, node("convex", "1/x", "composition", [0], wrt="x")),
    "log of a convex function": proof(
        AFFINE_X,
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("concave", "log(exp(x) - 1)", "composition", [1], wrt="x"),
    ),
    "-log(x^2 - 1): a domain in two pieces": proof(
        AFFINE_X,
        node("convex", "x^2", "composition", [0], wrt="x"),
        node("convex", "x^2 - 1", "sum", [1], *groups([0], [1]), wrt="x"),
        node("convex", "-log(x^2 - 1)", "composition", [2], wrt="x"),
    ),
    "the norm of a convex function of any sign": proof(
        node("affine", "w", "variable", wrt="w"),
        node("convex", "w.^2 - 1", "sum", [0], *groups([0], [1]), wrt="w"),
        node("convex", "norm2(w.^2 - 1)", "composition", [1], wrt="w"),
    ),
    "the smaller of two as convex": proof(
        node("affine", "x", "variable", wrt="x y"),
        node("affine", "y", "variable", wrt="x y"),
        node("convex", "min(x, y)", "composition", [0, 1], wrt="x y"),
    ),
    "logdet of a symmetric matrix": proof(
        node("affine", "S", "variable", wrt="S"),
        node("concave", "logdet(S)", "composition", [0], wrt="S"),
    ),
    "strictness in directions that the function does not see": proof(
        node("strictly_convex", "norm2(X*w)^2", "strict-entries", (), e("(X*w).^2"), f(0), wrt="w")
    ),
    "strictness of a function that is affine in places": proof(
        node("strictly_convex", "sum(abs(w))", "strict-entries", (), e("abs(w)"), f(0), wrt="w")
    ),
    "a form of a symmetric matrix": proof(
        node("affine", "w", "variable", wrt="w"),
        node("convex", "w'*S*w", "form", [0], f(1, 2, 0), wrt="w"),
    ),
    "x'A x jointly in x and A": proof(
        node("affine", "w", "variable", wrt="w A"),
        node("affine", "A", "variable", wrt="w A"),
        node("convex", "w'*A*w", "form", [0, 1], f(1, 2, 0), wrt="w A"),
    ),
    "a mirrored pair of different factors": proof(
        node("convex", "(X*w)'*v", "form", (), f(0, 1, 0), wrt="w"),
    ),
    "x^2 - 1e-10 y^2": proof(
        node("convex", "x^2 - 1/10000000000*y^2", "quadratic", wrt="x y"),
    ),
    "a strong constant above the least eigenvalue": proof(
        node("strong", "x^2 + 3*y^2", "quadratic", wrt="x y", other=const(3)),
    ),
    "a smoothness constant below the largest eigenvalue": proof(
        node("smooth", "x^2 + 3*y^2", "quadratic", wrt="x y", other=const(5)),
    ),
    "a semidefinite quadratic as strictly convex": proof(
        node("strictly_convex", "x^2 + 2*x*y + y^2", "quadratic", wrt="x y"),
    ),
    "a cubic as a quadratic": proof(node("convex", "x^3", "quadratic", wrt="x")),
    "x/p as convex": proof(
        node("affine", "x", "variable", wrt="x p"),
        node("affine", "p", "variable", wrt="x p"),
        node("convex", "x/p", "monomial", [0, 1], wrt="x p"),
    ),
    "x^2/y without knowing that y > 0": proof(
        node("affine", "x", "variable", wrt="x y"),
        node("affine", "y", "variable", wrt="x y"),
        node("convex", "x^2/y", "monomial", [0, 1], wrt="x y"),
    ),
    "p*q as concave: the exponents add to 2": proof(
        node("affine", "p", "variable", wrt="p q"),
        node("affine", "q", "variable", wrt="p q"),
        node("concave", "p*q", "monomial", [0, 1], wrt="p q"),
    ),
    "the root of a sum with a negative weight": proof(
        node("affine", "x", "variable", wrt="x y"),
        node("affine", "y", "variable", wrt="x y"),
        node("convex", "sqrt(x^2 - y^2)", "power-mean", [0, 1], wrt="x y"),
    ),
    "the root of a sum with a negative constant": proof(
        AFFINE_X, node("convex", "sqrt(x^2 - 1)", "power-mean", [0], wrt="x")
    ),
    "a cube root of cubes of any sign": proof(
        node("affine", "v", "variable", wrt="v"),
        node("convex", "sum(v.^3)^(1/3)", "power-mean", [0], wrt="v"),
    ),
    "a mean of order 1, a letter, of what is convex as concave": proof(
        AFFINE_X,
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("range", "exp(x)", "range", interval=POSITIVE),
        node("range", EXP_TO_ORDER, "range", [2], interval=POSITIVE),
        node(
            "concave", apply(POWER, EXP_TO_ORDER, power(ORDER, -1)), "power-mean", [1, 3], wrt="x"
        ),
    ),
    "a difference of exponentials as log-convex": proof(
        AFFINE_X,
        node("log_convex", "exp(x)", "log-convex", [0], wrt="x"),
        node("log_convex", "exp(x) - 1", "log-convex", [1], wrt="x"),
    ),
    "x^2 as log-convex": proof(AFFINE_X, node("log_convex", "x^2", "log-convex", [0], wrt="x")),
    "log of a sum of exponentials as concave": proof(
        node("affine", "v", "variable", wrt="v"),
        node("concave", "log(sum(exp(v)))", "log-of-log-convex", [0], wrt="v"),
    ),
    "log of twice a sum of exponentials as concave": proof(
        node("affine", "v", "variable", wrt="v"),
        node("concave", "log(2*sum(exp(v)))", "log-of-log-convex", [0], wrt="v"),
    ),
    "log of a quotient by something that is not log-convex": proof(
        node("affine", "x", "variable", wrt="x"),
        node("convex", "1 + x^2", "quadratic", wrt="x"),
        node("concave", "log(1/(1 + x^2))", "log-of-log-convex", [0, 1], wrt="x"),
    ),
    "log of a sum of exponentials with weights of any sign": proof(
        node("affine", "w", "variable", wrt="w"),
        node("log_convex", "exp(w)", "log-convex", [0], wrt="w"),
        node("convex", "log(X*exp(w))", "log-of-log-convex", [1], wrt="w"),
    ),
    "log of one over a sum of exponentials as convex": proof(
        node("affine", "w", "variable", wrt="w"),
        node("log_convex", "exp(w)", "log-convex", [0], wrt="w"),
        node("log_convex", "sum(exp(w))", "log-convex", [1], wrt="w"),
        node("convex", "log(1/sum(exp(w)))", "log-of-log-convex", [2], wrt="w"),
    ),
    "log of a weighted sum of something convex": proof(
        node("affine", "w", "variable", wrt="w"),
        node("convex", "exp(w)", "composition", [0], wrt="w"),
        node("convex", "log((X.^2)*exp(w))", "log-of-log-convex", [1], wrt="w"),
    ),
    "log of a difference with unequal weights": proof(
        AFFINE_X,
        node("concave", "log(2*sigmoid(x + 1) - sigmoid(x))", "log-of-log-convex", [0], wrt="x"),
    ),
    "log of a difference of two functions": proof(
        AFFINE_X,
        node("concave", "log(exp(x) - sigmoid(x))", "log-of-log-convex", [0], wrt="x"),
    ),
    "log of a sum of two distribution functions": proof(
        AFFINE_X,
        node("concave", "log(sigmoid(x) + sigmoid(x + 3))", "log-of-log-convex", [0], wrt="x"),
    ),
    "log of a difference of a function with a log-convex slope": proof(
        AFFINE_X,
        node("concave", "log(sinh(x + 1) - sinh(x))", "log-of-log-convex", [0], wrt="x"),
    ),
    "log of a difference whose upper end is convex": proof(
        AFFINE_X,
        node("convex", "x^2", "quadratic", wrt="x"),
        node("concave", "log(tanh(x^2) - tanh(x))", "log-of-log-convex", [0, 1], wrt="x"),
    ),
    "log of a difference as convex": proof(
        AFFINE_X,
        node("convex", "log(sigmoid(x + 1) - sigmoid(x))", "log-of-log-convex", [0], wrt="x"),
    ),
    "a function unfolded to a definition with a smaller domain": proof(
        node("identity", "xlogx(lam)", "unfold", (), e("xlogx(lam)"), other="lam*log(lam)"),
    ),
    "log of something convex but not log-convex": proof(
        AFFINE_X,
        node("convex", "1 + x^2", "quadratic", wrt="x"),
        node("convex", "log(1 + x^2)", "log-of-log-convex", [1], wrt="x"),
    ),
    "a second derivative that is negative near 0": _second(
        "convex",
        "x^4 - 1/100000000000*x^2",
        "x",
        (ONE, e("12*x^2 - 2/100000000000"), (WHOLE, "direct")),
    ),
    "another function's second derivative": _second(
        "convex", "x^3", "x", (ONE, e("12*x^2"), (WHOLE, "direct"))
    ),
    "boxes that leave a gap": _second(
        "convex",
        "x^4",
        "x",
        (ONE, e("12*x^2"), (closed(None, -1), "direct"), (closed(1, None), "direct")),
    ),
    "boxes that stop short of the end": _second(
        "convex", "exp(u)", "u", (ONE, e("exp(u)"), (closed(0, 1), "direct"))
    ),
    "a weight that is not positive": _second(
        "concave", "x^2", "x", (const(-1), const(2), (WHOLE, "direct"))
    ),
    "a function with a kink by its second derivative": _second(
        "concave", "abs(x)", "x", (ONE, const(0), (WHOLE, "direct"))
    ),
    "a jump at the end of the interval": _second(
        "convex", "sign(lam)", "lam", (ONE, const(0), (opened(0, None), "direct"))
    ),
    "strict convexity of an affine function": _second(
        "strictly_convex", "x", "x", (ONE, const(0), (WHOLE, "direct"))
    ),
    "a ladder whose value at the end is negative": _second(
        "convex",
        "exp(u) - u^2",
        "u",
        (ONE, e("exp(u) - 2"), (closed(0, 2), "left", Fraction(1))),
    ),
    "a strong constant that f'' does not reach": _second(
        "strong", "x^2", "x", (ONE, const(-1), (WHOLE, "direct")), other=const(3)
    ),
    "x^2 as nondecreasing": proof(
        node(
            "nondecreasing",
            "x^2",
            "first-derivative",
            (),
            (ONE, e("2*x"), (WHOLE, "direct")),
            wrt="x",
        )
    ),
    "entrywise by a function that is convex on too small an interval": proof(
        node("affine", "v", "variable", wrt="v"),
        _second("convex", "p*log(p)", "p", (ONE, e("1/p"), (POSITIVE, "direct"))).nodes[0],
        node("convex", "v.*log(v)", "entrywise", [0, 1], e("p*log(p)"), s("p"), s("v"), wrt="v"),
    ),
    "entrywise by another function": proof(
        node("affine", "g", "variable", wrt="g"),
        _second("convex", "p*log(p)", "p", (ONE, e("1/p"), (POSITIVE, "direct"))).nodes[0],
        node(
            "convex",
            "g.*log(g) - g.^2",
            "entrywise",
            [0, 1],
            e("p*log(p)"),
            s("p"),
            s("g"),
            wrt="g",
        ),
    ),
    "a convex argument of a function that is not monotone": proof(
        node("affine", "x", "variable", wrt="x"),
        node("convex", "x^2", "composition", [0], wrt="x"),
        node("affine", "y", "variable", wrt="y"),
        node("total", "y^2", "total"),
        node("convex", "y^2", "composition", [2], wrt="y"),
        node(
            "convex", "(x^2 - 1)^2", "entrywise", [1, 3, 4], e("y^2"), s("y"), e("x^2 - 1"), wrt="x"
        ),
    ),
    "the perspective where q may be negative": proof(
        node("affine", "x", "variable", wrt="x y"),
        node("affine", "y", "variable", wrt="x y"),
        node("total", "free^2", "total"),
        node("affine", "free", "variable", wrt="free"),
        node("convex", "free^2", "composition", [3], wrt="free"),
        node(
            "convex",
            "x^2/y",
            "perspective",
            [0, 1, 2, 4],
            e("free^2"),
            s("free"),
            e("x"),
            e("y"),
            wrt="x y",
        ),
    ),
    "a rewrite from a form with a smaller domain": proof(
        node("identity", "log(p) + log(q)", "expansion", (), other="log(p*q)"),
        node("concave", "log(p) + log(q)", "rewrite", [0], wrt="p q"),
    ),
    "a rewrite without the identity": proof(
        AFFINE_X,
        node("convex", "softplus(x)", "composition", [0], wrt="x"),
        node("total", "log(1 + x^2)", "total"),
        node("convex", "log(1 + x^2)", "rewrite", [1, 2], wrt="x"),
    ),
    "L = 0 for a function that is not affine": proof(
        AFFINE_X,
        node("convex", "exp(x)", "composition", [0], wrt="x"),
        node("smooth", "exp(x)", "constants-zero", [1], wrt="x", other=const(0)),
    ),
    "logistic loss with an eighth of the squared norm": proof(
        node(
            "smooth",
            "sum(softplus(labels.*(X*w)))",
            "constants-loss",
            wrt="w",
            other="specnorm(X)^2/8",
        )
    ),
    "rows of unknown size counted as size 1": proof(
        node(
            "smooth", "sum(softplus(v.*(X*w)))", "constants-loss", wrt="w", other="specnorm(X)^2/4"
        )
    ),
    "weights 1 and 1 counted once": proof(
        node(
            "smooth",
            "sum(softplus(X*w)) + sum(softplus(-X*w))",
            "constants-loss",
            wrt="w",
            other="specnorm(X)^2/4",
        )
    ),
    "one weight beyond the other": proof(
        node(
            "smooth",
            "sum(softplus(X*w).*bits) + sum(softplus(-X*w).*(2 - bits))",
            "constants-loss",
            wrt="w",
            other="specnorm(X)^2/4",
        )
    ),
    "weights of unknown sign that add up to one": proof(
        node(
            "smooth",
            "sum(softplus(X*w).*v) + sum(cos(X*w).*(1 - v))",
            "constants-loss",
            wrt="w",
            other="specnorm(X)^2",
        )
    ),
    "two different arguments taken for one": proof(
        node(
            "smooth",
            "sum(softplus(X*w).*bits) + sum(softplus(2*X*w).*(1 - bits))",
            "constants-loss",
            wrt="w",
            other="specnorm(X)^2/4",
        )
    ),
    "a weight of unknown sign without its absolute value": proof(
        node("smooth", "free*norm2(w)^2", "constants-loss", wrt="w", other="2*free")
    ),
    "a bowl that is too flat": proof(
        node("convex", "x^2/4", "quadratic", wrt="x"),
        node("convex", "x^2", "quadratic", wrt="x"),
        node("smooth", "x^2/2", "constants-convex", [0, 1], wrt="x", other=const(Fraction(1, 2))),
    ),
    "one side of two bowls": proof(
        node("convex", "3*x^2/2", "quadratic", wrt="x"),
        node("smooth", "x^2", "constants-convex", [0], wrt="x", other=const(1)),
    ),
    "a bowl in two numbers": proof(
        node("convex", "x^2 + y^2/2", "quadratic", wrt="x y"),
        node("convex", "y^2/2", "quadratic", wrt="x y"),
        node("strong", "x^2 + y^2", "constants-convex", [0, 1], wrt="x y", other=const(1)),
    ),
    "a constant for entries of a matrix that is left out": proof(
        Inference(Claim("smooth", cos_of(T_ALL), (T_ALL,), None, const(1)), "constants-loss"),
        node("affine", "w", "variable", wrt="w"),
        node("affine", "2*w", "sum", [1], f(0), wrt="w"),
        node(
            "smooth",
            "sum(cos(2*w))",
            "constants-entrywise",
            [0, 1, 2],
            cos_of(T_ALL),
            (T_ALL,),
            (e("2*w"),),
            wrt="w",
            other=const(1),
        ),
    ),
    "the constant of another function, entry by entry": proof(
        Inference(Claim("smooth", cos_of(T_ALL), (T_ALL,), None, const(1)), "constants-loss"),
        node("affine", "w", "variable", wrt="w"),
        node(
            "smooth",
            "sum(exp(w))",
            "constants-entrywise",
            [0, 1],
            cos_of(T_ALL),
            (T_ALL,),
            (s("w"),),
            wrt="w",
            other=const(1),
        ),
    ),
    "logistic loss as strongly convex": proof(
        node("strong", "sum(softplus(X*w))", "constants-loss", wrt="w", other=const(1))
    ),
    "a sum of constants with one left out": proof(
        node("smooth", "norm2(w)^2", "constants-loss", wrt="w", other=const(2)),
        node("smooth", "sum(softplus(X*w))", "constants-loss", wrt="w", other="specnorm(X)^2/4"),
        node(
            "smooth",
            "norm2(w)^2 + sum(softplus(X*w))",
            "constants-sum",
            [0, 1],
            *groups([0], [1]),
            wrt="w",
            other="specnorm(X)^2/4",
        ),
    ),
    "strong constants subtracted as if the difference were convex": proof(
        node("strong", "norm2(w)^2", "constants-loss", wrt="w", other=const(2)),
        node(
            "strong",
            "sum(softplus(X*w)) - norm2(w)^2",
            "constants-sum",
            [0],
            *groups([0], [1]),
            wrt="w",
            other=const(2),
        ),
    ),
    "a scalar of unknown sign times a strong constant": proof(
        node("strong", "norm2(w)^2", "constants-loss", wrt="w", other=const(2)),
        node("strong", "free*norm2(w)^2", "constants-scale", [0], wrt="w", other="2*free"),
    ),
    "a form with another matrix's eigenvalue": proof(
        node(
            "strong", "w'*A*w", "constants-form", (), f(1, 2, 0), wrt="w", other="2*lambda_min(P)"
        ),
    ),
    "strict convexity from m >= 0": proof(
        node("strong", "norm2(w)^2", "constants-loss", wrt="w", other=const(2)),
        node("strong", "lam*norm2(w)^2", "constants-scale", [0], wrt="w", other="2*lam"),
        node("strictly_convex", "lam*norm2(w)^2", "strict-strong", [1], wrt="w"),
    ),
    "squares whose product is another polynomial": proof(
        node("convex", "x^4 + 4*x^2*y^2 + y^4", "sos-convex", (), *SQUARES, wrt="x y"),
    ),
    "squares with a matrix that is not psd": proof(
        node(
            "convex",
            "x^4 + 7*x^2*y^2 + y^4",
            "sos-convex",
            (),
            SQUARES[0],
            (f(12, 0, 0, 14), f(0, 14, 14, 0), f(0, 14, 14, 0), f(14, 0, 0, 12)),
            wrt="x y",
        ),
    ),
    "squares with a matrix that is not symmetric": proof(
        node(
            "convex",
            "x^4 + 3*x^2*y^2 + y^4",
            "sos-convex",
            (),
            SQUARES[0],
            (f(12, 0, 0, 12), f(0, 6, 6, 0), f(0, 6, 6, 0), f(0, 0, 0, 12)),
            wrt="x y",
        ),
    ),
    "squares for the other side": proof(
        node("concave", "x^4 + 3*x^2*y^2 + y^4", "sos-convex", (), *SQUARES, wrt="x y"),
    ),
    "squares of a polynomial with data": proof(
        node("convex", "x^4 + 3*x^2*y^2 + y^4 + free*x", "sos-convex", (), *SQUARES, wrt="x y"),
    ),
    "a sum of entries that leaves out a term": proof(
        CONVEX_EXP,
        node("affine", "w", "variable", wrt="w"),
        node(
            "convex",
            "sum(exp(w)) - w'*w",
            "separable",
            [0, 1],
            exp_of(T_ALL),
            (T_ALL,),
            (s("w"),),
            wrt="w",
        ),
    ),
    "a sum of entries over a curved argument": proof(
        CONVEX_EXP,
        node(
            "convex",
            "sum(exp(-exp(w)))",
            "separable",
            [0],
            exp_of(T_ALL),
            (T_ALL,),
            (e("-exp(w)"),),
            wrt="w",
        ),
    ),
    "a sum of entries without the curvature of the function": proof(
        node("affine", "w", "variable", wrt="w"),
        node(
            "convex", "sum(exp(w))", "separable", [0], exp_of(T_ALL), (T_ALL,), (s("w"),), wrt="w"
        ),
    ),
    "a constant that is counted once for all entries": proof(
        Inference(
            Claim("convex", add(exp_of(T_ALL), const(1)), (T_ALL,)),
            "second-derivative",
            (),
            ((ONE, exp_of(T_ALL), (Interval(), "direct")),),
        ),
        node("affine", "w", "variable", wrt="w"),
        node(
            "convex",
            "sum(exp(w)) + 1",
            "separable",
            [0, 1],
            add(exp_of(T_ALL), const(1)),
            (T_ALL,),
            (s("w"),),
            wrt="w",
        ),
    ),
    "arguments outside of the interval of the function": proof(
        Inference(
            Claim("concave", LOG_T, (T_UP,)),
            "second-derivative",
            (),
            ((ONE, power(T_UP, -2), (opened(1, None), "direct")),),
        ),
        node("affine", "g", "variable", wrt="g"),
        node("concave", "sum(log(g))", "separable", [0, 1], LOG_T, (T_UP,), (s("g"),), wrt="g"),
    ),
    "log-beta with another sum": _log_beta("convex", "p + 2*q"),
    "log-beta with unequal coefficients": _log_beta("convex", "p + q", times=2),
    "log-beta as concave": _log_beta("concave", "p + q"),
    "log-beta of arguments that nothing says are affine": proof(
        node(
            "convex",
            "lgamma(p) + lgamma(q) - lgamma(p + q)",
            "log-beta",
            (),
            *f(1),
            e("p + q"),
            e("p"),
            e("q"),
            wrt="p q",
        ),
    ),
    "a root of a product that is too high": proof(
        node("affine", "g", "variable", wrt="g"),
        node("concave", "prod(g)^(1/2)", "geometric-mean", [0], s("g"), *f(1), wrt="g"),
    ),
    "a geometric mean of numbers of any sign": proof(
        node("affine", "v", "variable", wrt="v"),
        node("concave", "prod(v)^(1/n)", "geometric-mean", [0], s("v"), *f(1), wrt="v"),
    ),
    "det^(1/d) of a symmetric matrix": proof(
        node("affine", "S", "variable", wrt="S"),
        node("concave", "det(S)^(1/d)", "geometric-mean", [0], s("S"), *f(1), wrt="S"),
    ),
    "a geometric mean as convex": proof(
        node("affine", "g", "variable", wrt="g"),
        node("convex", "prod(g)^(1/n)", "geometric-mean", [0], s("g"), *f(1), wrt="g"),
    ),
    "tr(S inv(P)) for a symmetric S": proof(
        node("affine", "P", "variable", wrt="P"),
        node("convex", "tr(S*inv(P))", "trace-inverse", [0], s("P"), *f(1), s("S"), ONE, wrt="P"),
    ),
    "tr(inv(S)) for a symmetric S": proof(
        node("affine", "S", "variable", wrt="S"),
        node("convex", "tr(A*inv(S))", "trace-inverse", [0], s("S"), *f(1), s("A"), ONE, wrt="S"),
    ),
    "tr(A inv(P)) with a factor of unknown sign": proof(
        node("affine", "P", "variable", wrt="P"),
        node(
            "convex",
            "free*tr(A*inv(P))",
            "trace-inverse",
            [0],
            s("P"),
            *f(1),
            s("A"),
            s("free"),
            wrt="P",
        ),
    ),
    "log det of S P S as convex": proof(
        node("affine", "P", "variable", wrt="P"),
        node("convex", "logdet(S*P*S)", "logdet-product", [0], s("S"), s("P"), s("S"), wrt="P"),
    ),
    "log det of P S P": proof(
        node("affine", "P", "variable", wrt="P"),
        node("concave", "logdet(P*S*P)", "logdet-product", [0], s("P"), s("S"), s("P"), wrt="P"),
    ),
    "log det of a product with a symmetric matrix": proof(
        node("affine", "S", "variable", wrt="S"),
        node("concave", "logdet(P*S)", "logdet-product", [0], s("P"), s("S"), IDENTITY, wrt="S"),
    ),
    "x^p as exp(p log x) for any x": proof(
        node("identity", "x^p", "power-as-exp", (), e("x^p"), other="exp(p*log(x))"),
    ),
    "p^x as exp(p log x)": proof(
        node("identity", "p^x", "power-as-exp", (), e("p^x"), other="exp(p*log(x))"),
    ),
    "the reciprocal of a product of numbers of any sign as log-convex": proof(
        node("affine", "v", "variable", wrt="v"),
        node("log_convex", "1/prod(v)", "log-convex", [0], wrt="v"),
    ),
    **FALSE_REDUCTIONS,
    **FALSE_SLOPES,
    **FALSE_STRICT,
    **FALSE_ANALYTIC,
    **FALSE_EXPONENTS,
    **{title: _pieces(*row) for title, row in FALSE_PIECES.items()},
    **{title: _narrowed(*row) for title, row in FALSE_DOMAINS.items()},
    "joint convexity from convexity in one variable": proof(
        node("convex", "x^2 - y^2", "quadratic", wrt="x"),
        node("convex", "x^2 - y^2", "restriction", [0], wrt="x y"),
    ),
    "convexity in another variable": proof(
        node("convex", "x^2 - y^2", "quadratic", wrt="x"),
        node("convex", "x^2 - y^2", "restriction", [0], wrt="y"),
    ),
    "a restriction of another function": proof(
        node("convex", "x^2 + y^2", "quadratic", wrt="x y"),
        node("convex", "x^2 - y^2", "restriction", [0], wrt="y"),
    ),
    "a restriction of another kind": proof(
        node("convex", "x^2 + y^2", "quadratic", wrt="x y"),
        node("affine", "x^2 + y^2", "restriction", [0], wrt="y"),
    ),
    "a step to the normal form that gives another form": proof(
        node("identity", "x*(x + 1)", "normal-step", (), "products", other="x^2 - x"),
    ),
    "a step to the normal form of no name": proof(
        node("identity", "x*(x + 1)", "normal-step", (), "guesses", other="x^2 + x"),
    ),
    "a chain with a gap": proof(
        node("identity", "x*(x + 1)", "normal-step", (), "products", other="x^2 + x"),
        node("identity", "x*(x - 1)", "normal-step", (), "products", other="x^2 - x"),
        node("identity", "x*(x + 1)", "chain", [0, 1], other="x^2 - x"),
    ),
    "an empty chain": proof(node("identity", "x", "chain", (), other="2*x")),
    "m of X'X for rows with weights that may vanish": proof(
        node("strong", "sum(g.*(X*w).^2)", "constants-loss", wrt="w", other="2*lambda_min(X'*X)"),
    ),
    "m for rows with weights of any sign": proof(
        node(
            "strong",
            "sum(v.*(X*w).^2)",
            "constants-loss",
            wrt="w",
            other="2*lambda_min(X'*diag(v)*X)",
        ),
    ),
}


@pytest.mark.parametrize("title", [*FALSE_REDUCTIONS, *FALSE_SLOPES, *FALSE_EXPONENTS])
def test_a_bent_proof_fails_at_its_last_step(title: str) -> None:
    nodes = PROOFS[title].nodes
    for k in range(1, len(nodes)):
        check(Certificate(nodes[:k]))


@pytest.mark.parametrize("title", PROOFS)
def test_the_proof_is_refused(title: str) -> None:
    with pytest.raises(NotCertified):
        check(PROOFS[title])


def test_every_rule_has_a_proof_that_it_refuses() -> None:
    last = {c.nodes[-1].rule for c in PROOFS.values() if c.nodes}
    assert set(CHECKS) <= last


def test_a_refusal_names_the_node_and_the_rule() -> None:
    with pytest.raises(NotCertified) as refusal:
        check(PROOFS["x^3 on the reals"])
    text = refusal.value.render("en")
    assert "node 1" in text
    assert "composition" in text
    assert "第 1 个结点" in refusal.value.render("zh")
