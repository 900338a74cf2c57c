"""NumPy source of several functions of one formula, as a file that runs alone."""

from __future__ import annotations

import builtins
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from textwrap import indent

from lossmith.emit.lower import Lowering
from lossmith.emit.program import Eye, Program, Ref, Size, Spread
from lossmith.emit.render import Writer, reachable
from lossmith.emit.selftest import Check, self_test
from lossmith.emit.source import Namer, Source
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.types import shape_text
from lossmith.expr.walk import symbols as symbols_in

Result = Expr | tuple[Expr, ...]

_RESERVED = ("rng", "values", "attempt", "direction", "difference", "compare")

_ARRAY = '''
def _array(name, value, shape):
    """Return value as an array of floats of this shape; equal letters mean equal lengths."""
    array = np.asarray(value, dtype=float)
    lengths = {}
    if array.ndim != len(shape) or any(
        got != (lengths.setdefault(want, got) if isinstance(want, str) else want)
        for want, got in zip(shape, array.shape)
    ):
        raise ValueError(f"{name} must have shape {shape}, but it has {array.shape}")
    return array[()]
'''


def emit(
    functions: Mapping[str, Result],
    symbols: Sequence[Symbol] = (),
    *,
    wrt: Symbol | Sequence[Symbol] = (),
    checks: Sequence[Check] = (),
    title: str = "",
    docs: Mapping[str, str] | None = None,
) -> Source:
    """Return a NumPy file with one function an entry.

    functions: entry name -> expression, or a tuple of them computed together.  symbols: in every
      signature, in this order; an entry also takes the further symbols that it needs (a direction).
    wrt: the variables of the entries named value, gradient, hessian and hvp (of several variables
      gradient_a, hessian_a_b); with them the file tests itself against central differences when it
      is run.  checks: further pairs of an entry and its derivative to test.
    title: first line of the file's docstring.
    docs: entry -> one line of mathematics for its docstring.
    Numerically stable forms are the caller's: they come from a normalized expression.
    """
    variables = (wrt,) if isinstance(wrt, Symbol) else tuple(wrt)
    return _File(functions, symbols, variables, checks, title, docs or {}).source()


class _File:
    """The parts of one generated file."""

    def __init__(
        self,
        functions: Mapping[str, Result],
        symbols: Sequence[Symbol],
        wrt: tuple[Symbol, ...],
        checks: Sequence[Check],
        title: str,
        docs: Mapping[str, str],
    ) -> None:
        self.functions = {
            name: value if isinstance(value, tuple) else (value,)
            for name, value in functions.items()
        }
        self.wrt, self.checks, self.title, self.docs = wrt, tuple(checks), title, docs
        self.program = Program()
        lowering = Lowering(self.program, _has_code)
        self.roots: dict[str, tuple[Ref, ...]] = {
            name: tuple(lowering.lower(e) for e in exprs) for name, exprs in self.functions.items()
        }
        self.symbols = {name: self._symbols_of(name, symbols) for name in self.functions}
        every = {s.name: s for found in self.symbols.values() for s in found}
        carried = {d for s in every.values() for d in s.shape if isinstance(d, str)}
        self.loose = {name: sorted(self._letters(name) - carried) for name in self.functions}
        namer = Namer({*dir(builtins), "np", "scipy", "_array", *_RESERVED})
        self.entries = {name: namer.name(name) for name in functions}
        self.arguments = {name: namer.name(name) for name in every}
        letters = sorted(carried | {d for loose in self.loose.values() for d in loose})
        self.sizes = {d: namer.name(d) for d in letters}
        self.writer = Writer(self.program, self.arguments, self.sizes, namer, self._shared())

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
            elif isinstance(op, Eye | Spread):
                letters |= {d for d in op.shape if isinstance(d, str)}
        return letters

    def source(self) -> Source:
        bodies = [self._function(name) for name in self.functions]
        test = self_test(
            self._checks(), self.entries, self.arguments, self.sizes, self.symbols, self.loose
        )
        code = "\n\n".join([_ARRAY, *bodies, *([test.lstrip()] if test else [])])
        modules = sorted(set(re.findall(r"\bscipy\.\w+(?=\.\w)", code)))
        imports = ["import numpy as np", *(f"import {m}" for m in modules)]
        title = self.title or "Functions of one formula."
        text = f'"""{_safe(title)}"""\n\n' + "\n".join(imports) + "\n\n" + code.rstrip() + "\n"
        taken = {
            name: (*(s.name for s in self.symbols[name]), *self.loose[name])
            for name in self.functions
        }
        names = {**{d: self.sizes[d] for loose in self.loose.values() for d in loose}}
        return Source("numpy", text, self.entries, {**names, **self.arguments}, taken)

    # -- one function ----------------------------------------------------------------------------

    def _function(self, name: str) -> str:
        parameters = [self.arguments[s.name] for s in self.symbols[name]]
        parameters += [self.sizes[d] for d in self.loose[name]]
        signature = f"*, {', '.join(parameters)}" if parameters else ""
        lines = self._docstring(name) + self._checked(name)
        body = self.writer.body(self.roots[name])
        if self.writer.uses_choice(self.roots[name]):
            lines.append("# A branch that is not taken may overflow; its entries are discarded.")
            lines.append('with np.errstate(all="ignore"):')
            body = [f"    {line}" for line in body]
        return (
            f"def {self.entries[name]}({signature}):\n"
            + indent("\n".join(lines + body), "    ")
            + "\n"
        )

    def _docstring(self, name: str) -> list[str]:
        shapes = ", ".join(shape_text(e.shape) for e in self.functions[name])
        first = self.docs.get(name) or name
        said = [f'"""{_safe(first)}', ""]
        for s in self.symbols[name]:
            said.append(f"{self.arguments[s.name]}: {shape_text(s.shape)}")
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
            lines.append(f'{variable} = _array("{_safe(s.name)}", {variable}, ({shape}))')
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

    def _checks(self) -> list[Check]:
        """Return which entries can be tested against differences of which others."""
        found: list[Check] = []
        several = len(self.wrt) > 1 or "gradient" not in self.functions
        for s in self.wrt:
            slope = f"gradient_{s.name}" if several else "gradient"
            pairs = [("value", slope, s)]
            pairs += [
                (slope, f"hessian_{s.name}_{t.name}" if several else "hessian", t) for t in self.wrt
            ]
            found += [
                Check(f, g, t) for f, g, t in pairs if f in self.functions and g in self.functions
            ]
        if len(self.wrt) == 1 and {"gradient", "hvp"} <= set(self.functions):
            shared = {s.name for s in self.symbols["gradient"]}
            extra = [s for s in self.symbols["hvp"] if s.name not in shared]
            if len(extra) == 1:
                found.append(Check("gradient", "hvp", self.wrt[0], extra[0]))
        return [*found, *self.checks]


def _matrices_first(symbols: Sequence[Symbol]) -> list[Symbol]:
    """Return the symbols, the ones with most axes first, so that sizes are read from matrices."""
    return sorted(symbols, key=lambda s: -len(s.shape))


def _has_code(e: Apply) -> bool:
    return "numpy" in e.atom.code


def _safe(text: str) -> str:
    """Return text that can stand inside a string literal of the file."""
    return text.replace("\\", "\\\\").replace('"', "'").replace("\n", " ")
