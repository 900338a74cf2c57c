"""Stationary points behind an outer function: those of h, for e = g(h) with g' never 0.

grad g(h) = g'(h) grad h vanishes exactly where grad h does; where g falls, minima and maxima change
places. A Gaussian exp(-x^2 - y^2) so has the points of a quadratic.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.second import derivative, is_smooth_on
from lossmith.expr.build import symbol
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.points.layers_cut import single_part
from lossmith.prove.points.points import KIND_WORDS, Kind, Stationary, StationaryPoint
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_range
from lossmith.words import Words

_TURNED: dict[Kind, Kind] = {"minimum": "maximum", "maximum": "minimum"}


@dataclass(frozen=True, slots=True)
class Outer:
    """e = phi(h), phi a function of t on the range of h whose slope has one sign."""

    inner: Expr
    phi: Expr
    t: Symbol
    rising: bool


def outer(e: Expr, wrt: tuple[Symbol, ...]) -> Outer | None:
    """Return e with one function of all its variables taken off; None if it may be flat."""
    inner = single_part(e, wrt)
    if inner is None:
        return None
    proof = Proof(())
    prove_range(proof, inner)
    t = symbol("_t", (), Assumptions(proof.enclosed(inner)))
    phi = substitute(e, {inner: t})
    if depends_on(phi, wrt):
        return None
    try:
        known = {t: t.assumptions.interval}
        slope = derivative(phi, t)
        inside = bounds(slope, {**known})[slope]
        if not is_smooth_on(phi, t, {**known}):
            return None
    except (ValueError, LossmithError):
        return None
    if not (inside.within(POSITIVE) or inside.within(NEGATIVE)):
        return None
    return Outer(inner, phi, t, inside.within(POSITIVE))


def carried(found: Stationary, g: Outer) -> Stationary:
    """Return the points of phi(h) from those of h."""
    points = tuple(_carried(p, g) for p in found.points)
    least = None
    if found.least is not None and g.rising:
        least = bounds(g.phi, {g.t: found.least})[g.phi]
    return replace(found, points=points, least=least, facts=(), make_certificate=None)


def _carried(p: StationaryPoint, g: Outer) -> StationaryPoint:
    kind = p.kind if g.rising else _TURNED.get(p.kind, p.kind)
    old, new = KIND_WORDS[p.kind], KIND_WORDS[kind]
    words = Words(
        new.en + p.words.en.removeprefix(old.en), new.zh + p.words.zh.removeprefix(old.zh)
    )
    value = None if p.value is None else bounds(g.phi, {g.t: p.value})[g.phi]
    least = p.is_global and g.rising
    return replace(p, kind=kind, words=words, value=value, is_global=least, reason=None)
