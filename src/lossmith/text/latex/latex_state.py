"""The state of a LaTeX reading: the cursor, the tokens written, the groups still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lossmith.text.declaring.promises import Declaration
from lossmith.text.functions.functions import function_names
from lossmith.text.syntax.latex_cursor import Cursor
from lossmith.text.syntax.latex_tokens import Lexeme, lexemes
from lossmith.text.syntax.tokens import Token, TokenKind
from lossmith.words import Words

FUNCTIONS: Final[dict[str, str]] = {
    f"\\{name}": name
    for name in "log exp sin cos tan sinh cosh tanh max min det arcsin arccos arctan".split()
} | {"\\sup": "max", "\\inf": "min", "\\tr": "tr", "\\Tr": "tr", "\\diag": "diag"}
ACCENTS: Final = {"\\hat": "hat", "\\bar": "bar", "\\tilde": "tilde", "\\dot": "dot"}
BIG: Final = {"\\sum": "sum", "\\prod": "prod", "\\max": "max", "\\min": "min"}
CLOSING: Final = {"(": ")", "[": "]", "\\langle": "\\rangle"}


@dataclass(slots=True)
class Frame:
    """An open group: the sign that closes it, and the tokens to write then."""

    closer: str
    opened: Lexeme
    after: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    # fraction: 1 in the numerator of \frac, 2 in the denominator.  between: what joins the two.
    # cell: where a cell of cases
    # begins in the output; rows: its finished rows.
    fraction: int = 0
    between: str = "/"
    cell: int = 0
    value: list[Token] | None = None
    rows: list[tuple[list[Token], list[Token]]] = field(
        default_factory=list[tuple[list[Token], list[Token]]]
    )


class Reading:
    """A cursor over the lexemes of one formula, and what has been written.

    indices: letters that choose entries.  defined: functions that the text itself defines.
    masks: names of sets, which are read as matrices of zeros and ones.
    printed: the text comes from a printer.  left: it is a left side, which may define a function.
    """

    def __init__(self, text: str, declared: Mapping[str, Declaration], source: str) -> None:
        self.text, self.declared, self.source = text, declared, source
        self.cursor = Cursor(text, lexemes(text, source), source)
        self.out: list[Token] = []
        self.frames: list[Frame] = []
        self.notes: list[Words] = []
        self.variables: tuple[str, ...] = ()
        self.known = function_names()
        self.indices = {"i", "j"} - set(declared)
        self.defined: frozenset[str] = frozenset()
        self.masks: set[str] = set()
        self.printed = False
        self.left = False

    def emit(self, kind: TokenKind, text: str, x: Lexeme) -> None:
        """Write a token at the place of a lexeme."""
        self.out.append(Token(kind, text, x.start, x.stop))

    def in_condition(self) -> bool:
        """Return whether an = is a comparison here."""
        return any(f.closer == "\\endcases" or f.after for f in self.frames)
