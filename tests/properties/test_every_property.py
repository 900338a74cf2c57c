"""Each attack lets true claims stand and finds a witness against false ones."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import intervals

from lossmith.expr.sets import POSITIVE, REALS, Interval, closed, opened
from lossmith.properties.points import trial_points
from lossmith.properties.property import exact
from lossmith.properties.table import ALL, PROPERTIES


def at(f):
    """Return f on python-flint rationals, so that every comparison is exact."""
    return lambda t: f(exact(t))


def square(t):
    return t * t


def cube(t):
    return t * t * t


def relu(t):
    return t if t > 0 else 0 * t


def step(t):
    return 0 * t + (1 if t > 0 else 0)


def bent(t):
    """Convex but for a dent of depth 2^-40 near 1: no tolerance may hide it."""
    return t * t - (exact(Fraction(1, 1 << 40)) if t == 1 else 0)


# property, function that has it, function that has not, where, bounds
CASES = [
    ("convex", square, cube, REALS, REALS),
    ("convex", relu, lambda t: -relu(t), REALS, REALS),
    ("concave", lambda t: -square(t), lambda t: -bent(t), REALS, REALS),
    ("concave", lambda t: 3 * t, square, REALS, REALS),
    ("affine", lambda t: 3 * t + 1, relu, REALS, REALS),
    ("strictly_convex", square, relu, REALS, REALS),
    ("strictly_concave", lambda t: 1 / t * -1, lambda t: -relu(t), POSITIVE, REALS),
    ("jointly_convex", relu, cube, REALS, REALS),
    ("jointly_concave", lambda t: -t, relu, REALS, REALS),
    ("matrix_convex", square, cube, REALS, REALS),
    ("log_convex", lambda t: 1 / t, lambda t: t, POSITIVE, REALS),
    ("log_concave", lambda t: t, lambda t: 1 + square(t), POSITIVE, REALS),
    ("log_concave", lambda t: 3 + 0 * t, cube, REALS, REALS),
    ("log_concave_increments", lambda t: t, cube, REALS, REALS),
    ("log_concave_increments", square, lambda t: -1 / t, POSITIVE, REALS),
    ("nondecreasing", step, square, REALS, REALS),
    ("nonincreasing", lambda t: -relu(t), relu, REALS, REALS),
    ("increasing", cube, relu, REALS, REALS),
    ("decreasing", lambda t: 1 / t, step, POSITIVE, REALS),
    ("slope_in", relu, lambda t: 2 * relu(t), REALS, closed(0, 1)),
    ("slope_in", lambda t: t, relu, REALS, Interval(Fraction(0), Fraction(1), True, False)),
    ("second_slope_in", square, cube, REALS, closed(2, 2)),
    ("second_slope_in", lambda t: 3 * t, relu, REALS, closed(0, 1)),
    ("range_in", square, cube, REALS, closed(0, None)),
    ("range_in", lambda t: 1 / (1 + t * t), relu, REALS, opened(0, 2)),
    ("positively_homogeneous", relu, square, POSITIVE, REALS),
    ("continuously_differentiable", lambda t: relu(t) * t, relu, REALS, REALS),
    ("continuously_differentiable", square, step, REALS, REALS),
    ("smooth", cube, lambda t: relu(t) * t, REALS, REALS),
    ("smooth", cube, lambda t: relu(t) * t * t, REALS, REALS),
]


@pytest.mark.parametrize(("name", "good", "bad", "box", "bounds"), CASES)
def test_true_claims_stand_and_false_ones_fall(name, good, bad, box, bounds):
    points = trial_points(box)
    attack = PROPERTIES[name].attack
    assert attack(at(good), points, bounds) is None
    witness = attack(at(bad), points, bounds)
    assert witness is not None
    assert witness.name == name or name.startswith(("jointly", "matrix"))
    assert set(witness.points) <= set(points)
    assert witness.gap >= 0


def test_a_dent_far_below_any_tolerance_is_found():
    witness = PROPERTIES["convex"].attack(
        at(lambda t: -bent(t) + 2 * t * t), trial_points(REALS), REALS
    )
    assert witness is not None
    assert Fraction(1) in witness.points


def test_every_property_is_tried():
    assert {name for name, *_ in CASES} == set(PROPERTIES) == {p.name for p in ALL}


@pytest.mark.parametrize("prop", ALL, ids=lambda p: p.name)
def test_words_are_there_in_both_languages_and_duals_pair_up(prop):
    assert prop.words.en.strip()
    assert any("一" <= c <= "鿿" for c in prop.words.zh)
    if prop.dual:
        assert PROPERTIES[prop.dual].dual == prop.name


@given(intervals(), st.integers(0, 5))
def test_trial_points_lie_in_the_box_in_order(box, seed):
    points = trial_points(box, seed=seed)
    assert all(map(box.has, points))
    assert list(points) == sorted(set(points))
    assert points
    assert points == trial_points(box, seed=seed)
