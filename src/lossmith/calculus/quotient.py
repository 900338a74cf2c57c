"""Softmax inside a power: the quotient exp(v) / sum(exp(v)) behind a product that is squared.

(exp(Z) X)^2 / s^2 with s = exp(Z) 1 is (softmax(Z) X)^2, but the power has taken the divisor out of
the product, where no pattern finds it beside its exponential.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from lossmith.calculus.derivation import Move
from lossmith.calculus.driver import Computed
from lossmith.calculus.match import rewritten
from lossmith.expr.build import contract
from lossmith.expr.node import Apply, Contract, Expr, Factor
from lossmith.rules.stability import SOFTMAX

_ONE = Fraction(1)


def quotients(e: Expr) -> Sequence[Expr]:
    """Return e with a divisor taken back into a power whose exponential it belongs to."""
    if not isinstance(e, Contract):
        return ()
    powers = [k for k, (f, _, p) in enumerate(e.factors) if p > 1 and isinstance(f, Contract)]
    divisors = [k for k, (f, _, p) in enumerate(e.factors) if p < 0 and isinstance(f, Contract)]
    pairs = ((i, j) for i in powers for j in divisors)
    return [new for i, j in pairs for new in _taken_in(e, i, j)]


def _taken_in(e: Contract, i: int, j: int) -> Iterator[Expr]:
    (product, outer, p), (total, divided, q) = e.factors[i], e.factors[j]
    assert isinstance(product, Contract)
    assert isinstance(total, Contract)
    if p.denominator != 1 or -q < p or len(total.factors) != 1 or len(total.summed) != 1:
        return
    inside, at, _ = total.factors[0]
    for place, (f, labels, power) in enumerate(product.factors):
        if f is not inside or power != 1 or not isinstance(f, Apply):
            continue
        # The axes of f that the sum keeps must be axes of e that both sides share.
        kept = [(a, k) for a, k in enumerate(at) if k < total.rank]
        if any(labels[a] >= product.rank or outer[labels[a]] != divided[k] for a, k in kept):
            continue
        softmax = _softmax(f, total, at)
        if softmax is None:
            continue
        rest = [g for k, g in enumerate(product.factors) if k != place]
        whole = contract(
            [*rest, (softmax, labels, _ONE)], tuple(range(product.rank)), product.shape
        )
        others: list[Factor] = [g for k, g in enumerate(e.factors) if k not in (i, j)]
        made = [*others, (whole, outer, p), (total, divided, q + p)]
        yield contract(made, tuple(range(e.rank)), e.shape)


def _softmax(f: Expr, total: Expr, at: Sequence[int]) -> Expr | None:
    """Return f over its sum as softmax, None if f is no exponential."""
    axes = tuple(range(len(f.shape)))
    own = tuple(at.index(k) for k in range(len(total.shape)))
    return rewritten(SOFTMAX, contract([(f, axes, _ONE), (total, own, -_ONE)], axes, f.shape))


QUOTIENT = Computed(Move("softmax", SOFTMAX.words, SOFTMAX.source), quotients)
