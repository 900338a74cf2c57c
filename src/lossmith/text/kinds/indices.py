"""Kinds and sizes of entries ``x[i]`` and of sums over indices.

A sub-formula with open indices has the kind of one entry: ``X[i,:]*w`` is a scalar that leaves i
open. The size of an index is that of the axes that it runs along; all of them must agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lossmith.errors import LossmithError, ParseError, ShapeError
from lossmith.text.functions.cards import ATOMS
from lossmith.text.syntax.syntax import Node, Syntax
from lossmith.text.syntax.tokens import Index
from lossmith.text.syntax.typed import KIND_WORDS, RANK, FreeIndex, Kind, Sizes, Type, differ
from lossmith.words import Words

REDUCTIONS: Final = {
    "max": "maxentry", "min": "minentry", "prod": "prod",
    "logsumexp": "logsumexp", "lse": "logsumexp", "log_sum_exp": "logsumexp",
}  # fmt: skip
"""Functions over an index, and the atom that reduces an axis in the same way."""

_SUMS: Final = {"Sigma": "sum", "Pi": "prod", "average": "mean"}
_AXES: Final[tuple[Kind, ...]] = ("s", "c", "m", "t")


def reduction(name: str) -> str:
    """Return the plain name of a function over an index."""
    return _SUMS.get(name, name)


def entry_kind(kind: str, subscripts: str) -> str:
    """Return the kind of an entry, "" if there is none; subscripts: i or : for each."""
    count, rank = len(subscripts), RANK[kind]
    if kind == "t":
        return "s" if ":" not in subscripts else ""
    if rank == 2 and subscripts == "i":
        return "c"
    if count != rank or rank == 0:
        return ""
    if rank == 1:
        return kind if subscripts == ":" else "s"
    return {"ii": "s", "i:": "r", ":i": "c", "::": "m"}[subscripts]


def pattern(subscripts: Sequence[str]) -> str:
    """Return subscripts with every index written as i."""
    return "".join(":" if s == ":" else "i" for s in subscripts)


def entry(node: Node, index: int, base: Type, sizes: Sizes) -> Type:
    """Return the type of an entry.

    Raises: ShapeError if the number of subscripts does not fit.
    """
    kind = entry_kind(base.kind, pattern(node.subscripts))
    if not kind or (base.kind == "t" and len(node.subscripts) != len(base.dims)):
        raise _no_entry(node, base, sizes)
    row = base.kind == "m" and len(node.subscripts) == 1
    subscripts = (*node.subscripts, ":") if row else node.subscripts
    pairs = list(zip(subscripts, base.dims, strict=True))
    free = [FreeIndex(s, d, index) for s, d in pairs if s != ":"]
    dims = tuple(d for s, d in pairs if s == ":")
    found: dict[str, Kind] = {"s": "s", "c": "c", "r": "r", "m": "m"}
    return Type(found[kind], dims, free=joined((base.free, tuple(free)), sizes))


def joined(groups: Sequence[tuple[FreeIndex, ...]], sizes: Sizes) -> tuple[FreeIndex, ...]:
    """Return the open indices of all operands, each once; equal names have equal sizes.

    Raises: IndexClash where one index would have two sizes.
    """
    found: dict[str, FreeIndex] = {}
    for group in groups:
        for free in group:
            first = found.setdefault(free.name, free)
            if first is not free and not sizes.unify(first.size, free.size):
                raise IndexClash(first, free, sizes)
    return tuple(found.values())


class IndexClash(ShapeError):
    """One index runs along two axes of different sizes."""

    def __init__(self, first: FreeIndex, second: FreeIndex, sizes: Sizes) -> None:
        a, b = sizes.label(first.size), sizes.label(second.size)
        name = first.name
        super().__init__(
            Words(
                f"index {name} would run over two sizes, {a} and {b}",
                f"下标 {name} 要取遍两种大小：{a} 与 {b}",
            ),
            why=differ(first.size, second.size, sizes),
            attempt=Words(
                f"use another letter here, or turn the array: X[{name},:] and X[:,{name}]",
                f"这里换一个字母，或换到另一个轴：X[{name},:] 与 X[:,{name}]",
            ),
        )
        self.node = second.node

    def plain(self) -> ShapeError:
        """Return the error in its public class."""
        return ShapeError(self.what, why=self.why, attempt=self.attempt, place=self.place)


def bound(syntax: Syntax, index: int, body: Type, sizes: Sizes) -> Type:
    """Return the type of ``sum(i, body)`` and of the other functions over indices.

    Raises: ParseError for an index that does not occur; ShapeError for a size that clashes or an
    array where a number is needed.
    """
    node = syntax.nodes[index]
    free = list(body.free)
    axes: list[int] = []
    # From the inside out: in sum(i, k != i, ...) the k may leave out a value of i.
    for over in reversed(node.binds):
        here = next((f for f in free if f.name == over.name), None)
        if here is None and not over.size:
            raise _does_not_occur(syntax, index, over)
        size = sizes.fresh() if here is None else here.size
        if over.size:
            stated = sizes.rigid(int(over.size) if over.size.isdigit() else over.size)
            if not sizes.unify(size, stated):
                raise IndexClash(FreeIndex(over.name, stated, index), here or free[0], sizes)
        free = [f for f in free if f.name != over.name]
        axes.append(size)
        for other in (*over.apart, *over.after):
            # The other index runs over the same values.
            free = list(joined((tuple(free), (FreeIndex(other, size, index),)), sizes))
    name = reduction(node.name)
    if name == "tensor":
        return _tensor(syntax, index, body, axes[::-1], tuple(free))
    if name not in ("sum", "mean"):
        _needs_number(syntax, index, body)
    if name != "sum" and any(b.apart or b.after for b in node.binds):
        raise ParseError(
            Words(f"{name} cannot leave out one value", f"{name} 不能排除某一个下标值"),
            why=Words("only a sum can take one term away", "只有求和才能减去其中一项"),
            place=syntax.place(index),
        )
    return replace(body, free=tuple(free), value=None, letter="")


def _tensor(
    syntax: Syntax, index: int, body: Type, axes: list[int], free: tuple[FreeIndex, ...]
) -> Type:
    _needs_number(syntax, index, body)
    kind = _AXES[min(len(axes), 3)]
    return Type(kind, tuple(axes), free=free)


def _needs_number(syntax: Syntax, index: int, body: Type) -> None:
    if body.kind == "s":
        return
    node = syntax.nodes[index]
    word = KIND_WORDS[body.kind]
    raise ShapeError(
        Words(
            f"{node.name} over an index needs a number, got {word.en}",
            f"{node.name} 对下标运算时需要一个数，得到的是{word.zh}",
        ),
        attempt=Words("write every index: X[i,j]", "把下标写全：X[i,j]"),
        place=syntax.whole(node.args[0]),
    )


def _no_entry(node: Node, base: Type, sizes: Sizes) -> ShapeError:
    word, count = KIND_WORDS[base.kind], len(node.subscripts)
    if base.kind == "s":
        what = Words("a scalar has no entries", "标量没有分量")
    else:
        what = Words(
            f"{word.en} {sizes.show(base)} has {len(base.dims)} subscript(s), got {count}",
            f"{word.zh} {sizes.show(base)} 有 {len(base.dims)} 个下标，写了 {count} 个",
        )
    return ShapeError(
        what,
        attempt=Words(
            "write x[i] for a vector, X[i,j] or X[i,:] for a matrix",
            "向量写 x[i]，矩阵写 X[i,j] 或 X[i,:]",
        ),
    )


def _does_not_occur(syntax: Syntax, index: int, over: Index) -> LossmithError:
    return ParseError(
        Words(
            f"index {over.name} does not occur in this sum",
            f"这个求和式里没有出现下标 {over.name}",
        ),
        why=Words(
            "its range is the size of what it indexes, so it must index something",
            "下标的范围就是所索引数组的大小，因此它必须用在某个数组上",
        ),
        attempt=Words(
            "write sum(i, x[i]), or sum(x) for all entries",
            "写成 sum(i, x[i])；对所有分量求和写 sum(x)",
        ),
        place=syntax.place(index),
    )


def check_nesting(syntax: Syntax) -> None:
    """Refuse an index that is bound again inside of its own sum."""
    inside: list[frozenset[str]] = []
    for index, node in enumerate(syntax.nodes):
        below = frozenset[str]().union(*(inside[a] for a in node.args))
        names = [b.name for b in node.binds]
        for k, name in enumerate(names):
            if name in below or name in names[:k]:
                raise ParseError(
                    Words(f"index {name} is bound twice", f"下标 {name} 被绑定了两次"),
                    attempt=Words("give the inner sum another letter", "请给内层求和换一个字母"),
                    place=syntax.place(index),
                )
        inside.append(below | set(names) if names else below)


def check_open(syntax: Syntax, whole: Type) -> None:
    """Refuse indices that are bound in one place and open in another; whole: of the formula."""
    everywhere = {b.name for n in syntax.nodes for b in n.binds}
    for free in whole.free:
        if free.name in everywhere:
            raise ParseError(
                Words(
                    f"index {free.name} stands outside of its sum",
                    f"下标 {free.name} 出现在求和号的范围之外",
                ),
                why=Words(
                    "elsewhere a sum runs over it, here nothing does",
                    "别处有求和取遍它，这里却没有",
                ),
                attempt=Words(
                    f"put the whole term into the brackets of sum({free.name}, ...)",
                    f"把整项放进 sum({free.name}, ...) 的括号里",
                ),
                place=syntax.whole(free.node),
            )


def of_result(t: Type) -> Type:
    """Return the type of the whole formula: open indices become axes, in order of appearance."""
    dims = (*(f.size for f in t.free), *t.dims)
    if not t.free:
        return t
    return Type(_AXES[min(len(dims), 3)], dims)


def reduces_axis(name: str) -> str | None:
    """Return the atom that reduces one axis as ``name`` does, None if there is none."""
    atom = REDUCTIONS.get(name)
    return atom if atom in ATOMS else None


__all__ = [
    "IndexClash", "bound", "check_nesting", "check_open", "entry", "entry_kind", "joined",
    "of_result", "pattern", "reduces_axis", "reduction",
]  # fmt: skip
