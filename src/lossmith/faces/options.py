"""The options that commands share, and how their texts are read."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lossmith.errors import UsageError, reason
from lossmith.faces.terminal import Form, remember
from lossmith.words import Words, same

if TYPE_CHECKING:
    from lossmith.workbench.objective import Objective

_F = TypeVar("_F", bound=Callable[..., Any])

_DECLARE_HELP = "kinds and assumptions, e.g. 'lam: scalar >= 0; y in {-1, 1}'"

FORMAT_OPTIONS = [
    click.option("--json", "as_json", is_flag=True, help="print the answer as JSON"),
    click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="language"),
    click.option("--tex", is_flag=True, help="print formulas as LaTeX"),
    click.option("--ascii", "ascii_", is_flag=True, help="ASCII signs only"),
]

DIALECT_OPTION = click.option(
    "--to",
    "dialect",
    type=click.Choice(["text", "unicode", "latex", "python"]),
    help="print only the formula, in this dialect; each can be read back",
)

_DATA_OPTIONS = [
    click.option("--data", default="", metavar="FILE", help="csv, npz, npy or parquet"),
    click.option("--target", default="", metavar="COLUMN", help="the column of y (default: last)"),
    click.option("--features", default="", metavar="COLUMNS", help="the columns of X"),
    click.option("--standardize", is_flag=True, help="columns of X to mean 0, variance 1"),
    click.option("--labels", default="", metavar="MAP", help="relabel y, e.g. '0,1->-1,1'"),
    click.option("--set", "sets", multiple=True, metavar="NAME=VALUE", help="e.g. lam=0.1"),
    click.option("--sizes", multiple=True, metavar="LETTER=N", help="lengths, e.g. k=2 or n=3,d=2"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Data:
    """Where values come from: a table and how to read it, and single values."""

    file: str = ""
    target: str = ""
    features: str = ""
    standardize: bool = False
    labels: str = ""
    sets: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()

    @property
    def is_given(self) -> bool:
        """Whether there are values at all."""
        return bool(self.file or self.sets or self.sizes)

    @property
    def lengths(self) -> dict[str, int]:
        """Lengths by size letter.  Raises: UsageError for what is no length."""
        found: dict[str, int] = {}
        for item in (part for text in self.sizes for part in text.split(",")):
            letter, _, length = (side.strip() for side in item.partition("="))
            if not letter.isidentifier() or not length.isdecimal() or int(length) < 1:
                raise UsageError(
                    Words(
                        f"--sizes needs LETTER=N with N at least 1, got {item}",
                        f"--sizes 需要 字母=长度（至少为 1），得到 {item}",
                    ),
                    attempt=same("--sizes k=2"),
                )
            found[letter] = int(length)
        return found


def formula_command(
    group: click.Group, name: str, short_help: str
) -> Callable[[Callable[..., Any]], click.Command]:
    """Return a decorator for a command that takes a formula and the options all of them share.

    Such commands have no short options, since a formula may begin with ``-``.
    """

    def decorate(function: Callable[..., Any]) -> click.Command:
        options = [
            click.argument("formula", type=click.UNPROCESSED),
            click.option("--declare", multiple=True, metavar="TEXT", help=_DECLARE_HELP),
            click.option("--wrt", default="", metavar="NAMES", help="variables, comma separated"),
            *FORMAT_OPTIONS,
        ]  # fmt: skip
        for option in reversed(options):
            function = option(function)
        settings = {"ignore_unknown_options": True, "help_option_names": ["--help"]}
        return group.command(name, short_help=short_help, context_settings=settings)(function)

    return decorate


def with_data(function: _F) -> _F:
    """Add the options on data to a command."""
    for option in reversed(_DATA_OPTIONS):
        function = option(function)
    return function


def split(options: dict[str, Any]) -> tuple[Form, Data]:
    """Return the form of the answer and the data that the options of a command ask for."""
    form = Form(options["as_json"], options["lang"], options["tex"], options["ascii_"])
    names = ("target", "features", "standardize", "labels", "sets", "sizes")
    given = {name: options[name] for name in names if name in options}
    return remember(form), Data(options.get("data", ""), **given)


def read_objective(
    formula: str, declare: tuple[str, ...], wrt: str, data: Data | None = None
) -> Objective:
    """Return the objective that a formula, @FILE or - states, for the data if they are given."""
    from lossmith.workbench.objective import objective

    text, source = read_text(formula)
    columns: tuple[str, ...] = ()
    if data is not None and data.file:
        from lossmith.run.data import column_names

        columns = column_names(data.file)
    return objective(text, declare="; ".join(declare), wrt=wrt, source=source, columns=columns)


def read_text(formula: str) -> tuple[str, str]:
    """Return (text, source) of a formula given as text, @FILE or -."""
    if formula == "-":
        return _decoded(sys.stdin.buffer.read(), "-"), "-"
    if not formula.startswith("@"):
        return formula, ""
    if formula == "@":
        raise UsageError(
            Words("@ needs the name of a file", "@ 后面需要文件名"),
            attempt=Words("@formula.txt", "@formula.txt"),
        )
    path = formula[1:]
    try:
        return _decoded(Path(path).read_bytes(), path), path
    except OSError as problem:
        raise _unreadable(path, problem) from problem


def _decoded(text: bytes, source: str) -> str:
    try:
        return text.decode("utf-8-sig").strip()
    except UnicodeDecodeError as problem:
        raise _unreadable(source, problem) from problem


def _unreadable(source: str, problem: OSError | UnicodeError) -> UsageError:
    return UsageError(
        Words(f"cannot read the formula file {source}", f"无法读取公式文件 {source}"),
        why=reason(problem),
    )


def values(f: Objective, data: Data) -> tuple[dict[str, Any], tuple[Words, ...]]:
    """Return the values of --data and --set, by symbol, and what was done to the table."""
    from lossmith.workbench.variables import symbol_named

    found: dict[str, Any] = {}
    notes: tuple[Words, ...] = ()
    _refuse_unknown_sizes(f, data.lengths)
    if data.file:
        found, notes = f.read_data(
            data.file,
            target=data.target,
            features=data.features,
            standardize=data.standardize,
            labels=data.labels,
        )
    for item in data.sets:
        name, equals, text = item.partition("=")
        if not equals or not name.strip():
            raise UsageError(
                Words(f"--set needs NAME=VALUE, got {item}", f"--set 需要 名称=数值，得到 {item}"),
                attempt=Words("--set lam=0.1", "--set lam=0.1"),
            )
        found[symbol_named(f.formula, name.strip()).name] = numbers(text)
    return found, notes


def _refuse_unknown_sizes(f: Objective, lengths: dict[str, int]) -> None:
    known = sorted({d for s in f.formula.symbols for d in s.shape if isinstance(d, str)})
    for letter in lengths:
        if letter not in known:
            listed = ", ".join(known)
            raise UsageError(
                Words(f"the formula has no size {letter}", f"公式中没有大小 {letter}"),
                why=Words(f"its sizes are {listed}", f"其中的大小是 {listed}")
                if known
                else Words("all its symbols are numbers", "其中的符号都是数"),
            )


def start(text: str) -> Any:
    """Return where a run begins: numbers, or numbers by name as in "a=1; b=2,3"; None if empty."""
    if "=" not in text:
        return numbers(text) if text else None
    parts = (part.partition("=") for part in text.split(";") if part.strip())
    return {name.strip(): numbers(value) for name, _, value in parts}


def numbers(text: str) -> Any:
    """Return the number, or the (nested) list of numbers, that a text holds."""
    cleaned = text.strip()
    try:
        if cleaned.startswith("["):
            return json.loads(cleaned)
        found = [float(part) for part in cleaned.split(",")]
    except (ValueError, RecursionError) as problem:
        raise UsageError(
            Words(f"these are not numbers: {text}", f"这不是数值：{text}"),
            attempt=Words("0.1 or 1,2,3 or [[1,2],[3,4]]", "例如 0.1 或 1,2,3 或 [[1,2],[3,4]]"),
        ) from problem
    return found[0] if len(found) == 1 else found


class Output:
    """A file to write an answer to; refused before the work begins if it cannot be written."""

    def __init__(self, path: str) -> None:
        self.path = Path(path) if path else None
        if self.path is not None:
            self._check(self.path)

    def _check(self, path: Path) -> None:
        folder = path.absolute().parent
        if path.is_dir():
            raise self._refused(IsADirectoryError())
        if not folder.is_dir():
            raise self._refused(FileNotFoundError())
        if not os.access(path if path.exists() else folder, os.W_OK):
            raise self._refused(PermissionError())

    def _refused(self, problem: OSError) -> UsageError:
        return UsageError(
            Words(f"cannot write {self.path}", f"无法写入 {self.path}"), why=reason(problem)
        )

    def save(self, data: Any) -> None:
        """Write plain data as JSON, if a file was named."""
        self.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")

    def write(self, text: str) -> None:
        """Write a text, if a file was named."""
        if self.path is None:
            return
        try:
            self.path.write_text(text, encoding="utf-8")
        except OSError as problem:
            raise self._refused(problem) from problem

    def __bool__(self) -> bool:
        return self.path is not None
