"""One of two ways to write the same: softplus(u) and softplus(-u), where both stand in a sum."""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.atoms.activation import softplus
from lossmith.calculus.derivation import Move
from lossmith.calculus.driver import Computed
from lossmith.calculus.expand import expanded
from lossmith.expr.build import add, apply, negate
from lossmith.expr.node import Add, Apply, Expr, children
from lossmith.expr.walk import substitute
from lossmith.words import same


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


REFLECT = Computed(
    Move(
        "one-softplus",
        same("softplus(−u) = softplus(u) − u"),
        "from log(1 + exp u) = u + log(1 + exp(−u))",
    ),
    reflected,
)
