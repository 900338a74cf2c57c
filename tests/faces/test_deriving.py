"""Questions people ask about derivatives, put to the command line."""

from __future__ import annotations

import json

import numpy as np
import pytest
from command_line import run

import lossmith as ls


def test_the_jacobian_of_a_layer_has_no_transpose():
    shown = run("jac", "sigmoid(H*w)", "--wrt", "w", "--layout", "both", "--shapes")
    assert "diag(s ⊙ (1 − s)) H,   s = σ(Hw)      (n, d)" in shown
    assert "Hᵀ diag(σ(Hw) ⊙ (1 − σ(Hw)))      (d, n)  axes of the variable first" in shown
    assert "σ(Hw)   (n,)" in shown


def test_the_softmax_jacobian_has_an_outer_product():
    shown = run("jac", "softmax(x)", "--shapes")
    assert "diag(p) − ppᵀ,   p = softmax(x)      (n, n)" in shown
    assert "softmax(x) softmax(x)ᵀ   (n, n)" in shown


def test_a_gradient_is_a_row_or_a_column():
    shown = run("grad", "norm2(X*w - y)^2", "--layout", "both")
    assert "(2Xᵀ(Xw − y))ᵀ      (1, d)" in shown
    assert "2Xᵀ(Xw − y)      (d, 1)" in shown
    assert ".grad" in shown


def test_the_gradient_by_a_matrix_in_numerator_layout_is_transposed():
    shown = run("grad", "tr(A*X)", "--wrt", "X", "--layout", "numerator")
    assert "numerator  A      (d, n)" in shown
    assert "denominator" not in shown


def test_a_third_derivative():
    shown = run("jac", "sum(x.^3)", "--wrt", "x", "--order", "3", "--json")
    found = json.loads(shown)["jacobian"]["x"]
    assert found["order"] == 1
    f = ls.objective("sum(x.^3)", wrt="x")
    third = f.jacobians(3)[("x",)]
    assert third.shape == ("n", "n", "n")
    value = third(x=np.array([1.0, 2.0]))
    assert value[1, 1, 1] == 6.0
    assert np.count_nonzero(value) == 2


@pytest.mark.parametrize("command", ["grad", "hess", "jac"])
def test_every_way_to_show_a_derivative_answers(command):
    for level in ("short", "full", "exam", "hint"):
        for notation in ("matrix", "index"):
            for lang in ("en", "zh"):
                args = ("--level", level, "--notation", notation, "--lang", lang)
                assert "∇" in run(command, "norm2(X*w - y)^2", *args)


def test_an_array_has_no_gradient_but_a_jacobian():
    shown = run("grad", "X*w", code=2)
    assert "number" in shown
    assert "X      (n, d)" in run("jac", "X*w", "--wrt", "w")
