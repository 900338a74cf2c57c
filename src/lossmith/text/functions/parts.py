"""Parts of an array: ``diff(x)``, ``x[1:]``, ``np.diff(X, axis=0)``, in sums, means and norms.

A vector of n - 1 entries has no letter for its size. It is kept as long as x, the missing entries
at its end; operations entry by entry go through, and a sum, a mean or a norm leaves the missing
ones out. Whatever else asks for its length is refused. Of a matrix, one axis lacks entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lossmith.errors import ParseError
from lossmith.text.functions.cards import ATOMS
from lossmith.text.functions.part_functions import MOST, VECTOR
from lossmith.text.syntax.syntax import Node, Syntax, pruned
from lossmith.words import Words

Lack = tuple[str, int]
"""The axis along which a part lacks entries, and how many; VECTOR where only a vector has them."""
_WHOLE: Final[Lack] = VECTOR, 0
_NAMES: Final = {
    "sum": "sum", "mean": "mean", "average": "mean", "norm1": "norm1", "norm1|all": "norm1",
    "norm2": "norm2", "normF": "normF", "norm": "norm2", "norminf": "norminf",
    "max": "max", "min": "min",
}  # fmt: skip
"""Functions that ask for the entries alone, and their plain names."""
_BY_ENTRY: Final = frozenset(
    {"sqrt", "square", "cbrt", "pow", "huber", "leaky_relu", "log10", "logit", "|.|", "max", "min"}
)


def with_parts(syntax: Syntax) -> Syntax:
    """Return the syntax with every part of a vector inside of a sum, mean or norm.

    Raises: ParseError where a part stands in another place.  Cost: linear.
    """
    made = [_is_difference(n) or _is_slice(n) for n in syntax.nodes]
    return syntax if syntax.printed or not any(made) else _Rewriter(syntax).run()


def _is_slice(node: Node) -> bool:
    return node.kind == "call" and node.name.startswith("slice|")


def _is_difference(node: Node) -> bool:
    return node.kind == "call" and (node.name == "diff" or node.name.startswith("diff|"))


class _Rewriter:
    """The nodes of the new syntax; ``missing``: what a part lacks, by new node."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.nodes: list[Node] = []
        self.outer: list[tuple[int, int]] = []
        self.place: list[int] = []
        self.missing: dict[int, Lack] = {}
        self.notes: list[Words] = []

    def run(self) -> Syntax:
        for k, node in enumerate(self.syntax.nodes):
            self.place.append(self._one(k, node))
        if self.place[-1] in self.missing:
            raise self._alone(len(self.syntax.nodes) - 1)
        note = Words(
            "a part of a vector is kept with its missing entries at the end; "
            "sums, means and norms leave them out",
            "向量的一部分按原长度保存，缺少的分量放在末尾；求和、平均与范数不计入它们",
        )
        whole = replace(
            self.syntax,
            nodes=tuple(self.nodes),
            outer=tuple(self.outer),
            notes=(*self.syntax.notes, note, *self.notes),
        )
        return pruned(whole, self.nodes)

    def _push(self, k: int, node: Node, lack: Lack = _WHOLE) -> int:
        self.nodes.append(node)
        self.outer.append(self.syntax.outer[k])
        if lack[1]:
            if lack[1] > MOST:
                raise self._alone(k)
            self.missing[len(self.nodes) - 1] = lack
        return len(self.nodes) - 1

    def _one(self, k: int, node: Node) -> int:
        args = tuple(self.place[a] for a in node.args)
        lacks = [self.missing.get(a, _WHOLE) for a in args]
        if _is_difference(node):
            return self._difference(k, node, args, lacks)
        if _is_slice(node):
            return self._slice(k, node, args, lacks[0])
        if not any(count for _, count in lacks):
            return self._push(k, replace(node, args=args))
        match node.kind, node.name:
            case "prefix", _:
                return self._push(k, replace(node, args=args), lacks[0])
            case ("infix", "*" | "@" | "·") | ("call", "dot") if self._is_inner(node, args, lacks):
                return self._inner(k, node, args, lacks)
            case "infix", "+" | "-" | ".*" | "./" | ".^" | "*" | "/":
                return self._by_entry(k, node, args, lacks)
            case "postfix", "'" | ".T" if lacks[0][0] == VECTOR:
                # The product behind it is an inner product either way.
                self.missing[args[0]] = lacks[0]
                return args[0]
            case "call", name if name in _NAMES and len(args) == 1:
                axis, count = lacks[0]
                plain = f"part|{_NAMES[name]}|{count}|{axis}"
                return self._push(k, replace(node, name=plain, args=args))
            case "call", name if is_by_entry(name, len(args)):
                return self._by_entry(k, node, args, lacks)
            case "infix", "*" | "@" | "·":
                raise self._product(k)
            case _:
                raise self._alone(node.args[next(m for m, x in enumerate(lacks) if x[1])])

    # -- products ------------------------------------------------------------------------------

    def _is_inner(self, node: Node, args: tuple[int, ...], lacks: Sequence[Lack]) -> bool:
        """Return whether a product is one of two vectors, as its signs show."""
        if all(count for _, count in lacks) or node.name in ("@", "dot"):
            return True
        left, right = node.args
        if lacks[1][1]:
            return self._is_row(args[0])
        return self.syntax.nodes[left].name == "'" and self.syntax.nodes[right].kind != "number"

    def _is_row(self, k: int) -> bool:
        """Return whether a node is a transposed vector: ``w'``, ``-w'``, ``2*w'``."""
        while True:
            node = self.nodes[k]
            if node.kind == "postfix":
                return True
            if node.kind == "prefix" or (node.name == "/" and node.kind == "infix"):
                k = node.args[0]
            elif node.name == "*" and node.kind == "infix":
                left, right = node.args
                k = left if self.nodes[right].kind == "number" else right
            else:
                return False

    def _inner(self, k: int, node: Node, args: tuple[int, ...], lacks: Sequence[Lack]) -> int:
        """Return w'*diff(x) as the sum of products, w being as long as x."""
        equal, lack = self._equal(k, node, args, lacks)
        if not all(count for _, count in lacks):
            self.notes.append(
                Words(
                    "an array beside a part of x is as long as x; its last entries do not count",
                    "与 x 的一部分相乘的数组与 x 等长，末尾的分量不计入",
                )
            )
        sides = tuple(
            a if x[1] else self._column(k, node, a) for a, x in zip(equal, lacks, strict=True)
        )
        product = self._push(k, replace(node, kind="infix", name=".*", args=sides), lack)
        # Only vectors have inner products: of a matrix the axis would matter.
        call = replace(node, kind="call", name=f"part|sum|{lack[1]}|{VECTOR}", args=(product,))
        return self._push(k, call)

    def _column(self, k: int, node: Node, a: int) -> int:
        """Return a row as a column, so that it goes with a part entry by entry."""
        if not self._is_row(a):
            return a
        if self.nodes[a].kind == "postfix":
            return self.nodes[a].args[0]
        return self._push(k, replace(node, kind="postfix", name="'", args=(a,)))

    # -- parts ---------------------------------------------------------------------------------

    def _slice(self, k: int, node: Node, args: tuple[int, ...], lack: Lack) -> int:
        _, first, last, *along = node.name.split("|")
        axis = along[0] if along else VECTOR
        if lack[1] and lack[0] != axis:
            raise self._alone(k)
        shift = f"shift|{axis}" if along else "shift"
        for _ in range(int(first)):
            args = (self._push(k, replace(node, name=shift, args=args)),)
        # A node of its own, so that what is missing is counted for this slice alone.
        found = axis, lack[1] + int(first) + int(last)
        return self._push(k, replace(node, name="part|", args=args), found)

    def _difference(self, k: int, node: Node, args: tuple[int, ...], lacks: Sequence[Lack]) -> int:
        axis = node.name.partition("|")[2] or VECTOR
        order = 1
        if len(node.args) == 2 and self.syntax.nodes[node.args[1]].kind == "number":
            text = self.syntax.nodes[node.args[1]].name
            order = int(text) if text.isdigit() else 0
        of, (before, missing) = args[0], lacks[0]
        if not 1 <= order <= MOST or len(node.args) > 2 or (missing and before != axis):
            raise self._alone(k)
        for _ in range(order):
            missing += 1
            of = self._push(k, replace(node, args=(of,)), (axis, missing))
        return of

    # -- entry by entry ------------------------------------------------------------------------

    def _equal(
        self, k: int, node: Node, args: tuple[int, ...], lacks: Sequence[Lack]
    ) -> tuple[tuple[int, ...], Lack]:
        """Return parts of one length, and what they lack.

        x[1:] lacks entries of axis 0, np.diff(x) of the last one: the same for vectors alone.
        """
        found = [x for x in lacks if x[1]]
        axes = {axis for axis, _ in found}
        if len({count for _, count in found}) > 1 or (len(axes) > 1 and axes != {"0", "-1"}):
            raise self._unequal(k)
        if len(axes) == 1:
            return args, found[0]
        of_vectors = tuple(
            self._push(k, replace(node, kind="call", name="part|vector", args=(a,)), x)
            if x[1] else a
            for a, x in zip(args, lacks, strict=True)
        )  # fmt: skip
        return of_vectors, found[0]

    def _by_entry(self, k: int, node: Node, args: tuple[int, ...], lacks: Sequence[Lack]) -> int:
        """Return an operation entry by entry; what is no part must be a number."""
        equal, lack = self._equal(k, node, args, lacks)
        of = tuple(
            a if x[1] else self._number(k, node, a, old)
            for a, x, old in zip(equal, lacks, node.args, strict=True)
        )
        return self._push(k, replace(node, args=of), lack)

    def _number(self, k: int, node: Node, a: int, old: int) -> int:
        inner = self.nodes[a]
        if inner.kind == "number":
            return a
        at = (inner.start, inner.stop)
        made = replace(
            node, kind="call", name="part|number", args=(a,), start=at[0], stop=at[1], at=at
        )
        return self._push(old, made)

    def _alone(self, k: int) -> ParseError:
        return ParseError(
            Words("a part of a vector does not stand here", "这里不能写向量的一部分"),
            why=Words(
                "it has fewer entries than the vector, a size without a letter",
                "它的分量比原向量少，这个大小没有相应的字母",
            ),
            attempt=Words(
                "take the sum, mean or norm of it: norm1(diff(x)), sum((x[1:] - x[:-1]).^2)",
                "请对它求和、平均或取范数：norm1(diff(x))、sum((x[1:] - x[:-1]).^2)",
            ),
            place=self.syntax.whole(k),
        )

    def _product(self, k: int) -> ParseError:
        return ParseError(
            Words(
                "a part of a vector meets an array whose length has no letter",
                "向量的一部分与另一数组相乘，而其长度没有相应的字母",
            ),
            attempt=Words(
                "write the sum out, with arrays as long as x: sum(i, w[i]*(x[i+1] - x[i]))",
                "请写成求和，各数组与 x 等长：sum(i, w[i]*(x[i+1] - x[i]))",
            ),
            place=self.syntax.whole(k),
        )

    def _unequal(self, k: int) -> ParseError:
        return ParseError(
            Words("these parts differ in length", "这两部分的长度不同"),
            attempt=Words("x[1:] goes with x[:-1]", "x[1:] 与 x[:-1] 的长度相同"),
            place=self.syntax.place(k),
        )


def is_by_entry(name: str, count: int) -> bool:
    """Return whether a call with so many arguments acts entry by entry."""
    if name in ("max", "min"):
        return count > 1
    atom = ATOMS.get(name)
    return name in _BY_ENTRY or (atom is not None and atom.signature.is_entrywise)


__all__ = ["is_by_entry", "with_parts"]
