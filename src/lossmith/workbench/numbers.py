"""Numbers for the expressions of one formula: emitted, compiled once, called on checked arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lossmith.calculus.floats import for_floats
from lossmith.emit.asked import asked_symmetric
from lossmith.emit.numpy_source import emit
from lossmith.expr.node import Expr, Symbol
from lossmith.run.bind import bind
from lossmith.run.load import Function, load
from lossmith.run.structure import check_symmetric


class Numbers:
    """Compiled functions by name, all of them over the symbols of one formula."""

    def __init__(self, symbols: Sequence[Symbol], formula: Expr) -> None:
        """Take the symbols of a formula, and it: where it has no value, no derivative has one."""
        self.symbols = tuple(symbols)
        self._compiled: dict[str, Function] = {}
        self._symmetric = sorted(asked_symmetric(formula))

    def call(
        self,
        name: str,
        expr: Expr,
        values: Mapping[str, Any],
        *,
        extra: tuple[Symbol, ...] = (),
    ) -> Any:
        """Return what ``expr`` says at the given values.

        name: under which the compiled function is kept.  extra: further symbols (a direction).
        Raises: what ``run.bind`` raises for values that are missing or do not fit.
        """
        bound = bind((*self.symbols, *extra), values)
        function = self._function(name, expr)
        for asked in self._symmetric:
            check_symmetric(asked, bound.values[asked])
        return function.call(name, bound.values)

    def _function(self, name: str, expr: Expr) -> Function:
        """Return the compiled function of this name."""
        if name not in self._compiled:
            self._compiled[name] = load(emit({name: for_floats(expr)}, self.symbols))
        return self._compiled[name]
