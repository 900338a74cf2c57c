"""Entries by their numbers: ``(1 - x[1])^2 + 100*(x[2] - x[1]^2)^2`` speaks of the numbers x1, x2.

An array of which only numbered entries occur is a list of numbers, and each gets a name of its own;
where the array also stands whole, or is declared, its entries have no names and are refused.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from lossmith.errors import ParseError, Place
from lossmith.text.syntax.syntax import Syntax
from lossmith.text.syntax.tokens import Token
from lossmith.words import Words


def name_entries(
    tokens: Sequence[Token], declared: Collection[str], text: str, source: str
) -> tuple[list[Token], list[Words], frozenset[str]]:
    """Return the tokens with ``x[1]`` as the name x1, the notes that say so, and such names.

    Raises: ParseError if the array occurs in another way, too.  Cost: linear.
    """
    found: list[Token] = []
    given: dict[str, dict[str, str]] = {}
    places: dict[str, Place] = {}
    k = 0
    while k < len(tokens):
        token = tokens[k]
        numbers, stop = _numbers(tokens, k)
        if not numbers:
            found.append(token)
            k += 1
            continue
        name = entry_name(token.text, numbers)
        typed = f"{token.text}[{','.join(numbers)}]"
        given.setdefault(token.text, {})[typed] = name
        places.setdefault(token.text, Place(text, token.start, tokens[stop].stop, source))
        found.append(Token("name", name, token.start, tokens[stop].stop))
        k = stop + 1
    if not given:
        return list(tokens), [], frozenset()
    whole = {t.text for t in found if t.kind == "name"} | set(declared)
    whole |= {t.text.partition("_")[0] for t in found if t.kind == "name" and "_" in t.text}
    for array in given:
        if array in whole:
            raise whole_too(array, places[array])
        if is_row(array, given[array]):
            raise row_alone(array, places[array])
    names = frozenset(name for entries in given.values() for name in entries.values())
    return found, [named(entries) for entries in given.values()], names


def _numbers(tokens: Sequence[Token], k: int) -> tuple[tuple[str, ...], int]:
    """Return the numbers in the bracket behind a name, () if there are none, and its end."""
    if tokens[k].kind != "name" or tokens[k + 1].text != "[":
        return (), k
    numbers: list[str] = []
    at = k + 2
    while at + 1 < len(tokens) and tokens[at].kind == "number" and tokens[at].text.isdigit():
        numbers.append(tokens[at].text)
        if tokens[at + 1].text == "]":
            return tuple(numbers), at + 1
        if tokens[at + 1].text != ",":
            break
        at += 2
    return (), k


def entry_name(array: str, numbers: Sequence[str]) -> str:
    """Return x1 for the entry 1 of x, X1_2 for the entry 1, 2 of X, x1_2 for the entry 2 of x1."""
    return array + ("_" if array[-1].isdigit() else "") + "_".join(numbers)


def is_row(array: str, entries: dict[str, str]) -> bool:
    """Return whether ``X[1]`` speaks of a row of a matrix rather than of a number."""
    return array[0].isupper() and any("," not in typed for typed in entries)


def row_alone(array: str, place: Place) -> ParseError:
    """A row of a matrix by its number."""
    return ParseError(
        Words("a row by its number is not read", "不能按编号取矩阵的一行"),
        attempt=Words(
            f"write an index, {array}[i,:], or give the row a name of its own",
            f"请写下标 {array}[i,:]，或给这一行单独起个名字",
        ),
        place=place,
    )


def named(entries: dict[str, str]) -> Words:
    """Return the note on the entries of one array."""
    typed, names = ", ".join(entries), ", ".join(entries.values())
    return Words(
        f"{typed} are read as numbers by the names {names}",
        f"{typed} 读作单独的数，名称为 {names}",
    )


def whole_too(array: str, place: Place) -> ParseError:
    """An array that is used whole and by single entries."""
    return ParseError(
        Words(
            f"a single entry of {array} is not read where {array} is used whole or declared",
            f"{array} 整体出现或有声明时，不能再单独取它的某个分量",
        ),
        why=Words(
            "an index runs over all entries; a numbered entry would be a symbol of its own",
            "下标取遍所有分量；带编号的分量会成为另一个独立的符号",
        ),
        attempt=Words(
            f"write all with numbered entries, or use an index: sum(i, {array}[i])",
            f"全部写成带编号的分量，或使用下标：sum(i, {array}[i])",
        ),
        place=place,
    )


def apart_from_arrays(syntax: Syntax, declared: Collection[str]) -> Syntax:
    """Return the syntax with a note on each ``w_0`` beside w, which is a number of its own.

    Raises: ParseError for ``z_1`` where ``z_j`` runs over the entries of z: that is one of them.
    """
    nodes = syntax.nodes
    indexed = {nodes[n.args[0]].name for n in nodes if n.kind == "entry"}
    names = {n.name for n in nodes if n.kind == "name"}
    notes = [*syntax.notes]
    for n in nodes:
        if n.kind != "name" or n.name in declared:
            continue
        array, number = _footed(n.name, syntax.text[n.start : n.stop])
        if not number or array not in names:
            continue
        if array in indexed and number != "0":
            raise _one_of_them(array, n.name, Place(syntax.text, n.start, n.stop, syntax.source))
        notes.append(
            Words(
                f"{n.name} is a symbol of its own, not an entry of {array}",
                f"{n.name} 是独立的符号，不是 {array} 的分量",
            )
        )
    return replace(syntax, notes=tuple(dict.fromkeys(notes)))


def _footed(name: str, typed: str) -> tuple[str, str]:
    """Return (z, 1) of z1 if it was typed with a foot, (name, "") of every other name."""
    array = name.rstrip("0123456789")
    lowered = "_" in typed or any("₀" <= c <= "₉" for c in typed)
    return (array.rstrip("_"), name[len(array) :]) if lowered else (name, "")


def _one_of_them(array: str, name: str, place: Place) -> ParseError:
    """A single entry beside the same array with an index."""
    return ParseError(
        Words(
            f"a single entry of {array} is not read where an index runs over {array}",
            f"当下标取遍 {array} 的分量时，不能再单独取其中一个",
        ),
        why=Words(
            f"{name} would become a symbol that has nothing to do with {array}",
            f"{name} 会变成与 {array} 无关的另一个符号",
        ),
        attempt=Words(
            f"write sum(i, a[i]*{array}[i]) with a vector a that picks the entry, "
            f"or declare {name}: scalar if it is no entry of {array}",
            f"用选取该分量的向量 a 写成 sum(i, a[i]*{array}[i])；"
            f"若它不是 {array} 的分量，请声明 {name}: scalar",
        ),
        place=place,
    )


__all__ = [
    "apart_from_arrays",
    "entry_name",
    "is_row",
    "name_entries",
    "named",
    "row_alone",
    "whole_too",
]
