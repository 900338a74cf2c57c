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


def test_the_inverse_function_has_the_inverse_derivative():
    f = ls.objective("x + x^3", wrt="x")
    d = f.inverse_derivatives()[("x",)]
    assert float(d(x=1.0)) == 0.25
    assert "inverse   1/(3x² + 1)" in run("jac", "x + x^3", "--inverse")
    declared = ("--declare", "A: matrix(n,n)", "--wrt", "x")
    assert "⁻¹      (n, n)" in run("jac", "A*tanh(x)", *declared, "--inverse")
    assert "no inverse derivative" in run("jac", "H*w", "--wrt", "w", "--inverse", code=2)


def test_gauss_newton_leaves_out_the_second_derivative_of_the_residual():
    shown = run("hess", "sum((tanh(X*w) - y).^2) + lam*norm2(w)^2", "--wrt", "w", "--gauss-newton")
    assert "Gauss-Newton  2Xᵀ diag((1 − tanh(Xw)²)²) X + 2λI" in shown


@pytest.mark.parametrize(
    ("text", "wrt"),
    [
        ("norm2(X*w - y)^2", "w"),
        ("sum(log(1 + exp(-y.*(X*w)))) + lam*norm2(w)^2", "w"),
        ("-sum(y.*log(softmax(W*x)))", "W"),
    ],
)
def test_gauss_newton_is_the_hessian_where_the_residual_is_affine(text, wrt):
    f = ls.objective(text, wrt=wrt)
    rng = np.random.default_rng(3)
    sizes = {"n": 4, "d": 3, "k": 2, "m": 4}
    values = {
        s.name: rng.uniform(0.2, 1.0, tuple(sizes[str(d)] for d in s.shape))
        for s in f.formula.symbols
    }
    whole, part = f.hessians[(wrt, wrt)](**values), f.gauss_newton()(**values)
    np.testing.assert_allclose(part, whole, rtol=1e-12)


def test_gauss_newton_agrees_with_the_squared_jacobian():
    f = ls.objective("norm2(W2*tanh(W1*x) - y)^2", wrt="W1")
    r = ls.objective("W2*tanh(W1*x) - y", wrt="W1")
    rng = np.random.default_rng(5)
    shapes = {"W2": (2, 3), "W1": (3, 4), "x": (4,), "y": (2,)}
    values = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    j = r.jacobian(**values).reshape(2, 12)
    found = f.gauss_newton()(**values).reshape(12, 12)
    np.testing.assert_allclose(found, 2 * j.T @ j, rtol=1e-12, atol=1e-12)


def test_gauss_newton_leaves_nothing_out_where_no_part_holds_the_variable():
    f = ls.objective("x'*exp(x)", wrt="x")
    x = np.array([0.3, -1.0])
    np.testing.assert_allclose(f.gauss_newton()(x=x), f.hessian(x=x), rtol=1e-14)


def test_the_stable_form_is_told_by_its_identities():
    shown = run(
        "code", "sum(max(x,0) - x.*z + log(1 + exp(-abs(x))))", "--wrt", "x", "--why-stable"
    )
    assert "relu(z) + softplus(−|z|) = softplus(z)" in shown
    assert "computed  Σᵢ (softplus(xᵢ) − xᵢzᵢ)" in shown
    overflow = run("code", "sum(log(1 + exp(-y.*(X*w))))", "--wrt", "w", "--why-stable")
    assert "exp overflows" in overflow


def test_a_kronecker_product_states_its_convention():
    shown = run("hess", "norm2(A*X*B - C)^2", "--wrt", "X")
    assert "2(AᵀA ⊗ BBᵀ)" in shown
    assert "A ⊗ B takes a move D to A D Bᵀ" in shown
    f = ls.objective("tr(A*X*B*X'*C)", wrt="X")
    rng = np.random.default_rng(7)
    shapes = {"A": (4, 3), "X": (3, 2), "B": (2, 2), "C": (3, 4)}
    values = {name: rng.standard_normal(shape) for name, shape in shapes.items()}
    a, b, c = values["A"], values["B"], values["C"]
    d = rng.standard_normal((3, 2))
    # CA ⊗ Bᵀ + AᵀCᵀ ⊗ B, by the convention
    np.testing.assert_allclose(f.hvp(d, **values), c @ a @ d @ b + a.T @ c.T @ d @ b.T, rtol=1e-12)
    kronecker = np.kron(c @ a, b.T) + np.kron(a.T @ c.T, b)
    np.testing.assert_allclose(f.hessian(**values).reshape(6, 6), kronecker, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dialect", ["text", "unicode", "latex", "python"])
def test_what_is_printed_in_a_dialect_is_read_back(dialect):
    formula = "norm2(X*w - y)^2/2 + lam*norm1(w)"
    declare = "X: matrix(n, d); w: vector(d); y: vector(n); lam: scalar"
    shown = run("grad", formula, "--declare", declare, "--wrt", "w", "--to", dialect).strip()
    wanted = ls.objective(formula, declare=declare, wrt="w").gradient.expr
    assert ls.parse(shown, declare, dialect=dialect).expr is wanted
    assert shown == ls.objective(formula, declare=declare, wrt="w").gradient.written(dialect)


def test_a_formula_is_translated_from_one_dialect_to_another():
    shown = run("types", r"\frac{1}{2}\|Xw-y\|_2^2", "--to", "python").strip()
    assert shown == "np.sum((X @ w - y)**2) / 2"
    assert run("types", shown, "--to", "text").strip() == "norm2(X*w - y)^2/2"
