"""A step to the normal form: cases by the values of a number, or of entries, that have only two.

Part of the trusted checker.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.enclose import bounds, is_defined
from lossmith.expr.build import add, const, contract
from lossmith.expr.node import Add, Apply, Contract, Expr, Select, Symbol, children
from lossmith.expr.walk import depends_on, postorder, substitute, symbols

_MOST = 2
"""Numbers by which cases are told apart in one expression."""


def cases(e: Expr) -> Expr:
    """F(s) = ((b - s) F(a) + (s - a) F(b))/(b - a) for a number s that is a or b.

    Only where s stands inside a function or a choice, and F(a) and F(b) have values for all values
    of the other symbols. Of an array s: where each entry of F holds one entry of s alone.
    """
    for s in [s for s in symbols(e) if _is_two_valued(s)][:_MOST]:
        if not _is_inside(e, s):
            continue
        if not s.shape:
            return _split(e, s, ())
        for part, place in _entrywise(e, s).items():
            if _is_inside(part, s):
                split = _split(part, s, place)
                if split is not part:
                    return substitute(e, {part: split})
    return e


def _is_two_valued(s: Symbol) -> bool:
    values = s.assumptions.values
    return values is not None and len(values) == 2


def _entrywise(e: Expr, s: Symbol) -> dict[Expr, tuple[int, ...]]:
    """Return the largest parts of e whose entries hold one entry of s each, and on which axes.

    axes (k0, k1 ...): entry i of the part holds s[i_k0, i_k1 ...] and no other entry of s.
    """
    place: dict[Expr, tuple[int, ...] | None] = {}
    tops: dict[Expr, tuple[int, ...]] = {}
    for node in postorder(e):
        if node is s:
            place[node] = tuple(range(len(s.shape)))
            continue
        held = [c for c in children(node) if c in place]
        if not held:
            continue
        found = _place(node, place)
        place[node] = found
        if found is None:
            tops |= {c: at for c in held if (at := place[c]) is not None}
    whole = place.get(e)
    return tops if whole is None else {e: whole}


def _place(node: Expr, place: Mapping[Expr, tuple[int, ...] | None]) -> tuple[int, ...] | None:
    """Return the axes of s in a node by those in its parts; None if they are not all the same."""
    found: set[tuple[int, ...] | None] = set()
    if isinstance(node, Contract):
        for f, labels, _ in node.factors:
            if f in place:
                at = place[f]
                on = None if at is None else tuple(labels[k] for k in at)
                kept = on is not None and max(on) < node.rank and len(set(on)) == len(on)
                found.add(on if kept else None)
    elif isinstance(node, Add):
        found = {place[t] for _, t in node.terms if t in place}
    elif isinstance(node, Apply) and node.atom.signature.is_entrywise:
        whole = [a.shape == node.shape for a in node.args if a in place]
        found = {place[a] if all(whole) else None for a in node.args if a in place}
    else:
        return None
    return found.pop() if len(found) == 1 else None


def _is_inside(e: Expr, s: Symbol) -> bool:
    """Return whether s occurs other than as a factor of a term."""
    return any(depends_on(part, (s,)) for node in postorder(e) for part in _arguments(node))


def _arguments(node: Expr) -> tuple[Expr, ...]:
    if isinstance(node, Apply | Select):
        return children(node)
    if isinstance(node, Contract):
        return tuple(f for f, _, p in node.factors if p != 1)
    return ()


def _split(e: Expr, s: Symbol, axes: tuple[int, ...]) -> Expr:
    """Return ((b - s) F(a) + (s - a) F(b))/(b - a), the axes of s being these of F."""
    assert s.assumptions.values is not None
    a, b = s.assumptions.values
    try:
        at_a, at_b = (substitute(e, {s: const(v, s.shape)}) for v in (a, b))
    except LossmithError:
        return e
    if not (_is_total(at_a) and _is_total(at_b)):
        return e
    width, one, out = Fraction(b - a), const(1, s.shape), tuple(range(len(e.shape)))
    low = add((b / width, one), (-1 / width, s))
    high = add((1 / width, s), (-a / width, one))
    return add(
        contract([(low, axes, 1), (at_a, out, 1)], out, e.shape),
        contract([(high, axes, 1), (at_b, out, 1)], out, e.shape),
    )


def _is_total(e: Expr) -> bool:
    found = bounds(e, {})
    return all(is_defined(node, found.__getitem__) for node in postorder(e))
