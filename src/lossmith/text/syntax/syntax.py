"""The shape of a formula before anything is known of its names: nodes in postorder, with spans.

A ``Syntax`` is a tuple of nodes in which every node stands after its operands, so that each later
pass is one loop over the tuple and no depth of nesting can exhaust the call stack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from lossmith.errors import Place
from lossmith.text.syntax.tokens import Index
from lossmith.words import Words

NodeKind = Literal["number", "name", "call", "prefix", "infix", "postfix", "entry", "bind"]

CHOICES: Final = frozenset({"if", "cases", "where"})
"""Calls whose arguments are conditions and values in turn."""

POWERED: Final = frozenset({"sin", "cos", "tan", "sinh", "cosh", "tanh"})
"""Functions with a power before their argument: log^2(x) could be a logarithm to base 2."""

COMPARISONS: Final = frozenset({"<", "<=", ">", ">=", "==", "!="})


@dataclass(frozen=True, slots=True)
class Node:
    """One operator, call, name or number.

    name: the operator, function, name or digits.  args: indices of earlier nodes.
    start, stop: the characters of the whole sub-formula, without brackets around it.
    at: the characters of the operator or function name alone, for the caret.
    subscripts: of an entry ``X[i,:]``, its index names and ``:``.
    binds: of ``sum(i, ...)``, the indices that it runs over.
    offsets: of an entry ``x[i+1]``, what is added to each subscript; () for nothing.
    """

    kind: NodeKind
    name: str
    args: tuple[int, ...]
    start: int
    stop: int
    at: tuple[int, int]
    subscripts: tuple[str, ...] = ()
    binds: tuple[Index, ...] = ()
    offsets: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Syntax:
    """A formula read; the last node is the whole.

    outer: for each node its span with the brackets that stand around it.
    notes: what was supplied by the reader of the text (a missing ``*`` between 2 and x).
    numpy: a vector meets a matrix entry by entry along the last axis.
    printed: it comes from a printer, where w^2 of a vector is taken entry by entry.
    numbers: names that stand for one number whatever they look like (the x1 of ``x[1]``).
    masks: names of sets, which are matrices of zeros and ones.
    has_euler: whether e^x is the exponential function (in Python, e is a name like any other).
    """

    text: str
    source: str
    nodes: tuple[Node, ...]
    outer: tuple[tuple[int, int], ...]
    notes: tuple[Words, ...]
    has_euler: bool = True
    numbers: frozenset[str] = frozenset()
    printed: bool = False
    numpy: bool = False
    masks: frozenset[str] = frozenset()

    def written(self, index: int) -> str:
        """Return the user's own text of a node, so that it can stand as an operand."""
        start, stop = self.outer[index]
        node = self.nodes[index]
        simple = node.kind in ("number", "name", "call", "postfix", "entry")
        inside = self.text[start:stop]
        return inside if simple or (start, stop) != (node.start, node.stop) else f"({inside})"

    def inside(self, index: int) -> str:
        """Return the user's own text of a node without brackets around it."""
        return self.text[self.nodes[index].start : self.nodes[index].stop]

    def whole(self, index: int) -> Place:
        """Return where a whole node stands."""
        node = self.nodes[index]
        return Place(self.text, node.start, node.stop, self.source)

    def place(self, index: int) -> Place:
        """Return where the operator or function name of a node stands."""
        return Place(self.text, *self.nodes[index].at, self.source)


def pruned(syntax: Syntax, nodes: Sequence[Node]) -> Syntax:
    """Return the syntax with these nodes in place of its own, without those that nothing needs.

    nodes: as many as before, every one behind its operands.  Cost: linear.
    """
    if tuple(nodes) == syntax.nodes:
        return syntax
    needed = {len(nodes) - 1}
    for k in range(len(nodes) - 1, -1, -1):
        if k in needed:
            needed.update(nodes[k].args)
    place = {old: new for new, old in enumerate(sorted(needed))}
    kept = [replace(nodes[k], args=tuple(place[a] for a in nodes[k].args)) for k in place]
    return replace(syntax, nodes=tuple(kept), outer=tuple(syntax.outer[k] for k in place))
