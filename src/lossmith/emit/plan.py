"""The order in which a product of several tensors is multiplied out.

A product of more than two factors can be bracketed in many ways whose costs differ by whole
powers of the sizes. Up to ``EXACT`` factors every bracketing is compared. Beyond that several
quick ones compete: the cheapest pair next, the pair next that frees most memory, and sweeps that
grow one partial product from an end of the chain (the only good order for a long chain with row
weights in between). Sizes are symbolic, so letters get typical lengths: samples > features > rest.

Costs count a multiply-add inside a matrix product as 1 and an entry written to memory as
``MEMORY``: without that weight an index that all factors share makes huge entrywise intermediates
look free. Sets of labels are the bits of an integer here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
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

_STARTS: Final = 6
"""Factors from which sweeps begin."""


def typical_length(size: Dim) -> float:
    """Return the length that a size is taken to have while orders are compared."""
    if isinstance(size, int):
        return float(size)
    return _TYPICAL.get(size, _OTHER)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A factor, by its place in the list."""

    index: int


@dataclass(frozen=True, slots=True, eq=False)
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
    costs = _Costs(sizes)
    own = [_bits(labels) for _, labels in factors]
    if len(factors) <= EXACT:
        return _Exact(factors, own, _bits(out), costs).tree()
    # Of equal costs the first one is taken: a sweep keeps the axis it sums last, without copies.
    ways: list[_Search] = []
    for start in _starts(own, _bits(out), costs):
        search = _Search(own, _bits(out), costs)
        search.sweep(start)
        ways.append(search)
    for score in (_cheapest, _smallest):
        search = _Search(own, _bits(out), costs)
        search.greedy(score)
        ways.append(search)
    return min(ways, key=lambda way: way.total).tree()


def kept(own: Set[int], others: Sequence[Set[int]], out: Set[int]) -> Labels:
    """Return the labels that a partial product must keep: those needed outside it."""
    needed = set(out).union(*others)
    return frozenset(own & needed)


def _bits(labels: Iterable[int]) -> int:
    mask = 0
    for k in labels:
        mask |= 1 << k
    return mask


def _labels(mask: int) -> Labels:
    return frozenset(k for k in range(mask.bit_length()) if mask >> k & 1)


class _Costs:
    """Estimated costs of single products, with the volumes of label sets remembered."""

    def __init__(self, sizes: Mapping[int, Dim]) -> None:
        self._length = {1 << k: typical_length(d) for k, d in sizes.items()}
        self._volume: dict[int, float] = {0: 1.0}

    def volume(self, mask: int) -> float:
        """Return the number of entries of an array with these labels."""
        found = self._volume.get(mask)
        if found is None:
            last = mask & -mask
            found = self._volume[mask] = self.volume(mask ^ last) * self._length[last]
        return found

    def step(self, a: int, b: int, keep: int) -> float:
        """Return the estimated cost of one product of two tensors."""
        written = MEMORY * self.volume(keep)
        if keep == a | b:
            return written
        work = self.volume(a | b)
        if a == b and a & keep:
            return MEMORY * work  # entry by entry, then summed along rows
        vector = a | b in (a, b)
        return (2.0 if vector or a & b & keep else 1.0) * work + written


class _Exact:
    """All bracketings, by dynamic programming over subsets of the factors."""

    def __init__(
        self,
        factors: Sequence[tuple[Hashable, Sequence[int]]],
        own: Sequence[int],
        out: int,
        costs: _Costs,
    ) -> None:
        self.factors, self.own, self.out, self.costs = factors, own, out, costs

    def tree(self) -> Tree:
        count = len(self.factors)
        full = (1 << count) - 1
        joined = [0] * (full + 1)
        for s in range(1, full + 1):
            joined[s] = joined[s & (s - 1)] | self.own[(s & -s).bit_length() - 1]
        keep = [joined[s] & (self.out | joined[full ^ s]) for s in range(full + 1)]
        cost = [0.0] * (full + 1)
        split = [0] * (full + 1)
        twins = len({identity for identity, _ in self.factors}) < count
        name = [self._signature(s, keep[s]) if twins else s for s in range(full + 1)]
        for s in range(1, full + 1):
            if s & (s - 1) == 0:
                continue
            part = (s - 1) & s
            found = float("inf")
            while part:
                rest = s ^ part
                if part > rest:  # each split once, the part with the later factors on the right
                    total = cost[rest] if name[part] == name[rest] else cost[part] + cost[rest]
                    if total < found:
                        total += self.costs.step(keep[rest], keep[part], keep[s])
                        if total < found:
                            found, split[s] = total, part
                part = (part - 1) & s
            cost[s] = found
        return self._read(split, keep)

    def _read(self, split: Sequence[int], keep: Sequence[int]) -> Tree:
        """Return the tree of the best splits; at most EXACT deep."""

        def inner(s: int) -> Tree:
            if s & (s - 1) == 0:
                return Leaf(s.bit_length() - 1)
            return Pair(inner(s ^ split[s]), inner(split[s]), _labels(keep[s]))

        return inner((1 << len(self.factors)) - 1)

    def _signature(self, s: int, keep: int) -> Hashable:
        """Return a name that equal partial products share (labels renamed by appearance)."""
        names: dict[int, int] = {}
        parts: list[Hashable] = []
        for k, (identity, labels) in enumerate(self.factors):
            if s >> k & 1:
                renamed = tuple(names.setdefault(label, len(names)) for label in labels)
                parts.append((identity, renamed, tuple(keep >> label & 1 for label in labels)))
        return tuple(parts)


Score = Callable[["_Costs", int, int, int], tuple[float, float]]


def _cheapest(costs: _Costs, a: int, b: int, keep: int) -> tuple[float, float]:
    """Entrywise merges of equal labels before all others, then the least work."""
    return (float(a != b), costs.step(a, b, keep))


def _smallest(costs: _Costs, a: int, b: int, keep: int) -> tuple[float, float]:
    """The least growth of what must be held in memory, then the least work."""
    growth = costs.volume(keep) - costs.volume(a) - costs.volume(b)
    return (growth, costs.step(a, b, keep))


class _Search:
    """Partial products that are left, and what the ones already made have cost."""

    def __init__(self, own: Sequence[int], out: int, costs: _Costs) -> None:
        self.out, self.costs = out, costs
        self.live: dict[int, int] = dict(enumerate(own))
        self.trees: dict[int, Tree] = {k: Leaf(k) for k in range(len(own))}
        self.total = 0.0
        # Labels that at most one, and at most two, of the live partial products carry.
        self._once = self._twice = 0
        self._recount()
        for k, mask in self.live.items():
            self.live[k] = mask & ~self._once

    def tree(self) -> Tree:
        (tree,) = self.trees.values()
        return tree

    def _recount(self) -> None:
        one = two = more = 0
        for mask in self.live.values():
            more |= two & mask
            two |= one & mask
            one |= mask
        self._once = ~two & ~self.out
        self._twice = ~more & ~self.out

    def _keep(self, a: int, b: int) -> int:
        return (a | b) & ~(a & b & self._twice) & ~((a ^ b) & self._once)

    def greedy(self, score: Score) -> None:
        """Multiply the pair with the best score next, until one product is left."""
        live = self.live
        options = {
            (i, j): score(self.costs, live[i], live[j], self._keep(live[i], live[j]))
            for i in live
            for j in live
            if i < j
        }
        while len(live) > 1:
            i, j = min(options, key=lambda pair: (options[pair], pair))
            self._merge(i, j)
            options = {p: v for p, v in options.items() if i not in p and j not in p}
            new = live[i]
            for k, mask in live.items():
                if k != i:
                    pair = (min(i, k), max(i, k))
                    options[pair] = score(self.costs, new, mask, self._keep(new, mask))

    def sweep(self, start: int) -> None:
        """Grow the product from one factor, the cheapest neighbor next."""
        while len(self.live) > 1:
            a = self.live[start]
            joined = [k for k, b in self.live.items() if k != start and a & b]
            others = joined or [k for k in self.live if k != start]
            step = self.costs.step
            best = min(
                others, key=lambda k: (step(a, self.live[k], self._keep(a, self.live[k])), k)
            )
            self._merge(start, best)

    def _merge(self, i: int, j: int) -> None:
        a, b = self.live[i], self.live.pop(j)
        keep = self._keep(a, b)
        self.total += self.costs.step(a, b, keep)
        self.live[i] = keep
        self.trees[i] = Pair(self.trees[i], self.trees.pop(j), _labels(keep))
        self._recount()


def _starts(own: Sequence[int], out: int, costs: _Costs) -> list[int]:
    """Return the factors at the ends of a chain: the smallest, and those with rare labels."""
    ranked: list[tuple[int, float, int]] = []
    for k, mask in enumerate(own):
        ends = mask & out
        shared = [sum(1 for other in own if other >> label & 1) for label in _labels(ends)]
        ranked.append((min(shared, default=len(own)), costs.volume(mask), k))
    smallest = min(ranked, key=lambda entry: entry[1:])
    return list(dict.fromkeys([smallest[2], *(k for _, _, k in sorted(ranked))]))[:_STARTS]
