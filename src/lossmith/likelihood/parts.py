"""A loss as monomials with weights, and what is left of it once a multiple of another is taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lossmith.expr import build
from lossmith.expr.node import Add, Contract, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import count, dependents, depends_on
from lossmith.likelihood.rational import vanishes
from lossmith.likelihood.terms import canonical

ONE: Final = build.const(1)

Parts = dict[Expr, Expr]
"""core -> weight, as ``terms.monomials`` gives them."""


def moving(parts: Mapping[Expr, Expr]) -> Parts:
    """Return the monomials that hold a variable, without those of weight 0."""
    return {core: w for core, w in parts.items() if core is not ONE and not vanishes(w)}


def factors(parts: Parts, shown: Parts) -> list[Expr]:
    """Return the factors c for which parts - c * shown loses some core of shown, short ones first.

    Of equal ones, such as 1/2 and (k/2)/k, the short one makes the short reading.
    """
    found = dict.fromkeys(ratio(parts[core], w) for core, w in shown.items())
    return sorted(found, key=count)


def ratio(a: Expr, b: Expr) -> Expr:
    """Return a / b; 1 if both are one object, wherever they are not 0."""
    return ONE if a is b else build.divide(a, b)


def less(parts: Parts, factor: Expr, shown: Parts) -> Parts:
    """Return parts - factor * shown, without what cancels."""
    rest = dict(parts)
    for core, w in shown.items():
        left = canonical(build.add((1, parts[core]), (-1, build.multiply(factor, w))))
        if vanishes(left):
            del rest[core]
        else:
            rest[core] = left
    return rest


def whole(parts: Parts) -> Expr:
    """Return the sum of the monomials."""
    return build.add(*(build.multiply(w, core) for core, w in parts.items()), shape=())


def is_negative(e: Expr) -> bool:
    """Return whether a scalar is known to be <= 0."""
    hi = enclosure(e).hi
    return hi is not None and hi <= 0


def is_positive(e: Expr) -> bool:
    """Return whether a scalar is known to be > 0."""
    inside = enclosure(e)
    return inside.lo is not None and (inside.lo > 0 or (inside.lo == 0 and inside.lo_open))


def is_polynomial(g: Expr, y: Symbol) -> bool:
    """Return whether y stands in sums and products alone: |y| has slopes of 0 without being one."""
    for e in dependents(g, [y]):
        match e:
            case Symbol() | Add():
                continue
            case Contract() if all(
                p > 0 and p.denominator == 1 for f, _, p in e.factors if depends_on(f, [y])
            ):
                continue
            case _:
                return False
    return True
