"""What a function of one number does far out, in symbols: whether it tends to infinity.

On a ray on which nothing switches any more let f' ~ a x^q for x -> infinity. Then f tends to
infinity with the sign of a if q >= -1, and to a finite limit if q < -1 (or f' = 0). Logarithms need
no order of growth of their own this way: their slopes are powers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.evidence.enclose import bounds
from lossmith.evidence.polynomial import TooLarge, same
from lossmith.expr.build import const, power, scale
from lossmith.expr.node import Const, Expr, Symbol, symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.local import Local
from lossmith.prove.roots import Undecided, exact_root
from lossmith.prove.series import Coefficient, Series
from lossmith.prove.switches import NoValue, resolved

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
