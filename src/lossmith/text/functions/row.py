"""One name of the language: its rule for kinds and sizes, its builder, its number of arguments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lossmith.errors import ShapeError
from lossmith.expr.node import Expr
from lossmith.text.functions.operators import Builder, Rule
from lossmith.text.syntax.typed import KIND_WORDS, Kind, Type
from lossmith.words import Words

Types = tuple[Type, ...]
Args = tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Function:
    """One name of the language.

    least, most: number of arguments.  reduces: on a scalar it does nothing (a hint for kinds).
    on_tensors: it takes arrays of three and more axes.
    note: what is worth saying of how arguments of these types are read.
    """

    name: str
    rule: Rule
    build: Builder
    least: int = 1
    most: int = 1
    reduces: bool = False
    on_tensors: bool = False
    note: Callable[[Types], Words | None] = lambda types: None


def needs(name: str, t: Type, *kinds: Kind, attempt: Words | None = None) -> None:
    """Refuse an argument of another kind."""
    if t.kind in kinds:
        return
    wanted, got = KIND_WORDS[kinds[0]], KIND_WORDS[t.kind]
    raise ShapeError(
        Words(
            f"{name} needs {wanted.en}, got {got.en}", f"{name} 需要{wanted.zh}，得到的是{got.zh}"
        ),
        attempt=attempt,
    )


def by_rows(name: str) -> Callable[[Types], Words | None]:
    """Return the note of a function of a vector when it is given a matrix."""
    words = Words(f"{name} of a matrix acts row by row", f"矩阵的 {name} 逐行计算")
    return lambda types: words if types[0].kind == "m" else None


__all__ = ["Args", "Function", "Types", "by_rows", "needs"]
