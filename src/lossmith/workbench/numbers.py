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
        sizes: Mapping[str, int] | None = None,
    ) -> Any:
        """Return what ``expr`` says at the given values.

        name: under which the compiled function is kept.  extra: further symbols (a direction).
        partial: values may be missing if the expression does not need them.
        sizes: lengths that no value fixes.
        Raises: what ``run.bind`` raises for values that are missing or do not fit.
        """
        optional: list[str] = []
        if partial:
            needed = self.lacking(name, expr, values, sizes)
            optional = [s.name for s in self.symbols if s.name not in needed]
        bound = bind((*self.symbols, *extra), values, sizes, optional=optional)
        return self._function(name, expr, partial=partial).call(name, bound.values)

    def lacking(
        self,
        name: str,
        expr: Expr,
        values: Mapping[str, Any],
        sizes: Mapping[str, int] | None = None,
    ) -> tuple[str, ...]:
        """Return the symbols that ``expr`` needs, itself or for a size, and that have no value."""
        taken = self._function(name, expr, partial=True).source.taken[name]
        fixed = {d for s in self.symbols if s.name in values for d in s.shape} | set(sizes or {})
        return tuple(
            s.name
            for s in self.symbols
            if s.name not in values
            and (s.name in taken or any(d in taken and d not in fixed for d in s.shape))
        )

    def _function(self, name: str, expr: Expr, *, partial: bool) -> Function:
        """Return the compiled function of this name; partial: it takes only what it needs."""
        if name not in self._compiled:
            self._compiled[name] = load(emit({name: expr}, () if partial else self.symbols))
        return self._compiled[name]
