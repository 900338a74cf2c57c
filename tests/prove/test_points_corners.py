"""Minimizers at corners in several variables, and of the least of several quadratics."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossmith.expr.build import const
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import point
from lossmith.expr.walk import substitute
from lossmith.prove.points.points_corners import points_of_corners
from lossmith.prove.points.stationary import stationary
from lossmith.prove.zeros.exact_values import enclosure
from lossmith.text.parse import parse

SMALL = st.integers(-4, 4)


def at(e: Expr, wrt: tuple[Symbol, ...], *values: Fraction | int) -> float:
    found = enclosure(substitute(e, {x: const(v) for x, v in zip(wrt, values, strict=True)}))
    assert found is not None
    return float(found.lo)


CORNERED = [
    ("max(x, y) + x^2 + y^2", (Fraction(-1, 4),) * 2, Fraction(-1, 8)),
    ("(x - y - 1)^2 + x^2/10 + abs(x) + 2*abs(y)", (Fraction(5, 11), 0), Fraction(17, 22)),
    ("relu(1 - x - y) + relu(1 + x) + x^2/2 + y^2/2", (0, 1), Fraction(3, 2)),
    ("abs(x - 3) + abs(y) + x^2 + x*y + y^2", (Fraction(1, 2), 0), Fraction(11, 4)),
]


@pytest.mark.parametrize(("text", "place", "value"), CORNERED)
def test_the_minimizer_at_corners_is_exact(
    text: str, place: tuple[Fraction, ...], value: Fraction
) -> None:
    f = parse(text)
    found = stationary(f.expr, f.symbols)
    assert found.status == "proved"
    (p,) = found.points
    assert [i.lo for i in p.box.values()] == [*place]
    assert p.is_global
    assert p.value == point(value)
    assert p.exact_value is const(value)


@settings(max_examples=25, deadline=None)
@given(st.tuples(SMALL, SMALL, SMALL, SMALL, SMALL, st.integers(0, 3), st.integers(0, 3)))
def test_no_point_lies_lower_than_the_minimizer(n: tuple[int, ...]) -> None:
    a, b, c, d, k, p, q = n
    text = (
        f"x^2 + 2*y^2 + x*y + ({a})*x + ({b})*y + {p}*abs(x + ({c})*y + ({d}))"
        f" + {q}*max(x, y) + relu(y - x + ({k}))"
    )
    f = parse(text)
    found = points_of_corners(f.expr, f.symbols, {x: x.assumptions.interval for x in f.symbols})
    assert found is not None
    (low,) = found.points
    place = [i.lo for i in low.box.values()]
    value = at(f.expr, f.symbols, *place)
    for step in (Fraction(1, 16), Fraction(3)):
        for u, v in ((1, 0), (0, 1), (1, 1), (1, -1), (-1, 0), (0, -1), (-1, -1), (-1, 1), (2, 1)):
            assert at(f.expr, f.symbols, place[0] + step * u, place[1] + step * v) > value + 1e-9


@pytest.mark.parametrize(
    "text",
    ["x^2 + y^2 - abs(x - y)", "x^2 - y^2 + abs(y)", "x^2 + abs(x*y) + y^2", "abs(x) + y^2 + x^4"],
)
def test_other_kinds_of_corners_are_left_alone(text: str) -> None:
    f = parse(text)
    whole = {x: x.assumptions.interval for x in f.symbols}
    assert points_of_corners(f.expr, f.symbols, whole) is None


def test_the_ties_of_a_clustering_are_its_global_minimizers() -> None:
    f = parse("min((x - 1)^2, (y - 1)^2) + min((x + 1)^2, (y + 1)^2)")
    found = stationary(f.expr, f.symbols)
    assert found.status == "undecided"
    assert [[i.lo for i in p.box.values()] for p in found.points] == [[-1, 1], [1, -1]]
    assert all(p.is_global and p.value == point(Fraction(0)) for p in found.points)


def test_a_flat_of_least_pieces_is_not_told_as_points() -> None:
    f = parse("min((x - y)^2, (x + y)^2 + 1) + 0*x")
    found = stationary(f.expr, f.symbols)
    assert not any(p.is_global and p.set_of is None for p in found.points)
