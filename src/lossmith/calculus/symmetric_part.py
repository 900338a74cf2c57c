"""Functions of symmetric matrices where the entries move freely: f(X) is f((X + X')/2).

The largest eigenvalue is defined for symmetric matrices. A derivative entry by entry needs its
values beside them, and there it is taken of the symmetric part, as ``eigvalsh`` of a matrix that
is symmetrized first. Gradient and Hessian are then those of one function: the gradient of
lambda_max is v v', its Hessian applied to D is v v' E Z + Z E v v' with E = (D + D')/2.
"""

from __future__ import annotations

from fractions import Fraction

from lossmith.calculus.derivation import Move
from lossmith.expr.build import add, apply, transpose
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.product import is_symmetric
from lossmith.expr.walk import map_up
from lossmith.words import Words

SYMMETRIZED = Move(
    "of-the-symmetric-part",
    Words(
        "eigenvalues are those of the symmetric part (X + X')/2 where X moves entry by entry",
        "矩阵逐元素变动时，特征值取其对称部分 (X + X')/2 的特征值",
    ),
    "Magnus & Neudecker 2019, section 9.11",
)


def symmetrized(e: Expr, wrt: Symbol) -> Expr:
    """Return e with functions of symmetric matrices taken of the symmetric part of what moves."""
    return map_up(e, _of_symmetric_part) if len(wrt.shape) == 2 else e


def _of_symmetric_part(e: Expr) -> Expr:
    if not isinstance(e, Apply) or "symmetric" not in e.atom.needs:
        return e
    half = Fraction(1, 2)
    parts = [a if is_symmetric(a) else add((half, a), (half, transpose(a))) for a in e.args]
    return apply(e.atom, *parts)
