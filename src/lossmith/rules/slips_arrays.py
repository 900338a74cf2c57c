"""Wrong rewrites of matrices and indices: orders, transposes, diagonals, indices of sums."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from lossmith.atoms.matrix import inv
from lossmith.expr.build import (
    add,
    apply,
    broadcast,
    const,
    contract,
    delta,
    diag,
    inner,
    matmul,
    multiply,
    negate,
    power,
    size_of,
    subtract,
    total,
    transpose,
)
from lossmith.expr.node import (
    Add,
    Const,
    Contract,
    Delta,
    Expr,
)
from lossmith.rules.slip import (
    MATRICES,
    ONE,
    TWO,
    VECTORS,
    X_,
    M,
    N,
    Slip,
    U,
    V,
    argument,
    axes,
    is_size,
    rebuilt,
)
from lossmith.words import Words


def _has_delta(e: Expr) -> bool:
    return isinstance(e, Delta) or (
        isinstance(e, Contract) and any(isinstance(f, Delta) for f, _, _ in e.factors)
    )


def _diagonal_dropped(e: Expr) -> Iterator[Expr]:
    """Drop the term with a unit matrix; or the unit matrix of diag(v)."""
    if isinstance(e, Add) and len(e.terms) > 1:
        for k, (_, t) in enumerate(e.terms):
            if _has_delta(t):
                yield add(*(t for j, t in enumerate(e.terms) if j != k))
    if isinstance(e, Contract):
        for k, (f, _, _) in enumerate(e.factors):
            if isinstance(f, Delta) and len(e.factors) > 1:
                yield rebuilt(e, [g for j, g in enumerate(e.factors) if j != k])


def _unit_matrix_dropped(e: Expr) -> Iterator[Expr]:
    """A + x I -> A + x: x is added to every entry."""
    if len(e.shape) == 2 and e.shape[0] == e.shape[1] and isinstance(e, Add):
        for k, (c, t) in enumerate(e.terms):
            if _has_delta(t) and isinstance(t, Contract):
                scalars = [(f, ls, p) for f, ls, p in t.factors if not isinstance(f, Delta)]
                if all(not ls for _, ls, _ in scalars):
                    spread = broadcast(contract(scalars, ()), e.shape)
                    yield add(*((c, spread) if j == k else u for j, u in enumerate(e.terms)))
            elif isinstance(t, Delta):
                ones = (c, const(1, e.shape))
                yield add(*(ones if j == k else u for j, u in enumerate(e.terms)))


def _unit_matrix_put_in(e: Expr) -> Iterator[Expr]:
    """A + x -> A + x I, and sum(v) 1 -> v where that is what (x 1 1') v became."""
    if len(e.shape) == 2 and e.shape[0] == e.shape[1] and isinstance(e, Add):
        unit = delta(e.shape[0])
        for k, (c, t) in enumerate(e.terms):
            if isinstance(t, Const) or (
                isinstance(t, Contract)
                and all(isinstance(f, Const) or not ls for f, ls, _ in t.factors)
            ):
                one = (c, multiply(t, unit))
                yield add(*(one if j == k else u for j, u in enumerate(e.terms)))
    if isinstance(e, Contract) and len(e.shape) == 1:
        for k, (f, ls, p) in enumerate(e.factors):
            if p == 1 and not ls and isinstance(f, Contract) and len(f.factors) == 1:
                ((v, inside, q),) = f.factors
                if q == 1 and len(inside) == 1 and v.shape == e.shape:
                    rest = [g for j, g in enumerate(e.factors) if j != k]
                    yield rebuilt(e, [*rest, (v, (0,), ONE)])


def _off_diagonal_dropped(e: Expr) -> Iterator[Expr]:
    """Keep the diagonal of a square matrix alone: softmax treated as if entry by entry."""
    if len(e.shape) == 2 and e.shape[0] == e.shape[1] and isinstance(e, Add):
        yield contract([(e, (0, 0), 1), (delta(e.shape[0]), (0, 1), 1)], (0, 1))
        diagonal = any(_has_delta(t) for _, t in e.terms)
        for k, (_, t) in enumerate(e.terms):
            if diagonal and not _has_delta(t):
                yield add(*(t for j, t in enumerate(e.terms) if j != k))


def _mean_squared(e: Expr) -> Iterator[Expr]:
    """sum(x^2) -> sum(x)^2/n: the mean of squares taken for the square of the mean."""
    if isinstance(e, Contract) and not e.shape:
        for k, (f, ls, p) in enumerate(e.factors):
            alone = all(ls[0] not in ms for j, (_, ms, _) in enumerate(e.factors) if j != k and ls)
            if p == 2 and len(ls) == 1 and alone:
                rest = [g for j, g in enumerate(e.factors) if j != k]
                square = [(total(f), (), 2), (size_of(f.shape[0]), (), -1)]
                yield rebuilt(e, [*rest, *((g, m, Fraction(q)) for g, m, q in square)])


def _transposed_factor(e: Expr) -> Iterator[Expr]:
    """Turn one square matrix of a product."""
    if not isinstance(e, Contract):
        return
    for k, (f, ls, p) in enumerate(e.factors):
        if (
            len(ls) == 2
            and f.shape[0] == f.shape[1]
            and ls[0] != ls[1]
            and not isinstance(f, Delta)
        ):
            rest = [g for j, g in enumerate(e.factors) if j != k]
            yield contract([*rest, (f, ls[::-1], p)], axes(e), e.shape)


def _whole_transposed(e: Expr) -> Iterator[Expr]:
    if len(e.shape) == 2:
        yield transpose(e)


def _order_of_product(e: Expr) -> Iterator[Expr]:
    """A B -> B A: two square matrices change places."""
    if not isinstance(e, Contract):
        return
    square = [
        k for k, (f, ls, p) in enumerate(e.factors)
        if p == 1 and len(ls) == 2 and f.shape[0] == f.shape[1] and not isinstance(f, Delta)
    ]  # fmt: skip
    for i in square:
        for j in square:
            if i < j and e.factors[i][0].shape == e.factors[j][0].shape:
                new = list(e.factors)
                new[i] = (e.factors[j][0], e.factors[i][1], ONE)
                new[j] = (e.factors[i][0], e.factors[j][1], ONE)
                yield contract(new, axes(e), e.shape)


def _index_captured(e: Expr) -> Iterator[Expr]:
    """p_i * sum(k, y_k) -> sum(k, p_k*y_k): a factor is drawn into the sum."""
    if not isinstance(e, Contract):
        return
    groups = [
        (k, f) for k, (f, ls, p) in enumerate(e.factors)
        if not ls and p == 1 and isinstance(f, Contract) and f.summed and not is_size(f)
    ]  # fmt: skip
    for k, g in groups:
        assert isinstance(g, Contract)
        for j, (f, ls, p) in enumerate(e.factors):
            for s in g.summed:
                if len(ls) == 1 and f.shape == (g.sizes()[s],):
                    rest = [h for m, h in enumerate(e.factors) if m not in (k, j)]
                    drawn = contract([*g.factors, (f, (s,), p)], ())
                    yield rebuilt(e, [*rest, (drawn, (), ONE)])


def _index_escaped(e: Expr) -> Iterator[Expr]:
    """sum(k, p_k*y_k) in front of ones -> p_i * sum(k, y_k)."""
    if not isinstance(e, Contract):
        return
    for k, (g, ls, p) in enumerate(e.factors):
        if ls or p != 1 or not isinstance(g, Contract) or not g.summed:
            continue
        for j, (f, ms, q) in enumerate(g.factors):
            for axis, d in enumerate(e.shape):
                if f.shape == (d,) and len(g.factors) > 1:
                    inside = [h for m, h in enumerate(g.factors) if m != j]
                    filler = (const(1, (d,)), ms, ONE)
                    summed = contract([*inside, filler], ())
                    rest = [h for m, h in enumerate(e.factors) if m != k]
                    yield rebuilt(e, [*rest, (summed, (), ONE), (f, (axis,), q)])


def _product_of_sums(e: Expr) -> Iterator[Expr]:
    """sum(k, a_k*b_k) -> sum(a)*sum(b)."""
    if isinstance(e, Contract) and not e.shape and len(e.summed) == 1 and len(e.factors) > 1:
        (s,) = e.summed
        if all(ls == (s,) for _, ls, _ in e.factors):
            parts = [contract([f], ()) for f in e.factors]
            yield multiply(*parts)
            yield multiply(contract(list(e.factors[:1]), ()), contract(list(e.factors[1:]), ()))


def _sum_dropped(e: Expr) -> Iterator[Expr]:
    """sum(k, u_k) -> u: the sum sign lost (only the whole can change its shape)."""
    if isinstance(e, Contract) and not e.shape and len(e.summed) == 1:
        (s,) = e.summed
        yield contract(
            [(f, tuple(0 if k == s else k for k in ls), p) for f, ls, p in e.factors], (0,)
        )


def _inverse_dropped(e: Expr) -> Iterator[Expr]:
    u = argument(e, "inv")
    if u is not None:
        yield u


def _inverse_of_product(e: Expr) -> Iterator[Expr]:
    """inv(A B) -> inv(A) inv(B)."""
    u = argument(e, "inv")
    if isinstance(u, Contract) and u.rank == 2 and len(u.factors) > 1:
        if all(len(ls) == 2 and f.shape == u.shape and p == 1 for f, ls, p in u.factors):
            yield contract([(apply(inv, f), ls, p) for f, ls, p in u.factors], (0, 1))


def _inverse_of_sum(e: Expr) -> Iterator[Expr]:
    """inv(A + B) -> inv(A) + inv(B)."""
    u = argument(e, "inv")
    if isinstance(u, Add) and len(u.terms) > 1:
        yield add(*((1 / c, t if isinstance(t, Delta) else apply(inv, t)) for c, t in u.terms))


def _trace_of_product(e: Expr) -> Iterator[Expr]:
    """tr(A B) -> tr(A) tr(B)."""
    if isinstance(e, Contract) and not e.shape and len(e.factors) == 2:
        (f, ls, p), (g, ms, q) = e.factors
        if len(ls) == 2 and set(ls) == set(ms) and f.shape == g.shape and p == q == 1:
            if f.shape[0] == f.shape[1]:
                yield multiply(contract([(f, (0, 0), 1)], ()), contract([(g, (0, 0), 1)], ()))


ARRAY_SLIPS: Final[tuple[Slip, ...]] = (
    Slip(
        "diagonal-dropped",
        Words(
            "the diagonal was dropped: the unit matrix (the case i = j) is missing",
            "漏掉了对角部分：缺少单位阵（i = j 的情形）",
        ),
        _diagonal_dropped,
        subtract(diag(V), contract([(V, (0,), 1), (V, (1,), 1)], (0, 1))),
        negate(contract([(V, (0,), 1), (V, (1,), 1)], (0, 1))),
        VECTORS,
    ),
    Slip(
        "unit-matrix-missing",
        Words(
            "the unit matrix is missing: A + λ adds λ to every entry, A + λI to the diagonal",
            "漏写了单位矩阵：A + λ 会给每个元素都加上 λ，而 A + λI 只加在对角线上",
        ),
        _unit_matrix_dropped,
        add(M, multiply(broadcast(X_, ("n", "n")), delta("n"))),
        add(M, broadcast(X_, ("n", "n"))),
        {**MATRICES, **TWO},
        undo=_unit_matrix_put_in,
    ),
    Slip(
        "off-diagonal-dropped",
        Words(
            "only the diagonal was kept: the entries influence each other (the case i ≠ j)",
            "只保留了对角元：各分量互相影响，缺少 i ≠ j 的情形",
        ),
        _off_diagonal_dropped,
        subtract(diag(V), contract([(V, (0,), 1), (V, (1,), 1)], (0, 1))),
        diag(V),
        VECTORS,
    ),
    Slip(
        "mean-squared",
        Words(
            "the mean of the squares is not the square of the mean",
            "平方的平均不等于平均的平方",
        ),
        _mean_squared,
        contract([(V, (0,), 2)], ()),
        multiply(power(total(V), 2), power(size_of("n"), -1)),
        VECTORS,
    ),
    Slip(
        "index-captured",
        Words(
            "the index was captured by the sum: the factor belongs in front of it",
            "指标被求和符号“捕获”了：该因子应在求和号之外",
        ),
        _index_captured,
        multiply(V, broadcast(total(U), ("n",))),
        broadcast(inner(V, U), ("n",)),
        VECTORS,
    ),
    Slip(
        "index-escaped",
        Words(
            "a factor was taken out of the sum although it carries the index of summation",
            "把带有求和指标的因子提到了求和号外面",
        ),
        _index_escaped,
        broadcast(inner(V, U), ("n",)),
        multiply(V, broadcast(total(U), ("n",))),
        VECTORS,
    ),
    Slip(
        "transposed-factor",
        Words("a transpose is missing or superfluous", "漏写或多写了转置"),
        _transposed_factor,
        matmul(M, V),
        matmul(transpose(M), V),
        MATRICES,
        undo=_transposed_factor,
    ),
    Slip(
        "whole-transposed",
        Words(
            "this is the transpose: the other layout of the same entries",
            "这是转置：同样的元素，另一种布局",
        ),
        _whole_transposed,
        M,
        transpose(M),
        MATRICES,
        whole=True,
    ),
    Slip(
        "order-of-product",
        Words(
            "the factors of a matrix product changed places; AB is not BA",
            "矩阵乘积的次序颠倒了；AB 不等于 BA",
        ),
        _order_of_product,
        matmul(M, N),
        matmul(N, M),
        MATRICES,
        generality=0.1,
        undo=_order_of_product,
    ),
    Slip(
        "inverse-of-product",
        Words("(AB)⁻¹ is B⁻¹A⁻¹, not A⁻¹B⁻¹", "(AB)⁻¹ 等于 B⁻¹A⁻¹，而不是 A⁻¹B⁻¹"),
        _inverse_of_product,
        apply(inv, matmul(M, N)),
        matmul(apply(inv, M), apply(inv, N)),
        MATRICES,
    ),
    Slip(
        "inverse-dropped",
        Words("the inverse was dropped", "漏掉了求逆"),
        _inverse_dropped,
        apply(inv, M),
        M,
        MATRICES,
    ),
    Slip(
        "trace-of-product",
        Words("tr(AB) is not tr(A)·tr(B)", "tr(AB) 不等于 tr(A)·tr(B)"),
        _trace_of_product,
        contract([(M, (0, 1), 1), (N, (1, 0), 1)], ()),
        multiply(contract([(M, (0, 0), 1)], ()), contract([(N, (0, 0), 1)], ())),
        MATRICES,
    ),
    Slip(
        "product-of-sums",
        Words("a sum of products is not the product of the sums", "乘积之和不等于和之乘积"),
        _product_of_sums,
        inner(V, U),
        multiply(total(V), total(U)),
        VECTORS,
    ),
    Slip(
        "sum-dropped",
        Words("the sum over the index was dropped", "漏掉了对指标的求和"),
        _sum_dropped,
        inner(V, U),
        multiply(V, U),
        VECTORS,
        generality=1,
    ),
    Slip(
        "inverse-of-sum",
        Words("(A + B)⁻¹ is not A⁻¹ + B⁻¹", "(A + B)⁻¹ 不等于 A⁻¹ + B⁻¹"),
        _inverse_of_sum,
        apply(inv, add(M, N)),
        add(apply(inv, M), apply(inv, N)),
        MATRICES,
    ),
)
