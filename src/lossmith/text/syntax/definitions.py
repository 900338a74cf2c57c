"""Definitions put into the formula: ``p`` where p = sigmoid(Xw), ``p_k``, ``h(z)``.

Every statement is read to a syntax of its own; here the syntaxes become one. A defined name is the
node of its right side, shared; an entry ``p_k`` of what is defined entry by entry, and the value
``h(u)`` of a function, are copies with the index renamed or the argument put in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from lossmith.errors import ParseError, Place
from lossmith.text.syntax.syntax import Node, Syntax
from lossmith.text.syntax.tokens import Index
from lossmith.words import Words

_MOST_NODES = 20_000


@dataclass(frozen=True, slots=True)
class Definition:
    """``name``, ``name_subscripts`` or ``name(parameters)`` and the syntax of the right side.

    at: the characters of the left side.
    """

    name: str
    subscripts: tuple[str, ...]
    parameters: tuple[str, ...]
    right: Syntax
    at: tuple[int, int]


def used_names(syntax: Syntax) -> set[str]:
    """Return the names and functions that a syntax speaks of."""
    return {n.name for n in syntax.nodes if n.kind in ("name", "call")}


def joined(main: Syntax, definitions: Sequence[Definition]) -> Syntax:
    """Return the formula with everything defined put in.

    Raises: ParseError for a name that is defined twice, or by itself.
    """
    table: dict[str, Definition] = {}
    for d in definitions:
        if d.name in table:
            raise ParseError(
                Words(f"{d.name} is defined twice", f"{d.name} 被定义了两次"),
                attempt=Words("keep one of them", "只保留其中一个"),
                place=Place(main.text, *d.at, main.source),
            )
        table[d.name] = d
    joiner = _Joiner(main, table)
    for d in _in_order(main, definitions, table):
        joiner.define(d)
    joiner.finish()
    notes = [n for d in definitions for n in (*d.right.notes, _note(d))] + list(main.notes)
    return replace(
        main,
        nodes=tuple(joiner.nodes),
        outer=tuple(joiner.outer),
        notes=tuple(dict.fromkeys(notes)),
        numbers=main.numbers.union(*(d.right.numbers for d in definitions)),
        masks=main.masks.union(*(d.right.masks for d in definitions)),
    )


def _note(d: Definition) -> Words:
    foot = f"_{''.join(d.subscripts)}" if d.subscripts else ""
    shown = d.name + foot + (f"({', '.join(d.parameters)})" if d.parameters else "")
    right = d.right.text[d.right.outer[-1][0] : d.right.outer[-1][1]].strip()
    return Words(f"{shown} stands for {right}", f"{shown} 代表 {right}")


def _in_order(
    main: Syntax, definitions: Sequence[Definition], table: Mapping[str, Definition]
) -> list[Definition]:
    """Return the definitions so that each stands after those that it uses."""
    needs = {d.name: used_names(d.right) & table.keys() - set(d.parameters) for d in definitions}
    done: list[Definition] = []
    waiting = list(definitions)
    while waiting:
        ready = [d for d in waiting if not needs[d.name] - {e.name for e in done}]
        if not ready:
            d = waiting[0]
            raise ParseError(
                Words(f"{d.name} is defined by itself", f"{d.name} 用自身来定义"),
                attempt=Words(
                    "give what is defined a name that stands on the left side alone",
                    "被定义的量应使用只出现在左边的名称",
                ),
                place=Place(main.text, *d.at, main.source),
            )
        done += ready
        waiting = [d for d in waiting if d not in ready]
    return done


class _Joiner:
    """The nodes of the whole, and where each definition without subscripts or parameters ends."""

    def __init__(self, main: Syntax, table: Mapping[str, Definition]) -> None:
        self.main, self.table = main, table
        self.nodes: list[Node] = []
        self.outer: list[tuple[int, int]] = []
        self.roots: dict[str, int] = {}

    def define(self, d: Definition) -> None:
        if not d.subscripts and not d.parameters:
            self.roots[d.name] = self._copied(d.right, {}, {})

    def finish(self) -> None:
        root = self._copied(self.main, {}, {})
        if root != len(self.nodes) - 1:
            self._push(self.nodes[root], self.outer[root])

    def _push(self, node: Node, outer: tuple[int, int]) -> int:
        if len(self.nodes) > _MOST_NODES:
            raise ParseError(
                Words("these definitions make the formula too long", "代入定义后公式太长"),
                place=Place(self.main.text, *outer, self.main.source),
            )
        self.nodes.append(node)
        self.outer.append(outer)
        return len(self.nodes) - 1

    def _copied(self, syntax: Syntax, given: Mapping[str, int], renamed: Mapping[str, str]) -> int:
        """Return the node of a syntax copied: parameters given, open indices renamed.

        Definitions nest only as deep as they were written, so this may call itself.
        """
        place: list[int] = []
        bound = {b.name for n in syntax.nodes for b in n.binds}
        renamed = {old: new for old, new in renamed.items() if old not in bound}
        bare: dict[int, Definition] = {}
        for k, node in enumerate(syntax.nodes):
            d = self.table.get(node.name)
            if node.kind == "name" and node.name in given:
                place.append(given[node.name])
                continue
            if node.kind == "name" and node.name in self.roots:
                place.append(self.roots[node.name])
                continue
            if node.kind == "name" and d is not None and d.subscripts:
                bare[k] = d
                place.append(-1)
                continue
            subscripts = tuple(renamed.get(s, s) for s in node.subscripts)
            if node.kind == "entry" and node.args[0] in bare:
                place.append(self._entry(syntax, node, bare[node.args[0]], subscripts))
                continue
            args = tuple(
                self._whole(node, syntax.outer[a], bare[a]) if a in bare else place[a]
                for a in node.args
            )
            if node.kind == "call" and d is not None and d.parameters:
                place.append(self._called(syntax, node, d, args))
                continue
            binds = tuple(
                replace(
                    b,
                    apart=tuple(renamed.get(a, a) for a in b.apart),
                    after=tuple(renamed.get(a, a) for a in b.after),
                )
                for b in node.binds
            )
            copied = replace(node, args=args, subscripts=subscripts, binds=binds)
            place.append(self._push(copied, syntax.outer[k]))
        last = len(syntax.nodes) - 1
        if last in bare:
            return self._whole(syntax.nodes[last], syntax.outer[last], bare[last])
        return place[-1]

    def _entry(self, syntax: Syntax, node: Node, d: Definition, subscripts: tuple[str, ...]) -> int:
        if len(subscripts) != len(d.subscripts) or ":" in subscripts or any(node.offsets):
            whole = self._whole(node, syntax.outer[node.args[0]], d)
            return self._push(
                replace(node, args=(whole,), subscripts=subscripts), (node.start, node.stop)
            )
        return self._copied(d.right, {}, dict(zip(d.subscripts, subscripts, strict=True)))

    def _whole(self, node: Node, outer: tuple[int, int], d: Definition) -> int:
        """Return the array of all entries of what is defined entry by entry."""
        body = self._copied(d.right, {}, {})
        binds = tuple(Index(s) for s in d.subscripts)
        made = Node("bind", "tensor", (body,), *outer, outer, (), binds)
        return self._push(made, outer)

    def _called(self, syntax: Syntax, node: Node, d: Definition, args: tuple[int, ...]) -> int:
        if len(args) != len(d.parameters):
            raise ParseError(
                Words(
                    f"{d.name} is defined with {len(d.parameters)} argument(s), got {len(args)}",
                    f"{d.name} 定义时有 {len(d.parameters)} 个自变量，这里写了 {len(args)} 个",
                ),
                place=Place(self.main.text, *node.at, self.main.source),
            )
        return self._copied(d.right, dict(zip(d.parameters, args, strict=True)), {})


__all__ = ["Definition", "joined", "used_names"]
