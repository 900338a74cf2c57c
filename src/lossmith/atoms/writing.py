"""The few short words in which the cards are written.

Templates (``latex``, ``unicode``, ``code``) are ``str.format`` texts: literal braces are doubled.
A hole that occurs more than once in a code template must be filled with a name or a number.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from lossmith.expr import build
from lossmith.expr.atom import Fact, Where
from lossmith.expr.node import Comparison, Const, Expr
from lossmith.expr.sets import REALS, Interval, closed

Number = int | Fraction
ANY = Where()


def number(c: Number, like: Expr) -> Expr:
    """Return the number c in the shape of ``like``."""
    return build.const(c, like.shape)


def shifted(x: Expr, c: Number, scale: Number = 1) -> Expr:
    """Return scale*x + c."""
    return build.add((scale, x), (c, number(1, x)))


def when_positive(condition: Expr, then: Expr, otherwise: Expr) -> Expr:
    """Return ``then`` where condition > 0, else ``otherwise``."""
    return build.select([((Comparison(condition, ">"),), then)], otherwise)


def when_nonnegative(condition: Expr, then: Expr, otherwise: Expr) -> Expr:
    """Return ``then`` where condition >= 0, else ``otherwise``."""
    return build.select([((Comparison(condition, ">="),), then)], otherwise)


def when_zero(condition: Expr, then: Expr, otherwise: Expr) -> Expr:
    """Return ``then`` where condition = 0, else ``otherwise``."""
    return build.select([((Comparison(condition, "=="),), then)], otherwise)


def exact(values: Mapping[Number, Number]) -> Callable[[Expr], Expr | None]:
    """Return a fold that knows the function at a few rational points."""

    def fold(x: Expr) -> Expr | None:
        if isinstance(x, Const) and x.value in values:
            return number(values[x.value], x)
        return None

    return fold


def facts(
    *names: str, on: Interval | None = None, when: tuple[Where, ...] = (), arg: int = 0
) -> tuple[Fact, ...]:
    """Return one fact a name, under one condition: ``on`` for the only argument, or ``when``."""
    condition = (Where(on),) if on is not None else when
    return tuple(Fact(name, condition, arg=arg) for name in names)


def within(name: str, bounds: Interval, when: tuple[Where, ...] = (), arg: int = 0) -> Fact:
    """Return a fact with bounds: slope_in, second_slope_in or range_in."""
    return Fact(name, when, bounds, arg)


def decimal(text: str) -> Fraction:
    """Return the exact number that a decimal text writes."""
    return Fraction(text)


def between(lo: str, hi: str) -> Interval:
    """Return the closed interval between two decimals."""
    return closed(decimal(lo), decimal(hi))


SMOOTH = ("smooth",)
CONVEX_RISING = ("convex", "strictly_convex", "nondecreasing", "increasing", "smooth")
CONVEX_FALLING = ("convex", "strictly_convex", "nonincreasing", "decreasing", "smooth")
CONCAVE_RISING = ("concave", "strictly_concave", "nondecreasing", "increasing", "smooth")
CONCAVE_FALLING = ("concave", "strictly_concave", "nonincreasing", "decreasing", "smooth")
RISING = ("nondecreasing", "increasing")
FALLING = ("nonincreasing", "decreasing")
EVERYWHERE = REALS
# Rational enclosures of pi: 333/106 < 3.14151 < pi < 355/113.
PI_ABOVE = Fraction(355, 113)
