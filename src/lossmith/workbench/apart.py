"""Data for which two objectives are proved to have different minimizers.

Small data are put in, so that each objective is a function of one number, and all points with its
least value are enclosed exactly. If none of the first meets one of the second, the minimizers are
proved to differ for these data, and so in general.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any, Final

from lossmith.calculus.draw import draw_value, extent_of, letters_of, nested
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.polynomial import TooLarge
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.serial import interval_to_json
from lossmith.expr.sets import Interval
from lossmith.expr.walk import symbols
from lossmith.prove.instance import with_numbers
from lossmith.prove.points.stationary import stationary
from lossmith.prove.zeros.roots import Undecided

_TRIES: Final = 5
_ROWS: Final = 3
_SMALL: Final = tuple(map(Fraction, (1, 2, 3, -1, -2)))


@dataclass(frozen=True, slots=True)
class Apart:
    """Data with which f is least at ``first`` alone and g at ``second`` alone, and these differ.

    The variable is one number there: ``name`` (an entry if it has one entry).
    """

    name: str
    data: Mapping[str, Any]
    first: tuple[Interval, ...]
    second: tuple[Interval, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the data and the places as plain data."""
        return {
            "variable": self.name,
            "data": {name: _written(v) for name, v in self.data.items()},
            "f": [interval_to_json(i)[:2] for i in self.first],
            "g": [interval_to_json(i)[:2] for i in self.second],
        }


def apart(f: Expr, g: Expr, wrt: Sequence[Symbol]) -> Apart | None:
    """Return data that prove the minimizers of f and g to differ; None where none were found.

    f, g: scalars of one variable, which gets a single entry.
    """
    if len(wrt) != 1:
        return None
    (x,) = wrt
    sizes = {letter: _ROWS for letter in letters_of((f, g, x))}
    sizes |= {d: 1 for d in x.shape if isinstance(d, str)}
    if any(isinstance(d, int) and d > 1 for d in x.shape):
        return None
    data = sorted((s for s in symbols(f, g) if s is not x), key=lambda s: s.name)
    for attempt in range(_TRIES if data else 1):
        rng = Random(attempt)
        values = {s: _small(s, sizes, rng) for s in data}
        try:
            places = [_least(e, x, values, sizes) for e in (f, g)]
        except (LossmithError, Undecided, TooLarge, ValueError):
            continue
        first, second = places
        if first and second and all(i.meet(j).is_empty for i in first for j in second):
            shown = {s.name: v for s, v in values.items()}
            return Apart(x.name, shown, first, second)
    return None


def _written(v: Any) -> Any:
    return [_written(q) for q in v] if isinstance(v, list) else str(v)


def _least(
    e: Expr, x: Symbol, values: Mapping[Symbol, Any], sizes: Mapping[str, int]
) -> tuple[Interval, ...]:
    """Return enclosures of all points with the least value of all; none if that is not proved."""
    held = set(symbols(e))
    plain, letters = with_numbers(e, (x,), {s: v for s, v in values.items() if s in held}, sizes)
    (letter,) = letters[x]
    found = stationary(plain, (letter,))
    if found.status != "proved":
        return ()
    return tuple(p.box[letter] for p in found.points if p.is_global)


def _small(s: Symbol, sizes: dict[str, int], rng: Random) -> Any:
    """Return small whole numbers that meet the declaration of a symbol, where there are such."""
    a = s.assumptions
    fitting = [q for q in _SMALL if a.interval.has(q)]
    if a.values is not None or a.structure or not fitting:
        return draw_value(s, sizes, rng)
    extent = extent_of(s.shape, sizes)
    if not extent:
        return rng.choice(fitting)
    table = {place: rng.choice(fitting) for place in product(*map(range, extent))}
    return nested(table, extent)
