"""Bring a derivative into the form that a person would write.

Rows of the tables first, then powers of one base together, then common factors in front, each where
the whole gets shorter. Products are never multiplied out.
"""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.calculus.derivation import Derivation, Move, Step
from lossmith.calculus.driver import Computed, Index, rewrite
from lossmith.calculus.hoist import hoisted
from lossmith.calculus.powers import merged_powers
from lossmith.expr.node import Expr
from lossmith.rules.table import RULES
from lossmith.words import Words

MERGE = Move(
    "merge-powers",
    Words(
        "powers of one base are added, the base is never zero here",
        "同底数的幂合并，此处底数恒不为零",
    ),
    "NIST DLMF 4.2(iv)",
)
HOIST = Move(
    "common-factor",
    Words("the common factor is taken out", "提取公因子"),
    "distributive law",
)

_ALL = Index(RULES)
_COMPUTED = (Computed(MERGE, merged_powers), Computed(HOIST, hoisted))


def simplify(expr: Expr, beside: Sequence[Expr] = ()) -> Derivation:
    """Return expr in a shorter form of the same value; each use of a rule is a step.

    beside: expressions shown next to this one, whose parts may be used at no cost.
    """
    steps: list[Step] = []
    end = rewrite(expr, _ALL, steps, computed=_COMPUTED, beside=beside)
    return Derivation(expr, None, tuple(steps), end)
