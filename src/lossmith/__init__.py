"""Lossmith: a workbench for the mathematics of learning objectives.

>>> import lossmith as ls
>>> f = ls.objective("norm2(X*w - y)^2 + lam*norm2(w)^2", declare="lam: scalar >= 0", wrt="w")
>>> print(f.gradient)
2Xᵀ(Xw − y) + 2λw
>>> f.curvature().label
'convex'

Names are loaded when they are first used, so importing costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lossmith.calculus.derivation import Derivation
    from lossmith.emit.source import Source
    from lossmith.errors import (
        DataError,
        DomainError,
        LossmithError,
        MissingExtra,
        NotCertified,
        ParseError,
        SelfCheckFailed,
        ShapeError,
        UnknownAtom,
        UsageError,
    )
    from lossmith.evidence.certificate import Certificate, Witness
    from lossmith.prove.proving.verdict import Verdict
    from lossmith.run.data import read as read_data
    from lossmith.solve.result import Result, Status
    from lossmith.text.parse import Formula, parse
    from lossmith.text.writing.printing import to_latex, to_python, to_text, to_unicode
    from lossmith.view.replayed import verify
    from lossmith.words import Words
    from lossmith.workbench.checking import Checked, check
    from lossmith.workbench.comparison import compare
    from lossmith.workbench.objective import Objective, objective
    from lossmith.workbench.stated import model_of as model

__version__ = "0.1.0"

_HOMES = {
    "objective": "workbench.objective",
    "Objective": "workbench.objective",
    "compare": "workbench.comparison",
    "model": "workbench.stated:model_of",
    "parse": "text.parse",
    "Formula": "text.parse",
    "to_text": "text.writing.printing",
    "to_unicode": "text.writing.printing",
    "to_latex": "text.writing.printing",
    "to_python": "text.writing.printing",
    "Derivation": "calculus.derivation",
    "verify": "view.replayed",
    "check": "workbench.checking",
    "Checked": "workbench.checking",
    "Verdict": "prove.proving.verdict",
    "Certificate": "evidence.certificate",
    "Witness": "evidence.certificate",
    "Source": "emit.source",
    "read_data": "run.data:read",
    "Result": "solve.result",
    "Status": "solve.result",
    "Words": "words",
    "LossmithError": "errors",
    "ParseError": "errors",
    "ShapeError": "errors",
    "DomainError": "errors",
    "UnknownAtom": "errors",
    "MissingExtra": "errors",
    "NotCertified": "errors",
    "DataError": "errors",
    "UsageError": "errors",
    "SelfCheckFailed": "errors",
}

__all__ = [
    "objective", "Objective", "compare", "model", "parse", "Formula", "to_text", "to_unicode",
    "to_latex", "to_python",
    "Derivation", "verify", "check", "Checked", "Verdict", "Certificate", "Witness", "Source",
    "read_data", "Result", "Status", "Words", "LossmithError", "ParseError", "ShapeError",
    "DomainError",
    "UnknownAtom", "MissingExtra", "NotCertified", "DataError", "UsageError", "SelfCheckFailed",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'lossmith' has no attribute {name!r}")
    home, _, inside = _HOMES[name].partition(":")
    value = getattr(import_module(f"lossmith.{home}"), inside or name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
