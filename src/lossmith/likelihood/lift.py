"""Rows of text as expressions over arrays of any shape."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.types import Shape
from lossmith.expr.walk import substitute
from lossmith.text.parse import parse


def kind(shape: Shape) -> str:
    """Return a shape in the declaration language."""
    names = {0: "scalar", 1: "vector", 2: "matrix"}
    inner = ", ".join(str(d) for d in shape)
    return names[len(shape)] + (f"({inner})" if shape else "")


@lru_cache(maxsize=1024)
def _parsed(text: str, declared: tuple[tuple[str, str], ...]) -> tuple[Expr, tuple[Symbol, ...]]:
    formula = parse(text, declare=dict(declared))
    return formula.expr, formula.symbols


def instance(text: str, arguments: Mapping[str, Expr]) -> Expr:
    """Return the formula of a row with expressions in place of its names.

    arguments: by name; arrays and numbers may be mixed, the row is entrywise.
    """
    declared = tuple(sorted((name, kind(e.shape)) for name, e in arguments.items()))
    root, symbols = _parsed(text, tuple((n, k) for n, k in declared))
    replaced: dict[Expr, Expr] = {s: arguments[s.name] for s in symbols if s.name in arguments}
    return substitute(root, replaced)


def summed(text: str, arguments: Mapping[str, Expr]) -> Expr:
    """Return the sum of an entrywise row over the entries of its arrays."""
    return build.total(instance(text, arguments))
