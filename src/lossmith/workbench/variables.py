"""Which symbols of a formula are its variables, when nobody says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from lossmith.errors import UsageError
from lossmith.expr.node import Symbol
from lossmith.text.parse import Formula
from lossmith.words import Words

_WEIGHTS = re.compile(r"(w|W|theta|beta)_?\d*$")
_PARAMETERS = re.compile(
    r"(lam|lambda|alpha|gamma|eps|epsilon|sigma|tau|rho|mu|nu|kappa|eta|delta|c|k)_?\d*$"
)
_ABSCISSA = re.compile(r"x_?\d*$")
_COORDINATE = re.compile(r"[xyz]_?\d*$")


def conventional_variables(formula: Formula) -> list[str]:
    """Return the names that people would differentiate by.

    Weights (w, theta ...), else the factors U and V, else x or the first array; among numbers x
    with y and z (a, b ... are parameters then), else all unknowns.
    """
    every = formula.symbols
    weights = [s.name for s in every if _WEIGHTS.match(s.name)]
    if weights:
        return weights
    factors = [s.name for s in every if s.name in ("U", "V")]
    if len(factors) == 2:
        return factors
    free = [s for s in every if not _PARAMETERS.match(s.name)] or list(every)
    if any(s.shape for s in free):
        for preferred in ("x", "z", "X", "U"):
            if any(s.name == preferred for s in free):
                return [preferred]
        return [next(s for s in free if s.shape).name]
    names = [s.name for s in free]
    if any(_ABSCISSA.match(n) for n in names):
        return [n for n in names if _COORDINATE.match(n)]
    return names


def names_in(wrt: str | Sequence[str]) -> list[str]:
    """Return the names of a list, or of a text with commas, each once.

    Raises: UsageError for anything that is no name.
    """
    names = wrt.split(",") if isinstance(wrt, str) else wrt
    if not isinstance(names, list | tuple) or not all(isinstance(n, str) for n in names):
        raise UsageError(
            Words(
                f"variables are given by their names, not {wrt!r}",
                f"变量用名称指定，而不是 {wrt!r}",
            ),
            attempt=Words('wrt="w" or wrt=["w", "b"]', 'wrt="w" 或 wrt=["w", "b"]'),
        )
    return list(dict.fromkeys(n.strip() for n in names if n.strip()))


def symbol_named(formula: Formula, name: str) -> Symbol:
    """Return the symbol of this name.  Raises: UsageError if the formula has none."""
    for s in formula.symbols:
        if s.name == name:
            return s
    holder = next((s.name for s in formula.symbols if name in s.shape), None)
    if holder is not None:
        raise UsageError(
            Words(f"{name} is a size here, not a variable", f"{name} 在这里是大小，不是变量"),
            why=Words(
                f"{holder} is declared with {name} entries along an axis, so {name} counts them",
                f"{holder} 的声明以 {name} 为大小，因此 {name} 表示个数",
            ),
            attempt=Words(
                f"write another letter for the size of {holder}, or for the number",
                f"{holder} 的大小或这个数换用别的字母",
            ),
        )
    names = [s.name for s in formula.symbols]
    known = ", ".join(names)
    near = next(iter(get_close_matches(name, names, 1, 0.5)), names[0])
    raise UsageError(
        Words(f"the formula has no variable {name}", f"公式中没有变量 {name}"),
        why=Words(f"it has {known}", f"其中的符号是 {known}"),
        attempt=Words(f"{near} in place of {name}", f"把 {name} 改为 {near}"),
    )
