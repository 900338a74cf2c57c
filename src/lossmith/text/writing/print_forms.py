"""Writes the matrix operations of a layout, whole or entry by entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, assert_never

from lossmith.expr.node import Apply, Const, Factor
from lossmith.expr.types import Dim
from lossmith.text.writing.layout_forms import (
    Chain,
    Diag,
    Diagonal,
    Form,
    Hadamard,
    Identity,
    Indexed,
    Kronecker,
    Leaf,
    Norm,
    Ones,
    Scaled,
    Size,
    Total,
    Trace,
    Transpose,
    rank_of,
    stays,
)
from lossmith.text.writing.print_dialect import Dialect, FlatDialect, Parts, Piece
from lossmith.text.writing.print_flat import flat_chain, flat_kronecker, flat_tensor
from lossmith.text.writing.print_means import averaged
from lossmith.text.writing.print_tasks import (
    ONE,
    AnyTask,
    At,
    Context,
    FormTask,
    PartSteps,
    Steps,
    Task,
    powers,
)

SUM_NAMES: Final[Mapping[str, str]] = {"abs": "1"}
"""Entrywise atoms whose sum is a norm, and the kind of that norm."""

_TRACE_LIMIT: Final = 6
"""Longest product whose rotations under a trace are all compared."""


def form_parts(
    ctx: Context, form: Form, at: At, depth: int, *, anchored: bool = False
) -> PartSteps:
    """Return a form as the parts of a product, so that numbers and signs can still join it."""
    if isinstance(form, Scaled):
        scalars = averaged(ctx.dialect, form.scalars, ctx.names)
        rows = [(FormTask(f, None, depth), p) for f, p in scalars]
        over, under = yield from powers(ctx, rows, 0)
        if form.body is None:
            return Parts(ONE, over, under)
        inner = yield from form_parts(ctx, form.body, at, depth, anchored=anchored)
        return replace(inner, over=(*over, *inner.over), under=(*under, *inner.under))
    if isinstance(form, Hadamard):
        rank = form.rank if at is None else 0
        rows = _entry_factors(form, at, depth)
        over, under = yield from powers(ctx, rows, rank)
        if at is None:
            return Parts(ONE, body_over=over, body_under=under)
        return Parts(ONE, over, under)
    if at is not None and isinstance(form, Diag):
        over, under = yield from powers(ctx, [(FormTask(form.of, at[:1], depth), ONE)], 0)
        delta = unit(ctx.dialect, at, form.size)
        return Parts(ONE, (delta, *over), under)
    if at is not None and isinstance(form, Ones):
        return Parts(ONE)
    if isinstance(form, Norm):
        over, under = yield from powers(ctx, [(FormTask(form, None, depth), ONE)], 0)
        return Parts(ONE, over, under)
    flat = isinstance(ctx.dialect, FlatDialect)
    if isinstance(form, Indexed) and (at is not None or not form.shape) and not flat:
        return (yield from indexed_parts(ctx, form.factors, at or (), depth))
    piece = yield FormTask(form, at, depth, anchored)
    if at is None and rank_of(form):
        return Parts(ONE, body_over=(piece,))
    return Parts(ONE, (piece,))


def form_steps(ctx: Context, form: Form, at: At, depth: int, *, anchored: bool = False) -> Steps:
    """Write a form."""
    if at is not None and rank_of(form):
        return (yield from _entry(ctx, form, at, depth))
    d = ctx.dialect
    match form:
        case Leaf(expr=e):
            return (yield Task(e, None, depth))
        case Identity(size=n):
            return d.identity(n, anchored=anchored)
        case Ones(shape=shape):
            return d.ones(shape, anchored=anchored)
        case Size(size=n):
            return d.number(Fraction(n)) if isinstance(n, int) else d.name(n)
        case Hadamard() | Scaled() | Norm():
            return d.product((yield from form_parts(ctx, form, None, depth)))
        case Chain() if isinstance(d, FlatDialect):
            return (yield from flat_chain(d, form, depth))
        case Kronecker() if isinstance(d, FlatDialect):
            return (yield from flat_kronecker(d, form, depth))
        case Indexed() if isinstance(d, FlatDialect):
            return (yield from flat_tensor(d, form, depth))
        case Chain():
            return (yield from _chain(ctx, form, depth, anchored=anchored))
        case Transpose(of=inner):
            piece = yield FormTask(inner, None, depth)
            return piece if stays(inner) else d.transpose(piece)
        case Diag(of=inner) | Diagonal(of=inner):
            return d.function("diag", ((yield FormTask(inner, None, depth)),))
        case Trace(of=inner):
            return (yield from _trace(ctx, inner, depth))
        case Total(of=inner, mean=True):
            return d.function("mean", ((yield FormTask(inner, None, depth)),))
        case Total(of=inner):
            return (yield from _total(ctx, inner, depth))
        case Kronecker():
            return (yield from _kronecker(ctx, form, depth))
        case Indexed():
            return (yield from _tensor(ctx, form, depth))
        case _:
            assert_never(form)


# -- whole forms -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Link:
    """One factor of a matrix product: its piece, whether transposed, whether that matters."""

    piece: Piece
    turned: bool
    symmetric: bool
    matrix: bool

    def flipped(self) -> _Link:
        return replace(self, turned=not self.turned)


def _chain(ctx: Context, form: Chain, depth: int, *, anchored: bool) -> Steps:
    links: list[_Link] = []
    for k, f in enumerate(form.factors):
        base, turned = (f.of, True) if isinstance(f, Transpose) else (f, False)
        # A vector of ones takes its size from the matrix that it multiplies.
        near = k + 1 if turned else k - 1
        matrix = 0 <= near < len(form.factors) and rank_of(form.factors[near]) == 2
        piece = yield FormTask(base, None, depth, anchored=matrix or anchored)
        links.append(_Link(piece, turned, stays(base), rank_of(base) == 2))
    shown = _joined(ctx.dialect, links)
    if form.rank:
        return shown
    # A number equals its transpose: x'Ay or y'A'x, whichever is shorter.
    other = _joined(ctx.dialect, [k.flipped() for k in reversed(links)])
    ways = ((shown, links[0]), (other, links[-1]))
    return min(ways, key=lambda way: (len(way[0].text), len(way[1].piece.text), way[0].text))[0]


def _joined(d: Dialect, links: Sequence[_Link]) -> Piece:
    """Return the matrix product; equal neighbors become a power where the dialect has one."""
    pieces: list[Piece] = []
    k = 0
    while k < len(links):
        link = links[k]
        stop = k + 1
        if d.matrix_powers and link.matrix and not link.turned:
            while stop < len(links) and links[stop] == link:
                stop += 1
        piece = d.power(link.piece, ONE * (stop - k), 0)
        pieces.append(d.transpose(piece) if link.turned and not link.symmetric else piece)
        k = stop
    return d.chain(pieces)


def _trace(ctx: Context, inner: Form, depth: int) -> Steps:
    """Write tr(...) with the rotation and direction that needs the fewest marks."""
    d = ctx.dialect
    if not isinstance(inner, Chain):
        return d.function("tr", ((yield FormTask(inner, None, depth)),))
    links: list[_Link] = []
    for f in inner.factors:
        base, turned = (f.of, True) if isinstance(f, Transpose) else (f, False)
        piece = yield FormTask(base, None, depth)
        diagonal = isinstance(base, Diag) or stays(base)
        links.append(_Link(piece, turned and not isinstance(base, Diag), diagonal, True))
    around = range(len(links)) if len(links) <= _TRACE_LIMIT else range(1)
    back = [k.flipped() for k in reversed(links)]
    ways = [way[k:] + way[:k] for way in (links, back) for k in around]
    shown = [(_joined(d, way), way[0].turned and not way[0].symmetric) for way in ways]
    best = min(shown, key=lambda row: (len(row[0].text), not row[1], row[0].text))
    return d.function("tr", (best[0],))


def _total(ctx: Context, inner: Form, depth: int) -> Steps:
    d = ctx.dialect
    if isinstance(inner, Leaf) and isinstance(inner.expr, Apply) and inner.expr not in ctx.names:
        kind = SUM_NAMES.get(inner.expr.atom.name)
        if kind is not None and len(inner.expr.shape) == 1:
            return d.norm((yield Task(inner.expr.args[0], None, depth)), kind, ONE)
    if not d.sums_by_index:
        return d.function("sum", ((yield FormTask(inner, None, depth)),))
    rank = rank_of(inner)
    names = ctx.bound(depth, rank)
    return d.big_sum(names, (yield FormTask(inner, names, depth + rank)))


def _kronecker(ctx: Context, form: Kronecker, depth: int) -> Steps:
    d = ctx.dialect
    if d.has_kronecker:
        left = yield FormTask(form.left, None, depth)
        right = yield FormTask(form.right, None, depth)
        return d.kronecker(left, right)
    names = ctx.bound(depth, 4)
    return d.tensor((yield FormTask(form, names, depth + 4)), names)


def _tensor(ctx: Context, form: Indexed, depth: int) -> Steps:
    """Write what matrix notation cannot say by its entries."""
    rank = len(form.shape)
    names = ctx.bound(depth, rank)
    parts = yield from indexed_parts(ctx, form.factors, names, depth + rank)
    piece = ctx.dialect.product(parts)
    return ctx.dialect.tensor(piece, names) if rank else piece


# -- entries ---------------------------------------------------------------------------------------


def _entry(ctx: Context, form: Form, at: tuple[str, ...], depth: int) -> Steps:
    d = ctx.dialect
    match form:
        case Leaf(expr=e):
            return (yield Task(e, at, depth))
        case Transpose(of=inner):
            return (yield FormTask(inner, at[::-1], depth))
        case Identity(size=n):
            return unit(d, at, n)
        case Ones():
            return d.number(ONE)
        case Diagonal(of=inner):
            return (yield FormTask(inner, (at[0], at[0]), depth))
        case Chain(factors=(left, Transpose(of=right))) if rank_of(right) == 1 and form.rank == 2:
            rows = [
                *_entry_factors(left, at[:1], depth),
                *_entry_factors(right, at[1:], depth),
            ]
            over, under = yield from powers(ctx, rows, 0)
            return d.product(Parts(ONE, over, under))
        case Chain(factors=links) if _is_scaled(links):
            rows: list[tuple[AnyTask, Fraction]] = []
            for k, f in enumerate(links):
                if isinstance(f, Diag):
                    rows += _entry_factors(f.of, at[:1] if k == 0 else at[1:], depth)
                else:
                    rows += _entry_factors(f, at, depth)
            over, under = yield from powers(ctx, rows, 0)
            return d.product(Parts(ONE, over, under))
        case Kronecker(left=left, right=right):
            rows = [
                *_entry_factors(left, (at[0], at[2]), depth),
                *_entry_factors(right, (at[1], at[3]), depth),
            ]
            over, under = yield from powers(ctx, rows, 0)
            return d.product(Parts(ONE, over, under))
        case Hadamard() | Diag() | Indexed() | Scaled():
            return d.product((yield from form_parts(ctx, form, at, depth)))
        case Chain() | Size() | Trace() | Total() | Norm():
            return d.entry((yield FormTask(form, None, depth)), at)
        case _:
            assert_never(form)


def _entry_factors(form: Form, at: At, depth: int) -> list[tuple[AnyTask, Fraction]]:
    """Return the factors of an entrywise product, or the form alone."""
    if isinstance(form, Hadamard):
        return [(FormTask(f, at, depth), p) for f, p in form.factors]
    return [(FormTask(form, at, depth), ONE)]


def _is_scaled(links: Sequence[Form]) -> bool:
    """Return whether a product is one matrix with scaled rows or columns: its entry is plain."""
    inner = [f for f in links if not isinstance(f, Diag)]
    return len(inner) == 1 and len(links) <= 3 and rank_of(inner[0]) == 2


def unit(d: Dialect, at: Sequence[str], size: Dim) -> Piece:
    """Return the entry of the unit matrix."""
    return d.number(ONE) if at[0] == at[1] else d.unit(at[0], at[1], size)


def indexed_parts(
    ctx: Context, factors: Sequence[Factor], at: tuple[str, ...], depth: int
) -> PartSteps:
    """Return a product with every label written; what is not summed stands before the sum sign."""
    rank = len(at)
    # Letters run along the matrices: X[i,j] rather than X[j,i].
    matrices_first = sorted(factors, key=lambda f: -len(f[1]))
    inner = list(dict.fromkeys(k for _, ls, _ in matrices_first for k in ls if k >= rank))
    carried = {k for e, ls, _ in factors if not isinstance(e, Const) for k in ls}
    shown = [k for k in inner if k in carried]
    names = dict(enumerate(at)) | dict(zip(shown, ctx.bound(depth, len(shown)), strict=True))
    deeper = depth + len(shown)
    outside: list[tuple[AnyTask, Fraction]] = []
    inside: list[tuple[AnyTask, Fraction]] = []
    for e, labels, p in factors:
        if isinstance(e, Const) and labels:
            # Ones matter only where nothing else runs over an index: they count or repeat it.
            for k, n in zip(labels, e.shape, strict=True):
                if k >= rank and k not in names:
                    outside.append((FormTask(Size(n), None, depth), ONE))
                elif k < rank and k not in carried:
                    outside.append((FormTask(Ones((n,)), (at[k],), depth), ONE))
            continue
        task = Task(e, tuple(names[k] for k in labels), deeper)
        (inside if any(k >= rank for k in labels) else outside).append((task, p))
    over, under = yield from powers(ctx, outside, 0)
    if not inside:
        return Parts(ONE, over, under)
    top, bottom = yield from powers(ctx, inside, 0)
    body = ctx.dialect.product(Parts(ONE, top, bottom))
    big = ctx.dialect.big_sum(tuple(names[k] for k in shown), body)
    return Parts(ONE, (*over, big), under)
