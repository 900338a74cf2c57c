"""Linear maps on the entries of a variable, by their structure: what a Hessian is made of.

A Hessian of a matrix variable has four axes and mostly says little: 2 V'V on every row of U. The
kinds here keep what it says and leave out the unit tensors, which are never multiplied out. With
r axes of the variable, entry H[i.., k..] has the axes of the result first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from lossmith.expr.build import add, broadcast, contract, delta, scale
from lossmith.expr.node import Const, Delta, Expr, Factor
from lossmith.expr.types import Shape
from lossmith.words import Words

_ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class ScaledIdentity:
    """c I.  factor: scalar.  shape: of the variable."""

    factor: Expr
    shape: Shape


@dataclass(frozen=True, slots=True)
class Diagonal:
    """H v = d * v entry by entry.  entries: d, with the shape of the variable."""

    entries: Expr

    @property
    def shape(self) -> Shape:
        """Of the variable."""
        return self.entries.shape


@dataclass(frozen=True, slots=True)
class LowRank:
    """H v = left <right, v>, a matrix of rank one.  left, right: of the shape of the variable."""

    left: Expr
    right: Expr

    @property
    def shape(self) -> Shape:
        """Of the variable."""
        return self.left.shape


@dataclass(frozen=True, slots=True)
class Gram:
    """X' core X, X acting on one axis of the variable.

    matrix: X (m, n).  core: acts on arrays of the variable's shape with m in place of n.
    axis: of the variable; for axis 1 of a matrix V the map is V X'.
    """

    matrix: Expr
    core: Structured
    axis: int

    @property
    def shape(self) -> Shape:
        """Of the variable."""
        inner = list(self.core.shape)
        inner[self.axis] = self.matrix.shape[1]
        return tuple(inner)


@dataclass(frozen=True, slots=True)
class Kronecker:
    """H V = A V B' for a matrix variable; crossed: H V = A V' B'.

    A (p, p) and B (q, q) for V (p, q); crossed: A (p, q) and B (q, p).
    With rows stacked, vec(A V B') = (A kron B) vec(V).
    """

    left: Expr
    right: Expr
    crossed: bool = False

    @property
    def shape(self) -> Shape:
        """Of the variable."""
        return (self.left.shape[0], self.right.shape[0])


@dataclass(frozen=True, slots=True)
class Blocks:
    """A matrix of its own for each row (axis 0) or each column (axis 1) of a matrix variable.

    matrices: (p, q, q) for rows of V (p, q), (q, p, p) for its columns.
    """

    matrices: Expr
    axis: int

    @property
    def shape(self) -> Shape:
        """Of the variable."""
        outer, inner, _ = self.matrices.shape
        return (outer, inner) if self.axis == 0 else (inner, outer)


@dataclass(frozen=True, slots=True)
class Dense:
    """No structure is known.  entries: axes of the variable twice."""

    entries: Expr

    @property
    def shape(self) -> Shape:
        """Of the variable."""
        return self.entries.shape[: len(self.entries.shape) // 2]


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of at least two maps."""

    terms: tuple[Structured, ...]

    @property
    def shape(self) -> Shape:
        """Of the variable."""
        return self.terms[0].shape


Structured = ScaledIdentity | Diagonal | LowRank | Gram | Kronecker | Blocks | Dense | Sum


def entries(s: Structured) -> Expr:
    """Return the map as one expression with the axes of the variable twice."""
    r = len(s.shape)
    whole = s.shape + s.shape
    axes = tuple(range(2 * r))
    match s:
        case ScaledIdentity():
            return contract([(s.factor, (), 1), *_units(s.shape, axes)], axes, whole)
        case Diagonal():
            return contract([(s.entries, axes[:r], 1), *_units(s.shape, axes)], axes, whole)
        case LowRank():
            return contract([(s.left, axes[:r], 1), (s.right, axes[r:], 1)], axes, whole)
        case Gram():
            return _gram(s, whole)
        case Kronecker():
            left, right = ((0, 3), (1, 2)) if s.crossed else ((0, 2), (1, 3))
            return contract([(s.left, left, 1), (s.right, right, 1)], axes, whole)
        case Blocks():
            a, b = s.axis, 1 - s.axis
            unit = (delta(s.shape[a]), (a, 2 + a), _ONE)
            return contract([(s.matrices, (a, b, 2 + b), 1), unit], axes, whole)
        case Dense():
            return s.entries
        case Sum():
            return add(*(entries(t) for t in s.terms), shape=whole)
        case _:
            assert_never(s)


def _units(shape: Shape, axes: Sequence[int]) -> list[Factor]:
    r = len(shape)
    return [(delta(d), (axes[k], axes[r + k]), _ONE) for k, d in enumerate(shape)]


def _gram(s: Gram, whole: Shape) -> Expr:
    r = len(s.shape)
    inner = list(range(2 * r))
    inner[s.axis], inner[r + s.axis] = 2 * r, 2 * r + 1
    factors = [(s.matrix, (2 * r, s.axis), 1), (s.matrix, (2 * r + 1, r + s.axis), 1)]
    return contract([*factors, (entries(s.core), tuple(inner), 1)], tuple(range(2 * r)), whole)


def joined(terms: Sequence[Structured]) -> Structured:
    """Return the sum of maps, those of one kind that add up to one of that kind put together."""
    left = [t for term in terms for t in (term.terms if isinstance(term, Sum) else (term,))]
    done: list[Structured] = []
    for term in left:
        for k, other in enumerate(done):
            both = _together(other, term)
            if both is not None:
                done[k] = both
                break
        else:
            done.append(term)
    if len(done) < len(left):
        return joined(done)
    done.sort(key=lambda t: _ORDER.index(type(t)))
    return done[0] if len(done) == 1 else Sum(tuple(done))


_ORDER = (Dense, Gram, Kronecker, Blocks, Diagonal, ScaledIdentity, LowRank)
"""Kinds in the order in which the terms of a sum are written."""


def _together(a: Structured, b: Structured) -> Structured | None:
    """Return a + b as one of the kinds, None if it is none."""
    match a, b:
        case (ScaledIdentity(), ScaledIdentity()):
            return ScaledIdentity(add(a.factor, b.factor), a.shape)
        case (ScaledIdentity() | Diagonal(), ScaledIdentity() | Diagonal()):
            return Diagonal(add(_diagonal(a), _diagonal(b)))
        case (Dense(), Dense()):
            return Dense(add(a.entries, b.entries))
        case (Gram(), Gram()) if a.matrix is b.matrix and a.axis == b.axis:
            return Gram(a.matrix, joined([a.core, b.core]), a.axis)
        case (Blocks(), Blocks()) if a.axis == b.axis:
            return Blocks(add(a.matrices, b.matrices), a.axis)
        case (Kronecker(), ScaledIdentity()) | (ScaledIdentity(), Kronecker()):
            return _shifted(a, b) if isinstance(a, Kronecker) else _shifted(b, a)
        case (Kronecker(), Kronecker()) if a.crossed == b.crossed:
            if a.left is b.left:
                return Kronecker(a.left, add(a.right, b.right), a.crossed)
            if a.right is b.right:
                return Kronecker(add(a.left, b.left), a.right, a.crossed)
            return None
        case _:
            return None


def _diagonal(s: ScaledIdentity | Diagonal) -> Expr:
    return s.entries if isinstance(s, Diagonal) else broadcast(s.factor, s.shape)


def _shifted(k: Structured, c: Structured) -> Structured | None:
    """Return I kron B + c I as I kron (B + c I), and the same on the left."""
    assert isinstance(k, Kronecker)
    assert isinstance(c, ScaledIdentity)
    if k.crossed:
        return None
    for one, other, first in ((k.left, k.right, True), (k.right, k.left, False)):
        number, unit = as_unit(one)
        if number is not None and unit:
            shift = contract([(c.factor, (), 1), (delta(other.shape[0]), (0, 1), 1)], (0, 1))
            moved = add((number, other), shift)
            identity = delta(one.shape[0])
            return Kronecker(identity, moved) if first else Kronecker(moved, identity)
    return None


def as_unit(e: Expr) -> tuple[Fraction | None, bool]:
    """Return (c, True) if e is c times the unit matrix for a number c, else (None, False)."""
    if isinstance(e, Delta):
        return _ONE, True
    terms = getattr(e, "terms", ())
    if len(terms) == 1 and isinstance(terms[0][1], Delta):
        return terms[0][0], True
    return None, False


def scaled(c: Fraction, s: Structured) -> Structured:
    """Return c times a map."""
    if c == 1:
        return s
    match s:
        case ScaledIdentity():
            return ScaledIdentity(scale(c, s.factor), s.shape)
        case Diagonal():
            return Diagonal(scale(c, s.entries))
        case LowRank():
            return LowRank(scale(c, s.left), s.right)
        case Gram():
            return Gram(s.matrix, scaled(c, s.core), s.axis)
        case Kronecker():
            return Kronecker(scale(c, s.left), s.right, s.crossed)
        case Blocks():
            return Blocks(scale(c, s.matrices), s.axis)
        case Dense():
            return Dense(scale(c, s.entries))
        case Sum():
            return Sum(tuple(scaled(c, t) for t in s.terms))
        case _:
            assert_never(s)


def words(s: Structured) -> Words:
    """Return the kind of a map in words."""
    match s:
        case ScaledIdentity():
            if isinstance(s.factor, Const) and s.factor.value == 0:
                return Words("zero", "零")
            return Words("a multiple of the identity", "单位阵的倍数")
        case Diagonal():
            return Words("diagonal", "对角阵")
        case LowRank():
            return Words("rank one", "秩一")
        case Gram():
            if isinstance(s.core, ScaledIdentity):
                return Words("c X'X", "c X'X 形")
            if isinstance(s.core, Diagonal):
                return Words("X'DX with D diagonal", "X'DX 形（D 为对角阵）")
            inner = words(s.core)
            return Words(f"X'(core)X, its core {inner.en}", f"X'(核)X 形，核为{inner.zh}")
        case Kronecker():
            unit = as_unit(s.left)[1] or as_unit(s.right)[1]
            if s.crossed:
                return Words("a Kronecker product on the transpose", "作用于转置的克罗内克积")
            if unit:
                return Words("a Kronecker product with an identity", "与单位阵的克罗内克积")
            return Words("a Kronecker product", "克罗内克积")
        case Blocks():
            where = ("row", "行") if s.axis == 0 else ("column", "列")
            return Words(f"a block for each {where[0]}", f"每{where[1]}一个分块的分块对角阵")
        case Dense():
            return Words("dense", "稠密")
        case Sum():
            parts = [words(t) for t in s.terms]
            return Words(" + ".join(p.en for p in parts), "、".join(p.zh for p in parts) + "之和")
        case _:
            assert_never(s)
