"""Rules of curvature by computation: quadratic forms, monomials, second derivatives. Trusted."""

from __future__ import annotations

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import STRICT, Claim
from lossmith.evidence.enclose import bounds, is_defined
from lossmith.evidence.linear import Form, psd_form
from lossmith.evidence.polynomial import (
    hessian_of_quadratic,
    is_polynomial,
    is_psd,
    same,
)
from lossmith.evidence.premise import (
    Parameters,
    Premises,
    checks,
    psd_of,
    ranges_of,
    says,
)
from lossmith.evidence.second import covers, derivative, is_nonnegative_on, is_smooth_on
from lossmith.expr.build import add, contract, scale, subtract
from lossmith.expr.node import Apply, Const, Contract, Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import depends_on, postorder

# -- curvature: quadratics, monomials, one variable ------------------------------------------------


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


# -- one variable ----------------------------------------------------------------------------------


@checks("first-derivative")
def _first(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e = claim.expr
    if len(claim.wrt) != 1 or claim.wrt[0].shape or e.shape or len(parameters) != 1:
        return False
    (x,) = claim.wrt
    if has_jumps(e):
        return False
    slope = derivative(e, x)
    goal = slope if claim.kind == "nondecreasing" else scale(-1, slope)
    return is_sign_proof(e, x, goal, parameters[0], strict=False)


def has_jumps(e: Expr) -> bool:
    """Return whether a card in e may jump."""
    return any(
        isinstance(a, Apply) and any(k.kind == "jump" for k in a.atom.kinks) for a in postorder(e)
    )


@checks("second-derivative")
def _second(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e, m = claim.expr, claim.other
    if len(claim.wrt) != 1 or claim.wrt[0].shape or e.shape or claim.kind == "affine":
        return False
    (x,) = claim.wrt
    if has_jumps(e):
        return False
    slope = derivative(derivative(e, x), x)
    goals = {
        "convex": [slope],
        "strictly_convex": [slope],
        "concave": [scale(-1, slope)],
        "strictly_concave": [scale(-1, slope)],
        "strong": [] if m is None else [subtract(slope, m)],
        "smooth": [] if m is None else [subtract(m, slope), add(m, slope)],
    }[claim.kind]
    strict = claim.kind in STRICT
    return len(goals) == len(parameters) and all(
        is_sign_proof(e, x, goal, proof, strict=strict)
        for goal, proof in zip(goals, parameters, strict=True)
    )


def is_sign_proof(e: Expr, x: Symbol, goal: Expr, proof: Parameters, *, strict: bool) -> bool:
    """Return whether goal = weight * core with weight > 0 and core >= 0 on boxes that cover x."""
    weight, core, *rows = proof
    product = contract([(weight, (), 1), (core, (), 1)], ())
    if not (product is goal or same(goal, product)):
        return False
    boxes = [row[0] for row in rows]
    if not covers(boxes, x.assumptions.interval):
        return False
    for box, *reason in rows:
        known: dict[Expr, Interval] = {x: box}
        if not is_smooth_on(e, x, known):
            return False
        # The factors must have values there: what has none proves nothing.
        found = bounds(weight, known) | bounds(core, known)
        if not all(is_defined(f, found.__getitem__) for f in postorder(weight, core)):
            return False
        if not is_nonnegative_on(weight, x, known, ("direct",), strict=True):
            return False
        if not is_nonnegative_on(core, x, known, tuple(reason), strict=strict):
            return False
    return True
