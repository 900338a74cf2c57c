"""Markdown: the formula, its derivatives in LaTeX, and a table of the symbols."""

from __future__ import annotations

from lossmith.emit.latex_source import equations, symbol_rows
from lossmith.emit.request import Request
from lossmith.emit.source import Source


def write(request: Request) -> Source:
    """Return a Markdown page; formulas stand between double dollars."""
    parts = [f"# {request.title}"]
    parts += [f"$$\n{left} = {right}\n$$" for left, right in equations(request)]
    rows = [f"| ${name}$ | ${space}$ | {said} |" for name, space, said in symbol_rows(request)]
    parts.append("\n".join(["| symbol | in | assumed |", "| --- | --- | --- |", *rows]))
    return Source("markdown", "\n\n".join(parts) + "\n", {name: name for name in request.docs})
