"""Formulas of the literature with reference values: value, gradient, Hessian, H times direction.

The references were computed with automatic differentiation in float64 and confirmed by a second,
hand-written version, so they are good to about 1e-11 relative; we ask for 1e-9.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lossmith.atoms.meaning import entries, evaluate
from lossmith.calculus.gradient import gradient, hessian, hvp
from lossmith.calculus.reverify import reverify
from lossmith.expr.build import symbol
from lossmith.expr.node import Expr, Symbol
from lossmith.text.parse import parse

SUITE = Path(__file__).parent / "derivatives.jsonl"
LINES = [json.loads(line) for line in SUITE.read_text().splitlines()]
RELATIVE = 1e-9


def declaration(name: str, spec: dict[str, Any]) -> str:
    size = ", ".join(str(n) for n in spec["shape"])
    words = [f"{name}: {spec['kind']}({size})" if size else f"{name}: scalar"]
    if spec.get("psd"):
        words.append("psd")
    elif spec.get("sym"):
        words.append("symmetric")
    elif spec.get("nonsingular"):
        words.append("nonsingular")
    if spec.get("simplex"):
        words.append("simplex")
    elif spec.get("sign") == "positive":
        words.append("> 0")
    if "range" in spec:
        lo, hi = spec["range"]
        words.append(f"in [{lo}, {hi}]")
    return " ".join(words)


@cache
def read(k: int) -> tuple[Expr, Symbol, dict[str, Symbol], Expr | None]:
    line = LINES[k]
    declared = "; ".join(declaration(n, s) for n, s in line["vars"].items())
    formula = parse(line["expr"], declared)
    names = {s.name: s for s in formula.symbols}
    return formula.expr, names[line["wrt"]], names, formula.free.get(line["wrt"])


def values(k: int, names: dict[str, Symbol]) -> dict[Symbol, Any]:
    return {s: LINES[k]["values"][n] for n, s in names.items()}


def assert_close(expr: Expr, at: dict[Symbol, Any], reference: Any) -> None:
    found = [float(x.mid()) for x in entries(evaluate(expr, at, bits=128))]
    wanted: list[float] = []
    level = [reference]
    while level and isinstance(level[0], list):
        level = [x for part in level for x in part]
    wanted = [float(x) for x in level]
    assert len(found) == len(wanted)
    scale = max([abs(x) for x in wanted], default=0.0)
    for a, b in zip(found, wanted, strict=True):
        assert abs(a - b) <= RELATIVE * max(scale, 1e-300), (a, b)


CASES = pytest.mark.parametrize("k", range(len(LINES)), ids=[line["id"] for line in LINES])


@CASES
def test_value_agrees_with_the_reference(k: int) -> None:
    expr, _, names, _ = read(k)
    assert_close(expr, values(k, names), LINES[k]["f"])


@CASES
def test_gradient_agrees_with_the_reference_and_reverifies(k: int) -> None:
    expr, wrt, names, free = read(k)
    derived = gradient(expr, wrt, free)
    assert derived.end.shape == wrt.shape
    assert_close(derived.end, values(k, names), LINES[k]["grad"])
    assert reverify(derived).confirmed


@CASES
def test_second_derivative_agrees_with_the_reference_and_reverifies(k: int) -> None:
    expr, wrt, names, free = read(k)
    at = values(k, names)
    derived = hessian(expr, wrt, free)
    assert derived.end.shape == wrt.shape * 2
    if "hess" in LINES[k]:
        assert_close(derived.end, at, LINES[k]["hess"])
    else:
        direction = symbol("dir", wrt.shape)
        along = hvp(expr, wrt, direction, free)
        assert_close(along.end, at | {direction: LINES[k]["dir"]}, LINES[k]["hvp"])
        assert reverify(along).confirmed
    assert reverify(derived).confirmed
