"""The order in which a product of several tensors is multiplied out.

A product of more than two factors can be bracketed in many ways whose costs differ by whole
powers of the sizes. Up to ``EXACT`` factors every bracketing is compared; beyond that the cheapest
next pair is taken. Sizes are symbolic, so letters get typical lengths: samples > features > rest.

Costs count a multiply-add inside a matrix product as 1 and an entry written to memory as
``MEMORY``: without that weight an index that all factors share makes huge entrywise intermediates
look free.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from math import prod
from typing import Final

from lossmith.expr.types import Dim

EXACT: Final = 6
MEMORY: Final = 8.0

# No two equal, so that ties are broken the same way for every formula.
_TYPICAL: Final = {
    "n": 4001.0, "m": 3001.0, "N": 4003.0, "M": 3003.0, "p": 151.0, "d": 101.0, "D": 103.0,
    "q": 61.0, "r": 29.0, "k": 23.0, "K": 19.0, "c": 17.0, "C": 13.0,
}  # fmt: skip
_OTHER: Final = 97.0


def typical_length(size: Dim) -> float:
    """Return the length that a size is taken to have while orders are compared."""
    if isinstance(size, int):
        return float(size)
    return _TYPICAL.get(size, _OTHER)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A factor, by its place in the list."""

    index: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two partial products multiplied; ``keep`` are the labels of the result."""

    left: Tree
    right: Tree
    keep: frozenset[int]


Tree = Leaf | Pair
Labels = frozenset[int]


def bracket(
    factors: Sequence[tuple[Hashable, Sequence[int]]],
    out: Set[int],
    sizes: Mapping[int, Dim],
) -> Tree:
    """Return the order of multiplication with the least estimated cost.

    factors: (identity, labels) of at least one tensor; equal identities are one array, computed
    once.  out: labels of the result.  sizes: length of every label.
    """
    if len(factors) <= EXACT:
        return _Exact(factors, out, sizes).tree()
    return _greedy(factors, out, sizes)


def kept(own: Set[int], others: Sequence[Set[int]], out: Set[int]) -> Labels:
    """Return the labels that a partial product must keep: those needed outside it."""
    needed = set(out).union(*others)
    return frozenset(own & needed)


def _step_cost(a: Labels, b: Labels, keep: Labels, length: Mapping[int, float]) -> float:
    """Return the estimated cost of one product of two tensors."""
    work = prod(length[k] for k in a | b)
    written = prod(length[k] for k in keep)
    summed = (a | b) - keep
    if not summed:
        return MEMORY * written
    batch = a & b & keep
    if batch and not (a - b) and not (b - a):
        return MEMORY * work  # entry by entry, then summed along rows
    matrix_vector = not (a - b) or not (b - a)
    return (2.0 if matrix_vector or batch else 1.0) * work + MEMORY * written


class _Exact:
    """All bracketings, by dynamic programming over subsets of the factors."""

    def __init__(
        self,
        factors: Sequence[tuple[Hashable, Sequence[int]]],
        out: Set[int],
        sizes: Mapping[int, Dim],
    ) -> None:
        self.factors = factors
        self.out = out
        self.length = {k: typical_length(d) for k, d in sizes.items()}
        self.own = [frozenset(labels) for _, labels in factors]

    def tree(self) -> Tree:
        count = len(self.factors)
        full = (1 << count) - 1
        keep = {s: self._keep(s) for s in range(1, full + 1)}
        cost: dict[int, float] = {1 << k: 0.0 for k in range(count)}
        best: dict[int, Tree] = {1 << k: Leaf(k) for k in range(count)}
        name = {s: self._signature(s) for s in range(1, full + 1)}
        for s in range(1, full + 1):
            if s in best:
                continue
            part = (s - 1) & s
            found = float("inf")
            while part:
                rest = s ^ part
                if part > rest:  # each split once, the part with the later factors on the right
                    once = cost[rest] if name[part] == name[rest] else cost[part] + cost[rest]
                    total = once + _step_cost(keep[rest], keep[part], keep[s], self.length)
                    if total < found:
                        found = total
                        best[s] = Pair(best[rest], best[part], keep[s])
                part = (part - 1) & s
            cost[s] = found
        return best[full]

    def _members(self, s: int) -> list[int]:
        return [k for k in range(len(self.factors)) if s >> k & 1]

    def _keep(self, s: int) -> Labels:
        inside = self._members(s)
        own = frozenset[int]().union(*(self.own[k] for k in inside))
        others = [o for k, o in enumerate(self.own) if k not in inside]
        return kept(own, others, self.out)

    def _signature(self, s: int) -> Hashable:
        """Return a name that equal partial products share (labels renamed by appearance)."""
        names: dict[int, int] = {}
        keep = self._keep(s)
        parts: list[Hashable] = []
        for k in self._members(s):
            identity, labels = self.factors[k]
            renamed = tuple(names.setdefault(label, len(names)) for label in labels)
            parts.append((identity, renamed, tuple(label in keep for label in labels)))
        return tuple(parts)


def _greedy(
    factors: Sequence[tuple[Hashable, Sequence[int]]],
    out: Set[int],
    sizes: Mapping[int, Dim],
) -> Tree:
    """Multiply the cheapest pair next, entrywise merges of equal labels before all others."""
    length = {k: typical_length(d) for k, d in sizes.items()}
    live: list[tuple[Tree, Labels]] = [
        (Leaf(k), frozenset(labels)) for k, (_, labels) in enumerate(factors)
    ]
    while len(live) > 1:
        options: list[tuple[bool, float, int, int, Labels]] = []
        for i, (_, a) in enumerate(live):
            for j in range(i + 1, len(live)):
                b = live[j][1]
                others = [o for m, (_, o) in enumerate(live) if m not in (i, j)]
                keep = kept(a | b, others, out)
                options.append((a != b, _step_cost(a, b, keep, length), i, j, keep))
        _, _, i, j, keep = min(options, key=lambda option: option[:4])
        merged: tuple[Tree, Labels] = (Pair(live[i][0], live[j][0], keep), keep)
        live = [o for m, o in enumerate(live) if m not in (i, j)]
        live.append(merged)
    return live[0][0]
