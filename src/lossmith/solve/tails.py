"""Whether a small slope is a minimum or a tail: far out, slopes die away where nothing is attained.

Floating point can only look, not prove: F is followed along a few rays to a large distance. At a
minimizer some ray soon climbs back; along a tail F keeps falling as far as anybody looks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lossmith.solve.linesearch import noise_at
from lossmith.solve.problem import Problem
from lossmith.solve.result import Status
from lossmith.words import Words

Array = NDArray[np.float64]

_FACTOR: Final = 8.0
_REACH: Final = 1e5
_DROP: Final = 1e8
_AXES_UP_TO: Final = 10
"""Unknowns up to which every axis is scanned for values without bound."""


def tail(problem: Problem, x: Array, value: float, rays: Sequence[Array]) -> Status | None:
    """Return NOT_ATTAINED or UNBOUNDED if F falls along a ray as far as it is followed, or None.

    x, value: where a run ended with a small slope.  rays: directions in which it may still fall.
    The answer is an observation on about 15 values a ray, never a proof.
    """
    noise = 10 * noise_at(lambda at: (problem.total(at), at), x, value)
    noise = max(noise, 64 * float(np.spacing(abs(value))))
    for ray in rays:
        length = float(np.linalg.norm(ray))
        if not np.isfinite(length) or length == 0.0:
            continue
        falls = _falls(problem, x, value, ray / length, noise)
        if falls is not None:
            return Status.NOT_ATTAINED if levels_off(falls) else Status.UNBOUNDED
    return None


def _falls(
    problem: Problem, x: Array, value: float, direction: Array, noise: float
) -> list[float] | None:
    """Return how much F falls from each look to the next, or None if it climbs or stands still."""
    scale = 1.0 + float(np.linalg.norm(x))
    step = 1e-6 * scale
    last, drops = value, list[float]()
    while step <= _REACH * scale:
        here = problem.total(problem.penalty.clip(x + step * direction))
        if not here <= last + noise:  # nan or infinite outside the domain: an edge, not a tail
            return None
        drops.append(last - here)
        last, step = min(last, here), step * _FACTOR
    return drops if value - last > 10 * noise else None


def levels_off(drops: Sequence[float]) -> bool:
    """Return whether the falls shrink from look to look, as those of 1/x and exp do."""
    if not np.isfinite(drops).all():
        return False
    late = drops[-4:]
    return late[-1] <= 0.5 * max(late[0], 0.0) or late[-1] <= 0.0


def depth(problem: Problem, x: Array, value: float) -> Words | None:
    """Return words on where f lies far below ``value``, or None if nothing such was seen.

    Looked at: x with one entry replaced by +-10^k, k from -12 to 12, for few unknowns.
    """
    if problem.dimension > _AXES_UP_TO:
        return None
    lowest, place = value, None
    for j in range(problem.dimension):
        for k in range(-12, 13):
            for sign in (1.0, -1.0):
                at = x.copy()
                at[j] = sign * 10.0**k
                if np.any(problem.penalty.clip(at) != at):
                    continue
                here = problem.total(at)
                if here < lowest:
                    lowest, place = here, (j, at[j])
    if place is None or lowest > value - _DROP * (1 + abs(value)):
        return None
    name = _entry(problem, place[0])
    return Words(
        f"f seems unbounded below: f = {lowest:.3g} at {name} = {place[1]:.3g}",
        f"f 似乎无下界：在 {name} = {place[1]:.3g} 处 f = {lowest:.3g}",
    )


def _entry(problem: Problem, j: int) -> str:
    """Return the name of an entry of the packed vector; rows and columns count from 1."""
    for (name, shape), place in zip(
        problem.layout.parts, problem.layout.slices().values(), strict=True
    ):
        if place.start <= j < place.stop:
            if not shape:
                return name
            index = np.unravel_index(j - place.start, shape)
            return f"{name}[{', '.join(str(int(i) + 1) for i in index)}]"
    raise AssertionError(j)


def is_confirmed(problem: Problem, x: Array, gradient: Array, eigen: tuple[Array, Array]) -> bool:
    """Return whether a minimum with a definite Hessian stands near x, judged as Kantorovich does.

    eigen: eigenvalues (all > 0) and eigenvectors of the Hessian.  The Newton step p must change the
    Hessian by less than an eighth of its least eigenvalue; at x^3 or on a tail of 1/x, p is as long
    as the way to infinity or to a flat point, and changes all of it.
    Source: Nocedal & Wright 2006, theorem 11.2 (Kantorovich's condition beta K eta <= 1/2).
    """
    assert problem.hessian is not None
    values, vectors = eigen
    p = -(vectors @ ((vectors.T @ gradient) / values))
    change = problem.hessian(x + p) - problem.hessian(x)
    if not np.isfinite(change).all():
        return False
    noise = 1e-10 * float(values[-1])
    return float(np.linalg.norm(change, 2)) <= max(float(values[0]) / 8, noise)
