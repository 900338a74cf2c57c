"""A slip: a known wrong rewrite, and what the rows of the bank are written with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from lossmith.expr.build import (
    const,
    contract,
    symbol,
)
from lossmith.expr.node import (
    Apply,
    Const,
    Contract,
    Expr,
    Factor,
)
from lossmith.words import Words

Ways = Callable[[Expr], Iterator[Expr]]
Values = Mapping[str, Any]  # numbers, or nested tuples of them, by symbol name


@dataclass(frozen=True, slots=True)
class Slip:
    """One known wrong rewrite.

    name: lower case with dashes.  words: what was done.  ways: the wrong forms of a node.
    good, bad: an instance.  breaks_at: values of its symbols at which the two differ.
    generality: how little the name says: 0 a known misconception, 1 what kind of part changed,
    2 only that something changed.  undo: from a wrong node to what it may have been, where that
    can be told from the node alone.  whole: it is made of the whole line only.  lost: +1 if less
    is written than should be, -1 if more, 0 where that does not matter.
    """

    name: str
    words: Words
    ways: Ways
    good: Expr
    bad: Expr
    breaks_at: Values
    generality: float = 0
    undo: Ways | None = None
    whole: bool = False
    lost: int = 0


ONE: Final = Fraction(1)
HALF: Final = Fraction(1, 2)
# Formal symbols of the instances; the trailing bar keeps them apart from local letters.
X_, Y_, A_, B_ = (symbol(n) for n in "xyab")
V, U = symbol("v", ("n",)), symbol("u", ("n",))
M, N = symbol("A", ("n", "n")), symbol("B", ("n", "n"))
TWO = {"x": Fraction(2), "y": Fraction(3), "a": Fraction(5), "b": Fraction(7)}
VECTORS = {"v": (Fraction(2), Fraction(3)), "u": (Fraction(5), Fraction(7))}
MATRICES = {
    "A": ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(5))),
    "B": ((Fraction(2), Fraction(0)), (Fraction(1), Fraction(7))),
    **VECTORS,
}


def axes(e: Expr) -> tuple[int, ...]:
    """Return the axes of e, in order."""
    return tuple(range(len(e.shape)))


def argument(e: Expr, name: str) -> Expr | None:
    """Return u where e is name(u), else None."""
    return e.args[0] if isinstance(e, Apply) and e.atom.name == name else None


def rebuilt(e: Contract, factors: list[Factor]) -> Expr:
    """Return the product with other factors; ones carry an index that lost all its factors."""
    sizes = e.sizes()
    carried = {k for _, ls, _ in factors for k in ls}
    lost = [k for k in sizes if k not in carried and k < e.rank]
    ones_ = [(const(1, (sizes[k],)), (k,), ONE) for k in lost]
    return contract([*factors, *ones_], axes(e), e.shape)


def is_size(f: Expr) -> bool:
    """Return whether f is a size such as n, or a product of sizes."""
    return (
        isinstance(f, Contract)
        and not f.shape
        and all(isinstance(g, Const) for g, _, _ in f.factors)
    )
