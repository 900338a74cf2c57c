"""A model stated as laws, "y ~ Law(...); w ~ Law(...)", and the loss that it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from lossmith.evidence.lines.multiples import Multiple
from lossmith.expr import build
from lossmith.judge.multiple import multiple
from lossmith.likelihood.readings import Reading
from lossmith.likelihood.score import informations, residuals
from lossmith.likelihood.stated_laws import StatedLaw, reading_of, stated_laws
from lossmith.likelihood.statements import (
    Derived,
    Statement,
    derived,
    is_model,
    joint,
    latent,
    read_statements,
)
from lossmith.text.writing.printing import to_text
from lossmith.view import explain
from lossmith.view import model as told
from lossmith.view import stated as view
from lossmith.view.card import Card, Row
from lossmith.words import same
from lossmith.workbench.model import Model, laws_json
from lossmith.workbench.objective import Objective
from lossmith.workbench.objective import objective as build_objective

_ONE: Final = build.const(1)


@dataclass(frozen=True, repr=False)
class Stated:
    """A model that was stated as laws: its joint density, its loss, and what each law says.

    joint: the negative log of the joint density as an objective.  reading: the laws as one reading,
    where one observation has a row that shows its link and no prior holds what is estimated.
    """

    statements: tuple[Statement, ...]
    joint: Objective
    derived: Derived
    laws: tuple[StatedLaw, ...]
    reading: Reading | None

    @property
    def status(self) -> str:
        """proved if the loss is shown to be -log of the joint density but for a constant."""
        return "undecided" if self.evidence is None else "proved"

    @cached_property
    def evidence(self) -> Multiple | None:
        """That loss = -log joint density - what was dropped, as the checker replays it."""
        d = self.derived
        told = {
            "formula": "; ".join(s.text for s in self.statements),
            "left": "the loss",
            "right": "-log density of the observations and of the variables",
            "laws": [s.family.words.en for s in self.statements],
        }
        return multiple(d.loss, d.whole, self.joint.wrt, _ONE, build.negate(d.dropped), "", told)

    @cached_property
    def model(self) -> Model | None:
        """The reading as a model, where the laws are one reading."""
        return None if self.reading is None else Model(self.joint, self.reading)

    def card(self, *, entropy: bool = False) -> Card:
        """Return the way from the laws to the loss, and then what each law says."""
        f = self.joint
        lines = [explain.reading(f.formula, f.wrt)]
        lines += view.derivation(self.statements, self.derived, f.wrt)
        badge = self.status if self.status == "proved" else "shown"
        taken = {s.name for s in f.formula.symbols}
        lines += [view.law(law, badge, taken, f.wrt) for law in self.laws]
        if not entropy:
            lines += [view.estimate(self.laws, f.wrt), *self._slopes()]
        lines += self._entropy(whole=entropy)
        title = same("; ".join(s.text for s in self.statements))
        scales = view.scales(self.statements)
        notes = (*f.notes, *f.formula.notes, *view.conditions(self.laws), *scales)
        return Card(title, tuple(lines), notes)

    def _slopes(self) -> list[Row]:
        noises = [law.noise for law in self.laws if law.noise is not None]
        if len(noises) != 1:
            return []  # the information of several observations adds up
        return told.slopes(
            informations(noises[0], self.joint.wrt), residuals(noises[0], self.joint.wrt)
        )

    def _entropy(self, *, whole: bool) -> list[Row]:
        if self.model is None:
            return []
        rows = self.model.card(entropy=whole).rows
        return [r for r in rows if r.label.en in ("entropy", "decomposed")]

    def to_json(self, *, entropy: bool = False) -> dict[str, Any]:
        """Return the loss and its laws as plain data."""
        stated = [
            {"symbol": s.name, "law": s.family.name, "arguments": dict(s.arguments)}
            for s in self.statements
        ]
        d = self.derived
        data: dict[str, Any] = {
            "statements": stated,
            "joint": to_text(d.whole),
            "loss": to_text(d.loss),
            "dropped": to_text(d.dropped),
        }
        if self.model is not None:
            data |= self.model.to_json(entropy=entropy)
        else:
            data |= laws_json(self.laws, self.joint.wrt)
        return data | {"status": self.status}

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
    laws = stated_laws(statements, f.formula.symbols, f.wrt)
    return Stated(statements, f, derived(f.expr, f.wrt), laws, reading_of(laws, f.expr, f.wrt))


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
