"""Wrong rewrites of powers, squares, roots and sizes of sums."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from lossmith.atoms.arithmetic import abs
from lossmith.expr.build import add, apply, contract, multiply, power, scale, subtract, total
from lossmith.expr.node import Add, Const, Contract, Expr
from lossmith.rules.slip import (
    A_,
    B_,
    HALF,
    ONE,
    TWO,
    VECTORS,
    X_,
    Slip,
    V,
    argument,
    axes,
    is_size,
    rebuilt,
)
from lossmith.words import Words


def _size(c: Fraction) -> Fraction:
    return c if c > 0 else -c


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
            yield rebuilt(e, [*rest, (split, labels, ONE)])


def _middle_term_halved(e: Expr) -> Iterator[Expr]:
    """(a + b)^2 -> a^2 + a b + b^2."""
    if not isinstance(e, Contract):
        return
    for k, (f, labels, p) in enumerate(e.factors):
        if p == 2 and isinstance(f, Add) and len(f.terms) == 2:
            (c, s), (d, t) = f.terms
            wrong = add((c * c, power(s, 2)), (c * d, multiply(s, t)), (d * d, power(t, 2)))
            rest = [g for j, g in enumerate(e.factors) if j != k]
            yield rebuilt(e, [*rest, (wrong, labels, ONE)])


def _size_is_value(e: Expr) -> Iterator[Expr]:
    u = argument(e, "abs")
    if u is not None:
        yield u


def _root_of_squares(e: Expr) -> Iterator[Expr]:
    """sqrt(a^2 + b^2) -> a + b."""
    if not isinstance(e, Contract):
        return
    for k, (f, labels, p) in enumerate(e.factors):
        if p != HALF or not isinstance(f, Add) or len(f.terms) < 2:
            continue
        roots = [_root(t) for c, t in f.terms if c == 1]
        if len(roots) == len(f.terms) and all(r is not None for r in roots):
            split = add(*(r for r in roots if r is not None))
            rest = [g for j, g in enumerate(e.factors) if j != k]
            yield rebuilt(e, [*rest, (split, labels, ONE)])


def _root(t: Expr) -> Expr | None:
    """Return the root of a product of even powers without a sum, or of a number; else None."""
    if isinstance(t, Const) and t.value == 1:
        return t
    if isinstance(t, Contract) and not t.summed and all(p % 2 == 0 for _, _, p in t.factors):
        return contract([(f, ls, p / 2) for f, ls, p in t.factors], axes(t), t.shape)
    return None


def _square_of_difference(e: Expr) -> Iterator[Expr]:
    """(a - b)^2 -> a^2 - b^2."""
    if not isinstance(e, Contract):
        return
    for k, (f, labels, p) in enumerate(e.factors):
        if p == 2 and isinstance(f, Add) and len(f.terms) > 1 and any(c < 0 for c, _ in f.terms):
            rest = [g for j, g in enumerate(e.factors) if j != k]
            for flip in (1, -1):
                split = add(*((flip * c * _size(c), power(t, 2)) for c, t in f.terms))
                yield rebuilt(e, [*rest, (split, labels, ONE)])


def _square_into_sum(e: Expr) -> Iterator[Expr]:
    """(sum(k, a_k))^2 -> sum(k, a_k^2)."""
    if not isinstance(e, Contract):
        return
    for k, (f, labels, p) in enumerate(e.factors):
        if p != 1 and isinstance(f, Contract) and f.summed and not is_size(f):
            inner = contract([(g, ls, q * p) for g, ls, q in f.factors], axes(f), f.shape)
            rest = [g for j, g in enumerate(e.factors) if j != k]
            yield rebuilt(e, [*rest, (inner, labels, ONE)])


def _square_out_of_sum(e: Expr) -> Iterator[Expr]:
    """sum(k, a_k^2) -> (sum(k, a_k))^2."""
    if isinstance(e, Contract) and e.summed and not e.shape:
        powers_ = {p for _, ls, p in e.factors if ls}
        if len(powers_) == 1 and (p := powers_.pop()) != 1:
            inner = contract([(f, ls, q / p if ls else q) for f, ls, q in e.factors], ())
            yield power(inner, p)


def _upside_down(e: Expr) -> Iterator[Expr]:
    """u -> 1/u, of a whole line."""
    if not e.shape and not isinstance(e, Const):
        yield power(e, -1)


POWER_SLIPS: Final[tuple[Slip, ...]] = (
    Slip(
        "upside-down",
        Words("the fraction is upside down", "分子与分母颠倒了"),
        _upside_down,
        multiply(A_, power(B_, -1)),
        power(multiply(A_, power(B_, -1)), -1),
        TWO,
        generality=0.2,
        whole=True,
    ),
    Slip(
        "power-of-sum",
        Words(
            "a power (a square, a root, a reciprocal) of a sum is not the sum of the powers",
            "和的幂（平方、根、倒数）不等于幂的和",
        ),
        _power_of_sum,
        power(add(A_, B_), 2),
        add(power(A_, 2), power(B_, 2)),
        TWO,
    ),
    Slip(
        "middle-term",
        Words("(a + b)² has the middle term 2ab, not ab", "(a + b)² 的中间项是 2ab，而不是 ab"),
        _middle_term_halved,
        power(add(A_, B_), 2),
        add(power(A_, 2), multiply(A_, B_), power(B_, 2)),
        TWO,
    ),
    Slip(
        "abs-dropped",
        Words("√(x²) is |x|, not x", "√(x²) 等于 |x|，而不是 x"),
        _size_is_value,
        apply(abs, X_),
        X_,
        {"x": Fraction(-2)},
    ),
    Slip(
        "root-of-squares",
        Words("√(a² + b²) is not a + b", "√(a² + b²) 不等于 a + b"),
        _root_of_squares,
        power(add(power(A_, 2), power(B_, 2)), HALF),
        add(A_, B_),
        TWO,
    ),
    Slip(
        "square-of-difference",
        Words("(a − b)² is not a² − b²", "(a − b)² 不等于 a² − b²"),
        _square_of_difference,
        power(subtract(A_, B_), 2),
        subtract(power(A_, 2), power(B_, 2)),
        TWO,
    ),
    Slip(
        "square-into-sum",
        Words(
            "the square (power) of a sum Σ is not the sum of the squares",
            "Σ 的平方（幂）不等于各项平方之和",
        ),
        _square_into_sum,
        power(total(V), 2),
        total(power(V, 2)),
        VECTORS,
        undo=_square_out_of_sum,
    ),
    Slip(
        "square-out-of-sum",
        Words(
            "a sum of squares (powers) is not the square of the sum Σ",
            "平方（幂）之和不等于和的平方",
        ),
        _square_out_of_sum,
        total(power(V, 2)),
        power(total(V), 2),
        VECTORS,
        undo=_square_into_sum,
    ),
)
