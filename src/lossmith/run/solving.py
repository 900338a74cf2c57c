"""Solves with a linear map on vectors, every solution checked by a product with the map."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Final

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from lossmith.errors import DataError
from lossmith.words import Words

Array = NDArray[np.float64]
Map = Callable[[Array], Array]

RESIDUAL: Final = 1e-8
"""Largest ||H x - b|| of an accepted solution, over the sizes of b and of H x."""

SINGULAR: Final = 1e13
"""Largest ||H b|| ||x|| / ||b||^2, which the condition number bounds: beyond it x is noise."""


class Solver:
    """Solves H x = b.

    times: H.  ways: maps that should be its inverse, the best first; one that fails gives nan.
    size: of the vectors.  kind: of the map, for the message.
    """

    def __init__(self, times: Map, ways: Sequence[Map], size: int, kind: Words) -> None:
        self._times, self._ways, self._size, self._kind = times, ways, size, kind

    def solve(self, b: Array) -> Array:
        """Return x with H x = b, refined once if digits were lost.

        Raises: DataError if H is singular, or too near to it.
        """
        with np.errstate(all="ignore"), warnings.catch_warnings():
            # What LAPACK says of the condition is judged here, by the solution itself.
            warnings.simplefilter("ignore", scipy.linalg.LinAlgWarning)
            for way in self._ways:
                x = way(b)
                if not self._holds(x, b):
                    x = x + way(b - self._times(x))
                if self._holds(x, b):
                    if self._grown(x, b) or self._is_singular:
                        break
                    return x
        raise _singular(self._kind)

    @cached_property
    def _is_singular(self) -> bool:
        """Whether a right side without a relation to H has a huge solution; found once.

        A right side in the range of a singular H has many solutions, one of them of normal size.
        """
        probe = np.random.default_rng(0).standard_normal(self._size)
        for way in self._ways:
            x = way(probe)
            if np.all(np.isfinite(x)):
                return self._grown(x, probe)
        return True

    def _grown(self, x: Array, b: Array) -> bool:
        size = _norm(b)
        return size > 0 and (_norm(self._times(b)) / size) * (_norm(x) / size) > SINGULAR

    def _holds(self, x: Array, b: Array) -> bool:
        if not np.all(np.isfinite(x)):
            return False
        product = self._times(x)
        return _norm(product - b) <= RESIDUAL * (_norm(b) + _norm(product))


def _norm(x: Array) -> float:
    """Return the Euclidean length; squares of large and small entries are out of range."""
    scale = float(np.max(np.abs(x), initial=0.0))
    return scale * float(np.linalg.norm(x / scale)) if 0 < scale < np.inf else scale


def by_matrix(matrix: Callable[[], Array]) -> Map:
    """Return the solve by a dense factorization of a matrix that is formed when it is needed."""

    def solve(b: Array) -> Array:
        try:
            return np.asarray(np.linalg.solve(matrix(), b), dtype=np.float64)
        except np.linalg.LinAlgError:
            return np.full_like(b, np.nan)

    return solve


def _singular(kind: Words) -> DataError:
    return DataError(
        Words("the second derivative is singular at these values", "二阶导数在这些值处是奇异的"),
        why=Words(
            f"no way to solve leaves a small residual and a single solution; its structure: "
            f"{kind.en}",
            f"没有求解方式能给出残差小且唯一的解；其结构：{kind.zh}",
        ),
        attempt=Words(
            "add a multiple of the identity (a ridge term), or take a point nearby",
            "加上单位阵的倍数（岭项），或换一个邻近的点",
        ),
    )
