"""Labels that were made soft: (1 - e) y + e/k of a one-hot y is a row of probabilities again."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from lossmith.expr import build
from lossmith.expr.node import Const, Expr, Symbol, symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.likelihood.parts import is_polynomial
from lossmith.likelihood.terms import canonical

_ROWS: Final = Assumptions(structure=frozenset({"simplex"}))


def soft_labels(expr: Expr, wrt: Sequence[Symbol]) -> tuple[Expr, Symbol, Expr] | None:
    """Return the loss with a letter for its soft labels, the letter, and what it stands for.

    None if no expression of data is proved to hold rows of probabilities, made of one-hot rows.
    """
    labels = [s for s in symbols(expr) if s not in wrt and s.shape]
    labels = [s for s in labels if s.assumptions.has("onehot") or s.assumptions.has("simplex")]
    for y in labels:
        for e in reversed(list(postorder(expr))):
            of_data = depends_on(e, [y]) and not depends_on(e, wrt)
            if e is y or e.shape != y.shape or not of_data:
                continue
            total = _mixed(e, y)
            if total is not None:
                q = symbol(_letter(expr), y.shape, _ROWS)
                loss = substitute(expr, {e: build.scale(total, q)})
                return loss, q, build.scale(1 / total, e)
    return None


def _letter(expr: Expr) -> str:
    taken = {s.name for s in symbols(expr)}
    return next(name for name in ("q", "p", "soft", "soft_labels") if name not in taken)


def _mixed(e: Expr, y: Symbol) -> Fraction | None:
    """Return a + k b for e = a y + b with numbers a, b >= 0, k the size of a row; else None."""
    if not is_polynomial(e, y):
        return None
    least, most = (substitute(e, {y: build.const(c, y.shape)}) for c in (0, 1))
    b = canonical(build.mean(least))
    a = canonical(build.mean(build.subtract(most, least)))
    k = build.size_of(y.shape[-1])
    line = build.add(build.multiply(a, y), build.multiply(b, build.ones(y.shape)))
    if canonical(build.total(build.power(build.subtract(e, line), 2))) is not build.const(0):
        return None
    lows = [enclosure(number).lo for number in (a, b)]
    total = canonical(build.add((1, a), (1, build.multiply(k, b)), shape=()))
    if any(lo is None or lo < 0 for lo in lows) or not isinstance(total, Const):
        return None
    return total.value if total.value > 0 else None
