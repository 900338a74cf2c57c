"""Accelerated proximal gradient (FISTA) with restarts, for f smooth plus g with a prox.

Without a penalty the prox is the identity and this is Nesterov's accelerated gradient method.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lossmith.solve.method import Method, Options, State
from lossmith.solve.problem import Problem
from lossmith.solve.result import Status
from lossmith.words import Words

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Memory:
    """The extrapolated point with f and grad f there, the momentum, and the estimate of L.

    fixed: L is proved, so no backtracking is needed.
    """

    point: Array
    point_value: float
    point_gradient: Array
    momentum: float
    smooth: float
    fixed: bool


def _init(problem: Problem, start: Array, options: Options) -> State:
    x = problem.penalty.clip(start)
    value, gradient = problem.both(x)
    if options.step > 0:
        smooth, fixed = 1.0 / options.step, True
    elif problem.smooth is not None and problem.smooth > 0:
        smooth, fixed = problem.smooth, True
    else:
        smooth, fixed = _first_guess(problem, x, gradient), False
    memory = Memory(x, value, gradient, 1.0, smooth, fixed)
    return State(x, value + problem.penalty.value(x), gradient, memory)


def _first_guess(problem: Problem, x: Array, gradient: Array) -> float:
    """Return |grad f(x + h) - grad f(x)| / |h| for a small step h, a lower bound of L."""
    norm = float(np.linalg.norm(gradient))
    if norm == 0.0:
        return 1.0
    h = 1e-6 * (1 + float(np.linalg.norm(x))) / norm
    other = problem.gradient(x - h * gradient)
    found = float(np.linalg.norm(other - gradient)) / (h * norm)
    return found if np.isfinite(found) and found > 0 else 1.0


def _step(problem: Problem, state: State, options: Options) -> State:
    """Return the next iterate.

    Source: Beck & Teboulle 2009, equations (4.1) to (4.3); restart by the gradient scheme of
    O'Donoghue & Candes 2015, section 3.2.
    """
    memory: Memory = state.memory
    if not np.isfinite(memory.point_value):  # extrapolated out of the domain
        memory = _restarted(problem, state, memory)
    found = _prox_step(problem, memory)
    if found is None:
        return state.end(Status.LINE_SEARCH)
    x, smooth_value, smooth = found
    value = smooth_value + problem.penalty.value(x)
    if memory.momentum > 1 and (memory.point - x) @ (x - state.x) > 0:
        memory = _restarted(problem, state, memory)
        found = _prox_step(problem, memory)
        if found is None:
            return state.end(Status.LINE_SEARCH)
        x, smooth_value, smooth = found
        value = smooth_value + problem.penalty.value(x)
    gradient = problem.gradient(x)
    momentum = (1 + np.sqrt(1 + 4 * memory.momentum**2)) / 2
    point = x + (memory.momentum - 1) / momentum * (x - state.x)
    if memory.momentum == 1:
        point_value, point_gradient = smooth_value, gradient
    else:
        point_value, point_gradient = problem.both(point)
    # Let the estimate of L sink slowly, so that one bad region is not paid for ever.
    smooth = smooth if memory.fixed else 0.98 * smooth
    later = Memory(point, point_value, point_gradient, float(momentum), smooth, memory.fixed)
    return State(x, value, gradient, later)


def _restarted(problem: Problem, state: State, memory: Memory) -> Memory:
    """Return the memory without momentum, at the last iterate."""
    value = problem.smooth_value(state.x)
    return Memory(state.x, value, state.gradient, 1.0, memory.smooth, memory.fixed)


def _prox_step(problem: Problem, memory: Memory) -> tuple[Array, float, float] | None:
    """Return (x, f(x), L) of a prox step from the extrapolated point, L doubled until it is valid.

    Valid: f(x) <= f(p) + <grad f(p), x - p> + L/2 |x - p|^2, up to rounding.
    """
    smooth = memory.smooth
    for _ in range(100):
        x = problem.penalty.prox(memory.point - memory.point_gradient / smooth, 1.0 / smooth)
        value = problem.smooth_value(x)
        move = x - memory.point
        bound = memory.point_value + memory.point_gradient @ move + smooth / 2 * (move @ move)
        noise = 32 * np.finfo(float).eps * (abs(memory.point_value) + abs(value))
        if np.isfinite(value) and (memory.fixed or value <= bound + noise):
            return x, value, smooth
        smooth *= 2
    return None


PROXIMAL_GRADIENT = Method(
    name="proximal-gradient",
    words=Words(
        "accelerated gradient steps on the smooth part, each followed by the prox of the rest",
        "对光滑部分作加速梯度步，每步再作用非光滑部分的近端算子",
    ),
    source="Beck & Teboulle 2009, section 4; O'Donoghue & Candes 2015 (restart)",
    init=_init,
    step=_step,
    needs=frozenset({"differentiable"}),
    takes=frozenset({"penalty", "norms", "bounds"}),
)
