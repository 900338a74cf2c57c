"""What a function does at a given point: its one-sided slopes, and where it has a minimum there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from lossmith.errors import LossmithError, UsageError
from lossmith.expr.build import subtract
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.line.one_sided import Sides, sides
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text
from lossmith.view import at_point as told
from lossmith.view.card import Card
from lossmith.words import Words, same
from lossmith.workbench.objective import Objective, objective
from lossmith.workbench.unknown_functions import (
    declared_numbers,
    linearized,
    named,
    split_declarations,
)

_POINT: Final = re.compile(r"\s*([^\W\d]\w*)\s*=\s*(.+?)\s*")


@dataclass(frozen=True, repr=False)
class AtPoint:
    """The slopes of a formula at one point, and what they prove.

    text: the formula as it was given.  sides: None where the slopes were not settled.
    shape: convex, concave or "", proved.
    """

    text: str
    x: Symbol
    at: Expr
    sides: Sides | None
    shape: str = ""

    @property
    def status(self) -> str:
        """proved, or undecided where the slopes leave the kind open."""
        if self.sides is None:
            return "undecided"
        is_open = self.sides.answer in ("open", "stationary") and not self.shape
        return "undecided" if is_open else "proved"

    def card(self) -> Card:
        """Return the slopes and the answer as a card."""
        lines = told.rows(self.text, self.x, self.at, self.sides, self.shape)
        return Card(same(self.text), tuple(lines))

    def to_json(self) -> dict[str, Any]:
        """Return the slopes and the answer as plain data."""
        s = self.sides
        found: dict[str, Any] = {"status": self.status, "at": to_text(self.at), "shape": self.shape}
        if s is not None:
            found |= {
                "answer": s.answer,
                "left": to_text(s.left),
                "right": to_text(s.right),
                "jump": to_text(s.jump),
                "middle": to_text(s.middle),
                "smooth": s.is_smooth,
            }
        return found


def at_point(text: str, point: str, declare: str = "") -> AtPoint:
    """Return what a formula of one number does at a point such as "x = 0".

    declare: as for ``objective``; "L: function" says that L is some differentiable function.
    Raises: UsageError for a point that is none; what ``objective`` raises.
    """
    match = _POINT.fullmatch(point)
    if match is None:
        raise UsageError(
            Words(f"no point: {point}", f"不是一个点：{point}"),
            attempt=same('--at "x = 0"'),
        )
    name, place = match[1], match[2]
    functions, declare = split_declarations(declare)
    written, calls = linearized(text, functions)
    promises = "; ".join(p for p in (_with_number(declare, name), declared_numbers(calls)) if p)
    f = objective(written, declare=promises, wrt=name)
    x = f.wrt[0]
    if x.shape:
        raise UsageError(
            Words(f"{name} is not one number", f"{name} 不是一个数"),
            attempt=same(f'--declare "{name}: scalar"'),
        )
    at = _place(x, place, f)
    e = named(f.expr, calls, x, at)
    return AtPoint(text, x, at, sides(e, x, at), "" if calls else _shape(f))


def _with_number(declare: str, name: str) -> str:
    """Return the declarations, with the variable as a number where they say nothing of it."""
    said = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", declare)
    return declare if said else "; ".join(p for p in (declare, f"{name}: scalar") if p.strip())


def _place(x: Symbol, text: str, f: Objective) -> Expr:
    """Return the point, with the symbols of the formula."""
    own = {s.name: s for s in f.formula.symbols}
    # The variable is written beside it: a number alone is no formula.
    found = parse(f"{x.name} - ({text})", declare=f"{x.name}: scalar")
    places: dict[Expr, Expr] = {s: own.get(s.name, s) for s in found.symbols}
    at = subtract(x, substitute(found.expr, places))
    if at.shape or depends_on(at, (x,)):
        raise UsageError(
            Words(f"{text} is no number free of {x.name}", f"{text} 不是与 {x.name} 无关的数"),
            attempt=same(f'--at "{x.name} = 0"'),
        )
    return at


def _shape(f: Objective) -> str:
    """Return convex or concave, where that is proved."""
    try:
        found = f.curvature()
    except LossmithError:
        return ""
    return found.label if found.label in ("convex", "concave") else ""
