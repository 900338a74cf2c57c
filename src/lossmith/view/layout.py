"""The two arrangements of a derivative, and the shapes of its parts.

Numerator layout puts the axes of the formula first (a Jacobian m by n), denominator layout those of
the variable (a gradient as a column, of the shape of the variable). The entries are the same.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from lossmith.expr.build import contract
from lossmith.expr.node import Const, Delta, Expr
from lossmith.expr.types import Dim, Shape
from lossmith.expr.walk import postorder
from lossmith.text.writing.printing import Notation, to_unicode
from lossmith.view.card import Row
from lossmith.words import Words, same

Layout = Literal["numerator", "denominator", "both"]

_NAMES = {
    "numerator": Words("numerator", "分子布局"),
    "denominator": Words("denominator", "分母布局"),
}
_FIRST = {
    "numerator": Words("axes of the formula first", "公式的轴在前"),
    "denominator": Words("axes of the variable first", "变量的轴在前"),
}
_PARTS = 12
"""Parts whose shapes are shown at most: the last ones, which are nearest to the result."""


def layouts(expr: Expr, of: Shape, wrt: Shape, asked: Layout, notation: Notation) -> list[Row]:
    """Return a row for each arrangement asked for.

    expr: a derivative with axes (of, wrt).
    """
    chosen = ("numerator", "denominator") if asked == "both" else (asked,)
    rows = [_arranged(expr, of, wrt, name, notation) for name in chosen]
    if asked == "both":
        rows.append(Row(same("PyTorch"), _frameworks(of)))
    return rows


def _arranged(expr: Expr, of: Shape, wrt: Shape, name: str, notation: Notation) -> Row:
    body, shape = _array(expr, of, wrt, name, notation)
    size = "(" + ", ".join(str(d) for d in shape) + ")"
    first = _FIRST[name]
    return Row(
        _NAMES[name],
        Words(f"{body}      {size}  {first.en}", f"{body}      {size}  {first.zh}"),
    )


def _array(
    expr: Expr, of: Shape, wrt: Shape, name: str, notation: Notation
) -> tuple[str, tuple[Dim, ...]]:
    """Return the text and the shape of one arrangement, vectors as columns or rows."""
    if not of and not wrt:
        return to_unicode(expr, notation), ()
    if len(of) + len(wrt) == 1:
        (size,) = of + wrt
        body = to_unicode(expr, notation)
        # A vector of results is a column over a scalar; a scalar over a vector is a row.
        if (name == "numerator") == bool(of):
            return body, (size, 1)
        return f"({body})ᵀ", (1, size)
    # A matrix variable under a scalar is turned in numerator layout, as a row would be.
    turned = name == "denominator" if of else name == "numerator"
    if not of and len(wrt) == 2:
        arranged = _moved(expr, 1) if turned else expr
    else:
        arranged = _moved(expr, len(of)) if turned else expr
    return to_unicode(arranged, notation), arranged.shape


def _moved(expr: Expr, front: int) -> Expr:
    """Return expr with its first axes moved behind the others."""
    axes = tuple(range(len(expr.shape)))
    return contract([(expr, axes, Fraction(1))], axes[front:] + axes[:front])


def _frameworks(of: Shape) -> Words:
    if of:
        return Words(
            "the entries are the same; torch.func.jacrev and jax.jacobian give the "
            "numerator layout",
            "两种排列的元素相同；torch.func.jacrev 与 jax.jacobian 给出分子布局",
        )
    return Words(
        "the entries are the same; .grad and jax.grad have the shape of the variable: "
        "denominator layout",
        "两种排列的元素相同；.grad 与 jax.grad 的形状与变量相同：分母布局",
    )


def shapes(expr: Expr, notation: Notation) -> Row:
    """Return the row that lists the parts of a result with their shapes, the result last."""
    parts = [e for e in postorder(expr) if e.shape and not isinstance(e, Const | Delta)][-_PARTS:]
    lines = [same(f"{to_unicode(e, notation)}   {_shape(e)}") for e in parts]
    if not lines:
        return Row(Words("shapes", "形状"), Words("all scalars", "都是标量"))
    return Row(Words("shapes", "形状"), lines[0], more=tuple(lines[1:]))


def _shape(e: Expr) -> str:
    return "(" + ", ".join(str(d) for d in e.shape) + ("," if len(e.shape) == 1 else "") + ")"
