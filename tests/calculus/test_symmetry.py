"""Second derivatives show that they equal their transpose, and merge what is alike."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lossmith as ls
from lossmith.atoms.meaning import entries, evaluate
from lossmith.calculus.gather import diagonals, lifted, multiplied, totals
from lossmith.calculus.hoist import is_symmetric
from lossmith.calculus.symmetry import congruent, symmetric_forms
from lossmith.expr import build as b
from lossmith.expr.node import Expr, Symbol, symbol

SIZES = {"n": 3, "m": 2}
A = symbol("A", ("m", "n"))
S = symbol("S", ("n", "n"))
x, y, z = (symbol(name, ("n",)) for name in "xyz")
t = symbol("t")
VALUES = {
    A: [[Fraction(1), Fraction(-2), Fraction(1, 2)], [Fraction(3), Fraction(0), Fraction(5, 3)]],
    S: [[Fraction(i - 2 * j, 1 + i) for j in range(3)] for i in range(3)],
    x: [Fraction(2), Fraction(-1, 3), Fraction(1)],
    y: [Fraction(1, 2), Fraction(4), Fraction(-3)],
    z: [Fraction(-1), Fraction(1, 5), Fraction(2)],
    t: Fraction(7, 3),
}


def same_value(e: Expr, new: Expr) -> None:
    assert new.shape == e.shape
    known: dict[Symbol, object] = dict(VALUES)
    for p, q in zip(
        entries(evaluate(e, known, SIZES)), entries(evaluate(new, known, SIZES)), strict=True
    ):
        assert p.overlaps(q)
        assert float((p - q).rad()) < 1e-25


def hessian(text: str, declare: str = "", wrt: str = "x") -> str:
    return str(ls.objective(text, declare=declare, wrt=wrt).hessians[(wrt, wrt)])


VECTORS = st.sampled_from([x, y, z, b.multiply(x, y), b.matmul(S, z)])


@given(VECTORS, VECTORS, VECTORS, st.integers(-3, 3).filter(bool))
def test_showing_a_symmetry_keeps_the_value(p: Expr, q: Expr, r: Expr, k: int) -> None:
    # (k p + q) p' + p q' hides what k p p' + q p' + p q' shows
    hidden = b.add(b.outer(b.add((k, p), q), p), b.outer(p, q))
    for new in symmetric_forms(hidden):
        same_value(hidden, new)
    lopsided = b.add(b.outer(b.add((k, p), q), r), b.outer(r, q))
    for new in symmetric_forms(lopsided):
        same_value(lopsided, new)


def test_a_symmetry_is_found_where_there_is_one() -> None:
    hidden = b.add(b.outer(b.add((2, x), y), x), b.outer(x, y))
    assert not is_symmetric(hidden)
    (shown,) = symmetric_forms(hidden)
    assert is_symmetric(shown)
    assert symmetric_forms(b.add(b.outer(x, y), b.outer(y, z))) == ()


@given(VECTORS, VECTORS)
def test_a_matrix_on_both_sides_is_taken_out_of_every_term(p: Expr, q: Expr) -> None:
    weighted = b.contract([(S, (2, 0), 1), (p, (2,), 1), (S, (2, 1), 1)], (0, 1))
    rank_one = b.outer(b.matmul(b.transpose(S), q), b.matmul(b.transpose(S), q))
    e = b.subtract(weighted, rank_one)
    found = congruent(e)
    assert found
    for new in found:
        same_value(e, new)


def test_like_terms_that_hide_in_a_sum_are_collected() -> None:
    # x'(S y x' + x y'S')z = 2 x'Sy x'z when written out: two of three factors are one number
    inside = b.add(b.outer(y, x), b.outer(x, y))
    e = b.contract([(x, (0,), 1), (inside, (0, 1), 1), (x, (1,), 1)], ())
    (new,) = multiplied(e)
    same_value(e, new)
    assert new is b.scale(2, b.multiply(b.inner(x, x), b.inner(x, y)))


def test_a_centered_sum_vanishes_inside_a_sum() -> None:
    mean = b.broadcast(b.multiply(b.total(x), b.power(b.size_of("n"), -1)), ("n",))
    centered = b.subtract(mean, x)
    e = b.total(b.subtract(b.multiply(b.broadcast(t, ("n",)), centered), y))
    (new,) = totals(e)
    same_value(e, new)
    assert new is b.negate(b.total(y))
    assert totals(b.total(b.subtract(x, y))) == ()


def test_what_is_the_same_along_an_axis_is_written_once() -> None:
    e = b.subtract(b.const(1, ("n",)), b.broadcast(t, ("n",)))
    (new,) = lifted(e)
    same_value(e, new)
    assert new is b.broadcast(b.subtract(b.const(1), t), ("n",))
    mixed = b.add(x, b.broadcast(t, ("n",)))
    assert lifted(mixed) == ()


def test_diagonals_are_added_as_vectors() -> None:
    e = b.add((2, b.diag(x)), b.diag(b.multiply(y, z)), S)
    (new,) = diagonals(e)
    same_value(e, new)
    assert diagonals(b.add(b.diag(x), S)) == ()


@pytest.mark.parametrize(
    ("text", "declare", "wrt", "shown"),
    [
        (
            "(a'*x)/(b'*x + 5)",
            "",
            "x",
            "2(aᵀx)bbᵀ/(5 + bᵀx)³ − abᵀ/(5 + bᵀx)² − baᵀ/(5 + bᵀx)²",
        ),
        (
            "-y'*log(softmax(W*x))",
            "y: vector(k) simplex",
            "W",
            "(diag(softmax(Wx)) − softmax(Wx) softmax(Wx)ᵀ) ⊗ xxᵀ",
        ),
        (
            "a'*inv(A + t*B)*b",
            "A: matrix(n,n) pd; B: matrix(n,n) psd; t: scalar > 0",
            "t",
            "2aᵀ(A + tB)⁻¹B(A + tB)⁻¹B(A + tB)⁻¹b",
        ),
        ("x^x", "x: scalar > 0", "x", "(1 + log(x))²x^x + x^(x − 1)"),
        ("x*exp(-x^2)", "x: scalar", "x", "2x(2x² − 3) exp(−x²)"),
    ],
)
def test_second_derivatives_read_as_a_person_would_write_them(
    text: str, declare: str, wrt: str, shown: str
) -> None:
    assert hessian(text, declare, wrt) == shown


def test_layer_normalization_has_no_sum_inside_a_sum() -> None:
    f = ls.objective("g'*((x - mean(x))/sqrt(var(x) + e))", declare="e: scalar > 0", wrt="x")
    assert len(str(f.gradient)) < 160
    assert "Σⱼ" not in str(f.gradient)


def test_a_gradient_of_vectors_has_no_sum_of_matrices_of_products() -> None:
    f = ls.objective("x'*diag(x)*A*x", declare="A: matrix(n,n)", wrt="x")
    assert str(f.gradient) == "Aᵀx² + 2x ⊙ Ax"


def test_the_third_derivative_of_the_largest_eigenvalue_agrees_with_differences() -> None:
    f = ls.objective(
        "lambda_max(A + t*B)",
        declare="A: matrix(n,n) symmetric; B: matrix(n,n) symmetric; t: scalar",
        wrt="t",
    )
    third = f.jacobians(3)[("t",)]
    assert third.recheck.confirmed
    rng = np.random.default_rng(2)
    data = {k: m + m.T for k, m in zip("AB", rng.standard_normal((2, 4, 4)), strict=True)}

    def second(at: float) -> float:
        return float(f.hessian(t=at, **data))

    # A central difference of step 1e-4 is off by about 1e-8 times the fifth derivative.
    wanted = (second(0.3001) - second(0.2999)) / 2e-4
    assert float(third(t=0.3, **data)) == pytest.approx(wanted, rel=1e-5)
