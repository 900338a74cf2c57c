"""What would have to be declared for a loss to be a likelihood: each proposal is read, not guessed.

A quadratic form is a Gaussian law only if its matrix is definite; a Poisson loss is a likelihood
only of whole numbers. Where nothing or something else is declared, the reading with that
declaration is looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.types import FREE, Assumptions
from lossmith.expr.walk import depends_on, substitute, symbols
from lossmith.likelihood.candidates import observations
from lossmith.likelihood.lift import kind
from lossmith.likelihood.reading import read
from lossmith.likelihood.readings import Reading, Unread

_DEFINITE = Assumptions(structure=frozenset({"pd"}))
_MOST = 3
"""Proposals that are read: each costs as much as reading the loss."""


@dataclass(frozen=True, slots=True)
class Hint:
    """The loss has a reading if a symbol is declared like this."""

    declaration: str
    reading: Reading


def hint(r: Unread) -> Hint | None:
    """Return the first declaration with which the loss is read, None if none of a few does."""
    numbers = [s for s in r.wrt if not s.shape]
    if r.noise is not None and not depends_on(r.left, [r.noise.observed, *numbers]):
        return None  # the law is found; what is left is a matter of priors
    for number, (s, words, twin) in enumerate(_proposals(r)):
        if number == _MOST:
            return None
        found = read(substitute(r.expr, {s: twin}), tuple(r.wrt))
        if isinstance(found, Reading) and found.noise is not None:
            promise = words or found.noise.pattern.labels.removeprefix("scalar").strip()
            if promise and (words or (found.noise.observed.name == s.name and _may_be(s, promise))):
                return Hint(f"{s.name}: {kind(s.shape)} {promise}", found)
    return None


def _may_be(y: Symbol, promise: str) -> bool:
    """Return whether an array that is declared like y may be a one-hot one: that has zeros."""
    return "onehot" not in promise or y.assumptions.interval.has(Fraction(0))


def _proposals(r: Unread) -> Iterator[tuple[Symbol, str, Expr]]:
    """Yield symbols with what to declare of them; "" for the labels of the law that is found."""
    for s in symbols(r.expr):
        square = len(s.shape) == 2 and s.shape[0] == s.shape[1]
        if square and s not in r.wrt and not s.assumptions.has("pd"):
            yield s, "pd", symbol(s.name, s.shape, _DEFINITE)
    for y in observations(r.expr, r.wrt):
        # What a prior explains holds data as well, such as the exponents of a Dirichlet law.
        left = depends_on(r.left, [y])
        if left and y.assumptions != FREE and y.assumptions.values is None:
            yield y, "", symbol(y.name, y.shape)
