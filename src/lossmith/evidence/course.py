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

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal

from lossmith.atoms.table import ATOMS
from lossmith.errors import NotCertified
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.serial import Writer, interval_from_json, interval_to_json, read_rows
from lossmith.expr.sets import Interval
from lossmith.words import Words

FORMAT: Final = "lossmith course 1"

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

    def to_json(self) -> dict[str, Any]:
        """Return the certificate as plain data."""
        writer = Writer()
        root, x = writer.add(self.e), writer.add(self.x)
        stretches = [
            {
                "inside": interval_to_json(s.inside),
                "sign": s.sign,
                "weight": writer.add(s.weight),
                "core": writer.add(s.core),
                "rows": [[interval_to_json(r[0]), r[1], *map(str, r[2:])] for r in s.rows],
            }
            for s in self.stretches
        ]
        return {
            "format": FORMAT,
            "expr": root,
            "wrt": x,
            "box": interval_to_json(self.box),
            "stretches": stretches,
            "turns": [
                [
                    str(t.low),
                    str(t.high),
                    t.kind,
                    None if t.switch is None else writer.add(t.switch),
                ]
                for t in self.turns
            ],
            "nodes": writer.rows,
        }


def course_from_json(data: Mapping[str, Any]) -> Course:
    """Return the certificate in plain data."""
    exprs = read_rows(data["nodes"], ATOMS)
    x = exprs[int(data["wrt"])]
    if not isinstance(x, Symbol):
        raise refused("the variable is no symbol", "变量不是符号")
    return Course(
        exprs[int(data["expr"])],
        x,
        interval_from_json(data["box"]),
        tuple(
            Stretch(
                interval_from_json(s["inside"]),
                None if s["sign"] is None else int(s["sign"]),
                exprs[int(s["weight"])],
                exprs[int(s["core"])],
                tuple(
                    (interval_from_json(r[0]), str(r[1]), *map(Fraction, r[2:])) for r in s["rows"]
                ),
            )
            for s in data["stretches"]
        ),
        tuple(
            Turn(Fraction(low), Fraction(high), kind, None if u is None else exprs[int(u)])
            for low, high, kind, u in data["turns"]
        ),
    )


def told(c: Course) -> Words:
    """Return what a replayed certificate shows."""
    still = sum(t.kind == "stationary" for t in c.turns)
    flat = sum(s.sign == 0 for s in c.stretches)
    gaps = sum(t.kind == "gap" for t in c.turns)
    low, high = len(c.minima), len(c.maxima)
    en = f"accepted: for {c.x.name} in {c.box}, {still} stationary {_many(still, 'point')}"
    en += f" and {flat} {_many(flat, 'interval')} with slope 0" if flat else ""
    en += f", no others; {low} {_many(low, 'minimum')} and {high} {_many(high, 'maximum')}"
    zh = f"通过：{c.x.name} 属于 {c.box} 时，恰有 {still} 个驻点"
    zh += f"和 {flat} 个导数恒为零的区间" if flat else ""
    zh += f"；极小点 {low} 个，极大点 {high} 个"
    if gaps:
        en += f"; nothing is said at {gaps} {_many(gaps, 'point')}"
        zh += f"；有 {gaps} 个点未作断言"
    return Words(en, zh)


def _many(n: int, name: str) -> str:
    return name if n == 1 else {"minimum": "minima", "maximum": "maxima"}.get(name, f"{name}s")


def refused(en: str, zh: str) -> NotCertified:
    """Return the error of a certificate that does not show what it says."""
    return NotCertified(Words(f"the certificate of a course fails: {en}", f"走势证书不成立：{zh}"))
