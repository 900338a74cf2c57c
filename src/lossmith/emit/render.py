"""Array programs to statements that a person would write, in any dialect of array code.

Values used once stand where they are used, as long as the line stays short; the others get names.
Precedence decides brackets. A name belongs to a value, so that ``z = X @ w`` is ``z`` in the
objective, in its gradient and in its Hessian.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, assert_never

from lossmith.emit.dialect import Dialect
from lossmith.emit.loops import looped
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
from lossmith.emit.source import Namer
from lossmith.emit.spelling import (
    PRODUCT,
    SUM,
    UNIT,
    Text,
    compared,
    factor,
    is_short_ratio,
    is_signed_root,
    joined,
    number_text,
    power,
    spelled,
    spelled_tuple,
    under,
    unit,
)
from lossmith.expr.types import Dim, Shape

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
            made = self._fitted(ref)
            if self._is_plain(ref):
                self.plain.add(ref)
            is_root = ref in self.roots
            if self._deserves_name(ref, made, uses[ref], is_root=is_root):
                made = self._named(ref, made)
            self.text[ref] = made
        for ref in self.roots:
            split = self._plus_diagonal(ref)
            if split is not None:
                self.text[ref] = split
        result = ", ".join(self._returned(r) for r in self.roots)
        return [*self.statements, f"return {result}"]

    def _fitted(self, ref: Ref) -> Text:
        """Return the text of a value; its longest operands get names until it fits on a line."""
        made = self._looped(ref) or self._text(ref)
        parts = sorted(operands(self.ops[ref]), key=lambda r: -len(self.text[r].code))
        crowded = 2 * len(set(parts)) > _LINE  # no names are so short: all are given at once
        for r in parts:
            if len(made.code) <= _LINE or len(self.text[r].code) <= _SHORT:
                break
            self.text[r] = self._named(r, self.text[r])
            if not crowded:
                made = self._looped(ref) or self._text(ref)
        return (self._looped(ref) or self._text(ref)) if crowded else made

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
        matrix = self._sum(Sum(dense, op.shape))
        if matrix.code.isidentifier() or (len(dense) == 1 and self._is_view(dense[0][1])):
            matrix = spelled(self.spelling.copy, matrix)
        name = self.writer.namer.name("H")
        self.statements.append(f"{name} = {matrix.code}")
        for c, _, diagonal in parts:
            if diagonal is not None:
                coefficient, powers = diagonal
                size = abs(c * coefficient)
                value = self._product(size, powers) if powers else self._number(size)
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
            kept += found[1] if found is not None else self._power(r, p, nonneg=nonneg)
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
                return all(self._stays_plain(r, p) for r, p in op.factors)
            case _:
                return False

    def _stays_plain(self, ref: Ref, p: Fraction) -> bool:
        """Return whether a power needs no function of arrays."""
        whole = abs(p) == 1 or (p.denominator == 1 and isinstance(self.ops[ref], Size))
        return ref in self.plain and whole

    def _as_array(self, ref: Ref) -> Text:
        """Return the text of a value where the target insists on an array."""
        made = self.text[ref]
        if ref in self.plain and self.spelling.literal:
            return spelled(self.spelling.literal, made)
        return made

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
            template = self._template(op)
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

    def _template(self, op: Call) -> str:
        template = self.dialect.code(op.atom)
        assert template is not None, op.atom  # the file refuses such programs before
        return template

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
            return len(self.roots) > 1 or len(made.code) > _LINE
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

    # -- the text of one operation ---------------------------------------------------------------

    def _text(self, ref: Ref) -> Text:
        op = self.ops[ref]
        match op:
            case Load():
                return Text(self.writer.arguments[op.name])
            case Number():
                return self._number(op.value)
            case Size():
                return Text(self.writer.sizes[op.letter])
            case Sum():
                return self._sum(op)
            case Product():
                return self._product(op.coefficient, self._powers(op))
            case MatMul():
                left, right = self.text[op.left], self.text[op.right]
                return joined(f"{unit(left)} @ {unit(right)}", PRODUCT, left, right)
            case Dot():
                return spelled(self.spelling.dot, self.text[op.left], self.text[op.right])
            case TensorDot():
                axes = f"({spelled_tuple(op.left_axes)}, {spelled_tuple(op.right_axes)})"
                left, right = self.text[op.left], self.text[op.right]
                return spelled(self.spelling.tensordot, left, right, Text(axes))
            case Einsum():
                parts = [self.text[r] for r in op.args]
                inner = joined(", ".join(p.code for p in parts), UNIT, *parts)
                return spelled(self.spelling.einsum, Text(f'"{op.spec}"'), inner)
            case Transpose():
                inner = self.text[op.arg]
                if len(op.axes) == 2:
                    return Text(f"{unit(inner)}.T", UNIT, under(inner))
                made = spelled(self.spelling.transpose, inner, Text(spelled_tuple(op.axes)))
                return Text(made.code, UNIT, under(inner))
            case Expand():
                inner = self.text[op.arg]
                index = ", ".join(":" if k else "None" for k in op.kept)
                return Text(f"{unit(inner)}[{index}]", UNIT, under(inner))
            case Reduce():
                return self._reduce(op)
            case Diagonal():
                inner = self.text[op.arg]
                if op.axes == (0, 1):
                    return spelled(self.spelling.diagonal, inner)
                first, second = (Text(str(k)) for k in op.axes)
                return spelled(self.spelling.diagonal_of, inner, first, second)
            case Trace():
                return spelled(self.spelling.trace, self.text[op.arg])
            case Eye():
                return spelled(self.spelling.eye, Text(self._size(op.size)))
            case Diag():
                return spelled(self.spelling.diag, self.text[op.arg])
            case OnDiagonals():
                letters = "".join(chr(ord("i") + k) for k in op.groups)
                shape = Text(self._shape(op.shape))
                made = self.text[op.arg]
                return spelled(self.spelling.on_diagonals, made, Text(f'"{letters}"'), shape)
            case Spread():
                return self._spread(op)
            case Call():
                return self._call(op)
            case Choose():
                return self._choose(op)
            case _:
                assert_never(op)

    def _sum(self, op: Sum) -> Text:
        """Return a sum with a positive term first and numbers last."""
        parts: list[tuple[bool, bool, Text]] = []
        for c, ref in op.terms:
            inner = self.ops[ref]
            inline = isinstance(inner, Product) and self.text[ref].binds != UNIT
            if isinstance(inner, Product) and inline:
                made = self._product(abs(c * inner.coefficient), self._powers(inner))
                negative = c * inner.coefficient < 0
            elif isinstance(inner, Number):
                made, negative = self._number(abs(c * inner.value)), c * inner.value < 0
            else:
                made, negative = self._product(abs(c), [(self.text[ref], False)]), c < 0
            parts.append((negative, isinstance(inner, Number), made))
        parts.sort(key=lambda part: part[:2])
        code = ""
        for k, (negative, _, made) in enumerate(parts):
            piece = f"({made.code})" if made.binds == SUM else made.code
            if k == 0:
                code = f"-{piece}" if negative else piece
            else:
                code += f" - {piece}" if negative else f" + {piece}"
        return joined(code, SUM, *(made for _, _, made in parts))

    def _powers(self, op: Product) -> list[tuple[Text, bool]]:
        """Return (text, does it divide) for the factors of a product."""
        factors = zip(op.factors, op.nonnegative, strict=True)
        return [t for (ref, p), nonneg in factors for t in self._power(ref, p, nonneg=nonneg)]

    def _power(self, ref: Ref, p: Fraction, *, nonneg: bool) -> list[tuple[Text, bool]]:
        """Return (text, does it divide) for one factor; a small power of a name repeats it."""
        base, size = self.text[ref], abs(p)
        if size in (2, 3) and base.code.isidentifier():
            return [(base, p < 0)] * int(size)
        if not self._stays_plain(ref, p):
            base = self._as_array(ref)
        return [(power(base, size, self.spelling, nonneg=nonneg), p < 0)]

    def _product(self, c: Fraction, factors: Sequence[tuple[Text, bool]]) -> Text:
        """Return c * factors over those that divide."""
        above = [t for t, divides in factors if not divides]
        below = [t for t, divides in factors if divides]
        size = abs(c)
        top = [factor(t) for t in above]
        bottom = [factor(t) for t in below]
        if is_short_ratio(size):
            if size.numerator != 1 or not top:
                top.insert(0, str(size.numerator))
            bottom.insert(0, str(size.denominator))
        elif size != 1 or not top:
            top.insert(0, self._number(size).code)
        code = " * ".join(top)
        if bottom:
            divisor = bottom[0] if len(bottom) == 1 else f"({' * '.join(bottom)})"
            code += f" / {divisor}"
        texts = [t for t, _ in factors]
        if c < 0:
            return joined(f"-{code}", SUM, *texts)
        if len(top) + len(bottom) == 1:
            return above[0]
        return joined(code, PRODUCT, *texts)

    def _reduce(self, op: Reduce) -> Text:
        inner = self.text[op.arg]
        rank = len(self.ops[op.arg].shape)
        if len(op.axes) == rank:
            return spelled(self.spelling.total, inner)
        axis = str(op.axes[0]) if len(op.axes) == 1 else spelled_tuple(op.axes)
        return spelled(self.spelling.sum_along, inner, Text(axis))

    def _number(self, value: Fraction) -> Text:
        return number_text(value, self.spelling.infinity)

    def _size(self, size: Dim) -> str:
        return str(size) if isinstance(size, int) else self.writer.sizes[size]

    def _shape(self, shape: Shape) -> str:
        inner = ", ".join(self._size(d) for d in shape)
        return f"({inner},)" if len(shape) == 1 else f"({inner})"

    def _spread(self, op: Spread) -> Text:
        inner, shape = self.text[op.arg], Text(self._shape(op.shape))
        if op.arg in self.plain and inner.code in {"0", "1"}:
            return spelled(self.spelling.ones if inner.code == "1" else self.spelling.zeros, shape)
        if op.arg in self.plain:
            return spelled(self.spelling.full, shape, inner)
        return spelled(self.spelling.spread, inner, shape)

    def _call(self, op: Call) -> Text:
        return spelled(self._template(op), *(self._as_array(r) for r in op.args))

    def _choose(self, op: Choose) -> Text:
        made = self._branch(op.otherwise)
        for guard, value in reversed(op.cases):
            tests = [self._compared(r, relation) for r, relation in guard]
            condition = " & ".join(f"({t})" for t in tests) if len(tests) > 1 else tests[0]
            parts = [self.text[r] for r, _ in guard]
            test = joined(condition, UNIT, *parts)
            made = spelled(self.spelling.where, test, self._branch(value), made)
        return made

    def _compared(self, ref: Ref, relation: str) -> str:
        """Return a comparison with 0."""
        found = comparison(self.ops, ref, relation, self.writer.names)
        if found is None:
            return f"{compared(self._as_array(ref))} {relation} 0"
        left, relation, right = found
        return f"{self._side(left)} {relation} {self._side(right) if right else '0'}"

    def _side(self, term: Term) -> str:
        """Return one side of a comparison."""
        c, ref = term
        return compared(self._product(c, [(self._as_array(ref), False)]))

    def _branch(self, ref: Ref) -> Text:
        """Return the text of one branch; between whole numbers the choice would be of integers."""
        made = self._as_array(ref)
        return Text(f"{made.code}.0", made.binds, made.depth) if made.code.isdecimal() else made

    def _looped(self, ref: Ref) -> Text | None:
        """Return the call of a loop for what the target has no function for, None otherwise."""
        op = self.ops[ref]
        if not self.dialect.loops:
            return None
        template = self._template(op) if isinstance(op, Call) else ""
        name = looped(op, [len(self.ops[r].shape) for r in operands(op)], template)
        if name is None:
            return None
        parts = [self.text[r] for r in operands(op)]
        return joined(f"{name}({', '.join(p.code for p in parts)})", UNIT, *parts)


def letter(op: Op) -> str:
    """Return a letter in the manner of the field: z = X @ w, r = z - y, s = sigmoid(z)."""
    rank = len(op.shape)
    match op:
        case MatMul() | TensorDot() | Einsum():
            return "M" if rank > 1 else "z" if rank else "q"
        case Dot() | Trace() | Reduce():
            return "S" if rank > 1 else "total"
        case Sum():
            return "R" if rank > 1 else "r"
        case Product():
            return "U" if rank > 1 else "u"
        case Call():
            letter = op.atom.name[0].upper() if rank > 1 else op.atom.name[0]
            return op.atom.name if letter in "lIO" else letter
        case Choose():
            return "B" if rank > 1 else "b"
        case Eye():
            return "eye"
        case _:
            return "T" if rank > 1 else "t"
