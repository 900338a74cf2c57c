"""How a run ended: its point, its trace, and a status that says what to try."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lossmith.errors import LossmithError
from lossmith.words import Words

Array = NDArray[np.float64]


class NotSolved(LossmithError):
    """A run ended without a minimum; raised by ``raise_for_status`` alone."""


class Status(Enum):
    """Why a run ended."""

    OPTIMAL = "optimal"
    LOCAL_MINIMUM = "local minimum"
    STATIONARY = "stationary"
    SADDLE = "saddle"
    PRECISION = "precision"
    MAX_ITERATIONS = "max iterations"
    STALLED = "stalled"
    LINE_SEARCH = "line search"
    OUTSIDE_DOMAIN = "outside the domain"
    DIVERGED = "diverged"
    UNBOUNDED = "unbounded"
    NOT_ATTAINED = "not attained"
    INTERRUPTED = "interrupted"

    @property
    def is_success(self) -> bool:
        """Whether the point may be used as a minimizer (a local one if F is not convex)."""
        return self in (Status.OPTIMAL, Status.LOCAL_MINIMUM, Status.STATIONARY, Status.PRECISION)

    @property
    def words(self) -> Words:
        """What the status means and, if it is a failure, what to try."""
        return _WORDS[self]


_WORDS: Mapping[Status, Words] = {
    Status.OPTIMAL: Words(
        "minimum found: f is convex, and its optimality condition holds up to the tolerance",
        "已找到最小值：f 是凸的，且在容差内满足最优性条件",
    ),
    Status.LOCAL_MINIMUM: Words(
        "local minimum: the gradient vanishes and the Hessian is positive definite there; "
        "other starts may give lower values",
        "局部极小：梯度为零且该处黑塞矩阵正定；换起点也许能得到更小的值",
    ),
    Status.STATIONARY: Words(
        "stationary point: the gradient vanishes; whether it is a minimum is not decided",
        "驻点：梯度为零；是否为极小值尚未判定",
    ),
    Status.SADDLE: Words(
        "stationary point that is no minimum: the Hessian has a negative eigenvalue there; "
        "try another start",
        "是驻点但不是极小：该处黑塞矩阵有负特征值；请换一个起点",
    ),
    Status.PRECISION: Words(
        "no further progress in floating point: the residual is at the level of rounding errors",
        "浮点精度已尽，无法再下降：残差已到舍入误差的量级",
    ),
    Status.MAX_ITERATIONS: Words(
        "the iterations ran out; try more of them, another method, or standardized columns",
        "迭代次数用尽；可增加次数、换方法，或先标准化各列",
    ),
    Status.STALLED: Words(
        "the values stopped falling before the optimality condition was met; a kink may be near: "
        "try another start or another method",
        "尚未满足最优性条件，函数值已不再下降，附近可能有不可导点；请换起点或换方法",
    ),
    Status.LINE_SEARCH: Words(
        "no lower value was found along the search direction; a kink may be near: try another "
        "start or a method for nonsmooth objectives",
        "沿搜索方向找不到更小的值，附近可能有不可导点；请换起点，或改用非光滑方法",
    ),
    Status.OUTSIDE_DOMAIN: Words(
        "f has no value at the start; give a start inside its domain",
        "f 在起点处没有定义；请给出定义域内的起点",
    ),
    Status.DIVERGED: Words(
        "the values grow: the step is too large; it must stay below 2/L",
        "函数值在增大：步长太大；步长应小于 2/L",
    ),
    Status.UNBOUNDED: Words(
        "f seems unbounded below: its values fall as far as was looked; add a penalty or a bound",
        "f 似乎无下界：在所考察的范围内函数值一直下降；请加上正则项或约束",
    ),
    Status.NOT_ATTAINED: Words(
        "no minimum was found: the slope dies out, but f still falls as far as was looked; its "
        "infimum seems not attained; add a penalty or a bound",
        "未找到极小值：斜率趋于零，但在所考察的范围内 f 仍在下降，下确界似乎取不到；"
        "请加上正则项或约束",
    ),
    Status.INTERRUPTED: Words(
        "interrupted; the best point so far is kept", "已中断；保留目前最好的点"
    ),
}


@dataclass(frozen=True, slots=True)
class TracePoint:
    """One iteration: objective value, optimality residual, seconds since the start.

    x: the packed point, kept for problems of few unknowns.
    """

    iteration: int
    value: float
    residual: float
    seconds: float
    x: Array | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A bound on F(x) - min F, or the reason why there is none."""

    bound: float | None
    words: Words


@dataclass(frozen=True, slots=True, repr=False)
class Result:
    """The outcome of a run.

    x: the variable (an array of its shape), or a mapping by name if there are several.
    flat: all variables packed into one vector.  value: F there.  residual: distance of 0 to the
    subdifferential of F (|grad F| for a smooth F).  gap: bound on F(x) - min F.
    method: name of the method.  why: why it was chosen.  notes: what the user should know.
    """

    x: Any  # an array, or arrays by name
    flat: Array
    value: float
    status: Status
    trace: tuple[TracePoint, ...]
    residual: float
    gap: Gap
    iterations: int
    seconds: float
    method: str
    why: Words
    notes: tuple[Words, ...] = ()

    def __str__(self) -> str:
        parts = self.x.items() if isinstance(self.x, dict) else [("x", self.x)]
        lines = [f"{name} = {_short(array)}" for name, array in parts]
        head = f"{self.status.value}: value {self.value:.12g}, residual {self.residual:.3g}"
        tail = f"{self.method}, {self.iterations} iterations, {self.seconds:.3f} s"
        return "\n".join([head, *lines, tail])

    def __repr__(self) -> str:
        return f"<Result {self.status.value}; value {self.value:.12g}; {self.method}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self)}

    def raise_for_status(self) -> Result:
        """Return the result itself; raise NotSolved if the run did not succeed."""
        if not self.status.is_success:
            raise NotSolved(
                Words(
                    f"{self.method} ended without a minimum: {self.status.value}",
                    f"{self.method} 未得到极小值：{self.status.value}",
                ),
                why=self.status.words,
            )
        return self

    def to_json(self) -> dict[str, Any]:
        """Return plain data, both languages in every sentence."""

        def both(words: Words) -> dict[str, str]:
            return {"en": words.en, "zh": words.zh}

        def plain(x: Any) -> Any:  # arrays or a mapping of arrays
            return {k: v.tolist() for k, v in x.items()} if isinstance(x, dict) else x.tolist()

        return {
            "x": plain(self.x),
            "value": self.value,
            "status": self.status.value,
            "meaning": both(self.status.words),
            "residual": self.residual,
            "gap": {"bound": self.gap.bound, "words": both(self.gap.words)},
            "iterations": self.iterations,
            "seconds": self.seconds,
            "method": self.method,
            "why": both(self.why),
            "notes": [both(n) for n in self.notes],
            "trace": [[t.iteration, t.value, t.residual, t.seconds] for t in self.trace],
        }


def _short(array: Array) -> str:
    """Return an array as text of a few lines at most."""
    return np.array2string(np.asarray(array), precision=6, threshold=60, separator=", ")
