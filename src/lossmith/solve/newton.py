"""Newton's method, damped: solves (H + shift I) p = -grad f with the least shift that is safe.

Newton's equation asks for grad f = 0, not for a minimum: at an indefinite Hessian the plain step
may climb or run to a saddle. So H is shifted until a Cholesky factorization exists, and at a
stationary point with a negative eigenvalue the run leaves along its eigenvector.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg
from numpy.typing import NDArray

from lossmith.solve.linesearch import weak_wolfe
from lossmith.solve.method import Method, Options, State
from lossmith.solve.problem import Problem
from lossmith.solve.result import Status
from lossmith.words import Words

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Memory:
    """shift: the last one used.  indefinite: whether some Hessian on the way needed a shift."""

    shift: float = 0.0
    indefinite: bool = False


def _init(problem: Problem, start: Array, options: Options) -> State:
    value, gradient = problem.both(start)
    return _escaped(problem, State(start, value, gradient, memory=Memory()))


def _step(problem: Problem, state: State, options: Options) -> State:
    assert problem.hessian is not None
    hessian = problem.hessian(state.x)
    if not np.isfinite(hessian).all():
        return state.end(Status.LINE_SEARCH)
    direction, shift = newton_direction(hessian, state.gradient, convex=problem.convex)
    # A convex F has a psd Hessian: a shift there is a matter of rounding, not of saddles.
    memory = Memory(shift, state.memory.indefinite or (shift > 0 and not problem.convex))
    if not state.gradient @ direction < 0:
        return state.end(Status.LINE_SEARCH)
    found = weak_wolfe(problem.both, state.x, state.value, state.gradient, direction)
    if found is None:
        return state.end(Status.LINE_SEARCH)
    moved = State(found.x, found.value, found.gradient, memory)
    if found.unbounded:
        return moved.end(Status.UNBOUNDED)
    return _escaped(problem, moved) if memory.indefinite else moved


def newton_direction(
    hessian: Array, gradient: Array, *, convex: bool = False
) -> tuple[Array, float]:
    """Return p with (H + shift I) p = -gradient, and the shift (0 if H is positive definite).

    convex: H is known to be psd; if it is singular and has the gradient in its range, p is the
    shortest solution of H p = -gradient, which ends at a minimum at once if F is quadratic.
    Source: Nocedal & Wright 2006, algorithm 3.3 (Cholesky with added multiple of the identity).
    """
    hessian = (hessian + hessian.T) / 2
    diagonal = np.diagonal(hessian)
    scale = max(float(np.max(np.abs(hessian))), 1e-300)
    flat = diagonal.min() <= 0
    if convex and flat and (shortest := _shortest(hessian, gradient)) is not None:
        return shortest, 0.0
    shift = 1e-3 * scale - float(diagonal.min()) if flat else 0.0
    identity = np.eye(len(hessian))
    while True:
        try:
            factor = scipy.linalg.cho_factor(hessian + shift * identity, check_finite=False)
            pivots = np.diagonal(factor[0])
            # A singular H can slip through the factorization with a pivot made of rounding.
            if pivots.min() ** 2 > 16 * len(hessian) * np.finfo(float).eps * scale:
                return -scipy.linalg.cho_solve(factor, gradient, check_finite=False), shift
        except scipy.linalg.LinAlgError:
            pass
        if convex and shift == 0.0:
            shortest = _shortest(hessian, gradient)
            if shortest is not None:
                return shortest, 0.0
        shift = max(10 * shift, 1e-10 * scale)


def _shortest(hessian: Array, gradient: Array) -> Array | None:
    """Return the shortest p with H p = -gradient for a psd H, or None if there is none."""
    values, vectors = np.linalg.eigh(hessian)
    rank = values > len(values) * np.finfo(float).eps * max(float(values[-1]), 0.0)
    parts = vectors.T @ gradient
    missed = float(np.linalg.norm(parts[~rank]))
    if not rank.any() or missed > 1e-8 * float(np.linalg.norm(gradient)):
        return None
    return -(vectors[:, rank] @ (parts[rank] / values[rank]))


def _escaped(problem: Problem, state: State) -> State:
    """Return the state, or one further along negative curvature if it sits at a saddle."""
    assert problem.hessian is not None
    if problem.convex or np.linalg.norm(state.gradient) > 1e-6 * (1 + abs(state.value)):
        return state
    values, vectors = np.linalg.eigh(problem.hessian(state.x))
    if values[0] >= -1e-8 * max(1.0, float(np.max(np.abs(values)))):
        return state
    direction = vectors[:, 0]
    if state.gradient @ direction > 0:
        direction = -direction
    memory = Memory(-float(values[0]), indefinite=True)
    step = 1e-2 * (1 + float(np.linalg.norm(state.x)))
    while step > 1e-12:
        x = state.x + step * direction
        value, gradient = problem.both(x)
        if value < state.value:
            return State(x, value, gradient, memory)
        step /= 2
    return state


WARNING = Words(
    "Newton's equation seeks grad f = 0, not a minimum; the Hessian was not positive definite on "
    "the way, so it was shifted",
    "牛顿方程求的是梯度为零的点，不一定是极小；途中黑塞矩阵不正定，已作平移修正",
)


def _remark(state: State) -> Words | None:
    return WARNING if state.memory.indefinite else None


NEWTON = Method(
    name="newton",
    words=Words(
        "Newton steps with a line search; the Hessian is shifted where it is not positive definite",
        "带线搜索的牛顿法；黑塞矩阵不正定时加上单位阵的倍数",
    ),
    source="Nocedal & Wright 2006, sections 3.3 and 3.4; Boyd & Vandenberghe 2004, section 9.5",
    init=_init,
    step=_step,
    needs=frozenset({"differentiable", "hessian"}),
    remark=_remark,
)
