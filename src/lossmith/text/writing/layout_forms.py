"""The matrix operations into which a product is laid out: a closed set of small values.

Vectors are columns; a row is ``Transpose`` of a vector. Values are compared by identity, because
a form can be as deep as a product is long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lossmith.expr.node import Expr, Factor
from lossmith.expr.product import is_symmetric
from lossmith.expr.types import Dim, Shape


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A factor: an expression with its own way of being written."""

    expr: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """The unit matrix I."""

    size: Dim


@dataclass(frozen=True, slots=True, eq=False)
class Ones:
    """The vector or matrix of ones."""

    shape: Shape


@dataclass(frozen=True, slots=True, eq=False)
class Size:
    """The number n of indices of an axis."""

    size: Dim


@dataclass(frozen=True, slots=True, eq=False)
class Hadamard:
    """Product entry by entry of form^exponent (one factor: a power)."""

    factors: tuple[Powered, ...]
    rank: int


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Matrix product from left to right; only the ends may be vectors (rank 0: both are)."""

    factors: tuple[Form, ...]
    rank: int


@dataclass(frozen=True, slots=True, eq=False)
class Transpose:
    """The transpose of a matrix, or a vector as a row."""

    of: Form


@dataclass(frozen=True, slots=True, eq=False)
class Diag:
    """The matrix with this vector on its diagonal."""

    of: Form
    size: Dim


@dataclass(frozen=True, slots=True, eq=False)
class Diagonal:
    """The diagonal of a square matrix, a vector."""

    of: Form


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """The sum of the diagonal of a square matrix."""

    of: Form


@dataclass(frozen=True, slots=True, eq=False)
class Total:
    """The sum of all entries of a vector or matrix, or their mean."""

    of: Form
    mean: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Norm:
    """The Euclidean norm of a vector, or the Frobenius norm of a matrix."""

    of: Form


@dataclass(frozen=True, slots=True, eq=False)
class Scaled:
    """Product of scalar^exponent, times a body (None: a scalar product)."""

    scalars: tuple[Powered, ...]
    body: Form | None


@dataclass(frozen=True, slots=True, eq=False)
class Kronecker:
    """T[i,j,k,l] = left[i,k] right[j,l]: the Kronecker product, if rows are counted first."""

    left: Form
    right: Form


@dataclass(frozen=True, slots=True, eq=False)
class Indexed:
    """A product that matrix notation cannot say; factors and shape as in ``Contract``."""

    factors: tuple[Factor, ...]
    shape: Shape


Form = (
    Leaf
    | Identity
    | Ones
    | Size
    | Hadamard
    | Chain
    | Transpose
    | Diag
    | Diagonal
    | Trace
    | Total
    | Norm
    | Scaled
    | Kronecker
    | Indexed
)
Powered = tuple[Form, Fraction]

_ONE = Fraction(1)


def rank_of(form: Form) -> int:
    """Return the number of axes of what the form stands for."""
    while isinstance(form, Transpose):
        form = form.of
    match form:
        case Leaf(expr=e):
            return len(e.shape)
        case Hadamard() | Chain():
            return form.rank
        case Ones() | Indexed():
            return len(form.shape)
        case Identity() | Diag():
            return 2
        case Diagonal():
            return 1
        case Kronecker():
            return 4
        case Scaled():
            return 0 if form.body is None else rank_of(form.body)
        case Size() | Trace() | Total() | Norm():
            return 0


def is_row(form: Form) -> bool:
    """Return whether the form is a vector written as a row."""
    return isinstance(form, Transpose) and rank_of(form.of) == 1


def stays(form: Form) -> bool:
    """Return whether the form is a matrix that equals its transpose."""
    if isinstance(form, (Diag, Identity)):
        return True
    return isinstance(form, Leaf) and is_symmetric(form.expr)


def chain(*forms: Form) -> Form:
    """Return the matrix product, flat; a row times a column is a scalar, the converse a matrix."""
    flat: list[Form] = []
    for form in forms:
        flat += form.factors if isinstance(form, Chain) else (form,)
    if len(flat) == 1:
        return flat[0]
    left = 0 if is_row(flat[0]) else 1
    last = flat[-1]
    right = 1 if is_row(last) or rank_of(last) == 2 else 0
    return Chain(tuple(flat), left + right)


def transposed(form: Form) -> Form:
    """Return the transpose, pushed to the factors of a chain."""
    match form:
        case Transpose():
            return form.of
        case Chain():
            return Chain(tuple(transposed(f) for f in reversed(form.factors)), form.rank)
        case Diag() | Identity():
            return form
        case Leaf(expr=e) if is_symmetric(e):
            return form
        case _:
            return Transpose(form)


def entrywise(factors: Sequence[Powered], rank: int) -> Form:
    """Return the entrywise product; inner entrywise products are opened."""
    flat: list[Powered] = []
    for form, p in factors:
        if isinstance(form, Hadamard):
            flat += [(f, q * p) for f, q in form.factors] if p == 1 else [(form, p)]
        else:
            flat.append((form, p))
    if len(flat) == 1 and flat[0][1] == _ONE:
        return flat[0][0]
    return Hadamard(tuple(flat), rank)
