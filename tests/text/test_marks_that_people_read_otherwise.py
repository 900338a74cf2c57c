"""Marks whose plain reading is not what people mean by them: read as they do, or refused."""

from __future__ import annotations

import pytest

from lossmith.errors import ParseError
from lossmith.text.parse import parse
from lossmith.text.printing import to_text


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        (r"\|Y - W^{(2)} W^{(1)} X\|_F^2", "normF(W_2*W_1*X - Y)^2"),
        (r"\|w - w^{(0)}\|^2", "norm2(w - w_0)^2"),
        (r"\beta e^{(n)}", "beta*exp(n)"),
        (r"\sum_i (\theta^\top x^{(i)} - y^{(i)}) x_j^{(i)}", "X'*(X*theta - y)"),
        (r"\sum_i (\theta^\top x^{(i)} - y^{(i)}) x^{(i)}_j", "X'*(X*theta - y)"),
        (r"\sum_{i,j} (W^{(2)}_{ij})^2", "normF(W_2)^2"),
        ("np.max(X, 0).sum()", "sum(maxentry(X'))"),
        ("np.min(X, -1).sum()", "sum(minentry(X))"),
        ("np.amax(x, 0)", "maxentry(x)"),
        ("np.maximum(x, 0)", "max(x, 0)"),
        ("torch.max(x, y)", "max(x, y)"),
        ("sum_{i != j} x_i*x_j", "sum(x)^2 - norm2(x)^2"),
        ("sum_i x_i*sum_{j != i} x_j", "x'*(sum(x) - x)"),
        ("(x!)!", "exp(lgamma(1 + exp(lgamma(x + 1))))"),
    ],
)
def test_it_is_read_in_the_usual_way(text: str, reading: str) -> None:
    assert to_text(parse(text).expr) == reading


@pytest.mark.parametrize(
    ("text", "declare"),
    [
        ("x!!", ""),
        ("f'(x)", ""),
        ("x^{(2)} + 1", ""),
        ("x^{(i)} + y", ""),
        ("sin2x + 1", ""),
        ("exp2x + x", ""),
    ],
)
def test_it_is_refused_where_two_readings_are_possible(text: str, declare: str) -> None:
    with pytest.raises(ParseError):
        parse(text, declare)


def test_a_declared_name_is_read_as_it_is_declared() -> None:
    assert to_text(parse("sin2x + 1", "sin2x: scalar").expr) == "sin2x + 1"


def test_a_name_that_looks_like_a_function_is_one_name_and_said_to_be() -> None:
    formula = parse("lnx + x")
    assert [s.name for s in formula.symbols] == ["lnx", "x"]
    assert any("ln(x)" in n.en for n in formula.notes)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("3x_1x_2", "3*x_1*x_2"), ("w_1x_1 + w_2x_2", "w_1*x_1 + w_2*x_2"), ("a_12b_3", "a_12*b_3")],
)
def test_names_with_numbers_at_their_foot_stand_side_by_side_as_a_product(
    typed: str, meant: str
) -> None:
    assert parse(typed).expr is parse(meant).expr
