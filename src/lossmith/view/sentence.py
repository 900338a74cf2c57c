"""One line of a proof that is told as an outline."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lossmith.words import Words


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of an outline: it belongs to the last one before it of a lower level.

    mark: what stands before it, a number or the name of a rule.  folded: an aside that plain text
    leaves out and a page shows when the line above it is unfolded.
    """

    text: Words
    mark: str = ""
    level: int = 0
    folded: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the sentence as plain data, both languages."""
        text = {"en": self.text.en, "zh": self.text.zh}
        return {"mark": self.mark, "text": text, "level": self.level, "folded": self.folded}
