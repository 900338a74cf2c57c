# ruff: noqa: RUF001 (the signs that are printed)
"""Small kindnesses of reading and printing that once were missing."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from lossmith.errors import LossmithError, ParseError, Place, cells
from lossmith.text.parse import parse
from lossmith.text.writing.derivative_names import derivative_sign
from lossmith.text.writing.printing import to_latex, to_unicode
from lossmith.words import same


def shown(text: str, declare: str = "") -> str:
    return to_unicode(parse(text, declare).expr)


def test_a_long_name_is_refused_at_once() -> None:
    begin = time.perf_counter()
    with pytest.raises(ParseError, match="too long"):
        parse("x" * 5000)
    assert time.perf_counter() - begin < 1


@pytest.mark.parametrize("at", [0, 7, 1500, 2990])
def test_a_long_formula_is_shown_around_the_caret(at: int) -> None:
    text = "x + " * 750
    error = ParseError(same("no"), place=Place(text, at, at + 1))
    line, caret = error.render().splitlines()[1:]
    assert cells(line) < 160
    column = caret.index("^")
    assert line[column] == text[at]


def test_a_short_formula_is_shown_whole() -> None:
    with pytest.raises(LossmithError) as caught:
        parse("求 x^2 的最小值")
    assert "where: 求 x^2 的最小值\n       ^^" in str(caught.value)


def test_a_wide_character_left_of_the_window_does_not_shift_the_caret() -> None:
    text = "变" * 200 + " + )" + "x" * 200
    error = ParseError(same("no"), place=Place(text, 203, 204))
    line, caret = error.render().splitlines()[1:]
    before = line[: line.index(")")]
    assert cells(before) == caret.index("^")


@pytest.mark.parametrize(
    ("text", "declare", "printed"),
    [
        ("max(x, 2*x - 1, 3)", "x: scalar", "max(x, 2x − 1, 3)"),
        ("entropy(p)", "p: vector(k)", "−Σᵢ pᵢ log(pᵢ)"),
        ("kl(p, q)", "p, q: vector(k)", "Σᵢ pᵢ log(pᵢ/qᵢ)"),
        ("sqrt(pi)*x", "x: scalar", "x√π"),
        ("x*x^(y - 1)", "x, y: scalar", "x·x^(y − 1)"),
        ("lam*x^2", "lam, x: scalar", "λx²"),
        ("if(x > 0, if(x < 1, x, 0), 0)", "x: scalar", "{x if x > 0 and x < 1; 0 otherwise}"),
        ("if(1 + x > 0, if(1 - x > 0, 1, 0), 0)", "x: scalar", "𝟏[|x| < 1]"),
        ("max(X)", "X: matrix(n, d)", "max(X)"),
        ("maxentry(X)", "X: matrix(n, d)", "[max(Xᵢ)]ᵢ"),
    ],
)
def test_print_is_what_a_person_would_write(text: str, declare: str, printed: str) -> None:
    assert shown(text, declare) == printed


def test_the_change_of_a_symbol_is_upright_before_it() -> None:
    assert to_latex(parse("2*dx", "dx: scalar").expr) == r"2 \mathrm{d}x"


def test_a_product_with_a_change_ends_in_it() -> None:
    e = parse("x^2*u", "x, u: scalar").expr
    u = parse("u", "u: scalar").expr
    assert to_unicode(e, names={u: "dx"}).endswith("dx")


SIGNS = [
    ("lagrange", "x", "x", "f′(x)", "f'(x)"),
    ("lagrange", "x", "xx", "f′′(x)", "f''(x)"),
    ("lagrange", "x", "xxxx", "f⁽⁴⁾(x)", "f^{(4)}(x)"),
    ("lagrange", "xy", "xx", "fₓₓ(x, y)", "f_{xx}(x, y)"),
    ("lagrange", "xy", "xy", "f_xy(x, y)", "f_{xy}(x, y)"),
    ("leibniz", "x", "x", "df/dx", r"\frac{\mathrm{d} f}{\mathrm{d}x}"),
    ("leibniz", "x", "xxx", "d³f/dx³", r"\frac{\mathrm{d}^{3} f}{\mathrm{d}x^{3}}"),
    ("leibniz", "xy", "x", "∂f/∂x", r"\frac{\partial f}{\partial x}"),
    ("leibniz", "xy", "xxy", "∂³f/∂x²∂y", r"\frac{\partial^{3} f}{\partial x^{2}\partial y}"),
]


@pytest.mark.parametrize(("style", "variables", "by", "plain", "latex"), SIGNS)
def test_a_derivative_has_its_sign(
    style: str, variables: str, by: str, plain: str, latex: str
) -> None:
    assert style in ("lagrange", "leibniz")
    found = derivative_sign("lagrange" if style == "lagrange" else "leibniz", variables, by)
    assert found == (plain, latex)


def test_repairs_of_repairs_parse() -> None:
    for text in ("x y z", "((x + 1", "2 3 4 x", "x(y(z + 1))"):
        with pytest.raises(LossmithError) as caught:
            parse(text)
        offered = caught.value.attempt
        assert offered is not None
        parse(offered.en)


def test_spans_of_definitions_stay_in_the_text() -> None:
    text = "p_k = exp(z_k)/sum_j exp(z_j); -sum_k y_k*log(p_k)"
    formula = parse(text)
    for start, stop in formula.spans.values():
        assert 0 <= start <= stop <= len(text)
    assert all(a != b for a, b in pairwise(formula.notes))
