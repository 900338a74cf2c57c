"""Two objectives compared: minimizers, scale, weights of penalties."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from lossmith.errors import LossmithError, UsageError
from lossmith.evidence.lines.multiples import Multiple
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.types import FREE, Shape
from lossmith.expr.walk import substitute, symbols
from lossmith.judge.multiple import multiple
from lossmith.judge.relation import related
from lossmith.likelihood.compare import Comparison
from lossmith.likelihood.compare import compare as compared
from lossmith.likelihood.lift import kind
from lossmith.prove.line.contrast import Contrast
from lossmith.text.declaring.declare import read_declarations
from lossmith.text.writing.printing import to_text
from lossmith.view import comparison as told
from lossmith.view import contrast as contrasted
from lossmith.view import explain as rows
from lossmith.view.card import Card
from lossmith.words import Words
from lossmith.workbench.apart import Apart, apart
from lossmith.workbench.contrast import contrast
from lossmith.workbench.objective import Objective, objective

_LABELS: Final = ("in {0, 1}", "in {-1, 1}")
_NAMES: Final = ("y", "t", "z")
"""Names that labels have; their values are promised only if nothing is declared of them."""
_OWN_NAMES: Final = re.compile(r"^\s*\w+(\s*,\s*\w+)*\s*:?")
"""What stands before the kind in an entry such as "y, z: vector(n) in {0, 1}"."""


@dataclass(frozen=True, repr=False)
class Compared:
    """What two objectives have in common, proved or refuted."""

    f: Objective
    g: Objective
    comparison: Comparison

    @property
    def status(self) -> str:
        """proved (same minimizers), refuted (no multiple), or undecided."""
        known = self.comparison.kind
        if known in ("different", "negated"):
            return "refuted"
        return "undecided" if known == "unknown" or self.evidence is None else "proved"

    @cached_property
    def evidence(self) -> Multiple | None:
        """The relation as the checker replays it; None where there is none."""
        return _evidence(self.comparison, self.f.wrt)

    @cached_property
    def apart(self) -> Apart | None:
        """Data for which the minimizers are proved to differ, where no relation was found."""
        if self.comparison.kind not in ("different", "unknown", "penalty"):
            return None
        return apart(self.comparison.f, self.comparison.g, self.f.wrt)

    @cached_property
    def contrast(self) -> Contrast | None:
        """The two side by side on the line, where they are functions of one number."""
        if self.comparison.kind not in ("different", "unknown", "increasing"):
            return None
        return contrast(self.comparison.f, self.comparison.g, self.f.wrt)

    def card(self) -> Card:
        """Return the comparison as a card."""
        lines = [
            rows.reading(self.f.formula, self.f.wrt),
            *told.rows(self.comparison, self.f.wrt),
        ]
        if self.apart is not None:
            a, by_weight = self.apart, self.comparison.kind == "penalty"
            differ = told.apart(a.name, a.data, a.first, a.second, by_weight=by_weight)
            kept = [r for r in lines if by_weight or r.label.en != "minimizers"]
            lines = [*kept, differ]
        if self.contrast is not None:
            lines += contrasted.rows(self.contrast)
        if self.evidence is None and self.comparison.kind not in ("different", "unknown"):
            lines = [replace(r, badge="shown" if r.badge == "proved" else r.badge) for r in lines]
        return Card(self.f.title, tuple(lines), self._notes())

    def _notes(self) -> tuple[Words, ...]:
        """Return the notes of both, but not that a symbol of g does not occur in f."""
        held = {s.name for s in symbols(self.g.expr)} - {s.name for s in symbols(self.f.expr)}
        idle = tuple(f"{name} is declared but does not occur" for name in held)
        own = (*self.f.notes, *self.f.formula.notes)
        kept = tuple(n for n in own if not n.en.startswith(idle))
        return kept + told.conditions(self.comparison)

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as plain data."""
        c = self.comparison
        return {
            "status": self.status,
            "kind": c.kind,
            "factor": to_text(c.factor),
            "constant": to_text(c.constant),
            "by": c.relation,
            "weights": [[to_text(a), to_text(b)] for a, b in c.weights],
            "swaps": {s.name: to_text(e) for s, e in c.swaps},
            "labels": c.labels,
            "witness": dict(c.witness) if c.witness else None,
            "apart": None if self.apart is None else self.apart.to_json(),
            "contrast": None if self.contrast is None else self.contrast.to_json(),
        }

    def __str__(self) -> str:
        return str(self.card())

    def __repr__(self) -> str:
        return f"<Compared {self.comparison.kind}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.card()._repr_mimebundle_()


def compare(
    f: Objective | str,
    g: Objective | str,
    declare: str | Mapping[str, str] = "",
    wrt: str | tuple[str, ...] | list[str] = "",
) -> Compared:
    """Return how g relates to f: same minimizers? up to which factor, constant, lambda?

    f, g: objectives, or formulas that are read with declare and wrt; where the second leaves a kind
    open, it is that of the first.
    Raises: UsageError if their variables differ; what ``objective`` raises.
    """
    first = f if isinstance(f, Objective) else objective(f, declare=declare, wrt=wrt)
    second = g if isinstance(g, Objective) else _second(first, g, declare)
    kinds = {s.name: s.shape for s in first.formula.symbols}
    for s in second.formula.symbols:
        if s.name in kinds and kinds[s.name] != s.shape:
            raise UsageError(
                Words(
                    f"{s.name} has another kind in the second formula",
                    f"{s.name} 在第二个公式中的类型不同",
                ),
                attempt=Words(
                    f"--declare '{s.name}: ...' for both", f"用 --declare '{s.name}: ...'"
                ),
            )
    return Compared(first, second, _settled(first.expr, second.expr, first.wrt))


def _second(first: Objective, text: str, declare: str | Mapping[str, str]) -> Objective:
    """Return the second formula, read with the kinds of the first where that can be done."""
    names = [s.name for s in first.wrt]
    try:
        plain = objective(text, declare=declare, wrt=names)
    except LossmithError:
        if not isinstance(declare, str):
            raise
        plain = None
    kinds = {s.name: s.shape for s in first.formula.symbols}
    if plain is not None and all(
        s.shape == kinds.get(s.name, s.shape) for s in plain.formula.symbols
    ):
        return plain
    return objective(text, declare=_with_kinds(declare, kinds), wrt=names)


def _with_kinds(declare: str | Mapping[str, str], kinds: Mapping[str, Shape]) -> dict[str, str]:
    """Return the declarations by name, with these kinds where they leave one open."""
    found = {name: kind(shape) for name, shape in kinds.items()}
    for name, d in read_declarations(declare).items():
        entry = d.place.text[d.place.start : d.place.stop]
        said = declare[name] if isinstance(declare, Mapping) else _OWN_NAMES.sub("", entry)
        found[name] = said if d.kind is not None else f"{found.get(name, '')} {said}"
    return found


# -- which relation, and its evidence --------------------------------------------------------------


def _settled(f: Expr, g: Expr, wrt: tuple[Symbol, ...]) -> Comparison:
    """Return the first relation that the checker accepts; without one, the first that was found."""
    first = compared(f, g, wrt)
    if first.kind not in ("different", "unknown") and _evidence(first, wrt) is not None:
        return first
    by_values = _by_values(first, wrt)
    if by_values is not None:
        return by_values
    if first.kind not in ("different", "unknown"):
        return first
    for labels, promise in _promises(f, g, wrt):
        a, b = substitute(first.f, promise), substitute(first.g, promise)
        found = compared(a, b, wrt)
        if found.kind in ("different", "unknown") or _evidence(found, wrt) is None:
            found = _by_values(found, wrt)
        if found is not None:
            return replace(found, labels=labels, promised=first.promised)
    return first


def _by_values(c: Comparison, wrt: tuple[Symbol, ...]) -> Comparison | None:
    """Return a relation that values suggest and the checker accepts."""
    found = related(c.f, c.g, wrt)
    if found is None:
        return None
    m = found.evidence
    told_kind = "negated" if m.is_turned else "increasing" if m.by else "multiple"
    known = Comparison(
        "multiple", c.f, c.g, m.factor, m.constant, m.by, found.of_f, promised=c.promised
    )
    if told_kind != "multiple":
        return replace(known, kind=told_kind)
    if to_text(m.factor) != "1":
        return known
    return replace(known, kind="equal" if to_text(m.constant) == "0" else "constant")


def _promises(f: Expr, g: Expr, wrt: Sequence[Symbol]) -> Iterator[tuple[str, dict[Expr, Expr]]]:
    """Yield the usual labels for a symbol that is called like them and of which nothing is said."""
    found = {s for e in (f, g) for s in _free_labels(e, wrt)}
    for s in sorted(found, key=lambda s: s.name):
        for text in _LABELS:
            said = read_declarations(f"{s.name}: {kind(s.shape)} {text}")[s.name]
            yield f"{s.name} {text}", {s: symbol(s.name, s.shape, said.assumptions)}


def _free_labels(e: Expr, wrt: Sequence[Symbol]) -> list[Symbol]:
    return [
        s for s in symbols(e)
        if s.name in _NAMES and s.assumptions == FREE and s not in wrt
    ]  # fmt: skip


def _evidence(c: Comparison, wrt: tuple[Symbol, ...]) -> Multiple | None:
    """Return the relation as the checker replays it."""
    told_sides = {"left": "g" if c.of_f else "f", "right": "f" if c.of_f else "g"}
    match c.kind:
        case "different" | "unknown":
            return None
        case "penalty":
            told_sides["right"] = "f with other weights of its penalties"
            return multiple(c.g, c.swapped, wrt, c.factor, c.constant, "", told_sides)
        case _:
            left, right = (c.g, c.f) if c.of_f else (c.f, c.g)
            return multiple(left, right, wrt, c.factor, c.constant, c.by, told_sides)
