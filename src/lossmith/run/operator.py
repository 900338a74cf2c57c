"""A second derivative on bound data: its matrix, its products with vectors, its solves.

The work is done by the functions that ``emit.structured_source`` writes, the same that
``code --to numpy`` prints; here they meet arrays, and every solution is checked by a product.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any, Final

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from lossmith.emit.numpy_source import emit
from lossmith.emit.structured_source import StructuredSource
from lossmith.errors import DataError, ShapeError
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.operator import Structured, words
from lossmith.expr.types import shape_text
from lossmith.run.bind import Bound, as_floats, bind
from lossmith.run.load import Function, load
from lossmith.words import Words

Array = NDArray[np.float64]

RESIDUAL: Final = 1e-8
"""Largest ||H x - b|| of an accepted solution, over the sizes of b and of H x."""


SINGULAR: Final = 1e13
"""Largest ||H b|| ||x|| / ||b||^2, which the condition number bounds: beyond it x is noise."""


class Operator:
    """A linear map on arrays of one shape, given by a structure and by values of its symbols.

    structure: what is known of the map.  shape: of the arrays that it acts on.
    """

    def __init__(self, structure: Structured, function: Function, bound: Bound) -> None:
        self.structure = structure
        self._function, self._bound = function, bound
        self.shape: tuple[int, ...] = tuple(
            d if isinstance(d, int) else bound.sizes[d] for d in structure.shape
        )

    @property
    def words(self) -> Words:
        """The kind of the map."""
        return words(self.structure)

    @cached_property
    def _parts(self) -> Any:
        return self._function.call("hessian_parts", self._bound.values)

    def dense(self) -> Array:
        """Return the map as an array with the axes of the variable twice."""
        return np.asarray(self._function.call("hessian", self._bound.values), dtype=np.float64)

    def matvec(self, v: Any) -> Array:
        """Return the map applied to an array of the variable's shape; nothing dense is formed."""
        return self._function["hessian_times"](self._parts, self._fitted("v", v))

    def solve(self, b: Any) -> Array:
        """Return x with H x = b.

        The structure's own way is tried first, with one refinement if it lost digits, then a dense
        factorization. Raises: DataError if H is singular, or too near to it.
        """
        right = self._fitted("b", b)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            # What LAPACK says of the condition is judged below, by the solution itself.
            warnings.simplefilter("ignore", scipy.linalg.LinAlgWarning)
            x = self._structured(right)
            if not self._holds(x, right):
                x = x + self._structured(right - self.matvec(x))
            if not self._holds(x, right):
                x = self._factorized(right)
            if not self._holds(x, right) or self._is_noise(x, right):
                raise _singular(self.words)
        return x

    def _is_noise(self, x: Array, b: Array) -> bool:
        """Return whether x is so large that H must be singular up to rounding."""
        growth = np.linalg.norm(self.matvec(b)) * np.linalg.norm(x)
        return bool(growth > SINGULAR * np.linalg.norm(b) ** 2)

    def _structured(self, b: Array) -> Array:
        try:
            return self._function["hessian_solve"](self._parts, b)
        except (np.linalg.LinAlgError, ValueError):
            # Singular parts, or entries that are not finite: the dense way decides.
            return np.full_like(b, np.nan)

    def _factorized(self, b: Array) -> Array:
        size = prod(self.shape)
        try:
            flat = np.linalg.solve(self.dense().reshape(size, size), b.ravel())
        except np.linalg.LinAlgError:
            return np.full_like(b, np.nan)
        return np.asarray(flat, dtype=np.float64).reshape(b.shape)

    def _holds(self, x: Array, b: Array) -> bool:
        product = self.matvec(x) if np.all(np.isfinite(x)) else np.full_like(b, np.nan)
        scale = np.linalg.norm(b) + np.linalg.norm(product)
        return bool(np.linalg.norm(product - b) <= RESIDUAL * scale)

    def _fitted(self, name: str, value: Any) -> Array:
        array = as_floats(name, value)
        if array.shape != self.shape:
            raise ShapeError(
                Words(
                    f"{name} must have shape {shape_text(self.shape)}, but it has "
                    f"{shape_text(array.shape)}",
                    f"{name} 的形状应为 {shape_text(self.shape)}，现为 {shape_text(array.shape)}",
                ),
                why=Words(
                    "it is multiplied by the second derivative of the variable",
                    "它要与对该变量的二阶导数相乘",
                ),
            )
        return array

    def __repr__(self) -> str:
        size = prod(self.shape)
        return f"{StructuredSource(self.structure).formula} ({size} x {size})"


def operator(
    structure: Structured, dense: Expr, symbols: Sequence[Symbol], values: Mapping[str, Any]
) -> Operator:
    """Return a second derivative at values of its symbols.

    structure, dense: of the same map.  symbols: of the formula.  values: arrays by name.
    Raises: what ``run.bind`` raises for values that are missing or do not fit.
    """
    bound = bind(symbols, values)
    function = load(emit({"hessian": dense}, symbols, structure=structure))
    return Operator(structure, function, bound)


def _singular(kind: Words) -> DataError:
    return DataError(
        Words("the second derivative is singular at these values", "二阶导数在这些值处是奇异的"),
        why=Words(
            f"no way to solve leaves a small residual; its structure: {kind.en}",
            f"任何求解方式都留下较大的残差；其结构：{kind.zh}",
        ),
        attempt=Words(
            "add a multiple of the identity (a ridge term), or take a point nearby",
            "加上单位阵的倍数（岭项），或换一个邻近的点",
        ),
    )
