"""Gradient, Hessian, Jacobian and Hessian-vector product: normalize, differentiate, simplify.

The entries of the variable move freely: what is declared of its structure or its set of values
(symmetric, one-hot, in {-1, 1} ...) is left aside while differentiating, since a derivative leaves
such sets, and is used again to write the result. Intervals are believed throughout. Eigenvalues
of what may lose its symmetry are those of its symmetric part (see ``symmetric_part``).
"""

from __future__ import annotations

from dataclasses import replace

from lossmith.calculus.derivation import Derivation, Move, Rewrite
from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.given import merging
from lossmith.calculus.normalize import normalize
from lossmith.calculus.simplify import simplify
from lossmith.calculus.symmetric_part import SYMMETRIZED, symmetrized
from lossmith.errors import UsageError
from lossmith.expr.build import inner
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.types import shape_text
from lossmith.expr.walk import substitute
from lossmith.words import Words


def gradient(expr: Expr, wrt: Symbol, free: Expr | None = None) -> Derivation:
    """Return the gradient of a scalar by wrt; it has the shape of wrt.

    free: the formula as it was typed, over a variable of the same name without structure. The
    expression cannot tell it: with S = S' it holds tr(A S) and tr(A S') as one, whose gradients
    are A' and A. Without it either may come out.
    Raises: UsageError if expr is no scalar, or a function in it has no known slope.
    """
    _scalar(expr)
    return jacobian(expr, wrt, free)


def jacobian(expr: Expr, wrt: Symbol, free: Expr | None = None) -> Derivation:
    """Return the derivative of expr by wrt, of any order; axes: those of expr, then of wrt."""
    return _bound(_first(expr, wrt, free), wrt)


def hessian(expr: Expr, wrt: Symbol, free: Expr | None = None) -> Derivation:
    """Return the second derivative of a scalar; axes: those of wrt twice; free: see ``gradient``.

    For a matrix variable the result has four axes; unit tensors in it stay apart, so that its
    block structure is plain.
    """
    _scalar(expr)
    first = _first(expr, wrt, free)
    middle = first.then(differentiate(first.end, _moving_twin(wrt)))
    return _bound(
        middle.then(simplify(middle.end, _beside(first, wrt), merging(first.start, wrt))), wrt
    )


def hvp(expr: Expr, wrt: Symbol, direction: Symbol, free: Expr | None = None) -> Derivation:
    """Return the Hessian of a scalar applied to a direction: the gradient of <gradient, direction>.

    direction: a symbol of the shape of wrt, held fixed.  Axes: those of wrt.
    """
    _scalar(expr)
    _same_shape(wrt, direction)
    first = _first(expr, wrt, free)
    later = differentiate(inner(first.end, direction), _moving_twin(wrt))
    later = later.then(simplify(later.end, _beside(first, wrt), merging(first.start, wrt)))
    whole = replace(
        later,
        start=expr,
        steps=first.steps + later.steps,
        order=2,
        corners=tuple(dict.fromkeys(first.corners + later.corners)),
        direction=direction,
    )
    return _bound(whole, wrt)


def _beside(first: Derivation, wrt: Symbol) -> tuple[Expr, ...]:
    """Return what stands beside a second derivative and lends it its parts.

    With one number there are no parts to name, so f'' is to be short by itself.
    """
    return (first.start, first.end) if wrt.shape else ()


def _first(expr: Expr, wrt: Symbol, free: Expr | None) -> Derivation:
    """Return the simplified first derivative, by a twin of the variable that moves freely."""
    twin = _moving_twin(wrt)
    begin = _moved(expr, substitute(expr, {wrt: twin}) if free is None else free, FREED)
    begin = begin.then(_moved(begin.end, symmetrized(begin.end, twin), SYMMETRIZED))
    begin = begin.then(normalize(begin.end))
    middle = begin.then(differentiate(begin.end, twin))
    return middle.then(simplify(middle.end, (begin.end,), merging(begin.end, twin)))


def _bound(derivation: Derivation, wrt: Symbol) -> Derivation:
    """Return the derivation with the declared variable back in the result."""
    twin = _moving_twin(wrt)
    if twin is wrt:
        return derivation
    end = substitute(derivation.end, {twin: wrt})
    last = derivation.then(_moved(derivation.end, end, BOUND))
    given = merging(derivation.start, wrt)
    return replace(last.then(simplify(last.end, (derivation.start,), given)), wrt=wrt)


def _moving_twin(wrt: Symbol) -> Symbol:
    """Return the variable with no promise but its interval and that it is nonsingular."""
    return symbol(wrt.name, wrt.shape, wrt.assumptions.freed())


def _moved(expr: Expr, end: Expr, move: Move) -> Derivation:
    steps = (Rewrite(move, expr, end),) if end is not expr else ()
    return Derivation(expr, None, steps, end)


FREED = Move(
    "entries-move-freely",
    Words(
        "the entries of the variable move independently of each other",
        "变量的各个元素相互独立地变动",
    ),
    "Magnus & Neudecker 2019, section 5.2",
)
BOUND = Move(
    "declared-structure",
    Words(
        "the result is written for values that meet the declaration",
        "结果按满足声明的取值写出",
    ),
    "by the declaration",
)


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


def _same_shape(wrt: Symbol, direction: Symbol) -> None:
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
