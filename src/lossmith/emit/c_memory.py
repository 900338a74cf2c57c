"""Which values of an array program get memory of their own in a language of loops.

Entrywise values are expressions in the indices of the loop that needs them, so a whole chain of
them is one loop. A value is stored where it would be computed more than once: if it stands in
several places, has fewer axes than the loop around it, or enters a matrix product.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lossmith.emit.c_library import template
from lossmith.emit.program import (
    Call,
    Choose,
    Diagonal,
    Dot,
    Einsum,
    Expand,
    Eye,
    Load,
    MatMul,
    Number,
    Op,
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
from lossmith.emit.spelling import is_signed_root

_PARTS: Final = 7
"""Operations that one expression holds at most."""

VIEW = Transpose | Expand | Diagonal | Spread
SUMMED = MatMul | Dot | TensorDot | Einsum | Reduce | Trace


def stored(program: Program, order: Sequence[Ref]) -> set[Ref]:
    """Return which values of a function get memory; the others are written where they are used.

    order: the values that it needs, operands first.
    """
    ops = program.ops
    uses = dict.fromkeys(order, 0)
    repeated: set[Ref] = set()
    whole: set[Ref] = set()
    for ref in order:
        op = ops[ref]
        if is_whole(op):
            whole.update(r for r in operands(op) if not isinstance(ops[r], Load))
        for r, times in () if isinstance(op, VIEW) else _occurrences(op):
            base = _viewed(ops, r)
            uses[base] += times
            if _is_repeated(ops, op, r):
                repeated.add(base)
    kept: set[Ref] = set()
    parts: dict[Ref, int] = {}
    for ref in order:
        op = ops[ref]
        free = isinstance(op, VIEW | Load | Eye) or _is_plain(ops, op)
        parts[ref] = sum(0 if r in kept else parts[r] for r in operands(op)) + (not free)
        wanted = not free and (uses[ref] > 1 or ref in repeated or parts[ref] > _PARTS)
        if ref in whole or wanted or isinstance(op, SUMMED) or is_whole(op):
            kept.add(ref)
    return kept


def _viewed(ops: Sequence[Op], ref: Ref) -> Ref:
    """Return the value whose entries a view shows."""
    op = ops[ref]
    while isinstance(op, VIEW):
        ref = op.arg
        op = ops[ref]
    return ref


def _occurrences(op: Op) -> list[tuple[Ref, int]]:
    """Return how often each operand stands in the text of its user."""
    if isinstance(op, Call):
        text = template(op.atom) or ""
        return [(r, text.count(f"{{{k}}}")) for k, r in enumerate(op.args)]
    if isinstance(op, Product):
        pairs = zip(op.factors, op.nonnegative, strict=True)
        return [(r, 2 if is_signed_root(p, nonneg=nn) else 1) for (r, p), nn in pairs]
    return [(r, 1) for r in operands(op)]


def _is_repeated(ops: Sequence[Op], op: Op, r: Ref) -> bool:
    """Return whether an operation reads an entry of this operand more than once."""
    rank = len(ops[r].shape)
    match op:
        case MatMul() | TensorDot() | Einsum():
            others = [len(ops[k].shape) for k in operands(op) if k != r]
            return not (len(op.shape) < rank and all(k < rank for k in others))
        case Sum() | Product() | Spread() | Choose() | Call():
            return ops[r].shape != op.shape
        case _:
            return False


def _is_plain(ops: Sequence[Op], op: Op) -> bool:
    """Return whether a value is made of numbers and sizes alone."""
    if isinstance(op, Sum | Product | Call) and not op.shape:
        return all(isinstance(ops[r], Number | Size) for r in operands(op))
    return isinstance(op, Number | Size)


def is_whole(op: Op) -> bool:
    """Return whether an operation is a function of whole vectors or matrices."""
    return isinstance(op, Call) and not op.atom.signature.is_entrywise
