"""A formula as it is written, as a tree in which one place can be changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lossmith.text.syntax.syntax import Node, Syntax

Nodes = dict[int, Node]
Made = Iterator[tuple[Nodes, int]]
"""Changed and added nodes by number, and the number of the root."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The nodes of a formula, and the node above each."""

    syntax: Syntax
    nodes: tuple[Node, ...]
    parents: Mapping[int, int]

    @staticmethod
    def of(syntax: Syntax) -> Tree:
        """Return the tree of a syntax."""
        parents = {a: k for k, node in enumerate(syntax.nodes) for a in node.args}
        return Tree(syntax, syntax.nodes, parents)

    @property
    def root(self) -> int:
        """The number of the whole."""
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
        order: dict[int, None] = {}
        waiting = [(root, False)]
        while waiting:
            k, done = waiting.pop()
            if done or k in order:
                # A name of a program that is used twice is one node.
                order[k] = None
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


def operation(like: Node, name: str, a: int, b: int) -> Node:
    """Return an infix operator between two nodes, placed where another node stands."""
    return replace(like, kind="infix", name=name, args=(a, b), subscripts=(), binds=())


def is_operand(tree: Tree, k: int) -> bool:
    """Return whether node k is a name, a sum or a call that an operator may stand at."""
    node = tree.nodes[k]
    plain = node.kind == "name" and tree.nodes[tree.parents.get(k, k)].kind != "entry"
    return plain or tree.name(k) in ("+", "-") or node.kind == "call"
