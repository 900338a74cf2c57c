"""Compare a derivative with the values of the formula alone, at random points, before it is shown.

Central differences in ball arithmetic (256 bits, step 2^-60) along random directions: the rounding
is below 2^-130 and the error of the difference about 2^-120 times the next derivatives, so that a
disagreement above 2^-80 (relative to the values at hand) is an error of the calculus and no noise.
Independent of the calculus: only the meaning of the formula on the cards is used.
"""

# Balls are python-flint objects, which carry no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import prod
from random import Random
from typing import Any

from flint import arb

from lossmith.atoms.meaning import entries, evaluate, precision
from lossmith.calculus.derivation import Derivation, Rewrite
from lossmith.calculus.draw import (
    draw_direction,
    draw_sizes,
    draw_value,
    extent_of,
    letters_of,
    moved,
)
from lossmith.calculus.gradient import FREED
from lossmith.errors import SelfCheckFailed
from lossmith.expr.build import add
from lossmith.expr.node import Add, Expr, Select, Symbol, symbol
from lossmith.expr.walk import postorder, symbols
from lossmith.words import Words

Nested = Any  # nested lists of numbers
Values = Mapping[Symbol, Nested]

_BITS = 256
_STEP = Fraction(1, 1 << 60)
_TOLERANCE_BITS = 80
_ATTEMPTS = 12
_LONG = 8
"""Terms from which on those that do not move are left out."""
_LARGEST = 20_000
"""Entries of all sub-expressions at one point, beyond which no point is tried."""


@dataclass(frozen=True, slots=True)
class Recheck:
    """What the comparison found: ``points`` at which both routes agreed, and words about it."""

    points: int
    words: Words

    @property
    def confirmed(self) -> bool:
        """Whether at least one point confirmed the result."""
        return self.points > 0


def reverify(derivation: Derivation, points: int = 1) -> Recheck:
    """Return how a derivation agrees with the values of its start, at random points.

    points: how many points must agree.  Raises: SelfCheckFailed if the routes disagree.
    Cost: a few evaluations at sizes 2 to 5 each; about 5 to 20 ms for a usual objective.
    """
    d = derivation
    ties = tuple(c.where for c in d.corners)
    if d.wrt is None or d.order == 0:
        return _compare(d.start, d.end, _values_agree, points, None, (), ties)
    first = d.steps[0] if d.steps else None
    # The formula without the structure of its variable, if the derivation began by forgetting it.
    free = first.after if isinstance(first, Rewrite) and first.rule is FREED else d.start
    return reverify_result(
        free, d.wrt, d.end, order=d.order, direction=d.direction, points=points, ties=ties
    )


def reverify_result(
    expr: Expr,
    wrt: Symbol,
    result: Expr,
    *,
    order: int = 1,
    direction: Symbol | None = None,
    points: int = 1,
    ties: tuple[Expr, ...] = (),
) -> Recheck:
    """Return as ``reverify``, for any claimed derivative of expr by wrt.

    expr: over wrt, or over its twin without structure, which moves while the result is read at
    values of wrt.  order: 1 or 2.  direction: the result is the Hessian times this symbol.
    ties: points where one of these expressions has a zero are no test (kinks).
    """
    extra = () if direction is None else (direction,)
    expr = _moving(expr, wrt)
    if order == 1:
        return _compare(expr, result, _first_order, points, wrt, extra, ties)
    if direction is None:
        return _compare(expr, result, _second_order, points, wrt, extra, ties)

    def along(f: Expr, g: Expr, x: Symbol | None, at: _Point) -> list[Any]:
        return _hessian_along(f, g, x, at, direction)

    return _compare(expr, result, along, points, wrt, extra, ties)


def _moving(expr: Expr, wrt: Symbol) -> Expr:
    """Return a long sum without the terms that do not move: their derivative is 0."""
    if not isinstance(expr, Add) or len(expr.terms) < _LONG:
        return expr
    moving = {wrt, symbol(wrt.name, wrt.shape, wrt.assumptions.freed())}
    kept = [(c, t) for c, t in expr.terms if moving & _symbols_of(t)]
    return expr if len(kept) == len(expr.terms) else add(*kept, shape=expr.shape)


@lru_cache(maxsize=1 << 12)
def _symbols_of(e: Expr) -> frozenset[Symbol]:
    return frozenset(symbols(e))


@dataclass(frozen=True, slots=True)
class _Point:
    values: dict[Symbol, Nested]
    sizes: dict[str, int]
    rng: Random
    symmetric: bool = False
    """Whether to move along symmetric matrices, as an eigenvalue of a symmetric matrix asks."""

    def direction(self, wrt: Symbol) -> Nested:
        """Return a random direction of the variable."""
        v = draw_direction(wrt, self.sizes, self.rng)
        if not self.symmetric:
            return v
        columns = zip(*v, strict=True)
        return [[a + b for a, b in zip(p, q, strict=True)] for p, q in zip(v, columns, strict=True)]

    def at(self, e: Expr, change: Mapping[Symbol, Nested] | None = None) -> list[Any]:
        """Return the entries of e here, some symbols moved."""
        values = {**self.values, **(change or {})}
        known = {s: values[s] for s in symbols(e)}
        return entries(evaluate(e, known, self.sizes, _BITS))


_Test = Callable[[Expr, Expr, Symbol | None, _Point], list[Any]]
"""Returns pairs flattened: expected, found, expected, found ... (balls)."""


def _compare(
    expr: Expr,
    result: Expr,
    test: _Test,
    points: int,
    wrt: Symbol | None,
    extra: tuple[Symbol, ...],
    ties: tuple[Expr, ...],
) -> Recheck:
    # The digest seeds the points: the same formula is tried at the same points in every process.
    rng = Random(expr.digest + result.digest)
    names = {s for s in (*symbols(expr, result), *extra, *((wrt,) if wrt else ()))}
    twin = None if wrt is None else symbol(wrt.name, wrt.shape, wrt.assumptions.freed())
    order = sorted(names - {twin} | ({wrt} if wrt else set()), key=lambda s: s.name)
    letters = letters_of((expr, result, *order))
    known = set(symbols(expr))
    agreed = 0
    for attempt in range(_ATTEMPTS):
        sizes = draw_sizes(letters, attempt)
        if _volume((expr, result), sizes) > _LARGEST:
            return Recheck(0, _TOO_LARGE)
        values = {s: draw_value(s, sizes, rng) for s in order}
        if wrt is not None and twin is not None:
            values[twin] = values[wrt]
        # A function of symmetric matrices has no value off them: every other try stays among them.
        symmetric = attempt % 2 == 1 and wrt is not None and wrt.assumptions.has("symmetric")
        point = _Point(values, sizes, rng, symmetric)
        with precision(_BITS):
            flat = test(expr, result, twin if twin in known else wrt, point)
            verdict = _agree(flat)
        if verdict is None:
            continue
        if not verdict:
            if _on_a_tie(expr, result, ties, point):
                continue
            raise _disagreement(expr, wrt, point, flat)
        agreed += 1
        if agreed >= points:
            return Recheck(agreed, _CONFIRMED)
    return Recheck(agreed, _CONFIRMED if agreed else _NO_POINT)


def _volume(roots: tuple[Expr, ...], sizes: dict[str, int]) -> int:
    return sum(prod(extent_of(e.shape, sizes)) for e in postorder(*roots))


# -- the three comparisons -------------------------------------------------------------------------


def _values_agree(expr: Expr, result: Expr, wrt: Symbol | None, point: _Point) -> list[Any]:
    return _paired(point.at(expr), point.at(result))


def _first_order(expr: Expr, result: Expr, wrt: Symbol | None, point: _Point) -> list[Any]:
    """d expr along v by differences, and the derivative's last axes summed with v."""
    assert wrt is not None
    v = point.direction(wrt)
    x = point.values[wrt]
    plus = point.at(expr, {wrt: moved(x, v, _STEP)})
    minus = point.at(expr, {wrt: moved(x, v, -_STEP)})
    slope = [(a - b) * (1 << 59) for a, b in zip(plus, minus, strict=True)]
    return _paired(slope, _dot_last(point.at(result), v))


def _second_order(expr: Expr, result: Expr, wrt: Symbol | None, point: _Point) -> list[Any]:
    """The mixed second difference along u and v, and u' H v."""
    assert wrt is not None
    u = point.direction(wrt)
    v = point.direction(wrt)
    found = _dot_last(_dot_last(point.at(result), v), u)
    return _paired(_mixed(expr, wrt, point, u, v), found)


def _hessian_along(
    expr: Expr, result: Expr, wrt: Symbol | None, point: _Point, direction: Symbol
) -> list[Any]:
    assert wrt is not None
    u = point.direction(wrt)
    v = point.direction(wrt)
    found = _dot_last(point.at(result, {direction: v}), u)
    return _paired(_mixed(expr, wrt, point, u, v), found)


def _mixed(expr: Expr, wrt: Symbol, point: _Point, u: Nested, v: Nested) -> list[Any]:
    x = point.values[wrt]
    h = _STEP

    def at(a: Fraction, b: Fraction) -> Any:
        (value,) = point.at(expr, {wrt: moved(moved(x, u, a), v, b)})
        return value

    return [(at(h, h) - at(h, -h) - at(-h, h) + at(-h, -h)) * (1 << 118)]


def _dot_last(flat: list[Any], v: Nested) -> list[Any]:
    """Return the sums of consecutive blocks of entries times the entries of v."""
    weights = [arb(x.numerator) / x.denominator for x in entries(v)]
    n = len(weights)
    return [
        sum((a * w for a, w in zip(flat[k : k + n], weights, strict=True)), arb(0))
        for k in range(0, len(flat), n)
    ]


def _paired(expected: list[Any], found: list[Any]) -> list[Any]:
    assert len(expected) == len(found)
    return [x for pair in zip(expected, found, strict=True) for x in pair]


def _agree(flat: list[Any]) -> bool | None:
    """Return whether all pairs agree; None if a ball is not finite or too wide to tell."""
    unit = arb(1) / (1 << _TOLERANCE_BITS)
    for expected, found in zip(flat[::2], flat[1::2], strict=True):
        if not (expected.is_finite() and found.is_finite()):
            return None
        gap = abs(expected - found)
        allowed = unit * (1 + abs(expected) + abs(found))
        if gap > allowed:
            return False
        if not gap <= allowed:
            return None
    return True


def _on_a_tie(expr: Expr, result: Expr, ties: tuple[Expr, ...], point: _Point) -> bool:
    """Return whether the point lies on the boundary of a case or on a kink."""
    edges = [
        c.expr
        for e in postorder(expr, result)
        if isinstance(e, Select)
        for guard, _ in e.cases
        for c in guard
    ]
    return any(x.contains(0) for e in (*ties, *edges) for x in point.at(e))


# -- words -----------------------------------------------------------------------------------------

_CONFIRMED = Words(
    "confirmed by differences of the formula's values at random points",
    "已在随机点处用公式取值的差分核对",
)
_NO_POINT = Words(
    "not confirmed: no random point was found at which the formula has a value",
    "未能核对：没有找到公式有定义的随机点",
)
_TOO_LARGE = Words(
    "not confirmed: the declared sizes are too large for a check in exact arithmetic",
    "未能核对：声明的尺寸太大，无法用精确算术核对",
)


def _disagreement(
    expr: Expr, wrt: Symbol | None, point: _Point, flat: list[Any]
) -> SelfCheckFailed:
    pair = next((a, b) for a, b in zip(flat[::2], flat[1::2], strict=True) if not _agree([a, b]))
    name = wrt.name if wrt else ""
    return SelfCheckFailed(
        Words(
            f"the derivative with respect to {name} disagrees with the formula's own values",
            f"对 {name} 的导数与公式自身的取值不符",
        )
        if wrt
        else Words(
            "a rewritten formula differs in value from the original",
            "改写后的公式与原公式取值不同",
        ),
        why=Words(
            f"at a random point: by differences {pair[0].str(12)}, by the derivation "
            f"{pair[1].str(12)}",
            f"在一个随机点处：差分给出 {pair[0].str(12)}，推导给出 {pair[1].str(12)}",
        ),
        attempt=Words(
            "this is an error in Lossmith: please report the formula",
            "这是 Lossmith 的错误：请报告该公式",
        ),
    )
