"""Steps and derivations: what a computation did, kept so that it can be told.

The last line of a derivation is the object that is returned; nothing is explained afterwards by
another route.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, assert_never

from lossmith.calculus.adjoint import Adjoint
from lossmith.expr.build import add, symbol
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.serial import Writer
from lossmith.rules.derivative import READ_OFF
from lossmith.rules.rule import DerivativeRule, Partial, Rule
from lossmith.words import Words

Json = dict[str, Any]  # what the json module reads and writes


@dataclass(frozen=True, slots=True)
class Move:
    """A rewrite that is computed, not matched: collecting, hoisting, ordering. Named like a row."""

    name: str
    words: Words
    source: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One use of an equation: ``before`` (a sub-expression) became ``after``."""

    rule: Rule | Move
    before: Expr
    after: Expr

    @property
    def node(self) -> Expr:
        """The sub-expression that the step speaks of."""
        return self.before

    @property
    def words(self) -> Words:
        """Name and formula of the rule."""
        return self.rule.words


@dataclass(frozen=True, slots=True)
class Differential:
    """One use of a derivative rule: d(node) was written by the changes of its children.

    adjoint: the derivative of the result by the node at that moment, so that the state of the run
    is d(result) = <adjoint, d(node)> + the same for the nodes that are still open.
    """

    rule: DerivativeRule
    node: Expr
    partials: tuple[Partial, ...]
    adjoint: Adjoint

    @property
    def before(self) -> Expr:
        """The change of the node, a symbol."""
        return change_of(self.node)

    @property
    def after(self) -> Expr:
        """The change of the node by the changes of its children."""
        terms = [p.times(change_of(p.child), self.node.shape) for p in self.partials]
        return add(*terms, shape=self.node.shape)

    @property
    def words(self) -> Words:
        """The name of the rule."""
        return self.rule.words


@dataclass(frozen=True, slots=True)
class ReadOff:
    """d(of) = <after, d(wrt)>: the factor that meets the change of the variable."""

    of: Expr
    wrt: Symbol
    after: Expr

    @property
    def node(self) -> Expr:
        """What was differentiated."""
        return self.of

    @property
    def before(self) -> Expr:
        """The change of what was differentiated, a symbol."""
        return change_of(self.of)

    @property
    def words(self) -> Words:
        """Why the result can be read off."""
        return READ_OFF


Step = Rewrite | Differential | ReadOff


@dataclass(frozen=True, slots=True)
class Corner:
    """A place where the slope of a card is one choice among several: ``where`` = 0."""

    node: Apply
    where: Expr
    at: Fraction


@dataclass(frozen=True, slots=True)
class Derivation:
    """From ``start`` to ``end`` by ``steps``; ``end`` is the result itself.

    order: 0 for a rewriting, 1 for a derivative, 2 for a second derivative.  wrt: the variable.
    axes: those of start, then ``order`` times those of wrt.  corners: kinks that were met; the
    result holds away from them, and on them the card's slope stands for the derivative.
    """

    start: Expr
    wrt: Symbol | None
    steps: tuple[Step, ...]
    end: Expr
    order: int = 0
    corners: tuple[Corner, ...] = ()
    direction: Symbol | None = None

    @property
    def expr(self) -> Expr:
        """The result."""
        return self.end

    def then(self, later: Derivation) -> Derivation:
        """Return this derivation continued by one that starts where it ends."""
        assert later.start is self.end
        return Derivation(
            self.start,
            later.wrt or self.wrt,
            self.steps + later.steps,
            later.end,
            self.order + later.order,
            tuple(dict.fromkeys(self.corners + later.corners)),
            later.direction or self.direction,
        )

    def to_json(self) -> Json:
        """Return the derivation as data; expressions are rows of one shared table."""
        writer = Writer()
        steps = [step_to_json(s, writer) for s in self.steps]
        data: Json = {
            "start": writer.add(self.start),
            "wrt": None if self.wrt is None else self.wrt.name,
            "order": self.order,
            "direction": None if self.direction is None else self.direction.name,
            "steps": steps,
            "end": writer.add(self.end),
            "corners": [
                {"atom": c.node.atom.name, "where": writer.add(c.where), "at": str(c.at)}
                for c in self.corners
            ],
        }
        data["nodes"] = writer.rows
        return data


def step_to_json(step: Step, writer: Writer | None = None) -> Json:
    """Return a step as data: kind, rule, words, and row numbers of its expressions.

    writer: collects the rows; without one the step carries its own under ``nodes``.
    """
    rows = writer or Writer()
    data: Json = {"words": {"en": step.words.en, "zh": step.words.zh}}
    match step:
        case Rewrite():
            data |= {"kind": "rewrite", "rule": step.rule.name, "source": step.rule.source}
        case Differential():
            data |= {"kind": "differential", "rule": step.rule.name, "source": step.rule.source}
            data |= {"reason": {"en": step.rule.reason.en, "zh": step.rule.reason.zh}}
        case ReadOff():
            data |= {"kind": "read-off", "wrt": step.wrt.name}
        case _:
            assert_never(step)
    data["node"] = rows.add(step.node)
    data["before"], data["after"] = rows.add(step.before), rows.add(step.after)
    if writer is None:
        data["nodes"] = rows.rows
    return data


CHANGE = "d:"
"""Begins the name of a symbol that stands for a change (d w is the change of w)."""


def change_of(e: Expr) -> Symbol:
    """Return the symbol that stands for the change of e; it has the shape of e."""
    name = e.name if isinstance(e, Symbol) else e.digest.hex()
    return symbol(CHANGE + name, e.shape)
