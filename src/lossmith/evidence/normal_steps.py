"""Steps to a normal form: each gives an expression that is equal wherever the first is defined.

Part of the trusted checker. A step is a function of the expression alone; a proof names the step,
and the checker runs it again. "Equal wherever defined" is one-way on purpose: after x/x -> 1 more
points have a value. Two expressions that reach one form are equal wherever both have values.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.evidence.linear import axes
from lossmith.evidence.normal_angles import cofunctions
from lossmith.evidence.normal_cards import (
    absolutes,
    angles,
    broadcasts,
    cards,
    exponentials,
    logarithms,
    values,
)
from lossmith.evidence.normal_cases import cases
from lossmith.evidence.normal_inverses import inverses, resolvents
from lossmith.evidence.normal_terms import (
    ONE,
    Base,
    Powers,
    Terms,
    all_ones,
    collected,
    factors_of,
    is_nonnegative,
    is_positive,
    named,
    shared,
)
from lossmith.expr.build import add, apply, const, contract, ones
from lossmith.expr.node import Add, Const, Contract, Expr, Factor, Symbol
from lossmith.expr.walk import map_up

_MOST_TERMS: Final = 200
_HIGHEST: Final = 6
"""The largest power of a sum that is multiplied out."""


# -- products over sums ----------------------------------------------------------------------------


def products(e: Expr) -> Expr:
    """Multiply out every product that holds a sum (or a small whole power of one)."""
    return map_up(e, _multiplied)


def _multiplied(e: Expr) -> Expr:
    if not isinstance(e, Contract):
        return e
    terms: list[tuple[Fraction, list[Factor]]] = [(ONE, list(e.factors))]
    done: Terms = []
    out = axes(e)
    while terms:
        c, factors = terms.pop()
        k = next((k for k, f in enumerate(factors) if _is_open(f)), None)
        if k is None:
            done.append((c, contract(factors, out, e.shape)))
            continue
        f, labels, p = factors[k]
        assert isinstance(f, Add)
        rest = factors[:k] + factors[k + 1 :]
        if p != 1:
            rest.append((f, labels, p - 1))
        terms += [(c * q, [*rest, (t, labels, ONE)]) for q, t in f.terms]
        if len(terms) + len(done) > _MOST_TERMS:
            return e
    return e if len(done) == 1 and done[0][0] == 1 else add(*done, shape=e.shape)


def _is_open(f: Factor) -> bool:
    return isinstance(f[0], Add) and f[2].denominator == 1 and 1 <= f[2] <= _HIGHEST


# -- powers ----------------------------------------------------------------------------------------


def squares(e: Expr) -> Expr:
    """Write (A w)_k (A w)_k inside a sum over k as one product, w'A'A w."""
    return map_up(e, _square)


def _square(e: Expr) -> Expr:
    if not isinstance(e, Contract):
        return e
    for k, (f, labels, p) in enumerate(e.factors):
        inner = isinstance(f, Contract) and f.summed and any(q >= e.rank for q in labels)
        if not inner or p.denominator != 1 or not 2 <= p <= 3:
            continue
        assert isinstance(f, Contract)
        fresh = max([*e.sizes(), *labels, e.rank]) + 1
        factors = [g for j, g in enumerate(e.factors) if j != k]
        for _ in range(int(p)):
            names = dict(enumerate(labels))
            for q in f.summed:
                names[q] = fresh
                fresh += 1
            factors += [(g, tuple(names[q] for q in ls), r) for g, ls, r in f.factors]
        return contract([*factors, *all_ones(e)], axes(e), e.shape)
    return e


def powers(e: Expr) -> Expr:
    """Bring equal bases together, split roots of positive products; sign(u) |u| = u."""
    return map_up(e, _merged)


def _merged(e: Expr) -> Expr:
    if not isinstance(e, Contract):
        return e
    raw: list[Factor] = []
    for f, labels, p in e.factors:
        raw += _split_root(f, labels, p)
    together = collected(raw)
    for (f, labels), p in list(together.items()):
        u = named(f, "sign")
        if u is None or p.denominator != 1 or p < 1:
            continue
        size = (apply(ATOMS["abs"], u), labels)
        if together.get(size, Fraction(0)) >= 1:
            _change(together, (f, labels), -1)
            _change(together, size, -1)
            _change(together, (u, labels), 1)
        elif together.get((u, labels), Fraction(0)) >= 1:
            _change(together, (f, labels), -1)
            _change(together, (u, labels), -1)
            _change(together, size, 1)
    factors = [(f, labels, p) for (f, labels), p in together.items()]
    carried = {k for _, ls, _ in factors for k in ls}
    sizes = e.sizes()
    missing = [(ones((sizes[k],)), (k,), ONE) for k in sizes if k not in carried]
    return contract([*factors, *missing], axes(e), e.shape)


def _change(together: dict[Base, Fraction], key: Base, by: int) -> None:
    p = together.get(key, Fraction(0)) + by
    if p:
        together[key] = p
    else:
        together.pop(key, None)


def _split_root(f: Expr, labels: tuple[int, ...], p: Fraction) -> list[Factor]:
    """(g^2 h)^(1/2) = |g| h^(1/2) for h > 0: a root of a product whose factors are all >= 0."""
    plain = [(f, labels, p)]
    if p.denominator % 2 or not isinstance(f, Contract) or f.summed:
        return plain
    found: list[Factor] = []
    for g, ls, q in f.factors:
        names = tuple(labels[k] for k in ls)
        if is_positive(g) or (is_nonnegative(g) and q > 0):
            found.append((g, names, q * p))
        elif q.denominator % 2 and q.numerator % 2 == 0:
            found.append((apply(ATOMS["abs"], g), names, q * p))
        else:
            return plain
    return found


# -- what the terms of a sum share -----------------------------------------------------------------


def contents(e: Expr) -> Expr:
    """(m s)^p = m^p s^p for the monomial m that all terms of a sum share (p whole, or m > 0)."""
    return map_up(e, _content)


def _content(e: Expr) -> Expr:
    if not isinstance(e, Contract):
        return e
    factors: list[Factor] = []
    changed = False
    for f, labels, p in e.factors:
        found = shared(f) if isinstance(f, Add) and (p < 0 or p.denominator > 1) else None
        if found is None or not (p.denominator == 1 or all(is_positive(g) for g, _, _ in found[1])):
            factors.append((f, labels, p))
            continue
        c, common, rest = found
        changed = True
        factors.append((const(c), (), p))
        factors += [(g, tuple(labels[k] for k in ls), q * p) for g, ls, q in common]
        factors.append((rest, labels, p))
    if not changed:
        return e
    return contract([*factors, *all_ones(e)], axes(e), e.shape)


# -- fractions -------------------------------------------------------------------------------------


def fractions(e: Expr) -> Expr:
    """Divide by sums in denominators: x/(1 + x) = 1 - 1/(1 + x), 1/(x + x^2) = 1/x - 1/(1 + x)."""
    return map_up(e, _fraction)


def _fraction(e: Expr) -> Expr:
    if not isinstance(e, Contract):
        return e
    powers_of = collected(e.factors)
    for (d, labels), b in powers_of.items():
        if not isinstance(d, Add) or b.denominator != 1 or b >= 0 or len(d.terms) < 2:
            continue
        k = _leading(d)
        if k is not None and _divides(_on(d.terms[k][1], labels), powers_of):
            return _divided(e, powers_of, (d, labels), k)
        k = _constant_of(d)
        if k is not None and len(d.terms) == 2 and _has_pole(d.terms[1 - k][1], labels, powers_of):
            return _divided(e, powers_of, (d, labels), k)
    return e


def _on(t: Expr, labels: tuple[int, ...]) -> dict[Base, Fraction]:
    """Return the factors of a term of a sum that stands on these labels."""
    own = [(f, tuple(labels[k] for k in ls), p) for f, ls, p in factors_of(t)]
    return collected(own)


def _leading(d: Add) -> int | None:
    """Return the term that is divided by: of highest degree, then the first in order."""
    ranked = [
        (sum((abs(p) for _, _, p in factors_of(t)), Fraction(0)), -k)
        for k, (_, t) in enumerate(d.terms)
    ]
    degree, k = max(ranked)
    return -k if degree > 0 else None


def _constant_of(d: Add) -> int | None:
    return next((k for k, (_, t) in enumerate(d.terms) if isinstance(t, Const)), None)


def _divides(part: Powers, whole: Powers) -> bool:
    return all(p > 0 and whole.get(key, Fraction(0)) >= p for key, p in part.items())


def _has_pole(t: Expr, labels: tuple[int, ...], whole: Powers) -> bool:
    return any(p > 0 and whole.get(key, Fraction(0)) < 0 for key, p in _on(t, labels).items())


def _divided(e: Contract, whole: Powers, at: Base, k: int) -> Expr:
    """Return T = R m d^b with m = (d - others)/c put in: (R d^(b+1) - sum of R others d^b)/c."""
    d, labels = at
    assert isinstance(d, Add)
    c, m = d.terms[k]
    rest = dict(whole)
    for key, p in _on(m, labels).items():
        rest[key] = rest[key] - p
    filler = all_ones(e)

    def term(extra: Powers) -> Expr:
        both = dict(rest)
        for key, p in extra.items():
            both[key] = both.get(key, Fraction(0)) + p
        factors = [(*key, p) for key, p in both.items() if p]
        return contract([*factors, *filler], axes(e), e.shape)

    parts: Terms = [(1 / c, term({at: ONE}))]
    parts += [(-q / c, term(_on(t, labels))) for j, (q, t) in enumerate(d.terms) if j != k]
    return add(*parts, shape=e.shape)


# -- declared values -------------------------------------------------------------------------------


def declared(e: Expr) -> Expr:
    """Powers of symbols with few values: y^2 = 1 for y in {-1, 1}, y^2 = y for {0, 1}; sums."""
    return map_up(e, _declared)


def _declared(e: Expr) -> Expr:
    if not isinstance(e, Contract):
        return e
    factors: list[Factor] = []
    changed = False
    for f, labels, p in e.factors:
        values = f.assumptions.values if isinstance(f, Symbol) else None
        if isinstance(f, Symbol) and f.assumptions.has("onehot"):
            values = (Fraction(0), Fraction(1))
        whole = p.denominator == 1 and p > 1
        if values is not None and whole and set(values) <= {0, 1}:
            factors.append((f, labels, ONE))
            changed = True
        elif (
            values is not None and p.denominator == 1 and set(values) <= {-1, 1} and p not in (0, 1)
        ):
            factors.append((f, labels, Fraction(int(p) % 2)))
            changed = True
        else:
            factors.append((f, labels, p))
    if not changed:
        return _simplex_sum(e)
    kept = [f for f in factors if f[2]]
    return contract([*kept, *all_ones(e)], axes(e), e.shape)


def _simplex_sum(e: Contract) -> Expr:
    """The sum over the last axis of a simplex or one-hot symbol is 1, if nothing runs along."""
    for k, (f, labels, p) in enumerate(e.factors):
        if not isinstance(f, Symbol) or p != 1 or not labels:
            continue
        if not (f.assumptions.has("simplex") or f.assumptions.has("onehot")):
            continue
        last = labels[-1]
        alone = last >= e.rank and labels.count(last) == 1
        if alone and all(last not in ls for j, (_, ls, _) in enumerate(e.factors) if j != k):
            rest = [g for j, g in enumerate(e.factors) if j != k]
            sizes = e.sizes()
            filler = [(ones((sizes[q],)), (q,), ONE) for q in sizes if q != last]
            return contract([*rest, *filler], axes(e), e.shape)
    return e


STEPS: Final[dict[str, Callable[[Expr], Expr]]] = {
    "values": values,
    "cards": cards,
    "broadcasts": broadcasts,
    "exponentials": exponentials,
    "logarithms": logarithms,
    # After the logarithms: log of p^y (1 - p)^(1 - y) is a sum before y is told apart.
    "cases": cases,
    "angles": angles,
    "cofunctions": cofunctions,
    "absolutes": absolutes,
    "products": products,
    "squares": squares,
    "powers": powers,
    "contents": contents,
    "fractions": fractions,
    "declared": declared,
    "inverses": inverses,
    "resolvents": resolvents,
}
"""All steps, in the order in which they are tried."""
