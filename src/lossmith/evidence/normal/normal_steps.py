"""Steps to a normal form: each gives an expression that is equal wherever the first is defined.

Part of the trusted checker. A step is a function of the expression alone; a proof names the step,
and the checker runs it again. "Equal wherever defined" is one-way on purpose: after x/x -> 1 more
points have a value. Two expressions that reach one form are equal wherever both have values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.linear import axes
from lossmith.evidence.normal.normal_cards import (
    absolutes,
    angles,
    broadcasts,
    cards,
    exponentials,
    logarithms,
)
from lossmith.evidence.normal.normal_cases import cases, values
from lossmith.evidence.normal.normal_inverses import cancelled, inverses
from lossmith.evidence.normal.normal_terms import (
    ONE,
    Powers,
    collected,
    everywhere,
    factors_of,
    is_nonnegative,
    is_positive,
    listed,
    monomial,
    named,
    placed,
    remade,
    times,
)
from lossmith.expr.build import add, apply, const, contract, ones
from lossmith.expr.node import Add, Contract, Expr, Factor, Symbol

_MOST_TERMS: Final = 200
_HIGHEST: Final = 6
"""The largest power of a sum that is multiplied out."""


# -- products over sums ----------------------------------------------------------------------------


@everywhere(Contract)
def products(e: Contract) -> Expr:
    """Multiply out every product that holds a sum (or a small whole power of one)."""
    terms: list[tuple[Fraction, list[Factor]]] = [(ONE, list(e.factors))]
    done: list[tuple[Fraction, Expr]] = []
    while terms:
        c, factors = terms.pop()
        k = next((k for k, f in enumerate(factors) if _is_open(f)), None)
        if k is None:
            done.append((c, contract(factors, axes(e), e.shape)))
            continue
        f, labels, p = factors.pop(k)
        assert isinstance(f, Add)
        rest = [*factors, (f, labels, p - 1)] if p != 1 else factors
        terms += [(c * q, [*rest, (t, labels, ONE)]) for q, t in f.terms]
        if len(terms) + len(done) > _MOST_TERMS:
            return e
    return e if len(done) == 1 and done[0][0] == 1 else add(*done, shape=e.shape)


def _is_open(f: Factor) -> bool:
    return isinstance(f[0], Add) and f[2].denominator == 1 and 1 <= f[2] <= _HIGHEST


@everywhere(Contract)
def squares(e: Contract) -> Expr:
    """Write (A w)_k (A w)_k inside a sum over k as one product, w'A'A w."""
    for k, (f, labels, p) in enumerate(e.factors):
        if p not in (2, 3) or not isinstance(f, Contract) or not f.summed:
            continue
        if all(q < e.rank for q in labels):
            continue
        factors = [g for j, g in enumerate(e.factors) if j != k]
        fresh = max([*e.sizes(), *f.sizes()]) + 1
        for copy in range(1, int(p) + 1):
            # The sums of f get labels of their own in each copy.
            names = {q: labels[q] if q < f.rank else copy * fresh + q for q in f.sizes()}
            factors += [(g, tuple(names[q] for q in ls), r) for g, ls, r in f.factors]
        return remade(e, factors)
    return e


# -- powers ----------------------------------------------------------------------------------------


@everywhere(Contract)
def powers(e: Contract) -> Expr:
    """Bring equal bases together, and open powers of products; sign(u) |u| = u, sign(u) u = |u|."""
    together = collected([g for f in e.factors for g in _opened(f)])
    for f, labels in together:
        u = named(f, "sign")
        if u is None:
            continue
        sign, base, size = (f, labels), (u, labels), (apply(ATOMS["abs"], u), labels)
        for one, other in ((size, base), (base, size)):
            if together.get(sign, 0) >= 1 and together.get(one, 0) >= 1:
                together = times(together, ({sign: ONE, one: ONE}, -1), ({other: ONE}, 1))
    return remade(e, listed(together))


def _opened(factor: Factor) -> list[Factor]:
    """Return a power of a product (or of a sum: of what its terms share, and of the rest) opened.

    A root such as (g^2 h)^(1/2) = |g| h^(1/2) only where all factors are >= 0, or all but one > 0.
    """
    f, labels, p = factor
    if not isinstance(f, Add | Contract) or (p > 0 and p.denominator == 1):
        return [factor]
    c, inside = monomial(f)
    if p.denominator % 2 == 0:
        size = ATOMS["abs"]
        inside = [
            (g if q.numerator % 2 or is_nonnegative(g) else apply(size, g), ls, q)
            for g, ls, q in inside
        ]
        some = sum(not is_nonnegative(g) for g, _, _ in inside)
        if (
            c < 0
            or some > 1
            or (some and sum(is_positive(g) for g, _, _ in inside) + 1 < len(inside))
        ):
            return [factor]
    return [(const(c), (), p), *placed(inside, labels, p)]


# -- fractions -------------------------------------------------------------------------------------


@everywhere(Contract)
def fractions(e: Contract) -> Expr:
    """Divide by sums in denominators: x/(1 + x) = 1 - 1/(1 + x), 1/(x + x^2) = 1/x - 1/(1 + x).

    T = R m d^b with m = (d - others)/c put in, for a term c m of d: (R d^(b+1) - R others d^b)/c.
    """
    whole = collected(e.factors)
    for (d, labels), b in whole.items():
        if not isinstance(d, Add) or b.denominator != 1 or b >= 0:
            continue
        parts = [collected(placed(factors_of(t), labels)) for _, t in d.terms]
        k = _divisor(parts, whole)
        if k is not None:
            rest = times(whole, (parts[k], -1))
            c = d.terms[k][0]
            made = [(1 / c, times(rest, ({(d, labels): ONE}, 1)))]
            others = [j for j in range(len(parts)) if j != k]
            made += [(-d.terms[j][0] / c, times(rest, (parts[j], 1))) for j in others]
            return add(*((q, remade(e, listed(p))) for q, p in made), shape=e.shape)
    return e


def _divisor(parts: Sequence[Powers], whole: Powers) -> int | None:
    """Return the part to divide by: of highest degree if it divides the product, or the number of
    a sum of two whose other part has a pole.
    """
    degrees = [sum(map(abs, part.values())) for part in parts]
    top = degrees.index(max(degrees))
    if degrees[top] and all(whole.get(key, 0) >= p > 0 for key, p in parts[top].items()):
        return top
    for k, other in ((0, 1), (1, 0)) if len(parts) == 2 else ():
        poles = (p > 0 > whole.get(key, 0) for key, p in parts[other].items())
        if not parts[k] and any(poles):
            return k
    return None


# -- declared values -------------------------------------------------------------------------------


@everywhere(Contract)
def declared(e: Contract) -> Expr:
    """Powers of symbols with few values: y^2 = 1 for y in {-1, 1}, y^2 = y for {0, 1}; sums."""
    return _simplex_sum(remade(e, [_at_values(f) for f in e.factors]))


_BITS: Final = (Fraction(0), Fraction(1))


def _at_values(factor: Factor) -> Factor:
    """Return s^p, for a symbol s that is a or b only, as the line through both values."""
    f, labels, p = factor
    if not isinstance(f, Symbol) or p.denominator != 1 or p == 1:
        return factor
    two = _BITS if f.assumptions.has("onehot") else f.assumptions.values
    if two is None or len(two) != 2 or not set(two) <= {-1, 0, 1} or (p < 0 and 0 in two):
        return factor
    (a, b), n = two, int(p)
    slope = Fraction(b**n - a**n) / (b - a)
    return add((slope, f), (a**n - slope * a, ones(f.shape))), labels, ONE


def _simplex_sum(e: Expr) -> Expr:
    """The sum over the last axis of a simplex or one-hot symbol is 1, if nothing runs along."""
    if not isinstance(e, Contract):
        return e
    carried = [k for _, ls, _ in e.factors for k in ls]
    for k, (f, labels, p) in enumerate(e.factors):
        if not isinstance(f, Symbol) or p != 1 or not labels:
            continue
        whole = f.assumptions.has("simplex") or f.assumptions.has("onehot")
        if whole and labels[-1] >= e.rank and carried.count(labels[-1]) == 1:
            rest = [g for j, g in enumerate(e.factors) if j != k]
            return contract([*rest, (ones(f.shape[:-1]), labels[:-1], ONE)], axes(e), e.shape)
    return e


STEPS: Final[dict[str, Callable[[Expr], Expr]]] = {
    "values": values,
    "cards": cards,
    "broadcasts": broadcasts,
    "exponentials": exponentials,
    "logarithms": logarithms,
    "cases": cases,
    "angles": angles,
    "absolutes": absolutes,
    "products": products,
    "squares": squares,
    "powers": powers,
    "fractions": fractions,
    "declared": declared,
    "inverses": inverses,
}
"""All steps, in the order in which they are tried."""

CHOSEN: Final[dict[str, Callable[..., Expr]]] = {"cancelled": cancelled}
"""Steps that take a choice beside the expression: where, and what is put in."""
