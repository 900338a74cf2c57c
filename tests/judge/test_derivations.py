"""Right derivations stand, wrong ones do not, and the slip behind a wrong line has its name."""

from __future__ import annotations

from random import Random

import pytest
from classroom import CLASSROOM
from derivations import KINKED, RIGHT, SHOWN, WRONG
from mutations import leads_there, mutants
from student_slips import SLIPS_OF_STUDENTS

import lossmith as ls
from lossmith.evidence.check import check
from lossmith.evidence.lines.difference import check_difference


def test_there_are_sixty_right_and_sixty_wrong_derivations():
    assert len(RIGHT) >= 60
    assert len(WRONG) >= 40  # by hand; as many again are made below


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_derivation_stands_and_every_line_is_proved(name):
    found = ls.check(RIGHT[name])
    assert found.status == "right", str(found)
    for j in found.lines:
        for judgment in (j.truth, j.follows):
            if judgment is not None and judgment.equality is not None:
                assert judgment.equality.proof is not None
                for certificate in judgment.equality.proof:
                    check(certificate)


@pytest.mark.parametrize("name", KINKED)
def test_a_kinked_derivative_is_proved_off_its_kinks_and_that_is_said(name):
    found = ls.check(KINKED[name])
    assert found.status == "right", str(found)
    assert "off the kinks" in str(found)


@pytest.mark.parametrize("name", SHOWN)
def test_a_line_that_is_true_but_for_a_kink_is_shown_and_not_called_proved(name):
    found = ls.check(SHOWN[name])
    assert found.status == "undecided"
    assert found.first_wrong is None


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_line_is_found_with_values_that_show_it(name):
    text, number, _ = WRONG[name]
    found = ls.check(text)
    assert found.first_wrong is not None, str(found)
    assert found.first_wrong.line.number == number
    truth = found.first_wrong.truth
    if truth is not None and truth.equality is not None:
        difference = truth.equality.difference
        if difference is not None:
            check_difference(difference)


@pytest.mark.parametrize("name", [n for n, (_, _, slips) in WRONG.items() if slips])
def test_a_wrong_line_is_called_by_its_slip(name):
    text, _, slips = WRONG[name]
    wrong = ls.check(text).first_wrong
    assert wrong is not None
    assert {x.slip for x in wrong.explanations} & set(slips), str(ls.check(text))


@pytest.mark.parametrize(("text", "number", "names"), SLIPS_OF_STUDENTS)
def test_a_slip_of_a_student_is_called_by_its_name_first(text, number, names):
    wrong = ls.check(text).first_wrong
    assert wrong is not None
    assert wrong.line.number == number
    assert wrong.explanations[0].slip in names, str(ls.check(text))


def test_no_mutant_is_accepted_and_nine_of_ten_get_the_name_that_leads_there_first():
    rng = Random(1)
    made = first = 0
    for text in RIGHT.values():
        for mutant in mutants(text, rng, 1):
            report = ls.check(mutant.text).report
            line = next(j for j in report.lines if j.line.number == mutant.line)
            assert line.outcome in ("wrong", "undecided", "condition"), mutant
            names = [x.slip for x in line.explanations if x.slip]
            made += 1
            # Another slip that makes exactly this line is as right as the planted one.
            first += bool(names) and (
                names[0] == mutant.slip or leads_there(names[0], line, report)
            )
    assert made >= 50
    assert first / made >= 0.9


def test_a_right_step_from_a_wrong_line_is_right_as_a_step():
    found = ls.check(["f = (x + 1)^2", "f = x^2 + 1", "f = 1 + x^2", "df/dx = 2*x"])
    assert [j.outcome for j in found.lines] == ["definition", "wrong", "carried", "carried"]


def test_a_line_that_returns_to_the_truth_is_right():
    found = ls.check(["f = (x + 1)^2", "f = x^2 + 1", "f = x^2 + 2*x + 1"])
    assert [j.outcome for j in found.lines] == ["definition", "wrong", "ok"]


def test_the_loss_can_be_given_beside_the_lines():
    found = ls.check("g = X'*(X*w - y)\ng = (X*w - y)*X", of="0.5*norm2(X*w-y)^2", wrt="w")
    assert [j.outcome for j in found.lines] == ["ok", "wrong"]
    assert found.first_wrong is not None
    assert "X' * (X*w - y)" in found.first_wrong.explanations[0].words.en


def test_a_gradient_written_as_a_row_is_right_and_its_layout_is_named():
    found = ls.check(["L = norm2(X*w - y)^2", "grad = 2*(X*w - y)'*X"])
    assert found.status == "right"
    assert "layout" in found.lines[1].notes[0].en


def test_a_transposed_matrix_derivative_is_named_so():
    found = ls.check(["f = tr(A*X)", "df/dX = A"], declare="A: matrix(m, n); X: matrix(n, m)")
    assert found.first_wrong is not None
    assert found.first_wrong.explanations[0].slip == "whole-transposed"


def test_a_line_that_cannot_be_read_is_told_and_the_others_are_judged():
    found = ls.check(["f = x^2", "f = x^^2", "df/dx = 2*x"])
    assert [j.outcome for j in found.lines] == ["definition", "unread", "ok"]
    assert found.lines[1].error is not None


def test_a_step_onto_a_smaller_domain_is_refuted_and_onto_a_larger_one_is_not():
    smaller = ls.check(["f = log(x^2)", "f = 2*log(x)"])
    assert smaller.status == "wrong"
    assert smaller.lines[1].outcome == "conditional"
    assert smaller.lines[1].explanations[0].slip == "missing-assumption"
    assert "x > 0" in smaller.lines[1].explanations[0].words.en
    larger = ls.check(["f = exp(log(x))", "f = x"])
    assert larger.status == "right"
    assert "more points" in larger.lines[1].notes[0].en


def test_up_to_a_constant_and_up_to_a_factor():
    declare = "s: scalar > 0; y: vector(n)"
    lines = [
        "J = sum(i, (y_i - mu)^2)/(2*s^2) + n*log(s)",
        "J = sum(i, (y_i - mu)^2)/(2*s^2) + const",
    ]
    assert ls.check(lines, wrt="mu", declare=declare).status == "right"
    assert ls.check(lines, wrt="s", declare=declare).status == "wrong"
    density = ["p = exp(-(x - mu)^2/2)/sqrt(2*pi)", "p ∝ exp(-(x - mu)^2/2)"]
    assert ls.check(density, wrt="x").status == "right"
    assert ls.check([density[0], "p ∝ exp(-(x - mu)^2)"], wrt="x").status == "wrong"


def test_maximizing_the_likelihood_is_minimizing_its_negative_logarithm():
    lik = "lik = p^7*(1-p)^3"
    declare = "p: scalar in (0, 1)"
    assert ls.check([lik, "maximize lik <=> minimize -log(lik)"], declare=declare).status == "right"
    assert ls.check([lik, "argmax lik = argmax log(lik)"], declare=declare).status == "right"
    wrong = ls.check([lik, "最大化 lik 等价于 最小化 log(lik)"], declare=declare)
    assert wrong.first_wrong is not None
    assert wrong.first_wrong.explanations[0].slip == "likelihood-sign"


def test_the_other_convention_of_convex_is_told_and_translated():
    found = ls.check("f = x^2\n二阶导数 > 0 的函数是凹函数\nf'' = 2\n")
    assert found.status == "right"
    assert "凸" in found.text("zh")
    assert "convention" in str(found)


def test_a_condition_is_no_claim_and_its_solution_is_held_against_it():
    lines = ["J = sum(i, (y_i - mu)^2)", "dJ/dmu = -2*sum(i, y_i - mu)", "dJ/dmu = 0"]
    right = ls.check([*lines, "sum(y) - n*mu = 0", "mu = sum(y)/n"])
    assert right.status == "right"
    assert [j.outcome for j in right.lines[2:]] == ["condition", "ok", "ok"]
    wrong = ls.check([*lines, "mu = sum(y)"])
    assert wrong.first_wrong is not None
    assert wrong.first_wrong.line.number == 4


def test_the_slip_behind_a_wrong_solution_is_named():
    lines = [
        "J = sum(i, (y_i - mu)^2)",
        "dJ/dmu = -2*sum(i, y_i - mu)",
        "dJ/dmu = 0",
        "mu = sum(y)",
    ]
    wrong = ls.check(lines).first_wrong
    assert wrong is not None
    assert wrong.explanations[0].slip == "size-dropped"


def test_an_index_n_of_a_sum_is_an_index_in_lines_that_forget_the_sum():
    lines = [r"E = \frac{1}{2}\sum_{n=1}^{N} (t_n - w^\top \phi_n)^2",
             r"\nabla E = -(t_n - w^\top \phi_n)\phi_n"]  # fmt: skip
    wrong = ls.check(lines).first_wrong
    assert wrong is not None
    assert wrong.explanations[0].slip == "sum-dropped"


def test_an_update_rule_is_no_claim():
    found = ls.check(["L = (x - 1)^2", "dL/dx = 2*(x - 1)", "x = x - eta*dL/dx"])
    assert [j.outcome for j in found.lines] == ["definition", "ok", "condition"]


def test_a_second_gradient_that_names_no_variable_is_read_as_the_one_that_it_is():
    lines = ["J = sum(i, (m*x_i + b - y_i)^2)", "grad = 2*sum(i, (m*x_i + b - y_i)*x_i)"]
    found = ls.check([*lines, "grad = 2*sum(i, m*x_i + b - y_i)"], wrt="m")
    assert found.status == "right"
    assert "by b" in found.report.notes[0].en
    assert ls.check([lines[0], "dJ/dm = 2*sum(i, m*x_i + b - y_i)"]).status == "wrong"


def test_a_forgotten_inner_derivative_is_not_read_as_the_derivative_by_another_variable():
    found = ls.check(["f = tanh(w*x + b)", "f' = 1 - tanh(w*x + b)^2"])
    assert found.first_wrong is not None
    assert found.first_wrong.explanations[0].slip in ("inner-factor-lost", "chain-broken-off")


def test_a_short_name_below_a_loss_is_checked_where_it_has_the_shape_of_the_derivative():
    softmin = ["L = -sum(y .* log(p)), p = softmax(-o)", "H = diag(p) - p*p'"]
    found = ls.check([*softmin, "H = sum(y)*(diag(p) - p*p')"])
    assert [j.outcome for j in found.lines] == ["definition", "definition", "wrong", "ok"]
    assert found.first_wrong is not None
    assert found.first_wrong.explanations[0].slip == "missing-assumption"
    square = ["L = 1/2*norm2(X*w - y)^2", "g = X'*(X*w + y)", "H = X*inv(X'*X)*X'"]
    outcomes = [j.outcome for j in ls.check(square).lines]
    assert outcomes == ["definition", "wrong", "definition"]


AS_WRITTEN = (
    (["J = 1/2*norm2(X*w - y)^2 + lam*norm1(w)", "grad = X*(X*w - y) + lam*sign(w)"],
     "transposed-factor"),
    (["J = 1/(2*n)*sum(i, (a*x_i - y_i)^2)", "dJ/da = 1/n*(a*x_i - y_i)*x_i"], "sum-dropped"),
    (["f = norm2(x)^2", "grad = 2*norm2(x)"], "chain-broken-off"),
    (["f = norm2(x - a)^2 - norm2(x)^2", "f = a*a' - 2*a'*x"], "order-of-product"),
    (["f = sqrt(1 + x^2) - 1", "f'' = 1/(1 + x^2)^(2/3)"], "quotient-exchanged"),
    (["L = (a*x - y)*b", "L = a*x - y*b"], "bracket-misplaced"),
    (["L = -(1-p)^2*log(p)", "dL/dp = 2*(1 - p)*log(p) - p^2/p"], "complement-forgotten"),
    (["L = 1/2*normF(X*W - Y)^2", "dL/dW = X'*(W - Y)"], "factor-dropped"),
)  # fmt: skip


@pytest.mark.parametrize(("lines", "name"), AS_WRITTEN)
def test_a_line_that_one_change_of_its_signs_makes_right_is_called_by_that_change(lines, name):
    wrong = ls.check(lines).first_wrong
    assert wrong is not None
    assert name in {x.slip for x in wrong.explanations}


def test_a_loss_is_not_taken_for_a_constant_defined_after_it():
    found = ls.check(["L = norm2(X*w - y)^2", "c = 1/2", "grad = 2*X'*(X*w - y)"])
    assert found.status == "right"


def test_products_of_derivatives_are_read_link_by_link():
    chain = ["z = x*w + b", "h = sigmoid(z)", "L = (h - y)^2"]
    right = ["dL/dw = dL/dh*dh/dz*dz/dw", "dL/db = dL/dh*dh/dz*dz/db"]
    assert ls.check([*chain, *right]).status == "right"
    wrong = ls.check([*chain, "dL/dw = dL/dh*dh/dz"])
    assert wrong.first_wrong is not None
    assert wrong.first_wrong.line.number == 4


def test_a_probability_is_read_as_one_and_that_is_said():
    found = ls.check(["L = p^k*(1-p)^(n-k)", "log(L) = k*log(p) + (n-k)*log(1-p)"])
    assert found.status == "right"
    assert "probability" in found.report.notes[0].en


def test_a_function_at_another_point_is_no_claim_about_the_function():
    found = ls.check(["f(x) = x^2 + 1", "f(2) = 5", "f(x + 1) = x^2 + 2*x + 2", "f(3) = 9"])
    assert [j.outcome for j in found.lines] == ["definition", "ok", "ok", "wrong"]


def test_two_cases_of_a_conditional_probability_are_two_quantities():
    lines = ["P(y = 1 | x) = sigmoid(z)", "P(y = 0 | x) = 1 - sigmoid(z)"]
    found = ls.check([*lines, "P(y = 0 | x) = sigmoid(-z)", "P(y=1|x) = sigmoid(-z)"])
    assert [j.outcome for j in found.lines] == ["definition", "definition", "ok", "wrong"]


def test_expressions_that_are_never_defined_together_are_not_equal():
    found = ls.check(["f = log(x)", "f = log(-x)"])
    assert found.lines[1].outcome == "wrong"


def test_both_layouts_of_a_jacobian_stand_and_the_other_one_is_named():
    found = ls.check(["z = A*x", "dz/dx = A", "dz/dx = A'"], declare="A: matrix(m, n)")
    assert found.status == "right"
    assert "layout" in found.lines[2].notes[0].en


def test_a_derivative_by_a_symmetric_matrix_may_tie_its_entries():
    declare = "S: matrix(d, d) symmetric; a: vector(d)"
    found = ls.check(["f = a'*S*a", "df/dS = 2*a*a' - diag(a.^2)"], declare=declare)
    assert found.status == "right"
    assert "move together" in found.lines[1].notes[0].en
    assert ls.check(["f = a'*S*a", "df/dS = 2*a*a'"], declare=declare).status == "wrong"


def test_functions_and_their_derivatives_are_read_inside_formulas():
    lines = [
        "f(x) = x*exp(x)", "f'(x) = (1 + x)*exp(x)", "f'(0) = 1", "g(x) = f(x)^2 + f(2*x)",
        "g'(x) = 2*f(x)*f'(x) + 2*f'(2*x)",
    ]  # fmt: skip
    assert ls.check(lines).status == "right"
    assert ls.check([*lines, "f'(0) = 2"]).lines[-1].outcome == "wrong"
    unit = ["z = w*x", "L = 1/2*(sigma(z) - y)^2", "dL/dw = (sigma(z) - y)*sigma'(z)*x"]
    assert ls.check(unit).status == "right"
    assert ls.check([*unit, "dL/dw = (sigma(z) - y)*sigma'(z)"]).status == "wrong"


def test_a_quantity_before_a_bracket_is_a_factor():
    found = ls.check(["s = sigmoid(z)", "ds/dz = s(1 - s)", "ds/dz = s(1 + s)"])
    assert [j.outcome for j in found.lines] == ["definition", "ok", "wrong"]


@pytest.mark.parametrize("name", CLASSROOM)
def test_no_right_line_of_the_classroom_is_called_wrong_or_left_unread(name):
    found = ls.check(CLASSROOM[name], source=name)
    outcomes = {j.outcome for j in found.lines}
    assert outcomes <= {"definition", "ok", "shown", "condition"}, str(found)


SAID = """
Note: maximising the likelihood is the same as *minimising the log-likelihood*.

最大化似然函数等价于最小化负对数似然。
"""


def test_a_sentence_on_the_likelihood_is_judged_in_words_too():
    found = ls.check(SAID, source="notes.md")
    assert [j.outcome for j in found.lines] == ["wrong", "ok"]
    assert found.lines[0].explanations[0].slip == "likelihood-sign"


def test_two_symmetric_matrices_that_would_save_a_line_are_named():
    wrong = ls.check(["f = normF(X' - A)^2", "df/dX = 2*X' - A - A'"],
                     declare="X, A: matrix(n, n)").first_wrong  # fmt: skip
    assert wrong is not None
    assert wrong.explanations[0].slip == "missing-assumption"


def test_a_product_of_wrong_order_in_latex_is_told_what_was_meant():
    lines = [r"L = \|Xw - y\|^2", r"\frac{\partial L}{\partial w} = 2(Xw-y)X"]
    wrong = ls.check(lines).first_wrong
    assert wrong is not None
    assert wrong.explanations[0].slip == "order-of-product"
    assert "X' * (X*w-y)" in wrong.explanations[0].words.en
