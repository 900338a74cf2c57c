"""Signs around subscripts: slices, pairs i < j, offsets i+1, braces and brackets that group."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lossmith.errors import ParseError, Place
from lossmith.text.syntax.tokens import Index, Token
from lossmith.words import Words

_LETTERS: Final = frozenset("ijklmnpqrst")
_BRACED: Final = ("max", "min", "exp", "log")
"""Functions whose argument people put into braces."""
_SLICES: Final = (
    (re.compile(r"\[(\d+):\]"), 0),
    (re.compile(r"\[():-(\d+)\]"), 0),
    (re.compile(r"\[(\d+):-(\d+)\]"), 0),
    (re.compile(r"\[(\d+):(?:end|[A-Za-z])\]"), 1),
    (re.compile(r"\[(\d+):(?:end|[A-Za-z])-(\d+)\]"), 1),
)
"""Slices of a vector: those of Python count from 0, those with ``end`` or n from 1."""


def slice_of(tokens: Sequence[Token]) -> tuple[str, int] | None:
    """Return the call that drops entries, and how many tokens ``[1:]`` has less one."""
    stop = next((k for k, t in enumerate(tokens) if t.text == "]"), 0)
    text = "".join(t.text for t in tokens[: stop + 1])
    for pattern, begin in _SLICES:
        if found := pattern.fullmatch(text):
            first, *last = found.groups()
            dropped = int(first or begin) - begin
            behind = int(last[0]) if last else 0
            return (f"slice|{dropped}|{behind}", stop) if dropped + behind > 0 else None
    return None


def counts_above(name: Token, tokens: Sequence[Token]) -> bool:
    """Return whether ``^{(2)}`` or ``^{(i)}`` follows a name, which counts: it is no power."""
    plain = [t.text for t in tokens[:5]]
    framed = [*plain[:3], *plain[4:]] == ["^", "{", "(", ")"]
    return framed and is_counter(plain[3]) and name.text != "e"


def is_counter(word: str) -> bool:
    """Return whether what stands in brackets above a name tells which one is meant."""
    return word.isdigit() or word in _LETTERS


def ordered_pair(signs: Sequence[str]) -> tuple[Index, ...]:
    """Return the indices of ``i<j``, ``1<=i<j<=n``, ``i<j<=n``, () if it is anything else."""
    plain = list(signs)
    size = ""
    if plain[:2] == ["1", "<="]:
        plain = plain[2:]
    if len(plain) == 5 and plain[3] == "<=":
        plain, size = plain[:3], plain[4]
    fits = len(plain) == 3 and plain[1] in ("<", ">") and plain[0].isalpha() and plain[2].isalpha()
    if not fits or plain[0] == plain[2]:
        return ()
    low, high = (plain[0], plain[2]) if plain[1] == "<" else (plain[2], plain[0])
    return Index(low, (), size), Index(high, (), size, (low,))


def offset_of(tokens: Sequence[Token]) -> int:
    """Return the 1 of ``i+1``, the -1 of ``i-1``, 0 for anything else."""
    if len(tokens) < 2 or tokens[0].text not in ("+", "-") or not tokens[1].text.isdigit():
        return 0
    return int(tokens[0].text + tokens[1].text)


def with_braces_grouped(tokens: list[Token]) -> list[Token]:
    """Return the tokens with braces behind a power as brackets: ``e^{-x}``, ``w^{T}``."""
    found: list[Token] = []
    open_braces: list[bool] = []
    for k, token in enumerate(tokens):
        if token.kind == "op" and token.text == "{":
            raised = k > 0 and tokens[k - 1].text in ("^", ".^", *_BRACED)
            turned = raised and [t.text for t in tokens[k + 1 : k + 3]] == ["T", "}"]
            open_braces.append(turned)
            if raised:
                if not turned:
                    found.append(replace(token, text="("))
                continue
            open_braces.pop()
        elif token.kind == "op" and token.text == "}" and open_braces:
            if not open_braces.pop():
                found.append(replace(token, text=")"))
            continue
        found.append(token)
    return found


def several_indices(name: str) -> str:
    """Return the letters behind ``_`` if they look like several indices, else nothing."""
    foot = name.rpartition("_")[2] if "_" in name else ""
    return foot if 1 < len(foot) <= 4 and set(foot) <= _LETTERS else ""


def opens_group(token: Token) -> bool:
    """Return whether a square bracket behind a token groups: behind a sum sign or an operator."""
    head, _, foot = token.text.partition("_")
    sign = token.kind == "name" and head in ("Sigma", "Pi", "sum", "prod") and foot != ""
    plain = token.kind == "op" and token.text in (*"+-*/(,^}", ".*", "./")
    return sign or plain


def group_end(tokens: Sequence[Token], opened: int) -> int:
    """Return where a bracket of one expression closes, 0 where it holds a list or never does."""
    depth = 0
    for k in range(opened, len(tokens)):
        text = tokens[k].text if tokens[k].kind == "op" else ""
        depth += (text in ("[", "(", "{")) - (text in ("]", ")", "}"))
        if depth == 1 and text in (",", ";", ":"):
            return 0
        if depth == 0:
            return k if text == "]" and k > opened + 1 else 0
    return 0


def ends_operand(token: Token) -> bool:
    """Return whether a square bracket behind a token holds indices of it."""
    return token.kind in ("name", "entry") or token.text in (")", "'")


def index_as_symbol(name: str, place: Place) -> ParseError:
    """An index where a number should stand."""
    return ParseError(
        Words(f"{name} is an index here, not a number", f"{name} 在这里是下标，不是数"),
        why=Words("an index only chooses entries, as in x[i]", "下标只用来选取分量，例如 x[i]"),
        attempt=Words(
            f"use another letter for the index, or write {name} only in brackets",
            f"下标换一个字母，或只把 {name} 写在方括号里",
        ),
        place=place,
    )
