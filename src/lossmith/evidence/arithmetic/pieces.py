"""A formula on one piece of the line: choices and corners decided, what is left is smooth. Trusted.

A piece is the image of a symbol t on [0, 1] or [0, inf) under an affine map whose coefficients may
hold data: x = d*t runs through [0, d]. On its interior each comparison and each argument of a
corner must have one certain sign; then the formula is the expression that ``resolved`` returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from lossmith.evidence.arithmetic.enclose import applies, bounds, domain_of, enclosures, is_defined
from lossmith.evidence.arithmetic.signs import sign_of
from lossmith.expr.build import (
    add,
    apply,
    const,
    contract,
    multiply,
    negate,
    select,
    subtract,
    symbol,
)
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Delta,
    Expr,
    Select,
    Symbol,
)
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, Interval, closed
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, postorder

Known = Mapping[Expr, Interval]

UNIT_STEP = symbol("piece_t", (), Assumptions(closed(0, 1)))
"""Runs through a piece between two joints."""

RAY_STEP = symbol("piece_r", (), Assumptions(closed(0, None)))
"""Runs through a piece that ends on one side only."""


def _chosen(condition: Expr, first: Expr, second: Expr) -> Expr:
    return select([((Comparison(condition, ">="),), first)], second)


def _abs(x: Expr) -> Expr:
    return _chosen(x, x, negate(x))


def _max(x: Expr, y: Expr) -> Expr:
    return _chosen(subtract(x, y), x, y)


def _min(x: Expr, y: Expr) -> Expr:
    return _chosen(subtract(x, y), y, x)


def _sign(x: Expr) -> Expr:
    zero = ((Comparison(x, "=="),), const(0))
    return select([((Comparison(x, ">"),), const(1)), zero], const(-1))


PIECES: Mapping[str, Callable[..., Expr]] = {"abs": _abs, "max": _max, "min": _min, "sign": _sign}
"""Primitive functions with corners or jumps, as the choices that define them."""


class Unresolved(Exception):
    """A comparison has no certain outcome on the piece."""


def interior(step: Symbol) -> Interval:
    """Return the values of a step inside its piece."""
    inside = step.assumptions.interval
    return Interval(inside.lo, inside.hi, True, True)


def resolved(e: Expr, change: Mapping[Expr, Expr], known: Known) -> Expr:
    """Return a scalar e with symbols replaced and every choice decided where ``known`` holds.

    It may have values where e has none: a guard that is decided is gone, and what cancels.

    Raises: Unresolved if a choice is open there.
    """
    return _visited(e, change, known)[e]


def certain(e: Expr, change: Mapping[Expr, Expr], known: Known, whole: Known) -> Expr:
    """Return the same, if all that is looked at for a value of e has one where ``whole`` holds.

    Raises: Unresolved if a choice is open, or a value uncertain.
    """
    made = _visited(e, change, known)
    found = enclosures(tuple(made.values()), whole)
    sure = all(is_defined(p, found.__getitem__) for p in postorder(*made.values()))
    for s in made:
        if isinstance(s, Apply) and s not in change:  # its pieces may ask less of the arguments
            inside = (found[made[a]] for a in s.args)
            sure = sure and all(i.within(domain_of(s.atom, k)) for k, i in enumerate(inside))
    if not sure:
        raise Unresolved
    return made[e]


def _visited(e: Expr, change: Mapping[Expr, Expr], known: Known) -> dict[Expr, Expr]:
    """Return what becomes of each part of e that is looked at."""
    made: dict[Expr, Expr] = dict(change)
    stack = [e]
    while stack:
        s = stack[-1]
        if s in made:
            stack.pop()
            continue
        todo = [c for c in _waiting(s, made, known) if c not in made]
        if todo:
            stack += todo
            continue
        made[s] = _built(s, made, known)
        stack.pop()
    return made


def _waiting(s: Expr, made: Mapping[Expr, Expr], known: Known) -> list[Expr]:
    """Return the children that are needed next; of a choice, dead branches never are."""
    match s:
        case Add():
            return [t for _, t in s.terms]
        case Contract():
            return [f for f, _, _ in s.factors]
        case Apply():
            return list(s.args)
        case Select():
            for guard, value in s.cases:
                open_parts = [c.expr for c in guard if c.expr not in made]
                if open_parts:
                    return open_parts
                if _holds(guard, made, known):
                    return [value]
            return [s.otherwise]
        case Const() | Symbol() | Delta():
            return []


def _built(s: Expr, made: Mapping[Expr, Expr], known: Known) -> Expr:
    if s.shape:
        raise Unresolved
    match s:
        case Add():
            return add(*((c, made[t]) for c, t in s.terms), shape=())
        case Contract():
            if s.summed:
                raise Unresolved
            return contract([(made[f], ls, p) for f, ls, p in s.factors], ())
        case Apply():
            return _applied(s, [made[a] for a in s.args], known)
        case Select():
            for guard, value in s.cases:
                if _holds(guard, made, known):
                    return made[value]
            return made[s.otherwise]
        case _:
            return s


def _applied(s: Apply, args: list[Expr], known: Known) -> Expr:
    """Return the function of the arguments; its pieces if a corner or a jump may be met."""
    built = apply(s.atom, *args)
    if not isinstance(built, Apply) or built.atom is not s.atom:
        return resolved(built, {}, known) if _has_choice(built) else built
    inside = [bounds(a, known)[a] for a in args]
    fits = all(i.within(domain_of(s.atom, k)) for k, i in enumerate(inside))
    smooth = {f.arg for f in s.atom.facts if f.name == "smooth" and applies(f, args, inside)}
    running = (UNIT_STEP, RAY_STEP, *(s for s in known if isinstance(s, Symbol)))
    moving = {k for k, a in enumerate(args) if depends_on(a, running)}
    make = PIECES.get(s.atom.name) or (s.atom.meaning if s.atom.signature.is_entrywise else None)
    plain = moving <= smooth and fits and not s.atom.kinks
    if make is None or (moving and plain):
        return built
    unfolded = make(*args)
    if not _has_choice(unfolded):
        return unfolded if isinstance(unfolded, Const) else built
    try:
        return resolved(unfolded, {}, known)
    except Unresolved:
        if moving:
            raise
        return built  # of data alone: its value is what it is


def _has_choice(e: Expr) -> bool:
    return any(
        isinstance(s, Select) or (isinstance(s, Apply) and (s.atom.name in PIECES or s.atom.kinks))
        for s in postorder(e)
    )


def _holds(guard: tuple[Comparison, ...], made: Mapping[Expr, Expr], known: Known) -> bool:
    outcomes = [_outcome(made[c.expr], c.relation, known) for c in guard]
    if False in outcomes:
        return False
    if None in outcomes:
        raise Unresolved
    return True


def _outcome(e: Expr, relation: str, known: Known) -> bool | None:
    inside = sign_of(e, known)
    zero = inside.is_point and inside.has(0)
    truths = {
        ">": (inside.within(POSITIVE), inside.within(NONPOSITIVE)),
        ">=": (inside.within(NONNEGATIVE), inside.within(NEGATIVE)),
        "==": (zero, not inside.has(0)),
        "!=": (not inside.has(0), zero),
    }[relation]
    return True if truths[0] else False if truths[1] else None


def places(joints: tuple[Expr, ...], whole: Interval) -> list[tuple[Expr, Symbol, Expr]]:
    """Return (x on the piece, its step, its length), left to right, for joints inside ``whole``."""
    left = [] if whole.lo is None else [const(whole.lo)]
    right = [] if whole.hi is None else [const(whole.hi)]
    marks = [*left, *joints, *right]
    found: list[tuple[Expr, Symbol, Expr]] = []
    if whole.lo is None:
        found.append((subtract(joints[0], RAY_STEP), RAY_STEP, const(1)))
    for a, b in pairwise(marks):
        width = subtract(b, a)
        found.append((add(a, multiply(width, UNIT_STEP)), UNIT_STEP, width))
    if whole.hi is None:
        found.append((add(joints[-1], RAY_STEP), RAY_STEP, const(1)))
    return found
