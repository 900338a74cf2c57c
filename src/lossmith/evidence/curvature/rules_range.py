"""Rules about values: ranges, psd matrices, where an expression is defined. Trusted."""

from __future__ import annotations

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.enclose import image, is_defined, is_structured
from lossmith.evidence.arithmetic.linear import psd_form
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    checks,
    psd_of,
    ranges_of,
    states,
)
from lossmith.expr.node import Add, Apply, Expr, children
from lossmith.expr.sets import NONNEGATIVE
from lossmith.expr.walk import postorder


@checks("range")
def _range(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    known = ranges_of(premises)
    psd = psd_of(premises)

    def structured(e: Expr, word: str) -> bool:
        return is_structured(e, word) or (word in ("psd", "symmetric") and psd(e))

    found = image(claim.expr, [known(c) for c in children(claim.expr)], structured)
    return claim.interval is not None and found.within(claim.interval)


@checks("range-form")
def _range_form(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    psd = psd_form(claim.expr, parameters, psd_of(premises), ranges_of(premises))
    return psd is not None and claim.interval is not None and NONNEGATIVE.within(claim.interval)


@checks("psd-form")
def _psd_matrix(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    form = psd_form(claim.expr, parameters, psd_of(premises), ranges_of(premises), outer=True)
    return form is not None


@checks("psd-sum")
def _psd_sum(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e, known = claim.expr, psd_of(premises)
    return isinstance(e, Add) and all(c > 0 and known(t) for c, t in e.terms)


@checks("psd-inverse")
def _psd_inverse(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e = claim.expr
    return isinstance(e, Apply) and e.atom is ATOMS["inv"] and psd_of(premises)(e.args[0])


@checks("total")
def _total(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """Every part is defined on the ranges known; or what has a value everywhere is equal to it."""
    for p in premises:
        leads_here = p.kind == "identity" and p.other is claim.expr
        if leads_here and states(premises, "total", p.expr) is not None:
            return True
    known = ranges_of(premises)
    return all(is_defined(e, known) for e in postorder(claim.expr))
