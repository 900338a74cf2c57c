"""Where A inv(A) = I is to be used in a formula, also where A was multiplied out.

Found here, checked by ``evidence.normal.normal_inverses.cancelled``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.evidence.normal.normal_inverses import hole
from lossmith.evidence.normal.normal_steps import products
from lossmith.expr.build import apply, contract, matmul, scale
from lossmith.expr.node import Add, Apply, Contract, Delta, Expr, Factor
from lossmith.expr.walk import postorder, substitute

Axes = tuple[int, ...]
Choice = tuple[Expr, Expr, Expr, str]
"""A part of the formula, q with a hole, A, and the side of inv(A): the part is q(A inv(A)), or
holds the terms of it."""

_MOST_FACTORS: Final = 4
"""Factors of an A that is looked for among others: the ways to place them grow fast."""


def cancellation(e: Expr) -> Choice | None:
    """Return the first place where A inv(A) or inv(A) A may become I, None if there is none."""
    found = (choice for part in postorder(e) for choice in (*_in_product(part), *_in_sum(part)))
    return next(found, None)


def has_inverse(e: Expr) -> bool:
    """Return whether an inverse matrix occurs."""
    return any(isinstance(s, Apply) and s.atom.name == "inv" for s in postorder(e))


def _filled(q: Expr, a: Expr, side: str) -> Expr:
    """Return q(A inv(A)), or q(inv(A) A)."""
    inverse = apply(ATOMS["inv"], a)
    unit = matmul(inverse, a) if side == "right" else matmul(a, inverse)
    return substitute(q, {hole(a): unit})


def _inverted(f: Expr) -> Expr | None:
    """Return A for a matrix inv(A)."""
    if isinstance(f, Apply) and f.atom.name == "inv" and len(f.shape) == 2:
        return f.args[0]
    return None


# -- A inv(A) inside of a product ------------------------------------------------------------------


def _in_product(e: Expr) -> Iterator[Choice]:
    """Yield inv(A)[.., k] A[k, ..] or A[.., k] inv(A)[k, ..], A as one factor or as several."""
    if not isinstance(e, Contract):
        return
    for i, (f, ls, p) in enumerate(e.factors):
        a = _inverted(f)
        if a is None or p != 1:
            continue
        for taken, ms in _standing(a, e, i):
            rest = [x for n, x in enumerate(e.factors) if n != i and n not in taken]
            for side, inner, ends in (
                ("right", ls[1] == ms[0], (ls[0], ms[1])),
                ("left", ls[0] == ms[1], (ms[0], ls[1])),
            ):
                if inner:
                    q = contract([*rest, (hole(a), ends, 1)], tuple(range(e.rank)), e.shape)
                    if _filled(q, a, side) is e:
                        yield e, q, a, side


def _standing(a: Expr, e: Contract, i: int) -> Iterator[tuple[frozenset[int], Axes]]:
    """Yield (factors, labels) of each A in a product beside its factor i: a factor, or several."""
    for j, (g, ms, q) in enumerate(e.factors):
        if j != i and q == 1 and g is a:
            yield frozenset((j,)), ms
    if isinstance(a, Contract) and len(a.factors) <= _MOST_FACTORS:
        for both, image in _placed(a.factors, e.factors, frozenset((i,)), {}):
            if all(k in image for k in range(a.rank)):
                yield both - {i}, tuple(image[k] for k in range(a.rank))


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


# -- A inv(A) where A is a sum that was multiplied out ---------------------------------------------


def _in_sum(e: Expr) -> Iterator[Choice]:
    """Yield K inv(K + m I) + m inv(K + m I), inside products too: all terms must stand there."""
    if not isinstance(e, Add) or len(e.terms) < 2:
        return
    there = {t: c for c, t in e.terms}
    for c, term in e.terms:
        for q, a in _completed(term):
            for side in ("left", "right"):
                whole = scale(c, q)
                made = products(_filled(whole, a, side))
                if isinstance(made, Add) and all(there.get(t) == k for k, t in made.terms):
                    yield e, whole, a, side


def _completed(term: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Yield (q, A) such that the term is the part of q(A inv(A)) that the m I in A gives."""
    factors = _factors(term)
    for k, (f, ls, p) in enumerate(factors):
        a = _inverted(f)
        if not isinstance(a, Add) or p != 1:
            continue
        for number, unit in a.terms:
            scalars = _scalars(unit)
            others = [g for j, g in enumerate(factors) if j != k]
            if scalars is None or not all(s in others for s in scalars):
                continue
            for s in scalars:
                others.remove(s)
            q = contract([*others, (hole(a), ls, 1)], tuple(range(len(term.shape))), term.shape)
            yield scale(1 / number, q), a


def _factors(e: Expr) -> list[Factor]:
    """Return the factors of a product, those of the products in it among them."""
    if not isinstance(e, Contract):
        return [(e, tuple(range(len(e.shape))), Fraction(1))]
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


def _scalars(unit: Expr) -> list[Factor] | None:
    """Return the numbers m in m I, None for another matrix."""
    if isinstance(unit, Delta):
        return []
    if not isinstance(unit, Contract) or len(unit.shape) != 2:
        return None
    scalars = [x for x in unit.factors if not isinstance(x[0], Delta)]
    alone = len(scalars) + 1 == len(unit.factors) and not any(ls for _, ls, _ in scalars)
    return scalars if alone else None
