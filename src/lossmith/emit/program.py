"""Array programs: what a target has to compute, as value-numbered operations on dense arrays.

Between the expression (labelled axes, no order of evaluation) and the text of a target stands a
list of operations. Each is interned, so a value that occurs in the objective, its gradient and its
Hessian is one number in the list; operands come before their users.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from lossmith.expr.atom import Atom
from lossmith.expr.types import Dim, Shape

Ref = int
"""The place of an operation in its program."""


@dataclass(frozen=True, slots=True)
class Load:
    """The array of a symbol."""

    name: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number."""

    value: Fraction
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Size:
    """The length that a size letter stands for, as a number."""

    letter: str
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """Sum of coefficient * operand, entry by entry; shapes broadcast to the right as in NumPy."""

    terms: tuple[tuple[Fraction, Ref], ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Product:
    """coefficient * product of operand^exponent, entry by entry; shapes broadcast.

    nonnegative: which operands are known to be >= 0 (their roots need no care for the sign).
    """

    coefficient: Fraction
    factors: tuple[tuple[Ref, Fraction], ...]
    nonnegative: tuple[bool, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class MatMul:
    """NumPy's ``@``: vectors, matrices, stacks of matrices."""

    left: Ref
    right: Ref
    shape: Shape


@dataclass(frozen=True, slots=True)
class Dot:
    """Sum over all entries of the product of two arrays of one shape."""

    left: Ref
    right: Ref
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class TensorDot:
    """Sum over paired axes; the axes left over of both operands, in order."""

    left: Ref
    right: Ref
    left_axes: tuple[int, ...]
    right_axes: tuple[int, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Einsum:
    """Einstein sum over letters, where nothing simpler fits."""

    spec: str
    args: tuple[Ref, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Transpose:
    """The operand with axis k of the result being ``axes[k]`` of the operand."""

    arg: Ref
    axes: tuple[int, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Expand:
    """The operand with axes of length 1 put in where ``kept`` is False."""

    arg: Ref
    kept: tuple[bool, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Reduce:
    """Sum over some axes."""

    arg: Ref
    axes: tuple[int, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Diagonal:
    """The entries where two axes agree; that axis comes last."""

    arg: Ref
    axes: tuple[int, int]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Trace:
    """Sum of the diagonal of a matrix."""

    arg: Ref
    shape: Shape = ()


@dataclass(frozen=True, slots=True)
class Eye:
    """The unit matrix."""

    size: Dim
    shape: Shape


@dataclass(frozen=True, slots=True)
class Diag:
    """The matrix with a vector on its diagonal."""

    arg: Ref
    shape: Shape


@dataclass(frozen=True, slots=True)
class OnDiagonals:
    """Zeros, with the operand where axes of the same group agree.

    groups: for each axis of the result its group, numbered by first appearance; the operand
    broadcasts to one axis for each group.
    """

    arg: Ref
    groups: tuple[int, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Spread:
    """The operand repeated to a full shape."""

    arg: Ref
    shape: Shape


@dataclass(frozen=True, slots=True)
class Call:
    """An atom applied to arrays."""

    atom: Atom
    args: tuple[Ref, ...]
    shape: Shape


@dataclass(frozen=True, slots=True)
class Choose:
    """Entry by entry the first case whose comparisons ``operand relation 0`` all hold."""

    cases: tuple[tuple[tuple[tuple[Ref, str], ...], Ref], ...]
    otherwise: Ref
    shape: Shape


Op = (
    Load | Number | Size | Sum | Product | MatMul | Dot | TensorDot | Einsum | Transpose | Expand
    | Reduce | Diagonal | Trace | Eye | Diag | OnDiagonals | Spread | Call | Choose
)  # fmt: skip


def operands(op: Op) -> tuple[Ref, ...]:
    """Return the places of the operands, with repetitions."""
    match op:
        case Load() | Number() | Size() | Eye():
            return ()
        case Sum():
            return tuple(r for _, r in op.terms)
        case Product():
            return tuple(r for r, _ in op.factors)
        case MatMul() | Dot() | TensorDot():
            return (op.left, op.right)
        case Einsum() | Call():
            return op.args
        case (
            Transpose() | Expand() | Reduce() | Diagonal() | Trace() | Diag() | OnDiagonals()
            | Spread()
        ):  # fmt: skip
            return (op.arg,)
        case Choose():
            inner: list[Ref] = []
            for guard, value in op.cases:
                inner += [r for r, _ in guard]
                inner.append(value)
            return (*inner, op.otherwise)
        case _:
            assert_never(op)


Term = tuple[Fraction, Ref]


def comparison(
    ops: Sequence[Op], ref: Ref, relation: str, named: Container[Ref]
) -> tuple[Term, str, Term | None] | None:
    """Return both sides of ``value relation 0`` as it is read: a > b for a - b > 0, a < 0 for -a.

    None for more than two terms. named: values whose names stand for them. A side of None is 0.
    """
    op = ops[ref]
    terms: tuple[Term, ...] = ((Fraction(1), ref),)
    if isinstance(op, Sum) and ref not in named:
        terms = op.terms
    elif isinstance(op, Product) and op.coefficient < 0 and ref not in named:
        ((r, p), *more) = op.factors
        terms = ((op.coefficient, r),) if p == 1 and not more else terms
    above = [t for t in terms if t[0] > 0]
    below = [(-c, r) for c, r in terms if c < 0]
    if len(above) > 1 or len(below) > 1:
        return None
    if not above or (isinstance(ops[above[0][1]], Number) and below):
        above, below, relation = below, above, _REVERSED.get(relation, relation)
    return above[0], relation, below[0] if below else None


_REVERSED = {">": "<", ">=": "<="}
"""Relations seen from the other side; == and != are their own."""


class Program:
    """A growing list of interned operations.

    symmetric: computed matrices that equal their transposes, up to rounding.
    """

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.symmetric: set[Ref] = set()
        self._place: dict[Op, Ref] = {}

    def put(self, op: Op) -> Ref:
        """Return the place of the operation, appending it if it is new."""
        found = self._place.get(op)
        if found is None:
            found = len(self.ops)
            self.ops.append(op)
            self._place[op] = found
        return found

    def shape(self, ref: Ref) -> Shape:
        """Return the shape of the value at a place."""
        return self.ops[ref].shape

    # -- operations that simplify --------------------------------------------------------------

    def transpose(self, arg: Ref, axes: Sequence[int]) -> Ref:
        """Return the operand with its axes in another order."""
        inner = self.ops[arg]
        if isinstance(inner, Transpose):
            return self.transpose(inner.arg, [inner.axes[k] for k in axes])
        if list(axes) == list(range(len(axes))) or arg in self.symmetric:
            return arg
        shape = self.shape(arg)
        return self.put(Transpose(arg, tuple(axes), tuple(shape[k] for k in axes)))

    def align(self, arg: Ref, labels: Sequence[int], target: Sequence[int]) -> Ref:
        """Return the operand with its axes, named by ``labels``, at their places in ``target``.

        Axes that it lacks become length 1; leading ones are left out, as NumPy broadcasts them.
        """
        order = sorted(range(len(labels)), key=lambda k: target.index(labels[k]))
        turned = self.transpose(arg, order)
        present = [t in labels for t in target]
        if True not in present or all(present):
            return turned
        kept = tuple(present[present.index(True) :])
        if all(kept):
            return turned
        lengths = iter(self.shape(turned))
        return self.put(Expand(turned, kept, tuple(next(lengths) if k else 1 for k in kept)))

    def product(
        self,
        factors: Iterable[tuple[Ref, Fraction, bool]],
        coefficient: Fraction = Fraction(1),
    ) -> Ref:
        """Return coefficient * product of operand^exponent, numbers folded, scalars first.

        factors: (operand, exponent, is it known to be >= 0), already aligned.
        """
        kept: list[tuple[Ref, Fraction, bool]] = []
        for ref, p, nonnegative in factors:
            op = self.ops[ref]
            if isinstance(op, Number) and p.denominator == 1 and (op.value or p > 0):
                coefficient *= op.value ** int(p)
            else:
                kept.append((ref, p, nonnegative))
        if not kept:
            return self.put(Number(coefficient))
        if len(kept) == 1 and kept[0][1] == 1 and coefficient == 1:
            return kept[0][0]
        kept.sort(key=lambda f: (len(self.shape(f[0])), not isinstance(self.ops[f[0]], Load)))
        shape = broadcast_shape(*(self.shape(r) for r, _, _ in kept))
        return self.put(
            Product(
                coefficient,
                tuple((r, p) for r, p, _ in kept),
                tuple(nn and p.denominator > 1 for _, p, nn in kept),
                shape,
            )
        )


def broadcast_shape(*shapes: Shape) -> Shape:
    """Return the common shape of arrays that broadcast to the right."""
    rank = max((len(s) for s in shapes), default=0)
    result: list[Dim] = [1] * rank
    for shape in shapes:
        for k, d in enumerate(shape):
            if d != 1:
                result[rank - len(shape) + k] = d
    return tuple(result)
