"""The sign of f'' for a function of one real variable, replayed from boxes. Trusted.

The checker differentiates by itself, from the slopes on the cards, and evaluates with exact
interval arithmetic. A certificate only names a partition of the interval and, for each box, the
reason to use; nothing is searched here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import assert_never

from lossmith.evidence.arithmetic.enclose import BITS, applies, bounds, domain_of, is_defined, value
from lossmith.evidence.arithmetic.polynomial import coefficients, positive_coefficients
from lossmith.evidence.arithmetic.signs import sign_of
from lossmith.expr.build import add, multiply, power, zeros
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol, symbol
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, Interval, opened, point
from lossmith.expr.walk import dependents, depends_on, postorder, substitute

Known = Mapping[Expr, Interval]


@lru_cache(maxsize=128)
def derivative(f: Expr, x: Symbol) -> Expr:
    """Return df/dx of a scalar expression of scalars.

    Raises: ValueError for tensors, choices, and functions without a slope.
    """
    moving = dependents(f, (x,))
    slope: dict[Expr, Expr] = {}
    for e in postorder(f):
        if e not in moving:
            continue
        if e.shape:
            raise ValueError("not a scalar")
        match e:
            case Symbol():
                slope[e] = power(x, 0)
            case Add():
                slope[e] = add(*((c, slope[t]) for c, t in e.terms if t in moving), shape=())
            case Contract():
                slope[e] = _product_slope(e, moving, slope)
            case Apply():
                terms = [
                    multiply(_card_slope(e, k), slope[a])
                    for k, a in enumerate(e.args)
                    if a in moving
                ]
                slope[e] = add(*terms)
            case Const() | Delta() | Select():
                raise ValueError("no slope")
            case _:
                assert_never(e)
    return slope.get(f, zeros())


def _product_slope(e: Contract, moving: set[Expr], slope: Mapping[Expr, Expr]) -> Expr:
    if e.summed:
        raise ValueError("not a product of scalars")
    terms: list[tuple[Fraction, Expr]] = []
    for k, (f, _, p) in enumerate(e.factors):
        if f in moving:
            others = [power(g, q) for j, (g, _, q) in enumerate(e.factors) if j != k]
            terms.append((p, multiply(power(f, p - 1), slope[f], *others)))
    return add(*terms)


def _card_slope(e: Apply, k: int) -> Expr:
    make = e.atom.slopes[k] if k < len(e.atom.slopes) else None
    if make is None or not e.atom.signature.is_entrywise:
        raise ValueError("no slope")
    return make(*e.args)


def is_smooth_on(f: Expr, x: Symbol, known: Known) -> bool:
    """Return whether f is visibly infinitely differentiable in x, for x in the box ``known[x]``."""
    found = bounds(f, known)
    moving = dependents(f, (x,))
    for e in moving:
        if isinstance(e, Contract):
            for g, _, p in e.factors:
                natural = p.denominator == 1 and p > 0
                if g in moving and not natural and not _has_power(found[g], p):
                    return False
        elif isinstance(e, Apply):
            inside = [found[a] for a in e.args]
            spots = [k for k, a in enumerate(e.args) if a in moving]
            smooth = {
                fact.arg
                for fact in e.atom.facts
                if fact.name == "smooth" and applies(fact, e.args, inside)
            }
            fits = all(i.within(domain_of(e.atom, k)) for k, i in enumerate(inside))
            if len(spots) != 1 or spots[0] not in smooth or not fits:
                return False
        elif isinstance(e, Select):
            return False
    return True


def _has_power(base: Interval, p: Fraction) -> bool:
    """Return whether x^p is smooth for x in the base: away from 0, positive for even roots."""
    return base.within(POSITIVE) or (not base.has(0) and p.denominator % 2 == 1)


def is_nonnegative_on(
    f: Expr, x: Symbol, known: Known, reason: Sequence[object], *, strict: bool
) -> bool:
    """Return whether f >= 0 in the box ``known[x]`` (> 0 inside it if strict), by this reason.

    reason: ("direct",) interval arithmetic; ("polynomial",) Bernstein or Taylor coefficients;
    ("left", k) the k-th derivative is >= 0 on the box and all lower ones are >= 0 at the left end;
    ("right", k) the same from the right end, with alternating signs;
    ("chord",) f'' <= 0 on the box and f >= 0 at both ends.
    """
    box = known[x]
    match reason:
        case ("direct",):
            return _direct(f, known, sign=1, strict=strict)
        case ("polynomial",):
            p = coefficients(f, x)
            if p is None:
                return False
            signs = positive_coefficients(p, box)
            return all(c >= 0 for c in signs) and (not strict or any(c > 0 for c in signs))
        case ("left", Fraction() as k) if 1 <= k <= 8 and k.denominator == 1:
            return _ladder(f, x, known, "left", int(k), strict=strict)
        case ("right", Fraction() as k) if 1 <= k <= 8 and k.denominator == 1:
            return _ladder(f, x, known, "right", int(k), strict=strict)
        case ("chord",) if box.lo is not None and box.hi is not None:
            whole = Interval(box.lo, box.hi, False, False)
            f, x = with_ends(f, x, whole)
            second = derivative(derivative(f, x), x)
            inside = not strict or any(
                is_nonnegative_at(f, x, e, known, strict=True) for e in (box.lo, box.hi)
            )
            return (
                inside
                and _reaches(f, x, known, whole, (box.lo, box.hi))
                and _direct(second, {**known, x: opened(box.lo, box.hi)}, sign=-1, strict=False)
                and all(is_nonnegative_at(f, x, end, known) for end in (box.lo, box.hi))
            )
        case _:
            return False


def _direct(f: Expr, known: Known, *, sign: int, strict: bool) -> bool:
    wanted = POSITIVE if strict else NONNEGATIVE
    wanted = wanted if sign > 0 else -wanted
    found = bounds(f, known)[f]
    return not found.is_empty and (found.within(wanted) or sign_of(f, known).within(wanted))


def with_ends(f: Expr, x: Symbol, box: Interval) -> tuple[Expr, Symbol]:
    """Return f and x with x declared where the closed ends of a box lie, if it is not.

    The enclosure of a symbol never leaves its declaration: at an end outside of it, nothing would
    be asked. -sign(log(1 + x)) is 0 at 0 and -1 for x > 0.
    """
    a = x.assumptions
    if box.within(a.interval):
        return f, x
    wide = symbol(x.name, x.shape, replace(a, interval=a.interval.hull(box)))
    return substitute(f, {x: wide}), wide


def _reaches(f: Expr, x: Symbol, known: Known, box: Interval, ends: Sequence[Fraction]) -> bool:
    """Return whether f is differentiable inside of the box and continuous at these ends of it."""
    if is_smooth_on(f, x, {**known, x: box}):
        return True
    return is_smooth_on(f, x, {**known, x: opened(box.lo, box.hi)}) and all(
        is_continuous(f, {**known, x: point(q)}) for q in ends
    )


def is_continuous(e: Expr, known: Known) -> bool:
    """Return whether a scalar e has a value and is continuous where its symbols lie so.

    Sums, products and powers are, wherever they are defined, and so are functions of one argument
    whose card names no jump; max and min are in all of theirs.
    """
    found = bounds(e, known)
    moving = tuple(s for s in known if isinstance(s, Symbol))
    for s in postorder(e):
        if not is_defined(s, found.__getitem__) or isinstance(s, Select) or s.shape:
            return False
        if isinstance(s, Apply) and s.atom.name not in ("max", "min"):
            if sum(depends_on(a, moving) for a in s.args) > 1:
                return False
    return not has_jumps(e)


def moves_one_by_one(wrt: Sequence[Symbol], *roots: Expr) -> bool:
    """Return whether each card has one argument that moves: smooth in it, smooth in all of wrt."""
    cards = (s for s in postorder(*roots) if isinstance(s, Apply))
    return all(sum(depends_on(a, wrt) for a in s.args) <= 1 for s in cards)


def has_jumps(e: Expr) -> bool:
    """Return whether a card in e may jump."""
    return any(
        isinstance(a, Apply) and any(k.kind == "jump" for k in a.atom.kinks) for a in postorder(e)
    )


def _ladder(f: Expr, x: Symbol, known: Known, side: str, k: int, *, strict: bool) -> bool:
    box = known[x]
    end = box.lo if side == "left" else box.hi
    if end is None:
        return False
    closed = Interval(
        box.lo, box.hi, box.lo_open and side != "left", box.hi_open and side == "left"
    )
    f, x = with_ends(f, x, closed)
    sign = 1
    for _ in range(k):
        if not _reaches(f, x, known, closed, (end,)):
            return False
        if not is_nonnegative_at(add((sign, f)), x, end, known):
            return False
        f = derivative(f, x)
        sign = sign if side == "left" else -sign
    return _direct(f, {**known, x: box}, sign=sign, strict=strict)


def is_nonnegative_at(
    f: Expr, x: Symbol, end: Fraction, known: Known, *, strict: bool = False
) -> bool:
    """Return whether f(end) >= 0: exactly where the cards fold, else by a ball, else intervals."""
    from_x = substitute(f, {x: add((end, power(x, 0)))})
    if not isinstance(from_x, Const) and not any(isinstance(e, Symbol) for e in postorder(from_x)):
        found = value(lambda: from_x, 4 * BITS)
    else:
        found = bounds(from_x, known)[from_x]
    return not found.is_empty and found.within(POSITIVE if strict else NONNEGATIVE)


def covers(boxes: Sequence[Interval], whole: Interval) -> bool:
    """Return whether the boxes, in order, cover the interior of the interval."""
    if not boxes:
        return False
    first, last = boxes[0], boxes[-1]
    if first.lo is not None and (whole.lo is None or first.lo > whole.lo):
        return False
    if last.hi is not None and (whole.hi is None or last.hi < whole.hi):
        return False
    for a, b in pairwise(boxes):
        if (
            a.hi is None
            or b.lo is None
            or a.hi < b.lo
            or (a.hi == b.lo and a.hi_open and b.lo_open)
        ):
            return False
    return True
