"""The nonsmooth part that a prox handles: entrywise convex pieces, block norms, and bounds.

A piece lives on some entries of the packed vector. Entry by entry it is weight * atom(scale * x +
shift); the card of the atom gives prox, slope and kinks. Bounds are the indicator of a box: in one
dimension the prox of a convex function plus an interval is the clipped prox.
Source: Parikh & Boyd 2014, sections 2.2, 6.1, 6.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Entrywise:
    """sum of weight * phi(scale * x + shift) over the entries at ``place``.

    weight: >= 0, (entries,).  scale: not 0.  prox: (u, t) -> argmin phi(v) + (v - u)^2 / 2t.
    phi, slope: value and derivative, the latter any subgradient at a kink.
    kinks: (argument, left slope, right slope).
    """

    name: str
    place: slice
    weight: Array
    scale: Array
    shift: Array
    phi: Callable[[Array], Array]
    slope: Callable[[Array], Array]
    prox: Callable[[Array, Array], Array]
    kinks: tuple[tuple[float, float, float], ...]

    def value(self, x: Array) -> float:
        """Return the value of the piece; x: the entries at its place."""
        return float(self.weight @ self.phi(self.scale * x + self.shift))

    def prox_step(self, x: Array, step: float) -> Array:
        """Return prox of step * piece at x, through that of phi (Parikh & Boyd, section 2.2)."""
        moved = self.prox(self.scale * x + self.shift, step * self.weight * self.scale**2)
        return (moved - self.shift) / self.scale

    def interval(self, x: Array) -> tuple[Array, Array]:
        """Return the ends of the subdifferential, entry by entry."""
        u = self.scale * x + self.shift
        low = np.array(self.slope(u), dtype=float)
        high = low.copy()
        # The prox lands on a kink up to the rounding of the affine map.
        slack = 8 * np.finfo(float).eps * (np.abs(self.scale * x) + np.abs(self.shift))
        for at, left, right in self.kinks:
            here = np.abs(u - at) <= slack
            low[here], high[here] = left, right
        factor = self.weight * self.scale
        return np.minimum(factor * low, factor * high), np.maximum(factor * low, factor * high)


@dataclass(frozen=True, slots=True)
class BlockNorm:
    """weight * norm(x - center) of the entries at ``place``, a norm with a prox.

    prox: (u, t) -> prox of t * norm.  slope: the gradient of the norm away from 0.
    """

    name: str
    place: slice
    weight: float
    norm: Callable[[Array], float]
    slope: Callable[[Array], Array]
    prox: Callable[[Array, float], Array]
    center: Array | float = 0.0

    def value(self, x: Array) -> float:
        """Return the value of the piece; x: the entries at its place."""
        return self.weight * float(self.norm(x - self.center))

    def prox_step(self, x: Array, step: float) -> Array:
        """Return prox of step * piece: that of the norm, moved (Parikh & Boyd, section 2.2)."""
        return self.center + self.prox(x - self.center, step * self.weight)

    def subgradient(self, x: Array) -> Array:
        """Return the gradient of the piece, 0 at the center."""
        moved = x - self.center
        return self.weight * self.slope(moved) if np.any(moved) else np.zeros_like(moved)

    def gap(self, x: Array, gradient: Array) -> Array:
        """Return the element of gradient + subdifferential that is nearest to 0.

        At the center the subdifferential is the unit ball of the dual norm, and v minus its
        projection on weight times that ball is the prox of the norm at v (Moreau).
        """
        if np.any(x - self.center):
            return gradient + self.subgradient(x)
        return -self.prox(-gradient, self.weight)


@dataclass(frozen=True, slots=True)
class Simplex:
    """The indicator of {x >= 0, sum x = 1} for every row of ``width`` entries at ``place``."""

    name: str
    place: slice
    width: int

    def value(self, x: Array) -> float:
        """Return 0: points outside are never asked for."""
        return 0.0

    def prox_step(self, x: Array, step: float) -> Array:
        """Return the nearest point of the simplex, row by row.

        Source: Duchi et al. 2008, figure 1.
        """
        rows = x.reshape(-1, self.width)
        falling = -np.sort(-rows, axis=1)
        excess = (np.cumsum(falling, axis=1) - 1) / np.arange(1, self.width + 1)
        last = np.sum(falling > excess, axis=1) - 1
        shift = np.take_along_axis(excess, last[:, None], axis=1)
        return np.ravel(np.maximum(rows - shift, 0.0))

    def gap(self, x: Array, gradient: Array) -> Array:
        """Return the element of gradient + normal cone that is nearest to 0.

        The cone at x is {nu 1 - mu: mu >= 0, mu x = 0}; nu is found by bisection.
        """
        rows, slopes = x.reshape(-1, self.width), gradient.reshape(-1, self.width)
        low, high = -slopes.max(axis=1), -slopes.min(axis=1)
        for _ in range(100):
            middle = (low + high) / 2
            rest = self._rest(rows, slopes + middle[:, None])
            above = rest.sum(axis=1) > 0
            high, low = np.where(above, middle, high), np.where(above, low, middle)
        return np.ravel(self._rest(rows, slopes + ((low + high) / 2)[:, None]))

    @staticmethod
    def _rest(rows: Array, moved: Array) -> Array:
        return np.where(rows > 0, moved, np.minimum(moved, 0.0))


@dataclass(frozen=True, slots=True)
class Semidefinite:
    """The indicator of the positive semidefinite matrices of ``width`` rows at ``place``."""

    name: str
    place: slice
    width: int

    def value(self, x: Array) -> float:
        """Return 0: points outside are never asked for."""
        return 0.0

    def prox_step(self, x: Array, step: float) -> Array:
        """Return the nearest semidefinite matrix: negative eigenvalues become 0."""
        values, vectors = self._spectrum(x)
        return np.ravel((vectors * np.maximum(values, 0.0)) @ vectors.T)

    def gap(self, x: Array, gradient: Array) -> Array:
        """Return the element of gradient + normal cone that is nearest to 0.

        The cone at X is {-Z: Z semidefinite, Z X = 0}, so Z lives on the null space of X.
        """
        values, vectors = self._spectrum(x)
        # Projected matrices have null eigenvalues up to the rounding of one factorization.
        null = vectors[:, values <= 1e-12 * max(1.0, float(values[-1]))]
        slope = gradient.reshape(self.width, self.width)
        slope = (slope + slope.T) / 2
        inner, basis = np.linalg.eigh(null.T @ slope @ null)
        held = null @ (basis * np.maximum(inner, 0.0)) @ basis.T @ null.T
        return np.ravel(slope - held)

    def _spectrum(self, x: Array) -> tuple[Array, Array]:
        matrix = x.reshape(self.width, self.width)
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        return values, vectors


Piece = Entrywise | BlockNorm | Simplex | Semidefinite


@dataclass(frozen=True, slots=True)
class Penalty:
    """The sum of pieces on disjoint entries, and bounds.

    low, high: bounds of every entry, or None; a block norm may not meet a bound.
    """

    pieces: tuple[Piece, ...] = ()
    low: Array | None = None
    high: Array | None = None

    @property
    def is_zero(self) -> bool:
        """Whether there is neither a piece nor a bound."""
        return not self.pieces and self.low is None and self.high is None

    @property
    def has_bounds(self) -> bool:
        """Whether some entry is bounded."""
        return self.low is not None or self.high is not None

    def value(self, x: Array) -> float:
        """Return g(x), without the bounds."""
        return sum(piece.value(x[piece.place]) for piece in self.pieces)

    def clip(self, x: Array) -> Array:
        """Return the nearest point within the bounds and the sets."""
        sets = [piece for piece in self.pieces if isinstance(piece, Simplex | Semidefinite)]
        result = np.clip(x, self.low, self.high) if self.has_bounds else x
        if sets:
            result = result.copy()
            for piece in sets:
                result[piece.place] = piece.prox_step(result[piece.place], 1.0)
        return result

    def prox(self, x: Array, step: float) -> Array:
        """Return argmin g(v) + |v - x|^2 / (2 step)."""
        if self.is_zero:
            return x
        result = x.copy()
        for piece in self.pieces:
            result[piece.place] = piece.prox_step(x[piece.place], step)
        return np.clip(result, self.low, self.high) if self.has_bounds else result

    def slope(self, x: Array) -> Array:
        """Return one subgradient of the pieces."""
        result = np.zeros_like(x)
        for piece in self.pieces:
            if isinstance(piece, Entrywise):
                low, high = piece.interval(x[piece.place])
                result[piece.place] += np.clip(0.0, low, high)
            elif isinstance(piece, BlockNorm):
                result[piece.place] += piece.subgradient(x[piece.place])
        return result

    def nearest(self, x: Array, gradient: Array) -> Array:
        """Return the element of gradient + subdifferential of g at x that is nearest to 0."""
        if self.is_zero:
            return gradient
        low, high = gradient.copy(), gradient.copy()
        result = np.zeros_like(x)
        blocks = np.zeros(len(x), dtype=bool)
        for piece in self.pieces:
            if isinstance(piece, Entrywise):
                left, right = piece.interval(x[piece.place])
                low[piece.place] += left
                high[piece.place] += right
            else:
                result[piece.place] = piece.gap(x[piece.place], gradient[piece.place])
                blocks[piece.place] = True
        if self.low is not None:
            low[x <= self.low] = -np.inf
        if self.high is not None:
            high[x >= self.high] = np.inf
        inside = np.clip(0.0, low, high)
        return np.where(blocks, result, inside)

    def distance(self, x: Array, gradient: Array) -> float:
        """Return the distance of 0 to gradient + subdifferential of g at x."""
        nearest = self.nearest(x, gradient)
        largest = float(np.max(np.abs(nearest)))
        # Squares of slopes below 1e-160 would underflow and look like a minimum.
        return largest if largest < 1e-150 else float(np.linalg.norm(nearest))

    def least_weight(self) -> float:
        """Return w > 0 with g(x) >= w * (sum of |x|) for all x, or 0 if no such w is known."""
        weights: list[Array] = []
        for piece in self.pieces:
            grows = isinstance(piece, Entrywise) and piece.kinks == ((0.0, -1.0, 1.0),)
            if not grows or not isinstance(piece, Entrywise) or np.any(piece.shift):
                return 0.0
            weights.append(piece.weight * np.abs(piece.scale))
        return float(min((w.min() for w in weights), default=0.0))


NO_PENALTY = Penalty()
