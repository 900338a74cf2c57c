"""The card of a method: what it needs, how it starts and steps, where it is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lossmith.solve.penalty import Entrywise
from lossmith.solve.problem import Problem
from lossmith.solve.result import Status
from lossmith.words import Words

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Options:
    """What the user may set.

    tolerance: the run ends when the residual falls below it times max(1, s), s the lesser of the
      residual at the start and |F(x)| / (1 + |x|).
    iterations: at most this many.  step: a fixed step, for methods that take one (0: chosen).
    """

    tolerance: float = 1e-9
    iterations: int = 10_000
    step: float = 0.0


@dataclass(frozen=True, slots=True)
class State:
    """Where a method stands.

    x, value, gradient: the point, F there, and grad f there.  memory: what the method carries.
    residual: known distance of 0 to the subdifferential, if the method has a better one than the
    problem's formula.  ended: why no further step is possible.
    """

    x: Array
    value: float
    gradient: Array
    memory: Any = None  # each method's own noun
    residual: float | None = None
    ended: Status | None = None

    def end(self, status: Status) -> State:
        """Return the state with a reason to stop."""
        return replace(self, ended=status)


@dataclass(frozen=True, slots=True)
class Method:
    """A method of minimization.

    needs: subset of NEEDS that the problem must offer.  takes: subset of TAKES that it can cope
    with beyond a smooth f.  init: (problem, start, options) -> state.  step: one iteration.
    gap: its own bound on F(x) - min F for convex F, with the reason, if it has one.
    exact: it ends by itself at neighboring floats, so that no tolerance stops it.
    remark: what the user should know of the run, read off its last state.
    """

    name: str
    words: Words
    source: str
    init: Callable[[Problem, Array, Options], State]
    step: Callable[[Problem, State, Options], State]
    needs: frozenset[str] = field(default_factory=frozenset[str])
    takes: frozenset[str] = field(default_factory=frozenset[str])
    gap: Callable[[Problem, State], tuple[float, Words] | None] | None = None
    exact: bool = False
    remark: Callable[[State], Words | None] | None = None


NEEDS: Final = {
    "differentiable": Words("a gradient everywhere", "处处有梯度"),
    "hessian": Words("the Hessian", "黑塞矩阵"),
    "convex": Words("a proof of convexity", "凸性证明"),
    "one variable": Words("a single unknown", "只有一个未知数"),
    "affine": Words("a nonsmooth part of the form h(Ax + b)", "形如 h(Ax + b) 的非光滑部分"),
}
TAKES: Final = {
    "penalty": Words("a separable nonsmooth part", "可分的非光滑部分"),
    "norms": Words("a norm or a set of a whole variable", "整个变量的范数或集合约束"),
    "bounds": Words("bounds on the variables", "变量的上下界"),
    "kinks": Words("an objective with kinks", "带不可导点的目标函数"),
    "affine": Words("a nonsmooth part of the form h(Ax + b)", "形如 h(Ax + b) 的非光滑部分"),
}


def unmet(method: Method, problem: Problem) -> tuple[Words, ...]:
    """Return what keeps a method from a problem: unmet needs, and parts it cannot cope with."""
    offers = {
        "differentiable": problem.differentiable,
        "hessian": problem.hessian is not None,
        "convex": problem.convex,
        "one variable": problem.dimension == 1,
        "affine": problem.affine is not None,
    }
    asks = {
        "penalty": any(isinstance(p, Entrywise) for p in problem.penalty.pieces),
        "norms": any(not isinstance(p, Entrywise) for p in problem.penalty.pieces),
        "bounds": problem.penalty.has_bounds,
        # Said already where the method needs a gradient everywhere.
        "kinks": not problem.differentiable and "differentiable" not in method.needs,
        "affine": problem.affine is not None,
    }
    missing = [
        Words(f"it needs {NEEDS[n].en}", f"它需要{NEEDS[n].zh}")
        for n in sorted(method.needs)
        if not offers[n]
    ]
    refused = [
        Words(f"it cannot cope with {TAKES[t].en}", f"它不能处理{TAKES[t].zh}")
        for t, asked in asks.items()
        if asked and t not in method.takes
    ]
    return (*missing, *refused)
