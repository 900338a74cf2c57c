"""A function of one real variable cut into segments on which it is one smooth expression.

The cuts are the zeros of everything that switches: arguments of functions with kinks, conditions of
choices, bases of roots and reciprocals, ends of domains. Between two cuts every switch has one
sign, so each |u| is u or -u, each maximum one of its arguments, and each choice one branch.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import postorder, symbols
from lossmith.prove.line.switches import NoValue, Sign, resolved
from lossmith.prove.zeros.roots import (
    Root,
    Undecided,
    compare,
    exact_root,
    ordered,
    refined,
    sign,
    sign_at,
)
from lossmith.prove.zeros.zeros import zeros

LIMIT = 40
"""Most segments: what switches more often is left undecided."""


class _Cut(Exception):
    """A switch changes its sign inside the segment."""

    def __init__(self, at: tuple[Root, ...]) -> None:
        super().__init__()
        self.at = at


@dataclass(frozen=True, slots=True)
class Segment:
    """An open interval between two cuts (None: infinite) and the formula on it.

    expr: smooth inside; None where the formula is undefined on the segment.
    """

    left: Root | None
    right: Root | None
    expr: Expr | None


def cut_into_segments(e: Expr, x: Symbol, box: Interval) -> tuple[Segment, ...]:
    """Return the segments of e over the interior of a box, left to right.  Raises: Undecided.

    e: a scalar of scalars, x its only symbol.
    """
    if any(s is not x for s in symbols(e)) or any(s.shape for s in postorder(e)):
        raise Undecided
    left = None if box.lo is None else exact_root(x, box.lo)
    right = None if box.hi is None else exact_root(x, box.hi)
    waiting: list[tuple[Root | None, Root | None]] = [(left, right)]
    done: list[Segment] = []
    while waiting:
        a, b = waiting.pop()
        try:
            done.append(Segment(a, b, resolved(e, _between(x, a, b))))
        except NoValue:
            done.append(Segment(a, b, None))
        except _Cut as cut:
            marks: list[Root | None] = [a, *cut.at, b]
            waiting += list(pairwise(marks))[::-1]
            if len(waiting) + len(done) > LIMIT:
                raise Undecided from None
    return tuple(done)


def value_at(e: Expr, r: Root) -> Expr:
    """Return e as it is at one point, without switches.  Raises: NoValue, Undecided."""

    def here(w: Expr) -> int:
        found = sign_at(w, r)
        if found is None:
            raise Undecided
        return found

    return resolved(e, here, at=r)


def inner_ends(s: Segment) -> tuple[Root | None, Root | None]:
    """Return the ends of the segment, refined until a rational lies between them."""
    a, b = s.left, s.right
    if a is None or b is None or a.hi < b.lo:
        return a, b
    for k in range(40, 400, 40):
        a, b = refined(a, Fraction(1, 1 << k)), refined(b, Fraction(1, 1 << k))
        if a.hi < b.lo:
            return a, b
    raise Undecided


def sample(s: Segment) -> Fraction:
    """Return a rational point inside the segment."""
    a, b = inner_ends(s)
    if a is None and b is None:
        return Fraction(0)
    if a is None:
        assert b is not None
        return b.lo.__floor__() - Fraction(1)
    if b is None:
        return a.hi.__ceil__() + Fraction(1)
    middle, room = (a.hi + b.lo) / 2, (b.lo - a.hi) / 4
    return middle.limit_denominator(max(16, int(2 / room) + 1))


def zeros_inside(g: Expr, s: Segment, x: Symbol) -> tuple[Root, ...]:
    """Return the zeros of g (smooth there) in the open segment.  Raises: Undecided."""
    a, b = inner_ends(s)
    ends: list[tuple[Fraction | None, bool]] = []
    for k, r in enumerate((a, b)):
        if r is None:
            ends.append((None, True))
        elif r.is_exact:
            ends.append((r.lo, True))
        else:
            ends.append((_past(g, r, k, x), False))
    (lo, lo_open), (hi, hi_open) = ends
    return zeros(g, x, Interval(lo, hi, lo_open, hi_open))


def _past(g: Expr, r: Root, k: int, x: Symbol) -> Fraction:
    """Return a rational beyond an irrational cut, up to which g has no zero.  Raises: Undecided."""
    for width in (40, 80, 160, 320):
        here = refined(r, Fraction(1, 1 << width))
        if g is here.g or not bounds(g, {x: here.interval})[g].has(0):
            return here.lo if k else here.hi
        # All zeros of g nearby are the cut itself.
        if all(compare(z, r) == 0 for z in zeros(g, x, here.interval)):
            return here.lo if k else here.hi
    raise Undecided


def _between(x: Symbol, a: Root | None, b: Root | None) -> Sign:
    segment = Segment(a, b, None)

    def here(w: Expr) -> int:
        if isinstance(w, Const):
            return (w.value > 0) - (w.value < 0)
        inside = zeros_inside(w, segment, x)
        if inside:
            raise _Cut(tuple(ordered(inside)))
        found = sign(w, x, sample(segment))
        if not found:
            raise Undecided
        return found

    return here
