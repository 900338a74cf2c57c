"""A step to the normal form: cases by the values of a number, or of entries, that have only two.

Part of the trusted checker.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.domains import always_evaluated
from lossmith.evidence.arithmetic.enclose import bounds, is_defined
from lossmith.evidence.arithmetic.linear import axes
from lossmith.expr.build import add, const, contract
from lossmith.expr.node import Add, Apply, Contract, Expr, Select, Symbol, children
from lossmith.expr.walk import map_up, postorder, substitute, symbols

Place = tuple[int, ...] | None


def cases(e: Expr) -> Expr:
    """F(s) = ((b - s) F(a) + (s - a) F(b))/(b - a) for a number s that is a or b.

    Only where s stands inside a function, a choice or a denominator, and F(a) and F(b) have values
    where F has one. Of an array s: where each entry of F holds one entry of s alone.
    """
    return _everywhere_apart(e, lambda part: True)


def values(e: Expr) -> Expr:
    """The same for functions of one argument alone: p^y is parted by its logarithm first."""
    return _everywhere_apart(e, lambda part: isinstance(part, Apply) and part.atom.arity == 1)


def _everywhere_apart(e: Expr, wanted: Callable[[Expr], bool]) -> Expr:
    for s in symbols(e):
        if s.assumptions.values and len(s.assumptions.values) == 2:
            e = map_up(e, lambda part, s=s: _apart(part, s) if wanted(part) else part)
    return e


def _apart(e: Expr, s: Symbol) -> Expr:
    inside = children(e) if isinstance(e, Apply | Select) else ()
    if isinstance(e, Contract):
        inside = tuple(f for f, _, p in e.factors if p < 0 or p.denominator > 1)
    at = _axes_of(e, s) if s in symbols(*inside) else None
    return e if at is None else _split(e, s, at)


def _axes_of(e: Expr, s: Symbol) -> Place:
    """Return axes (k0, k1 ...) of e: its entry i holds s[i_k0, i_k1 ...] and no other entry of s;
    None if there are no such axes.
    """
    place: dict[Expr, Place] = {s: axes(s)}
    for node in postorder(e):
        held = [c for c in children(node) if c in place]
        if held:
            place[node] = () if not s.shape else _place(node, place)
    return place.get(e)


def _place(node: Expr, place: Mapping[Expr, Place]) -> Place:
    """Return the axes of s in a node by those in its parts; None if they are not all the same."""
    if isinstance(node, Contract):
        parts = [(f, labels) for f, labels, _ in node.factors]
    elif isinstance(node, Add) or (isinstance(node, Apply) and node.atom.signature.is_entrywise):
        parts = [(c, axes(node)) for c in children(node)]
    else:
        return None
    held = [(place[f], labels) for f, labels in parts if f in place]
    found = {None if at is None else tuple(labels[k] for k in at) for at, labels in held}
    on = found.pop() if len(found) == 1 else None
    return None if on is None or max(on) >= len(node.shape) else on


def _split(e: Expr, s: Symbol, at: tuple[int, ...]) -> Expr:
    """Return ((b - s) F(a) + (s - a) F(b))/(b - a), the axes of s being these of F."""
    assert s.assumptions.values is not None
    a, b = s.assumptions.values
    try:
        at_a, at_b = (substitute(e, {s: const(v, s.shape)}) for v in (a, b))
    except LossmithError:
        return e
    if not all(_is_defined(f, e) for f in (at_a, at_b)):
        return e
    width, one = Fraction(b - a), const(1, s.shape)
    low = add((b / width, one), (-1 / width, s))
    high = add((1 / width, s), (-a / width, one))
    parts = [
        contract([(w, at, 1), (f, axes(e), 1)], axes(e), e.shape)
        for w, f in ((low, at_a), (high, at_b))
    ]
    return add(*parts)


def _is_defined(e: Expr, whole: Expr) -> bool:
    """Return whether e has a value wherever ``whole`` has one."""
    found, there = bounds(e, {}), always_evaluated(whole)
    return all(is_defined(node, found.__getitem__) or node in there for node in postorder(e))
