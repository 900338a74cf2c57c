"""The Python dialect: one NumPy expression, as people write objectives; the parser reads it back.

``*`` ``/`` ``**`` entry by entry, ``@`` the matrix product; vectors have one axis, so x'A is
``x @ A`` and xy' is ``np.outer(x, y)``. Functions of SciPy stand as ``special.expit``; those that
neither library has are written by their own name. What matrix notation cannot say is
``np.einsum``, with the indices in the order of the axes.
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
    FlatDialect,
    Parts,
    Piece,
    decimal_text,
)

SPELLED: Final[Mapping[str, str]] = {
    **{name: f"np.{name}" for name in (
        "abs", "sign", "clip", "exp", "log", "expm1", "log1p", "log2", "sin", "cos", "tan",
        "sinh", "cosh", "tanh", "prod", "cumsum", "sum", "mean", "diag")},
    "max": "np.maximum", "min": "np.minimum", "maxentry": "np.max", "minentry": "np.min",
    "asin": "np.arcsin", "acos": "np.arccos", "atan": "np.arctan", "asinh": "np.arcsinh",
    "acosh": "np.arccosh", "atanh": "np.arctanh", "pi": "np.pi", "tr": "np.trace",
    "inv": "np.linalg.inv", "det": "np.linalg.det", "norm2": "np.linalg.norm",
    "normF": "np.linalg.norm",
    "sigmoid": "special.expit", "erf": "special.erf", "normcdf": "special.ndtr",
    "lgamma": "special.gammaln", "digamma": "special.digamma", "polygamma": "special.polygamma",
    "rel_entr": "special.rel_entr", "softmax": "special.softmax",
    "logsumexp": "special.logsumexp",
}  # fmt: skip
"""Functions by their names in NumPy and SciPy; the others keep their own."""

ORDERS: Final[Mapping[str, str]] = {"norminf": "np.inf", "specnorm": "2", "nucnorm": "'nuc'"}
"""Norms that are np.linalg.norm with an order."""

_HALF: Final = Fraction(1, 2)


def numpy_dialect() -> Dialect:
    """Return the Python dialect."""
    return _NumPy()


class _NumPy(FlatDialect):
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
    names: frozenset[str] = frozenset()

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
        return Piece(f"np.eye({size})", ATOM)

    def ones(self, shape: Shape, *, anchored: bool) -> Piece:
        return Piece(f"np.ones({_shape(shape)})", ATOM)

    def filled_with(self, value: Piece, shape: Shape) -> Piece:
        name = {"0": "zeros", "1": "ones"}.get(value.text)
        if name is not None:
            return Piece(f"np.{name}({_shape(shape)})", ATOM)
        return Piece(f"np.full({_shape(shape)}, {value.text})", ATOM)

    def unit(self, i: str, j: str, size: Dim) -> Piece:
        return self.entry(self.identity(size, anchored=False), (i, j))

    def entry(self, piece: Piece, indices: Sequence[str]) -> Piece:
        if not indices:
            return piece
        return Piece(f"{self.fence(piece, ATOM).text}[{', '.join(indices)}]", ATOM)

    def tensor(self, piece: Piece, indices: Sequence[str]) -> Piece:
        return self.einsum([(piece, tuple(indices))], tuple(indices))

    def einsum(self, factors: Sequence[tuple[Piece, Sequence[str]]], free: Sequence[str]) -> Piece:
        inputs = ",".join("".join(labels) for _, labels in factors)
        given = ", ".join(piece.text for piece, _ in factors)
        return Piece(f"np.einsum('{inputs}->{''.join(free)}', {given})", ATOM)

    def power(self, base: Piece, exponent: Fraction, rank: int) -> Piece:
        if exponent == 1:
            return base
        if exponent == _HALF:
            return self.function("np.sqrt", (base,))
        shown = str(exponent) if exponent.denominator == 1 else f"({exponent})"
        return Piece(f"{self.fence(base, ATOM).text}**{shown}", POSTFIX)

    def transpose(self, piece: Piece) -> Piece:
        return Piece(f"{self.fence(piece, ATOM).text}.T", ATOM)

    def chain(self, pieces: Sequence[Piece]) -> Piece:
        if len(pieces) == 1:
            return pieces[0]
        return Piece(" @ ".join(self.fence(p, POSTFIX).text for p in pieces), PRODUCT)

    def outer(self, left: Piece, right: Piece) -> Piece:
        return self.function("np.outer", (left, right))

    def reciprocal(self, piece: Piece) -> Piece:
        return Piece(f"1 / {self.fence(piece, POSTFIX).text}", HADAMARD)

    def along(self, name: str, piece: Piece, axis: int) -> Piece:
        order = f", {ORDERS[name]}" if name in ORDERS else ""
        shown = "np.linalg.norm" if name in ORDERS else SPELLED.get(name, name)
        return Piece(f"{shown}({piece.text}{order}, axis={axis})", ATOM)

    def kronecker(self, left: Piece, right: Piece) -> Piece:
        return self.einsum(((left, "ik"), (right, "jl")), "ijkl")

    def function(self, name: str, args: Sequence[Piece]) -> Piece:
        return Piece(f"{SPELLED.get(name, name)}({', '.join(a.text for a in args)})", ATOM)

    def call(self, atom: Atom, args: Sequence[Piece], shape: Shape) -> Piece:
        if atom.name == "power":
            base, exponent = (self.fence(a, ATOM).text for a in args)
            return Piece(f"{base}**{exponent}", POSTFIX)
        if atom.name in ORDERS:
            order = Piece(ORDERS[atom.name], ATOM)
            return self.function("np.linalg.norm", (*args, order))
        if not args:
            return Piece(SPELLED.get(atom.name, atom.name), ATOM)
        if atom.name in ("max", "min") and _is_number(args[1]):
            args = args[::-1]  # np.maximum(0, x)
        return self.function(atom.name, args)

    def norm(self, piece: Piece, kind: str, exponent: Fraction) -> Piece:
        if kind == "1":
            inside = self.function("np.sum", (self.function("np.abs", (piece,)),))
            return self.power(inside, exponent, 0)
        square = self.function("np.sum", (self.power(piece, Fraction(2), 1),))
        if exponent.denominator == 1 and exponent.numerator % 2 == 0 and exponent != 2:
            return self.power(self.function("np.linalg.norm", (piece,)), exponent, 0)
        return self.power(square, exponent / 2, 0)

    def big_sum(self, indices: Sequence[str], piece: Piece) -> Piece:
        return self.einsum([(piece, tuple(indices))], ())

    def product(self, parts: Parts) -> Piece:
        c = parts.coefficient
        number = "" if c == 1 else decimal_text(c)
        top, bottom = (1, 1) if number else (c.numerator, c.denominator)
        front = [number] if number else [str(top)] if top != 1 else []
        pieces = (*parts.over, *parts.body_over)
        under = (*parts.under, *parts.body_under)
        if len(pieces) == 1 and not front and not under and bottom == 1:
            return pieces[0]
        for k, p in enumerate(pieces):
            # A matrix product may follow numbers: 2 * X.T @ r is 2 * (X.T @ r).
            last = k == len(pieces) - 1 and len(parts.body_over) < 2 and not parts.body_under
            front.append(self.fence(p, PRODUCT if last else POSTFIX).text)
        text = " * ".join(front) or "1"
        below = [str(bottom)] if bottom != 1 else []
        below += [self.fence(p, POSTFIX).text for p in under]
        if not below:
            return Piece(text, PRODUCT)
        if any("/" in p.text for p in under):
            # A quotient divides by itself: 1/y/(x/y) is not 1/(y*(x/y)) where factors merge.
            return Piece(" / ".join([text, *below]), HADAMARD)
        shown = below[0] if len(below) == 1 else f"({' * '.join(below)})"
        return Piece(f"{text} / {shown}", HADAMARD)

    def relation(self, left: Piece, relation: str, right: Piece) -> Piece:
        return Piece(f"{left.text} {relation} {right.text}", SUM)

    def cases(self, cases: Sequence[tuple[Sequence[Piece], Piece]], otherwise: Piece) -> Piece:
        guards = [
            guard[0].text if len(guard) == 1 else " & ".join(f"({c.text})" for c in guard)
            for guard, _ in cases
        ]
        if len(cases) == 1:
            return Piece(f"np.where({guards[0]}, {cases[0][1].text}, {otherwise.text})", ATOM)
        values = ", ".join(value.text for _, value in cases)
        return Piece(f"np.select([{', '.join(guards)}], [{values}], {otherwise.text})", ATOM)


def _shape(shape: Shape) -> str:
    return str(shape[0]) if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def _is_number(piece: Piece) -> bool:
    return piece.text.lstrip("-").replace(".", "").isdigit()
