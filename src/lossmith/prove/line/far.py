"""What a function of one number does far out, in symbols: whether it tends to infinity.

On a ray on which nothing switches any more let f' ~ a x^q for x -> infinity. Then f tends to
infinity with the sign of a if q >= -1, and to a finite limit if q < -1 (or f' = 0). Logarithms need
no order of growth of their own this way: their slopes are powers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from lossmith.atoms.exponential import exp, log
from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import TooLarge, same
from lossmith.expr.build import add, apply, const, power, scale
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol, symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval, point
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.line.local import Local
from lossmith.prove.line.series import Coefficient, Series
from lossmith.prove.line.switches import NoValue, resolved
from lossmith.prove.zeros.roots import Undecided, exact_root

_S: Final = symbol("_s")


def trend(f: Expr, x: Symbol, side: int) -> int | None:
    """Return 1 or -1 if f tends to that infinity for x -> side * infinity, 0 for a finite limit.

    f: a scalar of scalars; symbols other than x are what they are declared to be.  None: undecided.
    """
    out = substitute(f, {x: scale(side, power(_S, Fraction(-1)))})
    near = _InSymbols(exact_root(_S, Fraction(0)), 1)
    try:
        plain = resolved(out, near.sign_of)
        # d/dx = -side s^2 d/ds; along the ray x = side/s the slope is that by |x|.
        slope = _simple(differentiate(plain, _S).end)
        if _is_zero(slope):
            return 0
        (q, k), _, found = near.lead(near.expand(slope))
    except (Undecided, NoValue, LossmithError, ValueError, TooLarge):
        return None
    # df/ds ~ a s^q (log s)^k: the integral towards s = 0 diverges if q <= -1 and k = 0.
    if k:
        return None
    return -found if q <= -1 else 0


def limit(f: Expr, x: Symbol, side: int) -> Interval | None:
    """Return an enclosure of the finite limit of f for x -> side * infinity; None: not known.

    f: a formula of x and numbers.  A limit that is a rational number comes as a point.
    """
    found = _limit_of_series(f, x, side)
    if found is not None:
        return found
    if isinstance(f, Add) and len(f.terms) > 1:
        parts = [limit(scale(c, t), x, side) for c, t in f.terms]
        known = [i for i in parts if i is not None]
        return None if len(known) < len(parts) else sum(known[1:], known[0])
    return point(Fraction(0)) if size_trend(f, x, side) == -1 else None


def _limit_of_series(f: Expr, x: Symbol, side: int) -> Interval | None:
    out = substitute(f, {x: scale(side, power(_S, Fraction(-1)))})
    near = _InSymbols(exact_root(_S, Fraction(0)), 1)
    try:
        (q, k), a, _ = near.lead(near.expand(resolved(out, near.sign_of)))
    except (Undecided, NoValue, LossmithError, ValueError, TooLarge):
        return None
    if q > 0:
        return point(Fraction(0))
    if q < 0 or k or a is None:
        return None
    value = bounds(_here(a), {})[_here(a)]
    return value if value.is_bounded and not value.is_empty else None


def size_trend(f: Expr, x: Symbol, side: int) -> int | None:
    """Return what log |f| tends to, as ``trend`` does, for a product with an exponential.

    -1: f tends to 0.  1: |f| tends to infinity.
    """
    logs: list[tuple[Fraction, Expr]] = []
    waiting: list[tuple[Expr, Fraction]] = [(f, Fraction(1))]
    while waiting:
        e, p = waiting.pop()
        match e:
            case Add(terms=((_, t),)):
                waiting.append((t, p))
            case Apply(atom=atom, args=(u,)) if atom is exp:
                logs.append((p, u))
            case Contract() if not e.summed:
                waiting += [(g, p * q) for g, _, q in e.factors if depends_on(g, (x,))]
            case Symbol():
                logs.append((p / 2, apply(log, power(e, Fraction(2)))))
            case _:
                return None
    return trend(add(*logs, shape=()), x, side) if logs else None


class _InSymbols(Local):
    """Expansions whose coefficients hold symbols: a sign counts if it is one for all values."""

    def sign(self, a: Coefficient) -> int:
        """Return the sign of a coefficient.  Raises: Undecided."""
        if a is None:
            raise Undecided
        a = _here(a)
        if _is_zero(a):
            return 0
        inside = bounds(a, {})[a]
        if inside.within(POSITIVE):
            return 1
        if inside.within(NEGATIVE):
            return -1
        raise Undecided

    def clean(self, s: Series) -> Series:
        """Return the series without the terms that vanish for all values."""
        kept = {
            key: a
            for key, a in s.terms.items()
            if key[0] < s.order and (a is None or not _is_zero(_here(a)))
        }
        return Series(kept, s.order)

    def sign_of(self, w: Expr) -> int:
        """Return the sign of w(s) for small s > 0.  Raises: Undecided."""
        return self.lead(self.expand(w))[2] if depends_on(w, (_S,)) else self.sign(w)


def _here(a: Expr) -> Expr:
    """Return a coefficient as it is at s = 0.  Raises: Undecided."""
    try:
        return _simple(substitute(a, {_S: const(0)}))
    except LossmithError as error:
        raise Undecided from error


def _simple(e: Expr) -> Expr:
    return simplify(e).end


def _is_zero(e: Expr) -> bool:
    if isinstance(e, Const):
        return e.value == 0
    try:
        return same(e, const(0))
    except TooLarge:
        return False
