"""What is known of a symbol before any value is given: sizes, and assumptions on its entries."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from lossmith.expr.sets import REALS, Interval, closed

Dim = str | int
"""One axis length: a letter (equal letters mean equal sizes, always >= 1) or a number >= 1."""

Shape = tuple[Dim, ...]
"""() is a scalar, (n,) a vector, (n, d) a matrix; higher orders occur in derivatives."""

STRUCTURES: Final = (
    "symmetric",
    "psd",
    "pd",
    "orthogonal",
    "diagonal",
    "nonsingular",
    "onehot",
    "simplex",
)
"""Words of the declaration language that speak of a whole tensor, not of its entries."""

_IMPLIES: Final[dict[str, tuple[str, ...]]] = {
    "pd": ("psd", "nonsingular", "symmetric"),
    "psd": ("symmetric",),
    "diagonal": ("symmetric",),
    "orthogonal": ("nonsingular",),
}


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What every value of a symbol is promised to satisfy.

    interval: every entry lies in it.  values: every entry is one of these (None: no such list).
    integer: every entry is whole.  structure: subset of STRUCTURES, closed under implication.
    """

    interval: Interval = REALS
    values: tuple[Fraction, ...] | None = None
    integer: bool = False
    structure: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        closure = set(self.structure)
        frontier = list(closure)
        while frontier:
            for implied in _IMPLIES.get(frontier.pop(), ()):
                if implied not in closure:
                    closure.add(implied)
                    frontier.append(implied)
        object.__setattr__(self, "structure", frozenset(closure))
        if self.values is not None:
            ordered = tuple(sorted(set(self.values)))
            object.__setattr__(self, "values", ordered)
            hull = closed(ordered[0], ordered[-1])
            object.__setattr__(self, "interval", self.interval.meet(hull))
        elif closure & {"onehot", "simplex"}:
            object.__setattr__(self, "interval", self.interval.meet(closed(0, 1)))

    def freed(self) -> Assumptions:
        """Return what is still promised once the entries move independently of each other."""
        return Assumptions(self.interval, structure=self.structure & {"nonsingular"})

    def has(self, word: str) -> bool:
        """Return whether the structure word is promised (or implied)."""
        return word in self.structure


FREE: Final = Assumptions()


def shape_text(shape: Shape) -> str:
    """Return a shape as people write it: scalar, (n,), (n, d)."""
    if not shape:
        return "scalar"
    inner = ", ".join(str(d) for d in shape)
    return f"({inner},)" if len(shape) == 1 else f"({inner})"
