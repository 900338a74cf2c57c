"""Which method, and why: chosen from what was proved, said in words."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from lossmith.errors import UsageError
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.types import shape_text
from lossmith.expr.walk import symbols
from lossmith.run.bind import as_floats
from lossmith.solve.augmented_lagrangian import AUGMENTED_LAGRANGIAN
from lossmith.solve.bisection import BISECTION
from lossmith.solve.constraints import subspace
from lossmith.solve.formula import Proved, formulate
from lossmith.solve.gradient_descent import GRADIENT_DESCENT
from lossmith.solve.iterate import OnStep, iterate
from lossmith.solve.lbfgs import LBFGS
from lossmith.solve.method import Method, Options, unmet
from lossmith.solve.newton import NEWTON
from lossmith.solve.primal_dual import PRIMAL_DUAL
from lossmith.solve.problem import Problem
from lossmith.solve.proximal_gradient import PROXIMAL_GRADIENT
from lossmith.solve.result import Result
from lossmith.solve.table import METHODS
from lossmith.words import Words, same

Array = NDArray[np.float64]

NEWTON_UP_TO: Final = 1000
"""Unknowns up to which factorizing the Hessian (d^3/3) costs less than many cheap steps."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A method and the reason for it."""

    method: Method
    why: Words


def plan(problem: Problem, name: str = "") -> Plan:
    """Return the method for a problem; ``name`` asks for one of the table.

    Raises: UsageError for an unknown method, or one that the problem does not fit.
    """
    if name:
        return _asked(problem, name)
    d = problem.dimension
    unknowns = Words(f"{d} unknown" + ("s" if d > 1 else ""), f"{d} 个未知数")
    if d == 1 and problem.convex:
        return Plan(
            BISECTION,
            Words(
                "one unknown and f is convex: the sign of the slope tells the side of the minimum, "
                "kinks or not",
                "只有一个未知数且 f 是凸的：斜率的符号指明极小点在哪一侧，有无不可导点都行",
            ),
        )
    behind = [m for m in (AUGMENTED_LAGRANGIAN, PRIMAL_DUAL) if not unmet(m, problem)]
    if problem.affine is not None and behind:
        return Plan(
            behind[0] if d <= NEWTON_UP_TO else behind[-1],
            Words(
                "f is convex with kinks behind a matrix, h(Ax + b): h has a prox, h(A .) has none",
                "f 是凸的，不可导点在矩阵之后，形如 h(Ax + b)：h 有近端算子，而 h(A·) 没有",
            ),
        )
    if not problem.differentiable or problem.affine is not None:
        return Plan(
            LBFGS,
            Words(
                "f has kinks for which no prox is known: quasi-Newton steps pass them almost "
                "always, but prove nothing there",
                "f 有不可导点且没有已知的近端算子：拟牛顿步几乎总能越过它们，但在那里不提供证明",
            ),
        )
    if not problem.penalty.is_zero:
        names = ", ".join(p.name for p in problem.penalty.pieces) or "bounds"
        return Plan(
            PROXIMAL_GRADIENT,
            Words(
                f"f is smooth plus a separable part with a known prox ({names})",
                f"f 是光滑部分加上可分且近端算子已知的部分（{names}）",
            ),
        )
    if problem.hessian is not None and problem.convex and d <= NEWTON_UP_TO:
        return Plan(
            NEWTON,
            Words(
                "f is smooth and convex with {d}: a few Newton steps are the cheapest",
                "f 光滑且凸，{d}：几步牛顿迭代最省",
            ).fill(d=unknowns),
        )
    if not problem.convex:
        return Plan(
            LBFGS,
            Words(
                "f is smooth and not proved convex: quasi-Newton steps only go down, but may end "
                "in a local minimum",
                "f 光滑但未证得凸性：拟牛顿步只会下降，但可能停在局部极小",
            ),
        )
    return Plan(
        LBFGS,
        Words(
            "f is smooth and convex with {d}, too many for a dense Hessian",
            "f 光滑且凸，{d}，太多而不宜形成稠密黑塞矩阵",
        ).fill(d=unknowns),
    )


def _asked(problem: Problem, name: str) -> Plan:
    table = {m.name: m for m in METHODS}
    key = _SHORT.get(name.lower(), name.lower())
    if key not in table:
        close = difflib.get_close_matches(key, [*table, *_SHORT], n=1, cutoff=0.4)
        listed = ", ".join(table)
        raise UsageError(
            Words(f"there is no method {name}", f"没有方法 {name}"),
            why=Words(f"the methods are {listed}", f"可用的方法有 {listed}"),
            attempt=same(close[0]) if close else None,
        )
    method = table[key]
    reasons = unmet(method, problem)
    if reasons:
        raise UsageError(
            Words(
                f"{method.name} does not fit this objective", f"{method.name} 不适用于此目标函数"
            ),
            why=Words("; ".join(r.en for r in reasons), "；".join(r.zh for r in reasons)),
            attempt=same(plan(problem).method.name),
        )
    return Plan(method, Words("asked for", "按要求选用"))


_SHORT: Mapping[str, str] = {
    "gd": GRADIENT_DESCENT.name,
    "gradient": GRADIENT_DESCENT.name,
    "lbfgs": LBFGS.name,
    "bfgs": LBFGS.name,
    "fista": PROXIMAL_GRADIENT.name,
    "ista": PROXIMAL_GRADIENT.name,
    "prox": PROXIMAL_GRADIENT.name,
    "pdhg": PRIMAL_DUAL.name,
    "alm": AUGMENTED_LAGRANGIAN.name,
}


# -- the whole way from a formula to a result ------------------------------------------------


def solve(
    expr: Expr,
    wrt: Sequence[Symbol],
    values: Mapping[str, Any],
    *,
    sizes: Mapping[str, int] | None = None,
    proved: Proved | None = None,
    method: str = "",
    start: Mapping[str, Any] | None = None,
    options: Options | None = None,
    on_step: OnStep | None = None,
) -> Result:
    """Return the result of minimizing expr over wrt.

    values: of all other symbols.  sizes: lengths that neither values nor start fix.  proved: what
    was proved of expr.  start: of some or all variables (default: see ``starting_point``).
    """
    lengths = dict(sizes or {})
    # Where data fix a length, a start of another length is the one that is wrong.
    fixed = {d for s in symbols(expr) if s.name in values for d in s.shape}
    begun = {name: as_floats(name, v) for name, v in (start or {}).items()}
    for s in wrt:
        if s.name in begun and begun[s.name].ndim == len(s.shape):
            for d, length in zip(s.shape, begun[s.name].shape, strict=True):
                if isinstance(d, str) and d not in fixed:
                    lengths.setdefault(d, length)
    problem = formulate(expr, wrt, values, lengths, proved)
    chosen = plan(problem, method)
    x, notes = starting_point(problem, wrt, begun)
    result = iterate(chosen.method, problem, x, options, on_step, chosen.why, notes)
    return result


def starting_point(
    problem: Problem, wrt: Sequence[Symbol], given: Mapping[str, Array]
) -> tuple[Array, tuple[Words, ...]]:
    """Return where to begin, and notes.

    Given parts are kept. For the others: 0 for a convex F, small seeded numbers for another one
    (0 is often a saddle); if F has no value there, ones, then random points of the declared
    intervals, until it has.
    """
    places = problem.layout.slices()
    free = [s for s in wrt if s.name not in given]
    base = np.zeros(problem.dimension)
    for name, array in given.items():
        if name not in places:
            raise UsageError(
                Words(f"{name} is no variable, so it has no start", f"{name} 不是变量，不需要起点")
            )
        expected = dict(problem.layout.parts)[name]
        if array.shape != expected:
            raise UsageError(
                Words(
                    f"the start of {name} has shape {shape_text(array.shape)}, the variable "
                    f"{shape_text(expected)}",
                    f"{name} 的起点形状是 {shape_text(array.shape)}，"
                    f"变量的形状是 {shape_text(expected)}",
                )
            )
        base[places[name]] = np.ravel(array)
    if not free:
        return base, ()
    for k, candidate in enumerate(_candidates(problem, free)):
        x = base.copy()
        for s in free:
            x[places[s.name]] = candidate[places[s.name]]
        x = problem.penalty.clip(x)
        with np.errstate(all="ignore"):
            value, gradient = problem.total(x), problem.gradient(x)
        if np.isfinite(value) and np.isfinite(gradient).all():
            return x, _START_NOTES[min(k, 2)] if not problem.convex or k else ()
    return base, ()


def _candidates(problem: Problem, free: Sequence[Symbol]) -> list[Array]:
    rng = np.random.default_rng(0)
    d = problem.dimension
    zeros = np.zeros(d)
    for s in free:
        if s.assumptions.has("symmetric"):  # definite matrices start at the unit matrix
            size = dict(problem.layout.parts)[s.name][0]
            zeros[problem.layout.slices()[s.name]] = np.ravel(np.eye(size))
    first = zeros if problem.convex else 0.1 * rng.standard_normal(d)
    centers = zeros.copy()
    for s in free:
        centers[problem.layout.slices()[s.name]] = _center(s.assumptions.interval)
    ones = np.ones(d)
    drawn = [rng.uniform(0.05, 0.95, d) for _ in range(20)]
    wild = [10.0 ** rng.uniform(-3, 3) * rng.standard_normal(d) for _ in range(40)]
    project = subspace(free, problem.layout)
    if project is not None:
        first = project(first)
    return [first + centers, zeros + centers + 1e-2, ones, *drawn, *wild]


def _center(interval: Interval) -> float:
    if interval.lo is not None and interval.hi is not None:
        return float(interval.lo + interval.hi) / 2
    if interval.lo is not None:
        return float(interval.lo) + 1.0 if interval.lo_open else max(float(interval.lo), 0.0)
    if interval.hi is not None:
        return float(interval.hi) - 1.0 if interval.hi_open else min(float(interval.hi), 0.0)
    return 0.0


_START_NOTES: tuple[tuple[Words, ...], ...] = (
    (
        Words(
            "started at small random numbers (seed 0), since 0 is often a saddle",
            "从小随机数出发（种子 0），因为 0 常常是鞍点",
        ),
    ),
    (Words("started near 0, where f has a value", "从 0 附近 f 有定义处出发"),),
    (
        Words(
            "started at a point found inside the domain, since f has no value at 0",
            "f 在 0 处没有定义，从定义域内找到的一点出发",
        ),
    ),
)

__all__ = ["NEWTON_UP_TO", "Plan", "Proved", "plan", "solve", "starting_point"]
