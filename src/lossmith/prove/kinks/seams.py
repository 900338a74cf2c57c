"""Where the branches of a choice meet: do their values agree there, and their slopes?

On the boundary g = 0 two branches u and v are compared through the expansion u - v in powers of g:
u - v = g^k h. With k = 0 and h != 0 the choice jumps, with k = 1 and h != 0 it has a corner, and
with k >= 2 it is as smooth there as its branches: g^k h has derivative 0 where g = 0, as soon as g
is Lipschitz and h bounded nearby.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Literal

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.polynomial import (
    Expansion,
    Generator,
    Polynomial,
    TooLarge,
    natural_power,
    plus,
    times,
)
from lossmith.expr.build import subtract
from lossmith.expr.node import Apply, Comparison, Expr, Select
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE
from lossmith.expr.walk import symbols
from lossmith.prove.proving.entrywise import jumps, scalar_form
from lossmith.prove.proving.natural import natural

Contact = Literal["jump", "corner", "smooth", "unknown"]


@dataclass(frozen=True, slots=True)
class Seam:
    """The boundary ``where`` = 0 of a comparison of a choice, and how its two sides meet there."""

    where: Expr
    contact: Contact


def seams(choice: Select) -> list[Seam]:
    """Return how the branches meet on the boundary of each comparison of a choice."""
    known = natural(choice)
    _, image = scalar_form(choice, known)
    found: list[Seam] = []
    later = [*(v for _, v in choice.cases), choice.otherwise]
    for k, (guard, value) in enumerate(choice.cases):
        for c in guard:
            met: set[Contact] = {
                contact(image[c.expr], image[value], image[v]) for v in later[k + 1 :]
            }
            found.append(Seam(c.expr, _of_comparison(c, met)))
    return found


def _of_comparison(c: Comparison, met: set[Contact]) -> Contact:
    if c.relation in ("==", "!="):
        # One branch is taken on the boundary alone: if its values agree there, nothing shows.
        return "smooth" if met <= {"corner", "smooth"} else "jump" if met == {"jump"} else "unknown"
    return met.pop() if len(met) == 1 else "unknown"


def contact(g: Expr, u: Expr, v: Expr) -> Contact:
    """Return how u and v, scalars, meet where g = 0; "unknown" if no expansion shows it."""
    if u is v:
        return "smooth"
    if jumps(g) or jumps(u) or jumps(v):
        return "unknown"
    orders = expansion_at(g, subtract(u, v))
    if orders is None:
        return "unknown"
    least = min(orders, default=2)
    if least >= 2:
        bounded = all(q > 0 for p in orders.values() for m in p for _, q in m)
        return "smooth" if bounded else "unknown"
    inside = natural(g)[g]
    crosses = not (inside.within(NONNEGATIVE) or inside.within(NONPOSITIVE))
    return ("jump", "corner")[least] if crosses and _is_number(orders[least]) else "unknown"


def _is_number(p: Polynomial) -> bool:
    return set(p) == {frozenset()}


def expansion_at(g: Expr, d: Expr) -> dict[int, Polynomial] | None:
    """Return {k: coefficient of g^k} of d, where g is affine in one generator with a number.

    The coefficients do not contain that generator. None if there is no such expansion.
    """
    expansion = Expansion()
    try:
        boundary, difference = expansion.expand(g)[()], expansion.expand(d)[()]
        sizes = _sizes_in(boundary, difference)
        boundary, difference = _even_in_sizes(boundary, sizes), _even_in_sizes(difference, sizes)
        for pivot, slope in _pivots(boundary):
            found = _expanded(difference, boundary, pivot, slope)
            if found is not None:
                return found
    except TooLarge:
        return None
    return None


def _pivots(p: Polynomial) -> list[tuple[Generator, Fraction]]:
    """Return the generators that occur in p once, alone, and to the first power."""
    found: list[tuple[Generator, Fraction]] = []
    for m, c in p.items():
        if len(m) == 1:
            ((g, q),) = m
            if q == 1 and sum(g in dict(n) for n in p) == 1:
                found.append((g, c))
    return found


def _even_in_sizes(p: Polynomial, sizes: set[Generator]) -> Polynomial:
    """Write even powers of x as powers of |x|, for each |x| among the generators."""
    result: Polynomial = {}
    for m, c in p.items():
        powers = dict(m)
        for size in sizes:
            assert isinstance(size[0], Apply)
            inner = (size[0].args[0], size[1])
            q = powers.get(inner, Fraction(0))
            if q.denominator == 1 and q.numerator % 2 == 0:
                powers.pop(inner, None)
                powers[size] = powers.get(size, Fraction(0)) + q
        key = frozenset((g, r) for g, r in powers.items() if r)
        result[key] = result.get(key, Fraction(0)) + c
    return {m: c for m, c in result.items() if c}


def _sizes_in(*ps: Polynomial) -> set[Generator]:
    return {
        g
        for p in ps
        for m in p
        for g, _ in m
        if isinstance(g[0], Apply) and g[0].atom is ATOMS["abs"]
    }


def _expanded(
    p: Polynomial, boundary: Polynomial, pivot: Generator, slope: Fraction
) -> dict[int, Polynomial] | None:
    """Substitute pivot = (g - rest)/slope and collect the powers of g."""
    if _mentions_inside(p, pivot):
        return None
    rest = {m: -c / slope for m, c in boundary.items() if pivot not in dict(m)}
    orders: dict[int, list[tuple[Fraction, Polynomial]]] = {}
    for m, c in p.items():
        powers = dict(m)
        q = powers.pop(pivot, Fraction(0))
        if q.denominator != 1 or q < 0:
            return None
        others: Polynomial = {frozenset(powers.items()): Fraction(1)}
        for k in range(int(q) + 1):
            binomial = Fraction(comb(int(q), k)) / slope**k
            part = times(others, natural_power(rest, int(q) - k))
            orders.setdefault(k, []).append((c * binomial, part))
    collected = {k: plus(terms) for k, terms in orders.items()}
    return {k: q for k, q in collected.items() if q}


def _mentions_inside(p: Polynomial, pivot: Generator) -> bool:
    """Return whether another generator is made from the pivot, so that it is not free of it."""
    own = set(symbols(pivot[0]))
    return any(g != pivot and own & set(symbols(g[0])) for m in p for g, _ in m)
