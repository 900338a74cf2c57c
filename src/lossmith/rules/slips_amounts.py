"""Numbers, sizes, scales, exponents, terms and factors that were lost, doubled or put in."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import Final

from lossmith.expr.build import (
    add,
    const,
    inner,
    multiply,
    power,
    scale,
    size_of,
)
from lossmith.expr.node import (
    Add,
    Apply,
    Const,
    Contract,
    Delta,
    Expr,
    Symbol,
)
from lossmith.expr.walk import postorder
from lossmith.rules.slip import (
    A_,
    B_,
    HALF,
    ONE,
    TWO,
    VECTORS,
    X_,
    Slip,
    U,
    V,
    is_size,
    rebuilt,
)
from lossmith.words import Words


def _number_dropped(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Add):
        for k, (c, _) in enumerate(e.terms):
            if c not in (1, -1):
                sign = 1 if c > 0 else -1
                yield add(*((sign if j == k else q, t) for j, (q, t) in enumerate(e.terms)))
        sizes = {c if c > 0 else -c for c, _ in e.terms}
        if len(sizes) == 1 and sizes != {ONE} and len(e.terms) > 1:
            yield scale(1 / sizes.pop(), e)


def _number_doubled(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Add):
        for k in range(len(e.terms)):
            for q in (2, HALF):
                yield add(*((c * q if j == k else c, t) for j, (c, t) in enumerate(e.terms)))
    yield scale(2, e)
    yield scale(HALF, e)


def _number_put_in(e: Expr) -> Iterator[Expr]:
    """Multiply one term, or the whole, by a small number, if none stands there."""
    for q in (2, HALF, 3, Fraction(1, 3), 4, Fraction(1, 4)):
        terms = e.terms if isinstance(e, Add) else ()
        for k, (c, _) in enumerate(terms):
            if c in (1, -1):
                yield add(*((d * q if j == k else d, t) for j, (d, t) in enumerate(terms)))
        if all(c in (1, -1) for c, _ in terms):
            yield scale(q, e)


def _number_taken_out(e: Expr) -> Iterator[Expr]:
    """Let one coefficient be 1 or -1, or halve or double it."""
    terms = e.terms if isinstance(e, Add) else ()
    for k, (c, _) in enumerate(terms):
        for q in (ONE / c if c > 0 else -ONE / c, HALF, Fraction(2)):
            yield add(*((d * q if j == k else d, t) for j, (d, t) in enumerate(terms)))


def _size_dropped(e: Expr) -> Iterator[Expr]:
    """Drop 1/n or n."""
    if isinstance(e, Contract):
        for k, (f, _, p) in enumerate(e.factors):
            if is_size(f) and p in (1, -1):
                yield rebuilt(e, [g for j, g in enumerate(e.factors) if j != k])
    if isinstance(e, Add) and len(e.terms) > 1:
        found = [list(_size_dropped(t)) for _, t in e.terms]
        sized = [k for k, ways in enumerate(found) if len(ways) == 1]
        for many in range(len(sized), 1, -1):
            for gone in combinations(sized[:_MOST_SIZED], many):
                terms = enumerate(e.terms)
                yield add(*((c, found[k][0] if k in gone else t) for k, (c, t) in terms))


_MOST_SIZED: Final = 5
"""Terms with a size of which all choices are tried."""


def _size_added(e: Expr) -> Iterator[Expr]:
    """Divide (or multiply) the whole, or one term, by a size that occurs in the expression."""
    letters = dict.fromkeys(d for part in postorder(e) for d in part.shape if isinstance(d, str))
    if _is_repeated(e):
        return
    for d in letters:
        for p in (-1, 1):
            unit = power(size_of(d), p)
            yield multiply(e, unit)
            if isinstance(e, Add) and len(e.terms) > 1:
                for k, (_, term) in enumerate(e.terms):
                    if _is_repeated(term):
                        continue
                    yield add(
                        *(
                            (c, multiply(t, unit) if j == k else t)
                            for j, (c, t) in enumerate(e.terms)
                        )
                    )


def _is_repeated(e: Expr) -> bool:
    """Return whether e is a number repeated along axes: nobody divides that by n."""
    if isinstance(e, Const):
        return bool(e.shape)
    return isinstance(e, Contract) and bool(e.shape) and all(
        isinstance(f, Const) for f, labels, _ in e.factors if any(k < e.rank for k in labels)
    )  # fmt: skip


def _scale_dropped(e: Expr) -> Iterator[Expr]:
    """Drop a scalar factor (sigma^2, lam)."""
    if isinstance(e, Contract) and len(e.factors) > 1:
        for k, (f, ls, _) in enumerate(e.factors):
            if not ls and isinstance(f, Symbol):
                rest = [g for j, g in enumerate(e.factors) if j != k]
                yield rebuilt(e, rest)


def _exponent_dropped(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Contract):
        for k, (f, ls, p) in enumerate(e.factors):
            if p not in (1, -1):
                rest = [g for j, g in enumerate(e.factors) if j != k]
                yield rebuilt(e, [*rest, (f, ls, ONE)])


def _quotient_multiplied(e: Expr) -> Iterator[Expr]:
    """1/u -> u: what stands below the line is multiplied."""
    if isinstance(e, Contract):
        for k, (f, ls, p) in enumerate(e.factors):
            if p == -1:
                rest = [g for j, g in enumerate(e.factors) if j != k]
                yield rebuilt(e, [*rest, (f, ls, ONE)])


def _divided(e: Expr) -> Iterator[Expr]:
    yield from _with_exponents(e, (-ONE,))


def _exponent_put_in(e: Expr) -> Iterator[Expr]:
    """u -> u^2, sqrt(u), u^3: of a factor without an exponent, or of the whole."""
    yield from _with_exponents(e, (Fraction(2), HALF, Fraction(3)))


def _with_exponents(e: Expr, exponents: tuple[Fraction, ...]) -> Iterator[Expr]:
    for q in exponents:
        if isinstance(e, Contract):
            for k, (f, ls, p) in enumerate(e.factors):
                if p == 1 and not isinstance(f, Const | Delta):
                    rest = [g for j, g in enumerate(e.factors) if j != k]
                    yield rebuilt(e, [*rest, (f, ls, q)])
        if isinstance(e, Symbol | Apply | Add | Contract):
            yield power(e, q)


def _exponent_off_by_one(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Contract):
        for k, (f, ls, p) in enumerate(e.factors):
            rest = [g for j, g in enumerate(e.factors) if j != k]
            for q in (p - 1, p + 1):
                if q and p != 1 and not isinstance(f, Const):
                    yield rebuilt(e, [*rest, (f, ls, q)])


def _term_dropped(e: Expr) -> Iterator[Expr]:
    if isinstance(e, Add) and len(e.terms) > 1:
        for k in range(len(e.terms)):
            yield add(*(t for j, t in enumerate(e.terms) if j != k))


def _factor_dropped(e: Expr) -> Iterator[Expr]:
    """Drop one factor, or two."""
    if not isinstance(e, Contract):
        return
    may_go = [k for k, (f, _, _) in enumerate(e.factors)
              if not isinstance(f, Const | Delta) and not is_size(f)]  # fmt: skip
    for gone in (*combinations(may_go, 1), *combinations(may_go, 2)):
        if len(gone) < len(e.factors):
            yield rebuilt(e, [g for j, g in enumerate(e.factors) if j not in gone])
    yield from _link_dropped(e)


def _link_dropped(e: Contract) -> Iterator[Expr]:
    """A B C -> A C: drop a square factor of a matrix product, its neighbors joined."""
    for k, (f, labels, _) in enumerate(e.factors):
        if len(labels) == 2 and f.shape[0] == f.shape[1] and labels[0] != labels[1]:
            keep, gone = sorted(labels)
            if gone < e.rank or isinstance(f, Delta):
                continue
            rest = [(g, tuple(keep if x == gone else x for x in ls), p)
                    for j, (g, ls, p) in enumerate(e.factors) if j != k]  # fmt: skip
            if rest:
                yield rebuilt(e, rest)


def _term_added(e: Expr) -> Iterator[Expr]:
    yield add(e, const(1, e.shape))


def _factor_doubled(e: Expr) -> Iterator[Expr]:
    """a b -> a^2 b: a factor written once more."""
    if isinstance(e, Contract) and len(e.factors) > 1:
        for k, (f, ls, p) in enumerate(e.factors):
            if not isinstance(f, Const | Delta):
                yield rebuilt(
                    e, [*e.factors[:k], (f, ls, p + 1 if p > 0 else p - 1), *e.factors[k + 1 :]]
                )


def _factor_once_less(e: Expr) -> Iterator[Expr]:
    """a^2 b -> a b, and b alone."""
    if isinstance(e, Contract):
        for k, (f, ls, p) in enumerate(e.factors):
            if (p > 1 or p < -1) and not isinstance(f, Const | Delta):
                q = p - 1 if p > 0 else p + 1
                yield rebuilt(e, [*e.factors[:k], (f, ls, q), *e.factors[k + 1 :]])
    yield from _factor_dropped(e)


AMOUNT_SLIPS: Final[tuple[Slip, ...]] = (
    Slip(
        "size-dropped",
        Words("the factor 1/n (or n) was dropped", "漏掉了因子 1/n（或 n）"),
        _size_dropped,
        multiply(inner(V, U), power(size_of("n"), -1)),
        inner(V, U),
        VECTORS,
        undo=_size_added,
        lost=1,
    ),
    Slip(
        "number-dropped",
        Words("a numeric factor was dropped", "漏掉了一个数值因子"),
        _number_dropped,
        scale(2, X_),
        X_,
        TWO,
        generality=1,
        undo=_number_put_in,
        lost=1,
    ),
    Slip(
        "scale-dropped",
        Words(
            "a scalar factor (such as λ or σ²) was dropped",
            "漏掉了标量因子（如 λ 或 σ²）",
        ),
        _scale_dropped,
        multiply(A_, X_),
        X_,
        TWO,
        generality=1,
        lost=1,
    ),
    Slip(
        "exponent-dropped",
        Words("an exponent was dropped", "漏掉了指数"),
        _exponent_dropped,
        power(X_, 2),
        X_,
        TWO,
        generality=1,
        undo=_exponent_put_in,
        lost=1,
    ),
    Slip(
        "quotient-multiplied",
        Words("a factor belongs below the line: 1/u, not u", "该因子应在分母中：1/u，而不是 u"),
        _quotient_multiplied,
        multiply(A_, power(X_, -1)),
        multiply(A_, X_),
        TWO,
        generality=1.4,
        undo=_divided,
        lost=1,
    ),
    Slip(
        "size-added",
        Words("a factor 1/n (or n) is superfluous", "多写了因子 1/n（或 n）"),
        _size_added,
        inner(V, U),
        multiply(inner(V, U), power(size_of("n"), -1)),
        VECTORS,
        generality=0,
        undo=_size_dropped,
        lost=-1,
    ),
    Slip(
        "number-added",
        Words("a numeric factor is superfluous", "多写了一个数值因子"),
        _number_put_in,
        X_,
        scale(2, X_),
        TWO,
        generality=1,
        undo=_number_taken_out,
        lost=-1,
    ),
    Slip(
        "number-changed",
        Words("a number is wrong: a term is off by a factor", "数值有误：有一项差了一个因子"),
        _number_doubled,
        add(A_, B_),
        add((2, A_), B_),
        TWO,
        generality=2,
        undo=_number_doubled,
    ),
    Slip(
        "exponent-changed",
        Words("an exponent is off by one", "指数差了 1"),
        _exponent_off_by_one,
        power(X_, 3),
        power(X_, 2),
        TWO,
        generality=2,
        undo=_exponent_off_by_one,
    ),
    Slip(
        "term-dropped",
        Words("a term was dropped", "漏掉了一项"),
        _term_dropped,
        add(A_, B_),
        A_,
        TWO,
        generality=2.1,
    ),
    Slip(
        "factor-dropped",
        Words("a factor was dropped", "漏掉了一个因子"),
        _factor_dropped,
        multiply(A_, B_),
        A_,
        TWO,
        generality=2,
    ),
    Slip(
        "factor-added",
        Words("a factor is superfluous", "多写了一个因子"),
        _factor_doubled,
        multiply(A_, B_),
        multiply(power(A_, 2), B_),
        TWO,
        generality=2,
        undo=_factor_once_less,
        lost=-1,
    ),
    Slip(
        "term-added",
        Words("a term is superfluous", "多写了一项"),
        _term_added,
        add(A_, B_),
        add(A_, B_, const(1)),
        TWO,
        generality=2,
        undo=_term_dropped,
        lost=-1,
    ),
)
