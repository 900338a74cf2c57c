"""Rules of quasiconvexity: every sublevel set {f <= c} is convex. Trusted.

A claim "quasiconvex" says: for all other data, the set of ``wrt`` where f is defined is convex, and
f(ta + (1-t)b) <= max(f(a), f(b)) in every entry; "quasiconcave" says so of -f. Both hold of what is
convex (concave), and of any monotone function of it.
"""

from __future__ import annotations

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.linear import axes
from lossmith.evidence.certificate import MONOTONE, Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    applied,
    checks,
    flip,
    parted,
    ranges_of,
    says,
    states,
    weight_of,
)
from lossmith.expr.build import apply, contract
from lossmith.expr.node import Add, Contract, Expr, Factor, Symbol
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, POSITIVE, point
from lossmith.expr.walk import depends_on


@checks("quasi-curved")
def _curved(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """f(ta + (1-t)b) <= t f(a) + (1-t) f(b) <= max(f(a), f(b)) for a convex f."""
    return says(premises, claim.kind.removeprefix("quasi"), claim.expr, claim.wrt)


@checks("quasi-monotone")
def _monotone(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A monotone function of one number, defined on one interval, lies between its end values."""
    if states(premises, "total", claim.expr) is None:
        return False
    return any(p.kind in MONOTONE and p.expr is claim.expr and p.wrt == claim.wrt for p in premises)


@checks("quasi-scale")
def _scale(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """c f + k, entry by entry: c > 0 keeps sublevel sets, c < 0 turns them into superlevel sets."""
    e = claim.expr
    if isinstance(e, Add):
        moving = [(c, t) for c, t in e.terms if depends_on(t, claim.wrt)]
        if len(moving) != 1:
            return False
        ((c, inner),) = moving
        sign = point(c)
    else:
        found = _entrywise(e, claim.wrt)
        if found is None:
            return False
        inner, weights = found
        sign = weight_of(weights, ranges_of(premises))
    if not (sign.within(NONNEGATIVE) or sign.within(NONPOSITIVE)):
        return False
    kind = claim.kind if sign.within(NONNEGATIVE) else flip(claim.kind)
    return says(premises, kind, inner, claim.wrt)


def _entrywise(e: Expr, wrt: tuple[Symbol, ...]) -> tuple[Expr, list[Factor]] | None:
    """Return (the product of what moves, the constant factors); None for sums over an index."""
    if not isinstance(e, Contract):
        return None
    moving, weights = parted(e, wrt)
    if any(labels != axes(e) for _, labels, _ in moving):
        return None
    return contract(moving, axes(e), e.shape), weights


@checks("quasi-composition")
def _composition(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A monotone function of a quasiconvex argument: {phi(u) <= c} is {u <= c'} or {u >= c'}."""
    found = applied(claim.expr, premises, claim.wrt)
    if found is None or not found.atom.signature.is_entrywise or len(found.moving) != 1:
        return False
    return found.is_bent(found.moving[0], claim.kind, premises, claim.wrt)


@checks("quasi-ratio")
def _ratio(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """p/q with q > 0: {p/q <= c} is {p - c q <= 0}, convex for c >= 0, or for all c if q is affine.

    p convex and >= 0, q concave and > 0; or p convex, q affine and > 0. For superlevel sets p
    concave and >= 0 with q convex and > 0, or p concave with q affine and > 0.
    """
    e, known = claim.expr, ranges_of(premises)
    found = _entrywise(e, claim.wrt)
    if not isinstance(e, Contract) or found is None or found[1]:
        return False
    below = [f for f in e.factors if f[2] < 0]
    above = [f for f in e.factors if f[2] > 0]
    if len(below) != 1 or below[0][2] != -1:
        return False
    q, p = below[0][0], contract(above, axes(e), e.shape)
    side = claim.kind.removeprefix("quasi")
    if not known(q).within(POSITIVE) or not says(premises, side, p, claim.wrt):
        return False
    return says(premises, "affine", q, claim.wrt) or (
        known(p).within(NONNEGATIVE) and says(premises, flip(side), q, claim.wrt)
    )


@checks("quasi-log")
def _log(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """f = exp(log f) for f > 0, with log f concave (convex): a log-concave f is quasiconcave."""
    (log,), e = parameters, claim.expr
    is_log = apply(ATOMS["log"], e) is log and ranges_of(premises)(e).within(POSITIVE)
    return is_log and says(premises, claim.kind.removeprefix("quasi"), log, claim.wrt)
