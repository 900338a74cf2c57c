"""The minimizer of a convex quadratic plus corners, in several variables, exactly.

f = q + sum of c_k max(u_k, 0) with q a quadratic whose Hessian is positive definite, c_k > 0 and
u_k affine: |u|, hinge and max of two are of this kind. x minimizes f if and only if there are s_k
with grad q + sum of c_k s_k grad u_k = 0 and s_k = 1 where u_k > 0, 0 where u_k < 0, between where
u_k = 0. For each choice of signs these are linear equations.

Source: Rockafellar 1970, theorems 23.8 and 27.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import product
from typing import Final

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import Matrix, hessian_of_quadratic, is_psd
from lossmith.evidence.arithmetic.second import derivative
from lossmith.expr.build import add, const, scale
from lossmith.expr.node import Add, Apply, Const, Expr, Symbol
from lossmith.expr.sets import REALS, Interval, point
from lossmith.expr.walk import depends_on, substitute
from lossmith.prove.points.points import Stationary, least_point
from lossmith.prove.zeros.closed_forms import value_at
from lossmith.prove.zeros.linear_solution import slopes_at_0, solution
from lossmith.text.writing.printing import to_unicode
from lossmith.words import Words

MOST: Final = 6
"""Most corners: there are 3^k choices of signs."""

Corner = tuple[Fraction, Expr]
"""c max(u, 0) as (c, u)."""


@dataclass(frozen=True, slots=True)
class Cornered:
    """f = smooth + sum of c max(u, 0)."""

    smooth: Expr
    corners: tuple[Corner, ...]


_WRITTEN: Final[Mapping[str, Callable[..., tuple[Expr, Fraction, Expr]]]] = {
    "relu": lambda u: (const(0), Fraction(1), u),
    "hinge": lambda u: (const(0), Fraction(1), add(const(1), (-1, u))),
    "abs": lambda u: (scale(Fraction(-1), u), Fraction(2), u),
    "max": lambda u, v: (v, Fraction(1), add(u, (-1, v))),
}
"""Function -> (what is added, c, u) with function = what is added + c max(u, 0)."""


def cornered(e: Expr, wrt: Sequence[Symbol]) -> Cornered | None:
    """Return a sum as a smooth part and corners with positive weights; None for other formulas."""
    smooth: list[tuple[Fraction, Expr]] = []
    corners: list[Corner] = []
    for c, t in e.terms if isinstance(e, Add) else ((Fraction(1), e),):
        written = _WRITTEN.get(t.atom.name) if isinstance(t, Apply) and not t.shape else None
        if written is None or not isinstance(t, Apply) or not depends_on(t, tuple(wrt)):
            smooth.append((c, t))
            continue
        if len(t.args) != written.__code__.co_argcount or c < 0:
            return None
        added, weight, u = written(*t.args)
        smooth.append((c, added))
        corners.append((c * weight, u))
    return Cornered(add(*smooth, shape=()), tuple(corners)) if corners else None


def points_of_corners(
    e: Expr, wrt: tuple[Symbol, ...], inside: Mapping[Symbol, Interval]
) -> Stationary | None:
    """Return the one minimizer on the whole space; None where f is not of this kind."""
    if any(i != REALS for i in inside.values()) or any(x.shape for x in wrt):
        return None
    made = cornered(e, wrt)
    if made is None or len(made.corners) > MOST:
        return None
    h = hessian_of_quadratic(made.smooth, wrt)
    rows = [_affine(u, wrt) for _, u in made.corners]
    start = slopes_at_0(made.smooth, wrt)
    if h is None or start is None or any(r is None for r in rows) or not is_psd(h, definite=True):
        return None
    us = [r for r in rows if r is not None]
    found = _minimizer(h, start, [c for c, _ in made.corners], us)
    return None if found is None else _told(e, wrt, made, *found)


def _affine(u: Expr, wrt: Sequence[Symbol]) -> tuple[list[Fraction], Fraction] | None:
    """Return (w, b) with u = w'x + b."""
    try:
        w = [derivative(u, x) for x in wrt]
        b = substitute(u, {x: const(0) for x in wrt})
    except (ValueError, LossmithError):
        return None
    if not isinstance(b, Const) or not all(isinstance(c, Const) for c in w):
        return None
    return [c.value for c in w if isinstance(c, Const)], b.value


def _minimizer(
    h: Matrix,
    g: Sequence[Fraction],
    weights: Sequence[Fraction],
    us: Sequence[tuple[list[Fraction], Fraction]],
) -> tuple[list[Fraction], list[Fraction]] | None:
    """Return (x, the s) that meet the conditions; None if no choice of signs gives them."""
    n = len(h)
    for signs in product((0, 1, -1), repeat=len(us)):
        active = [k for k, s in enumerate(signs) if s == 0]
        size = n + len(active)
        matrix = [[Fraction(0)] * size for _ in range(size)]
        right = [Fraction(0)] * size
        for i in range(n):
            matrix[i][:n] = h[i]
            pushed = sum((weights[k] * us[k][0][i] for k, s in enumerate(signs) if s > 0), g[i])
            right[i] = -pushed
            for j, k in enumerate(active):
                matrix[i][n + j] = weights[k] * us[k][0][i]
        for j, k in enumerate(active):
            matrix[n + j][:n] = us[k][0]
            right[n + j] = -us[k][1]
        solved = solution(matrix, right)
        if solved is None:
            continue
        x, shares = solved[0][:n], dict(zip(active, solved[0][n:], strict=True))
        s = [shares.get(k, Fraction(int(sign > 0))) for k, sign in enumerate(signs)]
        values = [sum((a * v for a, v in zip(w, x, strict=True)), b) for w, b in us]
        fits = all(
            0 <= share <= 1 and (sign == 0 or sign * v >= 0)
            for share, sign, v in zip(s, signs, values, strict=True)
        )
        if fits:
            return x, s
    return None


def _told(
    e: Expr,
    wrt: tuple[Symbol, ...],
    made: Cornered,
    x: Sequence[Fraction],
    s: Sequence[Fraction],
) -> Stationary:
    at = dict(zip(wrt, x, strict=True))
    known: dict[Expr, Interval] = {v: point(q) for v, q in at.items()}
    at_kink = any(bounds(u, known)[u] == point(Fraction(0)) for _, u in made.corners)
    found = least_point(
        at, value_at(e, {v: const(q) for v, q in at.items()}), _subgradient(made, s), at_kink
    )
    if found.value is None:
        found = replace(found, value=bounds(e, known)[e])
    words = Words(
        "exactly 1: f is strictly convex, so that nothing else is stationary or extreme",
        "恰有 1 个：f 严格凸，因此没有其他驻点或极值点",
    )
    return Stationary("proved", (found,), words=words, least=found.value)


def _subgradient(made: Cornered, s: Sequence[Fraction]) -> Words:
    """Return "0 is a subgradient: grad of x² + y² + s max(x − y, 0) ... with s = ½"."""
    shown = [f"{'' if c == 1 else f'{c}·'}max({to_unicode(u)}, 0)" for c, u in made.corners]
    parts = " + ".join([to_unicode(made.smooth), *shown])
    shares = ", ".join(map(str, s))
    return Words(
        f"f = {parts}; with {shares} times the slopes of the max terms all slopes add to 0",
        f"f = {parts}；各 max 项的斜率依次取 {shares} 倍，所有斜率之和为 0",
    )
