"""Data files to tables: csv, tsv, npz, npy, parquet, libsvm."""

from __future__ import annotations

import difflib
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lossmith.errors import DataError, MissingExtra, UsageError, reason
from lossmith.run.bind import as_floats
from lossmith.run.delimited import Cells, header_names, read_cells
from lossmith.run.table import Array, Table, label_map, relabeled, standardized
from lossmith.words import Words, same


def read(
    path: str | Path,
    target: str = "",
    features: str | Sequence[str] = "",
    *,
    labels: str = "",
    standardize: bool = False,
) -> Table:
    """Return the table of a data file.

    target: name of the column that becomes y (default: the last one; said in the notes).
    features: names of the columns of X, or text with commas (default: all others).
    labels: "0,1->-1,1" replaces the values of y.  standardize: columns of X to mean 0, variance 1.
    Raises: DataError naming file, row and column; UsageError for an unknown column; MissingExtra.
    """
    path = Path(path)
    _refuse_unreadable(path)
    asked = _Asked(target, _names(features), label_map(labels) if labels else {})
    kind = _kind(path)
    table = _READERS[kind](path, asked)
    table = replace(table, source=str(path))
    return standardized(table) if standardize else table


def column_names(path: str | Path) -> tuple[str, ...]:
    """Return the names in the header of a csv file; () for another kind, or without a header.

    Raises: DataError for a file that cannot be read.
    """
    path = Path(path)
    _refuse_unreadable(path)
    return header_names(path) if _kind(path) == "csv" else ()


class _Asked:
    """Which columns are wanted, and what the labels become."""

    def __init__(self, target: str, features: tuple[str, ...], labels: Mapping[str, float]) -> None:
        self.target, self.features, self.labels = target, features, labels

    def columns(self, names: Sequence[str]) -> tuple[str, tuple[str, ...], tuple[Words, ...]]:
        """Return (target, features, notes) for a file that has these columns."""
        for name in (*self.features, *([self.target] if self.target else [])):
            if name not in names:
                raise _unknown_column(name, names)
        if self.target and self.target in self.features:
            raise UsageError(
                Words(
                    f"column {self.target} is asked for as target and as feature",
                    f"列 {self.target} 既作目标又作特征",
                ),
            )
        rest = [n for n in names if n not in self.features]
        target = self.target or (rest[-1] if rest else "")
        notes: tuple[Words, ...] = ()
        if not self.target and target:
            notes = (
                Words(
                    f"target: {target} (the last column; choose with --target)",
                    f"目标列：{target}（取最后一列；可用 --target 指定）",
                ),
            )
        return target, self.features or tuple(n for n in names if n != target), notes


def _names(features: str | Sequence[str]) -> tuple[str, ...]:
    parts = features.split(",") if isinstance(features, str) else features
    return tuple(p.strip() for p in parts if p.strip())


def _unknown_column(name: str, names: Sequence[str]) -> UsageError:
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    listed = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
    return UsageError(
        Words(f"the table has no column {name}", f"表中没有列 {name}"),
        why=Words(f"its columns are {listed}", f"表中的列有 {listed}"),
        attempt=same(close[0]) if close else None,
    )


# -- what kind of file --------------------------------------------------------------------------

_SUFFIXES: Mapping[str, str] = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".dat": "csv",
    ".npz": "npz", ".npy": "npy",
    ".parquet": "parquet", ".pq": "parquet",
    ".libsvm": "libsvm", ".svmlight": "libsvm", ".svm": "libsvm",
}  # fmt: skip

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "npz"),
    (b"\x93NUMPY", "npy"),
    (b"PAR1", "parquet"),
)


def _refuse_unreadable(path: Path) -> None:
    if path.is_dir():
        raise DataError(Words(f"{path} is a folder", f"{path} 是文件夹"))
    if not path.exists():
        folder = path.parent
        near = [p.name for p in folder.iterdir()] if folder.is_dir() else []
        close = difflib.get_close_matches(path.name, near, n=1)
        raise DataError(
            Words(f"there is no file {path}", f"没有文件 {path}"),
            attempt=same(str(folder / close[0])) if close else None,
        )
    try:
        with path.open("rb") as file:
            head = file.read(1)
    except OSError as problem:
        raise DataError(
            Words(f"{path} cannot be read", f"无法读取 {path}"), why=reason(problem)
        ) from problem
    if not head:
        raise DataError(Words(f"{path} is empty", f"{path} 是空文件"))


def _kind(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        known = ", ".join(sorted(_SUFFIXES))
        raise DataError(
            Words(
                f"{path}: unknown kind of file {suffix!r}", f"{path}：不认识的文件类型 {suffix!r}"
            ),
            why=Words(f"known: {known}", f"可读的类型：{known}"),
            attempt=Words("rename it, or save it as csv", "请改名，或另存为 csv"),
        )
    kind = _SUFFIXES[suffix]
    with path.open("rb") as file:
        head = file.read(8)
    found = next((k for mark, k in _SIGNATURES if head.startswith(mark)), "")
    binary = {k for _, k in _SIGNATURES}
    if found != kind and (found or kind in binary):
        content_en = (
            f"it looks like {found}" if found else "its first bytes are those of no such file"
        )
        content_zh = f"内容像是 {found}" if found else "开头的字节不符"
        raise DataError(
            Words(f"{path} is not a {suffix} file", f"{path} 不是 {suffix} 文件"),
            why=Words(content_en, content_zh),
            attempt=Words(f"name it *.{found}", f"请改名为 *.{found}") if found else None,
        )
    return kind


# -- one reader a kind ----------------------------------------------------------------------------


def _read_csv(path: Path, asked: _Asked) -> Table:
    cells = read_cells(path)
    target, features, notes = asked.columns(cells.names)
    if not cells.has_header:
        count = len(cells.names)
        notes = (
            Words(
                f"no header row: the columns are named 1 to {count}",
                f"没有表头：各列依次命名为 1 到 {count}",
            ),
            *notes,
        )
    columns = [cells.numbers(name) for name in features]
    X = np.ascontiguousarray(np.column_stack(columns)) if columns else None
    y = _target_of(cells, target, asked.labels) if target else None
    return Table(X, y, features if columns else (), target, notes=notes)


def _target_of(cells: Cells, target: str, labels: Mapping[str, float]) -> Array:
    if not labels:
        return cells.numbers(target)
    texts = [c.strip() for c in cells.column(target)]
    if all(t in labels for t in texts):
        return np.array([labels[t] for t in texts])
    return relabeled(cells.numbers(target), labels, target)


def _read_columns(
    columns: Mapping[str, Any], asked: _Asked, notes: tuple[Words, ...] = ()
) -> Table:
    """Return the table of named one-dimensional arrays."""
    target, features, said = asked.columns(list(columns))
    numbers = {n: _numeric(n, columns[n]) for n in features}
    X = np.ascontiguousarray(np.column_stack(list(numbers.values()))) if numbers else None
    y = None
    if target:
        raw = np.asarray(columns[target])
        if asked.labels and raw.dtype.kind in "OUS" and all(str(v) in asked.labels for v in raw):
            y = np.array([asked.labels[str(v)] for v in raw])
        else:
            y = _numeric(target, raw)
            y = relabeled(y, asked.labels, target) if asked.labels else y
    return Table(X, y, tuple(numbers), target, notes=(*notes, *said))


def _numeric(name: str, column: Any) -> Array:
    values = as_floats(name, column)
    bad = ~np.isfinite(values)
    if bad.any():
        row = int(np.argmax(bad))
        raise DataError(
            Words(
                f"row {row + 1}, column {name}: the value is missing",
                f"第 {row + 1} 行列 {name}：缺少数值",
            ),
            why=Words(
                f"{int(bad.sum())} of {len(values)} entries of this column are missing or infinite",
                f"这一列的 {len(values)} 个数中有 {int(bad.sum())} 个缺失或为无穷",
            ),
            attempt=Words(
                "fill or remove these rows, or leave the column out with --features",
                "补上或删去这些行，或用 --features 去掉这一列",
            ),
        )
    return values


def _read_npy(path: Path, asked: _Asked) -> Table:
    try:
        with path.open("rb") as file:
            array = np.load(file, allow_pickle=False)
    except (ValueError, OSError, EOFError) as problem:
        raise _broken(path, problem) from problem
    return _from_matrix(path, as_floats(path.stem, array), asked)


def _from_matrix(path: Path, array: Array, asked: _Asked) -> Table:
    if array.ndim == 1:
        return _read_columns({"1": array}, asked)
    if array.ndim != 2:
        raise DataError(
            Words(
                f"{path} holds an array of {array.ndim} axes",
                f"{path} 中的数组有 {array.ndim} 个轴",
            ),
            why=Words("a table has rows and columns", "表格只有行和列"),
            attempt=Words("an npz file with named arrays", "用带名字数组的 npz 文件"),
        )
    return _read_columns({str(k + 1): array[:, k] for k in range(array.shape[1])}, asked)


def _read_npz(path: Path, asked: _Asked) -> Table:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            raw = {name: file[name] for name in file.files}
    except (ValueError, OSError, EOFError, zipfile.BadZipFile, KeyError) as problem:
        raise _broken(path, problem) from problem
    if not raw:
        raise DataError(Words(f"{path} holds no arrays", f"{path} 中没有数组"))
    if "X" not in raw and len({np.shape(a) for a in raw.values()}) == 1:
        first = next(iter(raw.values()))
        if first.ndim == 1 and len(raw) > 1 and asked.target:
            return _read_columns(raw, asked)
    target = asked.target or ("y" if "y" in raw else "")
    if asked.target and asked.target not in raw:
        raise _unknown_column(asked.target, list(raw))
    arrays = {name: a for name, a in raw.items() if name not in ("X", target)}
    X = as_floats("X", raw["X"]) if "X" in raw else None
    y = as_floats(target, raw[target]) if target else None
    if y is not None and asked.labels:
        y = relabeled(y, asked.labels, target)
    features: tuple[str, ...] = ()
    if X is not None and X.ndim == 2:
        features = tuple(str(k + 1) for k in range(X.shape[1]))
        if asked.features:
            _, wanted, _ = _Asked("", asked.features, {}).columns(features)
            X = np.ascontiguousarray(X[:, [features.index(f) for f in wanted]])
            features = wanted
    numeric = {n: as_floats(n, a) for n, a in arrays.items() if a.dtype.kind in "biuf"}
    skipped = [n for n in arrays if n not in numeric]
    notes = (
        (Words(f"arrays without numbers left out: {', '.join(skipped)}",
               f"已略去非数值数组：{', '.join(skipped)}"),)
        if skipped
        else ()
    )  # fmt: skip
    return Table(X, y, features, target, numeric, notes)


def _read_parquet(path: Path, asked: _Asked) -> Table:
    try:
        import pyarrow as arrow
        import pyarrow.parquet as parquet
    except ImportError as problem:
        raise MissingExtra(
            Words("reading parquet needs pyarrow", "读取 parquet 需要 pyarrow"),
            attempt=same('pip install "lossmith[parquet]"'),
        ) from problem
    try:
        table = parquet.read_table(path)
    except (arrow.ArrowInvalid, OSError) as problem:
        raise _broken(path, problem) from problem
    names = table.column_names
    again = [n for n in names if names.count(n) > 1]
    if again:
        raise DataError(
            Words(f"{path} has several columns named {again[0]}", f"{path} 有多列名为 {again[0]}")
        )
    return _read_columns({n: table.column(n).to_numpy() for n in names}, asked)


def _read_libsvm(path: Path, asked: _Asked) -> Table:
    """Return the table of ``label index:value ...`` lines; indices count from 1."""
    labels: list[str] = []
    rows: list[dict[int, float]] = []
    for number, line in enumerate(
        path.read_text(encoding="utf-8", errors="replace").splitlines(), 1
    ):
        parts = line.partition("#")[0].split()
        if not parts:
            continue
        try:
            float(parts[0])
            pairs = [p.split(":") for p in parts[1:]]
            row = {int(k): float(v) for k, v in pairs}
        except ValueError:
            row = {0: 0.0}
        if any(k < 1 for k in row):
            raise DataError(
                Words(
                    f"{path}, line {number}: not a libsvm line",
                    f"{path} 第 {number} 行：不是 libsvm 格式",
                ),
                why=Words(
                    "a line reads: label index:value index:value ...",
                    "每行的格式：标签 序号:数值 序号:数值 ...",
                ),
            )
        labels.append(parts[0])
        rows.append(row)
    if not rows:
        raise DataError(Words(f"{path} has no rows", f"{path} 没有数据行"))
    width = max((max(r, default=0) for r in rows), default=0)
    X = np.zeros((len(rows), width))
    for k, row in enumerate(rows):
        for column, value in row.items():
            X[k, column - 1] = value
    columns = {str(k + 1): X[:, k] for k in range(width)}
    columns["label"] = np.array([float(v) for v in labels])
    return _read_columns(columns, _Asked(asked.target or "label", asked.features, asked.labels))


def _broken(path: Path, problem: Exception) -> DataError:
    return DataError(
        Words(f"{path} cannot be read", f"无法读取 {path}"),
        why=_why_broken(problem),
        attempt=Words("save it again; arrays must hold numbers", "请重新保存；数组必须是数值"),
    )


def _why_broken(problem: Exception) -> Words:
    """Return what is wrong with a file of arrays; the readers say it in English only."""
    match problem:
        case ValueError() if "allow_pickle" in str(problem):
            return Words(
                "it holds Python objects, which may run code when they are loaded",
                "其中是 Python 对象，加载时可能执行代码",
            )
        case EOFError() | zipfile.BadZipFile():
            return Words("it is cut off, or another kind of file", "文件不完整，或是别的格式")
        case OSError() if problem.errno is not None:
            return reason(problem)
        case _:
            return Words("its content is not what its ending promises", "文件内容与扩展名不符")


_READERS: Mapping[str, Callable[[Path, _Asked], Table]] = {
    "csv": _read_csv,
    "npz": _read_npz,
    "npy": _read_npy,
    "parquet": _read_parquet,
    "libsvm": _read_libsvm,
}
