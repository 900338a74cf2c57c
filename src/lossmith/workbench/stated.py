"""A model stated as laws, "y ~ Law(...); w ~ Law(...)", and the loss that it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lossmith.evidence.multiples import Multiple
from lossmith.likelihood.statements import (
    Derived,
    Statement,
    derived,
    is_model,
    joint,
    latent,
    read_statements,
)
from lossmith.text.printing import to_text
from lossmith.view import explain as rows
from lossmith.view.card import Card
from lossmith.view.stated import derivation
from lossmith.words import same
from lossmith.workbench.model import Model, model
from lossmith.workbench.objective import Objective
from lossmith.workbench.objective import objective as build_objective


@dataclass(frozen=True, repr=False)
class Stated:
    """A model that was stated as laws: its joint density, its loss, and what that loss reads as.

    joint: the negative log of the joint density as an objective.  model: the reading of it.
    """

    statements: tuple[Statement, ...]
    joint: Objective
    derived: Derived
    model: Model

    @property
    def status(self) -> str:
        """That of the reading."""
        return self.model.status

    @property
    def evidence(self) -> Multiple | None:
        """That of the reading."""
        return self.model.evidence

    def card(self, *, entropy: bool = False) -> Card:
        """Return the way from the laws to the loss, and then the reading of the loss."""
        f = self.joint
        lines = [rows.reading(f.formula, f.wrt)]
        lines += derivation(self.statements, self.derived, f.wrt)
        reading = self.model.card(entropy=entropy)
        kept = [r for r in reading.rows[1:] if r.label.en not in ("loss", "lambda")]
        title = same("; ".join(s.text for s in self.statements))
        return Card(title, (*lines, *kept), reading.notes)

    def to_json(self, *, entropy: bool = False) -> dict[str, Any]:
        """Return the loss and its reading as plain data."""
        return {
            "statements": [
                {"symbol": s.name, "law": s.family.name, "arguments": dict(s.arguments)}
                for s in self.statements
            ],
            "joint": to_text(self.derived.whole),
            "loss": to_text(self.derived.loss),
            "dropped": to_text(self.derived.dropped),
            **self.model.to_json(entropy=entropy),
        }

    def __str__(self) -> str:
        return str(self.card())

    def __repr__(self) -> str:
        return f"<Stated {'; '.join(s.text for s in self.statements)}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.card()._repr_mimebundle_()


def stated(text: str, declare: str = "", wrt: str | tuple[str, ...] | list[str] = "") -> Stated:
    """Return the model that laws state, such as "y ~ Bernoulli(sigmoid(X*w)); w ~ Laplace(0, b)".

    wrt: what is estimated; the symbols with a law that others depend on, else by convention.
    Raises: what ``statements.read_statements`` and ``objective`` raise.
    """
    statements = read_statements(text)
    energy, declared = joint(statements, declare)
    chosen = wrt or latent(statements)
    f = _joint_objective(energy, declared, chosen, statements)
    found = derived(f.expr, f.wrt)
    return Stated(statements, f, found, model(f))


def _joint_objective(
    energy: str,
    declare: str,
    wrt: str | tuple[str, ...] | list[str],
    statements: tuple[Statement, ...],
) -> Objective:
    """Return -log of the joint density over what is estimated; observed symbols stay data."""
    f = build_objective(energy, declare=declare, wrt=wrt)
    observed = {s.name for s in statements}
    if wrt or not any(s.name in observed for s in f.wrt):
        return f
    free = [s.name for s in f.formula.symbols if s.name not in observed]
    weights = [n for n in free if n[0] in "wmptbu" or n in ("theta", "beta", "mu")] or free
    return build_objective(energy, declare=declare, wrt=weights[:1])


def model_of(
    text: str, declare: str = "", wrt: str | tuple[str, ...] | list[str] = "", source: str = ""
) -> Model | Stated:
    """Return the model behind a formula, or of laws "y ~ Law(...); w ~ Law(...)"."""
    if is_model(text):
        return stated(text, declare, wrt)
    return build_objective(text, declare=declare, wrt=wrt, source=source).model()
