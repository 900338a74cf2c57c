"""The declaration that gives a symbol back: its kind with its sizes, and what is promised of it."""

from __future__ import annotations

from lossmith.expr.node import Symbol
from lossmith.expr.sets import REALS, Interval
from lossmith.expr.types import Assumptions


def described(s: Symbol) -> str:
    """Return the declaration of a symbol, without its name."""
    sizes = ", ".join(str(d) for d in s.shape)
    kind = ("scalar", f"vector({sizes})", f"matrix({sizes})")[min(len(s.shape), 2)]
    return " ".join(part for part in (kind, _promises(s.assumptions)) if part)


def _promises(a: Assumptions) -> str:
    words = sorted(a.structure)
    if a.values is not None:
        words.append("in {" + ", ".join(str(v) for v in a.values) + "}")
    elif a.structure & {"onehot", "simplex"}:
        pass
    elif a.interval != REALS:
        words.append(_bounds(a.interval))
    if a.integer:
        words.append("integer")
    return ", ".join(words)


def _bounds(i: Interval) -> str:
    parts: list[str] = []
    if i.lo is not None:
        parts.append(f"{'>' if i.lo_open else '>='} {i.lo}")
    if i.hi is not None:
        parts.append(f"{'<' if i.hi_open else '<='} {i.hi}")
    return ", ".join(parts)
