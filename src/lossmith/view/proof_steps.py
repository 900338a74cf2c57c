"""How one identity of a proof reads: the rows by their formulas, the steps by what they do."""

from __future__ import annotations

from typing import Final

from lossmith.rules.table import RULES
from lossmith.words import Words

_ROWS: Final = {row.name: row.words for row in RULES}

_STEPS: Final[dict[str, Words]] = {
    "values": Words("the cases of a label, told apart", "按标签的取值分情形"),
    "cards": Words("functions written out by their definitions", "把函数按定义写开"),
    "broadcasts": Words(
        "a function of one number, repeated, is one number repeated",
        "重复的数取函数值后仍是重复的数",
    ),
    "exponentials": Words("exponents added: eᵃ⁺ᵇ = eᵃeᵇ", "指数相加：eᵃ⁺ᵇ = eᵃeᵇ"),
    "logarithms": Words("logarithms of products and powers parted", "把积与幂的对数拆开"),
    "cases": Words("the cases of a label, told apart", "按标签的取值分情形"),
    "angles": Words("the addition theorems of sin and cos", "正弦与余弦的和角公式"),
    "absolutes": Words("signs and factors taken out of absolute values", "把符号与因子提出绝对值"),
    "products": Words("multiplied out", "把乘积展开"),
    "squares": Words("squares of sums written as one sum", "把和的平方写成一个和"),
    "powers": Words("powers of one base brought together", "合并同底数的幂"),
    "fractions": Words("fractions cancelled", "约分"),
    "declared": Words("by what is declared of the entries", "由所声明的取值"),
    "inverses": Words("(AB)⁻¹ = B⁻¹A⁻¹", "(AB)⁻¹ = B⁻¹A⁻¹"),
    "cancelled": Words("A⁻¹A = I", "A⁻¹A = I"),
}


def step_words(name: str) -> Words:
    """Return what a step to the normal form does."""
    return _STEPS.get(name, Words(name, name))


def row_words(name: str) -> Words:
    """Return the formula of a row of the tables."""
    return _ROWS.get(name, Words(name, name))
