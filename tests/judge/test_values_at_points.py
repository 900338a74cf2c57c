"""Values and derivatives at numbers are claims, whatever condition stands above them."""

from __future__ import annotations

import pytest

import lossmith as ls

F = "f(x) = x^2 - 4*x"
G = "f(x, y) = x^2*y"
L = "L(w) = sum((X*w - y).^2)"
BEST = "w = inv(X'*X)*X'*y"


def outcome(*lines: str) -> str:
    return ls.check(list(lines)).lines[-1].outcome


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("f(2) = -4", "ok"),
        ("f(2) = 4", "wrong"),
        ("f(5) = 100", "wrong"),
        ("f(x + 1) = x^2 - 2*x - 3", "ok"),
        ("f(x + 1) = x^2 - 2*x", "wrong"),
        ("f''(2) = 2", "ok"),
        ("f''(2) = -2", "wrong"),
        ("f'(2) = 0", "ok"),
        ("f'(3) = 0", "wrong"),
    ],
)
def test_a_value_below_a_condition_and_its_solution_is_a_claim(line: str, expected: str) -> None:
    assert outcome(F, "f'(x) = 0", "x = 2", line) == expected


@pytest.mark.parametrize(("value", "expected"), [("-4", "ok"), ("4", "wrong")])
def test_a_value_at_a_named_solution_is_a_claim(value: str, expected: str) -> None:
    assert outcome(F, "f'(x) = 0", "x_star = 2", f"f(x_star) = {value}") == expected


def test_a_slope_that_holds_an_unknown_may_be_an_equation_for_it() -> None:
    assert outcome("f(x) = x^2 + a*x", "f'(2) = 0") == "condition"
    assert outcome("f(x) = x^2 + a*x", "f'(2) = 0", "a = -4") == "ok"
    assert outcome("f(x) = x^2 + a*x", "f'(2) = 0", "a = 4") == "wrong"


@pytest.mark.parametrize(
    ("lines", "line", "expected"),
    [
        ((G,), "f_x(1, 2) = 4", "ok"),
        ((G, "f_x = 2*x*y"), "f_x(1, 2) = 5", "wrong"),
        ((G,), "fxy(1, 2) = 2", "ok"),
        ((G,), "f_xy(1, 2) = 3", "wrong"),
        ((F,), "df(3)/dx = 2", "ok"),
        ((F,), "df/dx(3) = 2", "ok"),
        ((F,), "df/dx(3) = 3", "wrong"),
        ((F,), "d2f/dx2(3) = 2", "ok"),
        ((L,), "grad L(0) = -2*X'*y", "ok"),
        ((L,), "grad L(0) = -X'*y", "wrong"),
        ((L,), "dL/dw(0) = -2*X'*y", "ok"),
        (("L(w) = norm2(w - a)^2",), r"\frac{\partial L}{\partial w}(0) = -2 a", "ok"),
    ],
)
def test_a_derivative_is_taken_at_the_numbers_behind_it(
    lines: tuple[str, ...], line: str, expected: str
) -> None:
    assert outcome(*lines, line) == expected


def test_a_value_at_the_solution_may_be_written_with_the_unknown() -> None:
    above = ("L = sum((X*w - y).^2)", "dL/dw = 0", BEST)
    assert outcome(*above, "L = y'*y - y'*X*w") == "ok"
    assert outcome(*above, "L = y'*y - 2*y'*X*w") == "wrong"


@pytest.mark.parametrize(
    ("function", "line", "expected"),
    [
        ("f(x) = abs(x)", "f'(0) = 0", "wrong"),
        ("f(x) = abs(x)", "df/dx(0) = 0", "wrong"),
        ("f(x) = abs(x)", "f'(1) = 1", "ok"),
        ("f(x) = x*abs(x)", "f'(0) = 0", "ok"),
        ("f(x) = x*abs(x)", "f''(0) = 0", "wrong"),
        ("f(x) = relu(x)", "f'(0) = 0", "wrong"),
        ("f(x) = max(x, 0)^2", "f'(0) = 0", "ok"),
        ("f(x, y) = max(x, y)", "f_x(1, 1) = 1/2", "wrong"),
        ("f(x, y) = max(x, y)", "f_x(2, 1) = 1", "ok"),
        ("L(w) = norm1(w)", "grad L(0) = 0", "wrong"),
    ],
)
def test_a_derivative_at_a_corner_is_none_whatever_convention_code_has(
    function: str, line: str, expected: str
) -> None:
    assert outcome(function, line) == expected


def test_the_corner_is_named_where_a_derivative_there_is_claimed() -> None:
    report = ls.check(["f(x) = relu(x)", "f'(0) = 1/2"])
    assert "no derivative there: a corner where x = 0: slopes 0 | 1" in str(report)
