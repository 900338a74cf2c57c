"""Structure words checked on numbers: symmetric, psd, orthogonal, onehot, simplex and the others.

Data come from files and from rounded arithmetic, so equalities hold up to a tolerance: entries
``RELATIVE`` times the largest entry apart count as equal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lossmith.errors import DataError
from lossmith.expr.node import Symbol
from lossmith.words import Words

Array = NDArray[np.float64]

RELATIVE: Final = 1e-10
"""About 10^6 roundings: more than products of matrices of a few thousand rows accumulate."""


def check_structure(s: Symbol, array: Array) -> None:
    """Refuse an array that lacks a structure its symbol is declared to have."""
    for word in ("symmetric", "diagonal", "orthogonal", "psd", "pd", "nonsingular"):
        if s.assumptions.has(word):
            problem = _MATRIX[word](array)
            if problem is not None:
                raise _refused(s, word, problem)
    for word in ("onehot", "simplex"):
        if s.assumptions.has(word):
            problem = _ROWS[word](array)
            if problem is not None:
                raise _refused(s, word, problem)


def check_symmetric(name: str, array: Array) -> None:
    """Refuse a matrix that is not symmetric although a function in the formula asks for that."""
    problem = _asymmetry(array)
    if problem is not None:
        raise DataError(
            Words(f"{name} is not symmetric: {problem.en}", f"{name} 不是对称矩阵：{problem.zh}"),
            why=Words(
                "the formula has a value for symmetric matrices alone",
                "该公式只对对称矩阵有值",
            ),
            attempt=Words(
                f"put ({name} + {name}')/2 in the formula", f"在公式中改用 ({name} + {name}')/2"
            ),
        )


def _refused(s: Symbol, word: str, problem: Words) -> DataError:
    return DataError(
        Words(f"{s.name} is not {word}: {problem.en}", f"{s.name} 不满足 {word}：{problem.zh}"),
        why=Words(f"{s.name} is declared {word}", f"{s.name} 声明为 {word}"),
        attempt=Words("correct the values, or drop the declaration", "请改正数值，或去掉该声明"),
    )


def _scale(a: Array) -> float:
    return float(np.max(np.abs(a)))


def _entry(mask: NDArray[np.bool_]) -> tuple[int, int]:
    row, column = np.unravel_index(int(np.argmax(mask)), mask.shape)
    return int(row), int(column)


def _asymmetry(a: Array) -> Words | None:
    bad = np.abs(a - a.T) > RELATIVE * _scale(a)
    if not bad.any():
        return None
    i, j = _entry(bad)
    return Words(
        f"row {i + 1}, column {j + 1} is {a[i, j]:.12g}, but row {j + 1}, column {i + 1} is "
        f"{a[j, i]:.12g}",
        f"第 {i + 1} 行第 {j + 1} 列是 {a[i, j]:.12g}，"
        f"而第 {j + 1} 行第 {i + 1} 列是 {a[j, i]:.12g}",
    )


def _off_diagonal(a: Array) -> Words | None:
    bad = (a != 0) & ~np.eye(len(a), dtype=bool)
    if not bad.any():
        return None
    i, j = _entry(bad)
    return Words(
        f"row {i + 1}, column {j + 1} is {a[i, j]:.12g}",
        f"第 {i + 1} 行第 {j + 1} 列是 {a[i, j]:.12g}",
    )


def _not_orthogonal(a: Array) -> Words | None:
    bad = np.abs(a.T @ a - np.eye(len(a))) > RELATIVE * len(a)
    if not bad.any():
        return None
    i, j = _entry(bad)
    inner = float(a[:, i] @ a[:, j])
    return Words(
        f"columns {i + 1} and {j + 1} have inner product {inner:.6g}",
        f"第 {i + 1} 列与第 {j + 1} 列的内积是 {inner:.6g}",
    )


def _balanced(a: Array) -> Array:
    """Return D A E with rows and columns of size about 1, D and E diagonal.

    diag(1e-200, 1e200) is badly scaled and far from singular; powers of 2 change no digit.
    """
    for _ in range(_SWEEPS):
        for axis in (1, 0):
            largest = np.max(np.abs(a), axis=axis, keepdims=True)
            power = np.frexp(np.where(largest > 0, largest, 1.0))[1]
            a = np.ldexp(a, -power)
    return a


_SWEEPS: Final = 4


def _singular(a: Array) -> Words | None:
    sizes = np.linalg.svd(_balanced(a), compute_uv=False)
    if sizes[-1] > np.finfo(float).eps * len(a) * sizes[0]:
        return None
    values = np.linalg.svd(a, compute_uv=False)
    return Words(
        f"its smallest singular value is {values[-1]:.3g}, its largest {values[0]:.3g}",
        f"最小奇异值 {values[-1]:.3g}，最大奇异值 {values[0]:.3g}",
    )


def _not_psd(a: Array) -> Words | None:
    least = float(np.linalg.eigvalsh((a + a.T) / 2)[0])
    if least >= -RELATIVE * _scale(a):
        return None
    return Words(f"its least eigenvalue is {least:.6g}", f"最小特征值是 {least:.6g}")


def _not_pd(a: Array) -> Words | None:
    least = float(np.linalg.eigvalsh((a + a.T) / 2)[0])
    if least > 0 or _is_pd_by_scales(a):
        return None
    return Words(f"its least eigenvalue is {least:.6g}", f"最小特征值是 {least:.6g}")


def _is_pd_by_scales(a: Array) -> bool:
    """Return whether D A D has positive eigenvalues, its diagonal about 1, those of A lost in it.

    As far as rounding tells: with a diagonal of ones, errors are about n eps.
    """
    sizes = np.diagonal(a)
    if not (sizes > 0).all():
        return False
    half = -(np.frexp(sizes)[1] // 2)
    scaled = np.ldexp(np.ldexp((a + a.T) / 2, half[:, None]), half)
    return bool(np.linalg.eigvalsh(scaled)[0] > np.finfo(float).eps * len(a))


def _not_onehot(a: Array) -> Words | None:
    rows = np.atleast_2d(a)
    bad = ~(np.isin(rows, (0.0, 1.0)).all(axis=-1) & (rows.sum(axis=-1) == 1))
    return _row(bad, "does not hold a single 1 and zeros", "不是恰有一个 1、其余为 0")


def _not_simplex(a: Array) -> Words | None:
    rows = np.atleast_2d(a)
    bad = (rows < 0).any(axis=-1) | (np.abs(rows.sum(axis=-1) - 1) > RELATIVE * rows.shape[-1])
    return _row(bad, "is not nonnegative with sum 1", "不满足非负且和为 1")


def _row(bad: NDArray[np.bool_], en: str, zh: str) -> Words | None:
    if not bad.any():
        return None
    k = int(np.argmax(bad)) + 1
    return Words(f"row {k} {en}", f"第 {k} 行{zh}")


_MATRIX: Mapping[str, Callable[[Array], Words | None]] = {
    "symmetric": _asymmetry,
    "diagonal": _off_diagonal,
    "orthogonal": _not_orthogonal,
    "nonsingular": _singular,
    "psd": _not_psd,
    "pd": _not_pd,
}
_ROWS: Mapping[str, Callable[[Array], Words | None]] = {
    "onehot": _not_onehot,
    "simplex": _not_simplex,
}
