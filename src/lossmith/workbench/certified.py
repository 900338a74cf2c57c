"""What is proved of a formula: curvature, constants, domain, kinks, stationary points.

Each question is asked once; the finders are imported when it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.workbench.differentiable import Differentiable
from lossmith.workbench.variables import names_in, symbol_named

if TYPE_CHECKING:
    from lossmith.evidence.region import Confined
    from lossmith.prove.blocks import Lattice
    from lossmith.prove.curvature.quasi import Quasi
    from lossmith.prove.kinks.kinks import Kink
    from lossmith.prove.points.stationary import Stationary
    from lossmith.prove.proving.domain import Domain
    from lossmith.prove.proving.verdict import Constant, Verdict
    from lossmith.text.condition import Condition
    from lossmith.view.points_proof import PointsProof
    from lossmith.view.proof import Proof


class Certified(Differentiable):
    """A formula, and the verdicts on it with their evidence."""

    def curvature(self, wrt: str | tuple[str, ...] | list[str] = "") -> Verdict:
        """Return the verdict on curvature, jointly in the variables (all of them by default)."""
        from lossmith.prove.prover import curvature

        chosen = self._chosen(wrt)
        if chosen not in self._verdicts:
            self._scalar()
            self._verdicts[chosen] = curvature(self.expr, chosen, formula=self.formula.text)
        return self._verdicts[chosen]

    @cached_property
    def _verdicts(self) -> dict[tuple[Symbol, ...], Verdict]:
        return {}

    def _chosen(self, wrt: str | tuple[str, ...] | list[str]) -> tuple[Symbol, ...]:
        return tuple(symbol_named(self.formula, n) for n in names_in(wrt)) or self.wrt

    def curvature_on(
        self, values: Mapping[str, Any], sizes: Mapping[str, int] | None = None
    ) -> Verdict | None:
        """Return the verdict with numbers put in: for this lambda, or on this small data set.

        values: by name; decimals mean what they show.  None if they are too many to be put in.
        """
        from lossmith.workbench.given import curvature_on

        self._scalar()
        return curvature_on(self, values, sizes or {})

    def curvature_within(
        self, on: str, wrt: str | tuple[str, ...] | list[str] = ""
    ) -> tuple[Confined, tuple[Condition, ...]]:
        """Return the verdict on the set where conditions hold, and the conditions as read.

        on: inequalities and equations, "norm2(w) <= 1; sum(w) = 1".  Undecided on a set that is
        not convex; its dent is then the evidence.
        """
        from lossmith.evidence.region import Inequality
        from lossmith.prove.region import curvature_within
        from lossmith.text.condition import read_conditions

        self._scalar()
        conditions = read_conditions(on, self.formula)
        inside = [Inequality(g, c.strict) for c in conditions for g in c.parts]
        found = curvature_within(self.expr, self._chosen(wrt), inside, self.formula.text)
        return found, conditions

    def proof(self, wrt: str | tuple[str, ...] | list[str] = "") -> Proof:
        """Return the evidence of ``curvature(wrt)`` told in sentences: text, LaTeX and HTML.

        For what is neither convex nor concave the proofs of ``quasi`` are told too.
        """
        from lossmith.view.proof import Proof

        verdict = self.curvature(wrt)
        curved = verdict.status == "proved"
        return Proof(verdict, self.formula, () if curved else self.quasi(wrt).certificates)

    def lipschitz(self, wrt: str | tuple[str, ...] | list[str] = "") -> Constant:
        """Return K with |f(a) - f(b)| <= K |a - b|, Euclidean norms, and its certificate."""
        from lossmith.prove.constants.lipschitz import lipschitz

        return lipschitz(self.expr, self._chosen(wrt), self.formula.text)

    def quasi(self, wrt: str | tuple[str, ...] | list[str] = "") -> Quasi:
        """Return the proofs found that the formula is quasiconvex, quasiconcave, log-concave."""
        from lossmith.prove.curvature.quasi import quasi

        chosen = self._chosen(wrt)
        if chosen not in self._level_sets:
            self._scalar()
            self._level_sets[chosen] = quasi(self.expr, chosen, self.formula.text)
        return self._level_sets[chosen]

    @cached_property
    def _level_sets(self) -> dict[tuple[Symbol, ...], Quasi]:
        return {}

    def blocks(
        self,
        wrt: str | tuple[str, ...] | list[str] = "",
        *,
        signs: str | tuple[str, ...] | list[str] = "",
    ) -> Lattice:
        """Return the verdict for every nonempty subset of the variables, at most four of them.

        signs: names of symbols whose signs (or listed values) are told apart, one case for each
        choice of them outside a block; without it, signs under which a failing block passes are
        looked for and proved.
        """
        from lossmith.prove.blocks import lattice

        self._scalar()
        told_apart = [symbol_named(self.formula, n) for n in names_in(signs)]
        return lattice(self.expr, self._chosen(wrt), signs=told_apart, formula=self.formula.text)

    def is_convex(self) -> Verdict:
        """Return whether the formula is convex: a verdict on that question alone."""
        from lossmith.prove.prover import is_convex

        return is_convex(self.expr, self.wrt, formula=self.formula.text)

    def is_concave(self) -> Verdict:
        """Return whether the formula is concave: a verdict on that question alone."""
        from lossmith.prove.prover import is_concave

        return is_concave(self.expr, self.wrt, formula=self.formula.text)

    @cached_property
    def domain(self) -> Domain:
        """Where the formula is defined: the conditions its functions put on their arguments."""
        from lossmith.prove.proving.domain import domain

        return domain(self.expr)

    @cached_property
    def kinks(self) -> tuple[Kink, ...]:
        """Where the formula has no derivative."""
        from lossmith.prove.kinks.kinks import kinks

        return kinks(self.expr, self.wrt)

    def stationary(
        self,
        box: str = "",
        values: Mapping[str, Any] | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> Stationary:
        """Return the stationary points, each proved to be there and classified.

        box: bounds of the variables in the declaration language ("x in [-3, 3]"); the declared
        sets if empty.  values: numbers for the data, taken as the decimals they show; a variable
        with axes is then written out entry by entry (w1, w2 ...).
        """
        from lossmith.prove.points.stationary import stationary

        e, wrt, inside = self._posed(box, values, sizes)
        return stationary(e, wrt, inside or None)

    def points_proof(
        self,
        box: str = "",
        values: Mapping[str, Any] | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> PointsProof:
        """Return ``stationary(...)`` told as a proof: text, LaTeX and HTML, at two depths."""
        from lossmith.prove.points.stationary import stationary
        from lossmith.view.points_proof import PointsProof

        e, wrt, inside = self._posed(box, values, sizes)
        return PointsProof(stationary(e, wrt, inside or None), e, wrt)

    def _posed(
        self, box: str, values: Mapping[str, Any] | None, sizes: Mapping[str, int] | None
    ) -> tuple[Expr, tuple[Symbol, ...], dict[Symbol, Interval]]:
        """Return the formula with numbers in it, its variables one by one, and their bounds."""
        from lossmith.prove.instance import listed, with_numbers
        from lossmith.text.declaring.declare import read_declarations

        self._scalar()
        bounds = read_declarations(box)
        for name in bounds:
            symbol_named(self.formula, name)
        inside = {s: bounds[s.name].assumptions.interval for s in self.wrt if s.name in bounds}
        if not values and not sizes:
            return self.expr, self.wrt, inside
        given = {symbol_named(self.formula, name): listed(v) for name, v in (values or {}).items()}
        e, letters = with_numbers(self.expr, self.wrt, given, sizes or {})
        wrt = tuple(x for s in self.wrt for x in letters[s])
        return e, wrt, {x: inside[s] for s in inside for x in letters[s]}
