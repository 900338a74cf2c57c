"""Logarithms of sums of weighted exponentials, by functions that neither overflow nor cancel.

log(a exp x + b exp y), log(Σ wₖ exp zₖ) and mixtures of both: each positive term is the exponential
of its logarithm, a sum of terms is then a chain of softplus, a sum over an axis a logsumexp. The
slopes are sigmoids and softmaxes: the responsibilities of a mixture, the weights of a contrast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

from lossmith.atoms.activation import softplus
from lossmith.atoms.exponential import exp, log
from lossmith.atoms.vector import logsumexp
from lossmith.calculus.derivation import Move
from lossmith.calculus.driver import Computed
from lossmith.expr.build import add, apply, const, contract, scale, subtract
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Factor
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import POSITIVE
from lossmith.expr.walk import postorder
from lossmith.words import Words

_ONE: Final = Fraction(1)
_MOST: Final = 4
"""Terms of a sum beyond which a chain of softplus is harder to read than the sum."""


def joined(e: Expr) -> Sequence[Expr]:
    """Return log(S) for a sum S of positive terms, of which one is an exponential."""
    if not isinstance(e, Apply) or e.atom is not log:
        return ()
    inside = e.args[0]
    if not any(_is_sum_of_exponentials(part) for part in _top(inside)):
        return ()
    found = _logarithm(inside)
    return () if found is None else (found,)


def _top(e: Expr) -> Iterator[Expr]:
    """Yield a product's factors, or the expression itself."""
    yield e
    if isinstance(e, Contract) and not e.summed:
        yield from (f for f, _, _ in e.factors)


def _is_sum_of_exponentials(e: Expr) -> bool:
    """Return whether e adds exponentials: terms, or entries along an axis."""
    if isinstance(e, Add):
        return len(e.terms) > 1 and any(_has_exponential(t) for _, t in e.terms)
    return isinstance(e, Contract) and bool(e.summed) and _has_exponential(e)


def _has_exponential(e: Expr) -> bool:
    if isinstance(e, Contract):
        return any(_has_exponential(f) for f, _, _ in e.factors)
    return isinstance(e, Apply) and e.atom is exp


def _logarithm(e: Expr) -> Expr | None:
    """Return log(e) for an e that is positive term by term and factor by factor, else None."""
    if isinstance(e, Apply) and e.atom is exp:
        return e.args[0]
    if isinstance(e, Add):
        return _of_sum(e)
    if isinstance(e, Contract):
        return _of_product(e)
    return apply(log, e) if enclosure(e).within(POSITIVE) else None


def _of_sum(e: Add) -> Expr | None:
    if len(e.terms) > _MOST:
        return None
    plus, minus = (_logarithms(e, sign) for sign in (1, -1))
    if plus is None or minus is None or not plus or (minus and len(e.terms) > 2):
        return None
    result, *others = sorted(plus, key=_length)
    for other in others:
        result = add(result, apply(softplus, subtract(other, result)))
    for other in minus:
        below = apply(exp, subtract(other, result))
        result = add(result, apply(log, subtract(const(1, e.shape), below)))
    return result


def _logarithms(e: Add, sign: int) -> list[Expr] | None:
    """Return the logarithms of the terms of a sign, None if one of them has none."""
    found: list[Expr] = []
    for c, t in e.terms:
        if c * sign > 0:
            one = _logarithm(t)
            if one is None or (sign < 0 and not _has_exponential(t)):
                return None
            found.append(one if c == sign else add(one, apply(log, const(c * sign, e.shape))))
    return found


def _length(e: Expr) -> tuple[bool, int]:
    """Return what orders the terms: a chain begins with the simplest of them, numbers first."""
    return not isinstance(e, Const), sum(1 for _ in postorder(e))


def _of_product(e: Contract) -> Expr | None:
    """Return the logarithms of the factors added, under a logsumexp for each summed axis."""
    labels = (*range(e.rank), *e.summed)
    sizes = {k: d for f, axes, _ in e.factors for k, d in zip(axes, f.shape, strict=True)}
    shape = tuple(sizes[k] for k in labels)
    terms: list[Expr] = []
    for f, axes, p in e.factors:
        found = _logarithm(f)
        if found is None or len(set(axes)) < len(axes):
            return None
        ones: list[Factor] = [(const(1, (sizes[k],)), (k,), _ONE) for k in labels if k not in axes]
        terms.append(scale(p, contract([(found, axes, _ONE), *ones], labels, shape)))
    result = add(*terms, shape=shape)
    for _ in e.summed:
        result = apply(logsumexp, result)
    return result


WEIGHTED = Computed(
    Move(
        "log-sum-exp-of-terms",
        Words(
            "log-sum-exp: each positive term is the exponential of its logarithm",
            "log-sum-exp：每个正项都写成其对数的指数",
        ),
        "Blanchard, Higham & Higham 2021, Accurately computing log-sum-exp and softmax",
    ),
    joined,
    least=-(10**9),  # for digits and for the slopes that follow, not for length
)
