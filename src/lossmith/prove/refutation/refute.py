"""The search for counterexamples to convexity and concavity; the checker has the last word.

Segments with small exact ends are tried, at many scales and with data drawn inside the
declarations; for one variable, also short segments around points where f'' has the wrong sign.
Values are balls, so a gap that shows is a gap.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any, Literal

from flint import ctx

from lossmith.atoms.meaning import entries, evaluate
from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.certificate import Witness
from lossmith.evidence.check import check
from lossmith.evidence.forms import Nested
from lossmith.evidence.region import Inequality, holds, within
from lossmith.evidence.witness import admits, flat, mixed
from lossmith.expr.build import const
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, closed
from lossmith.expr.walk import postorder, substitute, symbols
from lossmith.prove.curvature.pieces import numeric_joints
from lossmith.prove.refutation.bends import Move, basis, bends, moved, shaped
from lossmith.prove.refutation.dips import dips
from lossmith.prove.refutation.draw import SCALES, draw, nest, shape_of
from lossmith.prove.zeros.roots import sign

Values = dict[Symbol, Nested]
Against = Literal["convex", "concave"]
BITS = 96
FINE_BITS = 320
"""A dip of f'' of 10^-20 over a width of 10^-5 shows in the thirtieth digit of f."""

PULLS = 6

BENT = 100
"""Segments from which on a search also follows the directions in which the function bends."""

BENDS = 12
"""Points at which these directions are computed."""

SPLITS = (Fraction(1, 2), Fraction(1, 2), Fraction(1, 2), Fraction(1, 4), Fraction(3, 4))


def refute(
    e: Expr,
    wrt: tuple[Symbol, ...],
    wanted: tuple[Against, ...] = ("convex", "concave"),
    tries: int = 240,
    formula: str = "",
    inside: tuple[Inequality, ...] = (),
) -> dict[Against, Witness]:
    """Return the witnesses that were found, one for each property refuted.

    wanted: the properties to attack.  tries: segments to try (a deterministic budget).
    inside: inequalities that the three points of a witness must satisfy.
    """
    search = _Search(e, wrt, wanted, formula, inside)
    if e.shape:
        return {}
    if len(wrt) == 1 and not wrt[0].shape:
        search.around_inflections()
        search.around_joints()
    search.segments(tries)
    search.along_axes()
    if tries:
        search.in_corners()
        search.in_dips()
    if tries >= BENT:
        search.along_bends()
    return search.found


class _Search:
    def __init__(
        self,
        e: Expr,
        wrt: tuple[Symbol, ...],
        wanted: tuple[Against, ...],
        formula: str,
        inside: tuple[Inequality, ...] = (),
    ) -> None:
        self.e, self.wrt, self.wanted, self.formula = e, wrt, wanted, formula
        self.inside = inside
        occurring = symbols(e)
        self.wrt = tuple(s for s in wrt if s in occurring)
        self.data = [s for s in symbols(e, *(g.expr for g in inside)) if s not in self.wrt]
        shapes = (s.shape for s in postorder(e, *(g.expr for g in inside)))
        self.letters = sorted({d for shape in shapes for d in shape if isinstance(d, str)})
        self.bases = [
            s.args[0] for s in postorder(e) if isinstance(s, Apply) and s.atom is ATOMS["power"]
        ]
        self.found: dict[Against, Witness] = {}
        self.rng = Random(20260101)
        self.bits = BITS

    @property
    def is_done(self) -> bool:
        return all(side in self.found for side in self.wanted) or not self.wrt

    def value(self, point: Mapping[Symbol, Nested], data: Values, sizes: dict[str, int]) -> Any:
        values = {**data, **point}
        try:
            v = evaluate(self.e, values, sizes, self.bits)
            return v if v.is_finite() and self._is_natural(values, sizes) else None
        except (LossmithError, ZeroDivisionError):
            return None

    def _is_natural(self, values: Values, sizes: dict[str, int]) -> bool:
        """Return whether powers with a variable exponent have a base > 0, as their domain says.

        (-5)^(-5) is a number, but x^x has none around it: such a point refutes nothing of interest.
        """
        for base in self.bases:
            known = {s: values[s] for s in symbols(base)}
            if not all(x > 0 for x in entries(evaluate(base, known, sizes, BITS))):
                return False
        return True

    def segment(
        self, data: Values, a: Values, b: Values, t: Fraction, sizes: dict[str, int]
    ) -> None:
        """Keep the segment as a witness if its gap has a certain sign that is wanted."""
        at_a = self.value(a, data, sizes)
        at_b = None if at_a is None else self.value(b, data, sizes)
        if at_a is None or at_b is None:
            return
        middle = {s: mixed(a[s], b[s], t) for s in self.wrt}
        at_middle = self.value(middle, data, sizes)
        if at_middle is None:
            return
        p, q = t.numerator, t.denominator
        # The balls carry so many bits; outside of the block flint would cut them to 53.
        with ctx.workprec(self.bits):
            gap = q * at_middle - (p * at_a + (q - p) * at_b)
        side: Against = "convex" if gap > 0 else "concave"
        if not (gap > 0 or gap < 0) or side in self.found or side not in self.wanted:
            return
        witness = Witness(self.e, self.wrt, side, sizes, data, a, b, t, self.formula)
        if not within(witness, self.inside):
            return
        try:
            check(witness)
        except LossmithError:
            return
        self.found[side] = witness

    # -- any number of variables -------------------------------------------------------------------

    def segments(self, tries: int) -> None:
        """Try segments, small and plain ones first, then heavier tails and finer scales."""
        rng = self.rng
        for k in range(tries):
            if self.is_done:
                return
            most = next(n for n, end in ((1, 2), (2, 8), (3, 10), (4, 12)) if 12 * k < end * tries)
            sizes = {d: rng.randint(1, most) if k % 3 else most for d in self.letters}
            reach = min(len(SCALES), 4 + k * len(SCALES) // max(tries, 1) + 2)
            scale = SCALES[rng.randrange(reach)]
            data = self._drawn(self.data, sizes, SCALES[rng.randrange(min(reach, 12))])
            a = self._drawn(self.wrt, sizes, scale)
            if data is None or a is None:
                continue
            if k % 2:
                b = self._drawn(self.wrt, sizes, SCALES[rng.randrange(reach)])
            else:
                b = self._near(a, sizes, SCALES[rng.randrange(reach)])
            if b is not None and self.inside:
                b = self._pulled(data, a, b, sizes)
            if b is not None and a != b:
                self.segment(data, a, b, rng.choice(SPLITS), sizes)

    def _pulled(self, data: Values, a: Values, b: Values, sizes: dict[str, int]) -> Values | None:
        """Return b pulled towards a until it lies in the set, which is convex; None if a does not.

        Halving finds a point of the set wherever a is one of its inner points.
        """
        if not self._is_inside({**data, **a}, sizes):
            return None
        for _ in range(PULLS):
            if self._is_inside({**data, **b}, sizes):
                return b
            b = {s: mixed(a[s], b[s], Fraction(1, 2)) for s in b}
        return None

    def _is_inside(self, values: Values, sizes: dict[str, int]) -> bool:
        return all(holds(g, values, sizes) is True for g in self.inside)

    def _drawn(
        self, which: tuple[Symbol, ...] | list[Symbol], sizes: dict[str, int], scale: Fraction
    ) -> Values | None:
        values = {s: draw(s, sizes, scale, self.rng) for s in which}
        return values if all(admits(s, v, sizes) for s, v in values.items()) else None

    def _near(self, a: Values, sizes: dict[str, int], scale: Fraction) -> Values | None:
        """Return a moved by a step of this scale, if the declarations admit it."""
        b: Values = {}
        for s, v in a.items():
            entries = flat(v)
            step = [scale * self.rng.randint(-2, 2) for _ in entries]
            b[s] = nest([x + d for x, d in zip(entries, step, strict=True)], shape_of(s, sizes))
        return b if all(admits(s, v, sizes) for s, v in b.items()) else None

    def along_axes(self) -> None:
        """Try each number of several alone, the others held: short segments where f'' is wrong."""
        for w in self.wrt if len(self.wrt) > 1 else ():
            wanted: tuple[Against, ...] = tuple(s for s in self.wanted if s not in self.found)
            if w.shape or not wanted:
                continue
            alone = _Search(self.e, (w,), wanted, self.formula, self.inside)
            alone.around_inflections()
            for found in alone.found.values():
                held = {s: found.data[s] for s in self.wrt if s is not w}
                data = {s: v for s, v in found.data.items() if s not in held}
                self.segment(data, {**found.a, **held}, {**found.b, **held}, found.t, {})

    def in_corners(self) -> None:
        """Try short segments from the corners of a box of a few numbers, where minors change sign.

        x^3 + y^3 - x*y bends down along (1, 1) only where 6x < 1.
        """
        ranges = [w.assumptions.interval for w in self.wrt]
        bounded = all(i.is_bounded and not i.is_point for i in ranges)
        if not 2 <= len(ranges) <= 3 or any(w.shape for w in self.wrt) or not bounded:
            return
        ends = [[(i.lo, i.hi), (i.hi, i.lo)] for i in ranges]
        sizes = dict.fromkeys(self.letters, 2)
        for k in range(3 if self.data else 1):
            data = self._drawn(self.data, sizes, SCALES[3 * k])
            for corner, share, turned in product(product(*ends), (8, 64), (False, True)):
                if not self.is_done and data is not None:
                    self._in_corner(corner, share, turned, data, sizes)

    def _in_corner(
        self,
        corner: tuple[tuple[Fraction | None, Fraction | None], ...],
        share: int,
        turned: bool,
        data: Values,
        sizes: dict[str, int],
    ) -> None:
        """Try the segment over this share of each side, along the diagonal or across it."""
        a: Values = {}
        b: Values = {}
        for j, (w, (near, far)) in enumerate(zip(self.wrt, corner, strict=True)):
            if near is None or far is None:
                return
            step = (far - near) / share
            first, last = near + step / share, near + step
            a[w], b[w] = (last, first) if turned and j else (first, last)
        self.segment(data, a, b, Fraction(1, 2), sizes)

    def along_bends(self) -> None:
        """Try segments along the directions of least and largest second derivative."""
        rng = self.rng
        for k in range(BENDS):
            sizes = {d: 2 + (k + 1) % 3 for d in self.letters}
            moves = None if self.is_done else basis(self.wrt, sizes)
            data = None if moves is None else self._drawn(self.data, sizes, SCALES[k % 8])
            at = None if data is None else self._drawn(self.wrt, sizes, SCALES[k % 8])
            if moves is None or data is None or at is None:
                continue
            at = shaped(at, k % 3, rng, sizes)
            for size, move in bends(self._float(data, sizes), at, moves, sizes):
                side: Against = "convex" if size < 0 else "concave"
                if side in self.wanted and side not in self.found:
                    self._along(side, data, at, move, sizes)

    def _float(self, data: Values, sizes: dict[str, int]) -> Callable[[Values], float | None]:
        """Return the function at these data, for points that are admitted."""

        def value(point: Values) -> float | None:
            inside = all(admits(s, v, sizes) for s, v in point.items())
            found = self.value(point, data, sizes) if inside else None
            return None if found is None else float(found.mid())

        return value

    def _along(
        self, side: Against, data: Values, at: Values, move: Move, sizes: dict[str, int]
    ) -> None:
        """Try ever shorter segments around a point."""
        for k in range(7):
            step = Fraction(1, 4**k)
            a, b = moved(at, move, step, sizes), moved(at, move, -step, sizes)
            if all(admits(s, v, sizes) for end in (a, b) for s, v in end.items()):
                self.segment(data, a, b, Fraction(1, 2), sizes)
            if side in self.found:
                return

    # -- one variable ------------------------------------------------------------------------------

    def around_inflections(self) -> None:
        """Try short segments around points where f'' certainly has the wrong sign."""
        (x,) = self.wrt or (None,)
        if x is None or any(s.shape for s in symbols(self.e)):
            return
        try:
            slope = derivative(derivative(self.e, x), x)
        except (ValueError, LossmithError):
            return
        for k in range(4 if self.data else 1):
            data = self._drawn(self.data, {}, SCALES[3 * k])
            if data is None:
                continue
            try:
                at_data = substitute(slope, {s: const(v) for s, v in data.items()})
            except LossmithError:
                continue  # f'' has no value for these data
            for p in _grid(x):
                if self.is_done:
                    return
                self._where_wrong(x, p, _sign_of(at_data, x, p), data)

    def in_dips(self) -> None:
        """Try short segments where f'' of one variable is least or greatest, at whatever scale."""
        (x,) = self.wrt if len(self.wrt) == 1 else (None,)
        if x is None or x.shape or self.data or self.is_done:
            return
        try:
            slope = derivative(derivative(self.e, x), x)
        except (ValueError, LossmithError):
            return
        self.bits = FINE_BITS
        for p in dips(slope, x, _grid(x)):
            self._where_wrong(x, p, sign(slope, x, p), {})

    def _where_wrong(self, x: Symbol, p: Fraction, at: int | None, data: Values) -> None:
        """Try short segments around p if f'' has a sign there that is wanted."""
        wrong: Against = "convex" if at == -1 else "concave"
        if at and wrong in self.wanted and wrong not in self.found:
            self._close_in(x, p, wrong, data)

    def around_joints(self) -> None:
        """Try short segments at the joints of a function in pieces, ending on them or across."""
        (x,) = self.wrt or (None,)
        if x is None or any(s.shape for s in symbols(self.e)):
            return
        data = self._drawn(self.data, {}, SCALES[0])
        if data is None:
            return
        for b in numeric_joints(self.e, x)[:6]:
            for k in range(1, 7):
                w = Fraction(1, 10**k)
                for left, right in ((-1, 1), (-2, 0), (0, 2), (-3, 1), (-1, 3)):
                    ends = [b + left * w, b + right * w]
                    if self.is_done:
                        return
                    if all(admits(x, p, {}) for p in ends):
                        self.segment(data, {x: ends[0]}, {x: ends[1]}, Fraction(1, 2), {})

    def _close_in(self, x: Symbol, p: Fraction, wrong: Against, data: Values) -> None:
        ends = (x.assumptions.interval.lo, x.assumptions.interval.hi)
        # At most as far as the nearest of 0 and the ends.
        far = [abs(p - end) for end in (*ends, Fraction(0)) if end is not None and end != p]
        width = min(far) if p else Fraction(1)
        for _ in range(12):
            a, b = {x: p - width}, {x: p + width}
            if admits(x, p - width, {}) and admits(x, p + width, {}):
                self.segment(data, a, b, Fraction(1, 2), {})
                if wrong in self.found:
                    return
            width /= 10


def _sign_of(f: Expr, x: Symbol, p: Fraction) -> int | None:
    """Return the sign of f at p where it shows at once."""
    found = bounds(f, {x: closed(p, p)})[f]
    if found.is_empty:
        return None
    return 1 if found.within(POSITIVE) else -1 if found.within(NEGATIVE) else None


def _grid(x: Symbol) -> list[Fraction]:
    """Return points of the interval at all scales, plain ones first."""
    whole = x.assumptions.interval
    plain = [Fraction(k, 2) for k in (1, 2, 3, 4, 6, 8, 12, 20, 40, 100)]
    fine = [Fraction(3, 2) / 10**k for k in range(1, 10)] + [
        Fraction(10) ** k for k in (2, 3, 4, 6, 8)
    ]
    sizes = plain + fine
    if whole.lo is not None and whole.hi is not None:
        width = whole.hi - whole.lo
        inner = [whole.lo + width * Fraction(k, 16) for k in range(1, 16)]
        ends = [e for s in fine[:8] for e in (whole.lo + width * s / 2, whole.hi - width * s / 2)]
        return inner + ends
    if whole.lo is not None:
        return [whole.lo + s for s in sizes]
    if whole.hi is not None:
        return [whole.hi - s for s in sizes]
    return [Fraction(0), *(q for s in sizes for q in (s, -s))]
