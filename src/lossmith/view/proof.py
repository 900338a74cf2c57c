"""A verdict told as a proof, at two depths, as text, LaTeX and HTML.

*Student*: numbered sentences from the simple to the whole, what is plain (a variable is affine, a
weight is nonnegative) folded under the sentence that uses it. *Researcher*: the tree from the
claim down, each line with the id of its rule and the place in the user's text, then the rules
with what they ask and their sources, what the proof leans on, its size and the time of a replay.
Both tell the same nodes of the same certificates; nothing is said that the checker did not accept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lossmith.evidence.certificate import Certificate
from lossmith.prove.proving.verdict import Verdict
from lossmith.view.outline import Depth, Outline
from lossmith.view.proof_researcher import researcher
from lossmith.view.proof_student import student
from lossmith.view.proof_words import PLAIN, Pen
from lossmith.view.sentence import Sentence

if TYPE_CHECKING:
    from lossmith.text.parse import Formula


@dataclass(frozen=True, slots=True)
class Proof(Outline):
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
