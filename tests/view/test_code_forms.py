"""What code computes in place of the shown forms is told, one identity a line."""

from __future__ import annotations

import lossmith as ls
from lossmith.calculus.floats import changes
from lossmith.view.floats import in_code


def test_the_identities_of_the_code_are_told_where_they_are_used() -> None:
    f = ls.objective("sum(log(1 + exp(-y .* (X*w))))", "y: vector(n)", wrt="w")
    (row,) = in_code(changes([f.hessian.expr]))  # type: ignore[union-attr]
    assert row.text.en == "1 − σ(−y ⊙ Xw) = σ(y ⊙ Xw)   (1 − σ(z) = σ(−z))"


def test_a_row_that_is_used_twice_is_told_once() -> None:
    f = ls.objective("sum(tanh(z)) + tanh(t)", "z: vector(n); t: scalar", wrt="z, t")
    (row,) = in_code(changes(d.expr for d in f.gradients.values()))
    assert not row.more


def test_where_code_computes_what_is_shown_nothing_is_told() -> None:
    f = ls.objective("norm2(X*w - y)^2", wrt="w")
    assert in_code(changes([f.normalized, f.hessian.expr])) == []  # type: ignore[union-attr]
