"""Exponentials far out, where one factor overflows while another vanishes: 0 · ∞ is nan in floats.

exp(x) exp(−exp(x)) is 0 far to the right, but its first factor is ∞ there; exp(x − exp(x)) is 0.
exp(x) / (2 + exp(x)) is 1 there, but ∞ / ∞ in floats; σ(x − log 2) is 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final

from lossmith.atoms.activation import sigmoid, softplus
from lossmith.atoms.arithmetic import abs as abs_
from lossmith.atoms.exponential import exp, expm1, log
from lossmith.expr.build import add, apply, const, contract, negate, power, scale, select
from lossmith.expr.node import Add, Apply, Comparison, Const, Contract, Expr, Factor, children
from lossmith.expr.ranges import enclosure

_ONE: Final = Fraction(1)
_MOST: Final = 12
"""Factors of a product beyond which none is looked at."""


# -- exponentials of one product are one exponential -----------------------------------------------


def joined_exponentials(e: Expr) -> Sequence[Expr]:
    """Return a product with exp(a) exp(b)^p as exp(a + p b), and √(exp a) as exp(a/2).

    Where an exponential of an exponential is among them, sigmoids (their logarithm is a softplus)
    and sums enter too: (1 − exp(x)) exp(x) exp(−exp(x)) is ∞ · ∞ · 0 far out otherwise.
    """
    if not isinstance(e, Contract) or len(e.factors) > _MOST:
        return ()
    for axes in dict.fromkeys(labels for f, labels, _ in e.factors if _is(f, exp)):
        here = [k for k, (_, labels, _) in enumerate(e.factors) if labels == axes]
        nested = any(_is_deep(e.factors[k][0]) for k in here)
        kinds = (exp, sigmoid) if nested else (exp,)
        met = [k for k in here if _is(e.factors[k][0], *kinds)]
        rest = [f for k, f in enumerate(e.factors) if k not in met]
        entered = _entered(rest, axes) if nested else None
        if len(met) == 1 and e.factors[met[0]][2].denominator == 1 and entered is None:
            continue
        shape = e.factors[met[0]][0].shape
        exponent = add(*(_logarithm(e.factors[k]) for k in met), shape=shape)
        if entered is None:
            return (with_factors(e, [*rest, (apply(exp, exponent), axes, _ONE)]),)
        others = [f for k, f in enumerate(rest) if k != entered]
        return (with_factors(e, [*others, *_inside(rest[entered], exponent)]),)
    return ()


def _is_deep(f: Expr) -> bool:
    """Return whether f is an exponential or sigmoid of an exponential, or a sum with such."""
    if isinstance(f, Add):
        parts = [g for _, t in f.terms for g, _ in _powers(t)]
    else:
        parts = [f]
    return any(_is(g, exp, sigmoid) and _holds_exponential(_argument(g)) for g in parts)


def _entered(factors: Sequence[Factor], axes: tuple[int, ...]) -> int | None:
    """Return which factor must take the others in: a sum or expm1 that grows as they vanish."""
    for k, (f, labels, p) in enumerate(factors):
        if labels == axes and p == 1 and isinstance(f, Add) and _holds_exponential(f):
            return k
        if labels == axes and p == 1 and _is(f, expm1) and _grows(_argument(f)):
            return k
    return None


def _inside(factor: Factor, exponent: Expr) -> list[Factor]:
    """Return the factor times exp(exponent): term by term, or with the growth of expm1 taken in."""
    f, axes, _ = factor
    if isinstance(f, Add):
        own = tuple(range(len(f.shape)))
        terms = [
            (c, contract([(t, own, _ONE), (apply(exp, exponent), own, _ONE)], own, f.shape))
            for c, t in f.terms
        ]
        joined = [(c, next(iter(joined_exponentials(t)), t)) for c, t in terms]
        return [(add(*joined, shape=f.shape), axes, _ONE)]
    # expm1(a) = ±exp(max(a, 0)) (1 − exp(−|a|)): nothing is lost near 0, nothing overflows.
    a = _argument(f)
    positive = (Comparison(a, ">"),)
    one = const(1, a.shape)
    above = select([(positive, add(exponent, a))], exponent)
    sign = select([(positive, one)], const(-1, a.shape))
    size = apply(expm1, negate(apply(abs_, a)))
    return [(negate(g) if g is sign else g, axes, _ONE) for g in (apply(exp, above), size, sign)]


def _grows(a: Expr) -> bool:
    top = enclosure(a).hi
    return top is None or top > 0


def _logarithm(factor: Factor) -> tuple[Fraction, Expr]:
    """Return the logarithm of exp(u)^p or σ(u)^p, as a coefficient and a term."""
    f, _, p = factor
    u = _argument(f)
    return (p, u) if _is(f, exp) else (-p, apply(softplus, negate(u)))


@lru_cache(maxsize=4096)
def _holds_exponential(e: Expr) -> bool:
    """Return whether an exponential stands near the top of e: deep chains are not searched."""
    seen, stack = 0, [e]
    while stack and seen < _NEAR:
        part = stack.pop()
        if _is(part, exp):
            return True
        seen += 1
        stack += children(part)
    return False


_NEAR: Final = 64
"""Parts of an expression that are looked at."""


# -- a number beside an exponential ----------------------------------------------------------------


def logistic_quotients(e: Expr) -> Sequence[Expr]:
    """Return a product with (c + exp u)^p by sigmoids of ±(u − log c); p < 0 or half a number."""
    if not isinstance(e, Contract) or len(e.factors) > _MOST:
        return ()
    for k, (f, labels, p) in enumerate(e.factors):
        known = _number_plus_exp(f) if p < 0 or p.denominator == 2 else None
        if known is None:
            continue
        c, u = known
        rest = [g for j, g in enumerate(e.factors) if j != k]
        shifted = _minus_log(u, c)
        number = (power(const(c), p), (), _ONE)
        if p.denominator > 1:
            root = apply(exp, scale(p, apply(softplus, shifted)))
            return (with_factors(e, [*rest, number, (root, labels, _ONE)]),)
        j = next((j for j, g in enumerate(rest) if g[1] == labels and _is_linear(g, u)), None)
        below = apply(sigmoid, negate(shifted))
        if j is None:
            return (with_factors(e, [*rest, number, (below, labels, -p)]),)
        # (a + b exp u)/(c + exp u) = (a/c) σ(log c − u) + b σ(u − log c), one power at a time
        g, _, q = rest[j]
        a, b = _coefficients(g, u)
        quotient = add((a / c, below), (b, apply(sigmoid, shifted)), shape=u.shape)
        left = [(g, labels, q - 1), (f, labels, p + 1), (quotient, labels, _ONE)]
        kept = [h for i, h in enumerate(rest) if i != j]
        return (with_factors(e, [*kept, *(h for h in left if h[2])]),)
    return ()


def log_of_number_plus_exp(e: Expr) -> Sequence[Expr]:
    """Return log(c + exp u) as log c + softplus(u − log c)."""
    known = _number_plus_exp(_argument(e)) if _is(e, log) else None
    if known is None:
        return ()
    c, u = known
    return (add(apply(log, const(c, u.shape)), apply(softplus, _minus_log(u, c))),)


def _minus_log(u: Expr, c: Fraction) -> Expr:
    return add(u, (-1, apply(log, const(c, u.shape))))


def _number_plus_exp(f: Expr) -> tuple[Fraction, Expr] | None:
    """Return c and u if f is c + exp(u), c > 0."""
    if not isinstance(f, Add) or len(f.terms) != 2:
        return None
    for (p, a), (q, b) in (f.terms, f.terms[::-1]):
        if isinstance(a, Const) and _is(b, exp) and q == 1 and p * a.value > 0:
            return p * a.value, _argument(b)
    return None


def _is_linear(factor: Factor, u: Expr) -> bool:
    """Return whether a factor is exp(u) or a + b exp(u), to a whole power."""
    f, _, q = factor
    if q <= 0 or q.denominator > 1:
        return False
    terms = f.terms if isinstance(f, Add) else ((_ONE, f),)
    return any(not isinstance(t, Const) for _, t in terms) and all(
        isinstance(t, Const) or (_is(t, exp) and _argument(t) is u) for _, t in terms
    )


def _coefficients(f: Expr, u: Expr) -> tuple[Fraction, Fraction]:
    """Return a and b of a + b exp(u)."""
    terms = f.terms if isinstance(f, Add) else ((_ONE, f),)
    a = sum((c * t.value for c, t in terms if isinstance(t, Const)), Fraction(0))
    return a, sum((c for c, t in terms if not isinstance(t, Const)), Fraction(0))


# -- pieces ----------------------------------------------------------------------------------------


def _is(e: Expr, *atoms: object) -> bool:
    return isinstance(e, Apply) and e.atom in atoms


def _argument(e: Expr) -> Expr:
    assert isinstance(e, Apply)
    return e.args[0]


def _powers(e: Expr) -> Sequence[tuple[Expr, Fraction]]:
    return [(f, p) for f, _, p in e.factors] if isinstance(e, Contract) else [(e, _ONE)]


def with_factors(e: Contract, factors: Iterable[Factor]) -> Expr:
    """Return a product with other factors over the same axes."""
    return contract(list(factors), tuple(range(e.rank)), e.shape)
