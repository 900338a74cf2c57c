"""What several products of one function have in common, computed once.

A product is flat, and its order of multiplication is planned alone; so W2'W3' may be computed for
one term and hidden in another order in the next. Here a product that stands elsewhere in the
function is found again inside a larger one, and common factors are taken out of sums of many axes,
which then need fewer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import count
from typing import Final

from lossmith.expr.build import add, contract
from lossmith.expr.node import Add, Const, Contract, Delta, Expr, Factor

_ONE: Final = Fraction(1)
_TRIALS: Final = 2000
"""Pairs of factors compared while one product is looked for; of equal factors there are many."""

_AXES: Final = 3
"""Axes of a sum from which on its common factors are taken out."""


class Products:
    """Products with summed indices, found by their factors."""

    def __init__(self, exprs: Iterable[Expr]) -> None:
        self._by_factor: dict[Expr, list[Contract]] = {}
        self._count: dict[Expr, int] = {}
        known = [e for e in exprs if isinstance(e, Contract) and e.summed and len(e.factors) > 1]
        for e in known:
            for f in {f for f, _, _ in e.factors}:
                self._by_factor.setdefault(f, []).append(e)

    def inside(self, e: Contract) -> tuple[Factor, ...]:
        """Return the factors of e, those of a known smaller product replaced by that product."""
        factors = e.factors
        while True:
            found = self._largest(factors, e)
            if found is None:
                return factors
            factors = found

    def _largest(self, factors: tuple[Factor, ...], whole: Contract) -> tuple[Factor, ...] | None:
        present = {f for f, _, _ in factors}
        candidates = {
            k: None
            for f in present
            for k in self._by_factor.get(f, ())
            if k is not whole and 1 < len(k.factors) < len(factors)
        }
        ordered = sorted(candidates, key=lambda k: (-len(k.factors), k.digest))
        for k in ordered:
            if all(f in present for f, _, _ in k.factors):
                found = _replaced(factors, k, whole.rank)
                if found is not None:
                    return found
        return None


def _replaced(factors: tuple[Factor, ...], k: Contract, rank: int) -> tuple[Factor, ...] | None:
    """Return the factors with those of k replaced by k itself, None if they do not hold it."""
    inner = set(k.summed)
    for used, names in _embeddings(k.factors, factors, (), {}, count()):
        rest = [g for j, g in enumerate(factors) if j not in used]
        outside = {label for _, labels, _ in rest for label in labels}
        if all(names[s] >= rank and names[s] not in outside for s in inner):
            return (*rest, (k, tuple(names[a] for a in range(k.rank)), _ONE))
    return None


def _embeddings(
    wanted: Sequence[Factor],
    factors: Sequence[Factor],
    used: tuple[int, ...],
    names: dict[int, int],
    trials: count[int],
) -> Iterator[tuple[tuple[int, ...], dict[int, int]]]:
    """Yield (which factors stand for the wanted ones, how their labels are called there)."""
    if len(used) == len(wanted):
        yield used, names
        return
    f, labels, p = wanted[len(used)]
    for j, (g, others, q) in enumerate(factors):
        if g is not f or p != q or j in used or next(trials) > _TRIALS:
            continue
        more = _named(names, labels, others)
        if more is not None:
            yield from _embeddings(wanted, factors, (*used, j), more, trials)


def _named(
    names: dict[int, int], labels: Sequence[int], others: Sequence[int]
) -> dict[int, int] | None:
    """Return the names extended one to one, None if they contradict each other."""
    result = dict(names)
    for a, b in zip(labels, others, strict=True):
        if result.get(a, b) != b or any(v == b and k != a for k, v in result.items()):
            return None
        result[a] = b
    return result


# -- sums of many axes --------------------------------------------------------------------


def thinned(e: Contract) -> Expr | None:
    """Return e with the common factors of a sum in it taken out, None if there is no such sum."""
    for place, (s, labels, p) in enumerate(e.factors):
        if not isinstance(s, Add) or p != 1 or len(s.terms) < 2 or len(s.shape) < _AXES:
            continue
        if len(set(labels)) < len(labels):
            continue
        common = _common(s)
        if not common:
            continue
        core, axes = _without(s, common)
        factors = [g for k, g in enumerate(e.factors) if k != place]
        factors += [(f, tuple(labels[a] for a in ls), q) for f, ls, q in common]
        factors.append((core, tuple(labels[a] for a in axes), _ONE))
        return contract(factors, tuple(range(e.rank)), e.shape)
    return None


def _common(s: Add) -> list[Factor]:
    """Return the factors along axes of the sum that all its terms have."""
    rank = len(s.shape)
    found: list[Factor] | None = None
    for _, t in s.terms:
        if not isinstance(t, Contract):
            return []
        own = [
            factor
            for factor in t.factors
            if not isinstance(factor[0], Const | Delta) and all(k < rank for k in factor[1])
        ]
        found = own if found is None else [f for f in found if f in own]
        if not found:
            return []
    return found or []


def _without(s: Add, common: Sequence[Factor]) -> tuple[Expr, tuple[int, ...]]:
    """Return the sum without the common factors, and the axes that it still needs."""
    rests: list[tuple[Fraction, list[Factor]]] = []
    for c, t in s.terms:
        assert isinstance(t, Contract)
        rests.append((c, [f for f in t.factors if f not in common]))
    used = {k for _, rest in rests for _, ls, _ in rest for k in ls if k < len(s.shape)}
    axes = tuple(sorted(used))
    form = tuple(s.shape[k] for k in axes)
    terms = [(c, contract(rest, axes, form)) for c, rest in rests]
    return add(*terms, shape=form), axes
