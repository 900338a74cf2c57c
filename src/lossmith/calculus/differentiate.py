"""Derivatives of any order by reverse mode on labelled axes, each use of a rule a step.

d(result) = <A_v, dv> + ... is the state; each step replaces one dv by the differential of v until
only the change of the variable is left: d(result) = <G, dx>, and G is returned.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

from lossmith.atoms.meaning import evaluate_exactly
from lossmith.calculus.adjoint import Adjoint, Part, collected, folded, passed, seed
from lossmith.calculus.derivation import Corner, Derivation, Differential, ReadOff, Step
from lossmith.calculus.driver import differential
from lossmith.expr.atom import Atom
from lossmith.expr.build import apply, const, subtract, zeros
from lossmith.expr.node import Apply, Expr, Symbol, children
from lossmith.expr.walk import postorder


def differentiate(expr: Expr, wrt: Symbol) -> Derivation:
    """Return the derivative of expr by wrt; axes: those of expr, then those of wrt.

    Entry by entry, as if the entries of wrt were free of each other. Cost: one visit a node and
    one normal form a sum of contributions. Raises: UsageError if a card knows no slope.
    """
    order = list(postorder(expr))
    moving = _moving(order, wrt)
    steps: list[Step] = []
    corners: dict[Corner, None] = {}
    fresh = count(len(expr.shape))
    waiting: dict[Expr, list[Part]] = {expr: list(seed(expr.shape).parts)}
    for node in reversed(order):
        if node is wrt or node not in moving or node not in waiting:
            continue
        parts = collected(waiting.pop(node), expr.shape, node.shape, fresh)
        rule, partials = differential(node, moving)
        steps.append(Differential(rule, node, partials, Adjoint(expr.shape, node.shape, parts)))
        found = _corners(node, moving)
        corners |= dict.fromkeys(c for c in found if not _outweighed(c, node, parts))
        if len(partials) > _MANY:
            parts = tuple(folded(part, expr.shape, node.shape) for part in parts)
        for partial in partials:
            inbox = waiting.setdefault(partial.child, [])
            inbox += (passed(part, partial, len(node.shape), fresh) for part in parts)
    parts = collected(waiting.get(wrt, ()), expr.shape, wrt.shape, fresh)
    end = Adjoint(expr.shape, wrt.shape, parts).expr() if parts else zeros(expr.shape + wrt.shape)
    steps.append(ReadOff(expr, wrt, end))
    return Derivation(expr, wrt, tuple(steps), end, 1, tuple(corners))


_MANY = 4
"""Children from which on a node's adjoint is built before it is passed on."""


def _moving(order: list[Expr], wrt: Symbol) -> set[Expr]:
    """Return the sub-expressions in which wrt occurs."""
    found: set[Expr] = set()
    for e in order:
        if e is wrt or any(c in found for c in children(e)):
            found.add(e)
    return found


def _outweighed(corner: Corner, node: Expr, parts: Sequence[Part]) -> bool:
    """Return whether the kink does no harm: all that multiplies the change of the node is 0 there.

    d(result) = A dv with A = 0 at the kink of v, whose slopes are bounded: the change of v counts
    for nothing to first order, as in x |x|.
    """
    if not isinstance(node, Apply) or any(k.kind != "corner" for k in node.atom.kinks):
        return False
    zero = {node} if _is_zero_at_kinks(node.atom) else set[Expr]()
    return all(
        any(
            p >= 1 and ls == part.labels and (f in zero or _is_zero_with(f, corner.where))
            for f, ls, p in part.factors()
        )
        for part in parts
    )


def _is_zero_with(f: Expr, where: Expr) -> bool:
    """Return whether f is this expression, or a norm of it."""
    return f is where or (isinstance(f, Apply) and f.atom.square is not None and f.args == (where,))


def _is_zero_at_kinks(atom: Atom) -> bool:
    """Return whether a function of one number is 0 at each of its kinks, as relu is."""
    if not atom.signature.is_entrywise or atom.arity != 1:
        return False
    if any(kink.where is not None for kink in atom.kinks):
        return False
    return all(evaluate_exactly(apply(atom, const(k.at)), {}) == 0 for k in atom.kinks)


def _corners(node: Expr, moving: set[Expr]) -> list[Corner]:
    """Return the kinks on the node's card whose argument moves."""
    if not isinstance(node, Apply):
        return []
    found: list[Corner] = []
    for kink in node.atom.kinks:
        where = node.args[kink.arg] if kink.where is None else kink.where(*node.args)
        if kink.at:
            where = subtract(where, const(kink.at, where.shape))
        if any(a in moving for a in node.args):
            found.append(Corner(node, where, kink.at))
    return found
