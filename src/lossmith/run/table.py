"""A table of numbers with a target column, and how its columns become a formula's X and y."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lossmith.errors import DataError, UsageError
from lossmith.expr.node import Symbol
from lossmith.expr.types import shape_text
from lossmith.words import Words

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Table:
    """A data file as arrays.

    X: (rows, features), or None.  y: the target (rows,), or None.  features, target: column names.
    arrays: further named arrays (of an npz file).  notes: what was decided on the way.
    source: where it was read from.
    """

    X: Array | None
    y: Array | None
    features: tuple[str, ...] = ()
    target: str = ""
    arrays: Mapping[str, Array] = field(default_factory=dict[str, Array])
    notes: tuple[Words, ...] = ()
    source: str = ""

    def assign(
        self, symbols: Sequence[Symbol], given: Collection[str] = ()
    ) -> tuple[dict[str, Array], tuple[Words, ...]]:
        """Return values for a formula's symbols, and notes on which column became what.

        symbols: those of the formula without its variables.  given: names that have values already.
        Named arrays go to the symbols of their names; the feature matrix to X, or to the only
        matrix; the target to y, or to the only vector that has as many entries as X has rows;
        columns to vectors of their names. Symbols that nothing fits are left out.
        """
        return _Assignment(self, [s for s in symbols if s.name not in given]).run()


def standardized(table: Table) -> Table:
    """Return the table with every column of X shifted to mean 0 and scaled to variance 1.

    The variance is the mean squared deviation (ddof = 0).  Raises: DataError for a column that is
    constant, since it has no scale.
    """
    if table.X is None:
        raise DataError(
            Words("there are no feature columns to standardize", "没有可标准化的特征列"),
            attempt=Words("leave out --standardize", "去掉 --standardize"),
        )
    center = table.X.mean(axis=0)
    spread = table.X.std(axis=0)
    # A column that is constant up to rounding must not be blown up to rounding noise.
    flat = spread <= 1e-14 * np.max(np.abs(table.X), axis=0)
    if flat.any():
        names = [n for n, f in zip(table.features, flat, strict=True) if f]
        listed = ", ".join(names)
        rest = ",".join(n for n in table.features if n not in names)
        raise DataError(
            Words(f"column {listed} is constant", f"列 {listed} 是常数"),
            why=Words("its variance is 0, so it cannot be scaled to 1", "方差为 0，无法缩放到 1"),
            attempt=Words(f'--features "{rest}"', f'--features "{rest}"'),
        )
    note = Words(
        "columns of X standardized to mean 0 and variance 1", "X 的各列已标准化为均值 0、方差 1"
    )
    scaled = np.ascontiguousarray((table.X - center) / spread)
    return replace(table, X=scaled, notes=(*table.notes, note))


def label_map(text: str) -> dict[str, float]:
    """Return the mapping written as ``"0,1->-1,1"`` or ``"M,B->1,-1"``."""
    left, arrow, right = text.partition("->")
    old = [part.strip() for part in left.split(",")]
    new = [part.strip() for part in right.split(",")]
    try:
        numbers = [float(part) for part in new]
    except ValueError:
        numbers = []
    if not arrow or len(old) != len(numbers) or len(set(old)) < len(old) or "" in old:
        raise UsageError(
            Words(f"cannot read the label map {text!r}", f"无法理解标签对应 {text!r}"),
            why=Words(
                "it needs as many old labels as numbers, separated by commas",
                "旧标签与新数值要一样多，用逗号分隔",
            ),
            attempt=Words('--labels "0,1->-1,1"', '--labels "0,1->-1,1"'),
        )
    return dict(zip(old, numbers, strict=True))


def relabeled(y: Array, mapping: Mapping[str, float], target: str) -> Array:
    """Return the target with its numbers replaced.  Raises: DataError for a number not listed."""
    result = np.full(y.shape, np.nan)
    for old, new in mapping.items():
        try:
            result[y == float(old)] = new
        except ValueError:
            continue  # a text label, of which a numeric column has none
    missing = np.isnan(result)
    if missing.any():
        row = int(np.argmax(missing))
        listed = ", ".join(mapping)
        raise DataError(
            Words(
                f"row {row + 1} of {target} holds {y[row]:.12g}, which the label map leaves out",
                f"{target} 第 {row + 1} 行是 {y[row]:.12g}，不在标签对应之中",
            ),
            why=Words(f"the map lists {listed}", f"标签对应只列出 {listed}"),
        )
    return result


class _Assignment:
    """The symbols of a formula, one after another served by a table."""

    def __init__(self, table: Table, symbols: list[Symbol]) -> None:
        self.table = table
        self.symbols = symbols
        self.open = {s.name: s for s in symbols}
        self.values: dict[str, Array] = {}
        self.notes: list[Words] = []

    def run(self) -> tuple[dict[str, Array], tuple[Words, ...]]:
        for name, array in self.table.arrays.items():
            if name in self.open:
                self._give(name, array)
        self._give_features()
        self._give_target()
        self._give_columns()
        return self.values, tuple(self.notes)

    def _give(self, name: str, array: Array) -> None:
        self.values[name] = array
        del self.open[name]

    def _of_rank(self, rank: int) -> list[Symbol]:
        return [s for s in self.open.values() if len(s.shape) == rank]

    def _give_features(self) -> None:
        X = self.table.X
        if X is None or "X" in self.values:
            return
        matrices = [s for s in self._of_rank(2) if not s.assumptions.has("onehot")]
        named = [s for s in matrices if s.name == "X"] or matrices
        width = f"{X.shape[1]} column" + ("s" if X.shape[1] != 1 else "")
        if len(named) == 1:
            self._give(named[0].name, X)
            self.notes.append(
                Words(
                    f"{named[0].name} = {width} of the table, {X.shape[0]} rows",
                    f"{named[0].name} 取表中的 {X.shape[1]} 列，{X.shape[0]} 行",
                )
            )
        elif len(named) > 1:
            names = ", ".join(s.name for s in named)
            raise UsageError(
                Words(f"the columns of the table could be {names}", f"表中的列可能对应 {names}"),
                why=Words(
                    "the formula has several matrices, none named X", "公式中有多个矩阵，且没有 X"
                ),
                attempt=Words(
                    "an npz file with arrays of these names", "用 npz 文件，数组按这些名字命名"
                ),
            )
        elif X.shape[1] == 1:
            vectors = [s for s in self._of_rank(1) if s.name in ("x", self.table.features[0])]
            if len(vectors) == 1:
                self._give(vectors[0].name, np.ascontiguousarray(X[:, 0]))

    def _give_target(self) -> None:
        y = self.table.y
        if y is None:
            return
        served = [s for s in self.symbols if s.name in self.values and len(s.shape) == 2]
        rows = {s.shape[0] for s in served}
        vectors = self._of_rank(1)
        named = [s for s in vectors if s.name == "y"]
        same_length = [s for s in vectors if s.shape[0] in rows]
        chosen = named or same_length or (vectors if not rows else [])
        if len(chosen) == 1:
            self._give(chosen[0].name, y)
            column = self.table.target
            said = f"{chosen[0].name} = column {column}" if column else f"{chosen[0].name} = y"
            self.notes.append(Words(said, f"{chosen[0].name} 取列 {column or 'y'}"))
            return
        onehot = [s for s in self._of_rank(2) if s.assumptions.has("onehot")]
        if not chosen and len(onehot) == 1:
            self._give_onehot(onehot[0], y)

    def _give_onehot(self, s: Symbol, y: Array) -> None:
        classes, which = np.unique(y, return_inverse=True)
        self._give(s.name, np.eye(len(classes))[which.ravel()])
        listed = ", ".join(f"{c:.12g}" for c in classes)
        self.notes.append(
            Words(
                f"{s.name} {shape_text(s.shape)} = column {self.table.target} as indicator rows "
                f"of the classes {listed}",
                f"{s.name} 由列 {self.table.target} 按类别 {listed} 展开为指示行",
            )
        )

    def _give_columns(self) -> None:
        columns: dict[str, Array] = {}
        if self.table.X is not None:
            X = self.table.X
            columns = {n: X[:, k] for k, n in enumerate(self.table.features)}
        if self.table.y is not None and self.table.target:
            columns[self.table.target] = self.table.y
        for s in self._of_rank(1):
            if s.name in columns:
                self._give(s.name, np.ascontiguousarray(columns[s.name]))
                self.notes.append(Words(f"{s.name} = column {s.name}", f"{s.name} 取同名列"))
