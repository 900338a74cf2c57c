"""Sums, means, norms and extremes of a part of an array, which is kept as long as the whole.

The missing entries stand at the end of an axis: the builders leave them out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

from lossmith.expr import build
from lossmith.expr.node import Expr
from lossmith.expr.types import Shape
from lossmith.text.functions.axes import axis_rule
from lossmith.text.functions.cards import card
from lossmith.text.functions.neighbors import moved, without_last
from lossmith.text.functions.row import Args, Function, Types, needs
from lossmith.text.syntax.typed import SCALAR, Sizes, Type

MOST: Final = 4
"""How many entries a part may lack."""
VECTOR: Final = "v"
"""In place of an axis: what a part is taken of must be a vector."""
_AXES: Final = (VECTOR, "0", "1", "-1")
_OF_MATRICES: Final = ("sum", "mean", "norm2", "normF", "norm1")
_ALONE: Final = ("norm2", "normF")
_HALF: Final = Fraction(1, 2)

_OF: Final[Mapping[str, Callable[[Expr], Expr]]] = {
    "sum": build.total,
    "norm1": lambda e: build.total(build.entrywise(card("abs"), e)),
    "norm2": lambda e: build.apply(card("norm2"), e),
    "norminf": lambda e: build.apply(card("norminf"), e),
    "max": lambda e: build.apply(card("maxentry"), e),
    "min": lambda e: build.apply(card("minentry"), e),
}


def _rule(axis: str, *, of_matrix: bool) -> Callable[[Types, Sizes], Type]:
    along = None if axis == VECTOR else axis_rule("sum", int(axis))

    def rule(types: Types, sizes: Sizes) -> Type:
        needs("a part", types[0], *(("c", "r", "m") if of_matrix and along else ("c", "r")))
        if along is not None:
            along(types, sizes)
        return SCALAR

    return rule


def _reduced(name: str, along: str, missing: int) -> Callable[[Args, Types, Shape], Expr]:
    def builder(args: Args, types: Types, shape: Shape) -> Expr:
        (e,) = args
        axis = 0 if along == VECTOR else int(along) % len(e.shape)
        part = without_last(e, axis, missing)
        if name == "mean":
            sizes = [build.size_of(d) for d in e.shape]
            sizes[axis] = build.subtract(sizes[axis], build.const(missing))
            return build.divide(build.total(part), build.multiply(*sizes))
        if name in ("max", "min"):
            part = _filled(part, missing)
        if name in _ALONE and len(e.shape) > 1:
            # The Frobenius norm.
            return build.power(build.total(build.power(part, 2)), _HALF)
        return _OF["norm2" if name == "normF" else name](part)

    return builder


def _filled(part: Expr, missing: int) -> Expr:
    """Return a vector with its first entry in place of the last ones, which are 0."""
    (size,) = part.shape
    behind_first = build.contract(
        [(build.apply(card("shift"), build.delta(size)), (0, 1), 1)], (0,)
    )
    first = build.inner(build.subtract(build.ones((size,)), behind_first), part)
    last = build.subtract(build.ones((size,)), moved(build.ones((size,)), 0, missing))
    return build.add(part, build.multiply(first, last))


def _kept(types: Types, sizes: Sizes) -> Type:
    needs("a part", types[0], "c", "r", "m")
    return types[0]


def _matrix(types: Types, sizes: Sizes) -> Type:
    needs("a part of rows or columns", types[0], "m")
    return types[0]


def _vector(types: Types, sizes: Sizes) -> Type:
    needs("a part", types[0], "c", "r")
    return types[0]


def _number(types: Types, sizes: Sizes) -> Type:
    needs("a part of a vector, beside which only a number can stand,", types[0], "s")
    return SCALAR


def _same(args: Args, types: Types, shape: Shape) -> Expr:
    return args[0]


PARTS: Final = (
    Function("part|", _kept, _same),
    Function("part|vector", _vector, _same),
    Function("part|matrix", _matrix, _same),
    Function("part|number", _number, _same),
    *(Function(f"part|{name}|{k}|{axis}", _rule(axis, of_matrix=name in _OF_MATRICES),
               _reduced(name, axis, k))
      for name in (*_OF, "mean", "normF") for axis in _AXES for k in range(1, MOST + 1)),
)  # fmt: skip
"""Rows of the table of functions; nobody can type their names."""

__all__ = ["MOST", "PARTS", "VECTOR"]
