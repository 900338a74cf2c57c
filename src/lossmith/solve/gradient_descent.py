"""Gradient descent: x - grad f(x) / L with the proved L, else with a step found by backtracking."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lossmith.solve.linesearch import backtrack
from lossmith.solve.method import Method, Options, State
from lossmith.solve.problem import Problem
from lossmith.solve.result import Status
from lossmith.words import Words

Array = NDArray[np.float64]


def _init(problem: Problem, start: Array, options: Options) -> State:
    value, gradient = problem.both(start)
    return State(start, value, gradient, memory=1.0)


def _step(problem: Problem, state: State, options: Options) -> State:
    """Return the next state; ``memory`` is the last step that backtracking accepted."""
    if options.step > 0:
        return _fixed(problem, state, options.step)
    if problem.smooth is not None and problem.smooth > 0:
        moved = _fixed(problem, state, 1.0 / problem.smooth)
        if np.isfinite(moved.value):
            return moved  # L may hold inside a domain only, so an infinite value falls through
    slope = -float(state.gradient @ state.gradient)
    if slope == 0.0:
        return state.end(Status.LINE_SEARCH)
    found = backtrack(
        problem.smooth_value, state.x, state.value, slope, -state.gradient, 2.0 * state.memory
    )
    if found is None:
        return state.end(Status.LINE_SEARCH)
    x, _, step = found
    value, gradient = problem.both(x)
    return State(x, value, gradient, memory=step)


def _fixed(problem: Problem, state: State, step: float) -> State:
    x = state.x - step * state.gradient
    value, gradient = problem.both(x)
    return State(x, value, gradient, memory=step)


GRADIENT_DESCENT = Method(
    name="gradient-descent",
    words=Words(
        "steps against the gradient, of length 1/L where L is proved, else found by backtracking",
        "沿负梯度方向走：若证得 L 则步长取 1/L，否则回溯确定步长",
    ),
    source="Nesterov 2018, section 1.2.3; Boyd & Vandenberghe 2004, section 9.2 (backtracking)",
    init=_init,
    step=_step,
    needs=frozenset({"differentiable"}),
)
