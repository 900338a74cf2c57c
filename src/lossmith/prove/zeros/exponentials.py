"""Functions that are rational in exponentials, written so: sigmoid, tanh and their kin.

Far out, x sigmoid(x) - x - 1 loses its sign; times 1 + exp(x) it is -exp(x) - x - 1.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Final

from lossmith.atoms.exponential import exp
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.second import derivative
from lossmith.expr.build import add, apply, const, divide, power
from lossmith.expr.node import Apply, Const, Expr, Select, Symbol
from lossmith.expr.walk import depends_on, map_up, postorder
from lossmith.prove.zeros.trigonometric import common_measure

_HALF: Final = Fraction(1, 2)
_HYPERBOLIC: Final[dict[str, Callable[[Expr], Expr]]] = {
    "tanh": lambda s: divide(add(power(s, 2), (-1, const(1))), add(power(s, 2), const(1))),
    "sinh": lambda s: add((_HALF, s), (-_HALF, power(s, -1))),
    "cosh": lambda s: add((_HALF, s), (_HALF, power(s, -1))),
}
"""Functions of s = exp(u): their cards mean them by series, or by each other."""


def in_exponentials(g: Expr) -> Expr:
    """Return g with functions that are rational in exponentials written by them."""
    return map_up(g, _written)


def _written(e: Expr) -> Expr:
    if not isinstance(e, Apply) or e.atom is exp or e.shape:
        return e
    if e.atom.name in _HYPERBOLIC:
        return _HYPERBOLIC[e.atom.name](apply(exp, *e.args))
    if e.atom.meaning is None:
        return e
    meaning = e.atom.meaning(*e.args)
    below = set(postorder(*e.args))
    new = [s for s in postorder(meaning) if s not in below]
    rational = not any(
        isinstance(s, Select) or (isinstance(s, Apply) and s.atom is not exp) for s in new
    )
    return meaning if rational else e


def rate_of_exponentials(g: Expr, x: Symbol) -> Fraction:
    """Return r > 0 such that every exp(a x + b) in g has a whole multiple of r for a; else 1."""
    rates: list[Fraction] = []
    for s in postorder(g):
        if not isinstance(s, Apply) or s.atom is not exp or not depends_on(s, (x,)):
            continue
        try:
            slope = derivative(s.args[0], x)
        except (ValueError, LossmithError):
            return Fraction(1)
        if not isinstance(slope, Const) or not slope.value:
            return Fraction(1)
        rates.append(abs(slope.value))
    found = reduce(common_measure, rates) if rates else Fraction(1)
    return Fraction(1) if found.denominator == 1 else found
