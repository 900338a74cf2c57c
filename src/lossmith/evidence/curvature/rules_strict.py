"""Rules of strict convexity and strict concavity, on top of a proof of the plain kind. Trusted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.linear import axes
from lossmith.evidence.arithmetic.templates import parts_of
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    applied,
    checks,
    flip,
    parted,
    ranges_of,
    says,
    turned,
    weight_of,
)
from lossmith.evidence.curvature.rules_powers import powers_of, sum_of
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, POSITIVE, Interval, opened, point
from lossmith.expr.walk import depends_on

Known = Callable[[Expr], Interval]
ONE = Fraction(1)


def side_of(kind: str) -> str:
    """Return the side of a strict kind: "convex" for "strictly_convex"."""
    return kind.removeprefix("strictly_")


def is_injective(u: Expr, w: Symbol, known: Known) -> bool:
    """Return whether u = c*w + b entry by entry, with a number or datum c that is never 0."""
    if isinstance(u, Add):
        moving = [t for _, t in u.terms if depends_on(t, (w,))]
        return len(moving) == 1 and is_injective(moving[0], w, known)
    if u is w:
        return True
    if not isinstance(u, Contract) or u.summed:
        return False
    scalars = [f for f in u.factors if f[0] is not w]
    return (
        [(labels, p) for f, labels, p in u.factors if f is w] == [(axes(u), 1)]
        and u.shape == w.shape
        and not any(labels or depends_on(f, (w,)) or known(f).has(0) for f, labels, _ in scalars)
    )


@checks("strict-composition")
def _strict_composition(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """phi(u): phi strictly curved and u injective, or phi strictly monotone and u strictly curved.

    That phi(u) has the plain kind, and so a convex domain, is a premise.
    """
    e, known = claim.expr, ranges_of(premises)
    side, found = side_of(claim.kind), applied(e, premises, claim.wrt)
    if e.shape or found is None or len(found.moving) != 1:
        return False
    if not says(premises, side, e, claim.wrt):
        return False
    (k,) = found.moving
    u, facts = found.args[k], found.says(k)
    rises = _rises("increasing", "nondecreasing", claim.kind, facts)
    falls = _rises("decreasing", "nonincreasing", claim.kind, facts)
    if claim.kind in facts and len(claim.wrt) == 1 and is_injective(u, claim.wrt[0], known):
        return True
    if claim.kind in facts and rises and _is_norm(u, claim.wrt, known):
        return True
    # An entry of u may be left out by phi, so u is a number here.
    bent = {side, "affine", claim.kind} & facts and not u.shape
    return bool(bent) and (
        (rises and says(premises, claim.kind, u, claim.wrt))
        or (falls and says(premises, flip(claim.kind), u, claim.wrt))
    )


def _is_norm(u: Expr, wrt: tuple[Symbol, ...], known: Known) -> bool:
    """Return whether u is the Euclidean norm of c*w + b: equal at two points, less in between."""
    if not isinstance(u, Apply) or u.atom not in (ATOMS["norm2"], ATOMS["normF"]):
        return False
    return len(wrt) == 1 and is_injective(u.args[0], wrt[0], known)


def _rises(strictly: str, weakly: str, kind: str, facts: set[str]) -> bool:
    """Return whether the card is strictly monotone: it says so, or it is also strictly curved."""
    return strictly in facts or (weakly in facts and kind in facts)


@checks("strict-blocks")
def _strict_blocks(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A sum of curved terms: each block of variables meets a term strict in it, given the former.

    parameters: the terms, grouped as for a sum; then (part, variables ...) in order. That part
    depends on no variables but those and earlier ones.
    """
    groups, *order = parameters
    e = claim.expr
    parts = parts_of(e, groups) if isinstance(e, Add) else None
    if parts is None or e.shape:
        return False
    side = side_of(claim.kind)
    if not all(says(premises, turned(side, c), part, claim.wrt) for c, part in parts):
        return False
    seen: list[Symbol] = []
    for k, *block in order:
        if not 0 <= k < len(parts):
            return False
        c, part = parts[int(k)]
        seen += block
        later = [w for w in claim.wrt if w not in seen]
        kind = turned(claim.kind, c)
        if depends_on(part, later) or not says(premises, kind, part, tuple(block)):
            return False
    return set(seen) == set(claim.wrt) and len(seen) == len(claim.wrt)


@checks("strict-monomial")
def _strict_monomial(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A product of powers of each variable (c*w + b > 0), the inequality of the plain kind strict.

    All exponents negative, or one positive and the sum > 1 (convex); all positive and the sum < 1
    (concave).
    """
    e, wrt, known = claim.expr, claim.wrt, ranges_of(premises)
    powers = powers_of(e, wrt, known)
    if not powers or not isinstance(e, Contract) or e.shape:
        return False
    if not says(premises, side_of(claim.kind), e, wrt):
        return False
    owners = [[w for w in wrt if depends_on(u, (w,))] for u, _ in powers]
    if sorted(wrt.index(w) for own in owners for w in own) != list(range(len(powers))):
        return False
    if len(powers) != len(wrt) or not weight_of(parted(e, wrt)[1], known).within(POSITIVE):
        return False
    if not all(
        not w.shape and known(u).within(POSITIVE) and is_injective(u, w, known)
        for (u, _), own in zip(powers, owners, strict=True)
        for w in own
    ):
        return False
    total = known(sum_of([p for _, p in powers]))
    falling = sum(known(p).within(NEGATIVE) for _, p in powers)
    if claim.kind.endswith("concave"):
        rising = all(known(p).within(POSITIVE) for _, p in powers)
        return rising and total.within(opened(None, 1))
    return falling == len(powers) or (falling == len(powers) - 1 and total.within(opened(1, None)))


@checks("strict-norm")
def _strict_norm(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """(sum of |c w + b|^p over all entries of all variables, + d)^q: p > 1; p q > 1, or = 1, d > 0.

    parameters: p.
    """
    (p,) = parameters
    e, known = claim.expr, ranges_of(premises)
    if e.shape or p <= 1:
        return False
    total, q = e, ONE
    if isinstance(e, Contract) and len(e.factors) == 1 and not e.factors[0][1]:
        total, _, q = e.factors[0]
    terms = total.terms if isinstance(total, Add) else ((ONE, total),)
    owners: list[Symbol] = []
    more = point(0)
    for c, t in terms:
        own = [w for w in claim.wrt if depends_on(t, (w,))]
        if not own:
            more = more + known(t).scale(c)
            continue
        if len(own) > 1 or c <= 0 or not _is_whole_power_sum(t, own[0], p, known):
            return False
        owners += own
    whole = len(owners) == len(claim.wrt) == len(set(owners))
    if not whole or not more.within(NONNEGATIVE):
        return False
    return p * q > 1 or (p * q == 1 and more.within(POSITIVE))


def _is_whole_power_sum(t: Expr, w: Symbol, p: Fraction, known: Known) -> bool:
    """Return whether t is the sum over all entries of positive weights times |c w + b|^p."""
    factors = t.factors if isinstance(t, Contract) else ((t, axes(t), ONE),)
    moving = [f for f in factors if depends_on(f[0], (w,))]
    if len(moving) != 1:
        return False
    base, labels, r = moving[0]
    if r != p or len(set(labels)) != len(labels):
        return False
    if not all(known(f).power(s).within(POSITIVE) for f, _, s in factors if f is not base):
        return False
    if isinstance(base, Apply) and base.atom is ATOMS["abs"]:
        (base,) = base.args
    elif not known(base).within(NONNEGATIVE) and (r.denominator % 2 == 0 or r.numerator % 2):
        return False
    return base.shape == w.shape and is_injective(base, w, known)
