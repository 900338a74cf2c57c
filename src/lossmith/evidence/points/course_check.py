"""The course of a function replayed: every stretch and every turn is shown anew. Trusted."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from lossmith.errors import DomainError, LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.pieces import Unresolved, certain, resolved
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.arithmetic.second import (
    derivative,
    has_jumps,
    is_continuous,
    is_nonnegative_at,
    is_smooth_on,
)
from lossmith.evidence.curvature.rules_hessian import is_sign_proof
from lossmith.evidence.points.course import Course, Stretch, Turn, refused
from lossmith.expr.build import const, scale, symbol
from lossmith.expr.node import Contract, Expr, Select, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval, closed, opened
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import postorder, substitute, symbols

BESIDE = tuple(Fraction(1, 1 << k) for k in (4, 10, 20, 40))
"""How near to a kink the slopes are looked at."""


def running(inside: Interval) -> Symbol:
    """Return the symbol that runs through an open interval."""
    return symbol("running", (), Assumptions(opened(inside.lo, inside.hi)))


def on_stretch(e: Expr, x: Symbol, inside: Interval) -> Expr | None:
    """Return e with x the running symbol, if it is one smooth expression with values there."""
    return _smooth_body(e, x, running(inside), {})


def is_void(e: Expr, x: Symbol, inside: Interval) -> bool:
    """Return whether e visibly has no value for any x in the open interval."""
    t = running(inside)
    known: dict[Expr, Interval] = {t: t.assumptions.interval}
    try:
        body = resolved(e, {x: t}, known)
    except DomainError:
        return True  # a part that is needed takes its argument outside of its domain
    except (Unresolved, LossmithError):
        return False
    found = bounds(body, known)
    return any(
        p.denominator % 2 == 0 and found[f].within(NEGATIVE)
        for s in postorder(body)
        if isinstance(s, Contract)
        for f, _, p in s.factors
    )


def check_course(c: Course) -> None:
    """Replay the certificate; return if it proves what it says.

    Raises: NotCertified.
    """
    a = c.x.assumptions
    if set(symbols(c.e)) - {c.x} or c.e.shape or c.x.shape or a.values is not None or a.integer:
        raise refused("the formula is not one of one real variable", "公式不是一个实变量的函数")
    if not c.box.within(a.interval):
        raise refused("the box leaves the declared set", "区间超出声明的集合")
    if len(c.turns) != len(c.stretches) - 1 or not _covers(c):
        raise refused("a part of the interval is not covered", "区间的一部分没有被覆盖")
    bodies = [_on_stretch(c, s) for s in c.stretches]
    for k, turn in enumerate(c.turns):
        _check_turn(c, turn, k, bodies)


def _covers(c: Course) -> bool:
    """Return whether stretches and turns follow each other from end to end."""
    place = c.box.lo
    for k, s in enumerate(c.stretches):
        if s.inside.lo != place:
            return False
        if s.inside.lo is not None and s.inside.hi is not None and s.inside.lo >= s.inside.hi:
            return False
        if k < len(c.turns):
            turn = c.turns[k]
            if s.inside.hi != turn.low or turn.low > turn.high:
                return False
            place = turn.high
    return c.stretches[-1].inside.hi == c.box.hi


def _on_stretch(c: Course, s: Stretch) -> Expr | None:
    """Return the expression on a stretch whose slope is proved to have the sign; None: no value."""
    if s.sign is None:
        if not is_void(c.e, c.x, s.inside):
            raise refused("there may be a value on a stretch", "某一段上可能有值")
        return None
    body = on_stretch(c.e, c.x, s.inside)
    if body is None:
        raise refused("the formula is not smooth on a stretch", "公式在某一段上不光滑")
    t = running(s.inside)
    slope = derivative(body, t)
    if s.sign == 0:
        good = same(slope, const(0))
    else:
        goal, proof = scale(Fraction(s.sign), slope), (s.weight, s.core, *s.rows)
        good = (
            s.sign in (1, -1)
            and is_sign_proof(body, (t,), goal, proof, strict=True)
            # Boxes are positive inside; where two of them meet, the slope might still be 0.
            and all(is_nonnegative_at(goal, t, q, {}, strict=True) for q in _cuts(s))
        )
    if not good:
        raise refused("the sign of the slope is not shown", "未证明斜率的符号")
    return body


def _cuts(s: Stretch) -> set[Fraction]:
    """Return the ends of boxes that lie inside the stretch; 0 for the line, on which x^2 >= 0."""
    inside = opened(s.inside.lo, s.inside.hi)
    ends = {q for box, *_ in s.rows for q in (box.lo, box.hi)}
    ends |= {Fraction(0) for box, *_ in s.rows if box.lo is box.hi is None}
    return {q for q in ends if q is not None and inside.has(q)}


def _check_turn(c: Course, turn: Turn, k: int, bodies: list[Expr | None]) -> None:
    if turn.kind == "gap" and turn.low == turn.high:
        return
    if turn.low < turn.high:
        if not (_has_one_zero if turn.kind == "stationary" else _has_corner)(c, turn, k):
            raise refused("a turn in an interval is not shown", "未证明区间内的转折点")
        return
    at = const(turn.low)
    try:
        value = certain(c.e, {c.x: at}, {}, {})
    except (Unresolved, LossmithError) as error:
        raise refused("there is no value at a turn", "在某个转折点处没有值") from error
    for body, s in zip(bodies[k : k + 2], c.stretches[k : k + 2], strict=True):
        if body is None:
            raise refused("there is no value beside a turn", "某个转折点的一侧没有值")
        # The end of an open stretch is no value of its symbol: there everything would be empty.
        t = symbol("running", (), Assumptions(closed(s.inside.lo, s.inside.hi)))
        body = substitute(body, {running(s.inside): t})
        here: dict[Expr, Interval] = {t: closed(turn.low, turn.low)}
        if not is_continuous(body, here):
            raise refused("the formula may jump at a turn", "公式在某个转折点处可能跳跃")
        if not same(substitute(body, {t: at}), value):
            raise refused("the formula may jump at a turn", "公式在某个转折点处可能跳跃")
        if turn.kind == "stationary":
            slope = substitute(derivative(body, t), {t: at})
            if not is_smooth_on(body, t, here) or not same(slope, const(0)):
                raise refused("the slope at a turn is not 0", "某个转折点处的斜率不为 0")
    if turn.kind == "kink" and not _has_slope_beside(c, turn.low, k, bodies):
        raise refused("the slope at a kink may be 0", "某个不可导点处的斜率可能为 0")
    if turn.kind not in ("stationary", "kink"):
        raise refused("there is no such turn", "没有这种转折点")


def _has_slope_beside(c: Course, at: Fraction, k: int, bodies: list[Expr | None]) -> bool:
    """Return whether on one side of the point the slopes keep away from 0."""
    for j, side in ((k, -1), (k + 1, 1)):
        body, t = bodies[j], running(c.stretches[j].inside)
        if body is None:
            return False
        slope = derivative(body, t)
        for near in BESIDE:
            box = opened(*sorted((at, at + side * near))).meet(t.assumptions.interval)
            found = bounds(slope, {t: box})[slope]
            if not found.is_empty and not closed(found.lo, found.hi).has(0):
                return True
    return False


def _has_one_zero(c: Course, turn: Turn, k: int) -> bool:
    """Return whether f' changes its sign in (low, high), as its neighbors say, and once alone."""
    after = c.stretches[k + 1].sign
    if (
        after is None
        or after not in (1, -1)
        or c.stretches[k].sign != -after
        or turn.switch is not None
    ):
        return False
    t = symbol("running", (), Assumptions(closed(turn.low, turn.high)))
    body = _smooth_body(c.e, c.x, t, {})
    return body is not None and _crosses(derivative(body, t), t, after)


def _crosses(u: Expr, t: Symbol, after: int) -> bool:
    """Return whether a smooth u has one zero in the closed interval of t, with this sign after."""
    known: dict[Expr, Interval] = {t: t.assumptions.interval}
    low, high = known[t].lo, known[t].hi
    slope = derivative(u, t)
    return (
        low is not None
        and high is not None
        and bounds(slope, known)[slope].within(POSITIVE if after > 0 else NEGATIVE)
        and is_nonnegative_at(scale(Fraction(-after), u), t, low, known, strict=True)
        and is_nonnegative_at(scale(Fraction(after), u), t, high, known, strict=True)
    )


def _has_corner(c: Course, turn: Turn, k: int) -> bool:
    """Return whether f is two expressions with these slopes before and after the zero of switch."""
    if turn.kind != "kink" or turn.switch is None or set(symbols(turn.switch)) != {c.x}:
        return False
    t = symbol("running", (), Assumptions(closed(turn.low, turn.high)))
    known: dict[Expr, Interval] = {t: t.assumptions.interval}
    u = substitute(turn.switch, {c.x: t})
    if not is_smooth_on(u, t, known) or not is_continuous(substitute(c.e, {c.x: t}), known):
        return False
    rises = next((s for s in (1, -1) if _crosses(u, t, s)), None)
    if rises is None:
        return False
    steep = False
    for sign, side in ((c.stretches[k].sign, -rises), (c.stretches[k + 1].sign, rises)):
        body = _smooth_body(c.e, c.x, t, {u: POSITIVE if side > 0 else NEGATIVE})
        if body is None:
            return False
        slope = derivative(body, t)
        there = bounds(slope, known)[slope]
        wanted = {1: there.within(POSITIVE), -1: there.within(NEGATIVE), 0: slope is const(0)}
        if sign is None or not wanted.get(sign, False):
            return False
        steep = steep or sign != 0
    return steep


def _smooth_body(e: Expr, x: Symbol, t: Symbol, more: Mapping[Expr, Interval]) -> Expr | None:
    """Return e with x = t and choices decided by ``more``, if that is smooth for all t."""
    known: dict[Expr, Interval] = {t: t.assumptions.interval}
    try:
        body = certain(e, {x: t}, {**known, **more}, known)
    except Unresolved:
        return None
    if any(isinstance(s, Select) for s in postorder(body)) or has_jumps(body):
        return None
    return body if is_smooth_on(body, t, known) else None
