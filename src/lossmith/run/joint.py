"""The second derivative by several variables together, on bound data, as one symmetric map.

A vector is one array for each variable. Products come from one compiled function that shares what
the blocks have in common. A solve eliminates the largest variable whose own block has structure
(Schur complement); what is left is a small dense system.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import prod
from typing import Any

import numpy as np

from lossmith.emit.numpy_source import emit
from lossmith.errors import ShapeError, UsageError
from lossmith.expr.build import add, contract, symbol
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.operator import Dense, Structured, Sum
from lossmith.expr.types import shape_text
from lossmith.run.bind import Bound, as_floats, bind
from lossmith.run.load import Function, load
from lossmith.run.operator import Operator, operator
from lossmith.run.solving import Array, Solver, by_matrix
from lossmith.words import Words

Vectors = dict[str, Array]


class JointOperator:
    """A symmetric linear map on one array for each variable, made of blocks.

    own: variable -> its own block.  function: ``times``, and the blocks ``a_b`` dense.
    """

    def __init__(self, own: Mapping[str, Operator], function: Function, bound: Bound) -> None:
        self.own = dict(own)
        self._function, self._bound = function, bound
        self.shapes = {name: h.shape for name, h in own.items()}
        ends = np.cumsum([0, *(prod(shape) for shape in self.shapes.values())])
        self._places = {
            name: slice(int(a), int(b))
            for name, a, b in zip(self.shapes, ends[:-1], ends[1:], strict=True)
        }
        self.size = int(ends[-1])

    @property
    def words(self) -> Words:
        """The kinds of the blocks on the diagonal."""
        kinds = [(name, h.words) for name, h in self.own.items()]
        return Words(
            "blocks: " + "; ".join(f"{name}: {w.en}" for name, w in kinds),
            "分块：" + "；".join(f"{name}：{w.zh}" for name, w in kinds),
        )

    def dense(self) -> Array:
        """Return the matrix, the entries of the variables one after another, rows first."""
        values = self._bound.values
        rows = [
            [
                np.asarray(self._function.call(f"{a}_{b}", values)).reshape(
                    prod(self.shapes[a]), prod(self.shapes[b])
                )
                for b in self.own
            ]
            for a in self.own
        ]
        return np.block(rows)

    def matvec(self, v: Mapping[str, Any]) -> Vectors:
        """Return the map applied to arrays by variable; nothing dense is formed."""
        return self._apart(self._times(self._joined("v", v)))

    def solve(self, b: Mapping[str, Any]) -> Vectors:
        """Return the arrays x with H x = b.

        Raises: DataError if H is singular, or too near to it.
        """
        return self._apart(self._solver.solve(self._joined("b", b)))

    # -- vectors ---------------------------------------------------------------------------------

    def _joined(self, name: str, arrays: Mapping[str, Any]) -> Array:
        if set(arrays) != set(self.own):
            names = ", ".join(self.own)
            raise UsageError(
                Words(
                    f"{name} needs one array for each of {names}",
                    f"{name} 要为 {names} 各给一个数组",
                ),
                why=Words(
                    f"given are {', '.join(arrays) or 'none'}",
                    f"给出的是 {', '.join(arrays) or '无'}",
                ),
            )
        flat = np.zeros(self.size)
        for s, place in self._places.items():
            array = as_floats(f"{name} of {s}", arrays[s])
            if array.shape != self.shapes[s]:
                wanted, got = shape_text(self.shapes[s]), shape_text(array.shape)
                raise ShapeError(
                    Words(
                        f"{name} of {s} must have shape {wanted}, but it has {got}",
                        f"{name} 中 {s} 的形状应为 {wanted}，现为 {got}",
                    )
                )
            flat[place] = array.ravel()
        return flat

    def _apart(self, flat: Array) -> Vectors:
        return {name: flat[self._places[name]].reshape(s) for name, s in self.shapes.items()}

    def _times(self, flat: Array) -> Array:
        given = {_direction(name): part for name, part in self._apart(flat).items()}
        found = self._function.call("times", {**self._bound.values, **given})
        return np.concatenate([np.ravel(part) for part in found])

    # -- solves ----------------------------------------------------------------------------------

    @cached_property
    def _solver(self) -> Solver:
        ways = [by_matrix(self.dense)]
        pivot = self._pivot()
        if pivot is not None:
            ways.insert(0, lambda b: self._eliminated(pivot, b))
        return Solver(self._times, ways, self.size, self.words)

    def _pivot(self) -> str | None:
        """Return the variable to eliminate: it has structure and most of the entries."""
        sizes = {
            name: prod(h.shape) for name, h in self.own.items() if not _holds_dense(h.structure)
        }
        largest = max(sizes, key=sizes.__getitem__, default=None)
        return largest if largest is not None and 2 * sizes[largest] > self.size else None

    def _eliminated(self, pivot: str, b: Array) -> Array:
        """Return x by the Schur complement of the pivot's block."""
        solve, place = self.own[pivot].by_structure, self._places[pivot]
        rest = np.setdiff1d(np.arange(self.size), np.arange(place.start, place.stop))
        columns = np.zeros((place.stop - place.start, len(rest)))
        schur = np.zeros((len(rest), len(rest)))
        for j, k in enumerate(rest):
            # A column of the rest, less what the pivot answers to it.
            unit = np.zeros(self.size)
            unit[k] = 1.0
            columns[:, j] = solve(self._times(unit)[place])
            unit[place] = -columns[:, j]
            schur[:, j] = self._times(unit)[rest]
        alone = np.zeros(self.size)
        alone[place] = solve(b[place])
        x = np.zeros(self.size)
        if not (np.all(np.isfinite(schur)) and np.all(np.isfinite(alone))):
            return np.full_like(b, np.nan)
        try:
            x[rest] = np.linalg.solve(schur, b[rest] - self._times(alone)[rest])
        except np.linalg.LinAlgError:
            return np.full_like(b, np.nan)
        x[place] = alone[place] - columns @ x[rest]
        return x

    def __repr__(self) -> str:
        blocks = ", ".join(f"{name}: {h!r}" for name, h in self.own.items())
        return f"{self.size} x {self.size}, blocks {blocks}"


def joint_operator(
    blocks: Mapping[tuple[str, str], Expr],
    structures: Mapping[str, Structured],
    symbols: Sequence[Symbol],
    values: Mapping[str, Any],
) -> JointOperator:
    """Return the second derivative by several variables at values of the symbols.

    blocks: (variable, variable) -> block, all of them.  structures: of the blocks on the diagonal.
    Raises: what ``run.bind`` raises for values that are missing or do not fit.
    """
    shapes = {name: s.shape for name, s in structures.items()}
    parts: list[Expr] = []
    for a in structures:
        terms = [
            _applied(blocks[a, b], shapes[a], symbol(_direction(b), shapes[b])) for b in shapes
        ]
        parts.append(add(*terms, shape=shapes[a]))
    functions: dict[str, Expr | tuple[Expr, ...]] = {"times": tuple(parts)}
    functions |= {f"{a}_{b}": e for (a, b), e in blocks.items()}
    own = {name: operator(s, blocks[name, name], symbols, values) for name, s in structures.items()}
    return JointOperator(own, load(emit(functions, symbols)), bind(symbols, values))


def _applied(block: Expr, rows: Sequence[Any], v: Symbol) -> Expr:
    """Return the block applied to an array of its last variable."""
    axes = tuple(range(len(block.shape)))
    return contract([(block, axes, 1), (v, axes[len(rows) :], 1)], axes[: len(rows)], tuple(rows))


def _direction(name: str) -> str:
    return f"direction_{name}"


def _holds_dense(s: Structured) -> bool:
    return any(isinstance(t, Dense) for t in (s.terms if isinstance(s, Sum) else (s,)))
