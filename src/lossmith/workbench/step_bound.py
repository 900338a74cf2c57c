"""The constants of a formula for given data, enclosed: L, m, and the steps of gradient descent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lossmith.errors import LossmithError, UsageError
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.types import FREE
from lossmith.expr.walk import symbols
from lossmith.prove.constants.enclosed import (
    StepBound,
    around_minimizer,
    exact,
    nonnegative,
    number,
    spectrum,
)
from lossmith.run.bind import bind
from lossmith.words import Words
from lossmith.workbench.asked import Values, constant_hessian, missing, needed

if TYPE_CHECKING:
    from lossmith.workbench.objective import Objective

MOST_ENTRIES = 400_000
"""Numbers in the data up to which they are taken as balls; larger data take minutes."""


def step_bound(
    f: Objective, values: Values, sizes: Mapping[str, int], *, fully: bool = False
) -> StepBound | None:
    """Return L and m at the values, None if no L was proved.

    fully: also the Hessian near the minimizer, and what standardized columns would give.
    Raises: what ``run.bind`` raises, such as DataError if L needs a value that is not given;
    UsageError for data too large to be enclosed.
    """
    found = _bound(f, values, sizes)
    if found is None or not fully:
        return found
    near = None if found.constant else _near(f, found, values, sizes)
    return replace(found, near=near, scaled=_scaled(f, values, sizes))


def _bound(f: Objective, values: Values, sizes: Mapping[str, int]) -> StepBound | None:
    asked = needed(f)
    if not asked:
        return None
    given, lengths = _checked(f, asked, values, sizes)
    blocks = constant_hessian(f)
    if blocks is not None:
        found = spectrum(blocks, given, lengths)
        return StepBound(found.size, _positive(f, found.least), constant=True)
    strong = f.curvature().strong.value
    known = strong is not None and not missing(f, [strong], values, sizes)
    least = number(strong, given, lengths) if strong is not None and known else None
    return StepBound(
        nonnegative(number(asked[0], given, lengths)),
        None if least is None else _positive(f, least),
        constant=False,
    )


def _positive(f: Objective, least: Interval) -> Interval | None:
    """Return the enclosure of m, None if it may be 0 or the formula is not convex."""
    verdict = f.curvature()
    convex = verdict.status == "proved" and verdict.label in ("convex", "affine")
    at_least = nonnegative(least) if convex else least
    return None if at_least.lo is None or at_least.lo <= 0 else at_least


# -- values ----------------------------------------------------------------------------------------


def _checked(
    f: Objective, asked: Sequence[Expr], values: Values, sizes: Mapping[str, int]
) -> tuple[dict[Symbol, Any], dict[str, int]]:
    """Return exact values and lengths, after the checks of ``run.bind``."""
    absent = missing(f, asked, values, sizes)
    optional = [s.name for s in f.formula.symbols if s.name not in absent]
    bound = bind(f.formula.symbols, values, sizes, optional=optional)
    count = sum(a.size for a in bound.arrays.values())
    if count > MOST_ENTRIES:
        raise UsageError(
            Words(f"the data hold {count} numbers", f"数据共有 {count} 个数"),
            why=Words(
                f"constants are enclosed for at most {MOST_ENTRIES}; more would take minutes",
                f"最多对 {MOST_ENTRIES} 个数给出严格的界；再多则需数分钟",
            ),
        )
    given = {s: exact(bound.arrays[s.name]) for s in f.formula.symbols if s.name in bound.arrays}
    return given, dict(bound.sizes)


# -- near the minimizer, and after scaling ---------------------------------------------------------


def _near(
    f: Objective, bound: StepBound, values: Values, sizes: Mapping[str, int]
) -> Interval | None:
    """Return the largest eigenvalue of the Hessian at the minimizer, if that can be enclosed."""
    free = all(s.assumptions == FREE for s in f.wrt)
    if bound.strong is None or not free or f.kinks or f.domain.open:
        return None
    try:
        given, lengths = _checked(f, [f.expr], values, sizes)
        run = f.solve(sizes=sizes, **values)
        at = {f.wrt[0]: run.x} if len(f.wrt) == 1 else {s: run.x[s.name] for s in f.wrt}
        gradient = [f.gradients[s.name,].expr for s in f.wrt]
        start = {s: exact(v) for s, v in at.items()}
        balls = around_minimizer(gradient, start, bound.strong, given, lengths)
        blocks = [[f.hessians[a.name, b.name].expr for b in f.wrt] for a in f.wrt]
        return None if balls is None else spectrum(blocks, {**given, **balls}, lengths).largest
    except LossmithError:
        return None  # values are missing, or no derivative is known


def _scaled(f: Objective, values: Values, sizes: Mapping[str, int]) -> Interval | None:
    """Return what L would be with the features standardized, None if there are none."""
    moved = {
        s.name: standardized_columns(values[s.name])
        for e in needed(f)
        for s in symbols(e)
        if s.name in values and s.shape and s.assumptions == FREE
    }
    if not moved:
        return None
    found = _bound(f, {**values, **moved}, sizes)
    return None if found is None else found.smooth


def standardized_columns(x: Any) -> Any:
    """Return an array with each column moved to mean 0 and variance 1; a constant one stays."""
    array = np.asarray(x, dtype=float)
    spread = array.std(axis=0)
    flat = spread <= 1e-14 * np.max(np.abs(array), axis=0)
    moved = (array - array.mean(axis=0)) / np.where(flat, 1.0, spread)
    return np.where(flat, array, moved)
