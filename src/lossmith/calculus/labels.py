"""The two ways to write labels of two classes: y in {-1, 1} and t in {0, 1}, y = 2t - 1.

For such values sigma(-y z) = y (t - sigma(z)), and so a gradient in one convention is the same
gradient in the other: y sigma(-y z) = t - sigma(z). Both sides are compared at both values by the
tests; nothing else is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from lossmith.atoms.activation import sigmoid
from lossmith.calculus.simplify import simplify
from lossmith.expr.build import add, apply, multiply, negate, ones
from lossmith.expr.node import Apply, Expr, Symbol, symbol
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, postorder, substitute, symbols

SIGNS = (Fraction(-1), Fraction(1))
INDICATORS = (Fraction(0), Fraction(1))


@dataclass(frozen=True, slots=True)
class Relabeled:
    """A derivative in the other convention: ``old`` are the labels in ``values``, ``new`` the rest.

    ``end`` equals the derivative wherever y = 2t - 1.
    """

    old: Symbol
    values: tuple[Fraction, ...]
    new: Symbol
    end: Expr


def relabeled(derivative: Expr, wrt: Symbol) -> Relabeled | None:
    """Return a derivative of a loss of sigmoids with its labels in the other convention.

    None if no symbol of it can be such a label: one that turns the sign of the argument of a
    sigmoid (-1, 1), or that is subtracted from a sigmoid (0, 1). A symbol without declared values
    counts as one if all sigmoids go with it.
    """
    found = [e for e in postorder(derivative) if isinstance(e, Apply) and e.atom is sigmoid]
    if len(found) != 1 or not depends_on(found[0], (wrt,)):
        return None
    (s,) = found
    for y in symbols(derivative):
        if y is wrt or y.shape != s.shape:
            continue
        values = y.assumptions.values
        if values in (None, SIGNS) and _turns(s.args[0], y):
            return _in_indicators(derivative, s, y, wrt)
        if values in (None, INDICATORS) and not depends_on(s, (y,)):
            new = _in_signs(derivative, s, y, wrt)
            if new is not None:
                return new
    return None


def _turns(argument: Expr, y: Symbol) -> bool:
    """Return whether the argument changes its sign with y: it is y times the rest."""
    return depends_on(argument, (y,)) and substitute(argument, {y: negate(y)}) is negate(argument)


def _in_indicators(e: Expr, s: Apply, y: Symbol, wrt: Symbol) -> Relabeled | None:
    """sigma(-y z) = y (t - sigma(z)), then y^2 = 1; nothing of y may stay."""
    t = _fresh("t", y, INDICATORS, e, wrt)
    old = symbol(y.name, y.shape, Assumptions(values=SIGNS))
    z = negate(substitute(s.args[0], {y: ones(y.shape)}))
    instead = multiply(old, add(t, (-1, apply(sigmoid, z))))
    end = simplify(substitute(substitute(e, {s: instead}), {y: old})).end
    return None if depends_on(end, (old,)) else Relabeled(y, SIGNS, t, end)


def _in_signs(e: Expr, s: Apply, t: Symbol, wrt: Symbol) -> Relabeled | None:
    """sigma(z) = t - y sigma(-y z) with t = (1 + y)/2; sigma(z) - t must have stood there."""
    y = _fresh("y" if t.name != "y" else "s", t, SIGNS, e, wrt)
    instead = add(t, (-1, multiply(y, apply(sigmoid, negate(multiply(y, s.args[0]))))))
    end = simplify(substitute(e, {s: instead})).end
    return None if depends_on(end, (t,)) else Relabeled(t, INDICATORS, y, end)


def _fresh(name: str, like: Symbol, values: tuple[Fraction, ...], e: Expr, wrt: Symbol) -> Symbol:
    taken = {x.name for x in symbols(e, wrt)} | {str(d) for x in symbols(e, wrt) for d in x.shape}
    while name in taken:
        name += "2"
    return symbol(name, like.shape, Assumptions(values=values))
