"""Kinds of undeclared symbols, inferred from all definitions of a derivation together."""

from __future__ import annotations

from collections.abc import Mapping

from lossmith.errors import LossmithError
from lossmith.judge.context import Context
from lossmith.judge.described import described
from lossmith.judge.lines import Dialect
from lossmith.judge.occurrence import uses
from lossmith.text.parse import parse


def infer_together(
    context: Context, definitions: Mapping[str, tuple[str, str]], dialect: Dialect
) -> None:
    """Learn the kinds of undeclared symbols from definitions put into each other.

    definitions: name to (left side, right side).
    """
    inner = {
        n for n in definitions for m, (_, right) in definitions.items() if m != n and uses(right, n)
    }
    for name in definitions:
        if name in inner:
            continue
        order = _with_needed(name, definitions)
        sign = r" \\ " if dialect == "latex" else "; "
        whole = sign.join([*(f"{definitions[n][0]} = {definitions[n][1]}" for n in order[:-1]),
                           definitions[name][1]])  # fmt: skip
        try:
            formula = parse(whole, declare=dict(context.declared), dialect=dialect)
        except LossmithError:
            continue
        for s in formula.symbols:
            if s.name not in definitions:
                context.bases.setdefault(s.name, s)
                context.declared.setdefault(s.name, described(s))


def _with_needed(name: str, definitions: Mapping[str, tuple[str, str]]) -> list[str]:
    """Return the definitions that a name needs, in order of need, then the name."""
    order: list[str] = []
    waiting = [(name, False)]
    seen: set[str] = set()
    while waiting:
        n, expanded = waiting.pop()
        if expanded:
            order.append(n)
            continue
        if n in seen:
            continue
        seen.add(n)
        waiting.append((n, True))
        waiting += [(m, False) for m in definitions if m != n and uses(definitions[n][1], m)]
    return order
