"""Identities that make a formula shorter, and facts of values known by declaration."""

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.activation import sigmoid, softplus
from lossmith.atoms.arithmetic import abs, sign
from lossmith.atoms.exponential import exp, log
from lossmith.atoms.matrix import det, inv, logdet, normF, nucnorm, specnorm
from lossmith.atoms.piecewise import hinge, relu
from lossmith.atoms.special import normcdf, normpdf
from lossmith.atoms.trigonometric import cos, cosh, sin, sinh, tanh
from lossmith.atoms.vector import norm2, norminf, softmax
from lossmith.expr.build import (
    add,
    apply,
    const,
    multiply,
    negate,
    power,
    scale,
    select,
    total,
    transpose,
)
from lossmith.expr.node import Comparison
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE
from lossmith.expr.types import Assumptions
from lossmith.rules.rule import Rule, formal
from lossmith.words import Words, same

_x = formal("x")
_v = formal("v", ("k",))
_A = formal("A", ("k", "k"))
_B = formal("B", ("k", "m"))
_ONE = const(1)
_HALF = Fraction(1, 2)
_MINUS = Fraction(-1)
_X = _x.name
_V = _v.name

# -- inverse pairs ---------------------------------------------------------------------------------

LOG_EXP = Rule(
    "log-exp",
    apply(log, apply(exp, _x)),
    _x,
    Words("log undoes exp: log(exp x) = x", "log 与 exp 互逆：log(exp x) = x"),
    "NIST DLMF 4.2",
)
EXP_LOG = Rule(
    "exp-log",
    apply(exp, apply(log, _x)),
    _x,
    Words("exp undoes log for x > 0: exp(log x) = x", "x > 0 时 exp 与 log 互逆：exp(log x) = x"),
    "NIST DLMF 4.2",
    when={_X: Assumptions(POSITIVE)},
    breaks_at={_X: _MINUS},
)
LOG_RECIPROCAL = Rule(
    "log-reciprocal",
    apply(log, power(_x, -1)),
    negate(apply(log, _x)),
    same("log(1/x) = −log x"),
    "NIST DLMF 4.8",
)
ROOT_OF_SQUARE = Rule(
    "root-of-square",
    power(power(_x, 2), _HALF),
    apply(abs, _x),
    same("sqrt(x²) = |x|"),
    "by definition of the principal root",
)
INV_INV = Rule(
    "inv-inv",
    apply(inv, apply(inv, _A)),
    _A,
    same("(A⁻¹)⁻¹ = A"),
    "Magnus & Neudecker 2019, section 1.13",
)
LOGDET_INV = Rule(
    "logdet-inv",
    apply(logdet, apply(inv, _A)),
    negate(apply(logdet, _A)),
    same("log det(A⁻¹) = −log det A"),
    "Magnus & Neudecker 2019, section 1.13",
)
DET_INV = Rule(
    "det-inv",
    apply(det, apply(inv, _A)),
    power(apply(det, _A), -1),
    same("det(A⁻¹) = 1/det A"),
    "Magnus & Neudecker 2019, section 1.13",
)
INV_TRANSPOSE = Rule(
    "inv-transpose",
    apply(inv, transpose(_A)),
    transpose(apply(inv, _A)),
    same("(Aᵀ)⁻¹ = (A⁻¹)ᵀ"),
    "Magnus & Neudecker 2019, section 1.13",
)

# -- known signs -----------------------------------------------------------------------------------

ABS_NONNEGATIVE = Rule(
    "abs-nonnegative",
    apply(abs, _x),
    _x,
    Words("for x >= 0: |x| = x", "x >= 0 时：|x| = x"),
    "by definition",
    when={_X: Assumptions(NONNEGATIVE)},
    breaks_at={_X: _MINUS},
)
ABS_NONPOSITIVE = Rule(
    "abs-nonpositive",
    apply(abs, _x),
    negate(_x),
    Words("for x <= 0: |x| = −x", "x <= 0 时：|x| = −x"),
    "by definition",
    when={_X: Assumptions(NONPOSITIVE)},
    breaks_at={_X: Fraction(1)},
)
RELU_NONNEGATIVE = Rule(
    "relu-nonnegative",
    apply(relu, _x),
    _x,
    Words("for x >= 0: relu(x) = x", "x >= 0 时：relu(x) = x"),
    "by definition",
    when={_X: Assumptions(NONNEGATIVE)},
    breaks_at={_X: _MINUS},
)
RELU_NONPOSITIVE = Rule(
    "relu-nonpositive",
    apply(relu, _x),
    const(0),
    Words("for x <= 0: relu(x) = 0", "x <= 0 时：relu(x) = 0"),
    "by definition",
    when={_X: Assumptions(NONPOSITIVE)},
    breaks_at={_X: Fraction(1)},
)
SIGN_POSITIVE = Rule(
    "sign-positive",
    apply(sign, _x),
    _ONE,
    Words("for x > 0: sign(x) = 1", "x > 0 时：sign(x) = 1"),
    "by definition",
    when={_X: Assumptions(POSITIVE)},
    breaks_at={_X: Fraction(0)},
)
SIGN_NEGATIVE = Rule(
    "sign-negative",
    apply(sign, _x),
    const(-1),
    Words("for x < 0: sign(x) = −1", "x < 0 时：sign(x) = −1"),
    "by definition",
    when={_X: Assumptions(NEGATIVE)},
    breaks_at={_X: Fraction(0)},
)
SIGN_TIMES = Rule(
    "sign-times",
    multiply(_x, apply(sign, _x)),
    apply(abs, _x),
    same("x · sign(x) = |x|"),
    "by definition",
)
ABS_SIGN = Rule(
    "abs-sign",
    multiply(apply(abs, _x), apply(sign, _x)),
    _x,
    same("|x| · sign(x) = x"),
    "by definition",
)
_STEP = select([((Comparison(_x, ">"),), _ONE)], const(0))
STEP_SQUARE = Rule(
    "step-square",
    power(_STEP, 2),
    _STEP,
    same("1[x > 0]² = 1[x > 0]"),
    "by definition",
)
RELU_STEP = Rule(
    "relu-step",
    multiply(apply(relu, _x), _STEP),
    apply(relu, _x),
    same("relu(x) · 1[x > 0] = relu(x)"),
    "by definition",
)
HINGE_STEP = Rule(
    "hinge-step",
    multiply(apply(hinge, _x), select([((Comparison(add(_ONE, (-1, _x)), ">"),), _ONE)], const(0))),
    apply(hinge, _x),
    same("hinge(x) · 1[x < 1] = hinge(x)"),
    "by definition",
)
STEP_TIMES = Rule(
    "step-times",
    multiply(_x, _STEP),
    apply(relu, _x),
    same("x · 1[x > 0] = relu(x)"),
    "by definition",
)

# -- declared values -------------------------------------------------------------------------------

LABEL_SQUARE = Rule(
    "label-square",
    power(_x, 2),
    _ONE,
    Words("labels −1, 1 have square 1", "取值为 −1、1 的标签，平方等于 1"),
    "by the declaration",
    when={_X: Assumptions(values=(_MINUS, Fraction(1)))},
    breaks_at={_X: Fraction(2)},
)
INDICATOR_SQUARE = Rule(
    "indicator-square",
    power(_x, 2),
    _x,
    Words("labels 0, 1 are their own square", "取值为 0、1 的标签，平方等于自身"),
    "by the declaration",
    when={_X: Assumptions(values=(Fraction(0), Fraction(1)))},
    breaks_at={_X: Fraction(2)},
)
ONEHOT_SQUARE = Rule(
    "onehot-square",
    power(_v, 2),
    _v,
    Words("entries of a one-hot row are their own square", "独热编码的元素等于自身的平方"),
    "by the declaration",
    when={_V: Assumptions(structure=frozenset({"onehot"}))},
    breaks_at={_V: Fraction(2)},
)
ONEHOT_SUM = Rule(
    "onehot-sum",
    total(_v),
    _ONE,
    Words("a one-hot row sums to 1", "独热编码的一行之和为 1"),
    "by the declaration",
    when={_V: Assumptions(structure=frozenset({"onehot"}))},
    breaks_at={_V: Fraction(2)},
)
SIMPLEX_SUM = Rule(
    "simplex-sum",
    total(_v),
    _ONE,
    Words("entries on the simplex sum to 1", "单纯形上的元素之和为 1"),
    "by the declaration",
    when={_V: Assumptions(structure=frozenset({"simplex"}))},
    breaks_at={_V: Fraction(2)},
)
SOFTMAX_SUM = Rule(
    "softmax-sum",
    total(apply(softmax, _v)),
    _ONE,
    Words("softmax sums to 1", "softmax 的元素之和为 1"),
    "by definition",
)

# -- identities without a preferred side -----------------------------------------------------------

ONE_MINUS_SIGMOID = Rule(
    "one-minus-sigmoid",
    add(_ONE, (-1, apply(sigmoid, _x))),
    apply(sigmoid, negate(_x)),
    same("1 − σ(x) = σ(−x)"),
    "Hastie, Tibshirani & Friedman 2009, section 4.4",
    shorten=True,
)
ONE_MINUS_NORMCDF = Rule(
    "one-minus-normcdf",
    add(_ONE, (-1, apply(normcdf, _x))),
    apply(normcdf, negate(_x)),
    same("1 − Φ(x) = Φ(−x)"),
    "NIST DLMF 7.4.2",
    shorten=True,
)
SIGMOID_REFLECTED = Rule(
    "sigmoid-reflected",
    apply(sigmoid, _x),
    add(_ONE, (-1, apply(sigmoid, negate(_x)))),
    same("σ(x) = 1 − σ(−x)"),
    "Hastie, Tibshirani & Friedman 2009, section 4.4",
    shorten=True,
)
SOFTPLUS_REFLECTED = Rule(
    "softplus-reflected",
    add(apply(softplus, _x), negate(_x)),
    apply(softplus, negate(_x)),
    same("softplus(x) − x = softplus(−x)"),
    "from log(1 + exp x) = x + log(1 + exp(−x))",
    shorten=True,
)
TANH_SIGMOID = Rule(
    "tanh-sigmoid",
    add((_HALF, _ONE), (_HALF, apply(tanh, _x))),
    apply(sigmoid, scale(2, _x)),
    same("(1 + tanh x)/2 = σ(2x)"),
    "NIST DLMF 4.28",
    shorten=True,
)
TANH_BY_SIGMOID = Rule(
    "tanh-by-sigmoid",
    apply(tanh, _x),
    add((2, apply(sigmoid, scale(2, _x))), (-1, _ONE)),
    same("tanh x = 2σ(2x) − 1"),
    "NIST DLMF 4.28",
    shorten=True,
)
TANH_REFLECTED = Rule(
    "tanh-reflected",
    apply(tanh, _x),
    add(_ONE, (-2, apply(sigmoid, scale(-2, _x)))),
    same("tanh x = 1 − 2σ(−2x)"),
    "NIST DLMF 4.28",
    shorten=True,
)
SIGMOID_TANH = Rule(
    "sigmoid-tanh",
    add((2, apply(sigmoid, _x)), (-1, _ONE)),
    apply(tanh, scale(_HALF, _x)),
    same("2σ(x) − 1 = tanh(x/2)"),
    "NIST DLMF 4.28",
    shorten=True,
)
SIN_COS = Rule(
    "sin-cos",
    add(power(apply(sin, _x), 2), power(apply(cos, _x), 2)),
    _ONE,
    same("sin² x + cos² x = 1"),
    "NIST DLMF 4.21",
)
COSH_SINH = Rule(
    "cosh-sinh",
    add(power(apply(cosh, _x), 2), (-1, power(apply(sinh, _x), 2))),
    _ONE,
    same("cosh² x − sinh² x = 1"),
    "NIST DLMF 4.35",
)
ONE_MINUS_TANH_SQUARE = Rule(
    "tanh-cosh",
    power(apply(cosh, _x), -2),
    add(_ONE, (-1, power(apply(tanh, _x), 2))),
    same("1/cosh² x = 1 − tanh² x"),
    "NIST DLMF 4.35",
    shorten=True,
)

# -- even functions: one of A − X and X − A where both stand in a formula --------------------------

_EVEN_SOURCE = "by definition"
EVEN = (
    *(
        Rule(
            f"{atom.name}-even",
            apply(atom, _x),
            apply(atom, negate(_x)),
            same(f"{name}(x) = {name}(−x)"),
            _EVEN_SOURCE if atom in (abs, normpdf) else "NIST DLMF 4.16, 4.30",
            shorten=True,
        )
        for atom, name in ((abs, "abs"), (cos, "cos"), (cosh, "cosh"), (normpdf, "φ"))
    ),
    *(
        Rule(
            f"{atom.name}-even",
            apply(atom, v),
            apply(atom, negate(v)),
            same(f"‖{v.name}‖ = ‖−{v.name}‖"),
            "axioms of a norm",
            shorten=True,
        )
        for atom, v in ((norm2, _v), (norminf, _v), (normF, _B), (specnorm, _B), (nucnorm, _B))
    ),
)

ALGEBRA = (
    LOG_EXP,
    EXP_LOG,
    LOG_RECIPROCAL,
    ROOT_OF_SQUARE,
    # sqrt(x)² = x for x >= 0 is a merging of powers: calculus/powers.py does all of them at once.
    INV_INV,
    LOGDET_INV,
    DET_INV,
    INV_TRANSPOSE,
    ABS_NONNEGATIVE,
    ABS_NONPOSITIVE,
    RELU_NONNEGATIVE,
    RELU_NONPOSITIVE,
    SIGN_POSITIVE,
    SIGN_NEGATIVE,
    SIGN_TIMES,
    ABS_SIGN,
    STEP_SQUARE,
    RELU_STEP,
    HINGE_STEP,
    STEP_TIMES,
    LABEL_SQUARE,
    INDICATOR_SQUARE,
    ONEHOT_SQUARE,
    ONEHOT_SUM,
    SIMPLEX_SUM,
    SOFTMAX_SUM,
    ONE_MINUS_SIGMOID,
    ONE_MINUS_NORMCDF,
    SIGMOID_REFLECTED,
    SOFTPLUS_REFLECTED,
    TANH_SIGMOID,
    TANH_BY_SIGMOID,
    TANH_REFLECTED,
    SIGMOID_TANH,
    SIN_COS,
    COSH_SINH,
    ONE_MINUS_TANH_SQUARE,
    *EVEN,
)
