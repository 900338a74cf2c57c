"""A text in the text dialect or in LaTeX to its syntax: statements, tokens, Pratt's parser.

The steps in order: constraints are refused; statements are told apart; each is read by itself;
what is defined is put into the formula.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TypeVar

from lossmith.errors import LossmithError, Place
from lossmith.text import mistakes, pratt
from lossmith.text.bare_sums import give_indices
from lossmith.text.constant_indices import name_entries
from lossmith.text.definitions import Definition, joined, used_names
from lossmith.text.functions import STAND_ALONE, function_names
from lossmith.text.latex import read_latex
from lossmith.text.latex_tokens import lexemes, signs_of
from lossmith.text.left_side import Left, left_of, step_over_minimum
from lossmith.text.printed import joined_signs, letters_read, plain_signs
from lossmith.text.promises import Declaration
from lossmith.text.side_by_side import split_entries, split_names
from lossmith.text.statements import (
    Statement,
    index_letters,
    padded,
    refuse_constraints,
    refuse_derivatives,
    statements,
)
from lossmith.text.subscripts import read_subscripts
from lossmith.text.syntax import Syntax
from lossmith.text.tokens import Token, tokenize
from lossmith.words import Words, same

T = TypeVar("T")
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
Declared = Mapping[str, Declaration]


@dataclass(frozen=True, slots=True)
class Read:
    """The syntax of a formula, and the variables that its left side names."""

    syntax: Syntax
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """What the statements around a piece say of its names: indices, functions, defined names."""

    indices: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    defined: frozenset[str] = frozenset()


_Piece = Callable[[str, _Known], Read]


def read_text(text: str, declared: Declared, source: str, *, printed: bool = False) -> Read:
    """Return the syntax of a formula in the text dialect; printed: it comes from a printer."""
    refuse_constraints(text, source)
    signs = tokenize(text, source)[:-1]
    found = statements(signs, text, lambda s: isinstance(s, Token) and s.kind == "name")

    def piece(part: str, known: _Known) -> Read:
        return _text_piece(part, declared, known, source, printed=printed)

    def left(part: str) -> Left | None:
        tokens = tokenize(part, source)
        return left_of(read_subscripts(part, tokens, declared, source, index_letters(text)))

    if not found:
        return piece(text, _Known())
    return _read_all(text, source, found, piece, left, declared)


def read_latex_formula(
    text: str, declared: Declared, source: str, *, printed: bool = False
) -> Read:
    """Return the syntax of a formula in LaTeX; printed: it comes from a printer."""
    refuse_constraints(text, source)
    found = statements(signs_of(text, source), text, lambda s: s.text.isidentifier())

    def piece(part: str, known: _Known) -> Read:
        return _latex_piece(part, declared, known, source, printed=printed)

    def left(part: str) -> Left | None:
        return left_of(read_latex(part, declared, source, index_letters(text), left=True).tokens)

    if len(found) < 2:
        return piece(text, _Known())
    return _read_all(text, source, found, piece, left, declared, keeps_left=True)


# -- several statements ----------------------------------------------------------------------------


def _read_all(
    text: str,
    source: str,
    found: Sequence[Statement],
    piece: _Piece,
    read_left: Callable[[str], Left | None],
    declared: Declared,
    *,
    keeps_left: bool = False,
) -> Read:
    lefts: dict[Statement, Left] = {}
    for s in found:
        if s.equals:
            raise mistakes.equation(text, *s.equals, source)
        if s.is_definition:
            left = _within(text, s.left, read_left)
            if left is None:
                raise mistakes.equation(text, s.left, s.right, source)
            lefts[s] = left
    known = _Known(
        frozenset(i for x in lefts.values() for i in x.subscripts),
        frozenset(x.name for x in lefts.values() if x.arguments),
        frozenset(x.name for x in lefts.values()),
    )
    formulas = [s for s in found if not s.is_definition]
    if len(formulas) > 1:
        raise mistakes.two_formulas(Place(text, *formulas[1].right, source))
    reads = {s: _within(text, s.right, lambda part: piece(part, known)) for s in found}
    main = formulas[0] if formulas else _last_unused(text, source, found, lefts, reads)
    made: list[Definition] = []
    for s in found:
        if s is main:
            continue
        left = lefts[s]
        if left.name in declared:
            raise mistakes.declared_and_defined(left.name, Place(text, *s.left, source))
        right = replace(reads[s].syntax, text=text)
        made.append(Definition(left.name, left.subscripts, left.arguments, right, s.left))
    used = set[str]().union(*(used_names(r.syntax) for r in reads.values()))
    for d in made:
        if d.name not in used:
            raise mistakes.not_used(d.name, Place(text, *d.at, source))
    read = reads[main]
    if keeps_left and main in lefts:
        whole = (main.left[0], main.right[1])
        read = _within(text, whole, lambda part: piece(part, known))
    syntax = replace(read.syntax, text=text)
    variables = read.variables
    if main in lefts and not keeps_left:
        variables = lefts[main].arguments or variables
        syntax = _named(syntax, lefts[main])
    return Read(joined(syntax, made), variables)


def _named(syntax: Syntax, left: Left) -> Syntax:
    if left.arguments:
        return syntax
    note = Words(
        f"{left.name} on the left only names the formula", f"左边的 {left.name} 只是公式的名称"
    )
    return replace(syntax, notes=(*syntax.notes, note))


def _last_unused(
    text: str,
    source: str,
    found: Sequence[Statement],
    lefts: Mapping[Statement, Left],
    reads: Mapping[Statement, Read],
) -> Statement:
    """Return the definition that no other one uses: the formula with its name."""
    uses = {s: used_names(reads[s].syntax) for s in found}
    free = [s for s in found if not any(lefts[s].name in uses[o] for o in found if o is not s)]
    if len(free) > 1:
        raise mistakes.two_formulas(Place(text, *free[1].left, source))
    main = free[0] if free else found[-1]
    used = uses[main] - {"pi", "e"} - function_names()
    if lefts[main].name in uses[main] or (not used and not lefts[main].arguments):
        raise mistakes.equation(text, main.left, main.right, source)
    return main


def _within(text: str, span: tuple[int, int], read: Callable[[str], T]) -> T:
    """Read a span of the text; errors point into the whole text."""
    part = padded(text, *span)
    try:
        return read(part)
    except LossmithError as error:
        if error.place is not None and error.place.text == part:
            error.place = replace(error.place, text=text)
            attempt = error.attempt
            if attempt is not None and attempt.en == attempt.zh and attempt.en[: span[0]].isspace():
                error.attempt = same(text[: span[0]] + attempt.en[span[0] :] + text[span[1] :])
        raise


# -- one statement ---------------------------------------------------------------------------------


def _text_piece(
    text: str, declared: Declared, known: _Known, source: str, *, printed: bool
) -> Read:
    names = {*declared, *known.defined}
    tokens = plain_signs(tokenize(text, source), names, text, source, printed=printed)
    refuse_derivatives(tokens, names, text, source)
    means = any(t.text == "mean" and text[t.start] == "E" for t in tokens)
    unit = [_EXPECTATION] if means else []
    parts = any(t.text == "relu" and text[t.start] in "([" for t in tokens)
    unit += [_POSITIVE_PART] if parts else []
    unit += [_IDENTITY] if any(t.text == "eye" and text[t.start] == "I" for t in tokens) else []
    tokens, entries, numbers = name_entries(tokens, names, text, source)
    tokens = list(split_entries(tokens, names))
    tokens, variables, notes = step_over_minimum(tokens)
    tokens = read_subscripts(text, tokens, declared, source, known.indices)
    functions = function_names() | known.functions
    tokens, split = split_names(tokens, names, functions, printed=printed)
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
        printed=printed,
    )
    kept = [n for n in syntax.notes if not _said_before(n, split)]
    whole = (*notes, *unit, *entries, *split, *inferred, *kept)
    syntax = replace(syntax, notes=tuple(dict.fromkeys(whole)), numbers=numbers, printed=printed)
    return Read(syntax, variables)


def _said_before(note: Words, split: Sequence[Words]) -> bool:
    """Return whether a product was noted with the name that it was taken from."""
    typed = note.en.partition(" is read as ")[0]
    return any(typed in s.en.partition(" is read as ")[0] for s in split)


def _latex_piece(
    text: str, declared: Declared, known: _Known, source: str, *, printed: bool
) -> Read:
    letters = letters_read(printed=printed)
    defined = known.functions | letters
    refuse_derivatives(lexemes(text, source), {*declared, *known.defined}, text, source)
    found = read_latex(text, declared, source, known.indices, defined, printed=printed)
    if len(found.tokens) == 1 and text.strip():
        raise mistakes.empty().located(Place(text, 0, len(text), source))
    functions = (function_names() - {"Sigma", "Pi"}) | known.functions
    names = {*declared, *known.defined}
    tokens = joined_signs(found.tokens, names, printed=printed)
    tokens, inferred = give_indices(tokens, text, names, functions)

    def refuse(token: Token, place: Place) -> LossmithError:
        return mistakes.not_a_function(token.text, place, functions, is_symbol=True)

    syntax = pratt.read(
        text,
        tokens,
        lambda name: name in functions and name not in declared,
        declared.__contains__,
        refuse,
        STAND_ALONE,
        source,
        latex=True,
        printed=printed,
    )
    notes = (*syntax.notes, *found.notes, *inferred)
    syntax = replace(syntax, notes=tuple(dict.fromkeys(notes)), printed=printed)
    return Read(syntax, found.variables)


def _is_symbol(
    name: str, tokens: Sequence[Token], declared: Declared, known: frozenset[str]
) -> bool:
    """Return whether a name before a bracket is rather a symbol than a misspelled function."""
    if name in declared or len(name) == 1:
        return True
    alone = any(t.text == name and tokens[k + 1].text != "(" for k, t in enumerate(tokens[:-1]))
    return alone and not get_close_matches(name, known, n=1, cutoff=0.6)


__all__ = ["Read", "read_latex_formula", "read_text"]
