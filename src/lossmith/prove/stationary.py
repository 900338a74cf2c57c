"""Stationary points, each proved to be there: isolated exactly, and classified.

One variable: boxes on which f' has no zero are discarded; on the others f' is shown monotone, so
that a change of sign proves one zero and no more. Several variables: exact linear algebra where
the gradient is affine with numeric coefficients. Anything else is left undecided, and said so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from lossmith.errors import LossmithError
from lossmith.evidence.enclose import bounds, value
from lossmith.evidence.polynomial import Matrix, hessian_of_quadratic, is_psd
from lossmith.evidence.second import derivative, is_nonnegative_on, is_smooth_on
from lossmith.expr.build import const, scale
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, POSITIVE, Interval, closed
from lossmith.expr.walk import substitute, symbols
from lossmith.prove.scalar import forms
from lossmith.words import Words

Kind = Literal["minimum", "maximum", "saddle", "inflection", "degenerate"]
DEPTH = 400
WIDTH = Fraction(1, 1 << 40)


@dataclass(frozen=True, slots=True)
class StationaryPoint:
    """One zero of the gradient, the only one in ``box``; equal ends mean it is exact."""

    box: Mapping[Symbol, Interval]
    kind: Kind
    words: Words


@dataclass(frozen=True, slots=True)
class Stationary:
    """All that was proved: the points, boxes left open, and whether the list is complete."""

    status: Literal["proved", "undecided"]
    points: tuple[StationaryPoint, ...] = ()
    open_boxes: tuple[Mapping[Symbol, Interval], ...] = ()
    words: Words = field(default=Words("", ""))


def stationary(
    e: Expr, wrt: tuple[Symbol, ...], box: Mapping[Symbol, Interval] | None = None
) -> Stationary:
    """Return the stationary points of a scalar in wrt, inside the box (the declared sets if None).

    Only for formulas without other data; everything is proved in exact and ball arithmetic.
    """
    data = [s.name for s in symbols(e) if s not in wrt]
    if data:
        names = ", ".join(data)
        return Stationary(
            "undecided",
            words=Words(f"values are needed for {names}", f"需要给出 {names} 的取值"),
        )
    inside = {s: s.assumptions.interval.meet((box or {}).get(s, Interval())) for s in wrt}
    if len(wrt) == 1 and not wrt[0].shape:
        return _one_variable(e, wrt[0], inside[wrt[0]])
    return _quadratic(e, wrt, inside)


# -- one variable ----------------------------------------------------------------------------------


def _one_variable(e: Expr, x: Symbol, whole: Interval) -> Stationary:
    try:
        # Zeros of f' are those of its core, where f' = weight * core with weight > 0.
        first = _core(derivative(e, x), x)
        second = derivative(first, x)
    except (ValueError, LossmithError):
        return Stationary("undecided", words=Words("it has no derivative rule", "没有求导规则可用"))
    waiting, found, left = [whole], list[StationaryPoint](), list[Interval]()
    steps = 0
    while waiting:
        box = waiting.pop()
        steps += 1
        state, point = _judged(e, first, second, x, box)
        if state == "none":
            continue
        if state == "one":
            if point is not None and not any(_same_point(point, q, x) for q in found):
                found.append(point)
            continue
        halves = None if steps > DEPTH else _halves(box)
        if halves is None:
            left.append(box)
        else:
            waiting += halves
    found.sort(key=lambda q: q.box[x].lo or Fraction(0))
    boxes = tuple({x: b} for b in left)
    if left:
        words = Words(
            f"{len(found)} found; {len(left)} box(es) stay undecided",
            f"找到 {len(found)} 个；还有 {len(left)} 个区间未判定",
        )
        return Stationary("undecided", tuple(found), boxes, words)
    if not found:
        return Stationary("proved", words=Words("there is none", "没有驻点"))
    words = Words(f"exactly {len(found)}", f"恰有 {len(found)} 个")
    return Stationary("proved", tuple(found), words=words)


def _core(slope: Expr, x: Symbol) -> Expr:
    whole: dict[Expr, Interval] = {x: x.assumptions.interval}
    for weight, core in list(forms(slope, x))[::-1]:
        if bounds(weight, whole)[weight].within(POSITIVE) and is_smooth_on(weight, x, whole):
            return core
    return slope


def _same_point(a: StationaryPoint, b: StationaryPoint, x: Symbol) -> bool:
    """Return whether two found points are one: exact zeros at a shared end of two boxes."""
    return a.box[x] == b.box[x]


def _judged(
    e: Expr, first: Expr, second: Expr, x: Symbol, box: Interval
) -> tuple[str, StationaryPoint | None]:
    """Return ("none", None), ("one", the point) or ("open", None) for the zeros in the box."""
    known: dict[Expr, Interval] = {x: box}
    try:
        if not is_smooth_on(e, x, known):
            return "open", None
        slope, bend = bounds(first, known)[first], bounds(second, known)[second]
    except LossmithError:
        return "open", None
    if not slope.has(0) or _keeps_sign(first, x, box):
        return "none", None
    exact = _exact_zero(first, second, x, box)
    if exact is not None:
        return "one", exact
    rising, falling = bend.within(POSITIVE), bend.within(NEGATIVE)
    if not (rising or falling):
        return "open", None
    signs = [_sign_at(first, x, end, box, k) for k, end in enumerate((box.lo, box.hi))]
    if None in signs:
        return "open", None
    if signs[0] == signs[1] and signs[0] != 0:
        return "none", None
    if 0 in signs or box.lo is None or box.hi is None:
        return "open", None
    lo, hi = _narrowed(first, x, box.lo, box.hi, signs[0] or 0)
    kind: Kind = "minimum" if rising else "maximum"
    return "one", _point(x, Interval(lo, hi, False, False), kind)


def _keeps_sign(f: Expr, x: Symbol, box: Interval) -> bool:
    """Return whether f > 0 or f < 0 on the whole box, by a ladder of derivatives from one end."""
    for k, end in enumerate((box.lo, box.hi)):
        here = _sign_at(f, x, end, box, k)
        if not here:
            continue
        for depth in (1, 2, 3):
            reason = (("left", "right")[k], Fraction(depth))
            try:
                if is_nonnegative_on(scale(here, f), x, {x: box}, reason, strict=True):
                    return True
            except (ValueError, LossmithError):
                break
    return False


def _sign_at(f: Expr, x: Symbol, end: Fraction | None, box: Interval, k: int) -> int | None:
    """Return the sign of f at an end of the box; None if it is infinite, undefined or unknown."""
    if end is None or (box.lo_open, box.hi_open)[k]:
        return None
    return _sign(f, x, end)


def _sign(f: Expr, x: Symbol, at: Fraction) -> int | None:
    try:
        there = substitute(f, {x: const(at)})
    except LossmithError:
        return None
    if isinstance(there, Const):
        return (there.value > 0) - (there.value < 0)
    for bits in (64, 256, 1024):
        found = value(lambda: there, bits)
        if found.within(POSITIVE):
            return 1
        if found.within(NEGATIVE):
            return -1
    return None


def _narrowed(
    f: Expr, x: Symbol, lo: Fraction, hi: Fraction, sign: int
) -> tuple[Fraction, Fraction]:
    """Bisect a change of sign; ``sign`` is that of f at lo."""
    while hi - lo > WIDTH * max(Fraction(1), abs(lo)):
        middle = (lo + hi) / 2
        here = _sign(f, x, middle)
        if here is None:
            break
        if here == 0:
            return middle, middle
        lo, hi = (middle, hi) if here == sign else (lo, middle)
    return lo, hi


def _exact_zero(first: Expr, second: Expr, x: Symbol, box: Interval) -> StationaryPoint | None:
    """Return a simple rational zero c of f', if a higher derivative shows it is the only one.

    With f'(c) = ... = f^(k-1)(c) = 0 and f^(k) of one sign on the box, f' vanishes at c alone.
    """
    lo = box.lo if box.lo is not None else (box.hi or Fraction(0)) - 2
    hi = box.hi if box.hi is not None else lo + 2
    middle = ((lo + hi) / 2).limit_denominator(16)
    for c in dict.fromkeys((Fraction(0), box.lo, box.hi, middle)):
        if c is None or not box.has(c) or _sign(first, x, c) != 0:
            continue
        f, k = second, 2
        while k <= 8:
            here = _sign(f, x, c)
            if here is None:
                break
            if here:
                spread = bounds(f, {x: box})[f]
                if spread.within(POSITIVE if here > 0 else NEGATIVE):
                    kind: Kind = "inflection" if k % 2 else "minimum" if here > 0 else "maximum"
                    return _point(x, closed(c, c), kind)
                break
            try:
                f, k = derivative(f, x), k + 1
            except (ValueError, LossmithError):
                break
    return None


def _halves(box: Interval) -> list[Interval] | None:
    if box.lo is None and box.hi is None:
        cut = Fraction(0)
    elif box.hi is None:
        assert box.lo is not None
        cut = box.lo + max(abs(box.lo), Fraction(1))
    elif box.lo is None:
        cut = box.hi - max(abs(box.hi), Fraction(1))
    else:
        cut = (box.lo + box.hi) / 2
        if box.hi - box.lo < WIDTH:
            return None
    if abs(cut) > 1 << 20:
        return None
    return [Interval(box.lo, cut, box.lo_open, False), Interval(cut, box.hi, False, box.hi_open)]


_KIND_WORDS: dict[Kind, Words] = {
    "minimum": Words("minimum", "极小点"),
    "maximum": Words("maximum", "极大点"),
    "saddle": Words("saddle", "鞍点"),
    "inflection": Words("inflection with slope 0", "驻拐点"),
    "degenerate": Words("degenerate", "退化"),
}


def _point(x: Symbol, box: Interval, kind: Kind) -> StationaryPoint:
    name = _KIND_WORDS[kind]
    where = decimal(box)
    return StationaryPoint(
        {x: box},
        kind,
        Words(f"{name.en} at {x.name} {where}", f"{name.zh}：{x.name} {where}"),
    )


def decimal(box: Interval, digits: int = 10) -> str:
    """Return "= c" for an exact point, else "in [a, b]" with decimals rounded outward."""
    if box.is_point:
        return f"= {box.lo}"
    assert box.lo is not None
    assert box.hi is not None
    unit = 10**digits
    low = box.lo * unit // 1
    high = -(-box.hi * unit // 1)
    return f"in [{_fixed(int(low), digits)}, {_fixed(int(high), digits)}]"


def _fixed(n: int, digits: int) -> str:
    sign, n = ("-" if n < 0 else ""), abs(n)
    return f"{sign}{n // 10**digits}.{n % 10**digits:0{digits}d}"


# -- several variables -----------------------------------------------------------------------------


def _quadratic(e: Expr, wrt: tuple[Symbol, ...], inside: Mapping[Symbol, Interval]) -> Stationary:
    undecided = Stationary(
        "undecided",
        words=Words(
            "several variables are decided only where the gradient is affine with numbers as "
            "coefficients",
            "多个变量时，只有梯度是数值系数的仿射函数时才能判定",
        ),
    )
    if any(s.shape for s in wrt):
        return undecided
    h = hessian_of_quadratic(e, wrt)
    if h is None:
        return undecided
    try:
        slope = [_at_origin(derivative(e, x), wrt) for x in wrt]
    except (ValueError, LossmithError):
        return undecided
    if any(s is None for s in slope):
        return undecided
    point = _solved(h, [-s for s in slope if s is not None])
    if point is None:
        return Stationary(
            "undecided",
            words=Words(
                "the Hessian is singular: there is none, or a whole flat of stationary points",
                "Hessian 奇异：要么没有驻点，要么整个平面都是驻点",
            ),
        )
    if not all(inside[s].has(v) for s, v in zip(wrt, point, strict=True)):
        return Stationary("proved", words=Words("there is none in the box", "区域内没有驻点"))
    minus = [[-q for q in r] for r in h]
    kind: Kind = (
        "minimum"
        if is_psd(h, definite=True)
        else "maximum"
        if is_psd(minus, definite=True)
        else "saddle"
    )
    where = ", ".join(f"{s.name} = {v}" for s, v in zip(wrt, point, strict=True))
    name = _KIND_WORDS[kind]
    found = StationaryPoint(
        {s: closed(v, v) for s, v in zip(wrt, point, strict=True)},
        kind,
        Words(f"{name.en} at {where}", f"{name.zh}：{where}"),
    )
    return Stationary("proved", (found,), words=Words("exactly 1", "恰有 1 个"))


def _at_origin(f: Expr, wrt: Sequence[Symbol]) -> Fraction | None:
    there = substitute(f, {s: const(0) for s in wrt})
    return there.value if isinstance(there, Const) else None


def _solved(h: Matrix, right: list[Fraction]) -> list[Fraction] | None:
    """Return the solution of h x = right by exact elimination, None if h is singular."""
    n = len(h)
    rows = [[*r, b] for r, b in zip(h, right, strict=True)]
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k]), None)
        if pivot is None:
            return None
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [q / rows[k][k] for q in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [a - rows[i][k] * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [r[n] for r in rows]
