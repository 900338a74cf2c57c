"""What to say of how a formula was read: inferred kinds, conventions, intercepts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from lossmith.expr.types import Shape, shape_text
from lossmith.text.functions.functions import function
from lossmith.text.kinds.kind_costs import OFFSETS, intercepts
from lossmith.text.kinds.resolve_names import Declared
from lossmith.text.syntax.syntax import Node
from lossmith.text.syntax.typed import KIND_WORDS, Type
from lossmith.words import Words

_SIGNS: Final = {
    "sigma": Words("σ(...) is read as sigmoid(...)", "σ(...) 读作 sigmoid(...)"),
    "Sigma": Words("Σ(...) is read as sum(...)", "Σ(...) 读作 sum(...)"),
}
_INNER_PRODUCT: Final = Words("a·b of two vectors is their inner product", "两个向量的 a·b 是内积")


def kinds_inferred(
    symbols: Mapping[str, Shape],
    types: Mapping[str, Type],
    declared: Declared,
    forced: Collection[str],
) -> list[Words]:
    """Return what to say of symbols whose kind nobody declared.

    forced: names whose kind the formula decides; the others follow custom.
    """
    return [
        _kind_inferred(name, types[name], shape, name in forced)
        for name, shape in symbols.items()
        if (entry := declared.get(name)) is None or entry.kind is None
    ]


def _kind_inferred(name: str, t: Type, shape: Shape, forced: bool) -> Words:
    word = KIND_WORDS[t.kind]
    size = f" {shape_text(shape)}" if shape else ""
    if forced:
        why = Words("nothing else fits the formula", "公式中只有这样才成立")
    else:
        why = Words(
            "as its name and place suggest; declare it to change that",
            "依名称和位置推断；如需修改请声明",
        )
    return Words(
        f"{name} is read as {word.en}{size}: {why.en}",
        f"{name} 读作{word.zh}{size}：{why.zh}",
    )


def functions_read(nodes: Sequence[Node], types: Sequence[Type]) -> list[Words]:
    """Return the conventions by which functions and products were read."""
    notes: list[Words] = []
    for node in nodes:
        if node.name == "·" and [types[a].kind for a in node.args] == ["c", "c"]:
            notes.append(_INNER_PRODUCT)
        if node.kind == "call":
            if node.name in _SIGNS:
                notes.append(_SIGNS[node.name])
            row = function(node.name)
            assert row is not None, node.name
            note = row.note(tuple(types[a] for a in node.args))
            if note is not None:
                notes.append(note)
    return notes


def offsets_read(
    nodes: Sequence[Node],
    types: Sequence[Type],
    symbols: Mapping[str, Shape],
    declared: Declared,
) -> list[Words]:
    """Say of a lone b beside X*w whether it is one number or one for each row."""
    notes: list[Words] = []
    chosen = intercepts(symbols)
    for index, node in enumerate(nodes):
        if node.kind != "infix" or node.name not in ("+", "-") or not types[index].dims:
            continue
        for a in node.args:
            name = nodes[a].name
            entry = declared.get(name)
            if nodes[a].kind != "name" or name not in OFFSETS or name not in symbols:
                continue
            if entry is not None and entry.kind is not None:
                continue
            if not symbols[name] and name in chosen:
                notes.append(
                    Words(
                        f"{name} is read as one number, an intercept; "
                        f"declare {name}: vector(n) for one in each row",
                        f"{name} 读作一个数（截距）；若每行各有一个，请声明 {name}: vector(n)",
                    )
                )
            elif symbols[name] and any(x[:1] == "X" for x in symbols):
                shape = shape_text(symbols[name])
                notes.append(
                    Words(
                        f"{name} is read as a vector {shape}; "
                        f"declare {name}: scalar if it is an intercept",
                        f"{name} 读作向量 {shape}；若它是截距，请声明 {name}: scalar",
                    )
                )
    return notes
