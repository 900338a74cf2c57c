"""A quick enclosure of all entries of an expression, from declared intervals alone.

Used to refuse arguments outside a domain and to know that a base is positive. Interval arithmetic
over the structure; an atom contributes the range on its card. Cost: one visit a sub-expression.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import assert_never
from weakref import WeakKeyDictionary

from lossmith.expr.node import (
    Add,
    Apply,
    Const,
    Contract,
    Delta,
    Expr,
    Factor,
    Select,
    Symbol,
    children,
)
from lossmith.expr.sets import NONNEGATIVE, REALS, UNIT, Interval, point
from lossmith.expr.types import Dim

_known: WeakKeyDictionary[Expr, Interval] = WeakKeyDictionary()


def enclosure(root: Expr) -> Interval:
    """Return an interval that holds every entry of root, for all admitted values."""
    stack = [root]
    while stack:
        e = stack[-1]
        if e in _known:
            stack.pop()
            continue
        missing = [c for c in children(e) if c not in _known]
        if missing:
            stack.extend(missing)
            continue
        _known[e] = _enclose(e)
        stack.pop()
    return _known[root]


def _enclose(e: Expr) -> Interval:
    match e:
        case Const():
            return point(e.value)
        case Symbol():
            return e.assumptions.interval
        case Delta():
            return UNIT
        case Add():
            return reduce(Interval.__add__, (_known[t].scale(c) for c, t in e.terms))
        case Contract():
            weights = {k: f for f in e.factors if (k := _averaged(e, f)) is not None}
            rest = [f for f in e.factors if f not in weights.values()]
            inside = reduce(Interval.__mul__, (_raised(f, p) for f, _, p in rest), point(1))
            return sum_over(inside, [e.sizes()[k] for k in e.summed if k not in weights])
        case Apply():
            return e.atom.range
        case Select():
            values = [_known[v] for _, v in e.cases]
            return reduce(Interval.hull, values, _known[e.otherwise])
        case _:
            assert_never(e)


def _raised(f: Expr, p: Fraction) -> Interval:
    """Return where f^p lies; of a symbol with few values, each is raised: y^2 = 1 for +1 and -1."""
    values = f.assumptions.values if isinstance(f, Symbol) else None
    if values is None or p.denominator != 1 or p < 0:
        return _known[f].power(p)
    return reduce(Interval.hull, (point(v**p.numerator) for v in values))


def _averaged(e: Contract, factor: Factor) -> int | None:
    """Return the index over which the factor takes an average: a simplex that is summed over.

    Its weights are >= 0 and add to 1, so the sum lies where the other factors do.
    """
    f, labels, p = factor
    shares = isinstance(f, Symbol) and f.assumptions.structure & {"simplex", "onehot"}
    if not shares or p != 1 or any(k in e.summed for k in labels[:-1]):
        return None
    return labels[-1] if labels[-1] in e.summed else None


def sum_over(inside: Interval, sizes: list[Dim]) -> Interval:
    """Return the set of sums of as many members as the sizes say (letters: any number >= 1)."""
    if inside.is_empty:
        return REALS
    result = inside
    for size in sizes:
        if isinstance(size, int):
            result = result.scale(Fraction(size))
        else:
            # n >= 1 terms: a lower end >= 0 stays, a negative one is lost; likewise above.
            lo = result.lo if result.lo is not None and result.lo >= 0 else None
            hi = result.hi if result.hi is not None and result.hi <= 0 else None
            result = Interval(lo, hi, result.lo_open, result.hi_open)
    return result


def is_positive(e: Expr) -> bool:
    """Return whether every entry is known to be > 0 from a look at the top alone (cheap)."""
    match e:
        case Const():
            return e.value > 0
        case Symbol():
            i = e.assumptions.interval
            return i.lo is not None and (i.lo > 0 or (i.lo == 0 and i.lo_open))
        case Apply():
            i = e.atom.range
            return i.lo is not None and (i.lo > 0 or (i.lo == 0 and i.lo_open))
        case Contract():
            # The size n is the sum of n ones.
            return all(isinstance(f, Const) and f.value > 0 for f, _, _ in e.factors)
        case _:
            return False


__all__ = ["NONNEGATIVE", "enclosure", "is_positive", "sum_over"]
