"""The lines of a derivation: each ``left = right``, its place, and how it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from lossmith.words import Words

Relation = Literal["=", "+c", "∝", "same", "opposite"]
Dialect = Literal["text", "latex", "python"]


@dataclass(frozen=True, slots=True)
class Line:
    """One statement: what it speaks of, and what it says of it.

    number: from 1, as shown.  text: as the user wrote it.  left: "" where the line goes on with the
    quantity above.  relation: "=" equal; "+c" equal up to a constant; "∝" up to a positive factor;
    "same", "opposite": the optima of both sides are those of the same or of the opposite kind.
    span: where ``right`` stands in the source.  row: the line of the source, from 1.
    attached: it stands beside another line, as in ``L = f(p), p = softmax(o)``.
    """

    number: int
    text: str
    left: str
    right: str
    relation: Relation
    dialect: Dialect
    span: tuple[int, int]
    row: int
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """The lines of a derivation and what is declared for all of them.

    declare: in the declaration language.  of, wrt: the loss and its variables if the text names
    them.  prose: sentences outside the formulas, with their rows.  notes: what was read how.
    assumed: the declarations among them that stand behind a word such as since.
    """

    lines: tuple[Line, ...]
    declare: str = ""
    of: str = ""
    wrt: str = ""
    prose: tuple[tuple[int, str], ...] = ()
    source: str = ""
    notes: tuple[Words, ...] = ()
    assumed: str = ""


LATEX: Final = re.compile(r"\\[A-Za-z|]|\^\s*\{|_\s*\{")


PYTHON: Final = re.compile(
    r"(?<![\w.])(?:np|numpy|jnp|torch|scipy|special|F)\s*\.\s*[a-z]"
    r"|\.(?:sum|mean|dot|max|min|prod|trace|transpose|reshape)\("
)
"""What only Python writes: a function of a module, or a method called."""


def dialect_of(text: str) -> Dialect:
    """Return the dialect of a formula by its signs."""
    if LATEX.search(text):
        return "latex"
    return "python" if PYTHON.search(text) else "text"


ZERO_MARKS: Final = re.compile(
    r"\\?(?:mathbf|boldsymbol|mathrm|bm|vec|bf|zeros?|text|np\.)(?![A-Za-z])"
)
"""How people dress the 0 of a condition; a formula that is 0 by its value is a claim."""


def is_zero(text: str) -> bool:
    """Return whether a side is the 0 of a condition, of whatever shape: 0, \\mathbf{0}."""
    bare = ZERO_MARKS.sub("", text)
    return "0" in bare and re.fullmatch(r"[\s{}()\[\]0.,]*", bare) is not None
