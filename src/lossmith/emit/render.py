"""Array programs to NumPy statements that a person would write.

Values used once stand where they are used, as long as the line stays short; the others get names.
Precedence decides brackets. A name belongs to a value, so that ``z = X @ w`` is ``z`` in the
objective, in its gradient and in its Hessian.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final, assert_never

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
    Product,
    Program,
    Reduce,
    Ref,
    Size,
    Spread,
    Sum,
    TensorDot,
    Trace,
    Transpose,
    operands,
)
from lossmith.emit.source import Namer
from lossmith.emit.spelling import (
    PLACE,
    PRODUCT,
    SUM,
    UNIT,
    Text,
    compared,
    factor,
    fitted,
    is_call,
    is_short_ratio,
    is_signed_root,
    joined,
    number_text,
    power,
    spelled_tuple,
    under,
    unit,
)
from lossmith.expr.types import Dim, Shape

_LINE: Final = 84
_OPERAND: Final = 44
_SUMMAND: Final = 60
_DEPTH: Final = 4


@dataclass(slots=True)
class Writer:
    """Writes values of one program; names of symbols, sizes and values are shared by all functions.

    arguments: symbol name -> parameter.  sizes: size letter -> variable.  shared: values that more
    than one function needs; the main ones get a name everywhere.
    """

    program: Program
    arguments: Mapping[str, str]
    sizes: Mapping[str, str]
    namer: Namer
    shared: frozenset[Ref] = frozenset()
    names: dict[Ref, str] = field(default_factory=dict[Ref, str])

    def body(self, roots: Sequence[Ref]) -> list[str]:
        """Return the statements that compute the roots and return them."""
        return _Body(self, roots).lines()

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

    def __init__(self, writer: Writer, roots: Sequence[Ref]) -> None:
        self.writer = writer
        self.ops = writer.program.ops
        self.roots = roots
        self.summands: set[Ref] = set()
        self.text: dict[Ref, Text] = {}
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
            made = self._text(ref)
            is_root = ref in self.roots
            if self._deserves_name(ref, made, uses[ref], is_root=is_root):
                name = self._name(ref)
                self.statements.append(f"{name} = {made.code}")
                made = Text(name)
            self.text[ref] = made
        result = ", ".join(self._returned(r) for r in self.roots)
        return [*self.statements, f"return {result}"]

    def _returned(self, ref: Ref) -> str:
        """Return the text of a result; results own their memory, so a view is copied."""
        made = self.text[ref]
        op = self.ops[ref]
        if isinstance(op, Load | Transpose | Diagonal) and op.shape:
            return f"{unit(made)}.copy()"
        if isinstance(op, Number | Size):
            return f"np.float64({made.code})"
        return made.code

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
            template = op.atom.code["numpy"]
            return [(r, template.count(f"{{{k}}}")) for k, r in enumerate(op.args)]
        if isinstance(op, Product):
            pairs = zip(op.factors, op.nonnegative, strict=True)
            return [(r, 2 if is_signed_root(p, nonneg=nn) else 1) for (r, p), nn in pairs]
        return [(r, 1) for r in operands(op)]

    def _deserves_name(self, ref: Ref, made: Text, uses: int, *, is_root: bool) -> bool:
        op = self.ops[ref]
        if isinstance(op, Load | Number | Size):
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
            wish, op = self._wish(ref), self.ops[ref]
            if isinstance(op, Call) and wish in self.writer.namer.taken:
                wish = op.atom.name
            name = self.writer.namer.name(wish)
            self.writer.names[ref] = name
        return name

    def _wish(self, ref: Ref) -> str:
        """Return a letter in the manner of the field: z = X @ w, r = z - y, s = sigmoid(z)."""
        op = self.ops[ref]
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

    # -- the text of one operation ---------------------------------------------------------------

    def _text(self, ref: Ref) -> Text:
        op = self.ops[ref]
        match op:
            case Load():
                return Text(self.writer.arguments[op.name])
            case Number():
                return number_text(op.value)
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
                left, right = self.text[op.left], self.text[op.right]
                return joined(f"np.vdot({left.code}, {right.code})", UNIT, left, right)
            case TensorDot():
                left, right = self.text[op.left], self.text[op.right]
                axes = f"axes=({spelled_tuple(op.left_axes)}, {spelled_tuple(op.right_axes)})"
                return joined(f"np.tensordot({left.code}, {right.code}, {axes})", UNIT, left, right)
            case Einsum():
                parts = [self.text[r] for r in op.args]
                inner = ", ".join(p.code for p in parts)
                return joined(f'np.einsum("{op.spec}", {inner}, optimize=True)', UNIT, *parts)
            case Transpose():
                inner = self.text[op.arg]
                if len(op.axes) == 2:
                    return Text(f"{unit(inner)}.T", UNIT, under(inner))
                code = f"np.transpose({inner.code}, {spelled_tuple(op.axes)})"
                return Text(code, UNIT, under(inner))
            case Expand():
                inner = self.text[op.arg]
                index = ", ".join(":" if k else "None" for k in op.kept)
                return Text(f"{unit(inner)}[{index}]", UNIT, under(inner))
            case Reduce():
                return self._reduce(op)
            case Diagonal():
                inner = self.text[op.arg]
                where = "" if op.axes == (0, 1) else f", axis1={op.axes[0]}, axis2={op.axes[1]}"
                return joined(f"np.diagonal({inner.code}{where})", UNIT, inner)
            case Trace():
                inner = self.text[op.arg]
                return joined(f"np.trace({inner.code})", UNIT, inner)
            case Eye():
                return Text(f"np.eye({self._size(op.size)})", UNIT, 1)
            case Diag():
                inner = self.text[op.arg]
                return joined(f"np.diag({inner.code})", UNIT, inner)
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
                made, negative = number_text(abs(c * inner.value)), c * inner.value < 0
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
        result: list[tuple[Text, bool]] = []
        for (ref, p), nonneg in zip(op.factors, op.nonnegative, strict=True):
            base = self.text[ref]
            size = abs(p)
            if size in (2, 3) and base.code.isidentifier():
                result += [(base, p < 0)] * int(size)
            else:
                result.append((power(base, size, nonneg=nonneg), p < 0))
        return result

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
            top.insert(0, number_text(size).code)
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
            return joined(f"np.sum({inner.code})", UNIT, inner)
        axis = str(op.axes[0]) if len(op.axes) == 1 else spelled_tuple(op.axes)
        return joined(f"np.sum({inner.code}, axis={axis})", UNIT, inner)

    def _size(self, size: Dim) -> str:
        return str(size) if isinstance(size, int) else self.writer.sizes[size]

    def _shape(self, shape: Shape) -> str:
        inner = ", ".join(self._size(d) for d in shape)
        return f"({inner},)" if len(shape) == 1 else f"({inner})"

    def _spread(self, op: Spread) -> Text:
        inner = self.text[op.arg]
        shape = self._shape(op.shape)
        if isinstance(self.ops[op.arg], Number | Size) or not self.ops[op.arg].shape:
            code = inner.code if inner.code not in {"0", "1"} else ""
            if not code:
                return Text(f"np.{'ones' if inner.code == '1' else 'zeros'}({shape})", UNIT, 1)
            return joined(f"np.full({shape}, {code}, dtype=float)", UNIT, inner)
        return joined(f"np.broadcast_to({inner.code}, {shape}).copy()", UNIT, inner)

    def _call(self, op: Call) -> Text:
        template = op.atom.code["numpy"]
        parts = [self.text[r] for r in op.args]
        code = PLACE.sub(lambda m: fitted(template, m, parts[int(m.group(1))]), template)
        binds = UNIT if is_call(template) else SUM
        return joined(code, binds, *parts)

    def _choose(self, op: Choose) -> Text:
        code = self.text[op.otherwise].code
        parts = [self.text[op.otherwise]]
        for guard, value in reversed(op.cases):
            tests = [f"({compared(self.text[r])} {rel} 0)" for r, rel in guard]
            condition = " & ".join(tests) if len(tests) > 1 else tests[0][1:-1]
            code = f"np.where({condition}, {self.text[value].code}, {code})"
            parts += [self.text[r] for r, _ in guard] + [self.text[value]]
        return joined(code, UNIT, *parts)
