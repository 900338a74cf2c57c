"""The answer to a question of curvature, with the evidence for it, and its form as JSON.

A verdict is not trusted: what counts is that the checker accepts its evidence.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from lossmith.evidence.certificate import Certificate, Witness
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.serial import expr_to_json
from lossmith.words import Words

Json = Any  # what the json module reads and writes


@dataclass(frozen=True, slots=True)
class Constant:
    """A strong-convexity or smoothness constant.

    value: the expression, None if there is none.  when: the condition under which it says
    something ("for lam > 0"), empty if it always does.  reason: why there is none.
    """

    value: Expr | None
    when: Words | None = None
    reason: Words | None = None
    certificate: Certificate | None = None


NO_CONSTANT = Constant(None)


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """The answer to a question of curvature, with the evidence for it.

    status: "proved", "refuted" or "undecided", of the property that was asked for (the question
    for the curvature itself is proved for convex, concave and affine, refuted for neither).
    label: what is known of the function.  strict: whether strict convexity (concavity) is proved.
    tried, blocked_at, would_decide, budget: for undecided ones, the routes tried, the innermost
    sub-expression at which they stopped, declarations that would help, and what work was spent.
    """

    status: Literal["proved", "refuted", "undecided"]
    label: Literal["affine", "convex", "concave", "neither", "unknown"]
    expr: Expr
    wrt: tuple[Symbol, ...]
    strict: bool = False
    strong: Constant = NO_CONSTANT
    smooth: Constant = NO_CONSTANT
    certificates: tuple[Certificate, ...] = ()
    witnesses: tuple[Witness, ...] = ()
    tried: tuple[Words, ...] = ()
    blocked_at: Expr | None = None
    would_decide: tuple[str, ...] = ()
    budget: Words | None = None
    reason: Words | None = None
    assumptions: tuple[Words, ...] = ()
    cards: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    cost: int = field(default=0, compare=False)

    @property
    def certificate(self) -> Certificate | None:
        """The first certificate, if there is one."""
        return self.certificates[0] if self.certificates else None

    @property
    def witness(self) -> Witness | None:
        """The first witness, if there is one."""
        return self.witnesses[0] if self.witnesses else None

    def __str__(self) -> str:
        names = ", ".join(s.name for s in self.wrt)
        strict = "strictly " if self.strict and self.label in ("convex", "concave") else ""
        known = "unknown curvature" if self.label == "unknown" else f"{strict}{self.label}"
        label = "neither convex nor concave" if self.label == "neither" else known
        return f"{self.status}: {label} in {names}"

    def __repr__(self) -> str:
        counted = f"{len(self.certificates)} certificates, {len(self.witnesses)} witnesses"
        return f"<Verdict {self}; {counted}>"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self)}

    def to_json(self) -> Json:
        """Return the verdict as plain data, its evidence included."""

        def words(w: Words | None) -> Json:
            return None if w is None else {"en": w.en, "zh": w.zh}

        def constant(c: Constant) -> Json:
            if c.value is None:
                return {"value": None, "reason": words(c.reason)}
            certificate = None if c.certificate is None else c.certificate.to_json()
            return {
                "value": expr_to_json(c.value),
                "when": words(c.when),
                "certificate": certificate,
            }

        return {
            "status": self.status,
            "label": self.label,
            "wrt": [s.name for s in self.wrt],
            "strict": self.strict,
            "strong": constant(self.strong),
            "smooth": constant(self.smooth),
            "certificates": [c.to_json() for c in self.certificates],
            "witnesses": [w.to_json() for w in self.witnesses],
            "tried": [words(w) for w in self.tried],
            "would_decide": list(self.would_decide),
            "budget": words(self.budget),
            "reason": words(self.reason),
            "assumptions": [words(w) for w in self.assumptions],
            "cards": list(self.cards),
            "rows": list(self.rows),
        }
