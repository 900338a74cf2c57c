"""Terms of a normal form: factors, shared monomials, known signs. Part of the trusted checker."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, wraps
from math import gcd, lcm
from typing import Final, TypeVar

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.linear import axes
from lossmith.expr.build import add, contract, ones
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Factor
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, Interval
from lossmith.expr.types import Shape
from lossmith.expr.walk import map_up

Base = tuple[Expr, tuple[int, ...]]
Powers = Mapping[Base, Fraction]
"""A product: the exponent of each base on its labels."""
ONE: Final = Fraction(1)
Kind = TypeVar("Kind", Apply, Contract, Add)


def everywhere(kind: type[Kind]) -> Callable[[Callable[[Kind], Expr]], Callable[[Expr], Expr]]:
    """Make a step of a change of one node: run on every node of this kind, the inner ones first."""

    def made(change: Callable[[Kind], Expr]) -> Callable[[Expr], Expr]:
        @wraps(change)
        def step(e: Expr) -> Expr:
            return map_up(e, lambda s: change(s) if isinstance(s, kind) else s)

        return step

    return made


def is_positive(e: Expr) -> bool:
    """Return whether every entry is known to be > 0."""
    return _range(e).within(POSITIVE)


def is_nonnegative(e: Expr) -> bool:
    """Return whether every entry is known to be >= 0."""
    return _range(e).within(NONNEGATIVE)


@lru_cache(maxsize=20_000)
def _range(e: Expr) -> Interval:
    return bounds(e, {})[e]


def named(e: Expr, name: str) -> Expr | None:
    """Return the first argument of a card of this name, None for anything else."""
    return e.args[0] if isinstance(e, Apply) and e.atom.name == name else None


def terms_of(e: Expr) -> tuple[tuple[Fraction, Expr], ...]:
    """Return e as coefficients times terms."""
    return e.terms if isinstance(e, Add) else ((ONE, e),)


def factors_of(e: Expr) -> list[Factor]:
    """Return a term as factors on its own axes; ones are left out, sums over indices are whole."""
    if isinstance(e, Const) and e.value == 1:
        return []
    if isinstance(e, Contract) and not e.summed:
        return [f for f in e.factors if not isinstance(f[0], Const) or f[0].value != 1]
    return [(e, axes(e), ONE)]


def product(factors: Sequence[Factor], shape: Shape) -> Expr:
    """Return the product of factors on the axes of a shape."""
    out = tuple(range(len(shape)))
    if len(factors) == 1 and factors[0][1:] == (out, 1):
        return factors[0][0]
    return contract(factors, out, shape)


def remade(e: Contract, factors: Sequence[Factor]) -> Expr:
    """Return the product with other factors: no index of e loses its range."""
    if list(factors) == list(e.factors):
        return e
    ranges = [(ones((d,)), (k,), ONE) for k, d in e.sizes().items()]
    return contract([*factors, *ranges], axes(e), e.shape)


def placed(factors: Sequence[Factor], labels: Sequence[int], p: Fraction = ONE) -> list[Factor]:
    """Return the factors of f, each to the power p, where f stands on these labels."""
    return [(g, tuple(labels[k] for k in ls), q * p) for g, ls, q in factors]


def collected(factors: Sequence[Factor]) -> Powers:
    """Return the exponent of each base, equal bases on equal labels taken together."""
    return times({}, *(({(f, labels): p}, 1) for f, labels, p in factors))


def times(whole: Powers, *others: tuple[Powers, int]) -> Powers:
    """Return a product multiplied by others, each to a power."""
    found = dict(whole)
    for other, n in others:
        for key, p in other.items():
            found[key] = found.get(key, Fraction(0)) + n * p
    return {key: p for key, p in found.items() if p}


def listed(powers: Powers) -> list[Factor]:
    """Return a product as factors."""
    return [(f, labels, p) for (f, labels), p in powers.items()]


def monomial(u: Expr) -> tuple[Fraction, list[Factor]]:
    """Return (c, factors) with u = c * product(factors): of a sum, what all terms share, and the
    rest as one factor.

    Each base is taken in its least power over all terms (0 where it is absent), so that the rest
    holds no negative powers of them. c > 0 if there are several terms.
    """
    terms = terms_of(u)
    split = [collected(factors_of(t)) for _, t in terms]
    if len(terms) == 1:
        return terms[0][0], listed(split[0])
    keys = dict.fromkeys(key for powers in split for key in powers)
    least = {key: min(powers.get(key, Fraction(0)) for powers in split) for key in keys}
    c = Fraction(gcd(*(q.numerator for q, _ in terms)), lcm(*(q.denominator for q, _ in terms)))
    if c == 1 and not any(least.values()):
        return ONE, [(u, axes(u), ONE)]
    rest = [
        (q / c, product(listed(times(powers, (least, -1))), u.shape))
        for (q, _), powers in zip(terms, split, strict=True)
    ]
    return c, [*listed(times(least)), (add(*rest, shape=u.shape), axes(u), ONE)]
