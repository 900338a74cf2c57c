"""Squares completed: x^2 - 2x + 2 as (x - 1)^2 + 1, whose least value every enclosure shows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lossmith.evidence.arithmetic.polynomial import coefficients
from lossmith.expr.build import add, const, power
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NEGATIVE, POSITIVE
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.prove.proving.multiplied import multiplied_back
from lossmith.prove.proving.proof import Proof


def completed_forms(proof: Proof, e: Expr) -> Iterator[tuple[Expr, list[int]]]:
    """Yield e with the square completed in each quadratic of one sign that stands inside of it.

    On a half-line x^2 - 2x is anything, to interval arithmetic; (x - 1)^2 + 1 is >= 1.
    """
    change: dict[Expr, Expr] = {}
    for s in postorder(e):
        form = None if s is e or not _is_sum_in(s, proof.wrt) else _completed(s)
        if form is not None:
            change[s] = form
    if change:
        whole = substitute(e, change)
        chain = multiplied_back(proof, whole, e)
        if chain:
            yield whole, chain


def _is_sum_in(s: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether s is a sum of numbers and of products of one symbol, of the block."""
    if not isinstance(s, Add) or s.shape or len(s.terms) < 3 or not depends_on(s, wrt):
        return False
    plain = all(not isinstance(p, Apply) for p in postorder(s))
    return plain and len(symbols(s)) == 1 and any(isinstance(t, Contract) for _, t in s.terms)


def _completed(s: Expr) -> Expr | None:
    """Return a (x + b/2a)^2 + rest for a x^2 + b x + c, b != 0, if its sign shows only so."""
    (x,) = symbols(s)
    found = coefficients(s, x)
    if found is None or len(found) != 3:
        return None
    c, b, a = found
    centre: Fraction = b / (2 * a)
    form = add((a, power(add((1, x), (centre, const(1))), 2)), (c - b * centre / 2, const(1)))
    return form if b and _has_one_sign(form) and not _has_one_sign(s) else None


def _has_one_sign(e: Expr) -> bool:
    inside = enclosure(e)
    return inside.within(POSITIVE) or inside.within(NEGATIVE)
