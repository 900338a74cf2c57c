"""Curvature: convex, concave, affine, strict forms, logarithms, bounds of slopes, second slopes.

With divided differences f[a,b] and f[a,b,c], f is convex iff all f[a,b,c] >= 0, affine iff all are
0. Slopes lie in an interval iff all f[a,b] do, second slopes iff all 2 f[a,b,c] do (mean values).
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from lossmith.expr.sets import Interval, point
from lossmith.properties.property import (
    Attack,
    Ball,
    Function,
    Property,
    Witness,
    exact,
    outside,
    pairs,
    triples,
)
from lossmith.words import Words


def _secant(f: Function, a: Fraction, b: Fraction) -> Ball:
    return (f(b) - f(a)) / exact(b - a)


def second_difference(f: Function, a: Fraction, b: Fraction, c: Fraction) -> Ball:
    """Return 2 f[a,b,c], which is f'' somewhere between a and c."""
    return 2 * (_secant(f, b, c) - _secant(f, a, b)) / exact(c - a)


def _curved(name: str, *, up: bool, strict: bool) -> Attack:
    def attack(f: Function, points: Sequence[Fraction], bounds: Interval) -> Witness | None:
        for a, b, c in triples(points):
            bend = second_difference(f, a, b, c)
            bend = bend if up else -bend
            if bend < 0 or (strict and bend <= 0):
                return Witness(name, (a, b, c), -bend)
        return None

    return attack


def _affine(f: Function, points: Sequence[Fraction], bounds: Interval) -> Witness | None:
    for a, b, c in triples(points):
        gap = outside(second_difference(f, a, b, c), point(0))
        if gap is not None:
            return Witness("affine", (a, b, c), gap)
    return None


def _slope_in(f: Function, points: Sequence[Fraction], bounds: Interval) -> Witness | None:
    for a, b in pairs(points):
        gap = outside(_secant(f, a, b), bounds)
        if gap is not None:
            return Witness("slope_in", (a, b), gap)
    return None


def _second_slope_in(f: Function, points: Sequence[Fraction], bounds: Interval) -> Witness | None:
    for a, b, c in triples(points):
        gap = outside(second_difference(f, a, b, c), bounds)
        if gap is not None:
            return Witness("second_slope_in", (a, b, c), gap)
    return None


def _log_curved(name: str, *, up: bool) -> Attack:
    def attack(f: Function, points: Sequence[Fraction], bounds: Interval) -> Witness | None:
        for a in points:
            below = -arb(f(a))
            if below >= 0:
                return Witness(name, (a,), below)
        return _curved(name, up=up, strict=False)(lambda t: arb(f(t)).log(), points, bounds)

    return attack


def _log_concave_increments(
    f: Function, points: Sequence[Fraction], bounds: Interval
) -> Witness | None:
    """Compare the increment over the mean of two stretches with those over the two."""
    stretches = [*pairs(points), *pairs(points[::2])]
    for k, (a, b) in enumerate(stretches):
        rise = f(b) - f(a)
        if rise <= 0:
            return Witness("log_concave_increments", (a, b), -rise)
        for c, d in stretches[k + 1 :]:
            middle = f((b + d) / 2) - f((a + c) / 2)
            gap = rise * (f(d) - f(c)) - middle * middle
            if gap > 0:
                return Witness("log_concave_increments", (a, b, c, d), gap)
    return None


_convex, _concave = (_curved(n, up=n == "convex", strict=False) for n in ("convex", "concave"))

convex = Property(
    "convex",
    Words("convex: no chord lies below the graph", "凸：任一弦都不在图像下方"),
    _convex,
    dual="concave",
)
concave = Property(
    "concave",
    Words("concave: no chord lies above the graph", "凹：任一弦都不在图像上方"),
    _concave,
    dual="convex",
)
strictly_convex = Property(
    "strictly_convex",
    Words(
        "strictly convex: every chord lies above the graph between its ends",
        "严格凸：任一弦在两端之间都严格位于图像上方",
    ),
    _curved("strictly_convex", up=True, strict=True),
    dual="strictly_concave",
)
strictly_concave = Property(
    "strictly_concave",
    Words(
        "strictly concave: every chord lies below the graph between its ends",
        "严格凹：任一弦在两端之间都严格位于图像下方",
    ),
    _curved("strictly_concave", up=False, strict=True),
    dual="strictly_convex",
)
affine = Property(
    "affine",
    Words("affine: both convex and concave", "仿射：既凸又凹"),
    _affine,
    dual="affine",
)
jointly_convex = Property(
    "jointly_convex",
    Words("convex in all arguments together", "对全部自变量联合凸"),
    _convex,
    dual="jointly_concave",
)
jointly_concave = Property(
    "jointly_concave",
    Words("concave in all arguments together", "对全部自变量联合凹"),
    _concave,
    dual="jointly_convex",
)
matrix_convex = Property(
    "matrix_convex",
    Words(
        "matrix convex: v' f(X) v is convex in X for every vector v",
        "矩阵凸：对任意向量 v，v' f(X) v 关于 X 都是凸的",
    ),
    _convex,
)
log_convex = Property(
    "log_convex",
    Words("positive, with a convex logarithm", "为正，且对数是凸的"),
    _log_curved("log_convex", up=True),
)
log_concave = Property(
    "log_concave",
    Words("positive, with a concave logarithm", "为正，且对数是凹的"),
    _log_curved("log_concave", up=False),
)
log_concave_increments = Property(
    "log_concave_increments",
    Words(
        "increasing, and log(f(b) - f(a)) is concave in a and b together",
        "递增，且 log(f(b) - f(a)) 关于 a 与 b 联合凹",
    ),
    _log_concave_increments,
)
slope_in = Property(
    "slope_in",
    Words("all slopes lie in the bounds (Lipschitz)", "所有斜率都在给定范围内（利普希茨）"),
    _slope_in,
    bounded=True,
)
second_slope_in = Property(
    "second_slope_in",
    Words(
        "continuously differentiable, with all slopes of the slope in the bounds",
        "连续可微，且导数的斜率都在给定范围内",
    ),
    _second_slope_in,
    bounded=True,
)
