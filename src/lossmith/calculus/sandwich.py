"""Quadratic forms made visible: (diag(p)X - p p'X)' X = X' (diag(p) - p p') X.

A derivative of a derivative meets the same matrix from both sides, once inside a sum. Taking it
out of the sum needs a unit tensor in the terms where its index is an axis of the sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.calculus.hoist import Term, opened_term
from lossmith.expr.build import add, contract, delta
from lossmith.expr.node import Add, Contract, Expr, Factor

_ONE = Fraction(1)
_NEW = 1 << 21


def sandwiched(e: Expr) -> Sequence[Expr]:
    """Return the ways to take a factor of the product out of a sum in it, on the other side."""
    if not isinstance(e, Contract):
        return ()
    found: list[Expr] = []
    sides = [
        (j, labels)
        for j, (f, labels, q) in enumerate(e.factors)
        if len(labels) >= 2 and not isinstance(f, Add) and q == 1
    ]
    if not sides:
        return ()
    for i, (s, _, p) in enumerate(e.factors):
        if not isinstance(s, Add) or p != 1 or len(s.terms) < 2:
            continue
        for j, labels in sides:
            for a in range(len(labels)):
                new = _taken_out(e, i, j, a)
                if new is not None:
                    found.append(new)
    return found


def _taken_out(e: Contract, i: int, j: int, a: int) -> Expr | None:
    """Return e with factor j, met at its axis a, taken out of the sum that is factor i."""
    s, outer, _ = e.factors[i]
    f, labels, _ = e.factors[j]
    assert isinstance(s, Add)
    if labels[a] not in outer or len(set(outer)) != len(outer):
        return None
    # A quadratic form: what the factor carries besides is an axis of the result, on both sides.
    if any(k >= e.rank for k in (*labels[:a], *labels[a + 1 :])):
        return None
    met = outer.index(labels[a])
    rank = len(s.shape)
    others: tuple[int, ...] | None = None
    rests: list[tuple[Fraction, list[Factor]]] = []
    direct = 0
    for k, (c, t) in enumerate(s.terms):
        hit = _split_off(opened_term(k, c, t, rank), f, a, met, rank)
        if hit is None or (others is not None and hit[0] != others):
            return None
        others = hit[0]
        direct += hit[2]
        rests.append((c, hit[1]))
    if others is None or direct in (0, len(s.terms)) or any(outer[k] >= e.rank for k in others):
        return None
    used = {k for _, rest in rests for _, ls, _ in rest for k in ls if k < rank} | {met}
    axes = (_NEW, *sorted(used))
    form = (f.shape[a], *(s.shape[k] for k in sorted(used)))
    core = add(*((c, contract(rest, axes, form)) for c, rest in rests), shape=form)
    left = tuple(_NEW if k == a else outer[b] for k, b in _positions(others, a, len(labels)))
    factors = [g for k, g in enumerate(e.factors) if k != i]
    factors += [(f, left, _ONE), (core, (_NEW, *(outer[k] for k in sorted(used))), _ONE)]
    return contract(factors, tuple(range(e.rank)), e.shape)


def _positions(others: tuple[int, ...], a: int, rank: int) -> list[tuple[int, int]]:
    """Return (axis of the factor, axis of the sum) for all axes, a standing for itself."""
    rest = iter(others)
    return [(k, a if k == a else next(rest)) for k in range(rank)]


def _split_off(
    t: Term, f: Expr, a: int, met: int, rank: int
) -> tuple[tuple[int, ...], list[Factor], bool] | None:
    """Return (other axes of the factor, what is left of the term, whether it met the axis)."""
    for k, (g, labels, p) in enumerate(t.factors):
        if g is not f or p != 1:
            continue
        others = (*labels[:a], *labels[a + 1 :])
        if any(x >= rank or x == met for x in others):
            continue
        rest = [*t.factors[:k], *t.factors[k + 1 :]]
        if labels[a] == met:
            unit = (delta(f.shape[a]), (_NEW, met), _ONE)
            return others, [*rest, unit], True
        if labels[a] >= rank:
            renamed = [
                (h, tuple(_NEW if x == labels[a] else x for x in ls), q) for h, ls, q in rest
            ]
            return others, renamed, False
    return None
