"""The values that the index of a sum takes: from ``first`` to the size less ``short``.

``sum(i, x[i+1] - x[i])`` runs as far as x[i+1] exists; where a text states the range, every entry
must lie in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from lossmith.errors import ParseError
from lossmith.text.syntax.syntax import Node, Syntax
from lossmith.text.syntax.tokens import Index
from lossmith.words import Words

_SUMS = frozenset({"sum", "Sigma", "mean", "average"})
Reach = Mapping[str, tuple[int, int]]
"""For each open index the least and the largest offset of the entries with it."""


def with_ranges(syntax: Syntax) -> Syntax:
    """Return the syntax in which every sum knows its range.

    Raises: ParseError for an entry beyond the range, or an offset of an index that no sum binds.
    Cost: linear in the nodes, times the indices that are open.
    """
    if not any(n.offsets or _is_partial(n) for n in syntax.nodes):
        return syntax
    nodes = list(syntax.nodes)
    reaches: list[Reach] = []
    notes: list[Words] = list(syntax.notes)
    for k, node in enumerate(nodes):
        open_here = _joined([reaches[a] for a in node.args])
        if node.kind == "entry":
            offsets = node.offsets or (0,) * len(node.subscripts)
            own = {s: (o, o) for s, o in zip(node.subscripts, offsets, strict=True) if s != ":"}
            open_here = _joined([open_here, own])
        if node.binds:
            binds = tuple(_ranged(syntax, k, b, open_here, notes) for b in node.binds)
            nodes[k] = replace(node, binds=binds)
            bound = {b.name for b in binds}
            open_here = {i: r for i, r in open_here.items() if i not in bound}
        reaches.append(open_here)
    for name, (low, high) in reaches[-1].items():
        if low or high:
            raise _unbound(syntax, name)
    return replace(syntax, nodes=tuple(nodes), notes=tuple(dict.fromkeys(notes)))


def _is_partial(node: Node) -> bool:
    return any(b.first > 1 or b.short for b in node.binds)


def _joined(parts: list[Reach]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for part in parts:
        for name, (low, high) in part.items():
            before = found.get(name, (low, high))
            found[name] = (min(low, before[0]), max(high, before[1]))
    return found


def _ranged(syntax: Syntax, k: int, b: Index, reach: Reach, notes: list[Words]) -> Index:
    low, high = reach.get(b.name, (0, 0))
    stated = bool(b.size) or b.first > 1 or bool(b.short)
    if not stated and (low < 0 or high > 0):
        b = replace(b, first=1 + max(-low, 0), short=max(high, 0))
        last = f"n-{b.short}" if b.short else "n"
        notes.append(
            Words(
                f"the sum over {b.name} runs from {b.first} to {last}, "
                "as far as all its entries exist",
                f"对 {b.name} 的求和从 {b.first} 到 {last}，即各分量都存在的范围",
            )
        )
    partial = b.first > 1 or b.short > 0
    if b.first + low < 1 or high > b.short:
        raise _beyond(syntax, k, b, above=high > b.short)
    if partial and (syntax.nodes[k].name not in _SUMS or b.apart or b.after):
        raise _only_sums(syntax, k)
    return b


def _beyond(syntax: Syntax, k: int, b: Index, *, above: bool) -> ParseError:
    last = f"{b.size or 'n'}-{b.short}" if b.short else b.size or "n"
    side = (
        Words("behind the last", "最后一个之后")
        if above
        else Words("before the first", "第一个之前")
    )
    return ParseError(
        Words(
            f"an entry stands {side.en} one of its array",
            f"有一个分量落在数组的{side.zh}",
        ),
        why=Words(
            f"the sum over {b.name} runs from {b.first} to {last}",
            f"对 {b.name} 的求和从 {b.first} 到 {last}",
        ),
        attempt=Words(
            "for x[i+1] let the sum end at n-1; for x[i-1] let it begin at 2",
            "出现 x[i+1] 时求和应到 n-1 为止；出现 x[i-1] 时应从 2 开始",
        ),
        place=syntax.place(k),
    )


def _only_sums(syntax: Syntax, k: int) -> ParseError:
    return ParseError(
        Words(
            "only a sum or mean runs over a part of the entries", "只有求和与平均可以只取一部分分量"
        ),
        attempt=Words("write it as a sum", "请改写成求和"),
        place=syntax.place(k),
    )


def _unbound(syntax: Syntax, name: str) -> ParseError:
    k = next(k for k, n in enumerate(syntax.nodes) if name in n.subscripts and any(n.offsets))
    return ParseError(
        Words(f"no sum runs over {name} here", f"这里没有对 {name} 的求和"),
        why=Words(
            "the entries beside each other are one fewer than all, and that size has no letter",
            "相邻分量的个数比全部分量少一个，这个大小没有相应的字母",
        ),
        attempt=Words(f"write sum({name}, ...) around it", f"请在外面写 sum({name}, ...)"),
        place=syntax.whole(k),
    )


__all__ = ["with_ranges"]
