"""A formula written with signs has, off its kinks, the value of the formula for some signs."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.evidence.lines.difference import values_at
from lossmith.evidence.lines.off_kinks import off_kinks
from lossmith.expr.walk import symbols
from lossmith.text.parse import parse

PAIRS = (
    ("abs(x - a)", "sign(x - a)"),
    ("max(x, x^2)", "if(x^2 > x, 2*x, 1)"),
    ("relu(x - 1) + relu(2 - x)", "if(x > 2, 1, if(x > 1, 0, -1))"),
    ("max(x, -1)", "if(x >= 2, 0, if(x > -1, 1, 0))"),
    ("if(abs(x) < 1, x^2/2, abs(x) - 1/2)", "if(abs(x) <= 1, x, sign(x))"),
    ("hinge(a*x)", "-a*if(1 - a*x > 0, 1, 0)"),
    ("min(2*x - 1, 1 - 2*x)", "if(x < 1/2, 2, -2)"),
    ("if(2 - abs(x) > 0, x, a)", "if(-3*abs(x) < -6, a, x)"),
)
DECLARE = "x, a: scalar"
NUMBERS = st.fractions(min_value=-4, max_value=4, max_denominator=7)


@pytest.mark.parametrize(("left", "right"), PAIRS)
@given(x=NUMBERS, a=NUMBERS)
def test_some_choice_of_signs_gives_the_values_of_both_sides(left, right, x, a):
    sides = tuple(parse(text, declare=DECLARE).expr for text in (left, right))
    written = off_kinks(*sides)
    assert written is not None
    at = {"x": x, "a": a}
    if min(abs(x), abs(x - a), abs(1 - a * x), *(abs(x - t) for t in _THRESHOLDS)) == 0:
        return
    signs = [s for s in symbols(*written) if s.name not in at]
    wanted = [_value(e, at, {}) for e in sides]
    found = [
        [_value(e, at, dict(zip(signs, choice, strict=True))) for e in written]
        for choice in product((Fraction(-1), Fraction(1)), repeat=len(signs))
    ]
    assert wanted in found


_THRESHOLDS = (Fraction(-2), Fraction(-1), Fraction(1, 2), Fraction(1), Fraction(2))


def _value(e, at, signs):
    given_ = {s: signs[s] if s in signs else at[s.name] for s in symbols(e)}
    flat = values_at(e, given_, {}, 128)
    assert flat is not None
    return flat[0].unique_fmpz() if flat[0].is_exact() and flat[0].is_integer() else str(flat[0])


@pytest.mark.parametrize(
    "text",
    ["relu(relu(x) - 1)", "clip(x, -1, 2)", "if(x == 1, 2, 3)", "if(x > 0, log(x), 0)", "x^2"],
)
def test_nothing_is_written_where_a_decision_hangs_on_another_or_a_branch_has_no_value(text):
    e = parse(text, declare=DECLARE).expr
    assert off_kinks(e, e) is None
