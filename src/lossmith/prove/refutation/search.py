"""One search for counterexamples: points drawn, segments tried, and the witnesses that stand.

Values are balls, so a gap that shows is a gap; the checker has the last word on each.
"""

# python-flint carries no types.
# pyright: reportUnknownMemberType=false, reportMissingTypeStubs=false

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any, Literal

from flint import ctx

from lossmith.atoms.meaning import entries, evaluate
from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.evidence.certificate import Witness
from lossmith.evidence.check import check
from lossmith.evidence.forms import Nested
from lossmith.evidence.region import Inequality, holds, within
from lossmith.evidence.witness import admits, mixed
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.walk import postorder, symbols
from lossmith.prove.refutation.draw import draw

Values = dict[Symbol, Nested]
Against = Literal["convex", "concave"]
BITS = 96


class Search:
    """One question: what is searched, with which data, and the witnesses found so far."""

    def __init__(
        self,
        e: Expr,
        wrt: tuple[Symbol, ...],
        wanted: tuple[Against, ...],
        formula: str,
        inside: tuple[Inequality, ...] = (),
    ) -> None:
        self.e, self.wrt, self.wanted, self.formula = e, wrt, wanted, formula
        self.inside = inside
        occurring = symbols(e)
        self.wrt = tuple(s for s in wrt if s in occurring)
        self.data = [s for s in symbols(e, *(g.expr for g in inside)) if s not in self.wrt]
        shapes = (s.shape for s in postorder(e, *(g.expr for g in inside)))
        self.letters = sorted({d for shape in shapes for d in shape if isinstance(d, str)})
        self.bases = [
            s.args[0] for s in postorder(e) if isinstance(s, Apply) and s.atom is ATOMS["power"]
        ]
        self.found: dict[Against, Witness] = {}
        self.rng = Random(20260101)
        self.bits = BITS

    @property
    def is_done(self) -> bool:
        """Whether each property that is attacked has its witness."""
        return all(side in self.found for side in self.wanted) or not self.wrt

    def value(self, point: Mapping[Symbol, Nested], data: Values, sizes: dict[str, int]) -> Any:
        """Return the ball of the function at a point, None where it has no finite value."""
        values = {**data, **point}
        try:
            v = evaluate(self.e, values, sizes, self.bits)
            return v if v.is_finite() and self._is_natural(values, sizes) else None
        except (LossmithError, ZeroDivisionError):
            return None

    def _is_natural(self, values: Values, sizes: dict[str, int]) -> bool:
        """Return whether powers with a variable exponent have a base > 0, as their domain says.

        (-5)^(-5) is a number, but x^x has none around it: such a point refutes nothing of interest.
        """
        for base in self.bases:
            known = {s: values[s] for s in symbols(base)}
            if not all(x > 0 for x in entries(evaluate(base, known, sizes, BITS))):
                return False
        return True

    def segment(
        self, data: Values, a: Values, b: Values, t: Fraction, sizes: dict[str, int]
    ) -> None:
        """Keep the segment as a witness if its gap has a certain sign that is wanted."""
        at_a = self.value(a, data, sizes)
        at_b = None if at_a is None else self.value(b, data, sizes)
        if at_a is None or at_b is None:
            return
        middle = {s: mixed(a[s], b[s], t) for s in self.wrt}
        at_middle = self.value(middle, data, sizes)
        if at_middle is None:
            return
        p, q = t.numerator, t.denominator
        # The balls carry so many bits; outside of the block flint would cut them to 53.
        with ctx.workprec(self.bits):
            gap = q * at_middle - (p * at_a + (q - p) * at_b)
        side: Against = "convex" if gap > 0 else "concave"
        if not (gap > 0 or gap < 0) or side in self.found or side not in self.wanted:
            return
        witness = Witness(self.e, self.wrt, side, sizes, data, a, b, t, self.formula)
        if not within(witness, self.inside):
            return
        try:
            check(witness)
        except LossmithError:
            return
        self.found[side] = witness

    def is_inside(self, values: Values, sizes: dict[str, int]) -> bool:
        """Return whether the point certainly meets the inequalities of the question."""
        return all(holds(g, values, sizes) is True for g in self.inside)

    def drawn(
        self, which: tuple[Symbol, ...] | list[Symbol], sizes: dict[str, int], scale: Fraction
    ) -> Values | None:
        """Return values drawn inside of the declarations, None if they miss them."""
        values = {s: draw(s, sizes, scale, self.rng) for s in which}
        return values if all(admits(s, v, sizes) for s, v in values.items()) else None
