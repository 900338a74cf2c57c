"""A loss under dropout, as a card and as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lossmith.likelihood.dropout import Dropout, dropout
from lossmith.text.printing import to_text
from lossmith.view import explain as rows
from lossmith.view.card import Card
from lossmith.view.dropout import rows as told
from lossmith.workbench.objective import Objective


@dataclass(frozen=True, repr=False)
class Masked:
    """The expectation of a loss over masks on its design, without rescaling and with it."""

    objective: Objective
    found: tuple[Dropout, Dropout]

    def card(self) -> Card:
        """Return both expectations as a card."""
        f = self.objective
        lines = [rows.reading(f.formula, f.wrt)]
        for d in self.found:
            lines += told(d, f.wrt)
        return Card(f.title, tuple(lines), f.notes + f.formula.notes)

    def to_json(self) -> dict[str, Any]:
        """Return both expectations as text of the language."""
        return {
            "inverted" if d.mask.inverted else "plain": {
                "rate": d.mask.p.name,
                "factor": to_text(d.mask.variance),
                "penalty": to_text(d.penalty),
                "at_the_mean": to_text(d.plain),
                "expectation": to_text(d.expectation),
            }
            for d in self.found
        }

    def __str__(self) -> str:
        return str(self.card())


def masked(f: Objective) -> Masked:
    """Return the expectation over dropout masks.  Raises: what ``dropout`` raises."""
    plain, inverted = (dropout(f.expr, f.wrt, inverted=way) for way in (False, True))
    return Masked(f, (plain, inverted))
