"""What a row asks of the observation, and what is declared of it."""

from __future__ import annotations

from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.types import FREE
from lossmith.likelihood.lift import kind
from lossmith.likelihood.patterns import Pattern
from lossmith.likelihood.readings import Noise
from lossmith.text.declare import read_declarations


def labels_fit(pattern: Pattern, y: Symbol) -> bool:
    """Return whether what is declared of y allows the row's labels."""
    declared = y.assumptions
    words = {w for w in ("onehot", "simplex", "pd") if w in pattern.labels}
    if words:
        return all(declared.has(w) for w in words) or ("onehot" in words and declared == FREE)
    if declared == FREE or pattern.labels == "scalar":
        return True
    wanted = read_declarations(f"y: {pattern.labels}")["y"].assumptions
    if wanted.values is not None:
        return declared.values is not None and set(declared.values) <= set(wanted.values)
    if declared.values is not None:
        inside = all(wanted.interval.has(v) for v in declared.values)
        return inside and all(v.denominator == 1 or not wanted.integer for v in declared.values)
    return declared.interval.within(wanted.interval) and (declared.integer or not wanted.integer)


def promised_labels(noise: Noise) -> dict[Expr, Expr]:
    """Return y with the labels of the row promised, if nothing was declared of it."""
    y = noise.observed
    if y.assumptions != FREE:
        return {}
    text = noise.pattern.labels.replace("scalar", kind(y.shape), 1)
    promised = read_declarations(f"{y.name}: {text}")[y.name].assumptions
    return {y: symbol(y.name, y.shape, promised)}
