"""m and L in numbers, for given data: eigenvalues of matrices of balls, never of floats.

A Hessian that does not depend on the variables has the best constants there are: m is its least
eigenvalue and L its largest in absolute value. Other formulas have the closed forms that were
proved for all data, such as |X|^2/4 + 2 lam; they are evaluated in balls.

How eigenvalues are enclosed: with V near the eigenvectors of a symmetric A (found in any way) and
W = V^-1 in balls, W A V has the eigenvalues of A; they lie in its Gershgorin discs, and a union of
k discs apart from the others holds k of them. |X|^2 is the largest eigenvalue of X'X, and of XX'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt
from typing import Any

from flint import arb

from lossmith.atoms.ball_matrix import eigenvalues
from lossmith.atoms.meaning import entries, evaluate, evaluate_exactly, precision
from lossmith.atoms.number import as_ball, is_exact
from lossmith.evidence.arithmetic.enclose import from_ball
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import NONNEGATIVE, REALS, Interval, point
from lossmith.expr.walk import depends_on
from lossmith.words import Words

Nested = Any
Blocks = Sequence[Sequence[Expr]]
"""The Hessian by variables: entry (i, j) has the axes of variable i, then those of variable j."""

BITS = 128


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Enclosures of the least and of the largest eigenvalue of a symmetric matrix."""

    least: Interval
    largest: Interval

    @property
    def size(self) -> Interval:
        """Encloses the largest absolute value of the eigenvalues, all reals if there is none."""
        if not (self.least.is_bounded and self.largest.is_bounded):
            return REALS
        low, high = -self.least, self.largest
        ends = [q for q in (low.lo, high.lo) if q is not None]
        tops = [q for q in (low.hi, high.hi) if q is not None]
        return Interval(max(*ends, Fraction(0)), max(*tops, Fraction(0)), False, False)


@dataclass(frozen=True, slots=True)
class StepBound:
    """Enclosures of L and m for the data at hand.

    smooth: L, with |grad f(a) - grad f(b)| <= L |a - b|.  strong: m, None if none was proved.
    constant: the Hessian is the same everywhere, so m and L are its extreme eigenvalues and no
    better constants exist.  near: of a strongly convex formula, the largest eigenvalue of the
    Hessian at its minimizer.  scaled: what L would be with standardized columns.
    """

    smooth: Interval
    strong: Interval | None
    constant: bool
    near: Interval | None = None
    scaled: Interval | None = None

    @property
    def largest(self) -> Interval:
        """Encloses 1/L, the step that lowers f the most for sure."""
        return _over(1, self.smooth)

    @property
    def threshold(self) -> Interval:
        """Encloses 2/L: each smaller step lowers f; beyond it gradient descent may diverge."""
        return _over(2, self.smooth)

    @property
    def local(self) -> Interval | None:
        """Encloses 2/lambda_max of the Hessian at x*: beyond it the minimizer repels."""
        return None if self.near is None else _over(2, self.near)

    @property
    def how(self) -> Words:
        """How L was bounded."""
        if self.constant:
            return Words(
                "the Hessian is constant: its extreme eigenvalues, enclosed in balls",
                "黑塞矩阵是常值的：用球算术界定其最大、最小特征值",
            )
        return Words(
            "the closed form that was proved, evaluated in balls", "对已证明的闭式用球算术求值"
        )


def _over(p: int, i: Interval) -> Interval:
    """Return p/i for an interval of numbers >= 0."""
    low = None if i.hi is None else Fraction(0) if not i.hi else Fraction(p) / i.hi
    high = None if i.lo is None or i.lo <= 0 else Fraction(p) / i.lo
    return Interval(low, high, False, False)


def exact(v: Nested) -> Nested:
    """Return nested lists of the decimals that floats show (0.1 is 1/10); others as they are."""
    if hasattr(v, "tolist"):
        v = v.tolist()
    if isinstance(v, list | tuple):
        return [exact(part) for part in v]  # as deep as the rank, which is small
    return Fraction(repr(v)) if isinstance(v, float) else v


def number(e: Expr, values: Mapping[Symbol, Nested], sizes: Mapping[str, int]) -> Interval:
    """Return an enclosure of a scalar at exact values; all reals where there is none.

    Raises: UsageError if a value or a size is missing.
    """
    return _enclosed(evaluate_exactly(e, values, sizes, BITS))


def _enclosed(x: Any) -> Interval:
    """Return the interval of an entry, a point for an exact one."""
    if is_exact(x):
        return point(Fraction(int(x.p), int(x.q)))
    with precision(BITS):
        return from_ball(x)


def is_constant(blocks: Blocks, wrt: Sequence[Symbol]) -> bool:
    """Return whether no block of the Hessian depends on the variables."""
    return not any(depends_on(b, tuple(wrt)) for row in blocks for b in row)


def spectrum(blocks: Blocks, values: Mapping[Symbol, Nested], sizes: Mapping[str, int]) -> Spectrum:
    """Return the extreme eigenvalues of a Hessian at values that may be balls.

    Raises: UsageError if a value or a size is missing.  Cost: cubic in the number of rows.
    """
    found = [[entries(evaluate_exactly(b, values, sizes, BITS)) for b in row] for row in blocks]
    counts = [isqrt(len(row[k])) for k, row in enumerate(found)]
    whole = [
        [x for j, n in enumerate(counts) for x in found[i][j][p * n : (p + 1) * n]]
        for i, m in enumerate(counts)
        for p in range(m)
    ]
    if len(whole) == 1:
        only = _enclosed(whole[0][0])
        return Spectrum(only, only)
    with precision(BITS):
        least, *_, largest = eigenvalues([[as_ball(x) for x in row] for row in whole])
    return Spectrum(_enclosed(least), _enclosed(largest))


def around_minimizer(
    gradient: Sequence[Expr],
    at: Mapping[Symbol, Nested],
    strong: Interval,
    values: Mapping[Symbol, Nested],
    sizes: Mapping[str, int],
) -> Mapping[Symbol, Nested] | None:
    """Return balls that hold the minimizer x* of f, from any point near it; None if m may be 0.

    strong: encloses m > 0 with f - m/2 |x|^2 convex on the whole space, f differentiable. Then x*
    exists and <grad f(x), x - x*> >= m |x - x*|^2, so |x - x*| <= |grad f(x)|/m: every entry of
    x* is that close to the entry of x.
    """
    if strong.lo is None or strong.lo <= 0:
        return None
    known = {**values, **at}
    steep = [x for g in gradient for x in entries(evaluate(g, known, sizes, BITS))]
    with precision(BITS):
        squares = sum((x * x for x in steep), arb(0))
        distance = from_ball(squares.nonnegative_part().sqrt())
    if distance.hi is None:
        return None
    room = distance.hi / strong.lo
    return {s: _widened(v, room) for s, v in at.items()}


def _widened(v: Nested, room: Fraction) -> Nested:
    if isinstance(v, list):
        return [_widened(part, room) for part in v]
    middle = arb(v.numerator) / v.denominator if isinstance(v, Fraction) else arb(v)
    # The radius of a ball has about 30 bits and is rounded up.
    return middle + arb(0, (arb(room.numerator) / room.denominator).upper())


def nonnegative(i: Interval) -> Interval:
    """Return the enclosure of what is known to be at least 0."""
    return i.meet(NONNEGATIVE)
