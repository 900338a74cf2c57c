"""``vec(A)``: the columns of a matrix below each other, rewritten where its length never shows.

vec(A)'vec(B) is tr(A'B), kron(P, Q) vec(X) is vec(Q X P'), a norm or a sum of vec(A) is that of A.
A vector of length n*d has no letter for its size, so anything else is refused.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lossmith.errors import ParseError
from lossmith.text.syntax import Node, Syntax
from lossmith.words import Words

VEC: Final = frozenset({"vec"})
_SAME: Final = {
    "norm2": "norm2", "norm": "norm2", "normF": "norm2", "norm1": "norm1", "sum": "sum",
    "mean": "mean", "max": "max", "min": "min", "var": "var", "|2|": "norm2",
}  # fmt: skip
"""Functions of a vector that ask only for its entries, and their names for a matrix."""


def without_vec(syntax: Syntax) -> Syntax:
    """Return the syntax without ``vec``.

    Raises: ParseError where a vec stands in another place.  Cost: linear.
    """
    if not any(n.kind == "call" and n.name in VEC for n in syntax.nodes):
        return syntax
    return _Rewriter(syntax).run()


class _Rewriter:
    """The nodes of the new syntax; ``vecs``: old nodes that are vec of a new one, and if a row."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.nodes: list[Node] = []
        self.outer: list[tuple[int, int]] = []
        self.place: list[int] = []
        self.vecs: dict[int, tuple[int, bool]] = {}

    def run(self) -> Syntax:
        for k, node in enumerate(self.syntax.nodes):
            found = self._vec(k, node)
            if found is not None:
                self.vecs[k] = found
                self.place.append(-1)
            else:
                self.place.append(self._plain(k, node))
        last = len(self.syntax.nodes) - 1
        if last in self.vecs:
            raise self._alone(last)
        note = Words(
            "vec(A) stacks the columns of A: vec(A)'*vec(B) is tr(A'*B)",
            "vec(A) 把 A 的各列依次叠成一个向量：vec(A)'*vec(B) 即 tr(A'*B)",
        )
        notes = dict.fromkeys((*self.syntax.notes, note))
        return replace(
            self.syntax, nodes=tuple(self.nodes), outer=tuple(self.outer), notes=tuple(notes)
        )

    def _vec(self, k: int, node: Node) -> tuple[int, bool] | None:
        """Return (matrix, is a row) of a node that is the vec of a matrix, None of others."""
        inside = [self.vecs.get(a) for a in node.args]
        if node.kind == "call" and node.name in VEC and len(node.args) == 1:
            return None if inside[0] is not None else (self.place[node.args[0]], False)
        match node.kind, node.name, inside:
            case "postfix", "'", [(matrix, row)]:
                return matrix, not row
            case "prefix", _, [(matrix, row)]:
                return self._push(k, replace(node, args=(matrix,))), row
            case "infix", "+" | "-" | ".*", [(left, row), (right, other)] if row == other:
                return self._push(k, replace(node, args=(left, right))), row
            case "infix", "*", [None, (matrix, row)] if self._is_number(node.args[0]):
                return self._push(k, replace(node, args=(self.place[node.args[0]], matrix))), row
            case "infix", "*", [None, (matrix, False)] if self._is_kron(node.args[0]):
                return self._moved(k, node.args[0], matrix), False
            case "infix", "*" | "/", [(matrix, row), None] if self._is_number(node.args[1]):
                return self._push(k, replace(node, args=(matrix, self.place[node.args[1]]))), row
            case "infix", "*", [(matrix, True), None] if self._is_kron(node.args[1]):
                return self._moved(k, node.args[1], matrix, turned=True), True
            case _:
                return None

    def _plain(self, k: int, node: Node) -> int:
        inside = [self.vecs.get(a) for a in node.args]
        match node.kind, node.name, inside:
            case "infix", "*" | "·", [(left, True), (right, False)]:
                return self._push(k, replace(node, kind="call", name="dot", args=(left, right)))
            case "call", "dot" | "inner", [(left, _), (right, _)]:
                return self._push(k, replace(node, args=(left, right)))
            case "call", name, [(matrix, _)] if name in _SAME:
                return self._push(k, replace(node, name=_SAME[name], args=(matrix,)))
            case _:
                pass
        for a in node.args:
            if a in self.vecs:
                raise self._alone(a)
        return self._push(k, replace(node, args=tuple(self.place[a] for a in node.args)))

    def _moved(self, k: int, kron: int, matrix: int, *, turned: bool = False) -> int:
        """Return Q X P' for kron(P, Q) vec(X), and Q' X P for its transpose."""
        node = self.syntax.nodes[k]
        p, q = (self.place[a] for a in self.syntax.nodes[kron].args)
        turn = replace(node, kind="postfix", name="'")
        p = p if turned else self._push(k, replace(turn, args=(p,)))
        q = self._push(k, replace(turn, args=(q,))) if turned else q
        left = self._push(k, replace(node, args=(q, matrix)))
        return self._push(k, replace(node, args=(left, p)))

    def _is_number(self, k: int) -> bool:
        return self.syntax.nodes[k].kind == "number"

    def _is_kron(self, k: int) -> bool:
        node = self.syntax.nodes[k]
        return node.kind == "call" and node.name == "kron" and len(node.args) == 2

    def _push(self, k: int, node: Node) -> int:
        self.nodes.append(node)
        self.outer.append(self.syntax.outer[k])
        return len(self.nodes) - 1

    def _alone(self, k: int) -> ParseError:
        return ParseError(
            Words("vec(...) does not stand here", "这里不能写 vec(...)"),
            why=Words(
                "its length is a product of sizes, for which there is no letter",
                "它的长度是两个大小的乘积，没有相应的字母",
            ),
            attempt=Words(
                "known are vec(A)'*vec(B), kron(P, Q)*vec(X), norms, sums and means of vec(A)",
                "可用的有 vec(A)'*vec(B)、kron(P, Q)*vec(X)，以及 vec(A) 的范数、和与平均",
            ),
            place=self.syntax.whole(k),
        )
