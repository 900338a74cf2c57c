"""Systems of conditions: multipliers, several unknowns, equations said twice, matrices."""

from __future__ import annotations

import pytest

import lossmith as ls

RIDGE = (
    "J = mean((X*w - y).^2) + lam*w'*w",
    "grad = 2*X'*(X*w - y)/n + 2*lam*w",
    "0 = X'*(X*w - y) + n*lam*w",
    "(X'*X + n*lam*eye)*w = X'*y",
)
SHARES = (
    "L = sum(i, y_i*log(p_i)) + lam*(1 - sum(i, p_i))",
    "dL/dp_i = y_i/p_i - lam = 0",
    "p_i = y_i/lam",
    "sum(i, p_i) = 1",
)
LEAST = ("L = x'*x + lam*(1 - a'*x)", "dL/dx = 2*x - lam*a = 0", "x = lam*a/2")
LINE = (
    "L = sum((y - a - b*x).^2)",
    "x: vector(n); y: vector(n)",
    "dL/da = -2*sum(y - a - b*x) = 0",
    "dL/db = -2*sum(x.*(y - a - b*x)) = 0",
    "a = mean(y) - b*mean(x)",
)
PRECISION = ("P: matrix(d, d) pd", "A: matrix(d, d) pd", "L = -logdet(P) + tr(P*A)")


def outcome(*lines: str) -> str:
    return ls.check(list(lines)).lines[-1].outcome


@pytest.mark.parametrize(
    ("above", "line", "expected"),
    [
        (RIDGE, "w = inv(X'*X + n*lam*eye)*X'*y", "shown"),
        (RIDGE, "w = inv(X'*X + lam*eye)*X'*y", "wrong"),
        (SHARES[:3], "sum(i, p_i) = 1", "condition"),
        (SHARES, "lam = sum(i, y_i)", "ok"),
        (SHARES, "lam = 2*sum(i, y_i)", "wrong"),
        ((*SHARES, "lam = sum(i, y_i)"), "p_i = y_i/sum(k, y_k)", "ok"),
        (LEAST, "a'*x = 1", "condition"),
        (LEAST, "a'*x = 2", "wrong"),
        ((*LEAST, "a'*x = 1"), "lam = 2/(a'*a)", "ok"),
        ((*LEAST, "a'*x = 1"), "lam = 1/(a'*a)", "wrong"),
        (LINE, "b = (mean(x.*y) - mean(x)*mean(y))/(mean(x.^2) - mean(x)^2)", "shown"),
        (LINE, "b = (mean(x.*y) - mean(x)*mean(y))/mean(x.^2)", "wrong"),
    ],
)
def test_a_solution_of_a_system_is_held_against_the_equations_that_decide_it(
    above: tuple[str, ...], line: str, expected: str
) -> None:
    assert outcome(*above, line) == expected


def test_an_equation_after_a_solution_is_held_against_that() -> None:
    above = ("L = sum((X*w - y).^2)", "X'*X*w = X'*y", "w = inv(X'*X)*X'*y")
    assert outcome(*above, "X'*(X*w - y) = 0") == "ok"
    assert outcome(*above, "X'*(X*w - y) = 1") == "wrong"


def test_an_equation_for_a_matrix_is_judged_without_an_error() -> None:
    slope = "dL/dP = -inv(P) + A"
    assert outcome(*PRECISION, slope, "P*A = 2*eye") in ("wrong", "condition")
    assert outcome(*PRECISION, f"{slope} = 0", "P = inv(A)", "P*A = 2*eye") == "wrong"
    assert outcome(*PRECISION, f"{slope} = 0", "P = inv(A)", "P*A = eye") != "wrong"


def test_two_assumptions_may_stand_behind_one_word() -> None:
    line = "dL/dP = -inv(P) + A  since P = P' and A = A'"
    report = ls.check(["L = -logdet(P) + tr(P*A)", line])
    assert [j.outcome for j in report.lines] == ["definition", "ok"]
