"""Why a wrong line is wrong: near misses first, then the slip that turns the good line into it."""

from __future__ import annotations

from lossmith.expr.node import Expr, Symbol
from lossmith.judge.context import Context
from lossmith.judge.lines import Line
from lossmith.judge.report import Explanation
from lossmith.judge.subject import Subject


def explained(
    line: Line,
    subject: Subject,
    expr: Expr,
    truth: Expr,
    above: Expr | None,
    context: Context,
    start: tuple[Expr, tuple[Symbol, ...]] | None,
) -> tuple[Explanation, ...]:
    """Return what was done in a wrong line, most certain first."""
    return ()


def misfit(line: Line, subject: Subject, truth: Expr, context: Context) -> tuple[Explanation, ...]:
    """Return what was meant by a line whose shapes do not fit."""
    return ()
