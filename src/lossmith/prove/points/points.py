"""What is proved of the stationary points of a formula: each with its place and its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from lossmith.evidence.points.course import Course
from lossmith.evidence.points.elimination import EliminationCertificate
from lossmith.evidence.points.layers import LayersCertificate
from lossmith.evidence.points.zeros import ZerosCertificate
from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import Interval, point
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

PointsCertificate = ZerosCertificate | EliminationCertificate | Course | LayersCertificate

Kind = Literal["minimum", "maximum", "saddle", "inflection", "flat", "degenerate", "edge"]

KIND_WORDS: dict[Kind, Words] = {
    "minimum": Words("minimum", "极小点"),
    "maximum": Words("maximum", "极大点"),
    "saddle": Words("saddle", "鞍点"),
    "inflection": Words("inflection with slope 0", "驻拐点"),
    "flat": Words("constant", "常值"),
    "degenerate": Words("degenerate", "退化"),
    "edge": Words("point on the edge of the set", "集合边界上的点"),
}


@dataclass(frozen=True, slots=True)
class StationaryPoint:
    """One zero of the gradient, the only one in ``box``; equal ends mean it is exact.

    kind: minimum, maximum (strict ones, unless ``set_of`` says more), saddle, inflection, flat (the
    function is constant), degenerate (not decided).  at_kink: no zero of the gradient but a corner
    or cusp at which the function turns.  set_of: every point of this set is meant, not one point.
    value: encloses the value.  is_global: proved to be the least value of all.  reason: what
    decided the kind, if it was more than the Hessian.  exact, exact_value: the coordinates and the
    value in symbols (√2, log 2), where they are known.
    """

    box: Mapping[Symbol, Interval]
    kind: Kind
    words: Words
    at_kink: bool = False
    set_of: Words | None = None
    value: Interval | None = None
    is_global: bool = False
    reason: Words | None = None
    exact: Mapping[Symbol, Expr] = field(default_factory=dict[Symbol, Expr])
    exact_value: Expr | None = None


@dataclass(frozen=True, slots=True)
class Stationary:
    """All that was proved: the points, boxes left open, and whether the list is complete.

    least: encloses the infimum on the box.  facts: (label, text), more that was proved on the way.
    make_certificate: makes what the checker replays, where there is such a thing; takes seconds.
    about_least: why the infimum is no value: it is -∞, or a limit.
    """

    status: Literal["proved", "undecided"]
    points: tuple[StationaryPoint, ...] = ()
    open_boxes: tuple[Mapping[Symbol, Interval], ...] = ()
    words: Words = field(default=Words("", ""))
    least: Interval | None = None
    facts: tuple[tuple[Words, Words], ...] = ()
    make_certificate: Callable[[], PointsCertificate | None] | None = field(
        default=None, compare=False, repr=False
    )
    about_least: Words | None = None

    @property
    def certificate(self) -> PointsCertificate | None:
        """What the checker replays, made when it is asked for; None if there is none."""
        return None if self.make_certificate is None else self.make_certificate()


def least_point(
    at: Mapping[Symbol, Fraction], value: Expr | None, reason: Words, at_kink: bool = False
) -> StationaryPoint:
    """Return a global minimum at a rational point.  value: f there in symbols, if it is known."""
    name = KIND_WORDS["minimum"]
    where = ", ".join(f"{to_unicode(x)} = {q}" for x, q in at.items())
    return StationaryPoint(
        {x: point(q) for x, q in at.items()},
        "minimum",
        Words(f"{name.en} at {where}", f"{name.zh}：{where}"),
        at_kink,
        value=point(value.value) if isinstance(value, Const) else None,
        is_global=True,
        reason=reason,
        exact={x: const(q) for x, q in at.items()},
        exact_value=value,
    )


def undecided(en: str, zh: str) -> Stationary:
    """Return an answer without points."""
    return Stationary("undecided", words=Words(en, zh))


def counted(points: tuple[StationaryPoint, ...]) -> Words:
    """Return "exactly 3", "exactly 1 and 2 whole sets", "there is none"."""
    sets = sum(p.set_of is not None for p in points)
    n = len(points) - sets
    if not points:
        return Words("there is none", "没有驻点")
    if not sets:
        return Words(f"exactly {n}", f"恰有 {n} 个")
    whole = Words(f"{sets} whole set{'s' if sets > 1 else ''}", f"{sets} 个非孤立点集")
    single = Words(
        f"exactly {n} and " if n else "exactly ", f"恰有 {n} 个孤立点和 " if n else "恰有 "
    )
    return Words(single.en + whole.en, single.zh + whole.zh)


def turning(kinks: int) -> Words:
    """Return "it also turns at 2 kinks"."""
    return Words(
        f"it also turns at {kinks} kink{'s' if kinks > 1 else ''}",
        f"另在 {kinks} 个不可导点处取极值",
    )
