"""A proof under construction: nodes are proposed, checked at once, and kept if they follow."""

from __future__ import annotations

from collections.abc import Iterable

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.polynomial import TooLarge
from lossmith.evidence.certificate import Certificate, Claim, Inference, Parameter
from lossmith.evidence.check import CHECKS
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import Interval


class OutOfWork(Exception):
    """The budget of proof steps is spent."""


class Proof:
    """The nodes so far, found by claim; ``work`` counts proposals, a deterministic clock."""

    def __init__(self, wrt: tuple[Symbol, ...], budget: int = 4000) -> None:
        self.wrt = wrt
        self.nodes: list[Inference] = []
        self.at: dict[Claim, int] = {}
        self.known: dict[Expr, int] = {}
        self.ranged: set[Expr] = set()
        self.clock = [0]
        self.budget = budget

    def inner(self, wrt: tuple[Symbol, ...]) -> Proof:
        """Return the same proof seen from another block of variables."""
        other = Proof(wrt, self.budget)
        other.nodes, other.at = self.nodes, self.at
        other.known, other.ranged = self.known, self.ranged
        other.clock = self.clock
        return other

    @property
    def work(self) -> int:
        """The number of steps tried so far."""
        return self.clock[0]

    def spend(self, cost: int = 1) -> None:
        """Count work. Raises: OutOfWork."""
        self.clock[0] += cost
        if self.clock[0] > self.budget:
            raise OutOfWork

    def propose(
        self,
        claim: Claim,
        rule: str,
        premises: Iterable[int | None] = (),
        parameters: tuple[Parameter, ...] = (),
    ) -> int | None:
        """Return the node that proves the claim, or None if it does not follow by this rule."""
        if claim in self.at:
            return self.at[claim]
        self.spend()
        used = tuple(dict.fromkeys(k for k in premises if k is not None))
        if not self._follows(claim, rule, used, parameters):
            return None
        self.nodes.append(Inference(claim, rule, used, parameters))
        self.at[claim] = len(self.nodes) - 1
        return len(self.nodes) - 1

    def _follows(
        self, claim: Claim, rule: str, used: tuple[int, ...], parameters: tuple[Parameter, ...]
    ) -> bool:
        try:
            return CHECKS[rule](claim, tuple(self.nodes[k].claim for k in used), parameters)
        except (LossmithError, LookupError, ValueError, TypeError, TooLarge, StopIteration):
            return False

    def _lean(self, k: int) -> Inference:
        """Return node k with the premises that it does not need left out."""
        n = self.nodes[k]
        kept = n.premises
        for j in n.premises:
            fewer = tuple(i for i in kept if i != j)
            if self._follows(n.claim, n.rule, fewer, n.parameters):
                kept = fewer
        lean = Inference(n.claim, n.rule, kept, n.parameters)
        self.nodes[k] = lean
        return lean

    def claim(self, kind: str, e: Expr, other: Expr | None = None) -> Claim:
        """Return a claim about e in the block of this proof."""
        return Claim(kind, e, self.wrt, None, other)

    def enclosed(self, e: Expr) -> Interval:
        """Return the best proved enclosure of e."""
        k = self.known.get(e)
        quick = enclosure(e)
        if k is None:
            return quick
        interval = self.nodes[k].claim.interval
        return quick if interval is None else quick.meet(interval)

    def certificate(self, k: int, formula: str = "") -> Certificate:
        """Return the part of the proof that node k needs, as a certificate."""
        needed: set[int] = set()
        stack = [k]
        while stack:
            j = stack.pop()
            if j not in needed:
                needed.add(j)
                stack.extend(self._lean(j).premises)
        order = sorted(needed)
        place = {j: i for i, j in enumerate(order)}
        kept = tuple(
            Inference(n.claim, n.rule, tuple(place[p] for p in n.premises), n.parameters)
            for n in (self.nodes[j] for j in order)
        )
        return Certificate(kept, formula)
