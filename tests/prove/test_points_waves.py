"""Sines and cosines: repeated zeros factored, families of points and of kinks on the whole line."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossmith.atoms.meaning import evaluate
from lossmith.expr.node import Expr, Symbol
from lossmith.prove.points.points import Stationary
from lossmith.prove.points.stationary import stationary
from lossmith.prove.zeros.trigonometric import repeated_factors
from lossmith.text.parse import parse


def _read(text: str) -> tuple[Expr, Symbol]:
    formula = parse(text, "x: scalar")
    return formula.expr, formula.symbols[0]


def _value(e: Expr, x: Symbol, at: Fraction) -> float:
    return float(evaluate(e, {x: at}, {}))


WAVES = st.sampled_from(["sin(x)", "cos(x)", "sin(2*x)", "cos(2*x)", "cos(3*x)", "sin(x/2)"])
LINES = st.tuples(st.integers(-3, 3), WAVES, st.integers(-2, 2), WAVES, st.integers(-2, 2))


@settings(max_examples=20)
@given(LINES)
def test_a_square_changes_its_factors_only_where_it_is_zero(
    row: tuple[int, str, int, str, int],
) -> None:
    # Where u changes its sign, a factor of u^2 does; where a factor does, u is 0.
    a, p, b, q, c = row
    inner = f"{a}*{p} + {b}*{q} + {c} + 5*sin(x)"
    e, x = _read(f"({inner})^2")
    u, _ = _read(inner)
    found = repeated_factors(e, x)
    assert found is not None
    places = [Fraction(k, 16) + Fraction(1, 999) for k in range(-60, 60)]
    for left, right in pairwise(places):
        moved = [f for f in found if _value(f, x, left) * _value(f, x, right) < 0]
        assert moved or _value(u, x, left) * _value(u, x, right) > 0
        for f in moved:
            assert abs(_value(u, x, _crossing(f, x, left, right))) < 1e-9


def _crossing(f: Expr, x: Symbol, low: Fraction, high: Fraction) -> Fraction:
    """Return a point within 2^-40 of a change of sign."""
    rising = _value(f, x, high) > 0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if (_value(f, x, middle) > 0) == rising else (middle, high)
    return low


@pytest.mark.parametrize(
    ("text", "factors"),
    [
        ("1 + cos(x)", 1),
        ("1 - cos(x)", 1),
        ("sin(x)^2", 2),
        ("2 - 2*sin(x)", 1),
        ("sin(x)^3*cos(x)", 4),
        ("cos(2*x) - 1", 1),
    ],
)
def test_repeated_zeros_are_factored(text: str, factors: int) -> None:
    e, x = _read(text)
    found = repeated_factors(e, x)
    assert found is not None
    assert len(found) == factors


@pytest.mark.parametrize(
    "text", ["sin(x)", "cos(2*x)", "sin(x) + x", "sin(x + 1)^2", "exp(sin(x))"]
)
def test_other_formulas_have_no_such_factors(text: str) -> None:
    assert repeated_factors(*_read(text)) is None


def _on_line(text: str) -> Stationary:
    e, x = _read(text)
    return stationary(e, (x,))


FAMILIES = [
    ("x + sin(x)", ["inflection"], 0),
    ("x - sin(x)", ["inflection"], 0),
    ("3*sin(x) - sin(3*x)", ["inflection", "maximum", "inflection", "minimum"], 0),
    ("sin(x)^2", ["minimum", "maximum"] * 2, 0),
    ("abs(sin(x))", ["minimum", "maximum"] * 2, 2),
    ("max(sin(x), cos(x))", ["maximum", "minimum"] * 2, 2),
]


@pytest.mark.parametrize(("text", "kinds", "kinks"), FAMILIES)
def test_families_are_told_for_one_period(text: str, kinds: list[str], kinks: int) -> None:
    found = _on_line(text)
    assert found.status == "proved"
    assert [p.kind for p in found.points] == kinds
    assert sum(p.at_kink for p in found.points) == kinks
    assert all(p.set_of is not None for p in found.points)
    e, x = _read(text)
    for p in found.points:
        at, near = p.box[x].lo, Fraction(1, 100)
        assert at is not None
        before, here, after = (_value(e, x, at + d) for d in (-near, Fraction(0), near))
        if p.kind == "minimum":
            assert here < min(before, after)
        elif p.kind == "maximum":
            assert here > max(before, after)
        else:
            assert (before < here < after) or (before > here > after)


@pytest.mark.parametrize("text", ["x*sin(x)", "x + abs(sin(x))", "sin(x) + sin(sqrt(2)*x)"])
def test_what_does_not_repeat_is_left_open(text: str) -> None:
    assert _on_line(text).status == "undecided"
