"""A tensor product as a tree of matrix operations: what a person would write for it.

``layout`` looks at one product (``Contract``) and finds the matrix products, transposes, entrywise
products, diagonal matrices, traces and norms that say the same thing. The leaves are the factors
themselves; lay those out in turn. Sums, functions and choices are leaves of their own.
What matrix notation cannot say (more than two free axes, or a factor graph that no sequence of
matrix operations builds) comes back as ``Indexed``, to be written with indices.

The graph: labels are vertices, matrices are edges, vectors hang on one vertex. ``layout_graph``
removes the summed vertices one by one; each removal is one matrix operation.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from lossmith.expr.node import Const, Contract, Delta, Expr, Factor
from lossmith.expr.types import Shape
from lossmith.text.writing.layout_forms import (
    Chain,
    Diag,
    Form,
    Identity,
    Indexed,
    Kronecker,
    Leaf,
    Norm,
    Powered,
    Scaled,
    Size,
    Total,
    Transpose,
)
from lossmith.text.writing.layout_graph import Graph

ONE = Fraction(1)


def layout(expr: Expr, opaque: Collection[Expr] = ()) -> Form:
    """Return the matrix operations at the top of expr, down to its factors.

    opaque: expressions that stay leaves (because they have a name).
    Cost: about the square of the number of factors; factors are not entered.
    """
    if not isinstance(expr, Contract):
        return Leaf(expr)
    return layout_product(expr.factors, expr.shape, opaque)


def layout_product(factors: Sequence[Factor], shape: Shape, opaque: Collection[Expr] = ()) -> Form:
    """Return the matrix operations of a product that need not be in canonical form.

    factors, shape: as in ``Contract``; label k < len(shape) is axis k of the result.
    """
    return _layout(factors, shape, opaque, inline=True)


def _layout(
    factors: Sequence[Factor], shape: Shape, opaque: Collection[Expr], *, inline: bool
) -> Form:
    scalars: list[Powered] = []
    body: list[list[Factor]] = []
    for part in _components([f for f in factors if f[1]]):
        if any(k < len(shape) for _, labels, _ in part for k in labels):
            body.append(part)
        else:
            scalars += _as_powers(_scalar(part, opaque, inline=inline))
    for e, labels, p in factors:
        if not labels:
            scalars += _scalar_factor(e, p, opaque)
    if not shape:
        return scalars[0][0] if len(scalars) == 1 and scalars[0][1] == 1 else _scaled(scalars)
    tensor = _tensor(body, shape, opaque, inline=inline)
    return Scaled(tuple(scalars), tensor) if scalars else tensor


def _scaled(scalars: Sequence[Powered]) -> Form:
    return Scaled(tuple(scalars), None)


def _as_powers(form: Form) -> list[Powered]:
    if isinstance(form, Scaled) and form.body is None:
        return list(form.scalars)
    return [(form, ONE)]


def _scalar_factor(e: Expr, p: Fraction, opaque: Collection[Expr]) -> list[Powered]:
    """Return a scalar factor; sums, sizes and squared norms are seen under any exponent."""
    if isinstance(e, Contract) and e not in opaque:
        form = _layout(e.factors, e.shape, opaque, inline=False)
        if isinstance(form, (Size, Total)):
            return [(form, p)]
        if isinstance(form, Scaled) and form.body is None and len(form.scalars) == 1:
            inner, q = form.scalars[0]
            if isinstance(inner, Norm):
                return [(inner, q * p)]
    return [(Leaf(e), p)]


def _components(factors: list[Factor]) -> list[list[Factor]]:
    """Return the factors grouped by shared labels, free ones included."""
    groups: list[tuple[set[int], list[Factor]]] = []
    for factor in factors:
        labels = set(factor[1])
        members = [factor]
        apart: list[tuple[set[int], list[Factor]]] = []
        for names, inside in groups:
            if names & labels:
                labels |= names
                members = inside + members
            else:
                apart.append((names, inside))
        groups = [*apart, (labels, members)]
    return [members for _, members in groups]


def _graph(part: Sequence[Factor], opaque: Collection[Expr], *, inline: bool) -> Graph | None:
    """Return the factor graph, or None if a factor has more than two axes."""
    graph = Graph()
    for e, labels, p in part:
        for k, d in zip(labels, e.shape, strict=True):
            graph.sizes[k] = d
            graph.pendants.setdefault(k, [])
        if isinstance(e, Const) and len(labels) == 1 and e.value == 1:
            continue
        if len(labels) > 2:
            return None
        graph.add(_leaf(e, p, opaque, inline=inline), labels, p)
    return graph


def _leaf(e: Expr, p: Fraction, opaque: Collection[Expr], *, inline: bool) -> Form:
    """Return a factor; a matrix product inside comes back as its chain, to join the outer one."""
    if inline and p == 1 and isinstance(e, Contract) and e not in opaque:
        form = _layout(e.factors, e.shape, opaque, inline=False)
        if isinstance(form, (Chain, Transpose)):
            return form
    return Leaf(e)


def _scalar(part: Sequence[Factor], opaque: Collection[Expr], *, inline: bool) -> Form:
    """Return a group of factors without free labels."""
    graph = _graph(part, opaque, inline=inline)
    form = None if graph is None else graph.scalar()
    return Indexed(tuple(part), ()) if form is None else form


def _tensor(
    parts: list[list[Factor]], shape: Shape, opaque: Collection[Expr], *, inline: bool
) -> Form:
    everything = tuple(f for part in parts for f in part)
    if len(shape) > 2:
        return _kronecker(parts, shape, opaque) or Indexed(everything, shape)
    unit = [f for f in everything if isinstance(f[0], Delta)]
    rest = [f for f in everything if not isinstance(f[0], Delta)]
    if unit:
        return _diagonal_matrix(unit, rest, shape, opaque, inline=inline)
    graph = _graph(everything, opaque, inline=inline)
    form = None
    if graph is not None:
        form = graph.vector() if len(shape) == 1 else graph.matrix()
    return Indexed(everything, shape) if form is None else form


def _diagonal_matrix(
    unit: list[Factor],
    rest: list[Factor],
    shape: Shape,
    opaque: Collection[Expr],
    *,
    inline: bool,
) -> Form:
    """Return unit matrix times what hangs on its first index."""
    indexed = Indexed((*unit, *rest), shape)
    if len(unit) != 1 or set(unit[0][1]) != {0, 1} or any(1 in ls for _, ls, _ in rest):
        return indexed
    if not rest:
        return Identity(shape[0])
    graph = _graph(rest, opaque, inline=inline)
    vector = None if graph is None else graph.vector()
    return indexed if vector is None else Diag(vector, shape[0])


def _kronecker(parts: list[list[Factor]], shape: Shape, opaque: Collection[Expr]) -> Form | None:
    """Return L (x) R for a tensor T[i,j,k,l] = L[i,k] R[j,l], as Hessians of matrices often are."""
    if len(shape) != 4 or len(parts) < 2:
        return None
    sides: list[Form] = []
    for axes in ((0, 2), (1, 3)):
        side = [f for part in parts for f in part if set(_free(part, 4)) <= set(axes)]
        names = {axes[0]: 0, axes[1]: 1}
        if {k for f in side for k in f[1] if k < 4} != set(axes):
            return None
        renamed = [(e, tuple(names.get(k, k) for k in labels), p) for e, labels, p in side]
        sides.append(
            _tensor(_components(renamed), tuple(shape[k] for k in axes), opaque, inline=True)
        )
    if len(parts) != sum(1 for part in parts if _one_sided(part)):
        return None
    return Kronecker(sides[0], sides[1])


def _free(part: Sequence[Factor], rank: int) -> list[int]:
    return sorted({k for _, labels, _ in part for k in labels if k < rank})


def _one_sided(part: Sequence[Factor]) -> bool:
    free = set(_free(part, 4))
    return free <= {0, 2} or free <= {1, 3}
