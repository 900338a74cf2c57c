"""The values of a wrong line and of the right one, part by part, to tell which parts agree."""

# Balls are python-flint objects, which carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from flint import fmpq

from lossmith.atoms.meaning import Values
from lossmith.errors import LossmithError
from lossmith.evidence.witness import listed
from lossmith.expr.node import Expr
from lossmith.expr.walk import symbols
from lossmith.judge.points import points

_BITS: Final = 80
_AGREE: Final = 40
_WANTED: Final = 3
_FIRST_GENERIC: Final = 5
_DENOMINATOR: Final = 24


class Sides:
    """The parts of two expressions at a few generic points; what agrees there is taken to agree.

    No verdict rests on it: it finds words for a line that is refuted already.
    """

    def __init__(self, left: Expr, right: Expr) -> None:
        self.at: list[Values] = []
        known = set(symbols(left, right))
        for k, point in enumerate(points(left, right)):
            if k < _FIRST_GENERIC or len(self.at) == _WANTED:
                continue
            here = {s: listed(v) for s, v in point.values.items() if s in known}
            values = Values(here, point.sizes, _BITS)
            if all(_finite(values, e) is not None for e in (left, right)):
                self.at.append(values)

    def same(self, a: Expr, b: Expr) -> bool:
        """Return whether two parts have one value at all points."""
        return a is b or self.ratio(a, b) == 1

    def ratio(self, a: Expr, b: Expr) -> Fraction | None:
        """Return the simple number q with a = q b at all points, None if there is none."""
        if a.shape != b.shape or not self.at:
            return None
        pairs: list[tuple[Any, Any]] = []
        for values in self.at:
            x, y = _finite(values, a), _finite(values, b)
            if x is None or y is None:
                return None
            pairs += zip(x, y, strict=True)
        q = next((_quotient(x, y) for x, y in pairs if not y.contains(0)), None)
        if q is None:
            return Fraction(1) if all(_near(x, y) for x, y in pairs) else None
        exact = fmpq(q.numerator, q.denominator)
        return q if q and all(_near(x, exact * y) for x, y in pairs) else None


def _finite(values: Values, e: Expr) -> list[Any] | None:
    try:
        found = values.of(e)
    except (LossmithError, ZeroDivisionError, OverflowError):
        return None
    return found if all(x.is_finite() for x in found) else None


def _quotient(x: Any, y: Any) -> Fraction:
    """Return the simple number nearest to x/y."""
    return Fraction(float((x / y).mid())).limit_denominator(_DENOMINATOR)


def _near(x: Any, y: Any) -> bool:
    return bool(abs(x - y) < (1 + abs(x) + abs(y)) / (1 << _AGREE))
