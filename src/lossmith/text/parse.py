"""``parse``: a text and its declarations to a typed expression, with spans and notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal

from lossmith.errors import LossmithError, Place
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.types import Assumptions
from lossmith.text.declaring.declare import read_declarations
from lossmith.text.declaring.promises import Declaration
from lossmith.text.functions.identities import rewritten
from lossmith.text.functions.parts import with_parts
from lossmith.text.kinds.assemble import assemble
from lossmith.text.kinds.indices import of_result
from lossmith.text.kinds.ranges import with_ranges
from lossmith.text.kinds.resolve import Resolved, resolve
from lossmith.text.syntax.repair import mend_attempt
from lossmith.text.syntax.syntax import Syntax
from lossmith.text.syntax.typed import Kind
from lossmith.text.writing.dropped import dropped
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
    free: for a symbol of declared structure, the expression that the text has without it. With
      S = S' the expression holds tr(A*S) and tr(A*S') as one; a derivative tells them apart.
    spare: declarations of names that the text does not hold; conditions beside it may.
    open: letters of indices that nothing runs over, in order of the first axes of the result.
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
    free: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    spare: Mapping[str, Declaration] = field(default_factory=dict[str, Declaration])
    open: tuple[str, ...] = ()

    def symbol(self, name: str) -> Symbol | None:
        """Return the symbol of this name, None if the formula has none."""
        return next((s for s in self.symbols if s.name == name), None)

    def place(self, expr: Expr) -> Place | None:
        """Return where an expression stands in the text, None if it was not written there."""
        span = self.spans.get(expr)
        return None if span is None else Place(self.text, *span, self.source)


Dialect = Literal["auto", "text", "unicode", "latex", "python"]

_LATEX: Final = re.compile(r"\\[A-Za-z|{,;!]|^\s*\$")
_PYTHON: Final = re.compile(
    r"\b(np|numpy|jnp|jax|torch|scipy|special|math|F|tf|keras|optax|sklearn|metrics)\s*\.\s*\w|^\s*(async\s+)?def\s|\blambda\s[\w\s,]*:"
    r"|[\w)\]]\s+if\s[^{}]+\selse\s|\bfor\s+\w+(\s*,\s*\w+)*\s+in\s"
    r"|\.(sum|mean|dot|max|min|prod|trace|transpose)\(|^\s*return\b"
    r"|\w\[(?P<quote>['\"])\w+(?P=quote)\]|\bmean_(squared_log_error|pinball_loss|absolute_percentage_error|\w+_deviance)\(",
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
    printed: bool = False,
) -> Formula:
    """Return the formula that a text stands for.

    text: in the text dialect (Unicode signs welcome), LaTeX, or a Python expression.
    declare: "y: vector(n) in {-1, 1}; ..." or a mapping of names to what stands after the colon.
    source: a file name for errors.
    dialect: "auto" looks for commands of LaTeX and for names such as ``np.``.
    printed: the text comes from ``text.writing``; then the square of a vector is no slip but the
      squares of its entries, and φ(x) is the normal density.
    Raises: ParseError, ShapeError, DomainError, UnknownAtom or UsageError, each with a caret.
    """
    declared = read_declarations(declare)
    try:
        return _parsed(text, declared, source, dialect, printed=printed)
    except LossmithError as error:
        raise mend_attempt(
            error, text, lambda repaired: _parsed(repaired, declared, source, dialect)
        ) from None


def parse_with(text: str, declared: Mapping[str, Declaration], source: str = "") -> Formula:
    """Return the formula of a text whose names have been declared before.  Raises: as ``parse``."""
    return _parsed(text, declared, source, "auto")


def parse_function(
    function: Callable[..., object] | str,
    declare: str | Mapping[str, str] = "",
    source: str = "",
) -> Formula:
    """Return the formula that a Python function computes, read from its source and never run.

    function: a function of NumPy, JAX or PyTorch calls with assignments and one return, or its
    source.  Raises: as ``parse``; ParseError where the source is not at hand.
    """
    from lossmith.text.python.python_dialect import read_python, source_of

    text = source_of(function)
    return from_syntax(read_python(text, source), read_declarations(declare))


def _parsed(
    text: str,
    declared: Mapping[str, Declaration],
    source: str,
    dialect: Dialect,
    *,
    printed: bool = False,
) -> Formula:
    chosen = dialect_of(text) if dialect == "auto" else dialect
    # The reader of a dialect is loaded when a text is written in it.
    if chosen == "python":
        from lossmith.text.python.python_dialect import read_python

        syntax = read_python(text, source)
        return from_syntax(replace(syntax, printed=printed), declared)
    if chosen == "latex":
        from lossmith.text.latex.latex_formula import read_latex_formula as read
    else:
        from lossmith.text.reading.text_formula import read_text as read
    found = read(text, declared, source, printed=printed)
    formula = from_syntax(found.syntax, declared)
    names = {s.name for s in formula.symbols}
    # A small letter may have become the matrix of its rows.
    variables = [v if v in names else v.upper() for v in found.variables]
    return replace(formula, variables=tuple(v for v in variables if v in names))


def from_syntax(syntax: Syntax, declared: Mapping[str, Declaration]) -> Formula:
    """Return the formula of a syntax, whatever dialect it was read from."""
    said = frozenset(declared)
    masks = {x: _mask(x, syntax) for x in syntax.masks if x not in declared}
    declared = {**declared, **masks}
    fixed = {x for x, d in declared.items() if d.kind in ("c", "s")}
    resolved = resolve(with_ranges(rewritten(with_parts(syntax), fixed)), declared)
    found = assemble(resolved, declared)
    names = {s.name for s in found.symbols}
    return Formula(
        text=syntax.text,
        expr=found.expr,
        symbols=found.symbols,
        spans=MappingProxyType(dict(found.spans)),
        notes=resolved.notes + dropped(found.expr, found.spans, _divisors(resolved, found.spans)),
        kinds=resolved.kinds,
        kind=of_result(resolved.types[-1]).kind,
        declared=said & names,
        constants=frozenset(x for x in names if x in declared and declared[x].constant),
        source=syntax.source,
        free=MappingProxyType(_freed(resolved, declared, found.symbols)),
        spare=MappingProxyType({x: d for x, d in declared.items() if x not in names}),
        open=tuple(free.name for free in resolved.types[-1].free),
    )


def _mask(name: str, syntax: Syntax) -> Declaration:
    """Return what is known of a set of index pairs: a constant matrix of zeros and ones."""
    found = Assumptions(values=(Fraction(0), Fraction(1)))
    return Declaration(name, None, (), found, True, Place(syntax.text, 0, 0, syntax.source))


def _divisors(resolved: Resolved, spans: Mapping[Expr, tuple[int, int]]) -> list[Expr]:
    """Return what the text divides by, where that is known by its place."""
    nodes = resolved.syntax.nodes
    below = {nodes[n.args[1]] for n in nodes if n.kind == "infix" and n.name in ("/", "./")}
    places = {(n.start, n.stop) for n in below}
    return [e for e, place in spans.items() if place in places]


def _freed(
    resolved: Resolved, declared: Mapping[str, Declaration], found: tuple[Symbol, ...]
) -> dict[str, Expr]:
    """Return the expression with one symbol's structure forgotten, for each that has one."""
    result: dict[str, Expr] = {}
    for s in found:
        loose = s.assumptions.freed()
        if s.assumptions.structure != loose.structure:
            entry = replace(declared[s.name], assumptions=loose)
            result[s.name] = assemble(resolved, {**declared, s.name: entry}).expr
    return result


__all__ = [
    "Dialect",
    "Formula",
    "Kind",
    "dialect_of",
    "from_syntax",
    "parse",
    "parse_function",
    "parse_with",
]
