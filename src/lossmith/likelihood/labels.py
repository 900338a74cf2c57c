"""What a row asks of the observation, and what is declared of it."""

from __future__ import annotations

from functools import lru_cache

from lossmith.expr.node import Const, Expr, Symbol, symbol
from lossmith.expr.types import FREE, Assumptions
from lossmith.likelihood.lift import kind
from lossmith.likelihood.pattern import Pattern
from lossmith.likelihood.readings import Noise
from lossmith.text.declaring.declare import read_declarations


def labels_fit(pattern: Pattern, y: Symbol, *, promised: bool = False) -> bool:
    """Return whether what is declared of y allows the row's labels.

    promised: that y is positive was only promised, in case it sets a scale.
    """
    declared = FREE if promised else y.assumptions
    words = {w for w in ("onehot", "simplex", "psd") if w in pattern.labels}
    if words:
        may_promise = declared == FREE and words <= {"onehot", "psd"}
        return may_promise or all(declared.has(w) for w in words)
    if declared == FREE or pattern.labels == "scalar":
        return True
    wanted = _declared(pattern.labels)
    if wanted.values is not None:
        return declared.values is not None and set(declared.values) <= set(wanted.values)
    if declared.values is not None:
        inside = all(wanted.interval.has(v) for v in declared.values)
        return inside and all(v.denominator == 1 or not wanted.integer for v in declared.values)
    return declared.interval.within(wanted.interval) and (declared.integer or not wanted.integer)


def is_inside(domain: str, e: Expr) -> bool:
    """Return whether a number may lie in a domain such as "scalar > 0"; others are not judged."""
    if not isinstance(e, Const):
        return True
    wanted = _declared(domain)
    return wanted.interval.has(e.value) and (e.value.denominator == 1 or not wanted.integer)


@lru_cache(maxsize=64)
def _declared(text: str) -> Assumptions:
    return read_declarations(f"y: {text}")["y"].assumptions


def promised_labels(noise: Noise) -> dict[Expr, Expr]:
    """Return y with the labels of the row promised, if nothing was declared of it."""
    y = noise.observed
    if y.assumptions != FREE:
        return {}
    text = noise.pattern.labels.replace("scalar", kind(y.shape), 1)
    promised = read_declarations(f"{y.name}: {text}")[y.name].assumptions
    return {y: symbol(y.name, y.shape, promised)}
