"""The text of one operation, made of the texts of its operands.

Precedence decides brackets.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from lossmith.emit.dialect import Dialect, Spelling
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
from lossmith.emit.spelling import (
    PRODUCT,
    SUM,
    UNIT,
    Text,
    compared,
    factor,
    is_short_ratio,
    joined,
    number_text,
    power,
    spelled,
    spelled_tuple,
    under,
    unit,
)
from lossmith.expr.types import Dim, Shape


@dataclass(frozen=True, slots=True)
class Speller:
    """Spells the operations of one function.

    arguments: symbol name -> parameter.  sizes: size letter -> variable.  names: values that have
    a name.  text: of the values so far.  plain: which of them are numbers of the host language.
    """

    ops: Sequence[Op]
    dialect: Dialect
    arguments: Mapping[str, str]
    sizes: Mapping[str, str]
    names: Container[Ref]
    text: Mapping[Ref, Text]
    plain: Container[Ref]

    @property
    def spelling(self) -> Spelling:
        """How the target writes the operations."""
        return self.dialect.spelling

    def text_of(self, ref: Ref) -> Text:
        """Return the text of the operation at a place."""
        return self._looped(ref) or self._of_operation(ref)

    def _of_operation(self, ref: Ref) -> Text:
        op = self.ops[ref]
        match op:
            case Load():
                return Text(self.arguments[op.name])
            case Number():
                return self.number(op.value)
            case Size():
                return Text(self.sizes[op.letter])
            case Sum():
                return self.sum(op)
            case Product():
                return self.product(op.coefficient, self._powers(op))
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

    def _looped(self, ref: Ref) -> Text | None:
        """Return the call of a loop for what the target has no function for, None otherwise."""
        op = self.ops[ref]
        if not self.dialect.loops:
            return None
        template = self.template(op) if isinstance(op, Call) else ""
        name = looped(op, [len(self.ops[r].shape) for r in operands(op)], template)
        if name is None:
            return None
        parts = [self.text[r] for r in operands(op)]
        return joined(f"{name}({', '.join(p.code for p in parts)})", UNIT, *parts)

    def sum(self, op: Sum) -> Text:
        """Return a sum with a positive term first and numbers last."""
        parts: list[tuple[bool, bool, Text]] = []
        for c, ref in op.terms:
            inner = self.ops[ref]
            inline = isinstance(inner, Product) and self.text[ref].binds != UNIT
            if isinstance(inner, Product) and inline:
                made = self.product(abs(c * inner.coefficient), self._powers(inner))
                negative = c * inner.coefficient < 0
            elif isinstance(inner, Number):
                made, negative = self.number(abs(c * inner.value)), c * inner.value < 0
            else:
                made, negative = self.product(abs(c), [(self.text[ref], False)]), c < 0
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
        return [t for (ref, p), nonneg in factors for t in self.power(ref, p, nonneg=nonneg)]

    def power(self, ref: Ref, p: Fraction, *, nonneg: bool) -> list[tuple[Text, bool]]:
        """Return (text, does it divide) for one factor; a small power of a name repeats it."""
        base, size = self.text[ref], abs(p)
        if size in (2, 3) and base.code.isidentifier():
            return [(base, p < 0)] * int(size)
        if not self.stays_plain(ref, p):
            base = self._as_array(ref)
        return [(power(base, size, self.spelling, nonneg=nonneg), p < 0)]

    def product(self, c: Fraction, factors: Sequence[tuple[Text, bool]]) -> Text:
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
            top.insert(0, self.number(size).code)
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

    def stays_plain(self, ref: Ref, p: Fraction) -> bool:
        """Return whether a power needs no function of arrays."""
        whole = abs(p) == 1 or (p.denominator == 1 and isinstance(self.ops[ref], Size))
        return ref in self.plain and whole

    def _as_array(self, ref: Ref) -> Text:
        """Return the text of a value where the target insists on an array."""
        made = self.text[ref]
        if ref in self.plain and self.spelling.literal:
            return spelled(self.spelling.literal, made)
        return made

    def _reduce(self, op: Reduce) -> Text:
        inner = self.text[op.arg]
        rank = len(self.ops[op.arg].shape)
        if len(op.axes) == rank:
            return spelled(self.spelling.total, inner)
        axis = str(op.axes[0]) if len(op.axes) == 1 else spelled_tuple(op.axes)
        return spelled(self.spelling.sum_along, inner, Text(axis))

    def number(self, value: Fraction) -> Text:
        """Return an exact number."""
        return number_text(value, self.spelling.infinity)

    def _size(self, size: Dim) -> str:
        return str(size) if isinstance(size, int) else self.sizes[size]

    def _shape(self, shape: Shape) -> str:
        inner = ", ".join(self._size(d) for d in shape)
        return f"({inner},)" if len(shape) == 1 else f"({inner})"

    def _spread(self, op: Spread) -> Text:
        inner, shape = self.text[op.arg], Text(self._shape(op.shape))
        if op.arg in self.plain and inner.code in {"0", "1"}:
            return spelled(
                self.spelling.ones if inner.code == "1" else self.spelling.zeros,
                shape,
            )
        if op.arg in self.plain:
            return spelled(self.spelling.full, shape, inner)
        return spelled(self.spelling.spread, inner, shape)

    def _call(self, op: Call) -> Text:
        return spelled(self.template(op), *(self._as_array(r) for r in op.args))

    def template(self, op: Call) -> str:
        """Return the template of a function."""
        template = self.dialect.code(op.atom)
        assert template is not None, op.atom  # the file refuses such programs before
        return template

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
        found = comparison(self.ops, ref, relation, self.names)
        if found is None:
            return f"{compared(self._as_array(ref))} {relation} 0"
        left, relation, right = found
        return f"{self._side(left)} {relation} {self._side(right) if right else '0'}"

    def _side(self, term: Term) -> str:
        """Return one side of a comparison."""
        c, ref = term
        return compared(self.product(c, [(self._as_array(ref), False)]))

    def _branch(self, ref: Ref) -> Text:
        """Return the text of one branch; between whole numbers the choice would be of integers."""
        made = self._as_array(ref)
        return Text(f"{made.code}.0", made.binds, made.depth) if made.code.isdecimal() else made


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
