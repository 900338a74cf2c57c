"""Bring a derivative into the form that a person would write."""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.calculus.derivation import Derivation, Step
from lossmith.calculus.driver import Index, rewrite
from lossmith.expr.node import Expr
from lossmith.rules.table import RULES

_ALL = Index(RULES)


def simplify(expr: Expr, beside: Sequence[Expr] = ()) -> Derivation:
    """Return expr in a shorter form of the same value; each use of a rule is a step.

    beside: expressions shown next to this one, whose parts may be used at no cost.
    """
    steps: list[Step] = []
    end = rewrite(expr, _ALL, steps, beside=beside)
    return Derivation(expr, None, tuple(steps), end)
