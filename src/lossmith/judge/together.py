"""Kinds of undeclared symbols, inferred from all definitions of a derivation together."""

from __future__ import annotations

from collections.abc import Mapping

from lossmith.errors import LossmithError
from lossmith.expr.node import Symbol
from lossmith.judge.context import Context
from lossmith.judge.lines import Dialect
from lossmith.judge.occurrence import uses
from lossmith.text.parse import Formula, parse


def infer_together(
    context: Context,
    definitions: Mapping[str, tuple[str, str]],
    dialect: Dialect,
    beside: Mapping[str, str] | None = None,
    opened: Mapping[str, str] | None = None,
) -> None:
    """Learn the kinds of undeclared symbols from definitions put into each other.

    definitions: name to (left side, right side).  beside: name to what the next line says of it,
    which decides what the definition leaves open (u in ||x - a u||^2, by u'x below it).
    opened: name to its right side with the indices of the left bound, as the k of p_k = exp(z_k).
    """
    inner = {
        n for n in definitions for m, (_, right) in definitions.items() if m != n and uses(right, n)
    }
    for name in definitions:
        if name in inner:
            continue
        order = _with_needed(name, definitions)
        sign = r" \\ " if dialect == "latex" else "; "
        needed = [f"{definitions[n][0]} = {definitions[n][1]}" for n in order[:-1]]
        alone = None
        if opened is not None and name in opened:
            alone = _read(sign.join([*needed, opened[name]]), context, dialect)
        if alone is None:
            alone = _read(sign.join([*needed, definitions[name][1]]), context, dialect)
        if alone is None:
            continue
        found = {s.name: s for s in alone.symbols}
        if beside is not None and name in beside:
            both = f"({definitions[name][1]}) - ({beside[name]})"
            joined = _read(sign.join([*needed, both]), context, dialect)
            found |= {} if joined is None else _opened(found, joined)
        for s in found.values():
            if s.name not in definitions:
                context.learn(s)


def _read(whole: str, context: Context, dialect: Dialect) -> Formula | None:
    try:
        return parse(whole, declare=dict(context.declared), dialect=dialect)
    except LossmithError:
        return None


def _opened(alone: Mapping[str, Symbol], joined: Formula) -> dict[str, Symbol]:
    """Return the symbols that one line alone leaves numbers, and two lines make vectors.

    None where anything else differs: then one of the lines may be wrong.
    """
    again = {s.name: s for s in joined.symbols}
    if any(n not in again or (s.shape and s.shape != again[n].shape) for n, s in alone.items()):
        return {}
    return {n: again[n] for n, s in alone.items() if not s.shape and len(again[n].shape) == 1}


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
