"""Marks whose plain reading is not what people mean by them: read as they do, or refused."""

from __future__ import annotations

import pytest

from lossmith.errors import ParseError
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text


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


@pytest.mark.parametrize(
    ("typed", "declare", "same"),
    [
        ("1/2 x^T Q x + c^T x", "", "x'*Q*x/2 + c'*x"),
        ("3/4 (x + 1)^2", "x: scalar", "(3/4)*(x + 1)^2"),
        ("xᵀAx / xᵀBx", "", "(x'*A*x)/(x'*B*x)"),
        ("y / 2x", "x, y: scalar", "y/(2*x)"),
        ("sum_i (y_i - beta_0 - beta_1 x_i)^2", "", "sum(i, (y[i] - beta_0 - beta_1*x[i])^2)"),
        ("Σᵢ [yᵢ − xᵢ]²", "", "sum(i, (y[i] - x[i])^2)"),
        ("2*[x + 1]^2", "x: scalar", "2*(x + 1)^2"),
        ("log|A| + x'*inv(A)*x", "A: pd", "logdet(A) + x'*inv(A)*x"),
        ("sum(log|X|)", "X: matrix", "sum(log(abs(X)))"),
        ("log|x|", "x: scalar", "log(abs(x))"),
        ("y.T @ np.linalg.inv(K + s * np.eye(n)) @ y", "K: matrix(n, n)", "y'*inv(K + s*eye)*y"),
    ],
)
def test_spaces_and_brackets_say_what_belongs_together(typed: str, declare: str, same: str) -> None:
    assert parse(typed, declare).expr is parse(same, declare).expr


@pytest.mark.parametrize("typed", ["1/2x", "1 / 2 x", "exp(x)/2 y", "[x, y]", "1/n log(x)"])
def test_what_spaces_leave_open_is_refused(typed: str) -> None:
    with pytest.raises(ParseError):
        parse(typed, "x, y: scalar")
