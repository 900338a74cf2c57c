"""Equations below a loss: conditions, what follows from them, and their solutions."""

from __future__ import annotations

import pytest

import lossmith as ls
from lossmith.evidence.lines.equalities import replayed_lines

RIDGE = ["L = norm2(X*w - y)^2 + lam*norm2(w)^2", "grad = 2*X'*(X*w - y) + 2*lam*w", "grad = 0"]


def test_an_equation_that_says_the_same_as_the_condition_is_right_and_replays():
    found = ls.check([*RIDGE, "(X'*X + lam*eye)*w = X'*y"])
    assert found.lines[-1].outcome in ("ok", "shown")
    assert "same as the condition" in found.lines[-1].notes[0].en
    assert list(replayed_lines(found.to_json()))


@pytest.mark.parametrize("line", ["(X'*X - lam*eye)*w = X'*y", "(X'*X + lam*eye)*w = -X'*y"])
def test_an_equation_that_the_solution_does_not_satisfy_is_wrong_and_replays(line):
    found = ls.check([*RIDGE, line])
    assert found.lines[-1].outcome == "wrong"
    assert list(replayed_lines(found.to_json()))


def test_the_normal_equations_without_a_word_of_the_gradient_are_a_condition():
    found = ls.check(["L = norm2(X*w - y)^2", "X'*X*w = X'*y", "w = inv(X'*X)*X'*y"])
    assert [j.outcome for j in found.lines[:2]] == ["definition", "condition"]
    assert found.lines[2].outcome in ("ok", "shown")


def test_a_value_that_does_not_make_the_derivative_zero_is_remarked_and_not_called_wrong():
    found = ls.check(["f = (x - a)^2", "f' = 2*(x - a)", "x = -a"])
    assert found.lines[-1].outcome == "condition"
    assert "does not make" in found.lines[-1].notes[0].en
    right = ls.check(["f = (x - a)^2", "f' = 2*(x - a)", "x = a"])
    assert right.lines[-1].outcome == "ok"


@pytest.mark.parametrize(("value", "outcome"), [("sum(y)/n", "ok"), ("sum(y)", "wrong")])
def test_a_hat_names_the_solution(value, outcome):
    lines = ["J = sum(i, (y_i - mu)^2)", "dJ/dmu = -2*sum(i, y_i - mu)", f"mu_hat = {value}"]
    assert ls.check(lines).lines[-1].outcome == outcome


def test_a_system_is_not_judged_by_one_of_its_conditions():
    lines = [
        "S(a, b) = sum(i, (y_i - a - b*x_i)^2)", "dS/da = -2*sum(i, y_i - a - b*x_i)", "dS/da = 0",
        "dS/db = -2*sum(i, x_i*(y_i - a - b*x_i))", "dS/db = 0", "a = mean(y) - b*mean(x)",
        "b*sum(x.^2) + a*sum(x) = sum(x.*y)",
    ]  # fmt: skip
    assert ls.check(lines).first_wrong is None


LEAST_SQUARES = ["L = 1/2*norm2(X*w - y)^2", "dL/dw = X'*(X*w - y)"]


def test_a_zero_on_the_left_says_what_a_zero_on_the_right_says():
    for zero in ("0 = X'*X*w - X'*y", "X'*X*w - X'*y = 0"):
        found = ls.check([*LEAST_SQUARES, zero, "w = inv(X'*X)*X'*y"])
        assert found.lines[2].outcome == "condition"
        assert "gradient is 0" in found.lines[2].notes[0].en
        assert found.lines[3].outcome in ("ok", "shown")
        assert found.lines[2].line.text == zero


@pytest.mark.parametrize("zero", ["0 = X'*X*w + X'*y", "X'*X*w + X'*y = 0"])
def test_an_equation_whose_solution_leaves_the_gradient_nonzero_is_wrong_and_replays(zero):
    found = ls.check([*LEAST_SQUARES, zero])
    assert found.lines[2].outcome == "wrong"
    assert list(replayed_lines(found.to_json()))


def test_an_equation_that_one_of_several_solutions_satisfies_is_not_called_wrong():
    assert ls.check(["f = x^3 - 3*x", "f' = 3*x^2 - 3", "x - 1 = 0"]).first_wrong is None
    assert ls.check(["f = x^3 - 3*x", "f' = 3*x^2 - 3", "x - 2 = 0"]).first_wrong is not None


@pytest.mark.parametrize(
    "lines",
    [
        ["L = sum(log(1+exp(-y.*(X*w))))", "z = X*w", "dL/dz = -y./(1+exp(y.*z))"],
        ["L = norm2(X*w - y)^2 + lam*norm2(w)^2", "r = X*w - y", "dL/dr = 2*r"],
        [
            "L = log(1 - 1/(1+exp(-(w*x+b))))",
            "z = w*x + b",
            "a = 1/(1+exp(-z))",
            "dL/da = -1/(1-a)",
        ],
    ],
)
def test_a_name_given_to_a_part_after_the_formula_can_be_differentiated_by(lines):
    assert ls.check(lines).lines[-1].outcome == "ok"
    wrong = [*lines[:-1], lines[-1].replace("= ", "= 3*")]
    assert ls.check(wrong).lines[-1].outcome == "wrong"


def test_a_name_that_stands_for_no_part_of_the_formula_is_not_differentiated_by():
    lines = ["L = sum(log(1+exp(X*w))) - w'*X'*y", "z = X*w", "dL/dz = sigmoid(z) - y"]
    assert ls.check(lines).lines[-1].outcome == "unread"


GAUSSIAN = [
    "l(mu, s) = -n/2*log(2*pi*s^2) - sum(i, (x_i - mu)^2)/(2*s^2)",
    "dl/dmu = sum(i, x_i - mu)/s^2", "dl/dmu = 0", "mu_hat = sum(x)/n",
    "dl/d(s^2) = -n/(2*s^2) + sum(i, (x_i - mu)^2)/(2*s^4)", "dl/d(s^2) = 0",
]  # fmt: skip


@pytest.mark.parametrize(("size", "right"), [("n", True), ("(n - 1)", False)])
def test_the_variance_solves_the_condition_by_the_square_of_a_deviation(size, right):
    found = ls.check([*GAUSSIAN, f"s_hat^2 = sum(i, (x_i - mu_hat)^2)/{size}"])
    assert (found.first_wrong is None) == right
    assert [j.outcome for j in found.lines[:6]].count("ok") == 3
    assert list(replayed_lines(found.to_json()))


def test_a_slope_by_a_square_is_no_second_derivative():
    lines = ["f = a*log(s^2)", "df/ds^2 = a/s^2", "d2f/ds2 = -2*a/s^2", "d2f/d(s^2)^2 = -a/s^4"]
    assert [j.outcome for j in ls.check(lines).lines] == ["definition", "ok", "ok", "ok"]


def test_a_second_derivative_by_one_entry_is_on_the_diagonal():
    lines = ["L = sum(i, (x_i'*w - y_i)^2)", "d2L/dw_j2 = 2*sum(i, x_ij^2)"]
    assert ls.check(lines).lines[-1].outcome == "ok"
    assert ls.check([lines[0], "d2L/dw_j2 = sum(i, x_ij^2)"]).lines[-1].outcome == "wrong"


def test_a_value_at_the_solution_is_right_with_the_solution_put_in():
    lines = ["D = sum(i, (x_i - a)^2)", "dD/da = -2*sum(i, x_i) + 2*n*a", "a = mean(x)"]
    right = ls.check([*lines, "D = sum(i, x_i^2) - n*mean(x)^2"])
    assert right.lines[-1].outcome == "ok"
    assert "solution above" in right.lines[-1].notes[-1].en
    assert ls.check([*lines, "D = sum(i, x_i^2) - mean(x)^2"]).first_wrong is not None
    assert list(replayed_lines(right.to_json()))


def test_a_function_without_a_written_variable_can_be_taken_at_a_number():
    lines = ["g = x^3 - 2*x", "g'(1) = 1", "g''(2) = 12", "g(1) = -1"]
    assert ls.check(lines).first_wrong is None
    for wrong in ("g'(1) = 2", "g''(2) = 8", "g(1) = 1"):
        assert ls.check([lines[0], wrong]).first_wrong is not None
    lines = ["g = sum(i, a_i*exp(b_i*x))", "g' = sum(i, a_i*b_i*exp(b_i*x))"]
    assert ls.check([*lines, "g''(0) = sum(i, a_i*b_i^2)"]).lines[-1].outcome == "ok"


def test_a_divergence_is_one_number_whatever_stands_in_its_brackets():
    lines = [r"\mathrm{KL}(p\|q) = \log\frac{s}{r} + \frac{r^2 + (m-k)^2}{2s^2} - \frac12",
             r"\frac{\partial \mathrm{KL}}{\partial m} = \frac{m-k}{s^2}"]  # fmt: skip
    assert ls.check(lines).lines[-1].outcome == "ok"


def test_a_primed_matrix_is_its_transpose_and_no_derivative():
    lines = ["P = X*inv(X'*X)*X'", "P' = P"]
    assert ls.check(lines).lines[-1].outcome == "ok"
    assert ls.check(["P = X*A*X'", "P' = P"]).lines[-1].outcome in ("wrong", "conditional")


def test_a_word_between_two_statements_of_a_latex_row_parts_them():
    text = r"$$p = \sigma(2z)$$ $$\frac{dp}{du} = p(1-p) \quad \text{where } u = 2z$$"
    assert [j.outcome for j in ls.check(text).lines] == ["definition", "ok", "definition"]


NETWORK = r"""
$$z_1 = W_1 x + b_1, \quad a_1 = \sigma(z_1), \quad z_2 = w_2^\top a_1 + b_2, \quad \hat y = \sigma(z_2)$$
$$L = -y\log\hat y - (1-y)\log(1-\hat y)$$
$$\delta_2 = \frac{\partial L}{\partial z_2} = \hat y - y$$
$$\frac{\partial L}{\partial w_2} = \delta_2 a_1$$
$$\delta_1 = \frac{\partial L}{\partial z_1} = \delta_2\, w_2 \odot a_1 \odot (1-a_1)$$
$$\frac{\partial L}{\partial W_1} = \delta_1 x^\top$$
"""  # noqa: E501


def test_backpropagation_by_named_errors_is_right_and_a_lost_slope_is_found():
    assert {j.outcome for j in ls.check(NETWORK).lines} == {"definition", "ok"}
    lost = ls.check(NETWORK.replace(r" \odot a_1 \odot (1-a_1)", r" \odot a_1"))
    assert lost.first_wrong is not None


def test_a_line_in_a_name_whose_definition_cannot_be_read_is_no_wrong_line():
    lines = ["z = foo(x) + b", "L = z^2", "dL/db = 2*z"]
    assert [j.outcome for j in ls.check(lines).lines] == ["unread"] * 3


def test_a_slope_that_is_a_vector_for_each_index_is_read_by_its_entries():
    lines = ["p_i = sigmoid(x_i'*w)", "dp_i/dw = p_i*(1-p_i)*x_i"]
    assert ls.check(lines).lines[-1].outcome == "ok"
    assert ls.check([lines[0], "dp_i/dw = p_i*x_i"]).lines[-1].outcome == "wrong"


def test_responsibilities_with_two_open_indices_keep_the_order_of_their_left_side():
    lines = [
        r"\ell = \sum_{i=1}^n \log \sum_{k=1}^K \pi_k e^{-\frac12 (x_i - \mu_k)^2}",
        r"r_{ik} = \frac{\pi_k e^{-\frac12 (x_i-\mu_k)^2}}"
        r"{\sum_{l=1}^K \pi_l e^{-\frac12 (x_i-\mu_l)^2}}",
        r"\frac{\partial \ell}{\partial \mu_k} = \sum_{i=1}^n r_{ik} (x_i - \mu_k)",
        r"\mu_k = \frac{\sum_i r_{ik} x_i}{\sum_i r_{ik}}",
    ]  # fmt: skip
    found = ls.check(lines)
    assert [j.outcome for j in found.lines] == ["definition", "definition", "ok", "condition"]
    assert not found.lines[-1].notes
    wrong = ls.check([*lines[:2], lines[2].replace("(x_i - ", "(x_i + ")])
    assert wrong.lines[-1].outcome == "wrong"


def test_an_equation_for_the_value_of_the_function_is_not_held_against_its_slope():
    lines = ["f(x) = x^2 - 2", "f'(x) = 2*x"]
    for root in ("x^2 - 2 = 0", "x^2 = 2", "x^2 - 2 = 7"):
        assert ls.check([*lines, root]).first_wrong is None
    assert ls.check([*lines, "2*x + 6 = 0"]).first_wrong is not None
