"""Which symbols of a formula are its variables, when nobody says."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lossmith.errors import UsageError
from lossmith.expr.node import Symbol
from lossmith.text.parse import Formula
from lossmith.words import Words

_WEIGHTS = re.compile(r"(w|W|theta|beta)_?\d*$")
_PARAMETERS = re.compile(
    r"(lam|lambda|alpha|gamma|eps|epsilon|sigma|tau|rho|mu|nu|kappa|eta|delta|c|k)_?\d*$"
)


def conventional_variables(formula: Formula) -> list[str]:
    """Return the names that people would differentiate by: weights, else x, else all unknowns."""
    every = formula.symbols
    weights = [s.name for s in every if _WEIGHTS.match(s.name)]
    if weights:
        return weights
    free = [s for s in every if not _PARAMETERS.match(s.name)] or list(every)
    if any(s.shape for s in free):
        for preferred in ("x", "z", "X", "U"):
            if any(s.name == preferred for s in free):
                return [preferred]
        return [next(s for s in free if s.shape).name]
    return [s.name for s in free]


def names_in(wrt: str | Sequence[str]) -> list[str]:
    """Return the names of a list, or of a text with commas."""
    names = wrt.split(",") if isinstance(wrt, str) else wrt
    return [n.strip() for n in names if n.strip()]


def symbol_named(formula: Formula, name: str) -> Symbol:
    """Return the symbol of this name.  Raises: UsageError if the formula has none."""
    for s in formula.symbols:
        if s.name == name:
            return s
    known = ", ".join(s.name for s in formula.symbols)
    raise UsageError(
        Words(f"the formula has no variable {name}", f"公式中没有变量 {name}"),
        why=Words(f"it has {known}", f"其中的符号是 {known}"),
        attempt=Words(f"--wrt {formula.symbols[0].name}", f"--wrt {formula.symbols[0].name}"),
    )
