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


GRADIENTS = """
import numpy as np

def mse(w, X, y):
    return np.mean((X @ w - y) ** 2)

def without_n(w, X, y):
    return 2 * X.T @ (X @ w - y)

def without_two(w, X, y):
    return X.T @ (X @ w - y) / len(y)

def kept(w, X, y):
    return 2 / len(y) * X.T @ (X @ w - y).reshape(-1, 1)

def untransposed(w, X, y):
    return 2 * X @ (X @ w - y) / len(y)

def lasso(w, X, y, lam):
    return 0.5 * np.sum((y - X @ w) ** 2) + lam * np.sum(np.abs(w))

def by_one(w, X, y, lam):
    return -X.T @ (y - X @ w) + lam

def by_abs(w, X, y, lam):
    return -X.T @ (y - X @ w) + lam * np.abs(w)

def hinge(w, X, y):
    return np.sum(np.maximum(0, 1 - y * (X @ w)))

def without_indicator(w, X, y):
    return -X.T @ y

def logistic(w, X, y, lam):
    p = 1 / (1 + np.exp(-X @ w))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)) + 0.5 * lam * np.sum(w**2)

def without_penalty(w, X, y, lam):
    p = 1 / (1 + np.exp(-X @ w))
    return X.T @ (p - y) / len(y)

def with_slope_twice(w, X, y, lam):
    p = 1 / (1 + np.exp(-X @ w))
    return X.T @ ((p - y) * p * (1 - p)) / len(y) + lam * w

def huber(w, X, y):
    r = X @ w - y
    return np.sum(np.where(np.abs(r) <= 1, 0.5 * r**2, np.abs(r) - 0.5))

def without_sign(w, X, y):
    r = X @ w - y
    return X.T @ np.where(np.abs(r) <= 1, r, 1)

def softmax_loss(W, X, Y):
    E = np.exp(X @ W)
    return -np.sum(Y * np.log(E / E.sum(axis=1, keepdims=True)))

def softmax_grad(W, X, Y):
    E = np.exp(X @ W)
    return X.T @ (E / E.sum(axis=1, keepdims=True) - Y)

def line(w, b, X, y):
    return 0.5 * np.mean((X @ w + b - y) ** 2)

def entrywise(w, X, y):
    return 2 * X.T * (X @ w - y) / len(y)

def other_side(w, X, y):
    return -X.T @ (y * (y * (X @ w) > 1))

def network(W, v, x, y):
    return 0.5 * (v @ np.tanh(W @ x) - y)**2

def slope_of_tanh(W, v, x, y):
    h = np.tanh(W @ x); r = v @ h - y
    return r * np.outer(v * (1 - h), x), r * h

def two_gradients(w, b, X, y):
    r = X @ w + b - y
    return X.T @ r / len(y), np.sum(r)
"""

BUGS = (
    ("mse,without_n", "size-dropped"),
    ("mse,without_two", "power-factor-lost"),
    ("mse,kept", "axis-kept"),
    ("mse,untransposed", "order-of-product"),
    ("lasso,by_one", "slope-of-abs"),
    ("lasso,by_abs", "function-exchanged"),
    ("hinge,without_indicator", "indicator-dropped"),
    ("logistic,without_penalty", "term-dropped"),
    ("logistic,with_slope_twice", "factor-added"),
    ("huber,without_sign", "slope-of-abs"),
    ("softmax_loss,softmax_grad", "missing-assumption"),
    ("mse,entrywise", "entrywise-product"),
    ("hinge,other_side", "complement-forgotten"),
    ("network,slope_of_tanh", "slope-of-tanh"),
)


@pytest.fixture
def gradients(tmp_path):
    path = tmp_path / "gradients.py"
    path.write_text(GRADIENTS)
    return path


@pytest.mark.parametrize(("names", "slip"), BUGS)
def test_the_bug_of_a_gradient_function_is_named(gradients, names, slip):
    wrong = check_program(f"{gradients}:{names}").first_wrong
    assert wrong is not None
    assert next(x.slip for x in wrong.explanations if x.slip) == slip


def test_each_of_several_gradients_is_judged(gradients):
    found = check_program(f"{gradients}:line,two_gradients")
    assert [j.outcome for j in found.lines] == ["definition", "ok", "wrong"]
    assert found.lines[1].subject.wrt == ("w",)
    assert found.lines[2].subject.wrt == ("b",)
