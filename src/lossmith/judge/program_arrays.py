"""Random arrays for the functions of a program, and the slope of one by central differences."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from lossmith.errors import UsageError
from lossmith.expr.node import Symbol
from lossmith.words import Words

_SIZES: Final = (4, 3, 2, 5, 6)
_STEP: Final = 1e-6
_CLOSE: Final = 1e-5
"""Central differences of step 1e-6 carry an error of about 1e-9 times the values at hand."""

_NAMED: Final[Mapping[str, tuple[str, ...]]] = {
    "X": ("n", "d"), "A": ("n", "d"), "w": ("d",), "theta": ("d",), "beta": ("d",), "y": ("n",),
    "x": ("d",), "b": (), "lam": (), "W": ("d", "k"), "Y": ("n", "k"),
}  # fmt: skip
"""Shapes that these names have nearly everywhere, for functions that cannot be read."""


def drawn(
    names: Sequence[str],
    known: Mapping[str, Symbol],
    loss: Callable[..., Any],
    seed: int = 0,
    spread: float = 1.0,
) -> dict[str, Any]:
    """Return random arrays for all parameters; sizes differ, so that a mix-up shows.

    known: symbols of the loss as a formula.  spread: how far the values reach.
    Raises: UsageError for a name of unknown shape.
    """
    rng = np.random.default_rng(20260101 + seed)
    sizes: dict[str, int] = {}
    found: dict[str, Any] = {}
    for name in names:
        s = known.get(name)
        shape = s.shape if s is not None else _NAMED.get(name)
        if shape is None:
            default = inspect.signature(loss).parameters.get(name)
            if default is not None and default.default is not inspect.Parameter.empty:
                continue
            raise UsageError(
                Words(f"the shape of {name} is not known", f"不知道 {name} 的形状"),
                why=Words("the loss cannot be read as a formula", "损失函数无法读成公式"),
                attempt=Words(f"--declare '{name}: vector(n)'", f"--declare '{name}: vector(n)'"),
            )
        extent = tuple(
            d if isinstance(d, int) else sizes.setdefault(d, _SIZES[len(sizes) % len(_SIZES)])
            for d in shape
        )
        found[name] = _draw(s, extent, rng, spread)
    return found


def _draw(s: Symbol | None, extent: tuple[int, ...], rng: Any, spread: float) -> Any:
    value = rng.integers(-16, 17, size=extent) / 8 * spread + 1 / 16
    a = s.assumptions if s is not None else None
    if a is not None and a.values is not None:
        value = rng.choice([float(v) for v in a.values], size=extent)
    elif a is not None and (a.interval.lo is not None or a.interval.hi is not None):
        lo = float(a.interval.lo) if a.interval.lo is not None else None
        hi = float(a.interval.hi) if a.interval.hi is not None else None
        unit = rng.uniform(0.1, 0.9, size=extent)
        if lo is not None and hi is not None:
            value = lo + (hi - lo) * unit
        else:
            value = lo + unit * 2 if lo is not None else (hi or 0.0) - unit * 2
    return value if extent else float(value)


def differences(
    loss: Callable[..., Any], parameters: Sequence[str], name: str, values: Mapping[str, Any]
) -> Any:
    """Return the gradient of the loss by central differences."""
    x = np.array(values[name], dtype=float)
    result = np.zeros_like(x)
    for k in np.ndindex(x.shape):
        sides: list[float] = []
        for h in (_STEP, -_STEP):
            moved = x.copy()
            moved[k] += h
            given = {n: values[n] for n in parameters if n in values}
            given[name] = moved if x.ndim else float(moved)
            sides.append(float(np.asarray(loss(**given)).reshape(())))
        result[k] = (sides[0] - sides[1]) / (2 * _STEP)
    return result


def first_apart(found: Any, wanted: Any, value: float = 0.0) -> tuple[tuple[int, ...]] | None:
    """Return (the first entry that differs by more than the error of the differences,), or None.

    value: of the loss, whose rounding the differences magnify.
    """
    scale = 1 + float(np.max(np.abs(wanted), initial=0.0)) + _ROUNDED * value
    for k in np.ndindex(found.shape):
        if not abs(found[k] - wanted[k]) <= _CLOSE * scale:
            return (k,)
    return None


_ROUNDED: Final = 1e-3
"""A value of 1 is rounded by 1e-16, its difference by 1e-10 at step 1e-6: far below 1e-8."""
