"""Rules of quasiconvexity: every sublevel set {f <= c} is convex. Trusted.

A claim "quasiconvex" says: for all other data, the set of ``wrt`` where f is defined is convex, and
f(ta + (1-t)b) <= max(f(a), f(b)) in every entry; "quasiconcave" says so of -f. Both hold of what is
convex (concave), and of any monotone function of it.
"""

from __future__ import annotations

from functools import reduce

from lossmith.evidence.certificate import MONOTONE, Claim
from lossmith.evidence.enclose import applies
from lossmith.evidence.premise import (
    Parameters,
    Premises,
    application,
    checks,
    ranges_of,
    says,
    side_kept,
    states,
)
from lossmith.expr.build import apply, contract
from lossmith.expr.node import Add, Apply, Contract, Expr, Factor, Symbol
from lossmith.expr.sets import NONNEGATIVE, NONPOSITIVE, POSITIVE, Interval, point
from lossmith.expr.walk import depends_on

_CURVED = {"quasiconvex": "convex", "quasiconcave": "concave"}
_OTHER = {"quasiconvex": "quasiconcave", "quasiconcave": "quasiconvex"}


def _is_quasi(premises: Premises, kind: str, e: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether e is known to be quasiconvex (quasiconcave), curved ones included."""
    proved = any(p.kind == kind and p.expr is e and p.wrt == wrt for p in premises)
    return proved or says(premises, _CURVED[kind], e, wrt)


@checks("quasi-curved")
def _curved(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """f(ta + (1-t)b) <= t f(a) + (1-t) f(b) <= max(f(a), f(b)) for a convex f."""
    return says(premises, _CURVED[claim.kind], claim.expr, claim.wrt)


@checks("quasi-monotone")
def _monotone(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A monotone function of one number, defined on one interval, lies between its end values."""
    if states(premises, "total", claim.expr) is None or len(claim.wrt) != 1:
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
        found = _weighted(e, claim.wrt, premises)
        if found is None:
            return False
        sign, inner = found
    if sign.within(NONNEGATIVE):
        return _is_quasi(premises, claim.kind, inner, claim.wrt)
    return sign.within(NONPOSITIVE) and _is_quasi(premises, _OTHER[claim.kind], inner, claim.wrt)


def _weighted(e: Expr, wrt: tuple[Symbol, ...], premises: Premises) -> tuple[Interval, Expr] | None:
    """Return (range of the constant weights, the product of the others), entry by entry."""
    moving = _moving(e, wrt)
    if not isinstance(e, Contract) or moving is None or len(moving) == len(e.factors):
        return None
    known = ranges_of(premises)
    fixed = [f for f in e.factors if f not in moving]
    size = reduce(Interval.__mul__, (known(f).power(p) for f, _, p in fixed), point(1))
    return size, _product(moving, e)


def _moving(e: Expr, wrt: tuple[Symbol, ...]) -> list[Factor] | None:
    """Return the factors that move, each with the axes of e once; None for sums over an index."""
    if not isinstance(e, Contract) or e.summed:
        return None
    moving = [f for f in e.factors if depends_on(f[0], wrt)]
    whole = tuple(range(e.rank))
    return moving if all(labels == whole for _, labels, _ in moving) else None


def _product(factors: list[Factor], e: Contract) -> Expr:
    return contract(factors, tuple(range(e.rank)), e.shape)


@checks("quasi-composition")
def _composition(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A monotone function of a quasiconvex argument: {phi(u) <= c} is {u <= c'} or {u >= c'}."""
    known = ranges_of(premises)
    found = application(claim.expr, known)
    if found is None or not found[0].signature.is_entrywise:
        return False
    atom, args, domains = found
    moving = [k for k, a in enumerate(args) if depends_on(a, claim.wrt)]
    if len(moving) != 1:
        return False
    (k,) = moving
    inside = [known(a).meet(d) for a, d in zip(args, domains, strict=True)]
    facts = {f.name for f in atom.facts if f.arg == k and applies(f, args, inside)}
    for way, kind in (("nondecreasing", claim.kind), ("nonincreasing", _OTHER[claim.kind])):
        if way not in facts or not _is_quasi(premises, kind, args[k], claim.wrt):
            continue
        kept = known(args[k]).within(side_kept(domains[k], kind))
        if kept or says(premises, "affine", args[k], claim.wrt):
            return True
    return False


@checks("quasi-ratio")
def _ratio(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """p/q with q > 0: {p/q <= c} is {p - c q <= 0}, convex for c >= 0, or for all c if q is affine.

    p convex and >= 0, q concave and > 0; or p convex, q affine and > 0. For superlevel sets p
    concave and >= 0 with q convex and > 0, or p concave with q affine and > 0.
    """
    e = claim.expr
    moving = _moving(e, claim.wrt)
    if not isinstance(e, Contract) or moving is None or len(moving) != len(e.factors):
        return False
    below = [f for f in moving if f[2] == -1]
    above = [f for f in moving if f[2] > 0]
    if len(below) != 1 or not above or len(below) + len(above) != len(moving):
        return False
    q, p = below[0][0], _product(above, e)
    known = ranges_of(premises)
    if not known(q).within(POSITIVE) or not says(premises, _CURVED[claim.kind], p, claim.wrt):
        return False
    if says(premises, "affine", q, claim.wrt):
        return True
    against = _CURVED[_OTHER[claim.kind]]
    return known(p).within(NONNEGATIVE) and says(premises, against, q, claim.wrt)


@checks("quasi-log")
def _log(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """f = exp(log f) for f > 0, with log f concave (convex): a log-concave f is quasiconcave."""
    e = claim.expr
    log = parameters[0].atom if isinstance(parameters[0], Apply) else None
    return (
        log is not None
        and log.name == "log"
        and apply(log, e) is parameters[0]
        and ranges_of(premises)(e).within(POSITIVE)
        and says(premises, _CURVED[claim.kind], parameters[0], claim.wrt)
    )
