"""Where a function of one real variable rises and falls, from left to right: what is claimed.

The interior of an interval is cut into open stretches and, between two of them, turns. On a stretch
the formula is one smooth expression (``pieces.resolved``) whose slope has one sign; a turn is one
rational number, or a short interval in which the slope has exactly one zero because it changes its
sign there and the second derivative has one sign.  What follows:

  stationary  the function has slope 0 there.  At a rational c, both neighboring expressions are
              smooth at c, have the value of f at c and slope 0 there: both one-sided derivatives
              of f are 0.
  kink        f is continuous at c: both expressions are, and have the value of f at c; on one side
              the slopes next to c keep away from 0, so f has no slope 0 at c (mean value theorem).
              Or c is the one zero in (low, high) of what decides a corner there, f is made of
              continuous functions, and both expressions have slopes of one sign on [low, high].
  gap         nothing is said of f at c.

A stretch may be one on which f has no value at all (sign None).

The slope of f is 0 at the stationary turns and on stretches of sign 0, and nowhere else but perhaps
at gaps.  Where f is continuous and its slope changes from - to +, it has a strict minimum.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from lossmith.evidence import forms
from lossmith.evidence.forms import Document, Form, Json, Rows
from lossmith.evidence.refusal import refusal
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval

TurnKind = Literal["stationary", "kink", "gap"]

Row = tuple[Any, ...]
"""(box, reason ...), as in ``second.is_nonnegative_on``."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """An open interval on which the slope has this sign: 1, -1 or 0; None: f has no value there.

    weight, core, rows: prove sign * slope > 0, in the symbol ``running`` of the interval.
    """

    inside: Interval
    sign: int | None
    weight: Expr
    core: Expr
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """What lies between two stretches: the number low = high, or one point of (low, high).

    switch: of a kink that is not rational, the expression in x that changes its sign there.
    """

    low: Fraction
    high: Fraction
    kind: TurnKind
    switch: Expr | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """The stretches of e over the interior of ``box``, and the turns between them."""

    e: Expr
    x: Symbol
    box: Interval
    stretches: tuple[Stretch, ...]
    turns: tuple[Turn, ...]

    @property
    def minima(self) -> tuple[Turn, ...]:
        """The turns at which e has a strict local minimum."""
        return self._turning(-1)

    @property
    def maxima(self) -> tuple[Turn, ...]:
        """The turns at which e has a strict local maximum."""
        return self._turning(1)

    def _turning(self, before: int) -> tuple[Turn, ...]:
        return tuple(
            t
            for k, t in enumerate(self.turns)
            if t.kind != "gap"
            and (self.stretches[k].sign, self.stretches[k + 1].sign) == (before, -before)
        )

    def to_json(self) -> dict[str, Json]:
        """Return the certificate as plain data."""
        return COURSE.to_json(self)


def _row(data: Json, rows: Rows) -> Row:
    box, reason, *numbers = data
    return (forms.INTERVAL.read(box, rows), str(reason), *map(Fraction, numbers))


_ROW: Final[Form[Row]] = Form(
    lambda row, writer: [forms.INTERVAL.write(row[0], writer), row[1], *map(str, row[2:])], _row
)
COURSE: Final = Document(
    "lossmith course 1",
    forms.record(
        Course,
        expr=forms.EXPR,
        wrt=forms.SYMBOL,
        box=forms.INTERVAL,
        stretches=forms.many(
            forms.record(
                Stretch,
                inside=forms.INTERVAL,
                sign=forms.optional(forms.INTEGER),
                weight=forms.EXPR,
                core=forms.EXPR,
                rows=forms.many(_ROW),
            )
        ),
        turns=forms.many(
            forms.row(Turn, forms.NUMBER, forms.NUMBER, forms.TEXT, forms.optional(forms.EXPR))
        ),
    ),
    version=None,
)


refused = refusal("the certificate of a course does not hold", "走势证书不成立")
"""The errors of a certificate that does not show what it says."""
