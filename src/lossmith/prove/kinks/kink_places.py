"""What becomes of the kink of a part in the whole formula: reached, smoothed, alone, or added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from lossmith.atoms.arithmetic import power as power_of
from lossmith.atoms.table import ATOMS
from lossmith.expr.build import add, const, power, subtract
from lossmith.expr.node import Add, Apply, Contract, Expr, Select, Symbol, children
from lossmith.expr.sets import Interval, point
from lossmith.expr.walk import depends_on, postorder
from lossmith.prove.kinks.kink_cards import Candidate
from lossmith.prove.proving.entrywise import live_parts, scalar_form
from lossmith.prove.proving.natural import natural

Known = Mapping[Expr, Interval]

_ABOVE_1 = Interval(Fraction(1), None, True, True)


def is_reachable(e: Expr, known: Known, where: Expr) -> bool:
    """Return whether where = 0 may occur at a point at which e is defined."""
    inside = known[where] if where in known else natural(where, known)[where]
    if not inside.has(0):
        return False
    # One entry 0 says nothing of the others: only a scalar can be set to 0 everywhere.
    return bool(where.shape) or not natural(e, {**known, where: point(0)})[e].is_empty


def is_smoothed(root: Expr, s: Expr, c: Candidate) -> bool:
    """Return whether every use of s is a power > 1 of it at 0, or a product with that zero."""
    if s is root or c.level != 0 or c.kind not in ("corner", "vertical", "cusp"):
        return False
    uses = [p for p in postorder(root) if s in children(p)]
    return all(_is_smoothing(p, s, c) for p in uses)


def _is_smoothing(p: Expr, s: Expr, c: Candidate) -> bool:
    if isinstance(p, Apply) and p.atom is power_of:
        # |u|^p for p > 1: its slope p |u|^(p-1) tends to 0 on both sides; else it is told itself.
        base, exponent = p.args
        is_told = isinstance(s, Apply) and s.atom is ATOMS["abs"]
        return (
            c.kind == "corner" and base is s and (is_told or natural(p)[exponent].within(_ABOVE_1))
        )
    return isinstance(p, Contract) and all(
        (q > 1 and c.kind == "corner")
        or any(g is c.where and ms == ls and r >= 1 for g, ms, r in p.factors)
        for f, ls, q in p.factors
        if f is s
    )


def shown_near(root: Expr, where: Expr) -> set[Expr]:
    """Return the sub-expressions of root that matter near where = 0: no branch not taken there."""
    found: set[Expr] = set()
    stack = [root]
    while stack:
        s = stack.pop()
        if s in found:
            continue
        found.add(s)
        stack += _live_children(s, where) if isinstance(s, Select) else children(s)
    return found


def _live_children(choice: Select, where: Expr) -> list[Expr]:
    if where not in set(postorder(choice)):
        return list(children(choice))
    known = natural(choice)
    phi, image = scalar_form(choice, known)
    if not isinstance(phi, Select) or where not in image:
        return list(children(choice))  # it stands inside a norm, which the scalar form keeps whole
    here = natural(phi, {image[where]: point(0)})
    if here[phi].is_empty:
        here = natural(phi)
    live = live_parts(phi, here)
    return [c for c in children(choice) if image[c] in live]


def is_alone(where: Expr, found: Mapping[tuple[Expr, str, Expr | None], object]) -> bool:
    """Return whether no other kink can lie there and cancel this one."""
    ties = [w for w, kind, _ in found if w is where and kind == "tie"]
    if len(ties) > 1:
        return False  # max(x) + min(x) of two entries is smooth
    others = [w for w, _, _ in found if w is not where]
    zero = const(0, where.shape)
    return not any(
        w.shape == where.shape and (add(w, where) is zero or subtract(w, where) is zero)
        for w in others
    )


def weights_of(root: Expr, node: Expr, wrt: tuple[Symbol, ...]) -> list[Expr] | None:
    """Return what the node is multiplied by, None if it enters by more than constant weights.

    Where a node is but added, and times weights that are not 0, its kink shows in the whole.
    """
    carriers = {node}
    spent: set[Expr] = set()
    weights: list[Expr] = []
    for p in postorder(root):
        used = [c for c in children(p) if c in carriers]
        if not used:
            continue
        if spent & set(used):
            return None  # two uses of one function may cancel
        spent |= set(used)
        weighted = isinstance(p, Contract) and all(
            q == 1 if f in carriers else not depends_on(f, wrt) for f, _, q in p.factors
        )
        if not (isinstance(p, Add) or (weighted and len(used) == 1)):
            return None
        if isinstance(p, Contract):
            weights += [power(f, q) for f, _, q in p.factors if f not in carriers]
        carriers.add(p)
    return weights


def may_vanish(weights: Iterable[Expr]) -> list[Expr]:
    """Return the factors of the weights that may have an entry 0."""
    waiting, found = list(weights), dict[Expr, None]()
    while waiting:
        w = waiting.pop(0)
        if isinstance(w, Add) and len(w.terms) == 1:
            waiting.append(w.terms[0][1])
        elif isinstance(w, Contract) and not w.summed:
            waiting += [f for f, _, q in w.factors if q > 0]
        elif natural(w)[w].has(0):
            found[w] = None
    return list(found)
