"""One of two ways to write the same: A - X and X - A under an even power, softplus(u) and (-u).

Each is offered wherever it could apply; it pays where the other way stands in the formula too.
"""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.atoms.activation import softplus
from lossmith.calculus.derivation import Move
from lossmith.calculus.driver import Computed
from lossmith.calculus.expand import expanded
from lossmith.expr.build import add, apply, contract, negate
from lossmith.expr.node import Add, Apply, Contract, Expr, children
from lossmith.expr.walk import substitute
from lossmith.words import Words, same


def turned(e: Expr) -> Sequence[Expr]:
    """Return a product with a difference under an even power turned: (A - X)² = (X - A)²."""
    if not isinstance(e, Contract):
        return ()
    out = tuple(range(e.rank))
    found: list[Expr] = []
    for k, (f, labels, p) in enumerate(e.factors):
        if isinstance(f, Add) and p.denominator == 1 and p.numerator % 2 == 0:
            factors = [*e.factors[:k], (negate(f), labels, p), *e.factors[k + 1 :]]
            found.append(contract(factors, out, e.shape))
    return found


def reflected(e: Expr) -> Sequence[Expr]:
    """Return a sum that holds softplus(u) and softplus(-u) by one of them, and collected."""
    if not isinstance(e, Add):
        return ()
    held = [f for _, t in e.terms for f in (t, *children(t)) if _is_softplus(f)]
    found: list[Expr] = []
    for f in held:
        assert isinstance(f, Apply)
        (u,) = f.args
        other = apply(softplus, negate(u))
        if other in held:
            new = substitute(e, {other: add(f, (-1, u))})
            found += [new, *expanded(new)]
    return found


def _is_softplus(e: Expr) -> bool:
    return isinstance(e, Apply) and e.atom is softplus


TURN = Computed(
    Move(
        "same-difference",
        Words(
            "a difference and its negative have the same even powers",
            "一个差与它的相反数，偶次幂相等",
        ),
        "(a − b)² = (b − a)²",
    ),
    turned,
)
REFLECT = Computed(
    Move(
        "one-softplus",
        same("softplus(−u) = softplus(u) − u"),
        "from log(1 + exp u) = u + log(1 + exp(−u))",
    ),
    reflected,
)
