"""How long an expression is for a reader who names repeated parts: a small cost, counted once.

Each distinct node costs what is written at it: 2 for each name it refers to, more for exponents,
coefficients, brackets and signs. A part that occurs twice is named, so it is paid for once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import assert_never

from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol, children
from lossmith.expr.walk import postorder

_NAME = 4
_EXPONENT = 4
_NUMBER = 2
_SIGN = 1
_BRACKET = 1
_FUNCTION = 6


def own_cost(e: Expr) -> int:
    """Return the cost of the node itself, its children being names."""
    match e:
        case Const() | Symbol() | Delta():
            return 0
        case Add():
            terms = sum(
                (_NUMBER if isinstance(t, Const) else _NAME)
                + (0 if abs(c) == 1 or isinstance(t, Const) else _NUMBER)
                for c, t in e.terms
            )
            return terms + _SIGN * (len(e.terms) - 1)
        case Contract():
            return sum(
                (_SIGN if isinstance(f, Delta) else _NAME)
                + (_BRACKET if isinstance(f, Add) else 0)
                + (0 if p == 1 or p == -1 else _EXPONENT)
                for f, _, p in e.factors
            )
        case Apply():
            return _FUNCTION + _NAME * max(1, len(e.args))
        case Select():
            return _NAME * len(children(e))
        case _:
            assert_never(e)


def cost(root: Expr) -> int:
    """Return the cost of the whole, shared parts once."""
    return sum(own_cost(e) for e in postorder(root))


class Census:
    """How often each sub-expression of a root is referred to; tells what a rewriting would save.

    beside: expressions shown next to the root (a gradient beside its Hessian): their parts are
    there anyway, so using them costs nothing.
    """

    def __init__(self, root: Expr, beside: Iterable[Expr] = ()) -> None:
        self._refs: dict[Expr, int] = {}
        self._fixed = set(postorder(*beside))
        for top in (root, *beside):
            self._refs[top] = self._refs.get(top, 0) + 1
        for e in postorder(root, *beside):
            self._refs.setdefault(e, 0)
            for c in children(e):
                self._refs[c] = self._refs.get(c, 0) + 1

    def gain(self, before: Expr, after: Expr) -> int:
        """Return the cost saved if ``before``, a part of the root, became ``after``.

        Only what no other part of the root refers to is saved; only what is new is paid.
        """
        new, touched = self._added(after)
        freed, _ = self._freed(before, touched)
        return sum(own_cost(e) for e in freed) - sum(own_cost(e) for e in new)

    def replace(self, before: Expr, after: Expr) -> None:
        """Take note that ``before`` became ``after`` wherever it stood."""
        new, touched = self._added(after)
        freed, lost = self._freed(before, touched)
        for e, times in lost.items():
            self._refs[e] = max(1, self._refs.get(e, 0) - times)
        for e in freed:
            self._refs.pop(e, None)
        for e in new:
            self._refs.setdefault(e, 1)
            for c in children(e):
                self._refs[c] = self._refs.get(c, 0) + 1

    def _added(self, after: Expr) -> tuple[list[Expr], set[Expr]]:
        """Return the new nodes under ``after``, and these with the old ones they refer to."""
        new: list[Expr] = []
        touched: set[Expr] = set()
        stack = [after]
        while stack:
            e = stack.pop()
            if e in touched:
                continue
            touched.add(e)
            if e not in self._refs:
                new.append(e)
                stack += children(e)
        return new, touched

    def _freed(self, before: Expr, kept: set[Expr]) -> tuple[list[Expr], dict[Expr, int]]:
        """Return the nodes that only ``before`` refers to and that are not kept, and lost uses."""
        lost: dict[Expr, int] = {}
        freed: list[Expr] = []
        stack = [before]
        while stack:
            e = stack.pop()
            if e in kept or e in self._fixed:
                continue
            freed.append(e)
            for c in children(e):
                lost[c] = lost.get(c, 0) + 1
                if lost[c] == self._refs.get(c, 1):
                    stack.append(c)
        return freed, lost
