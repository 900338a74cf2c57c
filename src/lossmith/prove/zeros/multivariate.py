"""Polynomials in several generators by exact arithmetic of FLINT: divisibility, factors, gcd."""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import Ordering, fmpq, fmpq_mpoly_ctx

from lossmith.evidence.arithmetic.polynomial import (
    Expansion,
    Generator,
    Polynomial,
    TooLarge,
    natural_power,
    plus,
    times,
)
from lossmith.expr.build import add, const, multiply, power
from lossmith.expr.node import Expr


def as_mpolys(
    es: Sequence[Expr], first: Sequence[Expr] = ()
) -> tuple[list[Generator], list[Any]] | None:
    """Return (generators, polynomials) for scalars over shared generators, ``first`` in front.

    What is not a sum, product or power is a generator. None where powers are not whole, >= 0.
    """
    expansion = Expansion()
    try:
        ps: list[Polynomial] = [expansion.expand(e)[()] for e in es]
    except (TooLarge, KeyError):
        return None
    gens: list[Generator] = [(e, ()) for e in first]
    more = {g for p in ps for m in p for g, _ in m} - set(gens)
    gens += sorted(more, key=lambda g: (g[0].digest, g[1]))
    if any(q.denominator != 1 or q < 0 for p in ps for m in p for _, q in m):
        return None
    return gens, [_made(p, gens) for p in ps]


def as_expr(p: Any, gens: Sequence[Generator]) -> Expr:
    """Return a polynomial of FLINT as an expression in its generators (scalars)."""
    terms = [
        (
            Fraction(int(c.p), int(c.q)),
            multiply(const(1), *(power(gens[k][0], int(q)) for k, q in enumerate(m) if q)),
        )
        for m, c in p.to_dict().items()
    ]
    return add(*terms, shape=())


@lru_cache(maxsize=4096)
def divides(g: Expr, f: Expr) -> bool:
    """Return whether f = g h with h a polynomial in the same generators, so f = 0 where g = 0."""
    made = as_mpolys((g, f))
    if made is None or made[1][0].is_zero() or made[1][0].is_constant():
        return False
    _, rest = divmod(made[1][1], made[1][0])
    return bool(rest.is_zero())


def factors(f: Expr) -> list[Expr] | None:
    """Return expressions such that f = 0 exactly where one of them is 0, where f has a value.

    Common powers of the generators are divided out and denominators cleared, so this holds where
    the bases of reciprocals and of roots are not 0.  None if f does not become a polynomial.
    """
    found = factored(f)
    if found is None:
        return None
    unit, powers = found
    return [g for g, q in powers if q > 0 and q.denominator == 1] if unit else [const(0)]


def factored(f: Expr) -> tuple[Fraction, list[tuple[Expr, Fraction]]] | None:
    """Return (c, (g, q) pairs) with f = c * product of g^q, where f has a value.

    None if f does not become a polynomial when the least powers of its parts are divided out.
    """
    expansion = Expansion()
    powers: list[tuple[Expr, Fraction]] = []
    try:
        p = expansion.expand(f)[()]
        for g in reversed(expansion.sums):
            least = _least_power(p, g)
            powers += [(g[0], least)] if least else []
            p = _shifted(p, g, least, expansion)
        # Only now: a sum that is multiplied out may bring in others, as 1 + exp(-x) does.
        for g in (g for g in _generators(p, expansion) if g not in expansion.sums):
            least = _least_power(p, g)
            if least.denominator == 1 and least >= 0:
                continue
            powers += [(g[0], least)] if least else []
            p = _shifted(p, g, least, expansion)
    except (TooLarge, KeyError):
        return None
    if not p:
        return Fraction(0), []
    if any(q.denominator != 1 or q < 0 for m in p for _, q in m):
        return None
    gens, (made,) = _as_mpoly(p)
    unit, parts = made.factor()
    powers += [(as_expr(h, gens), Fraction(int(k))) for h, k in parts]
    return Fraction(int(unit.p), int(unit.q)), powers


def _generators(p: Polynomial, expansion: Expansion) -> list[Generator]:
    found = {g for m in p for g, _ in m} - set(expansion.sums)
    return sorted(found, key=lambda g: (g[0].digest, g[1]))


def _least_power(p: Polynomial, g: Generator) -> Fraction:
    return min((dict(m).get(g, Fraction(0)) for m in p), default=Fraction(0))


def _shifted(p: Polynomial, g: Generator, least: Fraction, expansion: Expansion) -> Polynomial:
    """Return p / g^least, whole powers of sums written out.  Raises: TooLarge if roots are left."""
    terms: list[tuple[Fraction, Polynomial]] = []
    for m, c in p.items():
        left = dict(m).get(g, Fraction(0)) - least
        if left.denominator != 1:
            raise TooLarge
        rest: Polynomial = {frozenset(h for h in m if h[0] != g): Fraction(1)}
        if g in expansion.sums:
            rest = times(rest, natural_power(expansion.sums[g], int(left)))
        elif left:
            rest = {frozenset({*next(iter(rest)), (g, left)}): Fraction(1)}
        terms.append((c, rest))
    return plus(terms)


def _as_mpoly(p: Polynomial) -> tuple[list[Generator], list[Any]]:
    gens = sorted({g for m in p for g, _ in m}, key=lambda g: (g[0].digest, g[1]))
    return gens, [_made(p, gens)]


def _made(p: Polynomial, gens: Sequence[Generator]) -> Any:
    place = {g: k for k, g in enumerate(gens)}
    names = tuple(f"g{k}" for k in range(max(1, len(gens))))
    terms: dict[tuple[int, ...], Any] = {}
    for m, c in p.items():
        powers = [0] * len(names)
        for g, q in m:
            powers[place[g]] = int(q)
        terms[tuple(powers)] = fmpq(c.numerator, c.denominator)
    return fmpq_mpoly_ctx.get(names, Ordering.lex).from_dict(terms)
