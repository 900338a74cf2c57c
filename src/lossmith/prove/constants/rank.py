"""When a convex X' diag(d) X is definite: exactly where X has full column rank, if every d > 0.

Proof. v'X' diag(d) X v = sum of d_i (Xv)_i^2, which is 0 only for Xv = 0 if every d_i > 0. So the
null space of the Hessian is that of X, at every point: the function is strictly convex where X has
full column rank, and constant along the null space of X up to a linear term where it has not. One
row alone gives a Hessian of rank one.
Source: Horn & Johnson 2013, observation 7.1.8.
"""

from __future__ import annotations

from dataclasses import dataclass

from lossmith.calculus.structure import structure
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.operator import Diagonal, Gram, ScaledIdentity
from lossmith.expr.sets import POSITIVE
from lossmith.expr.walk import depends_on
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_range

BUDGET = 200
"""Proof steps spent on the sign of the weights."""


@dataclass(frozen=True, slots=True)
class FullRank:
    """A Hessian X' diag(d) X with every d > 0: definite exactly where ``matrix`` = X has full rank.

    weights: d, the same at every row if it is a scalar.
    """

    matrix: Expr
    weights: Expr


def full_rank(hessian: Expr, wrt: Symbol) -> FullRank | None:
    """Return the matrix whose rank decides definiteness; None for a Hessian of another form.

    hessian: with the axes of one vector variable twice; differentiable everywhere.
    """
    if len(wrt.shape) != 1:
        return None
    match structure(hessian):
        case Gram(matrix=x, core=Diagonal(entries=d) | ScaledIdentity(factor=d)):
            if depends_on(x, (wrt,)):
                return None
            proof = Proof((wrt,), BUDGET)
            prove_range(proof, d)
            return FullRank(x, d) if proof.enclosed(d).within(POSITIVE) else None
        case _:
            return None
