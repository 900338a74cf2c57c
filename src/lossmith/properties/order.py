"""Order: nondecreasing, nonincreasing, their strict forms, and bounds of the values."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.expr.sets import Interval
from lossmith.properties.property import (
    Attack,
    Ball,
    Function,
    Property,
    Witness,
    exact,
    outside,
    pairs,
)
from lossmith.words import Words


def _ordered(name: str, *, up: bool, strict: bool) -> Attack:
    def attack(f: Function, points: Sequence[Fraction], bounds: Interval) -> Witness | None:
        for a, b in pairs(points):
            rise: Ball = f(b) - f(a) if up else f(a) - f(b)
            if rise < 0 or (strict and rise <= 0):
                return Witness(name, (a, b), -rise)
        return None

    return attack


def _in_range(f: Function, points: Sequence[Fraction], bounds: Interval) -> Witness | None:
    for a in points:
        gap = outside(f(a), bounds)
        if gap is not None:
            return Witness("range_in", (a,), gap)
    return None


def _homogeneous(f: Function, points: Sequence[Fraction], bounds: Interval) -> Witness | None:
    """f(t) = t f(1) for t > 0, for f along a ray from 0."""
    unit: Ball = f(Fraction(1))
    for t in points:
        if t > 0:
            gap = abs(f(t) - exact(t) * unit)
            if gap > 0:
                return Witness("positively_homogeneous", (t,), gap)
    return None


nondecreasing = Property(
    "nondecreasing",
    Words("nondecreasing: x <= y gives f(x) <= f(y)", "单调不减：x <= y 时 f(x) <= f(y)"),
    _ordered("nondecreasing", up=True, strict=False),
    dual="nonincreasing",
)
nonincreasing = Property(
    "nonincreasing",
    Words("nonincreasing: x <= y gives f(x) >= f(y)", "单调不增：x <= y 时 f(x) >= f(y)"),
    _ordered("nonincreasing", up=False, strict=False),
    dual="nondecreasing",
)
increasing = Property(
    "increasing",
    Words("increasing: x < y gives f(x) < f(y)", "严格递增：x < y 时 f(x) < f(y)"),
    _ordered("increasing", up=True, strict=True),
    dual="decreasing",
)
decreasing = Property(
    "decreasing",
    Words("decreasing: x < y gives f(x) > f(y)", "严格递减：x < y 时 f(x) > f(y)"),
    _ordered("decreasing", up=False, strict=True),
    dual="increasing",
)
range_in = Property(
    "range_in",
    Words("all values lie in the bounds", "所有取值都在给定范围内"),
    _in_range,
    bounded=True,
)
positively_homogeneous = Property(
    "positively_homogeneous",
    Words("f(t x) = t f(x) for t > 0", "对 t > 0 有 f(t x) = t f(x)"),
    _homogeneous,
)
