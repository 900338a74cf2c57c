"""Rules for Lipschitz constants: |f(a) - f(b)| <= K |a - b| in Euclidean norms. Trusted.

A claim "lipschitz" about a tensor f says: for all other data and all a, b where f is defined,
the Euclidean norm of all entries of f(a) - f(b) is at most ``other`` times that of a - b, over all
of ``wrt`` together. For a sum over the entries of f that gives sqrt(n), for a matrix on the left
its spectral norm; a function whose slopes lie in [-s, s] multiplies by s.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import partial, reduce
from typing import Final

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    applied,
    bound_of,
    checks,
    parted,
    ranges_of,
    states,
)
from lossmith.expr.build import add, apply, const, contract, multiply, power, scale, total
from lossmith.expr.node import Add, Const, Contract, Delta, Expr, Factor, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE
from lossmith.expr.walk import depends_on


def _constant(premises: Premises, e: Expr, wrt: tuple[Symbol, ...]) -> Expr | None:
    """Return K of e: 0 for what does not move, else what a premise says."""
    return bound_of(premises, "lipschitz", e, wrt) if depends_on(e, wrt) else const(0)


@checks("lipschitz-variable")
def _variable(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    return claim.expr in claim.wrt and claim.other is const(1)


def sum_constant(e: Expr, wrt: tuple[Symbol, ...], premises: Premises) -> Expr | None:
    """Return K of a sum from those of its terms: by the triangle inequality the sum of |c| K."""
    if not isinstance(e, Add):
        return None
    parts = [(abs(c), _constant(premises, t, wrt)) for c, t in e.terms]
    known = [(c, k) for c, k in parts if k is not None]
    return add(*known, shape=()) if len(known) == len(parts) else None


def linear_constant(e: Expr, wrt: tuple[Symbol, ...], premises: Premises) -> Expr | None:
    """Return K of a linear image of one factor that moves: K of it times the norm of the map."""
    part = moving_part(e, wrt)
    if part is None or not isinstance(e, Contract):
        return None
    inner, labels, fixed = part
    scalars = [f for f in fixed if not f[1]]
    norm = _operator_norm(e, labels, inner, [f for f in fixed if f[1]])
    k = _constant(premises, inner, wrt)
    if norm is None or k is None:
        return None
    return multiply(*(_size(power(f, p)) for f, _, p in scalars), norm, k)


def moving_part(
    e: Expr, wrt: tuple[Symbol, ...]
) -> tuple[Expr, tuple[int, ...], list[Factor]] | None:
    """Return (the one factor that moves, its axes, the other factors) of a product of several."""
    if not isinstance(e, Contract) or any(isinstance(f, Delta) for f, _, _ in e.factors):
        return None
    moving, fixed = parted(e, wrt)
    if len(moving) != 1:
        return None
    base, labels, p = moving[0]
    inner = power(base, p)
    if inner is e or len(set(labels)) != len(labels):
        return None
    return inner, labels, fixed


def _operator_norm(
    e: Contract, labels: tuple[int, ...], inner: Expr, fixed: list[Factor]
) -> Expr | None:
    """Return a bound on the norm of the map from the entries of inner to those of e."""
    out = tuple(range(e.rank))
    if not out:
        # <C, f> <= |C| |f|, with C the fixed factors spread over the axes of f.
        names = {label: k for k, label in enumerate(labels)}
        if any(label not in names for _, ls, _ in fixed for label in ls):
            return None
        spread = [(f, tuple(names[label] for label in ls), p) for f, ls, p in fixed]
        weights = contract(spread, tuple(range(len(labels))), inner.shape)
        return power(total(power(weights, 2)), Fraction(1, 2))
    if set(labels) == set(out) and not e.summed:
        # Entry by entry: the largest weight, 1 if there is none.
        return multiply(const(1), *(_size(power(f, p)) for f, _, p in fixed))
    return _matrix_norm(out, labels, fixed)


def _matrix_norm(out: tuple[int, ...], labels: tuple[int, ...], fixed: list[Factor]) -> Expr | None:
    """Return the spectral norm of one matrix that takes an axis of inner to an axis of e."""
    if len(fixed) != 1 or fixed[0][2] != 1 or len(fixed[0][1]) != 2:
        return None
    matrix, ends, _ = fixed[0]
    taken = [label for label in ends if label in labels and label not in out]
    given = [label for label in ends if label in out and label not in labels]
    rest_in = Counter(label for label in labels if label not in taken)
    rest_out = Counter(label for label in out if label not in given)
    if len(taken) != 1 or len(given) != 1 or rest_in != rest_out:
        return None
    return apply(ATOMS["specnorm"], matrix)


def _size(e: Expr) -> Expr:
    """Return the largest absolute value of the entries, or a bound that is declared of them."""
    inside = enclosure(e)
    if e.shape and inside.lo is not None and inside.hi is not None:
        return const(max(abs(inside.lo), abs(inside.hi)))
    size = e if inside.within(NONNEGATIVE) else apply(ATOMS["abs"], e)
    for _ in e.shape:
        size = apply(ATOMS["maxentry"], size)
    return size


@checks("lipschitz-slope")
def _slope(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """K x - f and K x + f are nondecreasing for a function of one number on one interval."""
    k, e = claim.other, claim.expr
    if not isinstance(k, Const) or len(claim.wrt) != 1 or states(premises, "total", e) is None:
        return False
    bent = [add((k.value, claim.wrt[0]), (sign, e)) for sign in (1, -1)]
    return all(Claim("nondecreasing", b, claim.wrt) in premises for b in bent)


def composed_constant(e: Expr, wrt: tuple[Symbol, ...], premises: Premises) -> Expr | None:
    """Return K of a function of arguments: slopes in [-s, s] on their values multiply K by s."""
    found = applied(e, premises, wrt)
    if found is None:
        return None
    atom, args, moving = found.atom, found.args, found.moving
    whole = not atom.signature.is_entrywise
    if whole and (len(moving) != 1 or atom.signature.output or len(args) != 1):
        return None
    parts: list[tuple[Fraction, Expr]] = []
    for k in moving:
        slopes = [
            max(abs(f.bounds.lo), abs(f.bounds.hi))
            for f in found.facts
            if f.name == "slope_in" and (whole or f.arg == k)
            if f.bounds is not None and f.bounds.lo is not None and f.bounds.hi is not None
        ]
        own = _constant(premises, args[k], wrt)
        if not slopes or own is None:
            return None
        parts.append((min(slopes), own))
    if atom.name in ("max", "min") and not e.shape:
        # Of two numbers the larger one changes by no more than one of them does.
        return reduce(partial(apply, ATOMS["max"]), (k for _, k in parts))
    return add(*parts, shape=()) if len(parts) > 1 else scale(parts[0][0], parts[0][1])


def norm_constant(e: Expr, wrt: tuple[Symbol, ...], premises: Premises) -> Expr | None:
    """Return K of sqrt(d + sum of c u_i^2), c > 0 and d >= 0: of a Euclidean norm."""
    half = Fraction(1, 2)
    if not isinstance(e, Contract) or [f[1:] for f in e.factors] != [((), half)]:
        return None
    total = e.factors[0][0]
    squares: list[tuple[Fraction, Expr]] = []
    for c, t in total.terms if isinstance(total, Add) else ((Fraction(1), total),):
        if not depends_on(t, wrt):
            if not ranges_of(premises)(t).scale(c).within(NONNEGATIVE):
                return None
            continue
        (u, labels, p), *others = t.factors if isinstance(t, Contract) else ((t, (), 1),)
        k = _constant(premises, u, wrt)
        if c <= 0 or others or p != 2 or len(set(labels)) != len(labels) or k is None:
            return None
        squares.append((c, power(k, 2)))
    return power(add(*squares, shape=()), half)


GIVES: Final = {
    "lipschitz-norm": norm_constant,
    "lipschitz-sum": sum_constant,
    "lipschitz-linear": linear_constant,
    "lipschitz-composition": composed_constant,
}
"""Rule -> the constant that it gives, from those of the parts."""


def _is_given(claim: Claim, premises: Premises, parameters: Parameters, rule: str) -> bool:
    return GIVES[rule](claim.expr, claim.wrt, premises) is claim.other


for _name in GIVES:
    checks(_name)(partial(_is_given, rule=_name))
