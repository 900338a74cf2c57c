"""Smoothness: continuously differentiable, and smooth (C^k for every k).

The one attack that is no proof: no finite set of values can refute differentiability. A point is
called a witness if a one-sided difference quotient jumps, or grows, as the step shrinks from
2^-10 to 2^-40 of it. Used to try cards, never as evidence of a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb

from lossmith.expr.sets import Interval
from lossmith.properties.property import Attack, Ball, Function, Property, Witness, exact
from lossmith.words import Words

_STEPS = (Fraction(1, 1 << 10), Fraction(1, 1 << 40))
"""With a jump of size J the shorter step shows J; without one, at most 2^-30 of the longer's."""


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
                jumps: list[Ball] = []
                for h in _STEPS:
                    ends = (x - order * h, x + order * h)
                    if not all(bounds.has(e) for e in ends):
                        break
                    jumps.append(abs(_difference(f, x, h, order) - _difference(f, x, -h, order)))
                if len(jumps) == 2 and jumps[1] > 0 and 1024 * jumps[1] > jumps[0]:
                    return Witness(name, (x,), jumps[1])
        return None

    return attack


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
