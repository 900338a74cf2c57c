"""Index notation meets matrix notation in the same object, and means what NumPy's einsum says."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lossmith.atoms.meaning import evaluate
from lossmith.expr.node import Symbol
from lossmith.text.parse import parse
from lossmith.text.writing.printing import to_text, to_unicode

DECLARE = (
    "X: matrix(n, d); w, v: vector(d); y, p: vector(n); A: matrix(d, d); T: matrix(n, k);"
    "W: matrix(d, k); lam: scalar >= 0"
)

TWINS = [
    ("sum(i, log(1 + exp(-y[i]*(X[i,:]*w))))", "sum(log(1 + exp(-y .* (X*w))))"),
    ("sum(i, log(1 + exp(-y_i*(X[i,:]*w)))) + lam*sum(j, w_j^2)",
     "sum(log(1 + exp(-y .* (X*w)))) + lam*norm2(w)^2"),
    ("sum(i, (y_i - sum(j, X_ij*w_j))^2)", "norm2(X*w - y)^2"),
    ("sum(i, j, w_i*A_ij*v_j)", "w'*A*v"),
    ("sum(i, j, w_i*A_{i,j}*v_j)", "w'*A*v"),
    ("sum(i, j, w[j]*A[i,j]*v[i])", "v'*A*w"),
    ("Σᵢ log(1 + exp(−yᵢ Σⱼ Xᵢⱼ wⱼ)) + 1", "sum(log(1 + exp(-y .* (X*w)))) + 1"),
    ("Σᵢⱼ Xᵢⱼ²", "normF(X)^2"),
    ("Σ_{i,j} |X_ij|", "norm1(X)"),
    ("mean(i, y_i^2)", "mean(y.^2)"),
    ("mean(i, logsumexp(k, (X*W)[i,k]))", "mean(logsumexp(X*W))"),
    (
     "sum(i, logsumexp(k, sum(j, X_ij*W_jk)) - sum(k, T_ik*(X*W)[i,k]))",
     "sum(logsumexp(X*W) - (T .* (X*W))*vector(1))"),
    ("sum(i, max(k, T_ik))", "sum(maxentry(T))"),
    ("min(j, w_j) + prod(j, v_j)", "min(w) + prod(v)"),
    ("max(i, j, A_ij)", "max(A)"),
    ("sum(k != i, p_i*p_k)", "p*sum(p) - p.^2"),
    ("sum(i, sum(k != i, y_i*p_k))", "sum(y*sum(p) - y .* p)"),
    ("sum(i, k != i, y_i*p_k)", "sum(y)*sum(p) - y'*p"),
    ("-y_i*(1 - p_i) + sum(k != i, p_i*y_k)", "-y .* (1 - p) + p*sum(y) - p .* y"),
    ("X_ij*w_j", "X*diag(w)"),
    ("tensor(j, i, X_ij*w_j)", "(X*diag(w))'"),
    ("sum(j, X_ij*w_j)", "X*w"),
    ("X[i,:]*w", "X*w"),
    ("X[:,j]", "X'"),
    ("X\N{MATHEMATICAL BOLD DIGIT ONE}", "X*vector(1)"),
    ("sum(i, X[i,:])", "vector(1)'*X"),
    ("sum(i, X[i,:]')", "X'*vector(1)"),
    ("sum(i, x_i'*w*y_i)", "y'*X*w"),
    ("sum(i, x_i*x_i')", "X'*X"),
    ("sum(i, (y_i - w'*x_i)^2)/n", "norm2(X*w - y)^2/n"),
    ("sum(i, j, eye[i,j]*A[i,j])", "tr(A)"),
    ("sum(i, A_ii)", "tr(A)"),
    ("sum(i, if(y_i > 0, y_i, p_i^2))", "sum(if(y > 0, y, p.^2))"),
    ("sum(i, softmax(X)[i,:]*w)", "sum(softmax(X)*w)"),
    ("sum(i, 2*y_i + 1)", "sum(2*y + 1)"),
    ("sum(i, j, y_i*p_j + lam)", "sum(y*p' + lam)"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "twin"), TWINS, ids=[a for a, _ in TWINS])
def test_indices_and_matrices_meet_in_one_object(text: str, twin: str) -> None:
    found, wanted = parse(text, DECLARE), parse(twin, DECLARE)
    assert found.expr is wanted.expr, (to_text(found.expr), to_text(wanted.expr))


def test_nothing_need_be_declared() -> None:
    found = parse("sum(i, log(1 + exp(-y[i]*(X[i,:]*w))))")
    assert found.expr is parse("sum(log(1 + exp(-y .* (X*w))))").expr
    rows = parse("sum(i, log(1 + exp(-y_i*x_i'*w)))")
    assert rows.expr is found.expr
    assert any("x[i] is row i of X" in note.en for note in rows.notes)


def test_open_indices_become_axes_in_order_of_appearance() -> None:
    assert parse("X_ij", DECLARE).expr.shape == ("n", "d")
    assert parse("w_j*X_ij", DECLARE).expr.shape == ("d", "n")
    assert parse("y_i", DECLARE).kind == "c"
    outer = parse("tensor(i, j, k, A_ij*w_k)", "A: matrix(n, d); w: vector(m)")
    assert outer.expr.shape == ("n", "d", "m")
    assert outer.kind == "t"
    assert parse("0*X_ij", DECLARE).expr.shape == ("n", "d")
    assert parse("w_j - w_j", DECLARE).expr.shape == ("d",)
    assert any("index i is open" in note.en for note in parse("y_i", DECLARE).notes)


def test_declared_names_with_subscripts_stay_names() -> None:
    formula = parse("x_i^2 + sum(i, y_i)", "x_i: scalar; y: vector(n)")
    assert {s.name for s in formula.symbols} == {"x_i", "y"}
    assert {s.name for s in parse("x_k + x_1 + w_max").symbols} == {"x_k", "x_1", "w_max"}


def test_an_index_letter_may_be_used_again_with_another_size() -> None:
    formula = parse("sum(i, y_i) + sum(i, w_i)", DECLARE)
    assert formula.expr is parse("sum(y) + sum(w)", DECLARE).expr


RNG = np.random.default_rng(5)
DATA = {
    "X": RNG.normal(size=(4, 3)),
    "A": RNG.normal(size=(3, 3)),
    "w": RNG.normal(size=3),
    "v": RNG.normal(size=3),
    "y": RNG.normal(size=4),
}
EINSUM = [
    ("sum(i, j, X_ij*w_j*y_i)", "ij,j,i->", "Xwy"),
    ("X_ij*A_jk*w_k", "ij,jk,k->ijk", "XAw"),
    ("sum(j, X_ij*A_jk*w_k)", "ij,jk,k->ik", "XAw"),
    ("sum(j, k, X_ij*A_jk*A_kj)", "ij,jk,kj->i", "XAA"),
    ("sum(k, A_ik*A_jk*w_k)", "ik,jk,k->ij", "AAw"),
    ("A_ii*w_i", "ii,i->i", "Aw"),
    ("sum(i, A_ij*A_ji*w_j*v_i)", "ij,ji,j,i->j", "AAwv"),
]


@pytest.mark.parametrize(("text", "spec", "names"), EINSUM)
def test_products_of_entries_mean_what_einsum_says(text: str, spec: str, names: str) -> None:
    formula = parse(text, "X: matrix(4, 3); A: matrix(3, 3); w, v: vector(3); y: vector(4)")
    values = {s: _exact(DATA[s.name].tolist()) for s in formula.symbols}
    found = np.array(_floats(evaluate(formula.expr, values)))
    expected = np.einsum(spec, *(DATA[n] for n in names))
    # At most 9 terms of size below 50 in double precision.
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)


def _exact(x: object) -> object:
    return [_exact(v) for v in x] if isinstance(x, list) else Fraction(x)  # type: ignore[arg-type]


def _floats(x: object) -> object:
    return [_floats(v) for v in x] if isinstance(x, list) else float(x)  # type: ignore[arg-type]


ENTRIES = {"i": ["y_i", "p_i", "X_ij", "(X*w)[i]"], "j": ["w_j", "v_j", "A_jj", "X[i,j]"]}


@given(st.data())
def test_a_sum_over_indices_adds_up_all_entries(data: st.DataObject) -> None:
    """sum(i, j, a*f(b)) equals the sum of all entries of the tensor of a*f(b)."""
    a = data.draw(st.sampled_from(ENTRIES["i"]))
    b = data.draw(st.sampled_from(ENTRIES["j"]))
    f = data.draw(st.sampled_from(["exp", "tanh", "abs", "softplus", ""]))
    body = f"{a}*{f}({b} + {data.draw(st.sampled_from(ENTRIES['i']))})"
    over = parse(f"sum(i, sum(j, {body}))", DECLARE).expr
    assert over is parse(f"sum(i, j, {body})", DECLARE).expr
    assert over is parse(f"sum(tensor(i, j, {body}))", DECLARE).expr
    assert over is parse(f"sum(j, sum(i, {body}))", DECLARE).expr


def test_index_notation_of_the_printer_is_read_back() -> None:
    for _, twin in TWINS:
        expr = parse(twin, DECLARE).expr
        if len(expr.shape) == 0:
            shown = to_unicode(expr, "index")
            # Choices are printed in words, and a maximum of rows like one of all entries.
            if "{" not in shown and "max(" not in shown:
                assert parse(shown, DECLARE).expr is expr, shown


def test_depth_of_nested_sums_is_bounded_by_memory_alone() -> None:
    n = 1500
    text = "".join(f"sum(i{k}, x[i{k}]*" for k in range(n)) + "1" + ")" * n
    formula = parse(text, "x: vector(n)")
    assert isinstance(formula.symbol("x"), Symbol)
    assert parse("sum(i, " + "tanh(" * 3000 + "x[i]" + ")" * 3001, "x: vector(n)").expr.shape == ()
