"""Numbers for the expressions of one formula: emitted, compiled once, called on checked arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lossmith.emit.numpy_source import emit
from lossmith.expr.node import Expr, Symbol
from lossmith.run.bind import bind
from lossmith.run.load import Function, load


class Numbers:
    """Compiled functions by name, all of them over the symbols of one formula."""

    def __init__(self, symbols: Sequence[Symbol]) -> None:
        self.symbols = tuple(symbols)
        self._compiled: dict[str, Function] = {}

    def call(
        self,
        name: str,
        expr: Expr,
        values: Mapping[str, Any],
        *,
        extra: tuple[Symbol, ...] = (),
        partial: bool = False,
    ) -> Any:
        """Return what ``expr`` says at the given values.

        name: under which the compiled function is kept.  extra: further symbols (a direction).
        partial: values may be missing if the expression does not need them.
        Raises: what ``run.bind`` raises for values that do not fit.
        """
        if name not in self._compiled:
            self._compiled[name] = load(emit({name: expr}, () if partial else self.symbols))
        symbols = (*self.symbols, *extra)
        missing = [s.name for s in symbols if s.name not in values] if partial else ()
        return self._compiled[name].call(name, bind(symbols, values, optional=missing).values)
