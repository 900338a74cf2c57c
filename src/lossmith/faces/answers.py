"""Cards for the questions of the command line, gathered from an objective."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from lossmith.errors import cells
from lossmith.expr.serial import interval_to_json
from lossmith.expr.sets import Interval
from lossmith.expr.types import shape_text
from lossmith.text.printing import Notation, to_unicode
from lossmith.view import explain as rows
from lossmith.view.card import Card, Row
from lossmith.view.proof import told as told_proof
from lossmith.view.tell import Level, tell
from lossmith.words import Words, same

_WIDEST = 60
"""Cells that the formulas of steps may take before the reasons."""

if TYPE_CHECKING:
    from lossmith.solve.result import Result
    from lossmith.workbench.derivative import Derivative
    from lossmith.workbench.objective import Objective


def derivatives(
    f: Objective, which: str, *, steps: Level | None = None, notation: Notation = "matrix"
) -> Card:
    """Return the card of the gradient or the Hessian; with steps, each as it was computed."""
    found = f.gradients if which == "gradient" else dict(f.upper_hessians())
    label = {
        "gradient": Words("gradient", "梯度"),
        "hessian": Words("Hessian", "黑塞矩阵"),
    }[which]
    lines = [rows.reading(f.formula, f.wrt)]
    for names, d in found.items():
        if steps is not None:
            lines += told(d, steps)
        tag = f" {','.join(names)}" if len(f.wrt) > 1 else ""
        named = Words(f"{label.en}{tag}", f"{label.zh}{tag}")
        lines.append(rows.derivative(named, d.expr, d.recheck, notation))
        lines += rows.corners(d.derivation.corners)
    return Card(_title(f), tuple(lines), f.notes + f.formula.notes)


def told(d: Derivative, level: Level) -> list[Row]:
    """Return the steps of a derivation as numbered rows: formula, then why."""
    lines = tell(d.derivation, level)
    width = min(_WIDEST, max(cells(line.formula) for line in lines))
    found: list[Row] = []
    for k, line in enumerate(lines, start=1):
        pad = " " * max(0, width - cells(line.formula))
        text = Words(
            f"{line.formula}{pad}   {line.why.en}".rstrip(),
            f"{line.formula}{pad}   {line.why.zh}".rstrip(),
        )
        found.append(Row(same(f"{k:>2}"), text, latex=line.latex))
    return found


def curvature(f: Objective, *, why: bool = False) -> Card:
    """Return the card of the verdict; with why, the proof as sentences."""
    verdict = f.curvature()
    lines = [rows.reading(f.formula, f.wrt), rows.curvature(verdict)]
    extra = rows.minimum(verdict)
    lines += [extra] if extra is not None else []
    if verdict.status == "proved":
        lines.append(rows.step(verdict.smooth))
    if why:
        lines += told_proof(verdict)
    return Card(_title(f), tuple(lines), f.notes + f.formula.notes)


def kinks(f: Objective) -> Card:
    """Return the card of the points without a derivative."""
    lines = (rows.reading(f.formula, f.wrt), rows.kinks(f.kinks))
    return Card(_title(f), lines, f.notes + f.formula.notes)


def points(f: Objective, box: str) -> tuple[Card, str, list[dict[str, Any]]]:
    """Return the card of the stationary points, the status, and the points as plain data.

    box: bounds in the declaration language, such as "x in [-3, 3]".
    """
    found = f.stationary(box)
    lines = [rows.reading(f.formula, f.wrt)]
    data: list[dict[str, Any]] = []
    for p in found.points:
        place = ", ".join(f"{s.name} {_enclosed(i)}" for s, i in p.box.items())
        lines.append(
            Row(
                _KINDS[p.kind],
                Words(f"{place}   {p.words.en}", f"{place}   {p.words.zh}"),
                "proved",
            )
        )
        ends = {s.name: interval_to_json(i)[:2] for s, i in p.box.items()}
        data.append({"kind": p.kind, "box": ends})
    complete = Words("complete", "完整性")
    lines.append(Row(complete, found.words, found.status))
    return Card(_title(f), tuple(lines), f.notes + f.formula.notes), found.status, data


_KINDS = {
    "minimum": Words("minimum", "极小点"),
    "maximum": Words("maximum", "极大点"),
    "saddle": Words("saddle", "鞍点"),
    "inflection": Words("inflection", "拐点型驻点"),
    "degenerate": Words("degenerate", "退化驻点"),
}


def _enclosed(i: Interval) -> str:
    """Return "= value" for a point; else the digits that both ends share."""
    if i.lo is None or i.hi is None:
        return f"in {i}"
    if i.is_point:
        return f"= {i.lo}"
    low, high = decimal_text(i.lo), decimal_text(i.hi)
    shared = 0
    while shared < min(len(low), len(high)) and low[shared] == high[shared]:
        shared += 1
    return f"= {low[:shared]}..." if shared > 3 else f"in [{low}, {high}]"


def decimal_text(x: Fraction) -> str:
    """Return a rational with 12 decimals, rounded down."""
    scaled = x.numerator * 10**12 // x.denominator
    sign, digits = ("-" if scaled < 0 else ""), str(abs(scaled)).rjust(13, "0")
    return f"{sign}{digits[:-12]}.{digits[-12:]}"


def step(f: Objective, values: Mapping[str, Any] | None) -> Card:
    """Return the card of the step bound, with numbers if there are values."""
    number = None if values is None else f.step_bound(**values)
    lines = (rows.reading(f.formula, f.wrt), rows.step(f.curvature().smooth, number))
    return Card(_title(f), lines, f.notes + f.formula.notes)


def types(f: Objective) -> Card:
    """Return the card of the symbols and of all that was inferred."""
    lines = [rows.reading(f.formula, f.wrt)]
    for name, what in rows.types(f.formula):
        variable = any(s.name == name for s in f.wrt)
        text = Words(f"{what}   variable", f"{what}   变量") if variable else same(what)
        lines.append(Row(same(name), text))
    lines.append(Row(Words("value", "取值"), same(shape_text(f.expr.shape))))
    return Card(_title(f), tuple(lines), f.notes + f.formula.notes + f.formula.kinds)


def named_types(f: Objective) -> dict[str, str]:
    """Return symbol -> what it is, in the declaration language."""
    return dict(rows.types(f.formula))


def result_json(f: Objective, r: Result) -> dict[str, Any]:
    """Return a run as plain data; the point is always by name."""
    data = r.to_json()
    if len(f.wrt) == 1:
        data["x"] = {f.wrt[0].name: data["x"]}
    return data


def result(f: Objective, r: Result, notes: tuple[Words, ...]) -> Card:
    """Return the card of a run: point, value, residual, gap, status, and why this method."""
    single = f.wrt[0].name if len(f.wrt) == 1 else ""
    points = {single: r.x} if single else dict(r.x)
    gap = r.gap.words if r.gap.bound is None else _bound(r.gap.bound, r.gap.words)
    lines = [
        Row(Words("method", "方法"), Words(f"{r.method}: {r.why.en}", f"{r.method}：{r.why.zh}")),
        Row(Words("status", "状态"), r.status.words),
        *(Row(same(name), same(_numbers(x))) for name, x in points.items()),
        Row(Words("value", "函数值"), same(f"{r.value:.12g}")),
        Row(Words("residual", "残差"), same(f"{r.residual:.3g}")),
        Row(Words("gap", "与最小值之差"), gap),
        Row(
            Words("run", "用时"),
            Words(
                f"{r.iterations} iterations, {r.seconds:.3f} s",
                f"{r.iterations} 次迭代，{r.seconds:.3f} 秒",
            ),
        ),
    ]
    return Card(_title(f), tuple(lines), notes + r.notes)


def _bound(bound: float, words: Words) -> Words:
    return Words(f"≤ {bound:.3g}   {words.en}", f"≤ {bound:.3g}   {words.zh}")


def _numbers(x: Any) -> str:
    import numpy as np

    array = np.asarray(x)
    if array.ndim == 0:
        return f"{float(array):.12g}"
    return np.array2string(array, precision=6, suppress_small=False, threshold=60, separator=", ")


def _title(f: Objective) -> Words:
    return same(f"f = {to_unicode(f.expr)}")
