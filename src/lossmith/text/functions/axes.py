"""Functions that Python calls with an axis, and sizes such as ``X.shape[0]``.

Their names hold a ``|``, so that nobody can type them in the text dialect: ``sum|1`` adds up each
row. Axis -1 is the last one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from lossmith.errors import ShapeError
from lossmith.expr import build
from lossmith.expr.node import Expr
from lossmith.expr.types import Shape
from lossmith.text.functions.cards import card
from lossmith.text.functions.operators import Builder, Rule
from lossmith.text.syntax.typed import KIND_WORDS, SCALAR, Sizes, Type
from lossmith.words import Words

Reduce = Callable[[Expr], Expr]


def _summed(e: Expr) -> Expr:
    last = len(e.shape)
    return build.contract([(e, tuple(range(last)), 1)], tuple(range(last - 1)))


def _averaged(e: Expr) -> Expr:
    count = build.size_of(e.shape[-1])
    last = len(e.shape)
    factors = [(e, tuple(range(last)), 1), (count, (), -1)]
    return build.contract(factors, tuple(range(last - 1)))


def _by(atom: str) -> Reduce:
    return lambda e: build.apply(card(atom), e)


REDUCE: Final[dict[str, Reduce]] = {
    "sum": _summed,
    "mean": _averaged,
    "max": _by("maxentry"),
    "min": _by("minentry"),
    "prod": _by("prod"),
    "logsumexp": _by("logsumexp"),
    "norm2": _by("norm2"),
    "norminf": _by("norminf"),
    "norm1": lambda e: _summed(build.entrywise(card("abs"), e)),
}
"""Functions that remove one axis."""


def log_softmax(x: Expr) -> Expr:
    """Return x - logsumexp(x), row by row."""
    total = build.apply(card("logsumexp"), x)
    axes = tuple(range(len(x.shape)))
    ones = build.ones((x.shape[-1],))
    spread = build.contract([(total, axes[:-1], 1), (ones, axes[-1:], 1)], axes)
    return build.subtract(x, spread)


MAP: Final[dict[str, Reduce]] = {
    "softmax": _by("softmax"),
    "cumsum": _by("cumsum"),
    "log_softmax": log_softmax,
    "diff": _by("diff"),
    "shift": _by("shift"),
}
"""Functions that act along one axis and keep it."""


def _whole_softmax(e: Expr) -> Expr:
    shown = build.entrywise(card("exp"), e)
    return build.divide(shown, build.total(shown))


WHOLE: Final[dict[str, Reduce]] = {
    "logsumexp": lambda e: _over_all(e, "logsumexp"),
    "prod": lambda e: _over_all(e, "prod"),
    "softmax": lambda e: e if not e.shape else _whole_softmax(e),
}
"""Functions that SciPy and NumPy apply to all entries where no axis is given."""


def _over_all(e: Expr, name: str) -> Expr:
    for _ in e.shape:  # each row, then the column of results
        e = build.apply(card(name), e)
    return e


def whole_rule(name: str) -> Rule:
    """Return the rule of a function of all entries of an array."""

    def rule(types: tuple[Type, ...], sizes: Sizes) -> Type:
        (a,) = types
        return Type(a.kind, a.dims) if name in MAP else SCALAR

    return rule


def whole_builder(name: str) -> Builder:
    """Return the builder of a function of all entries; of a vector it is the atom."""

    def builder(args: tuple[Expr, ...], types: tuple[Type, ...], shape: Shape) -> Expr:
        (e,) = args
        return build.apply(card(name), e) if len(e.shape) == 1 else WHOLE[name](e)

    return builder


def vector_rule(name: str, attempt: Words) -> Rule:
    """Return the rule of a function that NumPy gives another meaning for matrices."""

    def rule(types: tuple[Type, ...], sizes: Sizes) -> Type:
        (a,) = types
        if a.kind == "m":
            raise ShapeError(
                Words(f"{name} of a matrix is not read", f"不支持矩阵的 {name}"), attempt=attempt
            )
        return Type(a.kind, a.dims) if name in MAP else SCALAR

    return rule


def axis_rule(name: str, axis: int) -> Rule:
    """Return the rule of a function along an axis."""

    def rule(types: tuple[Type, ...], sizes: Sizes) -> Type:
        (a,) = types
        if not -len(a.dims) <= axis < len(a.dims) or a.kind not in ("c", "r", "m"):
            word = KIND_WORDS[a.kind]
            raise ShapeError(
                Words(f"{word.en} has no axis {axis}", f"{word.zh}没有第 {axis} 个轴"),
                attempt=Words("leave the axis out", "去掉 axis"),
            )
        if name in MAP:
            return Type(a.kind, a.dims)
        if a.kind != "m":
            return SCALAR
        return Type("c", (a.dims[1 - axis % 2],))

    return rule


def axis_builder(name: str, axis: int) -> Builder:
    """Return the builder of a function along an axis."""

    def builder(args: tuple[Expr, ...], types: tuple[Type, ...], shape: Shape) -> Expr:
        (e,) = args
        turned = len(e.shape) == 2 and axis % 2 == 0
        e = build.transpose(e) if turned else e
        if name in MAP:
            found = MAP[name](e)
            return build.transpose(found) if turned else found
        return REDUCE[name](e)

    return builder


def expanded_rule(axis: int) -> Rule:
    """Return the rule of ``x[:, None]`` (axis 1) and ``x[None, :]`` (axis 0)."""

    def rule(types: tuple[Type, ...], sizes: Sizes) -> Type:
        (a,) = types
        if a.kind not in ("c", "r"):
            word = KIND_WORDS[a.kind]
            raise ShapeError(
                Words(
                    f"only a vector gets a new axis, not {word.en}",
                    f"只有向量可以加一个轴，{word.zh}不行",
                )
            )
        one = sizes.rigid(1)
        return Type("m", (a.dims[0], one) if axis else (one, a.dims[0]))

    return rule


def expanded_builder(axis: int) -> Builder:
    """Return the builder of a vector with a new axis of length 1."""

    def builder(args: tuple[Expr, ...], types: tuple[Type, ...], shape: Shape) -> Expr:
        return build.contract(
            [(args[0], (1 - axis,), 1), (build.ones((1,)), (axis,), 1)], (0, 1), shape
        )

    return builder


def size_rule(axis: int | None) -> Rule:
    """Return the rule of ``len(y)`` and ``X.shape[1]``; None for ``X.size``."""

    def rule(types: tuple[Type, ...], sizes: Sizes) -> Type:
        (a,) = types
        count = len(a.dims)
        if count == 0 or (axis is not None and not -count <= axis < count):
            word = KIND_WORDS[a.kind]
            raise ShapeError(
                Words(f"{word.en} has no such size", f"{word.zh}没有这个大小"),
                why=Words(f"its shape is {sizes.show(a)}", f"它的形状是 {sizes.show(a)}"),
            )
        return SCALAR

    return rule


def size_builder(axis: int | None) -> Builder:
    """Return the builder of a size."""

    def builder(args: tuple[Expr, ...], types: tuple[Type, ...], shape: Shape) -> Expr:
        dims = args[0].shape if axis is None else (args[0].shape[axis],)
        return build.multiply(*(build.size_of(d) for d in dims))

    return builder


__all__ = [
    "MAP", "REDUCE", "WHOLE", "axis_builder", "axis_rule", "expanded_builder", "expanded_rule",
    "log_softmax", "size_builder", "size_rule", "vector_rule", "whole_builder", "whole_rule",
]  # fmt: skip
