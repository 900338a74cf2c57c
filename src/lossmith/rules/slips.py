"""Known wrong rewrites, so that a wrong line can be called by its name.

A slip maps a node to what people write in its place by mistake. ``good`` and ``bad`` are one
instance, ``breaks_at`` a point where it is false; tests attack every row: the slip must produce
``bad`` from ``good``, and the two must differ there. Slips of differentiation stand in
``rules.slope_slips``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from lossmith.atoms.activation import sigmoid
from lossmith.atoms.arithmetic import abs, max
from lossmith.atoms.exponential import exp, log
from lossmith.atoms.matrix import inv
from lossmith.atoms.vector import softmax
from lossmith.expr.build import (
    add,
    apply,
    broadcast,
    const,
    contract,
    delta,
    diag,
    divide,
    inner,
    matmul,
    multiply,
    negate,
    power,
    scale,
    select,
    size_of,
    subtract,
    symbol,
    total,
    transpose,
)
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Delta,
    Expr,
    Factor,
    Select,
    Symbol,
)
from lossmith.expr.walk import substitute
from lossmith.words import Words

Ways = Callable[[Expr], Iterator[Expr]]
Values = Mapping[str, Any]  # numbers, or nested tuples of them, by symbol name


@dataclass(frozen=True, slots=True)
class Slip:
    """One known wrong rewrite.

    name: lower case with dashes.  words: what was done.  ways: the wrong forms of a node.
    good, bad: an instance.  breaks_at: values of its symbols at which the two differ.
    """

    name: str
    words: Words
    ways: Ways
    good: Expr
    bad: Expr
    breaks_at: Values


_ONE = Fraction(1)
_HALF = Fraction(1, 2)
_x, _y, _a, _b = (symbol(n) for n in "xyab")
_v, _u = symbol("v", ("n",)), symbol("u", ("n",))
_A, _B = symbol("A", ("n", "n")), symbol("B", ("n", "n"))
_TWO = {"x": Fraction(2), "y": Fraction(3), "a": Fraction(5), "b": Fraction(7)}
_VECTORS = {"v": (Fraction(2), Fraction(3)), "u": (Fraction(5), Fraction(7))}
_MATRICES = {
    "A": ((Fraction(1), Fraction(2)), (Fraction(3), Fraction(5))),
    "B": ((Fraction(2), Fraction(0)), (Fraction(1), Fraction(7))),
    **_VECTORS,
}


def _axes(e: Expr) -> tuple[int, ...]:
    return tuple(range(len(e.shape)))


def _of(e: Expr, name: str) -> Expr | None:
    return e.args[0] if isinstance(e, Apply) and e.atom.name == name else None


def _rebuilt(e: Contract, factors: list[Factor]) -> Expr:
    """Return the product with other factors; ones carry an index that lost all its factors."""
    sizes = e.sizes()
    carried = {k for _, ls, _ in factors for k in ls}
    lost = [k for k in sizes if k not in carried and k < e.rank]
    ones_ = [(const(1, (sizes[k],)), (k,), _ONE) for k in lost]
    return contract([*factors, *ones_], _axes(e), e.shape)


# -- functions of sums and products ----------------------------------------------------------------


def _spread(name: str) -> Ways:
    """f(a + b) -> f(a) + f(b)."""

    def ways(e: Expr) -> Iterator[Expr]:
        u = _of(e, name)
        if isinstance(u, Add) and len(u.terms) > 1 and isinstance(e, Apply):
            yield add(*(_each(e, c, t) for c, t in u.terms))

    def _each(e: Apply, c: Fraction, t: Expr) -> tuple[int | Fraction, Expr]:
        if c < 0 and name == "log":
            return -1, apply(e.atom, scale(-c, t))
        return 1, apply(e.atom, scale(c, t))

    return ways


def _log_of_product(e: Expr) -> Iterator[Expr]:
    u = _of(e, "log")
    parts = _parts(u) if u is not None else []
    if u is not None and len(parts) > 1:
        yield multiply(*(apply(log, p) for p in parts))


def _parts(u: Expr) -> list[Expr]:
    """Return the factors of an entrywise product, each of the shape of the whole."""
    if not isinstance(u, Contract) or u.summed:
        return []
    out = _axes(u)
    ones_ = (const(1, u.shape), out, _ONE)
    return [contract([f, ones_], out, u.shape) for f in u.factors if not isinstance(f[0], Const)]


def _log_of_quotient(e: Expr) -> Iterator[Expr]:
    u = _of(e, "log")
    if not isinstance(u, Contract) or u.summed:
        return
    over = [f for f in u.factors if f[2] > 0 and not isinstance(f[0], Const)]
    under = [(f, ls, -p) for f, ls, p in u.factors if p < 0]
    if over and under:
        top, bottom = _rebuilt(u, over), _rebuilt(u, under)
        yield divide(apply(log, top), apply(log, bottom))


def _exp_of_product(e: Expr) -> Iterator[Expr]:
    u = _of(e, "exp")
    if isinstance(u, Add) and len(u.terms) > 1:
        yield apply(exp, multiply(*(scale(c, t) for c, t in u.terms)))


def _power_of_sum(e: Expr) -> Iterator[Expr]:
    """(a + b)^p -> a^p + b^p."""
    if not isinstance(e, Contract):
        return
    for k, (f, labels, p) in enumerate(e.factors):
        if p != 1 and isinstance(f, Add) and len(f.terms) > 1:
            if p.denominator % 2 == 0 and any(c < 0 for c, _ in f.terms):
                continue
            if p.denominator > 1 and any(c < 0 for c, _ in f.terms):
                continue
            split = add(*(power(scale(c, t), p) for c, t in f.terms))
            rest = [g for j, g in enumerate(e.factors) if j != k]
            yield _rebuilt(e, [*rest, (split, labels, _ONE)])


def _middle_term_halved(e: Expr) -> Iterator[Expr]:
    """(a + b)^2 -> a^2 + a b + b^2."""
    if not isinstance(e, Contract):
        return
    for k, (f, labels, p) in enumerate(e.factors):
        if p == 2 and isinstance(f, Add) and len(f.terms) == 2:
            (c, s), (d, t) = f.terms
            wrong = add((c * c, power(s, 2)), (c * d, multiply(s, t)), (d * d, power(t, 2)))
            rest = [g for j, g in enumerate(e.factors) if j != k]
            yield _rebuilt(e, [*rest, (wrong, labels, _ONE)])


def _size_is_value(e: Expr) -> Iterator[Expr]:
    u = _of(e, "abs")
    if u is not None:
        yield u


# -- signs -----------------------------------------------------------------------------------------


def _sign_of_term(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Add) and len(e.terms) > 1:
        for k in range(len(e.terms)):
            yield add(*((-c if j == k else c, t) for j, (c, t) in enumerate(e.terms)))


def _sign_of_whole(e: Expr) -> Iterator[Expr]:
    yield negate(e)


def _outer_minus(e: Expr) -> Iterator[Expr]:
    """-(a + b) -> -a + b: of several terms under one minus, some lose it."""
    if not isinstance(e, Add):
        return
    if len(e.terms) > 1 and all(c < 0 for c, _ in e.terms):
        for k in range(len(e.terms)):
            yield add(*((c if j == k else -c, t) for j, (c, t) in enumerate(e.terms)))
    if len(e.terms) == 1 and e.terms[0][0] < 0:
        for bracket in _brackets(e.terms[0][1]):
            for wrong in _sign_of_term(bracket):
                yield substitute(e, {bracket: wrong})


def _brackets(e: Expr) -> Iterator[Add]:
    """Yield the sums in a product, inside its groups too, but not inside functions."""
    waiting = [e]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Add) and len(node.terms) > 1:
            yield node
        elif isinstance(node, Contract):
            waiting += [f for f, _, p in node.factors if p == 1]


def _bracket_minus(e: Expr) -> Iterator[Expr]:
    """s (a + b) -> s a - s b in a product with a sum: the minus in front took one term only."""
    if not isinstance(e, Contract):
        return
    for k, (f, labels, p) in enumerate(e.factors):
        if p == 1 and isinstance(f, Add) and len(f.terms) > 1:
            for wrong in _sign_of_term(f):
                rest = [g for j, g in enumerate(e.factors) if j != k]
                yield _rebuilt(e, [*rest, (wrong, labels, _ONE)])


def _sign_of_argument(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Apply) and e.atom.signature.is_entrywise and e.atom.arity == 1:
        yield apply(e.atom, negate(e.args[0]))


def _plus_one(e: Expr) -> Iterator[Expr]:
    """1 - u -> 1 + u, and u alone: the complement forgotten."""
    if isinstance(e, Add) and len(e.terms) == 2:
        for k, (_, t) in enumerate(e.terms):
            c, other = e.terms[1 - k]
            if isinstance(t, Const) and c < 0:
                yield scale(-c, other)


# -- numbers, sizes, scales ------------------------------------------------------------------------


def _number_dropped(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Add):
        for k, (c, _) in enumerate(e.terms):
            if c not in (1, -1):
                sign = 1 if c > 0 else -1
                yield add(*((sign if j == k else q, t) for j, (q, t) in enumerate(e.terms)))
        sizes = {c if c > 0 else -c for c, _ in e.terms}
        if len(sizes) == 1 and sizes != {_ONE} and len(e.terms) > 1:
            yield scale(1 / sizes.pop(), e)


def _number_doubled(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Add):
        for k in range(len(e.terms)):
            for q in (2, _HALF):
                yield add(*((c * q if j == k else c, t) for j, (c, t) in enumerate(e.terms)))
    yield scale(2, e)
    yield scale(_HALF, e)


def _is_size(f: Expr) -> bool:
    return (
        isinstance(f, Contract)
        and not f.shape
        and all(isinstance(g, Const) for g, _, _ in f.factors)
    )


def _size_dropped(e: Expr) -> Iterator[Expr]:
    """Drop 1/n or n."""
    if isinstance(e, Contract):
        for k, (f, _, p) in enumerate(e.factors):
            if _is_size(f) and p in (1, -1):
                yield _rebuilt(e, [g for j, g in enumerate(e.factors) if j != k])
    if isinstance(e, Add) and len(e.terms) > 1:
        found = [list(_size_dropped(t)) for _, t in e.terms]
        if all(len(ways) == 1 for ways in found):
            yield add(*((c, ways[0]) for (c, _), ways in zip(e.terms, found, strict=True)))


def _size_added(e: Expr) -> Iterator[Expr]:
    """Divide by a size that occurs in the expression."""
    letters = dict.fromkeys(
        d for f in (e.factors if isinstance(e, Contract) else ()) for d in f[0].shape
    )
    for d in (*letters, *(d for d in e.shape)):
        if isinstance(d, str):
            yield multiply(e, power(size_of(d), -1))


def _scale_dropped(e: Expr) -> Iterator[Expr]:
    """Drop a scalar factor (sigma^2, lam), or its power."""
    if isinstance(e, Contract) and len(e.factors) > 1:
        for k, (f, ls, p) in enumerate(e.factors):
            if not ls and isinstance(f, Symbol):
                rest = [g for j, g in enumerate(e.factors) if j != k]
                yield _rebuilt(e, rest)
                if p not in (1, -1):
                    yield _rebuilt(e, [*rest, (f, ls, _ONE if p > 0 else -_ONE)])


def _exponent_dropped(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Contract):
        for k, (f, ls, p) in enumerate(e.factors):
            if p != 1:
                rest = [g for j, g in enumerate(e.factors) if j != k]
                yield _rebuilt(e, [*rest, (f, ls, _ONE)])


def _exponent_off_by_one(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Contract):
        for k, (f, ls, p) in enumerate(e.factors):
            rest = [g for j, g in enumerate(e.factors) if j != k]
            for q in (p - 1, p + 1):
                if q and p != 1 and not isinstance(f, Const):
                    yield _rebuilt(e, [*rest, (f, ls, q)])


# -- terms and factors -----------------------------------------------------------------------------


def _term_dropped(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Add) and len(e.terms) > 1:
        for k in range(len(e.terms)):
            yield add(*(t for j, t in enumerate(e.terms) if j != k))


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
                yield _rebuilt(e, [g for j, g in enumerate(e.factors) if j != k])


def _off_diagonal_dropped(e: Expr) -> Iterator[Expr]:
    """Keep the diagonal of a square matrix alone: softmax treated as if entry by entry."""
    if len(e.shape) == 2 and e.shape[0] == e.shape[1] and isinstance(e, Add):
        yield contract([(e, (0, 0), 1), (delta(e.shape[0]), (0, 1), 1)], (0, 1))
        for k, (_, t) in enumerate(e.terms):
            if not _has_delta(t):
                yield add(*(t for j, t in enumerate(e.terms) if j != k))


def _factor_dropped(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Contract) and len(e.factors) > 1:
        for k, (f, _, _) in enumerate(e.factors):
            if not isinstance(f, Const | Delta) and not _is_size(f):
                yield _rebuilt(e, [g for j, g in enumerate(e.factors) if j != k])


# -- matrices and indices --------------------------------------------------------------------------


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
            yield contract([*rest, (f, ls[::-1], p)], _axes(e), e.shape)


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
                new[i] = (e.factors[j][0], e.factors[i][1], _ONE)
                new[j] = (e.factors[i][0], e.factors[j][1], _ONE)
                yield contract(new, _axes(e), e.shape)


def _index_captured(e: Expr) -> Iterator[Expr]:
    """p_i * sum(k, y_k) -> sum(k, p_k*y_k): a factor is drawn into the sum."""
    if not isinstance(e, Contract):
        return
    groups = [
        (k, f) for k, (f, ls, p) in enumerate(e.factors)
        if not ls and p == 1 and isinstance(f, Contract) and f.summed and not _is_size(f)
    ]  # fmt: skip
    for k, g in groups:
        assert isinstance(g, Contract)
        for j, (f, ls, p) in enumerate(e.factors):
            for s in g.summed:
                if len(ls) == 1 and f.shape == (g.sizes()[s],):
                    rest = [h for m, h in enumerate(e.factors) if m not in (k, j)]
                    drawn = contract([*g.factors, (f, (s,), p)], ())
                    yield _rebuilt(e, [*rest, (drawn, (), _ONE)])


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
                    filler = (const(1, (d,)), ms, _ONE)
                    summed = contract([*inside, filler], ())
                    rest = [h for m, h in enumerate(e.factors) if m != k]
                    yield _rebuilt(e, [*rest, (summed, (), _ONE), (f, (axis,), q)])


def _product_of_sums(e: Expr) -> Iterator[Expr]:
    """sum(k, a_k*b_k) -> sum(a)*sum(b)."""
    if isinstance(e, Contract) and not e.shape and len(e.summed) == 1 and len(e.factors) > 1:
        (s,) = e.summed
        if all(ls == (s,) for _, ls, _ in e.factors):
            parts = [contract([f], ()) for f in e.factors]
            yield multiply(*parts)
            yield multiply(contract(list(e.factors[:1]), ()), contract(list(e.factors[1:]), ()))


def _log_of_sum_over_index(e: Expr) -> Iterator[Expr]:
    """log(sum(k, u_k)) -> sum(k, log(u_k))."""
    u = _of(e, "log")
    if isinstance(u, Contract) and len(u.summed) == 1 and not u.shape:
        (s,) = u.summed
        inside = contract([(f, (0,) if ls else (), p) for f, ls, p in u.factors], (0,))
        if all(ls in ((s,), ()) for _, ls, _ in u.factors):
            yield total(apply(log, inside))
    v = _of(e, "logsumexp")
    if v is not None and len(v.shape) == 1:
        yield total(v)


def _sum_dropped(e: Expr) -> Iterator[Expr]:
    """sum(k, u_k) -> u: the sum sign lost (only the whole can change its shape)."""
    if isinstance(e, Contract) and not e.shape and len(e.summed) == 1:
        (s,) = e.summed
        yield contract(
            [(f, tuple(0 if k == s else k for k in ls), p) for f, ls, p in e.factors], (0,)
        )


def _inverse_dropped(e: Expr) -> Iterator[Expr]:
    u = _of(e, "inv")
    if u is not None:
        yield u


def _inverse_of_product(e: Expr) -> Iterator[Expr]:
    """inv(A B) -> inv(A) inv(B)."""
    u = _of(e, "inv")
    if isinstance(u, Contract) and u.rank == 2 and len(u.factors) > 1:
        if all(len(ls) == 2 and f.shape == u.shape and p == 1 for f, ls, p in u.factors):
            yield contract([(apply(inv, f), ls, p) for f, ls, p in u.factors], (0, 1))


def _trace_of_product(e: Expr) -> Iterator[Expr]:
    """tr(A B) -> tr(A) tr(B)."""
    if isinstance(e, Contract) and not e.shape and len(e.factors) == 2:
        (f, ls, p), (g, ms, q) = e.factors
        if len(ls) == 2 and set(ls) == set(ms) and f.shape == g.shape and p == q == 1:
            if f.shape[0] == f.shape[1]:
                yield multiply(contract([(f, (0, 0), 1)], ()), contract([(g, (0, 0), 1)], ()))


def _not_normalized(e: Expr) -> Iterator[Expr]:
    u = _of(e, "softmax")
    if u is not None:
        yield apply(exp, u)


def _softmax_as_sigmoid(e: Expr) -> Iterator[Expr]:
    u = _of(e, "softmax")
    if u is not None:
        yield apply(sigmoid, u)


def _link_dropped(e: Expr) -> Iterator[Expr]:
    """sigmoid(z) -> z: the function around its argument forgotten."""
    if isinstance(e, Apply) and e.atom.arity == 1 and e.args[0].shape == e.shape:
        yield e.args[0]


def _without_indicator(e: Expr) -> Expr | None:
    """Return a product without its factor that is 1 in some cases and 0 in the others."""
    c, t = e.terms[0] if isinstance(e, Add) and len(e.terms) == 1 else (_ONE, e)
    if isinstance(t, Select) and _is_indicator(t):
        return const(c, t.shape)
    if not isinstance(t, Contract):
        return None
    kept = [f for f in t.factors if not _is_indicator(f[0])]
    return scale(c, _rebuilt(t, kept)) if 0 < len(kept) < len(t.factors) else None


def _is_indicator(e: Expr) -> bool:
    values = [v for _, v in e.cases] + [e.otherwise] if isinstance(e, Select) else []
    return bool(values) and all(isinstance(v, Const) and v.value in (0, 1) for v in values)


def _indicator_dropped(e: Expr) -> Iterator[Expr]:
    found = _without_indicator(e)
    if found is not None:
        yield found


def _clipped(e: Expr) -> Iterator[Expr]:
    """1[u > 0] du -> max(0, du): the slope itself is clipped."""
    found = _without_indicator(e)
    if found is not None:
        yield apply(max, found, const(0, found.shape))


_step = select([((Comparison(_a, ">"),), const(1))], const(0))

SLIPS: Final[tuple[Slip, ...]] = (
    Slip(
        "indicator-dropped",
        Words(
            "the indicator was dropped: on the flat side the slope is 0",
            "漏掉了示性函数：在平坦的一侧导数为 0",
        ),
        _indicator_dropped,
        multiply(_x, _step),
        _x,
        {"x": Fraction(2), "a": Fraction(-1)},
    ),
    Slip(
        "slope-clipped",
        Words(
            "the slope itself was clipped at 0; the indicator asks about the margin instead",
            "把导数本身截断为非负；示性函数判断的应是间隔是否被违反",
        ),
        _clipped,
        multiply(_x, _step),
        apply(max, _x, const(0)),
        {"x": Fraction(2), "a": Fraction(-1)},
    ),
    Slip(
        "missing-outer-minus",
        Words(
            "the minus in front of the bracket reached only one of its terms",
            "括号前的负号只作用到了其中一项",
        ),
        _outer_minus,
        negate(add(_a, _b)),
        subtract(_b, _a),
        _TWO,
    ),
    Slip(
        "sign-of-whole",
        Words("the sign of the whole is reversed", "整个式子的符号反了"),
        _sign_of_whole,
        _x,
        negate(_x),
        _TWO,
    ),
    Slip(
        "size-dropped",
        Words("the factor 1/n (or n) was dropped", "漏掉了因子 1/n（或 n）"),
        _size_dropped,
        multiply(_x, power(size_of("n"), -1)),
        _x,
        {**_TWO, "v": _VECTORS["v"]},
    ),
    Slip(
        "diagonal-dropped",
        Words(
            "the diagonal was dropped: the unit matrix (the case i = j) is missing",
            "漏掉了对角部分：缺少单位阵（i = j 的情形）",
        ),
        _diagonal_dropped,
        subtract(diag(_v), contract([(_v, (0,), 1), (_v, (1,), 1)], (0, 1))),
        negate(contract([(_v, (0,), 1), (_v, (1,), 1)], (0, 1))),
        _VECTORS,
    ),
    Slip(
        "off-diagonal-dropped",
        Words(
            "only the diagonal was kept: the entries influence each other (the case i ≠ j)",
            "只保留了对角元：各分量互相影响，缺少 i ≠ j 的情形",
        ),
        _off_diagonal_dropped,
        subtract(diag(_v), contract([(_v, (0,), 1), (_v, (1,), 1)], (0, 1))),
        diag(_v),
        _VECTORS,
    ),
    Slip(
        "index-captured",
        Words(
            "the index was captured by the sum: the factor belongs in front of it",
            "指标被求和符号“捕获”了：该因子应在求和号之外",
        ),
        _index_captured,
        multiply(_v, broadcast(total(_u), ("n",))),
        broadcast(inner(_v, _u), ("n",)),
        _VECTORS,
    ),
    Slip(
        "index-escaped",
        Words(
            "a factor was taken out of the sum although it carries the index of summation",
            "把带有求和指标的因子提到了求和号外面",
        ),
        _index_escaped,
        broadcast(inner(_v, _u), ("n",)),
        multiply(_v, broadcast(total(_u), ("n",))),
        _VECTORS,
    ),
    Slip(
        "transposed-factor",
        Words("a transpose is missing or superfluous", "漏写或多写了转置"),
        _transposed_factor,
        matmul(_A, _v),
        matmul(transpose(_A), _v),
        _MATRICES,
    ),
    Slip(
        "whole-transposed",
        Words(
            "this is the transpose: the other layout of the same entries",
            "这是转置：同样的元素，另一种布局",
        ),
        _whole_transposed,
        _A,
        transpose(_A),
        _MATRICES,
    ),
    Slip(
        "order-of-product",
        Words(
            "the factors of a matrix product changed places; AB is not BA",
            "矩阵乘积的次序颠倒了；AB 不等于 BA",
        ),
        _order_of_product,
        matmul(_A, _B),
        matmul(_B, _A),
        _MATRICES,
    ),
    Slip(
        "inverse-of-product",
        Words("(AB)⁻¹ is B⁻¹A⁻¹, not A⁻¹B⁻¹", "(AB)⁻¹ 等于 B⁻¹A⁻¹，而不是 A⁻¹B⁻¹"),
        _inverse_of_product,
        apply(inv, matmul(_A, _B)),
        matmul(apply(inv, _A), apply(inv, _B)),
        _MATRICES,
    ),
    Slip(
        "inverse-dropped",
        Words("the inverse was dropped", "漏掉了求逆"),
        _inverse_dropped,
        apply(inv, _A),
        _A,
        _MATRICES,
    ),
    Slip(
        "trace-of-product",
        Words("tr(AB) is not tr(A)·tr(B)", "tr(AB) 不等于 tr(A)·tr(B)"),
        _trace_of_product,
        contract([(_A, (0, 1), 1), (_B, (1, 0), 1)], ()),
        multiply(contract([(_A, (0, 0), 1)], ()), contract([(_B, (0, 0), 1)], ())),
        _MATRICES,
    ),
    Slip(
        "log-of-sum",
        Words("log(a + b) is not log a + log b", "log(a + b) 不等于 log a + log b"),
        _spread("log"),
        apply(log, add(_a, _b)),
        add(apply(log, _a), apply(log, _b)),
        _TWO,
    ),
    Slip(
        "log-into-sum",
        Words(
            "the logarithm was drawn into the sum: log Σ is not Σ log",
            "把对数移进了求和号：log Σ 不等于 Σ log",
        ),
        _log_of_sum_over_index,
        apply(log, total(_v)),
        total(apply(log, _v)),
        _VECTORS,
    ),
    Slip(
        "log-of-product",
        Words(
            "log(ab) is log a + log b, not log a · log b",
            "log(ab) 是 log a + log b，而不是 log a · log b",
        ),
        _log_of_product,
        apply(log, multiply(_a, _b)),
        multiply(apply(log, _a), apply(log, _b)),
        _TWO,
    ),
    Slip(
        "log-of-quotient",
        Words(
            "log(a/b) is log a − log b, not log a / log b",
            "log(a/b) 是 log a − log b，而不是 log a / log b",
        ),
        _log_of_quotient,
        apply(log, divide(_a, _b)),
        divide(apply(log, _a), apply(log, _b)),
        _TWO,
    ),
    Slip(
        "exp-of-sum",
        Words(
            "exp(a + b) is exp a · exp b, not exp a + exp b",
            "exp(a + b) 是 exp a · exp b，而不是 exp a + exp b",
        ),
        _spread("exp"),
        apply(exp, add(_a, _b)),
        add(apply(exp, _a), apply(exp, _b)),
        _TWO,
    ),
    Slip(
        "exp-of-product",
        Words(
            "exp a · exp b is exp(a + b), not exp(ab)",
            "exp a · exp b 等于 exp(a + b)，而不是 exp(ab)",
        ),
        _exp_of_product,
        apply(exp, add(_a, _b)),
        apply(exp, multiply(_a, _b)),
        _TWO,
    ),
    Slip(
        "abs-of-sum",
        Words("|a + b| is not |a| + |b|", "|a + b| 不等于 |a| + |b|"),
        _spread("abs"),
        apply(abs, add(_a, _b)),
        add(apply(abs, _a), apply(abs, _b)),
        {"a": Fraction(5), "b": Fraction(-7)},
    ),
    Slip(
        "power-of-sum",
        Words(
            "a power (a square, a root, a reciprocal) of a sum is not the sum of the powers",
            "和的幂（平方、根、倒数）不等于幂的和",
        ),
        _power_of_sum,
        power(add(_a, _b), 2),
        add(power(_a, 2), power(_b, 2)),
        _TWO,
    ),
    Slip(
        "middle-term",
        Words("(a + b)² has the middle term 2ab, not ab", "(a + b)² 的中间项是 2ab，而不是 ab"),
        _middle_term_halved,
        power(add(_a, _b), 2),
        add(power(_a, 2), multiply(_a, _b), power(_b, 2)),
        _TWO,
    ),
    Slip(
        "number-dropped",
        Words("a numeric factor was dropped", "漏掉了一个数值因子"),
        _number_dropped,
        scale(2, _x),
        _x,
        _TWO,
    ),
    Slip(
        "abs-dropped",
        Words("√(x²) is |x|, not x", "√(x²) 等于 |x|，而不是 x"),
        _size_is_value,
        apply(abs, _x),
        _x,
        {"x": Fraction(-2)},
    ),
    Slip(
        "sign-of-argument",
        Words("the sign inside the function is reversed", "函数自变量的符号反了"),
        _sign_of_argument,
        apply(sigmoid, _x),
        apply(sigmoid, negate(_x)),
        _TWO,
    ),
    Slip(
        "complement-forgotten",
        Words("1 − u was taken for u", "把 1 − u 写成了 u"),
        _plus_one,
        subtract(const(1), _x),
        _x,
        _TWO,
    ),
    Slip(
        "sign-of-term",
        Words("the sign of one term is reversed", "其中一项的符号反了"),
        _sign_of_term,
        subtract(_a, _b),
        add(_a, _b),
        _TWO,
    ),
    Slip(
        "sign-in-bracket",
        Words("a sign inside the bracket is reversed", "括号内有一项的符号反了"),
        _bracket_minus,
        multiply(_x, subtract(_a, _b)),
        multiply(_x, add(_a, _b)),
        _TWO,
    ),
    Slip(
        "scale-dropped",
        Words(
            "a scale (such as λ or σ²) or its square was dropped",
            "漏掉了系数（如 λ 或 σ²）或其平方",
        ),
        _scale_dropped,
        multiply(_a, _x),
        _x,
        _TWO,
    ),
    Slip(
        "exponent-dropped",
        Words("an exponent was dropped", "漏掉了指数"),
        _exponent_dropped,
        power(_x, 2),
        _x,
        _TWO,
    ),
    Slip(
        "product-of-sums",
        Words("a sum of products is not the product of the sums", "乘积之和不等于和之乘积"),
        _product_of_sums,
        inner(_v, _u),
        multiply(total(_v), total(_u)),
        _VECTORS,
    ),
    Slip(
        "sum-dropped",
        Words("the sum over the index was dropped", "漏掉了对指标的求和"),
        _sum_dropped,
        inner(_v, _u),
        multiply(_v, _u),
        _VECTORS,
    ),
    Slip(
        "not-normalized",
        Words("the denominator of the softmax was dropped", "漏掉了 softmax 的分母"),
        _not_normalized,
        apply(softmax, _v),
        apply(exp, _v),
        _VECTORS,
    ),
    Slip(
        "softmax-as-sigmoid",
        Words("a sigmoid stands where the softmax belongs", "应为 softmax 处写成了 sigmoid"),
        _softmax_as_sigmoid,
        apply(softmax, _v),
        apply(sigmoid, _v),
        _VECTORS,
    ),
    Slip(
        "term-dropped",
        Words("a term was dropped", "漏掉了一项"),
        _term_dropped,
        add(_a, _b),
        _a,
        _TWO,
    ),
    Slip(
        "factor-dropped",
        Words("a factor was dropped", "漏掉了一个因子"),
        _factor_dropped,
        multiply(_a, _b),
        _a,
        _TWO,
    ),
    Slip(
        "function-dropped",
        Words("a function around its argument was dropped", "漏掉了外层函数"),
        _link_dropped,
        apply(sigmoid, _x),
        _x,
        _TWO,
    ),
    Slip(
        "number-changed",
        Words("a term is off by a factor of 2", "有一项差了因子 2"),
        _number_doubled,
        add(_a, _b),
        add((2, _a), _b),
        _TWO,
    ),
    Slip(
        "size-added",
        Words("a factor 1/n is superfluous", "多写了因子 1/n"),
        _size_added,
        inner(_v, _u),
        multiply(inner(_v, _u), power(size_of("n"), -1)),
        _VECTORS,
    ),
    Slip(
        "exponent-changed",
        Words("an exponent is off by one", "指数差了 1"),
        _exponent_off_by_one,
        power(_x, 3),
        power(_x, 2),
        _TWO,
    ),
)
"""All rewrites, the more telling before the more general: the first that fits gives the name."""
