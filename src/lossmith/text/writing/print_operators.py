"""Linear maps of vectors as matrices: 2DᵀDx with Dv = diff(v), where 2 diff(I) diff(x) would stand.

The derivative of a linear map is the map of the unit matrix, which nobody writes. For display alone
such a map gets a letter wherever it stands, and so does the mask shift(1) = (1, ..., 1, 0).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lossmith.expr.build import contract, symbol
from lossmith.expr.node import Apply, Const, Delta, Expr, Symbol
from lossmith.expr.types import Dim
from lossmith.expr.walk import map_up, postorder

_LETTERS: Final[Mapping[str, str]] = {"diff": "D", "cumsum": "L", "shift": "S"}
_MASK: Final = "m"


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter for display: its name, and what it is in Unicode and in LaTeX."""

    name: str
    unicode: str
    latex: str


def in_matrices(expr: Expr) -> tuple[Expr, tuple[Letter, ...]]:
    """Return expr with the linear maps that met the unit matrix as matrices, and their letters.

    Unchanged where no map of the unit matrix stands. The result is for display: its new symbols
    have no values.
    """
    order = list(postorder(expr))
    maps = {_map(e) for e in order if _is_of_unit(e)}
    if not maps:
        return expr, ()
    taken = {e.name for e in order if isinstance(e, Symbol)}
    taken |= {str(d) for e in order for d in e.shape}
    letters: dict[tuple[str | int, Dim], Symbol] = {}
    told: dict[str, Letter] = {}

    def letter(kind: str | int, size: Dim) -> Symbol:
        if (kind, size) not in letters:
            by = _MASK if isinstance(kind, int) else _LETTERS.get(kind, kind[0].upper())
            name = _free(by, taken)
            letters[kind, size] = symbol(name, (size,) if isinstance(kind, int) else (size, size))
            told[name] = _told(name, kind)
        return letters[kind, size]

    def written(e: Expr) -> Expr:
        steps = _masked(e)
        if steps:
            return letter(steps, e.shape[-1])
        name = _map(e)
        if name not in maps or not isinstance(e, Apply):
            return e
        return _product(letter(name, e.shape[-1]), e.args[0])

    masks = {e for e in order if _masked(e)}
    inner = {e.args[0] for e in masks if isinstance(e, Apply)}
    shown = map_up(expr, lambda e: e if e in inner else written(e))
    return shown, tuple(told.values())


def _map(e: Expr) -> str:
    """Return the name of the linear map from vectors to vectors that e is a value of, or ""."""
    if not isinstance(e, Apply) or len(e.args) != 1 or not e.atom.signature.output:
        return ""
    return e.atom.name if any(f.name == "affine" for f in e.atom.facts) else ""


def _is_of_unit(e: Expr) -> bool:
    return isinstance(e, Apply) and bool(_map(e)) and isinstance(e.args[0], Delta)


def _masked(e: Expr) -> int:
    """Return how many zeros end a vector of ones that was moved up, 0 for anything else."""
    steps = 0
    while isinstance(e, Apply) and e.atom.name == "shift" and len(e.shape) == 1:
        e, steps = e.args[0], steps + 1
    return steps if isinstance(e, Const) and e.value == 1 and len(e.shape) == 1 else 0


def _product(matrix: Symbol, of: Expr) -> Expr:
    """Return the matrix applied along the last axis: D v, X Dᵀ; Dᵀ of the unit matrix."""
    last = len(of.shape) - 1
    if isinstance(of, Delta):
        return contract([(matrix, (1, 0), 1)], (0, 1))
    axes = (*range(last), last + 1)
    return contract([(of, axes, 1), (matrix, (last, last + 1), 1)], tuple(range(last + 1)))


def _free(letter: str, taken: set[str]) -> str:
    name, k = letter, 0
    while name in taken:
        k += 1
        name = f"{letter}{k}"
    taken.add(name)
    return name


def _told(name: str, kind: str | int) -> Letter:
    foot = name[1:]
    plain = name[0] + foot.translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
    tex = f"{name[0]}_{{{foot}}}" if foot else name
    if isinstance(kind, int):
        ends = ", 0" * kind
        return Letter(name, f"{plain} = (1, …, 1{ends})", rf"{tex} = (1, \ldots, 1{ends})")
    return Letter(name, f"{plain}v = {kind}(v)", rf"{tex}v = \operatorname{{{kind}}}(v)")
