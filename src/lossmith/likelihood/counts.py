"""A loss of one probability alone: so many ones, so many zeros, and a beta prior.

In -A log p - B log(1 - p) the data stand in the exponents only, so that no symbol is the
observation: whole numbers are what was counted, and what is left of A and B is the prior's.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Const, Expr, Symbol
from lossmith.expr.types import FREE
from lossmith.expr.walk import count, symbols
from lossmith.likelihood.parts import ONE, is_negative, moving
from lossmith.likelihood.priors import PENALTIES
from lossmith.likelihood.rational import vanishes
from lossmith.likelihood.readings import Counts, Prior
from lossmith.likelihood.terms import canonical, monomials

_BETA: Final = next(p for p in PENALTIES if p.name == "beta")


def counts_of(expr: Expr, wrt: tuple[Symbol, ...]) -> Counts | None:
    """Return the loss as that of numbers of ones and zeros, if it is one; proved as it is found."""
    parts = moving(monomials(canonical(expr), wrt))
    logs = [c for c in parts if isinstance(c, Apply) and c.atom.name == "log" and not c.shape]
    if len(parts) != 2 or len(logs) != 2:
        return None
    first, second = (c.args[0] for c in logs)
    if not vanishes(build.add((1, first), (1, second), (-1, ONE))):
        return None
    exponents = [build.negate(parts[c]) for c in logs]
    found = _numbers(exponents) or _letters(exponents)
    if found is None:
        return None
    each = [(c.args[0], *split) for c, split in zip(logs, found, strict=True)]
    # The shorter of the two is called p: log p and log(1 - p).
    each.sort(key=lambda one: (isinstance(one[0], Add), count(one[0]), count(one[1])))
    (p, ones, a), (_, zeros, b) = each
    prior = None
    if any(not vanishes(rest) for rest in (a, b)):
        if not _is_probability(p, wrt):
            return None
        inner = {"a": build.add(a, ONE), "b": build.add(b, ONE)}
        if any(is_negative(e) for e in inner.values()):
            return None
        assert isinstance(p, Symbol)
        prior = Prior(_BETA, p, ONE, None, inner, p)
    return _held(Counts(expr, wrt, p, ones, zeros, ONE, prior))


def _held(c: Counts) -> Counts | None:
    """Return the reading with its constant, None if f + log of the densities is not constant."""
    try:
        gap = monomials(canonical(build.subtract(c.expr, c.energy())), c.wrt)
    except LossmithError:
        return None
    if moving(gap):
        return None
    constant = gap.get(ONE, build.const(0))
    return Counts(c.expr, c.wrt, c.probability, c.ones, c.zeros, constant, c.prior)


def _is_probability(p: Expr, wrt: tuple[Symbol, ...]) -> bool:
    inside = p.assumptions.interval if isinstance(p, Symbol) and p in wrt else None
    return inside is not None and (inside.lo, inside.hi) == (0, 1)


_Split = tuple[Expr, Expr]
"""What was counted, and what the prior adds to it."""


def _numbers(exponents: list[Expr]) -> list[_Split] | None:
    """Return positive whole numbers as counts."""
    zero = build.const(0)
    values = [e.value if isinstance(e, Const) else None for e in exponents]
    if any(v is None or v.denominator != 1 or v < 1 for v in values):
        return None
    return [(e, zero) for e in exponents]


def _letters(exponents: list[Expr]) -> list[_Split] | None:
    """Return exponents parted into letters of whole numbers and the rest.

    Two letters of which nothing is declared are counts as well: nothing else stands there.
    """
    alone = [e for e in exponents if isinstance(e, Symbol) and e.assumptions == FREE]
    if len(alone) == len(set(alone)) == 2:
        return [(e, build.const(0)) for e in alone]
    found = [_parted(e) for e in exponents]
    # Trials less a count, without a prior, are left to the row of the binomial law.
    plain = all(vanishes(rest) for _, rest in found)
    if plain and any(c < 0 for n, _ in found if isinstance(n, Add) for c, _ in n.terms):
        return None
    return found if all(symbols(counted) for counted, _ in found) else None


def _parted(e: Expr) -> _Split:
    terms = e.terms if isinstance(e, Add) else ((Fraction(1), e),)
    own = [(c, t) for c, t in terms if isinstance(t, Symbol) and _is_count(t) and abs(c) == 1]
    rest = [(c, t) for c, t in terms if (c, t) not in own]
    return build.add(*own, shape=()), build.add(*rest, shape=())


def _is_count(s: Symbol) -> bool:
    lo = s.assumptions.interval.lo
    return not s.shape and s.assumptions.integer and lo is not None and lo >= 0
