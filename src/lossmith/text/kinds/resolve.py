"""Names, kinds and sizes: what every node of a formula is before anything is built.

Three loops over the nodes: kinds of undeclared names (``infer``), the type of every node with sizes
that unify, and letters for the sizes left open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from lossmith.errors import LossmithError, ShapeError
from lossmith.expr.types import Dim, Shape
from lossmith.text.functions.functions import Function, function
from lossmith.text.functions.operators import NUMPY, RULES
from lossmith.text.kinds import indices, misuse
from lossmith.text.kinds.infer import infer_kinds
from lossmith.text.kinds.resolve_names import (
    SIZE_LETTERS,
    ConstantKind,
    Declared,
    constants_of,
    literal_values,
    only_entries,
    sizes_written,
)
from lossmith.text.kinds.resolve_notes import functions_read, kinds_inferred, offsets_read
from lossmith.text.syntax.syntax import CHOICES, Node, Syntax
from lossmith.text.syntax.typed import Kind, Sizes, Type, of_kind
from lossmith.words import Words

_NOTHING: Final[Mapping[str, Kind]] = {}
_SQUARE: Final = ("symmetric", "orthogonal", "nonsingular")


@dataclass(frozen=True, slots=True)
class Resolved:
    """A formula in which every node has a type.

    values: of each node its exact value, where it is a literal number.  shapes: of each node.
    ranges: of each node that binds indices, their sizes.  open: indices that stay open, and sizes.
    symbols: shapes by name, in order of appearance.  constants: names that stand for numbers.
    notes: conventions by which the text was read.  kinds: kinds and sizes that were inferred.
    """

    syntax: Syntax
    types: tuple[Type, ...]
    values: tuple[Fraction | None, ...]
    shapes: tuple[Shape, ...]
    symbols: Mapping[str, Shape]
    constants: Mapping[str, ConstantKind]
    notes: tuple[Words, ...]
    kinds: tuple[Words, ...]
    ranges: tuple[tuple[Dim, ...], ...] = ()
    open: tuple[tuple[str, Dim], ...] = ()


def resolve(syntax: Syntax, declared: Declared) -> Resolved:
    """Return the types of a formula.

    Raises: ShapeError, ParseError, UnknownAtom or UsageError, with a caret.
    Cost: linear in the formula, but for the inference of undeclared kinds.
    """
    return _Resolver(syntax, declared).run()


class _Resolver:
    """The tables of one formula."""

    def __init__(self, syntax: Syntax, declared: Declared) -> None:
        self.syntax, self.nodes, self.declared = syntax, syntax.nodes, declared
        self.sizes = Sizes()
        self.notes: list[Words] = list(syntax.notes)
        self.kinds: list[Words] = []
        self.values = literal_values(self.nodes)
        self.letters = {d for x in declared.values() for d in x.sizes if isinstance(d, str)}
        self.letters |= {b.size for n in self.nodes for b in n.binds if b.size.isidentifier()}
        self.letters |= sizes_written(self.nodes, declared)
        self.constants, said = constants_of(syntax, declared, self.letters)
        self.notes += said
        self.types: list[Type] = []
        self.symbol_types: dict[str, Type] = {}
        self.forced: frozenset[str] = frozenset()

    def run(self) -> Resolved:
        self._check_counts()
        if any(n.binds for n in self.nodes):
            indices.check_nesting(self.syntax)
        self._name_rows(self._declared_rows())
        self._choose_kinds()
        for index in range(len(self.nodes)):
            self.types.append(self._type(index))
        if self.syntax.printed:
            # The entry of a tensor is printed with letters in the order of its axes.
            in_order = sorted(self.types[-1].free, key=lambda f: f.name)
            self.types[-1] = replace(self.types[-1], free=tuple(in_order))
        self._check_indices()
        if self.types[-1].truth:
            raise misuse.stray_condition(self.syntax, len(self.nodes) - 1)
        self._name_sizes()
        self._refuse_open_sizes()
        symbols = {name: self._shape(t) for name, t in self.symbol_types.items()}
        self.kinds += kinds_inferred(symbols, self.symbol_types, self.declared, self.forced)
        self.notes += functions_read(self.nodes, self.types)
        self.notes += offsets_read(self.nodes, self.types, symbols, self.declared)
        return Resolved(
            self.syntax,
            tuple(self.types),
            tuple(self.values),
            tuple(self._shape(t) for t in self.types),
            symbols,
            self.constants,
            tuple(dict.fromkeys(self.notes)),
            tuple(dict.fromkeys(self.kinds)),
            tuple(self._ranges(index) for index in range(len(self.nodes))),
            tuple((f.name, self._label(f.size)) for f in self.types[-1].free),
        )

    def _check_counts(self) -> None:
        for index, node in enumerate(self.nodes):
            if node.kind == "bind" and len(node.args) > 1:
                raise misuse.several_bodies(self.syntax, index)
            if node.kind == "call":
                row, count = _row(node.name), len(node.args)
                even = node.name == "cases" and count % 2 == 0
                if not row.least <= count <= row.most or even:
                    raise misuse.wrong_count(self.syntax, row, index)

    # -- names and kinds -----------------------------------------------------------------------

    def _choose_kinds(self) -> None:
        known: dict[str, Kind] = {"eye": "m"}
        for name in (*self.constants, *self.syntax.numbers):
            known[name] = "s"
        for name, entry in self.declared.items():
            if entry.kind is not None:
                known[name] = entry.kind
        kinds = infer_kinds(self.nodes, self.values, known, numpy=self.syntax.numpy)
        rows = [x for x in only_entries(self.nodes, self.declared) if kinds.chosen.get(x) == "m"]
        # u_i beside a matrix U that stands whole is a row of it.
        whole: dict[str, Kind] = {
            X: "m" for x in rows if kinds.chosen.get(X := x.upper()) == "m" and X != x
        }
        if rows and self._name_rows({x: x.upper() for x in rows}, {**known, **whole}):
            kinds = infer_kinds(self.nodes, self.values, known, numpy=self.syntax.numpy)
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
            raise misuse.no_variable(self.syntax, is_euler="e" in self.constants)

    # -- rows of data --------------------------------------------------------------------------

    def _declared_rows(self) -> dict[str, str]:
        """Return small letters whose capital is declared as a matrix: x_i is a row of X."""
        return {
            x: x.upper() for x in only_entries(self.nodes, self.declared)
            if (entry := self.declared.get(x.upper())) is not None and entry.kind == "m"
        }  # fmt: skip

    def _name_rows(self, capitals: Mapping[str, str], known: Mapping[str, Kind] = _NOTHING) -> bool:
        """Give matrices that occur as x_i, their rows, the name X; return whether any was."""
        taken = {n.name for n in self.nodes if n.kind == "name"}
        taken |= {"I"} | {x for x in self.constants if x not in self.declared}
        given = {
            x: X for x, X in capitals.items()
            if known.get(X) == "m" or X not in taken | set(known) or X in self.declared
        }  # fmt: skip
        if not given:
            return False
        used = [n for n in self.nodes if n.kind == "entry"]
        for x, X in given.items():
            node = next(n for n in used if self.nodes[n.args[0]].name == x)
            foot = ",".join(node.subscripts)
            row = len(node.subscripts) == 1
            self.notes.append(
                Words(
                    f"{x}[{foot}] is row {foot} of {X}, as a column",
                    f"{x}[{foot}] 是 {X} 的第 {foot} 行，写成列向量",
                )
                if row
                else Words(f"{x}[{foot}] is an entry of {X}", f"{x}[{foot}] 是 {X} 的分量")
            )
        self.nodes = tuple(
            replace(n, name=given[n.name]) if n.kind == "name" and n.name in given else n
            for n in self.nodes
        )
        self.syntax = replace(self.syntax, nodes=self.nodes)
        return True

    # -- indices -------------------------------------------------------------------------------

    def _ranges(self, index: int) -> tuple[Dim, ...]:
        """Return the sizes of the indices that a node binds."""
        node = self.nodes[index]
        if not node.binds:
            return ()
        found = {f.name: f.size for f in self.types[node.args[0]].free}
        labels: list[Dim] = []
        for b in node.binds:
            stated: Dim = int(b.size) if b.size.isdigit() else b.size
            labels.append(self._label(found[b.name]) if b.name in found else stated)
        return tuple(labels)

    def _label(self, size: int) -> Dim:
        label = self.sizes.label(size)
        assert label is not None
        return label

    def _check_indices(self) -> None:
        if not any(n.kind == "entry" for n in self.nodes):
            return
        indices.check_open(self.syntax, self.types[-1])
        for free in self.types[-1].free:
            for index, node in enumerate(self.nodes):
                adds_up = node.kind == "call" and _row(node.name).reduces and len(node.args) == 1
                if adds_up and any(f.name == free.name for f in self.types[index].free):
                    raise misuse.open_index(self.syntax, index, free)
        for free in self.types[-1].free:
            self.notes.append(
                Words(
                    f"index {free.name} is open: the formula is an array with one entry for each",
                    f"下标 {free.name} 没有被求和：公式是一个数组，每个 {free.name} 对应一个分量",
                )
            )

    # -- symbols -------------------------------------------------------------------------------

    def _symbol_type(self, name: str, kind: Kind) -> Type:
        entry = self.declared.get(name)
        if entry is None or not entry.sizes:
            t = of_kind(kind, self.sizes, self._axes(name) if kind == "t" else 0)
        else:
            t = Type(kind, tuple(self.sizes.rigid(d) for d in entry.sizes))
        square = [w for w in _SQUARE if entry is not None and entry.assumptions.has(w)]
        if entry is not None and square and kind == "m" and not self.sizes.unify(*t.dims[:2]):
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

    def _axes(self, name: str) -> int:
        """Return how many subscripts the entries of a name bear, 0 if it stands whole."""
        return max(
            (len(n.subscripts) for n in self.nodes
             if n.kind == "entry" and self.nodes[n.args[0]].name == name),
            default=0,
        )  # fmt: skip

    # -- types ---------------------------------------------------------------------------------

    def _type(self, index: int) -> Type:
        node = self.nodes[index]
        if node.kind == "number":
            return Type("s", value=self.values[index])
        if node.kind == "name":
            return self._type_of_name(node)
        types = tuple(self.types[a] for a in node.args)
        try:
            t = self._type_of_step(node, types, index)
        except LossmithError:
            raise self._explained(node, types, index) from None
        value = self.values[index]
        return t if value is None else Type(t.kind, t.dims, value=value)

    def _index_type(self, node: Node, types: tuple[Type, ...], index: int) -> Type:
        if types[0].truth:
            raise misuse.stray_condition(self.syntax, node.args[0])
        if node.kind == "entry":
            return indices.entry(node, index, types[0], self.sizes)
        return indices.bound(self.syntax, index, types[0], self.sizes)

    def _type_of_name(self, node: Node) -> Type:
        if node.name in self.symbol_types:
            return self.symbol_types[node.name]
        if node.name == "eye":
            return _row("eye").rule((), self.sizes)
        return Type("s", letter=node.name if self.constants.get(node.name) == "size" else "")

    def _type_of_step(self, node: Node, types: tuple[Type, ...], index: int) -> Type:
        for k, t in enumerate(types):
            if t.truth and not _takes_condition(node, k, len(types)):
                raise misuse.stray_condition(self.syntax, node.args[k])
            if not t.truth and _takes_condition(node, k, len(types)):
                raise misuse.condition_missing(self.syntax, node.args[k])
        if node.kind in ("entry", "bind"):
            return self._index_type(node, types, index)
        if node.kind == "call":
            row = _row(node.name)
            if not row.on_tensors and any(a.kind == "t" for a in types):
                raise misuse.no_tensor(self.syntax, index)
            t = row.rule(types, self.sizes)
        elif self.syntax.printed and _is_power_of_vector(node, types):
            t = RULES[".^"](types, self.sizes)
        else:
            name = "negate" if node.kind == "prefix" else node.name
            rules = NUMPY if self.syntax.numpy and name in NUMPY else RULES
            t = rules[name](types, self.sizes)
        if not any(a.free for a in types):
            return t
        return replace(t, free=indices.joined([a.free for a in types], self.sizes))

    # -- sizes ---------------------------------------------------------------------------------

    def _name_sizes(self) -> None:
        """Give open sizes their customary letters: (n, d) for the first matrix of data."""
        taken = {x for x in self.symbol_types if not self._may_be_size(x)} | self.letters
        letters = [*SIZE_LETTERS, *(f"n{k}" for k in range(1, 4 + 2 * len(self.symbol_types)))]
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

    def _refuse_open_sizes(self) -> None:
        for index, t in enumerate(self.types):
            if any(self.sizes.label(d) is None for d in t.dims):
                raise misuse.open_size(self.syntax, index)

    def _may_be_size(self, name: str) -> bool:
        """Return whether an undeclared scalar n may be the number of samples."""
        return name == "n" and name not in self.declared and self.symbol_types[name].kind == "s"

    def _has_size_n(self, t: Type) -> bool:
        return any(self.sizes.label(d) == "n" for d in t.dims)

    def _read_n_as_size(self) -> None:
        holder = next(x for x, t in self.symbol_types.items() if self._has_size_n(t))
        del self.symbol_types["n"]
        self.constants["n"] = "size"
        self.notes.append(
            Words(
                f"n is the size of {holder}; declare n: scalar if it is a free number",
                f"n 是 {holder} 的大小；若 n 是独立的数，请声明 n: scalar",
            )
        )

    def _shape(self, t: Type) -> Shape:
        labels: list[Dim | None] = [self.sizes.label(d) for d in t.dims]
        return tuple(x for x in labels if x is not None)

    # -- errors --------------------------------------------------------------------------------

    def _explained(self, node: Node, types: tuple[Type, ...], index: int) -> LossmithError:
        """Return the error of a step, with letters for open sizes, repair and place."""
        self._name_sizes()
        error = ShapeError(Words("sizes do not fit", "大小不合"))
        try:
            self._type_of_step(node, types, index)
        except indices.IndexClash as found:
            return found.plain().located(self.syntax.whole(found.node))
        except LossmithError as found:
            error = found
        if error.attempt is not None and node.args and error.place is None:
            first, last = node.args[0], node.args[-1]
            error.attempt = error.attempt.fill(
                a=self.syntax.written(first),
                b=self.syntax.written(last),
                inside_a=self.syntax.inside(first),
                inside_b=self.syntax.inside(last),
            )
        return error.located(self.syntax.place(index))


def _is_power_of_vector(node: Node, types: tuple[Type, ...]) -> bool:
    return node.name == "^" and types[0].kind in ("c", "r") and types[1].kind != "m"


def _row(name: str) -> Function:
    row = function(name)
    assert row is not None, name
    return row


def _takes_condition(node: Node, k: int, count: int) -> bool:
    if node.kind == "call" and node.name in CHOICES:
        return k % 2 == 0 and k < count - 1
    return node.kind == "infix" and node.name == "&"
