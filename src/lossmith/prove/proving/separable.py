"""Sums over coordinates: the terms of a formula that are weight * sum of phi(w_i), phi explicit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from lossmith.expr.build import add, const, contract, multiply, power, scale
from lossmith.expr.node import Add, Const, Contract, Expr, Symbol
from lossmith.expr.walk import depends_on, symbols
from lossmith.prove.proving.entrywise import scalar_form
from lossmith.prove.proving.natural import natural


@dataclass(frozen=True, slots=True)
class Coordinatewise:
    """weight * sum over the entries of ``variable`` of phi(entry).

    weight: does not contain the block; 1 for the terms with numbers alone, which are one phi.
    letter: the scalar that stands for an entry in phi.
    """

    variable: Symbol
    weight: Expr
    phi: Expr
    letter: Symbol


def split_by_coordinates(e: Expr, wrt: Sequence[Symbol]) -> tuple[list[Coordinatewise], Expr]:
    """Return (the coordinatewise parts, the rest) of a scalar formula; their sum is e."""
    terms = e.terms if isinstance(e, Add) else ((Fraction(1), e),)
    parts: list[Coordinatewise] = []
    rest: list[tuple[Fraction, Expr]] = []
    plain: dict[Symbol, list[Expr]] = {}
    for c, t in terms:
        found = _coordinatewise(t, wrt)
        if found is None:
            rest.append((c, t))
        elif isinstance(found.weight, Const):
            plain.setdefault(found.variable, []).append(scale(c * found.weight.value, found.phi))
        else:
            parts.append(replace(found, weight=scale(c, found.weight)))
    for variable, phis in plain.items():
        phi = add(*phis, shape=())
        letters = [s for s in symbols(phi) if s is variable or s.name.startswith("_")]
        if letters:
            parts.append(Coordinatewise(variable, const(1), phi, letters[0]))
    return parts, add(*rest, shape=()) if rest else const(0)


def _coordinatewise(t: Expr, wrt: Sequence[Symbol]) -> Coordinatewise | None:
    """Return the term as weight * sum of phi(w_i), if it is one, w a single variable."""
    inside = [s for s in wrt if depends_on(t, (s,))]
    if len(inside) != 1 or len(inside[0].shape) > 1:
        return None
    (w,) = inside
    weight, entry = _entry(t, w)
    if entry is None or entry.shape != w.shape:
        return None
    phi, image = scalar_form(entry, natural(entry))
    letter = image.get(w)
    if not isinstance(letter, Symbol) or any(s is not letter for s in symbols(phi)):
        return None
    return Coordinatewise(w, weight, phi, letter)


def summand(t: Expr, w: Symbol) -> tuple[Expr, Expr | None]:
    """Return (weight, entry) of weight * sum over one axis of entry, in which a scalar w stands."""
    if not isinstance(t, Contract):
        return const(1), None
    if t.summed:
        outside = [f for f, labels, _ in t.factors if labels == ()]
        if len(t.summed) != 1 or any(depends_on(f, (w,)) for f in outside):
            return const(1), None
        fixed = [power(f, p) for f, labels, p in t.factors if labels == ()]
        along = [(f, (0,), p) for f, labels, p in t.factors if labels == t.summed]
        whole = len(fixed) + len(along) == len(t.factors)
        return multiply(const(1), *fixed), contract(along, (0,)) if whole and along else None
    moving = [(f, p) for f, _, p in t.factors if depends_on(f, (w,))]
    if len(moving) != 1 or moving[0][1] != 1:
        return const(1), None
    fixed = [power(f, p) for f, _, p in t.factors if f is not moving[0][0]]
    weight, entry = summand(moving[0][0], w)
    return multiply(weight, *fixed), entry


def _entry(t: Expr, w: Symbol) -> tuple[Expr, Expr | None]:
    """Return (weight, summand) of weight * sum of summand over the axis of w."""
    if not w.shape:
        if not isinstance(t, Contract):
            return const(1), t
        fixed = [power(f, p) for f, _, p in t.factors if not depends_on(f, (w,)) and not f.shape]
        moving = [(f, labels, p) for f, labels, p in t.factors if depends_on(f, (w,)) or f.shape]
        return multiply(const(1), *fixed), contract(moving, ()) if moving else None
    if not isinstance(t, Contract):
        return const(1), None
    if not t.summed:
        # weight * (a sum over the axis), the weight outside.
        moving = [(f, p) for f, _, p in t.factors if depends_on(f, (w,))]
        if len(moving) != 1 or moving[0][1] != 1 or moving[0][0] is t:
            return const(1), None
        fixed = [power(f, p) for f, _, p in t.factors if not depends_on(f, (w,))]
        weight, entry = _entry(moving[0][0], w)
        return multiply(weight, *fixed), entry
    if len(t.summed) != 1:
        return const(1), None
    (k,) = t.summed
    fixed = [power(f, p) for f, labels, p in t.factors if labels == ()]
    along = [(f, (0,), p) for f, labels, p in t.factors if labels == (k,)]
    if len(fixed) + len(along) != len(t.factors):
        return const(1), None
    if any(depends_on(f, (w,)) for f, labels, _ in t.factors if labels == ()):
        return const(1), None
    return multiply(const(1), *fixed), contract(along, (0,))
