"""A loss under dropout, as a card and as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lossmith.evidence.lines.multiples import Multiple
from lossmith.expr import build
from lossmith.judge.multiple import multiple
from lossmith.likelihood.dropout import Dropout, dropout, identities
from lossmith.text.writing.printing import to_text
from lossmith.view import explain as rows
from lossmith.view.card import Card
from lossmith.view.dropout import rows as told
from lossmith.workbench.objective import Objective


@dataclass(frozen=True, repr=False)
class Masked:
    """The expectation of a loss over masks on its design, without rescaling and with it."""

    objective: Objective
    found: tuple[Dropout, Dropout]

    def proof(self, d: Dropout) -> tuple[Multiple, ...] | None:
        """Return the equations behind an expectation as the checker replays them, None if not."""
        one, zero = build.const(1), build.const(0)
        found = [multiple(f, g, self.objective.wrt, one, zero) for f, g in identities(d)]
        proofs = tuple(e for e in found if e is not None)
        return proofs if len(proofs) == len(found) else None

    def card(self) -> Card:
        """Return both expectations as a card."""
        f = self.objective
        lines = [rows.reading(f.formula, f.wrt)]
        for d in self.found:
            lines += told(d, f.wrt, is_proved=self.proof(d) is not None)
        return Card(f.title, tuple(lines), f.notes + f.formula.notes)

    def to_json(self) -> dict[str, Any]:
        """Return both expectations as text of the language."""
        return {
            "inverted" if d.mask.inverted else "plain": {
                "status": "shown" if self.proof(d) is None else "proved",
                "rate": d.mask.p.name,
                "factor": to_text(d.mask.variance),
                "penalty": to_text(d.penalty),
                "at_the_mean": to_text(d.plain),
                "expectation": to_text(d.expectation),
            }
            for d in self.found
        }

    def evidence(self) -> dict[str, Any]:
        """Return the equations behind both expectations, as the checker replays them."""
        return {"multiples": [e.to_json() for d in self.found for e in self.proof(d) or ()]}

    def __str__(self) -> str:
        return str(self.card())


def masked(f: Objective) -> Masked:
    """Return the expectation over dropout masks.  Raises: what ``dropout`` raises."""
    plain, inverted = (dropout(f.expr, f.wrt, inverted=way) for way in (False, True))
    return Masked(f, (plain, inverted))
