"""Parts of a formula with numbers: prox, slope and kinks compiled from the cards."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lossmith.emit.numpy_source import emit
from lossmith.expr import build
from lossmith.expr.atom import Atom
from lossmith.expr.node import Symbol
from lossmith.run.load import Function, load
from lossmith.solve.penalty import BlockNorm, Entrywise, Penalty, Piece
from lossmith.solve.problem import Affine
from lossmith.solve.split import Part
from lossmith.text.parse import parse

Array = NDArray[np.float64]


def diagonal_of(matrix: Array, place: slice) -> Array | None:
    """Return the diagonal if a matrix acts on one variable entry by entry, none of them 0."""
    block = matrix[:, place]
    if block.shape[0] != block.shape[1]:
        return None
    diagonal = np.diagonal(block).copy()
    if np.count_nonzero(matrix) != len(diagonal) or not np.all(diagonal):
        return None
    return diagonal


def multiple_of(matrix: Array, place: slice) -> float | None:
    """Return c if a matrix acts on one variable as c times the unit matrix, c not 0."""
    diagonal = diagonal_of(matrix, place)
    if diagonal is None or np.any(diagonal != diagonal[0]):
        return None
    return float(diagonal[0])


@lru_cache(maxsize=64)
def _card_functions(atom: Atom) -> Function:
    """Return phi, its slope and its prox on vectors, compiled from the card."""
    x, t = build.symbol("x", ("n",)), build.symbol("t", ("n",))
    slope = atom.slopes[0]
    assert slope is not None
    prox = parse(atom.prox, declare="x: vector(n); t: vector(n) >= 0")
    functions = {"phi": build.apply(atom, x), "slope": slope(x), "prox": prox.expr}
    return load(emit(functions, [x, t]))


def entrywise(part: Part, place: slice, weight: Array, scale: Array, shift: Array) -> Entrywise:
    """Return weight * phi(scale * x + shift), phi with slope, prox and kinks from its card."""
    loaded = _card_functions(part.atom)
    zero = np.zeros(len(weight))
    return Entrywise(
        name=part.atom.name,
        place=place,
        weight=weight,
        scale=scale,
        shift=shift,
        phi=lambda u: loaded.call("phi", {"x": u, "t": zero, "n": len(u)}),
        slope=lambda u: loaded.call("slope", {"x": u, "t": zero, "n": len(u)}),
        prox=lambda u, t: loaded.call("prox", {"x": u, "t": t, "n": len(u)}),
        kinks=tuple(
            (float(k.at), float(k.left), float(k.right))
            for k in part.atom.kinks
            if k.left is not None and k.right is not None
        ),
    )


def block(
    part: Part,
    variable: Symbol,
    place: slice,
    weight: float,
    shape: tuple[int, ...],
    center: Array | float = 0.0,
) -> BlockNorm:
    """Return the norm of a whole variable minus a center, with its prox from the card."""
    letters = ("n", "m")[: len(variable.shape)]
    x, t = build.symbol("x", letters), build.symbol("t")
    kind = "vector(n)" if len(letters) == 1 else "matrix(n, m)"
    slope = part.atom.slopes[0]
    assert slope is not None
    prox = parse(part.atom.prox, declare=f"x: {kind}; t: scalar >= 0")
    functions = {"norm": build.apply(part.atom, x), "slope": slope(x), "prox": prox.expr}
    loaded = load(emit(functions, [x, t]))

    def call(name: str, u: Array, step: float = 1.0) -> Array:
        values = {"x": u.reshape(shape), "t": np.float64(step)}
        return np.ravel(loaded.call(name, {**values, **dict(zip(letters, shape, strict=True))}))

    return BlockNorm(
        name=part.atom.name,
        place=place,
        weight=weight,
        norm=lambda u: float(call("norm", u)[0]),
        slope=lambda u: call("slope", u),
        prox=lambda u, step: call("prox", u, step),
        center=center,
    )


def behind_matrices(rows: list[tuple[Part, Array, Array, Array]]) -> Affine:
    """Return several parts behind matrices as one."""
    pieces: list[Piece] = []
    start = 0
    for part, matrix, _, weight in rows:
        stop = start + len(matrix)
        one = np.ones(len(matrix))
        pieces.append(entrywise(part, slice(start, stop), weight, one, np.zeros(len(matrix))))
        start = stop
    matrix = np.vstack([m for _, m, _, _ in rows])
    offset = np.concatenate([b for _, _, b, _ in rows])
    return Affine(matrix, offset, Penalty(tuple(pieces)))
