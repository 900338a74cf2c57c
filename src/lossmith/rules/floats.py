"""Equations for code alone: the right sides say the same and lose no digits in floating point.

σ(z) (1 − σ(z)) is how one writes the slope of the sigmoid, but 1 − σ(z) is 0 from z = 37 on, where
σ(−z) is still exact. These rows are used on what is emitted, never on what is shown.
"""

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.activation import sigmoid, softplus
from lossmith.atoms.arithmetic import abs as abs_
from lossmith.atoms.arithmetic import max as max_
from lossmith.atoms.exponential import exp, expm1, log, log1p
from lossmith.atoms.special import lognormcdf, mills, normcdf, normpdf
from lossmith.atoms.trigonometric import cos, cosh, sin, sinh, tanh
from lossmith.expr.build import add, apply, const, multiply, negate, power, scale
from lossmith.rules.rule import Rule, formal
from lossmith.words import same

_z = formal("z")
_a = formal("a")
_b = formal("b")
_HALF = Fraction(1, 2)
_ONE, _MINUS = const(1), const(-1)
_BLANCHARD = "Blanchard, Higham & Higham 2021, Accurately computing log-sum-exp and softmax"
_HIGHAM = "Higham 2002, Accuracy and Stability of Numerical Algorithms, section 1.7"
_MAECHLER = "Mächler 2012, Accurately computing log(1 − exp(−|a|))"
_PHI = "NIST DLMF 7.8.1, 7.12.1"
_DLMF = "NIST DLMF 4.21, 4.35"

_square = power(_z, 2)
_shifted = add(_ONE, _square)

FLOATS = (
    Rule(
        "sigmoid-from-above",
        add(_ONE, (-1, apply(sigmoid, _z))),
        apply(sigmoid, negate(_z)),
        same("1 − σ(z) = σ(−z)"),
        _HIGHAM,
    ),
    Rule(
        "sigmoid-around-half",
        add(_ONE, (-2, apply(sigmoid, _z))),
        negate(apply(tanh, scale(_HALF, _z))),
        same("1 − 2σ(z) = −tanh(z/2)"),
        _DLMF,
    ),
    Rule(
        "log-add-exp-from-above",
        add(_a, apply(softplus, add(_b, (-1, _a)))),
        add(
            apply(max_, _a, _b),
            apply(softplus, negate(apply(abs_, add(_b, (-1, _a))))),
        ),
        same("a + softplus(b − a) = max(a, b) + softplus(−|b − a|)"),
        _BLANCHARD,
    ),
    Rule(
        "normcdf-from-above",
        add(_ONE, (-1, apply(normcdf, _z))),
        apply(normcdf, negate(_z)),
        same("1 − Φ(z) = Φ(−z)"),
        _HIGHAM,
    ),
    Rule(
        "log-of-normcdf",
        apply(log, apply(normcdf, _z)),
        apply(lognormcdf, _z),
        same("log Φ(z), by its asymptotic series far out"),
        _PHI,
    ),
    Rule(
        "mills-ratio",
        multiply(apply(normpdf, _z), power(apply(normcdf, _z), -1)),
        apply(mills, _z),
        same("φ(z) / Φ(z) = √(2/π) / erfcx(−z/√2)"),
        _PHI,
    ),
    Rule(
        "mills-ratio-above",
        multiply(apply(normpdf, _z), power(apply(normcdf, negate(_z)), -1)),
        apply(mills, negate(_z)),
        same("φ(z) / Φ(−z) = √(2/π) / erfcx(z/√2)"),
        _PHI,
    ),
    Rule(
        "one-minus-tanh-squared",
        add(_ONE, (-1, power(apply(tanh, _z), 2))),
        scale(4, multiply(apply(sigmoid, scale(2, _z)), apply(sigmoid, scale(-2, _z)))),
        same("1 − tanh² z = 4 σ(2z) σ(−2z)"),
        _DLMF,
    ),
    Rule(
        "softplus-minus-argument",
        add(apply(softplus, _z), (-1, _z)),
        apply(softplus, negate(_z)),
        same("softplus(z) − z = softplus(−z)"),
        _MAECHLER,
    ),
    Rule(
        "log-of-exp-minus-one",
        apply(log, apply(expm1, _z)),
        add(_z, apply(log, negate(apply(expm1, negate(_z))))),
        same("log(exp z − 1) = z + log(−expm1(−z))"),
        _MAECHLER,
    ),
    Rule(
        "exp-over-exp-minus-one",
        multiply(apply(exp, _z), power(apply(expm1, _z), -1)),
        negate(power(apply(expm1, negate(_z)), -1)),
        same("exp z / (exp z − 1) = −1 / expm1(−z)"),
        _MAECHLER,
    ),
    Rule(
        "exp-minus-one",
        add(apply(exp, _z), _MINUS),
        apply(expm1, _z),
        same("exp z − 1 = expm1 z"),
        _HIGHAM,
    ),
    Rule(
        "log-one-plus",
        apply(log, add(_ONE, _z)),
        apply(log1p, _z),
        same("log(1 + z) = log1p z"),
        _HIGHAM,
    ),
    Rule(
        "one-minus-cos",
        add(_ONE, (-1, apply(cos, _z))),
        scale(2, power(apply(sin, scale(_HALF, _z)), 2)),
        same("1 − cos z = 2 sin²(z/2)"),
        _DLMF,
    ),
    Rule(
        "cosh-minus-one",
        add(apply(cosh, _z), _MINUS),
        scale(2, power(apply(sinh, scale(_HALF, _z)), 2)),
        same("cosh z − 1 = 2 sinh²(z/2)"),
        _DLMF,
    ),
    Rule(
        "root-minus-one",
        add(power(add(_ONE, _z), _HALF), _MINUS),
        multiply(_z, power(add(_ONE, power(add(_ONE, _z), _HALF)), -1)),
        same("√(1 + z) − 1 = z / (1 + √(1 + z))"),
        _HIGHAM,
    ),
    Rule(
        "slope-of-the-root",
        add(
            power(_shifted, -_HALF),
            (-1, multiply(_square, power(_shifted, Fraction(-3, 2)))),
        ),
        power(_shifted, Fraction(-3, 2)),
        same("(1 + z²)^(−1/2) − z² (1 + z²)^(−3/2) = (1 + z²)^(−3/2)"),
        _HIGHAM,
    ),
    Rule(
        "slope-of-the-quotient",
        add(power(_shifted, -1), (-1, multiply(_square, power(_shifted, -2)))),
        power(_shifted, -2),
        same("1 / (1 + z²) − z² / (1 + z²)² = 1 / (1 + z²)²"),
        _HIGHAM,
    ),
)
