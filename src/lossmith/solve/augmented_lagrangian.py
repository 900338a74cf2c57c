"""Augmented Lagrangian for f(x) + h(A x + b), its inner problems by semismooth Newton steps.

The kinks of h are smoothed by the Moreau envelope around the current multipliers, so each inner
problem has a gradient and almost everywhere a Hessian; the multipliers then move the envelope until
its minimum is that of F. A few outer steps reach full accuracy where first-order splitting needs
many thousands. Penalties and bounds on x join h as rows of the unit matrix.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lossmith.solve.linesearch import weak_wolfe
from lossmith.solve.method import Method, Options, State
from lossmith.solve.newton import newton_direction
from lossmith.solve.penalty import Entrywise, Penalty, Piece
from lossmith.solve.problem import Affine, Problem
from lossmith.words import Words, same

Array = NDArray[np.float64]

_INNER: Final = 60
_GROWTH: Final = 3.0
_DAMPING: Final = 1e-5


@dataclass(frozen=True, slots=True)
class Memory:
    """rows: h, A, b with the penalty stacked below.  dual: u, a subgradient of h at ``near``.

    weight: sigma of the augmented term.  gap: h(z) - h(near) - <u, z - near> at z = A x + b.
    slope: grad f + A'u.  worst: the dual residual.
    """

    rows: Affine
    dual: Array
    weight: float
    gap: float
    slope: float
    worst: float


def stacked(problem: Problem) -> Affine:
    """Return h(A x + b) + g(x) as one function behind one matrix."""
    assert problem.affine is not None
    affine, penalty = problem.affine, problem.penalty
    if penalty.is_zero:
        return affine
    count, d = affine.matrix.shape
    moved: list[Piece] = list(affine.outer.pieces)
    for piece in penalty.pieces:
        assert isinstance(piece, Entrywise)
        place = slice(piece.place.start + count, piece.place.stop + count)
        moved.append(replace(piece, place=place))
    free = np.full(count, np.inf)
    low = None if penalty.low is None else np.concatenate([-free, penalty.low])
    high = None if penalty.high is None else np.concatenate([free, penalty.high])
    matrix = np.vstack([affine.matrix, np.eye(d)])
    offset = np.concatenate([affine.offset, np.zeros(d)])
    return Affine(matrix, offset, Penalty(tuple(moved), low, high))


def _init(problem: Problem, start: Array, options: Options) -> State:
    rows = stacked(problem)
    x = problem.penalty.clip(start)
    inner = rows.matrix @ x + rows.offset
    dual = rows.outer.slope(inner)
    # The envelope should be as wide as the arguments of h are spread.
    slopes, spread = float(np.std(dual)) + float(np.mean(np.abs(dual))), float(np.std(inner))
    weight = (slopes if slopes > 0 else 1.0) / (spread if spread > 0 else 1.0)
    memory = Memory(rows, dual, weight, 0.0, np.inf, np.inf)
    return _state(problem, x, memory, inner)


def _state(problem: Problem, x: Array, memory: Memory, near: Array) -> State:
    """Return the state; near: a point at which ``memory.dual`` is a subgradient of h."""
    rows, dual = memory.rows, memory.dual
    inner = rows.matrix @ x + rows.offset
    gradient = problem.gradient(x)
    slope = float(np.linalg.norm(gradient + rows.matrix.T @ dual))
    worst = float(np.linalg.norm(inner - rows.outer.prox(inner + dual, 1.0)))
    apart = rows.outer.value(inner) - rows.outer.value(near) - float(dual @ (inner - near))
    memory = replace(memory, gap=max(apart, 0.0), slope=slope, worst=worst)
    point = problem.penalty.clip(x)
    return State(
        point, problem.total(point), gradient, memory, residual=float(np.hypot(slope, worst))
    )


def _step(problem: Problem, state: State, options: Options) -> State:
    """Return the next outer iterate.

    Source: Rockafellar 1976, algorithm (1.6); Li, Sun & Toh 2018, algorithms 1 and 2 (the inner
    Newton method with the generalized Jacobian of the prox).
    """
    memory: Memory = state.memory
    rows, weight = memory.rows, memory.weight
    assert state.residual is not None
    goal = 0.05 * state.residual
    x = _minimized(problem, rows, memory.dual, weight, state.x, goal)
    moved = rows.matrix @ x + rows.offset + memory.dual / weight
    near = rows.outer.prox(moved, 1.0 / weight)
    dual = weight * (moved - near)
    later = _state(problem, x, replace(memory, dual=dual), near)
    # A larger weight speeds the multipliers up, but only once the inner problem is under control.
    if later.memory.slope <= goal and later.memory.worst > 0.3 * memory.worst:
        grown = min(weight * _GROWTH, 1e10)
        later = replace(later, memory=replace(later.memory, weight=grown))
    return later


def _minimized(
    problem: Problem, rows: Affine, dual: Array, weight: float, x: Array, goal: float
) -> Array:
    """Return the minimizer of f(x) + min over z of h(z) + weight/2 |A x + b + u/weight - z|^2."""
    assert problem.hessian is not None
    A = rows.matrix

    def both(at: Array) -> tuple[float, Array]:
        value, gradient = problem.both(at)
        moved = A @ at + rows.offset + dual / weight
        apart = moved - rows.outer.prox(moved, 1.0 / weight)
        envelope = rows.outer.value(moved - apart) + weight / 2 * float(apart @ apart)
        return value + envelope, gradient + weight * (A.T @ apart)

    value, gradient = both(x)
    first = float(np.linalg.norm(gradient))
    scale = weight * float(np.sum(A * A)) / len(x)
    for _ in range(_INNER):
        size = float(np.linalg.norm(gradient))
        if size <= goal:
            break
        moved = A @ x + rows.offset + dual / weight
        bend = 1.0 - prox_slope(rows.outer, moved, 1.0 / weight)
        hessian = problem.hessian(x) + weight * (A.T @ (bend[:, None] * A))
        # Where few rows bend, the Hessian is singular and its Newton step would run away.
        hessian += _DAMPING * min(1.0, size / first) * scale * np.eye(len(x))
        direction, _ = newton_direction(hessian, gradient)
        found = weak_wolfe(both, x, value, gradient, direction)
        if found is None:
            break
        x, value, gradient = found.x, found.value, found.gradient
    return x


def prox_slope(outer: Penalty, v: Array, step: float) -> Array:
    """Return the derivative of the prox entry by entry, in [0, 1], by a central difference.

    The prox is piecewise smooth; at its kinks any value between the one-sided slopes is an
    element of the generalized Jacobian, which is all that the Newton step asks for.
    """
    h = 1e-7 * (1 + np.abs(v))
    slope = (outer.prox(v + h, step) - outer.prox(v - h, step)) / (2 * h)
    return np.clip(slope, 0.0, 1.0)


def _gap(problem: Problem, state: State) -> tuple[float, Words] | None:
    """Return h(z) - h(z') - <u, z - z'> + |s|^2 / 2m, m of f: the duality gap at (x, u)."""
    memory: Memory = state.memory
    if problem.strong_smooth <= 0:
        return None
    bound = memory.gap + memory.slope**2 / (2 * problem.strong_smooth)
    return bound, same("f(x) - min f <= h(z) - h(z') - <u, z - z'> + |s|^2 / (2m)")


AUGMENTED_LAGRANGIAN = Method(
    name="augmented-lagrangian",
    words=Words(
        "multipliers for the part with kinks; each inner problem by semismooth Newton steps",
        "对带不可导点的部分引入乘子，内层问题用半光滑牛顿步求解",
    ),
    source="Rockafellar 1976; Li, Sun & Toh 2018, section 3",
    init=_init,
    step=_step,
    needs=frozenset({"affine", "convex", "differentiable", "hessian"}),
    takes=frozenset({"penalty", "bounds", "affine"}),
    gap=_gap,
)
