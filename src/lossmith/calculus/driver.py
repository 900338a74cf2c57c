"""The only code that applies rules; it notes a step for each use.

Equations are tried innermost first, until none applies; derivative rules are looked up by node.
Rows are found by the top of their left side, so a table may grow without slowing the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from typing import assert_never

from lossmith.calculus.derivation import Move, Rewrite, Step
from lossmith.calculus.match import rewritten
from lossmith.calculus.measure import Census
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import map_up, postorder, symbols
from lossmith.rules.derivative import DERIVATIVE_RULES
from lossmith.rules.rule import DerivativeRule, Partial, Rule, is_formal

Head = tuple[str, str]


class Index:
    """A table of equations, found by the top of a node."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._by_head: dict[Head, list[tuple[Rule, frozenset[str]]]] = {}
        self._asking: list[Rule] = []
        for rule in rules:
            entry = (rule, _needs(rule.lhs))
            self._by_head.setdefault(_head(rule.lhs), []).append(entry)
            if any(_asks_for_declaration(asked) for asked in rule.when.values()):
                self._asking.append(rule)

    def candidates(self, node: Expr, idle: Set[str] = frozenset()) -> list[Rule]:
        """Return the rows whose left side could stand at the top of this node.

        idle: names of rows that are known not to apply (see ``idle``).
        """
        rows = self._by_head.get(_head(node))
        if not rows:
            return []
        here = _contents(node)
        return [rule for rule, needs in rows if needs <= here and rule.name not in idle]

    def idle(self, root: Expr) -> frozenset[str]:
        """Return the names of the rows that ask for what is declared of no symbol in root.

        Their left sides, such as x^2, would else be tried at every product.
        """
        promises = {s.assumptions for s in symbols(root)}
        return frozenset(
            rule.name
            for rule in self._asking
            for asked in rule.when.values()
            if _asks_for_declaration(asked) and not any(_meets(p, asked) for p in promises)
        )


def _asks_for_declaration(asked: Assumptions) -> bool:
    return asked.values is not None or bool(asked.structure)


def _meets(promise: Assumptions, asked: Assumptions) -> bool:
    """Return whether declared values and structure are as asked."""
    if asked.values is not None:
        if promise.values is None or not set(promise.values) <= set(asked.values):
            return False
    return asked.structure <= promise.structure


_CHOICE = "(choice)"


def _head(e: Expr) -> Head:
    match e:
        case Apply():
            return "apply", e.atom.name
        case Add() | Contract() | Select() | Const() | Delta() | Symbol():
            return type(e).__name__, ""
        case _:
            assert_never(e)


def _needs(lhs: Expr) -> frozenset[str]:
    """Return the atoms that must stand right under a sum or product for the row to apply."""
    return frozenset(a for a in _contents(lhs) if a)


def _contents(e: Expr) -> set[str]:
    """Return the names of the atoms right under a sum or product (one level into products).

    A choice there counts as an atom of its own.
    """
    match e:
        case Add():
            inside = [t for _, t in e.terms]
        case Contract():
            inside = [f for f, _, _ in e.factors]
        case _:
            return set()
    found: set[str] = set()
    for part in inside:
        if isinstance(part, Contract):
            found |= {f.atom.name for f, _, _ in part.factors if isinstance(f, Apply)}
            found |= {_CHOICE for f, _, _ in part.factors if isinstance(f, Select)}
        elif isinstance(part, Select):
            found.add(_CHOICE)
        elif isinstance(part, Apply) and not is_formal(part):
            found.add(part.atom.name)
    return found


@dataclass(frozen=True, slots=True)
class Computed:
    """A rewriting that no pattern can express: ``ways`` proposes, the measure decides.

    least: the cost that must be saved (see ``measure``).
    search: it tries many forms, so that only so much of it is done for one formula (see Effort).
    """

    move: Move
    ways: Callable[[Expr], Sequence[Expr]]
    least: int = 1
    search: bool = False


@dataclass(slots=True)
class Effort:
    """What may still be spent on searches: work in proportion to the formula, and a start.

    Formulas of papers spend a tenth of the start. In functions of functions of one variable, a
    hundred deep, every bracket could be opened at every level, and no reader would gain by it.
    """

    left: int

    @classmethod
    def of(cls, root: Expr) -> Effort:
        """Return the effort for a formula by its length."""
        return cls(_START + _EACH * sum(_length(e) for e in postorder(root)))

    def spend(self, e: Expr) -> bool:
        """Take off what a search at this node costs; return whether it was there."""
        size = _length(e)
        if isinstance(e, Contract):
            size += sum(_length(f) for f, _, _ in e.factors if isinstance(f, Add))
        self.left -= size * min(size, _WIDE)
        return self.left >= 0


_START = 100_000
_EACH = 40
_WIDE = 64
"""Factors beyond which the searches look at a part of a node only."""


def _length(e: Expr) -> int:
    """Return how many factors a reader sees at the top of a node."""
    match e:
        case Add():
            return sum(len(t.factors) if isinstance(t, Contract) else 1 for _, t in e.terms)
        case Contract():
            return len(e.factors)
        case _:
            return 1


def rewrite(
    root: Expr,
    index: Index,
    steps: list[Step] | None,
    *,
    computed: Sequence[Computed] = (),
    beside: Sequence[Expr] = (),
) -> Expr:
    """Return root with the rows used wherever they apply, until none does.

    steps: collects one ``Rewrite`` a use, if given.  computed: further ways to shorten, tried after
    the rows.  beside: see ``measure.Census``.
    """
    tried: set[Expr] = set()
    unmatched: set[Expr] = set()
    idle = index.idle(root)
    effort = Effort.of(root) if any(way.search for way in computed) else Effort(0)
    for _ in range(_ROUNDS):
        work = _Round(index, computed, Census(root, beside), steps, tried, unmatched, effort, idle)
        before = root
        root = map_up(root, work.settled)
        if root is before:
            break
    return root


_ROUNDS = 8
"""Passes over the whole; a right side may open the way for another row deeper inside."""

_USES = 24
"""Uses in a row at one node: a guard against two rows that undo each other."""


@dataclass(frozen=True, slots=True)
class _Round:
    index: Index
    computed: Sequence[Computed]
    census: Census
    steps: list[Step] | None
    tried: set[Expr]
    """Nodes for which the computed ways had nothing to offer, kept from round to round."""
    unmatched: set[Expr]
    """Nodes at whose top no row fits, kept from round to round."""
    effort: Effort
    idle: frozenset[str]
    """Names of rows that cannot apply to any symbol here."""

    def settled(self, e: Expr) -> Expr:
        """Return e with rows used at its top until none applies."""
        for _ in range(_USES):
            used = self._by_row(e) or self._by_computation(e)
            if used is None:
                return e
            rule, new = used
            self.census.replace(e, new)
            if self.steps is not None:
                self.steps.append(Rewrite(rule, e, new))
            e = new
        return e

    def _by_row(self, e: Expr) -> tuple[Rule, Expr] | None:
        if e in self.unmatched:
            return None
        fits = False
        for rule in self.index.candidates(e, self.idle):
            new = rewritten(rule, e)
            if new is None or new is e:
                continue
            fits = True
            if not rule.shorten or self.census.gain(e, new) > 0:
                return rule, new
        if not fits:
            self.unmatched.add(e)
        return None

    def _by_computation(self, e: Expr) -> tuple[Move, Expr] | None:
        if e in self.tried:
            return None
        searched = self.effort.spend(e)
        for way in self.computed:
            if way.search and not searched:
                continue
            gains = [(self.census.gain(e, new), new) for new in way.ways(e) if new is not e]
            best = max(gains, key=lambda pair: pair[0], default=None)
            if best is not None and best[0] >= way.least:
                return way.move, best[1]
        self.tried.add(e)
        return None


def differential(node: Expr, moving: Set[Expr]) -> tuple[DerivativeRule, tuple[Partial, ...]]:
    """Return the derivative rule of a node and the terms of its differential.

    moving: the sub-expressions that depend on the variable.
    """
    for rule in DERIVATIVE_RULES:
        if rule.fits(node, moving):
            return rule, rule.partials(node, moving)
    raise AssertionError(f"a leaf has no derivative rule: {type(node).__name__}")
