"""All zeros of n smooth functions of n variables in a box, by interval Newton steps (Krawczyk).

For a box B with middle c and any matrix Y near the inverse of the Jacobian, all zeros in B lie in
K = c - Y g(c) + (I - Y J(B)) (B - c). If K misses B there is none; if K lies inside B there is
exactly one, and it lies in K.  Source: Krawczyk 1969; Neumaier 1990, theorem 5.1.8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.enclose import image
from lossmith.evidence.second import is_smooth_on
from lossmith.expr.build import const
from lossmith.expr.node import Apply, Const, Expr, Symbol, children
from lossmith.expr.sets import Interval, closed, point
from lossmith.expr.walk import depends_on, postorder, substitute

Box = tuple[Interval, ...]
IntervalMatrix = list[list[Interval]]

MANY = 12
"""So many open boxes are a curve of zeros rather than points: the rest is left open too."""

WORK = 8000
"""Most boxes times nodes of the gradient and the Hessian: some seconds on a slow machine."""

NARROW = Fraction(1, 1 << 26)
FINAL = Fraction(1, 1 << 48)


@dataclass(frozen=True, slots=True)
class Zero:
    """A zero: it lies in ``box`` and is the only one in ``alone``."""

    box: Box
    alone: Box


@dataclass(frozen=True, slots=True)
class Zeros:
    """The zeros found in a box, and the parts of it that were not settled."""

    zeros: tuple[Zero, ...]
    left: tuple[Box, ...]


class System:
    """n expressions g and their Jacobian in the variables wrt, evaluated together."""

    def __init__(
        self, g: Sequence[Expr], jacobian: Sequence[Sequence[Expr]], wrt: Sequence[Symbol]
    ) -> None:
        self.g, self.wrt = list(g), list(wrt)
        self.jacobian = [list(row) for row in jacobian]
        self.n = len(self.wrt)
        self.smooth_part = list(dict.fromkeys(self.g))
        self.smooth_on: Box | None = None
        self.size = sum(1 for _ in postorder(*self.g, *(e for row in self.jacobian for e in row)))

    def values(self, es: Sequence[Expr], box: Box) -> list[Interval]:
        """Return enclosures of several expressions over a box."""
        known: Mapping[Expr, Interval] = dict(zip(self.wrt, box, strict=True))
        found: dict[Expr, Interval] = {}
        for e in postorder(*es):
            own = image(e, [found[c] for c in children(e)])
            found[e] = own.meet(known[e]) if e in known else own
        return [found[e] for e in es]

    def slopes(self, box: Box) -> IntervalMatrix:
        """Return the enclosure of the Jacobian over a box."""
        flat = self.values([e for row in self.jacobian for e in row], box)
        return [flat[k * self.n : (k + 1) * self.n] for k in range(self.n)]

    def is_smooth(self, box: Box) -> bool:
        """Return whether all g are infinitely differentiable on the box."""
        if self.smooth_on is not None and _is_inside(box, self.smooth_on):
            return True
        known: dict[Expr, Interval] = dict(zip(self.wrt, box, strict=True))
        try:
            return all(
                is_smooth_on(e, x, known) for e in self.smooth_part for x in self.wrt
            ) and all(
                sum(depends_on(a, self.wrt) for a in s.args) <= 1
                for s in postorder(*self.smooth_part)
                if isinstance(s, Apply)
            )
        except (ValueError, LossmithError):
            return False

    def vanishes_at(self, at: Sequence[Fraction]) -> bool:
        """Return whether all g are exactly 0 at a rational point."""
        here: dict[Expr, Expr] = {x: const(c) for x, c in zip(self.wrt, at, strict=True)}
        try:
            there = [substitute(e, here) for e in self.g]
        except LossmithError:
            return False
        return all(isinstance(v, Const) and v.value == 0 for v in there)


def zeros_in(system: System, box: Box, limit: int | None = None) -> Zeros:
    """Return all zeros in a bounded box, each proved to exist and to be alone in a box of its own.

    What is left over (degenerate zeros, or too many boxes) is returned as boxes.
    """
    waiting, found, left = [box], list[Zero](), list[Box]()
    steps = 0
    limit = max(60, WORK // system.size) if limit is None else limit
    if system.is_smooth(box):
        system.smooth_on = box
    while waiting:
        b = waiting.pop()
        if any(_is_inside(b, z.alone) for z in found):
            continue
        steps += 1
        b, state = _contracted(system, b)
        if state == "none":
            continue
        zero = _proved(system, b) if state != "wide" else None
        if zero is not None:
            if not any(_is_inside(zero.box, z.alone) for z in found):
                if any(_meets(zero.box, z.box) for z in found):
                    left.append(b)  # perhaps one zero found twice: not settled
                    continue
                found.append(_exact(system, zero))
            if _is_inside(b, zero.alone):
                continue
        if steps > limit or len(left) >= MANY or max(_width(i) for i in b) < NARROW:
            left.append(b)
        else:
            waiting += _halves(b)
    return Zeros(tuple(z for z in found if _meets(z.box, box)), tuple(left))


def _contracted(system: System, b: Box) -> tuple[Box, str]:
    """Return the part of b that may hold zeros, and "none", "wide" or "ready" for a proof."""
    state = "wide"
    for _ in range(6):
        try:
            values = system.values(system.g, b)
        except LossmithError:
            return b, "wide"
        if any(v.is_empty or not v.has(0) for v in values):
            return b, "none"
        if not system.is_smooth(b):
            return b, "wide"
        k = krawczyk(system, b)
        if k is None:
            return b, "wide"
        smaller = tuple(i.meet(j) for i, j in zip(b, k, strict=True))
        if any(i.is_empty for i in smaller):
            return b, "none"
        state = "ready"
        if max(map(_width, smaller)) > max(map(_width, b)) * Fraction(9, 10):
            return smaller, state
        b = smaller
    return b, state


def krawczyk(system: System, b: Box) -> Box | None:
    """Return K for a box, None if the Jacobian in the middle has no inverse."""
    n = system.n
    c = [_middle(i) for i in b]
    j = system.slopes(b)
    if any(i.is_empty or not i.is_bounded for row in j for i in row):
        return None
    y = inverse([[_middle(i) for i in row] for row in j])
    if y is None:
        return None
    at_c = system.values(system.g, tuple(point(q) for q in c))
    if any(v.is_empty or not v.is_bounded for v in at_c):
        return None
    result: list[Interval] = []
    for i in range(n):
        total = point(c[i])
        for k in range(n):
            total = total + at_c[k].scale(-y[i][k])
        for k in range(n):
            entry = point(int(i == k))
            for m in range(n):
                entry = entry + j[m][k].scale(-y[i][m])
            total = total + entry * (b[k] + point(-c[k]))
        result.append(rounded(total))
    return tuple(result)


def _proved(system: System, b: Box) -> Zero | None:
    """Return the zero in or beside b, if a slightly larger box proves that there is exactly one."""
    wide = tuple(_inflated(i) for i in b)
    if not system.is_smooth(wide):
        return None
    k = krawczyk(system, wide)
    if k is None or not all(_strictly_inside(i, j) for i, j in zip(k, wide, strict=True)):
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
        at = [_middle(i).limit_denominator(bound) for i in z.box]
        if all(i.has(q) for i, q in zip(z.box, at, strict=True)) and system.vanishes_at(at):
            return Zero(tuple(point(q) for q in at), z.alone)
    return z


# -- boxes -----------------------------------------------------------------------------------------


def _inflated(i: Interval) -> Interval:
    assert i.lo is not None
    assert i.hi is not None
    room = (i.hi - i.lo) / 5 + NARROW / 1024
    return closed(i.lo - room, i.hi + room)


def _middle(i: Interval) -> Fraction:
    assert i.lo is not None
    assert i.hi is not None
    return _short((i.lo + i.hi) / 2)


def _short(x: Fraction) -> Fraction:
    """Return a nearby rational with a short binary denominator."""
    if x.denominator.bit_length() <= 64:
        return x
    return Fraction(round(x * (1 << 70)), 1 << 70)


def rounded(i: Interval) -> Interval:
    """Return the interval with ends rounded outward to multiples of 2^-90."""
    unit = 1 << 90
    lo = None if i.lo is None else Fraction((i.lo * unit).__floor__(), unit)
    hi = None if i.hi is None else Fraction((i.hi * unit).__ceil__(), unit)
    return closed(lo, hi)


def _width(i: Interval) -> Fraction:
    assert i.lo is not None
    assert i.hi is not None
    return i.hi - i.lo


def _halves(b: Box) -> list[Box]:
    widths = [_width(i) for i in b]
    k = widths.index(max(widths))
    lo, hi = b[k].lo, b[k].hi
    assert lo is not None
    assert hi is not None
    cut = _short((lo + hi) / 2)
    return [(*b[:k], closed(lo, cut), *b[k + 1 :]), (*b[:k], closed(cut, hi), *b[k + 1 :])]


def _is_inside(b: Box, other: Box) -> bool:
    return all(i.within(j) for i, j in zip(b, other, strict=True))


def _strictly_inside(i: Interval, j: Interval) -> bool:
    return (
        i.lo is not None
        and i.hi is not None
        and j.lo is not None
        and j.hi is not None
        and j.lo < i.lo
        and i.hi < j.hi
    )


def _meets(b: Box, other: Box) -> bool:
    return not any(i.meet(j).is_empty for i, j in zip(b, other, strict=True))


def inverse(a: Sequence[Sequence[Fraction]]) -> list[list[Fraction]] | None:
    """Return an approximate inverse of a rational matrix, None if it is singular."""
    n = len(a)
    rows = [[*row, *(Fraction(int(i == j)) for j in range(n))] for i, row in enumerate(a)]
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        if not rows[pivot][k]:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [q / rows[k][k] for q in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [p - rows[i][k] * q for p, q in zip(rows[i], rows[k], strict=True)]
    return [[Fraction(q).limit_denominator(1 << 30) for q in row[n:]] for row in rows]
