"""Where do two expressions differ?  Exact points under the assumptions, tried in ball arithmetic.

The search is deterministic: the points are seeded by the two expressions.  Small whole numbers come
first, so that a person can follow a counterexample; then generic fractions of several signs.
"""

# Balls are python-flint objects, which carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from random import Random
from typing import Any

from lossmith.atoms.arithmetic import power
from lossmith.atoms.meaning import indices
from lossmith.calculus.draw import draw_sizes, draw_value, letters_of
from lossmith.errors import NotCertified
from lossmith.evidence.forms import Nested, parts
from lossmith.evidence.lines.difference import Apart, Difference, check_difference, values_at
from lossmith.evidence.witness import admits
from lossmith.expr.build import const, subtract
from lossmith.expr.node import Apply, Expr, Select, Symbol, symbol
from lossmith.expr.sets import opened
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import postorder, symbols
from lossmith.prove.refutation.draw import draw as draw_small

_BITS = 192
_AGREE = 90
"""Bits to which both sides must agree at a point to count as equal there."""
_SMALL, _GENERIC = 5, 14
_EXPONENTS = (
    (Fraction(2), Fraction(1, 2)), (Fraction(1, 2), Fraction(2)), (Fraction(3), Fraction(1, 3))
)  # fmt: skip
"""Of the first, third ... and of the second, fourth ... free exponent: (x^2)^(1/2) is not x."""
_LARGEST = 30_000
"""Entries of all sub-expressions at a point, beyond which it is not tried."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the points told: a certified difference, or at how many points both sides agreed.

    left_only, right_only: points at which only one side had a value (seen, not certified).
    """

    difference: Difference | None
    agreed: int
    left_only: int = 0
    right_only: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """Exact values of symbols, and sizes of letters."""

    values: Mapping[Symbol, Nested]
    sizes: Mapping[str, int]


def compare(left: Expr, right: Expr, *, wanted: int = 3, away: bool = False) -> Comparison:
    """Return a checked difference of two expressions of one shape, or how often they agreed.

    wanted: generic points that must agree before the search ends.
    away: leave out points on the kinks and boundaries of cases of either side.
    A difference of values is preferred; one of domains is reported if no values differ.
    """
    agreed = left_only = right_only = 0
    domains: Difference | None = None
    ties = tuple(_ties(left, right)) if away else ()
    for k, point in enumerate(points(left, right)):
        if any(_is_zero_somewhere(e, point) for e in ties):
            continue
        a = values_at(left, point.values, point.sizes, _BITS)
        b = values_at(right, point.values, point.sizes, _BITS)
        if a is None or b is None:
            continue
        entry = _first_apart(a, b)
        if entry is not None:
            places = list(indices(_extent(left, point.sizes)))
            found = _certified(left, right, point, places[entry], "values")
            if found is not None:
                return Comparison(found, agreed, left_only, right_only)
        in_left = all(x.is_finite() for x in a)
        in_right = all(x.is_finite() for x in b)
        if in_left and in_right:
            agreed += k >= _SMALL and all(_agree(x, y) for x, y in zip(a, b, strict=True))
        elif in_left != in_right and k >= _SMALL:
            # At small numbers only poles show, such as x = 1 in (x^2 - 1)/(x - 1).
            left_only, right_only = left_only + in_left, right_only + in_right
            apart: Apart = "right undefined" if in_left else "left undefined"
            if domains is None or (domains.apart == "left undefined" and in_left):
                domains = _certified(left, right, point, (), apart) or domains
        if agreed >= wanted and k >= _SMALL + 6 and not (left_only or right_only):
            break
    return Comparison(domains, agreed, left_only, right_only)


def points(*roots: Expr) -> Iterator[Point]:
    """Yield points at which all symbols have admitted values: small ones, then generic ones."""
    rng = Random(b"".join(e.digest for e in roots))
    order = sorted(set(symbols(*roots)), key=lambda s: s.name)
    letters = letters_of((*roots, *order))
    exponents = [s for s in order if s in _in_exponents(*roots)]
    for k in range(_SMALL):
        sizes = {x: 2 for x in letters} if k < 3 else draw_sizes(letters, k)
        values = {s: draw_small(s, sizes, Fraction(1), rng) for s in order}
        if _admitted(values, sizes, roots):
            yield Point(values, sizes)
    for k in range(_GENERIC):
        sizes = draw_sizes(letters, k)
        drawn = (_leaning(s, k) for s in order)
        values = {s: _tupled(draw_value(t, sizes, rng)) for s, t in zip(order, drawn, strict=True)}
        if k % 4 == 3:
            # Powers of negative numbers: fractions as exponents would leave all of them without.
            tried = {s: _EXPONENTS[k // 4][j % 2] for j, s in enumerate(exponents)}
            values |= {s: v for s, v in tried.items() if admits(s, v, sizes)}
        if _admitted(values, sizes, roots):
            yield Point(values, sizes)


def _in_exponents(*roots: Expr) -> set[Symbol]:
    """Return the numbers that stand in an exponent."""
    held = [e.args[1] for e in postorder(*roots) if isinstance(e, Apply) and e.atom is power]
    return {s for s in symbols(*held) if not s.shape}


def _leaning(s: Symbol, k: int) -> Symbol:
    """Return a symbol to draw in place of s: at some points numbers of any sign are of one."""
    a = s.assumptions
    both = a.interval.has(1) and a.interval.has(-1) and a.values is None
    if k % 4 == 0 or not both or a.structure:
        return s
    inside = (opened(0, 1), opened(0, None), opened(None, 0))[k % 4 - 1]
    return symbol(s.name, s.shape, Assumptions(a.interval.meet(inside), None, a.integer))


def _admitted(
    values: Mapping[Symbol, Nested], sizes: Mapping[str, int], roots: Sequence[Expr]
) -> bool:
    volume = sum(prod(_extent(e, sizes)) for e in postorder(*roots))
    return volume <= _LARGEST and all(admits(s, v, sizes) for s, v in values.items())


def _ties(*roots: Expr) -> Iterator[Expr]:
    """Yield what is 0 on a kink or on the boundary of a case."""
    for e in postorder(*roots):
        if isinstance(e, Select):
            yield from (c.expr for guard, _ in e.cases for c in guard)
        elif isinstance(e, Apply):
            for kink in e.atom.kinks:
                if kink.where is not None:
                    yield kink.where(*e.args)
                else:
                    arg = e.args[kink.arg]
                    yield subtract(arg, const(kink.at, arg.shape))


def _is_zero_somewhere(e: Expr, point: Point) -> bool:
    flat = values_at(e, point.values, point.sizes, _BITS)
    return flat is not None and any(x.contains(0) for x in flat)


def _extent(e: Expr, sizes: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(sizes[d] if isinstance(d, str) else d for d in e.shape)


def _tupled(v: Any) -> Nested:
    rows = parts(v)
    return v if rows is None else tuple(_tupled(x) for x in rows)


def _first_apart(a: Sequence[Any], b: Sequence[Any]) -> int | None:
    """Return the first entry at which both sides have values that are certainly different."""
    for k, (x, y) in enumerate(zip(a, b, strict=True)):
        if x.is_finite() and y.is_finite() and not x.overlaps(y):
            return k
    return None


def _agree(x: Any, y: Any) -> bool:
    gap = abs(x - y)
    return bool(gap < (1 + abs(x) + abs(y)) / (1 << _AGREE))


def _certified(
    left: Expr, right: Expr, point: Point, entry: tuple[int, ...], apart: Apart
) -> Difference | None:
    used = set(symbols(left, right))
    values = {s: v for s, v in point.values.items() if s in used}
    d = Difference(left, right, point.sizes, values, entry, apart)
    try:
        check_difference(d)
    except NotCertified:
        return None
    return d
