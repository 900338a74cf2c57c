"""Array programs to loops in C99: the statements of one function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import assert_never

from lossmith.emit.c_library import template
from lossmith.emit.c_memory import SUMMED, is_whole, stored
from lossmith.emit.c_spelling import nested, number, power, times
from lossmith.emit.loops import pattern
from lossmith.emit.program import (
    Call,
    Choose,
    Diag,
    Diagonal,
    Dot,
    Einsum,
    Expand,
    Eye,
    Load,
    MatMul,
    Number,
    OnDiagonals,
    Op,
    Product,
    Program,
    Reduce,
    Ref,
    Size,
    Spread,
    Sum,
    TensorDot,
    Term,
    Trace,
    Transpose,
    comparison,
    operands,
)
from lossmith.emit.render import reachable
from lossmith.emit.source import Namer
from lossmith.emit.speller import letter
from lossmith.emit.spelling import SUM, UNIT, Text, compared, factor, joined, spelled
from lossmith.expr.types import Dim, Shape

Index = tuple[str, ...]


class Loops:
    """Writes the bodies of functions over one program; names are shared by all of them.

    arguments: symbol name -> parameter.  sizes: size letter -> parameter.
    indices: names for the indices of loops, outermost first.
    """

    def __init__(
        self,
        program: Program,
        arguments: Mapping[str, str],
        sizes: Mapping[str, str],
        indices: Sequence[str],
        namer: Namer,
    ) -> None:
        self.program, self.arguments, self.sizes = program, arguments, sizes
        self.indices, self.namer = indices, namer
        self.sum_name = namer.name("sum")
        self.names: dict[Ref, str] = {}

    def body(self, root: Ref, result: str) -> list[str]:
        """Return the statements that fill ``result`` with the root, or return it if a number."""
        return _Body(self, root, result).lines()

    def size(self, d: Dim) -> str:
        """Return the code of a length."""
        return str(d) if isinstance(d, int) else self.sizes[d]

    def count(self, shape: Shape) -> str:
        """Return the code of a number of entries."""
        return "*".join(self.size(d) for d in shape) or "1"

    def place(self, shape: Shape, index: Index) -> str:
        """Return the code of the place of an entry, rows one after the other."""
        code = "0"
        for d, i in zip(shape, index, strict=True):
            if code != "0":
                code = f"({code})*{self.size(d)}" if "+" in code else f"{code}*{self.size(d)}"
            code = i if code == "0" else code if i == "0" else f"{code} + {i}"
        return code


class _Body:
    """The statements of one function."""

    def __init__(self, loops: Loops, root: Ref, result: str) -> None:
        self.loops, self.root, self.result = loops, root, result
        self.ops = loops.program.ops
        self.statements: list[str] = []
        self.rooms: list[str] = []
        self.named: dict[Ref, str] = {}
        self.order = reachable(loops.program, [root])
        self.stored = stored(loops.program, self.order)

    def lines(self) -> list[str]:
        shape = self.ops[self.root].shape
        for ref in self.order:
            if ref in self.stored and not (shape and ref == self.root):
                self._keep(ref)
        if shape:
            self._fill(self.root, self.result)
            return [*self.statements, *self._freed()]
        last = self._at(self.root, ()).code
        if self.rooms and self.root not in self.named:
            name = self.loops.namer.name("total")
            self.statements.append(f"const double {name} = {last};")
            last = name
        return [*self.statements, *self._freed(), f"return {last};"]

    def _freed(self) -> list[str]:
        return [f"free({name});" for name in self.rooms]

    # -- storing a value ------------------------------------------------------------------------

    def _keep(self, ref: Ref) -> None:
        """Give a value memory and a name."""
        op = self.ops[ref]
        names = self.loops.names
        if ref not in names:
            names[ref] = self.loops.namer.name(letter(op))
        name = names[ref]
        if op.shape:
            self.statements.append(f"double *{name} = numbers({self.loops.count(op.shape)});")
            self.rooms.append(name)
            self._fill(ref, name)
        elif isinstance(op, SUMMED):
            self._summed(op, name)
        else:
            self.statements.append(f"const double {name} = {self._made(ref, ()).code};")
        self.named[ref] = name

    def _fill(self, ref: Ref, name: str) -> None:
        """Store the entries of an array in the memory of this name."""
        op = self.ops[ref]
        if isinstance(op, SUMMED):
            self._summed(op, name)
        elif isinstance(op, Call) and is_whole(op):
            self._each(op, name)
        elif isinstance(op, OnDiagonals):
            self._on_diagonals(op, name)
        else:
            index = self._index(len(op.shape))
            value = self._made(ref, index).code
            target = f"{name}[{self.loops.place(op.shape, index)}]"
            self._loop(self._ranges(index, op.shape), [f"{target} = {value};"])

    def _index(self, rank: int) -> Index:
        return tuple(self.loops.indices[:rank])

    def _ranges(self, index: Index, shape: Shape) -> list[tuple[str, str]]:
        return [(i, self.loops.size(d)) for i, d in zip(index, shape, strict=True)]

    def _loop(self, ranges: Sequence[tuple[str, str]], inner: Sequence[str]) -> None:
        self.statements += nested(ranges, inner)

    def _summed(self, op: Op, name: str) -> None:
        """Sum products over the letters that the result lacks."""
        refs = operands(op)
        letters, out = pattern(op, [len(self.ops[r].shape) for r in refs])
        lengths = {
            c: self.loops.size(d)
            for r, own in zip(refs, letters, strict=True)
            for c, d in zip(own, self.ops[r].shape, strict=True)
        }
        index = dict(
            zip([*out, *(c for c in lengths if c not in out)], self.loops.indices, strict=False)
        )
        ranges = {c: (i, lengths[c]) for c, i in index.items()}
        texts = [
            self._at(r, tuple(index[c] for c in own)) for r, own in zip(refs, letters, strict=True)
        ]
        term = " * ".join(factor(t) for t in texts) if len(texts) > 1 else texts[0].code
        inner = [c for c in index if c not in out]
        if not out:
            self.statements.append(f"double {name} = 0.0;")
            self._loop([ranges[c] for c in inner], [f"{name} += {term};"])
            return
        target = f"{name}[{self.loops.place(op.shape, tuple(index[c] for c in out))}]"
        last = self._innermost(refs, letters, out)
        if last in out:
            outer = [c for c in out if c != last]
            if name == self.result:
                self._loop(self._ranges(self._index(len(out)), op.shape), [f"{target} = 0.0;"])
            self._loop([ranges[c] for c in (*outer, *inner, last)], [f"{target} += {term};"])
            return
        total = self.loops.sum_name
        loop = nested([ranges[c] for c in inner], [f"{total} += {term};"])
        body = [f"double {total} = 0.0;", *loop, f"{target} = {total};"]
        self._loop([ranges[c] for c in out], body)

    def _innermost(self, refs: Sequence[Ref], letters: Sequence[str], out: str) -> str:
        """Return the axis of the innermost loop: along which large operands lie in memory."""
        most = max(len(own) for own in letters)
        ends: list[str] = []
        for r, own in zip(refs, letters, strict=True):
            op = self.ops[r]
            if isinstance(op, Transpose) and r not in self.named:
                own = "".join(own[op.axes.index(k)] for k in range(len(own)))
            ends += own[-1:] if len(own) == most else ""
        return (
            out[-1] if out and out[-1] in ends else next((c for c in ends if c not in out), ends[0])
        )

    def _each(self, op: Call, name: str) -> None:
        """Call a function of vectors or matrices for each of a stack."""
        batch = op.shape[: len(op.shape) - len(op.atom.signature.output)]
        index = self._index(len(batch))
        if op.atom.signature.output:
            out = self._pointer(name, op.shape, index)
            line = f"{self._called(op, index, out)};"
        else:
            line = f"{name}[{self.loops.place(op.shape, index)}] = {self._called(op, index)};"
        self._loop(self._ranges(index, batch), [line])

    def _called(self, op: Call, index: Index, out: str = "") -> str:
        """Return the call of a function of whole arrays, on those of a stack at an index.

        Arguments after the first are one number for each array of the stack.
        """
        arg, *numbers = op.args
        shape = self.ops[arg].shape
        core = dict(zip(op.atom.signature.inputs[0], shape[len(index) :], strict=True))
        load = self.ops[arg]
        name = self.loops.arguments[load.name] if isinstance(load, Load) else self.named[arg]
        given = [self.loops.size(d) for d in core.values()]
        given += [self._pointer(name, shape, index), *(self._at(a, index).code for a in numbers)]
        given += [out] if out else []
        helper = (template(op.atom) or "").partition("(")[0]
        return f"{helper}({', '.join(given)})"

    def _pointer(self, name: str, shape: Shape, index: Index) -> str:
        """Return the address of the part of an array at leading indices."""
        place = self.loops.place(shape, (*index, *["0"] * (len(shape) - len(index))))
        return name if place == "0" else f"{name} + {place}"

    def _on_diagonals(self, op: OnDiagonals, name: str) -> None:
        """Store zeros, then the values where axes of one group agree."""
        index = self._index(len(op.shape))
        place = f"{name}[{self.loops.place(op.shape, index)}]"
        if name == self.result:
            self._loop(self._ranges(index, op.shape), [f"{place} = 0.0;"])
        groups = dict.fromkeys(op.groups)
        lengths = tuple(op.shape[op.groups.index(g)] for g in groups)
        own = self._index(len(groups))
        at = tuple(own[g] for g in op.groups)
        line = f"{name}[{self.loops.place(op.shape, at)}] = {self._at(op.arg, own).code};"
        self._loop(self._ranges(own, lengths), [line])

    # -- the entry of a value at an index -------------------------------------------------------

    def _at(self, ref: Ref, index: Index) -> Text:
        """Return the entry of a value; index: of an array that it broadcasts to."""
        shape = self.ops[ref].shape
        own = index[len(index) - len(shape) :]
        own = tuple("0" if d == 1 else i for d, i in zip(shape, own, strict=True))
        name = self.named.get(ref)
        if name is None:
            return self._made(ref, own)
        return Text(f"{name}[{self.loops.place(shape, own)}]" if shape else name)

    def _made(self, ref: Ref, index: Index) -> Text:
        """Return the entry of a value without memory; which c_memory keeps small."""
        op = self.ops[ref]
        match op:
            case Load():
                name = self.loops.arguments[op.name]
                return Text(f"{name}[{self.loops.place(op.shape, index)}]" if op.shape else name)
            case Number():
                return number(op.value)
            case Size():
                return Text(f"(double)({self.loops.sizes[op.letter]})")
            case Sum():
                return self._sum(op, index)
            case Product():
                return self._product(op, op.coefficient, index)
            case Transpose():
                place = [op.axes.index(k) for k in range(len(index))]
                return self._at(op.arg, tuple(index[k] for k in place))
            case Expand():
                return self._at(op.arg, tuple(i for i, k in zip(index, op.kept, strict=True) if k))
            case Diagonal():
                inner = list(index[:-1])
                for axis in sorted(op.axes):
                    inner.insert(axis, index[-1])
                return self._at(op.arg, tuple(inner))
            case Spread():
                return self._at(op.arg, index)
            case Eye():
                return Text(f"({index[0]} == {index[1]})")
            case Diag():
                value = self._at(op.arg, index[:1]).code
                return joined(f"({index[0]} == {index[1]} ? {value} : 0.0)", UNIT)
            case OnDiagonals():
                first = {g: index[op.groups.index(g)] for g in op.groups}
                value = self._at(op.arg, tuple(first.values())).code
                pairs = [(i, first[g]) for i, g in zip(index, op.groups, strict=True)]
                test = " && ".join(f"{i} == {j}" for i, j in pairs if i != j)
                return Text(f"({test} ? {value} : 0.0)")
            case Call():
                if is_whole(op):
                    return Text(self._called(op, index))
                return spelled(template(op.atom) or "", *(self._at(r, index) for r in op.args))
            case Choose():
                return self._choose(op, index)
            case MatMul() | Dot() | TensorDot() | Einsum() | Reduce() | Trace():
                raise AssertionError("sums are stored")
            case _:
                assert_never(op)

    def _sum(self, op: Sum, index: Index) -> Text:
        """Return a sum with a positive term first and numbers last."""
        parts: list[tuple[bool, bool, Text]] = []
        for c, ref in op.terms:
            inner = self.ops[ref]
            if isinstance(inner, Product) and ref not in self.named:
                value = c * inner.coefficient
                made = self._product(inner, abs(value), index)
            elif isinstance(inner, Number):
                value, made = c * inner.value, number(abs(c * inner.value))
            else:
                value, made = c, times(abs(c), [self._at(ref, index)], [])
            parts.append((value < 0, isinstance(inner, Number), made))
        parts.sort(key=lambda part: part[:2])
        code = ""
        for k, (negative, _, made) in enumerate(parts):
            piece = f"({made.code})" if made.binds == SUM else made.code
            sign = ("-" if negative else "") if k == 0 else (" - " if negative else " + ")
            code += f"{sign}{piece}"
        return joined(code, SUM, *(made for _, _, made in parts))

    def _product(self, op: Product, c: Fraction, index: Index) -> Text:
        above: list[Text] = []
        below: list[Text] = []
        for (ref, p), nonneg in zip(op.factors, op.nonnegative, strict=True):
            made = power(self._at(ref, index), abs(p), nonneg=nonneg)
            (below if p < 0 else above).append(made)
        return times(c, above, below)

    def _choose(self, op: Choose, index: Index) -> Text:
        code = self._at(op.otherwise, index).code
        for guard, value in reversed(op.cases):
            test = " && ".join(self._compared(r, relation, index) for r, relation in guard)
            code = f"{test} ? {self._at(value, index).code} : {code}"
        return Text(code, SUM)

    def _compared(self, ref: Ref, relation: str, index: Index) -> str:
        """Return a comparison with 0."""
        found = comparison(self.ops, ref, relation, self.named)
        if found is None:
            return f"{compared(self._at(ref, index))} {relation} 0.0"
        left, relation, right = found
        return (
            f"{self._side(left, index)} {relation} {self._side(right, index) if right else '0.0'}"
        )

    def _side(self, term: Term, index: Index) -> str:
        """Return one side of a comparison."""
        c, ref = term
        return compared(times(c, [self._at(ref, index)], []))
