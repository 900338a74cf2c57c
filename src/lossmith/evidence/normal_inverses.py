"""Steps to a normal form that take inverses away: A inv(A) = I, also where A was multiplied out.

Part of the trusted checker, as ``normal_steps``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.evidence.linear import axes
from lossmith.evidence.normal_terms import named
from lossmith.expr.build import add, apply, contract, delta, scale
from lossmith.expr.node import Add, Contract, Delta, Expr, Factor
from lossmith.expr.walk import map_up

Axes = tuple[int, ...]
_MOST_FACTORS: Final = 4
"""Factors of an A that is looked for among others: the ways to place them grow fast."""


def inverses(e: Expr) -> Expr:
    """inv(A) A = I and A inv(A) = I inside products; inv of products, transposes and inverses.

    logdet(inv(A)) = -logdet(A): det(inv(A)) = 1/det(A) has a logarithm where det(A) has one.
    """
    return map_up(e, _inverse)


def _inverse(e: Expr) -> Expr:
    u = named(e, "inv")
    if u is not None and len(u.shape) == 2:
        return named(u, "inv") or _inv_of(u, e)
    v = named(e, "logdet")
    a = None if v is None else named(v, "inv")
    if a is not None and len(a.shape) == 2:
        return scale(-1, apply(ATOMS["logdet"], a))
    if not isinstance(e, Contract):
        return e
    for i, (f, ls, p) in enumerate(e.factors):
        a = named(f, "inv")
        if a is None or p != 1 or len(ls) != 2:
            continue
        for taken, ms in _standing(a, e, i):
            for ours, theirs in ((0, 1), (1, 0)):
                # inv(A)[.., k] A[k, ..] or A[.., k] inv(A)[k, ..]
                k = ls[ours]
                rest = [x for n, x in enumerate(e.factors) if n != i and n not in taken]
                others = [x for _, xs, _ in rest for x in xs]
                if k != ms[theirs] or k < e.rank or k in others or ls[0] == ls[1] or ms[0] == ms[1]:
                    continue
                ends = (ls[1 - ours], ms[1 - theirs])
                return contract([*rest, (delta(a.shape[0]), ends, 1)], axes(e), e.shape)
    return e


def _standing(a: Expr, e: Contract, i: int) -> Iterator[tuple[frozenset[int], Axes]]:
    """Yield (factors, labels) of each A in a product beside its factor i: a factor, or several.

    Several stand for A = X'X if they are its factors, and the labels that they sum over stand in no
    other factor and in no axis of the product: the sum over those alone is then A[k, l].
    """
    for j, (g, ms, q) in enumerate(e.factors):
        if j != i and q == 1 and g is a:
            yield frozenset((j,)), ms
    if not isinstance(a, Contract) or len(a.factors) > _MOST_FACTORS:
        return
    inner = {k for _, ls, _ in a.factors for k in ls if k >= a.rank}
    for both, image in _placed(a.factors, e.factors, frozenset((i,)), {}):
        taken = both - {i}
        used = {x for n, (_, xs, _) in enumerate(e.factors) if n in taken for x in xs}
        outside = {x for n, (_, xs, _) in enumerate(e.factors) if n not in taken for x in xs}
        sums = {image[k] for k in inner}
        ends = {image[k] for k in range(a.rank) if k in image}
        alone = len(sums) == len(inner) and not sums & (outside | ends | set(range(e.rank)))
        if alone and len(image) == len(inner) + a.rank and used == sums | ends:
            yield taken, tuple(image[k] for k in range(a.rank))


def _placed(
    left: Sequence[Factor], factors: Sequence[Factor], taken: frozenset[int], image: dict[int, int]
) -> Iterator[tuple[frozenset[int], dict[int, int]]]:
    """Yield (factors used, where each label goes) for each way to find some factors in others."""
    if not left:
        yield taken, image
        return
    g, ls, p = left[0]
    for j, (f, xs, q) in enumerate(factors):
        if j in taken or f is not g or p != q:
            continue
        found = dict(image)
        if all(found.setdefault(k, x) == x for k, x in zip(ls, xs, strict=True)):
            yield from _placed(left[1:], factors, taken | {j}, found)


def _inv_of(u: Expr, e: Expr) -> Expr:
    """inv(c A) = inv(A)/c; inv(A') = inv(A)'; inv(A B) = inv(B) inv(A) for square A and B."""
    inv = ATOMS["inv"]
    if isinstance(u, Add) and len(u.terms) == 1:
        c, a = u.terms[0]
        return scale(1 / c, apply(inv, a))
    if isinstance(u, Contract) and len(u.factors) == 1:
        f, labels, p = u.factors[0]
        if labels == (1, 0) and p == 1:
            return contract([(apply(inv, f), (1, 0), 1)], (0, 1))
    path = _path(u) if isinstance(u, Contract) else None
    if path is None:
        return e
    # The inverse of each link, passed from its far end to its near one.
    links = [(apply(inv, f), turned, 1) for f, turned in path]
    return contract(links, (1, 0))


def _path(u: Contract) -> list[tuple[Expr, tuple[int, ...]]] | None:
    """Return the factors of a product of square matrices with their labels turned, else None."""
    if u.rank != 2 or len(u.factors) < 2 or len(set(u.sizes().values())) > 1:
        return None
    labels = [k for _, ls, _ in u.factors for k in ls]
    plain = all(p == 1 and len(ls) == 2 and ls[0] != ls[1] for _, ls, p in u.factors)
    once = all(labels.count(k) == (1 if k < 2 else 2) for k in labels)
    if not (plain and once) or not _joins_ends(u):
        return None
    return [(f, ls[::-1]) for f, ls, _ in u.factors]


def _joins_ends(u: Contract) -> bool:
    """Return whether a walk from label 0 over all factors ends at label 1."""
    left = [ls for _, ls, _ in u.factors]
    at = 0
    while left:
        step = next((ls for ls in left if at in ls), None)
        if step is None:
            return False
        left.remove(step)
        at = step[1] if step[0] == at else step[0]
    return at == 1


# -- A inv(A) where A is a sum that was multiplied out ---------------------------------------------


def resolvents(e: Expr) -> Expr:
    """K inv(K + m I) + m inv(K + m I) = I, inside products too, on either side."""
    return map_up(e, _resolved)


def _resolved(e: Expr) -> Expr:
    if not isinstance(e, Add) or len(e.terms) < 2:
        return e
    for c, term in e.terms:
        for whole, parts, q in _completed(term):
            if (found := _taken_away(e, c / q, whole, parts)) is not None:
                return found
    return e


def _factors(e: Expr) -> list[Factor]:
    """Return the factors of a product, those of the products in it among them."""
    if not isinstance(e, Contract):
        return [(e, axes(e), Fraction(1))]
    fresh = 1 + max((k for _, ls, _ in e.factors for k in ls), default=e.rank)
    found: list[Factor] = []
    for f, ls, p in e.factors:
        if not isinstance(f, Contract) or p != 1:
            found.append((f, ls, p))
            continue
        # Axis k of the inner product is the label ls[k] out here; its sums get new letters.
        for g, inner, q in f.factors:
            found.append((g, tuple(ls[k] if k < f.rank else fresh + k for k in inner), q))
        fresh += 1 + max((k for _, inner, _ in f.factors for k in inner), default=f.rank)
    return found


def _completed(term: Expr) -> Iterator[tuple[Expr, list[tuple[Fraction, Expr]], Fraction]]:
    """Yield (the term with I for A inv(A), with each term of A in place of A, q).

    q: the number in front of the unit matrix in A, so that the term is its part divided by q.
    """
    factors = _factors(term)
    for k, (f, ls, p) in enumerate(factors):
        a = named(f, "inv")
        if not isinstance(a, Add) or p != 1 or len(ls) != 2 or len(a.shape) != 2:
            continue
        rest = [g for j, g in enumerate(factors) if j != k]
        fresh = 1 + max(label for _, labels, _ in factors for label in labels)
        for q, unit in a.terms:
            scalars = _scalars(unit)
            if scalars is None or not all(s in rest for s in scalars):
                continue
            others = list(rest)
            for s in scalars:
                others.remove(s)
            for ours in ((ls[0], fresh), (fresh, ls[1])):
                left = ours[1] == fresh
                theirs = (fresh, ls[1]) if left else (ls[0], fresh)
                out = axes(term)
                parts = [
                    (r, contract([*others, (t, ours, 1), (f, theirs, 1)], out, term.shape))
                    for r, t in a.terms
                ]
                whole = contract([*others, (delta(a.shape[0]), ls, 1)], out, term.shape)
                yield whole, parts, q


def _scalars(unit: Expr) -> list[Factor] | None:
    """Return the numbers m in m I, None for another matrix."""
    if isinstance(unit, Delta):
        return []
    if not isinstance(unit, Contract):
        return None
    units = [x for x in unit.factors if isinstance(x[0], Delta)]
    scalars = [x for x in unit.factors if not isinstance(x[0], Delta)]
    plain = len(units) == 1 and units[0][1] in _ENDS and units[0][2] == 1
    return scalars if plain and all(not ls for _, ls, _ in scalars) else None


_ENDS: Final = ((0, 1), (1, 0))


def _taken_away(
    e: Add, times: Fraction, whole: Expr, parts: list[tuple[Fraction, Expr]]
) -> Expr | None:
    """Return sum - times (sum of parts) + times whole, if all parts stand there; else None.

    The parts sum to the whole, so nothing but the domain can change.
    """
    there = {t: c for c, t in e.terms}
    flat = [(c * q, t) for c, p in parts for q, t in _terms(p)]
    if any(there.get(t) != times * c for c, t in flat):
        return None
    return add(*e.terms, *((-times * c, t) for c, t in flat), (times, whole), shape=e.shape)


def _terms(e: Expr) -> tuple[tuple[Fraction, Expr], ...]:
    return e.terms if isinstance(e, Add) else ((Fraction(1), e),)
