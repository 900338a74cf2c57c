"""Stationary points of three or four variables, all over space, from eliminants."""

from __future__ import annotations

from dataclasses import dataclass

from lossmith.evidence.points.elimination import EliminationCertificate
from lossmith.evidence.points.krawczyk import Box
from lossmith.prove.points.eliminants import everywhere
from lossmith.prove.points.elimination import PolynomialOf
from lossmith.prove.points.points import StationaryPoint
from lossmith.prove.points.points_search import Search
from lossmith.prove.zeros.krawczyk import Zero
from lossmith.prove.zeros.roots import Undecided


@dataclass(frozen=True, slots=True)
class Everywhere:
    """All stationary points inside, and those that may lie outside; the proof is of all of them."""

    points: list[StationaryPoint]
    left: list[Box]
    certificate: EliminationCertificate


def by_eliminants(search: Search) -> Everywhere | None:
    """Return all points of a formula whose gradient vanishes at isolated points, if that shows."""
    made = everywhere(search)
    if made is None:
        return None
    f = _polynomial(search)
    zeros = [Zero(z.box, z.alone) for z in made.zeros]
    places = [search.place(z) for z in zeros]
    points = [search.point(z, f) for z, w in zip(zeros, places, strict=True) if w == "inside"]
    left = [z.box for z, w in zip(zeros, places, strict=True) if w == "border"]
    return Everywhere(points, left, made)


def _polynomial(search: Search) -> PolynomialOf | None:
    """Return the formula as a polynomial, None if only its gradient is one, but for factors."""
    try:
        f = PolynomialOf(search.e, search.wrt)
    except Undecided:
        return None
    return f if f.is_plain else None
