"""A formula with numbers for its data: one scalar expression in scalar variables.

Every entry of every tensor becomes an expression of its own, so what works for scalars works for a
small data set: sum(abs(x - a)) with a = (1, 2, 4) is |x - 1| + |x - 2| + |x - 4|.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from lossmith.errors import UsageError
from lossmith.expr.build import add, apply, const, multiply, power, select, symbol
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
    children,
)
from lossmith.expr.types import Shape
from lossmith.words import Words

LIMIT = 4000
"""Most entries or products that one tensor may be written out as."""

Entries = list[Expr]
Nested = Any  # a number, or a list of nested numbers


def with_numbers(
    e: Expr, wrt: Sequence[Symbol], values: Mapping[Symbol, Nested], sizes: Mapping[str, int]
) -> tuple[Expr, dict[Symbol, tuple[Symbol, ...]]]:
    """Return (the scalar e with numbers put in, the scalar letters of each variable).

    values: exact numbers in nested lists.  sizes: of letters that no value fixes.
    Raises: UsageError if a size or a value is missing, or the result is too large.
    """
    known = dict(sizes)
    for s, v in values.items():
        level = v
        for d in s.shape:
            if isinstance(d, str):
                known[d] = len(level)
            level = level[0]
    letters = {x: _letters(x, known) for x in wrt}
    made: dict[Expr, Entries] = {x: list(found) for x, found in letters.items()}
    made |= {s: [const(q) for q in flat(v)] for s, v in values.items()}
    stack = [e]
    meanings: dict[Expr, Expr] = {}
    while stack:
        s = stack[-1]
        if s in made:
            stack.pop()
            continue
        if _is_defined_by_others(s) and s not in meanings:
            assert isinstance(s, Apply)
            assert s.atom.meaning is not None
            meanings[s] = s.atom.meaning(*s.args)
        needed = (meanings[s],) if s in meanings else children(s)
        missing = [c for c in needed if c not in made]
        if missing:
            stack += missing
            continue
        made[s] = made[meanings[s]] if s in meanings else _entries(s, made, known)
        stack.pop()
    return made[e][0], letters


def listed(v: Any) -> Nested:
    """Return an array as nested lists; lists and numbers as they are."""
    return v.tolist() if hasattr(v, "tolist") else v


def flat(v: Nested) -> list[Fraction]:
    """Return nested numbers as exact ones; a decimal means what it says (0.1 is 1/10)."""
    level = [v]
    while level and hasattr(level[0], "__len__"):
        level = [q for part in level for q in part]
    return [q if isinstance(q, Fraction) else Fraction(repr(float(q))) for q in level]


def _letters(x: Symbol, sizes: Mapping[str, int]) -> tuple[Symbol, ...]:
    if not x.shape:
        return (x,)
    places = product(*(range(1, n + 1) for n in _extent(x.shape, sizes)))
    return tuple(symbol(x.name + "_".join(map(str, k)), (), x.assumptions) for k in places)


def _is_defined_by_others(s: Expr) -> bool:
    return isinstance(s, Apply) and not s.atom.signature.is_entrywise and s.atom.meaning is not None


def _extent(shape: Shape, sizes: Mapping[str, int]) -> tuple[int, ...]:
    for d in shape:
        if isinstance(d, str) and d not in sizes:
            raise UsageError(
                Words(f"the size {d} is not known", f"大小 {d} 未知"),
                attempt=Words(f"give a number for {d}", f"请给出 {d} 的数值"),
            )
    return tuple(sizes[d] if isinstance(d, str) else d for d in shape)


def _entries(s: Expr, made: Mapping[Expr, Entries], sizes: Mapping[str, int]) -> Entries:
    extent = _extent(s.shape, sizes)
    if prod(extent) > LIMIT:
        raise _too_large()
    match s:
        case Const():
            return [const(s.value)] * prod(extent)
        case Symbol():
            raise UsageError(
                Words(f"values are needed for {s.name}", f"需要给出 {s.name} 的取值"),
                attempt=Words(f"--set {s.name}=1,2,3", f"--set {s.name}=1,2,3"),
            )
        case Delta():
            return [const(int(i == j)) for i in range(extent[0]) for j in range(extent[0])]
        case Add():
            return [
                add(*((c, made[t][k]) for c, t in s.terms), shape=()) for k in range(prod(extent))
            ]
        case Contract():
            return _products(s, made, extent, sizes)
        case Apply() if s.atom.signature.is_entrywise:
            return [apply(s.atom, *(made[a][k] for a in s.args)) for k in range(prod(extent))]
        case Select():
            return [
                select(
                    [
                        (
                            tuple(Comparison(made[c.expr][k], c.relation) for c in guard),
                            made[value][k],
                        )
                        for guard, value in s.cases
                    ],
                    made[s.otherwise][k],
                )
                for k in range(prod(extent))
            ]
        case Apply():
            raise UsageError(
                Words(
                    f"{s.atom.name} cannot be written out entry by entry",
                    f"{s.atom.name} 不能逐分量展开",
                )
            )


def _products(
    s: Contract, made: Mapping[Expr, Entries], extent: tuple[int, ...], sizes: Mapping[str, int]
) -> Entries:
    numbers = {k: _extent((d,), sizes)[0] for k, d in s.sizes().items()}
    summed = s.summed
    count = prod(extent) * prod(numbers[k] for k in summed)
    if count > LIMIT:
        raise _too_large()
    shapes = [_extent(f.shape, sizes) for f, _, _ in s.factors]
    result: Entries = []
    for place in product(*(range(n) for n in extent)):
        terms: list[Expr] = []
        for inner in product(*(range(numbers[k]) for k in summed)):
            at = {**dict(enumerate(place)), **dict(zip(summed, inner, strict=True))}
            parts = [
                power(made[f][_flat_index([at[k] for k in labels], shape)], p)
                for (f, labels, p), shape in zip(s.factors, shapes, strict=True)
            ]
            terms.append(multiply(const(1), *parts))
        result.append(add(*terms, shape=()))
    return result


def _flat_index(place: Sequence[int], shape: tuple[int, ...]) -> int:
    index = 0
    for k, n in zip(place, shape, strict=True):
        index = index * n + k
    return index


def _too_large() -> UsageError:
    return UsageError(
        Words(
            "the data are too large to be written out entry by entry",
            "数据太大，无法逐分量展开",
        ),
        why=Words(f"at most {LIMIT} products are", f"最多 {LIMIT} 个乘积"),
    )
