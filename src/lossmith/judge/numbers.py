"""A counterexample in a form to be read: the values, and what both sides come to there."""

# Balls are python-flint objects, which carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lossmith.evidence.forms import Nested, parts
from lossmith.evidence.lines.difference import Difference, values_at
from lossmith.expr.node import Expr, Symbol
from lossmith.text.writing.print_names import unicode_name

_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Sides:
    """at: the values, ``o = (1, 0), y = (1, 0)``.  left, right: the two sides in decimals."""

    at: str
    left: str
    right: str


def sides(d: Difference) -> Sides:
    """Return the values of a difference and of its sides, entries rounded for reading."""
    return Sides(
        ", ".join(f"{unicode_name(s.name)} = {_nested(v)}" for s, v in d.values.items()),
        _value(d.left, d.values, d.sizes),
        _value(d.right, d.values, d.sizes),
    )


def _value(e: Expr, values: Mapping[Symbol, Nested], sizes: Mapping[str, int]) -> str:
    flat = values_at(e, values, sizes, 192)
    if flat is None:
        return "?"
    extent = [d if isinstance(d, int) else sizes[d] for d in e.shape]
    return _shaped([_decimal(x) for x in flat], extent)


def _decimal(ball: Any) -> str:
    """Return the midpoint of a ball with a few digits; a dash where there is no value."""
    if not ball.is_finite():
        return "—"
    text = f"{float(ball.mid()):.{_DIGITS}g}"
    return text.replace("-", "−")


def _shaped(flat: Sequence[str], extent: Sequence[int]) -> str:
    level = list(flat)
    for n in reversed(extent):
        level = [f"({', '.join(level[k : k + n])})" for k in range(0, len(level), n)]
    return level[0] if len(level) == 1 else ", ".join(level)


def _nested(v: Nested) -> str:
    rows = parts(v)
    if rows is None:
        return str(v).replace("-", "−")
    return f"({', '.join(_nested(x) for x in rows)})"
