"""What a formula of numbers tends to far away: to infinity in all directions, or to 0."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import Expansion, Generator, Polynomial, TooLarge
from lossmith.expr.build import add
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.prove.points.point_kind import WEIGHTS, Local, is_positive_part

Monomials = Mapping[tuple[int, ...], Fraction]


def grows(e: Expr, wrt: Sequence[Symbol]) -> bool:
    """Return whether e is a polynomial in wrt that tends to infinity as |wrt| does.

    Its part of highest weighted degree is positive away from 0; the rest is of lower order.
    """
    f = _monomials(e, wrt)
    return f is not None and any(_has_positive_top(f, w) for w in _weights(len(wrt)))


def vanishes(e: Expr, wrt: Sequence[Symbol]) -> bool:
    """Return whether e tends to 0 as |wrt| tends to infinity, term by term.

    A term is a monomial times exp(-q), q growing, or over powers of growing polynomials.
    """
    expansion = Expansion()
    try:
        p = expansion.expand(e)[()]
    except (TooLarge, KeyError):
        return False
    return bool(p) and all(_fades(dict(m), expansion, wrt) for m in p)


def _fades(m: Mapping[Generator, Fraction], expansion: Expansion, wrt: Sequence[Symbol]) -> bool:
    degree, exponents = Fraction(0), list[tuple[Fraction, Expr]]()
    for g, q in m.items():
        base = g[0]
        if base in wrt:
            if q < 0 or q.denominator != 1:
                return False
            degree += q
        elif isinstance(base, Apply) and base.atom.name == "exp":
            exponents.append((-q, base.args[0]))
        elif g in expansion.sums and q < 0 and _keeps_off_zero(base):
            degree += q * _order(base, wrt)
        else:
            return False
    if not exponents:
        return degree < 0
    # exp(-q) beats every power of |wrt|, and no denominator comes near 0.
    return grows(add(*exponents, shape=()), wrt)


def _keeps_off_zero(e: Expr) -> bool:
    """Return whether e >= c for a number c > 0: a positive e may still tend to 0 far away."""
    low = bounds(e, {})[e].lo
    return low is not None and low > 0


def _order(e: Expr, wrt: Sequence[Symbol]) -> int:
    """Return d with e >= c |wrt|^d far away, c > 0; 0 if none is seen."""
    f = _monomials(e, wrt)
    if f is None or not _has_positive_top(f, (1,) * len(wrt)):
        return 0
    return max(map(sum, f))


def _monomials(e: Expr, wrt: Sequence[Symbol]) -> Local | None:
    """Return a polynomial in wrt as {exponents: coefficient}; None for other formulas."""
    try:
        p: Polynomial = Expansion().expand(e)[()]
    except (TooLarge, KeyError):
        return None
    found: dict[tuple[int, ...], Fraction] = {}
    for m, c in p.items():
        powers = {g[0]: q for g, q in m}
        if not set(powers) <= set(wrt) or any(q < 0 or q.denominator != 1 for q in powers.values()):
            return None
        found[tuple(int(powers.get(x, Fraction(0))) for x in wrt)] = c
    return found


def _weights(n: int) -> Sequence[tuple[int, ...]]:
    return WEIGHTS if n == 2 else ((1,) * n,)


def _has_positive_top(f: Monomials, weights: Sequence[int]) -> bool:
    """Return whether the part of highest weighted degree is positive away from 0."""
    orders = {m: sum(k * w for k, w in zip(m, weights, strict=True)) for m in f}
    top = max(orders.values(), default=0)
    part = {m: c for m, c in f.items() if orders[m] == top}
    if top == 0:
        return False
    if len(weights) == 2:
        return is_positive_part(part)
    even = all(c > 0 and all(k % 2 == 0 for k in m) for m, c in part.items())
    pure = {next(k for k, q in enumerate(m) if q) for m in part if sum(map(bool, m)) == 1}
    return even and len(pure) == len(weights)
