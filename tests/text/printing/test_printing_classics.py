"""The classics in every notation, names for parts, and formulas of great depth."""

from __future__ import annotations

import pytest
from classics import ATOMS, CLASSICS, LOGISTIC, RESIDUAL, XT, A, B, X, b, f, squared, v, w, x, y
from printed_classics import TABLE

from lossmith.expr.node import Comparison, symbol
from lossmith.expr.walk import symbols
from lossmith.text.parse import parse
from lossmith.text.writing.layout import layout
from lossmith.text.writing.layout_forms import Chain, Diag, Leaf, Norm, Scaled, Transpose
from lossmith.text.writing.printing import free_indices, name_parts, to_latex, to_text, to_unicode

every_classic = pytest.mark.parametrize("name", CLASSICS)

SIGMOID_OF_MARGIN = b.negate(
    b.matmul(XT, b.multiply(y, f("sigmoid", b.negate(b.multiply(y, b.matmul(X, w))))))
)


def test_the_table_lists_every_classic():
    assert list(TABLE) == list(CLASSICS)


@every_classic
def test_text_is_as_a_person_would_type_it(name):
    assert to_text(CLASSICS[name]) == TABLE[name][0]


@every_classic
def test_unicode_in_matrix_notation(name):
    assert to_unicode(CLASSICS[name]) == TABLE[name][1]


@every_classic
def test_unicode_in_index_notation(name):
    assert to_unicode(CLASSICS[name], "index") == TABLE[name][2]


@every_classic
def test_latex_in_matrix_notation(name):
    assert to_latex(CLASSICS[name]) == TABLE[name][3]


def _declarations():
    named = {s.name: s for e in CLASSICS.values() for s in symbols(e)}
    kinds = ("scalar", "vector", "matrix")
    return {
        n: f"{kinds[len(s.shape)]}{'(' + ', '.join(s.shape) + ')' if s.shape else ''}"
        + "".join(f" {word}" for word in sorted(s.assumptions.structure))
        for n, s in named.items()
    }


@every_classic
def test_the_text_reads_back_as_the_same_object(name):
    text = to_text(CLASSICS[name])
    if not symbols(CLASSICS[name]):
        pytest.skip("a formula without a symbol is not read")
    assert parse(text, _declarations()).expr is CLASSICS[name]


# -- names -----------------------------------------------------------------------------------------


def test_a_sigmoid_in_a_product_is_named_s():
    names = name_parts(SIGMOID_OF_MARGIN)
    assert [n for n, _ in names] == ["s"]
    assert to_unicode(SIGMOID_OF_MARGIN, names=names) == "−Xᵀ(y ⊙ s)"
    assert to_unicode(names[0][1]) == "σ(−y ⊙ Xw)"


def test_a_repeated_residual_is_named_r_in_either_sign():
    residual = b.subtract(y, b.matmul(X, w))
    e = b.add(squared(RESIDUAL), b.total(f("exp", residual)))
    assert to_unicode(e, names=[("r", RESIDUAL)]) == "‖r‖₂² + Σᵢ exp(−rᵢ)"
    assert to_text(e, names={RESIDUAL: "r"}) == "norm2(r)^2 + sum(exp(-r))"


def test_names_avoid_those_in_use():
    s, r = symbol("s", ("n",)), symbol("r")
    e = b.multiply(r, b.inner(s, b.multiply(f("sigmoid", b.matmul(X, w)), y)))
    assert [n for n, _ in name_parts(b.add(e, b.total(f("sigmoid", b.matmul(X, w)))))] == ["s1"]


def test_softmax_is_named_p_in_its_jacobian():
    e = CLASSICS["Jacobian of softmax"]
    assert to_unicode(e, names=name_parts(e)) == "diag(p) − ppᵀ"


# -- conventions -----------------------------------------------------------------------------------


def test_index_letters_avoid_symbols_and_sizes():
    i, k = symbol("i", ("k",)), symbol("k", ("k",))
    assert to_unicode(b.total(b.multiply(i, k, k)), "index") == "Σⱼ iⱼkⱼ²"
    assert free_indices(b.outer(i, k)) == ("l", "p")


def test_a_symbol_named_sigma_does_not_look_like_the_sigmoid():
    e = b.multiply(symbol("sigma"), f("sigmoid", symbol("t")))
    assert to_unicode(e) == "σ sigmoid(t)"
    assert to_latex(e) == r"\sigma \operatorname{sigmoid}(t)"


def test_a_nested_sum_takes_a_letter_of_its_own():
    e = b.total(f("exp", b.subtract(v, b.broadcast(b.total(f("exp", v)), ("d",)))))
    assert to_unicode(e) == "Σᵢ exp(vᵢ − Σⱼ exp(vⱼ))"


def test_text_names_the_size_of_a_constant_that_nothing_else_fixes():
    assert to_text(b.ones(("n",))) == "vector(1, n)"
    assert to_text(b.add(A, b.delta("d"))) == "A + eye"
    assert to_text(b.delta("d")) == "eye(d)"


def test_a_common_number_is_pulled_out_where_that_is_shorter():
    e = b.scale(b.const(1).value / 10, b.add(v, w, x))
    assert to_unicode(e) == "0.1(v + w + x)"


def test_a_layout_is_a_tree_of_matrix_operations():
    quadratic = layout(b.matmul(b.matmul(XT, b.diag(y)), X))
    assert isinstance(quadratic, Chain)
    turned, middle, last = quadratic.factors
    assert isinstance(turned, Transpose)
    assert isinstance(middle, Diag)
    assert isinstance(last, Leaf)
    norm = layout(squared(RESIDUAL))
    assert isinstance(norm, Scaled)
    assert isinstance(norm.scalars[0][0], Norm)
    assert isinstance(layout(LOGISTIC.factors[0][0]), Leaf)


# -- depth -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("notation", ["matrix", "index"])
def test_great_depth_prints(notation):
    e = symbol("t")
    for k in range(5000):
        e = b.apply(ATOMS["tanh"], b.add(e, b.const(1)) if k % 2 else e)
    assert to_unicode(e, notation).count("tanh") == 5000
    assert to_latex(e, notation).count("tanh") == 5000
    assert to_text(e).count("tanh") == 5000


def test_a_deep_network_prints():
    e = v
    for _ in range(300):
        e = b.apply(ATOMS["tanh"], b.matmul(A, e))
    assert to_unicode(b.total(e), "index").count("Σ") == 301
    assert to_unicode(b.total(e)).count("Σ") == 1


def test_a_choice_between_one_and_zero_is_an_indicator():
    margin = b.matmul(X, w)
    ones, zeros = b.const(1, ("n",)), b.zeros(("n",))
    above = b.select([((Comparison(margin, ">"),), ones)], zeros)
    below = b.select([((Comparison(margin, ">"),), zeros)], ones)
    assert to_unicode(b.matmul(XT, above)) == "Xᵀ 𝟏[Xw > 0]"  # noqa: RUF001 (a bold one)
    assert to_unicode(b.matmul(XT, below)) == "Xᵀ 𝟏[Xw ≤ 0]"  # noqa: RUF001 (a bold one)
    assert to_text(above) == "if(X*w > 0, 1, 0)"


def test_the_transpose_and_powers_of_an_inverse_are_one_mark():
    inverse = f("inv", A)
    assert to_unicode(b.add(b.transpose(inverse), b.matmul(inverse, inverse))) == "A⁻² + A⁻ᵀ"


def test_a_tensor_of_several_terms_binds_its_indices_once():
    turned = [b.contract([(A, (0, 3), 1), (c, (1, 2), 1)], (0, 1, 2, 3)) for c in (A, B)]
    assert to_unicode(b.add(*turned)) == "[AᵢₗAⱼₖ + AᵢₗBⱼₖ]ᵢⱼₖₗ"


def test_norms_of_rows_are_not_the_norm_of_the_matrix():
    rows = b.apply(ATOMS["norm2"], b.multiply(X, X))
    assert to_unicode(b.total(rows)) == "Σᵢ ‖(X^⊙2)ᵢ‖₂"
    assert to_text(rows) == "tensor(i, norm2((X.^2)[i,:]))"
    assert parse(to_text(rows), "X: matrix(n, d)").expr is rows
    assert parse(to_text(b.total(rows)), "X: matrix(n, d)").expr is b.total(rows)
