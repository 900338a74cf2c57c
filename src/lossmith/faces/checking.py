"""``lossmith check``: a derivation line by line, a folder of them, or a Python gradient."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from lossmith.errors import LossmithError, UsageError
from lossmith.faces.options import FORMAT_OPTIONS, Output, split
from lossmith.faces.terminal import ANSWERED, BAD_INPUT, REFUTED, UNDECIDED, print_json, say
from lossmith.words import Words

_CODES = {"right": ANSWERED, "wrong": REFUTED, "undecided": UNDECIDED, "unread": BAD_INPUT}
_SUFFIXES = (".txt", ".md", ".markdown", ".tex")


@click.command("check", short_help="a derivation line by line: which line is wrong, and why")
@click.argument("file", required=False, default="", type=click.UNPROCESSED)
@click.option("--of", default="", metavar="FORMULA", help="the loss, if the lines do not state it")
@click.option("--wrt", default="", metavar="NAMES", help="variables, comma separated")
@click.option("--declare", multiple=True, metavar="TEXT", help="e.g. 'y: vector(n) in {0, 1}'")
@click.option("--dir", "folder", default="", metavar="FOLDER", help="every derivation in a folder")
@click.option("--html", "page", default="", metavar="FILE", help="write the report as a page")
@click.option("--save", default="", metavar="FILE", help="write the evidence as JSON")
def check_command(
    file: str,
    of: str,
    wrt: str,
    declare: tuple[str, ...],
    folder: str,
    page: str,
    save: str,
    **options: Any,
) -> None:
    """Check the derivation in FILE (text, Markdown or LaTeX; - for standard input).

    FILE.py:loss,grad runs the two functions and checks the gradient against its loss.

    Exit code 0 all lines stand, 1 a line is wrong, 2 a line cannot be read, 3 not all is proved.
    """
    asked, _ = split(options)
    output, evidence = Output(page), Output(save)
    told = "; ".join(declare)
    if folder:
        if save:
            raise UsageError(
                Words("--save keeps the evidence of one file", "--save 只保存一个文件的证据"),
                attempt=Words("--json prints that of a folder", "用 --json 输出整个文件夹的结果"),
            )
        sys.exit(_folder(folder, of, wrt, told, asked, output))
    if not file:
        raise UsageError(
            Words("a file is missing", "缺少文件名"),
            attempt=Words("lossmith check homework.txt", "lossmith check homework.txt"),
        )
    from lossmith.workbench.checking import check, check_program, is_program, read_file

    if is_program(file):
        found = check_program(file, wrt, told)
    else:
        text = _standard_input() if file == "-" else read_file(file)
        found = check(text, of, wrt, told, source="" if file == "-" else file)
    output.write(found.html(asked.lang))
    evidence.save(found.to_json())
    if asked.json:
        print_json(found.to_json())
    else:
        say(found.text(asked.lang), asked)
    sys.exit(_CODES[found.status])


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise UsageError(
            Words("standard input is not UTF-8 text", "标准输入不是 UTF-8 编码的文本")
        ) from problem


def _folder(folder: str, of: str, wrt: str, declare: str, asked: Any, output: Output) -> int:
    """Check every derivation of a folder; print a row each and a summary."""
    from lossmith.view import checked as view
    from lossmith.workbench.checking import check_file

    root = Path(folder)
    if not root.is_dir():
        raise UsageError(Words(f"there is no folder {folder}", f"没有文件夹 {folder}"))
    paths = sorted(p for p in root.rglob("*") if p.is_file() and p.suffix.lower() in _SUFFIXES)
    if not paths:
        raise UsageError(
            Words(f"{folder} holds no derivations", f"{folder} 中没有推导文件"),
            why=Words(
                f"files end in {', '.join(_SUFFIXES)}", f"文件应以 {'、'.join(_SUFFIXES)} 结尾"
            ),
        )
    found: list[tuple[str, Any]] = []
    for path in paths:
        name = str(path.relative_to(root))
        try:
            found.append((name, check_file(str(path), of, wrt, declare).report))
        except LossmithError as error:
            found.append((name, error))
    output.write(view.page_of_folder(found, asked.lang))
    if asked.json:
        unread = {"status": "unread"}
        rows = [
            {"file": n, **(unread if isinstance(r, LossmithError) else {}), **r.to_json()}
            for n, r in found
        ]
        slips = [{"slip": n, "files": k} for n, k, _ in view.common(found)]
        summary = view.counts(found)
        print_json({"folder": folder, "files": rows, "summary": summary, "slips": slips})
    else:
        say(view.table(found, asked.lang), asked)
    codes = [BAD_INPUT if isinstance(r, LossmithError) else _CODES[r.status] for _, r in found]
    return next((c for c in (REFUTED, BAD_INPUT, UNDECIDED) if c in codes), ANSWERED)


for _option in reversed(FORMAT_OPTIONS):
    _option(check_command)
