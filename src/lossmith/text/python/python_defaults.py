"""Defaults of a Python function: ``def loss(w, X, y, gamma=2.0)`` says that gamma is a number.

The formula keeps the parameter, since its answers then hold for every value: a proof for gamma = 2
alone would say nothing of a call with gamma = 3. The default is said, not put in.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from lossmith.text.syntax.syntax import Syntax
from lossmith.words import Words


def with_defaults(syntax: Syntax, tree: ast.Module) -> Syntax:
    """Return the syntax in which parameters with a number as default are numbers, and say so."""
    used = {n.name for n in syntax.nodes if n.kind == "name"}
    found = {name: value for name, value in _defaults(tree).items() if name in used}
    said = tuple(
        Words(
            f"{name} stays a symbol; for its default alone, declare {name} = {value}",
            f"{name} 保留为符号；若只看默认值，请声明 {name} = {value}",
        )
        for name, value in found.items()
    )
    return replace(syntax, numbers=syntax.numbers | set(found), notes=(*syntax.notes, *said))


def _defaults(tree: ast.Module) -> dict[str, str]:
    """Return the parameters of the first function whose default is a number, as written."""
    function = next((n for n in tree.body if isinstance(n, ast.FunctionDef)), None)
    if function is None:
        return {}
    args = function.args
    named = [*args.posonlyargs, *args.args]
    late = named[len(named) - len(args.defaults) :]
    pairs = [*zip(late, args.defaults, strict=True)]
    pairs += [(a, d) for a, d in zip(args.kwonlyargs, args.kw_defaults, strict=True) if d]
    return {a.arg: ast.unparse(d) for a, d in pairs if _is_number(d)}


def _is_number(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    value = inner.value if isinstance(inner, ast.Constant) else None
    return isinstance(value, int | float) and not isinstance(value, bool)


__all__ = ["with_defaults"]
