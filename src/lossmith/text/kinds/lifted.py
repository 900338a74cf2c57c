"""Tensors whose first axes belong to open indices, and what is done to one of them.

What an entry or a sum stands for (``Stand``) and the tensor of all entries (``Lifted``): spread
along more indices, moved by an offset, added up, or reduced by an atom along the axis of one index.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lossmith.errors import DomainError
from lossmith.expr import build
from lossmith.expr.node import (
    Contract,
    Expr,
)
from lossmith.expr.types import Dim, Shape
from lossmith.text.functions.cards import card
from lossmith.text.functions.neighbors import moved
from lossmith.text.kinds.indices import reduces_axis
from lossmith.text.syntax.tokens import Index
from lossmith.words import Words

Names = tuple[str, ...]


Rename = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """What a stand-in symbol means: an entry of ``of`` (binds empty), or a sum of it.

    subscripts: one an axis of ``of``, ``:`` for a whole axis; offsets: what is added to each.
    function: sum, mean, tensor, max ...  sizes: of the indices bound.
    """

    of: Expr
    subscripts: Names = ()
    offsets: tuple[int, ...] = ()
    function: str = ""
    binds: tuple[Index, ...] = ()
    sizes: tuple[Dim, ...] = ()


@dataclass(frozen=True, slots=True)
class Lifted:
    """A tensor whose first axes belong to the indices ``names``, in order."""

    expr: Expr
    names: Names

    @property
    def sizes(self) -> dict[str, Dim]:
        """The sizes of the open indices."""
        return dict(zip(self.names, self.expr.shape, strict=False))

    @property
    def core(self) -> Shape:
        """The shape of one entry."""
        return self.expr.shape[len(self.names) :]


def union(parts: Sequence[Lifted]) -> Names:
    """Return the open indices of all parts, by name."""
    return tuple(sorted({n for p in parts for n in p.names}))


def spread_along(p: Lifted, names: Names, sizes: dict[str, Dim]) -> Expr:
    """Return the tensor with an axis for each of ``names``, repeated where it had none."""
    if p.names == names:
        return p.expr
    label = {n: k for k, n in enumerate(names)}
    core = tuple(range(len(names), len(names) + len(p.core)))
    labels = (*(label[n] for n in p.names), *core)
    shape = (*(sizes[n] for n in names), *p.core)
    ones = [(build.ones((sizes[n],)), (label[n],), 1) for n in names if n not in p.names]
    return build.contract([(p.expr, labels, 1), *ones], tuple(range(len(shape))), shape)


def product_of(e: Contract, inner: Sequence[Lifted], names: Names) -> Expr:
    """Return a product of tensors, with an axis in front for each of ``names``."""
    shift = len(names)
    label = {n: k for k, n in enumerate(names)}
    factors: list[tuple[Expr, tuple[int, ...], Fraction]] = []
    for (_, labels, p), part in zip(e.factors, inner, strict=True):
        own = tuple(k + shift for k in labels)
        factors.append((part.expr, (*(label[n] for n in part.names), *own), p))
    return build.contract(factors, tuple(range(shift + e.rank)))


def with_begins(rename: Rename, binds: Sequence[Index]) -> Rename:
    """Note where indices begin: in a sum from 2 on, x[i] stands for the entry after the i-th.

    A name with a + is no index: it carries the number of places.
    """
    return (*rename, *((f"+{b.name}", str(b.first - 1)) for b in binds if b.first > 1))


def terms_of(b: Index, size: Dim) -> Expr:
    """Return how many values an index takes: its size less what is left out at the ends."""
    missing = b.first - 1 + b.short
    return build.subtract(build.size_of(size), build.const(missing))


def swap(rename: Rename, one: str, other: str) -> Rename:
    """Note that two indices change places."""
    names = dict(rename)
    return (*rename, (one, names.get(other, other)), (other, names.get(one, one)))


def entry_of(p: Lifted, stand: Stand, rename: dict[str, str]) -> Lifted:
    """Return the tensor of the entries that a stand-in means."""
    subscripts = stand.subscripts
    chosen = tuple(rename.get(s, s) for s in subscripts)
    e = p.expr
    for axis, (s, offset) in enumerate(zip(subscripts, stand.offsets, strict=True)):
        e = moved(e, len(p.names) + axis, offset + int(rename.get(f"+{s}", "0")))
    p = Lifted(e, p.names)
    names = tuple(sorted({*p.names, *(s for s in chosen if s != ":")}))
    label = {n: k for k, n in enumerate(names)}
    labels = [label[n] for n in p.names]
    rank = len(names)
    for s in chosen:
        labels.append(rank if s == ":" else label[s])
        rank += s == ":"
    return Lifted(build.contract([(p.expr, tuple(labels), 1)], tuple(range(rank))), names)


def total_over(p: Lifted, over: Sequence[str], sizes: dict[str, Dim]) -> Lifted:
    """Return the sum over indices; one that does not occur counts its values."""
    names = tuple(n for n in p.names if n not in over)
    label = {n: k for k, n in enumerate(names)}
    core = tuple(range(len(names), len(names) + len(p.core)))
    top = len(names) + len(core)
    label |= {n: top + k for k, n in enumerate(n for n in p.names if n in over)}
    labels = (*(label[n] for n in p.names), *core)
    factors = [(p.expr, labels, 1)]
    factors += [(build.size_of(sizes[n]), (), 1) for n in over if n not in p.names]
    return Lifted(build.contract(factors, tuple(range(top))), names)


def as_tensor(p: Lifted, order: Names, sizes: dict[str, Dim]) -> Lifted:
    """Return the tensor whose own axes are the indices in ``order``."""
    names = tuple(n for n in p.names if n not in order)
    known = {**p.sizes, **sizes}
    return Lifted(spread_in_order(p, (*names, *order), known), names)


def spread_in_order(p: Lifted, names: Names, sizes: dict[str, Dim]) -> Expr:
    """Return the tensor with the axes ``names`` in that order."""
    label = {n: k for k, n in enumerate(names)}
    shape = tuple(sizes[n] for n in names)
    ones = [(build.ones((sizes[n],)), (label[n],), 1) for n in names if n not in p.names]
    labels = tuple(label[n] for n in p.names)
    return build.contract([(p.expr, labels, 1), *ones], tuple(range(len(names))), shape)


def by_atom(p: Lifted, name: str, function: str, size: Dim) -> Lifted:
    """Return the value of an atom along the axis of one index."""
    atom = reduces_axis(function)
    if atom is None:
        raise DomainError(
            Words(f"{function} has no form over an index", f"{function} 不能对下标运算")
        )
    names = tuple(n for n in p.names if n != name)
    turned = spread_in_order(p, (*names, name), {**p.sizes, name: size})
    return Lifted(build.apply(card(atom), turned), names)
