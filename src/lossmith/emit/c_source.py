"""C99 source: one function an entry, in plain loops over arrays stored row by row.

The lengths are parameters, so a function serves every size; what is no number is written where the
last parameter points. The file needs math.h alone. With -DSELF_TEST it is a program that compares
each derivative with central differences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import indent
from typing import Final

from lossmith.emit.c_library import C99, HELPERS, KEYWORDS, helper_texts, template
from lossmith.emit.c_loops import Loops
from lossmith.emit.c_selftest import TEST_NAMES, Frame, self_test
from lossmith.emit.lower import Lowering
from lossmith.emit.program import Call, Program, Ref
from lossmith.emit.request import Request
from lossmith.emit.selftest import checks_of
from lossmith.emit.source import Namer, Source
from lossmith.errors import UsageError
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.types import shape_text
from lossmith.expr.walk import postorder
from lossmith.expr.walk import symbols as symbols_in
from lossmith.words import Words

_INDICES: Final = ("i", "j", "k", "l", "p")
_WIDTH: Final = 96
_INCLUDES: Final = "#include <math.h>\n#include <stdio.h>\n#include <stdlib.h>"
_NOTE: Final = (
    "Arrays are stored row by row; the lengths come first. A result that is no number is",
    "written where the last parameter points. C99 and math.h are all that is needed:",
    "    cc -std=c99 -O2 -c FILE.c",
    "    cc -std=c99 -DSELF_TEST FILE.c -lm && ./a.out    tests the derivatives",
)


def write(request: Request) -> Source:
    """Return the C file of a request.

    Raises: UsageError for functions that C cannot spell: those of eigenvalues, singular values.
    """
    return _File(request).source()


class _File:
    """The parts of one generated file."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.functions: dict[str, Expr] = {}
        for name, e in request.functions.items():
            parts = {name: e} if isinstance(e, Expr) else {f"{name}{k}": p for k, p in enumerate(e)}
            self.functions.update(parts)
        self.program = Program()
        lowering = Lowering(self.program, lambda e: template(e.atom) is not None, fills=True)
        self.roots: dict[str, Ref] = {k: lowering.lower(e) for k, e in self.functions.items()}
        self._refuse_unknown()
        self.symbols = {name: self._symbols_of(e) for name, e in self.functions.items()}
        namer = Namer({*KEYWORDS, *HELPERS, *TEST_NAMES, *C99})
        self.entries = {name: namer.name(name) for name in self.functions}
        every = {s.name: s for found in self.symbols.values() for s in found}
        self.arguments = {name: namer.name(name) for name in every}
        self.letters = {name: self._letters(name) for name in self.functions}
        letters = dict.fromkeys(d for found in self.letters.values() for d in found)
        self.sizes = {d: namer.name(d) for d in letters}
        self.result = namer.name("result")
        # Names of loop indices are those that no array has, so that i and j are read as usual.
        free = [i for i in _INDICES if i not in namer.taken]
        indices = [*free, *(f"{i}{i}" for i in free)]
        namer.taken.update(indices)
        self.loops = Loops(self.program, self.arguments, self.sizes, indices, namer)

    def _refuse_unknown(self) -> None:
        for op in self.program.ops:
            if isinstance(op, Call) and template(op.atom) is None:
                name = op.atom.name
                raise UsageError(
                    Words(f"C has no {name}", f"C 中没有 {name}"),
                    why=Words(
                        "the file uses math.h alone, which has no eigenvalues, no singular values"
                        " and few special functions",
                        "该文件只使用 math.h，其中没有特征值、奇异值，特殊函数也很少",
                    ),
                    attempt=Words("--to numpy", "--to numpy"),
                )

    def _symbols_of(self, e: Expr) -> tuple[Symbol, ...]:
        listed = {s.name for s in self.request.symbols}
        further = [s for s in symbols_in(e) if s.name not in listed]
        return (*self.request.symbols, *further)

    def _letters(self, name: str) -> tuple[str, ...]:
        """Return the lengths that an entry takes, in the order of its arrays."""
        found = [d for s in self.symbols[name] for d in s.shape]
        found += [d for e in postorder(self.functions[name]) for d in e.shape]
        return tuple(dict.fromkeys(d for d in found if isinstance(d, str)))

    def source(self) -> Source:
        """Return the text of the file and what its names stand for."""
        bodies = "\n\n".join(self._function(name) for name in self.functions)
        helpers = helper_texts(bodies)
        title = _comment([self.request.title or "Functions of one formula.", "", *_NOTE])
        parts = [f"{title}\n{_INCLUDES}", *helpers, bodies]
        test = self_test(checks_of(self.symbols, self.request.wrt), self.symbols, self._frame())
        if test:
            more = [h for h in helper_texts(test) if h not in helpers]
            parts.append("\n".join(["#ifdef SELF_TEST", *more, test + "#endif\n"]))
        taken = {
            name: (*self.letters[name], *(s.name for s in self.symbols[name]))
            for name in self.functions
        }
        text = "\n\n".join(part.rstrip("\n") for part in parts) + "\n"
        return Source("c", text, self.entries, {**self.sizes, **self.arguments}, taken)

    def _function(self, name: str) -> str:
        e = self.functions[name]
        sizes = [f"size_t {self.sizes[d]}" for d in self.letters[name]]
        given = [_parameter(s, self.arguments[s.name]) for s in self.symbols[name]]
        out = [f"double *{self.result}"] if e.shape else []
        head = f"{'void' if e.shape else 'double'} {self.entries[name]}("
        said = [f"{name}: {self.request.docs[name]}" if name in self.request.docs else name]
        said += _wrapped(
            [f"{self.arguments[s.name]}: {shape_text(s.shape)}" for s in self.symbols[name]], ", "
        )
        said += [f"{self.result}: {shape_text(e.shape)}"] if e.shape else []
        signature = _wrapped([*sizes, *given, *out], ", ", len(head))
        signature = (",\n" + " " * len(head)).join(signature)
        body = indent("\n".join(self.loops.body(self.roots[name], self.result)), "    ")
        return f"{_comment(said)}\n{head}{signature or 'void'})\n{{\n{body}\n}}"

    def _frame(self) -> Frame:
        shapes = {name: e.shape for name, e in self.functions.items()}
        return Frame(self._call, self.arguments, self.loops.count, self.sizes, shapes)

    def _call(self, name: str, replaced: Mapping[str, str], out: str) -> str:
        """Return the statement that stores an entry's result in an array."""
        given = [self.sizes[d] for d in self.letters[name]]
        for s in self.symbols[name]:
            array = replaced.get(s.name, self.arguments[s.name])
            given.append(array if s.shape else f"{array}[0]")
        if self.functions[name].shape:
            return f"{self.entries[name]}({', '.join([*given, out])});"
        return f"{out}[0] = {self.entries[name]}({', '.join(given)});"


def _parameter(s: Symbol, name: str) -> str:
    return f"const double *{name}" if s.shape else f"double {name}"


def _wrapped(parts: Sequence[str], between: str, used: int = 3) -> list[str]:
    """Return lines of parts, no part broken."""
    lines: list[str] = []
    for part in parts:
        if lines and used + len(lines[-1]) + len(between) + len(part) < _WIDTH:
            lines[-1] += between + part
        else:
            lines.append(part)
    return lines


def _comment(lines: Sequence[str]) -> str:
    """Return a comment; no line of it can end the comment or begin another."""
    safe = [line.replace("*/", "* /").replace("/*", "/ *").rstrip("\\") for line in lines]
    return "/* " + "\n   ".join(safe).replace("   \n", "\n") + " */"
