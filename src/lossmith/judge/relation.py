"""Is one function an increasing or decreasing function of another?  Guessed by values, then proved.

For h among the identity, log, exp, square, root and logit: g = k h(f) + c (or the other way round)
means that at three points the differences of g are k times those of h(f). Where exact values allow
it, k is taken from the numbers and scalars in sight, c from one point, and the checker decides.
"""

# Balls are python-flint objects, which carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any, Final

from lossmith.calculus.draw import draw_sizes, draw_value, letters_of
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import from_ball
from lossmith.evidence.lines.difference import values_at
from lossmith.evidence.lines.multiples import IMAGES, Image, Multiple, image
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import substitute, symbols
from lossmith.judge.multiple import multiple
from lossmith.judge.normal import normal_form

_BITS: Final = 192
_DRAWS: Final = 3
_LARGEST: Final = 1000
"""The largest denominator of a factor."""


@dataclass(frozen=True, slots=True)
class Relation:
    """evidence that g = factor h(f) + constant (``of_f``), or f = factor h(g) + constant."""

    evidence: Multiple
    of_f: bool


def related(f: Expr, g: Expr, wrt: tuple[Symbol, ...]) -> Relation | None:
    """Return a proved relation of two functions of the same variables, None if none is found.

    Cost: a few evaluations in ball arithmetic for each h, and a proof search for what fits.
    """
    for by in IMAGES:
        for of_f in (True, False) if by else (True,):
            left, right = (g, f) if of_f else (f, g)
            try:
                found = _proved(left, right, wrt, by)
            except LossmithError:
                continue
            if found is not None:
                return Relation(found, of_f)
    return None


def _proved(left: Expr, right: Expr, wrt: tuple[Symbol, ...], by: Image) -> Multiple | None:
    side = image(by, right)
    draws = list(_draws(left, side, wrt))
    if len(draws) < 2 or not all(d.fits() for d in draws):
        return None
    for factor in _factors(left, right, wrt, draws):
        gap = build.add((1, left), (-1, build.multiply(factor, side)))
        for constant in _constants(gap, wrt):
            found = multiple(left, right, wrt, factor, constant, by)
            if found is not None:
                return found
    return None


@dataclass(frozen=True, slots=True)
class _Draw:
    """Data, and the differences of both sides between three points of the variables."""

    sizes: dict[str, int]
    data: dict[Symbol, Any]
    left: tuple[Any, Any]
    right: tuple[Any, Any]

    def fits(self) -> bool:
        """Return whether both differences may have one ratio."""
        cross = self.left[0] * self.right[1] - self.left[1] * self.right[0]
        return bool(cross.contains(0))

    def number(self, unit: Expr) -> Fraction | None:
        """Return the simple number q for which left = q * unit * right may hold, if any."""
        flat = values_at(unit, self.data, self.sizes, _BITS)
        below = None if flat is None else flat[0] * self.right[0]
        if below is None or not below.is_finite() or below.contains(0):
            return None
        known = from_ball(self.left[0] / below)
        if known.lo is None or known.hi is None:
            return None
        q = ((known.lo + known.hi) / 2).limit_denominator(_LARGEST)
        return q if q and known.has(q) else None


def _draws(left: Expr, right: Expr, wrt: tuple[Symbol, ...]) -> Iterator[_Draw]:
    rng = Random(left.digest + right.digest)
    letters = letters_of((left, right, *wrt))
    others = [s for s in symbols(left, right) if s not in wrt]
    for attempt in range(3 * _DRAWS):
        sizes = draw_sizes(letters, attempt)
        data = {s: _tuples(draw_value(s, sizes, rng)) for s in others}
        rows: list[list[Any]] = [[], []]
        for _ in range(3):
            at = {s: _tuples(draw_value(s, sizes, rng)) for s in wrt}
            for row, e in zip(rows, (left, right), strict=True):
                flat = values_at(e, {**data, **at}, sizes, _BITS)
                row.append(None if flat is None or not flat[0].is_finite() else flat[0])
        if any(v is None for row in rows for v in row):
            continue
        a, b = ((row[1] - row[0], row[2] - row[0]) for row in rows)
        yield _Draw(sizes, data, a, b)


def _factors(
    left: Expr, right: Expr, wrt: Sequence[Symbol], draws: Sequence[_Draw]
) -> Iterator[Expr]:
    """Yield q times 1, a size, a scalar of data, its square or an inverse; q the same at all."""
    sizes = [build.size_of(d) for d in letters_of((left, right))]
    scalars = [s for s in symbols(left, right) if not s.shape and s not in wrt]
    units = [build.const(1)]
    for e in (*sizes, *scalars):
        units += [build.power(e, p) for p in (1, -1, 2, -2)]
    for unit in units:
        numbers = {d.number(unit) for d in draws}
        q = numbers.pop()
        if q is not None and not numbers:
            yield build.scale(q, unit)


def _constants(gap: Expr, wrt: Sequence[Symbol]) -> Iterator[Expr]:
    """Yield 0, and the gap with one number in all places of the variables, shortened first."""
    yield build.const(0)
    for base in (Fraction(0), Fraction(1, 2), Fraction(1)):
        try:
            value = substitute(gap, {s: build.const(base, s.shape) for s in wrt})
            yield normal_form(value)[0]
        except LossmithError:
            continue
        yield value


def _tuples(v: Any) -> Any:
    return tuple(_tuples(x) for x in v) if isinstance(v, list) else v
