"""Differentials: the change of a quantity in the changes of the base variables."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lossmith.calculus.gradient import jacobian
from lossmith.expr.build import add, contract
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.walk import substitute, symbols
from lossmith.judge.context import CHANGE
from lossmith.judge.derivatives import wanted
from lossmith.judge.notation import with_changes
from lossmith.judge.state import State


def moving(state: State) -> list[str]:
    """Return the base variables whose changes occur in the document."""
    known = state.context.names
    text = " ".join(
        with_changes(line.right, known) if line.dialect == "latex" else line.right
        for line in state.document.lines
    )
    words = set(re.findall(r"[^\W\d_][^\W_]*", text))
    found = [n for n in state.context.bases if CHANGE + n in words]
    return found or [n for n in state.asked if n in state.context.bases]


def total_change(state: State, whole: Expr, moving: Iterable[str]) -> Expr:
    """Return the differential of an expression in the changes of the base variables."""
    start = state.context.expanded(whole)
    terms = [_along(state, start, wanted(state, name)) for name in moving]
    return add(*terms, shape=start.shape)


def _along(state: State, start: Expr, s: Symbol) -> Expr:
    slope = jacobian(start, s).end
    rank = len(start.shape)
    change = symbol(CHANGE + s.name, s.shape)
    own = tuple(range(rank, rank + len(s.shape)))
    out = tuple(range(rank))
    return contract([(slope, (*out, *own), 1), (change, own, 1)], out, start.shape)


def in_base_changes(state: State, e: Expr) -> Expr:
    """Return e with the changes of defined names written by those of the base variables."""
    swap: dict[Expr, Expr] = {}
    for s in symbols(e):
        inside = s.name[len(CHANGE) :]
        if s.name.startswith(CHANGE) and inside in state.context.definitions:
            swap[s] = total_change(state, state.context.definitions[inside].expr, moving(state))
    return substitute(e, swap)
