"""Equal or not equal: no false verdict, and nearly every true equation proved."""

from __future__ import annotations

import json
import re

import pytest
from equation_pairs import (
    ARRAYS,
    DIFFERENT_ARRAYS,
    DIFFERENT_SCALAR,
    EQUAL_ARRAYS,
    EQUAL_SCALAR,
    SCALARS,
)

import lossmith as ls
from lossmith.evidence.check import check
from lossmith.evidence.lines.difference import DIFFERENCE, check_difference
from lossmith.expr.node import Expr
from lossmith.judge.equality import Equality, equal
from lossmith.text.declaring.declare import read_declarations
from lossmith.text.parse import parse

EQUAL = [(a, b, SCALARS) for a, b in EQUAL_SCALAR] + [(a, b, ARRAYS) for a, b in EQUAL_ARRAYS]
DIFFERENT = [(a, b, SCALARS) for a, b in DIFFERENT_SCALAR]
DIFFERENT += [(a, b, ARRAYS) for a, b in DIFFERENT_ARRAYS]


def read(text: str, declared: str) -> Expr:
    """Return one side; numbers alone are formulas here."""
    entries = read_declarations(declared)
    kept = "; ".join(
        f"{name}: {e.place.text[e.place.start : e.place.stop].partition(':')[2]}"
        for name, e in entries.items()
        if re.search(rf"\b{name}\b|(?<![A-Za-z]){name}_", text) or name.lower() + "_" in text
    )
    try:
        return parse(text, declare=kept).expr
    except Exception as problem:
        if "variable" not in str(problem):
            raise
        return parse(f"({text}) + 0*plug", declare="plug: scalar").expr


def answer(left: str, right: str, declared: str) -> Equality:
    a, b = read(left, declared), read(right, declared)
    assert a.shape == b.shape
    return equal(a, b)


def test_the_suite_has_at_least_150_pairs():
    assert len(EQUAL) + len(DIFFERENT) >= 150
    assert len(DIFFERENT) >= 60


@pytest.mark.parametrize(("left", "right", "declared"), EQUAL)
def test_a_true_equation_is_proved_by_certificates(left, right, declared):
    found = answer(left, right, declared)
    assert found.status == "proved"
    assert found.proof is not None
    first, second = found.proof
    check(first)
    check(second)
    assert first.conclusion.other is second.conclusion.other


@pytest.mark.parametrize(("left", "right", "declared"), DIFFERENT)
def test_a_false_equation_is_refuted_by_values(left, right, declared):
    found = answer(left, right, declared)
    assert found.status == "refuted"
    assert found.difference is not None
    check_difference(found.difference)
    again = DIFFERENCE.from_json(json.loads(json.dumps(found.difference.to_json())))
    check_difference(again)


@pytest.mark.parametrize(("left", "right", "declared"), EQUAL)
def test_a_true_equation_is_not_refuted_the_other_way_round(left, right, declared):
    assert answer(right, left, declared).status == "proved"


@pytest.mark.parametrize(("left", "right", "declared"), EQUAL)
def test_a_true_equation_with_one_side_changed_is_not_proved(left, right, declared):
    a, b = read(left, declared), read(right, declared)
    from lossmith.expr.build import add, const

    changed = add(b, const(1, b.shape))
    assert equal(a, changed).status == "refuted"


@pytest.mark.parametrize(
    ("left", "right"), [("(x^2)^(a/2)", "x^a"), ("(x^a)^b", "x^(a*b)"), ("x^a", "exp(a*log(x))")]
)
def test_powers_of_negative_numbers_are_tried_with_exponents_that_they_have(left, right):
    declared = {name: "scalar" for name in "xab" if name in left + right}
    one, other = (
        parse(text, declare={n: d for n, d in declared.items() if n in text}).expr
        for text in (left, right)
    )
    assert equal(one, other).status == "refuted"


def test_a_form_with_more_values_is_not_wrong_because_no_point_that_was_tried_has_both():
    found = ls.check(["L = sqrt(-3 - a)", "L = sqrt(((-3 - a)^2)^(1/2))"], declare="a: scalar < 0")
    assert found.first_wrong is None
    narrower = ls.check(["L = x^a", "L = exp(a*log(x))"], declare="x in [-1, 1]; a >= 1")
    assert narrower.status != "right"
