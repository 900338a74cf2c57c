"""``parse``: a text and its declarations to a typed expression, with spans and notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final, Literal

from lossmith.errors import LossmithError, Place
from lossmith.expr.node import Expr, Symbol
from lossmith.text import mistakes, pratt
from lossmith.text.assemble import assemble
from lossmith.text.declare import read_declarations
from lossmith.text.functions import STAND_ALONE, function_names
from lossmith.text.indices import of_result
from lossmith.text.latex import read_latex
from lossmith.text.promises import Declaration
from lossmith.text.python_dialect import read_python, source_of
from lossmith.text.resolve import resolve
from lossmith.text.subscripts import read_subscripts
from lossmith.text.syntax import Syntax
from lossmith.text.tokens import Token, tokenize
from lossmith.text.typed import Kind
from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as it was read.

    expr: the expression; its shape of a row vector is (n,), like that of a column.
    kind: "s" scalar, "c" column, "r" row, "m" matrix, "t" a tensor of more axes.
    symbols: in order of appearance.  spans: where each sub-expression first stands in ``text``.
    notes: conventions by which the text was read.  kinds: what was inferred of its symbols.
    declared: names whose declaration was used.  constants: names declared constant.
    variables: what a left side names, as in ``L(w) =`` and ``\\min_w``; () if it names none.
    """

    text: str
    expr: Expr
    symbols: tuple[Symbol, ...]
    spans: Mapping[Expr, tuple[int, int]]
    notes: tuple[Words, ...]
    kinds: tuple[Words, ...] = ()
    kind: Kind = "s"
    declared: frozenset[str] = frozenset()
    constants: frozenset[str] = frozenset()
    source: str = ""
    variables: tuple[str, ...] = ()

    def symbol(self, name: str) -> Symbol | None:
        """Return the symbol of this name, None if the formula has none."""
        return next((s for s in self.symbols if s.name == name), None)

    def place(self, expr: Expr) -> Place | None:
        """Return where an expression stands in the text, None if it was not written there."""
        span = self.spans.get(expr)
        return None if span is None else Place(self.text, *span, self.source)


Dialect = Literal["auto", "text", "latex", "python"]

_LATEX: Final = re.compile(r"\\[A-Za-z|{,;!]|^\s*\$|\^\s*\{")
_PYTHON: Final = re.compile(
    r"\b(np|numpy|jnp|jax|torch|scipy|special|math|F)\s*\.\s*\w|^\s*(async\s+)?def\s|\blambda\s"
    r"|\.(sum|mean|dot|max|min|prod|trace|transpose)\(|^\s*return\b",
    re.MULTILINE,
)


def dialect_of(text: str) -> Dialect:
    """Return the dialect that a text is written in, by its signs alone."""
    if _LATEX.search(text):
        return "latex"
    return "python" if _PYTHON.search(text) else "text"


def parse(
    text: str,
    declare: str | Mapping[str, str] = "",
    source: str = "",
    *,
    dialect: Dialect = "auto",
) -> Formula:
    """Return the formula that a text stands for.

    text: in the text dialect (Unicode signs welcome), LaTeX, or a Python expression.
    declare: "y: vector(n) in {-1, 1}; ..." or a mapping of names to what stands after the colon.
    source: a file name for errors.
    dialect: "auto" looks for commands of LaTeX and for names such as ``np.``.
    Raises: ParseError, ShapeError, DomainError, UnknownAtom or UsageError, each with a caret.
    """
    declared = read_declarations(declare)
    chosen = dialect_of(text) if dialect == "auto" else dialect
    if chosen == "latex":
        return _parse_latex(text, declared, source)
    if chosen == "python":
        return from_syntax(read_python(text, source), declared)
    return _parse_text(text, declared, source)


def parse_function(
    function: Callable[..., object] | str,
    declare: str | Mapping[str, str] = "",
    source: str = "",
) -> Formula:
    """Return the formula that a Python function computes, read from its source and never run.

    function: a function of NumPy, JAX or PyTorch calls with assignments and one return, or its
    source.  Raises: as ``parse``; ParseError where the source is not at hand.
    """
    text = source_of(function)
    return from_syntax(read_python(text, source), read_declarations(declare))


def _parse_latex(text: str, declared: Mapping[str, Declaration], source: str) -> Formula:
    found = read_latex(text, declared, source)
    if len(found.tokens) == 1 and text.strip():
        raise mistakes.empty().located(Place(text, 0, len(text), source))
    known = function_names() - {"Sigma", "Pi"}

    def refuse(token: Token, place: Place) -> LossmithError:
        return mistakes.not_a_function(token.text, place, known, is_symbol=True)

    syntax = pratt.read(
        text,
        found.tokens,
        lambda name: name in known and name not in declared,
        declared.__contains__,
        refuse,
        STAND_ALONE,
        source,
        latex=True,
    )
    syntax = replace(syntax, notes=(*syntax.notes, *found.notes))
    formula = from_syntax(syntax, declared)
    names = {s.name for s in formula.symbols}
    # A small letter may have become the matrix of its rows.
    variables = [v if v in names else v.upper() for v in found.variables]
    return replace(formula, variables=tuple(v for v in variables if v in names))


def _parse_text(text: str, declared: Mapping[str, Declaration], source: str) -> Formula:
    tokens = read_subscripts(text, tokenize(text, source), declared, source)
    tokens = _split_products(tokens, set(declared))
    known = function_names()

    def is_function(name: str) -> bool:
        return name in known and name not in declared

    def refuse(token: Token, place: Place) -> LossmithError:
        return mistakes.not_a_function(
            token.text,
            place,
            known - STAND_ALONE,
            is_symbol=_is_symbol(token.text, tokens, declared, known),
        )

    syntax = pratt.read(
        text, tokens, is_function, declared.__contains__, refuse, STAND_ALONE, source
    )
    return from_syntax(syntax, declared)


def from_syntax(syntax: Syntax, declared: Mapping[str, Declaration]) -> Formula:
    """Return the formula of a syntax, whatever dialect it was read from."""
    resolved = resolve(syntax, declared)
    found = assemble(resolved, declared)
    names = {s.name for s in found.symbols}
    return Formula(
        text=syntax.text,
        expr=found.expr,
        symbols=found.symbols,
        spans=MappingProxyType(dict(found.spans)),
        notes=resolved.notes,
        kinds=resolved.kinds,
        kind=of_result(resolved.types[-1]).kind,
        declared=frozenset(declared) & names,
        constants=frozenset(x for x in names if x in declared and declared[x].constant),
        source=syntax.source,
    )


def _split_products(tokens: list[Token], declared: set[str]) -> list[Token]:
    """Read ``Xw`` as X times w where both are declared and Xw is neither that nor a function."""
    result: list[Token] = []
    for token in tokens:
        unknown = token.kind == "name" and token.text not in declared
        parts = _parts(token.text, declared) if unknown and token.text.isalnum() else ()
        wide = token.stop - token.start == len(token.text)
        if len(parts) < 2 or not wide or token.text in function_names():
            result.append(token)
            continue
        at = token.start
        for part in parts:
            result.append(Token("name", part, at, at + len(part)))
            at += len(part)
    return result


def _parts(name: str, declared: set[str]) -> tuple[str, ...]:
    """Return the declared names that a name is made of, () if there is no or no single way."""
    ways: list[list[tuple[str, ...]]] = [[()]]
    for stop in range(1, len(name) + 1):
        found = [
            (*way, name[start:stop])
            for start in range(stop)
            if name[start:stop] in declared
            for way in ways[start][:2]
        ]
        ways.append(found[:2])
    return ways[-1][0] if len(ways[-1]) == 1 else ()


def _is_symbol(
    name: str, tokens: list[Token], declared: Mapping[str, Declaration], known: frozenset[str]
) -> bool:
    """Return whether a name before a bracket is rather a symbol than a misspelled function."""
    if name in declared or len(name) == 1:
        return True
    alone = any(t.text == name and tokens[k + 1].text != "(" for k, t in enumerate(tokens[:-1]))
    return alone and not get_close_matches(name, known, n=1, cutoff=0.6)


__all__ = ["Dialect", "Formula", "Kind", "dialect_of", "from_syntax", "parse", "parse_function"]
