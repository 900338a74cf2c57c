"""Formulas 5000 deep: nothing may recurse on the depth."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lossmith.atoms.meaning import evaluate, precision
from lossmith.atoms.table import ATOMS
from lossmith.expr import build
from lossmith.expr.node import Comparison
from lossmith.expr.ranges import enclosure
from lossmith.expr.serial import expr_from_json, expr_to_json
from lossmith.expr.walk import count, map_up, substitute, symbols
from lossmith.properties.property import exact

DEPTH = 5000
x = build.symbol("x")
HALF = Fraction(1, 2)


def _deep(step):
    e = x
    for _ in range(DEPTH):
        e = step(e)
    return e


TOWERS = {
    "atoms": lambda e: build.apply(ATOMS["tanh"], e),
    "definitions": lambda e: build.apply(ATOMS["softplus"], build.scale(HALF, e)),
    "sums and powers": lambda e: build.add((HALF, build.power(e, 3)), x),
    "products": lambda e: build.multiply(build.add((HALF, e), build.const(1)), x),
    "choices": lambda e: build.select([((Comparison(x, ">"),), build.scale(HALF, e))], x),
}


@pytest.mark.parametrize("name", TOWERS)
def test_a_deep_formula_can_be_built_walked_written_and_evaluated(name):
    e = _deep(TOWERS[name])
    assert count(e) >= DEPTH
    assert symbols(e) == (x,)
    assert enclosure(e) is not None
    assert map_up(e, lambda part: part) is e
    assert expr_from_json(expr_to_json(e), ATOMS) is e
    assert substitute(e, {x: x}) is e
    assert evaluate(e, {x: HALF}, bits=64) is not None


def test_huge_powers_of_numbers_stay_powers():
    huge = build.power(build.const(Fraction(3, 2)), 10**9)
    assert enclosure(huge).lo == 0
    nested = x
    for _ in range(60):
        nested = build.power(build.add((HALF, nested), build.const(Fraction(1, 3))), 3)
    assert count(nested) < 300
    value = evaluate(nested, {x: Fraction(1, 10)}, bits=200)
    wanted = Fraction(1, 10)
    for _ in range(60):
        wanted = round(((wanted / 2 + Fraction(1, 3)) ** 3) * 2**90) / Fraction(2**90)
    with precision(200):
        assert abs(value - exact(wanted)) < 1e-20
