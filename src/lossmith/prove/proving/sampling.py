"""Values of a function of one real variable at a few points: refutations that cost little."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed
from lossmith.expr.walk import symbols

SAMPLES = tuple(
    Fraction(s) * m
    for m in (Fraction(1, 1000), Fraction(1, 7), Fraction(3, 5), Fraction(7, 5), 4, 30)
    for s in (1, -1)
)


@lru_cache(maxsize=512)
def sampled_signs(f: Expr, x: Symbol) -> frozenset[int]:
    """Return certain signs that f takes at a few points (a refutation of what is sought)."""
    signs: set[int] = set()
    for found in sampled_values(f, x):
        signs |= {1} if found.lo is not None and found.lo > 0 else set()
        signs |= {-1} if found.hi is not None and found.hi < 0 else set()
        if len(signs) == 2:
            break
    return frozenset(signs)


def sampled_values(f: Expr, x: Symbol) -> Iterator[Interval]:
    """Yield enclosures of f at a few points of the interval of x, other symbols at small values."""
    for p in sample_points(x.assumptions.interval):
        known: dict[Expr, Interval] = {x: closed(p, p)}
        for s in symbols(f):
            inside = s.assumptions.interval
            some = next((q for q in (1, 2, Fraction(1, 2), -1) if inside.has(q)), None)
            if s is not x and some is not None:
                known[s] = closed(some, some)
        found = bounds(f, known)[f]
        if not found.is_empty:
            yield found


def sample_points(whole: Interval) -> list[Fraction]:
    """Return a few points of the interval, at several scales."""
    points = [p for p in SAMPLES if whole.has(p)]
    if whole.has(0):
        points.append(Fraction(0))
    if whole.lo is not None and whole.hi is not None:
        points += [whole.lo + (whole.hi - whole.lo) * Fraction(k, 8) for k in range(1, 8)]
    elif whole.lo is not None:
        points += [whole.lo + abs(p) for p in SAMPLES[::2]]
    elif whole.hi is not None:
        points += [whole.hi - abs(p) for p in SAMPLES[::2]]
    return points
