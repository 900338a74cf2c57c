"""Forged proofs about diagonals: diag(f(A)) is f(diag(A)), which asks nothing of what is beside it.

A matrix f(A) has a value where all its entries have one. What is proved of it there may be false
of its diagonal, which has values at more points.
"""

from __future__ import annotations

from fractions import Fraction

import pytest
from proofs import POSITIVE, groups, proof

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.evidence.certificate import Certificate, Claim, Inference, Witness
from lossmith.evidence.check import check
from lossmith.expr.build import (
    add,
    apply,
    broadcast,
    const,
    contract,
    divide,
    multiply,
    negate,
    ones,
    outer,
    power,
    scale,
    size_of,
    total,
)
from lossmith.expr.node import Expr, Symbol, delta, symbol
from lossmith.expr.types import Assumptions

SQUARE = ("n", "n")
WIDE = symbol("X", SQUARE)
TIGHT = symbol("X", SQUARE, Assumptions(POSITIVE))
HALF, ZERO, ONE = Fraction(1, 2), Fraction(0), Fraction(1)


def _cubes(matrix: Symbol) -> Expr:
    return total(power(matrix, 3))


def _larger(matrix: Symbol) -> Expr:
    """Return max(-log X[i, j], sum of X^3): convex where all entries are > 0."""
    return apply(
        ATOMS["max"],
        negate(apply(ATOMS["log"], matrix)),
        broadcast(_cubes(matrix), SQUARE),
    )


def _matrix_proof() -> list[Inference]:
    """Prove that the matrix is convex: a true claim."""
    log, cubes = apply(ATOMS["log"], TIGHT), _cubes(TIGHT)
    wrt = (TIGHT,)
    return [
        Inference(Claim("affine", TIGHT, wrt), "variable"),
        Inference(Claim("concave", log, wrt), "composition", (0,)),
        Inference(Claim("convex", negate(log), wrt), "sum", (1,), tuple(groups([0]))),
        Inference(Claim("convex", power(TIGHT, 3), wrt), "composition", (0,)),
        Inference(Claim("convex", cubes, wrt), "linear", (3,), (power(TIGHT, 3), (ZERO, ONE))),
        Inference(Claim("convex", broadcast(cubes, SQUARE), wrt), "linear", (4,), (cubes, ())),
        Inference(Claim("convex", _larger(TIGHT), wrt), "composition", (2, 5)),
        Inference(Claim("convex", _larger(WIDE), (WIDE,)), "natural-domain", (6,)),
    ]


TRACE = contract([(_larger(WIDE), (0, 0), 1)], ())


def _trace() -> Certificate:
    last = Inference(Claim("convex", TRACE, (WIDE,)), "linear", (7,), (_larger(WIDE), (ZERO, ZERO)))
    return proof(*_matrix_proof(), last)


def _beside_a_unit_matrix() -> Certificate:
    diagonal = contract([(_larger(WIDE), (0, 1), 1), (delta("n"), (0, 1), 1)], (0, 1))
    last = Inference(
        Claim("convex", diagonal, (WIDE,)), "linear", (7,), (_larger(WIDE), (ZERO, ONE))
    )
    return proof(*_matrix_proof(), last)


def _constants_of_terms() -> Certificate:
    """The trace of sqrt(x x') + 2 x^2 1': it asks x_i x_j >= 0; terms on a diagonal do not."""
    v = symbol("x", ("n",))
    wrt, size = (v,), power(power(v, 2), HALF)
    squares = contract([(v, (0,), 2), (ones(SQUARE), (0, 1), 1)], (0, 1), SQUARE)
    formula = contract([(add((1, power(outer(v, v), HALF)), (2, squares)), (0, 0), 1)], ())
    square = total(power(v, 2))
    return proof(
        Inference(Claim("affine", v, wrt), "variable"),
        Inference(Claim("convex", size, wrt), "power-mean", (0,)),
        Inference(Claim("convex", total(size), wrt), "linear", (1,), (size, (ZERO,))),
        Inference(Claim("strong", total(size), wrt, None, const(0)), "constants-zero", (2,)),
        Inference(Claim("strong", square, wrt, None, const(2)), "constants-loss"),
        Inference(Claim("strong", formula, wrt, None, const(4)), "constants-sum", (3, 4)),
    )


def _weights_on_the_diagonal() -> Certificate:
    """exp(mean of log U[i, i]), U = min(exp(log(X[i, j])/2), -sum of X^3), by weights I/n."""

    def least(matrix: Symbol) -> Expr:
        root = apply(ATOMS["exp"], scale(HALF, apply(ATOMS["log"], matrix)))
        return apply(ATOMS["min"], root, broadcast(negate(_cubes(matrix)), SQUARE))

    weights = divide(delta("n"), size_of("n"))
    mean = total(multiply(weights, apply(ATOMS["log"], least(WIDE))))
    formula = apply(ATOMS["exp"], mean)
    t = symbol("t", (), Assumptions(POSITIVE))
    root = apply(ATOMS["exp"], scale(HALF, apply(ATOMS["log"], t)))
    cubes, wrt = _cubes(TIGHT), (TIGHT,)
    entry = apply(ATOMS["exp"], scale(HALF, apply(ATOMS["log"], TIGHT)))
    weight, core = multiply(root, power(t, -2)), const(Fraction(1, 4))
    return proof(
        Inference(
            Claim("concave", root, (t,)),
            "second-derivative",
            (),
            ((weight, core, (POSITIVE, "direct")),),
        ),
        Inference(Claim("affine", TIGHT, wrt), "variable"),
        Inference(Claim("concave", entry, wrt), "entrywise", (0, 1), (root, t, TIGHT)),
        Inference(Claim("convex", power(TIGHT, 3), wrt), "composition", (1,)),
        Inference(Claim("convex", cubes, wrt), "linear", (3,), (power(TIGHT, 3), (ZERO, ONE))),
        Inference(Claim("convex", broadcast(cubes, SQUARE), wrt), "linear", (4,), (cubes, ())),
        Inference(
            Claim("concave", broadcast(negate(cubes), SQUARE), wrt),
            "sum",
            (5,),
            tuple(groups([0])),
        ),
        Inference(Claim("concave", least(TIGHT), wrt), "composition", (2, 6)),
        Inference(Claim("concave", least(WIDE), (WIDE,)), "natural-domain", (7,)),
        Inference(
            Claim("concave", formula, (WIDE,)),
            "weighted-geometric-mean",
            (8,),
            (const(0), (weights, least(WIDE))),
        ),
    )


FORGED = {
    "a matrix for its trace": _trace(),
    "a matrix for its diagonal part": _beside_a_unit_matrix(),
    "terms of a sum on its diagonal": _constants_of_terms(),
    "weights that are 0 beside the diagonal": _weights_on_the_diagonal(),
}


@pytest.mark.parametrize("title", FORGED)
def test_only_the_step_to_the_diagonal_is_refused(title: str) -> None:
    certificate = FORGED[title]
    check(Certificate(certificate.nodes[:-1]))
    with pytest.raises(NotCertified) as refusal:
        check(certificate)
    assert f"node {len(certificate.nodes) - 1} " in refusal.value.render("en")


def test_the_trace_is_not_convex() -> None:
    rows = [((Fraction(4), Fraction(b)), (ZERO, Fraction(4))) for b in (-4, 0)]
    check(Witness(TRACE, (WIDE,), "convex", {"n": 2}, {}, {WIDE: rows[0]}, {WIDE: rows[1]}, HALF))
