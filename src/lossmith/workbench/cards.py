"""The cards of an objective: all that is known of it at a glance, and how it was read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lossmith.errors import UsageError
from lossmith.view import explain as rows
from lossmith.view import verdict as judged
from lossmith.view.card import Card, Row
from lossmith.view.floats import floats

if TYPE_CHECKING:
    from lossmith.workbench.objective import Objective


def explained(f: Objective, values: Mapping[str, Any] | None = None) -> Card:
    """Return the card: reading, derivatives, curvature, kinks, minimum, step, floats.

    values: arrays by name, for the numbers of the step bound.
    """
    verdict = f.curvature()
    least = judged.minimum(verdict)
    lines = [
        rows.reading(f.formula, f.wrt),
        *rows.domain(f.domain),
        *_derivatives(f),
        judged.curvature(verdict),
        rows.kinks(f.kinks),
        *([] if least is None else [least]),
        step_row(f, values),
        *floats(f.expr, f.normalized),
    ]
    return Card(f.title, tuple(lines), f.notes + f.formula.notes)


def read(f: Objective) -> Card:
    """Return the card that says how a formula was read, and nothing else."""
    return Card(f.title, (rows.reading(f.formula, f.wrt),), f.notes + f.formula.notes)


def _derivatives(f: Objective) -> list[Row]:
    """Return the rows of gradient and Hessian; a Hessian that is not known says why."""
    several = len(f.wrt)
    found = [
        rows.derivative(rows.labelled(rows.GRADIENT, names, several), d.expr, d.recheck)
        for names, d in f.gradients.items()
    ]
    try:
        blocks = f.upper_hessians()
    except UsageError as unknown:
        return [*found, Row(rows.HESSIAN, unknown.what)]
    return found + [
        rows.derivative(rows.labelled(rows.HESSIAN, names, several), d.expr, d.recheck)
        for names, d in blocks
    ]


def step_row(f: Objective, values: Mapping[str, Any] | None = None) -> Row:
    """Return the row of the step bound, in numbers if all it needs is among the values."""
    smooth = f.curvature().smooth
    if not values or smooth.value is None:
        return judged.step(smooth)
    missing = f.lacking(smooth.value, values)
    return judged.step(smooth, None if missing else f.step_bound(**values), missing)
