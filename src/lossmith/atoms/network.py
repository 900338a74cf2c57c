"""Sums of products over shared labels, one label at a time.

A product of many factors, such as a chain of matrices, is never expanded over all labels at once:
the label whose elimination makes the smallest tensor goes first.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from flint import arb_mat, fmpq_mat

from lossmith.atoms.number import Entry, as_ball, is_exact, rational, settled

Labels = tuple[int, ...]

_MANY = 2000
"""Products from which on a sum is taken as a product of two matrices."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A tensor with a label on each axis: labels, sizes, entries row by row."""

    labels: Labels
    extent: tuple[int, ...]
    data: list[Entry]


def contracted(factors: Sequence[Indexed], out: Labels) -> list[Entry]:
    """Return the entries of sum over labels not in ``out`` of the product, axes as in ``out``.

    Every label of ``out`` must occur in a factor.
    """
    sizes = {k: n for f in factors for k, n in zip(f.labels, f.extent, strict=True)}
    work = list(factors)
    while True:
        summed = {k for f in work for k in f.labels} - set(out)
        if not summed:
            return _joined(work, out, (), sizes).data
        label = min(summed, key=lambda k: (_cost(work, k, sizes), k))
        touched = [f for f in work if label in f.labels]
        kept = sorted({k for f in touched for k in f.labels} - {label})
        merged = _eliminated(touched, tuple(kept), label, sizes)
        work = [f for f in work if label not in f.labels] + [merged]


def _cost(work: Sequence[Indexed], label: int, sizes: dict[int, int]) -> int:
    """Return the number of products that eliminating the label takes."""
    return prod(sizes[k] for k in {k for f in work if label in f.labels for k in f.labels})


def _eliminated(factors: list[Indexed], kept: Labels, label: int, sizes: dict[int, int]) -> Indexed:
    """Return the sum of the product over one label; a long one as a product of two matrices."""
    if prod(sizes[k] for k in (*kept, label)) < _MANY:
        return _joined(factors, kept, (label,), sizes)
    two = _two_factors(factors, sizes)
    if two is None:
        return _joined(factors, kept, (label,), sizes)
    a, b = two
    rows = tuple(k for k in a.labels if k != label)
    columns = tuple(k for k in b.labels if k != label)
    left = _joined([a], (*rows, label), (), sizes).data
    right = _joined([b], (label, *columns), (), sizes).data
    n, m, inner = (prod(sizes[k] for k in ks) for ks in (rows, columns, (label,)))
    if all(is_exact(x) for x in (*left, *right)):
        whole = fmpq_mat(n, inner, left) * fmpq_mat(inner, m, right)
    else:
        balls = arb_mat(n, inner, [as_ball(x) for x in left])
        whole = balls * arb_mat(inner, m, [as_ball(x) for x in right])
    extent = tuple(sizes[k] for k in (*rows, *columns))
    made = Indexed((*rows, *columns), extent, [settled(x) for x in whole.entries()])
    return _joined([made], kept, (), sizes)


def _two_factors(factors: list[Indexed], sizes: dict[int, int]) -> tuple[Indexed, Indexed] | None:
    """Return two factors that share one label, the others multiplied in; None if there are none."""
    work = sorted(factors, key=lambda f: len(set(f.labels)))
    while len(work) > 2:
        small = work.pop(0)
        host = next((f for f in work if set(small.labels) <= set(f.labels)), None)
        if host is None:
            return None
        order = tuple(dict.fromkeys(host.labels))
        work[work.index(host)] = _joined([small, host], order, (), sizes)
    if len(work) < 2 or len(set(work[0].labels) & set(work[1].labels)) != 1:
        return None
    return work[0], work[1]


def _joined(
    factors: Sequence[Indexed], out: Labels, summed: Labels, sizes: dict[int, int]
) -> Indexed:
    """Return the product of the factors with axes ``out``, summed over the given labels."""
    order = (*out, *summed)
    steps = [_steps(f, order) for f in factors]
    inner = [*product(*(range(sizes[k]) for k in summed))]
    data: list[Entry] = []
    for outer in product(*(range(sizes[k]) for k in out)):
        total = rational(0)
        for rest in inner:
            index = (*outer, *rest)
            term = rational(1)
            for f, step in zip(factors, steps, strict=True):
                term = term * f.data[sum(i * s for i, s in zip(index, step, strict=True))]
            total = total + term
        data.append(settled(total))
    return Indexed(out, tuple(sizes[k] for k in out), data)


def _steps(f: Indexed, order: Labels) -> list[int]:
    """Return how far each label moves in the entries of f (repeated labels walk the diagonal)."""
    stride = {k: 0 for k in order}
    step = 1
    for k, n in zip(reversed(f.labels), reversed(f.extent), strict=True):
        stride[k] += step
        step *= n
    return [stride[k] for k in order]
