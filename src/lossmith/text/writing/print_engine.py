"""Writes an expression in a dialect, in matrix or in index notation, and runs the tasks of it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence, Set
from fractions import Fraction
from math import gcd, lcm
from typing import Final, assert_never

from lossmith.expr import build
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Delta,
    Expr,
    Select,
    Symbol,
)
from lossmith.expr.ranges import enclosure
from lossmith.text.functions.cards import card
from lossmith.text.writing.layout import layout, layout_product
from lossmith.text.writing.layout_forms import Kronecker, Scaled, Transpose
from lossmith.text.writing.print_dialect import Dialect, FlatDialect, Parts, Piece
from lossmith.text.writing.print_forms import form_parts, form_steps, indexed_parts, unit
from lossmith.text.writing.print_order import broadcast_scalar
from lossmith.text.writing.print_tasks import (
    ONE,
    AnyTask,
    At,
    Context,
    FormTask,
    Notation,
    Steps,
    Task,
    spread,
)

TermSteps = Generator[AnyTask, Piece, tuple[bool, Parts]]

BY_ROWS: Final = frozenset({"norm2", "norminf"})
"""Functions of a vector whose names speak of all entries when given a matrix."""

EXTREMES: Final = frozenset({"maxentry", "minentry"})
"""The same, but for what their text names say."""

ALONG: Final = EXTREMES | BY_ROWS | {"prod", "logsumexp", "softmax", "cumsum"}
"""Functions of a vector that NumPy and SciPy take along an axis."""

JOINED: Final = frozenset({"max", "min"})
"""Functions of two arguments that are written with all of a nest of them."""


def _entropy(x: Expr) -> Expr:
    return build.multiply(x, build.entrywise(card("log"), x))


def _relative_entropy(x: Expr, y: Expr) -> Expr:
    return build.multiply(x, build.entrywise(card("log"), build.divide(x, y)))


WRITTEN: Final[dict[str, Callable[..., Expr]]] = {
    "xlogx": _entropy,
    "rel_entr": _relative_entropy,
}
"""Functions that people write as products; only their value at 0 is agreed, not computed."""

_FLIPPED: Final = {">": "<", ">=": "<=", "==": "==", "!=": "!="}


def write(
    root: Expr, dialect: Dialect, notation: Notation, names: Mapping[Expr, str], taken: Set[str]
) -> str:
    """Return root as text: whole in matrix notation, its free entry in index notation.

    taken: names and sizes that no index may bear.
    """
    ctx = Context(dialect, notation, root, names, taken)
    at = ctx.free if notation == "index" else None
    return _run(ctx, Task(root, at, 0)).text


def _run(ctx: Context, root: Task) -> Piece:
    """Run the task and all that it asks for, on a stack of its own."""
    done: dict[Task, Piece] = {}
    stack: list[tuple[AnyTask, Steps]] = [(root, _steps(ctx, root))]
    piece: Piece | None = None
    while stack:
        task, steps = stack[-1]
        try:
            want = next(steps) if piece is None else steps.send(piece)
        except StopIteration as stop:
            piece = stop.value
            stack.pop()
            # Only shared parts are kept: the strings of a deep formula are long.
            if isinstance(task, Task) and piece and ctx.order.uses.get(task.expr, 0) > 1:
                done[task] = piece
            continue
        piece = done.get(want) if isinstance(want, Task) else None
        if piece is None:
            stack.append((want, _steps(ctx, want)))
    assert piece is not None
    return piece


def _steps(ctx: Context, task: AnyTask) -> Steps:
    if isinstance(task, FormTask):
        return form_steps(ctx, task.form, task.at, task.depth, anchored=task.anchored)
    at = ctx.scalar_at(task.expr.shape, task.at)
    return _expr(ctx, task.expr, at, task.depth, anchored=task.anchored)


def _expr(ctx: Context, e: Expr, at: At, depth: int, *, anchored: bool) -> Steps:
    d = ctx.dialect
    if e in ctx.names:
        return d.entry(d.name(ctx.names[e]), at or ())
    if ctx.names and isinstance(e, Add):
        name = ctx.names.get(build.negate(e))
        if name is not None:
            return d.negative(d.entry(d.name(name), at or ()))
    if at is None and len(e.shape) > 2 and _needs_indices(ctx, e):
        names = ctx.bound(depth, len(e.shape))
        return d.tensor((yield Task(e, names, depth + len(names))), names)
    match e:
        case Const():
            number = d.number(abs(e.value))
            if e.value == 0 and d.has_kronecker:
                return number  # the zero of any shape
            number = d.negative(number) if e.value < 0 else number
            return d.filled_with(number, e.shape) if e.shape and at is None else number
        case Symbol():
            return d.entry(d.name(e.name), at or ())
        case Delta():
            size = next(iter(e.shape))
            return unit(d, at, size) if at else d.identity(size, anchored=anchored)
        case Add():
            return (yield from _sum(ctx, e, at, depth))
        case Contract():
            negative, parts = yield from _term(ctx, ONE, e, at, depth)
            piece = d.product(parts)
            return d.negative(piece) if negative else piece
        case Apply():
            return (yield from _apply(ctx, e, at, depth))
        case Select():
            return (yield from _select(ctx, e, at, depth))
        case _:
            assert_never(e)


def _needs_indices(ctx: Context, e: Expr) -> bool:
    """Return whether a tensor of more than two axes is no sum of Kronecker products."""
    if not isinstance(e, (Add, Contract)) or isinstance(ctx.dialect, FlatDialect):
        return False
    if not ctx.dialect.has_kronecker:
        return True
    terms = [t for _, t in e.terms] if isinstance(e, Add) else [e]
    for t in terms:
        form = layout(t, ctx.names)
        body = form.body if isinstance(form, Scaled) else form
        if not isinstance(body, Kronecker) and t not in ctx.names:
            return True
    return False


def _apply(ctx: Context, e: Apply, at: At, depth: int) -> Steps:
    if ctx.dialect.writes_out and e.atom.name in WRITTEN and _may_be_positive(e.args):
        return (yield Task(WRITTEN[e.atom.name](*e.args), at, depth))
    if isinstance(ctx.dialect, FlatDialect):
        if e.atom.name in ALONG and len(e.args[0].shape) == 2:
            return (yield from _along(ctx, ctx.dialect, e, depth))
    elif e.atom.name in JOINED and (at is not None or not e.shape or ctx.dialect.writes_out):
        return (yield from _joined(ctx, e, at, depth))
    entrywise = e.atom.signature.is_entrywise
    if ctx.dialect.writes_out and e.atom.name in EXTREMES:
        inner = e.args[0]
        if isinstance(inner, Apply) and inner.atom is e.atom and inner not in ctx.names:
            # The largest entry of a matrix is the largest of its rows' largest.
            return ctx.dialect.call(e.atom, ((yield Task(inner.args[0], None, depth)),), ())
        if len(inner.shape) == 2:
            return (yield from _by_rows(ctx, e, at, depth))
    if e.atom.name in BY_ROWS and len(e.args[0].shape) == 2:
        return (yield from _by_rows(ctx, e, at, depth))
    if ctx.notation == "index" and at is not None and _reads_vectors(e):
        return (yield from _of_entries(ctx, e, at, depth))
    if at and not ctx.dialect.maps_entries and not all(_is_plain(a) for a in e.args):
        return ctx.dialect.entry((yield Task(e, None, depth)), at)
    inner = at if entrywise else None
    args = spread(e.args) if entrywise and at is None and e.shape else e.args
    pieces: list[Piece] = []
    for a in args:
        if isinstance(a, Const) and a.shape and a.value == 0 and not entrywise:
            # A lone 0 would be taken for a number.
            pieces.append(ctx.dialect.filled_with(ctx.dialect.number(a.value), a.shape))
            continue
        pieces.append((yield Task(a, inner, depth)))
    piece = ctx.dialect.call(e.atom, pieces, e.shape)
    return piece if entrywise or not at else ctx.dialect.entry(piece, at)


def _may_be_positive(args: Sequence[Expr]) -> bool:
    """Return whether the logarithm of each can have a value; 0 log 0 is not written out."""
    return all((hi := enclosure(a).hi) is None or hi > 0 for a in args)


def _joined(ctx: Context, e: Apply, at: At, depth: int) -> Steps:
    """Write max(max(x, 2x), 3) as max(x, 2x, 3), which is read from left to right."""
    flat: list[Expr] = []
    rest: Expr = e
    while isinstance(rest, Apply) and rest.atom is e.atom and rest not in ctx.names:
        a, b = rest.args
        inner, other = (b, a) if isinstance(b, Apply) and b.atom is e.atom else (a, b)
        flat.insert(0, other)
        rest = inner
    flat.insert(0, rest)
    args = spread(flat) if at is None and e.shape else flat
    pieces: list[Piece] = []
    for a in args:
        pieces.append((yield Task(a, at, depth)))
    return ctx.dialect.function(e.atom.name, pieces)


def _by_rows(ctx: Context, e: Apply, at: At, depth: int) -> Steps:
    """Write a function of each row of a matrix where its name would mean the whole matrix."""
    d = ctx.dialect
    row = at[:1] if at else ctx.bound(depth, 1)
    deeper = depth if at else depth + 1
    inside = yield Task(e.args[0], None, deeper)
    piece = d.call(e.atom, [d.row(inside, row[0])], ())
    return piece if at else d.tensor(piece, row)


def _reads_vectors(e: Apply) -> bool:
    """Return whether e takes vectors, of which only a formula for the entries is at hand."""
    if len(e.args) != 1 or [len(core) for core in e.atom.signature.inputs] != [1]:
        return False
    # Norms of rows have a way of their own.
    return e.atom.name not in BY_ROWS and not isinstance(e.args[0], (Symbol, Const))


def _of_entries(ctx: Context, e: Apply, at: Sequence[str], depth: int) -> Steps:
    """Write softmax([xᵢ − mⱼ]ⱼ)ₖ by entries or softmax(XW)ᵢₖ by matrices, whichever is shorter."""
    d, (inner,) = ctx.dialect, e.args
    batch = len(inner.shape) - 1
    own = ctx.bound(depth, 1)
    entry = yield Task(inner, (*at[:batch], *own), depth + 1)
    by_entries = d.entry(d.call(e.atom, [d.tensor(entry, own)], ()), at[batch:])
    whole = d.call(e.atom, [(yield Task(inner, None, depth))], e.shape)
    by_matrices = d.entry(whole, at)
    shorter = d.width(by_entries.text) < d.width(by_matrices.text)
    return by_entries if shorter else by_matrices


def _along(ctx: Context, d: FlatDialect, e: Apply, depth: int) -> Steps:
    """Write a function of each row or column of a matrix with its axis."""
    form = layout(e.args[0], ctx.names)
    if isinstance(form, Transpose) and not e.atom.signature.output:
        return d.along(e.atom.name, (yield FormTask(form.of, None, depth)), 0)
    return d.along(e.atom.name, (yield Task(e.args[0], None, depth)), 1)


def _is_plain(e: Expr) -> bool:
    return len(e.shape) < 2 or isinstance(e, (Symbol, Const))


def _select(ctx: Context, e: Select, at: At, depth: int) -> Steps:
    values = (*(v for _, v in e.cases), e.otherwise)
    guards = [guard for guard, _ in e.cases]
    if ctx.dialect.writes_out and len(guards) == 1:
        guards, values = _merged(e, guards, values)
    if at is None and e.shape:
        # One side of one condition with a size of its own is enough for the rest.
        sized = [c.expr for guard in guards for c in guard if not broadcast_scalar(c.expr)]
        values = spread((*values, *sized[:1]))[: len(values)]
    if ctx.dialect.has_indicator and _is_zero_one(values) and len(guards[0]) == 1:
        # 0 where x > 0, else 1, is the indicator of x <= 0.
        guards, values = [(_complement(guards[0][0]),)], values[::-1]
    cases: list[tuple[list[Piece], Piece]] = []
    for guard, value in zip(guards, values, strict=False):
        conditions: list[Piece] = []
        for c in _between(guard) if ctx.dialect.writes_out else guard:
            conditions.append((yield from _comparison(ctx, c, at, depth)))
        cases.append((conditions, (yield Task(value, at, depth))))
    return ctx.dialect.cases(cases, (yield Task(values[-1], at, depth)))


Guard = tuple[Comparison, ...]


def _merged(
    e: Select, guards: list[Guard], values: tuple[Expr, ...]
) -> tuple[list[Guard], tuple[Expr, ...]]:
    """Return a choice whose value is one more choice as a choice by both conditions."""
    value, otherwise = e.cases[0][1], e.otherwise
    if not isinstance(value, Select) or len(value.cases) != 1 or value.otherwise is not otherwise:
        return guards, values
    return [(*guards[0], *value.cases[0][0])], (value.cases[0][1], otherwise)


def _between(guard: Guard) -> Guard:
    """Return 1 - u > 0 and 1 + u > 0 as 1 - |u| > 0."""
    if len(guard) != 2 or guard[0].relation != guard[1].relation:
        return guard
    first, second = guard
    if first.relation not in (">", ">="):
        return guard
    half = Fraction(1, 2)
    middle = build.add((half, first.expr), (half, second.expr))
    if not isinstance(middle, Const) or middle.value <= 0:
        return guard
    u = build.add((half, first.expr), (-half, second.expr))
    if isinstance(u, Add) and any(isinstance(t, Const) for _, t in u.terms):
        return guard  # 0 < x and x < 1
    size = build.entrywise(card("abs"), build.negate(u) if _leads_minus(u) else u)
    return (Comparison(build.subtract(middle, size), first.relation),)


def _leads_minus(e: Expr) -> bool:
    """Return whether what is no plain symbol stands with a minus: y - Xw rather than Xw - y."""
    if not isinstance(e, Add):
        return False
    return any(c < 0 and not isinstance(t, Symbol) for c, t in e.terms)


def _is_zero_one(values: Sequence[Expr]) -> bool:
    return [v.value if isinstance(v, Const) else None for v in values] == [0, 1]


def _complement(c: Comparison) -> Comparison:
    """Return the comparison that holds where c does not."""
    if c.relation in ("==", "!="):
        return Comparison(c.expr, "!=" if c.relation == "==" else "==")
    return Comparison(build.negate(c.expr), ">=" if c.relation == ">" else ">")


def _comparison(ctx: Context, c: Comparison, at: At, depth: int) -> Steps:
    """Write ``left - right > 0`` as left > right, a lone number on the right."""
    shape = c.expr.shape
    terms = c.expr.terms if isinstance(c.expr, Add) else ((ONE, c.expr),)
    left = build.add(*((q, t) for q, t in terms if q > 0), shape=shape)
    right = build.add(*((-q, t) for q, t in terms if q < 0), shape=shape)
    relation = c.relation
    if isinstance(left, Const):
        left, right, relation = right, left, _FLIPPED[relation]
    pair = spread((left, right)) if at is None and shape else (left, right)
    one = yield Task(pair[0], at, depth)
    other = yield Task(pair[1], at, depth)
    return ctx.dialect.relation(one, relation, other)


def _sum(ctx: Context, e: Add, at: At, depth: int) -> Steps:
    """Write a sum; a common number is pulled out where that is shorter."""
    d = ctx.dialect
    terms = tuple(t for _, t in e.terms)
    repeats = len(e.shape) == 1 or d.repeats_scalars
    shown = spread(terms) if at is None and e.shape and repeats else terms
    # Where an identity is written without its size, ones beside it need none either.
    silent = d.has_kronecker and any(isinstance(t, Delta) for t in shown)
    sized = [_has_size(t) for t in shown]
    anchored = silent or any(sized)
    cores: list[tuple[bool, Parts]] = []
    for (c, _), t in zip(e.terms, shown, strict=True):
        cores.append((yield from _term(ctx, c, t, at, depth, anchored=anchored)))
    pieces = [d.product(parts) for _, parts in cores]
    rows = [(minus, t, p.text) for (minus, _), t, p in zip(cores, shown, pieces, strict=True)]
    order = ctx.order.arrange(rows)
    plain = d.plus([(cores[k][0], pieces[k]) for k in order])
    common = _content([parts.coefficient for _, parts in cores])
    if common == 1 or len(cores) == 1:
        return plain
    inner = d.plus([(cores[k][0], d.product(cores[k][1].scaled(1 / common))) for k in order])
    whole = at is None and bool(e.shape)
    parts = Parts(common, body_over=(inner,)) if whole else Parts(common, over=(inner,))
    factored = d.product(parts)
    # 2(X - A), but 6x - 8.
    arrays = all(isinstance(t, Symbol) for t in terms) and bool(e.shape)
    room = d.width(plain.text) + (2 if arrays and common.denominator == 1 else 0)
    return factored if d.width(factored.text) < room else plain


def _has_size(t: Expr) -> bool:
    """Return whether a tensor term tells its size: more than a unit matrix or ones, scaled."""
    if not t.shape or isinstance(t, (Const, Delta)):
        return False
    if isinstance(t, Contract):
        told = {k for f, ls, _ in t.factors if not isinstance(f, (Const, Delta)) for k in ls}
        return told >= set(range(t.rank))
    return True


def _term(
    ctx: Context, c: Fraction, t: Expr, at: At, depth: int, *, anchored: bool = False
) -> TermSteps:
    """Return (whether negative, parts) of c*t."""
    at = ctx.scalar_at(t.shape, at)
    whole = at is None and bool(t.shape)
    if t not in ctx.names:
        if isinstance(t, Const) and not whole:
            c *= t.value
            return c < 0, Parts(abs(c))
        if isinstance(t, Contract):
            c, factors = ctx.order.oriented(c, t.factors)
            if ctx.notation == "index" and at is not None:
                parts = yield from indexed_parts(ctx, factors, at, depth)
            else:
                form = layout_product(factors, t.shape, ctx.names)
                parts = yield from form_parts(ctx, form, at, depth, anchored=anchored)
            return c < 0, parts.scaled(abs(c))
    piece = yield Task(t, at, depth, anchored)
    parts = Parts(abs(c), body_over=(piece,)) if whole else Parts(abs(c), over=(piece,))
    return c < 0, parts


def _content(numbers: Sequence[Fraction]) -> Fraction:
    """Return the greatest c such that all numbers are whole multiples of c."""
    return Fraction(gcd(*(q.numerator for q in numbers)), lcm(*(q.denominator for q in numbers)))
