"""Forged evidence where symbols, terms or variables that meet are taken for one; all is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from proofs import NONNEGATIVE, POSITIVE, e, f, node, proof

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import check
from lossmith.expr.build import add, apply, const, multiply, power, symbol, total
from lossmith.expr.node import Expr
from lossmith.expr.sets import closed
from lossmith.expr.types import Assumptions
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse

ONE = const(1)
WIDE = symbol("x")
TIGHT = symbol("x", (), Assumptions(POSITIVE))
OTHER = symbol("z", (), Assumptions(POSITIVE))
HALF = symbol("h", (), Assumptions(NONNEGATIVE))
U, V = (symbol(k, ("n",), Assumptions(closed(-1, 1))) for k in "uv")


def of(name: str, *args: Expr) -> Expr:
    """Return the function of this name."""
    return apply(ATOMS[name], *args)


def size(t: Expr) -> Expr:
    """Return (t^2)^(1/2), which is t itself for t >= 0."""
    return power(power(t, 2), Fraction(1, 2))


def _data_for_the_variable() -> Certificate:
    """x log x is convex, so x log z is convex in z: the narrow x is data of the wide formula."""
    narrow, wide = multiply(TIGHT, of("log", TIGHT)), multiply(TIGHT, of("log", WIDE))
    row = (ONE, power(TIGHT, -1), (POSITIVE, "direct"))
    claim = Claim("convex", multiply(TIGHT, of("log", OTHER)), (OTHER,))
    return proof(
        Inference(Claim("convex", narrow, (TIGHT,)), "second-derivative", (), (row,)),
        Inference(Claim("convex", wide, (WIDE,)), "natural-domain", (0,)),
        Inference(Claim("affine", OTHER, (OTHER,)), "variable"),
        Inference(claim, "entrywise", (1, 2), (wide, WIDE, OTHER)),
    )


def _a_hole_that_cancels() -> Certificate:
    """sqrt(x) + log((x-1)^2 |x|) - log((x-1)^2 x) has no value at 1: its domain is not convex."""

    def phi(x: Expr) -> Expr:
        square = power(add((1, x), (-1, ONE)), 2)
        logs = [of("log", multiply(square, y)) for y in (size(x), x)]
        return add((1, power(x, Fraction(1, 2))), (1, logs[0]), (-1, logs[1]))

    narrow, wide = phi(HALF_X), phi(WIDE)
    return proof(
        Inference(Claim("affine", HALF_X, (HALF_X,)), "variable"),
        Inference(Claim("concave", narrow, (HALF_X,)), "composition", (0,)),
        Inference(Claim("concave", wide, (WIDE,)), "natural-domain", (1,)),
    )


HALF_X = symbol("x", (), Assumptions(NONNEGATIVE))


def _a_definition_that_cancels() -> Certificate:
    """sign(h) = sign(h) + xlogx(h) - h log(h) holds for h > 0 only."""
    own = of("xlogx", HALF)
    other = add(own, (-1, multiply(HALF, of("log", HALF))), of("sign", HALF))
    claim = Claim("identity", of("sign", HALF), (), None, other)
    return proof(Inference(claim, "unfold", (), (own,)))


def _a_function_that_cancels() -> Certificate:
    """phi(t) = log t - log |t| + t^2 has values for t > 0 only; phi(h) has one at h = 0."""

    def phi(t: Expr) -> Expr:
        return add(of("log", t), (-1, of("log", size(t))), power(t, 2))

    square = phi(TIGHT)
    return proof(
        Inference(Claim("convex", square, (TIGHT,)), "quadratic"),
        Inference(Claim("convex", phi(WIDE), (WIDE,)), "natural-domain", (0,)),
        Inference(Claim("affine", HALF, (HALF,)), "variable"),
        Inference(
            Claim("convex", phi(HALF), (HALF,)), "entrywise", (1, 2), (phi(WIDE), WIDE, HALF)
        ),
    )


BELL = e("softplus(-x^2)")
BOWL = add((100, BELL), (1, e("x^2")))

FORGED = {
    "data in the place of a narrowed variable": (1, _data_for_the_variable()),
    "a hole that cancels for narrowed variables": (2, _a_hole_that_cancels()),
    "a definition that cancels a logarithm": (0, _a_definition_that_cancels()),
    "a function that cancels a logarithm": (1, _a_function_that_cancels()),
    "the exponents of |x|^2 and x^2 taken for one": (
        1,
        proof(
            node("total", "exp(abs(x) - x^2)", "total"),
            node(
                "identity",
                "exp(abs(x)*(abs(x) + 1) - x^2)",
                "expansion",
                [0],
                other="exp(abs(x) - x^2)",
            ),
        ),
    ),
    "a loss of something that is not affine, with m = 0": (
        0,
        proof(
            node("strong", BELL, "constants-loss", wrt="x", other=const(0)),
            node("strong", "x^2", "quadratic", wrt="x", other=const(2)),
            node("strong", BOWL, "constants-sum", [0, 1], f(0), f(1), wrt="x", other=const(2)),
            node("strictly_convex", BOWL, "strict-strong", [2], wrt="x"),
        ),
    ),
    "L of a loss of a product of two variables": (
        0,
        proof(
            Inference(
                Claim(
                    "smooth",
                    total(of("softplus", multiply(U, V))),
                    (U, V),
                    None,
                    const(Fraction(1, 2)),
                ),
                "constants-loss",
            )
        ),
    ),
    "a constant that is not a number": (
        0,
        proof(
            node("strong", "x^2", "quadratic", wrt="x", other=const(2, ("n",))),
        ),
    ),
    "an identity of two shapes": (
        0,
        proof(node("identity", "w", "row", (), "exp-log", other="x")),
    ),
}


@pytest.mark.parametrize("title", FORGED)
def test_the_proof_is_refused_where_it_lies(title: str) -> None:
    place, certificate = FORGED[title]
    with pytest.raises(NotCertified) as refusal:
        check(certificate)
    assert f"node {place} " in refusal.value.render("en")


def test_equal_exponents_are_added() -> None:
    check(
        proof(
            node("total", "exp(abs(x))", "total"),
            node(
                "identity", "exp(abs(x)*(abs(x) + 1) - x^2)", "expansion", [0], other="exp(abs(x))"
            ),
        )
    )


def test_no_constant_is_claimed_for_a_loss_of_a_product_of_two_variables() -> None:
    formula = parse("sum(softplus(u.*v))", "u: vector(n) in [-1, 1]; v: vector(n) in [-1, 1]")
    verdict = curvature(formula.expr, formula.symbols)
    assert verdict.smooth.value is None
