"""Bring a formula into the words of the tables before it is differentiated."""

from __future__ import annotations

from functools import lru_cache

from lossmith.calculus.derivation import Derivation, Step
from lossmith.calculus.driver import Index, rewrite
from lossmith.calculus.exponentials import WEIGHTED
from lossmith.calculus.one_way import REFLECT
from lossmith.calculus.powers import MERGE
from lossmith.calculus.quotient import QUOTIENT
from lossmith.expr.node import Expr
from lossmith.rules.algebra import EVEN
from lossmith.rules.table import RULES

_RECOGNITIONS = Index((*(rule for rule in RULES if not rule.shorten), *EVEN))
_COMPUTED = (MERGE, QUOTIENT, REFLECT, WEIGHTED)


@lru_cache(maxsize=32)
def normalize(expr: Expr) -> Derivation:
    """Return expr with known functions recognized: log(1 + exp z) = softplus(z), y² = 1 for ±1.

    The value is the same wherever expr has one. Each use of a rule is a step. The latest formulas
    are remembered: a gradient by many variables begins with one and the same.
    """
    steps: list[Step] = []
    end = rewrite(expr, _RECOGNITIONS, steps, computed=_COMPUTED)
    return Derivation(expr, None, tuple(steps), end)
