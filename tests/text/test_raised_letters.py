"""Raised letters are exponents: they were taken for the second letter of a name, in silence."""

from __future__ import annotations

import pytest

from lossmith.text.parse import parse


@pytest.mark.parametrize(
    ("raised", "plain"),
    [
        ("eˣ", "exp(x)"),
        ("e⁻ˣ", "exp(-x)"),
        ("e⁽ˣ⁺¹⁾", "exp(x + 1)"),
        ("xⁿ", "x^n"),
        ("x²ⁿ⁺¹", "x^(2*n + 1)"),
        ("xᵃᵇ", "x^(a*b)"),
        ("2*xᵏ*y", "2*x^k*y"),
        ("‖x‖ᵖ", "norm2(x)^p"),
        ("x⁻¹ + y²", "x^(-1) + y^2"),
        ("Σᵢ₌₁ⁿ xᵢ²", "sum(i, x[i]^2)"),
        ("wᵀx", "w'*x"),
    ],
)
def test_a_raised_letter_is_an_exponent(raised: str, plain: str) -> None:
    declared = "w: vector(n); x: vector(n)" if "wᵀ" in raised else ""
    assert parse(raised, declared).expr is parse(plain, declared).expr


@pytest.mark.parametrize(
    ("raised", "plain"),
    [(r"\log(1 + eˣ)", r"\log(1 + e^{x})"), (r"\frac{1}{2} xⁿ⁺¹", r"\frac{1}{2} x^{n+1}")],
)
def test_a_raised_letter_is_an_exponent_in_latex(raised: str, plain: str) -> None:
    assert parse(raised).expr is parse(plain).expr
