"""The minimizers of a sum of squares that can all be 0: matrix factorizations, equations solved.

f = c + sum of a_k u_k^2 with a_k > 0 is at least c, and equal to c exactly where all u_k are 0. One
such point shows that c is the least value, and that the equations describe all minimizers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import combinations, islice, product
from typing import Final

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.polynomial import is_polynomial
from lossmith.evidence.arithmetic.second import derivative
from lossmith.expr.build import add, const
from lossmith.expr.node import Add, Const, Expr, Symbol
from lossmith.expr.sets import Interval, point
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.points.points import KIND_WORDS, Stationary, StationaryPoint
from lossmith.prove.zeros.crossing import squares_of
from lossmith.prove.zeros.linear_solution import solution
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

VALUES: Final = (1, 2, -1, 3, Fraction(1, 2), 0)
"""Values tried for the variables that keep the equations from being linear."""

TRIED: Final = 400
MOST: Final = 8
"""Most variables."""


def with_common_zeros(
    found: Stationary, e: Expr, wrt: tuple[Symbol, ...], inside: dict[Symbol, Interval]
) -> Stationary:
    """Return an undecided answer with the set of all minimizers, if f is such a sum of squares."""
    if any(i != Interval() for i in inside.values()) or len(wrt) > MOST:
        return found
    level, us = _parts(e, wrt)
    at = common_zero(us, wrt) if us else None
    if at is None:
        return found
    every = _every(us)
    name = KIND_WORDS["minimum"]
    words = Words(f"{name.en}: {every.en}", f"{name.zh}：{every.zh}")
    shown = ", ".join(f"{to_unicode(x)} = {q}" for x, q in at.items())
    reason = Words(
        f"f is {level} plus squares, all of them 0 at {shown}",
        f"f 等于 {level} 加平方和，在 {shown} 处所有平方项为 0",
    )
    low = StationaryPoint(
        dict(inside), "minimum", words, set_of=every, value=point(level), is_global=True,
        reason=reason,
    )  # fmt: skip
    others = tuple(p for p in found.points if p.value != point(level))
    open_words = Words(
        "these are all global minimizers; whether there are other stationary points is not decided",
        "这些是全部的全局极小点；是否还有其他驻点未判定",
    )
    return replace(
        found, points=(low, *others), words=open_words, least=point(level), about_least=None
    )


def _parts(e: Expr, wrt: tuple[Symbol, ...]) -> tuple[Fraction, list[Expr]]:
    """Return (c, the u) of c + sum of a u^q; no u where it is not visibly such a sum."""
    terms = e.terms if isinstance(e, Add) else ((Fraction(1), e),)
    level = sum((c * t.value for c, t in terms if isinstance(t, Const)), Fraction(0))
    rest = add(*((c, t) for c, t in terms if not isinstance(t, Const)), shape=())
    parts = squares_of(rest, wrt) or []
    us = [u for u, _ in parts]
    if any(u.shape or not is_polynomial(u, wrt) for u in us):
        return level, []
    return level, us


def _every(us: Sequence[Expr]) -> Words:
    """Return "every point with xy = 1, xz = 2"."""
    shown: list[str] = []
    for u in us:
        terms = u.terms if isinstance(u, Add) else ((Fraction(1), u),)
        number = sum((c * t.value for c, t in terms if isinstance(t, Const)), Fraction(0))
        left = add(*((c, t) for c, t in terms if not isinstance(t, Const)), shape=())
        if isinstance(left, Add) and all(c < 0 for c, _ in left.terms):
            left, number = add((-1, left), shape=()), -number
        shown.append(f"{to_unicode(left)} = {-number}")
    return Words(f"every point with {', '.join(shown)}", f"满足 {'，'.join(shown)} 的每一点")


# -- one point -------------------------------------------------------------------------------------


def common_zero(us: Sequence[Expr], wrt: tuple[Symbol, ...]) -> dict[Symbol, Fraction] | None:
    """Return a rational point at which all u vanish, by linear equations in some variables."""
    slopes = {(k, x): derivative(u, x) for k, u in enumerate(us) for x in wrt}
    for fixed in islice(_fixings(us, wrt, slopes), TRIED):
        free = tuple(x for x in wrt if x not in fixed)
        numbers: dict[Expr, Expr] = {x: const(q) for x, q in fixed.items()}
        there = {**numbers, **{x: const(0) for x in free}}
        try:
            start = [_number(substitute(u, there)) for u in us]
            rows = [
                [_number(substitute(slopes[k, x], there)) for x in free] for k in range(len(us))
            ]
        except (LossmithError, TypeError):
            continue
        found = _solved(rows, [-q for q in start])
        if found is not None:
            return {x: {**fixed, **dict(zip(free, found, strict=True))}[x] for x in wrt}
    return None


def _fixings(
    us: Sequence[Expr], wrt: tuple[Symbol, ...], slopes: dict[tuple[int, Symbol], Expr]
) -> Iterator[dict[Symbol, Fraction]]:
    """Yield values for variables such that all u are affine in the others."""
    for size in range(len(wrt)):
        for names in combinations(wrt, size):
            free = tuple(x for x in wrt if x not in names)
            if any(depends_on(slopes[k, x], free) for k in range(len(us)) for x in free):
                continue
            for values in product(VALUES, repeat=size):
                yield dict(zip(names, map(Fraction, values), strict=True))


def _number(e: Expr) -> Fraction:
    if not isinstance(e, Const):
        raise TypeError
    return e.value


def _solved(rows: list[list[Fraction]], right: list[Fraction]) -> list[Fraction] | None:
    """Return a solution of rows x = right, from the normal equations; None if there is none."""
    n = len(rows[0]) if rows else 0
    gram = [[sum(r[i] * r[j] for r in rows) for j in range(n)] for i in range(n)]
    seen = [
        sum((r[i] * b for r, b in zip(rows, right, strict=True)), Fraction(0)) for i in range(n)
    ]
    solved = solution([[Fraction(q) for q in row] for row in gram], seen)
    if solved is None:
        return None
    x = solved[0]
    fits = all(
        sum((a * b for a, b in zip(r, x, strict=True)), Fraction(0)) == q
        for r, q in zip(rows, right, strict=True)
    )
    return x if fits else None
