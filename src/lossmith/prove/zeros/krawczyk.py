"""The search for all zeros of n smooth functions in a box, in steps that the checker replays."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.points.krawczyk import (
    Box,
    System,
    is_inside,
    krawczyk,
    middle,
    short,
    strictly_inside,
)
from lossmith.evidence.points.zeros import Row, is_free
from lossmith.expr.sets import Interval, closed, point

MANY = 12
"""So many open boxes are a curve of zeros rather than points: the rest is left open too."""

WORK = 8000
"""Most boxes times nodes of the gradient and the Hessian: some seconds on a slow machine."""

ASIDE = Fraction(125, 256)
"""Boxes are cut beside their middle: zeros at plain numbers would lie on the cut, in two boxes."""

NARROW = Fraction(1, 1 << 26)
FINAL = Fraction(1, 1 << 48)


@dataclass(frozen=True, slots=True)
class Zero:
    """A zero: it lies in ``box`` and is the only one in ``alone``."""

    box: Box
    alone: Box


@dataclass(frozen=True, slots=True)
class Zeros:
    """The zeros found in a box, the parts of it that were not settled, and the steps of the proof.

    found: all zeros by their number in the rows, those beside the box too.
    """

    zeros: tuple[Zero, ...]
    left: tuple[Box, ...]
    rows: tuple[Row, ...] = ()
    found: tuple[Zero, ...] = ()


def zeros_in(system: System, box: Box, limit: int | None = None) -> Zeros:
    """Return all zeros in a bounded box, each proved to exist and to be alone in a box of its own.

    What is left over (degenerate zeros, or too many boxes) is returned as boxes.
    """
    waiting, found, left, rows = [box], list[Zero](), list[Box](), list[Row]()
    steps = 0
    limit = max(60, WORK // system.size) if limit is None else limit
    if system.is_smooth(box):
        system.smooth_on = box
    elif any(i.is_point for i in box):
        return Zeros((), (box,))  # it may lie on a kink
    while waiting:
        b = waiting.pop()
        known = _number(b, found)
        if known is not None:
            rows.append(("zero", known))
            continue
        steps += 1
        b, state = _contracted(system, b, rows)
        if state == "none":
            rows.append(("empty",))
            continue
        zero = proved_near(system, b) if state != "wide" else None
        if zero is not None and not any(is_inside(zero.box, z.alone) for z in found):
            if any(_meets(zero.box, z.box) for z in found):
                left.append(b)  # perhaps one zero found twice: not settled
                continue
            found.append(_exact(system, zero))
        known = _number(b, found)
        if known is not None:
            rows.append(("zero", known))
        elif steps > limit or len(left) >= MANY or max(_width(i) for i in b) < NARROW:
            left.append(b)
        else:
            axis, cut, halves = _halves(b)
            rows.append(("split", axis, cut))
            waiting += halves[::-1]
    inside = tuple(z for z in found if _meets(z.box, box))
    return Zeros(inside, tuple(left), tuple(rows), tuple(found))


def _number(b: Box, found: list[Zero]) -> int | None:
    return next((k for k, z in enumerate(found) if is_inside(b, z.alone)), None)


def _contracted(system: System, b: Box, rows: list[Row]) -> tuple[Box, str]:
    """Return the part of b that may hold zeros, and "none", "wide" or "ready" for a proof."""
    state = "wide"
    for _ in range(6):
        try:
            if is_free(system, b):
                return b, "none"
        except LossmithError:
            return b, "wide"
        if not system.is_smooth(b):
            return b, "wide"
        k = krawczyk(system, b)
        if k is None:
            return b, "wide"
        smaller = tuple(i.meet(j) for i, j in zip(b, k, strict=True))
        if any(i.is_empty for i in smaller):
            return b, "none"
        state = "ready"
        rows.append(("shrink",))
        if max(map(_width, smaller)) > max(map(_width, b)) * Fraction(9, 10):
            return smaller, state
        b = smaller
    return b, state


def proved_near(system: System, b: Box) -> Zero | None:
    """Return the zero in or beside b, if a slightly larger box proves that there is exactly one."""
    wide = tuple(_inflated(i) for i in b)
    if not system.is_smooth(wide):
        return None
    k = krawczyk(system, wide)
    if k is None or not all(strictly_inside(i, j) for i, j in zip(k, wide, strict=True)):
        return None
    near = k
    for _ in range(12):
        if max(map(_width, near)) < FINAL:
            break
        smaller = krawczyk(system, near)
        if smaller is None:
            break
        met = tuple(i.meet(j) for i, j in zip(near, smaller, strict=True))
        if max(map(_width, met)) >= max(map(_width, near)):
            break
        near = met
    return Zero(near, wide)


def _exact(system: System, z: Zero) -> Zero:
    """Return the zero as a rational point, if it is a simple one."""
    for bound in (1, 16, 1000):
        at = [middle(i).limit_denominator(bound) for i in z.box]
        if all(i.has(q) for i, q in zip(z.box, at, strict=True)) and system.vanishes_at(at):
            return Zero(tuple(point(q) for q in at), z.alone)
    return z


# -- boxes -----------------------------------------------------------------------------------------


def _inflated(i: Interval) -> Interval:
    assert i.lo is not None
    assert i.hi is not None
    room = (i.hi - i.lo) / 5 + NARROW / 1024
    return closed(i.lo - room, i.hi + room)


def _width(i: Interval) -> Fraction:
    assert i.lo is not None
    assert i.hi is not None
    return i.hi - i.lo


def _halves(b: Box) -> tuple[int, Fraction, list[Box]]:
    widths = [_width(i) for i in b]
    k = widths.index(max(widths))
    lo, hi = b[k].lo, b[k].hi
    assert lo is not None
    assert hi is not None
    cut = short(lo + (hi - lo) * ASIDE)
    return k, cut, [(*b[:k], closed(lo, cut), *b[k + 1 :]), (*b[:k], closed(cut, hi), *b[k + 1 :])]


def _meets(b: Box, other: Box) -> bool:
    return not any(i.meet(j).is_empty for i, j in zip(b, other, strict=True))
