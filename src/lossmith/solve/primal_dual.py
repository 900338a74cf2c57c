"""Primal-dual splitting for f(x) + g(x) + h(A x + b): a gradient step, a prox of g, a dual prox.

Handles absolute errors, hinge losses, fused penalties: kinks that sit behind a matrix, where no
prox of the whole is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lossmith.solve.method import Method, Options, State
from lossmith.solve.problem import Affine, Problem
from lossmith.words import Words

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Memory:
    """dual: u in the subdifferential of h at the solution.  smooth: estimate of L of f.

    norm: of A.  balance: ratio of dual to primal step.  drift: residuals of both since the last
    rebalancing, and how many steps that was ago.
    """

    dual: Array
    smooth: float
    norm: float
    balance: float
    drift: tuple[float, float, int]


def _init(problem: Problem, start: Array, options: Options) -> State:
    assert problem.affine is not None
    affine = problem.affine
    x = problem.penalty.clip(start)
    inner = affine.matrix @ x + affine.offset
    dual = affine.outer.slope(inner)
    norm = max(float(np.linalg.norm(affine.matrix, 2)), 1e-300)
    gradient = problem.gradient(x)
    smooth = problem.smooth if problem.smooth is not None else _curvature(problem, x)
    size = max(1.0, float(np.linalg.norm(dual)))
    reach = max(1.0, float(np.linalg.norm(inner)) / norm)
    memory = Memory(dual, smooth, norm, size / (norm * reach), (0.0, 0.0, 0))
    return _state(problem, x, gradient, memory)


def _curvature(problem: Problem, x: Array) -> float:
    """Return the norm of the Hessian at x, a first guess of L."""
    if problem.hessian is None:
        return 1.0
    found = float(np.linalg.norm(problem.hessian(x), 2))
    return found if np.isfinite(found) else 1.0


def _state(problem: Problem, x: Array, gradient: Array, memory: Memory) -> State:
    """Return the state with its residual: 0 exactly at a primal-dual solution.

    The primal part is the distance of 0 to grad f + A'u + the subdifferential of g; the dual part
    is z - prox_h(z + u) for z = A x + b, which vanishes when u is a subgradient of h at z.
    """
    assert problem.affine is not None
    affine = problem.affine
    primal = problem.residual(x, gradient + affine.matrix.T @ memory.dual)
    inner = affine.matrix @ x + affine.offset
    dual = float(np.linalg.norm(inner - affine.outer.prox(inner + memory.dual, 1.0)))
    a, b, k = memory.drift
    memory = replace(memory, drift=(a + primal, b + memory.norm * dual, k + 1))
    return State(x, problem.total(x), gradient, memory, residual=float(np.hypot(primal, dual)))


def _step(problem: Problem, state: State, options: Options) -> State:
    """Return the next state.

    Source: Condat 2013, algorithm 3.1 (and Vu 2013), steps with 1/tau - sigma |A|^2 >= L/2.
    """
    assert problem.affine is not None
    affine = problem.affine
    memory = _balanced(state.memory)
    sigma = memory.balance
    x, smooth = _primal_step(problem, state, memory)
    ahead = affine.matrix @ (2 * x - state.x) + affine.offset
    dual = dual_prox(affine, memory.dual + sigma * ahead, sigma)
    return _state(problem, x, problem.gradient(x), replace(memory, dual=dual, smooth=smooth))


def _primal_step(problem: Problem, state: State, memory: Memory) -> tuple[Array, float]:
    """Return the next x and the L that made its step safe."""
    assert problem.affine is not None
    slope = state.gradient + problem.affine.matrix.T @ memory.dual
    before = problem.smooth_value(state.x)
    noise = 32 * np.finfo(float).eps * (1 + abs(before))
    smooth = memory.smooth
    while True:
        tau = 1.0 / (smooth / 2 + memory.balance * memory.norm**2)
        x = problem.penalty.prox(state.x - tau * slope, tau)
        if problem.smooth is not None or smooth > 1e300:
            return x, smooth
        move = x - state.x
        bound = before + state.gradient @ move + smooth / 2 * (move @ move)
        if problem.smooth_value(x) <= bound + noise:
            return x, smooth
        smooth = 2 * smooth if smooth > 0 else 1.0


def dual_prox(affine: Affine, v: Array, sigma: float) -> Array:
    """Return the prox of sigma h* at v, by Moreau: v - sigma prox_{h / sigma}(v / sigma)."""
    return v - sigma * affine.outer.prox(v / sigma, 1.0 / sigma)


def _balanced(memory: Memory) -> Memory:
    """Shift weight between the two steps when one residual lags; ever more rarely."""
    primal, dual, k = memory.drift
    if k < 100:
        return memory
    ratio = np.sqrt((dual + 1e-300) / (primal + 1e-300))
    factor = float(np.clip(ratio, 0.5, 2.0))
    return replace(memory, balance=memory.balance * factor, drift=(0.0, 0.0, 0))


PRIMAL_DUAL = Method(
    name="primal-dual",
    words=Words(
        "alternating steps in x and in the multipliers of the nonsmooth part behind a matrix",
        "对 x 与矩阵后面非光滑部分的对偶变量交替迭代",
    ),
    source="Condat 2013, algorithm 3.1; Chambolle & Pock 2011, section 6 (balance of the steps)",
    init=_init,
    step=_step,
    needs=frozenset({"affine", "convex", "differentiable"}),
    takes=frozenset({"penalty", "norms", "bounds", "affine"}),
)
