"""The canonical product against a sum over all labels, and one object for one formula."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st
from strategies import SIZES, exponents, rationals, values_of

from lossmith.atoms.meaning import entries, evaluate, evaluate_exactly
from lossmith.atoms.number import as_ball, is_nan
from lossmith.errors import DomainError
from lossmith.expr import build
from lossmith.expr.sets import NONNEGATIVE, POSITIVE
from lossmith.expr.types import Assumptions

n, m = SIZES["n"], SIZES["m"]
s, t = build.symbol("s"), build.symbol("t")
x, y, w = build.symbol("x", ("n",)), build.symbol("y", ("n",)), build.symbol("w", ("m",))
A, B = build.symbol("A", ("n", "n")), build.symbol("B", ("n", "n"))
X = build.symbol("X", ("n", "m"))
FACTORS = [
    s,
    t,
    x,
    y,
    w,
    A,
    B,
    X,
    build.delta("n"),
    build.ones(("n",)),
    build.const(3, ("m",)),
    build.size_of("m"),
    build.add((2, x), (-3, y)),
    build.scale(Fraction(1, 2), s),
]


@st.composite
def products(draw):
    """Draw (factors, out): random factors with random labels of the right sizes."""
    labels = {"n": [0, 1, 2, 3], "m": [4, 5]}
    count = draw(st.integers(1, 4))
    factors = []
    for _ in range(count):
        e = draw(st.sampled_from(FACTORS))
        ls = tuple(draw(st.sampled_from(labels[d])) for d in e.shape)
        factors.append((e, ls, draw(st.sampled_from([1, 1, 1, 2]))))
    used = sorted({k for _, ls, _ in factors for k in ls})
    out = tuple(draw(st.permutations(used))[: draw(st.integers(0, 2))])
    return factors, out


def brute_force(factors, out, values):
    """Return the entries of the product, by a sum over all labels at once."""
    size = {k: SIZES[d] for e, ls, _ in factors for k, d in zip(ls, e.shape, strict=True)}
    data = [evaluate_exactly(e, values, SIZES) for e, _, _ in factors]
    inner = [k for k in size if k not in out]
    result = []
    for outer in product(*(range(size[k]) for k in out)):
        total = 0
        for rest in product(*(range(size[k]) for k in inner)):
            at = dict(zip((*out, *inner), (*outer, *rest), strict=True))
            term = 1
            for (_, ls, p), value in zip(factors, data, strict=True):
                for k in ls:
                    value = value[at[k]]
                term *= value**p
            total += term
        result.append(total)
    return result


@given(products(), st.data())
def test_a_product_is_the_sum_over_all_labels(spec, data):
    factors, out = spec
    values = data.draw(values_of(s, t, x, y, w, A, B, X))
    e = build.contract(factors, out)
    assert entries(evaluate_exactly(e, values, SIZES)) == brute_force(factors, out, values)


@given(products(), st.randoms(use_true_random=False))
def test_order_and_names_of_labels_do_not_matter(spec, random: Random):
    factors, out = spec
    names = list(range(20, 30))
    random.shuffle(names)
    shuffled = [(e, tuple(names[k] for k in ls), p) for e, ls, p in factors]
    random.shuffle(shuffled)
    again = build.contract(shuffled, tuple(names[k] for k in out))
    assert again is build.contract(factors, out)


@given(products(), st.integers(0, 3))
@example(([(A, (2, 0), 1), (A, (1, 2), 1), (s, (), 2)], (1, 0)), 2)  # a product inside, turned
@example(([(A, (2, 0), 1), (A, (1, 2), 1), (x, (1,), 1)], (1, 0)), 2)
def test_products_may_be_formed_in_two_steps(spec, cut):
    factors, out = spec
    head, tail = factors[:cut], factors[cut:]
    if not head or not tail:
        return
    shared = {k for _, ls, _ in tail for k in ls} | set(out)
    kept = tuple(sorted({k for _, ls, _ in head for k in ls} & shared))
    inner = build.contract(head, kept)
    assert build.contract([(inner, kept, 1), *tail], out) is build.contract(factors, out)


def test_matrix_products_associate_and_transpose():
    v = build.matmul
    assert v(v(A, B), x) is v(A, v(B, x))
    assert build.transpose(v(A, X)) is v(build.transpose(X), build.transpose(A))
    assert build.trace(v(A, B)) is build.trace(v(B, A))
    assert build.inner(x, v(A, y)) is build.inner(v(build.transpose(A), x), y)
    assert build.matmul(build.identity_like(("n",)), x) is x


def test_hadamard_and_diagonal_spellings_agree():
    assert build.matmul(build.diag(x), y) is build.multiply(x, y)
    assert build.diagonal(build.diag(x)) is x
    assert build.inner(x, x) is build.total(build.power(x, 2))
    assert build.trace(build.matmul(A, build.diag(x))) is build.inner(build.diagonal(A), x)


@given(exponents, exponents, rationals)
@example(Fraction(1, 2), Fraction(3, 2), Fraction(-1))  # sqrt(s) s^(3/2) is not s^2 for s < 0
@example(Fraction(-1), Fraction(2), Fraction(0))  # s^2/s is not s at 0
@example(Fraction(1, 2), Fraction(-1, 2), Fraction(0))
def test_merged_powers_keep_the_domain(p, q, value):
    merged = build.multiply(build.power(s, p), build.power(s, q))
    _same(merged, [(s, p), (s, q)], {s: value})


@given(exponents, exponents, rationals)
@example(Fraction(2), Fraction(1, 2), Fraction(-3))  # (s^2)^(1/2) is |s|
@example(Fraction(1, 2), Fraction(2), Fraction(-3))  # (s^(1/2))^2 is undefined for s < 0
@example(Fraction(-1), Fraction(-1), Fraction(0))
def test_powers_of_powers_keep_value_and_domain(p, q, value):
    inside = build.power(s, p)
    one_by_one = evaluate(inside, {s: value}, bits=256)
    if is_nan(one_by_one):
        assert is_nan(evaluate(build.power(inside, q), {s: value}, bits=256))
    else:
        u = build.symbol("u")
        wanted = evaluate(build.power(u, q), {u: one_by_one}, bits=256)
        if not is_nan(wanted):  # a root of a ball around 0 may not be told apart
            got = evaluate(build.power(inside, q), {s: value}, bits=256)
            assert as_ball(got).overlaps(as_ball(wanted))


@given(exponents, rationals, rationals)
def test_power_of_a_product_keeps_value_and_domain(p, a, b):
    e = build.power(build.multiply(s, t), p)
    _same(e, [(build.const(a * b), p)], {s: a, t: b})


def _same(e, factors, values):
    """Check e against the product of factors, each evaluated alone."""
    wanted = 1
    for base, p in factors:
        try:
            wanted = wanted * evaluate(build.power(base, p), values, bits=256)
        except DomainError:
            wanted = evaluate(build.power(s, -1), {s: 0})
    got = evaluate(e, values, bits=256)
    assert is_nan(got) == is_nan(wanted)
    assert is_nan(got) or got.overlaps(wanted)


def test_powers_have_one_form_whatever_the_order():
    root, over = build.power(s, Fraction(1, 2)), build.power(s, -1)
    p, q = build.multiply, build.power
    assert p(root, t, root) is p(q(root, 2), t)
    assert p(p(root, over), q(s, 2)) is p(p(q(s, 2), root), over)
    assert p(q(s, 3), q(s, -2)) is p(q(s, 2), over)
    assert q(over, -1) is p(q(s, 2), over)
    assert p(root, root) is not s  # s < 0 has no root
    assert p(s, over) is not build.const(1)  # 0 has no inverse
    assert q(q(s, 2), Fraction(1, 2)) is not s
    assert q(q(s, 3), Fraction(1, 2)) is q(s, Fraction(3, 2))


def test_declared_signs_let_powers_cancel():
    c = build.symbol("c", (), Assumptions(NONNEGATIVE))
    positive = build.symbol("c", (), Assumptions(POSITIVE))
    half = Fraction(1, 2)
    assert build.multiply(build.power(c, half), build.power(c, half)) is c
    assert build.power(build.power(c, 2), half) is c
    assert build.divide(c, c) is not build.const(1)
    assert build.divide(positive, positive) is build.const(1)


def test_numbers_leave_roots():
    two, half = build.const(2), Fraction(1, 2)
    root = build.power(two, half)
    assert build.multiply(root, root) is two
    assert build.power(two, Fraction(3, 2)) is build.multiply(two, root)
    assert build.multiply(build.power(two, -half), X, build.power(two, -half)) is build.scale(
        half, X
    )
    assert build.power(build.const(Fraction(4, 9)), Fraction(3, 2)) is build.const(Fraction(8, 27))


def test_transposed_sums_and_negated_products_have_one_form():
    turned = build.transpose(build.subtract(A, build.const(1, A.shape)))
    assert build.negate(
        build.contract([(build.subtract(A, build.const(1, A.shape)), (1, 0), 1)], (0, 1))
    ) is build.negate(turned)
    minus, product_ = build.const(-1, X.shape), build.matmul(A, X)
    assert build.multiply(X, build.multiply(minus, product_)) is build.multiply(
        build.multiply(X, minus), product_
    )
    assert build.power(build.add((2, w), (0, w)), 0) is build.const(1, ("m",))
