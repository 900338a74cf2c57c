"""A step to a normal form: squares of a cosine above a sine of the same angle, and conversely.

Part of the trusted checker, as ``normal_steps``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.evidence.linear import axes
from lossmith.expr.build import add, apply, contract, ones, power
from lossmith.expr.node import Apply, Contract, Expr
from lossmith.expr.walk import map_up

_OTHER: Final = {"sin": "cos", "cos": "sin"}


def cofunctions(e: Expr) -> Expr:
    """cos(u)^2/sin(u) = 1/sin(u) - sin(u), sin(u)^2/cos(u) = 1/cos(u) - cos(u), in products."""
    return map_up(e, _cofunction)


def _cofunction(e: Expr) -> Expr:
    if not isinstance(e, Contract):
        return e
    below = [(f, ls) for f, ls, p in e.factors if p < 0 and isinstance(f, Apply)]
    for k, (f, ls, p) in enumerate(e.factors):
        if p < 2 or not isinstance(f, Apply) or f.atom.name not in _OTHER:
            continue
        other = apply(ATOMS[_OTHER[f.atom.name]], *f.args)
        if (other, ls) not in below:
            continue
        rest = [x for j, x in enumerate(e.factors) if j != k]
        square = add(ones(f.shape), (-1, power(other, 2)))
        return contract([*rest, (f, ls, p - 2), (square, ls, Fraction(1))], axes(e), e.shape)
    return e
