"""Terms of a normal form: factors, shared monomials, known signs. Part of the trusted checker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Final

from lossmith.evidence.enclose import bounds
from lossmith.evidence.linear import axes
from lossmith.expr.build import add, contract, ones
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Factor
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE, POSITIVE
from lossmith.expr.types import Shape

Terms = list[tuple[Fraction, Expr]]
Base = tuple[Expr, tuple[int, ...]]
Powers = Mapping[Base, Fraction]
ONE: Final = Fraction(1)


def is_positive(e: Expr) -> bool:
    """Return whether every entry is known to be > 0."""
    return enclosure(e).within(POSITIVE) or _within(e, positive=True)


def is_nonnegative(e: Expr) -> bool:
    """Return whether every entry is known to be >= 0."""
    return enclosure(e).within(NONNEGATIVE) or _within(e, positive=False)


@lru_cache(maxsize=20_000)
def _within(e: Expr, *, positive: bool) -> bool:
    return bounds(e, {})[e].within(POSITIVE if positive else NONNEGATIVE)


def named(e: Expr, name: str) -> Expr | None:
    """Return the argument of a unary card of this name, None for anything else."""
    return e.args[0] if isinstance(e, Apply) and e.atom.name == name else None


def product(factors: Sequence[Factor], shape: Shape) -> Expr:
    """Return the product of factors on the axes of a shape."""
    out = tuple(range(len(shape)))
    return contract([*factors, (ones(shape), out, 1)], out, shape)


def factors_of(e: Expr) -> list[Factor]:
    """Return a term as factors on its own axes; ones are left out, sums over indices are whole."""
    if isinstance(e, Const) and e.value == 1:
        return []
    if isinstance(e, Contract) and not e.summed:
        return [f for f in e.factors if not isinstance(f[0], Const) or f[0].value != 1]
    return [(e, axes(e), ONE)]


def collected(factors: Sequence[Factor]) -> dict[Base, Fraction]:
    """Return the exponent of each base, equal bases on equal labels taken together."""
    found: dict[Base, Fraction] = {}
    for f, labels, p in factors:
        found[f, labels] = found.get((f, labels), Fraction(0)) + p
    return {key: p for key, p in found.items() if p}


def shared(u: Add) -> tuple[Fraction, list[Factor], Expr] | None:
    """Return (c > 0, factors, rest) with u = c * product(factors) * rest; None if that is trivial.

    Each base is taken in its least power over all terms (0 where it is absent), so that the rest
    holds no negative powers of them.
    """
    if len(u.terms) < 2:
        return None
    split = [collected(factors_of(t)) for _, t in u.terms]
    keys = dict.fromkeys(key for powers_of in split for key in powers_of)
    least = {key: min(ps.get(key, Fraction(0)) for ps in split) for key in keys}
    least = {key: p for key, p in least.items() if p}
    c = Fraction(gcd(*(q.numerator for q, _ in u.terms)), lcm(*(q.denominator for q, _ in u.terms)))
    if not least and c == 1:
        return None
    rest: Terms = []
    for (q, _), ps in zip(u.terms, split, strict=True):
        own = {key: ps.get(key, Fraction(0)) - least.get(key, Fraction(0)) for key in keys}
        rest.append((q / c, product([(*key, p) for key, p in own.items() if p], u.shape)))
    return c, [(*key, p) for key, p in least.items()], add(*rest, shape=u.shape)


def all_ones(e: Contract) -> list[Factor]:
    """Return a vector of ones for each label, so that no index loses its range."""
    return [(ones((d,)), (k,), ONE) for k, d in e.sizes().items()]
