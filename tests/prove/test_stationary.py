"""Stationary points: proved to be there, to be all, and classified."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from lossmith.expr.sets import closed
from lossmith.prove.instance import with_numbers
from lossmith.prove.points.points_floor import least_of
from lossmith.prove.points.stationary import Stationary, stationary
from lossmith.text.parse import parse


def find(
    text: str, declare: dict[str, str] | None = None, box: tuple[int, int] | None = None
) -> Stationary:
    formula = parse(text, declare=declare or {})
    limits = {s: closed(*box) for s in formula.symbols} if box else None
    return stationary(formula.expr, formula.symbols, limits)


def _ends(answer: Stationary) -> list[tuple[float, float, str]]:
    found = []
    for p in answer.points:
        (interval,) = p.box.values()
        assert interval.lo is not None
        assert interval.hi is not None
        found.append((float(interval.lo), float(interval.hi), p.kind))
    return found


def test_exp_minus_log_has_one_minimum_at_the_omega_constant() -> None:
    answer = find("exp(x) - log(x)", {"x": "scalar > 0"})
    assert answer.status == "proved"
    ((lo, hi, kind),) = _ends(answer)
    omega = mpmath.lambertw(1)
    assert lo <= omega <= hi
    assert hi - lo < 1e-9
    assert kind == "minimum"
    assert "0.567143" in answer.points[0].words.en


@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        ("x^4", ["minimum"]),
        ("x^3", ["inflection"]),
        ("x^3 - 3*x", ["maximum", "minimum"]),
        ("x^4 - x^2", ["minimum", "maximum", "minimum"]),
        ("x*exp(x)", ["minimum"]),
        ("exp(x)", []),
        ("x^2 + exp(-x^2)", ["minimum"]),
    ],
)
def test_the_points_on_the_whole_line_are_all_found(formula: str, kinds: list[str]) -> None:
    answer = find(formula)
    assert answer.status == "proved"
    assert [k for _, _, k in _ends(answer)] == kinds


def test_the_extrema_of_sine_in_a_box() -> None:
    answer = find("sin(x)", box=(0, 10))
    assert answer.status == "proved"
    for (lo, hi, kind), k in zip(_ends(answer), range(3), strict=True):
        exact = mpmath.pi * (Fraction(1, 2) + k)
        assert lo <= exact <= hi
        assert kind == ("minimum" if k % 2 else "maximum")


def test_a_saddle_and_a_minimum_of_quadratics() -> None:
    saddle = find("x^2 - y^2")
    assert [p.kind for p in saddle.points] == ["saddle"]
    low = find("x^2 + x*y + y^2 - 3*x")
    assert low.points[0].kind == "minimum"
    at = {s.name: i.lo for s, i in low.points[0].box.items()}
    assert at == {"x": 2, "y": -1}


@pytest.mark.parametrize(
    "formula", ["abs(x - y^2)*y", "x*y^2 + exp(x*y)", "x*sin(x)", "a*x^4 + x"], ids=str
)
def test_what_is_not_decided_is_said_to_be_open(formula: str) -> None:
    parsed = parse(formula)
    block = tuple(s for s in parsed.symbols if s.name != "a")
    answer = stationary(parsed.expr, block)
    assert answer.status == "undecided"
    assert answer.words.en
    assert answer.words.zh


def test_a_minimum_outside_the_box_is_not_reported() -> None:
    assert find("x^2 - 10*x", box=(0, 3)).points == ()


@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        ("abs(x)", ["minimum"]),
        ("max(x^2, (x - 2)^2)", ["minimum"]),
        ("x*abs(x)", ["inflection"]),
        ("abs(x) + x", ["minimum"]),
        ("abs(x - 1) + abs(x - 2)", ["minimum"]),
        ("-abs(x^2 - 1)", ["maximum", "minimum", "maximum"]),
        ("x^2 + sin(5*x)", ["minimum", "maximum"] * 3 + ["minimum"]),
        ("1/x", []),
        ("if(x > 0, x^2, 0)", ["minimum"]),
    ],
)
def test_kinks_and_flats_at_which_a_function_turns_are_found(
    formula: str, kinds: list[str]
) -> None:
    answer = find(formula)
    assert answer.status == "proved"
    assert [p.kind for p in answer.points] == kinds


def test_a_set_of_minimizers_is_told_as_a_set() -> None:
    (flat,) = find("abs(x - 1) + abs(x - 2)").points
    assert flat.set_of is not None
    assert flat.is_global
    assert list(flat.box.values()) == [closed(1, 2)]


def test_the_least_of_several_minima_is_marked() -> None:
    points = find("x^4 - x^2 + x/10").points
    assert [p.is_global for p in points] == [True, False, False]


def test_infinitely_many_points_are_answered_at_once_and_honestly() -> None:
    answer = find("x*sin(x)")
    assert answer.status == "undecided"
    assert "--box" in answer.words.en
    assert "--box" in answer.words.zh


@pytest.mark.parametrize(
    ("formula", "kinds", "period"),
    [
        ("sin(x)", ["maximum", "minimum"], "2π"),
        ("cos(2*x/3) + 1", ["maximum", "minimum"], "3π"),
        ("sin(x) + sin(3*x)/3", ["maximum", "minimum"] * 3, "2π"),
        ("cos(x) + x/2", ["maximum", "minimum"], "2π"),
        ("tan(x)", [], "2π"),
        ("exp(sin(x))", ["maximum", "minimum"], "2π"),
    ],
)
def test_points_that_repeat_are_families_each_told_once(
    formula: str, kinds: list[str], period: str
) -> None:
    answer = find(formula)
    assert answer.status == "proved"
    # A family may begin anywhere, so the order of kinds is cyclic.
    assert sorted(p.kind for p in answer.points) == sorted(kinds)
    assert not kinds or answer.words.en.endswith(f"in each period {period}")
    for p in answer.points:
        assert p.set_of is not None
        assert "πk" in p.set_of.en
        (box,) = p.box.values()
        assert box.lo is not None
        slope = mpmath.diff(lambda t: _value(formula, t), float(box.lo))
        assert abs(slope) < 1e-6


def _value(formula: str, t: object) -> object:
    names = {n: getattr(mpmath, n) for n in ("sin", "cos", "tan", "exp")}
    return eval(formula.replace("^", "**"), {"__builtins__": {}}, {**names, "x": t})


def test_families_of_two_variables_have_their_own_whole_numbers() -> None:
    answer = find("sin(x) + cos(y)")
    assert answer.status == "proved"
    assert sorted(p.kind for p in answer.points) == ["maximum", "minimum", "saddle", "saddle"]
    for p in answer.points:
        assert p.set_of is not None
        assert "k₁" in p.set_of.en
        assert "k₂" in p.set_of.en


def test_a_drift_keeps_the_places_but_not_the_least_value() -> None:
    assert any(p.is_global for p in find("sin(x)").points)
    assert not any(p.is_global or p.value for p in find("cos(x) + x/2").points)


# -- several variables -----------------------------------------------------------------------------


def _kinds(answer: Stationary) -> list[str]:
    return [p.kind for p in answer.points]


def test_a_textbook_quartic_has_exactly_saddle_maximum_saddle() -> None:
    answer = find("x^3 - x*y - x + x*y^3 - y^4")
    assert answer.status == "proved"
    assert _kinds(answer) == ["saddle", "maximum", "saddle"]


def test_a_vanishing_hessian_is_decided_by_two_curves() -> None:
    answer = find("x^6 - y^6*x^2")
    assert answer.status == "proved"
    (line, origin) = answer.points
    assert line.set_of is not None
    assert "x = 0" in line.set_of.en
    assert (line.kind, origin.kind) == ("maximum", "saddle")
    assert origin.reason is not None
    assert "(t^2, t)" in origin.reason.en


@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        ("x^4 + y^4", ["minimum"]),
        ("x^4 + y^4 - 4*x*y", ["minimum", "saddle", "minimum"]),
        ("x^2 + y^3", ["saddle"]),
        ("x^3 - 3*x*y^2", ["saddle"]),
        ("(y - x^2)*(y - 3*x^2)", ["saddle"]),
        ("x^4 - x^2*y + y^2", ["minimum"]),
        ("x^4 - 2*x^2*y + y^2 + y^4", ["minimum"]),
        ("(1 - x)^2 + 100*(y - x^2)^2", ["minimum"]),
        ("(x^2 - 2)^2 + (y^2 - 3)^2", ["minimum", "saddle", "minimum"] * 1
         + ["saddle", "maximum", "saddle"] + ["minimum", "saddle", "minimum"]),
        ("x^3 + y", []),
        ("log(1 + exp(x)) + log(1 + exp(y - x)) + x^2 + y^2", ["minimum"]),
    ],
)  # fmt: skip
def test_points_in_the_whole_plane_are_all_found_and_classified(
    formula: str, kinds: list[str]
) -> None:
    answer = find(formula)
    assert answer.status == "proved"
    assert _kinds(answer) == kinds


def test_points_of_three_variables_in_a_box() -> None:
    answer = find("x^2 + y^2 + z^2 - x*y*z", box=(-4, 4))
    assert answer.status == "proved"
    assert sorted(_kinds(answer)) == ["minimum"] + ["saddle"] * 4


@pytest.mark.parametrize(
    ("formula", "place"),
    [("(x*y - 1)^2", "xy = 1"), ("(x^2 + y^2 - 1)^2", "x² + y² = 1"), ("(x + y)^2", "s·")],
)
def test_a_manifold_of_minimizers_is_told_as_one(formula: str, place: str) -> None:
    (whole,) = [p for p in find(formula).points if p.set_of is not None]
    assert whole.kind == "minimum"
    assert whole.is_global
    assert whole.set_of is not None
    assert place in whole.set_of.en


def test_nothing_is_claimed_of_what_lies_outside_the_searched_box() -> None:
    answer = find("exp(x^2 + y^2)*cos(x)")
    assert answer.status == "undecided"


def test_the_least_of_values_that_overlap_is_below_them_all() -> None:
    half = Fraction(1, 2)
    assert least_of([closed(0, 2), closed(-1, 3)]) == closed(-1, 2)
    assert least_of([closed(half, 2), closed(1, 1)]) == closed(half, 1)
    assert least_of([closed(0, 2), closed(-1, None)]) is None


@pytest.mark.parametrize("text", ["abs(abs(x) + x) - abs(x) - x + y^2", "xlogx(x^2) + y^2"])
def test_no_point_is_denied_on_a_flat_box_along_a_kink(text: str) -> None:
    # Both are stationary at (0, 0), where the formula of the slope says -1, or nothing.
    formula = parse(text, "x: scalar; y: scalar")
    x, y = formula.symbols
    answer = stationary(formula.expr, formula.symbols, {x: closed(0, 0), y: closed(-1, 1)})
    assert answer.status == "undecided" or answer.points


def test_a_least_value_without_an_upper_end_is_not_told() -> None:
    answer = find("xlogx(x^2)", box=(-1, 1))
    assert len(answer.points) == 3
    assert answer.least is None or answer.least.is_bounded


def test_the_least_value_on_a_box_is_enclosed() -> None:
    answer = find("sin(x)*cos(y)", box=(-3, 3))
    assert answer.least is not None
    assert answer.least.has(-1)


@pytest.mark.parametrize("formula", ["sum(abs(x - a))", "mean(abs(a - x))"])
def test_the_median_is_the_whole_set_for_odd_and_even_n(formula: str) -> None:
    parsed = parse(formula, declare={"a": "vector(n)", "x": "scalar"})
    answer = stationary(parsed.expr, tuple(s for s in parsed.symbols if s.name == "x"))
    assert answer.status == "proved"
    (point,) = answer.points
    assert point.set_of is not None
    assert "odd" in point.set_of.en
    assert "even" in point.set_of.en


def test_a_pinball_loss_has_a_quantile_and_a_curved_loss_has_none() -> None:
    parsed = parse("sum(max(3*(a - x), x - a))", declare={"a": "vector(n)", "x": "scalar"})
    (point,) = stationary(parsed.expr, (parsed.symbols[1],)).points
    assert point.set_of is not None
    assert "level 3/4" in point.set_of.en
    parsed = parse("sum(abs(x - a).^3)", declare={"a": "vector(n)", "x": "scalar"})
    assert stationary(parsed.expr, (parsed.symbols[0],)).status == "undecided"


def test_where_a_function_rises_and_is_convex_is_said() -> None:
    facts = {k.en: v.en for k, v in find("max(x^2, 1) - x").facts}
    assert facts["decreasing"] == "on (-∞, 1]"
    assert facts["increasing"] == "on [1, ∞)"
    assert facts["convex"] == "on (-∞, ∞)"


# -- sums over coordinates, and numbers for the data -----------------------------------------------


@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        ("x^4 + y^4 + z^4", ["minimum"]),
        ("x^3 + y^2", ["saddle"]),
        ("x^4 - x^2 + y^4 - y^2", ["minimum", "saddle", "minimum", "saddle", "maximum", "saddle",
                                   "minimum", "saddle", "minimum"]),
        ("abs(x) + (y - 1)^2", ["minimum"]),
        ("abs(x) - y^2", []),
    ],
)  # fmt: skip
def test_a_sum_over_coordinates_is_solved_coordinate_by_coordinate(
    formula: str, kinds: list[str]
) -> None:
    answer = find(formula)
    assert answer.status == "proved"
    assert _kinds(answer) == kinds


def _with_data(text: str, declare: dict[str, str], values: dict[str, object]) -> Stationary:
    formula = parse(text, declare=declare)
    by_name = {s.name: s for s in formula.symbols}
    given = {by_name[name]: v for name, v in values.items()}
    wrt = tuple(s for s in formula.symbols if s.name not in values)
    e, letters = with_numbers(formula.expr, wrt, given, {})
    return stationary(e, tuple(x for s in wrt for x in letters[s]))


@pytest.mark.parametrize(
    ("data", "low", "high"),
    [([4, 1, 2], 2, 2), ([7, 1, 4, 2], 2, 4), ([3, 3, 3, 9], 3, 3), ([0.1, 0.2], "1/10", "1/5")],
)
def test_the_median_of_numbers_is_a_point_or_a_whole_interval(
    data: list[float], low: object, high: object
) -> None:
    answer = _with_data("sum(abs(x - a))", {"x": "scalar", "a": "vector(n)"}, {"a": data})
    (point,) = answer.points
    (box,) = point.box.values()
    assert (box.lo, box.hi) == (Fraction(str(low)), Fraction(str(high)))
    assert point.is_global


def test_least_squares_with_numbers_is_solved_exactly() -> None:
    answer = _with_data("norm2(X*w - y)^2", {}, {"X": [[1, 2], [3, 4], [5, 6]], "y": [1, 2, 4]})
    (point,) = answer.points
    assert [i.lo for i in point.box.values()] == [Fraction(2, 3), Fraction(1, 12)]


def test_rank_deficient_least_squares_has_a_flat_of_minimizers() -> None:
    answer = _with_data("norm2(X*w - y)^2", {}, {"X": [[1, 2], [2, 4]], "y": [1, 2]})
    (whole,) = answer.points
    assert whole.set_of is not None
    assert whole.kind == "minimum"


def test_matrix_factorization_has_a_curve_of_minimizers() -> None:
    points = find("(u*v - 1)^2").points
    (curve,) = [p for p in points if p.set_of is not None]
    (origin,) = [p for p in points if p.set_of is None]
    assert curve.is_global
    assert origin.kind == "saddle"


@pytest.mark.parametrize(
    ("formula", "box", "kinds"),
    [
        ("x^2", (0, 3), ["minimum"]),
        ("x^3", (0, 1), ["inflection"]),
        ("cos(x)", (0, 3), ["maximum"]),
        ("abs(x)", (0, 3), []),
        ("x*abs(x)", (0, 1), ["inflection"]),
        ("x^2", (1, 3), []),
    ],
)
def test_a_zero_of_the_slope_at_an_end_of_the_box_counts(
    formula: str, box: tuple[int, int], kinds: list[str]
) -> None:
    answer = find(formula, box=box)
    assert answer.status == "proved"
    assert _kinds(answer) == kinds


@pytest.mark.parametrize(
    ("formula", "values"),
    [("x/abs(x)", (-1, 1)), ("max(x, 0)/x", (0, 1)), ("abs(x)/x + 3", (2, 4))],
)
def test_a_flat_has_the_value_that_is_taken_inside_it(
    formula: str, values: tuple[int, int]
) -> None:
    # At 0, the end of both flats, these have no value.
    assert tuple(p.value for p in find(formula).points) == tuple(closed(v, v) for v in values)


@pytest.mark.parametrize(
    ("formula", "box", "value"),
    [
        ("sin(x^2)", (0, 3), -1.0),  # 0 is a minimum of x^2 alone, at a closed end of the box
        ("sin(x)", (0, 10), -1.0),
        ("x^3 - 3*x", (-1, 2), -2.0),
        ("x^3 - 3*x", (-3, 3), -18.0),  # at an end that is no stationary point
        ("cos(x)", (-1, 1), 0.5403023058681398),
    ],
)
def test_the_least_value_of_all_is_that_of_a_grid(
    formula: str, box: tuple[int, int], value: float
) -> None:
    answer = find(formula, box=box)
    assert answer.least is not None
    assert answer.least.lo is not None
    assert answer.least.hi is not None
    assert float(answer.least.lo) <= value + 1e-12
    assert value - 1e-12 <= float(answer.least.hi)
    for p in answer.points:
        assert p.value is not None
        assert p.value.lo is not None
        assert p.is_global == (abs(float(p.value.lo) - value) < 1e-9)


@pytest.mark.parametrize(
    "formula", ["exp(x + y) + exp(x - y) + exp(-x)", "sqrt(1 + x^2 + y^2)", "log(1 + exp(x)) - x/3"]
)
def test_a_convex_formula_with_a_regular_minimum_has_no_other_point(formula: str) -> None:
    answer = find(formula)
    assert answer.status == "proved"
    assert [p.kind for p in answer.points] == ["minimum"]
    assert answer.points[0].is_global


def test_functions_with_poles_are_not_confined_to_one_branch() -> None:
    assert find("tan(x) - x^2").status == "undecided"
    answer = find("tan(x) - 2*x")  # 1/cos(x)^2 = 2 at every pi/4 + k pi/2
    assert sorted(p.kind for p in answer.points) == ["maximum"] * 2 + ["minimum"] * 2
    assert not any(p.is_global for p in answer.points)


def test_a_value_that_intervals_show_to_be_the_least_is_global() -> None:
    answer = find("(1 - x)^2 + 100*(y - x^2)^2")
    assert [p.is_global for p in answer.points] == [True]


@pytest.mark.parametrize(
    ("formula", "kinds", "least"),
    [
        ("exp(-x^2 - y^2)", ["maximum"], 0),
        ("1/(1 + x^2 + y^2)", ["maximum"], 0),
        ("3 - 2*exp(x^3 - 3*x + y^2)", ["saddle", "maximum"], 0),
        ("log(1 + x^4 + y^2)", ["minimum"], 1),
        ("sqrt(1 + (x*y - 1)^2)", ["minimum", "saddle"], 1),
    ],
)
def test_an_outer_function_that_rises_or_falls_keeps_the_places(
    formula: str, kinds: list[str], least: int
) -> None:
    answer = find(formula)
    assert answer.status == "proved"
    assert [p.kind for p in answer.points] == kinds
    assert sum(p.is_global for p in answer.points) == least
    for p in answer.points:
        assert p.words.en.startswith(p.kind)


def test_an_outer_function_with_a_flat_place_adds_points_of_its_own() -> None:
    # (x y - 1)^3 is flat where x y = 1, which x y - 1 is not.
    answer = find("(x*y - 1)^3")
    assert answer.status == "proved"
    assert [p.set_of is not None for p in answer.points].count(True) == 1


def test_a_point_is_listed_once_in_three_variables() -> None:
    answer = find("x^4 + y^4 + z^4 - 4*x*y*z", box=(-2, 2))
    places = [tuple(p.box.values()) for p in answer.points]
    assert len(places) == len(set(places))
    assert [p.kind for p in answer.points].count("minimum") == 4


@pytest.mark.parametrize(
    ("formula", "kinds"),
    [
        ("x*exp(1/x)", ["minimum"]),
        ("x^2*exp(1/x)", ["minimum"]),
        ("exp(1/x)", []),
        ("x*exp(-1/x^2)", []),
        ("(x^2 - 1)*exp(-1/x)", ["minimum"]),
    ],
)
def test_where_a_formula_has_no_value_no_point_is_missed(formula: str, kinds: list[str]) -> None:
    answer = find(formula)
    assert answer.status == "proved"
    assert [p.kind for p in answer.points] == kinds
    assert answer.certificate is not None


LEAST = [
    ("exp(x) - log(x)", 1),
    ("x*log(x) - x", 1),
    ("x^2*exp(-x^2)", 1),
    ("abs(x)*exp(-x)", 1),
    ("x*sigmoid(x)", 1),
    ("x + 1/x", 0),
    ("log(x) + (x - 3)^2", 0),
    # A value stands alone at 0, below all others.
    ("sqrt(x^2*(x - 1)) + x", 0),
]


@pytest.mark.parametrize(("formula", "marked"), LEAST, ids=[t for t, _ in LEAST])
def test_the_least_value_of_all_is_marked_where_the_domain_ends(formula: str, marked: int) -> None:
    found = find(formula)
    assert found.status == "proved"
    assert sum(p.is_global for p in found.points) == marked
