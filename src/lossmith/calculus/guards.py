"""Guards of code: the limit where a product is 0 · ∞ in floats, read from cards and ranges.

relu(x) exp(−x) is 0 for x < 0 while exp(−x) may be ∞ there; x log x is 0 at 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final

from lossmith.atoms.arithmetic import abs as abs_
from lossmith.atoms.arithmetic import sign
from lossmith.atoms.exponential import log, xlogx
from lossmith.calculus.far_out import with_factors
from lossmith.expr.build import add, apply, const, contract, power, select
from lossmith.expr.node import Add, Apply, Comparison, Const, Contract, Expr, Factor, Select, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import REALS

_ONE: Final = Fraction(1)
_MOST: Final = 12
"""Factors of a product beyond which none is looked at."""


# -- x log x at 0 ----------------------------------------------------------------------------------


def times_logarithm(e: Expr) -> Sequence[Expr]:
    """Return a product with z^p log z, p > 0, by xlogx, where z may be 0."""
    if not isinstance(e, Contract) or len(e.factors) > _MOST:
        return ()
    for k, (f, labels, q) in enumerate(e.factors):
        if not isinstance(f, Apply) or f.atom is not log or q != 1:
            continue
        (z,) = f.args
        if (inside := _factor_inside(e, z, labels)) is not None:
            w, _, p = e.factors[inside]
            rest = [g for i, g in enumerate(e.factors) if i not in (inside, k)]
            beside = [(f, tuple(range(len(labels))), _ONE)]
            return (with_factors(e, [*rest, (_by_cases(w, p, beside), labels, _ONE)]),)
        j = next((j for j, g in enumerate(e.factors) if g[:2] == (z, labels) and g[2] > 0), None)
        if j is None or not enclosure(z).has(0):
            continue
        p = e.factors[j][2]
        rest = [g for i, g in enumerate(e.factors) if i not in (j, k)]
        if p >= 1:
            new: list[Factor] = [(z, labels, p - 1), (apply(xlogx, z), labels, _ONE)]
        else:
            new = [(apply(xlogx, power(z, p)), labels, _ONE), (const(1 / p), (), _ONE)]
        return (with_factors(e, [*rest, *(g for g in new if g[2])]),)
    return _multiplied_out(e)


def _multiplied_out(e: Contract) -> Sequence[Expr]:
    """Return x (1 + 2 log x) as x + 2 x log x, where x may be 0."""
    for k, (f, labels, q) in enumerate(e.factors):
        if not isinstance(f, Add) or q != 1 or len(set(labels)) < len(labels):
            continue
        inside = [_argument_of_log(t) for _, t in f.terms]
        for j, (z, own, p) in enumerate(e.factors):
            if own == labels and p > 0 and z in inside and enclosure(z).has(0):
                axes = tuple(range(len(f.shape)))
                terms = [
                    (c, contract([(t, axes, _ONE), (z, axes, p)], axes, f.shape))
                    for c, t in f.terms
                ]
                rest = [g for i, g in enumerate(e.factors) if i not in (j, k)]
                return (with_factors(e, [*rest, (add(*terms, shape=f.shape), labels, _ONE)]),)
    return ()


def _factor_inside(e: Contract, z: Expr, labels: tuple[int, ...]) -> int | None:
    """Return which factor of e with w^p, p > 0, is one of z too, as in w log(w/u), w may be 0."""
    held = [z.terms[0][1]] if isinstance(z, Add) and len(z.terms) == 1 else []
    whole = held[0] if held else z
    if isinstance(whole, Contract) and not whole.summed:
        axes = tuple(range(whole.rank))
        held += [f for f, own, q in whole.factors if own == axes and q > 0]
    for k, (w, own, p) in enumerate(e.factors):
        if own == labels and p > 0 and w in held and isinstance(w, Symbol | Apply):
            return k if enclosure(w).has(0) else None
    return None


def _argument_of_log(t: Expr) -> Expr | None:
    return t.args[0] if isinstance(t, Apply) and t.atom is log else None


# -- powers of x and |x| at 0 ----------------------------------------------------------------------


def sign_of_quotient(e: Expr) -> Sequence[Expr]:
    """Return a product with z |z|^p, -1 < p < 0, as sign(z) |z|^(1 + p), which has a value at 0."""
    if not isinstance(e, Contract) or len(e.factors) > _MOST:
        return ()
    for k, (f, labels, p) in enumerate(e.factors):
        if not isinstance(f, Apply) or f.atom is not abs_ or not -1 < p < 0:
            continue
        (z,) = f.args
        j = next((j for j, g in enumerate(e.factors) if g == (z, labels, _ONE)), None)
        if j is not None and enclosure(z).has(0):
            rest = [g for i, g in enumerate(e.factors) if i not in (j, k)]
            signed: Factor = (apply(sign, z), labels, _ONE)
            return (with_factors(e, [*rest, signed, (f, labels, 1 + p)]),)
    return ()


# -- factors that are 0 on an interval -------------------------------------------------------------


def guarded(e: Expr) -> Sequence[Expr]:
    """Return a product with 0 where a factor is 0, if another could be infinite there.

    The slope of √relu(x), 1[x > 0]/(2 √relu(x)), is 0 for x < 0 and 0/0 as it stands.
    """
    if not isinstance(e, Contract) or not 1 < len(e.factors) <= _MOST:
        return ()
    for k, (f, labels, p) in enumerate(e.factors):
        if p <= 0 or len(set(labels)) < len(labels) or not _vanishes(f, p):
            continue
        near = [
            j
            for j, (g, own, q) in enumerate(e.factors)
            if j != k and set(own) <= set(labels) and _may_be_infinite(g, q)
        ]
        if near:
            rest = [g for j, g in enumerate(e.factors) if j != k and j not in near]
            beside = [_relabeled(e.factors[j], labels) for j in near]
            return (with_factors(e, [*rest, (_by_cases(f, p, beside), labels, _ONE)]),)
    return ()


def _relabeled(factor: Factor, labels: tuple[int, ...]) -> Factor:
    g, own, q = factor
    return g, tuple(labels.index(i) for i in own), q


def _by_cases(f: Expr, p: Fraction, beside: Sequence[Factor]) -> Expr:
    """Return f^p times the factors beside it: 0 where f is 0."""
    axes = tuple(range(len(f.shape)))

    def times(value: Expr) -> Expr:
        if isinstance(value, Const) and value.value == 0:
            return value
        return contract([(value, axes, p), *beside], axes, f.shape)

    if isinstance(f, Select):
        return select([(guard, times(v)) for guard, v in f.cases], times(f.otherwise))
    if isinstance(f, Add):
        return add(*((c, times(t)) for c, t in f.terms), shape=f.shape)
    return select([((Comparison(f, "!="),), times(f))], const(0, f.shape))


@lru_cache(maxsize=4096)
def _vanishes(f: Expr, p: Fraction = _ONE) -> bool:
    """Return whether f is 0 on an interval: a choice with 0, or flat beside a kink at its end."""
    match f:
        case Select():
            values = (*(v for _, v in f.cases), f.otherwise)
            return any(isinstance(v, Const) and v.value == 0 for v in values)
        case Add():
            return p == 1 and all(_vanishes(t) for _, t in f.terms)
        case Contract():
            return any(_vanishes(g, q) for g, _, q in f.factors if q > 0)
        case Apply() if f.atom.signature.is_entrywise:
            flat = any(0 in (kink.left, kink.right) for kink in f.atom.kinks)
            return flat and 0 in (f.atom.range.lo, f.atom.range.hi)
        case _:
            return False


@lru_cache(maxsize=4096)
def _may_be_infinite(g: Expr, p: Fraction) -> bool:
    """Return whether g^p could overflow or divide by 0, as far as cards and ranges tell."""
    if p < 0:
        return enclosure(g).has(0)
    match g:
        case Add():
            return any(_may_be_infinite(t, _ONE) for _, t in g.terms)
        case Contract():
            return any(_may_be_infinite(f, q * p) for f, _, q in g.factors)
        case Apply() if len(g.args) == 1 and g.atom.signature.is_entrywise:
            inside = enclosure(g.args[0])
            (domain,) = g.atom.domain or (REALS,)
            return (domain.lo_open and domain.lo == 0 and inside.has(0)) or any(
                not where.meet(inside).is_empty for where in g.atom.overflows
            )
        case _:
            return False
