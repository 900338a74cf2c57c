"""Values for the symbols of a formula: sizes solved, declarations checked, once, at this edge.

Everything behind this point may take shapes, finiteness and assumptions for granted. Rows and
columns in messages count from 1.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lossmith.errors import DataError, DomainError, ShapeError, UsageError
from lossmith.expr.node import Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.types import shape_text
from lossmith.run.structure import check_structure
from lossmith.words import Words, same

Array = NDArray[np.float64]

# More decimals than a person reads; a value such as 0.1 is shown as typed.
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Bound:
    """Checked values: float64 arrays by symbol name, lengths by size letter."""

    arrays: Mapping[str, Array]
    sizes: Mapping[str, int]

    @property
    def values(self) -> dict[str, Any]:
        """Arrays and sizes in one mapping, as generated functions take them."""
        return {**self.sizes, **self.arrays}


def bind(
    symbols: Sequence[Symbol],
    values: Mapping[str, Any],
    sizes: Mapping[str, int] | None = None,
    *,
    optional: Sequence[str] = (),
) -> Bound:
    """Return checked values for the symbols.

    values: anything that NumPy reads as an array, by symbol name.  sizes: lengths of letters that
    no array fixes.  optional: symbols that may lack a value (the variable of a minimization).
    Raises: DataError for missing names, entries that are no finite numbers or not in the declared
    set; ShapeError; DomainError for entries outside the declared interval; UsageError for unknown
    names. The first offending entry is named by row and column.
    """
    known = {s.name for s in symbols}
    _refuse_unknown(values, known)
    lengths = _Lengths(sizes or {})
    arrays: dict[str, Array] = {}
    for s in symbols:
        if s.name not in values:
            if s.name in optional:
                continue
            raise _missing(s, symbols, values)
        array = as_floats(s.name, values[s.name])
        arrays[s.name] = lengths.fit(s, array)
    for name, array in arrays.items():
        _check_finite(name, array)
    for s in symbols:
        if s.name in arrays:
            _check_assumptions(s, arrays[s.name])
    return Bound(arrays, lengths.found)


def as_floats(name: str, value: Any) -> Array:
    """Return a value as a contiguous float64 array.  Raises: DataError if it holds no numbers."""
    if hasattr(value, "toarray"):
        value = value.toarray()
    try:
        array = np.asarray(value)
    except ValueError as problem:
        raise DataError(
            Words(f"{name} is not a rectangular array", f"{name} 不是规整的数组"),
            why=Words("its rows differ in length", "各行长度不一"),
            attempt=Words("rows of equal length", "让每一行的长度相同"),
        ) from problem
    if array.dtype.kind in "biuf":
        # A scalar would become one-dimensional in ascontiguousarray.
        return np.array(array, dtype=np.float64, order="C", copy=None)
    if array.dtype.kind == "O":
        try:
            return np.array(array, dtype=np.float64, order="C")
        except (TypeError, ValueError):
            pass
    mixed = np.array(value, dtype=object)  # NumPy turns numbers beside text into text
    index = _first(np.vectorize(lambda v: not _is_number(v), otypes=[bool])(mixed))
    shown = repr(mixed[index])
    raise DataError(
        Words(
            f"{name} holds {shown}{_at(index).en}, which is not a real number",
            f"{name}{_at(index).zh}是 {shown}，不是实数",
        ),
        why=Words("formulas compute with real numbers", "公式只对实数求值"),
        attempt=Words("replace it by a number", "请换成数字"),
    )


class _Lengths:
    """Lengths of size letters as they become known, each with the symbol that fixed it."""

    def __init__(self, given: Mapping[str, int]) -> None:
        self.found: dict[str, int] = dict(given)
        self.by: dict[str, str] = {}

    def fit(self, s: Symbol, array: Array) -> Array:
        """Return the array if it has the symbol's shape."""
        if array.ndim != len(s.shape):
            raise _wrong_rank(s, array)
        for axis, (size, length) in enumerate(zip(s.shape, array.shape, strict=True)):
            if length == 0:
                raise ShapeError(
                    Words(f"{s.name} is empty", f"{s.name} 是空的"),
                    why=Words(
                        f"axis {axis + 1} has length 0; sizes are at least 1",
                        f"第 {axis + 1} 个轴的长度为 0，而大小至少为 1",
                    ),
                )
            expected = size if isinstance(size, int) else self.found.get(size)
            if expected is None:
                assert isinstance(size, str)
                self.found[size] = length
                self.by[size] = s.name
            elif expected != length:
                raise self._clash(s, array, axis, expected)
        return array

    def _clash(self, s: Symbol, array: Array, axis: int, expected: int) -> ShapeError:
        size = s.shape[axis]
        by = self.by.get(str(size), "")
        source_en = f", because {by} has {expected}" if by else ""
        source_zh = f"（由 {by} 确定）" if by else ""
        hint = None
        if array.ndim == 2 and array.shape[::-1][axis] == expected:
            hint = Words(
                f"{s.name}.T, if rows and columns are swapped", f"若行列颠倒，用 {s.name}.T"
            )
        return ShapeError(
            Words(
                f"{s.name} has {array.shape[axis]} entries along axis {axis + 1}, "
                f"but {size} = {expected}",
                f"{s.name} 的第 {axis + 1} 个轴长度是 {array.shape[axis]}，但 {size} = {expected}",
            ),
            why=Words(
                f"{s.name} is {shape_text(s.shape)}{source_en}",
                f"{s.name} 的形状是 {shape_text(s.shape)}，{size} = {expected}{source_zh}",
            ),
            attempt=hint,
        )


def _wrong_rank(s: Symbol, array: Array) -> ShapeError:
    """Say how to make an array fit; (n, 1) for (n,) is the classic."""
    got = shape_text(array.shape)
    hint = None
    if len(s.shape) == 1 and array.ndim == 2 and 1 in array.shape:
        hint = same(f"{s.name}.ravel()")
    elif len(s.shape) == 2 and array.ndim == 1:
        hint = Words(
            f"{s.name}.reshape(-1, 1) for one column, {s.name}.reshape(1, -1) for one row",
            f"一列用 {s.name}.reshape(-1, 1)，一行用 {s.name}.reshape(1, -1)",
        )
    elif not s.shape and array.size == 1:
        hint = same(f"{s.name}.item()")
    elif not s.shape:
        hint = Words(
            f"declare {s.name}: vector(n), if it is one", f"若它是向量，请声明 {s.name}: vector(n)"
        )
    why = Words(
        f"the formula reads {s.name} as {shape_text(s.shape)}",
        f"公式中 {s.name} 的形状是 {shape_text(s.shape)}",
    )
    if len(s.shape) == 1 and array.ndim == 2:
        why = Words(
            f"{why.en}; mixing (n,) with (n, 1) would broadcast silently to (n, n)",
            f"{why.zh}；(n,) 与 (n, 1) 混用会悄悄广播成 (n, n)",
        )
    kind = {0: ("a number", "一个数"), 1: ("a vector", "向量"), 2: ("a matrix", "矩阵")}
    en, zh = kind.get(len(s.shape), (f"a tensor of {len(s.shape)} axes", f"{len(s.shape)} 阶张量"))
    return ShapeError(
        Words(
            f"{s.name} must be {en}, but it has shape {got}", f"{s.name} 应为{zh}，但形状是 {got}"
        ),
        why=why,
        attempt=hint,
    )


def _refuse_unknown(values: Mapping[str, Any], known: set[str]) -> None:
    for name in values:
        if name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            listed = ", ".join(sorted(known))
            raise UsageError(
                Words(f"the formula has no symbol {name}", f"公式中没有符号 {name}"),
                why=Words(f"its symbols are {listed}", f"公式中的符号有 {listed}"),
                attempt=same(f"{close[0]}") if close else None,
            )


def _missing(s: Symbol, symbols: Sequence[Symbol], values: Mapping[str, Any]) -> DataError:
    needed = ", ".join(f"{t.name} {shape_text(t.shape)}" for t in symbols if t.name not in values)
    return DataError(
        Words(f"no value is given for {s.name}", f"没有给出 {s.name} 的值"),
        why=Words(f"still needed: {needed}", f"还需要：{needed}"),
        attempt=Words(
            f"{s.name}=..., or --set {s.name}=... on the command line",
            f"传入 {s.name}=...，命令行用 --set {s.name}=...",
        ),
    )


def _check_finite(name: str, array: Array) -> None:
    bad = ~np.isfinite(array)
    if not bad.any():
        return
    index = _first(bad)
    shown = "nan" if np.isnan(array[index]) else "inf" if array[index] > 0 else "-inf"
    count = int(bad.sum())
    raise DataError(
        Words(f"{name} holds {shown}{_at(index).en}", f"{name}{_at(index).zh}是 {shown}"),
        why=Words(
            f"{count} of {array.size} entries are missing or infinite",
            f"{array.size} 个数中有 {count} 个缺失或为无穷",
        ),
        attempt=Words("leave out those rows, or fill them", "请删去这些行，或补上数值"),
    )


def _check_assumptions(s: Symbol, array: Array) -> None:
    a = s.assumptions
    if a.values is not None:
        allowed = np.array([float(v) for v in a.values])
        outside = ~np.isin(array, allowed)
        if outside.any():
            raise _outside_values(s, array, outside)
        return
    outside = outside_of(a.interval, array)
    if outside.any():
        index = _first(outside)
        raise DomainError(
            Words(
                f"{s.name} = {_number(array[index])}{_at(index).en} is outside {a.interval}",
                f"{s.name}{_at(index).zh}的值 {_number(array[index])} 不在 {a.interval} 内",
            ),
            why=Words(
                f"{s.name} is declared to lie in {a.interval}; {int(outside.sum())} entries do not",
                f"{s.name} 声明在 {a.interval} 内，有 {int(outside.sum())} 个数不满足",
            ),
            attempt=Words("correct the value, or change the declaration", "请改正数值，或修改声明"),
        )
    if a.integer and (array != np.round(array)).any():
        index = _first(array != np.round(array))
        raise DomainError(
            Words(
                f"{s.name} = {_number(array[index])}{_at(index).en} is not an integer",
                f"{s.name}{_at(index).zh}的值 {_number(array[index])} 不是整数",
            ),
            why=Words(f"{s.name} is declared integer", f"{s.name} 声明为整数"),
        )
    check_structure(s, array)


def _outside_values(s: Symbol, array: Array, outside: NDArray[np.bool_]) -> DataError:
    """Say which labels were found, and how the classic pairs map onto the declared ones."""
    allowed = sorted(float(v) for v in s.assumptions.values or ())
    found = np.unique(array)
    shown = "{" + ", ".join(_number(v) for v in allowed) + "}"
    index = _first(outside)
    hint = Words("correct the value, or change the declaration", "请改正数值，或修改声明")
    if len(found) == len(allowed):
        mapping = ",".join(_number(v) for v in found) + "->" + ",".join(map(_number, allowed))
        hint = Words(f'--labels "{mapping}", in this order', f'按此顺序对应：--labels "{mapping}"')
    holds = ", ".join(_number(v) for v in found[:6]) + (", ..." if len(found) > 6 else "")
    return DataError(
        Words(
            f"{s.name} = {_number(array[index])}{_at(index).en} is not in {shown}",
            f"{s.name}{_at(index).zh}的值 {_number(array[index])} 不在 {shown} 中",
        ),
        why=Words(
            f"{s.name} is declared to take the values {shown}; the data hold {holds}",
            f"{s.name} 声明只取 {shown}；数据中有 {holds}",
        ),
        attempt=hint,
    )


def outside_of(interval: Interval, array: Array) -> NDArray[np.bool_]:
    """Return which entries do not lie in an interval (its ends rounded to floats)."""
    outside = np.zeros(array.shape, dtype=bool)
    if interval.lo is not None:
        low = float(interval.lo)
        outside |= array <= low if interval.lo_open else array < low
    if interval.hi is not None:
        high = float(interval.hi)
        outside |= array >= high if interval.hi_open else array > high
    return outside


def _first(mask: NDArray[np.bool_]) -> tuple[int, ...]:
    flat = int(np.argmax(mask))
    return tuple(int(k) for k in np.unravel_index(flat, mask.shape))


def _at(index: tuple[int, ...]) -> Words:
    """Return the place of an entry in words; rows and columns count from 1."""
    if not index:
        return same("")
    if len(index) == 1:
        return Words(f" in row {index[0] + 1}", f"第 {index[0] + 1} 行")
    if len(index) == 2:
        return Words(
            f" in row {index[0] + 1}, column {index[1] + 1}",
            f"第 {index[0] + 1} 行第 {index[1] + 1} 列",
        )
    place = ", ".join(str(k + 1) for k in index)
    return Words(f" at entry ({place})", f"第 ({place}) 项")


def _number(value: float) -> str:
    return f"{value:.{_DIGITS}g}"


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return not isinstance(value, str | bytes)
