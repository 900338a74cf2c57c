"""Each array that a gradient function returns, as a function of its own."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from lossmith.errors import LossmithError
from lossmith.text.python.python_dialect import source_of


def output(function: Callable[..., Any], k: int) -> Callable[..., Any] | str:
    """Return the source of a function that returns the k-th array alone, where it returns several.

    The function itself where it returns one, or where its source is not at hand.
    """
    try:
        tree = ast.parse(source_of(function))
    except (LossmithError, SyntaxError):
        return function
    returns = [node for node in ast.walk(tree) if isinstance(node, ast.Return)]
    if len(returns) != 1:
        return function
    several = returns[0].value
    parts = several.values if isinstance(several, ast.Dict) else getattr(several, "elts", ())
    if k >= len(parts):
        return function
    returns[0].value = parts[k]
    return ast.unparse(tree)
