"""A step along a descent direction that satisfies the weak Wolfe conditions, by bisection.

It copes with kinks and with the edge of a domain, where values are infinite: both only shorten the
bracket. Source: Lewis & Overton 2013, algorithm 4.6; the approximate decrease condition, which
still works when values agree in all digits, is Hager & Zhang 2005, equation (4.1).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

DECREASE: Final = 1e-4
CURVATURE: Final = 0.9
_HALVINGS: Final = 60
_DOUBLINGS: Final = 100


@dataclass(frozen=True, slots=True)
class Found:
    """The point reached.  unbounded: the values kept falling while the step doubled for ever."""

    x: Array
    value: float
    gradient: Array
    step: float
    unbounded: bool = False


def weak_wolfe(
    both: Callable[[Array], tuple[float, Array]],
    x: Array,
    value: float,
    gradient: Array,
    direction: Array,
    step: float = 1.0,
) -> Found | None:
    """Return a point x + t * direction that decreases enough and is not too near, or None.

    both: x -> (value, gradient), value infinite outside the domain.  direction: of descent.
    Where values stop to tell points apart, their rounding noise is measured and the slopes decide.
    """
    usual = 16 * np.finfo(float).eps * abs(value)
    found = _searched(both, x, value, gradient, direction, step, usual)
    if found is not None and np.any(found.x != x):
        return found
    noise = 2 * noise_at(both, x, value)
    if noise > usual:
        found = _searched(both, x, value, gradient, direction, step, noise)
    return found if found is not None and np.any(found.x != x) else None


def noise_at(both: Callable[[Array], tuple[float, Array]], x: Array, value: float) -> float:
    """Return by how much the value jumps when x moves by a few units in its last place.

    Cancellation inside a formula can make this far larger than the last place of the value.
    """
    rng = np.random.default_rng(0)
    ulp = np.spacing(np.abs(x))
    values = [both(x + ulp * rng.integers(-2, 3, len(x)))[0] for _ in range(6)]
    finite = [v for v in values if np.isfinite(v)]
    return max((abs(v - value) for v in finite), default=0.0)


def _searched(
    both: Callable[[Array], tuple[float, Array]],
    x: Array,
    value: float,
    gradient: Array,
    direction: Array,
    step: float,
    noise: float,
) -> Found | None:
    """Bisect for the weak Wolfe conditions; values within ``noise`` count as equal."""
    slope = float(gradient @ direction)
    low, high = 0.0, np.inf
    t = step
    best: Found | None = None
    doublings = 0
    for _ in range(_HALVINGS + _DOUBLINGS):
        candidate = x + t * direction
        new_value, new_gradient = both(candidate)
        new_slope = float(new_gradient @ direction) if np.isfinite(new_value) else np.nan
        falls = new_value <= value + DECREASE * t * slope
        nearly = new_value <= value + noise and new_slope <= (2 * DECREASE - 1) * slope
        if not np.isfinite(new_slope) or not (falls or nearly):
            high = t
        elif new_slope < CURVATURE * slope:
            low = t
            best = Found(candidate, new_value, new_gradient, t)
        else:
            return Found(candidate, new_value, new_gradient, t)
        if np.isinf(high):
            doublings += 1
            if doublings > _DOUBLINGS:
                return Found(candidate, new_value, new_gradient, t, unbounded=True)
            t *= 2
        else:
            t = (low + high) / 2
            if t in (low, high) or high < 1e-18:
                break
    # A kink between low and high can make the curvature condition unreachable.
    return best


def backtrack(
    value_at: Callable[[Array], float],
    x: Array,
    value: float,
    slope: float,
    direction: Array,
    step: float = 1.0,
) -> tuple[Array, float, float] | None:
    """Return (point, value, step) with sufficient decrease, halving the step, or None."""
    t = step
    noise = 16 * np.finfo(float).eps * abs(value)
    for _ in range(_HALVINGS):
        candidate = x + t * direction
        new_value = value_at(candidate)
        if new_value <= value + DECREASE * t * slope or (
            new_value <= value + noise and -t * slope < noise
        ):
            return candidate, new_value, t
        t /= 2
    return None
