"""What was meant by a line whose shapes do not fit."""

from __future__ import annotations

from typing import Final

from lossmith.errors import LossmithError
from lossmith.expr.node import Expr
from lossmith.judge.lines import Line
from lossmith.judge.misfit import misfit
from lossmith.judge.report import Explanation
from lossmith.judge.respelled import respelled
from lossmith.judge.state import State
from lossmith.judge.subject import Subject
from lossmith.words import Words


def unshaped(
    state: State,
    line: Line,
    subject: Subject,
    truth: Expr,
    above: Expr | None,
    error: LossmithError | None = None,
) -> tuple[Explanation, ...]:
    """Return what was meant by a line whose shapes do not fit."""
    found = misfit(line, subject, truth, state.context)
    if found:
        return found
    if error is not None and "cannot divide by" in error.what.en:
        return (Explanation("division-by-array", _DIVIDED),)
    changed = respelled(state, line, subject, truth, above)
    return tuple(Explanation(n.name, n.words) for n in changed)


_DIVIDED: Final = Words(
    "one does not divide by a vector or a matrix: a quotient rule for numbers was used for arrays",
    "不能除以向量或矩阵：把标量的商法则用到了数组上",
)
