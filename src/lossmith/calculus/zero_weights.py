"""Where a weight is 0, its term counts nothing: y log p is 0 at y = p = 0, with its slopes by p.

The labels of cross-entropy are 0 for all classes but one, and probabilities saturate. y log p does
not depend on p where y = 0, so that 0 is its limit as p goes to 0; floats have 0 · ∞ = nan. Outside
of the domain, at p < 0, it stays nan.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from lossmith.atoms.exponential import log, log1p, log2
from lossmith.expr.build import add, apply, const, contract, select
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Expr,
    Factor,
    Select,
    Symbol,
    children,
)
from lossmith.expr.ranges import enclosure
from lossmith.expr.types import Shape
from lossmith.expr.walk import map_up

_MOST: Final = 12
"""Factors of a product beyond which none is looked at."""

_NEAR: Final = 64
"""Parts of an expression that are looked at for a symbol."""


def without_empty_terms(expr: Expr) -> Expr:
    """Return expr with y log(z) and y / z^p computed at z = 1 where both y and z are 0.

    y is a symbol or 1 minus one, and z does not depend on it. Logarithms always have this limit,
    powers only where 0 is an end of what y may be (a label, a count): 0/0 stays nan elsewhere.
    """
    return map_up(expr, _safe)


def _safe(e: Expr) -> Expr:
    if not isinstance(e, Contract) or not 1 < len(e.factors) <= _MOST:
        return e
    factors = list(e.factors)
    for y, axes, p in e.factors:
        if p > 0 and len(set(axes)) == len(axes) and _symbols_of_weight(y):
            factors = [_beside(y, axes, f) for f in factors]
    same = all(f is g for f, g in zip(factors, e.factors, strict=True))
    return e if same else contract(factors, tuple(range(e.rank)), e.shape)


def _beside(y: Expr, axes: tuple[int, ...], factor: Factor) -> Factor:
    """Return a factor of the product of y, finite where y is 0."""
    f, own, p = factor
    if isinstance(f, Apply) and f.atom in _LOGARITHMS and p > 0:
        (z,), pole = f.args, _LOGARITHMS[f.atom]
        if set(own) <= set(axes) and enclosure(y).has(0) and _meets(z, pole, y):
            spread = z if own == axes else _spread(z, [axes.index(k) for k in own], y.shape)
            return apply(f.atom, _moved_where_empty(y, spread, pole)), axes, p
    elif p < 0 and own == axes and _is_end_of_range(y) and _meets(f, 0, y):
        return _moved_where_empty(y, f, 0), axes, p
    return factor


_LOGARITHMS: Final = {log: 0, log2: 0, log1p: -1}
"""Where they have their pole; one above it they are 0."""


def _moved_where_empty(y: Expr, z: Expr, pole: int) -> Expr:
    """Return z, but one above the pole where y is 0 and z is at the pole."""
    above = add(z, const(-pole, z.shape))
    empty = (Comparison(y, "=="), Comparison(above, "=="))
    return select([(empty, const(pole + 1, y.shape))], z)


def _spread(z: Expr, at: Sequence[int], shape: Shape) -> Expr:
    """Return z repeated along the axes that it lacks."""
    return contract([(z, tuple(at), Fraction(1))], tuple(range(len(shape))), shape)


def _symbols_of_weight(y: Expr) -> tuple[Symbol, ...]:
    """Return the symbols of y, or of a number plus multiples of symbols; none for what is else."""
    if isinstance(y, Symbol):
        return (y,)
    if not isinstance(y, Add) or not all(isinstance(t, Symbol | Const) for _, t in y.terms):
        return ()
    return tuple(t for _, t in y.terms if isinstance(t, Symbol))


def _is_end_of_range(y: Expr) -> bool:
    """Return whether 0 is an end of the interval of y; of a number, of a bounded one."""
    interval = enclosure(y)
    return (
        0 in (interval.lo, interval.hi) and interval.has(0) and bool(y.shape or interval.is_bounded)
    )


def _meets(z: Expr, pole: int, y: Expr) -> bool:
    """Return whether z may be at the pole, by underflow too, without depending on y."""
    interval = enclosure(z)
    near = interval.has(pole) or (isinstance(z, Apply) and pole in (interval.lo, interval.hi))
    if not near or isinstance(z, Const | Select):
        return False
    symbols = set(_symbols_of_weight(y))
    stack: list[Expr] = [z]
    seen = set[Expr]()
    while stack and len(seen) < _NEAR:
        part = stack.pop()
        if part in symbols:
            return False
        if part not in seen:
            seen.add(part)
            stack += children(part)
    return not stack
