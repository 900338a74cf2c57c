"""A formula with its gradient and Hessian: what a stationary point of it is, and what it says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.krawczyk import Box, System, krawczyk, strictly_inside
from lossmith.evidence.points.zeros import core_system, gradient_system
from lossmith.expr.build import add, const
from lossmith.expr.node import Add, Const, Expr, Symbol
from lossmith.expr.sets import Interval, point
from lossmith.prove.kinks.kink_words import place_text
from lossmith.prove.points.elimination import PolynomialOf
from lossmith.prove.points.point_edge import ON_EDGE, on_edge, touches_edge
from lossmith.prove.points.point_kind import Judged, Local, by_expansion, by_hessian, expansion
from lossmith.prove.points.points import KIND_WORDS, StationaryPoint
from lossmith.prove.prover import curvature
from lossmith.prove.proving.verdict import Verdict
from lossmith.prove.zeros.closed_forms import closed_point, value_at
from lossmith.prove.zeros.crossing import squares_of
from lossmith.prove.zeros.krawczyk import Zero
from lossmith.prove.zeros.positive_factors import split
from lossmith.prove.zeros.roots import Root
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

Inside = Mapping[Symbol, Interval]


@dataclass(frozen=True, slots=True)
class Reduced:
    """The system that is searched: the gradient, or the cores of gradient = weight * core."""

    system: System
    splits: tuple[tuple[Expr, Expr], ...] = ()


class Search:
    """The formula with its gradient and Hessian, over the boxes ``inside``."""

    def __init__(self, e: Expr, wrt: tuple[Symbol, ...], inside: Inside) -> None:
        self.e, self.wrt, self.inside = e, wrt, inside
        self.names = [to_unicode(x) for x in wrt]
        self.known: dict[Expr, Interval] = {x: i for x, i in inside.items()}
        self.system: System | None = None
        try:
            self.system = gradient_system(e, wrt)
        except (ValueError, LossmithError):
            pass
        self._convex: bool | None = None
        self._strict: bool | None = None
        self._floor: Interval | None = None

    @property
    def is_convex(self) -> bool:
        """Whether e is proved convex."""
        if self._convex is None:
            # Only the label is asked for: hints for what is open would take most of the time.
            self._convex = _is_convex(curvature(self.e, self.wrt, bare=True))
        return self._convex

    @property
    def is_strictly_convex(self) -> bool:
        """Whether e is proved strictly convex."""
        if self._strict is None:
            verdict = curvature(self.e, self.wrt) if self.is_convex else None
            self._strict = verdict is not None and _is_convex(verdict) and verdict.strict is True
        return self._strict

    def reduced(self, box: Box) -> Reduced:
        """Return the gradient for a search on a box, without its positive factors if it has any."""
        assert self.system is not None
        known: dict[Expr, Interval] = dict(zip(self.wrt, box, strict=True))
        found = [split(g, known) for g in self.system.g]
        splits = [s for s in found if s is not None]
        if len(splits) < len(found) or all(s.weight is const(1) for s in splits):
            return Reduced(self.system)
        pairs = tuple((s.weight, s.core) for s in splits)
        return Reduced(core_system(self.e, self.wrt, pairs), pairs)

    # -- one point ---------------------------------------------------------------------------------

    def place(self, z: Zero) -> str:
        """Return "inside", "outside" or "border" (not settled)."""
        pairs = list(zip(z.box, self.inside.values(), strict=True))
        if all(i.within(j) for i, j in pairs):
            return "inside"
        return "outside" if any(i.meet(j).is_empty for i, j in pairs) else "border"

    def meets(self, b: Box) -> bool:
        """Return whether a box may meet what is searched."""
        return not any(i.meet(j).is_empty for i, j in zip(b, self.inside.values(), strict=True))

    def point(self, z: Zero, f: PolynomialOf | None) -> StationaryPoint:
        """Return the stationary point with its kind; f: the formula, if it is a polynomial."""
        judged = self.judged(z, f)
        kind = judged.kind if judged is not None else "degenerate"
        name = KIND_WORDS[kind]
        at = self._in_symbols(z)
        where = ", ".join(
            f"{n} = {to_unicode(at[x])}" if x in at else f"{n} {_shown(x, i)}"
            for n, x, i in zip(self.names, self.wrt, z.box, strict=True)
        )
        words = Words(f"{name.en} at {where}", f"{name.zh}：{where}")
        box = dict(zip(self.wrt, z.box, strict=True))
        known: dict[Expr, Interval] = dict(zip(self.wrt, z.box, strict=True))
        value = bounds(self.e, known)[self.e]
        exact = value_at(self.e, at) if at else None
        reason = judged.reason if judged is not None else None
        if isinstance(exact, Const):
            value = point(exact.value)
        elif _is_common_zero(self.e, self.wrt, z):
            value = point(_constant(self.e))
        least = kind == "minimum" and (self.is_convex or value.hi == self.floor)
        return StationaryPoint(
            box, kind, words, value=value, is_global=least, reason=reason, exact=at,
            exact_value=exact,
        )  # fmt: skip

    def _in_symbols(self, z: Zero) -> dict[Symbol, Expr]:
        """Return the coordinates of a zero in symbols, empty if they are not seen."""
        if all(i.is_point for i in z.box):
            return {x: const(i.lo or 0) for x, i in zip(self.wrt, z.box, strict=True)}
        if self.system is None:
            return {}
        return closed_point(z.box, self.wrt, self.system.g) or {}

    @property
    def floor(self) -> Fraction | None:
        """A number below which no value lies, as far as intervals tell."""
        if self._floor is None:
            self._floor = bounds(self.e, self.known)[self.e]
        return self._floor.lo

    def judged(self, z: Zero, f: PolynomialOf | None) -> Judged | None:
        """Return the kind, on the edge of the declared set the kind among its points."""
        found = self._judged_in_space(z, f)
        settled = found is not None and found.kind != "saddle"
        if settled or not touches_edge(z.box, self.wrt):
            return found
        at = [i.lo for i in z.box if i.is_point and i.lo is not None]
        local = self._around(at, f) if len(at) == len(self.wrt) else None
        if local is None:
            return ON_EDGE
        return on_edge(local, self.wrt, self.names, at, complete=f is not None) or ON_EDGE

    def _around(self, at: Sequence[Fraction], f: PolynomialOf | None) -> Local | None:
        return f.around(at) if f is not None else expansion(self.e, self.wrt, at)

    def _judged_in_space(self, z: Zero, f: PolynomialOf | None) -> Judged | None:
        """Return the kind: by the Hessian, by higher orders, or because e is convex."""
        if self.system is not None:
            found = by_hessian(self.system.slopes(z.box))
            if found is not None:
                return found
        if all(i.is_point for i in z.box):
            at = [i.lo or Fraction(0) for i in z.box]
            local = self._around(at, f)
            if local is not None:
                found = by_expansion(local, self.names, at, complete=f is not None)
                if found is not None:
                    return found
        if self.is_convex:
            reason = Words("the formula is convex", "该公式是凸的")
            return Judged("minimum", reason)
        return None


def _is_convex(verdict: Verdict) -> bool:
    return verdict.status == "proved" and verdict.label in ("convex", "affine")


def _constant(e: Expr) -> Fraction:
    """Return the number in a sum."""
    terms = e.terms if isinstance(e, Add) else ()
    return sum((c * t.value for c, t in terms if isinstance(t, Const)), Fraction(0))


def _is_common_zero(e: Expr, wrt: tuple[Symbol, ...], z: Zero) -> bool:
    """Return whether e = c + squares of u_1 ... u_n, all of them 0 at the stationary point.

    An interval Newton step shows a zero of u where only one point is stationary, and it is one.
    """
    if all(i.is_point for i in z.box) or not isinstance(e, Add):
        return False
    parts = squares_of(add(*((c, t) for c, t in e.terms if not isinstance(t, Const))), wrt)
    if parts is None or len(parts) != len(wrt):
        return False
    try:
        us = [u for u, _ in parts]
        system = System(us, [[derivative(u, x) for x in wrt] for u in us], wrt)
        k = krawczyk(system, z.alone) if system.is_smooth(z.alone) else None
    except (ValueError, LossmithError):
        return False
    return k is not None and all(strictly_inside(i, j) for i, j in zip(k, z.alone, strict=True))


def _shown(x: Symbol, i: Interval) -> str:
    assert i.lo is not None
    assert i.hi is not None
    return place_text(Root(const(0), x, i.lo, i.hi))


def _low(i: Interval) -> Fraction:
    return i.lo if i.lo is not None else Fraction(-(10**30))
