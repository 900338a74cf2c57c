"""What has to be read to believe one proof: the code that ran while the checker replayed it.

The kernel as a whole is long; a single proof walks through a small part of it. That part is
measured: the replay runs under the profiler of the interpreter, and each function that was called
counts with the lines from its first to its last. Rows and cards are data, so they are read off the
evidence itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import groupby
from pathlib import Path
from types import CodeType
from typing import Any, Final

from lossmith.evidence.certificate import Inference
from lossmith.evidence.replay import Accepted, replay
from lossmith.expr.node import Apply, Expr
from lossmith.expr.walk import postorder
from lossmith.view.card import Card, Row
from lossmith.view.replayed import shown
from lossmith.words import Words

HOUSE: Final = Path(__file__).parents[1]
KERNEL: Final = "evidence"
GROUND: Final = ("expr", "atoms", "rules", "properties")


@dataclass(frozen=True, slots=True)
class Called:
    """A function that took part: its file within the house, its name, its first and last line."""

    file: str
    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Trusted:
    """All that the acceptance of a file of evidence leans on.

    functions: in the order of the first call.  rows: names of rules.  cards: names of the functions
    that occur.  nouns: the classes that the evidence is made of.
    """

    functions: tuple[Called, ...]
    rows: tuple[str, ...]
    cards: tuple[str, ...]
    nouns: tuple[str, ...]
    accepted: tuple[Words, ...]

    def lines(self, *rooms: str) -> int:
        """Return how many lines of the rooms ran; a line within two functions counts once."""
        return sum(
            len({k for f in own for k in range(f.first, f.last + 1)})
            for file, own in _by_file(self.functions)
            if file.split("/", 1)[0] in rooms
        )


def trusted(source: str | Path | Mapping[str, Any]) -> Trusted:
    """Replay the evidence in a file (or in data read from one); return what that leans on.

    Raises: as ``replay``. Cost: some ten times that of the replay.
    """
    _forget()
    found, called = _replayed(source)
    functions = tuple(dict.fromkeys(_functions(called)))
    return Trusted(functions, *_data(found), tuple(shown(e) for e in found))


def _forget() -> None:
    """Empty the caches of the kernel: what was remembered would not be seen to run."""
    own = [m for name, m in sys.modules.items() if name.startswith(f"lossmith.{KERNEL}")]
    for module in own:
        for value in vars(module).values():
            clear = getattr(value, "cache_clear", None)
            if callable(clear):
                clear()


def _replayed(
    source: str | Path | Mapping[str, Any],
) -> tuple[tuple[Accepted, ...], list[CodeType]]:
    """Return what is accepted, and the code of all Python functions that it took, as called."""
    called: dict[CodeType, None] = {}

    def note(frame: Any, event: str, _: Any) -> None:
        if event == "call":
            called.setdefault(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        return replay(source), list(called)
    finally:
        sys.setprofile(before)


def _functions(called: Iterable[CodeType]) -> Iterable[Called]:
    for code in called:
        path = Path(code.co_filename)
        lines = [line for _, _, line in code.co_lines() if line]
        if path.is_relative_to(HOUSE) and lines:
            file = path.relative_to(HOUSE).as_posix()
            first = min(code.co_firstlineno, *lines)
            yield Called(file, code.co_qualname, first, max(lines))


def _by_file(functions: tuple[Called, ...]) -> list[tuple[str, list[Called]]]:
    in_order = sorted(functions, key=lambda f: (f.file, f.first, f.name))
    return [(file, list(own)) for file, own in groupby(in_order, key=lambda f: f.file)]


def _data(
    found: Iterable[Accepted],
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the names of the rows, the cards and the classes that the evidence mentions."""
    parts = list(_within(*found))
    roots = [p for p in parts if isinstance(p, Expr)]
    rows = {p.rule for p in parts if isinstance(p, Inference)}
    atoms = {e.atom.name for e in postorder(*roots) if isinstance(e, Apply)} if roots else set()
    nouns = {type(p).__name__ for p in parts if not isinstance(p, Expr)}
    return tuple(sorted(rows)), tuple(sorted(atoms)), tuple(sorted(nouns))


def _within(*found: Any) -> Iterator[Any]:
    """Yield the expressions and the other nouns that evidence is made of, however deep."""
    waiting = list(found)
    while waiting:
        part = waiting.pop()
        if isinstance(part, Expr):
            yield part
        elif isinstance(part, Mapping):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, tuple | list):
            waiting += part
        elif is_dataclass(part):
            yield part
            waiting += [getattr(part, f.name) for f in fields(part)]


def card(answer: Trusted, whole: bool = False) -> Card:
    """Return the reading list as a card.  whole: each function with its place."""
    kernel, ground = answer.lines(KERNEL), answer.lines(*GROUND)
    files = [(f, own) for f, own in _by_file(answer.functions) if f.startswith(f"{KERNEL}/")]
    count = sum(len(own) for _, own in files)
    rows = [
        *(Row(Words("replay", "重放"), words, "proved") for words in answer.accepted),
        Row(
            Words("kernel", "检验核心"),
            Words(
                f"{kernel} lines ran: {count} functions in {len(files)} files",
                f"共运行 {kernel} 行：{len(files)} 个文件中的 {count} 个函数",
            ),
            more=tuple(_told(file, own, whole) for file, own in files),
        ),
        Row(
            Words("ground", "基础"),
            Words(
                f"{ground} lines that build and read expressions and evaluate cards",
                f"{ground} 行用于构造、读入表达式，以及按卡片求值",
            ),
        ),
        *_named(Words("rules", "规则"), answer.rows),
        *_named(Words("cards", "卡片"), answer.cards),
    ]
    return Card(Words("what this evidence trusts", "这份证据所依赖的内容"), tuple(rows))


def _told(file: str, own: list[Called], whole: bool) -> Words:
    name = file.removeprefix(f"{KERNEL}/")
    parts = [f"{f.name}:{f.first}-{f.last}" if whole else f.name for f in own if "<" not in f.name]
    line = f"{name}: {', '.join(parts)}"
    return Words(line, line)


def _named(label: Words, names: tuple[str, ...]) -> list[Row]:
    line = ", ".join(names)
    return [Row(label, Words(line, line))] if names else []


def to_data(answer: Trusted) -> dict[str, Any]:
    """Return the reading list as plain data."""
    return {
        "accepted": True,
        "lines": [{"en": w.en, "zh": w.zh} for w in answer.accepted],
        "kernel_lines": answer.lines(KERNEL),
        "ground_lines": answer.lines(*GROUND),
        "functions": [
            {"file": f.file, "name": f.name, "first": f.first, "last": f.last}
            for f in answer.functions
        ],
        "rules": list(answer.rows),
        "cards": list(answer.cards),
    }
