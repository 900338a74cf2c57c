"""Two objectives compared: minimizers, scale, weights of penalties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lossmith.errors import UsageError
from lossmith.likelihood.compare import Comparison
from lossmith.likelihood.compare import compare as compared
from lossmith.text.printing import to_text
from lossmith.view import comparison as told
from lossmith.view import explain as rows
from lossmith.view.card import Card
from lossmith.words import Words
from lossmith.workbench.objective import Objective, objective


@dataclass(frozen=True, repr=False)
class Compared:
    """What two objectives have in common, proved or refuted."""

    f: Objective
    g: Objective
    comparison: Comparison

    @property
    def status(self) -> str:
        """proved (same minimizers), refuted (no multiple), or undecided."""
        kind = self.comparison.kind
        return {"different": "refuted", "negated": "refuted", "unknown": "undecided"}.get(
            kind, "proved"
        )

    def card(self) -> Card:
        """Return the comparison as a card."""
        lines = [
            rows.reading(self.f.formula, self.f.wrt),
            *told.rows(self.comparison, self.f.wrt),
        ]
        notes = self.f.notes + self.f.formula.notes + told.conditions(self.comparison)
        return Card(self.f.title, tuple(lines), notes)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        c = self.comparison
        return {
            "status": self.status,
            "kind": c.kind,
            "factor": to_text(c.factor),
            "constant": to_text(c.constant),
            "by": c.by,
            "weights": [[to_text(a), to_text(b)] for a, b in c.weights],
            "witness": dict(c.witness) if c.witness else None,
        }

    def __str__(self) -> str:
        return str(self.card())

    def __repr__(self) -> str:
        return f"<Compared {self.comparison.kind}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.card()._repr_mimebundle_()


def compare(
    f: Objective | str,
    g: Objective | str,
    declare: str | Mapping[str, str] = "",
    wrt: str | tuple[str, ...] | list[str] = "",
) -> Compared:
    """Return how g relates to f: same minimizers? up to which factor, constant, lambda?

    f, g: objectives, or formulas that are read with declare and wrt.
    Raises: UsageError if their variables differ; what ``objective`` raises.
    """
    first = f if isinstance(f, Objective) else objective(f, declare=declare, wrt=wrt)
    names = [s.name for s in first.wrt]
    second = g if isinstance(g, Objective) else objective(g, declare=declare, wrt=names)
    kinds = {s.name: s.shape for s in first.formula.symbols}
    for s in second.formula.symbols:
        if s.name in kinds and kinds[s.name] != s.shape:
            raise UsageError(
                Words(
                    f"{s.name} has another kind in the second formula",
                    f"{s.name} 在第二个公式中的类型不同",
                ),
                attempt=Words(
                    f"--declare '{s.name}: ...' for both", f"用 --declare '{s.name}: ...'"
                ),
            )
    return Compared(first, second, compared(first.expr, second.expr, first.wrt))
