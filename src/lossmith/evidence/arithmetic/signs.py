"""The sign of an expression over a common denominator and without common factors. Trusted.

Interval arithmetic loses what a sum cancels; multiplying out first, clearing denominators that are
positive, and dividing by positive factors that all terms share, keeps the sign and shows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from fractions import Fraction
from functools import lru_cache

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import applies, bounds, domain_of
from lossmith.evidence.arithmetic.polynomial import (
    BY_EXP,
    Expansion,
    Generator,
    Monomial,
    Polynomial,
    TooLarge,
    natural_power,
    plus,
    times,
)
from lossmith.expr.build import add, const, multiply, power, subtract
from lossmith.expr.node import Add, Apply, Expr
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, POSITIVE, Interval, point
from lossmith.expr.walk import postorder

Known = Mapping[Expr, Interval]


TERMS = 600
"""Most products of terms while a sign is multiplied out: what is longer shows no sign anyway."""


def sign_of(e: Expr, known: Known) -> Interval:
    """Return an interval that holds zero, positive, negative numbers only if e takes such there.

    It encloses e, or e times a positive function.
    """
    found = bounds(e, known)[e]
    if e.shape or found.within(NONNEGATIVE) or found.within(NONPOSITIVE):
        return found
    paired = _in_pairs(e, known)
    if paired.within(NONNEGATIVE) or paired.within(NONPOSITIVE):
        return paired
    for exponential in (False, True) if mixes(e) else (False,):
        p, sums = expanded(e, exponential)
        inside = {g for q in (p, *(base for _, base in sums)) for m in q for g, _ in m}
        inside |= {g for g, _ in sums}
        above = {g for g in inside if not g[1] and bounds(g[0], known)[g[0]].within(POSITIVE)}
        core = _reduced(e, exponential, frozenset(above))
        better = bounds(core, known)[core]
        if not better.is_empty and (better.within(NONNEGATIVE) or better.within(NONPOSITIVE)):
            return better
    return found


def _in_pairs(e: Expr, known: Known) -> Interval:
    """Return an interval for a sum in which c (phi(u) - phi(v)) has the sign of c (u - v).

    For a card phi that does not fall (or does not rise) on an interval that holds u and v.
    """
    rest = list(e.terms) if isinstance(e, Add) else []
    whole = point(0)
    while rest:
        c, t = rest.pop()
        mate = next((r for r in rest if r[0] == -c and _same_card(t, r[1])), None)
        sign = None if mate is None else _difference(t, mate[1], known)
        if mate is not None and sign is not None:
            rest.remove(mate)
            whole = whole + sign.scale(c)
        else:
            whole = whole + bounds(t, known)[t].scale(c)
    return whole if isinstance(e, Add) else Interval()


def _same_card(s: Expr, t: Expr) -> bool:
    return isinstance(s, Apply) and isinstance(t, Apply) and s.atom is t.atom and len(s.args) == 1


def _difference(s: Expr, t: Expr, known: Known) -> Interval | None:
    """Return where s - t = phi(u) - phi(v) lies by the sign of u - v; None if it is not known."""
    if not isinstance(s, Apply) or not isinstance(t, Apply):
        return None
    (u,), (v,) = s.args, t.args
    hull = bounds(u, known)[u].hull(bounds(v, known)[v])
    if not hull.within(domain_of(s.atom, 0)):
        return None
    facts = {f.name for f in s.atom.facts if applies(f, s.args, [hull])}
    gap = subtract(u, v)
    inside = bounds(gap, known)[gap]
    for fact, rises in (("nondecreasing", True), ("nonincreasing", False)):
        for side in (NONNEGATIVE, NONPOSITIVE):
            if fact in facts and inside.within(side):
                return side if rises else -side
    return None


def mixes(e: Expr) -> bool:
    """Return whether e holds functions that may be written by exp."""
    return any(isinstance(s, Apply) and s.atom.name in BY_EXP for s in postorder(e))


@lru_cache(maxsize=256)
def expanded(
    e: Expr, exponential: bool
) -> tuple[Polynomial, tuple[tuple[Generator, Polynomial], ...]]:
    """Return e multiplied out, with its compound generators; e itself where that is too large."""
    expansion = Expansion(exponential=exponential, most=TERMS)
    try:
        return expansion.expand(e)[()], tuple(expansion.sums.items())
    except (TooLarge, LossmithError, KeyError):
        return {frozenset({((e, ()), Fraction(1))}): Fraction(1)}, ()


@lru_cache(maxsize=512)
def _reduced(e: Expr, exponential: bool, above: frozenset[Generator]) -> Expr:
    """Return e multiplied out, times and over products of the generators ``above``, all > 0."""
    p, sums = expanded(e, exponential)
    p = _cleared(p, sums, above)
    return from_polynomial(_without(p, common_factor(p, above)))


def _cleared(
    p: Polynomial, sums: Sequence[tuple[Generator, Polynomial]], above: Set[Generator]
) -> Polynomial:
    """Multiply by positive sums until none of them stands in a denominator."""
    for g, base in reversed(sums):
        powers = [dict(m).get(g, Fraction(0)) for m in p]
        least = min(powers, default=Fraction(0))
        whole = all((q - least).denominator == 1 for q in powers)
        if least >= 0 or not whole or g not in above:
            continue
        terms: list[tuple[Fraction, Polynomial]] = []
        try:
            for (m, c), q in zip(p.items(), powers, strict=True):
                rest: Polynomial = {frozenset(f for f in m if f[0] != g): Fraction(1)}
                terms.append((c, times(rest, natural_power(base, int(q - least), TERMS), TERMS)))
        except TooLarge:
            return p
        p = plus(terms)
        if len(p) > TERMS:
            return p
    return p


def common_factor(p: Polynomial, above: Set[Generator]) -> dict[Generator, Fraction]:
    """Return the largest product of the scalars ``above``, all > 0, that divides every term."""
    found: dict[Generator, Fraction] = {}
    for g in {g for m in p for g, _ in m}:
        least = min(dict(m).get(g, Fraction(0)) for m in p)
        if least and g in above:
            found[g] = least
    return found


def _without(p: Polynomial, common: Mapping[Generator, Fraction]) -> Polynomial:
    rest: Polynomial = {}
    for m, c in p.items():
        powers = dict(m)
        for g, q in common.items():
            powers[g] = powers.get(g, Fraction(0)) - q
        key: Monomial = frozenset((g, q) for g, q in powers.items() if q)
        rest[key] = c
    return rest


def from_polynomial(p: Polynomial) -> Expr:
    """Return a polynomial over scalar generators as an expression, terms in a fixed order."""
    terms: list[tuple[Fraction, Expr]] = []
    for m, c in p.items():
        factors = sorted(m, key=lambda f: f[0][0].digest)
        terms.append((c, multiply(const(1), *(power(g[0], q) for g, q in factors))))
    return add(*terms, shape=())
