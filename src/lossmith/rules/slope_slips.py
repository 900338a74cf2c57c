"""Known wrong rules of differentiation, so that a wrong gradient can be called by its name.

A slip changes the terms of the differential of one node: a lost inner factor, a power that was not
lowered, a wrong slope of a function. ``of``, ``wrt`` and ``bad`` are one instance, ``breaks_at`` a
point where it is false; tests attack every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from lossmith.atoms.activation import sigmoid, softplus
from lossmith.atoms.arithmetic import abs
from lossmith.atoms.exponential import exp, log
from lossmith.atoms.piecewise import hinge, relu
from lossmith.atoms.trigonometric import cos, sin, tan, tanh
from lossmith.atoms.vector import logsumexp, softmax
from lossmith.atoms.writing import number
from lossmith.expr.build import (
    add,
    apply,
    const,
    diag,
    multiply,
    negate,
    power,
    scale,
    subtract,
    symbol,
)
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol
from lossmith.rules.rule import Partial
from lossmith.words import Words

Partials = tuple[Partial, ...]
Alter = Callable[[Expr, Partials], Iterator[Partials]]


@dataclass(frozen=True, slots=True)
class SlopeSlip:
    """One known wrong rule of differentiation.

    alter: the wrong differentials of a node, from the right one.  of, wrt, bad: an instance: the
    derivative of ``of`` by ``wrt`` comes out as ``bad``.  breaks_at: where that is false.
    """

    name: str
    words: Words
    alter: Alter
    of: Expr
    wrt: Symbol
    bad: Expr
    breaks_at: Mapping[str, Fraction]
    generality: float = 0


_ONE = Fraction(1)
_x, _a = symbol("x"), symbol("a")
_AT = {"x": Fraction(2), "a": Fraction(3)}


def _with(partials: Partials, k: int, new: Partial) -> Partials:
    return (*partials[:k], new, *partials[k + 1 :])


def _one_factor_only(node: Expr, partials: Partials) -> Iterator[Partials]:
    if isinstance(node, Contract) and len(partials) > 1:
        for k in range(len(partials)):
            yield partials[:k] + partials[k + 1 :]
    if isinstance(node, Apply) and len(node.args) > 1 and len(partials) > 1:
        for k in range(len(partials)):
            yield partials[:k] + partials[k + 1 :]


def _diagonal_alone(node: Expr, partials: Partials) -> Iterator[Partials]:
    """d softmax(v) = p dv: each entry by its own argument, the common denominator held fixed."""
    if isinstance(node, Apply) and node.atom.name == "softmax" and len(partials) > 1:
        for k in range(len(partials)):
            yield partials[:k] + partials[k + 1 :]


def _not_lowered(node: Expr, partials: Partials) -> Iterator[Partials]:
    """d u^p = p u^p du."""
    for k, q in enumerate(partials):
        for f, labels, p in node.factors if isinstance(node, Contract) else ():
            if f is q.child and labels == q.labels and p != 1:
                kept = [g for g in q.factors if g[0] is not f or g[1] != labels]
                left = replace(q, factors=(*kept, (f, labels, p)))
                yield _with(partials, k, left)
                if p % 2 == 0 and isinstance(f, Add):
                    # (a - b)^2 is kept as (b - a)^2, whose inner derivative has the other sign.
                    yield _with(partials, k, replace(left, coefficient=-q.coefficient))


def _raised(node: Expr, partials: Partials) -> Iterator[Partials]:
    """d u^p = p u^(p+1) du."""
    for k, q in enumerate(partials):
        for f, labels, p in node.factors if isinstance(node, Contract) else ():
            if f is q.child and labels == q.labels and p != 1:
                kept = [g for g in q.factors if g[0] is not f or g[1] != labels]
                yield _with(partials, k, replace(q, factors=(*kept, (f, labels, p + 1))))


def _factor_lost(node: Expr, partials: Partials) -> Iterator[Partials]:
    """d u^p = u^(p-1) du."""
    if isinstance(node, Contract):
        for k, q in enumerate(partials):
            if q.coefficient not in (1, -1):
                sign = 1 if q.coefficient > 0 else -1
                yield _with(partials, k, replace(q, coefficient=Fraction(sign)))


def _reciprocal_sign(node: Expr, partials: Partials) -> Iterator[Partials]:
    """d(1/u) = du/u^2."""
    if isinstance(node, Contract):
        for k, q in enumerate(partials):
            negative = any(f is q.child and p < 0 for f, _, p in node.factors)
            if negative and q.coefficient < 0:
                yield _with(partials, k, replace(q, coefficient=-q.coefficient))


def _inner_sign(node: Expr, partials: Partials) -> Iterator[Partials]:
    if isinstance(node, Add):
        for k, q in enumerate(partials):
            if q.coefficient < 0:
                yield _with(partials, k, replace(q, coefficient=-q.coefficient))


def _inner_factor(node: Expr, partials: Partials) -> Iterator[Partials]:
    """d(a u) = du: the inner factor that multiplies the variable is lost."""
    if isinstance(node, Add):
        for k, q in enumerate(partials):
            if q.coefficient not in (1, -1):
                sign = Fraction(1 if q.coefficient > 0 else -1)
                yield _with(partials, k, replace(q, coefficient=sign))
    if isinstance(node, Contract):
        for k, q in enumerate(partials):
            for j, (f, labels, p) in enumerate(q.factors):
                entrywise = set(labels) <= set(q.labels)
                own = f is q.child
                if entrywise and not own and p == 1:
                    fewer = (*q.factors[:j], *q.factors[j + 1 :])
                    yield _with(partials, k, replace(q, factors=fewer))


def _wrong_slope(name: str, wrong: Callable[[Expr], Expr]) -> Alter:
    """Put a wrong slope in place of that of an entrywise card."""

    def alter(node: Expr, partials: Partials) -> Iterator[Partials]:
        if isinstance(node, Apply) and node.atom.name == name and len(partials) == 1:
            axes = tuple(range(len(node.shape)))
            slope = wrong(node.args[0])
            (q,) = partials
            yield (Partial(q.child, _ONE, ((slope, axes, _ONE),), axes),)

    return alter


def _unnormalized(node: Expr, partials: Partials) -> Iterator[Partials]:
    """d logsumexp(v) = exp(v)' dv."""
    if isinstance(node, Apply) and node.atom.name == "logsumexp" and len(partials) == 1:
        (q,) = partials
        axes = tuple(range(len(q.child.shape)))
        yield (Partial(q.child, _ONE, ((apply(exp, node.args[0]), axes, _ONE),), axes),)


def _slope(
    name: str, words: Words, card: str, wrong: Callable[[Expr], Expr], of: Expr, bad: Expr
) -> SlopeSlip:
    return SlopeSlip(name, words, _wrong_slope(card, wrong), of, _x, bad, _AT)


_s = apply(sigmoid, _x)
_v = symbol("v", ("n",))

SLOPE_SLIPS: Final[tuple[SlopeSlip, ...]] = (
    SlopeSlip(
        "inner-sign-lost",
        Words(
            "a minus was lost in differentiating: d(−u) = −du",
            "求导时漏掉了负号：d(−u) = −du",
        ),
        _inner_sign,
        apply(exp, negate(_x)),
        _x,
        apply(exp, negate(_x)),
        _AT,
    ),
    SlopeSlip(
        "inner-factor-lost",
        Words(
            "a factor was lost in differentiating: d(au) = a du (inside a function, the inner "
            "derivative)",
            "求导时漏掉了因子：d(au) = a du（在函数内部，它就是内层导数）",
        ),
        _inner_factor,
        apply(exp, multiply(_a, _x)),
        _x,
        apply(exp, multiply(_a, _x)),
        _AT,
    ),
    SlopeSlip(
        "power-not-lowered",
        Words("d(uᵖ) = p uᵖ⁻¹ du: the power was not lowered", "d(uᵖ) = p uᵖ⁻¹ du：指数没有减 1"),
        _not_lowered,
        power(_x, 3),
        _x,
        scale(3, power(_x, 3)),
        _AT,
    ),
    SlopeSlip(
        "power-raised",
        Words(
            "d(uᵖ) = p uᵖ⁻¹ du: the power was raised",
            "d(uᵖ) = p uᵖ⁻¹ du：指数应减 1，而不是加 1",
        ),
        _raised,
        power(_x, 3),
        _x,
        scale(3, power(_x, 4)),
        _AT,
    ),
    SlopeSlip(
        "power-factor-lost",
        Words(
            "d(uᵖ) = p uᵖ⁻¹ du: the factor p is missing",
            "d(uᵖ) = p uᵖ⁻¹ du：漏掉了因子 p",
        ),
        _factor_lost,
        power(_x, 3),
        _x,
        power(_x, 2),
        _AT,
    ),
    SlopeSlip(
        "reciprocal-sign",
        Words("d(1/u) = −du/u²: the minus is missing", "d(1/u) = −du/u²：漏掉了负号"),
        _reciprocal_sign,
        power(_x, -1),
        _x,
        power(_x, -2),
        _AT,
        generality=0.05,
    ),
    SlopeSlip(
        "product-rule-half",
        Words(
            "product rule: only one of the factors was differentiated",
            "乘积法则：只对其中一个因子求了导",
        ),
        _one_factor_only,
        multiply(_x, apply(exp, _x)),
        _x,
        apply(exp, _x),
        _AT,
    ),
    _slope(
        "slope-of-sigmoid",
        Words("σ′ is σ(1 − σ), not σ", "σ′ 等于 σ(1 − σ)，而不是 σ"),
        "sigmoid", lambda u: apply(sigmoid, u), _s, _s,
    ),
    _slope(
        "slope-of-sigmoid-complement",
        Words("σ′ is σ(1 − σ), not 1 − σ", "σ′ 等于 σ(1 − σ)，而不是 1 − σ"),
        "sigmoid", lambda u: subtract(number(1, u), apply(sigmoid, u)), _s,
        subtract(const(1), _s),
    ),
    _slope(
        "slope-of-sigmoid-less-one",
        Words("σ′ is σ(1 − σ), not σ − 1", "σ′ 等于 σ(1 − σ)，而不是 σ − 1"),
        "sigmoid", lambda u: subtract(apply(sigmoid, u), number(1, u)), _s,
        subtract(_s, const(1)),
    ),
    _slope(
        "slope-of-sigmoid-squared",
        Words("σ′ is σ(1 − σ), not σ²", "σ′ 等于 σ(1 − σ)，而不是 σ²"),
        "sigmoid", lambda u: power(apply(sigmoid, u), 2), _s, power(_s, 2),
    ),
    _slope(
        "slope-of-sigmoid-sign",
        Words("σ′ is σ(1 − σ), not σ(1 + σ)", "σ′ 等于 σ(1 − σ)，而不是 σ(1 + σ)"),
        "sigmoid",
        lambda u: add(apply(sigmoid, u), power(apply(sigmoid, u), 2)), _s,
        add(_s, power(_s, 2)),
    ),
    _slope(
        "slope-of-tanh",
        Words("tanh′ is 1 − tanh², not 1 − tanh", "tanh′ 等于 1 − tanh²，而不是 1 − tanh"),
        "tanh", lambda u: subtract(number(1, u), apply(tanh, u)), apply(tanh, _x),
        subtract(const(1), apply(tanh, _x)),
    ),
    _slope(
        "slope-of-tanh-as-sigmoid",
        Words(
            "tanh′ is 1 − tanh²; u(1 − u) belongs to the sigmoid",
            "tanh′ 等于 1 − tanh²；u(1 − u) 是 sigmoid 的导数形式",
        ),
        "tanh", lambda u: subtract(apply(tanh, u), power(apply(tanh, u), 2)), apply(tanh, _x),
        subtract(apply(tanh, _x), power(apply(tanh, _x), 2)),
    ),
    _slope(
        "slope-of-tanh-sign",
        Words("tanh′ is 1 − tanh², not 1 + tanh²", "tanh′ 等于 1 − tanh²，而不是 1 + tanh²"),
        "tanh", lambda u: add(number(1, u), power(apply(tanh, u), 2)), apply(tanh, _x),
        add(const(1), power(apply(tanh, _x), 2)),
    ),
    _slope(
        "slope-of-sigmoid-as-tanh",
        Words(
            "σ′ is σ(1 − σ); 1 − u² belongs to tanh", "σ′ 等于 σ(1 − σ)；1 − u² 是 tanh 的导数形式"
        ),
        "sigmoid", lambda u: subtract(number(1, u), power(apply(sigmoid, u), 2)), _s,
        subtract(const(1), power(_s, 2)),
    ),
    _slope(
        "slope-of-abs",
        Words("|u|′ is sign(u), not 1", "|u|′ 等于 sign(u)，而不是 1"),
        "abs", lambda u: number(1, u), apply(abs, negate(_x)), const(-1),
    ),
    _slope(
        "slope-of-relu",
        Words("relu′ is 0 or 1 (by the sign of u), not u", "relu′ 按 u 的符号取 0 或 1，而不是 u"),
        "relu", lambda u: apply(relu, u), apply(relu, _x), apply(relu, _x),
    ),
    _slope(
        "slope-of-relu-everywhere",
        Words("relu′ is 0 where u < 0, not 1", "u < 0 时 relu′ 为 0，而不是 1"),
        "relu", lambda u: number(1, u), apply(relu, subtract(const(1), _x)), const(-1),
    ),
    _slope(
        "slope-of-hinge",
        Words(
            "the slope of the hinge is 0 where the margin is satisfied: the indicator is missing",
            "满足间隔处 hinge 的导数为 0：漏掉了示性函数",
        ),
        "hinge", lambda u: number(-1, u), apply(hinge, _x), const(-1),
    ),
    _slope(
        "slope-of-hinge-clipped",
        Words(
            "the indicator in the slope of the hinge asks whether u < 1; clipping "
            "the gradient itself at 0 is another function",
            "hinge 导数中的示性函数判断的是间隔 u < 1 是否被违反；把梯度本身截断为非负是另一个函数",
        ),
        "hinge", lambda u: apply(relu, negate(u)), apply(hinge, scale(-1, _x)),
        negate(apply(relu, _x)),
    ),
    _slope(
        "slope-of-log",
        Words("(log u)′ is 1/u: the 1/u is missing", "(log u)′ 等于 1/u：漏掉了 1/u"),
        "log", lambda u: number(1, u), apply(log, _x), const(1),
    ),
    _slope(
        "slope-of-exp",
        Words("(exp u)′ is exp u, not u exp(u − 1)", "(exp u)′ 等于 exp u，而不是 u exp(u − 1)"),
        "exp", lambda u: multiply(u, apply(exp, subtract(u, number(1, u)))), apply(exp, _x),
        multiply(_x, apply(exp, subtract(_x, const(1)))),
    ),
    _slope(
        "slope-of-sin",
        Words("sin′ is cos, not −cos", "sin′ 等于 cos，而不是 −cos"),
        "sin", lambda u: negate(apply(cos, u)), apply(sin, _x), negate(apply(cos, _x)),
    ),
    _slope(
        "slope-of-cos",
        Words("cos′ is −sin, not sin", "cos′ 等于 −sin，而不是 sin"),
        "cos", lambda u: apply(sin, u), apply(cos, _x), apply(sin, _x),
    ),
    _slope(
        "slope-of-tan",
        Words(
            "tan′ is 1 + tan² = 1/cos²; 1/(1 + u²) is the slope of arctan",
            "tan′ 等于 1 + tan² = 1/cos²；1/(1 + u²) 是 arctan 的导数",
        ),
        "tan", lambda u: power(add(number(1, u), power(u, 2)), -1), apply(tan, _x),
        power(add(const(1), power(_x, 2)), -1),
    ),
    _slope(
        "slope-of-softplus",
        Words("softplus′ is σ(u), not σ(−u)", "softplus′ 等于 σ(u)，而不是 σ(−u)"),
        "softplus", lambda u: apply(sigmoid, negate(u)), apply(softplus, _x),
        apply(sigmoid, negate(_x)),
    ),
    SlopeSlip(
        "slope-of-logsumexp",
        Words(
            "the gradient of log Σ exp(v) is softmax(v): the denominator is missing",
            "log Σ exp(v) 的梯度是 softmax(v)：漏掉了分母",
        ),
        _unnormalized,
        apply(logsumexp, _v),
        _v,
        apply(exp, _v),
        {"v": Fraction(1)},
    ),
    SlopeSlip(
        "slope-of-softmax",
        Words(
            "the derivative of p = softmax(v) is diag(p) − p pᵀ: one of the two parts is missing "
            "(each pᵢ depends on all vⱼ, by the denominator)",
            "p = softmax(v) 的导数是 diag(p) − p pᵀ：漏掉了其中一部分"
            "（每个 pᵢ 都通过分母依赖于所有 vⱼ）",
        ),
        _diagonal_alone,
        apply(softmax, _v),
        _v,
        diag(apply(softmax, _v)),
        {"v": Fraction(1)},
    ),
)  # fmt: skip
"""All wrong rules of differentiation, the more telling before the more general."""
