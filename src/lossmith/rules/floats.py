"""Equations for code alone: the right sides say the same and lose no digits in floating point.

σ(z) (1 − σ(z)) is how one writes the slope of the sigmoid, but 1 − σ(z) is 0 from z = 37 on, where
σ(−z) is still exact. These rows are used on what is emitted, never on what is shown.
"""

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.accurate import (
    cloglog,
    exprel,
    hypot,
    hypot_above,
    log1mexp,
    lognormcdf,
    mills,
    mills_above,
)
from lossmith.atoms.activation import sigmoid, softplus
from lossmith.atoms.arithmetic import abs as abs_
from lossmith.atoms.arithmetic import max as max_
from lossmith.atoms.arithmetic import min as min_
from lossmith.atoms.arithmetic import power as power_
from lossmith.atoms.arithmetic import sign
from lossmith.atoms.exponential import exp, expm1, log, log1p
from lossmith.atoms.special import normcdf, normpdf
from lossmith.atoms.trigonometric import acosh, cos, cosh, sin, sinh, tanh
from lossmith.expr.build import add, apply, const, multiply, negate, power, scale
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import Assumptions
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
_squares = add(_square, power(_a, 2))
_size = apply(abs_, _z)
_log_outside = apply(log, apply(max_, _size, _ONE))

_top = apply(max_, _a, _b)
_bottom = apply(min_, _a, _b)
_gap = apply(abs_, add(_a, (-1, _b)))
_one_minus_exp = negate(apply(expm1, negate(_gap)))
_sign = apply(sign, add(_a, (-1, _b)))
_middle = scale(_HALF, add(_a, _b))
_half_gap = scale(_HALF, add(_a, (-1, _b)))
_off = multiply(add(_a, (-1, _b)), power(_b, -1))

_below = power(apply(normcdf, _z), -1)
_above = power(apply(normcdf, negate(_z)), -1)
_apart = add(multiply(_a, power(_below, 2)), multiply(add(_ONE, (-1, _a)), power(_above, 2)))
_from_above = Rule(
    "normcdf-from-above",
    add(_ONE, (-1, apply(normcdf, _z))),
    apply(normcdf, negate(_z)),
    same("1 − Φ(z) = Φ(−z)"),
    _HIGHAM,
)

PARTS = (
    # The likelihood of labels 0 and 1 has 1/Φ(z) for the one and 1/Φ(−z) for the other; a common
    # divisor is shorter and hides which of them belongs to φ(z). a is the label.
    _from_above,
    Rule(
        "normcdf-slope-in-parts",
        multiply(add(_ONE, (-1, multiply(_a, _below))), _above),
        add(multiply(add(_ONE, (-1, _a)), _above), (-1, multiply(_a, _below))),
        same("(1 − a/Φ(z)) / Φ(−z) = (1 − a)/Φ(−z) − a/Φ(z)"),
        "partial fractions",
    ),
    Rule(
        "normcdf-curvature-in-parts",
        multiply(
            add(_ONE, (-2, multiply(_a, _below)), multiply(_a, power(_below, 2))),
            power(_above, 2),
        ),
        _apart,
        same("(1 − 2a/Φ(z) + a/Φ(z)²) / Φ(−z)² = a/Φ(z)² + (1 − a)/Φ(−z)²"),
        "partial fractions",
    ),
    Rule(
        "normcdf-curvature-in-parts-once",
        multiply(
            add(
                _ONE,
                (-1, multiply(_a, _below)),
                multiply(_a, power(_below, 2), power(_above, -1)),
            ),
            _above,
        ),
        multiply(power(_above, -1), _apart),
        same("(1 − a/Φ(z) + aΦ(−z)/Φ(z)²) / Φ(−z) = Φ(−z) (a/Φ(z)² + (1 − a)/Φ(−z)²)"),
        "partial fractions",
    ),
)
"""Used before the others."""

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
    _from_above,
    Rule(
        "log-of-normcdf",
        apply(log, apply(normcdf, _z)),
        apply(lognormcdf, _z),
        same("log Φ(z), by its asymptotic series far out"),
        _PHI,
    ),
    Rule(
        "log-of-a-multiple-of-normcdf",
        apply(log, multiply(_a, apply(normcdf, _z))),
        add(apply(log, _a), apply(lognormcdf, _z)),
        same("log(a Φ(z)) = log a + log Φ(z)"),
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
        "mills-ratio-beside-its-argument",
        add(apply(mills, _z), _z),
        apply(mills_above, _z),
        same("φ(z)/Φ(z) + z, by its continued fraction far out"),
        _PHI,
    ),
    Rule(
        "mills-ratio-beside-its-argument-above",
        add(apply(mills, negate(_z)), (-1, _z)),
        apply(mills_above, negate(_z)),
        same("φ(z)/Φ(−z) − z, by its continued fraction far out"),
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
        "softplus-plus-argument",
        add(apply(softplus, negate(_z)), _z),
        apply(softplus, _z),
        same("softplus(−z) + z = softplus(z)"),
        _MAECHLER,
    ),
    Rule(
        "log-of-both-sigmoids",
        apply(log, multiply(apply(sigmoid, _z), apply(sigmoid, negate(_z)))),
        add((-1, apply(softplus, _z)), (-1, apply(softplus, negate(_z)))),
        same("log(σ(z) σ(−z)) = −softplus(z) − softplus(−z)"),
        _MAECHLER,
    ),
    Rule(
        "log-one-minus-exp",
        apply(log, negate(apply(expm1, negate(_z)))),
        apply(log1mexp, _z),
        same("log(1 − exp(−z)), by log1p far out"),
        _MAECHLER,
    ),
    Rule(
        "complementary-log-log",
        apply(log1mexp, apply(exp, _z)),
        apply(cloglog, _z),
        same("log(1 − exp(−exp z)), by z − exp(z)/2 + ... far below 0"),
        _MAECHLER,
    ),
    Rule(
        "exp-minus-one-over-argument",
        multiply(apply(expm1, _z), power(_z, -1)),
        apply(exprel, _z),
        same("(exp z − 1) / z, 1 at 0"),
        "NIST DLMF 24.2.1",
    ),
    Rule(
        "log-of-exp-minus-one",
        apply(log, apply(expm1, _z)),
        add(_z, apply(log1mexp, _z)),
        same("log(exp z − 1) = z + log(1 − exp(−z))"),
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
        "log-one-plus-square",
        apply(log1p, _square),
        add(
            (2, _log_outside),
            apply(
                log1p,
                multiply(power(apply(min_, _size, _ONE), 2), apply(exp, scale(-2, _log_outside))),
            ),
        ),
        same("log(1 + z²) = 2l + log(1 + min(|z|, 1)² exp(−2l)), l = log max(|z|, 1)"),
        _HIGHAM,
    ),
    Rule(
        "log-of-squares",
        apply(log, _squares),
        scale(2, apply(log, apply(hypot, _z, _a))),
        same("log(z² + a²) = 2 log hypot(z, a)"),
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
        "root-above-side",
        add(apply(hypot, _z, _a), (-1, _a)),
        apply(hypot_above, _z, _a),
        same("√(z² + a²) − a = z² / (a + √(z² + a²))"),
        _HIGHAM,
        when={"?a": Assumptions(POSITIVE)},
        breaks_at={"?z": Fraction(0), "?a": Fraction(-1)},
    ),
    Rule(
        "arcosh-near-one",
        apply(acosh, add(_ONE, _z)),
        apply(log1p, add(_z, multiply(power(_z, _HALF), power(add(const(2), _z), _HALF)))),
        same("arcosh(1 + z) = log(1 + z + √z √(2 + z))"),
        _HIGHAM,
    ),
    Rule(
        "power-near-one",
        add(apply(power_, add(_ONE, _z), _a), _MINUS),
        apply(expm1, multiply(_a, apply(log1p, _z))),
        same("(1 + z)^a − 1 = expm1(a log1p z)"),
        _HIGHAM,
        when={"?z": Assumptions(POSITIVE)},
        breaks_at={"?z": Fraction(-1), "?a": Fraction(1)},
    ),
    Rule(
        "sinh-difference",
        add(apply(sinh, _a), (-1, apply(sinh, _b))),
        scale(2, multiply(apply(cosh, _middle), apply(sinh, _half_gap))),
        same("sinh a − sinh b = 2 cosh((a + b)/2) sinh((a − b)/2)"),
        _DLMF,
    ),
    Rule(
        "cosh-difference",
        add(apply(cosh, _a), (-1, apply(cosh, _b))),
        scale(2, multiply(apply(sinh, _middle), apply(sinh, _half_gap))),
        same("cosh a − cosh b = 2 sinh((a + b)/2) sinh((a − b)/2)"),
        _DLMF,
    ),
    Rule(
        "sigmoid-difference",
        add(apply(sigmoid, _a), (-1, apply(sigmoid, _b))),
        multiply(apply(sigmoid, _top), apply(sigmoid, negate(_bottom)), _one_minus_exp, _sign),
        same("σ(a) − σ(b) = ±σ(max(a, b)) σ(−min(a, b)) (1 − exp(−|a − b|))"),
        _HIGHAM,
    ),
    Rule(
        "tanh-difference",
        add(apply(tanh, _a), (-1, apply(tanh, _b))),
        scale(
            2,
            multiply(
                apply(sigmoid, scale(2, _top)),
                apply(sigmoid, scale(-2, _bottom)),
                negate(apply(expm1, scale(-2, _gap))),
                _sign,
            ),
        ),
        same("tanh a − tanh b = 2(σ(2a) − σ(2b))"),
        _HIGHAM,
    ),
    Rule(
        "exp-difference",
        add(apply(exp, _a), (-1, apply(exp, _b))),
        multiply(apply(exp, _top), _one_minus_exp, _sign),
        same("exp a − exp b = ±exp(max(a, b)) (1 − exp(−|a − b|))"),
        _HIGHAM,
    ),
    Rule(
        "sine-difference",
        add(apply(sin, _a), (-1, apply(sin, _b))),
        scale(2, multiply(apply(cos, _middle), apply(sin, _half_gap))),
        same("sin a − sin b = 2 cos((a + b)/2) sin((a − b)/2)"),
        _DLMF,
    ),
    Rule(
        "cosine-difference",
        add(apply(cos, _a), (-1, apply(cos, _b))),
        scale(-2, multiply(apply(sin, _middle), apply(sin, _half_gap))),
        same("cos a − cos b = −2 sin((a + b)/2) sin((a − b)/2)"),
        _DLMF,
    ),
    Rule(
        "root-difference",
        add(power(_a, _HALF), (-1, power(_b, _HALF))),
        multiply(add(_a, (-1, _b)), power(add(power(_a, _HALF), power(_b, _HALF)), -1)),
        same("√a − √b = (a − b) / (√a + √b)"),
        _HIGHAM,
        when={"?a": Assumptions(POSITIVE)},
        breaks_at={"?a": Fraction(0), "?b": Fraction(0)},
    ),
    Rule(
        "reciprocal-difference",
        add(power(_a, -1), (-1, power(_b, -1))),
        multiply(add(_b, (-1, _a)), power(_a, -1), power(_b, -1)),
        same("1/a − 1/b = (b − a) / (a b)"),
        _HIGHAM,
    ),
    Rule(
        "square-difference",
        add(power(_a, 2), (-1, power(_b, 2))),
        multiply(add(_a, (-1, _b)), add(_a, _b)),
        same("a² − b² = (a − b)(a + b)"),
        _HIGHAM,
    ),
    Rule(
        "cube-difference",
        add(power(_a, 3), (-1, power(_b, 3))),
        multiply(add(_a, (-1, _b)), add(power(_a, 2), multiply(_a, _b), power(_b, 2))),
        same("a³ − b³ = (a − b)(a² + a b + b²)"),
        _HIGHAM,
    ),
    Rule(
        "relative-entropy-of-one-entry",
        add(multiply(_a, apply(log, multiply(_a, power(_b, -1)))), (-1, _a), _b),
        multiply(_b, add(multiply(add(_ONE, _off), apply(log1p, _off)), (-1, _off))),
        same("a log(a/b) − a + b = b((1 + t) log(1 + t) − t), t = (a − b)/b"),
        _HIGHAM,
    ),
    Rule(
        "ratio-minus-its-logarithm",
        add(multiply(_a, power(_b, -1)), (-1, apply(log, multiply(_a, power(_b, -1)))), _MINUS),
        add(_off, (-1, apply(log1p, _off))),
        same("a/b − log(a/b) − 1 = t − log(1 + t), t = (a − b)/b"),
        _HIGHAM,
    ),
    Rule(
        "curvature-of-log-one-plus-square",
        multiply(add(_ONE, (-1, _square)), power(_shifted, -2)),
        add((2, power(_shifted, -2)), (-1, power(_shifted, -1))),
        same("(1 − z²) / (1 + z²)² = 2 / (1 + z²)² − 1 / (1 + z²)"),
        _HIGHAM,
    ),
    Rule(
        "curvature-of-the-quotient",
        multiply(add(_ONE, (-3, _square)), power(_shifted, -3)),
        add((4, power(_shifted, -3)), (-3, power(_shifted, -2))),
        same("(1 − 3z²) / (1 + z²)³ = 4 / (1 + z²)³ − 3 / (1 + z²)²"),
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
