r"""Groups of LaTeX: braces and brackets, fractions, roots."""

from __future__ import annotations

from lossmith.errors import ParseError
from lossmith.text.latex.latex_state import ACCENTS, Frame, Reading
from lossmith.text.syntax.latex_cursor import STYLES, UPRIGHT
from lossmith.text.syntax.latex_tokens import Lexeme
from lossmith.text.syntax.tokens import Token
from lossmith.words import Words


def open_group(r: Reading, x: Lexeme, closer: str) -> None:
    """Open a bracket that ``closer`` will close."""
    r.emit("op", "(", x)
    r.frames.append(Frame(closer, x))
    r.cursor.k += 1


def close_group(r: Reading, x: Lexeme) -> None:
    """Close the innermost bracket and write what waited for its end."""
    if not r.frames:
        raise ParseError(
            Words("this bracket closes nothing", "这个括号没有对应的左括号"),
            place=r.cursor.place(x),
        )
    frame = r.frames[-1]
    loose = {frame.closer, x.text} <= {")", "]"}
    if frame.closer != x.text and not loose:
        raise r.cursor.never_closed(frame.opened)
    r.frames.pop()
    r.cursor.k += 1
    for kind, text in frame.after:
        r.out.append(Token("number" if kind == "number" else "op", text, x.start, x.stop))
    r.emit("op", ")", x)
    if frame.fraction == 1:
        r.emit("op", frame.between, x)
        _argument(r, x, 2)
    elif frame.fraction == 2:
        r.emit("op", ")", x)


def read_fraction(r: Reading, x: Lexeme) -> None:
    r"""Read ``\frac`` as a quotient of two groups."""
    r.emit("op", "(", x)
    r.cursor.k += 1
    _argument(r, x, 1)


def read_binomial(r: Reading, x: Lexeme) -> None:
    r"""Read ``\binom{n}{k}`` as binom(n, k)."""
    r.emit("name", "binom", x)
    r.emit("op", "(", x)
    r.cursor.k += 1
    _argument(r, x, 1)
    r.frames[-1].between = ","


def _argument(r: Reading, x: Lexeme, fraction: int) -> None:
    """Open an argument of \\frac: a group, or one sign that stands for a group."""
    if not r.cursor.now.text:
        raise r.cursor.missing(x)
    if r.cursor.now.text != "{":
        brace_one(r)
    open_group(r, r.cursor.now, "}")
    r.frames[-1].fraction = fraction


def brace_one(r: Reading) -> None:
    """Put braces around the next lexeme: one digit of a number, one command with its group."""
    x = r.cursor.now
    if x.text in ("}", ")", "]", "&", "\\\\", "\\endcases"):
        raise r.cursor.missing(x)
    if x.text[0].isdigit() and len(x.text) > 1:
        rest = Lexeme(x.text[1:], x.start + 1, x.stop)
        x = Lexeme(x.text[0], x.start, x.start + 1)
        r.cursor.all[r.cursor.k : r.cursor.k + 1] = [x, rest]
    stop = r.cursor.k + 1
    if x.text in STYLES | UPRIGHT | set(ACCENTS) | {"\\sqrt"}:
        stop = r.cursor.group(stop)
    last = r.cursor.all[stop - 1].stop
    r.cursor.all.insert(stop, Lexeme("}", last, last))
    r.cursor.all.insert(r.cursor.k, Lexeme("{", x.start, x.start))


def read_root(r: Reading, x: Lexeme) -> None:
    r"""Read ``\sqrt{x}``, and ``\sqrt[3]{x}`` as a power."""
    r.cursor.k += 1
    degree: list[tuple[str, str]] = []
    if r.cursor.now.text == "[":
        number = r.cursor.peek()
        if not number.isdigit() or r.cursor.peek(2) != "]":
            raise r.cursor.unknown(r.cursor.now)
        degree = [("op", ")"), ("op", "^"), ("op", "("), ("number", "1"), ("op", "/"),
                  ("number", number), ("op", ")")]  # fmt: skip
        r.cursor.k += 3
    if not r.cursor.now.text:
        raise r.cursor.missing(x)
    if r.cursor.now.text != "{":
        brace_one(r)
    if degree:
        r.emit("op", "(", x)
    else:
        r.emit("name", "sqrt", x)
    open_group(r, r.cursor.now, "}")
    r.frames[-1].after = degree
