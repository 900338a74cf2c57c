"""Rules for the constants of strong convexity and smoothness. Trusted."""

from __future__ import annotations

from fractions import Fraction

from lossmith.evidence.arithmetic.linear import psd_form
from lossmith.evidence.arithmetic.templates import distributed, parts_of
from lossmith.evidence.certificate import STRICT, Claim
from lossmith.evidence.curvature import constants
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    bound_of,
    checks,
    psd_of,
    ranges_of,
    says,
)
from lossmith.evidence.curvature.rules_families import is_sum_over_entries
from lossmith.expr.build import add, const, negate, power, scale
from lossmith.expr.node import Add, Const, Expr
from lossmith.expr.sets import NONNEGATIVE, POSITIVE
from lossmith.expr.walk import depends_on

# -- constants -------------------------------------------------------------------------------------


@checks("constants-zero")
def _constants_zero(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    kind = "convex" if claim.kind == "strong" else "affine"
    return claim.other is const(0) and says(premises, kind, claim.expr, claim.wrt)


@checks("constants-sum")
def _constants_sum(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e = claim.expr
    parts = parts_of(e, parameters) if isinstance(e, Add) else distributed(e)
    if parts is None:
        return False
    total: list[tuple[Fraction, Expr]] = []
    for c, part in parts:
        if claim.kind == "strong" and c < 0 and says(premises, "concave", part, claim.wrt):
            continue
        size, kind = abs(c), claim.kind if c > 0 else "smooth"
        bound = bound_of(premises, kind, part, claim.wrt)
        if bound is None and claim.kind == "strong":
            bound = bound_of(premises, "smooth", part, claim.wrt)
            kind = "smooth"
        if bound is None:
            return False
        # Of a part that bends down, no more than its L is lost.
        total.append((-size if kind != claim.kind else size, bound))
    return add(*total, shape=()) is claim.other


@checks("constants-scale")
def _constants_scale(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    found = next(p for p in premises if p.kind == claim.kind and p.wrt == claim.wrt)
    bound = constants.scaled(claim.expr, found, ranges_of(premises))
    return bound is not None and bound is claim.other


@checks("constants-loss")
def _constants_loss(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    bound = constants.loss(claim.kind, claim.expr, claim.wrt, ranges_of(premises))
    return bound is not None and bound is claim.other


@checks("constants-form")
def _constants_form(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    # |q' K q'' + q'' K q'| is at most 2 |K| |q'|^2 for any K: only m asks for a psd one.
    psd = psd_of(premises)
    form = psd_form(
        claim.expr, parameters, lambda k: claim.kind == "smooth" or psd(k), ranges_of(premises)
    )
    if form is None:
        return False
    bound = constants.quadratic(claim.kind, claim.expr, form, claim.wrt, ranges_of(premises))
    return bound is not None and bound is claim.other


@checks("constants-convex")
def _constants_convex(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """M/2 x^2 - f and M/2 x^2 + f are convex (for m: f - m/2 x^2), x one number."""
    e, m = claim.expr, claim.other
    if len(claim.wrt) != 1 or claim.wrt[0].shape or e.shape:
        return False
    if not isinstance(m, Const) or m.value < 0:
        return False
    bowl = scale(m.value / 2, power(claim.wrt[0], 2))
    sides = [add(e, (-1, bowl))]
    if claim.kind == "smooth":
        sides = [add(bowl, e), add(bowl, (-1, e))]
    return all(says(premises, "convex", side, claim.wrt) for side in sides)


@checks("constants-entrywise")
def _constants_entrywise(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """The sum over all entries of phi(u, data), u affine: the constant of phi in u, times |A|^2."""
    template, formals, arguments = parameters
    binding = dict(zip(formals, arguments, strict=True))
    known = ranges_of(premises)
    moving = [t for t, u in binding.items() if depends_on(u, claim.wrt)]
    if len(moving) != 1 or len(binding) < len(formals) or depends_on(template, claim.wrt):
        return False
    if not is_sum_over_entries(claim, template, binding, known):
        return False
    (t,) = moving
    if not says(premises, "affine", binding[t], claim.wrt):
        return False
    own = bound_of(premises, claim.kind, template, (t,))
    if own is None or depends_on(own, formals):
        return False
    bound = constants.entrywise(claim.kind, own, binding[t], claim.wrt, known)
    return bound is not None and bound is claim.other


@checks("strict-strong")
def _strict_strong(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """f - m/2 |W|^2 is convex: so is f for m >= 0, strictly for m > 0; -f speaks of concave f."""
    e = claim.expr if claim.kind.endswith("convex") else negate(claim.expr)
    bound = bound_of(premises, "strong", e, claim.wrt)
    least = POSITIVE if claim.kind in STRICT else NONNEGATIVE
    return bound is not None and ranges_of(premises)(bound).within(least)
