"""``check``: a derivation, in a file or as lines, with the verdicts on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossmith.errors import UsageError
from lossmith.judge.chain import judge
from lossmith.judge.documents import read_any, read_list
from lossmith.judge.lines import Document
from lossmith.judge.report import Judged, Report
from lossmith.view import checked as view
from lossmith.words import Lang, Words


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdicts on a derivation; it prints as the annotated derivation."""

    report: Report

    @property
    def lines(self) -> tuple[Judged, ...]:
        """The lines with their verdicts."""
        return self.report.lines

    @property
    def first_wrong(self) -> Judged | None:
        """The first line that does not follow, None if there is none."""
        return self.report.first_wrong

    @property
    def status(self) -> str:
        """right, wrong, undecided or unread."""
        return self.report.status

    def text(self, lang: Lang = "en") -> str:
        """Return the annotated derivation."""
        return view.plain(self.report, lang)

    def html(self, lang: Lang = "en") -> str:
        """Return the annotated derivation as a page that needs nothing else."""
        return view.page(self.report, lang)

    def to_json(self) -> dict[str, Any]:
        """Return all verdicts and their evidence as plain data."""
        return self.report.to_json()

    def __str__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": view.html(self.report)}


def check(
    lines: str | Sequence[str],
    of: str = "",
    wrt: str | Sequence[str] = "",
    declare: str | Mapping[str, str] = "",
    *,
    source: str = "",
) -> Checked:
    """Return the verdicts on a derivation.

    lines: a text with one line a line, Markdown or LaTeX with display formulas, or a list.
    of: the loss, a formula or ``name = formula``, if the lines do not state it.  wrt: variables.
    declare: as for ``objective``.
    Raises: ParseError and others where a declaration or the loss cannot be read; lines that
    cannot be read are reported with their line.
    """
    document = _document(lines, source)
    told = (
        declare
        if isinstance(declare, str)
        else "; ".join(f"{name}: {about}" for name, about in declare.items())
    )
    names = wrt if isinstance(wrt, str) else ", ".join(wrt)
    return Checked(judge(document, declare=told, of=of, wrt=names))


def check_file(path: str, of: str = "", wrt: str = "", declare: str = "") -> Checked:
    """Return the verdicts on the derivation in a file.  Raises: UsageError if it is unreadable."""
    return check(read_file(path), of, wrt, declare, source=path)


def check_program(target: str, wrt: str = "", declare: str = "") -> Checked:
    """Return the verdicts on a gradient function: ``file.py:loss,grad``; both are run.

    Raises: UsageError if the file cannot be read or run, or lacks a function.
    """
    from lossmith.judge.program import judge_program

    path, _, wanted = target.rpartition(":")
    parts = tuple(n.strip() for n in wanted.split(","))
    if not path or len(parts) != 2 or not all(n.isidentifier() for n in parts):
        raise UsageError(
            Words("name the loss and its gradient", "请写出损失函数与梯度函数的名称"),
            attempt=Words("lossmith check grad.py:loss,grad", "lossmith check grad.py:loss,grad"),
        )
    report = judge_program(path, read_file(path), (parts[0], parts[1]), wrt=wrt, declare=declare)
    return Checked(report)


def is_program(target: str) -> bool:
    """Return whether a target names functions of a Python file: ``file.py:loss,grad``."""
    return ".py:" in target or target.endswith(".py")


_LARGEST = 1_000_000
_TOO_LARGE = Words(
    "it is larger than 1 MB: no derivation written by hand is", "它超过 1 MB：手写的推导不会这么大"
)


def read_file(path: str) -> str:
    """Return the text of a file.  Raises: UsageError."""
    try:
        if Path(path).stat().st_size > _LARGEST:
            raise _unreadable(path, _TOO_LARGE)
        return Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError as problem:
        raise _unreadable(path, Words("there is no such file", "没有这个文件")) from problem
    except IsADirectoryError as problem:
        raise _unreadable(path, Words("it is a folder", "它是一个文件夹")) from problem
    except UnicodeDecodeError as problem:
        raise _unreadable(
            path, Words("it is not UTF-8 text", "它不是 UTF-8 编码的文本")
        ) from problem
    except OSError as problem:
        text = problem.strerror or str(problem)
        raise _unreadable(path, Words(text, text)) from problem


def _unreadable(path: str, why: Words) -> UsageError:
    return UsageError(
        Words(f"cannot read {path}", f"无法读取 {path}"),
        why=why,
        attempt=Words(
            "lossmith check FILE, or - for standard input",
            "lossmith check 文件名，或用 - 表示标准输入",
        ),
    )


def _document(lines: str | Sequence[str], source: str) -> Document:
    if isinstance(lines, str):
        return read_any(lines, source)
    if not all(isinstance(line, str) for line in lines):
        raise UsageError(Words("lines are texts", "每一行应为文本"))
    return read_list(list(lines), source)
