"""The content of a sum: the number that stands outside, so that the rest is primitive."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm
from weakref import WeakKeyDictionary

from lossmith.expr.node import (
    Add,
    Const,
    Expr,
    Symbol,
    add_node,
)

_contents: WeakKeyDictionary[Expr, Fraction] = WeakKeyDictionary()
"""The content of sums seen: a product of many sums is built again for each form that is tried."""


def content_of(e: Add) -> tuple[Fraction, Expr]:
    """Return (c, e/c) with e/c having coprime integer coefficients and a plus sign in front."""
    c = _contents.get(e)
    if c is None:
        c = _contents[e] = _content(e)
    if c == 1:
        return c, e
    terms = tuple((q / c, t) for q, t in e.terms)
    if len(terms) == 1:
        return c, terms[0][1]
    return c, add_node(terms, e.shape)


def _content(e: Add) -> Fraction:
    numerators = [c.numerator for c, _ in e.terms]
    denominators = [c.denominator for c, _ in e.terms]
    c = Fraction(gcd(*numerators), lcm(*denominators))
    return -c if leans_negative(e) else c


def leans_negative(e: Add) -> bool:
    """Return whether -e reads better than e: 1 - s rather than s - 1, X*w - y rather than y - X*w.

    Decided by the majority of signs, then the sign of the number, then of the compound terms.
    """
    signs = [(1 if q > 0 else -1, t) for q, t in e.terms]
    votes = (
        sum(s for s, _ in signs),
        sum(s for s, t in signs if isinstance(t, Const)),
        sum(s for s, t in signs if not isinstance(t, Symbol)),
        signs[0][0],
    )
    return next(v for v in votes if v) < 0
