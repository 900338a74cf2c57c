"""Parts of a vector: ``diff(x)``, ``x[1:]``, ``x[:-1]``, in sums, means and norms.

A vector of n - 1 entries has no letter for its size. It is kept as long as x, the missing entries
at its end; operations entry by entry go through, and a sum, a mean or a norm leaves the missing
ones out. Whatever else asks for its length is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from lossmith.errors import ParseError
from lossmith.expr import build
from lossmith.expr.node import Expr
from lossmith.expr.types import Shape
from lossmith.text.cards import ATOMS, card
from lossmith.text.neighbors import without_last
from lossmith.text.row import Args, Function, Types, needs
from lossmith.text.syntax import Node, Syntax, pruned
from lossmith.text.typed import SCALAR, Sizes, Type
from lossmith.words import Words

_MOST: Final = 4
_NAMES: Final = {
    "sum": "sum", "mean": "mean", "average": "mean", "norm1": "norm1", "norm1|all": "norm1",
    "norm2": "norm2", "normF": "norm2", "norm": "norm2", "|2|": "norm2", "norminf": "norminf",
}  # fmt: skip
"""Functions that ask for the entries alone, and their plain names."""
_BY_ENTRY: Final = frozenset(
    {"sqrt", "square", "cbrt", "pow", "huber", "leaky_relu", "log10", "logit", "|.|", "max", "min"}
)


def with_parts(syntax: Syntax) -> Syntax:
    """Return the syntax with every part of a vector inside of a sum, mean or norm.

    Raises: ParseError where a part stands in another place.  Cost: linear.
    """
    made = [n.kind == "call" and (n.name == "diff" or _is_slice(n)) for n in syntax.nodes]
    return syntax if syntax.printed or not any(made) else _Rewriter(syntax).run()


def _is_slice(node: Node) -> bool:
    return node.name.startswith("slice|")


class _Rewriter:
    """The nodes of the new syntax; ``missing``: how many entries a part lacks, by new node."""

    def __init__(self, syntax: Syntax) -> None:
        self.syntax = syntax
        self.nodes: list[Node] = []
        self.outer: list[tuple[int, int]] = []
        self.place: list[int] = []
        self.missing: dict[int, int] = {}
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

    def _push(self, k: int, node: Node, missing: int = 0) -> int:
        self.nodes.append(node)
        self.outer.append(self.syntax.outer[k])
        if missing:
            if missing > _MOST:
                raise self._alone(k)
            self.missing[len(self.nodes) - 1] = missing
        return len(self.nodes) - 1

    def _one(self, k: int, node: Node) -> int:
        args = tuple(self.place[a] for a in node.args)
        lacks = [self.missing.get(a, 0) for a in args]
        if node.kind == "call" and node.name == "diff":
            return self._difference(k, node, args, lacks)
        if node.kind == "call" and _is_slice(node):
            _, first, last = node.name.split("|")
            for _ in range(int(first)):
                args = (self._push(k, replace(node, name="shift", args=args)),)
            # A node of its own, so that what is missing is counted for this slice alone.
            same = self._push(
                k, replace(node, name="part|", args=args), lacks[0] + int(first) + int(last)
            )
            return same
        if not any(lacks):
            return self._push(k, replace(node, args=args))
        missing = max(lacks)
        match node.kind, node.name:
            case "prefix", _:
                return self._push(k, replace(node, args=args), missing)
            case "infix", "*" | "@" | "·" if all(lacks):
                product = self._push(k, replace(node, name=".*", args=args), self._equal(k, lacks))
                return self._push(
                    k, replace(node, kind="call", name=f"part|sum|{missing}", args=(product,))
                )
            case "infix", "*" | "@" | "·" if self.nodes[args[0]].name == "'" and lacks[1]:
                return self._weighted(k, node, args, missing)
            case "infix", "+" | "-" | ".*" | "./" | ".^" | "*" | "/":
                return self._by_entry(k, node, args, lacks)
            case "postfix", "'":
                # The product behind it is an inner product either way.
                self.missing[args[0]] = missing
                return args[0]
            case "call", name if name in _NAMES and len(args) == 1:
                plain = f"part|{_NAMES[name]}|{missing}"
                return self._push(k, replace(node, name=plain, args=args))
            case "call", name if is_by_entry(name, len(args)):
                return self._by_entry(k, node, args, lacks)
            case "infix", "*" | "@" | "·":
                raise self._product(k)
            case _:
                raise self._alone(node.args[lacks.index(missing)])

    def _weighted(self, k: int, node: Node, args: tuple[int, ...], missing: int) -> int:
        """Return w'*diff(x) as the sum of products, w being as long as x."""
        self.notes.append(
            Words(
                "an array in front of a part of x is as long as x; its last entries do not count",
                "乘在 x 的一部分前面的数组与 x 等长，末尾的分量不计入",
            )
        )
        inside = (self.nodes[args[0]].args[0], args[1])
        product = self._push(k, replace(node, name=".*", args=inside), missing)
        call = replace(node, kind="call", name=f"part|sum|{missing}", args=(product,))
        return self._push(k, call)

    def _difference(self, k: int, node: Node, args: tuple[int, ...], lacks: list[int]) -> int:
        order = 1
        if len(node.args) == 2 and self.syntax.nodes[node.args[1]].kind == "number":
            text = self.syntax.nodes[node.args[1]].name
            order = int(text) if text.isdigit() else 0
        if not 1 <= order <= _MOST or len(node.args) > 2:
            raise self._alone(k)
        of, missing = args[0], lacks[0]
        for _ in range(order):
            missing += 1
            of = self._push(k, replace(node, args=(of,)), missing)
        return of

    def _equal(self, k: int, lacks: list[int]) -> int:
        if len({x for x in lacks if x}) > 1:
            raise self._unequal(k)
        return max(lacks)

    def _by_entry(self, k: int, node: Node, args: tuple[int, ...], lacks: list[int]) -> int:
        """Return an operation entry by entry; what is no part must be a number."""
        missing = self._equal(k, lacks)
        of = tuple(
            a if lack else self._number(k, node, a, old)
            for a, lack, old in zip(args, lacks, node.args, strict=True)
        )
        return self._push(k, replace(node, args=of), missing)

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


# -- the functions ---------------------------------------------------------------------------------


def _vector(types: Types, sizes: Sizes) -> Type:
    needs("a part", types[0], "c", "r")
    return SCALAR


def _kept(types: Types, sizes: Sizes) -> Type:
    needs("a part", types[0], "c", "r")
    return types[0]


def _number_rule(types: Types, sizes: Sizes) -> Type:
    needs("a part of a vector, beside which only a number can stand,", types[0], "s")
    return SCALAR


_OF: Final[Mapping[str, Callable[[Expr], Expr]]] = {
    "sum": build.total,
    "norm1": lambda e: build.total(build.entrywise(card("abs"), e)),
    "norm2": lambda e: build.apply(card("norm2"), e),
    "norminf": lambda e: build.apply(card("norminf"), e),
}


def _reduced(name: str, missing: int) -> Callable[[Args, Types, Shape], Expr]:
    def builder(args: Args, types: Types, shape: Shape) -> Expr:
        (e,) = args
        if name != "mean":
            return _OF[name](without_last(e, 0, missing))
        count = build.subtract(build.size_of(e.shape[0]), build.const(missing))
        return build.divide(build.total(without_last(e, 0, missing)), count)

    return builder


PARTS: Final = (
    Function("part|", _kept, lambda args, types, shape: args[0]),
    Function("part|number", _number_rule, lambda args, types, shape: args[0]),
    *(Function(f"part|{name}|{k}", _vector, _reduced(name, k))
      for name in ("sum", "mean", "norm1", "norm2", "norminf") for k in range(1, _MOST + 1)),
)  # fmt: skip
"""Rows of the table of functions; nobody can type their names."""

__all__ = ["PARTS", "is_by_entry", "with_parts"]
