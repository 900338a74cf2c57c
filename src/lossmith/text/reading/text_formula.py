"""A formula in the text dialect to its syntax: tokens, products side by side, Pratt's parser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches

from lossmith.errors import LossmithError, Place
from lossmith.text.functions.functions import STAND_ALONE, function_names
from lossmith.text.functions.printed import plain_signs
from lossmith.text.reading.reading import Declared, Known, Read, read_all
from lossmith.text.syntax import mistakes, pratt
from lossmith.text.syntax.bare_sums import give_indices
from lossmith.text.syntax.constant_indices import apart_from_arrays, name_entries
from lossmith.text.syntax.left_side import Left, left_of, step_over_minimum
from lossmith.text.syntax.pair_sums import read_pair_sums
from lossmith.text.syntax.side_by_side import glued_functions, split_entries, split_names
from lossmith.text.syntax.statements import (
    index_letters,
    refuse_constraints,
    refuse_derivatives,
    statements,
)
from lossmith.text.syntax.subscripts import read_subscripts
from lossmith.text.syntax.tokens import Token, tokenize
from lossmith.words import Words

_IDENTITY = Words(
    "I is read as the identity matrix; declare I if it is a symbol",
    "I 读作单位矩阵；若 I 是符号，请声明它",
)
_EXPECTATION = Words(
    "E[...] is read as the mean over the data, powers entry by entry",
    "E[...] 读作对数据取平均，幂逐元素计算",
)
_POSITIVE_PART = Words(
    "[u]_+ is read as relu(u), that is max(u, 0)", "[u]_+ 读作 relu(u)，即 max(u, 0)"
)


def read_text(text: str, declared: Declared, source: str, *, printed: bool = False) -> Read:
    """Return the syntax of a formula in the text dialect; printed: it comes from a printer."""
    refuse_constraints(text, source)
    signs = tokenize(text, source)[:-1]
    found = statements(signs, text, lambda s: isinstance(s, Token) and s.kind == "name")

    def piece(part: str, known: Known) -> Read:
        return _text_piece(part, declared, known, source, printed=printed)

    def left(part: str) -> Left | None:
        tokens = tokenize(part, source)
        return left_of(read_subscripts(part, tokens, declared, source, index_letters(text)))

    if not found:
        return piece(text, Known())
    return read_all(text, source, found, piece, left, declared)


def _text_piece(text: str, declared: Declared, known: Known, source: str, *, printed: bool) -> Read:
    names = {*declared, *known.defined}
    tokens = plain_signs(tokenize(text, source), names, text, source, printed=printed)
    refuse_derivatives(tokens, names, text, source)
    means = any(t.text == "mean" and text[t.start] == "E" for t in tokens)
    unit = [_EXPECTATION] if means else []
    parts = any(t.text == "relu" and text[t.start] in "([" for t in tokens)
    unit += [_POSITIVE_PART] if parts else []
    tokens, entries, numbers = name_entries(tokens, names, text, source)
    tokens = list(split_entries(tokens, names))
    tokens, variables, notes = step_over_minimum(tokens)
    tokens, masks, sets = read_pair_sums(tokens, names)
    tokens = read_subscripts(text, tokens, declared, source, known.indices)
    functions = function_names() | known.functions
    glued = () if printed else tuple(glued_functions(tokens, names, functions, text, source))
    tokens, split = split_names(tokens, names, functions, printed=printed)
    unit += [_IDENTITY] if any(t.text == "eye" and text[t.start] == "I" for t in tokens) else []
    tokens, inferred = give_indices(tokens, text, names, functions)

    def is_function(name: str) -> bool:
        return name in functions and name not in declared

    def refuse(token: Token, place: Place) -> LossmithError:
        return mistakes.not_a_function(
            token.text,
            place,
            functions - STAND_ALONE,
            is_symbol=_is_symbol(token.text, tokens, declared, functions),
        )

    syntax = pratt.read(
        text,
        tokens,
        is_function,
        declared.__contains__,
        refuse,
        STAND_ALONE,
        source,
        is_scalar=lambda name: name not in functions and _is_number(name, declared),
        printed=printed,
    )
    kept = [n for n in syntax.notes if not _said_before(n, split)]
    whole = (*notes, *sets, *unit, *entries, *glued, *split, *inferred, *kept)
    syntax = replace(syntax, notes=tuple(dict.fromkeys(whole)), numbers=numbers, printed=printed)
    return Read(apart_from_arrays(replace(syntax, masks=masks), names), variables)


def _said_before(note: Words, split: Sequence[Words]) -> bool:
    """Return whether a product was noted with the name that it was taken from."""
    typed = note.en.partition(" is read as ")[0]
    return any(typed in s.en.partition(" is read as ")[0] for s in split)


def _is_number(name: str, declared: Declared) -> bool:
    return name in declared and declared[name].kind == "s"


def _is_symbol(
    name: str, tokens: Sequence[Token], declared: Declared, known: frozenset[str]
) -> bool:
    """Return whether a name before a bracket is rather a symbol than a misspelled function."""
    if name in declared or len(name) == 1:
        return True
    alone = any(t.text == name and tokens[k + 1].text != "(" for k, t in enumerate(tokens[:-1]))
    return alone and not get_close_matches(name, known, n=1, cutoff=0.6)
