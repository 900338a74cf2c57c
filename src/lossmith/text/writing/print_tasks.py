"""What the printing functions share: their requests, and the context of one printing.

Each sub-expression is a task whose steps ask for the pieces they need, so that depth is bounded by
memory alone (``print_engine`` runs them). A task speaks of a whole tensor (``at`` is None) or of
its entry at the named indices; ``depth`` counts the bound indices around it, so that inner sums
take fresh letters. ``anchored`` says that the surroundings tell the size of a unit matrix.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence, Set
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Const, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.text.writing.layout_forms import Form, Leaf, Norm, Ones, Size, rank_of
from lossmith.text.writing.print_dialect import BIG, POSTFIX, Dialect, Parts, Piece
from lossmith.text.writing.print_names import GREEK
from lossmith.text.writing.print_order import Order, broadcast_scalar

Notation = Literal["matrix", "index"]
At = tuple[str, ...] | None

ONE: Final = Fraction(1)
_PARAMETER, _LETTER, _NAMED, _BRACKET, _FUNCTION = 1, 2, 3, 4, 5
_PRODUCT, _BIG, _DIFFERENTIAL = 7, 8, 9
_BOUND: Final = "ijklrstuvhp"
_FREE: Final = "klprst"


@dataclass(frozen=True, slots=True)
class Task:
    """Write an expression, or its entry at ``at``, under ``depth`` bound indices."""

    expr: Expr
    at: At
    depth: int
    anchored: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class FormTask:
    """The same for a form."""

    form: Form
    at: At
    depth: int
    anchored: bool = False


_Key = tuple[int, tuple[tuple[bool, str], ...], str]
AnyTask = Task | FormTask
Steps = Generator[AnyTask, Piece, Piece]
PartSteps = Generator[AnyTask, Piece, Parts]
ListSteps = Generator[AnyTask, Piece, tuple[tuple[Piece, ...], tuple[Piece, ...]]]


class Context:
    """The dialect, the notation, the names in use and the index letters of one printing."""

    def __init__(
        self,
        dialect: Dialect,
        notation: Notation,
        root: Expr,
        names: Mapping[Expr, str],
        taken: Set[str],
    ) -> None:
        self.dialect = dialect
        self.notation = notation
        self.names = names
        self.order = Order((root,), names)
        self._taken = taken
        self.free = self._letters(_FREE, len(root.shape) if notation == "index" else 0)
        self._bound = [c for c in _BOUND if c not in taken and c not in self.free]

    def _letters(self, pool: str, count: int) -> tuple[str, ...]:
        found = [c for c in pool if c not in self._taken]
        while len(found) < count:
            found.append(_fresh({*self._taken, *found}))
        return tuple(found[:count])

    def bound(self, depth: int, count: int) -> tuple[str, ...]:
        """Return ``count`` index names that are not in scope under ``depth`` bound ones."""
        while len(self._bound) < depth + count:
            self._bound.append(_fresh({*self._taken, *self._bound, *self.free}))
        return tuple(self._bound[depth : depth + count])

    def scalar_at(self, shape: tuple[object, ...], at: At) -> At:
        """Return None for scalars in matrix notation, where an entry at () is the whole."""
        return None if not shape and self.notation == "matrix" else at


def _fresh(taken: set[str]) -> str:
    k = 1
    while f"i{k}" in taken:
        k += 1
    return f"i{k}"


def spread(args: Sequence[Expr]) -> tuple[Expr, ...]:
    """Return arguments of one shape, repeated scalars as scalars unless all of them are."""
    scalars = [broadcast_scalar(a) for a in args]
    if all(s is not None for s in scalars):
        return tuple(args)
    return tuple(a if s is None else s for a, s in zip(args, scalars, strict=True))


def powers(ctx: Context, factors: Sequence[tuple[AnyTask, Fraction]], rank: int) -> ListSteps:
    """Return factor^exponent in two lists, above and below the bar, each in the order to write.

    Numbers first, then letters (entries by their indices), functions, sums in brackets, products,
    big sums.
    """
    above: list[tuple[_Key, Piece]] = []
    below: list[tuple[_Key, Piece]] = []
    for task, p in _under_one_root(factors):
        if isinstance(task, FormTask) and isinstance(task.form, Ones) and task.at is not None:
            ones = zip(task.at, task.form.shape, strict=True)
            shown = [ctx.dialect.one(index, size) for index, size in ones]
            above += [((_FUNCTION, (), one.text), one) for one in shown if one is not None]
            continue
        if isinstance(task, FormTask) and isinstance(task.form, Norm):
            inner = yield FormTask(_unsigned(ctx, task.form.of), None, task.depth)
            kind = "F" if rank_of(task.form.of) == 2 else "2"
            piece = ctx.dialect.norm(inner, kind, abs(p))
        else:
            piece = ctx.dialect.power((yield task), abs(p), rank)
        # Entries follow their indices, free ones first: A[k,i] x[i], but y[i] X[i,k].
        path = tuple((name not in ctx.free, name) for name in task.at or ())
        key = (_group(ctx, task, piece), path, piece.text)
        (above if p > 0 else below).append((key, piece))
    return _sorted(above), _sorted(below)


def _under_one_root(
    factors: Sequence[tuple[AnyTask, Fraction]],
) -> list[tuple[AnyTask, Fraction]]:
    """Return the factors with roots of positive numbers made one root: sqrt(2 pi)."""
    found: list[tuple[AnyTask, Fraction]] = []
    roots: dict[Fraction, list[Task]] = {}
    for task, p in factors:
        e = _whole(task)
        if p.denominator == 1 or e is None or e.shape or not _is_positive_number(e):
            found.append((task, p))
        else:
            roots.setdefault(p, []).append(Task(e, None, task.depth))
    for p, tasks in roots.items():
        whole = build.multiply(*(t.expr for t in tasks))
        found.append((Task(whole, None, tasks[0].depth), p))
    return found


def _is_positive_number(e: Expr) -> bool:
    """Return whether e is a number above 0, by its digits or by name (pi)."""
    if isinstance(e, Const):
        return e.value > 0
    lowest = enclosure(e).lo if isinstance(e, Apply) and not e.args else None
    return lowest is not None and lowest > 0


def _whole(task: AnyTask) -> Expr | None:
    """Return the expression that a task writes whole, None if there is none."""
    if isinstance(task, Task):
        return task.expr
    return task.form.expr if isinstance(task.form, Leaf) else None


def _sorted(rows: Sequence[tuple[_Key, Piece]]) -> tuple[Piece, ...]:
    """Return the pieces in order; a bracket stands before functions, (1 - y) log(1 - p), unless
    it speaks of one of them, s(x) (1 - s(x)).
    """

    def key(row: tuple[_Key, Piece]) -> _Key:
        piece = row[1]
        if row[0][0] == _BRACKET and any(
            other.text in piece.text for (g, _, _), other in rows if g == _FUNCTION
        ):
            return (_FUNCTION + 1, row[0][1], row[0][2])
        return row[0]

    return tuple(piece for _, piece in sorted(rows, key=key))


def _unsigned(ctx: Context, form: Form) -> Form:
    """Return the form under a norm with the sign that reads best."""
    if isinstance(form, Leaf) and isinstance(form.expr, Add):
        return Leaf(ctx.order.unsigned(form.expr))
    return form


def _is_differential(name: str) -> bool:
    return len(name) > 1 and name[0] == "d"


def _group(ctx: Context, task: AnyTask, piece: Piece) -> int:
    e = _whole(task)
    if isinstance(e, Const):
        return 0
    if e is not None and e in ctx.names:
        return _DIFFERENTIAL if _is_differential(ctx.names[e]) else _NAMED
    if isinstance(e, Symbol) and not e.shape and e.name in GREEK:
        return _PARAMETER  # λx² rather than x²λ
    if isinstance(e, Symbol) or (isinstance(task, FormTask) and isinstance(task.form, Size)):
        return _LETTER
    if isinstance(e, Add):
        return _BRACKET
    if piece.level >= POSTFIX:
        return _FUNCTION
    return _BIG if piece.level == BIG else _PRODUCT
