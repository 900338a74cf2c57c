"""Conditions are read with the symbols of the formula, and come out as g <= 0."""

from __future__ import annotations

import pytest

import lossmith as ls
from lossmith.errors import LossmithError
from lossmith.expr.walk import symbols
from lossmith.text.condition import read_conditions
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text

DECLARED = "x: vector(n); t: scalar; A: matrix(m, n); b: vector(m)"
FORMULA = parse("norm2(A*x - b)^2 + t", DECLARED)

READ = [
    ("norm2(x) <= 1", ["norm2(x) - 1"], False),
    ("norm2(x) < t", ["norm2(x) - t"], True),
    ("sum(x) >= 0", ["-sum(x)"], False),
    ("1 ≥ sum(x)", ["sum(x) - 1"], False),
    ("A*x <= b", ["maxentry(A*x - b)"], False),
]


@pytest.mark.parametrize(("text", "parts", "strict"), READ)
def test_a_condition_is_an_inequality_below_zero(text: str, parts: list[str], strict: bool) -> None:
    (found,) = read_conditions(text, FORMULA)
    wanted = [parse(p, DECLARED).expr for p in parts]
    assert [to_text(e) for e in found.parts] == [to_text(e) for e in wanted]
    assert found.strict is strict


def test_an_equation_is_two_inequalities() -> None:
    (found,) = read_conditions("sum(x) = 1", FORMULA)
    assert len(found.parts) == 2
    assert not found.strict


def test_chains_and_lists_are_taken_apart() -> None:
    found = read_conditions("0 <= sum(x) < t; norm2(x) <= 1\nt = 2", FORMULA)
    assert [c.text for c in found] == ["0 <= sum(x)", "sum(x) < t", "norm2(x) <= 1", "t = 2"]


LISTS = [
    ("norm2(x) <= 1, t > 0", ["norm2(x) <= 1", "t > 0"]),
    ("norm2(x) <= 1 and t > 0", ["norm2(x) <= 1", "t > 0"]),
    ("norm2(x) <= 1，t > 0且t < 2", ["norm2(x) <= 1", "t > 0", "t < 2"]),
    ("max(t, sum(x)) <= 1 & t > 0", ["max(t, sum(x)) <= 1", "t > 0"]),
    ("t, sum(x) >= 0", ["t >= 0", "sum(x) >= 0"]),
    ("t, sum(x) >= 0; norm2(x) < 1", ["t >= 0", "sum(x) >= 0", "norm2(x) < 1"]),
]


@pytest.mark.parametrize(("text", "told"), LISTS)
def test_conditions_are_parted_by_commas_and_words(text: str, told: list[str]) -> None:
    assert [c.text for c in read_conditions(text, FORMULA)] == told


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("t + sqr(t) <= 1 and t > 0", "sqr"),
        ("t > 0, norm2(x) <= sqr(t)", "sqr"),
        ("t, sum(x) >= sqr(t)", "sqr"),
        ("t > 0; sum(x)", "sum(x)"),
        ("t > 0, t <= ", "<="),
        ("t != 1", "!="),
        ("t > 0, t ≠ 1", "≠"),
        ("t > 0, 1 > 2", "1 > 2"),
        ("t >= 1 >= 0", "1 >= 0"),
        ("t > 0 or t < -1", "or"),
    ],
)
def test_an_error_points_into_the_conditions_as_typed(text: str, where: str) -> None:
    with pytest.raises(LossmithError) as refused:
        read_conditions(text, FORMULA)
    place = refused.value.place
    assert place is not None
    assert place.text == text
    assert text[place.start : place.stop] == where


@pytest.mark.parametrize(
    "text", ["", " ; ", "norm2(x)", "norm2(x) <=", "<= 1", "norm2(x <= 1", "A <= 1", "x +* 2 <= 1"]
)
def test_what_is_no_condition_is_refused_in_its_place(text: str) -> None:
    with pytest.raises(LossmithError):
        read_conditions(text, FORMULA)


@pytest.mark.parametrize("text", ["norm2(x) <= 1", "t: scalar; sum(exp(x)) >= 1", "x + t > 0"])
def test_a_condition_among_declarations_names_the_way_to_ask(text: str) -> None:
    with pytest.raises(LossmithError, match="--on"):
        parse("norm2(x) + t", text)


def test_names_that_only_the_conditions_hold_are_read_as_declared() -> None:
    formula = parse("norm2(x)^2", "x: vector(n); Q: matrix(n, n) psd; r: scalar >= 0; s: vector(n)")
    (found,) = read_conditions("x'*Q*x + r*norm2(x)^2 <= 1", formula)
    held = {s.name: s for e in found.parts for s in symbols(e)}
    assert "psd" in held["Q"].assumptions.structure
    assert held["r"].assumptions.interval.lo == 0


def test_a_declared_set_is_convex_by_what_is_declared_of_its_data() -> None:
    f = ls.objective("norm2(x)^2", "x: vector(n); Q: matrix(n, n) psd", "x")
    found, _ = f.curvature_within("x'*Q*x <= 1")
    assert found.label == "convex"
    assert found.dent is None
