"""The order and the signs in which a person would write a sum or a product.

Terms with matrices and much structure come first, then plain ones; a positive term leads if there
is one; powers of a scalar fall; a constant is last, except before a function or a minus:
1 + exp(z), 1 - s. An overall minus moves into a difference where that reads better:
-X'(y - Xw) is X'(Xw - y).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction
from typing import assert_never

from lossmith.expr import build
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
from lossmith.expr.walk import postorder

_CAP = 10**9
Weight = tuple[bool, int]
"""(holds a matrix symbol, size of the tree)."""


class Order:
    """Sizes of all sub-expressions of a root, computed once, and the choices made from them."""

    def __init__(self, roots: Sequence[Expr], named: Collection[Expr]) -> None:
        self.named = named
        self.uses: dict[Expr, int] = {}
        self._weights: dict[Expr, Weight] = {}
        for e in postorder(*roots):
            self._weights[e] = self._measure(e)
            for c in children(e):
                self.uses[c] = self.uses.get(c, 0) + 1

    def weight(self, e: Expr) -> Weight:
        """Return the weight; e is of the root or made from its parts."""
        found = self._weights.get(e)
        return self._measure(e) if found is None else found

    def _measure(self, e: Expr) -> Weight:
        match e:
            case Symbol():
                return len(e.shape) > 1, 1
            case Const() | Delta():
                return False, 1
            case Contract():
                size = sum(self._known(f)[1] + (p != 1) for f, _, p in e.factors)
                return any(self._known(f)[0] for f, _, _ in e.factors), min(size, _CAP)
            case Add():
                size = sum(self._known(t)[1] + (c != 1) for c, t in e.terms)
                return any(self._known(t)[0] for _, t in e.terms), min(size, _CAP)
            case Apply() | Select():
                parts = [self._known(c) for c in children(e)]
                return any(m for m, _ in parts), min(1 + sum(w for _, w in parts), _CAP)
            case _:
                assert_never(e)

    def _known(self, e: Expr) -> Weight:
        return self._weights.get(e, (False, 1))

    # -- sums --------------------------------------------------------------------------------

    def arrange(self, terms: Sequence[tuple[bool, Expr, str]]) -> list[int]:
        """Return the order of terms, each given as (negative, expression, its text)."""
        numbers = [k for k, (_, e, _) in enumerate(terms) if isinstance(e, Const)]
        others = [k for k in range(len(terms)) if k not in numbers]
        degrees = {k: degree(terms[k][1]) for k in others}
        if all(d is not None for d in degrees.values()):
            others.sort(key=lambda k: (-(degrees[k] or 0), terms[k][2]))
        else:
            others.sort(key=lambda k: self._rank(terms[k][1], terms[k][2]))
        leading = next((k for k in others if not terms[k][0]), None)
        if leading is not None:
            others.remove(leading)
            others.insert(0, leading)
        first = [
            k
            for k in numbers
            if not terms[k][0] and (leading is None or self._opens(terms, others))
        ]
        return [*first, *others, *(k for k in numbers if k not in first)]

    def _opens(self, terms: Sequence[tuple[bool, Expr, str]], others: Sequence[int]) -> bool:
        """Return whether a positive number leads: 1 + exp(z), 1 + x'x, but x + 1."""
        return len(others) == 1 and degree(terms[others[0]][1]) is None

    def _rank(self, e: Expr, text: str) -> tuple[object, ...]:
        matrix, size = self.weight(e)
        return not matrix, -size, len(text), text

    def leads_negative(self, e: Add) -> bool:
        """Return whether the term that would come first by structure alone is negative."""
        terms = [(c, t) for c, t in e.terms if not isinstance(t, Const)] or list(e.terms)
        return min(terms, key=lambda ct: self._rank(ct[1], ""))[0] < 0

    # -- signs -------------------------------------------------------------------------------

    def oriented(
        self, c: Fraction, factors: Sequence[Factor]
    ) -> tuple[Fraction, tuple[Factor, ...]]:
        """Return (coefficient, factors) of equal product, differences turned to read well."""
        result = list(factors)
        for k, (e, labels, p) in enumerate(result):
            if not isinstance(e, Add) or p.denominator != 1 or e in self.named:
                continue
            turned = build.negate(e)
            even = p.numerator % 2 == 0
            if turned in self.named or (even and self.leads_negative(e) and _is_difference(e)):
                result[k] = (turned, labels, p)
                c = c if even else -c
        if c < 0:
            k = self._turnable(result)
            if k is not None:
                e, labels, p = result[k]
                result[k] = (build.negate(e), labels, p)
                c = -c
        return c, tuple(result)

    def _turnable(self, factors: Sequence[Factor]) -> int | None:
        """Return the difference that should swallow a minus sign, if there is one."""
        found: int | None = None
        for k, (e, _, p) in enumerate(factors):
            if not isinstance(e, Add) or e in self.named or p.denominator != 1:
                continue
            if p.numerator % 2 == 0 or not _is_difference(e):
                continue
            if any(isinstance(t, Const) for _, t in e.terms):
                continue
            if found is None or self.leads_negative(e):
                found = k
        return found


def _is_difference(e: Add) -> bool:
    signs = {c > 0 for c, _ in e.terms}
    return len(signs) == 2


def degree(e: Expr) -> int | None:
    """Return the degree of a monomial in scalar symbols, or None."""
    if e.shape:
        return None
    if isinstance(e, Symbol):
        return 1
    if isinstance(e, Contract):
        total = Fraction(0)
        for f, _, p in e.factors:
            if not isinstance(f, Symbol) or f.shape or p < 0:
                return None
            total += p
        return int(total) if total.denominator == 1 else None
    return None


def broadcast_scalar(e: Expr) -> Expr | None:
    """Return the scalar that e repeats over all its axes, or None."""
    if not e.shape:
        return None
    match e:
        case Const():
            return build.const(e.value)
        case Contract():
            if e.summed or any(ls and not isinstance(f, Const) for f, ls, _ in e.factors):
                return None
            return build.contract([f for f in e.factors if not f[1]], ())
        case Add():
            inner = [(c, broadcast_scalar_flat(t)) for c, t in e.terms]
            known = [(c, s) for c, s in inner if s is not None]
            return build.add(*known) if len(known) == len(inner) else None
        case Symbol() | Delta() | Apply() | Select():
            return None
        case _:
            assert_never(e)


def broadcast_scalar_flat(e: Expr) -> Expr | None:
    """Return the scalar that a term of a sum repeats; sums in sums do not occur."""
    return None if isinstance(e, Add) else broadcast_scalar(e)
