"""Names typed without a sign between them: ``Xw`` is X times w, ``xTAx`` is x' A x, ``y_ix_i``.

A name of several letters is one symbol in the text dialect, so it is taken apart only where people
mean a product: its parts are declared; it is matrices with a vector behind them (``Xw``, ``UV``);
one of its letters stands elsewhere in the formula (``x^2 + 2xy``, ``ax^2 + bx``). Each reading is
noted; a declaration of the whole name keeps it whole.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from lossmith.errors import Place
from lossmith.text.syntax import mistaken_statements
from lossmith.text.syntax.tokens import GREEK, Token
from lossmith.words import Words

_PARTS: Final = re.compile(r"[A-Za-z][0-9]*")
_RUN: Final = re.compile(r"(?:[A-Za-z][0-9]*){2,5}")
_NUMBERED: Final = re.compile(r"[A-Za-z]_[0-9]+")
_NUMBERED_RUN: Final = re.compile(r"(?:[A-Za-z]_[0-9]+){2,5}")
_LETTERS: Final = re.compile(r"[A-Za-z]{2,8}")
_ENTRIES: Final = re.compile(r"[A-Za-z]_[ijk]{1,2}(?:[A-Za-z]_[ijk]{1,2})+")
_ENTRY: Final = re.compile(r"[A-Za-z]_[ijk]{1,2}(?![ijk])")
_MATRICES_FIRST: Final = re.compile(r"(?:[A-Z][0-9]*)+(?:[a-z][0-9]*)?|[a-z]T?[A-Z]+[a-z]")
_LINEAR: Final = re.compile(r"[abckmnpqstuvw]x|[abckmpqtuvw][zt]")
"""``mx + b``: a coefficient and a variable."""
_CUSTOMARY: Final = frozenset("abcdefghjklmnopqrstuvwxyzABCDHKMPQRSUVWXYZ")
_KEPT: Final = frozenset(
    "at Id ID KL TV LR MN lr wt pt ct tt tz ut id eps lam tau rho obs bar".split()
) | set(GREEK.values())
"""Short words that people use as one name."""


def split_names(
    tokens: Sequence[Token],
    declared: Collection[str],
    functions: Collection[str],
    *,
    printed: bool = False,
) -> tuple[list[Token], list[Words]]:
    """Return the tokens with products taken apart, and the notes that say so.

    printed: a name in front of a bracket may be a product, too.
    Cost: linear in the tokens; names are of bounded length.
    """
    alone = {t.text for t in tokens if t.kind == "name"} | set(declared)
    shared = _shared(tokens, declared, functions)
    result: list[Token] = []
    notes: list[Words] = []
    for k, token in enumerate(tokens):
        known = token.text in declared or token.text in functions
        if token.kind != "name" or known or (not printed and _GLUED.fullmatch(token.text)):
            result.append(token)
            continue
        follows = tokens[k + 1] if k + 1 < len(tokens) else token
        wide = token.stop - token.start == len(token.text)
        parts = _parts(token.text, declared, alone | shared) if wide else ()
        if printed and wide and not parts and _is_run(token.text):
            parts = tuple(token.text)
        called = follows.text == "(" and not printed
        if len(parts) < 2 or called or (follows.kind == "entry" and not printed):
            if len(parts) < 2 and _looks_like_product(token.text):
                notes.append(_whole(token.text))
            result.append(token)
            continue
        pieces = list(_placed(parts, token.start, declared))
        result += pieces
        notes.append(_taken_apart(token.text, pieces))
    return result, notes


_GLUED: Final = re.compile(r"(exp|log|ln|sin|cos|tan|sqrt|abs|sinh|cosh|tanh)(\d*[A-Za-z])")


def glued_functions(
    tokens: Sequence[Token],
    declared: Collection[str],
    functions: Collection[str],
    text: str,
    source: str,
) -> Iterator[Words]:
    """Yield the notes on names such as ``logx``, which look like a function and its argument.

    Raises: ParseError for ``sin2x``, which nobody takes for one name.
    """
    for token in tokens:
        found = _GLUED.fullmatch(token.text) if token.kind == "name" else None
        if found is None or token.text in declared or token.text in functions:
            continue
        function, rest = found.groups()
        if rest[0].isdigit():
            place = Place(text, token.start, token.stop, source)
            raise mistaken_statements.glued(token.text, function, rest, place)
        yield Words(
            f"{token.text} is read as one name; the function is written {function}({rest})",
            f"{token.text} 读作一个名称；函数请写 {function}({rest})",
        )


def _is_run(name: str) -> bool:
    """Return whether a printer put letters side by side here."""
    return bool(_LETTERS.fullmatch(name)) and name not in _KEPT | {"eye", "inf", "nan"}


def split_entries(tokens: Sequence[Token], declared: Collection[str]) -> Iterator[Token]:
    """Yield the tokens with ``y_ix_i`` read as y_i x_i."""
    for token in tokens:
        wide = token.stop - token.start == len(token.text)
        if token.kind == "name" and wide and token.text not in declared:
            if _ENTRIES.fullmatch(token.text):
                for found in _ENTRY.finditer(token.text):
                    start = token.start + found.start()
                    yield Token("name", found.group(), start, start + len(found.group()))
                continue
        yield token


def _shared(
    tokens: Sequence[Token], declared: Collection[str], functions: Collection[str]
) -> set[str]:
    """Return x where two names end in it, as in ``ax^2 + bx``."""
    names = {t.text for t in tokens if t.kind == "name"} - set(declared) - set(functions) - _KEPT
    last = [n[-1] for n in names if len(n) == 2 and n.isalpha() and n[-1] in "xyztw"]
    return {x for x in last if last.count(x) > 1}


def _parts(name: str, declared: Collection[str], used: Collection[str]) -> tuple[str, ...]:
    """Return the names that a name is made of, () if it stays whole."""
    if declared and (found := _declared_parts(name, declared)):
        return found
    if _NUMBERED_RUN.fullmatch(name):
        return tuple(_NUMBERED.findall(name))
    if name in _KEPT or not _RUN.fullmatch(name):
        return ()
    parts = tuple(_PARTS.findall(name))
    turned = any(p == "T" for p in parts[1:]) and "T" not in used
    numbered = any(p[-1].isdigit() for p in parts[:-1]) and len(parts) <= 4
    matrices = bool(_MATRICES_FIRST.fullmatch(name)) and len(parts) <= 4
    met = any(p in used for p in parts) and len(parts) <= 3 and not _is_differential(name)
    met = met or bool(_LINEAR.fullmatch(name))
    if numbered or matrices or met or (turned and len(parts) > 2):
        return parts
    return ()


def _is_differential(name: str) -> bool:
    return len(name) == 2 and name[0] == "d"


def _declared_parts(name: str, declared: Collection[str]) -> tuple[str, ...]:
    """Return the declared names that a name is made of, () if there is no or no single way."""
    longest = max((len(x) for x in declared), default=0)
    ways: list[list[tuple[str, ...]]] = [[()]]
    for stop in range(1, len(name) + 1):
        found = [
            (*way, name[start:stop])
            for start in range(max(0, stop - longest), stop)
            if name[start:stop] in declared
            for way in ways[start][:2]
        ]
        ways.append(found[:2])
    return ways[-1][0] if len(ways[-1]) == 1 else ()


def _placed(parts: Sequence[str], start: int, declared: Collection[str]) -> Iterator[Token]:
    """Yield the tokens of the parts; a T behind a letter is a transpose, I the identity."""
    at = start
    for k, part in enumerate(parts):
        stop = at + len(part)
        if part == "T" and k:
            yield Token("op", "'", at, stop)
        else:
            unit = part == "I" and "I" not in declared
            yield Token("name", "eye" if unit else part, at, stop)
        at = stop


def _looks_like_product(name: str) -> bool:
    """Return whether a short name is made of letters that are customary symbols."""
    return 2 <= len(name) <= 3 and name not in _KEPT and set(name) <= _CUSTOMARY


def _taken_apart(name: str, pieces: Sequence[Token]) -> Words:
    shown = ""
    for piece in pieces:
        sign = "I" if piece.text == "eye" else piece.text
        shown += sign if piece.kind == "op" or not shown else f"*{sign}"
    return Words(
        f"{name} is read as {shown}; declare {name} if it is one name",
        f"{name} 读作 {shown}；若 {name} 是一个名称，请声明它",
    )


def _whole(name: str) -> Words:
    return Words(
        f"{name} is read as one name; a product is written {'*'.join(name)}",
        f"{name} 读作一个名称；乘积请写 {'*'.join(name)}",
    )


__all__ = ["glued_functions", "split_entries", "split_names"]
