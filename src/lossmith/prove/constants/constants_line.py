"""Constants of a function of one number: from its second derivative, or between two bowls."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import TooLarge
from lossmith.evidence.arithmetic.second import derivative
from lossmith.expr.build import add, const, power, scale
from lossmith.expr.node import Apply, Expr, Select, Symbol
from lossmith.expr.sets import NONNEGATIVE, Interval, closed
from lossmith.expr.walk import count, postorder, substitute, symbols
from lossmith.prove.constants.extremes import extreme
from lossmith.prove.curvature.scalar import prove_sign
from lossmith.prove.proving.partition import NODES, cut_of
from lossmith.prove.proving.proof import OutOfWork, Proof
from lossmith.prove.proving.sampling import sampled_signs, sampled_values
from lossmith.prove.proving.structure import Structure

BOXED = 450
"""Steps that one candidate may take to be proved box by box, and at most a third of the rest."""

PLAIN = 160
"""Boxes that are tried with intervals alone, which costs little."""

FAR = 1 << 10
"""Tails begin here at the latest."""

LEAST = Fraction(1, 10**4)
"""Constants of strong convexity below this are not looked for: mostly f'' tends to 0."""

STEP = Fraction(1, 128)
STEEP = 400
"""Second differences beyond this are taken for a corner, which no bowl fits under."""


def between_bowls(structure: Structure, e: Expr, kind: str) -> int | None:
    """One variable, corners of the slope allowed: M/2 x^2 - e and M/2 x^2 + e are convex."""
    proof = structure.proof
    (x,) = proof.wrt
    if not any(
        isinstance(s, Select) or (isinstance(s, Apply) and s.atom.kinks) for s in postorder(e)
    ):
        return None  # what is smooth has a second derivative to look at
    for m in second_differences(e, x, kind):
        bowl = scale(m / 2, power(x, 2))
        sides = [add(e, (-1, bowl))]
        if kind == "smooth":
            sides = [add(bowl, e), add(bowl, (-1, e))]
        nodes: list[int | None] = []
        for side in sides:
            structure.analyze(side)
            if not structure.kinds(side) & {"convex"}:
                break
            nodes.append(structure.premise(side, "convex"))
        else:
            claim = proof.claim(kind, e, const(m))
            return proof.propose(claim, "constants-convex", nodes)
    return None


def second_differences(e: Expr, x: Symbol, kind: str) -> list[Fraction]:
    """Return constants worth trying, from second differences at a few points."""
    shifted = [substitute(e, {x: add(x, const(h))}) for h in (STEP, -STEP)]
    second = scale(1 / STEP**2, add(*shifted, (-2, e)))
    seen = [
        (v.lo + v.hi) / 2
        for v in sampled_values(second, x)
        if v.lo is not None and v.hi is not None
    ]
    if len(seen) < 4:
        return []
    if kind == "strong":
        return [q for q in (_below(min(seen)), _below(min(seen) * Fraction(19, 20))) if q > 0]
    size = max(abs(min(seen)), abs(max(seen)))
    if size > STEEP:
        return []
    plain = next((q for q in map(size.limit_denominator, (1, 2, 4, 8)) if _is_near(q, size)), size)
    return list(dict.fromkeys((plain, -_below(-size * Fraction(21, 20)))))


def _is_near(q: Fraction, size: Fraction) -> bool:
    return abs(q - size) <= size / 100


def bounded(structure: Structure, e: Expr, kind: str) -> int | None:
    """One variable: bound f'' on the whole interval, at once or box by box."""
    proof = structure.proof
    if len(proof.wrt) != 1 or proof.wrt[0].shape:
        return None
    (x,) = proof.wrt
    try:
        slope = derivative(derivative(e, x), x)
        found = bounds(slope, {x: x.assumptions.interval})[slope]
    except (ValueError, LossmithError, TooLarge):
        return None
    if _is_open_at_a_point(slope, x, kind):
        return None
    tried = [(v, _goals(slope, kind, const(v))) for v in _candidates(kind, slope, x, found)]
    sure: int | None = None
    for k, (value, goals) in enumerate(tried):
        # What plain intervals prove costs a step; better constants before it are then boxed.
        direct = tuple((const(1), goal, (x.assumptions.interval, "direct")) for goal in goals)
        claim = proof.claim(kind, e, const(value))
        sure = proof.propose(claim, "second-derivative", (), direct)
        if sure is not None:
            tried = tried[:k]
            break
    return _boxed(proof, e, kind, tried) or sure


def _is_open_at_a_point(slope: Expr, x: Symbol, kind: str) -> bool:
    """Return whether f'' has no bound at one single point: the data may be anything."""
    whole = x.assumptions.interval
    places = (Fraction(0), Fraction(1), whole.lo, whole.hi)
    at = next((q for q in places if q is not None and whole.has(q)), None)
    here = Interval() if at is None else bounds(slope, {x: closed(at, at)})[slope]
    return at is not None and (here.lo is None or (kind == "smooth" and here.hi is None))


def _goals(slope: Expr, kind: str, value: Expr) -> list[Expr]:
    """Return what must be >= 0 for a bound on f'': f'' - m, or L - f'' and L + f''."""
    if kind == "smooth":
        return [add(value, (-1, slope)), add(value, slope)]
    return [add(slope, (-1, value))]


def _boxed(
    proof: Proof, e: Expr, kind: str, tried: Sequence[tuple[Fraction, list[Expr]]]
) -> int | None:
    (x,) = proof.wrt
    for value, goals in tried:
        if any(-1 in sampled_signs(goal, x) for goal in goals):
            continue
        rows = _box_by_box(proof, e, x, goals)
        if rows is not None:
            claim = proof.claim(kind, e, const(value))
            return proof.propose(claim, "second-derivative", (), rows)
    return None


def _box_by_box(
    proof: Proof, e: Expr, x: Symbol, goals: list[Expr]
) -> tuple[tuple[object, ...], ...] | None:
    """Return the sign proofs of all goals, within a share of the work that is left."""
    budget = proof.budget
    proof.budget = proof.work + min(BOXED, (budget - proof.work) // 3)
    try:
        rows: list[tuple[object, ...]] = []
        for goal in goals:
            row = _plain_boxes(proof, goal, x)
            row = row or prove_sign(proof, e, x, goal, strict=False)
            if row is None:
                return None
            rows.append(row)
    except OutOfWork:
        return None
    finally:
        proof.budget = budget
    return tuple(rows)


def _plain_boxes(proof: Proof, goal: Expr, x: Symbol) -> tuple[object, ...] | None:
    """Return boxes, left to right, on each of which intervals alone show that goal >= 0."""
    whole = x.assumptions.interval
    waiting = [Interval(whole.lo, whole.hi, True, True)]
    rows: list[tuple[object, ...]] = []
    cost = 1 + count(goal) // NODES
    for _ in range(min(PLAIN, (proof.budget - proof.work) // (2 * cost))):
        if not waiting:
            return (const(1), goal, *rows)
        box = waiting.pop()
        proof.spend(cost)
        found = bounds(goal, {x: box})[goal]
        if found.within(NONNEGATIVE):
            rows.append((box, "direct"))
            continue
        cut = cut_of(box)
        if abs(cut) > FAR or (box.is_bounded and _is_below(goal, x, cut)):
            return None
        waiting.append(Interval(cut, box.hi, False, box.hi_open))
        waiting.append(Interval(box.lo, cut, box.lo_open, False))
    return None


def _is_below(goal: Expr, x: Symbol, at: Fraction) -> bool:
    """Return whether goal < 0 at one point: no partition helps."""
    found = bounds(goal, {x: closed(at, at)})[goal]
    return found.hi is not None and found.hi < 0


def _candidates(kind: str, slope: Expr, x: Symbol, found: Interval) -> list[Fraction]:
    """Return bounds of f'' worth trying: from intervals, then plain numbers beyond the samples."""
    sure: list[Fraction] = []
    if kind == "strong":
        sure += [_below(found.lo)] if found.lo is not None and found.lo > 0 else []
    elif found.lo is not None and found.hi is not None:
        sure.append(-_below(-max(abs(found.lo), abs(found.hi))))
    seen = [v for v in sampled_values(slope, x) if v.lo is not None and v.hi is not None]
    if len(seen) < 4:
        return sure
    low = min(v.lo for v in seen if v.lo is not None)
    high = max(v.hi for v in seen if v.hi is not None)
    # Data were set to one value, so more room is left for them.
    data = any(s is not x for s in symbols(slope))
    low = low if data else extreme(slope, x, low, -1)
    high = high if data or kind == "strong" else extreme(slope, x, high, 1)
    if kind == "strong":
        rooms = () if data else (Fraction(1), Fraction(19, 20))
        near = [q for q in (_below(low * room) for room in rooms) if q >= LEAST]
        return [q for q in near if not sure or q > sure[0] * Fraction(101, 100)] + sure
    size = max(abs(low), abs(high))
    more = (Fraction(5, 4), Fraction(2), Fraction(4)) if data else (Fraction(21, 20), Fraction(2))
    near = [q for q in (-_below(-size * room) for room in (Fraction(1), *more)) if q < 10**6]
    return [q for q in near if not sure or q < sure[0] * Fraction(99, 100)] + sure


def _below(q: Fraction) -> Fraction:
    """Return a short fraction that is at most q and close to it."""
    for most in (1, 2, 3, 4, 6, 8, 12):
        near = q.limit_denominator(most)
        if near <= q and q - near <= abs(q) / 10**9:
            return near
    digits = 1000
    while 0 < abs(q) * digits < 100 and digits < 10**12:
        digits *= 10
    return Fraction(q * digits // 1, digits)
