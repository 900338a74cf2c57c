"""Array programs to statements that a person would write, in any dialect of array code.

Values used once stand where they are used, as long as the line stays short; the others get names.
Precedence decides brackets. A name belongs to a value, so that ``z = X @ w`` is ``z`` in the
objective, in its gradient and in its Hessian.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from lossmith.emit.dialect import Dialect
from lossmith.emit.program import (
    Call,
    Choose,
    Diag,
    Diagonal,
    Expand,
    Eye,
    Load,
    MatMul,
    Number,
    Product,
    Program,
    Ref,
    Size,
    Sum,
    Transpose,
    comparison,
    operands,
)
from lossmith.emit.source import Namer
from lossmith.emit.speller import Speller, letter
from lossmith.emit.spelling import (
    Text,
    is_signed_root,
    spelled,
)

_LINE: Final = 84
_OPERAND: Final = 44
_SUMMAND: Final = 60
_SHORT: Final = 16
"""Letters of an operand that needs no name, however long the line."""
_DEPTH: Final = 4


@dataclass(slots=True)
class Writer:
    """Writes values of one program; names of symbols, sizes and values are shared by all functions.

    arguments: symbol name -> parameter.  sizes: size letter -> variable.  shared: values that more
    than one function needs; the main ones get a name everywhere.
    """

    program: Program
    dialect: Dialect
    arguments: Mapping[str, str]
    sizes: Mapping[str, str]
    namer: Namer
    shared: frozenset[Ref] = frozenset()
    names: dict[Ref, str] = field(default_factory=dict[Ref, str])

    def body(self, roots: Sequence[Ref], *, views: bool = False) -> list[str]:
        """Return the statements that compute the roots and return them.

        views: results may share memory with arguments.
        """
        return _Body(self, roots, views=views).lines()

    def uses_choice(self, roots: Sequence[Ref]) -> bool:
        """Return whether a choice between branches occurs (their unused entries may overflow)."""
        return any(isinstance(self.program.ops[r], Choose) for r in reachable(self.program, roots))


def reachable(program: Program, roots: Sequence[Ref]) -> list[Ref]:
    """Return the places that the roots need, operands first."""
    wanted = set(roots)
    for ref in range(max(roots), -1, -1):
        if ref in wanted:
            wanted.update(operands(program.ops[ref]))
    return sorted(wanted)


class _Body:
    """The statements of one function."""

    def __init__(self, writer: Writer, roots: Sequence[Ref], *, views: bool) -> None:
        self.writer, self.views = writer, views
        self.ops = writer.program.ops
        self.dialect = writer.dialect
        self.spelling = writer.dialect.spelling
        self.roots = roots
        self.summands: set[Ref] = set()
        self.text: dict[Ref, Text] = {}
        self.plain: set[Ref] = set()  # numbers of the host language, not arrays
        self.statements: list[str] = []
        self.speller = Speller(
            self.ops, writer.dialect, writer.arguments, writer.sizes, writer.names,
            self.text, self.plain,
        )  # fmt: skip

    def lines(self) -> list[str]:
        needed = reachable(self.writer.program, self.roots)
        uses = self._uses(needed)
        self.summands = {
            r
            for ref in needed
            if isinstance(self.ops[ref], Sum) or ref in self.roots
            for r in operands(self.ops[ref])
        }
        for ref in needed:
            is_root = ref in self.roots
            split = self._plus_diagonal(ref) if is_root else None
            if split is not None:
                self.text[ref] = split
                continue
            made = self._fitted(ref)
            if self._is_plain(ref):
                self.plain.add(ref)
            if self._deserves_name(ref, made, uses[ref], is_root=is_root):
                made = self._named(ref, made)
            self.text[ref] = made
        result = ", ".join(self._returned(r) for r in self.roots)
        return [*self.statements, f"return {result}"]

    def _fitted(self, ref: Ref) -> Text:
        """Return the text of a value; its longest operands get names until it fits on a line."""
        made = self.speller.text_of(ref)
        parts = sorted(operands(self.ops[ref]), key=lambda r: -len(self.text[r].code))
        crowded = 2 * len(set(parts)) > _LINE  # no names are so short: all are given at once
        for r in parts:
            if len(made.code) <= _LINE or len(self.text[r].code) <= _SHORT:
                break
            self.text[r] = self._named(r, self.text[r])
            if not crowded:
                made = self.speller.text_of(ref)
        return self.speller.text_of(ref) if crowded else made

    def _named(self, ref: Ref, made: Text) -> Text:
        """Return the name of a value after a statement that gives it this name."""
        name = self._name(ref)
        self.statements.append(f"{name} = {made.code}")
        return Text(name)

    def _returned(self, ref: Ref) -> str:
        """Return the text of a result; one that shares memory with an argument is copied."""
        made = self.text[ref]
        op = self.ops[ref]
        if op.shape and not self.views and self._is_view(ref):
            return spelled(self.spelling.copy, made).code
        if ref in self.plain:
            return spelled(self.spelling.result, made).code
        return made.code

    def _plus_diagonal(self, ref: Ref) -> Text | None:
        """Return a matrix to whose diagonal the rest of the sum was added in place.

        Adding c * eye(n) would write n^2 entries three times.
        """
        op, template = self.ops[ref], self.spelling.add_diagonal
        if not template or not isinstance(op, Sum) or len(op.shape) != 2:
            return None
        parts = [(c, r, self._on_diagonal(r)) for c, r in op.terms]
        dense = tuple((c, r) for c, r, d in parts if d is None)
        full = any(self.ops[r].shape == op.shape for _, r in dense)
        if not full or len(dense) == len(parts):
            return None
        matrix = self.speller.sum(Sum(dense, op.shape))
        if matrix.code.isidentifier() or (len(dense) == 1 and self._is_view(dense[0][1])):
            matrix = spelled(self.spelling.copy, matrix)
        name = self.writer.namer.name("H")
        self.statements.append(f"{name} = {matrix.code}")
        for c, _, diagonal in parts:
            if diagonal is not None:
                coefficient, powers = diagonal
                size = abs(c * coefficient)
                value = self.speller.product(size, powers) if powers else self.speller.number(size)
                sign = "-" if c * coefficient < 0 else "+"
                self.statements.append(template.format(name, sign, value.code))
        return Text(name)

    def _on_diagonal(self, ref: Ref) -> tuple[Fraction, list[tuple[Text, bool]]] | None:
        """Return what a matrix holds on its diagonal if it is zero elsewhere, as a product."""
        op = self.ops[ref]
        if ref in self.writer.names:
            return None
        if isinstance(op, Diag):
            return Fraction(1), [(self.text[op.arg], False)]
        if isinstance(op, Eye):
            return Fraction(1), []
        if not isinstance(op, Product):
            return None
        kept: list[tuple[Text, bool]] = []
        inside = 0
        for (r, p), nonneg in zip(op.factors, op.nonnegative, strict=True):
            found = self._on_diagonal(r) if p == 1 and self.ops[r].shape else None
            if found is None and self.ops[r].shape:
                return None
            inside += found is not None
            kept += found[1] if found is not None else self.speller.power(r, p, nonneg=nonneg)
        return (op.coefficient, kept) if inside == 1 else None

    def _is_view(self, ref: Ref) -> bool:
        """Return whether a value shares memory with an argument or with another result."""
        op = self.ops[ref]
        if isinstance(op, Diagonal):
            return True  # a diagonal cannot be written to
        while isinstance(op, Transpose | Expand):
            ref = op.arg
            op = self.ops[ref]
            if isinstance(op, Diagonal) or ref in self.roots:
                return True
        return isinstance(op, Load)

    def _is_plain(self, ref: Ref) -> bool:
        """Return whether a value is made of numbers and sizes alone."""
        op = self.ops[ref]
        match op:
            case Number() | Size():
                return True
            case Call():
                return not op.args
            case Sum():
                return all(r in self.plain for _, r in op.terms)
            case Product():
                return all(self.speller.stays_plain(r, p) for r, p in op.factors)
            case _:
                return False

    def _uses(self, needed: Sequence[Ref]) -> dict[Ref, int]:
        uses = dict.fromkeys(needed, 0)
        for ref in needed:
            for r, times in self._occurrences(ref):
                uses[r] += times
        for r in self.roots:
            uses[r] += 1
        return uses

    def _occurrences(self, ref: Ref) -> list[tuple[Ref, int]]:
        """Return how often each operand stands in the text of its user."""
        op = self.ops[ref]
        if isinstance(op, Call):
            template = self.speller.template(op)
            return [(r, template.count(f"{{{k}}}")) for k, r in enumerate(op.args)]
        if isinstance(op, Product):
            pairs = zip(op.factors, op.nonnegative, strict=True)
            return [(r, 2 if is_signed_root(p, nonneg=nn) else 1) for (r, p), nn in pairs]
        if isinstance(op, Choose):
            return [(r, 1) for r in self._chosen(op)]
        return [(r, 1) for r in operands(op)]

    def _chosen(self, op: Choose) -> list[Ref]:
        """Return the values and the sides of the comparisons of a choice."""
        found = [value for _, value in op.cases] + [op.otherwise]
        for guard, _ in op.cases:
            for ref, relation in guard:
                sides = comparison(self.ops, ref, relation, self.writer.names)
                pair = () if sides is None else (sides[0], sides[2])
                found += [side[1] for side in pair if side is not None] or [ref]
        return found

    def _deserves_name(self, ref: Ref, made: Text, uses: int, *, is_root: bool) -> bool:
        op = self.ops[ref]
        if isinstance(op, Load | Number | Size) or not uses:
            return False
        if ref in self.writer.names and not is_root:
            return True
        if isinstance(op, Transpose | Expand) and made.depth == 0:
            return False
        if uses > 1:
            return True
        if ref in self.writer.shared and isinstance(op, MatMul | Call) and op.shape and not is_root:
            return True
        if is_root:
            return len(self.roots) > 1
        if ref in self.summands:
            return len(made.code) > _SUMMAND or made.depth > _DEPTH
        return len(made.code) > _OPERAND or made.depth >= _DEPTH

    def _name(self, ref: Ref) -> str:
        name = self.writer.names.get(ref)
        if name is None:
            op = self.ops[ref]
            wish = letter(op)
            if isinstance(op, Call) and wish in self.writer.namer.taken:
                wish = op.atom.name.partition("(")[0]
            name = self.writer.namer.name(wish)
            self.writer.names[ref] = name
        return name
