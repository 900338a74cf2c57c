"""Are two expressions equal?  Proved by normal forms that the kernel replays, or refuted by values.

PROVED: both sides lead, by identities that ``evidence.check`` accepts, to one and the same
expression; so they agree wherever both are defined. REFUTED: exact values at which they differ, or
at which one of them alone has a value. SHOWN: they agreed to 90 bits at several generic points, and
no proof was found. UNDECIDED: not even that (no point was found where both have a value).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from lossmith.evidence.certificate import Certificate
from lossmith.evidence.lines.difference import Difference
from lossmith.evidence.lines.off_kinks import off_kinks
from lossmith.expr.node import Expr
from lossmith.judge.normal import meet
from lossmith.judge.points import compare

Status = Literal["proved", "refuted", "shown", "undecided"]


@dataclass(frozen=True, slots=True)
class Equality:
    """The answer, with its evidence.

    proof: two certificates whose conclusions end in one expression.  difference: values that
    refute (of values or of domains).  agreed: generic points at which both sides agreed.
    wider: the side that alone has a value at some points ("" if none was seen).
    off_kinks: the proof is about both sides as ``evidence.lines.off_kinks`` writes them: it holds
    wherever nothing that decides a case or a corner is 0.
    """

    status: Status
    left: Expr
    right: Expr
    proof: tuple[Certificate, Certificate] | None = None
    difference: Difference | None = None
    agreed: int = 0
    wider: Literal["", "left", "right", "both"] = ""
    off_kinks: bool = False

    @property
    def differs_in_domain_only(self) -> bool:
        """Whether it is refuted because one side has no value somewhere, not by values."""
        return self.difference is not None and self.difference.apart != "values"

    def to_json(self) -> dict[str, Any]:
        """Return the answer as plain data."""
        return {
            "status": self.status,
            "proof": None if self.proof is None else [c.to_json() for c in self.proof],
            "difference": None if self.difference is None else self.difference.to_json(),
            "agreed": self.agreed,
            "wider": self.wider,
            "off_kinks": self.off_kinks,
        }


@lru_cache(maxsize=4096)
def equal(left: Expr, right: Expr, *, away: bool = False) -> Equality:
    """Return whether two expressions of one shape are equal wherever declared values allow.

    away: values on kinks and on the boundaries of cases do not count (derivatives there are a
    matter of custom).

    A difference of domains on more than single points refutes: log(x^2) is not 2*log(x).
    Cost: about 20 evaluations in ball arithmetic, and a proof search of some milliseconds.
    """
    if left is right:
        return Equality("proved", left, right, meet(left, right))
    found = compare(left, right, away=away)
    wider = _wider(found.left_only, found.right_only)
    if found.difference is not None and found.difference.apart == "values":
        return Equality("refuted", left, right, None, found.difference, found.agreed, wider)
    proof = meet(left, right)
    if found.difference is not None:
        # The proof, if there is one, says that they agree where both are defined.
        return Equality("refuted", left, right, proof, found.difference, found.agreed, wider)
    if proof is not None and (found.agreed or not (found.left_only or found.right_only)):
        return Equality("proved", left, right, proof, None, found.agreed, wider)
    if away and found.agreed >= 2 and (sides := off_kinks(left, right)) is not None:
        proof = meet(*sides)
        if proof is not None:
            return Equality("proved", left, right, proof, None, found.agreed, wider, True)
    status: Status = "shown" if found.agreed >= 2 else "undecided"
    return Equality(status, left, right, None, None, found.agreed, wider)


def _wider(left_only: int, right_only: int) -> Literal["", "left", "right", "both"]:
    if left_only and right_only:
        return "both"
    return "left" if left_only else "right" if right_only else ""
