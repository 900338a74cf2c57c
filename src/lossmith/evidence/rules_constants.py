"""Rules for the constants of strong convexity and smoothness. Trusted."""

from __future__ import annotations

from fractions import Fraction

from lossmith.evidence import constants
from lossmith.evidence.certificate import Claim
from lossmith.evidence.linear import psd_form
from lossmith.evidence.premise import (
    Parameters,
    Premises,
    checks,
    distributed,
    parts_of,
    psd_of,
    ranges_of,
    says,
    states,
)
from lossmith.expr.build import add
from lossmith.expr.node import Add, Const, Expr
from lossmith.expr.sets import POSITIVE

# -- constants -------------------------------------------------------------------------------------


@checks("constants-zero")
def _constants_zero(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    kind = "convex" if claim.kind == "strong" else "affine"
    zero = isinstance(claim.other, Const) and claim.other.value == 0 and not claim.other.shape
    return (
        claim.kind in ("strong", "smooth") and zero and says(premises, kind, claim.expr, claim.wrt)
    )


@checks("constants-sum")
def _constants_sum(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e = claim.expr
    parts = parts_of(e, parameters) if isinstance(e, Add) else distributed(e)
    if parts is None or claim.kind not in ("strong", "smooth"):
        return False
    total: list[tuple[Fraction, Expr]] = []
    for c, part in parts:
        found = next(
            (p for p in premises if (p.kind, p.expr, p.wrt) == (claim.kind, part, claim.wrt)), None
        )
        if claim.kind == "strong" and c < 0:
            if not says(premises, "affine", part, claim.wrt):
                return False
            continue
        if found is None or found.other is None:
            return False
        total.append((abs(c), found.other))
    return add(*total, shape=()) is claim.other


@checks("constants-scale")
def _constants_scale(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    if claim.kind not in ("strong", "smooth"):
        return False
    found = next(p for p in premises if p.kind == claim.kind and p.wrt == claim.wrt)
    bound = constants.scaled(claim.expr, found, ranges_of(premises))
    return bound is not None and bound is claim.other


@checks("constants-loss")
def _constants_loss(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    bound = constants.loss(claim.kind, claim.expr, claim.wrt, ranges_of(premises))
    return bound is not None and bound is claim.other


@checks("constants-form")
def _constants_form(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    form = psd_form(claim.expr, parameters, psd_of(premises), ranges_of(premises))
    if form is None or claim.kind not in ("strong", "smooth"):
        return False
    bound = constants.quadratic(claim.kind, claim.expr, form, claim.wrt, ranges_of(premises))
    return bound is not None and bound is claim.other


@checks("strict-strong")
def _strict_strong(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    found = states(premises, "strong", claim.expr)
    if found is None or found.other is None or found.wrt != claim.wrt:
        return False
    return claim.kind == "strictly_convex" and ranges_of(premises)(found.other).within(POSITIVE)
