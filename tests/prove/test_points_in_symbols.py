"""Stationary points in symbols, ties of minima decided by them, and infima that are no values."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lossmith as ls
from lossmith.errors import LossmithError
from lossmith.expr.build import const
from lossmith.expr.sets import Interval
from lossmith.expr.walk import substitute
from lossmith.prove.line.far import limit
from lossmith.prove.points.stationary import stationary
from lossmith.prove.zeros.closed_forms import candidates
from lossmith.prove.zeros.exact_values import enclosure, folded, is_zero
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_unicode


def constant(text: str):
    """Return a formula without symbols."""
    f = parse(f"{text} + zero")
    return substitute(f.expr, {f.symbols[0]: const(0)})


EQUAL = [
    ("exp(-2*log(3))", "1/9"),
    ("exp(log(2)/3)^3", "2"),
    ("sqrt(2)*sqrt(3)", "sqrt(6)"),
    ("sin(pi/4)", "1/sqrt(2)"),
    ("cos(2*pi/3)", "-1/2"),
    ("tan(pi/6)", "1/sqrt(3)"),
    ("sigmoid(-log(3))", "1/4"),
    ("tanh(log(3))", "4/5"),
    ("log(1 + exp(-log(3)))", "2*log(2) - log(3)"),
    ("log(exp(2)*3)", "2 + log(3)"),
    ("((1 + sqrt(5))/2)^2", "(3 + sqrt(5))/2"),
    ("atan(1)", "pi/4"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal_numbers_are_found_equal_and_are_so(left: str, right: str) -> None:
    a, b = constant(left), constant(right)
    assert is_zero(constant(f"({left}) - ({right})"))
    assert not is_zero(constant(f"({left}) - ({right}) - 1/1000000000000"))
    for e in (a, b, folded(a), folded(b)):
        i = enclosure(e)
        assert i is not None
        assert abs(float(i.lo) - float(enclosure(a).lo)) < 1e-15


@given(
    st.sampled_from(["exp", "log", "sin", "cos", "tan", "sigmoid", "tanh", "softplus", "cosh"]),
    st.sampled_from(["1", "-1", "1/2", "3", "log(2)", "-2*log(3)", "pi/3", "-5*pi/4", "sqrt(2)"]),
)
def test_folding_keeps_the_value(name: str, argument: str) -> None:
    try:
        e = constant(f"{name}({argument})")
    except LossmithError:
        return
    before, after = enclosure(e), enclosure(folded(e))
    if before is not None:
        assert after is not None
        assert not before.meet(after).is_empty


NUMBERS = ["sqrt(2)", "-1/sqrt(3)", "log(2)", "e", "-exp(-0.5)", "5*pi/6", "(1 + sqrt(5))/2",
           "2 - sqrt(2)", "sqrt(log(3))", "log(1 + sqrt(2))"]  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS)
def test_a_guess_lies_where_the_number_does(text: str) -> None:
    with mpmath.workdps(40):
        value = mpmath.mpf(eval(text, vars(mpmath) | {"__builtins__": {}}))
        middle = Fraction(int(value * 2**120), 2**120)
    near = Interval(middle - Fraction(1, 2**48), middle + Fraction(1, 2**48), False, False)
    found = next(candidates(near))
    assert enclosure(found).within(near)


POINTS = [
    ("(x^2 - 2)^2", ["−√2", "0", "√2"], ["0", "4", "0"]),
    ("exp(x) - 2*x", ["log(2)"], ["2 − 2 log(2)"]),
    ("x*log(x)", ["exp(−1)"], ["−exp(−1)"]),
    ("exp(x) - x*exp(2)", ["2"], ["−exp(2)"]),
    ("x^3/3 - x^2/2 - x", ["½ − ½√5", "½ + ½√5"], None),
    ("abs(x^2 - 3)", ["−√3", "0", "√3"], ["0", "3", "0"]),
]


@pytest.mark.parametrize(("text", "places", "values"), POINTS)
def test_points_and_values_come_in_symbols(
    text: str, places: list[str], values: list[str] | None
) -> None:
    f = parse(text)
    (x,) = f.symbols
    found = stationary(f.expr, (x,))
    assert found.status == "proved"
    assert [to_unicode(p.exact[x]) for p in found.points] == places
    for p in found.points:
        assert enclosure(p.exact[x]).within(p.box[x])
    if values is not None:
        assert [to_unicode(p.exact_value) for p in found.points] == values


def test_points_of_two_variables_come_in_symbols() -> None:
    f = parse("x^4 + y^4 - x^2 - 3*y^2")
    found = stationary(f.expr, f.symbols)
    low = [p for p in found.points if p.is_global]
    assert len(low) == 4
    assert {to_unicode(c) for p in low for c in p.exact.values()} == {
        "½√2", "−½√2", "½√6", "−½√6"
    }  # fmt: skip


def test_a_number_that_only_looks_like_a_root_is_not_taken_for_one() -> None:
    f = parse("x^3/3 - (2 + 1/10000000000000)*x")
    (x,) = f.symbols
    found = stationary(f.expr, (x,))
    assert found.status == "proved"
    assert all("√2" != to_unicode(p.exact.get(x, const(0))).strip("−") for p in found.points)


LEAST = [
    ("x/(x^2 + 3)", 1),
    ("x^2 + 1/x^2", 2),
    ("(x^2 - 2)^2", 2),
    ("x*tanh(x) - x", 1),
    ("x*sigmoid(17/10*x)", 1),
    ("x/(1 + x^2) + 1/x", 0),
    ("x^2*exp(-x)", 1),
    ("x^2/2 + 2*cos(x)", 2),
    ("x^4 - 3*x^2 + x/1000000", 1),
]


@pytest.mark.parametrize(("text", "many"), LEAST)
def test_minima_of_one_value_share_the_least_one(text: str, many: int) -> None:
    f = parse(text)
    found = stationary(f.expr, f.symbols)
    assert found.status == "proved"
    assert sum(p.is_global for p in found.points) == many


INFIMA = [
    ("exp(-x^2)", "0", "not attained"),
    ("1/(1 + x^2)", "0", "not attained"),
    ("exp(-x) + exp(-2*x)", "0", "not attained: it falls towards it as x → ∞"),
    ("tanh(x)", "-1", "not attained: it falls towards it as x → -∞"),
    ("x^3", None, "-∞: it falls without bound as x → -∞"),
    ("atan(x) - x/2", None, "-∞: it falls without bound as x → ∞"),
    ("log(x)", None, "-∞: it falls without bound as x → 0"),
    ("1/x", None, "-∞: it falls without bound as x → 0"),
]


@pytest.mark.parametrize(("text", "value", "words"), INFIMA)
def test_an_infimum_that_is_no_value_is_told(text: str, value: str | None, words: str) -> None:
    f = parse(text)
    found = stationary(f.expr, f.symbols)
    assert not any(p.is_global for p in found.points)
    assert found.about_least is not None
    assert words in found.about_least.en
    if value is None:
        assert found.least is None
    else:
        assert (found.least.lo, found.least.hi) == (Fraction(value),) * 2


@pytest.mark.parametrize("text", ["x*exp(-x)", "tanh(x) + exp(-x)", "1/(1 + x)", "atan(x)"])
def test_a_limit_holds_the_values_far_out(text: str) -> None:
    f = parse(text)
    (x,) = f.symbols
    i = limit(f.expr, x, 1)
    there = enclosure(substitute(f.expr, {x: const(10**4)}))
    assert float(i.lo) - 1e-3 <= float(there.lo) <= float(i.hi) + 1e-3


def test_no_limit_is_claimed_of_a_wave() -> None:
    f = parse("sin(x)")
    assert limit(f.expr, f.symbols[0], 1) is None


def test_a_card_shows_symbols_beside_digits_and_in_latex() -> None:
    from lossmith.view.points import points

    rows = points(ls.objective("x/(x^2 + 3)").stationary())
    assert rows[0].text.en.startswith("x = −√3 = -1.7320508")
    assert rows[0].latex == r"x = -\sqrt{3},\quad f = -\frac{\sqrt{3}}{6}"
