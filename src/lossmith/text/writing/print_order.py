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
from weakref import WeakKeyDictionary

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
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import postorder

_CAP = 10**9
Weight = tuple[bool, int]
"""(holds a matrix symbol, size of the tree)."""


_arrays: WeakKeyDictionary[Expr, bool] = WeakKeyDictionary()
"""Whether a vector or matrix occurs; remembered, for a long formula is written in many lines."""

_weights: tuple[WeakKeyDictionary[Expr, Weight], ...] = (WeakKeyDictionary(), WeakKeyDictionary())
"""Weights where a scalar weighs 0 and where it weighs 1."""


class Order:
    """Sizes of all sub-expressions of a root, computed once, and the choices made from them."""

    def __init__(self, roots: Sequence[Expr], named: Collection[Expr]) -> None:
        self.named = named
        self.uses: dict[Expr, int] = {}
        # Beside data, a scalar is a parameter: lam*norm1(w) is lighter than norm2(w - v).
        self._scalar = 0 if any(_holds_arrays(r) for r in roots) else 1
        self._weights = _weights[self._scalar]
        for e in postorder(*roots, done=named):
            for c in children(e):
                self.uses[c] = self.uses.get(c, 0) + 1

    def weight(self, e: Expr) -> Weight:
        """Return the weight of an expression."""
        for part in postorder(e, done=self._weights):
            self._weights[part] = self._measure(part)
        return self._weights[e]

    def _measure(self, e: Expr) -> Weight:
        match e:
            case Symbol():
                return len(e.shape) > 1, 1 if e.shape else self._scalar
            case Const() | Delta():
                return False, 1
            case Contract():
                size = sum(self._weights[f][1] + (p != 1) for f, _, p in e.factors)
                return any(self._weights[f][0] for f, _, _ in e.factors), min(size, _CAP)
            case Add():
                # Numbers and signs weigh nothing: y log(p) goes before (1 - y) log(1 - p).
                terms = [(c, t) for c, t in e.terms if not isinstance(t, Const)]
                size = sum(self._weights[t][1] + (abs(c) != 1) for c, t in terms) or 1
                return any(self._weights[t][0] for _, t in e.terms), min(size, _CAP)
            case Apply() | Select():
                parts = [self._weights[c] for c in children(e)]
                return any(m for m, _ in parts), min(1 + sum(w for _, w in parts), _CAP)
            case _:
                assert_never(e)

    # -- sums --------------------------------------------------------------------------------

    def arrange(self, terms: Sequence[tuple[bool, Expr, str]]) -> list[int]:
        """Return the order of terms, each given as (negative, expression, its text)."""
        numbers = [k for k, (_, e, _) in enumerate(terms) if isinstance(e, Const)]
        others = [k for k in range(len(terms)) if k not in numbers]
        powers = {k: monomial(terms[k][1]) for k in others}
        letters = sorted({name for m in powers.values() for name in m or ()})
        rank = max((len(e.shape) for _, e, _ in terms), default=0)

        def key(k: int) -> tuple[object, ...]:
            m = powers[k]
            if m is not None and None not in powers.values():
                return -sum(m.values()), [-m.get(name, 0) for name in letters]
            _, e, text = terms[k]
            repeated = len(e.shape) < rank or broadcast_scalar(e) is not None
            return repeated, *self._rank(e, text)

        others.sort(key=key)
        leading = next((k for k in others if not terms[k][0]), None)
        if leading is not None:
            others.remove(leading)
            others.insert(0, leading)
        # A positive number leads before a minus or a lone function: 1 - s, 1 + exp(z), but x + 1.
        opens = leading is None or (len(others) == 1 and powers[others[0]] is None)
        first = [k for k in numbers if not terms[k][0] and opens]
        return [*first, *others, *(k for k in numbers if k not in first)]

    def _rank(self, e: Expr, text: str) -> tuple[object, ...]:
        matrix, size = self.weight(e)
        return not matrix, -size, len(text), text

    def leads_negative(self, e: Add) -> bool:
        """Return whether e is a difference whose first term by structure is negative.

        Not asked of sums with a number: 1 - s stays.
        """
        if len({c > 0 for c, _ in e.terms}) < 2 or _has_number(e):
            return False

        def key(term: tuple[Fraction, Expr]) -> tuple[object, ...]:
            t = term[1]
            name = t.name if isinstance(t, Symbol) else ""
            return broadcast_scalar(t) is not None, *self._rank(t, name)

        return min(e.terms, key=key)[0] < 0

    # -- signs -------------------------------------------------------------------------------

    def unsigned(self, e: Add) -> Expr:
        """Return e or -e, whichever is named or else reads better: for use under a square."""
        if e in self.named:
            return e
        turned = build.negate(e)
        if turned in self.named or self.leads_negative(e):
            return turned
        rest = [(c, t) for c, t in e.terms if not isinstance(t, Const)]
        plain = all(isinstance(t, Symbol) or monomial(t) is not None for _, t in rest)
        # (x - 1)^2, but (1 - f(x))^2.
        return turned if plain and all(c < 0 for c, _ in rest) else e

    def oriented(
        self, c: Fraction, factors: Sequence[Factor]
    ) -> tuple[Fraction, tuple[Factor, ...]]:
        """Return (coefficient, factors) of equal product, differences turned to read well."""
        result = list(factors)
        odd: dict[Add, int] = {}
        for k, (e, labels, p) in enumerate(result):
            if not isinstance(e, Add) or p.denominator != 1 or e in self.named:
                continue
            if p.numerator % 2 == 0:
                result[k] = (self.unsigned(e), labels, p)
            else:
                odd[e] = odd.get(e, 0) + 1
        turns: list[Add] = []
        backward: list[Add] = []
        forward: list[Add] = []
        for e, count in odd.items():
            if build.negate(e) in self.named or (count % 2 == 0 and self.leads_negative(e)):
                turns.append(e)
            elif count % 2:
                if self.leads_negative(e):
                    backward.append(e)
                elif len({q > 0 for q, _ in e.terms}) == 2 and not _has_number(e):
                    forward.append(e)
        if sum(odd[e] for e in turns) % 2:
            c = -c
        # Two turns cancel; a last one pays only if it swallows a minus sign in front.
        if len(backward) % 2 and c > 0:
            backward.pop(0)
        swallow = forward[-1:] if c < 0 and len(backward) % 2 == 0 else []
        if len(backward + swallow) % 2:
            c = -c
        turned = {*turns, *backward, *swallow}
        # A polynomial leads with a plus: -(1 - 5x)(x + 1) is (5x - 1)(x + 1), x (1 - x) stays.
        falling = [e for e, count in odd.items() if count % 2 and _falls(e)]
        if len(falling) % 2 == (c < 0):
            turned |= set(falling)
            c = abs(c)
        for k, (e, labels, p) in enumerate(result):
            if isinstance(e, Add) and e in turned and p.denominator == 1 and p.numerator % 2:
                result[k] = (build.negate(e), labels, p)
        return (-c, tuple(result)) if c < 0 and self._swallowed(result) else (c, tuple(result))

    def _swallowed(self, factors: list[Factor]) -> bool:
        """Turn a difference inside a group of factors, if that swallows a minus in front."""
        for k, (e, labels, p) in enumerate(factors):
            if not isinstance(e, Contract) or e in self.named or p != 1 or not e.summed:
                continue
            left, turned = self.oriented(Fraction(-1), e.factors)
            if left > 0:
                group = build.contract(turned, tuple(range(e.rank)), e.shape)
                factors[k] = (group, labels, p)
                return True
        return False


def _holds_arrays(root: Expr) -> bool:
    for e in postorder(root, done=_arrays):
        if isinstance(e, Symbol):
            _arrays[e] = bool(e.shape)
        else:
            _arrays[e] = any(_arrays[c] for c in children(e))
    return _arrays[root]


def _falls(e: Add) -> bool:
    """Return whether e is a number less powers of scalars that may be larger: 1 - 5x, 1 - x²/s²."""
    if e.shape or not _has_number(e):
        return False
    rest = [(c, t) for c, t in e.terms if not isinstance(t, Const)]
    if any(c > 0 or monomial(t, below=True) is None for c, t in rest):
        return False
    return any(c > 0 for c, t in e.terms if isinstance(t, Const)) and _sign_open(e)


def _sign_open(e: Add) -> bool:
    """Return whether e may have either sign: a probability's 1 - p is left as it is."""
    known = enclosure(e)
    return (known.lo is None or known.lo < 0) and (known.hi is None or known.hi > 0)


def _has_number(e: Add) -> bool:
    return any(isinstance(t, Const) for _, t in e.terms)


def monomial(e: Expr, *, below: bool = False) -> dict[str, Fraction] | None:
    """Return the exponents of a monomial in scalar symbols, by name; None for anything else.

    below: symbols may stand below the line.
    """
    if isinstance(e, Symbol) and not e.shape:
        return {e.name: Fraction(1)}
    if not isinstance(e, Contract) or e.shape:
        return None
    found: dict[str, Fraction] = {}
    for f, _, p in e.factors:
        if not isinstance(f, Symbol) or f.shape or (p < 0 and not below):
            return None
        found[f.name] = p
    return found


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
