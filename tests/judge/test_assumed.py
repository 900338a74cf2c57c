"""Assumptions among the lines are taken as declarations, and those that are none stay lines."""

from __future__ import annotations

import pytest

import lossmith as ls
from lossmith.judge.assumed import assumptions_in, split_assumption
from lossmith.judge.documents import read_any


@pytest.mark.parametrize(
    ("row", "left", "declared"),
    [
        ("assume sum(y) = 1", "", "y: simplex"),
        ("g = p - y, since sum(k, y_k) = 1", "g = p - y", "y: simplex"),
        ("g = p - y  (because 1'*y = 1)", "g = p - y", "y: simplex"),
        (r"= p - y \quad \text{with } \sum_{k=1}^K y_k = 1", r"= p - y \quad", "y: simplex"),
        (r"given \mathbf{1}^\top \pi = 1", "", "pi: simplex"),
        ("g = p - y，因为 y 的各分量之和为 1", "g = p - y", "y: simplex"),
        ("grad = 2*A*x, since A = A'", "grad = 2*A*x", "A: symmetric"),
        (r"= 2Ax \text{ since } A^\top = A", "= 2Ax", "A: symmetric"),
        ("由于 A 对称", "", "A: symmetric"),
        ("h = s*(1-s) where y_i^2 = 1", "h = s*(1-s)", "y: in {-1, 1}"),
        (r"with y_i \in \{-1, 1\}", "", "y: in {-1, 1}"),
    ],
)
def test_an_assumption_is_taken_off_its_row(row, left, declared):
    found, assumed = split_assumption(row)
    assert (found.strip(), assumed) == (left, declared)


@pytest.mark.parametrize(
    "row",
    [
        "L = sum(y.*log(p)), where p = softmax(z)", "with r = X*w - y", "since dL/dw = 0",
        "sum(y) = 1", "where sum(y) = 2", "given A = B'", "basis(y) = 1", "for i = 1",
    ],
)  # fmt: skip
def test_other_rows_are_left_as_they_are(row):
    assert split_assumption(row) == (row, "")


def test_sentences_between_formulas_assume_too():
    assert list(assumptions_in(r"With $\sum_k y_k = 1$ and since $A = A^T$ we get")) == [
        "y: simplex", "A: symmetric",
    ]  # fmt: skip
    assert list(assumptions_in("Here $S$ is symmetric, 对称矩阵 $B$")) == [
        "S: symmetric", "B: symmetric",
    ]  # fmt: skip
    for doubt in ("if $A$ is symmetric", "$A$ is not symmetric", "a non-symmetric $A$"):
        assert not list(assumptions_in(doubt))
    document = read_any("assume: A = A'\nf = x'*A*x")
    assert "A: symmetric" in document.declare
    assert document.notes


def test_a_line_is_right_under_the_assumption_and_wrong_without_it():
    lines = ["L = -sum(k, y_k*log(p_k)), p = softmax(z)", "dL/dz = p - y"]
    assert ls.check(lines).first_wrong is not None
    with_it = ls.check([lines[0], f"{lines[1]}   (since sum(y) = 1)"])
    assert with_it.lines[-1].outcome == "ok"
    assert any("entries ≥ 0" in note.en for note in with_it.report.notes)


def test_two_signs_are_two_lines():
    lines = ["f = x/(1+x^2)", "f' = (1-x^2)/(1+x^2)^2", "f' = 0", "x = ±1"]
    assert [j.outcome for j in ls.check(lines).lines][-2:] == ["ok", "ok"]
    assert ls.check([*lines[:3], "x = ±2"]).first_wrong is not None


@pytest.mark.parametrize("declare", ["", "o: vector(k)", "y: vector(k); o: vector(k)"])
@pytest.mark.parametrize("first", [(), ("y: vector(k)",)])
def test_an_assumption_adds_to_what_is_declared(first: tuple[str, ...], declare: str) -> None:
    lines = ["L = -sum(y.*log(softmax(o)))", "dL/do = softmax(o) - y  since sum(y) = 1"]
    report = ls.check([*first, *lines], declare=declare)
    assert report.lines[-1].outcome == "ok"
