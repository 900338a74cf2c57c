"""What is told at two depths: as plain text, as a LaTeX proof, as HTML that unfolds, as a page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Final, Literal

from lossmith.view import card as cards
from lossmith.view import proof_pages as pages
from lossmith.view.card import Card
from lossmith.view.page import page as whole_page
from lossmith.view.proof_words import PLAIN, TEX, Pen
from lossmith.view.sentence import Sentence
from lossmith.words import Lang, Words

Depth = Literal["student", "researcher"]

_HEADINGS: Final[dict[Depth, Words]] = {
    "student": Words("In sentences", "逐句证明"),
    "researcher": Words("As a tree", "证明树"),
}


class Outline(ABC):
    """Sentences at two depths, in both languages and three forms."""

    __slots__ = ()

    @abstractmethod
    def sentences(self, depth: Depth = "student", pen: Pen = PLAIN) -> tuple[Sentence, ...]:
        """Return the sentences at a depth, formulas written by the pen."""

    def text(self, depth: Depth = "student", lang: Lang = "en") -> str:
        """Return the proof as plain text; what is folded stays folded."""
        return pages.plain(self.sentences(depth), lang)

    def latex(self, depth: Depth = "student", lang: Lang = "en") -> str:
        """Return a ``proof`` environment (amsthm, amssymb); with Chinese words it needs ctex."""
        return pages.latex(self.sentences(depth, TEX), lang)

    def html(self, depth: Depth = "student", lang: Lang = "en") -> str:
        """Return the proof as nested lists that unfold, without script or outside resources."""
        return pages.html(self.sentences(depth), lang)

    def page(self, card: Card, lang: Lang = "en") -> str:
        """Return a page that stands alone: the card, and the proof at both depths."""
        bodies = [cards.html(card, lang)]
        for depth, heading in _HEADINGS.items():
            bodies += [f"<h2>{heading.say(lang)}</h2>", self.html(depth, lang)]
        return whole_page(card.title.say(lang), "".join(bodies), lang, pages.STYLE)

    def to_json(self, depth: Depth = "student") -> list[dict[str, Any]]:
        """Return the sentences as plain data, both languages."""
        return [s.to_json() for s in self.sentences(depth)]

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text(), "text/latex": self.latex(), "text/html": self.html()}

    def __str__(self) -> str:
        return self.text()
