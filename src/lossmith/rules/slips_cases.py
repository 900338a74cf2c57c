"""Wrong rewrites of cases: an indicator dropped, a slope clipped."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from lossmith.atoms.arithmetic import max
from lossmith.expr.build import (
    apply,
    const,
    multiply,
    scale,
    select,
)
from lossmith.expr.node import (
    Add,
    Comparison,
    Const,
    Contract,
    Expr,
    Select,
)
from lossmith.rules.slip import (
    A_,
    ONE,
    X_,
    Slip,
    rebuilt,
)
from lossmith.words import Words


def _without_indicator(e: Expr) -> Expr | None:
    """Return a product without its factor that is 1 in some cases and 0 in the others."""
    c, t = e.terms[0] if isinstance(e, Add) and len(e.terms) == 1 else (ONE, e)
    if isinstance(t, Select) and _is_indicator(t):
        return const(c, t.shape)
    if not isinstance(t, Contract):
        return None
    kept = [f for f in t.factors if not _is_indicator(f[0])]
    return scale(c, rebuilt(t, kept)) if 0 < len(kept) < len(t.factors) else None


def _is_indicator(e: Expr) -> bool:
    values = [v for _, v in e.cases] + [e.otherwise] if isinstance(e, Select) else []
    return bool(values) and all(isinstance(v, Const) and v.value in (0, 1) for v in values)


def _indicator_dropped(e: Expr) -> Iterator[Expr]:
    found = _without_indicator(e)
    if found is not None:
        yield found


def _clipped(e: Expr) -> Iterator[Expr]:
    """1[u > 0] du -> max(0, du): the slope itself is clipped."""
    found = _without_indicator(e)
    if found is not None:
        yield apply(max, found, const(0, found.shape))


_step = select([((Comparison(A_, ">"),), const(1))], const(0))

CASE_SLIPS: Final[tuple[Slip, ...]] = (
    Slip(
        "indicator-dropped",
        Words(
            "the indicator was dropped: on the flat side the slope is 0",
            "漏掉了示性函数：在平坦的一侧导数为 0",
        ),
        _indicator_dropped,
        multiply(X_, _step),
        X_,
        {"x": Fraction(2), "a": Fraction(-1)},
    ),
    Slip(
        "slope-clipped",
        Words(
            "the slope itself was clipped at 0; the indicator asks about the margin instead",
            "把导数本身截断为非负；示性函数判断的应是间隔是否被违反",
        ),
        _clipped,
        multiply(X_, _step),
        apply(max, X_, const(0)),
        {"x": Fraction(2), "a": Fraction(-1)},
    ),
)
