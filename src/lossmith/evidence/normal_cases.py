"""A step to the normal form: cases by the values of a number that has only two.

Part of the trusted checker.
"""

from __future__ import annotations

from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.enclose import bounds, is_defined
from lossmith.expr.build import add, broadcast, const, multiply
from lossmith.expr.node import Apply, Contract, Expr, Select, Symbol, children
from lossmith.expr.walk import depends_on, postorder, substitute, symbols

_MOST = 2
"""Numbers by which cases are told apart in one expression."""


def cases(e: Expr) -> Expr:
    """F(s) = ((b - s) F(a) + (s - a) F(b))/(b - a) for a number s that is a or b.

    Only where s stands inside a function or a choice, and F(a) and F(b) have values for all values
    of the other symbols.
    """
    for s in [s for s in symbols(e) if _is_two_valued(s)][:_MOST]:
        if _is_inside(e, s):
            return _split(e, s)
    return e


def _is_two_valued(s: Symbol) -> bool:
    values = s.assumptions.values
    return not s.shape and values is not None and len(values) == 2


def _is_inside(e: Expr, s: Symbol) -> bool:
    """Return whether s occurs other than as a factor of a term."""
    return any(depends_on(part, (s,)) for node in postorder(e) for part in _arguments(node))


def _arguments(node: Expr) -> tuple[Expr, ...]:
    if isinstance(node, Apply | Select):
        return children(node)
    if isinstance(node, Contract):
        return tuple(f for f, _, p in node.factors if p != 1)
    return ()


def _split(e: Expr, s: Symbol) -> Expr:
    assert s.assumptions.values is not None
    a, b = s.assumptions.values
    try:
        at_a, at_b = (substitute(e, {s: const(v)}) for v in (a, b))
    except LossmithError:
        return e
    if not (_is_total(at_a) and _is_total(at_b)):
        return e
    width = Fraction(b - a)
    low = add((b / width, const(1)), (-1 / width, s))
    high = add((1 / width, s), (-a / width, const(1)))
    return add(multiply(broadcast(low, e.shape), at_a), multiply(broadcast(high, e.shape), at_b))


def _is_total(e: Expr) -> bool:
    found = bounds(e, {})
    return all(is_defined(node, found.__getitem__) for node in postorder(e))
