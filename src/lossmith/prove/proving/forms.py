"""Ways to read a product as q' K q: pairs of factors that mirror each other."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lossmith.evidence.arithmetic.enclose import is_structured
from lossmith.expr.node import Contract, Expr

Pair = tuple[Fraction, Fraction, Fraction]
LIMIT = 64


def pairings(e: Contract, *, outer: bool) -> Iterator[tuple[Pair, ...]]:
    """Yield pairings of factors (left, right, transposed) that induce a mirror of the indices.

    outer: the two axes of e mirror each other; otherwise some factor occurs twice.
    """
    if outer:
        if e.rank == 2:
            yield from _grown(e, {0: 1, 1: 0}, [], [LIMIT])
        return
    for i, (f, _, p) in enumerate(e.factors):
        for j in range(i + 1, len(e.factors)):
            if e.factors[j][0] is f and e.factors[j][2] == p:
                for pair, mirror in _paired(e, i, j, {}):
                    yield from _grown(e, mirror, [pair], [LIMIT])


def _paired(
    e: Contract, i: int, j: int, mirror: dict[int, int]
) -> Iterator[tuple[Pair, dict[int, int]]]:
    """Yield the pair (i, j) with the mirror it asks for, straight and transposed."""
    f, ls, _ = e.factors[i]
    _, ms, _ = e.factors[j]
    turns = [(0, ms)]
    if is_structured(f, "symmetric"):
        turns.append((1, ms[::-1]))
    for turned, other in turns:
        new = dict(mirror)
        if all(
            new.setdefault(a, b) == b and new.setdefault(b, a) == a
            for a, b in zip(ls, other, strict=True)
        ):
            left = {a for a in ls if new[a] != a}
            if not any(new[a] in left for a in left):
                yield (Fraction(i), Fraction(j), Fraction(turned)), new


def _grown(
    e: Contract, mirror: dict[int, int], pairs: list[Pair], left: list[int]
) -> Iterator[tuple[Pair, ...]]:
    """Pair the factors that touch a mirrored index and are not a middle matrix K[a, mirror a]."""
    left[0] -= 1
    if left[0] < 0:
        return
    used = {int(k) for p in pairs for k in p[:2]}
    open_factor = next(
        (
            k
            for k, (_, labels, _) in enumerate(e.factors)
            if k not in used
            and any(mirror.get(a, a) != a for a in labels)
            and not (len(labels) == 2 and mirror.get(labels[0]) == labels[1])
        ),
        None,
    )
    if open_factor is None:
        yield _oriented(e, pairs, mirror)
        return
    for j in range(len(e.factors)):
        same = e.factors[j][0] is e.factors[open_factor][0]
        if (
            j in used
            or j == open_factor
            or not same
            or e.factors[j][2] != e.factors[open_factor][2]
        ):
            continue
        for pair, new in _paired(e, open_factor, j, mirror):
            yield from _grown(e, new, [*pairs, pair], left)


def _oriented(e: Contract, pairs: list[Pair], mirror: dict[int, int]) -> tuple[Pair, ...]:
    """Turn the pairs so that left factors share indices with left factors only."""
    left: set[int] = set()
    result: list[Pair] = []
    waiting = list(pairs)
    while waiting:
        touching = [
            p for p in waiting if _indices(e, p, mirror) & (left | {mirror[a] for a in left})
        ]
        pair = touching[0] if touching else waiting[0]
        waiting.remove(pair)
        i, j, turned = pair
        own = {a for a in e.factors[int(i)][1] if mirror.get(a, a) != a}
        if own & {mirror[a] for a in left}:
            i, j, own = j, i, {mirror[a] for a in own}
        left |= own
        result.append((i, j, turned))
    return tuple(result)


def _indices(e: Contract, pair: Pair, mirror: dict[int, int]) -> set[int]:
    return {a for k in pair[:2] for a in e.factors[int(k)][1] if mirror.get(a, a) != a}


def is_twice(e: Expr) -> bool:
    """Return whether a product holds some factor twice (a cheap test before searching)."""
    return isinstance(e, Contract) and len({f for f, _, _ in e.factors}) < len(e.factors)
