"""What the names of a formula stand for before kinds are inferred: sizes, constants, entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Final, Literal

from lossmith.text.declaring.promises import Declaration
from lossmith.text.kinds import misuse
from lossmith.text.syntax.syntax import Node, Syntax
from lossmith.words import Words

Declared = Mapping[str, Declaration]
ConstantKind = Literal["pi", "e", "size"]

SIZE_LETTERS: Final = ("n", "d", "k", "m", "p", "q", "r", "s", "t")
"""Customary letters of sizes, in the order in which open ones get them."""
_FILLED: Final = frozenset({"vector", "matrix", "tensor", "eye"})


def sizes_written(nodes: Sequence[Node], declared: Declared) -> set[str]:
    """Return the undeclared letters that stand as a size, as in ``vector(1, m)``."""
    found: set[str] = set()
    for node in nodes:
        if node.kind == "call" and node.name in _FILLED:
            sizes = (nodes[a] for a in node.args[node.name != "eye" :])
            found |= {n.name for n in sizes if n.kind == "name" and n.name in SIZE_LETTERS}
    return found - set(declared)


def constants_of(
    syntax: Syntax, declared: Declared, letters: Collection[str]
) -> tuple[dict[str, ConstantKind], list[Words]]:
    """Return the names that stand for numbers: pi, sizes, and e where it has a power; and notes.

    letters: those that are sizes.  Raises: UnknownAtom or ParseError at a name that has no reading.
    """
    found: dict[str, ConstantKind] = {}
    notes: list[Words] = []
    names = {n.name for n in syntax.nodes if n.kind == "name"} - set(declared)
    for index, node in enumerate(syntax.nodes):
        if node.kind == "name" and node.name in names:
            misuse.refuse_name(syntax, index)
    bases = {syntax.nodes[n.args[0]].name for n in syntax.nodes if n.kind == "entry"}
    if "pi" in names - bases:
        found["pi"] = "pi"
        notes.append(Words("pi is the number 3.14159...", "pi 是圆周率 3.14159..."))
    bases = (syntax.nodes[n.args[0]] for n in syntax.nodes if n.name in ("^", ".^"))
    if syntax.has_euler and "e" in names and any(b.kind == "name" and b.name == "e" for b in bases):
        found["e"] = "e"
        notes.append(
            Words(
                "e is Euler's number, so e^x is exp(x); declare e to make it a variable",
                "e 是自然常数，e^x 即 exp(x)；若 e 是变量，请先声明",
            )
        )
    for letter in sorted(letters):
        entry = declared.get(letter)
        if letter in names or (entry is not None and entry.kind in (None, "s")):
            found[letter] = "size"
            if any(n.kind == "name" and n.name == letter for n in syntax.nodes):
                notes.append(Words(f"{letter} is the size declared", f"{letter} 是声明中的大小"))
    return found, notes


def only_entries(nodes: Sequence[Node], declared: Declared) -> list[str]:
    """Return undeclared small letters that occur only with subscripts."""
    bases = {n.args[0] for n in nodes if n.kind == "entry"}
    plain = {n.name for k, n in enumerate(nodes) if n.kind == "name" and k not in bases}
    names = dict.fromkeys(nodes[k].name for k in sorted(bases))
    return [
        x for x in names
        if len(x) == 1 and x.islower() and x not in plain and x not in declared
    ]  # fmt: skip


def literal_values(nodes: Sequence[Node]) -> list[Fraction | None]:
    """Return the exact values of numbers, their negatives and quotients (1/3, -2)."""
    values: list[Fraction | None] = []
    for node in nodes:
        value: Fraction | None = None
        if node.kind == "number":
            value = Fraction(node.name)
        elif node.kind == "prefix":
            inner = values[node.args[0]]
            value = None if inner is None else -inner
        elif node.kind == "infix" and node.name == "/":
            a, b = (values[k] for k in node.args)
            value = a / b if a is not None and b else None
        values.append(value)
    return values
