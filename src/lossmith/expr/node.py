"""The seven kinds of tensor expression, interned: equal expressions are one object.

The constructors here only intern; ``expr.build`` holds the canonical ones (``add``, ``contract``,
``apply``, ``select`` ...) that everyone else calls. Expressions are immutable and compared by
``is``. ``digest`` is a hash of the structure, the same in every process: it orders the terms of
sums and products, so a formula has one form however it was typed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeVar, assert_never
from weakref import WeakValueDictionary

from lossmith.expr.types import FREE, Assumptions, Dim, Shape

if TYPE_CHECKING:
    from lossmith.expr.atom import Atom


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, repr=False)
class Const:
    """The tensor of this shape with every entry equal to ``value``."""

    value: Fraction
    shape: Shape
    digest: bytes


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, repr=False)
class Symbol:
    """A named tensor with what is promised of it."""

    name: str
    shape: Shape
    assumptions: Assumptions
    digest: bytes


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, repr=False)
class Delta:
    """The unit tensor: 1 where the two indices agree, else 0 (the identity matrix)."""

    shape: Shape
    digest: bytes


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, repr=False)
class Add:
    """Sum of coefficient times term; at least two terms, or one whose coefficient is not 1."""

    terms: tuple[tuple[Fraction, Expr], ...]
    shape: Shape
    digest: bytes


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, repr=False)
class Contract:
    """Sum over all inner labels of the product of factor[labels]^exponent.

    factors: (expression, one label an axis, rational exponent; exponents act entry by entry).
    Labels are small integers. Label k < rank is axis k of the result; the others are summed.
    A label may occur in any number of factors: matrix product, Hadamard product, outer product,
    trace, diagonal, sum, transpose and power are all spellings of this one kind.
    """

    factors: tuple[Factor, ...]
    shape: Shape
    digest: bytes

    @property
    def rank(self) -> int:
        """The number of axes of the result."""
        return len(self.shape)

    @property
    def summed(self) -> tuple[int, ...]:
        """The labels that are summed, in increasing order."""
        rank = len(self.shape)
        return tuple(sorted({k for _, labels, _ in self.factors for k in labels if k >= rank}))

    def sizes(self) -> dict[int, Dim]:
        """Return the size of every label."""
        return {k: d for e, labels, _ in self.factors for k, d in zip(labels, e.shape, strict=True)}


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, repr=False)
class Apply:
    """An atom applied to arguments (entry by entry, or to their last axes)."""

    atom: Atom
    args: tuple[Expr, ...]
    shape: Shape
    digest: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """``expr relation 0`` entry by entry, relation one of > >= == !=."""

    expr: Expr
    relation: str


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True, repr=False)
class Select:
    """Entry by entry the value of the first case whose comparisons all hold, else ``otherwise``."""

    cases: tuple[tuple[tuple[Comparison, ...], Expr], ...]
    otherwise: Expr
    shape: Shape
    digest: bytes


Expr = Const | Symbol | Delta | Add | Contract | Apply | Select
Factor = tuple[Expr, tuple[int, ...], Fraction]

_pool: WeakValueDictionary[bytes, Expr] = WeakValueDictionary()
_E = TypeVar("_E", Const, Symbol, Delta, Add, Contract, Apply, Select)


def _digest(*parts: object) -> bytes:
    text = repr(parts).encode()
    return blake2b(text, digest_size=16).digest()


def _intern(digest: bytes, make: Callable[[], _E]) -> _E:
    found = _pool.get(digest)
    if found is None:
        found = make()
        _pool[digest] = found
    return found  # type: ignore[return-value]  # a digest names the kind too


def const_node(value: Fraction, shape: Shape) -> Const:
    """Return the interned constant."""
    digest = _digest("const", value.numerator, value.denominator, shape)
    return _intern(digest, lambda: Const(value, shape, digest))


def symbol(name: str, shape: Shape = (), assumptions: Assumptions = FREE) -> Symbol:
    """Return the symbol of this name, shape and promise."""
    a = assumptions
    digest = _digest(
        "symbol", name, shape, str(a.interval), a.values, a.integer, sorted(a.structure)
    )
    return _intern(digest, lambda: Symbol(name, shape, a, digest))


def delta(size: Dim) -> Delta:
    """Return the unit matrix of this size."""
    digest = _digest("delta", size)
    return _intern(digest, lambda: Delta((size, size), digest))


def add_node(terms: tuple[tuple[Fraction, Expr], ...], shape: Shape) -> Add:
    """Return the interned sum; the terms must already be canonical."""
    digest = _digest("add", [(c.numerator, c.denominator, e.digest) for c, e in terms])
    return _intern(digest, lambda: Add(terms, shape, digest))


def contract_node(factors: tuple[Factor, ...], shape: Shape) -> Contract:
    """Return the interned product; the factors must already be canonical."""
    digest = _digest(
        "contract",
        [(e.digest, labels, p.numerator, p.denominator) for e, labels, p in factors],
        shape,
    )
    return _intern(digest, lambda: Contract(factors, shape, digest))


def apply_node(atom: Atom, args: tuple[Expr, ...], shape: Shape) -> Apply:
    """Return the interned application; shapes and domains must already be checked."""
    digest = _digest("apply", atom.name, [a.digest for a in args])
    return _intern(digest, lambda: Apply(atom, args, shape, digest))


def select_node(cases: tuple[tuple[tuple[Comparison, ...], Expr], ...], otherwise: Expr) -> Select:
    """Return the interned choice."""
    digest = _digest(
        "select",
        [([(c.expr.digest, c.relation) for c in guard], value.digest) for guard, value in cases],
        otherwise.digest,
    )
    return _intern(digest, lambda: Select(cases, otherwise, otherwise.shape, digest))


def children(expr: Expr) -> tuple[Expr, ...]:
    """Return the direct sub-expressions, left to right."""
    match expr:
        case Const() | Symbol() | Delta():
            return ()
        case Add():
            return tuple(e for _, e in expr.terms)
        case Contract():
            return tuple(e for e, _, _ in expr.factors)
        case Apply():
            return expr.args
        case Select():
            inner: list[Expr] = []
            for guard, value in expr.cases:
                inner += [c.expr for c in guard]
                inner.append(value)
            return (*inner, expr.otherwise)
        case _:
            assert_never(expr)
