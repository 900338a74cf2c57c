"""A text of several statements to one syntax, in whatever dialect the statements are written.

Statements are told apart; each is read by itself; what is defined is put into the formula. Each
dialect (``text_formula``, ``latex_formula``) says how one statement is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from lossmith.errors import LossmithError, Place
from lossmith.text.declaring.promises import Declaration
from lossmith.text.functions.functions import function_names
from lossmith.text.syntax import mistaken_statements
from lossmith.text.syntax.definitions import Definition, joined, used_names
from lossmith.text.syntax.left_side import Left
from lossmith.text.syntax.statements import (
    Statement,
    padded,
)
from lossmith.text.syntax.syntax import Syntax
from lossmith.words import Words, same

T = TypeVar("T")
Declared = Mapping[str, Declaration]


@dataclass(frozen=True, slots=True)
class Read:
    """The syntax of a formula, and the variables that its left side names."""

    syntax: Syntax
    variables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What the statements around a piece say of its names: indices, functions, defined names."""

    indices: frozenset[str] = frozenset()
    functions: frozenset[str] = frozenset()
    defined: frozenset[str] = frozenset()


Piece = Callable[[str, Known], Read]


# -- several statements ----------------------------------------------------------------------------


def read_all(
    text: str,
    source: str,
    found: Sequence[Statement],
    piece: Piece,
    read_left: Callable[[str], Left | None],
    declared: Declared,
    *,
    keeps_left: bool = False,
) -> Read:
    """Return the formula among several statements, the definitions put into it.

    piece, read_left: read one statement, and what stands to the left of its sign, in the dialect.
    keeps_left: a left side belongs to the statement that is read, as in LaTeX.
    Raises: ParseError for a second formula, an equation, or a definition that nothing uses.
    """
    lefts: dict[Statement, Left] = {}
    for s in found:
        if s.equals:
            raise mistaken_statements.equation(text, *s.equals, source)
        if s.is_definition:
            left = within(text, s.left, read_left)
            if left is None:
                raise mistaken_statements.equation(text, s.left, s.right, source)
            lefts[s] = left
    known = Known(
        frozenset(i for x in lefts.values() for i in x.subscripts),
        frozenset(x.name for x in lefts.values() if x.arguments),
        frozenset(x.name for x in lefts.values()),
    )
    formulas = [s for s in found if not s.is_definition]
    if len(formulas) > 1:
        raise mistaken_statements.two_formulas(Place(text, *formulas[1].right, source))
    reads = {s: within(text, s.right, lambda part: piece(part, known)) for s in found}
    main = formulas[0] if formulas else _last_unused(text, source, found, lefts, reads)
    made: list[Definition] = []
    for s in found:
        if s is main:
            continue
        left = lefts[s]
        if left.name in declared:
            raise mistaken_statements.declared_and_defined(left.name, Place(text, *s.left, source))
        right = replace(reads[s].syntax, text=text)
        made.append(Definition(left.name, left.subscripts, left.arguments, right, s.left))
    used = set[str]().union(*(used_names(r.syntax) for r in reads.values()))
    for d in made:
        if d.name not in used:
            raise mistaken_statements.not_used(d.name, Place(text, *d.at, source))
    read = reads[main]
    if keeps_left and main in lefts:
        whole = (main.left[0], main.right[1])
        read = within(text, whole, lambda part: piece(part, known))
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
        raise mistaken_statements.two_formulas(Place(text, *free[1].left, source))
    main = free[0] if free else found[-1]
    used = uses[main] - {"pi", "e"} - function_names()
    if lefts[main].name in uses[main] or (not used and not lefts[main].arguments):
        raise mistaken_statements.equation(text, main.left, main.right, source)
    return main


def within(text: str, span: tuple[int, int], read: Callable[[str], T]) -> T:
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
