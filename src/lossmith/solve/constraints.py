"""What is declared of the variables, as something a method can keep.

Closed intervals are bounds; a simplex and the semidefinite matrices are sets with a projection: all
go to the penalty. Symmetric and diagonal matrices form subspaces, onto which gradients are
projected. Open intervals and definite matrices are open sets: points outside count as outside the
domain. Whatever is left (integers, value lists, orthogonal, one-hot) no method here can keep, so it
is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from lossmith.errors import UsageError
from lossmith.expr.node import Symbol
from lossmith.run.bind import outside_of
from lossmith.solve.penalty import Piece, Semidefinite, Simplex
from lossmith.solve.problem import Layout
from lossmith.words import Words

Array = NDArray[np.float64]


def refuse_discrete(wrt: Sequence[Symbol]) -> None:
    """Raise UsageError for a variable whose declaration no method can keep."""
    for s in wrt:
        a = s.assumptions
        found = [w for w in ("orthogonal", "onehot") if a.has(w)]
        found += ["integer"] if a.integer else []
        if a.values is not None:
            found.append("{" + ", ".join(str(v) for v in a.values) + "}")
        if found:
            raise UsageError(
                Words(
                    f"{s.name} is declared {found[0]}, and no method here keeps that",
                    f"{s.name} 声明为 {found[0]}，现有方法都不能保持这一约束",
                ),
                why=Words(
                    "the methods move through a convex set of points in small steps",
                    "这些方法在凸集中小步移动",
                ),
                attempt=Words(
                    f"declare {s.name} without it, for the minimum of the relaxed problem",
                    f"声明 {s.name} 时去掉它，求松弛问题的极小值",
                ),
            )


def bounds(wrt: Sequence[Symbol], layout: Layout) -> tuple[Array | None, Array | None]:
    """Return the closed ends of the declared intervals; None where there are none."""
    low = np.full(layout.dimension, -np.inf)
    high = np.full(layout.dimension, np.inf)
    places = layout.slices()
    for s in wrt:
        interval = s.assumptions.interval
        if s.assumptions.has("simplex"):
            continue  # its projection keeps the bounds 0 and 1 as well
        if interval.lo is not None and not interval.lo_open:
            low[places[s.name]] = float(interval.lo)
        if interval.hi is not None and not interval.hi_open:
            high[places[s.name]] = float(interval.hi)
    return (
        low if np.isfinite(low).any() else None,
        high if np.isfinite(high).any() else None,
    )


def sets(wrt: Sequence[Symbol], layout: Layout) -> list[Piece]:
    """Return the indicator of every variable that is declared simplex or psd."""
    shapes, places = dict(layout.parts), layout.slices()
    found: list[Piece] = []
    for s in wrt:
        place, width = places[s.name], shapes[s.name][-1] if shapes[s.name] else 1
        if s.assumptions.has("simplex"):
            found.append(Simplex(s.name, place, width))
        elif s.assumptions.has("psd") and not s.assumptions.has("pd"):
            found.append(Semidefinite(s.name, place, width))
    return found


def open_domain(wrt: Sequence[Symbol], layout: Layout) -> Callable[[Array], bool]:
    """Return a test of the open conditions: strict ends of intervals, definite matrices."""
    strict = [
        s for s in wrt
        if (s.assumptions.interval.lo is not None and s.assumptions.interval.lo_open)
        or (s.assumptions.interval.hi is not None and s.assumptions.interval.hi_open)
    ]  # fmt: skip
    definite = [s for s in wrt if s.assumptions.has("pd")]
    if not strict and not definite:
        return lambda x: True
    places, shapes = layout.slices(), dict(layout.parts)

    def inside(x: Array) -> bool:
        if any(outside_of(s.assumptions.interval, x[places[s.name]]).any() for s in strict):
            return False
        return all(is_definite(x[places[s.name]].reshape(shapes[s.name])) for s in definite)

    return inside


def is_definite(matrix: Array) -> bool:
    """Return whether a symmetric matrix has a Cholesky factor in floating point."""
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


def subspace(wrt: Sequence[Symbol], layout: Layout) -> Callable[[Array], Array] | None:
    """Return the projection onto symmetric and diagonal matrices; None if all entries are free."""
    projections: Mapping[str, Callable[[Array], Array]] = {
        s.name: (_diagonal_part if s.assumptions.has("diagonal") else _symmetric_part)
        for s in wrt
        if s.assumptions.has("symmetric")
    }
    if not projections:
        return None
    places, shapes = layout.slices(), dict(layout.parts)

    def project(x: Array) -> Array:
        result = x.copy()
        for name, part in projections.items():
            result[places[name]] = np.ravel(part(x[places[name]].reshape(shapes[name])))
        return result

    return project


def _symmetric_part(G: Array) -> Array:
    return (G + G.T) / 2


def _diagonal_part(G: Array) -> Array:
    return np.diag(np.diagonal(G))
