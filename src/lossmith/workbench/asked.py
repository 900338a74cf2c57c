"""What the constant L of a formula is made of, and which values that takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lossmith.errors import UsageError
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import postorder
from lossmith.prove.constants.enclosed import Blocks, is_constant

if TYPE_CHECKING:
    from lossmith.workbench.objective import Objective

Values = Mapping[str, Any]


def constant_hessian(f: Objective) -> Blocks | None:
    """Return the Hessian, if it exists everywhere and is the same at all points."""
    if f.kinks or any(s.assumptions.structure for s in f.wrt):
        return None
    try:
        found = f.hessians
    except UsageError:
        return None
    blocks = [[found[a.name, b.name].expr for b in f.wrt] for a in f.wrt]
    return blocks if is_constant(blocks, f.wrt) else None


def needed(f: Objective) -> list[Expr]:
    """Return what must have a value for L to be a number; nothing if no L was proved."""
    blocks = constant_hessian(f)
    if blocks is not None:
        return [b for row in blocks for b in row]
    smooth = f.curvature().smooth.value
    return [] if smooth is None else [smooth]


def missing(
    f: Objective, asked: Sequence[Expr], values: Values, sizes: Mapping[str, int]
) -> tuple[str, ...]:
    """Return the data without a value, though the expressions or their sizes need one.

    A variable is asked for only if no data fix a size of it.
    """
    parts = list(postorder(*asked))
    data = [s for s in f.formula.symbols if s not in f.wrt]
    own = {s.name for s in data} & {s.name for s in parts if isinstance(s, Symbol)}
    fixed = {d for s in f.formula.symbols if s.name in own | set(values) for d in s.shape}
    letters = {d for s in parts for d in s.shape if isinstance(d, str)} - fixed - set(sizes)
    by = {s.name for s in data if letters & set(s.shape)}
    letters -= {d for s in data for d in s.shape}
    by |= {s.name for s in f.wrt if letters & set(s.shape)}
    absent = (own | by) - set(values)
    return tuple(s.name for s in f.formula.symbols if s.name in absent)
