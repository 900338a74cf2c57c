"""Gradient, Hessian, Jacobian and Hessian-vector product: normalize, differentiate, simplify."""

from __future__ import annotations

from lossmith.calculus.derivation import Derivation
from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.normalize import normalize
from lossmith.calculus.simplify import simplify
from lossmith.errors import UsageError
from lossmith.expr.build import inner
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.types import shape_text
from lossmith.words import Words


def gradient(expr: Expr, wrt: Symbol) -> Derivation:
    """Return the gradient of a scalar by wrt; it has the shape of wrt.

    Raises: UsageError if expr is no scalar, or a function in it has no known slope.
    """
    _scalar(expr)
    return jacobian(expr, wrt)


def jacobian(expr: Expr, wrt: Symbol) -> Derivation:
    """Return the derivative of expr by wrt, of any order; axes: those of expr, then of wrt."""
    begin = normalize(expr)
    middle = begin.then(differentiate(begin.end, wrt))
    return middle.then(simplify(middle.end))


def hessian(expr: Expr, wrt: Symbol) -> Derivation:
    """Return the second derivative of a scalar; axes: those of wrt twice.

    For a matrix variable the result has four axes; unit tensors in it stay apart, so that its
    block structure is plain.
    """
    first = gradient(expr, wrt)
    return second(first)


def second(first: Derivation) -> Derivation:
    """Return the derivation of a gradient continued to the Hessian."""
    assert first.wrt is not None
    middle = first.then(differentiate(first.end, first.wrt))
    return middle.then(simplify(middle.end, beside=(first.end,)))


def hvp(expr: Expr, wrt: Symbol, direction: Symbol) -> Derivation:
    """Return the Hessian of a scalar applied to a direction: the gradient of <gradient, direction>.

    direction: a symbol of the shape of wrt, held fixed.  Axes: those of wrt.
    """
    if direction.shape != wrt.shape:
        raise UsageError(
            Words(
                f"a direction for {wrt.name} needs the shape {shape_text(wrt.shape)}",
                f"{wrt.name} 的方向需要形状 {shape_text(wrt.shape)}",
            ),
            why=Words(
                f"{direction.name} has the shape {shape_text(direction.shape)}",
                f"{direction.name} 的形状是 {shape_text(direction.shape)}",
            ),
        )
    first = gradient(expr, wrt)
    along = inner(first.end, direction)
    later = differentiate(along, wrt)
    later = later.then(simplify(later.end, beside=(first.end,)))
    corners = tuple(dict.fromkeys(first.corners + later.corners))
    steps = first.steps + later.steps
    return Derivation(expr, wrt, steps, later.end, 2, corners, direction)


def _scalar(expr: Expr) -> None:
    if expr.shape:
        raise UsageError(
            Words(
                f"a gradient needs a scalar formula, this one has shape {shape_text(expr.shape)}",
                f"梯度要求公式的值是标量，而它的形状是 {shape_text(expr.shape)}",
            ),
            why=Words(
                "the derivative of an array is a Jacobian, with more axes",
                "数组值函数的导数是雅可比，它有更多的轴",
            ),
            attempt=Words("ask for the Jacobian, or sum the entries", "请求雅可比，或对各元素求和"),
        )
