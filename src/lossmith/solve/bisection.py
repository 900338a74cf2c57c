"""Bisection on the subgradient of a convex function of one variable, kinks allowed.

A bracket [a, b] with F'(a) < 0 < F'(b) holds a minimizer; halving it ends at neighboring floats.
For any point of the bracket f(x) - min f <= max(|F'(a)|, |F'(b)|) (b - a), a bound that needs no
strong convexity.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lossmith.solve.method import Method, Options, State
from lossmith.solve.problem import Problem
from lossmith.solve.result import Status
from lossmith.words import Words, same

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Memory:
    """The bracket: ends with the subgradients there; an end is None until its sign is seen.

    beyond: points known to lie outside the domain, on the left and on the right.
    stride: how far the next look outside goes.
    """

    low: tuple[float, float] | None = None
    high: tuple[float, float] | None = None
    beyond: tuple[float, float] = (-np.inf, np.inf)
    stride: float = 1.0


def _init(problem: Problem, start: Array, options: Options) -> State:
    x = problem.penalty.clip(start)
    low = -np.inf if problem.penalty.low is None else float(problem.penalty.low[0])
    high = np.inf if problem.penalty.high is None else float(problem.penalty.high[0])
    memory = Memory(beyond=(low, high), stride=max(1.0, abs(float(x[0]))))
    return _placed(problem, float(x[0]), memory)


def _placed(problem: Problem, x: float, memory: Memory) -> State:
    """Return the state at x with the bracket tightened by the subgradient there."""
    at = np.array([x])
    value = problem.total(at)
    gradient = problem.gradient(at)
    slope = float(problem.subgradient(at)[0])
    if slope == 0.0 and _has_vanished(memory):
        # Nothing turned the slope round: it sank below the smallest float, as that of exp does.
        return State(at, value, gradient, memory, residual=0.0, ended=Status.NOT_ATTAINED)
    if slope < 0:
        memory = replace(memory, low=(x, slope))
    elif slope > 0:
        memory = replace(memory, high=(x, slope))
    else:
        memory = replace(memory, low=(x, 0.0), high=(x, 0.0))
    return State(at, value, gradient, memory, residual=_residual(problem, at, gradient, memory))


def _has_vanished(memory: Memory) -> bool:
    """Return whether the search ran outward on one side and the slope there was already tiny."""
    ends = [end for end in (memory.low, memory.high) if end is not None]
    return len(ends) == 1 and abs(ends[0][1]) < 1e-150


def _residual(problem: Problem, at: Array, gradient: Array, memory: Memory) -> float:
    """Return the distance of 0 to the slopes that the bracket leaves possible at its point.

    Neighboring floats with slopes of opposite signs enclose a kink: its subdifferential holds 0.
    """
    if memory.low is not None and memory.high is not None:
        a, b = memory.low[0], memory.high[0]
        if b <= np.nextafter(a, np.inf):
            return 0.0
    if problem.affine is None and problem.differentiable:
        return problem.residual(at, gradient)
    return abs(float(problem.subgradient(at)[0]))


def _step(problem: Problem, state: State, options: Options) -> State:
    memory: Memory = state.memory
    if memory.low is None or memory.high is None:
        return _outward(problem, state, memory)
    a, b = memory.low[0], memory.high[0]
    middle = _interpolated(memory) if state.memory.stride == 0.0 else a + (b - a) / 2
    if not a < middle < b:
        middle = a + (b - a) / 2
    if not a < middle < b:
        return state.end(Status.LINE_SEARCH)
    # Every other look is a secant step, which ends the work early where the slope is smooth.
    turn = replace(memory, stride=0.0 if memory.stride else 1.0)
    found = _placed(problem, middle, turn)
    return _better_end(problem, found)


def _interpolated(memory: Memory) -> float:
    """Return where the line through the two slopes crosses 0."""
    assert memory.low is not None
    assert memory.high is not None
    (a, left), (b, right) = memory.low, memory.high
    return a + (b - a) * (-left / (right - left)) if right > left else a


def _better_end(problem: Problem, state: State) -> State:
    """At neighboring floats, return the end with the lower value."""
    memory: Memory = state.memory
    assert memory.low is not None
    assert memory.high is not None
    a, b = memory.low[0], memory.high[0]
    if b > np.nextafter(a, np.inf):
        return state
    ends = [(problem.total(np.array([t])), t) for t in (a, b)]
    value, x = min(ends)
    at = np.array([x])
    gradient = problem.gradient(at)
    residual = _residual(problem, at, gradient, memory)
    return State(at, value, gradient, memory, residual=residual)


def _outward(problem: Problem, state: State, memory: Memory) -> State:
    """Look further on the side where the function falls, twice as far each time."""
    rightward = memory.high is None
    end = memory.low if rightward else memory.high
    assert end is not None
    edge = memory.beyond[1] if rightward else memory.beyond[0]
    x = end[0] + memory.stride if rightward else end[0] - memory.stride
    if (x >= edge) if rightward else (x <= edge):
        x = edge if _is_bound(problem, edge) else end[0] + (edge - end[0]) / 2
    if x == end[0] or not np.isfinite(x):
        return state.end(Status.UNBOUNDED)
    value = problem.total(np.array([x]))
    if not np.isfinite(value):
        left, right = memory.beyond
        beyond = (left, x) if rightward else (x, right)
        inward = replace(memory, beyond=beyond, stride=abs(x - end[0]) / 2)
        return replace(state, memory=inward)
    moved = _placed(problem, x, replace(memory, stride=2 * memory.stride))
    if _is_bound(problem, x) and (moved.memory.high is None or moved.memory.low is None):
        return replace(moved, residual=0.0)  # the function still falls at the bound: a minimizer
    return moved


def _is_bound(problem: Problem, x: float) -> bool:
    low, high = problem.penalty.low, problem.penalty.high
    return (low is not None and x == float(low[0])) or (high is not None and x == float(high[0]))


def _gap(problem: Problem, state: State) -> tuple[float, Words] | None:
    memory: Memory = state.memory
    if memory.low is None or memory.high is None:
        return None
    (a, left), (b, right) = memory.low, memory.high
    return max(abs(left), abs(right)) * (b - a), same("f(x) - min f <= max|f'| (b - a)")


BISECTION = Method(
    name="bisection",
    words=Words(
        "halves a bracket on whose ends the slopes have opposite signs",
        "对两端斜率异号的区间不断二分",
    ),
    source="Boyd & Vandenberghe 2004, section 9.2 exercises; Nesterov 2018, section 3.2.6",
    init=_init,
    step=_step,
    needs=frozenset({"convex", "one variable"}),
    takes=frozenset({"penalty", "norms", "bounds", "kinks", "affine"}),
    gap=_gap,
    exact=True,
)
