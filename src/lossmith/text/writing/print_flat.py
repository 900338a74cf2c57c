"""Writes products in a dialect of arrays: vectors without transpose, tensors by ``einsum``."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lossmith.expr.node import Const
from lossmith.text.writing.layout_forms import (
    Chain,
    Form,
    Indexed,
    Kronecker,
    Ones,
    Transpose,
    is_row,
    rank_of,
    stays,
)
from lossmith.text.writing.print_dialect import FlatDialect, Piece
from lossmith.text.writing.print_tasks import AnyTask, FormTask, Steps, Task

_LETTERS: Final = "ijklmnopqrstuvwxyzabcdefgh"


@dataclass(frozen=True, slots=True)
class _Link:
    """One factor of a matrix product; turned: a matrix transposed, or a vector as a row."""

    piece: Piece
    turned: bool
    matrix: bool
    symmetric: bool

    def flipped(self) -> _Link:
        return replace(self, turned=not self.turned)


def flat_chain(d: FlatDialect, form: Chain, depth: int) -> Steps:
    """Write a matrix product; sums over rows or columns by their axis, xy' as an outer product."""
    factors = form.factors
    if form.rank == 1 and isinstance(factors[-1], Ones):
        axis = 1
        if len(factors) == 2 and isinstance(factors[0], Transpose):
            axis, factors = 0, (factors[0].of, factors[1])
        links = yield from _links(factors[:-1], depth)
        return d.along("sum", _joined(d, links), axis)
    links = yield from _links(factors, depth)
    cut = next((k for k, f in enumerate(factors) if k and is_row(f)), None)
    if form.rank == 2 and cut is not None:
        right = [k.flipped() for k in reversed(links[cut:])]
        return d.outer(_joined(d, links[:cut]), _joined(d, right))
    shown = _joined(d, links)
    if form.rank:
        return shown
    # A number equals its transpose: the way with fewer marks.
    other = _joined(d, [k.flipped() for k in reversed(links)])
    return min((shown, other), key=lambda piece: (len(piece.text), piece is other))


def _links(factors: Sequence[Form], depth: int) -> Generator[AnyTask, Piece, list[_Link]]:
    links: list[_Link] = []
    for f in factors:
        base, turned = (f.of, True) if isinstance(f, Transpose) else (f, False)
        piece = yield FormTask(base, None, depth)
        links.append(_Link(piece, turned, rank_of(base) == 2, stays(base)))
    return links


def _joined(d: FlatDialect, links: Sequence[_Link]) -> Piece:
    return d.chain(
        [
            d.transpose(k.piece) if k.matrix and k.turned and not k.symmetric else k.piece
            for k in links
        ]
    )


def flat_kronecker(d: FlatDialect, form: Kronecker, depth: int) -> Steps:
    """Write T[i,j,k,l] = L[i,k] R[j,l]."""
    left = yield FormTask(form.left, None, depth)
    right = yield FormTask(form.right, None, depth)
    return d.kronecker(left, right)


def flat_tensor(d: FlatDialect, form: Indexed, depth: int) -> Steps:
    """Write what matrix notation cannot say with one letter for each index."""
    letters: dict[int, str] = {}
    for k in (*range(len(form.shape)), *(k for _, labels, _ in form.factors for k in labels)):
        letters.setdefault(k, _LETTERS[len(letters)])
    told = {k for e, labels, _ in form.factors if not isinstance(e, Const) for k in labels}
    factors: list[tuple[Piece, str]] = []
    for e, labels, p in form.factors:
        if isinstance(e, Const) and e.value == 1 and told >= set(labels):
            continue
        piece = d.power((yield Task(e, None, depth)), abs(p), len(labels))
        if p < 0:
            piece = d.reciprocal(piece)
        factors.append((piece, "".join(letters[k] for k in labels)))
    return d.einsum(factors, "".join(letters[k] for k in range(len(form.shape))))
