"""Types to expression: the last loop over the nodes, through the canonical constructors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.node import Comparison, Expr, Symbol, symbol
from lossmith.expr.types import FREE, Dim, Shape
from lossmith.text.declaring.promises import Declaration
from lossmith.text.functions.cards import card
from lossmith.text.functions.functions import function
from lossmith.text.functions.operator_builders import BUILDERS, comparison, spread_rows
from lossmith.text.functions.operators import NUMPY
from lossmith.text.kinds.lift import Lift
from lossmith.text.kinds.resolve import Resolved
from lossmith.text.syntax.syntax import CHOICES, Node
from lossmith.text.syntax.typed import Type


@dataclass(frozen=True, slots=True)
class Assembled:
    """The expression of a formula, its symbols and where each sub-expression first stands."""

    expr: Expr
    symbols: tuple[Symbol, ...]
    spans: Mapping[Expr, tuple[int, int]]


def assemble(resolved: Resolved, declared: Mapping[str, Declaration]) -> Assembled:
    """Return the expression of a formula whose types are known.

    Raises: DomainError (division by zero, log of a negative number) or UnknownAtom, with a caret.
    """
    assembler = _Assembler(resolved, declared)
    expr = assembler.run()
    return Assembled(expr, tuple(assembler.symbols.values()), assembler.spans)


class _Assembler:
    """The expressions of one formula by node."""

    def __init__(self, resolved: Resolved, declared: Mapping[str, Declaration]) -> None:
        self.syntax, self.nodes = resolved.syntax, resolved.syntax.nodes
        self.types, self.shapes, self.values = resolved.types, resolved.shapes, resolved.values
        self.constants = resolved.constants
        self.symbols = {
            name: symbol(name, shape, declared[name].assumptions if name in declared else FREE)
            for name, shape in resolved.symbols.items()
        }
        self.lift = Lift()
        self.sizes: list[tuple[Dim, ...]] = list(resolved.ranges)
        self.open = dict(resolved.open)
        self.exprs: list[Expr | None] = []
        self.spans: dict[Expr, tuple[int, int]] = {}

    # -- expressions ---------------------------------------------------------------------------

    def run(self) -> Expr:
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
                self.spans.setdefault(self._whole(expr, index), (node.start, node.stop))
        return self._in_order(self._value(len(self.nodes) - 1))

    def _whole(self, expr: Expr, index: int) -> Expr:
        """Return the tensor of all entries of an expression with indices."""
        if not self.lift.stands:
            return expr
        try:
            return self.lift(expr).expr
        except LossmithError as error:
            raise error.located(self.syntax.place(index)) from None

    def _in_order(self, expr: Expr) -> Expr:
        """Return the whole formula; its open indices become axes in order of appearance."""
        if not self.lift.stands:
            return expr
        return self.lift.ordered(expr, self.open)

    def _sum(
        self, index: int, node: Node, terms: dict[int, list[tuple[int, Expr]]], *, in_run: bool
    ) -> Expr | None:
        left, right = node.args
        shape = self.shapes[index]
        collected = terms.pop(left, None)
        if collected is None:
            collected = [(1, spread_rows(self._value(left), shape))]
        sign = 1 if node.name == "+" else -1
        collected.append((sign, spread_rows(self._value(right), shape)))
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
        shape = self.shapes[index]
        if node.kind == "name":
            return self._named(node, shape)
        if node.kind == "call" and node.name in CHOICES:
            return self._select(node, shape)
        if node.kind == "entry":
            return self.lift.entry(self._value(node.args[0]), node.subscripts, node.offsets)
        if node.kind == "bind":
            of = self._value(node.args[0])
            return self.lift.bound(node.name, node.binds, self.sizes[index], of, shape)
        types = tuple(self.types[a] for a in node.args)
        args = tuple(self._value(a) for a in node.args)
        if node.kind == "call":
            row = function(node.name)
            assert row is not None, node.name
            return row.build(args, types, shape)
        if node.name in ("^", ".^") and self._is_euler(node.args[0]):
            return build.entrywise(card("exp"), build.broadcast(args[1], shape))
        if self.syntax.numpy and node.name in NUMPY and len(shape) == 2:
            args = tuple(spread_rows(a, shape) if a.shape else a for a in args)
        return BUILDERS["negate" if node.kind == "prefix" else node.name](args, types, shape)

    def _is_euler(self, index: int) -> bool:
        node = self.nodes[index]
        return node.kind == "name" and node.name == "e" and "e" in self.constants

    def _named(self, node: Node, shape: Shape) -> Expr:
        if node.name in self.symbols:
            return self.symbols[node.name]
        match self.constants.get(node.name):
            case "pi":
                return build.apply(card("pi"))
            case "e":
                return build.apply(card("exp"), build.const(1))
            case "size":
                return build.size_of(node.name)
            case None:
                return build.delta(shape[0])  # eye

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


def _runs(nodes: tuple[Node, ...], types: tuple[Type, ...]) -> set[int]:
    """Return the sums that are the left part of a larger sum of the same kind."""
    found: set[int] = set()
    # A part that a local name shares is built as a sum of its own.
    uses = Counter(a for node in nodes for a in node.args)
    for index, node in enumerate(nodes):
        if node.kind == "infix" and node.name in ("+", "-"):
            left = node.args[0]
            inner = nodes[left]
            inside = inner.kind == "infix" and inner.name in ("+", "-")
            if (
                inside
                and uses[left] == 1
                and types[left].kind == types[index].kind
                and types[left].value is None
            ):
                found.add(left)
    return found
