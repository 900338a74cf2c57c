"""Cards for the questions of the command line, gathered from an objective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lossmith.calculus.floats import changes, in_stable_names
from lossmith.calculus.normalize import normalize
from lossmith.errors import UsageError, cells
from lossmith.expr.types import shape_text
from lossmith.text.writing.derivative_names import Style, derivative_sign
from lossmith.text.writing.print_names import unicode_name
from lossmith.text.writing.printing import Notation, to_unicode
from lossmith.view import explain as rows
from lossmith.view import structure as structure_rows
from lossmith.view.card import Card, Row
from lossmith.view.floats import floats, identities, in_code
from lossmith.view.layout import Layout, layouts, shapes
from lossmith.view.remarks import remarks
from lossmith.view.tell import Level, tell
from lossmith.view.why_zero import why_zero
from lossmith.words import Words, same

_WIDEST = 60
"""Cells that the formulas of steps may take before the reasons."""

if TYPE_CHECKING:
    from lossmith.solve.result import Result
    from lossmith.workbench.derivative import Derivative
    from lossmith.workbench.objective import Objective


@dataclass(frozen=True, slots=True)
class Shown:
    """How a derivative is to be shown.

    level: of the steps; None hides them.  layout: arrangements asked for besides the usual one.
    shapes: whether to list the parts with their shapes.  inverse: the derivative of the inverse
    function too.  gauss_newton: J'HJ beside the Hessian.  style: the sign of the derivative of a
    function of numbers, f'(x) or df/dx.
    """

    level: Level | None = None
    notation: Notation = "matrix"
    layout: Layout | None = None
    shapes: bool = False
    inverse: bool = False
    gauss_newton: bool = False
    style: Style | None = None


def derivatives(
    f: Objective, which: str, shown: Shown, order: int = 1
) -> tuple[Card, Mapping[tuple[str, ...], Derivative]]:
    """Return the card of the gradient, Hessian or Jacobian, and what it shows.

    order: of a Jacobian; each further one differentiates the last.
    """
    label = {"gradient": rows.GRADIENT, "hessian": rows.HESSIAN, "jacobian": rows.JACOBIAN}[which]
    order = 2 if which == "hessian" else order
    if which == "gradient":
        found = dict(f.gradients)
    else:
        found = dict(f.upper_hessians() if which == "hessian" else f.jacobians(order))
    lines = [rows.reading(f.formula, f.wrt)]
    for names, d in found.items():
        lines += _derivative(d, _label(f, label, names, shown, order), shown, order)
        if which == "hessian" and len(set(names)) == 1 and len(d.shape) > 1:
            lines.append(structure_rows.row(d.structure))
    extra = f.inverse_derivatives() if shown.inverse else {}
    if shown.gauss_newton:
        extra = {(s.name,): f.gauss_newton(s.name) for s in f.wrt}
    kind = rows.INVERSE if shown.inverse else rows.GAUSS_NEWTON
    for names, d in extra.items():
        lines += _derivative(d, rows.labelled(kind, names, len(f.wrt)), shown, order)
    found = found | {(kind.en, *names): d for names, d in extra.items()}
    return Card(f.title, tuple(lines), f.notes + f.formula.notes), found


def _label(f: Objective, label: Words, names: Sequence[str], shown: Shown, order: int) -> Words:
    """Return "gradient", or f'(x) or df/dx where asked for and all variables are numbers.

    Raises: UsageError where a variable is an array.
    """
    if shown.style is None:
        return rows.labelled(label, names, len(f.wrt))
    arrays = [s.name for s in f.wrt if s.shape] or [f.title] * bool(f.expr.shape)
    if arrays:
        raise UsageError(
            Words(
                f"{shown.style} notation is for functions of numbers; {arrays[0]} is an array",
                f"{shown.style} 记号用于数的函数，而 {arrays[0]} 是数组",
            ),
            attempt=Words(
                f"declare {arrays[0]}: scalar, or leave --style out",
                f"声明 {arrays[0]}: scalar，或去掉 --style",
            ),
        )
    by = tuple(names) if len(names) == order else tuple(names) * order
    return same(derivative_sign(shown.style, [s.name for s in f.wrt], by)[0])


def _derivative(d: Derivative, label: Words, shown: Shown, order: int) -> list[Row]:
    notation = shown.notation
    lines = told(d, shown.level, notation) if shown.level is not None else []
    lines.append(rows.derivative(label, d.expr, d.recheck, notation))
    if order == 1 and d.constrained is not None:
        lines.append(rows.constrained(d.constrained.derivation, notation))
    if shown.layout is not None:
        of, wrt = d.axes
        lines += layouts(d.expr, of, wrt, shown.layout, notation)
    if shown.shapes:
        lines.append(shapes(d.expr, notation))
    lines += remarks(d.derivation, shapes=shown.shapes)
    return lines + rows.corners(d.derivation, order=order)


def told(d: Derivative, level: Level, notation: Notation = "matrix") -> list[Row]:
    """Return the steps of a derivation as numbered rows: formula, then why."""
    lines = tell(d.derivation, level, notation)
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


def stable(f: Objective) -> Card:
    """Return the card that says why the code is stable: identities, and what would overflow."""
    steps = normalize(f.expr)
    shown = [steps.end]
    if not f.expr.shape:
        derived = (*f.gradients.values(), *f.hessians.values())
        shown += [d.expr for d in derived]
    lines = [
        rows.reading(f.formula, f.wrt),
        *identities(steps),
        Row(Words("computed", "实际计算"), same(to_unicode(in_stable_names(steps.end)))),
        *in_code(changes(shown)),
        *floats(f.expr, steps.end),
    ]
    return Card(f.title, tuple(lines), f.notes + f.formula.notes)


def exact_zeros(f: Objective) -> Card:
    """Return the card that says when and why an L1 penalty makes entries exactly 0."""
    lines = [rows.reading(f.formula, f.wrt), *why_zero(f.expr, f.wrt)]
    return Card(f.title, tuple(lines), f.notes + f.formula.notes)


def types(f: Objective) -> Card:
    """Return the card of the symbols and of all that was inferred."""
    lines = [rows.reading(f.formula, f.wrt)]
    for name, what in rows.types(f.formula):
        variable = any(s.name == name for s in f.wrt)
        text = Words(f"{what}   variable", f"{what}   变量") if variable else same(what)
        lines.append(Row(same(name), text))
    lines.append(Row(Words("value", "取值"), same(shape_text(f.expr.shape))))
    return Card(f.title, tuple(lines), f.notes + f.formula.notes + f.formula.kinds)


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
    shown = {unicode_name(name): _numbers(x) for name, x in points.items()}
    gap = r.gap.words if r.gap.bound is None else _bound(r.gap.bound, r.gap.words)
    lines = [
        Row(Words("method", "方法"), Words(f"{r.method}: {r.why.en}", f"{r.method}：{r.why.zh}")),
        Row(Words("status", "状态"), r.status.words),
        *(Row(same(name), same(text)) for name, text in shown.items()),
        Row(Words("value", "函数值"), same(f"{r.value:.12g}"), latex=f"f = {_tex(r.value)}"),
        Row(Words("residual", "残差"), same(f"{r.residual:.3g}")),
        Row(Words("gap", "离最小值"), gap),
        Row(
            Words("run", "用时"),
            Words(
                f"{r.iterations} iterations, {r.seconds:.3f} s",
                f"{r.iterations} 次迭代，{r.seconds:.3f} 秒",
            ),
        ),
    ]
    return Card(f.title, tuple(lines), notes + r.notes)


def _bound(bound: float, words: Words) -> Words:
    return Words(f"≤ {bound:.3g}   {words.en}", f"≤ {bound:.3g}   {words.zh}")


def _tex(x: float) -> str:
    """Return a number in LaTeX, its power of ten spelled out."""
    digits, _, power = f"{x:.12g}".partition("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}" if power else digits


def _numbers(x: Any) -> str:
    """Return a point as text: a matrix takes a line for each row."""
    import numpy as np

    array = np.asarray(x)
    if array.ndim == 0:
        return f"{float(array):.12g}"
    return np.array2string(
        array, precision=6, suppress_small=False, threshold=60, separator=", ", max_line_width=10**6
    )
