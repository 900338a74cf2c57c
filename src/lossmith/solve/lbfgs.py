"""L-BFGS: a quasi-Newton method that keeps the last pairs of steps and gradient changes.

Written here and not taken from SciPy, because the loop, the progress report, Ctrl-C and the edge
of the domain are shared by all methods.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lossmith.solve.linesearch import weak_wolfe
from lossmith.solve.method import Method, Options, State
from lossmith.solve.problem import Problem
from lossmith.solve.result import Status
from lossmith.words import Words

Array = NDArray[np.float64]

PAIRS: Final = 20


@dataclass(frozen=True, slots=True)
class Memory:
    """The pairs (s, y) = (change of x, change of the gradient), oldest first."""

    pairs: tuple[tuple[Array, Array], ...] = ()


def _init(problem: Problem, start: Array, options: Options) -> State:
    value, gradient = _both(problem, start)
    return State(start, value, gradient, Memory())


def _both(problem: Problem, x: Array) -> tuple[float, Array]:
    """Return F and a subgradient: for an F with kinks it is the gradient almost everywhere."""
    if problem.affine is None and problem.penalty.is_zero:
        return problem.both(x)
    return problem.total(x), problem.subgradient(x)


def _step(problem: Problem, state: State, options: Options) -> State:
    pairs = state.memory.pairs
    direction = -two_loop(pairs, state.gradient)
    if not state.gradient @ direction < 0:
        pairs, direction = (), -state.gradient
    norm = float(np.linalg.norm(state.gradient))
    if norm == 0.0:
        return state.end(Status.LINE_SEARCH)
    first = 1.0 if pairs else min(1.0, 1.0 / norm)
    found = weak_wolfe(
        lambda x: _both(problem, x), state.x, state.value, state.gradient, direction, first
    )
    if found is None:
        if pairs:  # start afresh: old pairs may describe another region
            return State(state.x, state.value, state.gradient, Memory())
        return state.end(Status.LINE_SEARCH)
    s, y = found.x - state.x, found.gradient - state.gradient
    if s @ y > np.finfo(float).eps * float(y @ y):
        pairs = (*pairs, (s, y))[-PAIRS:]
    moved = State(found.x, found.value, found.gradient, Memory(pairs))
    return moved.end(Status.UNBOUNDED) if found.unbounded else moved


def two_loop(pairs: tuple[tuple[Array, Array], ...], gradient: Array) -> Array:
    """Return the inverse-Hessian approximation times the gradient.

    Source: Nocedal & Wright 2006, algorithm 7.4, scaled by equation (7.20).
    """
    q = gradient.copy()
    factors: list[float] = []
    for s, y in reversed(pairs):
        a = float(s @ q) / float(s @ y)
        q -= a * y
        factors.append(a)
    if pairs:
        s, y = pairs[-1]
        q *= float(s @ y) / float(y @ y)
    for (s, y), a in zip(pairs, reversed(factors), strict=True):
        q += (a - float(y @ q) / float(s @ y)) * s
    return q


LBFGS = Method(
    name="l-bfgs",
    words=Words(
        f"quasi-Newton steps from the last {PAIRS} gradient changes, with a weak Wolfe line search",
        f"用最近 {PAIRS} 次梯度变化构造拟牛顿方向，配弱 Wolfe 线搜索",
    ),
    source="Nocedal & Wright 2006, section 7.2; Lewis & Overton 2013 (kinks)",
    init=_init,
    step=_step,
    takes=frozenset({"kinks"}),
)
