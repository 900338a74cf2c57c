"""A second derivative on bound data: its matrix, its products with vectors, its solves.

The work is done by the functions that ``emit.structured_source`` writes, the same that
``code --to numpy`` prints; here they meet arrays, and every solution is checked by a product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from lossmith.emit.numpy_source import emit
from lossmith.emit.structured_source import StructuredSource
from lossmith.errors import ShapeError
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.operator import Structured, words
from lossmith.expr.types import shape_text
from lossmith.run.bind import Bound, as_floats, bind
from lossmith.run.load import Function, load
from lossmith.run.solving import Array, Solver, by_matrix
from lossmith.words import Words


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

        The structure's own way is tried first, then a dense factorization.
        Raises: DataError if H is singular, or too near to it.
        """
        right = self._fitted("b", b)
        return self._solver.solve(right.ravel()).reshape(right.shape)

    @cached_property
    def _solver(self) -> Solver:
        def times(v: Array) -> Array:
            return self._function["hessian_times"](self._parts, v.reshape(self.shape)).ravel()

        size = prod(self.shape)
        dense = by_matrix(lambda: self.dense().reshape(size, size))
        return Solver(times, (self.by_structure, dense), size, self.words)

    def by_structure(self, b: Array) -> Array:
        """Return the solution for a vector of all entries by the structure alone, unchecked."""
        try:
            x = self._function["hessian_solve"](self._parts, b.reshape(self.shape))
        except (np.linalg.LinAlgError, ValueError):
            # Singular parts, or entries that are not finite.
            return np.full_like(b, np.nan)
        return np.asarray(x, dtype=np.float64).ravel()

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
