"""Declarations: ``y: vector(n) in {-1, 1}; lam: scalar >= 0; S: matrix(d, d) psd``.

An entry is a name (or several), a kind with sizes, and conditions in any order; the kind may be
left out where the formula shows it (``lam >= 0``). Entries are separated by ``;`` or new lines, or
given as a mapping of names to what stands after the colon. What people write otherwise (``w ∈ ℝᵈ``,
``S is positive definite``) is brought to this form by ``declare_spelling``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from lossmith.errors import ParseError, Place
from lossmith.expr.sets import Interval
from lossmith.expr.types import STRUCTURES
from lossmith.text.declaring import declare_errors as wrong
from lossmith.text.declaring.declare_sets import (
    Cursor,
    read_interval,
    read_number,
    read_sizes,
    read_values,
)
from lossmith.text.declaring.declare_spelling import spelled_tokens
from lossmith.text.declaring.declare_words import KINDS, RELATIONS, SIGNS, SPELLED, WORDS
from lossmith.text.declaring.promises import Declaration, Facts, to_declaration
from lossmith.text.syntax.tokens import Token, tokenize

T = TypeVar("T")


def read_declarations(declare: str | Mapping[str, str], source: str = "") -> dict[str, Declaration]:
    """Return the declarations by name.

    Raises: ParseError, ShapeError or DomainError with a caret into the declaration.
    """
    found: dict[str, Declaration] = {}
    if isinstance(declare, str):
        for entry in _read(declare, source, _entries):
            _enter(found, entry)
        return found
    for name, text in declare.items():
        named = [t for t in tokenize(name, source) if t.kind != "end"]
        if len(named) != 1 or named[0].kind != "name":
            raise wrong.no_name(name, source)
        _enter(found, _read(text, source, partial(_description, name=named[0].text)))
    return found


def _read(text: str, source: str, read: Callable[[_Reader], T]) -> T:
    """Return what a text declares, in the words of the language or as people write it."""
    try:
        return read(_Reader(text, tokenize(text, source), source))
    except ParseError:
        tokens = spelled_tokens(text, source)
        if tokens is None:
            raise
    return read(_Reader(text, tokens, source))


def _entries(reader: _Reader) -> list[Declaration]:
    entries: list[Declaration] = []
    while not reader.at_end():
        entries += reader.entry()
    return entries


def _description(reader: _Reader, name: str) -> Declaration:
    """Return what is said of one name, and nothing after it."""
    entry = reader.described(name, 0)
    if not reader.at_end():
        raise reader.unexpected()
    return entry


def _enter(found: dict[str, Declaration], entry: Declaration) -> None:
    if entry.name in found:
        raise wrong.declared_twice(entry.name, entry.place)
    found[entry.name] = entry


class _Reader(Cursor):
    """The entries of one declaration text."""

    # -- entries -------------------------------------------------------------------------------

    def at_end(self) -> bool:
        while self.now.text == ";" and self.now.kind == "op":
            self.k += 1
        return self.now.kind == "end"

    def entry(self) -> list[Declaration]:
        """Return the declarations of one entry: ``x, y: vector(n) >= 0``."""
        first = self.now
        names = [self._name()]
        while self.took(","):
            names.append(self._name())
        if not self.took(":") and self.now.text not in (*RELATIONS, *WORDS, *KINDS):
            raise self._no_description(names[-1])
        entry = self.described(names[0].text, first.start)
        return [replace(entry, name=name.text) for name in names]

    def described(self, name: str, start: int) -> Declaration:
        """Return the declaration of ``name`` from what stands after the colon."""
        facts = Facts()
        begin = self.k
        while not self._entry_ends(begin):
            self._part(facts)
        stop = self.tokens[self.k - 1].stop if self.k > begin else self.now.start
        return to_declaration(name, facts, Place(self.text, start, max(stop, start), self.source))

    def _entry_ends(self, begin: int) -> bool:
        """Return whether an entry is over: at ; or the end, on a new line, or before a new name."""
        token = self.now
        if token.kind == "end" or token.text == ";":
            return True
        if self.k == begin:
            return False
        between = self.text[self.tokens[self.k - 1].stop : token.start]
        if "\n" in between and token.text not in RELATIONS:
            return True
        if token.text == "," and self._starts_entry(self.k + 1):
            self.k += 1
            return True
        return False

    def _starts_entry(self, k: int) -> bool:
        """Return whether an entry begins at token k (after a comma)."""
        token = self.tokens[k]
        is_name = token.kind == "name" and token.text not in (*WORDS, *KINDS)
        if not is_name or k + 1 >= len(self.tokens):
            return False
        return self.tokens[k + 1].text in (":", *RELATIONS, *KINDS, *WORDS)

    def _name(self) -> Token:
        token = self.now
        if token.kind != "name" or token.text in KINDS or token.text == "in":
            raise wrong.name_missing(self.place(token))
        self.k += 1
        return token

    # -- parts ---------------------------------------------------------------------------------

    def _part(self, facts: Facts) -> None:
        token = self.now
        if token.text not in (",", "in", *KINDS, *RELATIONS, *WORDS):
            raise self.unexpected()
        self.k += 1
        if token.text in KINDS:
            facts.kind = KINDS[token.text]
            facts.sizes = read_sizes(self, token, facts.kind)
        elif token.text in RELATIONS:
            self._relation(facts, token)
        elif token.text == "in":
            self._membership(facts)
        elif token.text != ",":
            _add_word(facts, SPELLED.get(token.text, token.text))

    def _relation(self, facts: Facts, token: Token) -> None:
        bound = read_number(self)
        if token.text == "!=":
            raise wrong.no_inequality(self.place(token))
        if token.text in ("=", "=="):
            if bound is None:
                raise wrong.infinite_value(self.place(token))
            facts.values = (bound,)
            return
        strict = token.text in ("<", ">")
        if token.text[0] == ">":
            side = Interval(bound, None, strict, True)
        else:
            side = Interval(None, bound, True, strict)
        facts.interval = facts.interval.meet(side)

    def _membership(self, facts: Facts) -> None:
        opened = self.now
        self.k += 1
        if opened.text == "{":
            facts.values = read_values(self, opened)
        elif opened.text in ("[", "("):
            facts.interval = facts.interval.meet(read_interval(self, opened))
        elif opened.text not in ("R", "reals", "real", "ℝ"):
            raise wrong.no_set(self.place(opened))

    # -- errors --------------------------------------------------------------------------------

    def unexpected(self) -> ParseError:
        """Return the error for a word or sign that no declaration knows."""
        return wrong.unexpected(self.now.text, self.place(self.now))

    def _no_description(self, name: Token) -> ParseError:
        rest = self.tokens[self.k :]
        entry = rest[: next((k for k, t in enumerate(rest) if t.text in (";", ":")), len(rest))]
        if any(t.text in RELATIONS for t in entry):
            return wrong.several_symbols(self.place(name))
        return wrong.missing_colon(name.text, self.place(name))


def _add_word(facts: Facts, word: str) -> None:
    if word in STRUCTURES:
        facts.structure.add(word)
    elif word == "integer":
        facts.integer = True
    elif word == "constant":
        facts.constant = True
    else:
        facts.interval = facts.interval.meet(SIGNS[word])


__all__ = ["read_declarations"]
