"""Verdicts on sets of which all holds but one thing: each is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from lossmith.errors import NotCertified
from lossmith.evidence.region import (
    CONFINED,
    Confined,
    Dent,
    Inequality,
    check_confined,
)
from lossmith.evidence.replay import replay
from lossmith.expr.walk import symbols
from lossmith.prove.prover import curvature
from lossmith.prove.region import curvature_within
from lossmith.text.parse import parse

HALF = Fraction(1, 2)


def _case(text: str, *conditions: str) -> Confined:
    """Return what is found for f on the set where every g is at most 0."""
    e, *gs = (parse(t).expr for t in (text, *conditions))
    return curvature_within(e, symbols(e), [Inequality(g) for g in gs])


BALL = _case("exp(x) + y^2", "x^2 + y^2 - 1")
RING = _case("x^2 + y^2", "1 - x^2 - y^2")
TURNED = _case("x^3", "x - 2")


def test_the_true_ones_are_accepted() -> None:
    assert BALL.label == "convex"
    assert RING.dent is not None
    assert TURNED.label == "neither"
    for found in (BALL, RING, TURNED):
        check_confined(found)
        assert replay(json.loads(json.dumps(found.to_json())))


def _dent(**changes: Any) -> Callable[[], Confined]:
    def made() -> Confined:
        assert RING.dent is not None
        return replace(RING, dent=replace(RING.dent, **changes))

    return made


def _other(text: str) -> Any:
    x, y = BALL.wrt
    return curvature(parse(text).expr, (x, y)).certificate


def _moved() -> Confined:
    (x,) = TURNED.wrt
    far = [replace(w, a={x: w.a[x] + 9}, b={x: w.b[x] + 9}) for w in TURNED.witnesses]
    return replace(TURNED, witnesses=tuple(far))


def _outside() -> Confined:
    """Return counterexamples that hold, but not within the narrower set."""
    (x,) = TURNED.wrt
    g = parse("x + 100").expr
    return replace(TURNED, inside=(Inequality(g),), sets=(_certificate(g, (x,)),))


def _certificate(e: Any, wrt: Any) -> Any:
    return curvature(e, wrt).certificate


FORGED: dict[str, Callable[[], Confined]] = {
    "no proof of the set": lambda: replace(BALL, sets=()),
    "a proof about another set": lambda: replace(BALL, sets=(_other("x^2 + 2*y^2 - 1"),)),
    "a set bounded from the wrong side": lambda: replace(
        BALL, inside=(Inequality(parse("1 - x^2 - y^2").expr),)
    ),
    "one more inequality that nobody proved": lambda: replace(
        BALL, inside=(*BALL.inside, *RING.inside)
    ),
    "no inequality at all": lambda: replace(BALL, inside=(), sets=()),
    "no proof of the curvature": lambda: replace(BALL, curvature=None),
    "the proof of another function": lambda: replace(BALL, curvature=_other("exp(x) + 2*y^2")),
    "the other label": lambda: replace(BALL, label="concave"),
    "affine where convex is proved": lambda: replace(BALL, label="affine"),
    "neither without counterexamples": lambda: replace(BALL, label="neither"),
    "fewer variables than the proof": lambda: replace(BALL, wrt=BALL.wrt[:1]),
    "one counterexample of two": lambda: replace(TURNED, witnesses=TURNED.witnesses[:1]),
    "counterexamples outside the set": _moved,
    "counterexamples outside a narrower set": _outside,
    "counterexamples about another function": lambda: replace(TURNED, expr=parse("x^3 + x").expr),
    "a verdict beside a dent": lambda: replace(BALL, dent=RING.dent),
    "a dent whose end is outside": _dent(a={s: Fraction(0) for s in RING.wrt}),
    "a dent whose middle is inside": _dent(
        a={s: Fraction(3) for s in RING.wrt}, b={s: Fraction(4) for s in RING.wrt}
    ),
    "a dent at its own end": _dent(t=Fraction(1)),
    "a dent beyond its ends": _dent(t=Fraction(3, 2)),
    "a dent with one variable missing": _dent(a={RING.wrt[0]: Fraction(2)}),
    "a vector in place of a number": lambda: replace(
        BALL, inside=(Inequality(parse("exp(x)", "x: vector(n)").expr),)
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_forged_ones_are_refused(name: str) -> None:
    with pytest.raises(NotCertified):
        check_confined(FORGED[name]())


def test_a_set_is_not_shown_by_points_on_its_strict_edge() -> None:
    x = parse("x^2").symbols[0]
    g = parse("1 - x^2").expr
    edge = Dent({}, {}, {x: Fraction(-1)}, {x: Fraction(1)}, HALF)
    closed = Confined(parse("x^2").expr, (x,), (Inequality(g),), dent=edge)
    check_confined(closed)
    with pytest.raises(NotCertified):
        check_confined(replace(closed, inside=(Inequality(g, strict=True),)))


def test_points_that_break_a_declaration_show_nothing() -> None:
    formula = parse("x^2", "x: scalar >= 0")
    (x,) = formula.symbols
    g = parse("1 - x^2", "x: scalar >= 0").expr
    edge = Dent({}, {}, {x: Fraction(-2)}, {x: Fraction(2)}, HALF)
    with pytest.raises(NotCertified):
        check_confined(Confined(formula.expr, (x,), (Inequality(g),), dent=edge))


@pytest.mark.parametrize("key", ["label", "wrt", "inside", "sets", "curvature", "dent", "nodes"])
def test_a_file_without_a_part_is_refused(key: str) -> None:
    data = json.loads(json.dumps(BALL.to_json()))
    del data[key]
    with pytest.raises(NotCertified):
        CONFINED.from_json(data)
