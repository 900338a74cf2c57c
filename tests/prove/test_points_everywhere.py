"""Stationary points of three and four variables, all over space."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from lossmith.evidence.arithmetic.polynomial import expand
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.elimination import EliminationCertificate
from lossmith.evidence.points.layers import LayersCertificate
from lossmith.evidence.replay import replay
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.sets import closed
from lossmith.expr.walk import symbols
from lossmith.prove.points.points import Stationary
from lossmith.prove.points.stationary import stationary
from lossmith.text.parse import parse

DECLARED = "; ".join(f"{name}: scalar" for name in "xyzw")

IN_SPACE = [
    ("x^4+y^4+z^4-x*y*z", {"minimum": 4, "saddle": 1}),
    ("(x*y*z-1)^2+(x^2+y^2+z^2)/10", {"minimum": 5, "saddle": 4}),
    ("x^2+y^2+x*y+z^4", {"minimum": 1}),
    ("(x^2+y^2+z^2)^2-x^2*y+3*z*x+y^3", {"minimum": 2, "saddle": 2}),
    ("(x*y-1)^2+(z*w-2)^2+(x^2+y^2+z^2+w^2)/10", {"minimum": 4, "saddle": 5}),
    ("(x^2+y^2+z^2-x*y)*exp(-x^2-y^2-z^2)", {"minimum": 1, "maximum": 2, "saddle": 4}),
    ("x*y*z+x+y+2*z^2", {"saddle": 1}),
]


def _found(text: str) -> tuple[Expr, tuple[Symbol, ...], Stationary]:
    e = parse(text, DECLARED).expr
    wrt = tuple(sorted(symbols(e), key=lambda s: s.name))
    return e, wrt, stationary(e, wrt)


@pytest.mark.parametrize(("text", "kinds"), IN_SPACE, ids=str)
def test_all_points_of_space_are_told_with_a_certificate(text: str, kinds: dict[str, int]) -> None:
    _, _, found = _found(text)
    assert found.status == "proved"
    names = [p.kind for p in found.points]
    assert {k: names.count(k) for k in set(names)} == kinds
    proof = found.certificate
    assert isinstance(proof, EliminationCertificate | LayersCertificate)
    replay(proof.to_json())


@pytest.mark.parametrize(("text", "kinds"), IN_SPACE[:5], ids=str)
def test_newton_steps_in_floats_meet_no_other_point(text: str, kinds: dict[str, int]) -> None:
    e, wrt, found = _found(text)
    listed = [
        [float(i.lo or 0) / 2 + float(i.hi or 0) / 2 for i in p.box.values()] for p in found.points
    ]
    g = [_as_function(derivative(e, x), wrt) for x in wrt]
    h = [[_as_function(derivative(derivative(e, x), y), wrt) for y in wrt] for x in wrt]
    draw, met = random.Random(7), 0
    for _ in range(40):
        at = np.array([draw.uniform(-2, 2) for _ in wrt])
        for _ in range(60):
            slope = np.array([f(at) for f in g])
            bend = np.array([[f(at) for f in row] for row in h])
            at = at - np.linalg.lstsq(bend, slope, rcond=None)[0]
        if np.abs([f(at) for f in g]).max() < 1e-12:
            met += 1
            # A degenerate point is met with a third of the digits.
            assert min(np.abs(at - np.array(p)).max() for p in listed) < 1e-3
    assert met > 10


def _as_function(e: Expr, wrt: Sequence[Symbol]) -> Callable[[Any], float]:
    """Return a polynomial as a function of an array."""
    terms = [
        (float(c), [float(dict(m).get((x, ()), 0)) for x in wrt]) for m, c in expand(e)[()].items()
    ]
    return lambda at: float(sum(c * np.prod(at ** np.array(powers)) for c, powers in terms))


def test_a_box_keeps_the_points_inside() -> None:
    e = parse("x^4+y^4+z^4-x*y*z", DECLARED).expr
    wrt = tuple(sorted(symbols(e), key=lambda s: s.name))
    found = stationary(e, wrt, {s: closed(0, 1) for s in wrt})
    assert found.status == "proved"
    assert sorted(p.kind for p in found.points) == ["minimum", "saddle"]
    beside = stationary(e, wrt, {s: closed(1, 2) for s in wrt})
    assert beside.status == "proved"
    assert not beside.points


@pytest.mark.parametrize("text", ["x*y*z + x^2*y", "(x+y*z-1)^2*(1+x^2)", "sin(x)+y*z*w"])
def test_curves_of_points_and_other_functions_are_not_called_complete(text: str) -> None:
    e, wrt, found = _found(text)
    assert not isinstance(e, Const)
    assert len(wrt) >= 3
    assert found.status == "undecided"
