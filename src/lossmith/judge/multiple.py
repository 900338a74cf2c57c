"""Evidence that one function is a multiple of another plus a constant, for the checker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lossmith.errors import LossmithError
from lossmith.evidence.lines.multiples import Image, Multiple, check_multiple, other_side
from lossmith.expr.node import Expr, Symbol
from lossmith.judge.normal import meet


def multiple(
    left: Expr,
    right: Expr,
    wrt: tuple[Symbol, ...],
    factor: Expr,
    constant: Expr,
    by: Image = "",
    told: Mapping[str, Any] | None = None,
) -> Multiple | None:
    """Return evidence that left = factor * h(right) + constant, None if the checker has none.

    Cost: one search for a normal form of each side, some 50 ms for a classroom loss.
    """
    try:
        proof = meet(left, other_side(right, factor, constant, by))
        if proof is None:
            return None
        found = Multiple(left, right, wrt, factor, constant, proof, by, told)
        check_multiple(found)
    except LossmithError:
        return None
    return found
