"""Smoothness: continuously differentiable, and smooth (C^k for every k).

The one attack that is no proof: no finite set of values can refute differentiability. A point is
called a witness if one-sided difference quotients jump there, or grow, as the step shrinks from
2^-24 to 2^-54. Used to try cards, never as evidence of a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb

from lossmith.expr.sets import Interval
from lossmith.properties.property import Attack, Ball, Function, Property, Witness, exact
from lossmith.words import Words

_STEPS = (Fraction(1, 1 << 24), Fraction(1, 1 << 54))
"""A jump stays as the step shrinks; without one, the two sides approach by the factor 2^-30."""


def _difference(f: Function, x: Fraction, h: Fraction, order: int) -> Ball:
    """Return the one-sided difference quotient of this order at x, to the side of h."""
    terms = [(-1) ** (order - k) * comb(order, k) * f(x + k * h) for k in range(order + 1)]
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total / exact(h**order)


def _differentiable(name: str, orders: int) -> Attack:
    def attack(f: Function, points: Sequence[Fraction], bounds: Interval) -> Witness | None:
        for x in points:
            for order in range(1, orders + 1):
                reach = order * _STEPS[0]
                if not (bounds.has(x - reach) and bounds.has(x + reach)):
                    continue
                gap = _unsteadiness(f, x, order)
                if gap is not None:
                    return Witness(name, (x,), gap)
        return None

    return attack


def _unsteadiness(f: Function, x: Fraction, order: int) -> Ball | None:
    """Return how far the quotients of this order jump or grow at x, None if they settle."""
    (left, right), (near_left, near_right) = (
        (_difference(f, x, -h, order), _difference(f, x, h, order)) for h in _STEPS
    )
    jump = abs(near_right - near_left)
    if jump > 0 and 1024 * jump > abs(right - left):
        return jump
    # A slope may change by half within 2^-24; one that doubles has a jump or is infinite.
    for far, near in ((left, near_left), (right, near_right)):
        if abs(near) > 2 * abs(far) and abs(near) > 1:
            return abs(near)
    return None


continuously_differentiable = Property(
    "continuously_differentiable",
    Words("continuously differentiable", "连续可微"),
    _differentiable("continuously_differentiable", 1),
    dual="continuously_differentiable",
)
smooth = Property(
    "smooth",
    Words("differentiable any number of times", "任意阶可微"),
    _differentiable("smooth", 3),
    dual="smooth",
)
