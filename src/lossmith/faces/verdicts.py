"""Cards for the questions about what is proved of a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lossmith.expr.serial import interval_to_json
from lossmith.prove.constants.rank import full_rank
from lossmith.prove.constants.threshold import minimizer
from lossmith.prove.obstacle import obstacle
from lossmith.text.writing.printing import to_unicode
from lossmith.view import blocks as block_rows
from lossmith.view import explain as rows
from lossmith.view import points as point_rows
from lossmith.view import verdict as judged
from lossmith.view.card import Card, Row
from lossmith.view.region import region_rows
from lossmith.view.step import lipschitz, local_step
from lossmith.words import Words, same
from lossmith.workbench.asked import constant_hessian, missing, needed
from lossmith.workbench.cards import step_rows, under_promises

if TYPE_CHECKING:
    from lossmith.evidence.region import Confined
    from lossmith.prove.blocks import Lattice
    from lossmith.prove.points.points import Stationary
    from lossmith.prove.proving.verdict import Verdict
    from lossmith.text.condition import Condition
    from lossmith.view.outline import Depth
    from lossmith.workbench.objective import Objective


def curvature(
    f: Objective,
    why: Depth | None = None,
    values: Mapping[str, Any] | None = None,
    sizes: Mapping[str, int] | None = None,
    given: Verdict | None = None,
) -> Card:
    """Return the card of the verdict; with why, the proof under it.

    values, sizes: the data, for numbers of the constants.  given: the verdict on these data.
    """
    verdict = f.curvature()
    lines = [rows.reading(f.formula, f.wrt), judged.curvature(verdict)]
    lines += under_promises(f, fully=True) if given is None else [_on_data(given)]
    if verdict.status != "proved":
        lines += judged.quasi(f.quasi())
    least = judged.minimum(verdict)
    lines += [least] if least is not None else []
    if verdict.status == "proved" or values:
        lines += step_rows(f, values, sizes)
    if why is not None:
        lines += _stopped(f) if verdict.status != "proved" else _definite(f)
        lines += judged.leaning(verdict)
    return Card(f.title, tuple(lines), f.notes + f.formula.notes)


def within(f: Objective, found: Confined, conditions: Sequence[Condition]) -> Card:
    """Return the card of the verdict on the set that the conditions describe."""
    lines = [rows.reading(f.formula, f.wrt), *region_rows(found, conditions)]
    return Card(f.title, tuple(lines), f.notes + f.formula.notes)


def _stopped(f: Objective) -> list[Row]:
    """Return where the rules of composition stop, if a part of the formula stops them."""
    found = obstacle(f.expr, f.wrt)
    if found is None:
        return []
    at = to_unicode(found.node)
    text = Words(f"at {at}: {found.words.en}", f"在 {at} 处：{found.words.zh}")
    return [Row(Words("rules stop", "法则止于"), text)]


def _definite(f: Objective) -> list[Row]:
    """Return when the Hessian of a convex loss of X*w is definite: it is not, for few rows."""
    if len(f.wrt) != 1 or f.kinks or f.curvature().label != "convex":
        return []
    s = f.wrt[0]
    found = full_rank(f.hessians[s.name, s.name].expr, s)
    if found is None:
        return []
    x = to_unicode(found.matrix)
    text = Words(
        f"positive semidefinite always; definite exactly where {x} has full column rank",
        f"总是半正定；当且仅当 {x} 列满秩时正定",
    )
    because = Words(
        f"it is {x}ᵀ diag(d) {x} with every d > 0, so vᵀHv = Σᵢ dᵢ({x}v)ᵢ² is 0 only for {x}v = 0",
        f"它形如 {x}ᵀ diag(d) {x}，且每个 d > 0，故 vᵀHv = Σᵢ dᵢ({x}v)ᵢ² 仅当 {x}v = 0 时为 0",
    )
    single = Words(
        f"one row of {x} gives rank 1 and determinant 0 for two or more variables: still convex",
        f"{x} 只有一行时秩为 1，两个以上变量时行列式为 0：仍然是凸的",
    )
    return [Row(rows.HESSIAN, text, more=(because, single))]


def _on_data(given: Verdict) -> Row:
    """Return the verdict on the formula with the numbers in it, as a row beside the general one."""
    return replace(judged.curvature(given), label=Words("with these", "代入数值后"))


def blocks(f: Objective, found: Lattice) -> Card:
    """Return the card of the lattice: every subset of the variables with its verdict."""
    lines = [rows.reading(f.formula, f.wrt), *block_rows.lattice(found)]
    return Card(f.title, tuple(lines), f.notes + f.formula.notes)


def kinks(f: Objective) -> Card:
    """Return the card of the points without a derivative."""
    lines = [rows.reading(f.formula, f.wrt), rows.kinks(f.kinks)]
    lines += point_rows.differentiable(f.expr, f.wrt)
    return Card(f.title, tuple(lines), f.notes + f.formula.notes)


def kink_data(f: Objective) -> list[dict[str, Any]]:
    """Return the kinks as plain data."""
    return point_rows.kink_data(f.kinks)


NO_CERTIFICATE = Words(
    "no certificate was made; the file holds the answer alone", "没有生成证书；文件中只有答案"
)


def points(f: Objective, found: Stationary, box: str, notes: tuple[Words, ...] = ()) -> Card:
    """Return the card of the stationary points.

    box: bounds in the declaration language, such as "x in [-3, 3]", where they were sought.
    """
    lines = [rows.reading(f.formula, f.wrt)]
    if box:
        lines.append(Row(Words("within", "范围"), same(box)))
    lines += point_rows.points(found)
    return Card(f.title, tuple(lines), notes + f.notes + f.formula.notes)


def points_data(found: Stationary) -> list[dict[str, Any]]:
    """Return the stationary points as plain data."""
    return point_rows.data(found)


def step(
    f: Objective, values: Mapping[str, Any] | None, sizes: Mapping[str, int] | None = None
) -> Card:
    """Return the card of the step bound, with numbers if there are values."""
    found = step_rows(f, values, sizes, fully=True)
    lines = (
        rows.reading(f.formula, f.wrt),
        *found,
        *_near_minimum(f),
        lipschitz(f.lipschitz()),
    )
    return Card(f.title, lines, f.notes + f.formula.notes)


def step_data(
    f: Objective, values: Mapping[str, Any], sizes: Mapping[str, int]
) -> dict[str, Any] | None:
    """Return the enclosures for the data as plain data; None if a value is missing."""
    asked = needed(f)
    if not asked or missing(f, asked, values, sizes):
        return None
    found = f.step_bound(sizes=sizes, **values)
    if found is None:
        return None
    ends = {"L": found.smooth, "m": found.strong, "2/L": found.threshold}
    return {name: None if i is None else interval_to_json(i)[:2] for name, i in ends.items()}


def _near_minimum(f: Objective) -> list[Row]:
    """Return the local threshold 2/f''(x*) of a strictly convex function of one number."""
    if len(f.formula.symbols) != 1 or f.wrt[0].shape or not f.curvature().strict:
        return []
    if constant_hessian(f) is not None:
        return []  # near the minimum it is what it is everywhere
    found = minimizer(f.expr, f.wrt[0])
    row = None if found is None else local_step(*found)
    return [] if row is None else [row]
