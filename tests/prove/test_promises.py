"""A refuted question is offered a declaration that decides it: typed, it does."""

from __future__ import annotations

import pytest

from lossmith.prove.hints import declaration, promise
from lossmith.prove.prover import curvature
from lossmith.text.parse import parse

OFFERED = [
    ("a*norm2(x)^2 + norm1(x)", "x: vector(n); a: scalar", "x", "a: scalar >= 0"),
    ("sum(c.*exp(x))", "x: vector(n); c: vector(n)", "x", "c: vector(n) >= 0"),
    ("(x^2 - a)^2", "x: scalar; a: scalar", "x", "a: scalar <= 0"),
    ("x^3", "x: scalar", "x", "x: scalar >= 0"),
    ("x^a", "x: scalar > 0; a: scalar", "x", None),
    ("x^2*log(x)", "x: scalar > 0", "x", "x: scalar >= 1"),
    ("max(a*x, b*x)*c", "x: scalar; a: scalar; b: scalar; c: scalar", "x", "c: scalar >= 0"),
    ("a*exp(x) + b*exp(-x)", "x: scalar; a: scalar; b: scalar", "x", None),
    ("sum(abs(x).^p)", "x: vector(n); p: scalar", "x", "p: scalar >= 1"),
    ("norm2(x)^a", "x: vector(n); a: scalar > 0", "x", "a: scalar >= 1"),
    ("sum(y.*(X*w).^2)", "y: vector(m); X: matrix(m, n); w: vector(n)", "w", "y: vector(m) >= 0"),
]


@pytest.mark.parametrize(("text", "declared", "block", "wanted"), OFFERED)
def test_what_is_offered_decides_when_it_is_typed(
    text: str, declared: str, block: str, wanted: str | None
) -> None:
    f = parse(text, declared)
    wrt = (f.symbol(block),)
    choice = promise(f.expr, wrt, curvature(f.expr, wrt, bare=True).witnesses)
    assert choice is not None
    offered = "; ".join(map(declaration, choice))
    assert wanted in (None, offered)
    own = dict(part.split(":", 1) for part in declared.split("; "))
    own |= dict(part.split(":", 1) for part in offered.split("; "))
    g = parse(text, "; ".join(f"{name}:{rest}" for name, rest in own.items()))
    assert curvature(g.expr, (g.symbol(block),), bare=True).status == "proved"


def test_nothing_is_offered_where_no_sign_helps() -> None:
    f = parse("sin(x)*cosh(y)", "x: scalar; y: scalar")
    wrt = (f.symbol("x"), f.symbol("y"))
    assert promise(f.expr, wrt, curvature(f.expr, wrt, bare=True).witnesses) is None
