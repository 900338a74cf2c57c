"""The tape on which Python code is written as nodes: the names, places and refusals of one text."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable
from typing import Final

from lossmith.errors import LossmithError, ParseError, Place
from lossmith.text.syntax.constant_indices import is_row, named, row_alone, whole_too
from lossmith.text.syntax.syntax import Node, NodeKind, Syntax
from lossmith.text.syntax.tokens import Index
from lossmith.words import Words

_MODULES: Final = frozenset(
    "np numpy jnp jax torch tf keras scipy special math F nn linalg lax sp functional autograd "
    "ops".split()
)


class Tape:
    """The nodes of one formula, and what each local name stands for.

    read: returns the node of an expression of Python; the reader of expressions sets it.
    fields: names that stand for parts of a parameter, and how they were written.
    """

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.nodes: list[Node] = []
        self.notes: list[Words] = []
        self.local: dict[str, int] = {}
        self.indices: dict[str, Index] = {}
        self.taken: set[str] = set()
        self.read: Callable[[ast.expr], int]
        self.entries: dict[str, dict[str, str]] = {}
        self.places: dict[str, Place] = {}
        self.fields: dict[str, str] = {}
        lines = text.splitlines(keepends=True)
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line))
        self.lines = [line.encode() for line in lines]

    def tree(self) -> ast.Module:
        """Return Python's tree of the text."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return ast.parse(self.text)
        except SyntaxError as error:
            line, offset = (error.lineno or 1) - 1, (error.offset or 1) - 1
            start = self.starts[min(max(line, 0), len(self.starts) - 1)] + max(offset, 0)
            start = max(0, min(start, len(self.text) - 1))
            raise ParseError(
                Words(f"Python cannot read this: {error.msg}", f"Python 无法解析：{error.msg}"),
                place=Place(self.text, start, min(start + 1, len(self.text)), self.source),
            ) from None
        except (ValueError, RecursionError, MemoryError):
            raise ParseError(
                Words("Python cannot read this", "Python 无法解析这段文字"),
                place=Place(self.text, 0, len(self.text), self.source),
            ) from None

    def syntax(self) -> Syntax:
        """Return what was written; entries such as x[0] must not stand beside the whole x."""
        whole = {n.name for n in self.nodes if n.kind == "name"}
        for array, entries in self.entries.items():
            if array in whole:
                raise whole_too(array, self.places[array])
            if is_row(array, entries):
                raise row_alone(array, self.places[array])
            self.notes.append(named(entries))
        outer = tuple((n.start, n.stop) for n in self.nodes)
        notes = tuple(dict.fromkeys(self.notes))
        nodes = tuple(self.nodes)
        numbers = frozenset(x for entries in self.entries.values() for x in entries.values())
        return Syntax(
            self.text,
            self.source,
            nodes,
            outer,
            notes,
            has_euler=False,
            numbers=numbers,
            numpy=True,
        )

    def push(
        self,
        kind: NodeKind,
        name: str,
        args: tuple[int, ...],
        node: ast.AST,
        *,
        subscripts: tuple[str, ...] = (),
        binds: tuple[Index, ...] = (),
        offsets: tuple[int, ...] = (),
    ) -> int:
        """Append a node at the place of a piece of Python and return its number."""
        start, stop = self.span(node)
        at = (start, stop)
        self.nodes.append(Node(kind, name, args, start, stop, at, subscripts, binds, offsets))
        return len(self.nodes) - 1

    def fresh(self, letter: str) -> str:
        """Return an index name that nothing else bears, the letter itself if it is free."""
        self.taken |= {*self.indices, *self.local, *(n.name for n in self.nodes)}
        tries = (letter, *(f"{letter}{k}" for k in range(1, len(self.taken) + 2)))
        name = next(name for name in tries if name not in self.taken)
        self.taken.add(name)
        return name

    def span(self, node: ast.AST) -> tuple[int, int]:
        """Return the characters of a node; Python counts bytes."""
        ends: list[int] = []
        for row, column in (
            (getattr(node, "lineno", 1), getattr(node, "col_offset", 0)),
            (getattr(node, "end_lineno", 1), getattr(node, "end_col_offset", 1)),
        ):
            line = self.lines[min(row, len(self.lines)) - 1] if self.lines else b""
            ends.append(self.starts[row - 1] + len(line[:column].decode(errors="ignore")))
        return ends[0], max(ends)

    def place(self, start: int, stop: int) -> Place:
        """Return characters of the text as a place."""
        return Place(self.text, start, stop, self.source)

    def whole(self) -> Place | None:
        """Return the place of the whole text, None if there is none."""
        return self.place(0, len(self.text)) if self.text else None

    def refuse(self, node: ast.AST, what: Words, attempt: Words | None) -> LossmithError:
        """Return the error of what has no meaning in a formula."""
        place = Place(self.text, *self.span(node), self.source)
        return ParseError(what, attempt=attempt, place=place)


def last_name(node: ast.expr) -> str:
    """Return the last name of ``np.linalg.norm``."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_module(node: ast.expr) -> bool:
    """Return whether an expression is a module: np, np.linalg, torch.nn.functional."""
    while isinstance(node, ast.Attribute) and node.attr in _MODULES:
        node = node.value
    return isinstance(node, ast.Name) and node.id in _MODULES


def is_method(func: ast.expr) -> bool:
    """Return whether a function is called on an array: ``x.sum``, but not ``np.sum``."""
    return isinstance(func, ast.Attribute) and not is_module(func.value)
