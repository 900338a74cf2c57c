"""Questions people ask about derivatives, put to the command line."""

from __future__ import annotations

import json
from fractions import Fraction

import numpy as np
import pytest
from command_line import run

import lossmith as ls
from lossmith.atoms.meaning import evaluate
from lossmith.calculus.labels import relabeled


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
    assert "the entries are the same; .grad and jax.grad have the shape of the variable" in shown


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


def test_the_logistic_gradient_comes_with_both_label_conventions():
    signs = run("grad", "sum(log(1 + exp(-y.*(X*w))))", "--wrt", "w", "--steps")
    assert (
        "Xᵀ(σ(Xw) − t)      the same for y in {−1, +1}, written by t = (1 + y)/2 in {0, 1}" in signs
    )
    differentials = [line for line in signs.splitlines() if line[:3].strip().isdigit()]
    assert len(differentials) <= 6
    indicators = run(
        "grad", "-sum(y.*log(sigmoid(X*w)) + (1-y).*log(1 - sigmoid(X*w)))", "--wrt", "w"
    )
    assert "written by s = 2y − 1 in {−1, +1}" in indicators
    assert "若 y 取 {−1, +1}，令 t = (1 + y)/2" in run(
        "grad", "sum(log(1 + exp(-y.*(X*w))))", "--wrt", "w", "--lang", "zh"
    )


@pytest.mark.parametrize(
    "text",
    [
        "sum(log(1 + exp(-y.*(X*w)))) + lam*norm2(w)^2",
        "-mean(y.*log(sigmoid(X*w)) + (1-y).*log(1 - sigmoid(X*w)))",
        "sum(log(1 + exp(X*w))) - y'*X*w",
    ],
)
def test_a_gradient_in_the_other_labels_has_the_same_values(text):
    f = ls.objective(text, wrt="w")
    gradient = f.gradients[("w",)].expr
    found = relabeled(gradient, f.wrt[0])
    assert found is not None
    labels = [Fraction(-1), Fraction(1)] if found.values[0] < 0 else [Fraction(0), Fraction(1)]
    other = {v: (1 + v) / 2 if found.values[0] < 0 else 2 * v - 1 for v in labels}
    data = {"X": [[Fraction(2), Fraction(-1)], [Fraction(1, 2), Fraction(3)]]}
    data |= {"w": [Fraction(1, 3), Fraction(-2)], "lam": Fraction(1, 5)}
    sizes = {"n": 2, "d": 2}
    for y in ([labels[0], labels[1]], [labels[1], labels[1]]):
        known = {s: data[s.name] for s in f.formula.symbols if s is not found.old}
        old = evaluate(gradient, known | {found.old: y}, sizes)
        new = evaluate(found.end, known | {found.new: [other[v] for v in y]}, sizes)
        for a, b in zip(old, new, strict=True):
            assert a.overlaps(b)
            assert (a - b).rad() < 1e-30


def test_a_squared_error_has_no_other_labels():
    assert "labels" not in run("grad", "sum((sigmoid(X*w) - y).^2)", "--wrt", "w")


def test_the_transpose_comes_in_on_the_way_back():
    shown = run("jac", "sigmoid(H*w)", "--wrt", "w")
    jacobian, back = [line for line in shown.splitlines() if "s = σ(Hw)" in line]
    assert "ᵀ" not in jacobian
    assert "Hᵀ(g ⊙ s ⊙ (1 − s))" in back
    assert "the transpose comes in here" in back
    assert "n rows, one for each entry of f; d columns, one for each entry of w" in shown


def test_the_softmax_jacobian_is_written_out_and_singular():
    shown = run("jac", "softmax(x)", "--shapes")
    assert "[p₁(1 − p₁)  −p₁p₂; −p₁p₂  p₂(1 − p₂)]" in shown
    assert "= (1, …, 1) it is 0" in shown
    assert "the transpose comes in" not in shown
    assert "singular" not in run("jac", "sigmoid(H*w)", "--wrt", "w", "--shapes")


def test_the_slope_of_the_determinant_goes_on_where_the_matrix_is_singular():
    assert "where X is singular the slope exists too: the transposed adjugate" in run(
        "grad", "det(X)"
    )
    assert "adjugate" not in run("grad", "det(X)", "--declare", "X: matrix(n,n) pd")
    assert "adjugate" not in run("hess", "det(X)")


def test_why_l1_gives_zeros():
    shown = run("explain", "norm2(X*w-y)^2 + lam*norm1(w)", "--why-zero")
    assert "|∇ⱼg| < λ at a minimum makes wⱼ = 0" in shown
    assert "∇g(w) = 2Xᵀ(Xw − y)" in shown
    assert "w = 0 is a minimum if and only if max |2Xᵀy| ≤ λ" in shown
    assert "wⱼ = S(hⱼwⱼ − ∇ⱼg, λ)/hⱼ" in shown
    assert "0 only if the slope of the data is 0 itself" in shown
    assert "a subgradient step" in shown
    assert "lands on 0 from a whole interval" in shown
    nonconvex = run("explain", "sum((tanh(X*w)-y).^2) + lam*norm1(w)", "--why-zero")
    assert "can be a minimum only if" in nonconvex
    assert "a step of size η" in nonconvex
    assert "尖点" in run("explain", "norm1(w)", "--why-zero", "--lang", "zh")


@pytest.mark.parametrize("text", ["norm2(w)^2", "norm2(X*w-y)^2 + lam*norm2(w)", "norm1(X*w-y)"])
def test_no_zeros_are_explained_where_no_l1_norm_of_the_variable_stands(text):
    assert "norm1" in run("explain", text, "--wrt", "w", "--why-zero", code=2)


def test_the_soft_threshold_is_the_minimum_in_one_coordinate():
    # w = S(h w - g'(w), lam)/h against a search on a fine grid
    rng = np.random.default_rng(11)
    X, y = rng.standard_normal((6, 3)), rng.standard_normal(6)
    w, lam, j = rng.standard_normal(3), 2.5, 1
    slope = 2 * X.T @ (X @ w - y)
    h = 2 * (X**2).sum(0)
    z = h[j] * w[j] - slope[j]
    best = np.sign(z) * max(abs(z) - lam, 0) / h[j]
    f = ls.objective("norm2(X*w-y)^2 + lam*norm1(w)", wrt="w")

    def value(t):
        return float(f(X=X, y=y, w=np.where(np.arange(3) == j, t, w), lam=lam))

    grid = best + np.linspace(-2, 2, 401)
    assert value(best) <= min(value(t) for t in grid) + 1e-12
