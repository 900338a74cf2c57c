"""One-sided slopes at a point, in symbols, and what they say of a minimum there.

For f with slopes l from the left and r from the right at c, let a = (r - l)/2 and b = (r + l)/2.
Then r > 0 > l exactly if a > |b|: min(a + b, a - b) = a - |b|. So c is a strict local minimum where
a > |b| and none where a < |b|; without a corner (a = 0) it is stationary exactly where b = 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from lossmith.atoms.arithmetic import abs as abs_card
from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import TooLarge, same
from lossmith.evidence.arithmetic.second import is_smooth_on
from lossmith.expr.build import add, apply, const, scale, subtract
from lossmith.expr.node import Add, Const, Expr, Symbol, symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval, closed
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.line.switches import NoValue, resolved
from lossmith.prove.proving.entrywise import jumps
from lossmith.prove.zeros.roots import Undecided, exact_root

Answer = Literal["minimum", "maximum", "neither", "stationary", "open", "depends"]

_T: Final = symbol("_t")
_NEAR: Final = Fraction(1, 1 << 20)
_AROUND: Final = closed(-_NEAR, _NEAR)
_ORDERS: Final = 4
"""Derivatives that are tried for the sign of a switch just beside the point."""


@dataclass(frozen=True, slots=True)
class Sides:
    """f at x = at: its value, and its slopes from the left and from the right."""

    x: Symbol
    at: Expr
    value: Expr
    left: Expr
    right: Expr

    @property
    def jump(self) -> Expr:
        """Half of what the slope gains at the point: a = (r - l)/2."""
        return _simple(scale(Fraction(1, 2), subtract(self.right, self.left)))

    @property
    def middle(self) -> Expr:
        """The mean of the two slopes: b = (r + l)/2."""
        return _simple(scale(Fraction(1, 2), add(self.right, self.left)))

    @property
    def is_smooth(self) -> bool:
        """Whether both slopes are one."""
        return _is_zero(subtract(self.right, self.left))

    @property
    def answer(self) -> Answer:
        """What the slopes decide for all values that are allowed; "depends" on the values else.

        "stationary": both are 0; "open": one of them is: the slopes alone leave the kind open.
        """
        left, right = (bounds(e, {})[e] for e in (self.left, self.right))
        if self.is_smooth:
            return (
                "stationary" if _is_zero(self.middle) else "depends" if left.has(0) else "neither"
            )
        spread = apply(abs_card, self.middle)
        for name, s in (("minimum", 1), ("maximum", -1)):
            margin = subtract(scale(s, self.jump), spread)
            falls, rises = (NEGATIVE, POSITIVE)[::s]
            if _is_positive(margin) or (left.within(falls) and right.within(rises)):
                return "minimum" if name == "minimum" else "maximum"
            if _is_zero(margin):
                return "open"
        one_way = any(left.within(i) and right.within(i) for i in (POSITIVE, NEGATIVE))
        return "neither" if one_way else "depends"


def sides(e: Expr, x: Symbol, at: Expr) -> Sides | None:
    """Return the one-sided slopes of a scalar at x = at; None where they are not settled.

    at: a number or an expression without x, inside of what is declared of x.
    """
    inside = x.assumptions.interval
    if isinstance(at, Const) and not Interval(inside.lo, inside.hi, True, True).has(at.value):
        return None
    try:
        (start, left), (value, right) = (_beside(e, x, at, side) for side in (-1, 1))
        if not _is_zero(subtract(value, start)) or not _is_continuous(e, x, at, value):
            return None
    except (Undecided, NoValue, LossmithError, ValueError, TooLarge):
        return None
    return Sides(x, at, value, scale(-1, left), right)


def _beside(e: Expr, x: Symbol, at: Expr, side: int) -> tuple[Expr, Expr]:
    """Return the limit and the slope by t of f(at + side t) at t = 0+.  Raises: Undecided."""
    start, slope = list[tuple[Fraction, Expr]](), list[tuple[Fraction, Expr]]()
    for c, term in _terms(substitute(e, {x: add(at, (side, _T))})):
        h = term if is_smooth_on(term, _T, {_T: _AROUND}) else resolved(term, _sign_beside)
        if not is_smooth_on(h, _T, {_T: _AROUND}):
            raise Undecided
        start.append((c, _at_zero(h)))
        slope.append((c, _at_zero(differentiate(h, _T).end)))
    return _simple(add(*start, shape=())), _simple(add(*slope, shape=()))


def _is_continuous(e: Expr, x: Symbol, at: Expr, limit: Expr) -> bool:
    """Return whether f(at) is the limit.  Raises: Undecided, NoValue."""
    here = substitute(e, {x: at})
    if not jumps(e):
        return True
    return _is_zero(subtract(resolved(here, _sign, at=exact_root(_T, Fraction(0))), limit))


def _terms(e: Expr) -> tuple[tuple[Fraction, Expr], ...]:
    return e.terms if isinstance(e, Add) else ((Fraction(1), e),)


def _sign_beside(w: Expr) -> int:
    """Return the sign of w(t) for small t > 0, by its first derivative at 0 that is not 0."""
    if not depends_on(w, (_T,)):
        return _sign(w)
    if not is_smooth_on(w, _T, {_T: _AROUND}):
        raise Undecided
    for _ in range(_ORDERS):
        found = _sign(_at_zero(w))
        if found:
            return found
        w = differentiate(w, _T).end
    raise Undecided


def _sign(e: Expr) -> int:
    """Return the sign of an expression for all values of its symbols.  Raises: Undecided."""
    if _is_zero(e):
        return 0
    inside = bounds(e, {})[e]
    if inside.within(POSITIVE):
        return 1
    if inside.within(NEGATIVE):
        return -1
    raise Undecided


def _at_zero(e: Expr) -> Expr:
    return substitute(e, {_T: const(0)})


def _simple(e: Expr) -> Expr:
    return simplify(e).end


def _is_positive(e: Expr) -> bool:
    return bounds(e, {})[e].within(POSITIVE)


def _is_zero(e: Expr) -> bool:
    found = _simple(e)
    if isinstance(found, Const):
        return found.value == 0
    try:
        return same(found, const(0))
    except TooLarge:
        return False
