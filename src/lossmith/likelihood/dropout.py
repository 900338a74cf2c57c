"""The expectation of a loss over dropout masks: the loss at the mean, and a ridge.

Every entry of the design X is multiplied by an own m with P(m = 0) = p. For a loss that is
quadratic in X the expectation is exact: E f(X .* m) = f(E[m] X) + var(m)/2 sum_ij X_ij^2 f_ij,ij,
since the entries of m are independent and f_ij,ij, the second derivative by one entry, is constant.
"""

# Balls are python-flint objects, which carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any, Final

from flint import arb

from lossmith.atoms.meaning import evaluate, precision
from lossmith.calculus.draw import draw_value, letters_of
from lossmith.calculus.gradient import gradient, hessian
from lossmith.calculus.simplify import simplify
from lossmith.errors import UsageError
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.sets import Interval
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, substitute, symbols
from lossmith.likelihood.parts import is_polynomial
from lossmith.likelihood.rational import vanishes
from lossmith.likelihood.terms import canonical, monomials
from lossmith.words import Words

_ONE: Final = build.const(1)
_BITS: Final = 128


@dataclass(frozen=True, slots=True)
class Mask:
    """How a mask is drawn: its mean and variance by the drop probability p.

    inverted: what is kept is divided by 1 - p, so that the mean is 1.
    """

    p: Symbol
    inverted: bool

    @property
    def kept(self) -> Expr:
        """E[m]: 1 - p, or 1."""
        return _ONE if self.inverted else build.subtract(_ONE, self.p)

    @property
    def variance(self) -> Expr:
        """p (1 - p), or p/(1 - p)."""
        rest = build.subtract(_ONE, self.p)
        return build.divide(self.p, rest) if self.inverted else build.multiply(self.p, rest)


@dataclass(frozen=True, slots=True)
class Dropout:
    """E f(X .* m) = plain + mask.variance * penalty, exactly.

    plain: f at E[m] X.  penalty: the sum over entries of X^2 times half the second derivative.
    """

    expr: Expr
    design: Symbol
    mask: Mask
    plain: Expr
    penalty: Expr

    @property
    def expectation(self) -> Expr:
        """E f(X .* m)."""
        return build.add((1, self.plain), (1, build.multiply(self.mask.variance, self.penalty)))


def dropout(expr: Expr, wrt: tuple[Symbol, ...], *, inverted: bool) -> Dropout:
    """Return the expectation of a loss over masks on the entries of its design.

    Raises: UsageError if no matrix of data is multiplied by a variable, or if the loss is not
    quadratic in it.
    """
    design = _design(expr, wrt)
    bend = hessian(expr, design).end
    if not is_polynomial(canonical(expr), design) or depends_on(canonical(bend), [design]):
        raise UsageError(
            Words(
                f"the loss is not quadratic in {design.name}", f"损失关于 {design.name} 不是二次的"
            ),
            why=Words(
                "only then the first two moments of the mask give the expectation",
                "只有二次时，掩码的前两阶矩才决定期望",
            ),
            attempt=Words(
                "a squared loss, such as norm2(X*w - y)^2", "平方损失，如 norm2(X*w - y)^2"
            ),
        )
    mask = Mask(_rate(expr), inverted)
    plain = substitute(expr, {design: build.multiply(mask.kept, design)})
    rows = (0, 1)
    each = build.contract([(bend, (0, 1, 0, 1), 1), (design, rows, 2)], ())
    penalty = build.scale(Fraction(1, 2), each)
    return Dropout(expr, design, mask, simplify(plain).end, simplify(canonical(penalty)).end)


def identities(d: Dropout) -> tuple[tuple[Expr, Expr], tuple[Expr, Expr]]:
    """Return the two equations that give the expectation with E D = 0, E D_ij D_kl = 0 or variance.

    Around the mean of the mask, with D = m - E[m]: f(X .* m) is f(E[m] X), plus what is linear in
    D, plus the sum of D_ij D_kl h_ijkl; and the penalty is the sum of h_ijij. Means of D vanish,
    those of products of different entries too, for they are independent.
    """
    X = d.design
    gap = symbol(_free_name("D", d.expr), X.shape)
    center = build.multiply(d.mask.kept, X)
    moved = build.multiply(X, gap)
    slope = substitute(gradient(d.expr, X).end, {X: center})
    bend = hessian(d.expr, X).end  # free of X
    rows, others = (0, 1), (2, 3)
    linear = build.contract([(slope, rows, 1), (moved, rows, 1)], ())
    square = build.contract([(bend, (*rows, *others), 1), (moved, rows, 1), (moved, others, 1)], ())
    masked = substitute(d.expr, {X: build.add((1, center), (1, moved))})
    taylor = build.add((1, d.plain), (1, linear), (Fraction(1, 2), square))
    own = build.contract([(bend, (*rows, *rows), 1), (X, rows, 2)], ())
    return (masked, taylor), (build.scale(Fraction(1, 2), own), d.penalty)


def _design(expr: Expr, wrt: tuple[Symbol, ...]) -> Symbol:
    data = [s for s in symbols(expr) if s not in wrt and len(s.shape) == 2]
    if len(data) != 1 and not any(s.name == "X" for s in data):
        raise UsageError(
            Words(
                "there is no design matrix whose entries could drop out",
                "没有可随机丢弃元素的设计矩阵",
            ),
            why=Words(
                "dropout multiplies the entries of a matrix of data", "dropout 作用于数据矩阵的元素"
            ),
            attempt=Words("norm2(X*w - y)^2", "norm2(X*w - y)^2"),
        )
    return next((s for s in data if s.name == "X"), data[0])


def _rate(expr: Expr) -> Symbol:
    name = _free_name("p", expr)
    return symbol(name, (), Assumptions(Interval(Fraction(0), Fraction(1), True, True)))


def _free_name(name: str, expr: Expr) -> str:
    taken = {s.name for s in symbols(expr)}
    return next(n for n in (name, *(f"{name}_{k}" for k in range(len(taken)))) if n not in taken)


def column_weight(d: Dropout, w: Symbol) -> Expr | None:
    """Return c if the penalty is sum_j c (X'X)_jj w_j^2, proved by the calculus; else None."""
    if len(w.shape) != 1 or w.shape[0] != d.design.shape[1]:
        return None
    own = hessian(d.penalty, w).end
    if depends_on(own, [w]):
        return None
    columns = build.contract([(d.design, (1, 0), 2), (w, (0,), 2)], ())
    rows = build.multiply(build.size_of(d.design.shape[0]), build.size_of(w.shape[0]))
    # With ones in every place the penalty is c n d, columns n d.
    ones: dict[Expr, Expr] = {s: build.ones(s.shape) for s in (d.design, w)}
    c = canonical(build.divide(substitute(d.penalty, ones), rows))
    rest = canonical(build.subtract(d.penalty, build.multiply(c, columns)))
    moved = monomials(rest, [w])
    return c if all(vanishes(e) or core is _ONE for core, e in moved.items()) else None


def gap_over_all_masks(d: Dropout) -> tuple[int, bool]:
    """Return (masks, whether the sum over all masks of a 2 by 2 design is the expectation).

    Every mask is taken with its probability, in ball arithmetic of 128 bits.
    """
    letters = letters_of((d.expr, d.expectation, d.mask.p))
    sizes = dict.fromkeys(letters, 2)
    rng = Random(d.expr.digest)
    values = {s: draw_value(s, sizes, rng) for s in symbols(d.expr, d.expectation)}
    p, X = Fraction(3, 10), values[d.design]
    values[d.mask.p] = p
    scale = 1 / (1 - p) if d.mask.inverted else Fraction(1)
    places = [(i, j) for i in range(len(X)) for j in range(len(X[0]))]
    with precision(_BITS):
        total = arb(0)
        for mask in product((0, 1), repeat=len(places)):
            kept = dict(zip(places, mask, strict=True))
            masked = [
                [X[i][j] * kept[i, j] * scale for j in range(len(X[0]))] for i in range(len(X))
            ]
            at = evaluate(d.expr, _of(d.expr, {**values, d.design: masked}), sizes, _BITS)
            ones = sum(mask)
            chance = (1 - p) ** ones * p ** (len(mask) - ones)
            total += at * arb(chance.numerator) / chance.denominator
        stated = evaluate(d.expectation, _of(d.expectation, values), sizes, _BITS)
        return 2 ** len(places), bool((total - stated).contains(0) and (total - stated).is_finite())


def _of(e: Expr, values: Mapping[Symbol, Any]) -> dict[Symbol, Any]:
    held = set(symbols(e))
    return {s: v for s, v in values.items() if s in held}
