"""Two kinds of rows: an equation between expressions, and the differential of a kind of node.

An equation ``lhs = rhs`` is written in formal symbols (names that begin with ``?``). A formal
scalar stands for an expression of any shape and the equation is used entry by entry; a formal
vector stands for the last axis of one, every other axis is carried along. Rows never apply
themselves: ``calculus.driver`` does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field
from fractions import Fraction

from lossmith.expr.build import add, contract
from lossmith.expr.node import Expr, Factor, Symbol, symbol
from lossmith.expr.types import FREE, Assumptions, Shape
from lossmith.words import Words

FORMAL = "?"


def formal(name: str, shape: Shape = ()) -> Symbol:
    """Return the formal symbol of a row: it stands for any expression."""
    return symbol(FORMAL + name, shape)


def is_formal(e: Expr) -> bool:
    """Return whether e is a formal symbol."""
    return isinstance(e, Symbol) and e.name.startswith(FORMAL)


@dataclass(frozen=True, slots=True)
class Rule:
    """The equation lhs = rhs, used from left to right.

    name: the row's name, in lower case with dashes.  lhs, rhs: over formal symbols.
    when: what must be known of what a formal symbol stands for; {} for an unconditional row.
    breaks_at: a value of each formal symbol where lhs = rhs is false without the condition (one
      side has no value, or they differ); None for an unconditional row.
    shorten: use it only where the whole gets shorter (an identity with no preferred side).
    words: name and formula.  source: where it is written down.
    """

    name: str
    lhs: Expr
    rhs: Expr
    words: Words
    source: str
    when: Mapping[str, Assumptions] = field(default_factory=dict[str, Assumptions])
    breaks_at: Mapping[str, Fraction] | None = None
    shorten: bool = False

    def condition(self, name: str) -> Assumptions:
        """Return what is asked of a formal symbol."""
        return self.when.get(name, FREE)


@dataclass(frozen=True, slots=True)
class Partial:
    """One term of a differential: coefficient * sum of factors times d(child)[labels].

    Labels 0 .. rank-1 are the axes of the node, others are summed. ``labels`` may repeat a
    node axis (entry by entry), repeat itself (a diagonal), or stand in no factor (a plain sum).
    guard: the one factor is a choice of ones and zeros; where it is 0 the child need not even have
    a derivative.
    """

    child: Expr
    coefficient: Fraction
    factors: tuple[Factor, ...]
    labels: tuple[int, ...]
    guard: bool = False

    def times(self, change: Expr, shape: Shape) -> Expr:
        """Return the term for one change of the child; shape: of the node."""
        factors = [*self.factors, (change, self.labels, Fraction(1))]
        product = contract(factors, tuple(range(len(shape))), shape)
        return add((self.coefficient, product))


@dataclass(frozen=True, slots=True)
class DerivativeRule:
    """How a kind of node answers to a small change of its children.

    fits: whether the row speaks of this node (given the set of nodes that change).
    partials: the terms of the differential, one or more for each child that changes.
    formula: the rule as one line of mathematics.  words: its name.  reason: why it holds.
    """

    name: str
    formula: str
    words: Words
    reason: Words
    source: str
    fits: Callable[[Expr, Set[Expr]], bool]
    partials: Callable[[Expr, Set[Expr]], tuple[Partial, ...]]
