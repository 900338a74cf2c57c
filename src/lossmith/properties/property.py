"""A property of functions of one real variable: its name, its words, and how to attack a claim.

A function of many variables is attacked along lines: it has the property iff all of its
restrictions have it. An attack compares balls, so what it finds is a proof, never a rounding error
(``smoothness`` says where it is weaker).
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from flint import fmpq

from lossmith.expr.sets import Interval
from lossmith.words import Words

Ball = Any  # an exact rational or a ball of python-flint, which carries no types
Function = Callable[[Fraction], Ball]


@dataclass(frozen=True, slots=True)
class Witness:
    """Points at which a claim fails: name of the property, points, and how far it fails (> 0)."""

    name: str
    points: tuple[Fraction, ...]
    gap: Ball


Attack = Callable[[Function, Sequence[Fraction], Interval], Witness | None]
"""(f, increasing points of the set where it is claimed, bounds) -> a witness against it, or None.

bounds: of a bounded property; else the set where it is claimed (None ends: everywhere)."""


@dataclass(frozen=True, slots=True)
class Property:
    """name: as in facts and claims.  words: what it says.  attack: see ``Attack``.

    bounded: whether a claim carries an interval of bounds.
    dual: the property of -f that is the same as this one of f ("" if there is none).
    """

    name: str
    words: Words
    attack: Attack
    bounded: bool = False
    dual: str = ""


def pairs(points: Sequence[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Return neighbors."""
    return list(pairwise(points))


def triples(points: Sequence[Fraction]) -> list[tuple[Fraction, Fraction, Fraction]]:
    """Return each point with both neighbors."""
    return list(zip(points, points[1:], points[2:], strict=False))


def outside(value: Ball, bounds: Interval) -> Ball | None:
    """Return how far a value certainly lies outside (0 on an open end), or None."""
    lo, hi = bounds.lo, bounds.hi
    if lo is not None:
        below = exact(lo) - value
        if below > 0 or (bounds.lo_open and below >= 0):
            return below
    if hi is not None:
        above = value - exact(hi)
        if above > 0 or (bounds.hi_open and above >= 0):
            return above
    return None


def exact(x: Fraction) -> Ball:
    """Return a rational as python-flint's own, which mixes with balls."""
    return fmpq(x.numerator, x.denominator)
