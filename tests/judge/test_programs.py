"""A gradient function in Python against its loss function."""

from __future__ import annotations

import pytest

from lossmith.errors import UsageError
from lossmith.workbench.checking import check_program

CODE = """
import numpy as np

def loss(w, X, y):
    r = X @ w - y
    return 0.5 * np.sum(r ** 2)

def grad(w, X, y):
    return X.T @ (X @ w - y)

def by_loop(w, X, y):
    g = np.zeros_like(w)
    i = 0
    while i < len(y):
        g += (X[i] @ w - y[i]) * X[i]
        i += 1
    return g

def doubled_by_loop(w, X, y):
    return 2 * by_loop(w, X, y)

def reversed_sign(w, X, y):
    return X.T @ (y - X @ w)

def stretched(w, X, y):
    r = X @ w.reshape(-1, 1) - y
    return X.T @ r.sum(axis=1)

def column(w, X, y):
    return (X.T @ (X @ w - y)).reshape(-1, 1)

def stretched_loss(w, X, y):
    return np.sum((X @ w.reshape(-1, 1) - y) ** 2)

def array_loss(w, X, y):
    return X @ w - y

def total(W, x):
    return np.sum(W @ x)

def rows_for_columns(W, x):
    return np.ones(W.shape[0]) @ W.T
"""


BROADCAST = "    r = X @ w.reshape(-1, 1) - y"


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "grad.py"
    path.write_text(CODE, encoding="utf-8")
    return str(path)


def last(target, names):
    return check_program(f"{target}:{names}").lines[-1]


def test_a_gradient_that_can_be_read_is_proved(target):
    assert last(target, "loss,grad").outcome == "ok"


def test_a_gradient_with_a_loop_is_shown_by_numbers_and_not_called_proved(target):
    j = last(target, "loss,by_loop")
    assert j.outcome == "shown"
    assert "not proved" in j.notes[0].en


def test_the_first_entry_that_differs_is_told_with_the_factor(target):
    j = last(target, "loss,doubled_by_loop")
    assert j.outcome == "wrong"
    assert j.truth is not None
    assert j.truth.status == "shown"
    assert "entry (0,)" in j.explanations[0].words.en
    assert "2 times" in j.explanations[1].words.en


def test_a_reversed_sign_is_refuted_exactly(target):
    j = last(target, "loss,reversed_sign")
    assert j.truth is not None
    assert j.truth.status == "refuted"
    assert j.explanations[-1].slip == "sign-of-whole"


def test_silent_broadcasting_comes_before_any_number(target):
    j = last(target, "loss,stretched")
    assert j.outcome == "wrong"
    assert j.explanations[0].slip == "silent-broadcasting"
    assert f"line {CODE.splitlines().index(BROADCAST) + 1}:" in j.explanations[0].words.en
    assert check_program(f"{target}:stretched_loss,grad").lines[0].outcome == "wrong"


def test_a_shape_that_is_not_that_of_the_variable_is_told(target):
    j = last(target, "loss,column")
    assert j.shape is not None
    assert j.shape.status == "refuted"
    assert "(4, 1)" in j.shape.words.en


def test_shapes_that_do_not_fit_are_no_crash(target):
    assert last(target, "total,rows_for_columns").outcome == "wrong"


def test_a_loss_that_is_an_array_is_refused(target):
    assert check_program(f"{target}:array_loss,grad").lines[0].outcome == "wrong"


def test_a_missing_function_is_told(target):
    with pytest.raises(UsageError, match="no function nothing"):
        check_program(f"{target}:loss,nothing")
