"""What a printer has to know of its alphabet: text, Unicode and LaTeX are three dialects.

The engine decides what is written and in which order; a dialect decides with which characters.
A ``Piece`` is a finished string with a level that says when it needs brackets.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from string import Formatter

from lossmith.expr.atom import Atom
from lossmith.expr.types import Dim, Shape

SUM, NEGATIVE, BIG, HADAMARD, PRODUCT, POSTFIX, ATOM = range(7)
"""Levels from loose to tight: a + b, -a, big sum, a .* b, a*b, powers and transposes, the rest."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A finished part of a formula.

    level: how tightly its top operation binds.  opens, ends: whether it begins or ends with a
    name of several letters or a function, so that a neighbor there needs a space.
    """

    text: str
    level: int
    opens: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """A product before it is written: coefficient * over / under * (body_over ./ body_under).

    coefficient: > 0.  over, under: scalar factors in order.  body_over, body_under: factors of the
    same shape, multiplied entry by entry; a lone body_over is any tensor.
    """

    coefficient: Fraction
    over: tuple[Piece, ...] = ()
    under: tuple[Piece, ...] = ()
    body_over: tuple[Piece, ...] = ()
    body_under: tuple[Piece, ...] = ()

    def scaled(self, c: Fraction) -> Parts:
        """Return the parts times c > 0."""
        return replace(self, coefficient=self.coefficient * c)


class Dialect(ABC):
    """One alphabet. All methods are pure; pieces come in with their levels and are fenced here."""

    sums_by_index: bool
    """Whether a sum of entries is written with a bound index (else as a function)."""
    maps_entries: bool
    """Whether an entry of f(A), A a matrix expression, is written f(A_ij) (else f(A)_ij)."""
    repeats_scalars: bool
    """Whether A + 1 means 1 added to each entry of a matrix (else it is taken for the identity)."""
    matrix_powers: bool
    """Whether equal neighbors in a matrix product are written as a power."""
    has_indicator: bool
    """Whether 1 where a condition holds, else 0, has a sign of its own."""
    has_mean: bool
    """Whether the mean of all entries is written as a function."""
    writes_out: bool
    """Whether x log x is written so (else as a function that has a value at 0)."""
    has_kronecker: bool
    """Whether a tensor of four axes may be written as a Kronecker product."""
    plus_signs: tuple[str, str]
    """The binary plus and minus, with their spaces."""
    minus: str
    """The leading minus."""
    names: frozenset[str]
    """The names of symbols in use; functions whose sign would look like one are spelled out."""

    # -- the same in every dialect ----------------------------------------------------------

    def width(self, text: str) -> int:
        """Return how long the text looks."""
        return len(text)

    def fence(self, piece: Piece, level: int) -> Piece:
        """Return the piece, in brackets if it binds less tightly than ``level``."""
        return piece if piece.level >= level else Piece(self.brackets(piece.text), ATOM)

    def brackets(self, text: str) -> str:
        """Return the text in round brackets."""
        return f"({text})"

    def plus(self, terms: Sequence[tuple[bool, Piece]]) -> Piece:
        """Return the sum of pieces, each with its sign (True: negative)."""
        plus, minus = self.plus_signs
        out: list[str] = []
        for k, (negative, piece) in enumerate(terms):
            text = self.fence(piece, BIG).text
            sign = (self.minus if negative else "") if k == 0 else (minus if negative else plus)
            out.append(sign + text)
        level = SUM if len(terms) > 1 else NEGATIVE if terms[0][0] else terms[0][1].level
        return Piece("".join(out), level)

    def negative(self, piece: Piece) -> Piece:
        """Return minus the piece."""
        return Piece(self.minus + self.fence(piece, BIG).text, NEGATIVE)

    def call(self, atom: Atom, args: Sequence[Piece], shape: Shape) -> Piece:
        """Return the atom applied to finished arguments; shape: of the result."""
        template = self.template(atom)
        if not template or _head(template) in self.names:
            return self.function(atom.name, args)
        return self.filled(template, args)

    def filled(self, template: str, args: Sequence[Piece]) -> Piece:
        """Return a card's template with its places filled, bracketed where it does not do so."""
        filled = [
            piece.text if _is_guarded(template, k) else self.fence(piece, ATOM).text
            for k, piece in enumerate(args)
        ]
        if template.startswith("|"):
            # | |x| + 1 | is not the norm of anything.
            filled = [f"({t})" if _has_tight_bar(t) else t for t in filled]
            filled = [f" {t} " if "|" in (t[0], t[-1]) else t for t in filled]
        text = template.format(*filled)
        word = bool(_WORD.match(template))
        if len(template) == 1:
            return Piece(text, ATOM)  # a letter: 2π
        if _closes(template) or _is_sign(template):
            return Piece(text, ATOM, word, word)
        marked = template.startswith(("{0}", "{{{0}}}")) and " " not in template
        opens = word or (marked and self.fence(args[0], ATOM).opens)  # diag(x)⁻¹
        return Piece(text, POSTFIX if marked else PRODUCT, opens, word)

    # -- to be said by each -----------------------------------------------------------------

    @abstractmethod
    def template(self, atom: Atom) -> str:
        """Return the card's template for this dialect, or an empty text."""

    @abstractmethod
    def name(self, name: str) -> Piece:
        """Return a symbol's name."""

    @abstractmethod
    def number(self, value: Fraction) -> Piece:
        """Return a number >= 0."""

    @abstractmethod
    def identity(self, size: Dim, *, anchored: bool) -> Piece:
        """Return the unit matrix; anchored: its surroundings tell its size."""

    @abstractmethod
    def ones(self, shape: Shape, *, anchored: bool) -> Piece:
        """Return the vector or matrix of ones."""

    @abstractmethod
    def filled_with(self, value: Piece, shape: Shape) -> Piece:
        """Return the vector or matrix with every entry equal to a scalar."""

    @abstractmethod
    def unit(self, i: str, j: str, size: Dim) -> Piece:
        """Return the entry i, j of the unit matrix."""

    def one(self, index: str, size: Dim) -> Piece | None:
        """Return the entry of a vector of ones, None where it need not be written."""
        return None

    @abstractmethod
    def entry(self, piece: Piece, indices: Sequence[str]) -> Piece:
        """Return an entry of a tensor."""

    def row(self, piece: Piece, index: str) -> Piece:
        """Return a row of a matrix."""
        return self.entry(piece, (index,))

    @abstractmethod
    def tensor(self, piece: Piece, indices: Sequence[str]) -> Piece:
        """Return the tensor with these entries (where matrix notation ends)."""

    @abstractmethod
    def power(self, base: Piece, exponent: Fraction, rank: int) -> Piece:
        """Return base^exponent entry by entry, exponent > 0."""

    @abstractmethod
    def transpose(self, piece: Piece) -> Piece:
        """Return the transpose."""

    @abstractmethod
    def chain(self, pieces: Sequence[Piece]) -> Piece:
        """Return the matrix product."""

    @abstractmethod
    def kronecker(self, left: Piece, right: Piece) -> Piece:
        """Return the Kronecker product."""

    @abstractmethod
    def function(self, name: str, args: Sequence[Piece]) -> Piece:
        """Return a named function (diag, tr, an atom without template) of pieces."""

    @abstractmethod
    def norm(self, piece: Piece, kind: str, exponent: Fraction) -> Piece:
        """Return ||piece||^exponent, kind one of 1, 2, F; exponent > 0."""

    @abstractmethod
    def big_sum(self, indices: Sequence[str], piece: Piece) -> Piece:
        """Return the sum over bound indices."""

    @abstractmethod
    def product(self, parts: Parts) -> Piece:
        """Return the product, numbers and scalars first."""

    @abstractmethod
    def relation(self, left: Piece, relation: str, right: Piece) -> Piece:
        """Return a comparison; relation one of > >= < <= == !=."""

    @abstractmethod
    def cases(self, cases: Sequence[tuple[Sequence[Piece], Piece]], otherwise: Piece) -> Piece:
        """Return the value of the first case whose comparisons all hold."""


class FlatDialect(Dialect):
    """A dialect of arrays: a vector has one axis and no transpose, an axis is named by number."""

    @abstractmethod
    def outer(self, left: Piece, right: Piece) -> Piece:
        """Return the matrix of all products of the entries of two vectors."""

    @abstractmethod
    def reciprocal(self, piece: Piece) -> Piece:
        """Return 1 over the piece, entry by entry."""

    @abstractmethod
    def along(self, name: str, piece: Piece, axis: int) -> Piece:
        """Return a function of the vectors along an axis of a matrix."""

    @abstractmethod
    def einsum(self, factors: Sequence[tuple[Piece, Sequence[str]]], free: Sequence[str]) -> Piece:
        """Return the product of tensors with named indices, summed over those that are not free."""


_OPENERS = "([|‖⌊⌈,;"
_CLOSERS = ")]|‖⌋⌉,;"
_WORD = re.compile(r"[^\W\d_]|\\(?!left|\|)")
_FOOT = re.compile(r"([₀-₉∞∗F]|_[\w*]|_\\infty)$")
_ARGUMENT = re.compile(r"([\^_}]|\\[a-z]+)\{$")


def _is_guarded(template: str, k: int) -> bool:
    """Return whether every place {k} stands between brackets, bars or commas."""
    parts = list(Formatter().parse(template))
    for here, (literal, place, _, _) in enumerate(parts):
        if place != str(k):
            continue
        before = literal if literal or here == 0 else "}"
        after = parts[here + 1][0] if here + 1 < len(parts) else ""
        if after.startswith("}") and _ARGUMENT.search(before):
            continue  # the argument of a command: its bar or raised place is bracket enough
        before = before.rstrip().removesuffix("\\")
        after = after.lstrip().removeprefix("\\right").removeprefix("\\")
        if before[-1:] not in _OPENERS or after[:1] not in _CLOSERS or not before or not after:
            return False
    return True


def _closes(template: str) -> bool:
    """Return whether the template ends with a bracket or bar, so that a power may follow."""
    plain = _FOOT.sub("", template.rstrip())
    return plain[-1:] in _CLOSERS and " " not in plain.split("(", 1)[0].strip()


def _is_sign(template: str) -> bool:
    """Return whether the template is one letter or command, such as that of pi."""
    return len(template) == 1 or bool(re.fullmatch(r"\\[a-z]+", template))


def _head(template: str) -> str:
    """Return what stands before the first bracket of the template."""
    return template.split("(", 1)[0].strip()


def _has_tight_bar(text: str) -> bool:
    """Return whether a bar opens behind an operand, where it would close one outside."""
    bars = [k for k, c in enumerate(text) if c == "|"]
    before = (text[:k].rstrip()[-1:] for k in bars[::2])
    return any(c.isalnum() or (c and c in ")}") for c in before)


def decimal_text(c: Fraction) -> str:
    """Return 1/10 as 0.1 and the like: a multiple of 5 below, at most four places; else nothing."""
    d = c.denominator
    if d % 10 or 10_000 % d:
        return ""
    places = next(k for k in range(1, 5) if 10**k % d == 0)
    whole, rest = divmod(c.numerator * (10**places // d), 10**places)
    return f"{whole}.{rest:0{places}d}"
