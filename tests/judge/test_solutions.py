"""Solutions below the gradient of a loss that was given beside the lines."""

from __future__ import annotations

import lossmith as ls


def test_a_solution_is_held_against_the_gradient_of_the_loss_that_was_given():
    lines = ["g = x^2 - x", "= 0"]
    asked = {"of": "x^3/3 - x^2/2", "wrt": "x"}
    right = ls.check([*lines, "x = 1"], **asked)
    assert [j.outcome for j in right.lines] == ["ok", "condition", "ok"]
    wrong = ls.check([*lines, "x = 2"], **asked).first_wrong
    assert wrong is not None
    assert wrong.line.number == 3


def test_what_a_gradient_uses_may_be_defined_below_it():
    asked = {"of": "0.5*norm2(X*w - y)^2", "wrt": "w"}
    found = ls.check(["g = X'*r", "r = X*w - y"], **asked)
    assert [j.outcome for j in found.lines] == ["ok", "definition"]
