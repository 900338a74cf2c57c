r"""The LaTeX dialect, for KaTeX, MathJax and paper alike: only standard amsmath commands."""

from __future__ import annotations

import re
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
from lossmith.text.writing.print_names import latex_name, split_name
from lossmith.text.writing.print_text import INFIX

_RELATIONS: Final = {">": ">", ">=": r"\ge", "<": "<", "<=": r"\le", "==": "=", "!=": r"\ne"}
_STANDARD: Final = frozenset({"log", "exp", "sin", "cos", "tan", "max", "min", "det"})
_TALL: Final = (r"\frac", r"\sum", r"\begin", r"\left")
_HALF = Fraction(1, 2)
_LONGEST_ABOVE: Final = 60
"""Longest sum, in characters of LaTeX, that goes above a bar instead of behind 1/2."""


def latex_dialect(names: frozenset[str] = frozenset()) -> Dialect:
    """Return the LaTeX dialect; names: the symbols in use."""
    return _Latex(names)


class _Latex(Dialect):
    """See the module."""

    sums_by_index = True
    repeats_scalars = False
    matrix_powers = True
    maps_entries = True
    has_indicator = True
    has_mean = False
    writes_out = True
    has_kronecker = True
    plus_signs = (" + ", " - ")
    minus = "-"

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self.names = frozenset(latex_name(n) for n in names)

    def width(self, text: str) -> int:
        # A command shows as about one sign, braces not at all.
        return len(re.sub(r"\\[A-Za-z]+|[{}_^ ]", lambda m: "x" if len(m[0]) > 1 else "", text))

    def brackets(self, text: str) -> str:
        if any(sign in text for sign in _TALL):
            return f"\\left({text}\\right)"
        return f"({text})"

    def call(self, atom: Atom, args: Sequence[Piece], shape: Shape) -> Piece:
        if atom.name in INFIX:
            base = self.fence(args[0], ATOM)
            sign = r"\odot " if len(shape) == 2 else ""
            return Piece(f"{base.text}^{{{sign}{args[1].text}}}", POSTFIX, base.opens, ends=False)
        return super().call(atom, args, shape)

    def filled(self, template: str, args: Sequence[Piece]) -> Piece:
        tall = any(sign in a.text for a in args for sign in _TALL)
        template = template.replace(r"\left", "").replace(r"\right", "")
        if tall:
            for opener, closer in ("()", (r"\|", r"\|"), "||"):
                hole = f"{opener}{{0}}{closer}"
                template = template.replace(hole, rf"\left{opener}{{0}}\right{closer}")
        return super().filled(template, args)

    def template(self, atom: Atom) -> str:
        return atom.latex

    def name(self, name: str) -> Piece:
        parts = split_name(name)
        word = parts is None or len(parts[0]) > 1
        return Piece(latex_name(name), ATOM, word, word)

    def number(self, value: Fraction) -> Piece:
        if value.denominator == 1:
            return Piece(str(value), ATOM)
        decimal = decimal_text(value)
        shown = decimal or f"\\frac{{{value.numerator}}}{{{value.denominator}}}"
        return Piece(shown, ATOM if decimal else PRODUCT)

    def identity(self, size: Dim, *, anchored: bool) -> Piece:
        return Piece(r"\mathrm{Id}" if "I" in self.names else "I", ATOM)

    def ones(self, shape: Shape, *, anchored: bool) -> Piece:
        # Where nothing else tells the size, a foot does.
        feet = ["" if anchored else f"_{{{d}}}" for d in shape]
        if len(shape) == 1:
            return Piece(rf"\mathbf{{1}}{feet[0]}", ATOM)
        return Piece(rf"\mathbf{{1}}{feet[0]}\mathbf{{1}}{feet[1]}^{{\top}}", PRODUCT)

    def filled_with(self, value: Piece, shape: Shape) -> Piece:
        ones = self.ones(shape, anchored=False)
        if value.text == "1":
            return ones
        return Piece(self.fence(value, POSTFIX).text + ones.text, PRODUCT)

    def unit(self, i: str, j: str, size: Dim) -> Piece:
        return self.entry(Piece(r"\delta", ATOM), (i, j))

    def entry(self, piece: Piece, indices: Sequence[str]) -> Piece:
        if not indices:
            return piece
        base = self.fence(piece, ATOM)
        if "_" in base.text[-8:] and not base.text.endswith(")"):
            base = Piece(f"({base.text})", ATOM)
        return Piece(f"{base.text}_{{{_indices(indices)}}}", ATOM, base.opens, base.ends)

    def tensor(self, piece: Piece, indices: Sequence[str]) -> Piece:
        return Piece(f"\\left[{piece.text}\\right]_{{{_indices(indices)}}}", ATOM)

    def power(self, base: Piece, exponent: Fraction, rank: int) -> Piece:
        if exponent == 1:
            return base
        if rank == 0 and base.level == POSTFIX and base.text.endswith("^{-1}"):
            power = f"^{{{-exponent}}}"
            return Piece(base.text[:-5] + power, POSTFIX, base.opens, base.ends)
        if exponent == _HALF:
            return Piece(f"\\sqrt{{{base.text}}}", ATOM)
        mark = r"\odot " if rank == 2 else ""
        shown = (
            exponent
            if exponent.denominator == 1
            else f"{exponent.numerator}/{exponent.denominator}"
        )
        inner = self.fence(base, ATOM)
        return Piece(f"{inner.text}^{{{mark}{shown}}}", POSTFIX, inner.opens, inner.ends)

    def transpose(self, piece: Piece) -> Piece:
        if piece.level == POSTFIX and piece.text.endswith("^{-1}"):
            return Piece(f"{piece.text[:-5]}^{{-\\top}}", POSTFIX, piece.opens, piece.ends)
        base = self.fence(piece, ATOM)
        return Piece(f"{base.text}^{{\\top}}", POSTFIX, base.opens, base.ends)

    def chain(self, pieces: Sequence[Piece]) -> Piece:
        return self._juxtaposed([self.fence(p, POSTFIX) for p in pieces])

    def _juxtaposed(self, pieces: Sequence[Piece]) -> Piece:
        text = pieces[0].text
        for left, right in pairwise(pieces):
            # x \cdot x^{y}, so that xx is not taken for a name.
            same = left.text[-1] == right.text[0] and right.text[1:3] == "^{"
            same = same and not right.text.startswith(r"^{\top", 1)
            if right.text[0] in "0123456789" or same:
                text += r" \cdot "
            elif left.ends and right.opens:
                text += r" \, "
            elif left.ends or right.opens or _ends_with_command(text):
                text += " "
            text += right.text
        if len(pieces) == 1:
            return pieces[0]
        return Piece(text, PRODUCT, pieces[0].opens, pieces[-1].ends)

    def kronecker(self, left: Piece, right: Piece) -> Piece:
        operands = [self.fence(p, PRODUCT).text for p in (left, right)]
        return Piece(r" \otimes ".join(operands), HADAMARD)

    def function(self, name: str, args: Sequence[Piece]) -> Piece:
        head = f"\\{name}" if name in _STANDARD else f"\\operatorname{{{name}}}"
        head = head.replace("_", r"\_")
        return Piece(
            head + self.brackets(", ".join(a.text for a in args)), ATOM, opens=True, ends=True
        )

    def norm(self, piece: Piece, kind: str, exponent: Fraction) -> Piece:
        tall = any(sign in piece.text for sign in _TALL)
        left, right = (r"\left\|", r"\right\|") if tall else (r"\|", r"\|")
        text = f"{left}{piece.text}{right}_{kind}"
        if exponent == 1:
            return Piece(text, ATOM)
        shown = str(exponent)
        shown = shown if len(shown) == 1 else f"{{{shown}}}"
        return Piece(f"{text}^{shown}", POSTFIX)

    def big_sum(self, indices: Sequence[str], piece: Piece) -> Piece:
        body = self.fence(piece, BIG)
        return Piece(f"\\sum_{{{','.join(indices)}}} {body.text}", BIG, opens=True)

    def product(self, parts: Parts) -> Piece:
        c = parts.coefficient
        decimal = "" if c == 1 else decimal_text(c)
        top, bottom = (1, 1) if decimal else (c.numerator, c.denominator)
        front = [Piece(decimal or str(top), ATOM)] if decimal or top != 1 else []
        below = [Piece(str(bottom), ATOM)] if bottom != 1 else []
        below += parts.under
        if parts.body_under or len(parts.body_over) > 1:
            return self._entrywise(parts, [*front, *parts.over], below)
        rest = list(parts.body_over)
        if not below:
            pieces = [*front, *parts.over, *rest]
            return self._row(pieces) if pieces else Piece("1", ATOM)
        over = [*front, *parts.over]
        if rest and not all(_is_short(p) for p in below) and not over:
            over, rest = rest, []
        # Plain letters go above the bar; a norm, a sum sign or a function stays behind the
        # fraction unless the denominator is one of them too.
        if not rest and all(_is_short(p) for p in below):
            number = all(p.text.isdigit() for p in below)
            while over and _stays_behind(over[-1], number=number):
                rest.insert(0, over.pop())
        fraction = self._fraction(over, below)
        return self._row([fraction, *rest])

    def _row(self, pieces: Sequence[Piece]) -> Piece:
        if len(pieces) == 1:
            return pieces[0]
        fenced = [self.fence(p, POSTFIX) for p in pieces[:-1]]
        last = pieces[-1]
        last = last if last.level in (BIG, PRODUCT) else self.fence(last, POSTFIX)
        joined = self._juxtaposed([*fenced, last])
        return Piece(joined.text, BIG, joined.opens) if last.level == BIG else joined

    def _fraction(self, over: Sequence[Piece], below: Sequence[Piece]) -> Piece:
        number = self._row(over).text if over else "1"
        return Piece(f"\\frac{{{number}}}{{{self._row(below).text}}}", POSTFIX)

    def _entrywise(self, parts: Parts, over: list[Piece], below: list[Piece]) -> Piece:
        above = [self.fence(p, PRODUCT).text for p in parts.body_over]
        under = [self.fence(p, PRODUCT).text for p in parts.body_under]
        front = [self._fraction(over, below)] if below else over
        if front:
            head = [self.fence(p, PRODUCT) for p in parts.body_over[:1]]
            lone = len(above) < 2 and not under
            joined = self._row([*front, *head])
            above[:1] = [joined.text if lone else self.fence(joined, PRODUCT).text]
        text = r" \odot ".join(above) or "1"
        if under:
            shown = under[0] if len(under) == 1 else "(" + r" \odot ".join(under) + ")"
            text += rf" \oslash {shown}"
        return Piece(text, HADAMARD)

    def relation(self, left: Piece, relation: str, right: Piece) -> Piece:
        return Piece(f"{left.text} {_RELATIONS[relation]} {right.text}", SUM)

    def cases(self, cases: Sequence[tuple[Sequence[Piece], Piece]], otherwise: Piece) -> Piece:
        if len(cases) == 1 and cases[0][1].text == "1" and otherwise.text == "0":
            inside = ", ".join(c.text for c in cases[0][0])
            return Piece(rf"\mathbf{{1}}[{inside}]", ATOM)
        both = r" \text{ and } "
        rows = [
            rf"{value.text} & \text{{if }} {both.join(c.text for c in guard)}"
            for guard, value in cases
        ]
        rows.append(rf"{otherwise.text} & \text{{otherwise}}")
        lines = r" \\ ".join(rows)
        return Piece(rf"\begin{{cases}} {lines} \end{{cases}}", ATOM)


def _indices(indices: Sequence[str]) -> str:
    return ("" if all(len(i) == 1 for i in indices) else ",").join(indices)


def _ends_with_command(text: str) -> bool:
    """Return whether a letter put right behind would become part of a command."""
    tail = text.rsplit("\\", 1)
    return len(tail) == 2 and tail[1].isalpha()


def _stays_behind(piece: Piece, *, number: bool) -> bool:
    """Return whether the piece reads better behind a fraction than above its bar.

    number: the denominator is a number.
    """
    if piece.level == SUM:
        return len(piece.text) > _LONGEST_ABOVE
    if piece.level in (BIG, PRODUCT) or piece.text.startswith((r"\|", r"\left\|")):
        return True
    return number and not _is_short(piece)


def _is_short(piece: Piece) -> bool:
    """Return whether the piece is a letter or number, with or without marks."""
    return (
        piece.level >= POSTFIX
        and len(piece.text) <= 12
        and "(" not in piece.text
        and r"\|" not in piece.text
    )
