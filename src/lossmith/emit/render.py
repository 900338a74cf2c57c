"""Array programs to NumPy statements that a person would write.

Values used once stand where they are used, as long as the line stays short; the others get names.
Precedence decides brackets. A name belongs to a value, so that ``z = X @ w`` is ``z`` in the
objective, in its gradient and in its Hessian.
"""

from __future__ import annotations

import re
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
from lossmith.expr.types import Dim, Shape

_SUM, _PRODUCT, _POWER, _UNIT = 1, 2, 3, 4
_LINE: Final = 84
_OPERAND: Final = 44
_SUMMAND: Final = 60
_DEPTH: Final = 4


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of code, how tightly it binds, and how deeply its brackets nest."""

    code: str
    binds: int = _UNIT
    depth: int = 0


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
            return f"{_unit(made)}.copy()"
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
            return [(r, 2 if _is_signed_root(p, nonneg=nn) else 1) for (r, p), nn in pairs]
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
                return _joined(f"{_unit(left)} @ {_unit(right)}", _PRODUCT, left, right)
            case Dot():
                left, right = self.text[op.left], self.text[op.right]
                return _joined(f"np.vdot({left.code}, {right.code})", _UNIT, left, right)
            case TensorDot():
                left, right = self.text[op.left], self.text[op.right]
                axes = f"axes=({_tuple(op.left_axes)}, {_tuple(op.right_axes)})"
                return _joined(
                    f"np.tensordot({left.code}, {right.code}, {axes})", _UNIT, left, right
                )
            case Einsum():
                parts = [self.text[r] for r in op.args]
                inner = ", ".join(p.code for p in parts)
                return _joined(f'np.einsum("{op.spec}", {inner}, optimize=True)', _UNIT, *parts)
            case Transpose():
                inner = self.text[op.arg]
                if len(op.axes) == 2:
                    return Text(f"{_unit(inner)}.T", _UNIT, _under(inner))
                code = f"np.transpose({inner.code}, {_tuple(op.axes)})"
                return Text(code, _UNIT, _under(inner))
            case Expand():
                inner = self.text[op.arg]
                index = ", ".join(":" if k else "None" for k in op.kept)
                return Text(f"{_unit(inner)}[{index}]", _UNIT, _under(inner))
            case Reduce():
                return self._reduce(op)
            case Diagonal():
                inner = self.text[op.arg]
                where = "" if op.axes == (0, 1) else f", axis1={op.axes[0]}, axis2={op.axes[1]}"
                return _joined(f"np.diagonal({inner.code}{where})", _UNIT, inner)
            case Trace():
                inner = self.text[op.arg]
                return _joined(f"np.trace({inner.code})", _UNIT, inner)
            case Eye():
                return Text(f"np.eye({self._size(op.size)})", _UNIT, 1)
            case Diag():
                inner = self.text[op.arg]
                return _joined(f"np.diag({inner.code})", _UNIT, inner)
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
            inline = isinstance(inner, Product) and self.text[ref].binds != _UNIT
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
            piece = f"({made.code})" if made.binds == _SUM else made.code
            if k == 0:
                code = f"-{piece}" if negative else piece
            else:
                code += f" - {piece}" if negative else f" + {piece}"
        return _joined(code, _SUM, *(made for _, _, made in parts))

    def _powers(self, op: Product) -> list[tuple[Text, bool]]:
        """Return (text, does it divide) for the factors of a product."""
        result: list[tuple[Text, bool]] = []
        for (ref, p), nonneg in zip(op.factors, op.nonnegative, strict=True):
            base = self.text[ref]
            size = abs(p)
            if size in (2, 3) and base.code.isidentifier():
                result += [(base, p < 0)] * int(size)
            else:
                result.append((_power(base, size, nonneg=nonneg), p < 0))
        return result

    def _product(self, c: Fraction, factors: Sequence[tuple[Text, bool]]) -> Text:
        """Return c * factors over those that divide."""
        above = [t for t, divides in factors if not divides]
        below = [t for t, divides in factors if divides]
        size = abs(c)
        top = [_factor(t) for t in above]
        bottom = [_factor(t) for t in below]
        if _is_short_ratio(size):
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
            return _joined(f"-{code}", _SUM, *texts)
        if len(top) + len(bottom) == 1:
            return above[0]
        return _joined(code, _PRODUCT, *texts)

    def _reduce(self, op: Reduce) -> Text:
        inner = self.text[op.arg]
        rank = len(self.ops[op.arg].shape)
        if len(op.axes) == rank:
            return _joined(f"np.sum({inner.code})", _UNIT, inner)
        axis = str(op.axes[0]) if len(op.axes) == 1 else _tuple(op.axes)
        return _joined(f"np.sum({inner.code}, axis={axis})", _UNIT, inner)

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
                return Text(f"np.{'ones' if inner.code == '1' else 'zeros'}({shape})", _UNIT, 1)
            return _joined(f"np.full({shape}, {code}, dtype=float)", _UNIT, inner)
        return _joined(f"np.broadcast_to({inner.code}, {shape}).copy()", _UNIT, inner)

    def _call(self, op: Call) -> Text:
        template = op.atom.code["numpy"]
        parts = [self.text[r] for r in op.args]
        code = _PLACE.sub(lambda m: _fitted(template, m, parts[int(m.group(1))]), template)
        binds = _UNIT if _is_call(template) else _SUM
        return _joined(code, binds, *parts)

    def _choose(self, op: Choose) -> Text:
        code = self.text[op.otherwise].code
        parts = [self.text[op.otherwise]]
        for guard, value in reversed(op.cases):
            tests = [f"({_compared(self.text[r])} {rel} 0)" for r, rel in guard]
            condition = " & ".join(tests) if len(tests) > 1 else tests[0][1:-1]
            code = f"np.where({condition}, {self.text[value].code}, {code})"
            parts += [self.text[r] for r, _ in guard] + [self.text[value]]
        return _joined(code, _UNIT, *parts)


_PLACE = re.compile(r"\{(\d)\}")


def _fitted(template: str, match: re.Match[str], part: Text) -> str:
    """Return an argument, in brackets unless it stands alone between commas or brackets."""
    before = template[: match.start()].rstrip()[-1:]
    after = template[match.end() :].lstrip()[:1]
    return part.code if before in ("(", ",") and after in (")", ",") else _unit(part)


def _is_call(template: str) -> bool:
    """Return whether a template is one call, name(...), so that it binds tightly."""
    head, bracket, rest = template.partition("(")
    if not bracket or not head.replace(".", "").replace("_", "").isalnum():
        return False
    level = 1
    for k, c in enumerate(rest):
        level += (c == "(") - (c == ")")
        if level == 0:
            return k == len(rest) - 1
    return False


def _is_signed_root(p: Fraction, *, nonneg: bool) -> bool:
    """Return whether the text of x^p names x twice: an odd root that keeps the sign."""
    return not nonneg and p.denominator % 2 == 1 and p.denominator > 3 and p.numerator % 2 == 1


def _power(base: Text, p: Fraction, *, nonneg: bool) -> Text:
    """Return base^p for p > 0; odd denominators take the real root."""
    a, b = p.numerator, p.denominator
    inner = base.code
    if p == 1:
        return base
    if p == 2:
        return _joined(f"np.square({inner})", _UNIT, base)
    if p == Fraction(1, 2):
        return _joined(f"np.sqrt({inner})", _UNIT, base)
    if b == 1:
        return _joined(f"{_unit(base)}**{a}", _POWER, base)
    exponent = repr(float(p)) if b & (b - 1) == 0 else f"({a} / {b})"
    if b == 3:
        root = f"np.cbrt({inner})"
        if a == 1:
            return _joined(root, _UNIT, base)
        square = f"np.square({root})"
        return _joined(square if a == 2 else f"{root}**{a}", _UNIT if a == 2 else _POWER, base)
    if nonneg or b % 2 == 0:
        return _joined(f"{_unit(base)}**{exponent}", _POWER, base)
    if a % 2 == 0:
        return _joined(f"np.abs({inner})**{exponent}", _POWER, base)
    return _joined(f"np.copysign(np.abs({inner})**{exponent}, {inner})", _UNIT, base)


def number_text(value: Fraction) -> Text:
    """Return an exact number as a literal: an integer, or the nearest float."""
    if value.denominator == 1 and abs(value) < 2**53:
        code = str(value.numerator)
    elif _is_short_ratio(abs(value)):
        return Text(f"{value.numerator} / {value.denominator}", _SUM if value < 0 else _PRODUCT)
    else:
        try:
            code = repr(float(value))
        except OverflowError:
            code = "np.inf" if value > 0 else "-np.inf"
    return Text(code, _SUM if value < 0 else _UNIT)


def _is_short_ratio(c: Fraction) -> bool:
    """Return whether c reads best as a division: 1/3, 2/7; but 0.5 and 0.75 as decimals."""
    b = c.denominator
    return b & (b - 1) != 0 and 1 <= c.numerator < 1000 and b < 1000


def _factor(t: Text) -> str:
    return t.code if t.binds >= _POWER else f"({t.code})"


def _unit(t: Text) -> str:
    return t.code if t.binds == _UNIT else f"({t.code})"


def _compared(t: Text) -> str:
    return t.code if t.binds != _SUM else f"({t.code})"


def _under(t: Text) -> int:
    return t.depth + (t.binds != _UNIT)


def _joined(code: str, binds: int, *parts: Text) -> Text:
    return Text(code, binds, 1 + max((t.depth for t in parts), default=0))


def _tuple(items: Sequence[int]) -> str:
    inner = ", ".join(map(str, items))
    return f"({inner},)" if len(items) == 1 else f"({inner})"
