"""Is mu in ``sum((x - mu).^2)`` a number or a vector?  The lines below tell.

Capitals are matrices as a rule; where lines divide by them, as in A/(A + B), they are numbers.
"""

from __future__ import annotations

import re
from typing import Final

from lossmith.judge.context import Context
from lossmith.judge.occurrence import uses
from lossmith.judge.report import Report
from lossmith.words import Words


def misshapen_by(report: Report, context: Context, given: set[str]) -> tuple[tuple[str, ...], ...]:
    """Return the vectors that a line differentiates by, or computes with, as if they were numbers.

    Each alone; and all capitals together where a line divides by one.
    given: names whose kinds the user declared, which are no guess.
    """
    found: list[str] = []
    errors = [j.error.what.en for j in report.lines if j.error is not None]
    texts = [side for j in report.lines for side in (j.line.left, j.line.right)]
    divided = any("cannot divide by" in what for what in errors)
    rights = (report.document.declare, *(j.line.right for j in report.lines))
    if errors and not any(re.search(_ARRAYS, text) for text in rights):
        # E/T^2*exp(-E/T): a line divides by one, and nothing is written for matrices.
        divided = divided or any(re.search(_BELOW, text) for text in texts)
    capitals = dict.fromkeys(name for text in texts for name in re.findall(_CAPITAL, text))
    together = tuple(c for c in capitals if c not in given and c not in context.definitions)
    for judged in report.lines:
        subject = judged.subject
        misshapen = judged.shape is not None and judged.shape.status == "refuted"
        if judged.outcome == "wrong" and subject.kind == "value" and misshapen:
            found += [
                s.name for s in context.bases.values()
                if len(s.shape) == 1 and s.name not in given
                and re.fullmatch(_USUAL, s.name) and uses(judged.line.right, s.name)
            ]  # fmt: skip
        if judged.outcome != "wrong" or subject.kind != "derivative" or subject.indices:
            continue
        number = judged.expr is not None and not judged.expr.shape
        for s in filter(None, map(context.symbol, subject.wrt)):
            usual = re.fullmatch(_USUAL, s.name) and s.name not in given
            if usual and len(s.shape) == 1 and number:
                found.append(s.name)
    groups = [(name,) for name in dict.fromkeys(found)]
    return (*groups, together) if divided and together else tuple(groups)


def faults(report: Report) -> tuple[int, int]:
    """Return how many lines are wrong or unread, and of how many the shape does not fit."""
    bad = ("wrong", "carried", "conditional", "unread")
    misshapen = [j for j in report.lines if j.shape is not None and j.shape.status == "refuted"]
    return sum(j.outcome in bad for j in report.lines), len(misshapen)


_USUAL: Final = (
    r"(mu|m|b|c|s|t|p|r|a|sigma|lam|lambda|alpha|gamma|tau|theta0|w0|beta0|bias|intercept)_?\d*"
)
"""Names that are numbers as a rule; x and w are not, and a sum over them may be a slip."""
_BELOW: Final = r"/\s*\(?[A-Z](?![\w(])"
_ARRAYS: Final = (
    r"[\w)]'(?!\()|@|\.T\b|\.[*/]|\\|_[a-z]"
    r"|\b(?:tr|det|logdet|inv|sum|mean|norm2|diag|vector|matrix)\b"
)
"""What only arrays have: then a shape that does not fit is a mistake."""
_CAPITAL: Final = r"(?<![A-Za-z_\\])[A-Z]\d?(?![\w(])"


AS_NUMBER: Final = Words(
    "{name} is read as a number, as the lines below its first one do; declare it to change that",
    "{name} 读作标量（后面各行都这样用它）；如需更改请先声明",
)
