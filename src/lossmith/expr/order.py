"""The order of factors in a product, and the names of their labels.

Colors of structure and neighbors sort the factors; those still tied are tried in every order, and
the least labels win: inputs that differ by names or order give one object.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from hashlib import blake2b
from itertools import permutations, product
from math import prod

from lossmith.expr.node import (
    Const,
    Expr,
    Factor,
    const_node,
    contract_node,
)
from lossmith.expr.types import Dim

Labels = tuple[int, ...]


def components(work: Sequence[Factor], out: set[int]) -> list[list[Factor]]:
    """Return the factors grouped by shared summed labels, in order of first appearance."""
    groups: list[tuple[set[int], list[Factor]]] = []
    for factor in work:
        labels = {k for k in factor[1] if k not in out}
        joined = [g for g in groups if g[0] & labels]
        merged: tuple[set[int], list[Factor]] = (labels, [])
        for g in joined:
            merged[0].update(g[0])
            merged[1].extend(g[1])
            groups.remove(g)
        merged[1].append(factor)
        groups.append(merged)
    return [g[1] for g in groups]


_LIMIT = 720
"""Orders of tied factors that are compared; beyond, any order is taken (correct, not canonical)."""


def canonical(
    work: list[Factor], turned: list[list[Factor]], out: Labels, sizes: dict[int, Dim]
) -> Expr:
    """Return the one node of a group of factors, whatever their order and the names of labels.

    turned: of each factor the ways to write it, two for a symmetric matrix.
    """
    shape = tuple(sizes[k] for k in out)
    if len(work) == len(out) and all(isinstance(e, Const) and ls for e, ls, _ in work):
        if {ls for _, ls, _ in work} == {(k,) for k in out}:
            return const_node(Fraction(1), shape)
    if len(work) == 1:
        e, _, p = work[0]
        if p == 1 and any(labels == out for _, labels, _ in turned[0]):
            return e
    best = min(
        (_numbered(order, out) for order in _orders(work, turned, out)),
        key=lambda fs: [labels for _, labels, _ in fs],
    )
    return contract_node(tuple(best), shape)


def _orders(work: list[Factor], turned: list[list[Factor]], out: Labels) -> Iterable[list[Factor]]:
    """Yield the orders of the factors that sorting by structure leaves open."""
    colors = _refined(work, [len(ways) for ways in turned], out)
    ranked = sorted(range(len(work)), key=lambda k: colors[k])
    ties: list[list[int]] = []
    for k in ranked:
        if ties and colors[ties[-1][0]] == colors[k]:
            ties[-1].append(k)
        else:
            ties.append([k])
    total = prod(len(t) for t in turned) * prod(_factorial(len(t)) for t in ties)
    if total > _LIMIT:
        yield [work[k] for k in ranked]
        return
    for arrangement in product(*(permutations(t) for t in ties)):
        order = [k for group in arrangement for k in group]
        for choice in product(*(turned[k] for k in order)):
            yield list(choice)


def _factorial(n: int) -> int:
    return prod(range(1, n + 1))


def _refined(work: list[Factor], turns: list[int], out: Labels) -> list[tuple[object, ...]]:
    """Return a color for each factor: its structure, then that of its neighbors, twice."""
    label_color: dict[int, object] = {k: (0, i) for i, k in enumerate(out)}
    colors: list[tuple[object, ...]] = [(e.digest, p.numerator, p.denominator) for e, _, p in work]
    if len({c for c in colors}) == len(colors):
        return colors
    for _ in range(2):
        seen: dict[int, list[str]] = {}
        for color, (_, labels, _), turn in zip(colors, work, turns, strict=True):
            for axis, k in enumerate(labels):
                seen.setdefault(k, []).append(f"{color}/{axis if turn == 1 else 0}")
        for k, marks in seen.items():
            if k not in out:
                label_color[k] = (1, *_short(sorted(marks)))
        colors = [
            (*color[:3], *_short([str(_ordered([label_color[k] for k in labels], turn))]))
            for color, (_, labels, _), turn in zip(colors, work, turns, strict=True)
        ]
    return colors


_MARKS = 2000
"""Letters of the marks of an index beyond which a digest stands for them."""


def _short(marks: list[str]) -> list[str]:
    """Return the marks, or a digest of them: in a product of many factors they would explode."""
    if sum(len(m) for m in marks) <= _MARKS:
        return marks
    return [blake2b("/".join(marks).encode(), digest_size=16).hexdigest()]


def _ordered(marks: list[object], turns: int) -> list[object]:
    """Return the marks of a factor's axes; those of a symmetric one have no order."""
    return marks if turns == 1 else sorted(marks, key=str)


def _numbered(order: Sequence[Factor], out: Labels) -> list[Factor]:
    """Return the factors with labels renumbered: the result's axes first, then by appearance."""
    names = {k: i for i, k in enumerate(out)}
    result: list[Factor] = []
    for e, labels, p in order:
        for k in labels:
            names.setdefault(k, len(names))
        result.append((e, tuple(names[k] for k in labels), p))
    return result
