"""The search for counterexamples to convexity and concavity; the checker has the last word.

Segments with small exact ends are tried, at many scales and with data drawn inside the
declarations; for one variable, also short segments around points where f'' has the wrong sign.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product

from lossmith.evidence.certificate import Witness
from lossmith.evidence.region import Inequality
from lossmith.evidence.witness import admits, flat, mixed
from lossmith.expr.node import Expr, Symbol
from lossmith.prove.refutation.bends import Move, basis, bends, moved, shaped
from lossmith.prove.refutation.draw import SCALES, nest, shape_of
from lossmith.prove.refutation.inflections import around_inflections, around_joints, in_dips
from lossmith.prove.refutation.search import Against, Search, Values

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
    search = Search(e, wrt, wanted, formula, inside)
    if e.shape:
        return {}
    if len(wrt) == 1 and not wrt[0].shape:
        around_inflections(search)
        around_joints(search)
    segments(search, tries)
    along_axes(search)
    if tries:
        in_corners(search)
        in_dips(search)
    if tries >= BENT:
        along_bends(search)
    return search.found


def segments(search: Search, tries: int) -> None:
    """Try segments, small and plain ones first, then heavier tails and finer scales."""
    rng = search.rng
    for k in range(tries):
        if search.is_done:
            return
        most = next(n for n, end in ((1, 2), (2, 8), (3, 10), (4, 12)) if 12 * k < end * tries)
        sizes = {d: rng.randint(1, most) if k % 3 else most for d in search.letters}
        reach = min(len(SCALES), 4 + k * len(SCALES) // max(tries, 1) + 2)
        scale = SCALES[rng.randrange(reach)]
        data = search.drawn(search.data, sizes, SCALES[rng.randrange(min(reach, 12))])
        a = search.drawn(search.wrt, sizes, scale)
        if data is None or a is None:
            continue
        if k % 2:
            b = search.drawn(search.wrt, sizes, SCALES[rng.randrange(reach)])
        else:
            b = _near(search, a, sizes, SCALES[rng.randrange(reach)])
        if b is not None and search.inside:
            b = _pulled(search, data, a, b, sizes)
        if b is not None and a != b:
            search.segment(data, a, b, rng.choice(SPLITS), sizes)


def _pulled(
    search: Search, data: Values, a: Values, b: Values, sizes: dict[str, int]
) -> Values | None:
    """Return b pulled towards a until it lies in the set, which is convex; None if a does not.

    Halving finds a point of the set wherever a is one of its inner points.
    """
    if not search.is_inside({**data, **a}, sizes):
        return None
    for _ in range(PULLS):
        if search.is_inside({**data, **b}, sizes):
            return b
        b = {s: mixed(a[s], b[s], Fraction(1, 2)) for s in b}
    return None


def _near(search: Search, a: Values, sizes: dict[str, int], scale: Fraction) -> Values | None:
    """Return a moved by a step of this scale, if the declarations admit it."""
    b: Values = {}
    for s, v in a.items():
        entries = flat(v)
        step = [scale * search.rng.randint(-2, 2) for _ in entries]
        b[s] = nest([x + d for x, d in zip(entries, step, strict=True)], shape_of(s, sizes))
    return b if all(admits(s, v, sizes) for s, v in b.items()) else None


def along_axes(search: Search) -> None:
    """Try each number of several alone, the others held: short segments where f'' is wrong."""
    for w in search.wrt if len(search.wrt) > 1 else ():
        wanted: tuple[Against, ...] = tuple(s for s in search.wanted if s not in search.found)
        if w.shape or not wanted:
            continue
        alone = Search(search.e, (w,), wanted, search.formula, search.inside)
        around_inflections(alone)
        for found in alone.found.values():
            held = {s: found.data[s] for s in search.wrt if s is not w}
            data = {s: v for s, v in found.data.items() if s not in held}
            search.segment(data, {**found.a, **held}, {**found.b, **held}, found.t, {})


def in_corners(search: Search) -> None:
    """Try short segments from the corners of a box of a few numbers, where minors change sign.

    x^3 + y^3 - x*y bends down along (1, 1) only where 6x < 1.
    """
    ranges = [w.assumptions.interval for w in search.wrt]
    bounded = all(i.is_bounded and not i.is_point for i in ranges)
    if not 2 <= len(ranges) <= 3 or any(w.shape for w in search.wrt) or not bounded:
        return
    ends = [[(i.lo, i.hi), (i.hi, i.lo)] for i in ranges]
    sizes = dict.fromkeys(search.letters, 2)
    for k in range(3 if search.data else 1):
        data = search.drawn(search.data, sizes, SCALES[3 * k])
        for corner, share, turned in product(product(*ends), (8, 64), (False, True)):
            if not search.is_done and data is not None:
                _in_corner(search, corner, share, turned, data, sizes)


def _in_corner(
    search: Search,
    corner: tuple[tuple[Fraction | None, Fraction | None], ...],
    share: int,
    turned: bool,
    data: Values,
    sizes: dict[str, int],
) -> None:
    """Try the segment over this share of each side, along the diagonal or across it."""
    a: Values = {}
    b: Values = {}
    for j, (w, (near, far)) in enumerate(zip(search.wrt, corner, strict=True)):
        if near is None or far is None:
            return
        step = (far - near) / share
        first, last = near + step / share, near + step
        a[w], b[w] = (last, first) if turned and j else (first, last)
    search.segment(data, a, b, Fraction(1, 2), sizes)


def along_bends(search: Search) -> None:
    """Try segments along the directions of least and largest second derivative."""
    rng = search.rng
    for k in range(BENDS):
        sizes = {d: 2 + (k + 1) % 3 for d in search.letters}
        moves = None if search.is_done else basis(search.wrt, sizes)
        data = None if moves is None else search.drawn(search.data, sizes, SCALES[k % 8])
        at = None if data is None else search.drawn(search.wrt, sizes, SCALES[k % 8])
        if moves is None or data is None or at is None:
            continue
        at = shaped(at, k % 3, rng, sizes)
        for size, move in bends(_float(search, data, sizes), at, moves, sizes):
            side: Against = "convex" if size < 0 else "concave"
            if side in search.wanted and side not in search.found:
                _along(search, side, data, at, move, sizes)


def _float(search: Search, data: Values, sizes: dict[str, int]) -> Callable[[Values], float | None]:
    """Return the function at these data, for points that are admitted."""

    def value(point: Values) -> float | None:
        inside = all(admits(s, v, sizes) for s, v in point.items())
        found = search.value(point, data, sizes) if inside else None
        return None if found is None else float(found.mid())

    return value


def _along(
    search: Search, side: Against, data: Values, at: Values, move: Move, sizes: dict[str, int]
) -> None:
    """Try ever shorter segments around a point."""
    for k in range(7):
        step = Fraction(1, 4**k)
        a, b = moved(at, move, step, sizes), moved(at, move, -step, sizes)
        if all(admits(s, v, sizes) for end in (a, b) for s, v in end.items()):
            search.segment(data, a, b, Fraction(1, 2), sizes)
        if side in search.found:
            return
