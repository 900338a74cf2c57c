"""Exact polynomials of the kernel, compared with values at exact points."""

from __future__ import annotations

import itertools
import random
import re
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.polynomial import (
    coefficients,
    gram_of_quadratic,
    hessian_of_quadratic,
    is_polynomial,
    is_psd,
    positive_coefficients,
    same,
    shifted,
)
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval, closed, opened
from lossmith.expr.walk import symbols
from lossmith.text.parse import parse

DECLARED = {"x": "scalar", "y": "scalar", "p": "scalar > 0", "w": "vector(2)", "M": "matrix(2, 2)"}


@cache
def _e(text: str) -> Expr:
    used = {k: t for k, t in DECLARED.items() if re.search(rf"\b{k}\b", text)}
    return parse(text, declare=used).expr


# Neighbors that look alike; which are equal is left to exact points.
ALIKE = """
(x + y)^2; x^2 + y^2; x^2 + 2*x*y + y^2; (x - y)^2; x^2 - 2*x*y + y^2; sqrt(x^2); x; abs(x); -x
sqrt(x^2*y^2); x*y; (x^2)^(1/2)*y; (x^4)^(1/4); (x^3)^(1/3); x^2/x; x*abs(x); (x^6)^(1/3); x^2
sqrt(4*x^2); 2*x; 2*sqrt(x^2); sqrt(p)^2; p; (p^2)^(1/2); p^(1/2)*p^(1/2); (2*p)^(1/2); 2*p^(1/2)
1/(x + y); 1/x + 1/y; (x + y)/(x*y); 1/(1 + x) - 1/(1 - x); -2*x/(1 - x^2); 2*x/(1 - x^2)
exp(x + y); exp(x)*exp(y); exp(x) + exp(y); exp(2*x); exp(x)^2; exp(x^2); exp(x)*x; 1/exp(x)
exp(abs(x)*(abs(x) + 1) - x^2); exp(abs(x)); exp(abs(x) - x^2); exp(x/2)^2; exp(x); exp(x + 1)
exp(1)*exp(x); exp(2*x + 1); sigmoid(x); exp(x)/(1 + exp(x)); 1/(1 + exp(-x)); 1 - sigmoid(-x)
sigmoid(2*x); softplus(x); log(1 + exp(x)); softplus(-x) + x; softplus(x) - x; log(1 + exp(-x))
sigmoid(x)*(1 - sigmoid(x)); exp(x)/(1 + exp(x))^2; sigmoid(x)^2; (x + 1)^13; x^13 + 1; (x*y)^(1/3)
x^(1/3)*y^(1/3); (x*y)^(-1); x^(-1)*y^(-1); (x + y)^(-2)*(x + y); (x + y)^(1/2)*(x + y)^(1/2); x + y
(x + y)^(1/2)*(x + y)^(3/2); sin(x)^2 + cos(x)^2; 1 + 0*x; sin(x)^2; 1 - cos(x)^2; w'*w; sum(w.^2)
sum(w)^2; sum(w); w'*M*w; w'*M'*w; tr(M); sum(M); tr(M*M'); sum(M.^2); tr(M*M); det(M); sum(diag(M))
sum(w)*sum(w); sum(w*w'); sum(w.*w); norm2(w)^2; w'*(M + M')*w/2
""".replace("\n", ";")
TEXTS = [t for t in map(str.strip, ALIKE.split(";")) if t]


def _point(draw: random.Random, found: tuple[Symbol, ...]) -> dict[Symbol, Any]:
    def entry(s: Symbol) -> Fraction:
        low = 1 if s.assumptions.interval.lo is not None else -40
        return Fraction(draw.randrange(low, 40), 7)

    def tensor(s: Symbol, shape: tuple[Any, ...]) -> Any:
        return [tensor(s, shape[1:]) for _ in range(shape[0])] if shape else entry(s)

    return {s: tensor(s, s.shape) for s in found}


def _value(e: Expr, at: dict[Symbol, Any]) -> Any | None:
    try:
        found = evaluate(e, at, {}, 200)
    except (LossmithError, ZeroDivisionError):
        return None
    return found if found.is_finite() else None


@pytest.mark.parametrize("first", TEXTS)
def test_what_is_called_the_same_has_the_same_values(first: str) -> None:
    a, draw = _e(first), random.Random(first)
    for second in TEXTS:
        b = _e(second)
        if not same(a, b):
            continue
        for _ in range(12):
            at = _point(draw, symbols(a, b))
            u, v = _value(a, at), _value(b, at)
            assert u is None or v is None or (u - v).contains(0), second


EQUAL = [
    ("(x + y)^2", "x^2 + 2*x*y + y^2"), ("exp(2*x + 1)", "exp(1)*exp(x)^2"),
    ("1/(1 + x) - 1/(1 - x)", "-2*x/(1 - x^2)"), ("sigmoid(x)", "1 - sigmoid(-x)"),
    ("sigmoid(x)", "1/(1 + exp(-x))"),
    ("(x + y)/(x*y)", "1/x + 1/y"), ("w'*M*w", "w'*(M + M')*w/2"), ("sum(w)^2", "sum(w*w')"),
    ("tr(M*M')", "sum(M.^2)"), ("(x + 1)^12", "(x + 1)^6*(1 + x)^6"),
    ("exp(abs(x)*(abs(x) + 1) - x^2)", "exp(abs(x))"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second"), EQUAL)
def test_these_are_called_the_same(first: str, second: str) -> None:
    assert same(_e(first), _e(second))


def _polynomial(p: list[Fraction], x: Fraction) -> Fraction:
    return sum((c * x**k for k, c in enumerate(p)), Fraction(0))


@pytest.mark.parametrize("seed", range(8))
def test_a_shifted_polynomial_has_the_same_values(seed: int) -> None:
    draw = random.Random(seed)
    p = [Fraction(draw.randrange(-5, 6)) for _ in range(draw.randrange(1, 6))]
    a, s = Fraction(draw.randrange(-5, 6), 3), Fraction(draw.randrange(1, 9), 2)
    for sign in (1, -1):
        assert _polynomial(shifted(p, a, sign), s) == _polynomial(p, a + sign * s)


BOXES = [Interval(), closed(0, None), closed(None, 1), opened(-2, Fraction(5, 2)), closed(1, 3)]


@pytest.mark.parametrize("box", BOXES, ids=str)
def test_coefficients_of_one_sign_show_the_sign(box: Interval) -> None:
    draw = random.Random(str(box))
    shown = 0
    for _ in range(400):
        p = [Fraction(draw.randrange(-3, 9)) for _ in range(draw.randrange(1, 6))]
        found = positive_coefficients(p, box)
        if all(c >= 0 for c in found):
            low = Fraction(-9) if box.lo is None else box.lo
            high = Fraction(9) if box.hi is None else box.hi
            values = [_polynomial(p, low + (high - low) * k / 24) for k in range(25)]
            assert min(values) >= 0, (p, box)
            strict = any(c > 0 for c in found)
            assert not strict or sum(v > 0 for v in values) >= 20
            shown += 1
    assert shown > 20


def test_bernstein_coefficients_are_these() -> None:
    one, two = Fraction(1), Fraction(2)
    assert positive_coefficients([one, -two, one], closed(0, 1)) == [1, 0, 0]
    assert positive_coefficients([Fraction(0), one, Fraction(0)], closed(1, 3)) == [1, 2, 3]
    assert positive_coefficients([one, Fraction(0), one], Interval()) == [1, 0, 1]
    assert positive_coefficients([one, one, one], Interval()) == [-1]
    assert positive_coefficients([Fraction(0), one], closed(None, 2)) == [2, -1]


COEFFICIENTS = [
    ("x^3 - 2*x + 5", [5, -2, 0, 1]), ("(x - 1)^2", [1, -2, 1]), ("7 + 0*x", [7]), ("x", [0, 1]),
    ("x + 1/x", None), ("sqrt(x)", None), ("x*y", None), ("exp(x)", None), ("x^2 + exp(x)", None),
    ("x^2*x^(1/3)", None), ("x*w", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), COEFFICIENTS)
def test_coefficients(text: str, wanted: list[int] | None) -> None:
    assert coefficients(_e(text), _e("x")) == wanted


HESSIANS = [
    ("x^2 - 3*x*y + 5*y^2 + x - 2", [[2, -3], [-3, 10]]), ("x*y", [[0, 1], [1, 0]]),
    ("3*x + 1", [[0, 0], [0, 0]]), ("x^3", None), ("x^2*y", None), ("x*y*p", None),
    ("x^2/y", None), ("x^2 + exp(y)", None), ("p*x^2", None), ("p*x + exp(p)", [[0, 0], [0, 0]]),
    ("x^(3/2)", None), ("1/x", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), HESSIANS)
def test_hessians_of_quadratics(text: str, wanted: list[list[int]] | None) -> None:
    assert hessian_of_quadratic(_e(text), [_e("x"), _e("y")]) == wanted


GRAMS = [
    ("x^2 - 3*x*y + 4*x + 7", [[1, Fraction(-3, 2), 2], [Fraction(-3, 2), 0, 0], [2, 0, 7]]),
    ("x^2 + p", None), ("p*x", None), ("x^3", None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), GRAMS)
def test_gram_matrices_of_quadratics(text: str, wanted: list[list[Fraction]] | None) -> None:
    assert gram_of_quadratic(_e(text), [_e("x"), _e("y")]) == wanted


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("x^2 + x*y", True), ("x + exp(y)", False), ("x + exp(p)", True), ("x + 1/x", False),
        ("x^(1/3)", False), ("x*(1 + 1/x)", False), ("p^(1/2)*x", True), ("x/p", True),
        ("sqrt(x^2)", False),
    ],
)  # fmt: skip
def test_polynomials_in_a_block(text: str, is_one: bool) -> None:
    x, y = _e("x"), _e("y")
    assert isinstance(x, Symbol)
    assert isinstance(y, Symbol)
    assert is_polynomial(_e(text), (x, y)) is is_one


def test_psd_matrices_are_told_by_their_minors() -> None:
    entries = [Fraction(k) for k in (-1, 0, 1, 2)]
    for a, b, c, d, e, g in itertools.product(entries, repeat=6):
        m = [[a, b, c], [b, d, e], [c, e, g]]
        pairs = (a * d - b * b, a * g - c * c, d * g - e * e)
        det = a * (d * g - e * e) - b * (b * g - e * c) + c * (b * e - d * c)
        assert is_psd(m) is (min(a, d, g, *pairs, det) >= 0)
        assert is_psd(m, definite=True) is (min(a, pairs[0], det) > 0)
