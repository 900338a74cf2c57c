"""The file of a target: several functions of one formula that run alone and test themselves."""

from __future__ import annotations

import builtins
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from textwrap import indent

from lossmith.emit.asked import asked_symmetric
from lossmith.emit.dialect import Dialect
from lossmith.emit.lower import Lowering
from lossmith.emit.program import Call, Eye, OnDiagonals, Program, Ref, Size, Spread
from lossmith.emit.render import Writer, reachable
from lossmith.emit.selftest import Check, checks_of, self_test
from lossmith.emit.source import Namer, Source
from lossmith.errors import UsageError
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.types import shape_text
from lossmith.expr.walk import symbols as symbols_in
from lossmith.words import Words

Result = Expr | tuple[Expr, ...]

_RESERVED = ("np", "_array", "rng", "values", "attempt", "direction", "difference", "compare")


def write(
    dialect: Dialect,
    functions: Mapping[str, Result],
    symbols: Sequence[Symbol] = (),
    *,
    wrt: Symbol | Sequence[Symbol] = (),
    checks: Sequence[Check] = (),
    title: str = "",
    docs: Mapping[str, str] | None = None,
    postscript: Callable[[Mapping[str, str]], str] | None = None,
    views: Collection[str] = (),
    further: Sequence[str] = (),
) -> Source:
    """Return a file with one function an entry.

    functions: entry name -> expression, or a tuple of them computed together.  symbols: in every
      signature, in this order; an entry also takes the further symbols that it needs (a direction).
    wrt: the variables of the entries named value, gradient, hessian and hvp (of several variables
      gradient_a, hessian_a_b); with them the file tests itself against central differences when it
      is run.  checks: further pairs of an entry and its derivative to test.
    title: first line of the file's docstring.
    docs: entry -> one line of mathematics for its docstring.
    postscript: from symbol -> parameter, code that stands after the functions and calls them.
    views: entries whose results may share memory with arguments; those of the others do not.
    further: lines of the self-test that compare more along each direction.
    Numerically stable forms are the caller's: they come from a normalized expression.
    Raises: UsageError if the target cannot compute a function of the formula.
    """
    variables = (wrt,) if isinstance(wrt, Symbol) else tuple(wrt)
    file = _File(dialect, functions, symbols, variables, checks, title, docs or {}, views)
    return file.source("" if postscript is None else postscript(file.arguments), further)


class _File:
    """The parts of one generated file."""

    def __init__(
        self,
        dialect: Dialect,
        functions: Mapping[str, Result],
        symbols: Sequence[Symbol],
        wrt: tuple[Symbol, ...],
        checks: Sequence[Check],
        title: str,
        docs: Mapping[str, str],
        views: Collection[str],
    ) -> None:
        self.dialect = dialect
        self.views = views
        self.functions = {
            name: value if isinstance(value, tuple) else (value,)
            for name, value in functions.items()
        }
        self.wrt, self.checks, self.title, self.docs = wrt, tuple(checks), title, docs
        self.program = Program()
        lowering = Lowering(self.program, self._has_code, bool(dialect.spelling.on_diagonals))
        self.roots: dict[str, tuple[Ref, ...]] = {
            name: tuple(lowering.lower(e) for e in exprs) for name, exprs in self.functions.items()
        }
        self.symbols = {name: self._symbols_of(name, symbols) for name in self.functions}
        every = {s.name: s for found in self.symbols.values() for s in found}
        carried = {d for s in every.values() for d in s.shape if isinstance(d, str)}
        # A length is carried by the symbols of the same entry or it is a parameter of its own.
        self.loose = {
            name: sorted(self._letters(name) - {d for s in self.symbols[name] for d in s.shape})
            for name in self.functions
        }
        self._refuse_unknown()
        namer = Namer({*dir(builtins), *_RESERVED, *dialect.reserved})
        self.entries = {name: namer.name(name) for name in functions}
        self.arguments = {name: namer.name(name) for name in every}
        letters = sorted(carried | {d for loose in self.loose.values() for d in loose})
        self.symmetric = asked_symmetric(*(e for es in self.functions.values() for e in es))
        self.sizes = {d: namer.name(d) for d in letters}
        self.writer = Writer(
            self.program, dialect, self.arguments, self.sizes, namer, self._shared()
        )

    def _has_code(self, e: Apply) -> bool:
        return self.dialect.code(e.atom) is not None

    def _refuse_unknown(self) -> None:
        """Raise for a function that neither the target nor its definition can express."""
        target = self.dialect.target
        for op in self.program.ops:
            if isinstance(op, Call) and self.dialect.code(op.atom) is None:
                name = op.atom.name
                raise UsageError(
                    Words(f"{target} has no {name}", f"{target} 中没有 {name}"),
                    why=Words(
                        f"neither {target} nor the definition of {name} gives code for it",
                        f"{target} 未提供 {name}，其定义也不能化为 {target} 的代码",
                    ),
                    attempt=Words("--to numpy", "--to numpy"),
                )

    def _symbols_of(self, name: str, shared: Sequence[Symbol]) -> tuple[Symbol, ...]:
        """Return the symbols in the signature of an entry."""
        listed = {s.name for s in shared}
        found = symbols_in(*self.functions[name])
        return (*shared, *(s for s in found if s.name not in listed))

    def _shared(self) -> frozenset[Ref]:
        """Return the values that more than one entry needs."""
        counts = Counter(r for roots in self.roots.values() for r in reachable(self.program, roots))
        return frozenset(r for r, times in counts.items() if times > 1)

    def _letters(self, name: str) -> set[str]:
        """Return the size letters whose lengths the body of an entry uses."""
        letters: set[str] = set()
        for ref in reachable(self.program, self.roots[name]):
            op = self.program.ops[ref]
            if isinstance(op, Size):
                letters.add(op.letter)
            elif isinstance(op, Eye | OnDiagonals | Spread):
                letters |= {d for d in op.shape if isinstance(d, str)}
        return letters

    def source(self, postscript: str, further: Sequence[str]) -> Source:
        """Return the text of the file and what its names stand for."""
        dialect = self.dialect
        bodies = [self._function(name) for name in self.functions]
        test = self_test(
            [*checks_of(self.symbols, self.wrt), *self.checks],
            self.entries,
            self.arguments,
            self.sizes,
            self.symbols,
            self.loose,
            dialect.before_test,
            further,
            self.symmetric,
        )
        after = [part.strip("\n") + "\n" for part in (postscript, test) if part]
        own = "\n\n".join([*bodies, *after])
        helpers = dialect.helper_texts(own)
        code = "\n\n".join([dialect.array.lstrip("\n"), *(h.lstrip("\n") for h in helpers), own])
        imports = "\n".join(dialect.import_lines(code))
        said = _safe(self.title or "Functions of one formula.")
        note = f"\n\n{dialect.note}\n" if dialect.note else ""
        text = f'"""{said}{note}"""\n\n{imports}\n\n\n{code.rstrip()}\n'
        taken = {
            name: (*(s.name for s in self.symbols[name]), *self.loose[name])
            for name in self.functions
        }
        names = {**{d: self.sizes[d] for loose in self.loose.values() for d in loose}}
        return Source(dialect.target, text, self.entries, {**names, **self.arguments}, taken)

    # -- one function ----------------------------------------------------------------------------

    def _function(self, name: str) -> str:
        parameters = [self.arguments[s.name] for s in self.symbols[name]]
        parameters += [self.sizes[d] for d in self.loose[name]]
        sizes = [self.sizes[d] for d in self.loose[name]]
        said, checked = self._docstring(name), self._checked(name)
        body = self.writer.body(self.roots[name], views=name in self.views)
        opening = self.dialect.opening.format(
            ", ".join(self.arguments[s.name] for s in self.symbols[name])
        )
        if self.dialect.passed:
            checked.insert(0, opening)
        elif opening and re.search(rf"\b{opening.split()[0]}\b(?!=)", "\n".join(body)):
            checked.append(opening)
        checked = _without_idle_sizes(checked, body)
        if self.dialect.guard and self.writer.uses_choice(self.roots[name]):
            checked.append("# A branch that is not taken may overflow; its entries are discarded.")
            checked.append(self.dialect.guard)
            body = indent("\n".join(body), "    ").split("\n")
        entry = self.entries[name]
        if not self.dialect.kernel:
            return self.dialect.decorator(sizes) + _def(entry, parameters, [*said, *checked, *body])
        given = [*parameters, *(self.sizes[d] for d in sorted(self._letters(name)))]
        used = [p for p in dict.fromkeys(given) if re.search(rf"\b{p}\b", "\n".join(body))]
        inner = f"{self.dialect.kernel}\ndef _{entry}({', '.join(used)}):\n"
        call = f"return _{entry}({', '.join(used)})"
        outer = _def(entry, parameters, [*said, *checked, call])
        return f"{inner}{indent(chr(10).join(body), '    ')}\n\n\n{outer}"

    def _docstring(self, name: str) -> list[str]:
        shapes = ", ".join(shape_text(e.shape) for e in self.functions[name])
        first = self.docs.get(name) or name
        said = [f'"""{_safe(first)}', ""]
        for s in self.symbols[name]:
            word = ", symmetric" if s.name in self.symmetric else ""
            said.append(f"{self.arguments[s.name]}: {shape_text(s.shape)}{word}")
        for d in self.loose[name]:
            said.append(f"{self.sizes[d]}: a size, at least 1")
        return [*said, f"Returns: {shapes}", '"""']

    def _checked(self, name: str) -> list[str]:
        """Return the lines that check shapes and name the sizes that are used."""
        used = self._letters(name)
        lines: list[str] = []
        known = set(self.loose[name])
        shown = _matrices_first(self.symbols[name])
        for place, s in enumerate(shown):
            variable = self.arguments[s.name]
            later = {d for t in shown[place + 1 :] for d in t.shape} | used
            new = [d for d in s.shape if isinstance(d, str) and d not in known]
            needed = {d for d in new if d in later}
            wanted = [
                str(d) if isinstance(d, int) else self.sizes[d] if d in known else f'"{d}"'
                for d in s.shape
            ]
            shape = ", ".join(wanted) + ("," if len(wanted) == 1 else "")
            given = f'"{_safe(s.name)}", {variable}, ({shape}){self.dialect.passed}'
            lines.append(f"{variable} = _array({given})")
            if len(new) > 1 and tuple(dict.fromkeys(new)) == s.shape and needed == set(new):
                lines.append(f"{', '.join(self.sizes[d] for d in new)} = {variable}.shape")
            else:
                lines += [
                    f"{self.sizes[d]} = {variable}.shape[{s.shape.index(d)}]"
                    for d in dict.fromkeys(new)
                    if d in needed
                ]
            known |= set(new)
        return lines


def _without_idle_sizes(checked: Sequence[str], body: Sequence[str]) -> list[str]:
    """Return the lines that check arguments without sizes that no other line uses."""
    kept: list[str] = []
    for k, line in enumerate(checked):
        size = re.fullmatch(r"(\w+) = \w+\.shape\[\d+\]", line)
        others = "\n".join([*checked[:k], *checked[k + 1 :], *body])
        if size is None or re.search(rf'(?<!")\b{size.group(1)}\b(?!")', others):
            kept.append(line)
    return kept


def _matrices_first(symbols: Sequence[Symbol]) -> list[Symbol]:
    """Return the symbols, the ones with most axes first, so that sizes are read from matrices."""
    return sorted(symbols, key=lambda s: -len(s.shape))


def _def(name: str, parameters: Sequence[str], lines: Sequence[str]) -> str:
    signature = f"*, {', '.join(parameters)}" if parameters else ""
    return f"def {name}({signature}):\n" + indent("\n".join(lines), "    ") + "\n"


def _safe(text: str) -> str:
    """Return text that can stand inside a string literal of the file."""
    return text.replace("\\", "\\\\").replace('"', "'").replace("\n", " ")
