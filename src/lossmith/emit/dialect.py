"""What distinguishes one array language from another, as data.

Templates hold {0}, {1} ... for operands, which are put in brackets where they need them. The file
and the statements are made by the same code for every dialect.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lossmith.atoms.accurate import logdet_above_eye
from lossmith.atoms.table import CARDS
from lossmith.emit.named import call_of, function_of, takes_a_function
from lossmith.expr.atom import Atom


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the operations of a program are written.

    tensordot: {2} is the pair of axes.  einsum: {0} the letters in quotes, {1} the operands.
    sum_along, transpose: {1} the axes.  diagonal_of: of the axes {1} and {2}.
    full: {0} a shape, {1} a plain number.  spread: the array {0} repeated to the shape {1}.
    copy: a result that would share memory with an argument.  result: a plain number as a result.
    on_diagonals: the array {0} in zeros of the shape {2}, where axes with one of the letters {1}
      agree; "" if products with unit matrices do as well.
    add_diagonal: the statement that adds {2} to the diagonal of the matrix {0}, {1} being the
      sign; "" where arrays cannot be changed.
    literal: a plain number where an array is asked for; "" where plain numbers do.
    """

    dot: str
    tensordot: str
    einsum: str
    transpose: str
    total: str
    sum_along: str
    diagonal: str
    diagonal_of: str
    trace: str
    eye: str
    diag: str
    ones: str
    zeros: str
    full: str
    spread: str
    where: str
    square: str
    sqrt: str
    cbrt: str
    abs: str
    copysign: str
    infinity: str
    copy: str
    result: str
    literal: str = ""
    on_diagonals: str = ""
    add_diagonal: str = ""


_ATOMS: Final = {a.name: a for a in (*CARDS, logdet_above_eye)}
"""Atoms whose code may be a function; of those for code alone only one is."""


HORNER: Final = '''
def _horner(x, *c):
    """Return c[0] + c[1] x + c[2] x^2 + ..."""
    value = c[-2] + c[-1] * x
    for k in range(len(c) - 3, -1, -1):
        value = c[k] + value * x
    return value
'''
"""The same text in all dialects."""


def no_decorator(sizes: Sequence[str]) -> str:
    """Return the line above a function: none."""
    return ""


def no_helpers(code: str) -> Mapping[str, str]:
    """Return further helpers that the code calls: none."""
    return {}


@dataclass(frozen=True, slots=True)
class Dialect:
    """An array language: the target's name, its spellings, and the frame of its functions.

    prefix, same: NumPy's templates on the cards serve here with ``prefix`` for ``np.`` as long as
      they name only functions in ``same``; other cards need an entry under ``target``.
    imports: (pattern, line): the line is written if the pattern occurs in the code, {0} being
      what it found.  reserved: names that the file needs for itself.
    note: a sentence below the title.  array: text of ``_array``, which checks an argument.
    helpers: name -> text of a function that is written if it is called; made: the same for names
      that are composed.
    opening: line of a function that says of what type its arrays ({0}) are: the first one if
      _array takes its outcome (passed), else after the checks and only if it is needed.
    decorator: line above a function, from the sizes among its parameters.
    guard: a ``with`` around branches of which one is discarded.
    kernel: decorator of an inner function that does the work on checked arrays ("": no such).
    loops: sums over several axes, and rows of a matrix, are written as loops.
    before_test: first line of the self-test.
    """

    target: str
    spelling: Spelling
    prefix: str
    array: str
    imports: tuple[tuple[str, str], ...]
    reserved: tuple[str, ...]
    same: frozenset[str] = frozenset()
    note: str = ""
    helpers: Mapping[str, str] = field(default_factory=dict[str, str])
    made: Callable[[str], Mapping[str, str]] = no_helpers
    opening: str = ""
    passed: str = ""
    decorator: Callable[[Sequence[str]], str] = no_decorator
    guard: str = ""
    kernel: str = ""
    loops: bool = False
    before_test: str = ""

    def code(self, atom: Atom) -> str | None:
        """Return the template of an atom, None if this target has none."""
        found = self._spelled(atom)
        if found is None or self.kernel or not takes_a_function(found):
            return found
        return call_of(atom)

    def _spelled(self, atom: Atom) -> str | None:
        own = atom.code.get(self.target)
        if own is not None:
            return own
        shared = atom.code.get("numpy")
        if shared is None or "scipy." in shared:
            return None
        names: list[str] = re.findall(r"\bnp\.([\w.]+)", shared)
        return shared.replace("np.", self.prefix) if self.same.issuperset(names) else None

    def _functions(self, code: str) -> Mapping[str, str]:
        """Return the functions of atoms that the code calls."""
        called: list[str] = re.findall(r"\b_(\w+)\(", code)
        atoms = [_ATOMS[name] for name in called if name in _ATOMS]
        spelled = {a: self._spelled(a) or "" for a in atoms}
        return {f"_{a.name}": function_of(a, t) for a, t in spelled.items() if takes_a_function(t)}

    def import_lines(self, code: str) -> list[str]:
        """Return the import lines that the code needs."""
        lines: list[str] = []
        for pattern, line in self.imports:
            lines += [line.format(found) for found in sorted(set(re.findall(pattern, code)))]
        return list(dict.fromkeys(lines))

    def helper_texts(self, code: str) -> list[str]:
        """Return the functions that the code calls and those that these call, callees first."""
        found: dict[str, str] = {}
        wanted = [code]
        while wanted:
            text = wanted.pop()
            known = {**self._functions(text), **self.made(text), **self.helpers}
            for name, body in known.items():
                if name not in found and re.search(rf"\b{name}\b", text):
                    found[name] = body
                    wanted.append(body)
        return list(reversed(found.values()))
