"""Forged constants, perspectives and traces: a sign, a hole or a walk that is not what it seems."""

from __future__ import annotations

import pytest
from proofs import e, f, node, proof, s

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.expr.build import const, contract, divide, multiply, power, scale, symbol, total
from lossmith.expr.types import Assumptions

X, Q, W = s("x"), s("p"), s("w")
T = symbol("t")
PSD = symbol("M", ("d", "d"), Assumptions(structure=frozenset({"psd"})))
XW = e("X*w")
BEND = scale(-1, power(T, 2))
OVER = multiply(Q, power(divide(Q, X), -2))
WALK = contract([(PSD, (0, 0), 1), (PSD, (0, 1), 2)], ())

FORGED: dict[str, Certificate] = {
    "m = 0 for two functions of what is not affine": proof(
        node("strong", "softplus(-x^2) + logcosh(x^2)", "constants-loss", wrt="x", other=const(0))
    ),
    "m < 0 of the entries times the least eigenvalue": proof(
        node("affine", "w", "variable", wrt="w"),
        node("affine", "X*w", "linear", [0], W, f(1), wrt="w"),
        Inference(Claim("strong", BEND, (T,), None, const(-2)), "quadratic"),
        node(
            "strong", total(scale(-1, power(XW, 2))), "constants-entrywise", [1, 2], BEND, (T,),
            (XW,), wrt="w", other="-2*lambda_min(X'*X)",
        ),
    ),
    "L without signs that are summed over": proof(
        node("smooth", "softplus(labels'*X*w)", "constants-loss", wrt="w",
             other="norm2(X'*ones(n))^2/4"),
    ),
    "m < 0 of a loss": proof(
        node("strong", "-sum((X*w).^2)", "constants-loss", wrt="w", other="-2*lambda_min(X'*X)")
    ),
    "a perspective written upside down, with a hole": proof(
        Inference(Claim("affine", X, (X, Q)), "variable"),
        Inference(Claim("affine", Q, (X, Q)), "variable"),
        Inference(Claim("total", power(T, 2)), "total"),
        Inference(Claim("convex", power(T, 2), (T,)), "quadratic"),
        Inference(
            Claim("convex", OVER, (X, Q)), "perspective", (0, 1, 2, 3), (power(T, 2), T, X, Q)
        ),
    ),
    "a walk that is no ring as the trace of a power": proof(
        Inference(Claim("affine", PSD, (PSD,)), "variable"),
        Inference(Claim("convex", WALK, (PSD,)), "trace-power", (0,), (PSD, *f(0, 0, 0))),
    ),
    "L of a sum from one of its terms": proof(
        node("smooth", "norm2(w)^2", "constants-loss", wrt="w", other=const(2)),
        node("smooth", "norm2(w)^2 + sum(exp(w))", "constants-sum", [0], f(0), f(1), wrt="w",
             other=const(2)),
    ),
    "m of a difference with a convex part": proof(
        node("strong", "x^2", "quadratic", wrt="x", other=const(2)),
        node("strong", "x^4", "second-derivative", (), (const(1), e("12*x^2"),
             (T.assumptions.interval, "direct")), wrt="x", other=const(0)),
        node("strong", "x^2 - x^4", "constants-sum", [0, 1], f(0), f(1), wrt="x", other=const(2)),
    ),
    "the constant of another function, scaled": proof(
        node("strong", "x^2", "quadratic", wrt="x", other=const(2)),
        node("strong", "lam*x", "constants-scale", [0], wrt="x", other="2*lam"),
    ),
    "another factor than that of the formula": proof(
        node("strong", "x^2", "quadratic", wrt="x", other=const(2)),
        node("strong", "lam*x^2", "constants-scale", [0], wrt="x", other="3*lam"),
    ),
    "the constant in another variable, scaled": proof(
        node("strong", "x^2 + y^2", "quadratic", wrt="x y", other=const(2)),
        node("strong", "lam*(x^2 + y^2) + 0*x", "constants-scale", [0], wrt="x", other="3*lam"),
    ),
    "L taken for m": proof(
        node("smooth", "-x^2", "quadratic", wrt="x", other=const(2)),
        node("strong", "lam*(-x^2)", "constants-scale", [0], wrt="x", other="2*lam"),
    ),
    "strict in more variables than strong": proof(
        node("strong", "x^2", "quadratic", wrt="x", other=const(2)),
        node("strictly_convex", "x^2", "strict-strong", [0], wrt="x y"),
    ),
    "a form with another constant": proof(
        node("strong", "w'*A*w", "constants-form", (), f(1, 2, 0), wrt="w",
             other="3*lambda_min(A)")
    ),
}  # fmt: skip


@pytest.mark.parametrize("title", FORGED)
def test_it_is_refused_at_the_last_node(title: str) -> None:
    certificate = FORGED[title]
    with pytest.raises(NotCertified) as refusal:
        check(certificate)
    assert f"node {len(certificate.nodes) - 1} " in refusal.value.render("en")
