"""Derivatives of random formulas against differences of their values, and of hard single cases."""

from __future__ import annotations

import json
from fractions import Fraction
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lossmith.atoms.activation import sigmoid, softplus
from lossmith.atoms.arithmetic import abs as abs_
from lossmith.atoms.arithmetic import max as max_
from lossmith.atoms.exponential import exp, log
from lossmith.atoms.matrix import inv, logdet, nucnorm
from lossmith.atoms.table import ATOMS
from lossmith.atoms.trigonometric import sin, tanh
from lossmith.atoms.vector import logsumexp, norm2, softmax
from lossmith.calculus.derivation import Differential, ReadOff
from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.gradient import gradient, hessian, hvp, jacobian
from lossmith.calculus.normalize import normalize
from lossmith.calculus.reverify import reverify, reverify_result
from lossmith.calculus.simplify import simplify
from lossmith.errors import SelfCheckFailed, UsageError
from lossmith.expr import build as b
from lossmith.expr.node import Add, Comparison, Expr, Symbol, symbol
from lossmith.expr.serial import read_rows
from lossmith.expr.types import Assumptions

X = symbol("X", ("n", "d"))
A = symbol("A", ("n", "n"))
w = symbol("w", ("d",))
v = symbol("v", ("n",))
t = symbol("t")
y = symbol("y", ("n",), Assumptions(values=(Fraction(-1), Fraction(1))))


def ones(e: Expr) -> Expr:
    return b.const(1, e.shape)


# -- random formulas ---

ENTRYWISE = (sin, tanh, sigmoid, softplus, exp)


@st.composite
def vectors(draw: st.DrawFn, depth: int) -> Expr:
    """Formulas of shape (n,) in X, w, v, A, t, y."""
    if depth == 0:
        return draw(st.sampled_from([b.matmul(X, w), v, y, b.multiply(t, v), b.diagonal(A)]))
    inner = vectors(depth - 1)
    kind = draw(st.integers(0, 7))
    e = draw(inner)
    match kind:
        case 0:
            return b.apply(draw(st.sampled_from(ENTRYWISE)), b.scale(Fraction(1, 4), e))
        case 1:
            return b.add((draw(st.integers(-3, 3)), e), (2, draw(inner)))
        case 2:
            return b.multiply(e, draw(inner))
        case 3:
            return b.matmul(b.scale(Fraction(1, 2), A), e)
        case 4:
            return b.power(
                b.add(ones(e), b.power(e, 2)), draw(st.sampled_from([-1, Fraction(1, 2)]))
            )
        case 5:
            return b.apply(softmax, e)
        case 6:
            return b.multiply(b.apply(logsumexp, e), draw(inner))
        case _:
            positive = Comparison(draw(inner), ">")
            return b.select([((positive,), e)], draw(inner))


@st.composite
def scalars(draw: st.DrawFn) -> Expr:
    e = draw(vectors(draw(st.integers(1, 3))))
    return draw(
        st.sampled_from(
            [
                b.total(e),
                b.inner(e, v),
                b.apply(logsumexp, e),
                b.apply(log, b.add(b.const(1), b.inner(e, e))),
                b.trace(b.outer(e, b.matmul(A, e))),
            ]
        )
    )


@settings(max_examples=60)
@given(e=scalars(), wrt=st.sampled_from([w, v, t, X, A, y]))
def test_gradients_of_random_formulas_agree_with_differences(e: Expr, wrt: Symbol) -> None:
    d = gradient(e, wrt)
    assert d.end.shape == wrt.shape
    reverify(d, points=2)  # raises if the routes disagree


@settings(max_examples=30)
@given(e=scalars(), wrt=st.sampled_from([w, v, t, X, A]))
def test_hessians_of_random_formulas_agree_with_differences(e: Expr, wrt: Symbol) -> None:
    d = hessian(e, wrt)
    assert d.end.shape == wrt.shape * 2
    reverify(d)
    direction = symbol("direction", wrt.shape)
    reverify(hvp(e, wrt, direction))


@settings(max_examples=40)
@given(e=vectors(2), wrt=st.sampled_from([w, v, X]))
def test_jacobians_of_random_formulas_agree_with_differences(e: Expr, wrt: Symbol) -> None:
    d = jacobian(e, wrt)
    assert d.end.shape == e.shape + wrt.shape
    reverify(d)


@settings(max_examples=60)
@given(e=scalars())
def test_normalize_and_simplify_keep_the_value(e: Expr) -> None:
    reverify(normalize(e), points=2)
    reverify(simplify(e), points=2)


# -- single cases ---

CASES = {
    "trace of a product": b.trace(b.matmul(A, A)),
    "diagonal": b.inner(b.power(b.diagonal(A), 3), v),
    "trace": b.power(b.trace(A), 2),
    "sum of all entries": b.power(b.total(A), 3),
    "row sums": b.inner(b.contract([(A, (0, 1), 1)], (0,)), v),
    "entry squares": b.contract([(A, (0, 1), 2), (v, (0,), 1)], ()),
    "diagonal inside a product": b.contract([(A, (0, 0), 2), (A, (0, 1), 1), (v, (1,), 1)], ()),
    "transpose": b.total(b.multiply(A, b.transpose(A))),
    "inverse": b.trace(b.apply(inv, b.add(A, (9, b.delta("n"))))),
    "log-determinant": b.apply(logdet, b.add(b.matmul(A, b.transpose(A)), b.delta("n"))),
    "norm": b.apply(norm2, b.matmul(A, v)),
    "fractional power": b.total(b.power(b.add(b.power(A, 2), b.const(1, A.shape)), Fraction(2, 3))),
}


@pytest.mark.parametrize("name", CASES)
def test_index_patterns_of_a_matrix_variable(name: str) -> None:
    assert reverify(gradient(CASES[name], A), points=2).confirmed
    assert reverify(hessian(CASES[name], A)).confirmed


def test_third_derivatives_come_from_the_same_engine() -> None:
    f = b.total(b.apply(softplus, b.matmul(X, w)))
    second = hessian(f, w).end
    third = differentiate(second, w).end
    assert third.shape == ("d", "d", "d")
    assert reverify_result(second, w, third).confirmed


def test_a_constant_has_derivative_zero_of_the_right_shape() -> None:
    assert gradient(b.total(v), A).end is b.zeros(("n", "n"))
    assert hessian(b.inner(v, b.matmul(X, w)), w).end is b.zeros(("d", "d"))


def test_the_variable_itself_has_the_unit_tensor_as_jacobian() -> None:
    assert jacobian(A, A).end is b.identity_like(("n", "n"))


def test_unit_tensors_stay_apart_in_the_hessian_of_a_factorization() -> None:
    T, U, V = symbol("T", ("n", "m")), symbol("U", ("n", "k")), symbol("V", ("m", "k"))
    r = b.subtract(b.matmul(U, b.transpose(V)), T)
    h = hessian(b.inner(r, r), U).end
    gram = b.matmul(b.transpose(V), V)
    unit = b.delta("n")
    assert h is b.scale(2, b.contract([(unit, (0, 2), 1), (gram, (1, 3), 1)], (0, 1, 2, 3)))


def test_the_logistic_hessian_is_one_factored_product() -> None:
    lam = symbol("lam")
    for labels, factor in ((y, ()), (v, ((v, (0,), 2),))):
        z = b.negate(b.multiply(labels, b.matmul(X, w)))
        f = b.add(
            b.total(b.apply(log, b.add(b.const(1, ("n",)), b.apply(exp, z)))),
            b.multiply(lam, b.inner(w, w)),
        )
        s = b.apply(sigmoid, z)
        weight = b.contract([(s, (0,), 1), (b.subtract(ones(s), s), (0,), 1), *factor], (0,))
        data = b.contract([(X, (0, 1), 1), (weight, (0,), 1), (X, (0, 2), 1)], (1, 2))
        assert hessian(f, w).end is b.add(data, (2, b.multiply(lam, b.delta("d"))))
        residual = b.multiply(labels, s)
        assert gradient(f, w).end is b.subtract(
            b.scale(2, b.multiply(lam, w)), b.matmul(b.transpose(X), residual)
        )


def test_choices_are_differentiated_branch_by_branch() -> None:
    huber_like = b.select(
        [((Comparison(b.subtract(b.const(1, ("n",)), b.power(v, 2)), ">"),), b.power(v, 2))],
        b.subtract(b.scale(2, b.apply(abs_, v)), ones(v)),
    )
    d = gradient(b.total(huber_like), v)
    assert reverify(d, points=3).confirmed
    assert len(d.corners) == 1


def test_corners_of_cards_are_noted() -> None:
    d = gradient(b.total(b.apply(max_, v, b.zeros(("n",)))), v)
    assert len(d.corners) == 1
    assert gradient(b.total(b.apply(sin, v)), v).corners == ()


def test_a_missing_slope_names_the_function() -> None:
    with pytest.raises(UsageError, match="prod_pairs"):
        hessian(b.total(b.apply(ATOMS["prod_others"], v)), v)


def test_the_nuclear_norm_has_two_derivatives_where_the_matrix_has_full_rank() -> None:
    for wide in (A, b.transpose(A)):
        f = b.apply(nucnorm, wide)
        assert reverify(hessian(f, A), points=2).confirmed


@pytest.mark.parametrize("name", ["lambda_max", "lambda_min"])
def test_extreme_eigenvalues_of_symmetric_matrices_have_two_derivatives(name: str) -> None:
    S = symbol("S", ("n", "n"), Assumptions(structure=frozenset({"symmetric"})))
    f = b.apply(ATOMS[name], S)
    assert reverify(gradient(f, S), points=2).confirmed
    assert reverify(hessian(f, S), points=2).confirmed
    assert reverify(hessian(b.apply(ATOMS[name], b.matmul(b.transpose(X), X)), X)).confirmed


def test_spectral_and_nuclear_norms_have_gradients() -> None:
    for name in ("specnorm", "nucnorm"):
        f = b.apply(ATOMS[name], b.matmul(A, X))
        assert reverify(gradient(f, A), points=2).confirmed
        assert reverify(gradient(f, X), points=2).confirmed


def test_a_gradient_of_an_array_is_refused() -> None:
    with pytest.raises(UsageError, match="scalar"):
        gradient(v, v)
    with pytest.raises(UsageError, match="shape"):
        hvp(b.inner(v, v), v, w)


# -- declarations ---


def test_labels_as_variable_move_off_their_values() -> None:
    d = gradient(b.total(b.power(y, 2)), y)
    assert d.end is b.scale(2, y)


def test_a_symmetric_variable_is_differentiated_entry_by_entry() -> None:
    S = symbol("S", ("n", "n"), Assumptions(structure=frozenset({"pd"})))
    f = b.inner(v, b.matmul(b.apply(inv, S), v))
    d = hessian(f, S)
    assert reverify(d).confirmed
    assert reverify(hvp(f, S, symbol("D", S.shape))).confirmed


def test_a_simplex_variable_keeps_its_plain_derivative() -> None:
    p = symbol("p", ("n",), Assumptions(structure=frozenset({"simplex"})))
    assert gradient(b.total(p), p).end is b.const(1, ("n",))
    assert gradient(b.multiply(b.total(p), b.total(v)), v).end is b.const(1, ("n",))


# -- the check can fail ---


def test_wrong_derivatives_are_refused() -> None:
    r = b.subtract(b.matmul(X, w), v)
    f = b.inner(r, r)
    right = gradient(f, w).end
    assert reverify_result(f, w, right).confirmed
    tiny = 1 + Fraction(1, 1 << 60)
    for wrong in (b.scale(tiny, right), b.negate(right), b.zeros(("d",)), b.add(right, ones(w))):
        with pytest.raises(SelfCheckFailed):
            reverify_result(f, w, wrong)
    with pytest.raises(SelfCheckFailed):
        reverify_result(b.inner(v, b.matmul(A, v)), v, b.scale(2, b.matmul(A, v)))
    with pytest.raises(SelfCheckFailed):
        reverify_result(f, w, b.scale(3, hessian(f, w).end), order=2)


def test_a_formula_without_a_value_anywhere_is_reported_unconfirmed() -> None:
    f = b.total(b.apply(log, b.add(v, (-1, b.power(v, 2)), (-1, ones(v)))))
    assert not reverify(gradient(f, v)).confirmed


# -- records ---


def test_the_last_line_is_the_returned_object() -> None:
    d = gradient(CASES["trace of a product"], A)
    ends = [s for s in d.steps if isinstance(s, ReadOff)]
    assert len(ends) == 1
    later = d.steps[d.steps.index(ends[0]) + 1 :]
    assert (later[-1].after if later else ends[0].after) is d.end or later
    assert d.expr is d.end


def test_each_state_of_the_run_is_the_same_differential() -> None:
    """<A_v, dv> summed over what is still open stays d(result): checked by differences.

    The first adjoint is 1, and replacing dv by its own differential must give the derivative.
    """
    f = b.total(b.apply(softplus, b.negate(b.multiply(y, b.matmul(X, w)))))
    d = differentiate(f, w)
    for step in d.steps:
        if isinstance(step, Differential):
            assert reverify_result(step.node, w, differentiate(step.node, w).end).confirmed
            assert step.after.shape == step.node.shape
            assert step.adjoint.expr().shape == f.shape + step.node.shape


def test_a_derivation_is_written_as_data() -> None:
    d = hessian(b.total(b.apply(softplus, b.matmul(X, w))), w)
    data = json.loads(json.dumps(d.to_json()))
    rows = read_rows(data["nodes"], ATOMS)
    assert rows[data["end"]] is d.end
    assert rows[data["start"]] is d.start
    assert len(data["steps"]) == len(d.steps)
    assert all(s["words"]["zh"] and s["words"]["en"] for s in data["steps"])


# -- size ---


def test_a_chain_five_thousand_deep_is_differentiated() -> None:
    e: Expr = v
    for _ in range(5000):
        e = b.apply(sin, e)
    f = b.total(e)
    d = gradient(f, v)
    assert d.end.shape == ("n",)
    assert sum(isinstance(s, Differential) for s in d.steps) == 5001


def test_a_sum_of_eight_hundred_terms_is_differentiated_in_proportion() -> None:
    def seconds(count: int) -> float:
        parts = [symbol(f"c{k}") for k in range(count)]
        f = b.add(*(b.total(b.apply(softplus, b.multiply(c, v))) for c in parts))
        begin = process_time()
        d = gradient(f, v)
        assert isinstance(d.end, Add)
        assert len(d.end.terms) == count
        return process_time() - begin

    seconds(20)  # warm
    small, large = seconds(100), seconds(800)
    # Eight times the terms: quadratic growth would take 64 times as long.
    assert large < 30 * small
