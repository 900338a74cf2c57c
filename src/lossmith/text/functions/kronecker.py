"""``kron(A, B)`` and ``vec(X)``: rewritten by their algebra, so that no size n*d is ever needed.

vec(X) stacks the columns of X. kron(A, B)*vec(X) is vec(B*X*A'), kron(A, B)*kron(C, D) is
kron(A*C, B*D), tr, det, inv, logdet and norms go to the factors, vec(X)'*vec(Y) is tr(X'*Y). A name
that stands where a vector of length n*d must stand is the vec of an array of that name.
Rewritten on the syntax, where no kind is known yet; cost linear, times the terms of a sum of krons.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from lossmith.errors import ParseError
from lossmith.text.functions.parts import is_by_entry
from lossmith.text.functions.row import Function, Types, needs
from lossmith.text.syntax.syntax import Node, Syntax, pruned
from lossmith.text.syntax.typed import Sizes, Type
from lossmith.words import Words

VEC: Final = frozenset({"vec"})
_SAME: Final = {
    "norm2": "norm2", "norm": "norm2", "normF": "norm2", "norm1": "norm1", "sum": "sum",
    "mean": "mean", "max": "max", "min": "min", "var": "var", "|2|": "norm2",
}  # fmt: skip
"""Functions of a vector that ask only for its entries, and their names for a matrix."""
_MULTIPLY: Final = frozenset(
    {"normF", "norm2", "norm1", "sum", "mean", "nucnorm", "specnorm", "|2|", "norminf"}
)
"""Functions whose value at kron(A, B) is the product of those at A and B."""
_PRODUCTS: Final = frozenset({"*", "@", "·"})
_MOST_TERMS: Final = 16
Pairs = tuple[tuple[int, int], ...]


def without_kron(syntax: Syntax, fixed: Collection[str] = ()) -> Syntax:
    """Return the syntax in which every vec, and every kron that has a way out, is gone.

    fixed: names declared as vectors or scalars, which are no vec of an array.
    Raises: ParseError where a vec stands in another place.
    """
    if not any(n.kind == "call" and n.name in VEC | {"kron"} for n in syntax.nodes):
        return syntax
    stacked: frozenset[str] = frozenset()
    while True:
        rewriter = _Rewriter(syntax, fixed, stacked)
        found = rewriter.run()
        if rewriter.stacked == stacked:
            return found
        stacked = rewriter.stacked


class _Rewriter:
    """The nodes of the new syntax, and of each old node what it is.

    place: its new node, -1 for the following.  vecs: (matrix, is a row) of a vec.  krons: the pairs
    of a sum of Kronecker products.  stacked: names that are the vec of an array.
    """

    def __init__(self, syntax: Syntax, fixed: Collection[str], stacked: frozenset[str]) -> None:
        self.syntax, self.fixed, self.stacked = syntax, fixed, stacked
        self.nodes: list[Node] = []
        self.outer: list[tuple[int, int]] = []
        self.place: list[int] = []
        self.vecs: dict[int, tuple[int, bool]] = {}
        self.krons: dict[int, Pairs] = {}
        self.notes: list[Words] = []

    def run(self) -> Syntax:
        for k, node in enumerate(self.syntax.nodes):
            if (vec := self._vec(k, node)) is not None:
                self.vecs[k] = vec
                self.place.append(-1)
            elif (pairs := self._kron(k, node)) is not None and len(pairs) <= _MOST_TERMS:
                self.krons[k] = pairs
                self.place.append(-1)
            else:
                self.place.append(self._plain(k, node))
        last = len(self.syntax.nodes) - 1
        if last in self.vecs:
            raise self._alone(last)
        end = self._at(last)
        if end != len(self.nodes) - 1:
            self._push(last, self.nodes[end])
        if self.vecs:
            self._say(
                "vec(A) stacks the columns of A: vec(A)'*vec(B) is tr(A'*B)",
                "vec(A) 把 A 的各列依次叠成一个向量：vec(A)'*vec(B) 即 tr(A'*B)",
            )
        for name in sorted(self.stacked):
            self._say(
                f"{name} is read as vec of an array {name}: its entries stand column by column",
                f"{name} 读作数组 {name} 的 vec：其分量按列依次排列",
            )
        notes = tuple(dict.fromkeys((*self.syntax.notes, *self.notes)))
        whole = replace(self.syntax, nodes=tuple(self.nodes), outer=tuple(self.outer), notes=notes)
        return pruned(whole, self.nodes)

    # -- vectors -------------------------------------------------------------------------------

    def _vec(self, k: int, node: Node) -> tuple[int, bool] | None:
        """Return (matrix, is a row) of a node that is the vec of a matrix, None of others."""
        if node.kind == "name" and node.name in self.stacked:
            name = self._push(k, node)
            return self._push(k, replace(node, kind="call", name="array|", args=(name,))), False
        if node.kind == "call" and node.name in VEC and len(node.args) == 1:
            a = node.args[0]
            return None if a in self.vecs or a in self.krons else (self.place[a], False)
        if node.kind == "infix" and len(node.args) == 2:
            self._stack_names(node)
        inside = [self.vecs.get(a) for a in node.args]
        match node.kind, node.name, inside:
            case "postfix", "'", [(matrix, row)]:
                return matrix, not row
            case "call", name, [(matrix, row)] if is_by_entry(name, 1):
                return self._push(k, replace(node, args=(matrix,))), row
            case "infix", ".^", [(matrix, row), None] if self._scales(node.args[1]):
                return self._push(k, replace(node, args=(matrix, self.place[node.args[1]]))), row
            case "prefix", _, [(matrix, row)]:
                return self._push(k, replace(node, args=(matrix,))), row
            case "infix", "+" | "-" | ".*", [(left, row), (right, other)] if row == other:
                return self._push(k, replace(node, args=(left, right))), row
            case "infix", "*" | "@", [None, (matrix, False)] if node.args[0] in self.krons:
                return self._moved(k, self.krons[node.args[0]], matrix), False
            case "infix", "*" | "@", [(matrix, True), None] if node.args[1] in self.krons:
                return self._moved(k, self._turned(k, node.args[1]), matrix), True
            case "infix", "*", [None, (matrix, row)] if self._scales(node.args[0]):
                return self._push(k, replace(node, args=(self.place[node.args[0]], matrix))), row
            case "infix", "*" | "/", [(matrix, row), None] if self._scales(node.args[1]):
                return self._push(k, replace(node, args=(matrix, self.place[node.args[1]]))), row
            case _:
                return None

    def _stack_names(self, node: Node) -> None:
        """Read a name as vec where only a vector of length n*d fits: kron(A, B)*x, vec(X) - b."""
        left, right = node.args
        if node.name in ("*", "@"):
            if left in self.krons:
                self._stack(right)
            inner = self.syntax.nodes[left]
            if right in self.krons and inner.kind == "postfix":
                self._stack(inner.args[0], turned=left)
        elif node.name in ("+", "-"):
            if left in self.vecs:
                self._stack(right)
            if right in self.vecs:
                self._stack(left)

    def _stack(self, k: int, turned: int | None = None) -> None:
        node = self.syntax.nodes[k]
        if node.kind != "name" or k in self.vecs:
            return
        if node.name in self.fixed:
            raise self._has_size(k)
        self.stacked |= {node.name}
        self.vecs[k if turned is None else turned] = (self.place[k], turned is not None)

    def _moved(self, k: int, pairs: Pairs, matrix: int) -> int:
        """Return the matrix of kron(P, Q)*vec(X): Q*X*P', summed over the pairs."""
        node = self.syntax.nodes[k]
        terms: list[int] = []
        for p, q in pairs:
            turned = self._push(k, replace(node, kind="postfix", name="'", args=(p,)))
            left = self._push(k, replace(node, kind="infix", name="*", args=(q, matrix)))
            terms.append(self._push(k, replace(node, kind="infix", name="*", args=(left, turned))))
        return self._added(k, terms)

    # -- Kronecker products --------------------------------------------------------------------

    def _kron(self, k: int, node: Node) -> Pairs | None:
        """Return the pairs of a sum of Kronecker products, None of others."""
        inside = [self.krons.get(a) for a in node.args]
        if node.kind == "call" and node.name == "kron" and len(node.args) == 2:
            whole = not any(a in self.vecs or a in self.krons for a in node.args)
            return ((self.place[node.args[0]], self.place[node.args[1]]),) if whole else None
        match node.kind, node.name, inside:
            case "postfix", "'", [pairs] if pairs is not None:
                return self._turned(k, node.args[0])
            case "prefix", "-", [pairs] if pairs is not None:
                return tuple((self._push(k, replace(node, args=(a,))), b) for a, b in pairs)
            case "call", "inv", [((a, b),)]:
                return (self._each(k, node, a, b),)
            case "infix", "+", [left, right] if left is not None and right is not None:
                return (*left, *right)
            case "infix", "*" | "@", [left, right] if left is not None and right is not None:
                product = replace(node, name="*")
                return tuple(
                    (self._push(k, replace(product, args=(a, c))),
                     self._push(k, replace(product, args=(b, d))))
                    for a, b in left for c, d in right
                )  # fmt: skip
            case "infix", "*", [None, pairs] if pairs is not None and self._scales(node.args[0]):
                c = self.place[node.args[0]]
                return tuple((self._push(k, replace(node, args=(c, a))), b) for a, b in pairs)
            case _:
                return None

    def _turned(self, k: int, of: int) -> Pairs:
        turn = replace(self.syntax.nodes[k], kind="postfix", name="'")
        return tuple(self._each(k, turn, a, b) for a, b in self.krons[of])

    def _each(self, k: int, node: Node, a: int, b: int) -> tuple[int, int]:
        return (
            self._push(k, replace(node, args=(a,))),
            self._push(k, replace(node, args=(b,))),
        )

    def _of_kron(self, k: int, node: Node, pairs: Pairs) -> int | None:
        """Return a function of a Kronecker product by its factors, None if there is no law."""
        if node.name in ("tr", "trace") or (node.name == "sum" and len(pairs) > 1):
            return self._added(k, [self._times(k, *self._each(k, node, *p)) for p in pairs])
        if len(pairs) != 1:
            return None
        a, b = pairs[0]
        if node.name in _MULTIPLY:
            return self._times(k, *self._each(k, node, a, b))
        if node.name not in ("det", "logdet"):
            return None
        left, right = self._each(k, node, a, b)
        n, m = self._each(k, replace(node, name="size|0"), a, b)
        if node.name == "logdet":
            return self._added(k, [self._times(k, m, left), self._times(k, n, right)])
        power = replace(node, kind="infix", name="^")
        first = self._push(k, replace(power, args=(left, m)))
        return self._times(k, first, self._push(k, replace(power, args=(right, n))))

    # -- everything else -----------------------------------------------------------------------

    def _plain(self, k: int, node: Node) -> int:
        inside = [self.vecs.get(a) for a in node.args]
        match node.kind, node.name, inside:
            case "infix", "*" | "·" | "@", [(left, True), (right, False)]:
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
        if node.kind == "call" and len(node.args) == 1 and node.args[0] in self.krons:
            found = self._of_kron(k, node, self.krons[node.args[0]])
            if found is not None:
                shown = self.syntax.inside(k)
                self._say(f"{shown} is taken factor by factor", f"{shown} 按两个因子分别计算")
                return found
        return self._push(k, replace(node, args=tuple(self._at(a) for a in node.args)))

    def _at(self, a: int) -> int:
        """Return the new node of an old one, a sum of Kronecker products as a tensor."""
        if a not in self.krons:
            return self.place[a]
        call = replace(self.syntax.nodes[a], kind="call", name="kron")
        return self._added(a, [self._push(a, replace(call, args=p)) for p in self.krons[a]])

    def _scales(self, k: int) -> bool:
        """Return whether an operand can only be a number beside a vec or a kron."""
        node = self.syntax.nodes[k]
        plain = k not in self.vecs and k not in self.krons
        return plain and (node.kind == "number" or node.kind == "name" or node.name == "/")

    def _times(self, k: int, a: int, b: int) -> int:
        node = self.syntax.nodes[k]
        return self._push(k, replace(node, kind="infix", name="*", args=(a, b)))

    def _added(self, k: int, terms: Sequence[int]) -> int:
        node = replace(self.syntax.nodes[k], kind="infix", name="+")
        total = terms[0]
        for t in terms[1:]:
            total = self._push(k, replace(node, args=(total, t)))
        return total

    def _push(self, k: int, node: Node) -> int:
        self.nodes.append(node)
        self.outer.append(self.syntax.outer[k])
        return len(self.nodes) - 1

    def _say(self, en: str, zh: str) -> None:
        self.notes.append(Words(en, zh))

    def _has_size(self, k: int) -> ParseError:
        name = self.syntax.nodes[k].name
        return ParseError(
            Words(
                f"{name} would need a length that is a product of two sizes",
                f"{name} 的长度必须是两个大小的乘积",
            ),
            why=Words(
                "sizes are letters or numbers, so it is kept as an array of two axes",
                "大小只能是字母或数字，因此它按两个轴的数组保存",
            ),
            attempt=Words(
                f"leave out the declaration of {name}, or write vec({name.upper()})",
                f"去掉 {name} 的声明，或写 vec({name.upper()})",
            ),
            place=self.syntax.whole(k),
        )

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


def _array(types: Types, sizes: Sizes) -> Type:
    needs("vec", types[0], "m")
    return types[0]


STACKED: Final = Function("array|", _array, lambda args, types, shape: args[0])
"""Row of the table of functions: a name that must be an array, as it stands for its vec."""

__all__ = ["STACKED", "VEC", "without_kron"]
