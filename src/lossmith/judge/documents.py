"""A derivation as people write it: a text file, Markdown with LaTeX, a list of formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lossmith.judge.lines import LATEX, Document
from lossmith.judge.rows import Builder


def read_text(text: str, source: str = "") -> Document:
    """Return the document of a text file: one line a line, ``#`` begins a comment."""
    builder = Builder(source)
    at = 0
    for row, raw in enumerate(text.split("\n"), start=1):
        builder.one(_uncommented(raw), at, row)
        at += len(raw) + 1
    return builder.done()


def read_list(lines: Sequence[str], source: str = "") -> Document:
    """Return the document of a list of formulas."""
    builder = Builder(source)
    for row, raw in enumerate(lines, start=1):
        builder.one(raw, 0, row)
    return builder.done()


_BLOCK: Final = re.compile(
    r"```(?:math|latex|tex|lossmith)?[ \t]*\n(?P<fence>.*?)```"
    r"|\$\$(?P<dollar>.*?)\$\$"
    r"|\\\[(?P<bracket>.*?)\\\]"
    r"|\\begin\{(?P<env>align|aligned|equation|gather|eqnarray|multline|split)\*?\}(?P<body>.*?)"
    r"\\end\{(?P=env)\*?\}"
    r"|<!--\s*lossmith(?P<note>.*?)-->",
    re.DOTALL,
)
_ENVIRONMENT: Final = re.compile(
    r"\\(?:begin|end)\{(?:align|aligned|equation|gather|gathered|eqnarray|multline|split)\*?\}"
)
_DECORATION: Final = re.compile(
    r"\\(?:tag|label|notag|nonumber)\*?(?:\{[^}]*\})?|\\(?:quad|qquad|displaystyle|!|,|;|:)(?![A-Za-z])"
)
_SPOKEN: Final = re.compile(
    r"\\(?:text|mathrm|textrm|mbox)\s*\{\s*,?\s*(where|with|and|其中|且)\s*[:,，]?\s*\}",
    re.IGNORECASE,
)
"""A word between two statements of one row."""


def read_markdown(text: str, source: str = "") -> Document:
    """Return the document of Markdown (or LaTeX): its display formulas, in order."""
    builder = Builder(source)
    last = 0
    for found in _BLOCK.finditer(text):
        builder.prose(text[last : found.start()], last, text)
        name = next(
            k for k in ("fence", "dollar", "bracket", "body", "note") if found[k] is not None
        )
        begin = found.start(name)
        block = found[name]
        plain = name in ("fence", "note") and not LATEX.search(block)
        for piece, offset in _rows(block, plain=plain):
            lead = len(piece) - len(piece.lstrip())
            row = text.count("\n", 0, begin + offset + lead) + 1
            shown = _uncommented(piece) if plain else piece
            builder.one(shown, begin + offset, row, latex=not plain)
        last = found.end()
    builder.prose(text[last:], last, text)
    return builder.done()


def read_any(text: str, source: str = "") -> Document:
    """Return the document of a text, by what is in it: display formulas, or plain lines."""
    marked = source.lower().endswith((".md", ".markdown", ".tex"))
    if marked or any(sign in text for sign in ("\\begin{", "$$", "```", "\\[")):
        found = read_markdown(text, source)
        if found.lines:
            return found
    return read_text(text, source)


def _rows(block: str, *, plain: bool) -> Iterator[tuple[str, int]]:
    """Yield the rows of a block with their offsets; LaTeX rows end at a double backslash."""
    if plain:
        at = 0
        for raw in block.split("\n"):
            yield raw, at
            at += len(raw) + 1
        return
    cleaned = _ENVIRONMENT.sub(lambda m: " " * len(m[0]), block)
    cleaned = _DECORATION.sub(lambda m: " " * len(m[0]), cleaned)
    cleaned = _SPOKEN.sub(lambda m: m[1].center(len(m[0])), cleaned)
    inner = 0
    begin = 0
    for found in re.finditer(r"\\begin\{cases\}|\\end\{cases\}|\\\\(?:\[[^\]]*\])?", cleaned):
        if found[0].startswith("\\begin"):
            inner += 1
        elif found[0].startswith("\\end"):
            inner -= 1
        elif not inner:
            yield cleaned[begin : found.start()], begin
            begin = found.end()
    yield cleaned[begin:], begin


def _uncommented(raw: str) -> str:
    """Return a line without its comment (a ``#`` or ``%`` at its start or after a blank)."""
    found = re.search(r"(?:^|\s)(?:#|%|//)", raw)
    return raw if found is None else raw[: found.start()]
