"""Functions of eigenvalues and singular values, which have no expression of their own.

``sum(eigvals(A))`` is tr(A), ``max(eigvals(A))`` is lambda_max(A): the inner call never stands
alone. Rewritten on the syntax, where the arguments are known and no size is; each reading is noted.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from lossmith.errors import ParseError
from lossmith.text.functions.factorials import plain_logarithms
from lossmith.text.functions.kronecker import VEC, without_kron
from lossmith.text.functions.norms import plain_norms
from lossmith.text.syntax.syntax import Node, Syntax
from lossmith.words import Words

EIGENVALUES: Final = frozenset({"eigvals", "eigvalsh", "eig", "eigenvalues"})
SINGULAR_VALUES: Final = frozenset({"svdvals", "singular_values"})
INNER: Final = EIGENVALUES | SINGULAR_VALUES | VEC

_OF_EIGENVALUES: Final = {
    "sum": "tr", "prod": "det", "max": "lambda_max", "min": "lambda_min",
    "maxentry": "lambda_max", "minentry": "lambda_min",
}  # fmt: skip
_OF_SINGULAR_VALUES: Final = {
    "sum": "nucnorm", "max": "specnorm", "maxentry": "specnorm", "norm1": "nucnorm",
    "norm2": "normF", "|2|": "normF", "norminf": "specnorm",
}  # fmt: skip


def rewritten(syntax: Syntax, fixed: Collection[str] = ()) -> Syntax:
    """Return the syntax without inner calls; fixed: names declared as vectors or scalars.

    Raises: ParseError where eigenvalues stand in any other place.  Cost: linear.
    """
    syntax = without_kron(plain_norms(plain_logarithms(syntax)), fixed)
    names = {n.name for n in syntax.nodes if n.kind == "call"}
    if not names & INNER:
        return syntax
    return _Rewriter(syntax).run()


class _Rewriter:
    """The nodes of the new syntax, and where each old node went (-1: an inner call)."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.nodes: list[Node] = []
        self.outer: list[tuple[int, int]] = []
        self.place: list[int] = []
        self.notes: list[Words] = []

    def run(self) -> Syntax:
        for k, node in enumerate(self.syntax.nodes):
            inner = self._inner(node)
            if node.kind == "call" and node.name in INNER:
                self.place.append(-1)
            elif inner is not None and inner.name in INNER:
                self.place.append(self._spectral(k, node, inner))
            else:
                self.place.append(self._kept(k, node))
        last = len(self.syntax.nodes) - 1
        if self.place[last] < 0:
            raise self._alone(last)
        if self.place[last] != len(self.nodes) - 1:
            self._push(self.nodes[self.place[last]], last)
        notes = dict.fromkeys((*self.syntax.notes, *self.notes))
        return replace(
            self.syntax, nodes=tuple(self.nodes), outer=tuple(self.outer), notes=tuple(notes)
        )

    def _inner(self, node: Node) -> Node | None:
        """Return the lone call that a function or transpose is taken of."""
        if node.kind not in ("call", "postfix") or len(node.args) != 1:
            return None
        inner = self.syntax.nodes[node.args[0]]
        return inner if inner.kind == "call" else None

    def _push(self, node: Node, like: int) -> int:
        self.nodes.append(node)
        self.outer.append(self.syntax.outer[like])
        return len(self.nodes) - 1

    def _kept(self, k: int, node: Node) -> int:
        for a in node.args:
            if self.place[a] < 0:
                raise self._alone(a)
        return self._push(replace(node, args=tuple(self.place[a] for a in node.args)), k)

    def _spectral(self, k: int, node: Node, inner: Node) -> int:
        table = _OF_EIGENVALUES if inner.name in EIGENVALUES else _OF_SINGULAR_VALUES
        name = table.get(node.name)
        if name is None or len(inner.args) != 1:
            raise self._alone(node.args[0])
        of = self.place[inner.args[0]]
        if of < 0:
            raise self._alone(inner.args[0])
        self._say(node, f"{name}({self.syntax.inside(inner.args[0])})")
        return self._push(replace(node, kind="call", name=name, args=(of,)), k)

    def _say(self, node: Node, meaning: str) -> None:
        typed = self.syntax.text[node.start : node.stop]
        self.notes.append(Words(f"{typed} is {meaning}", f"{typed} 即 {meaning}"))

    def _alone(self, k: int) -> ParseError:
        node = self.syntax.nodes[k]
        return ParseError(
            Words(
                f"{node.name} does not stand alone: its order is not defined",
                f"{node.name} 不能单独出现：特征值没有固定的顺序",
            ),
            attempt=Words(
                "its sum is tr(A), its largest lambda_max(A), its product det(A); "
                "of singular values: nucnorm(A), specnorm(A)",
                "其和为 tr(A)，最大者为 lambda_max(A)，积为 det(A)；"
                "奇异值则用 nucnorm(A)、specnorm(A)",
            ),
            place=self.syntax.place(k),
        )


__all__ = ["INNER", "rewritten"]
