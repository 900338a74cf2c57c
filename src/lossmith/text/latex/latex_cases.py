r"""Cases in LaTeX, cell by cell."""

from __future__ import annotations

from lossmith.errors import ParseError
from lossmith.text.latex.latex_state import Frame, Reading
from lossmith.text.syntax.latex_tokens import Lexeme
from lossmith.words import Words


def read_cell(r: Reading, x: Lexeme) -> None:
    """Read an ``&`` or a row end: a cell is a value or its condition."""
    frame = r.frames[-1] if r.frames else None
    if frame is None or frame.closer != "\\endcases":
        if x.text == "\\\\":
            r.cursor.k += 1
            return
        raise (r.cursor.unknown(x) if frame is None else r.cursor.never_closed(frame.opened))
    cell = r.out[frame.cell :]
    del r.out[frame.cell :]
    while cell and cell[-1].text == "," and cell[-1].kind == "op":
        cell.pop()
    r.cursor.k += 1
    if x.text == "&":
        frame.value = cell if frame.value is None else frame.value + cell
        return
    value, condition = (cell, []) if frame.value is None else (frame.value, cell)
    if value or condition:
        frame.rows.append((value, condition))
    frame.value = None
    if x.text == "\\endcases":
        _finish_cases(r, frame, x)


def _finish_cases(r: Reading, frame: Frame, x: Lexeme) -> None:
    r.frames.pop()
    if len(frame.rows) < 2 or not all(c for _, c in frame.rows[:-1]):
        raise ParseError(
            Words(
                "cases need a condition in every row but the last",
                "除最后一行外，每一行都要有条件",
            ),
            attempt=Words(
                "\\begin{cases} a & x > 0 \\\\ b & \\text{otherwise} \\end{cases}",
                "\\begin{cases} a & x > 0 \\\\ b & \\text{otherwise} \\end{cases}",
            ),
            place=r.cursor.place(frame.opened),
        )
    if frame.rows[-1][1]:
        r.notes.append(
            Words("the last case is read as all that remains", "最后一种情形读作其余所有情形")
        )
    for value, condition in frame.rows[:-1]:
        r.out += condition
        r.emit("op", ",", x)
        r.out += value
        r.emit("op", ",", x)
    r.out += frame.rows[-1][0]
    r.emit("op", ")", x)
