"""The gradient in the space that a structured variable may move in.

Entry by entry a symmetric matrix is differentiated as if its entries were free: G. Moves that keep
it symmetric only see the symmetric part of G, which is the gradient in the space of symmetric
matrices (inner product tr(A'B)); a diagonal matrix sees the diagonal of G alone.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lossmith.calculus.derivation import Derivation, Move, Rewrite
from lossmith.calculus.simplify import simplify
from lossmith.expr.build import add, diag, diagonal, transpose
from lossmith.expr.node import Expr
from lossmith.words import Words

SYMMETRIC = Move(
    "symmetric-part",
    Words(
        "moves that keep the matrix symmetric see the symmetric part (G + G')/2",
        "保持对称的变动只与对称部分 (G + G')/2 有关",
    ),
    "Magnus & Neudecker 2019, section 3.8; orthogonal projection on the symmetric matrices",
)
DIAGONAL = Move(
    "diagonal-part",
    Words(
        "moves that keep the matrix diagonal see the diagonal of G alone",
        "保持对角的变动只与 G 的对角线有关",
    ),
    "orthogonal projection on the diagonal matrices",
)


def constrained(gradient: Derivation) -> Derivation | None:
    """Return the gradient continued into the space of its variable; None if that space is flat.

    Known for symmetric (psd, pd) and for diagonal matrices.
    """
    if gradient.wrt is None or gradient.order != 1 or gradient.start.shape:
        return None
    promised = gradient.wrt.assumptions
    for word, move, part in _SPACES:
        if promised.has(word):
            end = part(gradient.end)
            step = Derivation(gradient.end, None, (Rewrite(move, gradient.end, end),), end)
            return gradient.then(step.then(simplify(end, (gradient.start,))))
    return None


def _symmetric_part(g: Expr) -> Expr:
    half = Fraction(1, 2)
    return add((half, g), (half, transpose(g)))


def _diagonal_part(g: Expr) -> Expr:
    return diag(diagonal(g))


_SPACES: tuple[tuple[str, Move, Callable[[Expr], Expr]], ...] = (
    ("diagonal", DIAGONAL, _diagonal_part),
    ("symmetric", SYMMETRIC, _symmetric_part),
)
"""A diagonal matrix is symmetric too: the smaller space comes first."""
