"""The model behind an objective: its reading as a card and as data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from lossmith.evidence.lines.multiples import Multiple
from lossmith.expr import build
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.walk import substitute
from lossmith.judge.multiple import multiple
from lossmith.likelihood.divergence import Divergence, divergence
from lossmith.likelihood.hints import Hint, hint
from lossmith.likelihood.labels import promised_labels
from lossmith.likelihood.reading import read
from lossmith.likelihood.readings import Counts, Noise, Prior, Reading, Unread
from lossmith.likelihood.refuse import Refusal, refusal
from lossmith.likelihood.score import Fisher, informations, residuals
from lossmith.likelihood.stated_laws import StatedLaw
from lossmith.text.writing.printing import to_text
from lossmith.view import explain as rows
from lossmith.view import model as told
from lossmith.view import model_special as special
from lossmith.view.card import Card, Row
from lossmith.view.model_conditions import conditions, counted
from lossmith.view.model_entropy import decomposition as told_decomposition
from lossmith.view.model_entropy import entropy as told_entropy
from lossmith.view.model_weights import lambdas
from lossmith.words import Words

if TYPE_CHECKING:
    from lossmith.workbench.objective import Objective

_ONE: Final = build.const(1)
_ETA: Final = re.compile(r"\beta\b")


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Cross-entropy = entropy + divergence; evidence: as the checker replays it.

    evidence: None where the entropy has no closed form.
    """

    found: Divergence
    evidence: Multiple | None

    def to_json(self) -> dict[str, Any]:
        """Return the parts as text of the language."""
        d = self.found
        parts = {"cross_entropy": d.cross, "entropy": d.entropy, "divergence": d.divergence}
        texts = {name: None if e is None else to_text(e) for name, e in parts.items()}
        return {"status": "shown" if self.evidence is None else "proved", **texts}


@dataclass(frozen=True, repr=False)
class Model:
    """What is assumed when an objective is minimized.

    reading: the law, link and priors, proved; or how far reading went.
    """

    objective: Objective
    reading: Reading | Counts | Unread

    @property
    def status(self) -> str:
        """proved, refuted (no likelihood as it stands) or undecided."""
        if isinstance(self.reading, Unread):
            return "undecided" if self.refusal is None else "refuted"
        return "proved" if self.evidence is not None else "undecided"

    @property
    def noise(self) -> Noise | None:
        """The law of the observation with its link; None if nothing was observed or read."""
        return self.reading.noise if isinstance(self.reading, Reading) else None

    @property
    def priors(self) -> tuple[Prior, ...]:
        """The laws of the variables."""
        return self.reading.priors if isinstance(self.reading, Reading) else ()

    @property
    def dropped(self) -> Expr | None:
        """The constant in f = kappa (-log p) + dropped; None if the loss is unread."""
        return None if isinstance(self.reading, Unread) else self.reading.constant

    @cached_property
    def evidence(self) -> Multiple | None:
        """That f = kappa (-log density) + constant, as the checker replays it; None if unread."""
        r = self.reading
        if isinstance(r, Unread):
            return None
        if isinstance(r, Counts):
            return multiple(r.expr, r.energy(), r.wrt, _ONE, r.constant, "", self._told())
        labels = {} if r.noise is None else promised_labels(r.noise)
        left, right = (substitute(e, labels) for e in (r.expr, r.energy()))
        return multiple(left, right, r.wrt, r.scale, r.constant, "", self._told())

    def _told(self) -> dict[str, Any]:
        """Return what the two sides of the evidence are, for its reader."""
        return {
            "formula": self.objective.formula.text,
            "left": "the loss",
            "right": "-log density of the observations and of the variables",
            "laws": [law.en for law in self._laws()],
        }

    def _laws(self) -> list[Words]:
        r = self.reading
        taken = {s.name for s in self.objective.formula.symbols}
        if isinstance(r, Unread):
            return []
        if isinstance(r, Counts):
            return [special.counts(r)[0].text]
        rows = [] if r.noise is None else [told.noise(r.noise, "", taken)]
        return [row.text for row in (*rows, *(told.prior(p, r.scale, "") for p in r.priors))]

    @cached_property
    def refusal(self) -> Refusal | None:
        """Why the loss is no likelihood, if that is proved."""
        r = self.reading
        return refusal(r.data, r.wrt) if isinstance(r, Unread) else None

    @cached_property
    def hint(self) -> Hint | None:
        """What would have to be declared for the loss to be read, if that is known."""
        r = self.reading
        return hint(r) if isinstance(r, Unread) and self.refusal is None else None

    @cached_property
    def fisher(self) -> dict[str, Fisher]:
        """The Fisher information by each variable for which the law gives it."""
        r = self.reading
        return informations(r.noise, r.wrt) if isinstance(r, Reading) else {}

    @cached_property
    def residuals(self) -> dict[str, Expr]:
        """The gradient of the data part as design times (mean - observation), where proved."""
        r = self.reading
        return residuals(r.noise, r.wrt) if isinstance(r, Reading) else {}

    @cached_property
    def decomposition(self) -> Decomposition | None:
        """Cross-entropy = entropy + divergence for one observation, where that has a closed form.

        The truth is the law of the model with another predictor.
        """
        r = self.reading
        if not isinstance(r, Reading) or r.noise is None:
            return None
        moved = tuple(name for name, text in r.noise.pattern.arguments.items() if _ETA.search(text))
        found = divergence(r.noise.pattern.family, moved)
        if found is None or found.cross is None or found.entropy is None:
            return None if found is None else Decomposition(found, None)
        own = tuple(found.model[name] for name in moved)
        both = build.add(found.entropy, found.divergence)
        return Decomposition(found, multiple(found.cross, both, own, _ONE, build.const(0)))

    def card(self, *, entropy: bool = False) -> Card:
        """Return the reading as a card; entropy: only what shows the loss as a cross-entropy."""
        f, r = self.objective, self.reading
        lines: list[Row] = [rows.reading(f.formula, f.wrt)]
        if isinstance(r, Counts):
            lines += special.counts(r, self.status)
            return Card(f.title, tuple(lines), f.notes + f.formula.notes + counted(r))
        if isinstance(r, Unread):
            lines += special.unread(r, self.refusal, self.hint)
            return Card(f.title, tuple(lines), f.notes + f.formula.notes + conditions(r))
        taken = {s.name for s in f.formula.symbols}
        badge = self.status if self.status == "proved" else "shown"
        if r.soft is not None:
            lines.append(told.soft(*r.soft))
        if r.noise is not None:
            lines.append(told.noise(r.noise, badge, taken))
        lines += [told.prior(p, r.scale, badge) for p in r.priors]
        lines.append(told.identity(r, badge))
        if not entropy:
            lines += [told.estimate(r), *lambdas(r, taken)]
            lines += told.slopes(self.fisher, self.residuals)
            if r.noise is not None and not self.fisher:
                lines += told.no_information(r.noise)
        lines += told_entropy(r)
        if entropy and self.decomposition is not None:
            proof = self.decomposition.evidence
            badge = "proved" if proof is not None else "shown"
            lines += told_decomposition(self.decomposition.found, badge)
        return Card(f.title, tuple(lines), f.notes + f.formula.notes + conditions(r))

    def to_json(self, *, entropy: bool = False) -> dict[str, Any]:
        """Return the reading as plain data; formulas are text of the language.

        entropy: with the cross-entropy of one observation as entropy + divergence.
        """
        r = self.reading
        data: dict[str, Any] = {"status": self.status}
        if isinstance(r, Counts):
            numbers = {"ones": _number(r.ones), "zeros": _number(r.zeros)}
            counts = {"probability": to_text(r.probability), **numbers}
            law = [] if r.prior is None else [prior_json(r.prior, _ONE)]
            return data | {"noise": {"law": "Bernoulli", "counts": counts}, "priors": law}
        if isinstance(r, Unread):
            refused = self.refusal
            if refused is not None:
                data["why"] = {"en": refused.words.en, "zh": refused.words.zh}
            elif self.hint is not None:
                data["declare"] = self.hint.declaration
            return data | {"left": to_text(r.left)}
        if r.noise is not None:
            data["noise"] = noise_json(r.noise)
        if r.soft is not None:
            data["labels"] = {r.soft[0].name: to_text(r.soft[1])}
        data["priors"] = [prior_json(p, r.scale) for p in r.priors]
        data |= {"scale": to_text(r.scale), "constant": to_text(r.constant)}
        data |= slopes_json(self.fisher, self.residuals)
        if entropy and self.decomposition is not None:
            data["divergence"] = self.decomposition.to_json()
        return data

    def __str__(self) -> str:
        return str(self.card())

    def __repr__(self) -> str:
        return f"<Model {self.status}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.card()._repr_mimebundle_()


def noise_json(n: Noise) -> dict[str, Any]:
    """Return the law of an observation as plain data."""
    return {
        "law": n.pattern.family.name,
        "reading": n.pattern.name,
        "observed": n.pattern.outcome or n.observed.name,
        "predictor": to_text(n.predictor),
        "link": n.pattern.link.en,
        "factor": to_text(n.factor),
        "parameters": _texts(n.arguments()),
        **({} if n.mask is None else {"mask": n.mask.name}),
    }


def prior_json(p: Prior, scale: Expr) -> dict[str, Any]:
    """Return the law of a variable as plain data."""
    return {
        "law": p.penalty.family.name,
        "variable": p.variable.name,
        "factor": to_text(p.factor),
        "parameters": _texts(p.arguments(scale)),
    }


def slopes_json(fisher: Mapping[str, Fisher], residual: Mapping[str, Expr]) -> dict[str, Any]:
    """Return Fisher information and gradient of the data part as plain data."""
    found = {
        k: {"value": to_text(f.expr), "holds_no_observation": f.observed} for k, f in fisher.items()
    }
    return {"fisher": found, "residual_form": _texts(residual)}


def laws_json(laws: Sequence[StatedLaw], wrt: Sequence[Symbol]) -> dict[str, Any]:
    """Return stated laws as plain data, where they are not one reading."""
    found: list[dict[str, Any]] = []
    for law in laws:
        own = {"law": law.statement.family.name, "parameters": _texts(law.arguments)}
        kind = "variable" if law.symbol in wrt else "observed"
        row = noise_json(law.noise) if law.noise is not None else {}
        found.append({kind: law.symbol.name, **row, **own})
    seen = [row for row in found if "observed" in row]
    noises = [law.noise for law in laws if law.noise is not None]
    one = noises[0] if len(noises) == 1 else None
    data: dict[str, Any] = {"priors": [row for row in found if "variable" in row]}
    data |= slopes_json(informations(one, wrt), residuals(one, wrt))
    if len(seen) == 1:
        return data | {"noise": seen[0]}
    return data | {"noises": seen}


def _number(e: Expr) -> int | str:
    return int(e.value) if isinstance(e, Const) else to_text(e)


def _texts(found: Mapping[str, Expr]) -> dict[str, str]:
    return {k: to_text(e) for k, e in found.items()}


def model(f: Objective) -> Model:
    """Return the model behind an objective."""
    return Model(f, read(f.expr, f.wrt))
