"""Isolated zeros of a function of one real variable: refined, compared, and signs taken at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key, lru_cache

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds, value
from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.zeros.exact_values import is_zero
from lossmith.prove.zeros.multivariate import divides

FINE = Fraction(1, 1 << 60)
FINEST = Fraction(1, 1 << 400)


class Undecided(Exception):
    """The question was not settled within the limits of the search."""


@dataclass(frozen=True, slots=True)
class Root:
    """A zero of g in x: exactly lo = hi, or the only zero in (lo, hi), where g changes sign.

    rising: the sign of g at hi, for a zero that is not exact.
    """

    g: Expr
    x: Symbol
    lo: Fraction
    hi: Fraction
    rising: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether the zero is this rational number."""
        return self.lo == self.hi

    @property
    def interval(self) -> Interval:
        """The enclosure as a closed interval."""
        return Interval(self.lo, self.hi, False, False)


def exact_root(x: Symbol, c: Fraction) -> Root:
    """Return the rational number c as a zero of x - c."""
    return Root(const(0), x, c, c)


@lru_cache(maxsize=4096)
def refined(r: Root, width: Fraction) -> Root:
    """Return the same zero in an enclosure of at most this width (relative for large ones)."""
    lo, hi = r.lo, r.hi
    while hi - lo > width * max(Fraction(1), abs(lo)):
        middle = (lo + hi) / 2
        here = sign(r.g, r.x, middle)
        if here is None:
            break
        if here == 0:
            return Root(r.g, r.x, middle, middle)
        lo, hi = (lo, middle) if here == r.rising else (middle, hi)
    return Root(r.g, r.x, lo, hi, r.rising)


@lru_cache(maxsize=8192)
def sign(f: Expr, x: Symbol, at: Fraction) -> int | None:
    """Return the sign of f at a rational point; None if it is undefined or not settled."""
    try:
        there = substitute(f, {x: const(at)})
    except LossmithError:
        return None
    if isinstance(there, Const):
        return (there.value > 0) - (there.value < 0)
    for bits in (64, 256, 1024):
        found = value(lambda: there, bits)
        if found.within(POSITIVE):
            return 1
        if found.within(NEGATIVE):
            return -1
        if found.is_point:
            return 0  # an exact ball: sigmoid(0) is 1/2
    return 0 if is_zero(there) else None


@lru_cache(maxsize=8192)
def sign_at(f: Expr, r: Root) -> int | None:
    """Return the sign of f (continuous there) at a zero of another function; None: not settled."""
    if not depends_on(f, (r.x,)):
        return sign(f, r.x, Fraction(0))
    if r.is_exact:
        return sign(f, r.x, r.lo)
    if divides(r.g, f):
        return 0
    here = r
    for width in (FINE, FINE * FINE, FINEST):
        found = bounds(f, {r.x: here.interval})[f]
        if found.within(POSITIVE):
            return 1
        if found.within(NEGATIVE):
            return -1
        here = refined(here, width)
    return None


def compare(a: Root, b: Root) -> int:
    """Return -1, 0 or 1 as a <, = or > b.  Raises: Undecided."""
    for width in (FINE, FINE * FINE, FINEST):
        if a.hi < b.lo or (a.hi == b.lo and not (a.is_exact and b.is_exact)):
            return -1
        if b.hi < a.lo or (b.hi == a.lo and not (a.is_exact and b.is_exact)):
            return 1
        if a.is_exact and b.is_exact:
            return 0
        if a.g is b.g and not (a.is_exact or b.is_exact) and (a.lo, a.hi) == (b.lo, b.hi):
            return 0
        # One zero alone lies in each: if both functions vanish at one of them, they are equal.
        if not a.is_exact and sign_at(b.g, a) == 0 and _holds(b, refined(a, width)):
            return 0
        if a.is_exact and not b.is_exact and sign(b.g, b.x, a.lo) == 0:
            return 0
        if b.is_exact and not a.is_exact and sign(a.g, a.x, b.lo) == 0:
            return 0
        a, b = refined(a, width), refined(b, width)
    raise Undecided


def _holds(outer: Root, inner: Root) -> bool:
    return outer.lo <= inner.lo and inner.hi <= outer.hi


def ordered(roots: Sequence[Root]) -> list[Root]:
    """Return the zeros in increasing order, each once.  Raises: Undecided."""
    result: list[Root] = []
    for r in sorted(roots, key=cmp_to_key(compare)):
        if not result or compare(result[-1], r):
            result.append(r)
    return result
