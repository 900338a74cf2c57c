"""Stationary points of several variables: exact for polynomials, by interval Newton in a box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product

from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence.enclose import bounds
from lossmith.evidence.krawczyk import Box, System, inverse
from lossmith.evidence.zeros import ListedZero, ZerosCertificate, check_zeros, gradient_system
from lossmith.expr.build import const
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import (
    NEGATIVE,
    NONNEGATIVE,
    NONPOSITIVE,
    POSITIVE,
    REALS,
    Interval,
    closed,
    point,
)
from lossmith.expr.walk import symbols
from lossmith.prove.elimination import Curve, PolynomialOf, common_zeros, eliminate
from lossmith.prove.kink_words import place_text
from lossmith.prove.kinks import kinks
from lossmith.prove.krawczyk import Zero, Zeros, zeros_in
from lossmith.prove.least import least_value
from lossmith.prove.point_kind import Judged, by_expansion, by_hessian, expansion
from lossmith.prove.points import KIND_WORDS, Kind, Stationary, StationaryPoint, counted
from lossmith.prove.prover import curvature
from lossmith.prove.roots import Root, Undecided, sign
from lossmith.text.printing import to_unicode
from lossmith.words import Words, same

DEFAULT = Fraction(8)
"""Half the width of the box that is searched where none is given."""

Inside = Mapping[Symbol, Interval]


def points_of_several_variables(e: Expr, wrt: tuple[Symbol, ...], inside: Inside) -> Stationary:
    """Return the stationary points of e, a scalar of at most 3 scalar variables and numbers."""
    if any(s.shape for s in wrt) or len(wrt) > 3:
        return Stationary("undecided", words=_TOO_MANY)
    search = _Search(e, wrt, inside)
    try:
        if len(wrt) == 2:
            return search.by_elimination()
    except Undecided:
        pass
    return search.by_boxes()


_TOO_MANY = Words(
    "several variables are decided for at most 3 scalars, or an affine gradient with numbers",
    "多个变量时，只处理至多 3 个标量，或梯度是数值系数的仿射函数的情形",
)


class _Search:
    """The formula with its gradient and Hessian."""

    def __init__(self, e: Expr, wrt: tuple[Symbol, ...], inside: Inside) -> None:
        self.e, self.wrt, self.inside = e, wrt, inside
        self.names = [to_unicode(x) for x in wrt]
        self.system: System | None = None
        try:
            self.system = gradient_system(e, wrt)
        except (ValueError, LossmithError):
            pass
        self._convex: tuple[bool, bool] | None = None
        self._floor: Interval | None = None

    @property
    def convex(self) -> tuple[bool, bool]:
        """Whether e is proved convex, and strictly so."""
        if self._convex is None:
            verdict = curvature(self.e, self.wrt)
            good = verdict.status == "proved" and verdict.label in ("convex", "affine")
            self._convex = good, good and verdict.strict is True
        return self._convex

    # -- polynomials of two variables --------------------------------------------------------------

    def by_elimination(self) -> Stationary:
        """Return all points and curves of a polynomial.  Raises: Undecided."""
        x, y = self.wrt
        f = PolynomialOf(self.e, self.wrt)
        found = eliminate(self.e, (x, y))
        points: list[StationaryPoint] = []
        left = [b for b in found.left if self._meets(b)]
        for c in found.curves:
            told = self._curve(c, f)
            if told is None:
                left.append(tuple(self.inside[s] for s in self.wrt))
            else:
                points += told
        for z in found.points:
            where = self._place(z)
            if where == "outside" or self._on_a_curve(z, found.curves, points):
                continue
            if where == "border":
                left.append(z.box)
            else:
                points.append(self._point(z, f))
        return self._answer(points, left)

    def _curve(self, c: Curve, f: PolynomialOf) -> list[StationaryPoint] | None:
        """Return what the points of a curve of stationary points are; None if that is open."""
        known: dict[Expr, Interval] = {x: i for x, i in self.inside.items()}
        if not bounds(c.p, known)[c.p].has(0):
            return []
        if not _changes_sign(c.p, self.wrt, self.inside):
            return None
        inside = bounds(c.rest, known)[c.rest]
        inside = inside.meet({0: REALS, 1: NONNEGATIVE, -1: NONPOSITIVE}[c.sign])
        shown = f"{to_unicode(c.p)} = 0"
        whole = dict(self.inside)
        if inside.within(NONNEGATIVE) or inside.within(NONPOSITIVE):
            low = inside.within(NONNEGATIVE)
            if c.order % 2 == 0:
                kind: Kind = "minimum" if low else "maximum"
                return [self._set(kind, whole, Words(shown, shown), c, least=low)]
            if not inside.has(0):
                return [self._set("saddle", whole, Words(shown, shown), c)]
        r = to_unicode(c.rest_on_curve)
        signs: tuple[tuple[str, Kind, tuple[int, ...]], ...] = (
            ((">", "minimum", (1,)), ("<", "maximum", (-1,)))
            if c.order % 2 == 0
            else (("≠", "saddle", (1, -1)),)
        )
        result: list[StationaryPoint] = []
        for mark, kind, wanted in signs:
            if any(self._takes_sign_on(c, s) for s in wanted):
                where = Words(f"{shown} where {r} {mark} 0", f"{shown} 上满足 {r} {mark} 0 的点")
                result.append(self._set(kind, whole, where, c))
        special = self._special(c, f)
        return None if special is None else result + special

    def _takes_sign_on(self, c: Curve, s: int) -> bool:
        """Return whether rest may have the sign s on the curve (always true unless x = number)."""
        free = symbols(c.rest_on_curve)
        if len(free) != 1 or len(symbols(c.p)) != 1 or free[0] in symbols(c.p):
            return True
        grid = [Fraction(k, 4) for k in range(-40, 41)]
        inside = self.inside[free[0]]
        return any(inside.has(q) and sign(c.rest_on_curve, free[0], q) == s for q in grid)

    def _special(self, c: Curve, f: PolynomialOf) -> list[StationaryPoint] | None:
        """Return the points of the curve at which rest vanishes, each judged by higher orders."""
        x, y = self.wrt
        try:
            zeros, left = common_zeros(c.p, c.rest_on_curve, (x, y))
        except Undecided:
            return None
        inside = [z for z in zeros if self._place(z) == "inside"]
        return None if left else [self._point(z, f) for z in inside]

    def _set(
        self,
        kind: Kind,
        box: Mapping[Symbol, Interval],
        where: Words,
        c: Curve,
        *,
        least: bool = False,
    ) -> StationaryPoint:
        name = KIND_WORDS[kind]
        start = f"{c.level} + " if c.level else ""
        rest = "" if c.rest is const(1) else f" · ({to_unicode(c.rest)})"
        reason = same(f"f = {start}({to_unicode(c.p)})^{c.order}{rest}")
        every = Words(f"every point of {where.en}", f"{where.zh} 的每一点")
        words = Words(f"{name.en}: {every.en}", f"{name.zh}：{every.zh}")
        return StationaryPoint(
            box, kind, words, set_of=every, value=point(c.level), is_global=least, reason=reason
        )

    def _on_a_curve(
        self, z: Zero, curves: Sequence[Curve], points: Sequence[StationaryPoint]
    ) -> bool:
        """Return whether a point was told already as one of a curve, or of its special points."""
        if not all(i.is_point for i in z.box):
            return False
        known: dict[Expr, Interval] = dict(zip(self.wrt, z.box, strict=True))
        return any(tuple(p.box.values()) == z.box for p in points) or any(
            bounds(c.p, known)[c.p] == point(0) for c in curves
        )

    # -- boxes -------------------------------------------------------------------------------------

    def by_boxes(self) -> Stationary:
        """Return the zeros of the gradient in the box; in a default box if it is unbounded."""
        system = self.system
        if system is None or kinks(self.e, self.wrt):
            return Stationary(
                "undecided",
                words=Words(
                    "it has kinks; several variables are decided for smooth formulas",
                    "它有不可导点；多个变量时只处理光滑的公式",
                ),
            )
        bounded = all(i.is_bounded for i in self.inside.values())
        if not bounded and self.convex[1]:
            only = self._single(system)
            if only is not None:
                return self._answer([only], [])
        default = closed(-DEFAULT, DEFAULT)
        box = tuple(_closed(i if i.is_bounded else i.meet(default)) for i in self.inside.values())
        found = zeros_in(system, box)
        points: list[StationaryPoint] = []
        left = list(found.left)
        for z in found.zeros:
            where = self._place(z)
            if where == "inside":
                points.append(self._point(self._plain(z), None))
            elif where == "border":
                left.append(z.box)
        rational, left = self._degenerate(system, left, points)
        if self.convex[0] and any(self._is_regular_minimum(z) for z in found.zeros):
            # Minimizers form a convex set, and this one stands alone; there are no others.
            points = [p for p in points if p.kind == "minimum"]
            return self._answer(points, [])
        answer = self._answer(points + rational, left, searched=None if bounded else box)
        return answer if left or rational else replace(answer, certificate=self._proof(box, found))

    def _plain(self, z: Zero) -> Zero:
        """Return the zero as rational numbers with few digits, if it is one."""
        assert self.system is not None
        at = tuple(((i.lo or Fraction(0)) + (i.hi or Fraction(0))) / 2 for i in z.box)
        at = tuple(q.limit_denominator(64) for q in at)
        inside = all(i.has(q) for i, q in zip(z.box, at, strict=True))
        if not inside or not self.system.vanishes_at(at):
            return z
        exact = tuple(point(q) for q in at)
        return Zero(exact, exact)

    def _is_regular_minimum(self, z: Zero) -> bool:
        """Return whether a zero of the gradient inside has a positive definite Hessian."""
        assert self.system is not None
        judged = by_hessian(self.system.slopes(z.box))
        return judged is not None and judged.kind == "minimum" and self._place(z) == "inside"

    def _proof(self, box: Box, found: Zeros) -> ZerosCertificate | None:
        """Return the certificate that the gradient vanishes in the box at these points alone."""
        assert self.system is not None
        zeros: list[ListedZero] = []
        for z in found.found:
            judged = by_hessian(self.system.slopes(z.box))
            zeros.append(ListedZero(z.box, z.alone, judged.kind if judged is not None else ""))
        made = ZerosCertificate(self.e, self.wrt, box, found.rows, tuple(zeros))
        try:
            check_zeros(made)
        except NotCertified:
            return None
        return made

    def _degenerate(
        self, system: System, left: list[Box], listed: Sequence[StationaryPoint]
    ) -> tuple[list[StationaryPoint], list[Box]]:
        """Return rational zeros inside boxes that stayed open; only convexity settles the boxes."""
        points: list[StationaryPoint] = []
        exact = [[i.lo for i in p.box.values() if i.is_point] for p in listed]
        seen = {tuple(q for q in at if q is not None) for at in exact}
        for b in left:
            for bound in (1, 8, 100):
                at = tuple(((i.lo or Fraction(0)) + (i.hi or Fraction(0))) / 2 for i in b)
                at = tuple(q.limit_denominator(bound) for q in at)
                good = all(i.has(q) for i, q in zip(b, at, strict=True))
                if good and at not in seen and system.vanishes_at(at):
                    seen.add(at)
                    zero = tuple(point(q) for q in at)
                    points.append(self._point(Zero(zero, zero), None))
        if points and self.convex[1]:
            return points, []
        return points, left

    def _single(self, system: System) -> StationaryPoint | None:
        """Return the one stationary point of a strictly convex formula, proved in a small box."""
        at = _newton(system, [_inner(i) for i in self.inside.values()])
        if at is None:
            return None
        for room in (Fraction(1, 1 << 16), Fraction(1, 1 << 8)):
            found = zeros_in(system, tuple(closed(q - room, q + room) for q in at), 60)
            if len(found.zeros) == 1 and self._place(found.zeros[0]) == "inside":
                return self._point(found.zeros[0], None)
        return None

    # -- one point ---------------------------------------------------------------------------------

    def _place(self, z: Zero) -> str:
        """Return "inside", "outside" or "border" (not settled)."""
        pairs = list(zip(z.box, self.inside.values(), strict=True))
        if all(i.within(j) for i, j in pairs):
            return "inside"
        return "outside" if any(i.meet(j).is_empty for i, j in pairs) else "border"

    def _meets(self, b: Box) -> bool:
        return not any(i.meet(j).is_empty for i, j in zip(b, self.inside.values(), strict=True))

    def _point(self, z: Zero, f: PolynomialOf | None) -> StationaryPoint:
        judged = self._judged(z, f)
        kind = judged.kind if judged is not None else "degenerate"
        name = KIND_WORDS[kind]
        where = ", ".join(
            f"{n} {_shown(x, i)}" for n, x, i in zip(self.names, self.wrt, z.box, strict=True)
        )
        words = Words(f"{name.en} at {where}", f"{name.zh}：{where}")
        box = dict(zip(self.wrt, z.box, strict=True))
        known: dict[Expr, Interval] = dict(zip(self.wrt, z.box, strict=True))
        value = bounds(self.e, known)[self.e]
        reason = judged.reason if judged is not None else None
        least = kind == "minimum" and (self.convex[0] or value.hi == self.floor)
        return StationaryPoint(box, kind, words, value=value, is_global=least, reason=reason)

    @property
    def floor(self) -> Fraction | None:
        """A number below which no value lies, as far as intervals tell."""
        if self._floor is None:
            known: dict[Expr, Interval] = {x: i for x, i in self.inside.items()}
            self._floor = bounds(self.e, known)[self.e]
        return self._floor.lo

    def _judged(self, z: Zero, f: PolynomialOf | None) -> Judged | None:
        if self.system is not None:
            found = by_hessian(self.system.slopes(z.box))
            if found is not None:
                return found
        if all(i.is_point for i in z.box):
            at = [i.lo or Fraction(0) for i in z.box]
            local = f.around(at) if f is not None else expansion(self.e, self.wrt, at)
            if local is not None:
                found = by_expansion(local, self.names, at, complete=f is not None)
                if found is not None:
                    return found
        if self.convex[0]:
            reason = Words("the formula is convex", "该公式是凸的")
            return Judged("minimum", reason)
        return None

    def _answer(
        self, points: list[StationaryPoint], left: Sequence[Box], searched: Box | None = None
    ) -> Stationary:
        points = sorted(points, key=lambda p: [_low(i) for i in p.box.values()])
        boxes = tuple(dict(zip(self.wrt, b, strict=True)) for b in left)
        n = len(points)
        least = least_value(self.e, self.wrt, list(self.inside.values()))
        if left:
            words = Words(
                f"{n} found; {len(left)} box(es) stay undecided",
                f"找到 {n} 个；还有 {len(left)} 个区域未判定",
            )
            return Stationary("undecided", tuple(points), boxes, words, least)
        if searched is not None:
            shown = ", ".join(
                f"{name} in [{i.lo}, {i.hi}]" for name, i in zip(self.names, searched, strict=True)
            )
            words = Words(
                f"{n} for {shown}; outside nothing was searched: give --box",
                f"在 {shown} 内有 {n} 个；范围之外没有搜索，请用 --box 给出范围",
            )
            return Stationary("undecided", tuple(points), (), words, least)
        return Stationary("proved", tuple(points), words=counted(tuple(points)), least=least)


def _shown(x: Symbol, i: Interval) -> str:
    assert i.lo is not None
    assert i.hi is not None
    return place_text(Root(const(0), x, i.lo, i.hi))


def _low(i: Interval) -> Fraction:
    return i.lo if i.lo is not None else Fraction(-(10**30))


def _closed(i: Interval) -> Interval:
    return closed(i.lo, i.hi)


def _inner(i: Interval) -> Fraction:
    """Return a simple rational inside an interval."""
    if i.has(0):
        return Fraction(0)
    if i.lo is not None and i.hi is not None:
        return (i.lo + i.hi) / 2
    if i.lo is not None:
        return i.lo + 1
    return (i.hi or Fraction(0)) - 1


def _changes_sign(p: Expr, wrt: Sequence[Symbol], inside: Inside) -> bool:
    """Return whether p takes both signs on the box, at rational points."""
    steps = [[q for q in _grid(inside[x]) if inside[x].has(q)] for x in wrt]
    seen: set[int] = set()
    for at in product(*steps):
        known: dict[Expr, Interval] = {x: point(q) for x, q in zip(wrt, at, strict=True)}
        v = bounds(p, known)[p]
        seen |= {1} if v.within(POSITIVE) else {-1} if v.within(NEGATIVE) else set()
        if len(seen) == 2:
            return True
    return False


def _grid(i: Interval) -> list[Fraction]:
    lo = i.lo if i.lo is not None else Fraction(-4)
    hi = i.hi if i.hi is not None else max(lo, Fraction(0)) + 4
    return [lo + (hi - lo) * Fraction(k, 9) for k in range(10)]


def _newton(system: System, start: list[Fraction]) -> list[Fraction] | None:
    """Return a point at which the gradient is nearly 0, by damped Newton steps (no proof)."""
    at, size = start, None
    for _ in range(60):
        box = tuple(point(q) for q in at)
        g = [_float(v) for v in system.values(system.g, box)]
        if None in g:
            return None
        size = sum(float(q) ** 2 for q in g if q is not None)
        if size < 1e-28:
            return at
        h = [[Fraction(_float(i) or 0.0) for i in row] for row in system.slopes(box)]
        y = inverse(h)
        if y is None:
            return at if size < 1e-16 else None
        step = [
            float(sum(q * Fraction(r or 0.0) for q, r in zip(row, g, strict=True))) for row in y
        ]
        for k in range(40):
            new = [
                Fraction(float(q) - s / 2**k).limit_denominator(1 << 50)
                for q, s in zip(at, step, strict=True)
            ]
            there = [_float(v) for v in system.values(system.g, tuple(point(q) for q in new))]
            if None not in there and sum(float(q or 0) ** 2 for q in there) < size:
                at = new
                break
        else:
            return at if size < 1e-16 else None
    return at


def _float(i: Interval) -> float | None:
    if i.is_empty or i.lo is None or i.hi is None:
        return None
    return float((i.lo + i.hi) / 2)
