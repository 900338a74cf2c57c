"""What a formula means at a point: its value as balls that hold the truth.

The oracle of the house. Each card is evaluated by its own ball function or by its definition;
rational arithmetic stays exact, so ties and kinks are decided where the numbers are rational.
Nothing is rounded to a float, nothing recurses on the depth of the formula.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import product
from math import prod
from typing import Any, assert_never

from flint import ctx

from lossmith.atoms.network import Indexed, contracted
from lossmith.atoms.number import (
    NAN,
    Entry,
    as_ball,
    entry,
    holds,
    hull,
    is_exact,
    is_nan,
    outside,
    power,
    rational,
    settled,
)
from lossmith.errors import DomainError, ShapeError, UsageError
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol, children
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE
from lossmith.expr.types import Shape, shape_text
from lossmith.words import Words

Sizes = Mapping[str, int]
Nested = Any  # an entry, or a list of nested entries


def evaluate(
    root: Expr, values: Mapping[Symbol, Nested], sizes: Sizes | None = None, bits: int = 128
) -> Nested:
    """Return the value of root as nested lists of balls (a scalar: one ``arb``).

    values: Fraction, int, float (taken exactly), fmpq or arb, in nested lists of the symbol's
    shape; they must meet what is declared of the symbol.  sizes: of letters that no value fixes.
    bits: working precision.  Every ball holds the true value; nan where the formula is undefined,
    or where the balls are too wide to tell.
    Raises: UsageError for a symbol or size without a value; ShapeError for a value that does not
    fit. Cost: the entries of all sub-expressions, times the terms of each sum.
    """
    value = evaluate_exactly(root, values, sizes, bits)
    with precision(bits):
        return _map(value, as_ball)


def evaluate_exactly(
    root: Expr, values: Mapping[Symbol, Nested], sizes: Sizes | None = None, bits: int = 128
) -> Nested:
    """Return as ``evaluate``, but rational entries that are known exactly as ``fmpq``."""
    with precision(bits):
        known = {s: _given(s, v) for s, v in values.items()}
        found = dict(sizes or {})
        for s, (shape, _) in known.items():
            _note_sizes(s, shape, found)
        tensors: dict[Expr, list[Entry]] = {s: data for s, (_, data) in known.items()}
        flat = _evaluate(root, tensors, found)
        return _nested(flat, _extent(root.shape, found))


class Values:
    """The values of many formulas at one point: what they share is computed once.

    values, sizes, bits: as in ``evaluate``.  Cost: the values of all parts are kept.
    """

    def __init__(self, values: Mapping[Symbol, Nested], sizes: Sizes, bits: int) -> None:
        self.sizes = dict(sizes)
        self.bits = bits
        self.known: dict[Expr, list[Entry]] = {}
        with precision(bits):
            for s, value in values.items():
                shape, self.known[s] = _given(s, value)
                _note_sizes(s, shape, self.sizes)

    def of(self, root: Expr) -> list[Any]:
        """Return the entries of a formula as balls.  Raises: as ``evaluate``."""
        with precision(self.bits):
            return [as_ball(x) for x in _evaluate(root, self.known, self.sizes)]


@contextmanager
def precision(bits: int) -> Generator[None]:
    """Work with this many bits inside, and restore what was set before."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def _evaluate(root: Expr, known: dict[Expr, list[Entry]], sizes: Sizes) -> list[Entry]:
    """Fill ``known`` with the flat entries of what root needs, innermost first."""
    unfolded: dict[Expr, Expr | None] = {}
    stack = [root]
    while stack:
        e = stack[-1]
        if e in known:
            stack.pop()
            continue
        if isinstance(e, Apply) and e.atom.ball is None and e not in unfolded:
            unfolded[e] = _unfold(e)
        # An atom without a ball function is its definition; nan where that cannot be written.
        definition = unfolded.get(e)
        needed = _looked_at(e, definition) if e in unfolded else children(e)
        missing = [c for c in needed if c not in known]
        if missing:
            stack.extend(missing)
        elif e in unfolded:
            assert isinstance(e, Apply)
            count = prod(_extent(e.shape, sizes))
            value = known[definition] if definition is not None else [NAN] * count
            known[e] = _in_domain(e, value, known)
            stack.pop()
        else:
            known[e] = _value(e, known, sizes)
            stack.pop()
    return known[root]


def _looked_at(e: Expr, definition: Expr | None) -> tuple[Expr, ...]:
    """Return what the value of an unfolded card needs: its arguments only if it has a domain."""
    args = e.args if isinstance(e, Apply) and e.atom.domain else ()
    return args if definition is None else (*args, definition)


def _unfold(e: Apply) -> Expr | None:
    assert e.atom.meaning is not None, e.atom
    try:
        return e.atom.meaning(*e.args)
    except DomainError:
        return None


def _value(e: Expr, known: Mapping[Expr, list[Entry]], sizes: Sizes) -> list[Entry]:
    extent = _extent(e.shape, sizes)
    match e:
        case Const():
            return [rational(e.value)] * prod(extent)
        case Symbol():
            raise UsageError(
                Words(f"{e.name} has no value", f"{e.name} 没有给出值"),
                attempt=Words(f"give a value for {e.name}", f"请给出 {e.name} 的值"),
            )
        case Delta():
            n = extent[0]
            return [rational(int(i == j)) for i in range(n) for j in range(n)]
        case Add():
            scaled = [(rational(c), known[t]) for c, t in e.terms]
            return [
                settled(sum((c * data[k] for c, data in scaled), rational(0)))
                for k in range(prod(extent))
            ]
        case Contract():
            if any(len(set(ls)) < len(ls) and any(map(is_nan, known[f])) for f, ls, _ in e.factors):
                # A diagonal reads some entries alone; a matrix without a value has no diagonal.
                return [NAN] * prod(extent)
            factors = [
                Indexed(labels, _extent(f.shape, sizes), _powers(f, known[f], p))
                for f, labels, p in e.factors
            ]
            return contracted(factors, tuple(range(e.rank)))
        case Apply():
            return _in_domain(e, _apply(e, [known[a] for a in e.args], sizes), known)
        case Select():
            return [_selected(e, known, k) for k in range(prod(extent))]
        case _:
            assert_never(e)


def _powers(e: Expr, data: list[Entry], p: Any) -> list[Entry]:
    if p == 1:
        return data
    nonnegative = p.denominator % 2 == 0 and enclosure(e).within(NONNEGATIVE)
    return [power(x, p, nonnegative=nonnegative) for x in data]


def _selected(e: Select, known: Mapping[Expr, list[Entry]], k: int) -> Entry:
    """Return entry k of a choice; the hull of all that may be meant if it cannot be decided."""
    candidates: list[Entry] = []
    for guard, value in e.cases:
        if any(is_nan(known[c.expr][k]) for c in guard):
            return NAN
        truth = [holds(known[c.expr][k], c.relation) for c in guard]
        if False in truth:
            continue
        candidates.append(known[value][k])
        if None not in truth:
            break
    else:
        candidates.append(known[e.otherwise][k])
    result = candidates[0]
    for x in candidates[1:]:
        result = hull(result, x)
    return settled(result)


def _in_domain(e: Apply, data: list[Entry], known: Mapping[Expr, list[Entry]]) -> list[Entry]:
    """Return the entries of an entrywise card, nan where an argument is certainly not admitted."""
    for domain, arg in zip(e.atom.domain, e.args, strict=False):
        if domain.lo is not None or domain.hi is not None:
            data = [NAN if outside(x, domain) else y for x, y in zip(known[arg], data, strict=True)]
    return data


def _apply(e: Apply, args: Sequence[list[Entry]], sizes: Sizes) -> list[Entry]:
    """Return the ball function of a card over the batch."""
    signature = e.atom.signature
    if signature.is_entrywise:
        return [_ball(e, list(xs)) for xs in zip(*args, strict=True)] if args else [_ball(e, [])]
    cores = [
        _extent(a.shape[len(a.shape) - len(core) :], sizes)
        for a, core in zip(e.args, signature.inputs, strict=True)
    ]
    steps = [prod(core) for core in cores]
    batch = len(args[0]) // steps[0]
    result: list[Entry] = []
    for b in range(batch):
        parts = [data[b * n : (b + 1) * n] for data, n in zip(args, steps, strict=True)]
        count = prod(_extent(e.shape[len(e.shape) - len(signature.output) :], sizes))
        if any(is_nan(x) for part in parts for x in part):
            result += [NAN] * count
            continue
        value = _ball(e, [_nested(p, c) for p, c in zip(parts, cores, strict=True)])
        flat = _flat(value)
        result += [settled(x) for x in flat] if len(flat) == count else [NAN] * count
    return result


def _ball(e: Apply, args: list[Nested]) -> Nested:
    assert e.atom.ball is not None
    if e.atom.rational:
        if all(is_exact(x) for a in args for x in _flat(a)):
            try:
                value = e.atom.ball(*args)
                return value if isinstance(value, list) else settled(value)
            except ZeroDivisionError:
                return NAN
    balls = [_map(a, as_ball) for a in args]
    if any(is_nan(x) for a in balls for x in _flat(a)):
        return NAN
    value = e.atom.ball(*balls)
    return value if isinstance(value, list) else settled(value)


# -- shapes and nested lists -----------------------------------------------------------------------


def _extent(shape: Shape, sizes: Sizes) -> tuple[int, ...]:
    """Return a shape in numbers."""
    for d in shape:
        if isinstance(d, str) and d not in sizes:
            raise UsageError(
                Words(f"the size {d} is not known", f"大小 {d} 未知"),
                attempt=Words(f"give a number for {d}", f"请给出 {d} 的数值"),
            )
    return tuple(sizes[d] if isinstance(d, str) else d for d in shape)


def _given(s: Symbol, value: Nested) -> tuple[tuple[int, ...], list[Entry]]:
    """Return the extent and the flat entries of a given value."""
    extent: list[int] = []
    level = [value]
    for _ in s.shape:
        if not all(isinstance(v, list | tuple) for v in level) or len({len(v) for v in level}) > 1:
            raise _misfit(s)
        extent.append(len(level[0]))
        level = [x for v in level for x in v]
    if any(isinstance(v, list | tuple) for v in level):
        raise _misfit(s)
    return tuple(extent), [entry(x) for x in level]


def _note_sizes(s: Symbol, extent: tuple[int, ...], sizes: dict[str, int]) -> None:
    for d, n in zip(s.shape, extent, strict=True):
        wanted = sizes.setdefault(d, n) if isinstance(d, str) else d
        if wanted != n or n < 1:
            raise _misfit(s)


def _misfit(s: Symbol) -> ShapeError:
    shape = shape_text(s.shape)
    return ShapeError(
        Words(
            f"the value of {s.name} does not have the shape {shape}",
            f"{s.name} 的值不具有形状 {shape}",
        )
    )


def _nested(flat: Sequence[Entry], extent: Sequence[int]) -> Nested:
    """Return flat entries as nested lists."""
    level: list[Nested] = list(flat)
    for n in reversed(extent):
        level = [level[k : k + n] for k in range(0, len(level), n)]
    return level[0]


def _flat(value: Nested) -> list[Entry]:
    level = [value]
    while level and isinstance(level[0], list):
        level = [x for part in level for x in part]
    return level


def _map(value: Nested, change: Any) -> Nested:
    if not isinstance(value, list):
        return change(value)
    return [_map(x, change) for x in value]  # as deep as the rank, which is small


def entries(value: Nested) -> list[Entry]:
    """Return the entries of nested lists, row by row."""
    return _flat(value)


def indices(extent: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield all index tuples of an extent, row by row."""
    return product(*(range(n) for n in extent))
