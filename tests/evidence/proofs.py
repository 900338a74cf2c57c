"""Short words in which proofs are written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from lossmith.evidence.certificate import Certificate, Claim, Inference
from lossmith.evidence.check import CHECKS
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed, opened
from lossmith.text.parse import parse

DECLARED = {
    "x": "scalar",
    "y": "scalar",
    "p": "scalar > 0",
    "q": "scalar > 0",
    "r": "scalar >= 1",
    "u": "scalar in [0, 2]",
    "lam": "scalar >= 0",
    "free": "scalar",
    "half": "scalar in [0, 1/2]",
    "v": "vector(n)",
    "w": "vector(d)",
    "X": "matrix(n, d)",
    "labels": "vector(n) in {-1, 1}",
    "bits": "vector(n) in {0, 1}",
    "A": "matrix(d, d) psd",
    "P": "matrix(d, d) pd",
    "S": "matrix(d, d) symmetric",
    "g": "vector(n) > 0",
    "h": "vector(n) > 0",
    "low": "scalar <= -1",
    "three": "vector(3) >= 0",
}
BOTH = Fraction(1)
ALL = Interval()
NONNEGATIVE, POSITIVE = closed(0, None), opened(0, None)


def e(text: str) -> Expr:
    """Return the formula over the symbols declared above."""
    import re

    used = {k: t for k, t in DECLARED.items() if re.search(rf"\b{k}\b", text)}
    return parse(text, declare=used).expr


def s(name: str) -> Symbol:
    """Return one of the symbols."""
    found = e(name)
    assert isinstance(found, Symbol)
    return found


def node(
    kind: str,
    expr: str | Expr,
    rule: str,
    premises: Sequence[int] = (),
    *parameters: Any,
    wrt: str = "",
    interval: Interval | None = None,
    other: str | Expr | None = None,
) -> Inference:
    """Return one node of a proof; formulas may be given as text, wrt as names."""
    subject = e(expr) if isinstance(expr, str) else expr
    value = e(other) if isinstance(other, str) else other
    block = tuple(s(name) for name in wrt.split())
    claim = Claim(kind, subject, block, interval, value)
    return Inference(claim, rule, tuple(premises), tuple(parameters))


def proof(*nodes: Inference) -> Certificate:
    """Return the nodes as a certificate."""
    return Certificate(tuple(nodes))


def follows(rule: str, claim: Claim, premises: Sequence[Claim], parameters: Any = ()) -> bool:
    """Return whether a rule takes the step; what breaks in a rule is refused by the checker."""
    try:
        return CHECKS[rule](claim, tuple(premises), parameters)
    except Exception:
        return False


def groups(*rows: Sequence[int]) -> list[tuple[Fraction, ...]]:
    """Return groups of terms as parameters."""
    return [tuple(Fraction(k) for k in row) for row in rows]


def f(*numbers: int) -> tuple[Fraction, ...]:
    """Return whole numbers as parameters."""
    return tuple(Fraction(k) for k in numbers)
