"""Parts of an interval Newton step: what is inside, what vanishes, what is smooth."""

from __future__ import annotations

from fractions import Fraction

import pytest
from proofs import e, s

from lossmith.evidence.points.krawczyk import is_inside, middle, strictly_inside
from lossmith.evidence.points.zeros import gradient_system
from lossmith.expr.sets import closed


@pytest.mark.parametrize(
    ("inner", "inside"),
    [
        (closed(1, 2), True),
        (closed(0, 2), False),
        (closed(1, 3), False),
        (closed(-1, 2), False),
        (closed(1, 4), False),
        (closed(None, 2), False),
        (closed(1, None), False),
    ],
    ids=str,
)
def test_the_interior_leaves_both_ends_out(inner, inside):
    assert strictly_inside(inner, closed(0, 3)) is inside


def test_a_box_is_inside_another_in_every_direction():
    assert is_inside((closed(0, 1), closed(0, 1)), (closed(0, 1), closed(0, 2)))
    assert not is_inside((closed(0, 1), closed(0, 3)), (closed(0, 1), closed(0, 2)))


@pytest.mark.parametrize("lo", [Fraction(1, 3), Fraction(1, 3**90)])
def test_the_middle_lies_in_a_box_however_small(lo):
    tiny = closed(lo, lo + Fraction(1, 7**60))
    assert tiny.has(middle(tiny))


def test_all_slopes_vanish_where_the_gradient_does():
    system = gradient_system(e("x^2 + y^2"), (s("x"), s("y")))
    assert system.vanishes_at((Fraction(0), Fraction(0)))
    assert not system.vanishes_at((Fraction(0), Fraction(1)))


@pytest.mark.parametrize("text", ["abs(x)^3 + y^2", "x^(4/3) + y^2"])
def test_a_corner_in_the_box_is_not_smooth(text):
    system = gradient_system(e(text), (s("x"), s("y")))
    assert not system.is_smooth((closed(-1, 1), closed(1, 2)))
    assert system.is_smooth((closed(1, 2), closed(1, 2)))
