"""What functions ask of their arguments beyond what is declared: a symmetric matrix.

lambda_max(A) has no value for a matrix that is not symmetric, and code that reads one triangle
would not tell. So a matrix that stands in such a function is symmetric, declared or not.
"""

from __future__ import annotations

from typing import Final

from lossmith.expr.node import Add, Apply, Expr, Symbol
from lossmith.expr.walk import postorder

_WORD: Final = "symmetric"


def asked_symmetric(*roots: Expr) -> frozenset[str]:
    """Return the names of symbols that stand alone, but for a factor, where it is asked.  Linear.

    What is computed (X'X, A + A') is left to the formula: its rounding is no fault of the data.
    """
    asked = (
        _without_factor(e.args[0])
        for e in postorder(*roots)
        if isinstance(e, Apply) and _WORD in e.atom.needs
    )
    return frozenset(
        s.name for s in asked if isinstance(s, Symbol) and not s.assumptions.has(_WORD)
    )


def _without_factor(e: Expr) -> Expr:
    return e.terms[0][1] if isinstance(e, Add) and len(e.terms) == 1 else e


__all__ = ["asked_symmetric"]
