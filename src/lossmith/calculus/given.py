"""What a formula tells of its data by having a value: log(y/x) asks for y != 0, 1/u for u != 0.

A derivative is asked for only where its formula has a value, so y/y, which comes of differentiating
y log(y/x) by x, is 1. That x/x is 1 is not used: a derivative by x has to know where x may not go.
"""

from __future__ import annotations

from collections.abc import Iterable

from lossmith.atoms.exponential import log
from lossmith.calculus.driver import Computed
from lossmith.calculus.powers import MERGE, merged_powers
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Symbol
from lossmith.expr.walk import dependents


def merging(formula: Expr, wrt: Symbol) -> Computed:
    """Return the merging of powers that knows where a formula has a value, data alone considered.

    wrt: the variable; of what depends on it nothing is taken for known.
    """
    positive: set[Expr] = set()
    apart: set[Expr] = set()
    for e in _evaluated((formula,)):
        if isinstance(e, Apply) and e.atom is log:
            positive.add(e.args[0])
            apart |= _factors(e.args[0])
        elif isinstance(e, Contract):
            apart |= {f for f, _, p in e.factors if p < 0}
    moving = dependents(formula, (wrt,))
    positive, apart = positive - moving, apart - moving
    if not positive and not apart:
        return MERGE
    return Computed(MERGE.move, lambda e: merged_powers(e, positive, apart))


def _factors(e: Expr) -> set[Expr]:
    """Return the factors of a product entry by entry: none of them is 0 where it is not."""
    if not isinstance(e, Contract) or e.summed:
        return set()
    return {f for f, labels, _ in e.factors if len(set(labels)) == len(labels)}


def _evaluated(formulas: Iterable[Expr]) -> set[Expr]:
    """Return the parts of which every entry is computed: no cases, diagonals or dropped entries."""
    found: set[Expr] = set()
    stack = list(formulas)
    while stack:
        e = stack.pop()
        if e in found:
            continue
        found.add(e)
        if isinstance(e, Add):
            stack += [t for _, t in e.terms]
        elif isinstance(e, Contract):
            if not any(isinstance(f, Delta) for f, _, _ in e.factors):
                stack += [f for f, ls, _ in e.factors if len(set(ls)) == len(ls)]
        elif isinstance(e, Apply):
            if e.atom.signature.is_entrywise or not e.atom.signature.output:
                stack += [a for a in e.args if not isinstance(a, Const)]
    return found
