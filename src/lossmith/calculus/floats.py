"""The form in which an expression is computed: of the same value, without lost digits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from math import isqrt
from typing import Final

from lossmith.atoms.accurate import hypot, hypot_above, logabsdet, logdet_above_eye
from lossmith.atoms.arithmetic import abs as abs_
from lossmith.atoms.exponential import exp, expm1, log, log1p
from lossmith.atoms.matrix import det, logdet, normF
from lossmith.atoms.special import normcdf, normpdf
from lossmith.atoms.vector import norm2
from lossmith.calculus.derivation import Move, Rewrite, Step
from lossmith.calculus.driver import Computed, Index, rewrite
from lossmith.calculus.far_out import (
    joined_exponentials,
    log_of_number_plus_exp,
    logistic_quotients,
)
from lossmith.calculus.guards import guarded, sign_of_quotient, times_logarithm
from lossmith.calculus.match import rewritten
from lossmith.calculus.near_zero import with_series
from lossmith.calculus.zero_weights import without_empty_terms
from lossmith.expr.build import add, apply, const, contract, scale
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Factor
from lossmith.expr.product import is_symmetric
from lossmith.expr.types import Shape
from lossmith.expr.walk import substitute
from lossmith.rules.floats import FLOATS, PARTS
from lossmith.rules.rule import Rule, formal
from lossmith.words import Words, same

_ONE: Final = Fraction(1)
_HALF: Final = Fraction(1, 2)

# -- a factor enters a sum where a row joins it with a factor of a term ----------------------------


def _joining(rows: Iterable[Rule]) -> tuple[Rule, ...]:
    """Return the rows about products of several factors."""
    return tuple(r for r in rows if isinstance(r.lhs, Contract) and len(r.lhs.factors) > 1)


def _entered(e: Expr, joining: Sequence[Rule]) -> Sequence[Expr]:
    """Return the product with one factor multiplied into a sum, if rows then apply to its terms.

    φ(z) (a/Φ(z) + b/Φ(−z)) is 0 · ∞ far out, a φ(z)/Φ(z) + b φ(z)/Φ(−z) is not.
    """
    if not isinstance(e, Contract):
        return ()
    for i, (s, axes, p) in enumerate(e.factors):
        if not isinstance(s, Add) or p != 1 or len(set(axes)) < len(axes):
            continue
        for j, (f, own, q) in enumerate(e.factors):
            if not isinstance(f, Apply) or f.atom not in (normpdf, normcdf, exp, expm1):
                continue
            if not set(own) <= set(axes):
                continue
            new = _multiplied(s, (f, tuple(axes.index(k) for k in own), q))
            if any(rewritten(row, t) is not None for _, t in new.terms for row in joining):
                rest = [g for k, g in enumerate(e.factors) if k not in (i, j)]
                return (contract([*rest, (new, axes, _ONE)], tuple(range(e.rank)), e.shape),)
    return ()


def _multiplied(s: Add, factor: Factor) -> Add:
    """Return the sum with each term multiplied by the factor."""
    axes = tuple(range(len(s.shape)))
    terms = [(c, contract([(t, axes, _ONE), factor], axes, s.shape)) for c, t in s.terms]
    result = add(*terms, shape=s.shape)
    return result if isinstance(result, Add) else s


# -- logarithms near 1 ---------------------------------------------------------------------------


def _near_one(e: Expr) -> Sequence[Expr]:
    """Return log(1 + a + b ...) as log1p(a + b ...): a row knows only one term beside the 1."""
    if not isinstance(e, Apply) or e.atom is not log or not isinstance(e.args[0], Add):
        return ()
    inside = e.args[0]
    rest = [(c, t) for c, t in inside.terms if not (isinstance(t, Const) and c * t.value == _ONE)]
    if len(rest) == len(inside.terms) or not rest:
        return ()
    return (apply(log1p, add(*rest, shape=inside.shape)),)


def _above_eye(e: Expr) -> Sequence[Expr]:
    """Return log det(I + A), A of the form X X', without adding I: a small A would be lost."""
    if not isinstance(e, Apply) or e.atom is not logdet or not isinstance(e.args[0], Add):
        return ()
    inside = e.args[0]
    rest = [(c, t) for c, t in inside.terms if not (c == _ONE and isinstance(t, Delta))]
    if len(rest) == len(inside.terms) or not all(c > 0 and _is_gram(t) for c, t in rest):
        return ()
    return (apply(logdet_above_eye, add(*rest, shape=inside.shape)),)


def _log_size_of_det(e: Expr) -> Sequence[Expr]:
    """Return log |det A| by the factors of A: their product may overflow."""
    if not isinstance(e, Apply) or e.atom is not log:
        return ()
    (size,) = e.args
    if not isinstance(size, Apply) or size.atom is not abs_:
        return ()
    (inside,) = size.args
    if not isinstance(inside, Apply) or inside.atom is not det:
        return ()
    return (apply(logabsdet, *inside.args),)


def _is_gram(e: Expr) -> bool:
    """Return whether e is written as A A'."""
    if not isinstance(e, Contract) or e.rank != 2:
        return False
    swapped = {0: 1, 1: 0}
    sides = [
        [(f, p) for f, labels, p in e.factors if side in labels and swapped[side] not in labels]
        for side in (0, 1)
    ]
    return bool(sides[0]) and sides[0] == sides[1] and is_symmetric(e)


_LOG_ONE_PLUS_SQUARE: Final = next(r for r in FLOATS if r.name == "log-one-plus-square")
_Z: Final = formal("z")

# -- roots of two squares --------------------------------------------------------------------------


def _lengths(e: Expr) -> Sequence[Expr]:
    """Return the product with hypot(a, b) for the root of a² + b², whose squares overflow."""
    if not isinstance(e, Contract):
        return ()
    factors: list[Factor] = []
    for f, labels, p in e.factors:
        sides = _sides(f) if p.denominator == 2 else None
        factors.append((apply(hypot, *sides), labels, 2 * p) if sides else (f, labels, p))
    if all(f is g for (f, _, _), (g, _, _) in zip(factors, e.factors, strict=True)):
        return ()
    return (contract(factors, tuple(range(e.rank)), e.shape),)


def _log_of_length(e: Expr) -> Sequence[Expr]:
    """Return log(a² + b²), b a number, by hypot, and log(1 + (c z)²) by its row."""
    if not isinstance(e, Apply) or e.atom not in (log, log1p):
        return ()
    (inside,) = e.args
    if e.atom is log and isinstance(inside, Contract):
        length = _length(inside)
        return () if length is None else (scale(2, apply(log, length)),)
    if e.atom is log1p:
        root = (
            _root(*inside.terms[0]) if isinstance(inside, Add) and len(inside.terms) == 1 else None
        )
        return () if root is None else (substitute(_LOG_ONE_PLUS_SQUARE.rhs, {_Z: root}),)
    sides = _sides(inside)
    if sides is None or not isinstance(sides[1], Const):
        return ()
    return (scale(2, apply(log, apply(hypot, *sides))),)


def _length(e: Contract) -> Expr | None:
    """Return the length of the vector or matrix whose squares e adds up."""
    ((f, labels, p), *more) = e.factors
    if more or p != 2 or e.rank or len(set(labels)) < len(labels) or len(labels) not in (1, 2):
        return None
    return apply(norm2 if len(labels) == 1 else normF, f)


def _above(e: Expr) -> Sequence[Expr]:
    """Return a sum with hypot(z, b) − b, b a number, as one function; symbols have a row."""
    if not isinstance(e, Add):
        return ()
    for i, (q, t) in enumerate(e.terms):
        if not (isinstance(t, Apply) and t.atom is hypot and isinstance(t.args[1], Const)):
            continue
        for j, (r, number) in enumerate(e.terms):
            if isinstance(number, Const) and r * number.value == -q * t.args[1].value:
                rest = [term for k, term in enumerate(e.terms) if k not in (i, j)]
                return (add(*rest, (q, apply(hypot_above, *t.args)), shape=e.shape),)
    return ()


def _sides(e: Expr) -> tuple[Expr, Expr] | None:
    """Return a and b if e is a² + b²."""
    if not isinstance(e, Add) or len(e.terms) != 2:
        return None
    (c, s), (d, t) = e.terms
    a, b = _root(c, s), _root(d, t)
    if a is None or b is None:
        return None
    return (b, a) if isinstance(a, Const) else (a, b)


def _root(c: Fraction, e: Expr) -> Expr | None:
    """Return a number or product whose square is c e, None if there is none without a root."""
    if isinstance(e, Const):
        return _rational_root(c * e.value, e.shape)
    if not isinstance(e, Contract) or e.summed or any(p % 2 for _, _, p in e.factors):
        return None
    number = _rational_root(c, ())
    if number is None:
        return None
    halved = [(f, labels, p / 2) for f, labels, p in e.factors]
    root = contract(halved, tuple(range(e.rank)), e.shape)
    return scale(number.value, root) if isinstance(number, Const) else None


def _rational_root(c: Fraction, shape: Shape) -> Expr | None:
    if c <= 0:
        return None
    above, below = isqrt(c.numerator), isqrt(c.denominator)
    if above**2 != c.numerator or below**2 != c.denominator:
        return None
    return const(Fraction(above, below), shape)


def _entering(rows: Iterable[Rule]) -> Computed:
    """Return the move by which factors meet in a sum what the rows join them with."""
    joining = _joining(rows)
    move = Move(
        "factor-into-sum",
        Words("a factor meets its divisor inside a sum", "因子移入和式，与其中的分母相遇"),
        "distributive law",
    )
    return Computed(move, lambda e: _entered(e, joining), least=_ANY_COST)


_ANY_COST: Final = -(10**9)
"""These moves are for digits, not for length."""

_COMPUTED: Final = (
    Computed(
        Move("log-near-one", same("log(1 + z) = log1p z"), "Higham 2002"),
        _near_one,
        least=_ANY_COST,
    ),
    Computed(
        Move("logdet-above-eye", same("log det(I + A) = Σ log(1 + λ(A))"), "Higham 2002"),
        _above_eye,
        least=_ANY_COST,
    ),
    Computed(
        Move("log-size-of-det", same("log |det A| = Σ log |u_ii|, A = L U"), "Golub & Van Loan"),
        _log_size_of_det,
        least=_ANY_COST,
    ),
    Computed(
        Move("length", same("√(a² + b²) = hypot(a, b)"), "Higham 2002, section 27.5"),
        _lengths,
        least=_ANY_COST,
    ),
    Computed(
        Move("log-of-a-length", same("log(a² + b²) = 2 log hypot(a, b)"), "Higham 2002"),
        _log_of_length,
        least=_ANY_COST,
    ),
    Computed(
        Move(
            "length-above-a-number", same("√(z² + b²) − b = z² / (b + √(z² + b²))"), "Higham 2002"
        ),
        _above,
        least=_ANY_COST,
    ),
)
_FAR_OUT: Final = (
    Computed(
        Move(
            "logistic-quotient",
            same("1 / (c + exp z) = σ(log c − z) / c"),
            "Higham 2002, section 1.7",
        ),
        logistic_quotients,
        least=_ANY_COST,
    ),
    Computed(
        Move(
            "log-of-a-number-plus-exp",
            same("log(c + exp z) = log c + softplus(z − log c)"),
            "Blanchard, Higham & Higham 2021",
        ),
        log_of_number_plus_exp,
        least=_ANY_COST,
    ),
    Computed(
        Move("joined-exponentials", same("exp a · exp b = exp(a + b)"), "NIST DLMF 4.8.14"),
        joined_exponentials,
        least=_ANY_COST,
    ),
    Computed(
        Move("x-log-x", same("x log x, 0 log 0 = 0"), "Boyd & Vandenberghe 2004, section 3.1.5"),
        times_logarithm,
        least=_ANY_COST,
    ),
    Computed(
        Move("sign-of-a-quotient", same("z |z|^p = sign(z) |z|^(1 + p)"), "z = sign(z) |z|"),
        sign_of_quotient,
        least=_ANY_COST,
    ),
)
_PASSES: Final = (
    (Index(PARTS), (_entering(PARTS),)),
    (Index(FLOATS), (_entering(FLOATS), *_COMPUTED)),
    (Index(FLOATS), _FAR_OUT),
)
_GUARDS: Final = (
    Computed(
        Move(
            "zero-where-a-factor-is-zero",
            Words("a product is 0 where a factor is 0", "因子为 0 之处，积为 0"),
            "the limit that 0 · ∞ hides",
        ),
        guarded,
        least=_ANY_COST,
    ),
)


@lru_cache(maxsize=1024)
def for_floats(expr: Expr) -> Expr:
    """Return expr as code should compute it: 1 − σ(z) as σ(−z), log(1 + z) as log1p(z).

    The value is the same wherever expr has one. Cost: a pass over the expression.
    """
    named = rewrite(in_stable_names(expr), Index(()), None, computed=_GUARDS)
    return with_series(without_empty_terms(named))


def in_stable_names(expr: Expr) -> Expr:
    """Return expr by identities alone: the part of ``for_floats`` that reads like a formula."""
    return _computed(expr, None)


def _computed(expr: Expr, steps: list[Step] | None) -> Expr:
    for rows, moves in _PASSES:
        expr = rewrite(expr, rows, steps, computed=moves)
    return expr


def changes(exprs: Iterable[Expr]) -> tuple[Rewrite, ...]:
    """Return where the computed forms differ from the shown ones, one place for each row."""
    found: dict[str, Rewrite] = {}
    for e in exprs:
        steps: list[Step] = []
        _computed(e, steps)
        for s in steps:
            if isinstance(s, Rewrite):
                found.setdefault(s.rule.name, s)
    return tuple(found.values())
