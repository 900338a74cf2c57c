"""Kinds with orientation and sizes that unify: what a sub-formula is before it is built.

A kind is a scalar ``s``, a column ``c``, a row ``r``, a matrix ``m`` or a tensor ``t`` of three and
more axes, which only index notation makes. A size is a number in a
``Sizes`` table: two sizes that must agree are merged; declared letters and numbers are rigid.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from lossmith.errors import ShapeError
from lossmith.expr.types import Dim
from lossmith.words import Words

Kind = Literal["s", "c", "r", "m", "t"]

RANK: Final[dict[str, int]] = {"s": 0, "c": 1, "r": 1, "m": 2, "t": 3}

KIND_WORDS: Final[dict[str, Words]] = {
    "s": Words("a scalar", "标量"),
    "c": Words("a vector", "向量"),
    "r": Words("a row vector", "行向量"),
    "m": Words("a matrix", "矩阵"),
    "t": Words("a tensor", "张量"),
}


@dataclass(frozen=True, slots=True)
class FreeIndex:
    """An index that an entry leaves open: its size, and the node where it stands first."""

    name: str
    size: int
    node: int


@dataclass(frozen=True, slots=True)
class Type:
    """The kind of a sub-formula and its sizes (entries of a ``Sizes`` table).

    truth: it is a condition.  value: the exact number, where it is a literal one.
    letter: the size letter that it stands for (``n`` in 1/(2*n)), or "".
    free: indices that are not bound yet; the kind is that of one entry.
    """

    kind: Kind
    dims: tuple[int, ...] = ()
    truth: bool = False
    value: Fraction | None = None
    letter: str = ""
    free: tuple[FreeIndex, ...] = ()


SCALAR: Final = Type("s")


class Sizes:
    """Unknown and known sizes; union by the smaller number, so results do not depend on order."""

    def __init__(self) -> None:
        self._parent: list[int] = []
        self._label: list[Dim | None] = []
        self._rigid: dict[Dim, int] = {}

    def fresh(self) -> int:
        """Return a new unknown size."""
        self._parent.append(len(self._parent))
        self._label.append(None)
        return len(self._parent) - 1

    def rigid(self, label: Dim) -> int:
        """Return the size with this letter or number."""
        if label not in self._rigid:
            self._rigid[label] = self.fresh()
            self._label[-1] = label
        return self._rigid[label]

    def find(self, size: int) -> int:
        """Return the representative of a size."""
        while self._parent[size] != size:
            self._parent[size] = self._parent[self._parent[size]]
            size = self._parent[size]
        return size

    def label(self, size: int) -> Dim | None:
        """Return the letter or number of a size, None as long as it is open."""
        return self._label[self.find(size)]

    def name(self, size: int, label: Dim) -> None:
        """Give an open size its letter."""
        self._label[self.find(size)] = label

    def agree(self, a: int, b: int) -> bool:
        """Return whether two sizes are the same already."""
        return self.find(a) == self.find(b)

    def unify(self, a: int, b: int) -> bool:
        """Make two sizes one; return False (and change nothing) if both are rigid and differ."""
        a, b = sorted((self.find(a), self.find(b)))
        if a == b:
            return True
        if self._label[a] is not None and self._label[b] is not None:
            return False
        self._parent[b] = a
        self._label[a] = self._label[b] if self._label[a] is None else self._label[a]
        return True

    def show(self, t: Type) -> str:
        """Return a shape as people write it; a scalar is (), a row (1, n), an open size ?."""
        if t.kind == "s":
            return "()"
        dims = ["?" if (d := self.label(k)) is None else str(d) for k in t.dims]
        if t.kind == "c":
            return f"({dims[0]},)"
        return f"(1, {dims[0]})" if t.kind == "r" else f"({', '.join(dims)})"


class KindsOnly(Sizes):
    """A table in which all sizes agree: for deciding kinds before sizes."""

    def fresh(self) -> int:
        """Return the one size there is."""
        return 0

    def rigid(self, label: Dim) -> int:
        """Return the one size there is."""
        return 0

    def agree(self, a: int, b: int) -> bool:
        """All sizes agree."""
        return True

    def unify(self, a: int, b: int) -> bool:
        """All sizes agree."""
        return True

    def label(self, size: int) -> Dim | None:
        """No size has a letter."""
        return None


def of_kind(kind: Kind, sizes: Sizes, axes: int = 0) -> Type:
    """Return a type of this kind with unknown sizes; axes: of a tensor, if more than three."""
    rank = max(RANK[kind], axes) if kind == "t" else RANK[kind]
    return Type(kind, tuple(sizes.fresh() for _ in range(rank)))


def differ(a: int, b: int, sizes: Sizes) -> Words:
    """Return why two rigid sizes do not fit."""
    x, y = sizes.label(a), sizes.label(b)
    if isinstance(x, int) and isinstance(y, int):
        return Words(f"{x} is not {y}", f"{x} 不等于 {y}")
    if isinstance(x, str) and isinstance(y, str):
        return Words(
            f"{x} and {y} are different letters, so the sizes may differ",
            f"{x} 与 {y} 是不同的字母，大小可以不同",
        )
    return Words(
        f"{x} and {y} are declared apart, so the sizes may differ",
        f"{x} 与 {y} 是分别声明的，大小可以不同",
    )


def common(name: str, types: tuple[Type, ...], sizes: Sizes, attempt: Words | None = None) -> Type:
    """Return the type of an operation entry by entry: scalars broadcast, arrays must agree.

    attempt: what to try where kinds differ, in {a} and {b}.
    """
    arrays = [t for t in types if t.kind != "s"]
    if not arrays:
        return SCALAR
    first = arrays[0]
    for other in arrays[1:]:
        if other.kind != first.kind or len(other.dims) != len(first.dims):
            raise _unlike(name, first, other, sizes, attempt)
        for a, b in zip(first.dims, other.dims, strict=True):
            if not sizes.unify(a, b):
                x, y = sizes.show(first), sizes.show(other)
                raise ShapeError(
                    Words(
                        f"{name} needs equal shapes, got {x} and {y}",
                        f"{name} 要求形状相同，得到的是 {x} 与 {y}",
                    ),
                    why=differ(a, b, sizes),
                )
    return Type(first.kind, first.dims)


def _unlike(name: str, first: Type, other: Type, sizes: Sizes, attempt: Words | None) -> ShapeError:
    turned = {first.kind, other.kind} == {"c", "r"}
    if turned and attempt is None:
        attempt = Words("turn one of them with '", "用 ' 转置其中一个")
    a, b = KIND_WORDS[first.kind], KIND_WORDS[other.kind]
    return ShapeError(
        Words(
            f"{name} cannot join {a.en} {sizes.show(first)} and {b.en} {sizes.show(other)}",
            f"{name} 不能作用于{a.zh} {sizes.show(first)} 与{b.zh} {sizes.show(other)}",
        ),
        why=Words(
            "only a scalar is repeated to the shape of the other side",
            "只有标量会自动扩展成另一边的形状",
        ),
        attempt=attempt,
    )


def square(name: str, t: Type, sizes: Sizes) -> None:
    """Ask a matrix to be square."""
    if t.kind != "m":
        raise ShapeError(
            Words(
                f"{name} needs a square matrix, got {KIND_WORDS[t.kind].en}",
                f"{name} 需要方阵，得到的是{KIND_WORDS[t.kind].zh}",
            )
        )
    rows, columns = t.dims
    if not sizes.unify(rows, columns):
        raise ShapeError(
            Words(
                f"{name} needs a square matrix, got {sizes.show(t)}",
                f"{name} 需要方阵，得到的是 {sizes.show(t)}",
            ),
            why=differ(rows, columns, sizes),
        )
