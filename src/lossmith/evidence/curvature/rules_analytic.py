"""Rules of quadratic functions: forms of affine maps, numeric Hessians. Trusted."""

from __future__ import annotations

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.linear import Form, psd_form
from lossmith.evidence.arithmetic.polynomial import (
    hessian_of_quadratic,
    is_polynomial,
    is_psd,
)
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    checks,
    psd_of,
    ranges_of,
    says,
)
from lossmith.expr.node import Apply, Const, Contract
from lossmith.expr.walk import depends_on


@checks("form")
def _form(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """q' K q with q linear in one affine factor; K constant, or the inverse of an affine matrix."""
    e = claim.expr
    form = psd_form(e, parameters, psd_of(premises), ranges_of(premises))
    if form is None or not isinstance(e, Contract):
        return False
    moving = [k for k, (f, _, _) in enumerate(e.factors) if depends_on(f, claim.wrt)]
    middle = [k for k in form.middle if k in moving]
    outside = [k for k in moving if k not in middle]
    if outside and not any(sorted(pair) == outside for pair in form.pairs):
        return False
    if not all(
        e.factors[k][2] == 1 and says(premises, "affine", e.factors[k][0], claim.wrt)
        for k in outside
    ):
        return False
    return not middle or (len(middle) == 1 and _is_fraction(e, form, middle[0], claim, premises))


def _is_fraction(e: Contract, form: Form, k: int, claim: Claim, premises: Premises) -> bool:
    """Return whether e is q' inv(A) q, A affine and psd: jointly convex in q and A."""
    inverse, ends, _ = e.factors[k]
    if not isinstance(inverse, Apply) or inverse.atom is not ATOMS["inv"] or len(form.middle) != 1:
        return False
    left = {a for i, _ in form.pairs for a in e.factors[i][1]}
    right = {a for _, j in form.pairs for a in e.factors[j][1]}
    # All mirrored indices of q meet K: q is a vector for each value of the shared ones.
    mirrored = (left | right) - (left & right)
    inside = inverse.args[0]
    return (
        mirrored == set(ends)
        and psd_of(premises)(inside)
        and says(premises, "affine", inside, claim.wrt)
    )


@checks("quadratic")
def _quadratic(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A polynomial of degree <= 2 with a numeric Hessian H, judged by exact LDL'."""
    e = claim.expr
    h = hessian_of_quadratic(e, claim.wrt) if is_polynomial(e, claim.wrt) else None
    if h is None:
        return False
    minus = [[-c for c in row] for row in h]
    if claim.kind in ("strong", "smooth"):
        if not isinstance(claim.other, Const):
            return False
        c = claim.other.value if claim.kind == "strong" else -claim.other.value
        shifted = [[q - c * (i == j) for j, q in enumerate(r)] for i, r in enumerate(h)]
        mirrored = [[-q - c * (i == j) for j, q in enumerate(r)] for i, r in enumerate(h)]
        return is_psd(shifted) and (claim.kind == "strong" or is_psd(mirrored))
    return {
        "convex": is_psd(h),
        "concave": is_psd(minus),
        "affine": not any(any(row) for row in h),
        "strictly_convex": is_psd(h, definite=True),
        "strictly_concave": is_psd(minus, definite=True),
    }[claim.kind]
