"""Code of a card that gives names to its parts, ``(lambda u, s: ...)(...)``, as a small function.

On a card it is one expression; in a file it reads better under the name of the card.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import Final

from lossmith.expr.atom import Atom

_LONGEST: Final = 84


def takes_a_function(template: str) -> bool:
    """Return whether a template names its parts."""
    return template.startswith("(lambda ")


def call_of(atom: Atom) -> str:
    """Return the template that calls the function of an atom."""
    return f"_{atom.name}({', '.join(f'{{{k}}}' for k in range(atom.arity))})"


@cache
def function_of(atom: Atom, template: str) -> str:
    """Return the function: what the card says of the atom, its parts by name, the result."""
    names = _parameters(atom)
    call = ast.parse(template.format(*names), mode="eval").body
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Lambda)
    parts = [a.arg for a in call.func.args.args]
    given = [ast.unparse(a) for a in call.args]
    lines: list[str] = []
    if given == names:
        names = parts
    elif isinstance(call.args[0], ast.Starred):
        lines.append(f"{', '.join(parts)} = {given[0].removeprefix('*')}")
    else:
        lines += [f"{p} = {g}" for p, g in zip(parts, given, strict=True)]
    lines += _returned(call.func.body)
    said = atom.words.en[0].upper() + atom.words.en[1:]
    lines = [line.replace("'", '"') for line in lines]  # ast writes strings in single quotes
    body = "\n".join(f"    {line}" for line in (f'"""{said}."""', *lines))
    return f"\ndef _{atom.name}({', '.join(names)}):\n{body}\n"


def _parameters(atom: Atom) -> list[str]:
    """Return A for a matrix, x for a vector, k for what else there is."""
    first = "A" if len(atom.signature.inputs[0]) == 2 else "x"
    return [first, *(f"k{i}" if i else "k" for i in range(atom.arity - 1))]


def _returned(body: ast.expr) -> list[str]:
    """Return the lines of ``return body``: a choice in two, a long sum term by term."""
    if isinstance(body, ast.IfExp):
        head = f"if {ast.unparse(body.test)}:"
        return [head, *(f"    {line}" for line in _returned(body.body)), *_returned(body.orelse)]
    whole = ast.unparse(body)
    if len(whole) <= _LONGEST:
        return [f"return {whole}"]
    terms = _terms(body)
    if len(terms) == 1:
        return [f"return {whole}"]
    return ["return (", *(f"    {sign}{t}" for sign, t in terms), ")"]


def _terms(e: ast.expr) -> list[tuple[str, str]]:
    """Return the terms of a sum, each with its sign."""
    if not isinstance(e, ast.BinOp) or not isinstance(e.op, ast.Add | ast.Sub):
        return [("", ast.unparse(e))]
    right = ast.unparse(e.right)
    bracketed = isinstance(e.right, ast.BinOp) and isinstance(e.right.op, ast.Add | ast.Sub)
    sign = "+ " if isinstance(e.op, ast.Add) else "- "
    return [*_terms(e.left), (sign, f"({right})" if bracketed else right)]
