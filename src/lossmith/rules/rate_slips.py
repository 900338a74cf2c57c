"""Known wrong rules for products, quotients and chains of functions of one number.

Unlike the rows of ``rules.slope_slips``, these mix the derivatives of several parts (f'g', f(g')).
A row makes wrong derivatives of a node from the derivatives of its parts. ``of``, ``wrt`` and
``bad`` are one instance, ``breaks_at`` a point where it is false; tests attack every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from lossmith.atoms.exponential import exp, log
from lossmith.atoms.trigonometric import cos, sin
from lossmith.expr.build import add, apply, const, divide, multiply, power, scale, subtract, symbol
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.words import Words

Rate = Callable[[Expr], Expr]
"""The derivative of a part by the variable, a number."""


@dataclass(frozen=True, slots=True)
class RateSlip:
    """One known wrong rule.

    wrong: the wrong derivatives of a node by the variable.  of, wrt, bad: an instance: the
    derivative of ``of`` by ``wrt`` comes out as ``bad``.  breaks_at: where that is false.
    """

    name: str
    words: Words
    wrong: Callable[[Expr, Rate], Iterator[Expr]]
    of: Expr
    wrt: Symbol
    bad: Expr
    breaks_at: Mapping[str, Fraction]
    generality: float = 0


def _parts(node: Expr) -> tuple[list[Expr], list[Expr]]:
    """Return the factors of a product of numbers above and below the line."""
    if not isinstance(node, Contract) or node.shape or node.summed:
        return [], []
    over = [power(f, p) for f, _, p in node.factors if p > 0]
    under = [power(f, -p) for f, _, p in node.factors if p < 0]
    return over, under


def _product_of_rates(node: Expr, rate: Rate) -> Iterator[Expr]:
    """(f g)' = f' g'."""
    over, under = _parts(node)
    rates = [rate(f) for f in over]
    if len(over) > 1 and not under:
        moving = [(f, r) for f, r in zip(over, rates, strict=True) if r is not const(0)]
        still = [f for f, r in zip(over, rates, strict=True) if r is const(0)]
        if len(moving) > 1:
            yield multiply(*still, *(r for _, r in moving))


def _quotient(node: Expr) -> tuple[Expr, Expr] | None:
    over, under = _parts(node)
    if not under:
        return None
    return multiply(*over) if over else const(1), multiply(*under)


def _quotient_of_rates(node: Expr, rate: Rate) -> Iterator[Expr]:
    """(f/g)' = f'/g'."""
    if (q := _quotient(node)) is not None and rate(q[1]) is not const(0):
        yield divide(rate(q[0]), rate(q[1]))


def _not_squared(node: Expr, rate: Rate) -> Iterator[Expr]:
    """(f/g)' = (f' g - f g')/g."""
    if (q := _quotient(node)) is not None and rate(q[1]) is not const(0):
        f, g = q
        yield divide(subtract(multiply(rate(f), g), multiply(f, rate(g))), g)


def _sum_in_quotient(node: Expr, rate: Rate) -> Iterator[Expr]:
    """(f/g)' = (f' g + f g')/g^2."""
    if (q := _quotient(node)) is not None and rate(q[0]) is not const(0):
        f, g = q
        yield divide(add(multiply(rate(f), g), multiply(f, rate(g))), power(g, 2))


def _reversed_quotient(node: Expr, rate: Rate) -> Iterator[Expr]:
    """(f/g)' = (f g' - f' g)/g^2."""
    if (q := _quotient(node)) is not None and rate(q[0]) is not const(0):
        f, g = q
        yield divide(subtract(multiply(f, rate(g)), multiply(rate(f), g)), power(g, 2))


def _inner(node: Expr) -> Expr | None:
    if isinstance(node, Apply) and node.atom.arity == 1 and not node.args[0].shape:
        return node.args[0]
    return None


def _slope_at_rate(node: Expr, rate: Rate) -> Iterator[Expr]:
    """f(g)' = f'(g')."""
    if isinstance(node, Apply) and (u := _inner(node)) is not None:
        slope = node.atom.slopes[0]
        if slope is not None:
            yield slope(rate(u))


def _function_of_rate(node: Expr, rate: Rate) -> Iterator[Expr]:
    """f(g)' = f(g')."""
    if isinstance(node, Apply) and (u := _inner(node)) is not None:
        yield apply(node.atom, rate(u))


def _rate_lost(node: Expr, rate: Rate) -> Iterator[Expr]:
    """f(g)' = f'(g): the derivative of g taken as 1."""
    if isinstance(node, Add | Contract | Apply) and rate(node) is not const(1):
        yield const(1)


def _power_rule(node: Expr, rate: Rate) -> Iterator[Expr]:
    """(a^u)' = u a^(u-1)."""
    if isinstance(node, Apply) and node.atom.name == "exp" and not node.shape:
        u = node.args[0]
        yield multiply(u, apply(exp, subtract(u, const(1))))
    if isinstance(node, Apply) and node.atom.name == "power" and not node.shape:
        base, u = node.args
        if rate(base) is const(0):
            yield multiply(u, apply(node.atom, base, subtract(u, const(1))))


def _constant_kept(node: Expr, rate: Rate) -> Iterator[Expr]:
    """(f + c)' = f' + c; 1 - x does not become 1 - 1, which nobody leaves."""
    if isinstance(node, Add):
        for c, t in node.terms:
            if rate(t) is const(0):
                wrong = add(rate(node), (c, t))
                if wrong is not const(0):
                    yield wrong


def _integrated(node: Expr, rate: Rate) -> Iterator[Expr]:
    """(u^p)' = u^(p+1)/(p+1) u'."""
    if isinstance(node, Contract) and not node.shape and len(node.factors) == 1:
        ((u, _, p),) = node.factors
        if not node.summed and p != -1 and not u.shape:
            yield scale(1 / (p + 1), multiply(power(u, p + 1), rate(u)))
        elif not node.summed and not u.shape:
            yield multiply(apply(log, u), rate(u))


_x, _c = symbol("x"), symbol("c")
_AT = {"x": Fraction(3), "c": Fraction(5)}
_square, _exp = power(_x, 2), apply(exp, _x)


def _left_as_it_is(node: Expr, rate: Rate) -> Iterator[Expr]:
    """(f)' -> f, of a function or a power that is one part of more."""
    if isinstance(node, Apply | Contract) and not isinstance(rate(node), Const):
        yield node


RATE_SLIPS: Final[tuple[RateSlip, ...]] = (
    RateSlip(
        "product-of-slopes",
        Words("(fg)′ is f′g + fg′, not f′g′", "(fg)′ 等于 f′g + fg′，而不是 f′g′"),
        _product_of_rates,
        multiply(_square, _exp), _x, scale(2, multiply(_x, _exp)), _AT,
    ),
    RateSlip(
        "quotient-of-slopes",
        Words("(f/g)′ is (f′g − fg′)/g², not f′/g′", "(f/g)′ 等于 (f′g − fg′)/g²，而不是 f′/g′"),
        _quotient_of_rates,
        divide(_exp, add(_square, const(1))), _x, divide(_exp, scale(2, _x)), _AT,
    ),
    RateSlip(
        "quotient-not-squared",
        Words(
            "quotient rule: the denominator must be squared, (f′g − fg′)/g²",
            "商法则：分母应平方，(f′g − fg′)/g²",
        ),
        _not_squared,
        divide(_exp, _square), _x,
        divide(subtract(multiply(_exp, _square), multiply(_exp, scale(2, _x))), _square), _AT,
    ),
    RateSlip(
        "quotient-with-plus",
        Words(
            "quotient rule: (f/g)′ = (f′g − fg′)/g² has a minus in the middle",
            "商法则：(f/g)′ = (f′g − fg′)/g²，中间是减号",
        ),
        _sum_in_quotient,
        divide(_exp, _square), _x,
        divide(add(multiply(_exp, _square), multiply(_exp, scale(2, _x))), power(_x, 4)), _AT,
    ),
    RateSlip(
        "quotient-reversed",
        Words(
            "quotient rule: the terms changed places, (f/g)′ = (f′g − fg′)/g²",
            "商法则：两项次序颠倒了，应为 (f/g)′ = (f′g − fg′)/g²",
        ),
        _reversed_quotient,
        divide(_exp, _square), _x,
        divide(subtract(multiply(_exp, scale(2, _x)), multiply(_exp, _square)), power(_x, 4)), _AT,
    ),
    RateSlip(
        "slope-at-slope",
        Words(
            "chain rule: f(g)′ is f′(g) g′, not f′(g′)",
            "链式法则：f(g)′ 等于 f′(g) g′，而不是 f′(g′)"
        ),
        _slope_at_rate,
        apply(sin, _square), _x, apply(cos, scale(2, _x)), _AT,
    ),
    RateSlip(
        "function-of-slope",
        Words(
            "chain rule: f(g)′ is f′(g) g′, not f(g′)",
            "链式法则：f(g)′ 等于 f′(g) g′，而不是 f(g′)"
        ),
        _function_of_rate,
        apply(sin, _square), _x, apply(sin, scale(2, _x)), _AT,
    ),
    RateSlip(
        "power-rule-on-exponential",
        Words(
            "(aᵘ)′ is aᵘ log(a) u′; the rule p uᵖ⁻¹ is for a constant exponent",
            "(aᵘ)′ 等于 aᵘ log(a) u′；p uᵖ⁻¹ 只适用于指数为常数的情形",
        ),
        _power_rule,
        _exp, _x, multiply(_x, apply(exp, subtract(_x, const(1)))), _AT,
    ),
    RateSlip(
        "constant-kept",
        Words(
            "the derivative of a term without the variable is 0: it must go",
            "不含自变量的项导数为 0，应当消失",
        ),
        _constant_kept,
        add(_square, _c), _x, add(scale(2, _x), _c), _AT,
    ),
    RateSlip(
        "integrated",
        Words("this is an antiderivative: uᵖ⁺¹/(p + 1)", "这是求了原函数：uᵖ⁺¹/(p + 1)"),
        _integrated,
        _square, _x, scale(Fraction(1, 3), power(_x, 3)), _AT,
    ),
    RateSlip(
        "inner-derivative-lost",
        Words(
            "chain rule: the inner derivative of this part is missing",
            "链式法则：漏掉了这一部分的内层导数",
        ),
        _rate_lost,
        apply(sin, _square), _x, apply(cos, _square), _AT, generality=0.3,
    ),
    RateSlip(
        "not-differentiated",
        Words("a part was left as it is instead of differentiated", "有一部分没有求导，照抄了原式"),
        _left_as_it_is,
        add(apply(log, _x), _square), _x, add(apply(log, _x), scale(2, _x)), _AT, generality=0.4,
    ),
)  # fmt: skip
"""All wrong rules for numbers, the likelier before the rarer."""
