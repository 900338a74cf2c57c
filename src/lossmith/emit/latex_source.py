"""LaTeX: the formula, its gradient, its Hessian, and a table of the symbols."""

from __future__ import annotations

from lossmith.emit.request import Request
from lossmith.emit.source import Source
from lossmith.expr.node import Symbol
from lossmith.expr.types import Shape


def write(request: Request) -> Source:
    """Return a piece of LaTeX that compiles with amsmath and amssymb."""
    lines = [f"{left} &= {right}" for left, right in equations(request)]
    body = " \\\\\n".join(lines)
    rows = [f"${name}$ & ${space}$ & {said} \\\\" for name, space, said in symbol_rows(request)]
    text = "\n".join(
        [
            f"% {request.title}",
            "% needs \\usepackage{amsmath,amssymb}",
            f"\\[\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n\\]",
            "\\begin{tabular}{lll}\nsymbol & in & assumed \\\\ \\hline",
            *rows,
            "\\end{tabular}",
        ]
    )
    entries = {name: name for name in request.docs}
    return Source("latex", text + "\n", entries)


def equations(request: Request) -> list[tuple[str, str]]:
    """Return (left side, right side) for the formula and its derivatives."""
    taken = {s.name for s in request.symbols}
    name = next((n for n in ("f", "F", "L", "J") if n not in taken), r"\mathrm{objective}")
    found = [(name, request.docs["value"])]
    for entry, wrt in request.derivatives():
        if entry in request.docs:
            below = ", ".join(request.names[s.name] for s in dict.fromkeys(wrt))
            order = "" if len(wrt) == 1 else f"^{len(wrt)}"
            found.append((rf"\nabla{order}_{{{below}}} {name}", request.docs[entry]))
    return found


def symbol_rows(request: Request) -> list[tuple[str, str, str]]:
    """Return (name, space, assumptions with mathematics in dollars) for each symbol."""
    return [(request.names[s.name], _space(s.shape), _assumed(s)) for s in request.symbols]


def _space(shape: Shape) -> str:
    if not shape:
        return r"\mathbb{R}"
    sizes = r" \times ".join(str(d) for d in shape)
    return rf"\mathbb{{R}}^{{{sizes}}}"


def _assumed(s: Symbol) -> str:
    a = s.assumptions
    said = sorted(a.structure)
    if a.integer:
        said.append("integer")
    if a.values is not None:
        said.append(rf"entries in $\{{{', '.join(str(v) for v in a.values)}\}}$")
    elif a.interval.lo is not None or a.interval.hi is not None:
        shown = str(a.interval).replace("inf", r"\infty")
        said.append(f"${shown}$" if not s.shape else f"entries in ${shown}$")
    return ", ".join(said)
