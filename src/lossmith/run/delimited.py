"""Delimited text (csv, tsv) to columns of cells, with the line of every row remembered.

The layout is found, not asked for: the delimiter among comma, semicolon and tab, quotes, a header
row, a byte-order mark. Numbers are read only for the columns in use, and a cell that is no number
is an error with its line and column.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lossmith.errors import DataError
from lossmith.words import Words

Array = NDArray[np.float64]

MISSING: Final = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-", "."})
_DELIMITERS: Final = ",;\t"
_SNIFFED: Final = 20
"""Lines from which the delimiter is told."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The rows of a delimited file as text.

    names: one a column.  rows: equal lengths.  lines: the line of the file where each row ends.
    has_header: whether the names come from the file.
    """

    names: tuple[str, ...]
    rows: list[list[str]]
    lines: list[int]
    has_header: bool
    source: str

    def column(self, name: str) -> list[str]:
        """Return the cells of a column."""
        k = self.names.index(name)
        return [row[k] for row in self.rows]

    def numbers(self, name: str) -> Array:
        """Return a column as floats.  Raises: DataError naming the first cell that is none."""
        cells = self.column(name)
        try:
            values = np.array([float(c) for c in cells])
        except ValueError:
            raise self._no_number(name, cells) from None
        if not np.isfinite(values).all():
            raise self._no_number(name, cells)
        return values

    def _no_number(self, name: str, cells: Sequence[str]) -> DataError:
        row = next(k for k, c in enumerate(cells) if not _is_finite(c))
        cell = cells[row].strip()
        where_en = f"row {row + 1} (line {self.lines[row]}), column {name}"
        where_zh = f"第 {row + 1} 行（文件第 {self.lines[row]} 行）列 {name}"
        missing = [c for c in cells if c.strip().lower() in MISSING]
        if cell.lower() in MISSING:
            return DataError(
                Words(f"{where_en}: the value is missing", f"{where_zh}：缺少数值"),
                why=Words(
                    f"{len(missing)} of {len(cells)} cells of this column are empty",
                    f"这一列的 {len(cells)} 个单元格中有 {len(missing)} 个缺失",
                ),
                attempt=Words(
                    "fill or remove these rows, or leave the column out with --features",
                    "补上或删去这些行，或用 --features 去掉这一列",
                ),
            )
        texts = list(dict.fromkeys(c.strip() for c in cells if not _is_finite(c)))
        shown = ", ".join(texts[:5]) + (", ..." if len(texts) > 5 else "")
        return DataError(
            Words(f"{where_en}: {cell!r} is not a number", f"{where_zh}：{cell!r} 不是数"),
            why=Words(f"this column holds the texts {shown}", f"这一列中有文字 {shown}"),
            attempt=self._remedy(cell, texts),
        )

    def _remedy(self, cell: str, texts: Sequence[str]) -> Words:
        if _is_finite(cell.replace(",", ".")):
            return Words("write decimals with a point", "小数点请用“.”")
        if 2 <= len(texts) <= 10:
            codes = ",".join(str(k) for k in range(len(texts)))
            mapping = f"{','.join(texts)}->{codes}"
            return Words(
                f'--labels "{mapping}" if it is the target; else code it as numbers or leave it '
                "out with --features",
                f'若它是目标列，用 --labels "{mapping}"；否则请编码为数字，或用 --features 去掉',
            )
        return Words(
            "code it as numbers, or leave it out with --features",
            "请编码为数字，或用 --features 去掉",
        )


def read_cells(path: Path) -> Cells:
    """Return the cells of a csv or tsv file.  Raises: DataError."""
    text = _decoded(path)
    if not text.strip():
        raise DataError(
            Words(f"{path} is empty", f"{path} 是空文件"),
            why=Words("there is no row to read", "没有可读的行"),
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row) or len(row) > 1:
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as problem:
        raise DataError(
            Words(
                f"{path}, line {reader.line_num}: not a table",
                f"{path} 第 {reader.line_num} 行：不是表格",
            ),
            why=Words(
                "a cell is too long, or its quotes do not close", "单元格过长，或引号没有配对"
            ),
        ) from problem
    return _checked(rows, lines, path)


def header_names(path: Path) -> tuple[str, ...]:
    """Return the names in the first line of a table, () if it holds numbers alone."""
    # The first lines are enough; what is wrong with the others, the reader of the table says.
    with path.open("rb") as file:
        raw = b"".join(islice(file, _SNIFFED))
    text = raw.decode(_encoding(raw), errors="ignore")
    row = next(csv.reader(text.splitlines()[:1], delimiter=_delimiter(text)), [])
    names = tuple(cell.strip() for cell in row)
    return () if all(_is_finite(c) or c.lower() in MISSING for c in names) else names


def _checked(rows: list[list[str]], lines: list[int], path: Path) -> Cells:
    header = not all(_is_finite(c) for c in rows[0] if c.strip().lower() not in MISSING)
    width = len(rows[0])
    for row, line in zip(rows, lines, strict=True):
        if len(row) != width:
            raise DataError(
                Words(
                    f"{path}, line {line}: {len(row)} cells, but the first row has {width}",
                    f"{path} 第 {line} 行：有 {len(row)} 个单元格，而首行有 {width} 个",
                ),
                why=Words("every row of a table has as many cells", "表格每行的单元格数应相同"),
                attempt=Words(
                    "put text that holds a delimiter in quotes", "含有分隔符的文字请加引号"
                ),
            )
    names = tuple(c.strip() or f"column {k + 1}" for k, c in enumerate(rows[0]))
    if not header:
        names = tuple(str(k + 1) for k in range(width))
    again = [n for n, times in Counter(names).items() if times > 1]
    if again:
        places = ", ".join(str(k + 1) for k, n in enumerate(names) if n == again[0])
        raise DataError(
            Words(
                f"{path}: columns {places} are all named {again[0]}",
                f"{path}：第 {places} 列都叫 {again[0]}",
            ),
            why=Words("a name must point to one column", "一个名字只能指一列"),
            attempt=Words("rename all but one", "请改名，只留一个"),
        )
    start = 1 if header else 0
    if len(rows) == start:
        raise DataError(
            Words(f"{path} has a header and no rows", f"{path} 只有表头，没有数据行"),
        )
    return Cells(names, rows[start:], lines[start:], header, str(path))


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    if b"\0" in raw[:4096] and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(
            Words(f"{path} is not a text file", f"{path} 不是文本文件"),
            why=Words("it holds zero bytes", "其中含有零字节"),
            attempt=Words("csv, npz, npy or parquet", "请用 csv、npz、npy 或 parquet"),
        )
    try:
        return raw.decode(_encoding(raw))
    except UnicodeDecodeError as problem:
        line = raw.count(b"\n", 0, problem.start) + 1
        raise DataError(
            Words(
                f"{path}, line {line}: the text is not UTF-8",
                f"{path} 第 {line} 行：不是 UTF-8 编码",
            ),
            why=Words(
                f"byte {raw[problem.start]:#04x} does not fit",
                f"字节 {raw[problem.start]:#04x} 不合编码",
            ),
            attempt=Words("save the file as UTF-8", "请另存为 UTF-8 编码"),
        ) from problem


def _encoding(raw: bytes) -> str:
    return "utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"


def _delimiter(text: str) -> str:
    """Return the delimiter that splits the first lines into the same number (> 1) of cells."""
    head = text.splitlines()[:_SNIFFED]

    def score(delimiter: str) -> tuple[bool, int]:
        widths = {len(row) for row in csv.reader(head, delimiter=delimiter) if row}
        return len(widths) == 1, min(widths, default=0)

    ranked = sorted(_DELIMITERS, key=score, reverse=True)
    steady = [d for d in ranked if score(d)[1] > 1]
    return steady[0] if steady else ","


def _is_finite(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False
