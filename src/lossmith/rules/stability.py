"""Recognitions: a formula written by exp and log is one of the named, stable functions.

All are used before differentiating. The names carry slopes, curvature and code that neither
overflows nor cancels, where the literal formula does both.
"""

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.activation import logcosh, sigmoid, softplus
from lossmith.atoms.arithmetic import abs, max, min
from lossmith.atoms.exponential import exp, log, log1p
from lossmith.atoms.matrix import det, logdet, normF
from lossmith.atoms.piecewise import relu
from lossmith.atoms.special import erf, normcdf
from lossmith.atoms.trigonometric import acosh, asinh, cosh, sinh, tanh
from lossmith.atoms.vector import logsumexp, norm2, softmax
from lossmith.expr.build import (
    add,
    apply,
    const,
    contract,
    inner,
    multiply,
    negate,
    power,
    scale,
    total,
)
from lossmith.expr.node import Expr
from lossmith.rules.rule import Rule, formal
from lossmith.words import Words, same

_z = formal("z")
_a = formal("a")
_b = formal("b")
_v = formal("v", ("k",))
_A = formal("A", ("k", "k"))
_B = formal("B", ("m", "k"))
_HALF = Fraction(1, 2)
_HALF_CONST = const(_HALF)
_ROOT_TWO = power(const(2), _HALF)
_ONE = const(1)
_BLANCHARD = "Blanchard, Higham & Higham 2021, Accurately computing log-sum-exp and softmax"
_HTF = "Hastie, Tibshirani & Friedman 2009, section 4.4"
_DLMF = "NIST DLMF 4.28"
_ERF = "NIST DLMF 7.2.1"


def _exp(e: Expr) -> Expr:
    return apply(exp, e)


def _quotient_by_sum(e: Expr) -> Expr:
    return contract([(_exp(e), (0,), 1), (total(_exp(e)), (), -1)], (0,))


SOFTPLUS = Rule(
    "softplus",
    apply(log, add(_ONE, _exp(_z))),
    apply(softplus, _z),
    Words("softplus: log(1 + exp z) = softplus(z)", "softplus：log(1 + exp z) = softplus(z)"),
    _BLANCHARD,
)
SOFTPLUS_LOG1P = Rule(
    "softplus-log1p",
    apply(log1p, _exp(_z)),
    apply(softplus, _z),
    Words("softplus: log1p(exp z) = softplus(z)", "softplus：log1p(exp z) = softplus(z)"),
    _BLANCHARD,
)
SOFTPLUS_SPLIT = Rule(
    "softplus-split",
    add(apply(relu, _z), apply(softplus, negate(apply(abs, _z)))),
    apply(softplus, _z),
    Words(
        "softplus in stable form: relu(z) + softplus(−|z|) = softplus(z)",
        "softplus 的稳定写法：relu(z) + softplus(−|z|) = softplus(z)",
    ),
    _BLANCHARD,
)
TANH_HALF = Rule(
    "tanh-of-half",
    multiply(add(_ONE, (-1, _exp(_z))), power(add(_ONE, _exp(_z)), -1)),
    negate(apply(tanh, scale(_HALF, _z))),
    same("(1 − exp z) / (1 + exp z) = −tanh(z/2)"),
    _DLMF,
)
NORMCDF = Rule(
    "normcdf",
    add(_HALF_CONST, (_HALF, apply(erf, _z))),
    apply(normcdf, multiply(_ROOT_TWO, _z)),
    same("(1 + erf z) / 2 = Φ(√2 z)"),
    _ERF,
)
NORMCDF_TWICE = Rule(
    "normcdf-twice",
    add(_ONE, apply(erf, _z)),
    scale(2, apply(normcdf, multiply(_ROOT_TWO, _z))),
    same("1 + erf z = 2 Φ(√2 z)"),
    _ERF,
)
NORMCDF_ABOVE = Rule(
    "normcdf-above",
    add(_HALF_CONST, (-_HALF, apply(erf, _z))),
    apply(normcdf, negate(multiply(_ROOT_TWO, _z))),
    same("(1 − erf z) / 2 = Φ(−√2 z)"),
    _ERF,
)
NORMCDF_ABOVE_TWICE = Rule(
    "normcdf-above-twice",
    add(_ONE, (-1, apply(erf, _z))),
    scale(2, apply(normcdf, negate(multiply(_ROOT_TWO, _z)))),
    same("1 − erf z = 2 Φ(−√2 z)"),
    _ERF,
)
SIGMOID_QUOTIENT = Rule(
    "sigmoid-quotient",
    multiply(_exp(_z), power(add(_ONE, _exp(_z)), -1)),
    apply(sigmoid, _z),
    Words("sigmoid: exp z / (1 + exp z) = σ(z)", "sigmoid：exp z / (1 + exp z) = σ(z)"),
    _HTF,
)
SIGMOID_RECIPROCAL = Rule(
    "sigmoid-reciprocal",
    power(add(_ONE, _exp(_z)), -1),
    apply(sigmoid, negate(_z)),
    Words("sigmoid: 1 / (1 + exp z) = σ(−z)", "sigmoid：1 / (1 + exp z) = σ(−z)"),
    _HTF,
)
LOG_SIGMOID = Rule(
    "log-sigmoid",
    apply(log, apply(sigmoid, _z)),
    negate(apply(softplus, negate(_z))),
    Words("log σ(z) = −softplus(−z)", "log σ(z) = −softplus(−z)"),
    _BLANCHARD,
)
LOG_ONE_MINUS_SIGMOID = Rule(
    "log-one-minus-sigmoid",
    apply(log, add(_ONE, (-1, apply(sigmoid, _z)))),
    negate(apply(softplus, _z)),
    Words("log(1 − σ(z)) = −softplus(z)", "log(1 − σ(z)) = −softplus(z)"),
    _BLANCHARD,
)
LOGSUMEXP = Rule(
    "logsumexp",
    apply(log, total(_exp(_v))),
    apply(logsumexp, _v),
    Words("log-sum-exp: log Σ exp(v) = logsumexp(v)", "log-sum-exp：log Σ exp(v) = logsumexp(v)"),
    _BLANCHARD,
)
LOGSUMEXP_TIMES = Rule(
    "logsumexp-of-a-multiple",
    apply(log, multiply(_a, total(_exp(_v)))),
    add(apply(log, _a), apply(logsumexp, _v)),
    Words(
        "log-sum-exp: log(a Σ exp(v)) = log a + logsumexp(v)",
        "log-sum-exp：log(a Σ exp(v)) = log a + logsumexp(v)",
    ),
    _BLANCHARD,
)
LOGMEANEXP = Rule(
    "logsumexp-of-a-part",
    apply(log, multiply(power(_a, -1), total(_exp(_v)))),
    add(apply(logsumexp, _v), (-1, apply(log, _a))),
    Words(
        "log-sum-exp: log(Σ exp(v) / a) = logsumexp(v) − log a",
        "log-sum-exp：log(Σ exp(v) / a) = logsumexp(v) − log a",
    ),
    _BLANCHARD,
)
SOFTMAX = Rule(
    "softmax",
    _quotient_by_sum(_v),
    apply(softmax, _v),
    Words("softmax: exp(v) / Σ exp(v) = softmax(v)", "softmax：exp(v) / Σ exp(v) = softmax(v)"),
    _BLANCHARD,
)
LOG_SOFTMAX = Rule(
    "log-softmax",
    apply(log, apply(softmax, _v)),
    add(
        _v,
        (-1, contract([(apply(logsumexp, _v), (), 1), (const(1, ("k",)), (0,), 1)], (0,))),
    ),
    Words("log softmax(v) = v − logsumexp(v)", "log softmax(v) = v − logsumexp(v)"),
    _BLANCHARD,
)
COSH = Rule(
    "cosh",
    add(_exp(_z), _exp(negate(_z))),
    add((2, apply(cosh, _z))),
    Words("exp z + exp(−z) = 2 cosh z", "exp z + exp(−z) = 2 cosh z"),
    _DLMF,
)
SINH = Rule(
    "sinh",
    add(_exp(_z), (-1, _exp(negate(_z)))),
    add((2, apply(sinh, _z))),
    Words("exp z − exp(−z) = 2 sinh z", "exp z − exp(−z) = 2 sinh z"),
    _DLMF,
)
TANH = Rule(
    "tanh-quotient",
    multiply(apply(sinh, _z), power(apply(cosh, _z), -1)),
    apply(tanh, _z),
    same("sinh z / cosh z = tanh z"),
    _DLMF,
)
LOGCOSH = Rule(
    "logcosh",
    apply(log, apply(cosh, _z)),
    apply(logcosh, _z),
    Words("log-cosh: log(cosh z) = logcosh(z)", "log-cosh：log(cosh z) = logcosh(z)"),
    _DLMF,
)
LOGCOSH_TWICE = Rule(
    "logcosh-twice",
    apply(log, scale(2, apply(cosh, _z))),
    add(apply(logcosh, _z), apply(log, const(2))),
    Words(
        "log-cosh: log(2 cosh z) = logcosh(z) + log 2",
        "log-cosh：log(2 cosh z) = logcosh(z) + log 2",
    ),
    _DLMF,
)
ASINH = Rule(
    "asinh",
    apply(log, add(_z, power(add(_ONE, power(_z, 2)), _HALF))),
    apply(asinh, _z),
    same("log(z + √(z² + 1)) = asinh z"),
    "NIST DLMF 4.37.16",
)
ACOSH = Rule(
    "acosh",
    apply(log, add(_z, power(add(power(_z, 2), (-1, _ONE)), _HALF))),
    apply(acosh, _z),
    same("log(z + √(z² − 1)) = acosh z"),
    "NIST DLMF 4.37.19",
)
RELU = Rule(
    "relu",
    apply(max, _z, const(0)),
    apply(relu, _z),
    Words("positive part: max(z, 0) = relu(z)", "正部：max(z, 0) = relu(z)"),
    "by definition",
)
RELU_MIN = Rule(
    "relu-min",
    apply(min, _z, const(0)),
    negate(apply(relu, negate(_z))),
    Words("negative part: min(z, 0) = −relu(−z)", "负部：min(z, 0) = −relu(−z)"),
    "by definition",
)
NORM2 = Rule(
    "norm2",
    power(inner(_v, _v), _HALF),
    apply(norm2, _v),
    Words("Euclidean norm: sqrt(Σ v²) = ‖v‖₂", "欧几里得范数：sqrt(Σ v²) = ‖v‖₂"),
    "by definition",
)
NORMF = Rule(
    "normF",
    power(inner(_B, _B), _HALF),
    apply(normF, _B),
    Words("Frobenius norm: sqrt(Σ B²) = ‖B‖_F", "弗罗贝尼乌斯范数：sqrt(Σ B²) = ‖B‖_F"),
    "by definition",
)
LOGDET = Rule(
    "logdet",
    apply(log, apply(det, _A)),
    apply(logdet, _A),
    Words("log-determinant: log(det A) = logdet(A)", "行列式的对数：log(det A) = logdet(A)"),
    "by definition",
)

LOGADDEXP = Rule(
    "log-add-exp",
    apply(log, add(_exp(_a), _exp(_b))),
    add(_a, apply(softplus, add(_b, (-1, _a)))),
    same("log(exp a + exp b) = a + softplus(b − a)"),
    _BLANCHARD,
)
LOGADDEXP_ONE = Rule(
    "log-add-exp-one",
    apply(log, add(_ONE, _exp(_a), _exp(_b))),
    add(apply(softplus, _b), apply(softplus, add(_a, (-1, apply(softplus, _b))))),
    same("log(1 + exp a + exp b) = softplus(b) + softplus(a − softplus(b))"),
    _BLANCHARD,
)
SIGMOID_OF_THREE = Rule(
    "sigmoid-of-three",
    multiply(_exp(_a), power(add(_ONE, _exp(_a), _exp(_b)), -1)),
    apply(sigmoid, add(_a, (-1, apply(softplus, _b)))),
    Words(
        "sigmoid: exp a / (1 + exp a + exp b) = σ(a − softplus(b))",
        "sigmoid：exp a / (1 + exp a + exp b) = σ(a − softplus(b))",
    ),
    _HTF,
)
SIGMOID_DIFFERENCE = Rule(
    "sigmoid-of-a-difference",
    multiply(_exp(_a), power(add(_exp(_a), _exp(_b)), -1)),
    apply(sigmoid, add(_a, (-1, _b))),
    Words(
        "sigmoid: exp a / (exp a + exp b) = σ(a − b)",
        "sigmoid：exp a / (exp a + exp b) = σ(a − b)",
    ),
    _HTF,
)

STABILITY = (
    SOFTPLUS,
    SOFTPLUS_LOG1P,
    SOFTPLUS_SPLIT,
    TANH_HALF,
    SIGMOID_QUOTIENT,
    SIGMOID_RECIPROCAL,
    NORMCDF,
    NORMCDF_TWICE,
    NORMCDF_ABOVE,
    NORMCDF_ABOVE_TWICE,
    LOG_SIGMOID,
    LOG_ONE_MINUS_SIGMOID,
    LOGADDEXP,
    LOGADDEXP_ONE,
    SIGMOID_DIFFERENCE,
    SIGMOID_OF_THREE,
    LOGSUMEXP,
    LOGSUMEXP_TIMES,
    LOGMEANEXP,
    SOFTMAX,
    LOG_SOFTMAX,
    COSH,
    SINH,
    TANH,
    LOGCOSH,
    LOGCOSH_TWICE,
    ASINH,
    ACOSH,
    RELU,
    RELU_MIN,
    NORM2,
    NORMF,
    LOGDET,
    # log(1 + z) = log1p(z) is a row of floats.py: the reader knows log(1 + z) better.
)
