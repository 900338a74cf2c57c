"""Limits of functions of one number far out, as rows: f(u) = limit + rest(1/u) for u -> +-infinity.

A rest of None is smaller than every power of 1/u: e^u for u -> -infinity, and what decays like it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.expr.build import apply, const, scale
from lossmith.expr.node import Expr

Rest = Callable[[Expr], Expr]


@dataclass(frozen=True, slots=True)
class Tail:
    """The limits at -infinity and infinity (None: infinity) and what is left."""

    low: Expr | None
    high: Expr | None
    rest: Rest | None = None


def _atan(y: Expr) -> Expr:
    return scale(Fraction(-1), apply(ATOMS["atan"], y))


_QUARTER = apply(ATOMS["atan"], const(1))

TAILS: Final[Mapping[str, Tail]] = {
    "exp": Tail(const(0), None),
    "expm1": Tail(const(-1), None),
    "sigmoid": Tail(const(0), const(1)),
    "softplus": Tail(const(0), None),
    "tanh": Tail(const(-1), const(1)),
    "erf": Tail(const(-1), const(1)),
    # atan(u) + atan(1/u) is pi/2 for u > 0 and -pi/2 for u < 0; atan(1) is pi/4.
    "atan": Tail(scale(Fraction(-2), _QUARTER), scale(Fraction(2), _QUARTER), _atan),
}
"""By the name of the card.  Source: DLMF 4.2, 4.24.17, 4.28, 7.2."""
