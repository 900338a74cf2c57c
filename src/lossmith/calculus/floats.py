"""The form in which an expression is computed: of the same value, without lost digits."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from lossmith.calculus.derivation import Rewrite, Step
from lossmith.calculus.driver import Index, rewrite
from lossmith.expr.node import Expr
from lossmith.rules.floats import FLOATS

_ROWS: Final = Index(FLOATS)


@lru_cache(maxsize=1024)
def for_floats(expr: Expr) -> Expr:
    """Return expr as code should compute it: 1 − σ(z) as σ(−z), log(1 + z) as log1p(z).

    The value is the same wherever expr has one. Cost: a pass over the expression.
    """
    return rewrite(expr, _ROWS, None)


def changes(exprs: Iterable[Expr]) -> tuple[Rewrite, ...]:
    """Return where the computed forms differ from the shown ones, one place for each row."""
    found: dict[str, Rewrite] = {}
    for e in exprs:
        steps: list[Step] = []
        rewrite(e, _ROWS, steps)
        for s in steps:
            if isinstance(s, Rewrite):
                found.setdefault(s.rule.name, s)
    return tuple(found.values())
