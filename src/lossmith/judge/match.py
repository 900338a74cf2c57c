"""Does a candidate have the values of the user's line?  Told at two generic points, by balls.

A match gives a wrong line its name and nothing more: no verdict rests on it.
"""

# Balls are python-flint objects, which carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lossmith.atoms.meaning import Values
from lossmith.errors import LossmithError
from lossmith.evidence.lines.difference import values_at
from lossmith.evidence.witness import listed
from lossmith.expr.node import Apply, Expr, Select, Symbol
from lossmith.expr.walk import postorder, symbols
from lossmith.judge.points import Point, compare, points

_BITS = 80
_AGREE = 40
_SMALL = 5
_BUDGET = 8_000


class Matcher:
    """The values of a line at a few points, to hold candidates against.

    beside: expressions whose symbols candidates may use.
    """

    def __init__(self, line: Expr, beside: Sequence[Expr] = ()) -> None:
        self.line = line
        self.shape = line.shape
        self.work = 0
        self.known = set(symbols(line, *beside))
        found: list[tuple[int, Point, list[Any]]] = []
        for k, point in enumerate(points(line, *beside)):
            if k < _SMALL:
                continue
            flat = values_at(line, point.values, point.sizes, _BITS)
            if flat is None or not all(x.is_finite() for x in flat):
                continue
            # Points at which the line differs from what is right, and is not 0, tell most.
            zero = all(x.contains(0) for x in flat)
            rank = 2 * (not self._differs(point, flat, beside)) + zero
            found.append((rank, point, flat))
            if sum(r == 0 for r, _, _ in found) == 6:
                break
        found.sort(key=lambda f: f[0])
        chosen = [*found[:6], *[f for f in found[6:] if f[0] == 1][:1]]
        self.at = [(Values(_listed(p, self.known), p.sizes, _BITS), flat) for _, p, flat in chosen]

    def _differs(self, point: Point, flat: list[Any], beside: Sequence[Expr]) -> bool:
        for e in beside[:1]:
            if e.shape != self.shape:
                return True
            other = values_at(e, point.values, point.sizes, _BITS)
            if other is not None and any(
                y.is_finite() and not x.overlaps(y) for x, y in zip(flat, other, strict=True)
            ):
                return True
        return not beside

    @property
    def is_spent(self) -> bool:
        """Whether the budget of values is used up: names are worth a second, not more."""
        return self.work > _BUDGET

    def refreshed(self) -> None:
        """Begin a new budget."""
        self.work = 0

    def fits(self, candidate: Expr) -> bool:
        """Return whether the candidate has the values of the line at all points kept."""
        if candidate.shape != self.shape or not self.at:
            return False
        if self.is_spent or not set(symbols(candidate)) <= self.known:
            return False
        for values, flat in self.at:
            before = len(values.known)
            try:
                found = values.of(candidate)
            except (LossmithError, ZeroDivisionError, OverflowError):
                return False
            finally:
                self.work += 1 + len(values.known) - before
            if not all(_same(x, y) for x, y in zip(flat, found, strict=True)):
                return False
        return self._stands(candidate)

    def _stands(self, candidate: Expr) -> bool:
        """Return whether no other points tell the candidate from the line.

        A condition that decides a case may be wrong and yet hold at a few points.
        """
        if not any(isinstance(e, Select | Apply) for e in postorder(candidate)):
            return True
        return compare(self.line, candidate, away=True).difference is None


def _listed(point: Point, known: set[Symbol]) -> dict[Symbol, Any]:
    return {s: listed(v) for s, v in point.values.items() if s in known}


def _same(x: Any, y: Any) -> bool:
    if not y.is_finite():
        return False
    return bool(abs(x - y) < (1 + abs(x) + abs(y)) / (1 << _AGREE))
