"""What a teacher would write on the board: means, signs, powers, one of two equal norms."""

from __future__ import annotations

import pytest

from lossmith.calculus.gradient import gradient, hessian
from lossmith.calculus.normalize import normalize
from lossmith.calculus.reverify import reverify
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_latex, to_text, to_unicode
from lossmith.view.explain import GRADIENT, derivative, with_names

GRADIENTS = (
    ("norm2(x - mean(x))^2", "x", "", "2x − 2 mean(x)"),
    ("normF(A - X)*normF(X - A)", "X", "", "2(X − A)"),
    ("abs(x - a)*abs(a - x)^2", "x", "", "3(x − a)|a − x|"),
    ("x*(x - 1)*(x - 2)", "x", "", "3x² − 6x + 2"),
    ("(x + 1)^2*(x - 2)^3", "x", "", "(x − 2)²(5x − 1)(x + 1)"),
    ("(x^2 - 1)^2", "x", "", "4x(x² − 1)"),
    ("x'*A*x/(x'*B*x)", "x", "A: matrix(n,n) symmetric; B: matrix(n,n) symmetric",
     "2(A − (xᵀAx)B/(xᵀBx))x/(xᵀBx)"),
    ("p*log(p) - p*(1 - p)", "p", "p: scalar in [0, 1]", "log(p) + 2p"),
    ("sum(p.*log(p./q))", "p", "p: vector(n) in [0, 1]; q: vector(n) > 0", "1 + log(p ⊘ q)"),
    ("sum(y.*log(y./x) - y + x)", "x", "", "1 − y ⊘ x"),
    ("a'*log(x ./ y)", "y", "", "−a ⊘ y"),
    ("-log(exp(u'*v)/(exp(u'*v) + sum(exp(N*v))))", "v", "",
     "σ(logsumexp(Nv) − uᵀv) (Nᵀ softmax(Nv) − u)"),
    ("log(0.5*(1 + erf(x/sqrt(2))))", "x", "x: scalar", "φ(x)/Φ(x)"),
    ("exp(-x^2/(2*s^2))/(s*sqrt(2*pi))", "s", "", "(x²/s² − 1) exp(−x²/(2s²))/(s²√(2π))"),
)  # fmt: skip


@pytest.mark.parametrize(("formula", "name", "declare", "form"), GRADIENTS)
def test_a_gradient_is_written_as_on_the_board(formula, name, declare, form):
    f = parse(formula, declare)
    d = gradient(f.expr, f.symbol(name))
    assert reverify(d).confirmed
    assert to_unicode(d.end) == form


def test_powers_of_one_norm_below_the_line_are_one_power():
    f = parse("norm2(a - x) + norm2(x - a)^2")
    shown = to_unicode(hessian(f.expr, f.symbol("x")).end)
    assert shown.endswith("/‖x − a‖₂³")


def test_a_probability_keeps_its_complement():
    f = parse("p*(1 - p)", "p: scalar in [0, 1]")
    assert to_unicode(f.expr) == "p(1 − p)"
    assert to_unicode(parse("-p*(1 - p)", "p: scalar in [0, 1]").expr) == "−p(1 − p)"


def test_a_quotient_of_one_base_stays_where_no_logarithm_keeps_it_from_zero():
    f = parse("p/p + 2*p", "p: scalar in [0, 1]")
    assert "p/p" in to_unicode(gradient(f.expr, f.symbol("p")).start)
    beside = parse("p/p + log(q)", "p: scalar in [0, 1]").expr
    assert to_unicode(gradient(beside, f.symbol("p")).start) == "p/p + log(q)"
    assert to_unicode(normalize(beside).end) == "p/p + log(q)"


def test_cross_entropy_through_sigmoids_becomes_one_softplus():
    f = parse("-sum(y.*log(sigmoid(X*w)) + (1 - y).*log(1 - sigmoid(X*w)))")
    assert to_unicode(normalize(f.expr).end).count("softplus") == 1
    assert to_unicode(gradient(f.expr, f.symbol("w")).end) == "Xᵀ(σ(Xw) − y)"


@pytest.mark.parametrize(
    "formula", ["mean(x)*mean(exp(x))", "mean(X) + 1", "sum(x)/n^2", "sum(x)/m"]
)
def test_means_are_read_back_as_they_were(formula):
    f = parse(formula, "m: scalar" if "m" in formula.split("/")[-1:] else "")
    assert parse(to_text(f.expr)).expr is f.expr


def test_a_sum_over_another_number_is_no_mean():
    f = parse("sum(x)/m")
    assert "mean" not in to_unicode(f.expr) + to_text(f.expr)


def test_latex_keeps_the_sum_sign_of_a_mean():
    assert "\\sum" in to_latex(parse("mean(x)").expr)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("norm2(diff(x))^2", "2DᵀDx,   Dv = diff(v)"),
        ("norm2(cumsum(x) - y)^2/2", "Lᵀ(Lx − y),   Lv = cumsum(v)"),
        ("sum(i, x[i+1]*x[i])", "Sx + Sᵀx,   Sv = shift(v)"),
        ("norm2(D*x)^2 + norm2(diff(x))^2", "2DᵀDx + 2D₁ᵀD₁x,   D₁v = diff(v)"),
    ],
)
def test_a_linear_function_met_with_the_identity_is_a_matrix_with_a_letter(text, shown):
    d = parse(text)
    found = gradient(d.expr, d.symbol("x"))
    row = derivative(GRADIENT, found.end, reverify(found))
    assert row.text.en.startswith(shown)


def test_the_mask_of_a_sum_over_neighbors_is_a_vector_with_a_letter():
    d = parse("sum(i, (x[i+1] - a*x[i])^2)")
    found = gradient(d.expr, d.symbol("x"))
    body, told = with_names(found.end)
    assert body == "2Sᵀ(m ⊙ u) − 2am ⊙ u"
    assert told == "u = Sx − ax,   Sv = shift(v),   m = (1, …, 1, 0)"
    tex = with_names(found.end, tex=True)[1]
    assert r"Sv = \operatorname{shift}(v)" in tex
    assert r"m = (1, \ldots, 1, 0)" in tex
