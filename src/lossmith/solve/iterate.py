"""The one loop: every method is stepped, watched and stopped here."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lossmith.solve.linesearch import noise_at
from lossmith.solve.method import Method, Options, State
from lossmith.solve.problem import Problem
from lossmith.solve.result import Gap, Result, Status, TracePoint
from lossmith.solve.tails import depth, is_confirmed, levels_off, tail
from lossmith.words import Words, same

Array = NDArray[np.float64]
OnStep = Callable[[TracePoint], Any]

_KEEP_POINTS: Final = 10
_SECOND_ORDER: Final = 1000
"""Unknowns up to which the Hessian's least eigenvalue is looked at, once, at the end."""
_PATIENCE: Final = 50


def iterate(
    method: Method,
    problem: Problem,
    start: Array,
    options: Options | None = None,
    on_step: OnStep | None = None,
    why: Words | None = None,
    notes: tuple[Words, ...] = (),
) -> Result:
    """Return the result of running a method from a start.

    on_step: called with every point of the trace.  A KeyboardInterrupt ends the run and keeps the
    best point. Floating-point warnings are silent: a value that is no number is a step too far.
    """
    with np.errstate(all="ignore"):
        run = _Run(method, problem, options or Options(), on_step)
        run.go(np.array(start, dtype=float))
        return run.result(why or method.words, notes)


class _Run:
    """One run of a method."""

    def __init__(
        self, method: Method, problem: Problem, options: Options, on_step: OnStep | None
    ) -> None:
        self.method, self.problem, self.options, self.on_step = method, problem, options, on_step
        self.trace: list[TracePoint] = []
        self.began = time.perf_counter()
        self.status = Status.MAX_ITERATIONS
        self.state: State | None = None
        self.best: tuple[float, float, Array] | None = None
        self.stalled = 0
        self.start: Array | None = None
        self.before: Array | None = None
        self.seen: tuple[Words, ...] = ()

    def go(self, start: Array) -> None:
        """Step until something ends the run."""
        value = self.problem.total(start)
        if not np.isfinite(value):
            self.status = Status.OUTSIDE_DOMAIN
            self.best = (value, np.inf, start)
            return
        self.best = (value, np.inf, start)
        self.start = start
        try:
            state = self.method.init(self.problem, start, self.options)
            while True:
                self.state = state
                ended = self._watch(state)
                if ended is not None:
                    self.status = ended
                    return
                self.before = state.x
                state = self.method.step(self.problem, state, self.options)
        except KeyboardInterrupt:
            self.status = Status.INTERRUPTED

    def _watch(self, state: State) -> Status | None:
        """Record the state; return a reason to stop, if there is one."""
        residual = self._residual(state)
        k = len(self.trace)
        kept = state.x.copy() if self.problem.dimension <= _KEEP_POINTS else None
        seconds = time.perf_counter() - self.began
        point = TracePoint(k, state.value, residual, seconds, kept)
        self.trace.append(point)
        assert self.best is not None
        improved = state.value < self.best[0] or residual < self.best[1]
        if (state.value, residual) <= self.best[:2] or k == 0:
            self.best = (state.value, residual, state.x)
        self.stalled = 0 if improved else self.stalled + 1
        if self.on_step is not None:
            self.on_step(point)
        return self._verdict(state, residual, k)

    def _verdict(self, state: State, residual: float, k: int) -> Status | None:
        first = self.trace[0]
        if state.ended in (Status.UNBOUNDED, Status.NOT_ATTAINED):
            return self._endless(state.ended)
        tolerance = 0.0 if self.method.exact else self.options.tolerance
        if residual <= tolerance * self._scale(state):
            return self._kind_of_point(state)
        if state.ended is not None:
            return self._rounded(state.ended, state, residual)
        if np.isnan(state.value) or state.value > first.value + 1e10 * (1 + abs(first.value)):
            return Status.DIVERGED
        fell = first.value - state.value
        if fell > 1e14 * (1 + abs(first.value)) or float(np.max(np.abs(state.x))) > 1e100:
            return self._endless(Status.UNBOUNDED)
        if self.stalled >= _PATIENCE:
            if state.value > first.value:
                return Status.DIVERGED
            return self._rounded(Status.STALLED, state, residual)
        return Status.MAX_ITERATIONS if k >= self.options.iterations else None

    def _residual(self, state: State) -> float:
        if state.residual is not None:
            return state.residual
        return self.problem.residual(state.x, state.gradient)

    def _scale(self, state: State) -> float:
        """Return the size of a slope that counts as large: at the start, and of F per unit of x.

        Neither alone is safe: a far start may be steep beyond measure, and F may hold a constant.
        """
        here = abs(state.value) / (1 + float(np.linalg.norm(state.x)))
        return max(1.0, min(self.trace[0].residual, here))

    def _rounded(self, status: Status, state: State, residual: float) -> Status:
        """Tell a failure from a run that has used up the digits of its values."""
        if status not in (Status.LINE_SEARCH, Status.STALLED):
            return status
        if not self.problem.differentiable:
            return status
        # Values agree to eps once the gradient is about sqrt(eps) of its scale.
        if residual > 1e-6 * self._scale(state):
            return status
        return self._tail(state) or Status.PRECISION

    def _endless(self, status: Status) -> Status:
        """Tell values that fall without end from values that level off far out."""
        values = [point.value for point in self.trace[-5:]]
        drops = [a - b for a, b in pairwise(values)]
        levels = len(drops) > 1 and levels_off(drops)
        return Status.NOT_ATTAINED if levels else status

    def _kind_of_point(self, state: State) -> Status:
        """Tell a minimum from a saddle and from a tail where nothing proves it.

        A bracket of exact methods and strong convexity prove that a minimum is there.
        """
        problem = self.problem
        if problem.convex:
            sure = problem.strong > 0 or self.method.exact
            return Status.OPTIMAL if sure else self._tail(state) or Status.OPTIMAL
        kind = self._second_order(state)
        if kind is Status.STATIONARY:
            kind = self._tail(state) or kind
        low = depth(problem, state.x, state.value)
        if low is not None:
            self.seen = (low,)
            return kind if kind in (Status.LOCAL_MINIMUM, Status.SADDLE) else Status.UNBOUNDED
        return kind

    def _tail(self, state: State) -> Status | None:
        """Return how F falls along the rays of this run, if it falls as far as one looks."""
        rays = [state.x - end for end in (self.start, self.before) if end is not None]
        if self.problem.affine is None:
            rays.append(-self.problem.penalty.nearest(state.x, state.gradient))
        return tail(self.problem, state.x, state.value, rays)

    def _second_order(self, state: State) -> Status:
        """Return LOCAL_MINIMUM, SADDLE or, where the Hessian does not tell, STATIONARY."""
        problem = self.problem
        if problem.hessian is None or not problem.penalty.is_zero:
            return Status.STATIONARY
        if problem.dimension > _SECOND_ORDER:
            return Status.STATIONARY
        hessian = problem.hessian(state.x)
        if not np.isfinite(hessian).all():
            return Status.STATIONARY
        values, vectors = np.linalg.eigh(hessian)
        noise = 1e-8 * max(1.0, float(np.max(np.abs(values))))
        if values[0] < -noise:
            return Status.SADDLE
        definite = values[0] > noise
        sure = definite and is_confirmed(problem, state.x, state.gradient, (values, vectors))
        return Status.LOCAL_MINIMUM if sure else Status.STATIONARY

    # -- the result -------------------------------------------------------------------------------

    def result(self, why: Words, notes: tuple[Words, ...]) -> Result:
        assert self.best is not None
        value, residual, x = self.best
        if self.state is not None and self.status not in (
            Status.INTERRUPTED,
            Status.DIVERGED,
            Status.MAX_ITERATIONS,
            Status.STALLED,
        ):
            x, value, residual = self.state.x, self.state.value, self.trace[-1].residual
        remark = self.method.remark
        said = remark(self.state) if remark is not None and self.state is not None else None
        parts = self.problem.layout.unpack(x)
        return Result(
            x=next(iter(parts.values())) if len(parts) == 1 else parts,
            flat=x,
            value=float(value),
            status=self.status,
            trace=tuple(self.trace),
            residual=float(residual),
            gap=self._gap(x, float(value), float(residual)),
            iterations=max(0, len(self.trace) - 1),
            seconds=time.perf_counter() - self.began,
            method=self.method.name,
            why=why,
            notes=(*notes, *self.seen) if said is None else (*notes, *self.seen, said),
        )

    def _gap(self, x: Array, value: float, residual: float) -> Gap:
        problem = self.problem
        if not problem.convex:
            return Gap(None, _NOT_CONVEX)
        if not np.isfinite(residual):
            return Gap(None, _NO_RESIDUAL)
        bounds: list[tuple[float, Words]] = []
        if self.state is not None and self.method.gap is not None:
            own = self.method.gap(problem, self.state)
            bounds += [own] if own is not None else []
        # A residual that a method reports itself need not be the length of a subgradient.
        if problem.strong > 0 and self.state is not None and self.state.residual is None:
            bounds.append((residual**2 / (2 * problem.strong), _STRONG))
        weight = problem.penalty.least_weight()
        covered = sum(p.place.stop - p.place.start for p in problem.penalty.pieces)
        alone = problem.affine is None and problem.lower is not None
        if weight > 0 and alone and covered == problem.dimension:
            gradient = problem.gradient(x)
            nearest = float(np.max(np.abs(problem.penalty.nearest(x, gradient))))
            reach = float(np.sum(np.abs(x))) + (value - (problem.lower or 0.0)) / weight
            bounds.append((nearest * reach, _LEVEL))
        if not bounds:
            return Gap(None, _NOT_STRONG)
        bound, words = min(bounds, key=lambda b: b[0])
        # Below the rounding noise of F nothing can be told apart.
        noise = noise_at(lambda at: (problem.total(at), at), x, value)
        return Gap(float(bound + max(noise, np.spacing(abs(value)))), words)


_STRONG = same("f(x) - min f <= r^2 / (2m)")
_LEVEL = Words(
    "f(x) - min f <= max|s| (|x|_1 + (f(x) - inf h)/lam), s in the subdifferential, "
    "h the smooth part",
    "f(x) - min f <= max|s| (|x|_1 + (f(x) - inf h)/lam)，s 属于次微分，h 为光滑部分",
)
_NOT_CONVEX = Words(
    "no bound: convexity is not proved, so a lower value may exist elsewhere",
    "没有界：凸性未获证明，别处可能有更小的值",
)
_NOT_STRONG = Words(
    "no bound: strong convexity is not proved, so a small residual does not bound the gap",
    "没有界：强凸性未获证明，残差小并不意味着差距小",
)
_NO_RESIDUAL = Words("no bound: no residual was computed", "没有界：没有算出残差")
