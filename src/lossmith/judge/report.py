"""The verdicts on a derivation: for each line whether it follows, is true, and has its shape."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from lossmith.errors import LossmithError
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.serial import expr_to_json
from lossmith.judge.equality import Equality, Status
from lossmith.judge.lines import Document, Line
from lossmith.judge.subject import Subject
from lossmith.words import Words

Outcome = Literal[
    "definition",
    "condition",
    "ok",
    "conditional",
    "wrong",
    "carried",
    "shown",
    "undecided",
    "unread",
]


@dataclass(frozen=True, slots=True)
class Judgment:
    """One of the three verdicts on a line: its status, and what it rests on.

    words: the reason, where there is something to say.
    """

    status: Status
    equality: Equality | None = None
    words: Words | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the judgment as plain data."""
        return {
            "status": self.status,
            "words": _both(self.words),
            "evidence": None if self.equality is None else self.equality.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was done: the slip by name, and the line that would be right.

    slip: the name of a row of ``rules.slips``, "" for a remark that is no slip.  corrected: the
    line, mended at that place.  wrote, instead: what stands there, and what should; without
    ``instead``, ``wrote`` is the part that was differentiated wrongly.
    """

    slip: str
    words: Words
    corrected: Expr | None = None
    wrote: Expr | None = None
    instead: Expr | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the explanation as plain data."""

        def one(e: Expr | None) -> Any:
            return None if e is None else expr_to_json(e)

        return {
            "slip": self.slip,
            "words": _both(self.words),
            "corrected": one(self.corrected),
            "wrote": one(self.wrote),
            "instead": one(self.instead),
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """A line and all that is said of it.

    outcome: "ok" follows and is true; "conditional" is true on a smaller domain only; "wrong" does
    not follow; "carried" follows from a line that is wrong; "shown" agrees numerically, no proof;
    "condition" an equation to be solved, or an update, which claims no identity; "unread" could
    not be read.
    expr: the right side, as read.  expected: the truth.  explanations: near misses and slips.
    above: what the line above says.  condition, unknown: of a solution, what it must make 0.
    """

    line: Line
    subject: Subject
    outcome: Outcome
    expr: Expr | None = None
    expected: Expr | None = None
    follows: Judgment | None = None
    truth: Judgment | None = None
    shape: Judgment | None = None
    explanations: tuple[Explanation, ...] = ()
    notes: tuple[Words, ...] = ()
    error: LossmithError | None = None
    above: Expr | None = None
    condition: Expr | None = None
    unknown: Symbol | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the line and its verdicts as plain data."""

        def one(j: Judgment | None) -> Any:
            return None if j is None else j.to_json()

        def of(e: Expr | None) -> Any:
            return None if e is None else expr_to_json(e)

        return {
            "number": self.line.number,
            "row": self.line.row,
            "span": list(self.line.span),
            "text": self.line.text,
            "relation": self.line.relation,
            "kind": self.subject.kind,
            "outcome": self.outcome,
            "follows": one(self.follows),
            "truth": one(self.truth),
            "shape": one(self.shape),
            "read": of(self.expr),
            "expected": of(self.expected),
            "above": of(self.above),
            "condition": of(self.condition),
            "unknown": of(self.unknown),
            "explanations": [x.to_json() for x in self.explanations],
            "notes": [_both(n) for n in self.notes],
            "error": None if self.error is None else self.error.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The verdicts on all lines of a derivation.

    names: what defined names stand for, to write expressions as the user does.
    """

    document: Document
    lines: tuple[Judged, ...]
    notes: tuple[Words, ...] = field(default=())
    names: tuple[tuple[str, Expr], ...] = ()

    @property
    def first_wrong(self) -> Judged | None:
        """The first line that does not follow, None if there is none."""
        return next((j for j in self.lines if j.outcome in ("wrong", "conditional")), None)

    @property
    def status(self) -> Literal["right", "wrong", "undecided", "unread"]:
        """The verdict on the whole: one wrong line makes it wrong."""
        outcomes = {j.outcome for j in self.lines}
        if outcomes & {"wrong", "carried", "conditional"}:
            return "wrong"
        if "unread" in outcomes or not self.lines:
            return "unread"
        return "undecided" if outcomes & {"undecided", "shown"} else "right"

    def to_json(self) -> dict[str, Any]:
        """Return the report as plain data."""
        wrong = self.first_wrong
        return {
            "format": "lossmith-check",
            "version": 1,
            "source": self.document.source,
            "status": self.status,
            "first_wrong": None if wrong is None else wrong.line.number,
            "lines": [j.to_json() for j in self.lines],
            "notes": [_both(n) for n in self.notes],
        }


def _both(words: Words | None) -> dict[str, str] | None:
    return None if words is None else {"en": words.en, "zh": words.zh}
