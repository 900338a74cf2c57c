"""The text dialect: plain characters, MATLAB-like, made to be read back by the parser.

``*`` matrix product or scaling, ``.*`` ``./`` ``.^`` entry by entry, ``'`` transpose. What matrix
notation cannot say is written with indices: ``sum(i, A[i,i]*x[i])``, ``tensor(i, j, k, ...)``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Final

from lossmith.expr.atom import Atom
from lossmith.expr.types import Dim, Shape
from lossmith.text.writing.print_dialect import (
    ATOM,
    HADAMARD,
    POSTFIX,
    PRODUCT,
    SUM,
    Dialect,
    Parts,
    Piece,
    decimal_text,
)

INFIX: Final[Mapping[str, str]] = {"power": "^"}
"""Atoms of two arguments that the text dialect writes between them."""

_HALF = Fraction(1, 2)


def text_dialect(names: frozenset[str] = frozenset()) -> Dialect:
    """Return the plain text dialect; names: the symbols in use."""
    return _Text(names)


class _Text(Dialect):
    """See the module."""

    sums_by_index = False
    repeats_scalars = True
    matrix_powers = False
    maps_entries = False
    has_indicator = False
    has_mean = True
    writes_out = False
    has_kronecker = False
    plus_signs = (" + ", " - ")
    minus = "-"

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self.names = names

    def template(self, atom: Atom) -> str:
        return ""

    def name(self, name: str) -> Piece:
        return Piece(name, ATOM)

    def number(self, value: Fraction) -> Piece:
        if value.denominator == 1:
            return Piece(str(value), ATOM)
        decimal = decimal_text(value)
        return Piece(decimal, ATOM) if decimal else Piece(str(value), HADAMARD)

    def identity(self, size: Dim, *, anchored: bool) -> Piece:
        return Piece("eye" if anchored else f"eye({size})", ATOM)

    def ones(self, shape: Shape, *, anchored: bool) -> Piece:
        one = Piece("1", ATOM)
        return Piece("vector(1)", ATOM) if anchored else self.filled_with(one, shape)

    def filled_with(self, value: Piece, shape: Shape) -> Piece:
        name = ("vector", "matrix", "tensor")[min(len(shape), 3) - 1]
        return Piece(f"{name}({', '.join([value.text, *map(str, shape)])})", ATOM)

    def unit(self, i: str, j: str, size: Dim) -> Piece:
        return Piece(f"eye({size})[{i},{j}]", ATOM)

    def one(self, index: str, size: Dim) -> Piece:
        # An index must occur for the parser to know its range.
        return Piece(f"vector(1, {size})[{index}]", ATOM)

    def entry(self, piece: Piece, indices: Sequence[str]) -> Piece:
        if not indices:
            return piece
        return Piece(f"{self.fence(piece, ATOM).text}[{','.join(indices)}]", ATOM)

    def row(self, piece: Piece, index: str) -> Piece:
        return self.entry(piece, (index, ":"))

    def tensor(self, piece: Piece, indices: Sequence[str]) -> Piece:
        return Piece(f"tensor({', '.join(indices)}, {piece.text})", ATOM)

    def power(self, base: Piece, exponent: Fraction, rank: int) -> Piece:
        if exponent == 1:
            return base
        if exponent == _HALF:
            return Piece(f"sqrt({base.text})", ATOM)
        sign = ".^" if rank else "^"
        shown = str(exponent) if exponent.denominator == 1 else f"({exponent})"
        return Piece(f"{self.fence(base, ATOM).text}{sign}{shown}", POSTFIX)

    def transpose(self, piece: Piece) -> Piece:
        # A quote after a power or another quote would still parse, but nobody reads it.
        return Piece(f"{self.fence(piece, ATOM).text}'", POSTFIX)

    def chain(self, pieces: Sequence[Piece]) -> Piece:
        return Piece("*".join(self.fence(p, POSTFIX).text for p in pieces), PRODUCT)

    def kronecker(self, left: Piece, right: Piece) -> Piece:
        return self.function("kron", (left, right))

    def function(self, name: str, args: Sequence[Piece]) -> Piece:
        return Piece(f"{name}({', '.join(a.text for a in args)})", ATOM)

    def call(self, atom: Atom, args: Sequence[Piece], shape: Shape) -> Piece:
        if atom.name in INFIX:
            base, exponent = (self.fence(a, ATOM).text for a in args)
            sign = "." + INFIX[atom.name] if shape else INFIX[atom.name]
            return Piece(f"{base}{sign}{exponent}", POSTFIX)
        return self.function(atom.name, args) if args else Piece(atom.name, ATOM)

    def norm(self, piece: Piece, kind: str, exponent: Fraction) -> Piece:
        base = self.function(f"norm{kind}", (piece,))
        if kind == "1" or (exponent.denominator == 1 and exponent.numerator % 2 == 0):
            return self.power(base, exponent, 0)
        # (x'x)^(1/2) has the value of norm2(x), but is another object.
        return self.power(self.power(base, Fraction(2), 0), exponent / 2, 0)

    def big_sum(self, indices: Sequence[str], piece: Piece) -> Piece:
        return Piece(f"sum({', '.join(indices)}, {piece.text})", ATOM)

    def product(self, parts: Parts) -> Piece:
        c = parts.coefficient
        number = "" if c == 1 else decimal_text(c)
        top, bottom = (1, 1) if number else (c.numerator, c.denominator)
        front = [number] if number else [str(top)] if top != 1 else []
        for k, p in enumerate(parts.over):
            # A product may follow a product, as the last factor: lam*x'*A*x.
            last = k == len(parts.over) - 1 and not parts.body_over and not parts.body_under
            front.append(self.fence(p, PRODUCT if last else POSTFIX).text)
        below = [str(bottom)] if bottom != 1 else []
        below += [self.fence(p, POSTFIX).text for p in parts.under]
        level = PRODUCT
        entrywise = len(parts.body_over) != 1 or bool(parts.body_under)
        if (parts.body_over or parts.body_under) and entrywise:
            text = self._entrywise(front, parts.body_over, parts.body_under)
            level = HADAMARD
        else:
            last = parts.body_over
            if len(last) == 1 and not front and not below:
                return last[0]
            # A product may follow a product: (2*x')*A is 2*(x'*A).
            front += [self.fence(p, PRODUCT).text for p in last]
            text = "*".join(front) or "1"
            if len(front) == 1 and not last and not below:
                return parts.over[0] if parts.over else Piece(text, ATOM)
        if below and any("/" in p.text for p in parts.under):
            # A quotient divides by itself: 1/y/(x/y) is not 1/(y*(x/y)) where factors merge.
            text, level, below = "/".join([text, *below]), HADAMARD, []
        if below:
            # Fractions stay below PRODUCT so that nothing is multiplied onto the denominator.
            level = HADAMARD
            text += f"/{below[0]}" if len(below) == 1 else f"/({'*'.join(below)})"
        return Piece(text, level)

    def _entrywise(self, front: list[str], over: Sequence[Piece], under: Sequence[Piece]) -> str:
        above = [self._operand(p) for p in over]
        below = [self._operand(p) for p in under]
        text = " .* ".join(above)
        if front:
            text = "*".join(front) + (f"*{text}" if text else "")
        text = text or "1"
        if not below:
            return text
        if any("/" in b for b in below):
            return " ./ ".join([text, *below])
        return f"{text} ./ {below[0] if len(below) == 1 else '(' + ' .* '.join(below) + ')'}"

    def _operand(self, piece: Piece) -> str:
        # The grammar has one level for * and .*; brackets show a reader where the product ends.
        return self.fence(piece, POSTFIX).text

    def relation(self, left: Piece, relation: str, right: Piece) -> Piece:
        return Piece(f"{left.text} {relation} {right.text}", SUM)

    def cases(self, cases: Sequence[tuple[Sequence[Piece], Piece]], otherwise: Piece) -> Piece:
        rows = [f"{' & '.join(c.text for c in guard)}, {value.text}" for guard, value in cases]
        name = "if" if len(cases) == 1 else "cases"
        return Piece(f"{name}({', '.join([*rows, otherwise.text])})", ATOM)
