"""The Hessian of a function of two numbers: boxes on which its minors have their signs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import TooLarge
from lossmith.evidence.curvature.rules_hessian import is_sign_on, minors
from lossmith.expr.node import Expr, Select, Symbol
from lossmith.expr.sets import Interval, closed
from lossmith.expr.walk import count, postorder, symbols
from lossmith.prove.curvature.sign_forms import forms
from lossmith.prove.proving.partition import cut_of, work_of
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_total

DEEPEST = 4
"""How often a side of the rectangle is halved."""

MOST = 60
"""Boxes that are tried for one form of a minor."""

LARGEST = 80
"""Minors of more nodes are not tried: their enclosures are too wide to show a sign."""

Found = dict[str, int]


def prove_minors(proof: Proof, e: Expr, kinds: tuple[str, ...] = ("convex", "concave")) -> Found:
    """Return nodes for the curvatures of e, a function of two numbers, by its Hessian."""
    wrt = proof.wrt
    if len(wrt) != 2 or e.shape or any(s.shape for s in symbols(e)):
        return {}
    if any(isinstance(s, Select) for s in postorder(e)):
        return {}
    total = prove_total(proof, e)
    found: Found = {}
    for kind in kinds if total is not None else ():
        try:
            goals = minors(e, *wrt, concave=kind.endswith("concave"))
        except (ValueError, LossmithError):
            return {}
        strict = kind.startswith("strictly")
        fails = any(_fails(g, wrt, strict=strict) for g in reversed(goals))
        if fails or max(map(count, goals)) > LARGEST:
            continue
        rows = [_sign(proof, e, (wrt[0], wrt[1]), goal, strict=strict) for goal in goals]
        if all(row is not None for row in rows):
            node = proof.propose(proof.claim(kind, e), "hessian-minors", [total], tuple(rows))
            if node is not None:
                found[kind] = node
    return found


def _fails(goal: Expr, wrt: tuple[Symbol, ...], *, strict: bool) -> bool:
    """Return whether the minor is certainly < 0 (or <= 0, if strict) at a point of a small grid."""
    data = [s for s in symbols(goal) if s not in wrt]
    choices = [_spots(s.assumptions.interval) for s in (*wrt, *data)]
    for place in _first(product(*choices)):
        known: dict[Expr, Interval] = dict(zip((*wrt, *data), place, strict=True))
        found = bounds(goal, known)[goal]
        if found.hi is not None and (found.hi < 0 or (strict and found.hi == 0)):
            return True
    return False


def _first(places: Iterator[tuple[Interval, ...]]) -> Iterator[tuple[Interval, ...]]:
    for _, place in zip(range(27), places, strict=False):
        yield place


def _spots(i: Interval) -> list[Interval]:
    """Return three points inside: near both ends and in the middle."""
    middle = cut_of(i)
    low = cut_of(Interval(i.lo, middle, True, True))
    high = cut_of(Interval(middle, i.hi, True, True))
    return [closed(p, p) for p in (middle, low, high) if i.has(p)]


def _sign(
    proof: Proof, e: Expr, wrt: tuple[Symbol, Symbol], goal: Expr, *, strict: bool
) -> tuple[object, ...] | None:
    """Return (weight, core, strips ...) that shows goal >= 0 on the rectangle."""
    for weight, core in forms(goal, wrt[0]):
        strips = _Strips(proof, e, wrt, weight, core, strict=strict).found()
        if strips is not None:
            return (weight, core, *strips)
    return None


class _Strips:
    """Intervals of x, each with intervals of y, on which core >= 0 is looked for."""

    def __init__(
        self,
        proof: Proof,
        e: Expr,
        wrt: tuple[Symbol, Symbol],
        weight: Expr,
        core: Expr,
        *,
        strict: bool,
    ) -> None:
        self.proof, self.e, self.wrt = proof, e, wrt
        self.weight, self.core, self.strict = weight, core, strict
        self.left = MOST

    def found(self) -> list[tuple[Interval, ...]] | None:
        """Return the strips, from left to right; None if some box shows no sign."""
        x, y = (_inside(w) for w in self.wrt)

        def strip(along: Interval) -> tuple[Interval, ...] | None:
            boxes = self._cut(y, lambda box: (box,) if self._holds(along, box) else None)
            return None if boxes is None else (along, *(box for (box,) in boxes))

        return self._cut(x, strip)

    def _cut(
        self, whole: Interval, made: Callable[[Interval], tuple[Interval, ...] | None]
    ) -> list[tuple[Interval, ...]] | None:
        """Halve the interval until something is made of each part."""
        done: list[tuple[Interval, ...]] = []
        waiting = [(whole, 0)]
        while waiting:
            part, depth = waiting.pop()
            of_it = made(part)
            if of_it is not None:
                done.append(of_it)
            elif depth == DEEPEST or self.left <= 0:
                return None
            else:
                low, high = _halves(part)
                waiting += [(high, depth + 1), (low, depth + 1)]
        return done

    def _holds(self, along: Interval, box: Interval) -> bool:
        self.proof.spend(work_of(self.core))
        self.left -= 1
        x, y = self.wrt
        known: dict[Expr, Interval] = {x: along, y: box}
        try:
            return is_sign_on(self.e, self.wrt, self.weight, self.core, known, strict=self.strict)
        except (ValueError, LossmithError, TooLarge):
            return False


def _inside(s: Symbol) -> Interval:
    i = s.assumptions.interval
    return Interval(i.lo, i.hi, True, True)


def _halves(i: Interval) -> tuple[Interval, Interval]:
    cut = cut_of(i)
    return Interval(i.lo, cut, i.lo_open, False), Interval(cut, i.hi, False, i.hi_open)
