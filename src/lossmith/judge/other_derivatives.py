"""Wrong lines that are the derivative of something else: by another variable, of the square."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from typing import Final

from lossmith.calculus.gradient import jacobian
from lossmith.errors import LossmithError
from lossmith.expr.build import power
from lossmith.expr.node import Apply, Contract, Expr, Symbol
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.judge.derivatives import DATA
from lossmith.judge.match import Matcher
from lossmith.judge.naming import Naming, Wrong
from lossmith.words import Words

_MOST: Final = 12


def other_derivatives(wrong: Wrong, matcher: Matcher) -> Iterator[Naming]:
    """Yield what the line is the derivative of or by, in place of what was asked."""
    if wrong.start is None or len(wrong.start[1]) != 1:
        return
    whole, (wrt,) = wrong.start
    for v in symbols(whole)[:_MOST]:
        # Nobody means the derivative by the data where it is asked by a parameter.
        strange = re.fullmatch(DATA, v.name) and not re.fullmatch(DATA, wrt.name)
        if v is not wrt and not strange and _fits(wrong, matcher, whole, v):
            yield Naming("other-variable", _VARIABLE.fill(wrote=v.name, right=wrt.name), 0.4)
            return
    for node in postorder(whole):
        if _is_root(node) and depends_on(node, (wrt,)):
            square = substitute(whole, {node: power(node, 2)})
            if _fits(wrong, matcher, square, wrt):
                yield Naming("root-forgotten", _ROOT, 0.2, node if node is not whole else None)
                return


def _fits(wrong: Wrong, matcher: Matcher, whole: Expr, wrt: Symbol) -> bool:
    """Return whether the line is the derivative of an expression by a symbol."""
    if whole.shape + wrt.shape != matcher.shape:
        return False
    with suppress(LossmithError, ZeroDivisionError):
        found = wrong.settled(jacobian(whole, wrt).end)
        return bool(symbols(found)) and matcher.fits(found)
    return False


def _is_root(e: Expr) -> bool:
    """Return whether e is one square root, as a norm is."""
    if isinstance(e, Apply):
        return e.atom.name == "norm2"
    return isinstance(e, Contract) and [p for _, _, p in e.factors] == [Fraction(1, 2)]


_VARIABLE: Final = Words(
    "this is the derivative by {wrote}, not by {right}", "这是对 {wrote} 的导数，不是对 {right} 的"
)
_ROOT: Final = Words(
    "the square root was forgotten: this is the derivative with ‖u‖² in place of ‖u‖",
    "忘了开方：这是把 ‖u‖ 换成 ‖u‖² 之后的导数",
)
