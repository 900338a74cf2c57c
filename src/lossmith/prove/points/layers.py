"""The evidence for stationary points by the way a formula is made: found from outside to inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice, product
from typing import Final

from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.course import Course
from lossmith.evidence.points.layers import (
    Along,
    Behind,
    Isolated,
    LayersCertificate,
    Plus,
    Reached,
    Steep,
    Times,
    Tree,
    formula,
    variables,
)
from lossmith.evidence.points.layers_check import conclusion, places
from lossmith.evidence.points.layers_place import Places, is_smooth
from lossmith.evidence.points.layers_zeros import check_zeros_of
from lossmith.expr.build import add, multiply
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.sets import REALS, Interval, closed, opened, point
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.line.line import line
from lossmith.prove.points.eliminants import everywhere
from lossmith.prove.points.layers_cut import behind, factors, moved_to, terms
from lossmith.prove.points.points_course import course_of
from lossmith.prove.points.points_search import Search
from lossmith.prove.zeros.roots import Undecided, refined
from lossmith.prove.zeros.zeros import zeros

DEPTH: Final = 24
CANDIDATES: Final = 3
"""Most inner functions that are tried: each asks for the course of what is around it."""

WIDTH: Final = Fraction(1, 1 << 40)
GRID: Final = 4000
"""Most points at which a function is tried for a level."""

Inside = Mapping[Symbol, Interval]


def layers(
    e: Expr, wrt: Sequence[Symbol], inside: Inside
) -> tuple[LayersCertificate, Places] | None:
    """Return the evidence and what follows from it; None if the formula is not made like that."""
    try:
        tree = _tree(e, tuple(wrt), inside, DEPTH)
        if tree is None:
            return None
        made = LayersCertificate(e, tuple(wrt), tuple(inside[x] for x in wrt), tree)
        return made, conclusion(made)
    except (NotCertified, LossmithError, ValueError):
        return None


def _tree(e: Expr, wrt: tuple[Symbol, ...], inside: Inside, depth: int) -> Tree | None:
    if not depth or not wrt or any(x.shape for x in wrt):
        return None
    if len(wrt) == 1:
        course = _course(e, wrt[0], inside[wrt[0]])
        return None if course is None else Along(course, _zeros(course))
    return (
        _steep(e, wrt, inside)
        or _sum(e, wrt, inside, depth - 1)
        or _product(e, wrt, inside, depth - 1)
        or _behind(e, wrt, inside, depth - 1)
        or _moved(e, wrt, inside, depth - 1)
        or _isolated(e, wrt, inside)
    )


def _course(e: Expr, x: Symbol, whole: Interval) -> Course | None:
    try:
        return course_of(line(e, x, whole))
    except (Undecided, LossmithError, ValueError):
        return None


def _zeros(course: Course) -> tuple[Interval, ...] | None:
    """Return where the function of a course is 0, if the checker sees that."""
    try:
        roots = [refined(r, WIDTH) for r in zeros(course.e, course.x, course.box)]
        found = tuple(r.interval for r in roots)
        check_zeros_of(course, found, course.box)
    except (Undecided, NotCertified, LossmithError, ValueError):
        return None
    return found


def _steep(e: Expr, wrt: tuple[Symbol, ...], inside: Inside) -> Steep | None:
    if not is_smooth(e, wrt, inside):
        return None
    known: dict[Expr, Interval] = {x: inside[x] for x in wrt}
    for k, x in enumerate(wrt):
        try:
            slope = derivative(e, x)
            found = bounds(slope, known)[slope]
        except (ValueError, LossmithError):
            continue
        if not found.is_empty and not found.has(0):
            return Steep(e, wrt, k)
    return None


def _isolated(e: Expr, wrt: tuple[Symbol, ...], inside: Inside) -> Isolated | None:
    made = everywhere(Search(e, wrt, dict(inside)))
    return None if made is None else Isolated(made)


# -- sums and products -----------------------------------------------------------------------------


def _sum(e: Expr, wrt: tuple[Symbol, ...], inside: Inside, depth: int) -> Plus | None:
    parts = _blocks(terms(e, wrt), wrt)
    if parts is None:
        return None
    left, right = (add(*((Fraction(1), t) for t in own), shape=()) for own in parts)
    trees = _both(left, right, wrt, inside, depth)
    return None if trees is None else Plus(e, *trees)


def _product(e: Expr, wrt: tuple[Symbol, ...], inside: Inside, depth: int) -> Times | None:
    parts = _blocks(factors(e, wrt), wrt)
    if parts is None:
        return None
    left, right = (multiply(*own) for own in parts)
    trees = _both(left, right, wrt, inside, depth)
    if trees is None:
        return None
    a, b = (reached(formula(t), variables(t), point(0), inside) for t in trees)
    return Times(e, *trees, (a, b))


def _both(
    left: Expr, right: Expr, wrt: tuple[Symbol, ...], inside: Inside, depth: int
) -> tuple[Tree, Tree] | None:
    a = _tree(left, tuple(x for x in wrt if depends_on(left, (x,))), inside, depth)
    if a is None:
        return None
    b = _tree(right, tuple(x for x in wrt if depends_on(right, (x,))), inside, depth)
    return None if b is None else (a, b)


def _blocks(parts: Sequence[Expr], wrt: tuple[Symbol, ...]) -> tuple[list[Expr], list[Expr]] | None:
    """Return parts that share variables with the first one, and all others; None if none is left.

    A part without variables goes with the first ones.
    """
    if len(parts) < 2:
        return None
    own = next((p for p in parts if depends_on(p, wrt)), parts[0])
    names = {x for x in wrt if depends_on(own, (x,))}
    grown = True
    while grown:
        near = {x for p in parts if depends_on(p, tuple(names)) for x in wrt if depends_on(p, (x,))}
        grown, names = near != names, near
    first = [p for p in parts if depends_on(p, tuple(names)) or not depends_on(p, wrt)]
    rest = [p for p in parts if p not in first]
    return (first, rest) if rest else None


# -- one function behind another, other coordinates ------------------------------------------------


def _behind(e: Expr, wrt: tuple[Symbol, ...], inside: Inside, depth: int) -> Behind | None:
    for h in islice(behind(e, wrt), CANDIDATES):
        reach = bounds(h.inner, {**inside})[h.inner]
        for whole in dict.fromkeys(
            (REALS, Interval(reach.lo, reach.hi, reach.lo_open, reach.hi_open))
        ):
            t = symbol(h.letter.name, (), Assumptions(whole))
            course = _course(substitute(h.phi, {h.letter: t}), t, whole)
            if course is None:
                continue
            tree = _tree(h.inner, wrt, inside, depth)
            if tree is None:
                break
            made = _with_levels(e, course, tree, inside)
            if made is not None:
                return made
    return None


def _with_levels(e: Expr, course: Course, tree: Tree, inside: Inside) -> Behind | None:
    h, wrt = formula(tree), variables(tree)
    levels = [reached(h, wrt, closed(t.low, t.high), inside) for t in course.turns]
    made = Behind(e, course, tree, tuple(levels), _zeros(course))
    try:
        places(made, inside)
    except (NotCertified, LossmithError, ValueError):
        return None
    return made


def _moved(e: Expr, wrt: tuple[Symbol, ...], inside: Inside, depth: int) -> Tree | None:
    if any(inside[x] != REALS for x in wrt):
        return None
    for made in moved_to(e, wrt):
        inner = _tree(made.inner, made.variables, dict.fromkeys(made.variables, REALS), depth)
        if inner is not None:
            return made.certified(inner)
    return None


def reached(e: Expr, wrt: Sequence[Symbol], level: Interval, inside: Inside) -> Reached | None:
    """Return points of the box at which e is below and above a level."""
    low = high = None
    for at in islice(_grid(wrt, inside), GRID):
        known: dict[Expr, Interval] = {x: point(q) for x, q in at.items()}
        try:
            found = bounds(e, known)[e]
        except LossmithError:
            continue
        if found.is_empty:
            continue
        if low is None and found.within(Interval(None, level.lo, True, True)):
            low = at
        if high is None and found.within(Interval(level.hi, None, True, True)):
            high = at
        if low is not None and high is not None:
            return Reached(low, high)
    return None


_STEPS: Final = (0, 1, -1, 2, -2, 4, -4, Fraction(1, 2), Fraction(-1, 2), 16, -16, Fraction(1, 8))


def _grid(wrt: Sequence[Symbol], inside: Inside) -> Iterator[dict[Symbol, Fraction]]:
    """Yield points of the interior of the box, simple ones first."""
    lines = [_line(inside[x]) for x in wrt]
    width = 3
    while width <= max(map(len, lines)) + 2:
        for row in product(*(own[:width] for own in lines)):
            yield dict(zip(wrt, row, strict=True))
        width += 3


def _line(i: Interval) -> list[Fraction]:
    own = [Fraction(q) for q in _STEPS if opened(i.lo, i.hi).has(q)]
    if i.lo is not None and i.hi is not None:
        own += [i.lo + (i.hi - i.lo) * Fraction(k, 8) for k in (4, 1, 7, 2, 6)]
    elif i.lo is not None or i.hi is not None:
        end, side = (i.lo, 1) if i.lo is not None else (i.hi, -1)
        own += [(end or Fraction(0)) + side * Fraction(q) for q in (1, Fraction(1, 4), 4, 16)]
    return list(dict.fromkeys(own))
