"""The structure of a Hessian, told with what it saves."""

from __future__ import annotations

import pytest

import lossmith as ls
from lossmith.emit.cost import cost_text, order_text, product_cost, term
from lossmith.view.structure import row


def told(text: str, declare: str, wrt: str) -> tuple[str, str]:
    hessian = ls.objective(text, declare, wrt=wrt).hessian
    made = row(hessian.structure)  # type: ignore[union-attr]
    return made.text.en, made.more[0].en


@pytest.mark.parametrize(
    ("text", "declare", "wrt", "kind", "costs"),
    [
        ("norm2(X*w - y)^2 + lam*norm2(w)^2", "X: matrix(m, n)", "w", "c X'X +",
         ["H v: 2mn + m + n", "(dense n²)", "m x m if m < n", "order n³"]),
        ("normF(T - U*V')^2", "T: matrix(m, n); U: matrix(m, k); V: matrix(n, k)", "U",
         "a Kronecker product with an identity",
         ["H v: k²m", "(dense k²m²)", "a system for each side, order k³ + k²m (dense k³m³)"]),
        ("sum(exp(x))", "x: vector(n)", "x", "diagonal", ["H v: n ", "divisions, order n"]),
        ("x'*A*x", "x: vector(n); A: matrix(n, n)", "x", "dense", ["H v: n²", "order n³"]),
        ("sum(i, logsumexp(Z[i,:])) + normF(Z)^2", "Z: matrix(m, k)", "Z", "a block for each row",
         ["H v: k²m + km", "order k³m"]),
    ],
)  # fmt: skip
def test_the_row_names_kind_and_costs(
    text: str, declare: str, wrt: str, kind: str, costs: list[str]
) -> None:
    first, second = told(text, declare, wrt)
    assert first.startswith(kind)
    for part in costs:
        assert part in second


def test_the_chinese_row_holds_no_english_word() -> None:
    made = row(ls.objective("norm2(x)^3", "x: vector(n)").hessian.structure)  # type: ignore[union-attr]
    assert "稠密" in made.more[0].zh
    assert "dense" not in made.more[0].zh


def test_costs_are_polynomials_with_the_largest_powers_first() -> None:
    cost = (*term("n", "m"), *term("m", "n", count=2), *term("n", 4), *term(3))
    assert cost_text(cost) == "3mn + 4n + 3"
    assert order_text((*term("n", "n", "n"), *term("n", "k"), *term("n"))) == "n³ + kn"


def test_a_diagonal_costs_as_many_multiplications_as_it_has_entries() -> None:
    s = ls.objective("sum(x.^4)", "x: vector(5)").hessian.structure  # type: ignore[union-attr]
    assert cost_text(product_cost(s)) == "5"
