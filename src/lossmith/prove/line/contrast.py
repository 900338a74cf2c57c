"""What is proved of two functions of one number side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lossmith.expr.node import Symbol
from lossmith.prove.line.one_sided import Sides

Places = tuple[str, ...]
"""Sets of numbers as texts: "|w| < 1", "x in (0, 2)"."""


@dataclass(frozen=True, slots=True)
class Order:
    """Where a difference is > 0, where < 0; zeros and points without a value lie between."""

    above: Places = ()
    below: Places = ()


@dataclass(frozen=True, slots=True)
class Contrast:
    """g against f as functions of one number x.

    values: of g - f.  slopes: of |g'| - |f'|.  far: what g - f tends to for x -> -inf and +inf:
    1 or -1 times infinity, 0 a finite limit, None undecided.  corners: where f or g has a corner at
    a rational point, the one-sided slopes of both.  entry: x stands for each entry of a vector.
    """

    x: Symbol
    values: Order | None
    slopes: Order | None
    far: tuple[int | None, int | None]
    corners: tuple[tuple[Sides, Sides], ...]
    entry: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return what was proved as plain data."""

        def places(o: Order | None) -> Any:
            return None if o is None else {"above": list(o.above), "below": list(o.below)}

        return {
            "values": places(self.values),
            "slopes": places(self.slopes),
            "far": list(self.far),
            "entry": self.entry,
        }
