"""Rules of logarithmic convexity. Trusted."""

from __future__ import annotations

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.linear import factors_of
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    applied,
    checks,
    parted,
    psd_of,
    ranges_of,
    says,
    weight_of,
)
from lossmith.expr.node import Add, Apply, Contract, Expr
from lossmith.expr.sets import NONNEGATIVE, POSITIVE
from lossmith.expr.walk import depends_on


@checks("log-convex")
def _log_convex(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """exp of convex; sums, positive multiples, products, powers; reciprocals of concave > 0."""
    e, wrt, known = claim.expr, claim.wrt, ranges_of(premises)
    if not depends_on(e, wrt):
        return known(e).within(POSITIVE)
    match e:
        case Apply():
            is_exp = e.atom is ATOMS["exp"] and says(premises, "convex", e.args[0], wrt)
            is_product = e.atom is ATOMS["prod"] and _is_log_convex(e.args[0], claim, premises)
            if is_exp or is_product or _is_det_of_inverse(e, claim, premises):
                return True
            return _is_log_curved(e, "log_convex", "convex", claim, premises)
        case Add():
            return all(c > 0 and _is_log_convex(t, claim, premises) for c, t in e.terms)
        case Contract():
            moving, weights = parted(e, wrt)
            return all(known(f).power(p).within(POSITIVE) for f, _, p in weights) and all(
                (p > 0 and _is_log_convex(f, claim, premises))
                or (p < 0 and known(f).within(POSITIVE) and says(premises, "concave", f, wrt))
                or (p < 0 and _is_product_of_concave(f, claim, premises))
                for f, _, p in moving
            )
        case _:
            return False


def _is_product_of_concave(f: Expr, claim: Claim, premises: Premises) -> bool:
    """Return whether f = prod(u) with concave u > 0, or det(M), M affine and pd: log f is concave.

    Of the psd matrices, those where a negative power of det has a value are the pd ones.
    """
    if not isinstance(f, Apply) or f.atom not in (ATOMS["prod"], ATOMS["det"]):
        return False
    (u,) = f.args
    if f.atom is ATOMS["det"]:
        return psd_of(premises)(u) and says(premises, "affine", u, claim.wrt)
    return ranges_of(premises)(u).within(POSITIVE) and says(premises, "concave", u, claim.wrt)


def _is_det_of_inverse(e: Apply, claim: Claim, premises: Premises) -> bool:
    """Return whether e = det(inv(M)) = 1/det(M) for an affine psd M, which has an inverse if pd."""
    inner = e.args[0]
    return (
        e.atom is ATOMS["det"]
        and isinstance(inner, Apply)
        and inner.atom is ATOMS["inv"]
        and psd_of(premises)(inner.args[0])
        and says(premises, "affine", inner.args[0], claim.wrt)
    )


def _is_log_convex(e: Expr, claim: Claim, premises: Premises) -> bool:
    if not depends_on(e, claim.wrt):
        return ranges_of(premises)(e).within(POSITIVE)
    return any(p.kind == "log_convex" and p.expr is e and p.wrt == claim.wrt for p in premises)


@checks("log-of-log-convex")
def _log_of_log_convex(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """log f is convex for log-convex f, concave for p/q with q log-convex and p log-concave.

    Sums with weights >= 0 of log-convex terms are that, or 0 for all x, where log has no value.
    """
    e = claim.expr
    if not isinstance(e, Apply) or e.atom is not ATOMS["log"]:
        return False
    if claim.kind == "convex":
        return _is_log_convex(e.args[0], claim, premises) or _is_mixture(e.args[0], claim, premises)
    coefficient, factors = factors_of(e.args[0])
    summed = any(k >= len(e.shape) for _, labels, _ in factors for k in labels)
    # Of one difference that may be < 0 the logarithm has no value there; of two, or of a square of
    # one, it has values on a set that is not convex.
    differences = [f for f in factors if f[2] == 1 and _is_increment(f[0], claim, premises)]
    return (
        not summed
        and coefficient > 0
        and len(differences) <= 1
        and all(
            (p > 0 and _is_log_concave(f, claim, premises))
            or (p < 0 and _is_log_convex(f, claim, premises))
            for f, _, p in (f for f in factors if f not in differences)
        )
    )


def _is_mixture(f: Expr, claim: Claim, premises: Premises) -> bool:
    """Return whether f sums products of log-convex functions with constant weights >= 0."""
    if not isinstance(f, Contract):
        return False
    moving, weights = parted(f, claim.wrt)
    return weight_of(weights, ranges_of(premises)).within(NONNEGATIVE) and all(
        p > 0 and _is_log_convex(g, claim, premises) for g, _, p in moving
    )


def _is_log_concave(f: Expr, claim: Claim, premises: Premises) -> bool:
    if isinstance(f, Apply):
        if f.atom is ATOMS["exp"]:
            return says(premises, "concave", f.args[0], claim.wrt)
        if _is_log_curved(f, "log_concave", "concave", claim, premises):
            return True
    positive = ranges_of(premises)(f).within(POSITIVE)
    return positive and says(premises, "concave", f, claim.wrt)


def _is_increment(f: Expr, claim: Claim, premises: Premises) -> bool:
    """Return whether f = c (F(u) - F(v)), u concave, v convex, and the card says that F allows it.

    log(F(b) - F(a)) rises in b, falls in a and has a value for all a < b: a convex set of x.
    """
    if not isinstance(f, Add):
        return False
    rising = [(c, t) for c, t in f.terms if c > 0]
    falling = [(c, t) for c, t in f.terms if c < 0]
    if len(rising) != 1 or len(falling) != 1 or rising[0][0] != -falling[0][0]:
        return False
    (_, up), (_, down) = rising[0], falling[0]
    if not isinstance(up, Apply) or not isinstance(down, Apply) or up.atom is not down.atom:
        return False
    everywhere = [g.name for g in up.atom.facts if not g.when]
    return (
        "log_concave_increments" in everywhere
        and says(premises, "concave", up.args[0], claim.wrt)
        and says(premises, "convex", down.args[0], claim.wrt)
    )


def _is_log_curved(f: Apply, fact: str, side: str, claim: Claim, premises: Premises) -> bool:
    """Return whether the card says this of f on the range of its argument, and that fits it.

    The argument is affine, or curved as composition with log f asks.
    """
    found = applied(f, premises, claim.wrt)
    if found is None or not f.atom.signature.is_entrywise or len(f.args) != 1:
        return False
    fits = says(premises, "affine", f.args[0], claim.wrt)
    return fact in found.says(0) and (fits or found.is_bent(0, side, premises, claim.wrt))
