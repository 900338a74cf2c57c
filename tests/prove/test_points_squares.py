"""Minimizers of sums of squares, whole curves counted once, and kinds where curves cross."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.expr.sets import point
from lossmith.prove.points.points_squares import common_zero
from lossmith.prove.points.stationary import stationary
from lossmith.text.parse import parse

FACTORED = [
    ("(u1*v1 - 1)^2 + (u1*v2 - 2)^2", "u₁v₁ = 1", 0),
    ("(u1*v1-1)^2 + (u1*v2-2)^2 + (u2*v1-2)^2 + (u2*v2-4)^2", "u₂v₂ = 4", 0),
    ("3 + 2*(x*y - 1)^2 + (y*z - 2)^4", "yz = 2", 3),
]


@pytest.mark.parametrize(("text", "shown", "level"), FACTORED)
def test_the_minimizers_of_a_factorization_are_one_set(text: str, shown: str, level: int) -> None:
    f = parse(text)
    found = stationary(f.expr, f.symbols)
    low = [p for p in found.points if p.is_global]
    assert len(low) == 1
    assert low[0].set_of is not None
    assert shown in low[0].set_of.en
    assert found.least == point(Fraction(level))
    assert not any(p.kind == "degenerate" for p in found.points)


def test_no_set_is_claimed_where_the_equations_have_no_common_zero() -> None:
    f = parse("(u*v - 1)^2 + (u*w - 2)^2 + (v - w)^2")
    found = stationary(f.expr, f.symbols)
    assert not any(p.is_global and p.set_of for p in found.points)


@given(st.lists(st.integers(-3, 3), min_size=4, max_size=4))
def test_a_common_zero_is_one(numbers: list[int]) -> None:
    a, b, c, d = numbers
    declared = "p: scalar; q: scalar; r: scalar"
    equations = [f"p*q + ({a})*r + ({b}) + 0*q", f"r + ({c})*q*p + ({d})"]
    whole = parse(" + ".join(f"({u})^2" for u in equations) + " + p*q*r", declared)
    known = {s.name: s for s in whole.symbols}
    us = [parse(u, declared).expr for u in equations]
    wrt = tuple(known[n] for n in ("p", "q", "r"))
    at = common_zero(us, wrt)
    assert at is not None or c == 0 or a * c == 1
    if at is not None:
        for u in us:
            assert bounds(u, {x: point(v) for x, v in at.items()})[u] == point(Fraction(0))


def test_points_where_curves_cross_count_once_and_have_a_kind() -> None:
    f = parse("x^4*y^2 + x^2*y^4 - 3*x^2*y^2 + 1")
    found = stationary(f.expr, f.symbols)
    assert found.status == "proved"
    kinds = [p.kind for p in found.points if p.set_of is None]
    assert sorted(kinds) == ["maximum", *["minimum"] * 4, *["saddle"] * 4]
    assert found.words.en == "exactly 9 and 4 whole sets"
    boxes = [tuple(p.box.values()) for p in found.points if p.set_of is None]
    assert len(set(boxes)) == len(boxes)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x^2*y^2*(1 + x)", "minimum"),
        ("x^2*y^2*(x + y - 2)", "maximum"),
        ("x^3*y^2*(1 + y)", "saddle"),
    ],
)
def test_a_product_of_even_powers_has_the_sign_of_the_rest(text: str, kind: str) -> None:
    f = parse(text)
    found = stationary(f.expr, f.symbols)
    at = [p for p in found.points if all(i == point(Fraction(0)) for i in p.box.values())]
    assert [p.kind for p in at] in ([kind], [])
    if not at:  # a curve through 0 may hold it
        assert any(p.set_of is not None and p.kind == kind for p in found.points)
