"""What is left of a gradient when everything positive is divided out.

exp(-x^2 - y^2) (y - 2 x^2 y) vanishes exactly where y - 2 x^2 y does: sums of products of
polynomials with exponentials, and rational functions, so have the stationary points of a polynomial
system.
"""

from __future__ import annotations

from dataclasses import dataclass

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.arithmetic.second import Known
from lossmith.expr.build import add, const, multiply, power
from lossmith.expr.node import Expr
from lossmith.expr.sets import POSITIVE
from lossmith.prove.zeros.multivariate import factored


@dataclass(frozen=True, slots=True)
class Split:
    """f = weight * core with weight > 0, wherever f has a value."""

    weight: Expr
    core: Expr


def split(f: Expr, known: Known) -> Split | None:
    """Return f with its positive factors in one weight, for variables in the boxes ``known``.

    None if f does not become a polynomial in its parts.
    """
    found = factored(f)
    if found is None:
        return None
    unit, powers = found
    raised = [(power(g, q), g, q) for g, q in powers]
    weights = [e for e, _, _ in raised if _is_positive(e, known)]
    # A factor that is never 0 where f has a value belongs to the core for its sign alone.
    cores = [e for e, _, _ in raised if e not in weights]
    core = add((unit, multiply(const(1), *cores)), shape=())
    made = Split(multiply(const(1), *weights), core)
    return made if same(f, multiply(made.weight, made.core)) else None


def numerator(f: Expr, known: Known) -> Expr | None:
    """Return a product that vanishes exactly where f does, where f has a value.

    None if f does not become a polynomial in its parts.
    """
    found = factored(f)
    if found is None:
        return None
    unit, powers = found
    parts = [g for g, q in powers if q > 0 and not _is_positive(g, known)]
    return add((unit, multiply(const(1), *parts)), shape=())


def _is_positive(e: Expr, known: Known) -> bool:
    found = bounds(e, known)[e]
    return not found.is_empty and found.within(POSITIVE)
