"""What is minimized: F = f + g over a vector, f by its values and slopes, g by its prox.

Variables of a formula (scalars, vectors, matrices, several of them) are packed into one vector in
their order; ``Layout`` translates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from lossmith.solve.penalty import NO_PENALTY, Penalty

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each variable stands in the packed vector.

    parts: (name, shape) in order.
    """

    parts: tuple[tuple[str, tuple[int, ...]], ...]

    @property
    def dimension(self) -> int:
        """The number of entries of all variables."""
        return sum(prod(shape) for _, shape in self.parts)

    def slices(self) -> dict[str, slice]:
        """Return the place of every variable."""
        result: dict[str, slice] = {}
        start = 0
        for name, shape in self.parts:
            stop = start + prod(shape)
            result[name] = slice(start, stop)
            start = stop
        return result

    def pack(self, values: Mapping[str, Array]) -> Array:
        """Return one vector with all entries."""
        return np.concatenate([np.ravel(values[name]) for name, _ in self.parts]).astype(float)

    def unpack(self, x: Array) -> dict[str, Array]:
        """Return the variables in their shapes; a scalar is a float64 array of no axes."""
        places = self.slices()
        return {name: x[places[name]].reshape(shape) for name, shape in self.parts}


@dataclass(frozen=True, slots=True)
class Affine:
    """A nonsmooth part g(A x + b) with g separable.

    matrix: (rows, d).  offset: (rows,).  outer: g, its prox entry by entry.
    """

    matrix: Array
    offset: Array
    outer: Penalty


@dataclass(frozen=True, slots=True)
class Problem:
    """Minimize f(x) + g(x) (+ h(A x + b)) over x in R^d.

    value, gradient: of f; outside the domain of f the value is nan or infinite.
    value_and_gradient: both at once, if that is cheaper.  hessian: (d, d) of f.
    hvp: (x, v) -> Hessian of f times v.  penalty: g, separable with a prox; bounds on x are part
    of it.  affine: h and A, b.
    convex: F is proved convex.  strong: m with F - m/2 |x|^2 convex, proved (0: nothing proved).
    strong_smooth: the same for f alone, without its penalties.
    smooth: L with |grad f(x) - grad f(y)| <= L |x - y|, proved, or None.
    differentiable: f has a gradient everywhere in its domain.
    lower: a number that f is known to stay above, or None.
    """

    layout: Layout
    value: Callable[[Array], float]
    gradient: Callable[[Array], Array]
    value_and_gradient: Callable[[Array], tuple[float, Array]] | None = None
    hessian: Callable[[Array], Array] | None = None
    hvp: Callable[[Array, Array], Array] | None = None
    penalty: Penalty = NO_PENALTY
    affine: Affine | None = None
    convex: bool = False
    strong: float = 0.0
    strong_smooth: float = 0.0
    smooth: float | None = None
    differentiable: bool = True
    lower: float | None = None

    @property
    def dimension(self) -> int:
        """The number of unknowns."""
        return self.layout.dimension

    def both(self, x: Array) -> tuple[float, Array]:
        """Return f and its gradient; a value that is no number counts as infinite."""
        if self.value_and_gradient is not None:
            value, gradient = self.value_and_gradient(x)
        else:
            value, gradient = self.value(x), self.gradient(x)
        return (float(value) if np.isfinite(value) else np.inf), gradient

    def smooth_value(self, x: Array) -> float:
        """Return f; a value that is no number counts as infinite."""
        value = float(self.value(x))
        return value if np.isfinite(value) or value == -np.inf else np.inf

    def total(self, x: Array) -> float:
        """Return F."""
        result = self.smooth_value(x) + self.penalty.value(x)
        if self.affine is not None:
            result += self.affine.outer.value(self.affine.matrix @ x + self.affine.offset)
        return result

    def subgradient(self, x: Array) -> Array:
        """Return one element of the subdifferential of F (F convex)."""
        result = self.gradient(x) + self.penalty.slope(x)
        if self.affine is not None:
            inner = self.affine.matrix @ x + self.affine.offset
            result = result + self.affine.matrix.T @ self.affine.outer.slope(inner)
        return result

    def residual(self, x: Array, gradient: Array) -> float:
        """Return the distance of 0 to grad f(x) + the subdifferential of g at x.

        gradient: grad f(x).  It is |grad f| without penalty, and 0 exactly at the minimizers of a
        convex F.
        """
        return self.penalty.distance(x, gradient)


def plain(
    value: Callable[[Array], float],
    gradient: Callable[[Array], Array],
    dimension: int,
    *,
    hessian: Callable[[Array], Array] | None = None,
    convex: bool = False,
    strong: float = 0.0,
    smooth: float | None = None,
) -> Problem:
    """Return the smooth problem of functions of one vector."""
    layout = Layout((("x", (dimension,)),))
    return Problem(
        layout, value, gradient, hessian=hessian, convex=convex, strong=strong, smooth=smooth
    )


Values = Mapping[str, Array]
Names = Sequence[str]
