"""A partition of an interval into boxes, each with a reason why a function is >= 0 on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import TooLarge
from lossmith.evidence.arithmetic.second import (
    derivative,
    is_nonnegative_at,
    is_nonnegative_on,
    is_smooth_on,
)
from lossmith.evidence.arithmetic.signs import expanded, mixes
from lossmith.evidence.certificate import Parameter
from lossmith.expr.build import scale
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed
from lossmith.expr.walk import count, symbols
from lossmith.prove.proving.proof import Proof

Row = tuple[Parameter, ...]
BOXES = 40
FARTHEST = 1 << 20
"""Half-lines beyond this point are not cut again."""

LARGE = 48
"""Cores of more nodes get no ladders: their derivatives grow too fast."""

STEEPEST = 240
"""Derivatives of more nodes end a ladder."""

NODES = 4
"""Nodes enclosed on one box, or terms of an expansion, for one step of work."""

RUNGS = (
    ("left", 1),
    ("right", 1),
    ("left", 2),
    ("right", 2),
    ("chord", 0),
    ("left", 3),
    ("right", 3),
    ("left", 4),
)
"""Reasons of several derivatives, in the order in which they are tried."""


def partition(
    proof: Proof, e: Expr, x: Symbol, weight: Expr, core: Expr, *, strict: bool, most: int
) -> list[Row] | None:
    """Return boxes, left to right, each with the first reason that the checker accepts."""
    whole = x.assumptions.interval
    waiting = list(reversed(_start(Interval(whole.lo, whole.hi, True, True))))
    rows: list[Row] = []
    tries, start = 0, proof.work
    while waiting:
        box = waiting.pop()
        known: dict[Expr, Interval] = {x: box}
        reason = _reason(proof, e, x, weight, core, known, strict=strict)
        if reason is not None:
            rows.append((box, *reason))
            continue
        tries += 1
        if tries > BOXES or proof.work - start > most or _negative_inside(core, x, box):
            return None
        halves = _split(box)
        if halves is None:
            return None
        waiting += reversed(halves)
    return rows


def _start(whole: Interval) -> list[Interval]:
    if whole.has(0):
        zero = Fraction(0)
        return [Interval(whole.lo, zero, True, False), Interval(zero, whole.hi, False, True)]
    return [whole]


def cut_of(box: Interval) -> Fraction:
    """Return the middle; of a half-line a point that moves out twice as far each time."""
    if box.lo is not None and box.hi is not None:
        return (box.lo + box.hi) / 2
    if box.lo is not None:
        return box.lo + max(abs(box.lo), Fraction(1))
    return Fraction(0) if box.hi is None else box.hi - max(abs(box.hi), Fraction(1))


def _split(box: Interval) -> list[Interval] | None:
    """Return two halves, None of what is too narrow or too far out."""
    cut = cut_of(box)
    if box.lo is not None and box.hi is not None and box.hi - box.lo < Fraction(1, 1 << 20):
        return None
    if abs(cut) > FARTHEST:
        return None
    return [
        Interval(box.lo, cut, box.lo_open, False),
        Interval(cut, box.hi, False, box.hi_open),
    ]


def _negative_inside(core: Expr, x: Symbol, box: Interval) -> bool:
    lo = box.lo if box.lo is not None else (box.hi or Fraction(0)) - 1
    hi = box.hi if box.hi is not None else lo + 1
    middle = (lo + hi) / 2
    if any(s is not x for s in symbols(core)):
        return False
    found = bounds(core, {x: closed(middle, middle)})[core]
    return found.hi is not None and found.hi < 0


def work_of(f: Expr) -> int:
    """Return the steps that one look at the sign of f on one box costs, whatever was cached."""
    wide = (False, True) if mixes(f) else (False,)
    terms = 0 if f.shape else sum(len(expanded(f, exponential)[0]) for exponential in wide)
    return 1 + (count(f) + terms) // NODES


def _reason(
    proof: Proof,
    e: Expr,
    x: Symbol,
    weight: Expr,
    core: Expr,
    known: Mapping[Expr, Interval],
    *,
    strict: bool,
) -> Row | None:
    proof.spend(1 + (count(e) + count(weight)) // NODES)
    try:
        if not is_smooth_on(e, x, known):
            return None
        if not is_nonnegative_on(weight, x, known, ("direct",), strict=True):
            return None
    except (ValueError, LossmithError):
        return None
    for reason in _reasons(proof, core, x, known, strict=strict):
        try:
            if is_nonnegative_on(core, x, known, reason, strict=strict):
                return reason
        except (ValueError, LossmithError, TooLarge):
            continue
    return None


def _reasons(
    proof: Proof, core: Expr, x: Symbol, known: Mapping[Expr, Interval], *, strict: bool
) -> Iterator[Row]:
    """Yield reasons worth a full check; the work for each is spent before it is tried."""
    proof.spend(work_of(core))
    yield ("direct",)
    yield ("polynomial",)
    if count(core) > LARGE:
        return
    ladders = {side: _Ladder(proof, core, x, known, side) for side in ("left", "right")}
    for side, k in RUNGS:
        if side == "chord":
            box = known[x]
            ends = [e for e in (box.lo, box.hi) if e is not None]
            if len(ends) == 2 and all(_is_above_at(core, x, e, known) for e in ends):
                proof.spend(work_of(core))
                yield ("chord",)
        elif ladders[side].holds(k, strict=strict):
            yield (side, Fraction(k))


class _Ladder:
    """The derivatives of f from one end of a box, climbed as long as they are >= 0 at that end."""

    def __init__(
        self, proof: Proof, f: Expr, x: Symbol, known: Mapping[Expr, Interval], side: str
    ) -> None:
        box = known[x]
        self.proof, self.f, self.x, self.known = proof, f, x, known
        self.end = box.lo if side == "left" else box.hi
        self.turn = 1 if side == "left" else -1
        self.climbed = 0

    def holds(self, k: int, *, strict: bool) -> bool:
        """Return whether the k-th derivative, k rising, shows that f is >= 0 on the box."""
        while self.end is not None and self.climbed < k:
            self._climb(self.end)
        if self.end is None:
            return False
        self.proof.spend(work_of(self.f))
        return is_nonnegative_on(self.f, self.x, self.known, ("direct",), strict=strict)

    def _climb(self, end: Fraction) -> None:
        """Take the next derivative, with the sign that must be >= 0; end the ladder if f < 0."""
        self.proof.spend(2 + 2 * count(self.f) // NODES)
        self.climbed += 1
        if _is_above_at(self.f, self.x, end, self.known):
            try:
                self.f = scale(self.turn, derivative(self.f, self.x))
            except (ValueError, LossmithError):
                self.end = None
                return
            if count(self.f) <= STEEPEST:
                return
        self.end = None


def _is_above_at(f: Expr, x: Symbol, end: Fraction, known: Mapping[Expr, Interval]) -> bool:
    """Return whether f >= 0 at an end, if it has a value there."""
    try:
        return is_nonnegative_at(f, x, end, known)
    except (ValueError, LossmithError):
        return False
