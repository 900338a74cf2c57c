"""Certificates of curves of stationary points and of kinks in several variables: by layers."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from itertools import product

import pytest
from flint import arb, fmpq

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.layers import LAYERS, LayersCertificate
from lossmith.evidence.points.layers_check import check_layers, conclusion
from lossmith.evidence.points.layers_place import Place
from lossmith.evidence.replay import replay
from lossmith.expr.node import Symbol
from lossmith.prove.points.layers import layers
from lossmith.text.parse import parse
from lossmith.view.replayed import verify

# text, how many places of each kind are points and how many are whole sets
FORMULAS = [
    ("(u*v - 1)^2", {"saddle": 1}, {"minimum": 1}),
    ("(x^2 + y^2 - 1)^2", {"maximum": 1}, {"minimum": 1}),
    ("(x^2 + y^2 - 1)^3", {"minimum": 1}, {"saddle": 1}),
    ("(w2*tanh(w1) - 1)^2", {"saddle": 1}, {"minimum": 1}),
    ("(w3*tanh(w2*tanh(w1)) - 1)^2", {}, {"minimum": 1, "saddle": 3}),
    ("(w4*tanh(w3*tanh(w2*tanh(w1))) + 2)^2", {}, {"minimum": 1, "saddle": 6}),
    ("(a*b*c - 1)^2", {}, {"minimum": 1, "saddle": 3}),
    ("x*y*z*exp(-x - y - z)", {"maximum": 1}, {"saddle": 3}),
    ("x^2*y^2", {}, {"minimum": 2}),
    ("x^2*y^3", {}, {"minimum": 1, "maximum": 1, "saddle": 1}),
    ("(x^2 - 1)*(y^2 - 1)", {"maximum": 1, "saddle": 4}, {}),
    ("(x^2 + y^2)*exp(-x^2 - y^2)", {"minimum": 1}, {"maximum": 1}),
    ("exp(-(x^2 + y^2))", {"maximum": 1}, {}),
    ("log(exp(x) + exp(y)) - x/4 - 3*y/4", {}, {"minimum": 1}),
    ("sin(x - y)^2 + (x + y)^2 + 8*(x - y)^2", {"minimum": 1}, {}),
    ("sqrt(x^2 + y^2)", {"minimum": 1}, {}),
    ("abs(x*y)", {}, {"minimum": 1}),
    ("abs(x) + abs(y - 1)", {"minimum": 1}, {}),
    ("abs(x) - abs(y - 1)", {}, {}),
    ("abs(x^2 + y^2 - 1)", {"maximum": 1}, {"minimum": 1}),
    ("(x - y)^2 + abs(x + y - 2)", {"minimum": 1}, {}),
    ("(x + y + z - 1)^2", {}, {"minimum": 1}),
    ("x + y^2", {}, {}),
]


def _layers(text: str) -> tuple[LayersCertificate, tuple[Place, ...]]:
    formula = parse(text)
    inside = {x: x.assumptions.interval for x in formula.symbols}
    found = layers(formula.expr, formula.symbols, inside)
    assert found is not None
    return found


@pytest.mark.parametrize(("text", "points", "sets"), FORMULAS, ids=[t for t, _, _ in FORMULAS])
def test_points_and_sets_are_replayed_from_json(
    text: str, points: dict[str, int], sets: dict[str, int]
) -> None:
    made, _ = _layers(text)
    data = json.loads(json.dumps(made.to_json()))
    assert LAYERS.from_json(data) == made
    (read,) = replay(data)
    assert isinstance(read, LayersCertificate)
    places = conclusion(read)
    alone = [p for p in places if set(p.point) == set(read.wrt)]
    assert Counter(p.kind for p in alone) == points
    assert Counter(p.kind for p in places if p not in alone) == sets
    (told,) = verify(data)
    assert told.words.en
    assert told.words.zh


GRID = [Fraction(k, 2) for k in range(-4, 5)]
SMOOTH = [t for t, _, _ in FORMULAS if not any(w in t for w in ("abs", "sqrt", "w4"))]


@pytest.mark.parametrize("text", SMOOTH)
def test_no_point_of_a_grid_with_gradient_0_lies_outside_of_the_places(text: str) -> None:
    made, places = _layers(text)
    slopes = [derivative(made.e, x) for x in made.wrt]
    for row in product(GRID, repeat=len(made.wrt)):
        at = dict(zip(made.wrt, row, strict=True))
        values = [evaluate(s, at, {}) for s in slopes]
        if all(v == 0 for v in values):
            assert any(_may_hold(p, at) for p in places), (text, row)


@pytest.mark.parametrize("text", [t for t, _, _ in FORMULAS if "w4" not in t])
def test_no_value_beside_a_place_is_on_its_wrong_side(text: str) -> None:
    made, places = _layers(text)
    near = [Fraction(k, 512) for k in (-3, 0, 1)]
    for row in product(GRID, repeat=len(made.wrt)):
        at = dict(zip(made.wrt, row, strict=True))
        for p in (p for p in places if p.kind != "saddle" and _holds(p, at)):
            here = evaluate(made.e, at, {})
            for step in product(near, repeat=len(row)):
                moved = {x: q + d for (x, q), d in zip(at.items(), step, strict=True)}
                there = evaluate(made.e, moved, {})
                assert not (there < here if p.kind == "minimum" else there > here)


def _may_hold(p: Place, at: dict[Symbol, Fraction]) -> bool:
    return (
        all(i.has(at[x]) for x, i in p.point.items())
        and all(not evaluate(h, at, {}) < _arb(c.lo) for h, c in p.equations)
        and all(not evaluate(h, at, {}) > _arb(c.hi) for h, c in p.equations)
        and all(_has_sign(evaluate(h, at, {}), s) for h, s in p.signs)
    )


def _holds(p: Place, at: dict[Symbol, Fraction]) -> bool:
    return (
        all(i.is_point for i in p.point.values())
        and _may_hold(p, at)
        and all(evaluate(h, at, {}) == _arb(c.lo) for h, c in p.equations)
    )


def _arb(q: Fraction | None) -> arb:
    assert q is not None
    return arb(fmpq(q.numerator, q.denominator))


def _has_sign(value: object, s: int) -> bool:
    return value > 0 if s > 0 else value < 0 if s < 0 else value != 0  # type: ignore[operator]


@pytest.mark.parametrize("text", ["x*y + x^2*y^2*z", "max(x, y)*x", "sign(x)*y", "x/y", "x*sin(y)"])
def test_what_is_not_made_like_that_has_no_such_certificate(text: str) -> None:
    formula = parse(text)
    inside = {x: x.assumptions.interval for x in formula.symbols}
    found = layers(formula.expr, formula.symbols, inside)
    if found is not None:
        check_layers(found[0])
    assert found is None or text == "x*y + x^2*y^2*z"


def test_places_are_told_in_both_languages() -> None:
    made, _ = _layers("(x^2 + y^2 - 1)^2")
    (told,) = verify(made.to_json())
    assert "minimum: every point with x² + y² = 1" in told.words.en
    assert "极小点：满足 x² + y² = 1 的每一点" in told.words.zh


def test_an_empty_or_broken_tree_is_refused() -> None:
    data = _layers("abs(x*y)")[0].to_json()
    for broken in (["Along"], ["Nothing", []], None, []):
        with pytest.raises(LossmithError):
            replay({**data, "tree": broken})
