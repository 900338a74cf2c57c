"""Syntax to expression: kinds, then sizes, then the expression itself, each one loop over nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from lossmith.errors import LossmithError, ParseError, Place, ShapeError, UsageError
from lossmith.expr import build
from lossmith.expr.node import Comparison, Expr, Symbol, symbol
from lossmith.expr.types import FREE, Assumptions, Shape, shape_text
from lossmith.text.cards import card
from lossmith.text.declare import Declaration
from lossmith.text.functions import Function, function
from lossmith.text.infer import infer_kinds
from lossmith.text.operators import BUILDERS, RULES, comparison
from lossmith.text.syntax import COMPARISONS, Node, Syntax
from lossmith.text.typed import KIND_WORDS, SCALAR, Kind, Sizes, Type, of_kind
from lossmith.words import Words

Declared = Mapping[str, Declaration]

_LETTERS: Final = ("n", "d", "k", "m", "p", "q", "r", "s", "t")
_SQUARE: Final = ("symmetric", "orthogonal", "nonsingular")


@dataclass(frozen=True, slots=True)
class Elaborated:
    """The expression with where it stands in the text and what was assumed on the way."""

    expr: Expr
    kind: Kind
    symbols: tuple[Symbol, ...]
    spans: dict[Expr, tuple[int, int]]
    notes: tuple[Words, ...]


def elaborate(syntax: Syntax, declared: Declared) -> Elaborated:
    """Return the expression of a formula.

    Raises: ShapeError, DomainError, ParseError, UnknownAtom or UsageError, with a caret.
    Cost: linear in the formula, but for the inference of undeclared kinds.
    """
    return _Elaborator(syntax, declared).run()


class _Elaborator:
    """The tables of one formula: types, sizes and expressions by node."""

    def __init__(self, syntax: Syntax, declared: Declared) -> None:
        self.syntax, self.nodes, self.declared = syntax, syntax.nodes, declared
        self.sizes = Sizes()
        self.notes: list[Words] = list(syntax.notes)
        self.values = _literal_values(self.nodes)
        self.letters = {d for x in declared.values() for d in x.sizes if isinstance(d, str)}
        self.constants = self._constants()
        self.types: list[Type] = []
        self.symbol_types: dict[str, Type] = {}
        self.forced: frozenset[str] = frozenset()
        self.symbols: dict[str, Symbol] = {}
        self.exprs: list[Expr | None] = []
        self.spans: dict[Expr, tuple[int, int]] = {}

    def run(self) -> Elaborated:
        self._choose_kinds()
        for index in range(len(self.nodes)):
            self.types.append(self._type(index))
        if self.types[-1].truth:
            raise self._stray_condition(len(self.nodes) - 1)
        self._name_sizes()
        self._make_symbols()
        self._build()
        expr = self.exprs[-1]
        assert expr is not None
        self._note_functions()
        notes = tuple(dict.fromkeys(self.notes))
        used = tuple(self.symbols.values())
        return Elaborated(expr, self.types[-1].kind, used, self.spans, notes)

    # -- names and kinds -----------------------------------------------------------------------

    def _constants(self) -> dict[str, Expr]:
        """Return the names that stand for numbers: pi, and e where it is raised to a power."""
        found: dict[str, Expr] = {}
        names = {n.name for n in self.nodes if n.kind == "name"} - set(self.declared)
        if "pi" in names:
            found["pi"] = build.apply(card("pi"))
            self.notes.append(Words("pi is the number 3.14159...", "pi 是圆周率 3.14159..."))
        bases = (self.nodes[n.args[0]] for n in self.nodes if n.name in ("^", ".^"))
        if "e" in names and any(b.kind == "name" and b.name == "e" for b in bases):
            found["e"] = build.apply(card("exp"), build.const(1))
            self.notes.append(
                Words(
                    "e is Euler's number, so e^x is exp(x); declare e to make it a variable",
                    "e 是自然常数，e^x 即 exp(x)；若 e 是变量，请先声明",
                )
            )
        for letter in sorted(self.letters & names):
            found[letter] = build.size_of(letter)
            self.notes.append(Words(f"{letter} is the size declared", f"{letter} 是声明中的大小"))
        return found

    def _choose_kinds(self) -> None:
        known: dict[str, Kind] = {"eye": "m"}
        for name in self.constants:
            known[name] = "s"
        for name, entry in self.declared.items():
            if entry.kind is not None:
                known[name] = entry.kind
        kinds = infer_kinds(self.nodes, self.values, known)
        self.forced = kinds.forced
        names = dict.fromkeys(n.name for n in self.nodes if n.kind == "name")
        for name in names:
            if name in self.constants or (name == "eye" and name not in self.declared):
                continue
            kind = kinds.chosen.get(name) or known[name]
            self.symbol_types[name] = self._symbol_type(name, kind)
        for name in self.declared:
            if name not in names:
                self.notes.append(
                    Words(
                        f"{name} is declared but does not occur in the formula",
                        f"{name} 已声明，但公式中没有出现",
                    )
                )
        if not self.symbol_types:
            raise self._no_variable()

    def _symbol_type(self, name: str, kind: Kind) -> Type:
        entry = self.declared.get(name)
        if entry is None or not entry.sizes:
            t = of_kind(kind, self.sizes)
        else:
            t = Type(kind, tuple(self.sizes.rigid(d) for d in entry.sizes))
        square = [w for w in _SQUARE if entry is not None and entry.assumptions.has(w)]
        if entry is not None and square and kind == "m" and not self.sizes.unify(*t.dims):
            word = next(iter(sorted(entry.assumptions.structure)))
            raise ShapeError(
                Words(
                    f"{name} is declared {word}, so it must be square",
                    f"{name} 声明为 {word}，因此必须是方阵",
                ),
                why=Words(f"got {self.sizes.show(t)}", f"得到的是 {self.sizes.show(t)}"),
                place=entry.place,
            )
        return t

    # -- types ---------------------------------------------------------------------------------

    def _type(self, index: int) -> Type:
        node = self.nodes[index]
        if node.kind == "number":
            return Type("s", value=self.values[index])
        if node.kind == "name":
            return self._type_of_name(node, index)
        types = tuple(self.types[a] for a in node.args)
        try:
            t = self._type_of_step(node, types, index)
        except LossmithError as error:
            raise self._explained(error, index) from None
        value = self.values[index]
        return t if value is None else Type(t.kind, t.dims, value=value)

    def _type_of_name(self, node: Node, index: int) -> Type:
        if node.name in self.symbol_types:
            return self.symbol_types[node.name]
        if node.name == "eye":
            return self._rule_of("eye", index).rule((), self.sizes)
        return Type("s", letter=node.name if node.name in self.letters else "")

    def _type_of_step(self, node: Node, types: tuple[Type, ...], index: int) -> Type:
        for k, t in enumerate(types):
            if t.truth and not _takes_condition(node, k, len(types)):
                raise self._stray_condition(node.args[k])
            if not t.truth and _takes_condition(node, k, len(types)):
                raise self._no_condition(node.args[k])
        if node.kind == "call":
            row = self._rule_of(node.name, index)
            if not row.least <= len(types) <= row.most or (
                node.name == "cases" and len(types) % 2 == 0
            ):
                raise self._wrong_count(row, index)
            return row.rule(types, self.sizes)
        return RULES["negate" if node.kind == "prefix" else node.name](types, self.sizes)

    def _rule_of(self, name: str, index: int) -> Function:
        row = function(name)
        assert row is not None, name
        return row

    # -- sizes ---------------------------------------------------------------------------------

    def _name_sizes(self) -> None:
        """Give open sizes their customary letters: (n, d) for the first matrix of data."""
        taken = {x for x in self.symbol_types if not self._may_be_size(x)} | self.letters
        letters = [*_LETTERS, *(f"n{k}" for k in range(1, 4 + 2 * len(self.symbol_types)))]
        free = [x for x in letters if x not in taken]
        in_order = list(self.symbol_types.items())
        matrices = [item for item in in_order if item[1].kind == "m"]
        data = next(
            (item for item in matrices if item[0] == "X"), matrices[0] if matrices else None
        )
        if data is not None:
            in_order.insert(0, data)
        for _, t in in_order:
            for d in t.dims:
                if self.sizes.label(d) is None:
                    self.sizes.name(d, free.pop(0))
        if "n" in self.symbol_types and "n" not in free and self._may_be_size("n"):
            if "n" not in taken and any(self._has_size_n(t) for t in self.symbol_types.values()):
                self._read_n_as_size()
        for index, t in enumerate(self.types):
            if any(self.sizes.label(d) is None for d in t.dims):
                raise self._open_size(index)

    def _may_be_size(self, name: str) -> bool:
        """Return whether an undeclared scalar n may be the number of samples."""
        return name == "n" and name not in self.declared and self.symbol_types[name].kind == "s"

    def _has_size_n(self, t: Type) -> bool:
        return any(self.sizes.label(d) == "n" for d in t.dims)

    def _read_n_as_size(self) -> None:
        holder = next(x for x, t in self.symbol_types.items() if self._has_size_n(t))
        del self.symbol_types["n"]
        self.constants["n"] = build.size_of("n")
        self.notes.append(
            Words(
                f"n is the size of {holder}; declare n: scalar if it is a free number",
                f"n 是 {holder} 的大小；若 n 是独立的数，请声明 n: scalar",
            )
        )

    def _shape(self, t: Type) -> Shape:
        labels = [self.sizes.label(d) for d in t.dims]
        return tuple(x for x in labels if x is not None)

    # -- expressions ---------------------------------------------------------------------------

    def _make_symbols(self) -> None:
        for name, t in self.symbol_types.items():
            entry = self.declared.get(name)
            assumptions: Assumptions = FREE if entry is None else entry.assumptions
            shape = self._shape(t)
            self.symbols[name] = symbol(name, shape, assumptions)
            if entry is None or entry.kind is None:
                self._note_kind(name, t, shape)

    def _note_kind(self, name: str, t: Type, shape: Shape) -> None:
        word = KIND_WORDS[t.kind]
        size = f" {shape_text(shape)}" if shape else ""
        if name in self.forced:
            why = Words("nothing else fits the formula", "公式中只有这样才成立")
        else:
            why = Words(
                "as its name and place suggest; declare it to change that",
                "依名称和位置推断；如需修改请声明",
            )
        self.notes.append(
            Words(
                f"{name} is read as {word.en}{size}: {why.en}",
                f"{name} 读作{word.zh}{size}：{why.zh}",
            )
        )

    def _build(self) -> None:
        """Build every node; a run of + and - is collected and built once."""
        runs = _runs(self.nodes, self.types)
        terms: dict[int, list[tuple[int, Expr]]] = {}
        for index, node in enumerate(self.nodes):
            try:
                if node.kind == "infix" and node.name in ("+", "-"):
                    expr = self._sum(index, node, terms, in_run=index in runs)
                else:
                    expr = self._expr(index, node)
            except LossmithError as error:
                raise error.located(self.syntax.place(index)) from None
            self.exprs.append(expr)
            if expr is not None:
                self.spans.setdefault(expr, (node.start, node.stop))

    def _sum(
        self, index: int, node: Node, terms: dict[int, list[tuple[int, Expr]]], *, in_run: bool
    ) -> Expr | None:
        left, right = node.args
        shape = self._shape(self.types[index])
        collected = terms.pop(left, None)
        if collected is None:
            collected = [(1, build.broadcast(self._value(left), shape))]
        sign = 1 if node.name == "+" else -1
        collected.append((sign, build.broadcast(self._value(right), shape)))
        if in_run:
            terms[index] = collected
            return None
        return build.add(*collected, shape=shape)

    def _expr(self, index: int, node: Node) -> Expr | None:
        t = self.types[index]
        if t.truth:
            return None
        value = self.values[index]
        if value is not None and t.kind == "s":
            return build.const(value)
        shape = self._shape(t)
        if node.kind == "name":
            return self._named(node, shape)
        if node.name in ("if", "cases", "where") and node.kind == "call":
            return self._select(node, shape)
        types = tuple(self.types[a] for a in node.args)
        args = tuple(self._value(a) for a in node.args)
        if node.kind == "call":
            return self._rule_of(node.name, index).build(args, types, shape)
        if node.name in ("^", ".^") and self._is_euler(node.args[0]):
            return build.entrywise(card("exp"), build.broadcast(args[1], shape))
        return BUILDERS["negate" if node.kind == "prefix" else node.name](args, types, shape)

    def _is_euler(self, index: int) -> bool:
        node = self.nodes[index]
        return node.kind == "name" and node.name == "e" and "e" in self.constants

    def _named(self, node: Node, shape: Shape) -> Expr:
        if node.name in self.symbols:
            return self.symbols[node.name]
        if node.name in self.constants:
            return self.constants[node.name]
        return build.delta(shape[0])

    def _select(self, node: Node, shape: Shape) -> Expr:
        *pairs, last = node.args
        cases = [
            (
                tuple(self._comparisons(pairs[k], shape)),
                build.broadcast(self._value(pairs[k + 1]), shape),
            )
            for k in range(0, len(pairs), 2)
        ]
        return build.select(cases, build.broadcast(self._value(last), shape))

    def _comparisons(self, root: int, shape: Shape) -> list[Comparison]:
        found: list[Comparison] = []
        stack = [root]
        while stack:
            node = self.nodes[stack.pop()]
            if node.name == "&":
                stack += reversed(node.args)
            else:
                a, b = (self._value(k) for k in node.args)
                found.append(comparison(node.name, a, b, shape))
        return found

    def _value(self, index: int) -> Expr:
        expr = self.exprs[index]
        assert expr is not None
        return expr

    def _note_functions(self) -> None:
        for index, node in enumerate(self.nodes):
            if node.kind == "call":
                row = self._rule_of(node.name, index)
                note = row.note(tuple(self.types[a] for a in node.args))
                if note is not None:
                    self.notes.append(note)

    # -- errors --------------------------------------------------------------------------------

    def _explained(self, error: LossmithError, index: int) -> LossmithError:
        """Return a rule's error with the user's own operands in its repair, and a place."""
        args = self.nodes[index].args
        if error.attempt is not None and args and error.place is None:
            a, b = self.syntax.written(args[0]), self.syntax.written(args[-1])
            error.attempt = error.attempt.fill(a=a, b=b)
        return error.located(self.syntax.place(index))

    def _whole(self, index: int) -> Place:
        node = self.nodes[index]
        return Place(self.syntax.text, node.start, node.stop, self.syntax.source)

    def _stray_condition(self, index: int) -> ParseError:
        return ParseError(
            Words("a condition is not a number", "条件不是数"),
            attempt=Words(
                "use it in if(condition, a, b) or cases(c1, a, c2, b, otherwise)",
                "请写在 if(条件, a, b) 或 cases(c1, a, c2, b, otherwise) 中",
            ),
            place=self._whole(index),
        )

    def _no_condition(self, index: int) -> ParseError:
        return ParseError(
            Words("a condition is needed here, such as x > 0", "这里需要一个条件，例如 x > 0"),
            place=self._whole(index),
        )

    def _wrong_count(self, row: Function, index: int) -> ParseError:
        got = len(self.nodes[index].args)
        if row.name == "cases":
            what = Words(
                "cases needs condition and value in turn, and a last value otherwise",
                "cases 需要条件与值成对出现，最后再加一个其余情形的值",
            )
        elif got == 2 and row.reduces:
            return ParseError(
                Words(
                    f"{row.name} takes one argument here, got 2",
                    f"{row.name} 在这里只取一个自变量，写了 2 个",
                ),
                why=Words(
                    "sums over an index, such as sum(i, ...), are not read yet",
                    "还不能读带下标的求和，如 sum(i, ...)",
                ),
                attempt=Words(
                    "write the sum over entries in matrix form: sum(x.^2), sum(y .* (X*w))",
                    "把按分量的求和写成矩阵形式：sum(x.^2)、sum(y .* (X*w))",
                ),
            )
        else:
            count = str(row.least) if row.least == row.most else f"{row.least} to {row.most}"
            zh = count.replace(" to ", " 到 ")
            what = Words(
                f"{row.name} takes {count} argument(s), got {got}",
                f"{row.name} 需要 {zh} 个自变量，写了 {got} 个",
            )
        return ParseError(what, place=self.syntax.place(index))

    def _open_size(self, index: int) -> ShapeError:
        node = self.nodes[index]
        return ShapeError(
            Words(f"the size of {node.name} is open", f"{node.name} 的大小无法确定"),
            why=Words(
                "nothing in the formula fixes it, and a size is never guessed",
                "公式中没有任何内容能确定它，而大小不会靠猜测决定",
            ),
            attempt=Words(
                "give the size: eye(3), vector(1, n), matrix(1, n, d)",
                "请写明大小：eye(3)、vector(1, n)、matrix(1, n, d)",
            ),
            place=self.syntax.place(index),
        )

    def _no_variable(self) -> UsageError:
        euler = "e" in self.constants
        return UsageError(
            Words("a formula with no variable", "公式中没有变量"),
            why=Words("there is no symbol to vary or to give a value", "没有可以变化或赋值的符号"),
            attempt=Words("declare e: scalar to make e a variable", "若 e 是变量，请声明 e: scalar")
            if euler
            else Words("write one, such as x^2 + 1", "请写入一个符号，例如 x^2 + 1"),
            place=self._whole(len(self.nodes) - 1),
        )


def _takes_condition(node: Node, k: int, count: int) -> bool:
    if node.kind == "call" and node.name in ("if", "cases", "where"):
        return k % 2 == 0 and k < count - 1
    return node.kind == "infix" and node.name == "&"


def _runs(nodes: tuple[Node, ...], types: list[Type]) -> set[int]:
    """Return the sums that are the left part of a larger sum of the same kind."""
    found: set[int] = set()
    for index, node in enumerate(nodes):
        if node.kind == "infix" and node.name in ("+", "-"):
            left = node.args[0]
            inner = nodes[left]
            inside = inner.kind == "infix" and inner.name in ("+", "-")
            if inside and types[left].kind == types[index].kind and types[left].value is None:
                found.add(left)
    return found


def _literal_values(nodes: tuple[Node, ...]) -> list[Fraction | None]:
    """Return the exact values of numbers, their negatives and quotients (1/3, -2)."""
    values: list[Fraction | None] = []
    for node in nodes:
        value: Fraction | None = None
        if node.kind == "number":
            value = Fraction(node.name)
        elif node.kind == "prefix":
            inner = values[node.args[0]]
            value = None if inner is None else -inner
        elif node.kind == "infix" and node.name == "/":
            a, b = (values[k] for k in node.args)
            value = a / b if a is not None and b else None
        values.append(value)
    return values


__all__ = ["COMPARISONS", "SCALAR", "Elaborated", "elaborate"]
