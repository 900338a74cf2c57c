"""A formula in LaTeX to its syntax: commands to tokens of the text dialect, then Pratt's parser."""

from __future__ import annotations

from dataclasses import replace

from lossmith.errors import LossmithError, Place
from lossmith.text.functions.functions import STAND_ALONE, function_names
from lossmith.text.functions.printed import joined_signs, letters_read
from lossmith.text.latex.latex import read_latex
from lossmith.text.reading.reading import Declared, Known, Read, read_all
from lossmith.text.syntax import mistakes, pratt
from lossmith.text.syntax.bare_sums import give_indices
from lossmith.text.syntax.constant_indices import apart_from_arrays
from lossmith.text.syntax.latex_tokens import lexemes, signs_of
from lossmith.text.syntax.left_side import Left, left_of
from lossmith.text.syntax.statements import (
    index_letters,
    refuse_constraints,
    refuse_derivatives,
    statements,
)
from lossmith.text.syntax.tokens import Token


def read_latex_formula(
    text: str, declared: Declared, source: str, *, printed: bool = False
) -> Read:
    """Return the syntax of a formula in LaTeX; printed: it comes from a printer."""
    refuse_constraints(text, source)
    found = statements(signs_of(text, source), text, lambda s: s.text.isidentifier())

    def piece(part: str, known: Known) -> Read:
        return _latex_piece(part, declared, known, source, printed=printed)

    def left(part: str) -> Left | None:
        return left_of(read_latex(part, declared, source, index_letters(text), left=True).tokens)

    if len(found) < 2:
        return piece(text, Known())
    return read_all(text, source, found, piece, left, declared, keeps_left=True)


def _latex_piece(
    text: str, declared: Declared, known: Known, source: str, *, printed: bool
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
    syntax = replace(syntax, notes=tuple(dict.fromkeys(notes)), printed=printed, masks=found.masks)
    return Read(apart_from_arrays(syntax, names), found.variables)
