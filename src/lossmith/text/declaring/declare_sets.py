"""Numbers, intervals, finite sets and sizes in a declaration, read at a cursor over its tokens."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lossmith.errors import DomainError, Place
from lossmith.expr.sets import Interval
from lossmith.expr.types import Dim
from lossmith.text.declaring import declare_errors as wrong
from lossmith.text.syntax.tokens import Token
from lossmith.text.syntax.typed import RANK, Kind
from lossmith.words import Words


@dataclass(slots=True)
class Cursor:
    """A place among the tokens of one declaration text; ``k``: the next token."""

    text: str
    tokens: list[Token]
    source: str
    k: int = 0

    @property
    def now(self) -> Token:
        """The token that stands here."""
        return self.tokens[min(self.k, len(self.tokens) - 1)]

    def took(self, sign: str) -> bool:
        """Step over a sign if it stands here, and return whether it did."""
        if self.now.text != sign:
            return False
        self.k += 1
        return True

    def place(self, first: Token, last: Token | None = None) -> Place:
        """Return where a token stands, or several of them."""
        return Place(self.text, first.start, (last or first).stop, self.source)


def read_number(at: Cursor) -> Fraction | None:
    """Return an exact number, None for an infinite one: ``-1``, ``0.5``, ``1/3``, ``-inf``."""
    first = at.now
    sign = 1
    while at.now.text in ("-", "+") and at.now.kind == "op":
        sign = -sign if at.now.text == "-" else sign
        at.k += 1
    token = at.now
    if token.kind == "name" and token.text in ("inf", "infinity", "oo"):
        at.k += 1
        return None
    if token.kind != "number":
        raise wrong.number_missing(at.place(first if first.kind != "end" else at.tokens[at.k - 1]))
    at.k += 1
    value = sign * token.value
    below = at.tokens[at.k + 1] if at.now.text == "/" else None
    if below is not None and below.kind == "number":
        if below.value == 0:
            raise DomainError(Words("division by zero", "除以零"), place=at.place(below))
        at.k += 2
        value /= below.value
    return value


def read_interval(at: Cursor, opened: Token) -> Interval:
    """Return the interval behind its opening bracket."""
    lo = read_number(at)
    if not at.took(","):
        raise wrong.never_closed(opened.text, at.place(opened))
    hi = read_number(at)
    closing = at.now
    if closing.text not in (")", "]"):
        raise wrong.never_closed(opened.text, at.place(opened))
    at.k += 1
    interval = Interval(lo, hi, opened.text == "(", closing.text == ")")
    if interval.is_empty:
        raise wrong.empty_interval(interval, at.place(opened, closing))
    return interval


def read_values(at: Cursor, opened: Token) -> tuple[Fraction, ...]:
    """Return the finite set behind its brace."""
    values: list[Fraction] = []
    while True:
        token = at.now
        value = read_number(at)
        if value is None:
            raise wrong.infinite_value(at.place(token))
        values.append(value)
        if at.took("}"):
            return tuple(values)
        if not at.took(","):
            raise wrong.never_closed(opened.text, at.place(opened))


def read_sizes(at: Cursor, word: Token, kind: Kind) -> tuple[Dim, ...]:
    """Return the sizes behind a kind, () where none are written."""
    opened = at.now
    if not at.took("("):
        return ()
    sizes: list[Dim] = []
    while not at.took(")"):
        sizes.append(_size(at, opened))
        if not at.took(",") and at.now.text != ")":
            raise wrong.never_closed(opened.text, at.place(opened))
    if len(sizes) != RANK[kind] and (kind != "t" or len(sizes) < RANK[kind]):
        raise wrong.wrong_count(word.text, kind, sizes, at.place(word, at.tokens[at.k - 1]))
    return tuple(sizes)


def _size(at: Cursor, opened: Token) -> Dim:
    token = at.now
    if token.kind == "end":
        raise wrong.never_closed(opened.text, at.place(opened))
    at.k += 1
    if token.kind == "name":
        return token.text
    if token.kind == "number" and token.value.denominator == 1 and token.value >= 1:
        return int(token.value)
    raise wrong.no_size(token.text, at.place(token))


__all__ = ["Cursor", "read_interval", "read_number", "read_sizes", "read_values"]
