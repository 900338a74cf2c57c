"""One change in how a line is written: a transpose, a sum, a sign, a bracket, an order, an index.

What a person wrote is a tree of signs before it is mathematics. Each change makes another tree that
differs at one place; it bears the name of the slip that it takes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

from lossmith.expr.node import Symbol
from lossmith.text.syntax import Node, Syntax
from lossmith.text.tokens import Index
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Change:
    """A tree with one change.  score: the smaller, the more telling the name."""

    name: str
    words: Words
    score: float
    syntax: Syntax


def changes(syntax: Syntax, offered: Sequence[Symbol], only: str = "") -> Iterator[Change]:
    """Yield all trees with one change, the likelier ones first.

    offered: symbols that may have been left out.  only: the name of one kind.
    Cost: a few trees for each node.
    """
    tree = _Tree.of(syntax)
    for kind in _KINDS:
        if only and kind.name != only:
            continue
        for k in range(len(tree.nodes)):
            for nodes, root in kind.ways(tree, k):
                yield Change(kind.name, kind.words, kind.score, tree.rooted(nodes, root))
    for k in range(len(tree.nodes) if not only else 0):
        for nodes, root in _missing_factor(tree, k, offered):
            yield Change("factor-dropped", _LOST_FACTOR, 2.3, tree.rooted(nodes, root))


Nodes = dict[int, Node]
Made = Iterator[tuple[Nodes, int]]
"""Changed and added nodes by number, and the number of the root."""


@dataclass(frozen=True, slots=True)
class _Tree:
    syntax: Syntax
    nodes: tuple[Node, ...]
    parents: Mapping[int, int]

    @staticmethod
    def of(syntax: Syntax) -> _Tree:
        parents = {a: k for k, node in enumerate(syntax.nodes) for a in node.args}
        return _Tree(syntax, syntax.nodes, parents)

    @property
    def root(self) -> int:
        return len(self.nodes) - 1

    def name(self, k: int) -> str:
        """Return the operator of an infix, prefix or postfix node, "" for other nodes."""
        node = self.nodes[k]
        return node.name if node.kind in ("infix", "prefix", "postfix") else ""

    def put(self, k: int, new: Node, more: Sequence[Node] = ()) -> tuple[Nodes, int]:
        """Put a node in the place of node k; added nodes are numbered from the end on."""
        count = len(self.nodes)
        nodes = {count + j: node for j, node in enumerate((*more, new))}
        return self.instead(k, count + len(more), nodes)

    def instead(self, k: int, other: int, nodes: Nodes | None = None) -> tuple[Nodes, int]:
        """Let the node above k point at another one."""
        made = dict(nodes or {})
        if k == self.root:
            return made, other
        above = self.nodes[self.parents[k]]
        args = tuple(other if a == k else a for a in above.args)
        made[self.parents[k]] = replace(above, args=args)
        return made, self.root

    def letters(self, k: int) -> list[str]:
        """Return the indices that occur below node k and are bound by no sum there."""
        found: dict[str, None] = {}
        bound: set[str] = set()
        waiting = [k]
        while waiting:
            node = self.nodes[waiting.pop()]
            found |= dict.fromkeys(s for s in node.subscripts if s.isalpha())
            bound |= {b.name for b in node.binds}
            waiting += node.args
        return [letter for letter in found if letter not in bound]

    def rooted(self, made: Nodes, root: int) -> Syntax:
        """Return the syntax of what can be reached from the root, in postorder."""
        order: list[int] = []
        waiting = [(root, False)]
        while waiting:
            k, done = waiting.pop()
            if done:
                order.append(k)
                continue
            waiting.append((k, True))
            node = made.get(k) or self.nodes[k]
            waiting += [(a, False) for a in reversed(node.args)]
        number = {k: j for j, k in enumerate(order)}
        nodes = [made.get(k) or self.nodes[k] for k in order]
        outer = [self.syntax.outer[k] if k < len(self.nodes) else (n.start, n.stop)
                 for k, n in zip(order, nodes, strict=True)]  # fmt: skip
        renumbered = tuple(replace(n, args=tuple(number[a] for a in n.args)) for n in nodes)
        return replace(self.syntax, nodes=renumbered, outer=tuple(outer))


def _operation(like: Node, name: str, a: int, b: int) -> Node:
    return replace(like, kind="infix", name=name, args=(a, b), subscripts=(), binds=())


def _transposes(tree: _Tree, k: int) -> Made:
    """A' -> A and A -> A'."""
    node = tree.nodes[k]
    if tree.name(k) == "'":
        yield tree.instead(k, node.args[0])
    elif _is_operand(tree, k) and tree.name(tree.parents.get(k, k)) in ("*", "+", "-", "@"):
        yield tree.put(k, replace(node, kind="postfix", name="'", args=(k,), subscripts=()))


def _is_operand(tree: _Tree, k: int) -> bool:
    node = tree.nodes[k]
    plain = node.kind == "name" and tree.nodes[tree.parents.get(k, k)].kind != "entry"
    return plain or tree.name(k) in ("+", "-") or node.kind == "call"


def _sums(tree: _Tree, k: int) -> Made:
    """u -> sum(i, u), and sum(i, u) -> u."""
    node = tree.nodes[k]
    if (node.kind == "bind" and node.name == "sum") or (
        node.kind == "call" and node.name in ("sum", "mean") and len(node.args) == 1
    ):
        yield tree.instead(k, node.args[0])
    elif node.kind in ("infix", "entry", "call") or _is_operand(tree, k):
        parent = tree.nodes[tree.parents[k]] if k in tree.parents else None
        if parent is not None and parent.kind in ("entry", "bind"):
            inside = parent.name == "tensor"
            if not inside:
                return
        for letter in tree.letters(k):
            sum_ = replace(node, kind="bind", name="sum", args=(k,), subscripts=(),
                           binds=(Index(letter),))  # fmt: skip
            yield tree.put(k, sum_)
        if not tree.letters(k):
            yield tree.put(k, replace(node, kind="call", name="sum", args=(k,), binds=()))


def _orders(tree: _Tree, k: int) -> Made:
    """A B -> B A."""
    node = tree.nodes[k]
    if tree.name(k) in ("*", "@"):
        a, b = node.args
        yield {k: replace(node, args=(b, a))}, tree.root
        if tree.name(a) in ("*", "@"):
            # (A B) C -> A (C B) and C A B
            first, second = tree.nodes[a].args
            yield {a: replace(tree.nodes[a], args=(first, b)),
                   k: replace(node, args=(a, second))}, tree.root  # fmt: skip


def _indices(tree: _Tree, k: int) -> Made:
    """x_ij -> x_ji, and another letter in use instead of one."""
    node = tree.nodes[k]
    if node.kind != "entry":
        return
    if len(node.subscripts) == 2:
        yield {k: replace(node, subscripts=node.subscripts[::-1])}, tree.root
    used = dict.fromkeys(s for n in tree.nodes for s in n.subscripts if s.isalpha())
    used |= dict.fromkeys(b.name for n in tree.nodes for b in n.binds)
    for j, old in enumerate(node.subscripts):
        for letter in used:
            if letter != old:
                new = (*node.subscripts[:j], letter, *node.subscripts[j + 1 :])
                yield {k: replace(node, subscripts=new)}, tree.root


def _signs(tree: _Tree, k: int) -> Made:
    """a + b -> a - b, -a -> a."""
    node = tree.nodes[k]
    match tree.name(k):
        case "+" | "-" if node.kind == "infix":
            yield {k: replace(node, name="-" if node.name == "+" else "+")}, tree.root
        case "-":
            yield tree.instead(k, node.args[0])
        case _:
            pass


def _complements(tree: _Tree, k: int) -> Made:
    """u -> 1 - u, of a factor or the base of a power."""
    node = tree.nodes[k]
    plain = node.kind in ("name", "entry", "call") and k in tree.parents
    if plain and tree.name(tree.parents[k]) in (*_TIMES, *_OVER, "^", ".^"):
        one = replace(node, kind="number", name="1", args=(), subscripts=(), binds=())
        yield tree.put(k, _operation(node, "-", len(tree.nodes), k), (one,))


_TIMES: Final = ("*", ".*", "@")
_OVER: Final = ("/", "./")


def _brackets(tree: _Tree, k: int) -> Made:
    """a b + c -> a (b + c), a (b + c) -> a b + c; so with quotients, powers and a minus."""
    node = tree.nodes[k]
    if node.kind != "infix":
        if tree.name(k) == "-" and tree.name(node.args[0]) in ("+", "-"):
            yield from _minus_taken_in(tree, k, node.args[0])
        return
    a, b = node.args
    outer = node.name
    for here, other in ((a, b), (b, a)):
        inside = tree.nodes[here]
        if inside.kind != "infix":
            if inside.kind == "prefix" and inside.name == "-" and outer in ("+", "-") and here == a:
                # -a + b -> -(a + b)
                low = replace(node, args=(inside.args[0], b))
                yield tree.instead(k, here, {k: low, here: replace(inside, args=(k,))})
            continue
        p, q = inside.args
        for kept, moved in ((p, q), (q, p)):
            if not _changes_places(inside.name, outer, here is a, kept is p):
                continue
            low = replace(node, args=(moved, other) if here is a else (other, moved))
            args = (kept, len(tree.nodes)) if kept is p else (len(tree.nodes), kept)
            yield tree.put(k, replace(inside, args=args), (low,))


def _changes_places(inner: str, outer: str, left: bool, first: bool) -> bool:
    """Return whether p inner (q outer r) may have been meant by (p inner q) outer r, or so."""
    sums, products = ("+", "-"), (*_TIMES, *_OVER)
    if inner in sums and outer in products:
        # (p + q) r -> p + q r: the part beside the operator stays with it.
        return first if left else (not first and outer in _TIMES)
    if inner in products and outer in sums:
        # p q + r -> p (q + r); p/q + r -> (p + r)/q
        if inner in _OVER:
            return not first
        return first if left else not first
    if inner in products and outer in products:
        return first and left
    return inner in products and outer in ("^", ".^") and left and first


def _minus_taken_in(tree: _Tree, k: int, inner: int) -> Made:
    """-(a + b) -> -a + b."""
    inside = tree.nodes[inner]
    low = replace(tree.nodes[k], args=(inside.args[0],))
    yield tree.put(k, replace(inside, args=(len(tree.nodes), inside.args[1])), (low,))


def _quotients(tree: _Tree, k: int) -> Made:
    """a/b -> b/a, a/b -> a b, a b -> a/b; A B -> A .* B."""
    node = tree.nodes[k]
    if node.kind != "infix":
        return
    if node.name in _OVER:
        yield {k: replace(node, args=node.args[::-1])}, tree.root
        yield {k: replace(node, name="*" if node.name == "/" else ".*")}, tree.root
    if node.name in _TIMES:
        yield {k: replace(node, name="/" if node.name == "*" else "./")}, tree.root


_PAIRS: Final[Mapping[str, tuple[str, ...]]] = {
    "norm1": ("norm2",), "norm2": ("norm1",), "sum": ("mean",), "mean": ("sum",), "max": ("min",),
    "min": ("max",), "sin": ("cos",), "cos": ("sin",), "log": ("exp",), "exp": ("log",),
    "sigmoid": ("tanh", "softmax"), "tanh": ("sigmoid",), "sign": ("abs",), "abs": ("sign",),
}  # fmt: skip


def _functions(tree: _Tree, k: int) -> Made:
    """norm1(u) -> norm2(u), max -> min, and other names that are mistaken for each other."""
    node = tree.nodes[k]
    for other in _PAIRS.get(node.name, ()) if node.kind == "call" else ():
        yield {k: replace(node, name=other)}, tree.root


def _missing_factor(tree: _Tree, k: int, offered: Sequence[Symbol]) -> Made:
    """u -> a u, for a symbol of the line above."""
    node = tree.nodes[k]
    if not (_is_operand(tree, k) or node.kind in ("entry", "infix", "number")):
        return
    if k in tree.parents and tree.nodes[tree.parents[k]].kind == "entry":
        return
    letters = [b.name for n in tree.nodes for b in n.binds] or tree.letters(tree.root)
    count = len(tree.nodes)
    for entry in {(tree.nodes[n.args[0]].name, n.subscripts): n for n in tree.nodes
                  if n.kind == "entry"}.values():  # fmt: skip
        copies = (tree.nodes[entry.args[0]], replace(entry, args=(count,)))
        yield tree.put(k, _operation(node, "*", k, count + 1), copies)
    for s in offered:
        name = replace(node, kind="name", name=s.name, args=(), subscripts=(), binds=())
        if letters and s.shape:
            for chosen in product(dict.fromkeys(letters), repeat=len(s.shape)):
                entry = replace(name, kind="entry", name="[]", args=(count,), subscripts=chosen)
                yield tree.put(k, _operation(node, "*", count + 1, k), (name, entry))
            continue
        yield tree.put(k, _operation(node, "*", count, k), (name,))
        if len(s.shape) == 2:
            turned = replace(name, kind="postfix", name="'", args=(count,))
            yield tree.put(k, _operation(node, "*", count + 1, k), (name, turned))
            yield tree.put(k, _operation(node, "*", k, count), (name,))
            yield tree.put(k, _operation(node, "*", k, count + 1), (name, turned))


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of change: what is said of it, and the changed trees at one node."""

    name: str
    words: Words
    score: float
    ways: Callable[[_Tree, int], Made]


_LOST_FACTOR: Final = Words("a factor was dropped", "漏掉了一个因子")
_KINDS: Final = (
    _Kind(
        "transposed-factor",
        Words("a transpose is missing or superfluous", "漏写或多写了转置"),
        0.6,
        _transposes,
    ),
    _Kind(
        "sum-dropped",
        Words("a sum over an index is missing or superfluous", "漏写或多写了对指标的求和"),
        0.7,
        _sums,
    ),
    _Kind(
        "order-of-product",
        Words("the factors stand in the wrong order", "因子的次序不对"),
        0.7,
        _orders,
    ),
    _Kind(
        "index-exchanged",
        Words("an index stands where another one belongs", "指标写错或次序颠倒了"),
        0.8,
        _indices,
    ),
    _Kind(
        "sign-of-term",
        Words("the sign of one term is reversed", "其中一项的符号反了"),
        1,
        _signs,
    ),
    _Kind(
        "complement-forgotten",
        Words("1 − u was taken for u", "把 1 − u 写成了 u"),
        1,
        _complements,
    ),
    _Kind(
        "bracket-misplaced",
        Words(
            "a bracket is missing or misplaced: the operation reaches too little or too much",
            "括号漏写或放错了位置：运算作用的范围不对",
        ),
        0.9,
        _brackets,
    ),
    _Kind(
        "quotient-exchanged",
        Words(
            "a quotient is upside down, or a product stands where a quotient belongs",
            "分子分母颠倒，或乘除写反了",
        ),
        1.5,
        _quotients,
    ),
    _Kind(
        "function-exchanged",
        Words(
            "a function stands where another one belongs (such as norm1 for norm2, max for min)",
            "函数用错了（如 norm1 与 norm2、max 与 min 混淆）",
        ),
        1.2,
        _functions,
    ),
)
