"""What the names of a derivation stand for, and how its formulas are read with them.

Kinds are inferred once, from all definitions together, and then hold for every line; so a line
whose shapes do not fit is refused instead of being read in another way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from lossmith.errors import ShapeError, UsageError
from lossmith.expr.build import contract
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.sets import Interval
from lossmith.expr.types import Assumptions, Shape
from lossmith.expr.walk import substitute, symbols
from lossmith.judge.described import described
from lossmith.judge.lines import Dialect
from lossmith.judge.occurrence import occurs
from lossmith.text.declaring.declare import read_declarations
from lossmith.text.declaring.promises import Declaration
from lossmith.text.latex.latex_formula import read_latex_formula
from lossmith.text.parse import Formula, parse
from lossmith.text.python.python_dialect import read_python
from lossmith.text.reading.text_formula import read_text
from lossmith.text.syntax.syntax import Syntax
from lossmith.text.syntax.typed import Kind

CHANGE: Final = "d"


@dataclass(frozen=True, slots=True)
class Definition:
    """A name that stands for an expression; ``symbol`` is how it occurs in other lines.

    kind: of the right side as it was written ("r" for a row).
    """

    name: str
    symbol: Symbol
    expr: Expr
    kind: Kind


@dataclass(slots=True)
class Context:
    """Declarations, symbols and definitions met so far."""

    declared: dict[str, str] = field(default_factory=dict[str, str])
    bases: dict[str, Symbol] = field(default_factory=dict[str, Symbol])
    definitions: dict[str, Definition] = field(default_factory=dict[str, Definition])
    stand_ins: dict[object, str] = field(default_factory=dict[object, str])

    @property
    def names(self) -> set[str]:
        """All names that stand for something."""
        return {*self.declared, *self.bases, *self.definitions}

    def declare(self, text: str) -> None:
        """Take declarations of the user.  Raises: ParseError and others with a place."""
        for name, entry in read_declarations(text).items():
            place = entry.place
            body = place.text[place.start : place.stop]
            about = re.sub(r"^[^:<>=]*?:", "", body, count=1) if ":" in body else body
            if ":" not in body:
                about = re.sub(r"^\s*[^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*", "", body, count=1)
            self.declared[name] = about.strip()

    def kinds_given(self) -> set[str]:
        """Return the names whose kinds the user declared, and no promise alone."""
        told = read_declarations(self.declared)
        return {name for name, entry in told.items() if entry.kind is not None}

    def let_be_numbers(self, names: Iterable[str]) -> None:
        """Declare symbols as scalars, with what was promised of them."""
        for name in names:
            self.declared[name] = f"scalar {self.declared.get(name, '')}".strip()

    def read(
        self,
        text: str,
        dialect: Dialect,
        indices: tuple[str, ...] = (),
        source: str = "",
        like: Shape | None = None,
    ) -> Formula:
        """Return a formula read with all that is known; new symbols are remembered.

        indices: letters that the left side leaves open, in order of the axes.  like: the shape
        that decides sizes which the formula leaves open.
        Raises: as ``text.parse.parse``.
        """
        formula = self._parse(text, dialect, indices, source, like)
        for s in formula.symbols:
            own = s.name not in self.definitions and not s.name.startswith(_PLUG)
            if own and not self.is_change(s.name):
                self.learn(s)
        return formula

    def learn(self, s: Symbol) -> None:
        """Remember a symbol as it was read; where only a promise was declared, its kind too.

        The sizes likewise: of ``A: symmetric`` they are those of its first formula.
        """
        self.bases.setdefault(s.name, s)
        told = self.declared.get(s.name)
        if told is None or _is_open(read_declarations({s.name: told})[s.name]):
            self.declared[s.name] = described(s)

    def syntax(
        self, text: str, dialect: Dialect, indices: tuple[str, ...] = ()
    ) -> tuple[Syntax, Mapping[str, Declaration]]:
        """Return a formula before its kinds are resolved, and what is known of all names.

        All indices are bound, those too that the formula lacks: one may stand for another.
        Raises: ParseError.
        """
        declared = read_declarations(self._told(text))
        if dialect == "python":
            return read_python(text), declared
        read = read_latex_formula if dialect == "latex" else read_text
        bound = bool(indices) and dialect == "text"
        opened = f"tensor({', '.join(indices)}, {text})" if bound else text
        return read(opened, declared, "").syntax, declared

    def _told(self, text: str) -> dict[str, str]:
        """Return the declarations of all names in a text."""
        told = {**self.declared, **self._changes(text)}
        readable = {n: d for n, d in self.definitions.items() if n.isidentifier()}
        return told | {name: described(d.symbol) for name, d in readable.items()}

    def _parse(
        self,
        text: str,
        dialect: Dialect,
        indices: tuple[str, ...],
        source: str,
        like: Shape | None,
    ) -> Formula:
        told = self._told(text)
        used = [i for i in indices if occurs(i, text)]
        wrapped = f"tensor({', '.join(used)}, {text})" if used and dialect == "text" else text
        try:
            return _in_order(parse(wrapped, declare=told, source=source, dialect=dialect), used)
        except ShapeError as error:
            if like is None or not like or len(like) > 2 or "is open" not in error.what.en:
                raise
            plug = symbol(_PLUG, like)
        except UsageError as error:
            if "variable" not in error.what.en:
                raise
            # A number alone is a formula here: the gradient may be 1.
            plug = symbol(_PLUG, () if used or like is None or len(like) > 2 else like)
        told[_PLUG] = described(plug)
        padded = _PADDED[dialect].replace("FORMULA", wrapped)
        return _in_order(parse(padded, declare=told, source=source, dialect=dialect), used)

    def _changes(self, text: str) -> dict[str, str]:
        """Return declarations of the changes dw, dX ... that occur in a text."""
        found: dict[str, str] = {}
        for word in set(re.findall(r"[^\W\d_][^\W_]*", text)):
            base = word[1:]
            if word[0] == CHANGE and base and word not in self.names and base in self.names:
                s = self.symbol(base)
                if s is not None:
                    found[word] = described(symbol(word, s.shape))
        return found

    def symbol(self, name: str) -> Symbol | None:
        """Return the symbol of a name, None if it does not stand for anything yet."""
        if name in self.definitions:
            return self.definitions[name].symbol
        return self.bases.get(name)

    def define(self, name: str, formula: Formula) -> Definition:
        """Let a name stand for a formula in all lines to come."""
        own = symbol(name, formula.expr.shape)
        found = Definition(name, own, formula.expr, formula.kind)
        self.definitions[name] = found
        return found

    def stand_in(self, key: object, e: Expr) -> str:
        """Return the name of a symbol that stands for an expression inside formulas."""
        if key not in self.stand_ins:
            letters = "abcdefghijklmnopqrstuvwxyz"
            k = len(self.stand_ins)
            name = f"{_STAND_IN}{letters[k // 26 % 26]}{letters[k % 26]}"
            self.stand_ins[key] = name
            self.definitions[name] = Definition(name, symbol(name, e.shape), e, "c")
        return self.stand_ins[key]

    def promise(self, s: Symbol, interval: Interval) -> None:
        """Let a base symbol have its values in an interval, in all definitions too."""
        twin = symbol(s.name, s.shape, Assumptions(interval))
        self.bases[s.name] = twin
        self.declared[s.name] = described(twin)
        for name, d in list(self.definitions.items()):
            self.definitions[name] = Definition(
                name, d.symbol, substitute(d.expr, {s: twin}), d.kind
            )

    def is_stand_in(self, name: str) -> bool:
        """Return whether a name was made by ``stand_in``."""
        return name.startswith(_STAND_IN) and name in self.stand_ins.values()

    def is_change(self, name: str) -> bool:
        """Return whether dw is the change of w: no name of its own, and w stands for something."""
        declared = name in self.declared or name in self.definitions
        return not declared and name[len(CHANGE) :] in self.names

    def expanded(self, e: Expr, stop: Iterable[str] = ()) -> Expr:
        """Return e with definitions put in, but for the names in ``stop``."""
        kept = set(stop)
        for _ in range(len(self.definitions) + 1):
            change: dict[Expr, Expr] = {
                d.symbol: d.expr for d in self.definitions.values() if d.name not in kept
            }
            now = substitute(e, {s: change[s] for s in symbols(e) if s in change})
            if now is e:
                return e
            e = now
        return e

    def mentions(self, e: Expr) -> set[str]:
        """Return the names of all symbols that e is made of, through definitions too."""
        seen: set[str] = set()
        waiting = [s.name for s in symbols(e)]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            if name in self.definitions:
                waiting += [s.name for s in symbols(self.definitions[name].expr)]
        return seen


def _is_open(told: Declaration) -> bool:
    """Return whether a declaration leaves kind or sizes to the formulas."""
    return told.kind is None or (told.kind != "s" and not told.sizes)


def _in_order(formula: Formula, letters: Sequence[str]) -> Formula:
    """Return a formula with the axes of its open indices in the order of the left side."""
    found = formula.open
    if len(found) < 2 or set(found) != set(letters) or found == tuple(letters):
        return formula
    rest = tuple(range(len(found), len(formula.expr.shape)))
    axes = (*(tuple(letters).index(x) for x in found), *rest)
    return replace(formula, expr=contract([(formula.expr, axes, 1)], tuple(range(len(axes)))))


_PLUG: Final = "zeroplug"
_PADDED: Final[Mapping[Dialect, str]] = {
    "text": f"(FORMULA) + 0*{_PLUG}",
    "latex": rf"FORMULA + 0 \mathrm{{{_PLUG}}}",
    "python": f"(FORMULA) + 0*{_PLUG}",
}
"""A formula with a 0 that has a size, or makes a number a formula."""
_STAND_IN: Final = "Dquotient"
