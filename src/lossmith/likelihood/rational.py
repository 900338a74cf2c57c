"""Whether a scalar vanishes as a rational function of its parts.

The monomial form leaves quotients such as (1 - p)^2/(1 - p) - (1 - p) as they stand. Here every
part that is no sum, product or whole power counts as an unknown of its own, and the numerator is
multiplied out over the rationals. What vanishes this way is 0 wherever it has a value.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from typing import Any, Final

from flint import fmpq, fmpq_mpoly_ctx

from lossmith.expr.node import Add, Const, Contract, Expr
from lossmith.expr.walk import postorder

_MOST: Final = 40
"""Unknowns beyond which nothing is tried."""
_HIGHEST: Final = 24


def vanishes(e: Expr) -> bool:
    """Return whether a scalar is 0 as a rational function of its parts; False if it is unclear."""
    if isinstance(e, Const):
        return e.value == 0
    if e.shape:
        return False
    inside = [x for x in postorder(e) if not x.shape]
    unknowns = [x for x in inside if not _is_rational(x)]
    if not unknowns or len(unknowns) > _MOST:
        return False
    context = fmpq_mpoly_ctx.get([f"x{k}" for k in range(len(unknowns))], "degrevlex")
    one = context.constant(1)
    known: dict[Expr, tuple[Any, Any]] = {
        x: (g, one) for x, g in zip(unknowns, context.gens(), strict=True)
    }
    for x in inside:
        if x not in known:
            found = _quotient(x, known, context)
            if found is None:
                return False
            known[x] = found
    return known[e][0] == 0


def _is_rational(x: Expr) -> bool:
    match x:
        case Const() | Add():
            return True
        case Contract():
            # Of scalars only, to whole powers: anything with an index is a part of its own.
            return all(
                not labels and not f.shape and p.denominator == 1 and abs(p) <= _HIGHEST
                for f, labels, p in x.factors
            )
        case _:
            return False


def _quotient(x: Expr, known: dict[Expr, tuple[Any, Any]], context: Any) -> tuple[Any, Any] | None:
    """Return (numerator, denominator) of a sum or product of parts that are known."""
    one = context.constant(1)
    match x:
        case Const():
            return context.constant(fmpq(x.value.numerator, x.value.denominator)), one
        case Add():
            top, bottom = context.constant(0), one
            for c, t in x.terms:
                a, b = known[t]
                number = context.constant(fmpq(c.numerator, c.denominator))
                top, bottom = top * b + number * a * bottom, bottom * b
            return top, bottom
        case Contract():
            top, bottom = one, one
            for f, _, p in x.factors:
                a, b = known[f] if p > 0 else known[f][::-1]
                if b == 0:
                    return None
                top, bottom = top * a ** abs(int(p)), bottom * b ** abs(int(p))
            return top, bottom
        case _:
            return known[x]
