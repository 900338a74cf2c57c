"""Sums of products over shared labels, one label at a time.

A product of many factors, such as a chain of matrices, is never expanded over all labels at once:
the label whose elimination makes the smallest tensor goes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import prod

from lossmith.atoms.number import Entry, rational, settled

Labels = tuple[int, ...]


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
        merged = _joined(touched, tuple(kept), (label,), sizes)
        work = [f for f in work if label not in f.labels] + [merged]


def _cost(work: Sequence[Indexed], label: int, sizes: dict[int, int]) -> int:
    """Return the number of products that eliminating the label takes."""
    return prod(sizes[k] for k in {k for f in work if label in f.labels for k in f.labels})


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
