"""Forged evidence about sets of definition: ends, holes, diagonals, empty sizes; all is refused."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from proofs import BOTH, NONNEGATIVE, POSITIVE, e, f, groups, node, proof

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.arithmetic.pieces import UNIT_STEP
from lossmith.evidence.certificate import Certificate, Claim, Inference, Witness
from lossmith.evidence.check import check
from lossmith.evidence.lines.difference import Difference, check_difference
from lossmith.expr.build import (
    add,
    apply,
    const,
    contract,
    multiply,
    negate,
    power,
    scale,
    select,
    size_of,
    subtract,
    symbol,
    total,
)
from lossmith.expr.node import Comparison, Expr, Symbol
from lossmith.expr.sets import Interval, closed, opened
from lossmith.expr.types import Assumptions
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse

x = symbol("x")
N = size_of("n")
HALF = Fraction(1, 2)


def _jump(place: int) -> Certificate:
    """|x - 1| with a lower value at one end of [0, 2], called convex by pieces."""
    u = symbol("x", (), Assumptions(closed(0, 2)))
    at_left = apply(ATOMS["sign"], u)
    at_right = apply(ATOMS["sign"], subtract(const(2), u))
    formula = add(at_left if place == 0 else at_right, apply(ATOMS["abs"], subtract(u, const(1))))
    down, up = subtract(const(2), UNIT_STEP), add(UNIT_STEP, const(1))
    return proof(
        Inference(Claim("affine", UNIT_STEP, (UNIT_STEP,)), "variable"),
        Inference(Claim("convex", down, (UNIT_STEP,)), "sum", (0,), tuple(groups([0], [1]))),
        Inference(Claim("convex", up, (UNIT_STEP,)), "sum", (0,), tuple(groups([0], [1]))),
        Inference(Claim("convex", formula, (u,)), "pieces", (0, 1, 2), (const(1),)),
    )


def _diagonal(matrix: Symbol) -> Expr:
    """Return sum of sqrt(X[k, k]) - sum of X[i, j]^3: the roots ask nothing off the diagonal."""
    roots = contract([(matrix, (0, 0), Fraction(1, 2))], ())
    return subtract(roots, contract([(matrix, (0, 1), 3)], ()))


def _widened_diagonal() -> Certificate:
    wide = symbol("X", ("n", "n"))
    tight = symbol("X", ("n", "n"), Assumptions(NONNEGATIVE))
    inner = curvature(_diagonal(tight), (tight,)).certificate
    assert inner is not None
    assert inner.conclusion.kind == "concave"
    claim = Claim("concave", _diagonal(wide), (wide,))
    last = len(inner.nodes) - 1
    return Certificate((*inner.nodes, Inference(claim, "natural-domain", (last,))))


def _merged_arguments() -> Certificate:
    """t^4/s + exp(log s) - exp(log r) for s, r > 0; with one w for all, w^4/w is left."""

    def phi(t: Expr, u: Expr, r: Expr) -> Expr:
        kept = [apply(ATOMS["exp"], apply(ATOMS["log"], q)) for q in (u, r)]
        return add(multiply(power(t, 4), power(u, -1)), (1, kept[0]), (-1, kept[1]))

    t, w = symbol("t"), symbol("w", ("n",))
    tight = (t, *(symbol(k, (), Assumptions(POSITIVE)) for k in "sr"))
    wide = (t, symbol("s"), symbol("r"))
    inner = curvature(phi(*tight), tight).certificate
    assert inner is not None
    last = len(inner.nodes)
    return Certificate(
        (
            *inner.nodes,
            Inference(Claim("convex", phi(*wide), wide), "natural-domain", (last - 1,)),
            Inference(Claim("affine", w, (w,)), "variable"),
            Inference(
                Claim("convex", total(multiply(power(w, 4), power(w, -1))), (w,)),
                "separable",
                (last, last + 1),
                (phi(*wide), wide, (w, w, w)),
            ),
        )
    )


def _asked(p: Fraction, u: Expr) -> Expr:
    """Return u, written so that it asks for a value of u^p."""
    return multiply(power(u, 1 - p), power(u, p))


def _cancelled(
    p: Fraction, kept: Callable[..., Expr], signs: str, *inside: Interval
) -> Certificate:
    """kept(s, t) + s - r for positive numbers; with w or -w/2 for all, s and r ask nothing."""
    w = symbol("w", ("n",))
    half = scale(-HALF, w)

    def phi(*over: Expr) -> Expr:
        s, r, t = over
        return add((1, kept(s, t)), (1, _asked(p, s)), (-1, _asked(p, r)))

    tight = tuple(symbol(name, (), Assumptions(i)) for name, i in zip("srt", inside, strict=True))
    wide = tuple(symbol(name) for name in "srt")
    inner = curvature(phi(*tight), tight).certificate
    assert inner is not None
    last = len(inner.nodes)
    arguments = tuple(w if sign == "+" else half for sign in signs)
    return Certificate(
        (
            *inner.nodes,
            Inference(Claim("convex", phi(*wide), wide), "natural-domain", (last - 1,)),
            Inference(Claim("affine", w, (w,)), "variable"),
            Inference(
                Claim("affine", scale(-HALF, w), (w,)), "sum", (last + 1,), tuple(groups([0]))
            ),
            Inference(
                Claim("convex", total(phi(*arguments)), (w,)),
                "separable",
                (last, last + 1, last + 2),
                (phi(*wide), wide, arguments),
            ),
        )
    )


def _choice_with_a_dead_branch() -> Certificate:
    k = symbol("K", ("n", "n"), Assumptions(structure=frozenset({"psd"})))
    v = symbol("v", ("n",))
    form = contract([(v, (0,), 1), (v, (1,), 1), (k, (0, 1), 1)], ())
    below = subtract(negate(form), const(1))
    dead = apply(ATOMS["log"], below)
    formula = select([((Comparison(x, ">="),), x)], dead)
    return proof(
        Inference(Claim("range", form, (), NONNEGATIVE), "range-form", (), (f(0, 1, 0),)),
        Inference(
            Claim("range", below, (), Interval(None, Fraction(-1), True, False)), "range", (0,)
        ),
        Inference(Claim("range", dead, (), Interval(Fraction(2), Fraction(1))), "range", (1,)),
        Inference(Claim("range", formula, (), opened(5, 6)), "range", (2,)),
    )


FORGED = {
    "a lower value at the left end of the declared interval": _jump(0),
    "a lower value at the right end of the declared interval": _jump(2),
    "a natural domain read off the diagonal": _widened_diagonal(),
    "a polynomial with a hole, as a sum of squares": proof(
        node("convex", "x^4 + x*(1 + 1/x)", "sos-convex", (), (f(1, 1),), (f(12),), wrt="x")
    ),
    "arguments that coincide and cancel a domain": _merged_arguments(),
    "a root that cancels beside a whole power": _cancelled(
        HALF,
        lambda s, t: add((1, power(s, 3)), (1, power(t, 2))),
        "+++",
        NONNEGATIVE,
        NONNEGATIVE,
        Interval(),
    ),
    "a root of the negative that cancels beside a root": _cancelled(
        HALF,
        lambda s, t: add((1, power(s, 3)), (1, power(t, -HALF))),
        "--+",
        NONNEGATIVE,
        NONNEGATIVE,
        POSITIVE,
    ),
    "a pole that cancels beside a root": _cancelled(
        -HALF,
        lambda s, t: add((1, apply(ATOMS["sign"], s)), (-1, power(t, HALF))),
        "+++",
        POSITIVE,
        POSITIVE,
        NONNEGATIVE,
    ),
    "a choice with a branch that is never defined": _choice_with_a_dead_branch(),
    "a base that may vanish under a fraction line": proof(
        node("affine", "x", "variable", wrt="x"),
        node("convex", "abs(x)", "composition", [0], wrt="x"),
        node("convex", "(p^(1/10)/abs(x))^(-3/2)", "monomial", [1], wrt="x"),
    ),
    "a sum of two letters with a hole, under a gamma function": proof(
        node("affine", "x", "variable", wrt="x y"),
        node("affine", "y", "variable", wrt="x y"),
        node("affine", "x + 2", "sum", [0], *groups([0], [1]), wrt="x y"),
        node(
            "convex",
            "lgamma(x + 2) + lgamma(y) - lgamma(x*(1 + 1/x) + 1 + y)",
            "log-beta",
            [0, 1, 2],
            BOTH,
            e("x*(1 + 1/x) + 1 + y"),
            e("x + 2"),
            e("y"),
            wrt="x y",
        ),
    ),
    "a variable named twice": proof(
        node("strong", "x^2", "quadratic", wrt="x", other=const(2)),
        node("strong", "x^2", "restriction", [0], wrt="x x", other=const(2)),
    ),
}


@pytest.mark.parametrize("title", FORGED)
def test_the_proof_is_refused_at_its_last_node(title: str) -> None:
    certificate = FORGED[title]
    with pytest.raises(NotCertified) as refusal:
        check(certificate)
    assert f"node {len(certificate.nodes) - 1} " in refusal.value.render("en")


def test_a_matrix_whose_diagonal_alone_is_rooted_is_not_called_concave() -> None:
    wide = symbol("X", ("n", "n"))
    assert curvature(_diagonal(wide), (wide,)).label not in ("concave", "convex", "affine")


def test_a_zero_beside_the_diagonal_takes_no_value_from_its_inverses() -> None:
    wide = symbol("X", ("n", "n"), Assumptions(NONNEGATIVE))
    row = contract([(wide, (0, 0), 1)], (0,))
    sides = (total(power(row, -1)), total(apply(ATOMS["exp"], negate(apply(ATOMS["log"], row)))))
    unit = {wide: ((BOTH, 0 * BOTH), (0 * BOTH, BOTH))}
    with pytest.raises(NotCertified):
        check_difference(Difference(*sides, {"n": 2}, unit, (), "left undefined"))


@pytest.mark.parametrize("size", [0, -1])
def test_values_for_an_empty_size_show_nothing(size: int) -> None:
    formula = multiply(subtract(N, const(Fraction(1, 2))), power(x, 2))
    points = {x: BOTH}, {x: -BOTH}
    with pytest.raises(NotCertified):
        check(Witness(formula, (x,), "convex", {"n": size}, {}, *points, Fraction(1, 2)))
    longest = apply(ATOMS["max"], N, const(1))
    with pytest.raises(NotCertified):
        check_difference(Difference(longest, N, {"n": size}, {}))


@pytest.mark.parametrize("text", ["tr(log(X)) - sum(X.^3)", "sum(log(X).*eye) - sum(X.^3)"])
def test_a_diagonal_asks_nothing_of_the_other_entries(text):
    f = parse(text, "X: matrix(n, n)")
    assert curvature(f.expr, (f.symbol("X"),)).label not in ("convex", "concave", "affine")
