"""The Unicode dialect: one line as a person writes it on a board."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from lossmith.expr.atom import Atom
from lossmith.expr.types import Dim, Shape
from lossmith.text.writing.print_dialect import (
    ATOM,
    BIG,
    HADAMARD,
    POSTFIX,
    PRODUCT,
    SUM,
    Dialect,
    Parts,
    Piece,
    decimal_text,
)
from lossmith.text.writing.print_names import split_name, unicode_name
from lossmith.text.writing.print_text import INFIX

SUPERSCRIPTS: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SUBSCRIPT_LETTERS: Final = dict(
    zip("aehijklmnoprstuvx0123456789", "ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₀₁₂₃₄₅₆₇₈₉", strict=True)
)
_VULGAR: Final = {
    Fraction(1, 2): "½",
    Fraction(1, 3): "⅓",
    Fraction(2, 3): "⅔",
    Fraction(1, 4): "¼",
    Fraction(3, 4): "¾",
    Fraction(1, 5): "⅕",
    Fraction(1, 6): "⅙",
    Fraction(1, 8): "⅛",
    Fraction(3, 8): "⅜",
}
_RELATIONS: Final = {">": ">", ">=": "≥", "<": "<", "<=": "≤", "==": "=", "!=": "≠"}
_ONES: Final = "\N{MATHEMATICAL BOLD DIGIT ONE}"
_HALF = Fraction(1, 2)


def unicode_dialect(names: frozenset[str] = frozenset()) -> Dialect:
    """Return the Unicode dialect; names: the symbols in use."""
    return _Unicode(names)


class _Unicode(Dialect):
    """See the module."""

    sums_by_index = True
    repeats_scalars = False
    matrix_powers = True
    maps_entries = True
    has_indicator = True
    has_mean = True
    writes_out = True
    has_kronecker = True
    plus_signs = (" + ", " − ")
    minus = "−"

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self.names = frozenset(unicode_name(n) for n in names)

    def call(self, atom: Atom, args: Sequence[Piece], shape: Shape) -> Piece:
        if atom.name in INFIX:
            base, exponent = self.fence(args[0], ATOM), args[1].text
            short = len(exponent) == 1 and len(shape) < 2
            shown = exponent if short else f"({exponent})"
            sign = "^⊙" if len(shape) == 2 else "^"
            return Piece(f"{base.text}{sign}{shown}", POSTFIX, base.opens, ends=False)
        return super().call(atom, args, shape)

    def template(self, atom: Atom) -> str:
        return atom.unicode

    def name(self, name: str) -> Piece:
        parts = split_name(name)
        word = parts is None or len(parts[0]) > 1
        return Piece(unicode_name(name), ATOM, word, word)

    def number(self, value: Fraction) -> Piece:
        if value.denominator == 1:
            return Piece(str(value), ATOM)
        if value in _VULGAR:
            return Piece(_VULGAR[value], ATOM)
        decimal = decimal_text(value)
        return Piece(decimal, ATOM) if decimal else Piece(str(value), HADAMARD)

    def identity(self, size: Dim, *, anchored: bool) -> Piece:
        word = "I" in self.names
        return Piece("Id" if word else "I", ATOM, word, word)

    def ones(self, shape: Shape, *, anchored: bool) -> Piece:
        # Where nothing else tells the size, a foot does.
        feet = ["" if anchored else subscript((str(d),)) for d in shape]
        if len(shape) == 1:
            return Piece(_ONES + feet[0], ATOM)
        return Piece(f"{_ONES}{feet[0]}{_ONES}{feet[1]}ᵀ", PRODUCT)

    def filled_with(self, value: Piece, shape: Shape) -> Piece:
        ones = self.ones(shape, anchored=False)
        if value.text == "1":
            return ones
        return Piece(self.fence(value, POSTFIX).text + ones.text, PRODUCT)

    def unit(self, i: str, j: str, size: Dim) -> Piece:
        return self.entry(Piece("δ", ATOM), (i, j))

    def entry(self, piece: Piece, indices: Sequence[str]) -> Piece:
        if not indices:
            return piece
        base = self.fence(piece, ATOM)
        if base.text[-1] in _SUBSCRIPT_LETTERS.values():
            base = Piece(f"({base.text})", ATOM)
        return Piece(base.text + subscript(indices), ATOM, base.opens, base.ends)

    def tensor(self, piece: Piece, indices: Sequence[str]) -> Piece:
        return Piece(f"[{piece.text}]{subscript(indices)}", ATOM)

    def power(self, base: Piece, exponent: Fraction, rank: int) -> Piece:
        if exponent == 1:
            return base
        if rank == 0 and base.level == POSTFIX and base.text.endswith("⁻¹"):
            power = str(-exponent).translate(SUPERSCRIPTS)
            return Piece(base.text[:-2] + power, POSTFIX, base.opens, base.ends)
        if exponent == _HALF:
            inner = self.fence(base, ATOM)
            text = inner.text if inner.text.startswith("(") or len(base.text) < 4 else None
            return Piece(f"√{text or '(' + base.text + ')'}", POSTFIX)
        shown = (
            str(exponent).translate(SUPERSCRIPTS) if exponent.denominator == 1 else f"^({exponent})"
        )
        # A power of a matrix entry by entry must not look like a matrix power.
        if rank == 2:
            shown = f"^⊙{exponent}" if exponent.denominator == 1 else f"^⊙({exponent})"
        inner = self.fence(base, ATOM)
        return Piece(f"{inner.text}{shown}", POSTFIX, inner.opens, inner.ends)

    def transpose(self, piece: Piece) -> Piece:
        if piece.level == POSTFIX and piece.text.endswith("⁻¹"):
            return Piece(f"{piece.text[:-1]}ᵀ", POSTFIX, piece.opens, piece.ends)
        base = self.fence(piece, ATOM)
        return Piece(f"{base.text}ᵀ", POSTFIX, base.opens, base.ends)

    def chain(self, pieces: Sequence[Piece]) -> Piece:
        return self._juxtaposed([self.fence(p, POSTFIX) for p in pieces])

    def _juxtaposed(self, pieces: Sequence[Piece]) -> Piece:
        """Return the pieces side by side, with a space next to a word and a dot before a digit."""
        text = pieces[0].text
        for left, right in pairwise(pieces):
            # x·x^y, so that xx is not taken for a name.
            same = left.text[-1] == right.text[0] and right.text[1:2] == "^"
            if right.text[0] in "0123456789" or right.text[0] in _VULGAR.values() or same:
                text += "·"
            elif left.ends or right.opens or left.text[-1] == right.text[0] == "|":
                text += " "
            text += right.text
        if len(pieces) == 1:
            return pieces[0]
        return Piece(text, PRODUCT, pieces[0].opens, pieces[-1].ends)

    def kronecker(self, left: Piece, right: Piece) -> Piece:
        operands = [self.fence(p, PRODUCT).text for p in (left, right)]
        return Piece(" ⊗ ".join(operands), HADAMARD)

    def function(self, name: str, args: Sequence[Piece]) -> Piece:
        return Piece(f"{name}({', '.join(a.text for a in args)})", ATOM, opens=True, ends=True)

    def norm(self, piece: Piece, kind: str, exponent: Fraction) -> Piece:
        foot = {"1": "₁", "2": "₂"}.get(kind, kind)
        text = f"‖{piece.text}‖{foot}"
        if exponent == 1:
            return Piece(text, ATOM)
        if exponent.denominator == 1:
            return Piece(text + str(exponent).translate(SUPERSCRIPTS), POSTFIX)
        return Piece(f"{text}^({exponent})", POSTFIX)

    def big_sum(self, indices: Sequence[str], piece: Piece) -> Piece:
        body = self.fence(piece, BIG)
        return Piece(f"Σ{subscript(indices)} {body.text}", BIG, opens=True)

    def product(self, parts: Parts) -> Piece:
        c, under = parts.coefficient, list(parts.under)
        if c in _VULGAR and not under:
            front, bottom = [Piece(_VULGAR[c], ATOM)], 1
        elif decimal_text(c):
            front, bottom = [Piece(decimal_text(c), ATOM)], 1
        else:
            front = [Piece(str(c.numerator), ATOM)] if c.numerator != 1 else []
            bottom = c.denominator
        below = [Piece(str(bottom), ATOM)] if bottom != 1 else []
        below += under
        front += parts.over
        entrywise = bool(parts.body_under) or len(parts.body_over) > 1
        body = self._entrywise(parts, front) if entrywise else None
        if body is not None:
            return self._divided(body, below) if below else body
        pieces = [*front, *parts.body_over]
        if not pieces:
            return self._divided(Piece("1", ATOM), below) if below else Piece("1", ATOM)
        if len(pieces) == 1 and not below:
            return pieces[0]
        last = pieces[-1]
        if last.level == BIG and below:
            number = self._numerator(pieces[:-1]) if len(pieces) > 1 else Piece("1", ATOM)
            shown = self.fence(self._divided(number, below), ATOM).text
            return Piece(f"{shown} {last.text}", BIG, opens=True)
        return self._divided(self._numerator(pieces), below) if below else self._numerator(pieces)

    def _numerator(self, pieces: Sequence[Piece]) -> Piece:
        """Return the juxtaposition; the last may be a product or a sum sign, the others not."""
        if len(pieces) == 1:
            return self.fence(pieces[0], BIG)
        fenced = [self.fence(p, POSTFIX) for p in pieces[:-1]]
        last = pieces[-1]
        last = last if last.level in (BIG, PRODUCT) else self.fence(last, POSTFIX)
        joined = self._juxtaposed([*fenced, last])
        return Piece(joined.text, BIG, joined.opens) if last.level == BIG else joined

    def _divided(self, number: Piece, below: Sequence[Piece]) -> Piece:
        under = [self.fence(p, POSTFIX) for p in below]
        shown = under[0].text if len(under) == 1 else f"({self._juxtaposed(under).text})"
        return Piece(f"{self.fence(number, HADAMARD).text}/{shown}", HADAMARD)

    def _entrywise(self, parts: Parts, front: list[Piece]) -> Piece:
        above = [self.fence(p, PRODUCT).text for p in parts.body_over]
        below = [self.fence(p, PRODUCT).text for p in parts.body_under]
        if front:
            head = parts.body_over[:1]
            first = [*front, *(self.fence(p, PRODUCT) for p in head)]
            lone = len(above) < 2 and not below
            joined = self._numerator(first)
            above[:1] = [joined.text if lone else self.fence(joined, PRODUCT).text]
        text = " ⊙ ".join(above) or "1"
        if below:
            text += f" ⊘ {below[0] if len(below) == 1 else '(' + ' ⊙ '.join(below) + ')'}"
        return Piece(text, HADAMARD)

    def relation(self, left: Piece, relation: str, right: Piece) -> Piece:
        return Piece(f"{left.text} {_RELATIONS[relation]} {right.text}", SUM)

    def cases(self, cases: Sequence[tuple[Sequence[Piece], Piece]], otherwise: Piece) -> Piece:
        if len(cases) == 1 and cases[0][1].text == "1" and otherwise.text == "0":
            return Piece(f"{_ONES}[{' and '.join(c.text for c in cases[0][0])}]", ATOM, True, True)
        rows = [f"{value.text} if {' and '.join(c.text for c in guard)}" for guard, value in cases]
        return Piece("{" + "; ".join([*rows, f"{otherwise.text} otherwise"]) + "}", ATOM)


def subscript(indices: Sequence[str]) -> str:
    """Return indices below the line where Unicode has them, else behind ``_``."""
    text = "".join(indices)
    if all(c in _SUBSCRIPT_LETTERS for c in text):
        return "".join(_SUBSCRIPT_LETTERS[c] for c in text)
    return f"_{text}" if len(text) == 1 else f"_({','.join(indices)})"
