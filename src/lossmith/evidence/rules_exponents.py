"""Rules for powers whose exponents are letters, weighted geometric means, gamma integrals. Trusted.

Exponents are constants of the question; what is known of them are their ranges. All bases are > 0,
so each power has a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.evidence.linear import axes
from lossmith.evidence.polynomial import same
from lossmith.evidence.premise import (
    Parameters,
    Premises,
    checks,
    flip,
    ranges_of,
    says,
    weight_of,
)
from lossmith.expr.build import add, broadcast, const, multiply, ones, power
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, POSITIVE, Interval
from lossmith.expr.walk import depends_on, substitute

AT_LEAST_ONE = Interval(Fraction(1), None, False, True)
AT_MOST_ONE = Interval(None, Fraction(1), True, False)


@checks("letter-powers")
def _letter_powers(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A product of powers u^p with constant exponents, entry by entry; the row has the cases."""
    e, wrt, known = claim.expr, claim.wrt, ranges_of(premises)
    powers = powers_of(e, wrt)
    if powers is None or not isinstance(e, Contract):
        return False
    size = weight_of([f for f in e.factors if not depends_on(f[0], wrt)], known)
    if not (size.within(NONNEGATIVE) or size.within(NONPOSITIVE)):
        return False
    kind = claim.kind if size.within(NONNEGATIVE) else flip(claim.kind)
    if not all(known(u).within(POSITIVE) for u, _ in powers):
        return False
    total = known(_sum_of([p for _, p in powers]))
    if kind == "concave":
        return total.within(AT_MOST_ONE) and all(
            known(p).within(NONNEGATIVE) and says(premises, "concave", u, wrt) for u, p in powers
        )
    rising = [
        (u, p)
        for u, p in powers
        if not (known(p).within(NONPOSITIVE) and says(premises, "concave", u, wrt))
    ]
    if not rising:
        return True
    return (
        len(rising) == 1
        and total.within(AT_LEAST_ONE)
        and says(premises, "convex", rising[0][0], wrt)
    )


def powers_of(e: Expr, wrt: Sequence[Symbol]) -> list[tuple[Expr, Expr]] | None:
    """Return (u, p) for the moving factors u^p of a product without sums, p of the shape of e."""
    if not isinstance(e, Contract) or e.summed:
        return None
    found: list[tuple[Expr, Expr]] = []
    for f, labels, q in e.factors:
        if not depends_on(f, wrt):
            continue
        if labels != axes(e):
            return None
        base, exponent = f, const(q, e.shape)
        if isinstance(f, Apply) and f.atom is ATOMS["power"] and not depends_on(f.args[1], wrt):
            base, exponent = f.args[0], multiply(exponent, f.args[1])
        found.append((base, exponent))
    return found


def _sum_of(exponents: Sequence[Expr]) -> Expr:
    """Return the sum; of one number for all entries each, their sum as a number."""
    numbers = [_one_for_all(p) for p in exponents]
    known = [p for p in numbers if p is not None]
    return add(*((1, p) for p in (known if len(known) == len(numbers) else exponents)))


def _one_for_all(p: Expr) -> Expr | None:
    """Return s if p repeats the scalar s for all its entries."""
    if isinstance(p, Const):
        return const(p.value)
    inside = (f for f, _, _ in p.factors) if isinstance(p, Contract) else iter((p,))
    return next((s for s in inside if not s.shape and broadcast(s, p.shape) is p), None)


@checks("letter-mean")
def _letter_mean(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """(sum of weight * u^p)^(1/p), p a letter: convex for p >= 1, concave for p <= 1, p not 0."""
    e, wrt, known = claim.expr, claim.wrt, ranges_of(premises)
    if not isinstance(e, Apply) or e.atom is not ATOMS["power"] or e.shape:
        return False
    inside, reciprocal = e.args
    found = linear_part_of(inside, wrt, premises)
    if not isinstance(found, Apply) or found.atom is not ATOMS["power"]:
        return False
    u, exponent = found.args
    p = _one_for_all(exponent)
    if p is None or depends_on(p, wrt) or known(p).has(0) or power(p, -1) is not reciprocal:
        return False
    if not known(u).within(POSITIVE):
        return False
    fits = AT_LEAST_ONE if claim.kind == "convex" else AT_MOST_ONE
    return known(p).within(fits) and says(premises, claim.kind, u, wrt)


def linear_part_of(e: Expr, wrt: Sequence[Symbol], premises: Premises) -> Expr | None:
    """Return v if e is a sum over the entries of v with constant weights >= 0; e = v if no sum."""
    known = ranges_of(premises)
    while isinstance(e, Contract):
        moving = [f for f in e.factors if depends_on(f[0], wrt)]
        weights = [f for f in e.factors if f not in moving]
        if len(moving) != 1 or moving[0][2] != 1 or len(set(moving[0][1])) < len(moving[0][1]):
            return None
        if not weight_of(weights, known).within(NONNEGATIVE):
            return None
        e = moving[0][0]
    return e


@checks("weighted-geometric-mean")
def _weighted_geometric_mean(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """exp(sum of w log u + a constant), weights w >= 0 that add to at most 1: concave in u > 0."""
    e, wrt, known = claim.expr, claim.wrt, ranges_of(premises)
    if not isinstance(e, Apply) or e.atom is not ATOMS["exp"] or e.shape:
        return False
    t = e.args[0]
    terms = t.terms if isinstance(t, Add) else ((Fraction(1), t),)
    shares: list[tuple[Fraction, Expr]] = []
    for c, term in terms:
        if not depends_on(term, wrt):
            continue
        found = linear_part_of(term, wrt, premises)
        if c < 0 or not isinstance(found, Apply) or found.atom is not ATOMS["log"]:
            return False
        (u,) = found.args
        if not (known(u).within(POSITIVE) and says(premises, "concave", u, wrt)):
            return False
        shares.append((c, substitute(term, {found: ones(found.shape)})))
    whole = add(*shares, shape=())
    return bool(shares) and (known(whole).within(AT_MOST_ONE) or same(whole, const(1)))


@checks("gamma-integral")
def _gamma_integral(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """c (lgamma(u) - u log v), u and v affine and > 0: jointly convex for c > 0."""
    e, wrt, known = claim.expr, claim.wrt, ranges_of(premises)
    if not isinstance(e, Add) or e.shape or len(e.terms) != 2:
        return False
    gammas = [
        (c, t.args[0]) for c, t in e.terms if isinstance(t, Apply) and t.atom is ATOMS["lgamma"]
    ]
    if len(gammas) != 1:
        return False
    ((c, u),) = gammas
    rest = [(k, t) for k, t in e.terms if not (isinstance(t, Apply) and t.args == (u,))]
    logs = [
        s
        for _, t in rest
        if isinstance(t, Contract)
        for s, _, _ in t.factors
        if isinstance(s, Apply) and s.atom is ATOMS["log"]
    ]
    if len(rest) != 1 or len(logs) != 1:
        return False
    v = logs[0].args[0]
    return (
        (c > 0) == (claim.kind == "convex")
        and add((-c, multiply(u, logs[0]))) is add(rest[0])
        and all(known(s).within(POSITIVE) and says(premises, "affine", s, wrt) for s in (u, v))
    )
