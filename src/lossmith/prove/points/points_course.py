"""The certificate of the stationary points of one variable: what the checker replays."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.course import Course, Stretch, Turn, TurnKind
from lossmith.evidence.points.course_check import check_course, is_void, on_stretch, running
from lossmith.expr.build import const, scale
from lossmith.expr.node import Expr
from lossmith.expr.sets import Interval, opened
from lossmith.prove.curvature.pieces import edges
from lossmith.prove.curvature.scalar import prove_sign
from lossmith.prove.line.line import Line, Run, runs
from lossmith.prove.proving.proof import OutOfWork, Proof
from lossmith.prove.zeros.roots import Root, Undecided, refined, sign, sign_at

NARROW = (Fraction(1, 1 << 40), Fraction(1, 1 << 20), Fraction(1, 1 << 10))
"""Widths tried for the interval around a zero of the slope that is not rational."""

WORK = 4000


def course_of(found: Line) -> Course | None:
    """Return where a function rises and falls as a certificate; None if a step is not shown."""
    for width in NARROW:
        made = _course(found, width)
        if made is None:
            continue
        try:
            check_course(made)
        except (NotCertified, LossmithError, ValueError):
            continue
        return made
    return None


def _course(found: Line, width: Fraction) -> Course | None:
    voids = [Run(s.left, s.right, None) for s in found.segments if s.expr is None]
    signs = _in_order(found, [*runs(found, 1), *voids])
    places = [refined(a.right, width) if a.right is not None else None for a in signs[:-1]]
    turns: list[Turn] = []
    for (a, b), r in zip(pairwise(signs), places, strict=True):
        if r is None or a.right is not b.left:
            return None
        kind = "gap" if a in voids or b in voids else _kind(found, a, b)
        if kind is None:
            return None
        switch = None
        if r.lo < r.hi and kind != "stationary":
            switch = _switch(found, r)
            if switch is None or kind != "kink":
                return None
        turns.append(Turn(r.lo, r.hi, kind, switch))
    ends = [found.box.lo, *(q for t in turns for q in (t.low, t.high)), found.box.hi]
    stretches: list[Stretch] = []
    for run, lo, hi in zip(signs, ends[::2], ends[1::2], strict=True):
        if run in voids and is_void(found.e, found.x, opened(lo, hi)):
            stretches.append(Stretch(opened(lo, hi), None, const(0), const(0), ()))
            continue
        made = _stretch(found, run, opened(lo, hi))
        if made is None:
            return None
        stretches.append(made)
    box = opened(found.box.lo, found.box.hi)
    return Course(found.e, found.x, box, tuple(stretches), tuple(turns))


def _in_order(found: Line, signs: list[Run]) -> list[Run]:
    """Return the runs as they follow each other: each begins where the last one ends."""
    after = {id(r.left): r for r in signs}
    ordered = [after[id(found.segments[0].left)]]
    while ordered[-1].right is not found.segments[-1].right:
        ordered.append(after[id(ordered[-1].right)])
    return ordered


def _kind(found: Line, a: Run, b: Run) -> TurnKind | None:
    """Return what lies between two runs; None where that was not decided."""
    mark = found.break_at(a.right)
    if mark is None:
        return "stationary"
    if mark.kind == "unknown":
        return "gap" if mark.missing else None
    if not mark.continuous:
        return "gap"
    return "stationary" if mark.kind == "smooth" and _is_flat(mark.left, mark.at) else "kink"


def _is_flat(slope: object, at: Root) -> bool:
    value = getattr(slope, "value", None)
    try:
        return value is not None and sign_at(value, at) == 0
    except Undecided:
        return False


def _switch(found: Line, r: Root) -> Expr | None:
    """Return what changes its sign at a cut of the formula."""
    for u in edges(found.e, found.x):
        before, after = (sign(u, found.x, q) for q in (r.lo, r.hi))
        if before and after and before == -after:
            return u
    return None


def _stretch(found: Line, run: Run, inside: Interval) -> Stretch | None:
    """Return the proof that the slope has the sign of the run between two rational ends."""
    try:
        body = on_stretch(found.e, found.x, inside)
        if body is None or run.sign is None:
            return None
        if run.sign == 0:
            return Stretch(inside, 0, const(1), const(0), ())
        t = running(inside)
        slope = derivative(body, t)
        rows = prove_sign(Proof((t,), WORK), body, t, scale(Fraction(run.sign), slope), strict=True)
    except (OutOfWork, LossmithError, ValueError):
        return None
    if rows is None:
        return None
    weight, core, *boxes = rows
    return Stretch(inside, run.sign, weight, core, tuple(boxes))
