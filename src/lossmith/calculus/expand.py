"""Entrywise products of sums multiplied out, as a proposal: (1 - y)(1 - q) - y q = 1 - q - y.

Only offered; the measure decides whether the collected sum is shorter. Matrix products over sums
are never opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from lossmith.calculus.hoist import hoisted
from lossmith.calculus.powers import merged_powers
from lossmith.expr.build import add, contract, scale
from lossmith.expr.node import Add, Apply, Contract, Delta, Expr, Factor
from lossmith.expr.walk import postorder, symbols

_MOST = 24
"""Terms beyond which a sum is not multiplied out."""

_FACTORS = 120
"""Factors of a whole sum beyond which no reader would follow its expansion."""

_ROUNDS = 3
"""Layers of sums inside products inside sums that are opened."""

_HIGHEST = 3
"""The largest power of a sum that is multiplied out."""

_LARGE = 1000
"""Coefficients that no reader would like to see in place of a bracket."""

_Terms = list[tuple[Fraction, Expr]]


def expanded(e: Expr, *, anyway: bool = False) -> Sequence[Expr]:
    """Return the sum multiplied out, and that with common factors taken out again.

    anyway: also where nothing cancels and no terms are alike.
    """
    if not isinstance(e, Add) or _length(e) > _FACTORS or not _any_opens(e):
        return ()
    new: Expr = e
    for _ in range(_ROUNDS):
        if not isinstance(new, Add):
            break
        terms: _Terms = []
        for c, t in new.terms:
            terms += [(c * q, u) for q, u in _distributed(t)]
            if len(terms) > _MOST:
                return ()
        before, new = new, add(*terms, shape=e.shape)
        if new is before:
            break
        alike = not isinstance(new, Add) or len(new.terms) < len(terms) or _any_opens(new)
        if not alike and not anyway:
            return ()  # nothing cancels and nothing is alike: brackets read better
    return [new, *hoisted(new)]


def collected(e: Expr) -> Sequence[Expr]:
    """Return a polynomial of one number by its powers: there, few brackets read better."""
    if not isinstance(e, Add) or len(e.terms) < 2 or e.shape or len(symbols(e)) != 1:
        return ()
    if any(isinstance(s, Apply) for s in postorder(e)):
        return ()
    return expanded(e, anyway=True)[:1]


def unmixed(e: Expr) -> Sequence[Expr]:
    """Return a polynomial of one number by its powers where a bracket stands beside a factor.

    2 + 3x(x - 2) reads better as 3x² - 6x + 2; a shifted square, 2 + 3(x - 1)², is kept.
    """
    if not isinstance(e, Add) or not any(_is_mixed(t) for _, t in e.terms):
        return ()
    if any(p < 0 for f in postorder(e) if isinstance(f, Contract) for _, _, p in f.factors):
        return ()  # a sum of quotients is no polynomial
    return [
        new
        for new in collected(e)
        if isinstance(new, Add) and all(abs(c) < _LARGE for c, _ in new.terms)
    ]


def _is_mixed(t: Expr) -> bool:
    """Return whether a product holds a sum beside another factor."""
    if not isinstance(t, Contract) or len({f for f, _, _ in t.factors}) < 2:
        return False
    return any(isinstance(f, Add) for f, _, _ in t.factors)


def summed(e: Expr) -> Sequence[Expr]:
    """Return a plain sum over an index taken term by term: sum_i (m - x_i) = n m - sum_i x_i.

    Only offered where one factor alone carries the index, as after centering by a mean.
    """
    if not isinstance(e, Contract):
        return ()
    out = tuple(range(e.rank))
    found: list[Expr] = []
    carriers = Counter(label for _, labels, _ in e.factors for label in set(labels))
    for k, (f, labels, p) in enumerate(e.factors):
        alone = any(label >= e.rank and carriers[label] == 1 for label in labels)
        if alone and isinstance(f, Add) and p == 1:
            rest = [*e.factors[:k], *e.factors[k + 1 :]]
            terms = [(c, contract([*rest, (t, labels, 1)], out, e.shape)) for c, t in f.terms]
            found.append(add(*terms, shape=e.shape))
    return found


def _length(e: Add) -> int:
    return sum(len(t.factors) if isinstance(t, Contract) else 1 for _, t in e.terms)


def divided(e: Expr) -> Sequence[Expr]:
    """Return a quotient of a sum divided term by term: (p^5 u + p^6 v)/(p^6 u) = 1/p + v/u.

    Only offered where a factor below the line stands in the terms above it, as in the slope of log.
    """
    if not isinstance(e, Contract):
        return ()
    below = {f for f, _, p in e.factors if p < 0}
    for k, (f, labels, p) in enumerate(e.factors):
        if not isinstance(f, Add) or p != 1 or any(label >= e.rank for label in labels):
            continue
        if not any(
            g in below for _, t in f.terms if isinstance(t, Contract) for g, _, _ in t.factors
        ):
            continue
        rest = [*e.factors[:k], *e.factors[k + 1 :]]
        out = tuple(range(e.rank))
        terms = [(c, _merged(contract([*rest, (t, labels, 1)], out, e.shape))) for c, t in f.terms]
        return (add(*terms, shape=e.shape),)
    return ()


def _merged(e: Expr) -> Expr:
    """Return the product with its powers brought together, where what is known allows it."""
    if isinstance(e, Add) and len(e.terms) == 1:
        ((c, inner),) = e.terms
        return scale(c, _merged(inner))
    return next(iter(merged_powers(e)), e)


def _any_opens(e: Add) -> bool:
    return any(_opens(t) for _, t in e.terms)


def _opens(t: Expr) -> bool:
    return (
        isinstance(t, Contract)
        and any(_is_open(t, factor) for factor in t.factors)
        and not any(isinstance(f, Delta) for f, _, _ in t.factors)
    )


def _is_open(t: Contract, factor: Factor) -> bool:
    """Return whether a factor is a small power of a sum along axes of the result."""
    f, labels, p = factor
    whole = p.denominator == 1 and 1 <= p <= _HIGHEST
    return isinstance(f, Add) and whole and all(k < t.rank for k in labels)


def _distributed(t: Expr) -> _Terms:
    """Return a product as the terms it has once its sums are multiplied out."""
    if not isinstance(t, Contract) or not _opens(t):
        return [(Fraction(1), t)]
    opened = [factor for factor in t.factors if _is_open(t, factor)]
    rest = [factor for factor in t.factors if not _is_open(t, factor)]
    partial: list[tuple[Fraction, list[Factor]]] = [(Fraction(1), rest)]
    for f, labels, p in opened:
        assert isinstance(f, Add)
        for _ in range(int(p)):
            partial = [
                (c * q, [*factors, (term, labels, Fraction(1))])
                for c, factors in partial
                for q, term in f.terms
            ]
            if len(partial) > _MOST:
                return [(Fraction(1), t)]
    out = tuple(range(t.rank))
    return [(c, contract(factors, out, t.shape)) for c, factors in partial]
