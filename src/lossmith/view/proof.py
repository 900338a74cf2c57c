"""A verdict told as a proof, at two depths, as text, LaTeX and HTML.

*Student*: numbered sentences from the simple to the whole, what is plain (a variable is affine, a
weight is nonnegative) folded under the sentence that uses it. *Researcher*: the tree from the
claim down, each line with the id of its rule and the place in the user's text, then the rules
with what they ask and their sources, what the proof leans on, its size and the time of a replay.
Both tell the same nodes of the same certificates; nothing is said that the checker did not accept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from lossmith.evidence.certificate import Certificate
from lossmith.prove.verdict import Verdict
from lossmith.view import card as cards
from lossmith.view import proof_pages as pages
from lossmith.view.card import Card
from lossmith.view.page import page as whole_page
from lossmith.view.proof_researcher import researcher
from lossmith.view.proof_student import student
from lossmith.view.proof_words import PLAIN, TEX, Pen
from lossmith.view.sentence import Sentence
from lossmith.words import Lang, Words

if TYPE_CHECKING:
    from lossmith.text.parse import Formula

Depth = Literal["student", "researcher"]

_HEADINGS: Final[dict[Depth, Words]] = {
    "student": Words("In sentences", "逐句证明"),
    "researcher": Words("As a tree", "证明树"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """The evidence of a verdict as sentences.

    formula: the formula as it was read, for the places of sub-expressions in its text.
    more: proofs of other properties of the same formula, told after those of the verdict.
    """

    verdict: Verdict
    formula: Formula | None = None
    more: tuple[Certificate, ...] = ()

    def sentences(self, depth: Depth = "student", pen: Pen = PLAIN) -> tuple[Sentence, ...]:
        """Return the sentences at a depth, formulas written by the pen."""
        pen = pen.knowing(self.verdict.expr)
        if depth == "student":
            return student(self.verdict, self.more, pen)
        return researcher(self.verdict, self.more, self.formula, pen)

    def text(self, depth: Depth = "student", lang: Lang = "en") -> str:
        """Return the proof as plain text; what is folded stays folded."""
        return pages.plain(self.sentences(depth), lang)

    def latex(self, depth: Depth = "student", lang: Lang = "en") -> str:
        """Return a ``proof`` environment (amsthm); with Chinese words it needs ctex."""
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
