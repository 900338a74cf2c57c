"""A sum of quotients over one denominator, as a proposal: 1 - x^2/(1 + x^2) = 1/(1 + x^2).

What stands below the line in some term is taken out with its lowest power, and the numerator that
is left is multiplied out and collected. The set where the sum is defined stays the same: the
denominator was asked for by a term already. The measure decides whether the quotient is shorter.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.calculus.expand import expanded
from lossmith.calculus.hoist import hoisted
from lossmith.calculus.powers import merged_powers
from lossmith.expr.build import add, contract, scale
from lossmith.expr.node import Add, Contract, Delta, Expr, Factor
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NEGATIVE, POSITIVE
from lossmith.expr.walk import symbols

_Powers = dict[tuple[Expr, tuple[int, ...]], Fraction]
"""(base, its axes) -> a power."""

_MOST = 12
"""Terms beyond which nobody would look for a common denominator by hand."""


def over_one_denominator(e: Expr) -> Sequence[Expr]:
    """Return the sum as one quotient, its numerator collected, also with common factors out."""
    if not isinstance(e, Add) or not 1 < len(e.terms) <= _MOST:
        return ()
    below = _denominator(e)
    if not below:
        return ()
    lifted = [(c, _times(t, below, e)) for c, t in e.terms]
    if any(t is None for _, t in lifted):
        return ()
    numerator = add(*((c, t) for c, t in lifted if t is not None), shape=e.shape)
    tops = [numerator, *expanded(numerator)]
    found = [_quotient(top, below, e) for top in tops]
    for top in tops:
        found += [_quotient(h, below, e) for h in hoisted(top)]
    return found


def cleared(e: Expr) -> Sequence[Expr]:
    """Return a product with the fractions inside its sums cleared: x^-2/(1 + 1/x) = 1/(x(x + 1)).

    Each base below the line inside of a sum goes out of it with its power. It was asked to be no 0
    there, and is so in the result, or cannot be 0.
    """
    if not isinstance(e, Contract):
        return ()
    found: list[Expr] = []
    for k, (f, labels, p) in enumerate(e.factors):
        if not isinstance(f, Add) or p.denominator != 1 or any(i >= e.rank for i in labels):
            continue
        below = _below(f)
        lifted = [(c, _times(t, below, f)) for c, t in f.terms] if below else []
        if not lifted or any(t is None for _, t in lifted):
            continue
        top = add(*((c, t) for c, t in lifted if t is not None), shape=f.shape)
        under: list[Factor] = [
            (g, tuple(labels[i] for i in own), -q * p) for (g, own), q in below.items()
        ]
        rest = [*e.factors[:k], *e.factors[k + 1 :]]
        new = contract([*rest, (top, labels, p), *under], tuple(range(e.rank)), e.shape)
        new = next(iter(merged_powers(new)), new)
        if all(_still_asks(new, g) for g, _ in below):
            found.append(new)
    return found


def cleared_of_numbers(e: Expr) -> Sequence[Expr]:
    """Return the same for a formula without arrays: (2 + 1/x)/x = (2x + 1)/x^2."""
    found = () if e.shape else cleared(e)
    # The symbols are asked for last: at every level of a deep formula they are all below it.
    return () if found and any(s.shape for s in symbols(e)) else found


def _still_asks(e: Expr, g: Expr) -> bool:
    """Return whether e is undefined where g = 0, or g is not 0 anywhere."""
    known = enclosure(g)
    if known.within(POSITIVE) or known.within(NEGATIVE):
        return True
    return isinstance(e, Contract) and any(f is g and p < 0 for f, _, p in e.factors)


def _below(f: Add) -> _Powers:
    """Return the highest power of each base that stands below the line in some term of a sum."""
    below: _Powers = {}
    for _, t in f.terms:
        for g, labels, p in _factors(t, f):
            if p < 0 and p.denominator == 1 and all(i < len(f.shape) for i in labels):
                below[g, labels] = max(-p, below.get((g, labels), Fraction(0)))
    return below


def _denominator(e: Add) -> _Powers:
    """Return the power of each base to multiply by, for sums that stand below the line."""
    below: _Powers = {}
    for _, t in e.terms:
        for f, labels, p in _factors(t, e):
            base, _ = _with_sign(f, p, labels, below)
            if p < 0 and isinstance(f, Add) and all(k < len(e.shape) for k in labels):
                below[base, labels] = max(-p, below.get((base, labels), Fraction(0)))
    return below


def _factors(t: Expr, e: Add) -> Sequence[Factor]:
    return t.factors if isinstance(t, Contract) else ((t, tuple(range(len(e.shape))), Fraction(1)),)


def _with_sign(
    f: Expr, p: Fraction, labels: tuple[int, ...], below: _Powers
) -> tuple[Expr, Fraction]:
    """Return (b, sign) with f^p = sign b^p: 1 - x is taken for x - 1 if that is there already."""
    if (f, labels) in below or p.denominator != 1 or not isinstance(f, Add):
        return f, Fraction(1)
    turned = scale(-1, f)
    if (turned, labels) in below:
        return turned, Fraction(-1 if p.numerator % 2 else 1)
    return f, Fraction(1)


def _times(t: Expr, below: _Powers, e: Add) -> Expr | None:
    """Return a term times the denominator, powers of one base added; None if a root is left.

    The sum of the powers is at least 0, so that nothing is divided by and nothing is lost.
    """
    kept: list[Factor] = []
    powers = dict(below)
    sign = Fraction(1)
    for f, labels, p in _factors(t, e):
        if isinstance(f, Delta):
            return None
        base, turn = _with_sign(f, p, labels, below)
        if (base, labels) in powers:
            powers[base, labels] += p
            sign *= turn
        else:
            kept.append((f, labels, p))
    if any(p.denominator != 1 for p in powers.values()):
        return None
    kept += [(f, labels, p) for (f, labels), p in powers.items() if p]
    return scale(sign, contract(kept, tuple(range(len(e.shape))), e.shape))


def _quotient(top: Expr, below: _Powers, e: Add) -> Expr:
    out = tuple(range(len(e.shape)))
    under: list[Factor] = [(f, labels, -p) for (f, labels), p in below.items()]
    return contract([(top, out, Fraction(1)), *under], out, e.shape)
