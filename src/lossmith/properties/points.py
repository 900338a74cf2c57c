"""Where to attack: heavy tails, tiny steps, and the neighbors of kinks and ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random

from lossmith.expr.sets import Interval


def trial_points(
    box: Interval,
    *,
    near: Iterable[Fraction] = (),
    count: int = 24,
    reach: int = 10,
    depth: int = 40,
    seed: int = 0,
) -> Sequence[Fraction]:
    """Return increasing rationals of the box.

    near: points whose neighbors at 2^-1 ... 2^-depth are tried (0, 1, -1 and the ends always are).
    count: random points, their size spread evenly in log from 2^-reach to 2^reach.
    seed: the same seed gives the same points.
    """
    random = Random(seed)
    ends = [e for e in (box.lo, box.hi) if e is not None]
    centers = {Fraction(0), Fraction(1), Fraction(-1), *ends, *near}
    found = set(centers)
    for c in centers:
        for k in {1, 2, 3, 5, 8, 13, 20, depth}:
            if k <= depth:
                step = Fraction(random.randint(900, 1100), 1000 << k)
                found |= {c - step, c + step}
    for _ in range(count):
        size = Fraction(2) ** random.randint(-reach, reach)
        found.add(random.choice((-1, 1)) * size * Fraction(random.randint(500, 1000), 1000))
    if box.lo is not None and box.hi is not None:
        width = box.hi - box.lo
        found |= {box.lo + width * Fraction(random.randint(1, 999), 1000) for _ in range(count)}
    else:
        anchor = next(iter(ends), Fraction(0))
        found |= {anchor + x for x in list(found)}
    return sorted(x for x in found if box.has(x))
