"""Stationary points all over the plane: elimination, curves, the least value of all."""

from __future__ import annotations

from fractions import Fraction

import pytest

from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.zeros import ZerosCertificate, check_zeros
from lossmith.expr.node import Expr
from lossmith.expr.sets import Interval, closed
from lossmith.prove.points.infinity import grows, vanishes
from lossmith.prove.points.points import Stationary
from lossmith.prove.points.stationary import stationary
from lossmith.prove.zeros.positive_factors import split
from lossmith.text.parse import parse

DECLARED = "x: scalar; y: scalar"


def _found(text: str, size: int | None = None) -> Stationary:
    formula = parse(text, DECLARED)
    wrt = tuple(sorted(formula.symbols, key=lambda s: s.name))
    box = None if size is None else {s: closed(-size, size) for s in wrt}
    return stationary(formula.expr, wrt, box)


def _kinds(found: Stationary) -> dict[str, int]:
    names = [("set of " if p.set_of else "") + p.kind for p in found.points]
    return {k: names.count(k) for k in sorted(set(names))}


ON_THE_PLANE = [
    ("x*y*exp(-x^2-y^2)", {"maximum": 2, "minimum": 2, "saddle": 1}),
    ("(x^2-y^2)*exp(-x^2-y^2)", {"maximum": 2, "minimum": 2, "saddle": 1}),
    ("x/(1+x^2+y^2)", {"maximum": 1, "minimum": 1}),
    ("log(1+x^2+y^2)+x*y", {"minimum": 1, "saddle": 2}),
    ("(x+y)*exp(-x^2-y^2)", {"maximum": 1, "minimum": 1}),
    ("(x^2+y-11)^2+(x+y^2-7)^2", {"maximum": 1, "minimum": 4, "saddle": 4}),
    ("(x^2+y^2)^3", {"minimum": 1}),
    ("-(x^2+y^2)^3", {"maximum": 1}),
    ("(x^2+y^2-1)^2", {"maximum": 1, "set of minimum": 1}),
    ("(x^2+y^2-1)^2*exp(x)", {"maximum": 1, "saddle": 1, "set of minimum": 1}),
    ("x^2*y^2*exp(-x^2-y^2)", {"maximum": 4, "set of minimum": 2}),
    ("(y^2-x^3+x^2)^2", {"saddle": 1, "set of minimum": 1}),
    ("x*y^2 + exp(x)", {}),
    ("sqrt(1+x^2+y^2)*x", {}),
]


@pytest.mark.parametrize(("text", "kinds"), ON_THE_PLANE, ids=str)
def test_all_points_of_the_plane_are_told(text: str, kinds: dict[str, int]) -> None:
    found = _found(text)
    assert found.status == "proved"
    assert _kinds(found) == kinds


def test_an_isolated_point_of_a_curve_is_no_saddle_of_its_cube() -> None:
    # y^2 + x^2 - x^3 > 0 all around (0, 0), where it is 0: a strict minimum of the cube.
    found = _found("(y^2-x^3+x^2)^3")
    alone = [p for p in found.points if all(i == closed(0, 0) for i in p.box.values())]
    whole = [p for p in found.points if p.set_of is not None]
    assert [p.kind for p in alone] == ["minimum"]
    assert all(p.set_of is not None and "∇" in p.set_of.en for p in whole)


@pytest.mark.parametrize("text", ["max(x, y)^2 + x*y", "abs(x - y^2)*y"])
def test_a_formula_with_kinks_is_not_taken_for_a_smooth_one(text: str) -> None:
    assert _found(text).status == "undecided"


def _least(found: Stationary) -> Interval:
    marked = [p.value for p in found.points if p.is_global]
    value = marked[0] if marked else found.least
    assert value is not None
    return value


LEAST = [
    ("x*y*exp(-x^2-y^2)", None, -0.18393972058572117, 2),
    ("x*y*exp(-x^2-y^2)", 3, -0.18393972058572117, 2),
    ("x^4+y^4-4*x*y", None, -2.0, 2),
    ("x^4+y^4-4*x*y+x", None, -3.0, 1),
    ("x^2+y^2+x*y*3", 2, -4.0, 0),
    ("x*y", 1, -1.0, 0),
    ("sin(x)*cos(y)", 3, -1.0, 1),
    ("(x^2+y-11)^2+(x+y^2-7)^2", None, 0.0, 4),
    ("exp(-x^2-y^2)", 1, 0.1353352832366127, 0),
]


@pytest.mark.parametrize(("text", "size", "least", "marked"), LEAST, ids=str)
def test_the_least_value_of_all_is_enclosed(
    text: str, size: int | None, least: float, marked: int
) -> None:
    found = _found(text, size)
    inside = _least(found)
    assert inside.lo is not None
    assert inside.hi is not None
    if text == "x^4+y^4-4*x*y+x":
        assert float(inside.hi) < least + 0.1
    else:
        assert float(inside.lo) - 1e-9 <= least <= float(inside.hi) + 1e-9
    assert sum(p.is_global for p in found.points) == marked


@pytest.mark.parametrize("text", ["x^2-y^2", "x*exp(y)", "x^3-3*x+y^2", "x^2*(1+y)^3+y^2"])
def test_no_point_is_called_the_least_where_the_formula_falls_below(text: str) -> None:
    # The last has one stationary point, a minimum, and no least value.
    found = _found(text)
    assert found.status == "proved"
    assert not any(p.is_global for p in found.points)


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("x^2+y^2", True),
        ("x^4+y^2-100*x*y", True),
        ("x^6+y^2+x^3*y", True),
        ("x^2+x*y+y^2", True),
        ("x^2*y^2+x^2", False),
        ("x^2-y^2", False),
        ("(x-y)^4+x^2", False),
        ("x^2+2*x*y+y^2", False),
        ("x^3+y^4", False),
    ],
)
def test_growth_is_seen_only_where_it_is(text: str, does: bool) -> None:
    formula = parse(text, DECLARED)
    assert grows(formula.expr, formula.symbols) == does


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ("x*exp(-x^2-y^2)", True),
        ("x^5*y*exp(-x^2-x*y-y^2) + exp(-x^4-y^2)", True),
        ("x/(1+x^2+y^2)", True),
        ("exp(-x^2)*y", False),
        ("exp(x^2+y^2)", False),
        ("x^2/(1+x^2+y^2)", False),
        ("1+exp(-x^2-y^2)", False),
        ("x/(1+x^2)", False),
        ("exp(-x*y)", False),
        ("exp(-x^2-y^2)/(x^2+y^2)", False),
        ("x/(1+(x+y)^2)", False),
        ("exp(-x^2-y^2)/(exp(-2*x^2)+exp(-2*y^2))", False),
        ("1/((1+x^2+y^2)*((x*y-1)^2+x^2))", False),
    ],
)
def test_a_limit_of_zero_is_seen_only_where_it_is(text: str, does: bool) -> None:
    formula = parse(text, DECLARED)
    wrt = parse("x*y", DECLARED).symbols
    assert vanishes(formula.expr, wrt) == does


SPLIT = ["x*y*exp(-x^2-y^2)", "x/(1+x^2+y^2)", "x*exp(-x*y)+y^2*exp(-x*y)", "x*sigmoid(y)+y^2"]


@pytest.mark.parametrize("text", SPLIT)
def test_a_weight_is_positive_and_the_product_is_the_slope(text: str) -> None:
    formula = parse(text, DECLARED)
    known: dict[Expr, Interval] = {s: closed(-2, 2) for s in formula.symbols}
    for s in formula.symbols:
        assert split(derivative(formula.expr, s), known) is not None


@pytest.mark.parametrize(
    ("text", "size"), [("x*y*exp(-x^2-y^2) + x/64", 3), ("(x^2+y-11)^2+(x+y^2-7)^2", 5)]
)
def test_points_in_a_box_carry_a_certificate(text: str, size: int) -> None:
    certificate = _found(text, size).certificate
    assert isinstance(certificate, ZerosCertificate)
    check_zeros(certificate)
    assert all(z.kind for z in certificate.zeros)
    assert Fraction(size) == certificate.box[0].hi


NARROW = ["(y-x^2)*(y-2*x^2)", "(y^2-x^3)*(y^2-2*x^3)", "(y-x^2)*(100*y-101*x^2)"]


@pytest.mark.parametrize("text", NARROW)
def test_a_saddle_that_is_negative_between_two_curves_alone_is_found(text: str) -> None:
    (only,) = _found(text).points
    assert only.kind == "saddle"


def test_a_line_on_which_a_sum_of_squares_vanishes_is_its_minimum_as_a_whole() -> None:
    (line,) = _found("(x - 1)^2*(y + 2)^2 + (x - 1)^4").points
    assert line.set_of is not None
    assert line.kind == "minimum"
    assert line.is_global
