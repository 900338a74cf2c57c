"""An expression as a person would write it: text, Python, Unicode, LaTeX; all can be read back.

Matrix notation and index notation are two ways of printing one object. Where matrix notation cannot
say a product (more than two free axes, an index met by three matrices in a ring), the printers fall
back to indices for that part: ``sum(i, ...)`` for a number, ``tensor(i, j, k, ...)`` for a tensor.
Index notation writes the entry with free indices k, l, p, q; ``free_indices`` says which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, assert_never

from lossmith.expr.node import Expr
from lossmith.expr.walk import postorder, symbols
from lossmith.text.writing.print_engine import write
from lossmith.text.writing.print_latex import latex_dialect
from lossmith.text.writing.print_numpy import numpy_dialect
from lossmith.text.writing.print_parts import name_parts
from lossmith.text.writing.print_tasks import Context, Notation
from lossmith.text.writing.print_text import text_dialect
from lossmith.text.writing.print_unicode import subscript, unicode_dialect

WrittenDialect = Literal["text", "unicode", "latex", "python"]
Names = Mapping[Expr, str] | Sequence[tuple[str, Expr]]

__all__ = [
    "WrittenDialect", "entry_of", "free_indices", "name_parts", "to_latex", "to_python",
    "to_text", "to_unicode", "with_parts", "written",
]  # fmt: skip


def to_text(expr: Expr, names: Names = ()) -> str:
    """Return the formula in the text dialect; the parser reads it back as the same expression.

    names: parts to be shown by a name, as ``name_parts`` returns them or a mapping.
    """
    named = _named(names)
    return write(expr, text_dialect(), "matrix", named, _taken(expr, named))


def to_unicode(expr: Expr, notation: Notation = "matrix", names: Names = ()) -> str:
    """Return one line of Unicode: ``Xᵀ(Xw − y) + 2λw``."""
    named = _named(names)
    used = _used(expr, named)
    return write(expr, unicode_dialect(used), notation, named, _taken(expr, named))


def to_latex(expr: Expr, notation: Notation = "matrix", names: Names = ()) -> str:
    r"""Return LaTeX without dollar signs: ``X^{\top}(Xw - y) + 2\lambda w``."""
    named = _named(names)
    used = _used(expr, named)
    return write(expr, latex_dialect(used), notation, named, _taken(expr, named))


def with_parts(
    expr: Expr, parts: Sequence[tuple[str, Expr]], notation: Notation = "matrix", *, tex: bool
) -> tuple[str, tuple[str, ...]]:
    """Return the formula with parts named, and each part by the names before it.

    Unicode, or LaTeX.  An index of one line bears no name of another.  Cost: each part once.
    """
    names = {part: name for name, part in parts}
    used, taken = _used(expr, names), _taken(expr, names)
    dialect = latex_dialect(used) if tex else unicode_dialect(used)
    body = write(expr, dialect, notation, names, taken)
    earlier: dict[Expr, str] = {}
    lines: list[str] = []
    for name, part in parts:
        lines.append(write(part, dialect, notation, earlier, taken))
        earlier[part] = name
    return body, tuple(lines)


def to_python(expr: Expr, names: Names = ()) -> str:
    """Return one NumPy expression: ``0.5 * np.sum((X @ w - y)**2)``.

    Its modules are ``numpy as np`` and ``scipy.special as special``; a size is its letter, and a
    function that neither module has keeps its name. The parser reads it back.
    """
    named = _named(names)
    return write(expr, numpy_dialect(), "matrix", named, _taken(expr, named))


def written(
    expr: Expr, dialect: WrittenDialect, notation: Notation = "matrix", names: Names = ()
) -> str:
    """Return the formula in a dialect by its name; notation: of Unicode and LaTeX alone."""
    match dialect:
        case "text":
            return to_text(expr, names)
        case "python":
            return to_python(expr, names)
        case "unicode":
            return to_unicode(expr, notation, names)
        case "latex":
            return to_latex(expr, notation, names)
        case _:
            assert_never(dialect)


def free_indices(expr: Expr, names: Names = ()) -> tuple[str, ...]:
    """Return the letters of the entry that index notation shows, one for each axis."""
    named = _named(names)
    return Context(text_dialect(), "index", expr, named, _taken(expr, named)).free


def entry_of(name: str, latex: str, letters: tuple[str, ...]) -> tuple[str, str]:
    """Return (Unicode, LaTeX) of one entry of what bears a name: (∇f)ᵢ."""
    if not letters:
        return name, latex
    simple = name.isalpha() and name.isascii()
    body = name if simple else f"({name})"
    body_latex = latex if simple else rf"\left({latex}\right)"
    return body + subscript(letters), f"{body_latex}_{{{''.join(letters)}}}"


def _named(names: Names) -> dict[Expr, str]:
    if isinstance(names, Mapping):
        return dict(names)
    return {e: name for name, e in names}


def _used(expr: Expr, names: Mapping[Expr, str]) -> frozenset[str]:
    return frozenset({s.name for s in symbols(expr)} | set(names.values()))


def _taken(expr: Expr, names: Mapping[Expr, str]) -> frozenset[str]:
    """Return the names in use, sizes too."""
    sizes = {str(d) for e in postorder(expr) for d in e.shape}
    return _used(expr, names) | sizes
