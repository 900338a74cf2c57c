"""Stationary points on the edge of the declared set: what they are among its points."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from lossmith.expr.build import const
from lossmith.expr.node import Const, Expr
from lossmith.expr.sets import closed
from lossmith.expr.walk import substitute, symbols
from lossmith.prove.points.stationary import stationary
from lossmith.text.parse import parse

ON_THE_EDGE = [
    ("x*y", "x: scalar in [0, 1]; y: scalar in [0, 1]", "minimum"),
    ("x*y", "x: scalar >= 0; y: scalar >= 0", "minimum"),
    ("-x*y", "x: scalar >= 0; y: scalar >= 0", "maximum"),
    ("x*y", "x: scalar <= 0; y: scalar >= 0", "maximum"),
    ("x*y", "x: scalar >= 0; y: scalar", "saddle"),
    ("x^2 - y^2", "x: scalar >= 0; y: scalar in [0, 1]", "saddle"),
    ("x*y + x^2*y^2", "x: scalar >= 0; y: scalar >= 0", "minimum"),
    ("x*y*(1 + z^2)", "x: scalar >= 0; y: scalar >= 0; z: scalar > 1", None),
    ("x*y*exp(-x^2 - y^2)", "x: scalar in [0, 1/2]; y: scalar in [0, 1/2]", "edge"),
    ("(x - y^2)*(x - 2*y^2)", "x: scalar; y: scalar >= 0", "saddle"),
    ("(x - y^2)*(x - 5*y^2)", "x: scalar; y: scalar >= 0", "saddle"),
    ("x*y + y^3", "x: scalar >= 0; y: scalar >= 0", "minimum"),
    ("x^2 + y^2", "x: scalar >= 0; y: scalar >= 0", "minimum"),
]


@pytest.mark.parametrize(("text", "declared", "kind"), ON_THE_EDGE, ids=str)
def test_on_the_edge_of_what_is_declared_only_its_points_count(
    text: str, declared: str, kind: str | None
) -> None:
    parsed = parse(text, declared)
    found = stationary(parsed.expr, parsed.symbols)
    kinds = [p.kind for p in found.points if all(i.has(0) for i in p.box.values())]
    assert kinds == ([kind] if kind else [])


def test_a_kind_on_the_edge_agrees_with_values_in_the_set() -> None:
    draw = random.Random(17)
    told = 0
    for _ in range(30):
        terms = [f"{draw.randrange(-3, 4)}*x^{i}*y^{j}" for i, j in _EXPONENTS]
        sides = [draw.choice((">= 0", "<= 0", "")) for _ in range(2)]
        declared = "; ".join(f"{n}: scalar {s}" for n, s in zip("xy", sides, strict=True))
        parsed = parse(" + ".join(draw.sample(terms, 3)), declared)
        if {s.name for s in parsed.symbols} != {"x", "y"}:
            continue
        f = parse(parsed.text, "x: scalar; y: scalar")
        found = stationary(parsed.expr, parsed.symbols)
        for p in found.points:
            if p.set_of is None and all(i == closed(0, 0) for i in p.box.values()):
                told += _agrees(p.kind, f.expr, sides)
    assert told > 8


_EXPONENTS = [(2, 0), (1, 1), (0, 2), (3, 0), (2, 1), (1, 2), (0, 3), (4, 0), (2, 2), (0, 4)]


def _agrees(kind: str, e: Expr, sides: list[str]) -> bool:
    """Return whether there was something to compare; fail if a value nearby contradicts."""
    x, y = sorted(symbols(e), key=lambda s: s.name)
    ranges = [[Fraction(k, 4000) for k in range(-8, 9) if _admits(side, k)] for side in sides]
    values = {
        v.value
        for a in ranges[0]
        for b in ranges[1]
        if isinstance(v := substitute(e, {x: const(a), y: const(b)}), Const)
    }
    if kind == "minimum":
        assert min(values) >= 0
    if kind == "maximum":
        assert max(values) <= 0
    return kind in ("minimum", "maximum", "saddle")


def _admits(side: str, k: int) -> bool:
    return not side or (k >= 0 if side == ">= 0" else k <= 0)
