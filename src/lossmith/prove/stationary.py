"""Stationary points, each proved to be there: isolated exactly, and classified.

One variable: the zeros of f' between the points where the formula switches, all of them isolated.
Several variables: polynomials by exact elimination, and boxes by interval Newton steps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.polynomial import Matrix, hessian_of_quadratic, is_psd
from lossmith.evidence.second import derivative
from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import Interval, closed
from lossmith.expr.walk import substitute, symbols
from lossmith.prove.points import KIND_WORDS, Kind, Stationary, StationaryPoint
from lossmith.prove.points_line import points_of_one_variable
from lossmith.words import Words


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
        return points_of_one_variable(e, wrt[0], inside[wrt[0]])
    return _quadratic(e, wrt, inside)


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
    name = KIND_WORDS[kind]
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
