"""False proofs of level sets and Lipschitz constants: true ones with their last step bent."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import lossmith as ls
from lossmith.evidence.certificate import Certificate, Claim
from lossmith.expr.build import scale

_OTHER = {"quasiconvex": "quasiconcave", "quasiconcave": "quasiconvex"}


def _ending(certificates: tuple[Certificate, ...], rule: str) -> Certificate:
    """Return the proof up to its last use of a rule."""
    for c in certificates:
        for k in reversed(range(len(c.nodes))):
            if c.nodes[k].rule == rule:
                return Certificate(c.nodes[: k + 1])
    raise LookupError(rule)


def _bent(certificate: Certificate, claim: Claim) -> Certificate:
    *before, last = certificate.nodes
    return Certificate((*before, replace(last, claim=claim)))


def _turned(rule: str, formula: str, wrt: str, declare: str = "") -> Certificate:
    """Return the proof that a formula is quasiconvex, turned into one that it is quasiconcave."""
    found = ls.objective(formula, declare=declare, wrt=wrt).quasi()
    proof = _ending(found.certificates, rule)
    claim = proof.conclusion
    return _bent(proof, replace(claim, kind=_OTHER[claim.kind]))


def _halved(rule: str, formula: str, wrt: str, declare: str = "") -> Certificate:
    """Return the proof of a Lipschitz constant with half of it claimed."""
    found = ls.objective(formula, declare=declare, wrt=wrt).lipschitz().certificate
    assert found is not None
    proof = _ending((found,), rule)
    claim = proof.conclusion
    assert claim.other is not None
    return _bent(proof, replace(claim, other=scale(Fraction(1, 2), claim.other)))


def _anywhere(rule: str, formula: str, wrt: str) -> Certificate:
    """Return the proof of a level set that no longer says where the formula is defined."""
    proof = _ending(ls.objective(formula, wrt=wrt).quasi().certificates, rule)
    *before, last = proof.nodes
    kept = tuple(j for j in last.premises if before[j].claim.kind != "total")
    return Certificate((*before, replace(last, premises=kept)))


FALSE_SLOPES = {
    "monotone, but who knows where": _anywhere("quasi-monotone", "x^3 + x", "x"),
    "log(1 + x^2) is quasiconcave": _turned("quasi-composition", "log(1 + x^2)", "x"),
    "a square is quasiconcave": _turned("quasi-curved", "log(1 + x^2)", "x"),
    "1 - exp(-x^2) is quasiconcave": _turned("quasi-scale", "1 - exp(-norm2(x)^2)", "x"),
    "a convex ratio is quasiconcave": _turned(
        "quasi-ratio", "norm2(x)/(1 + sum(x))", "x", "x: vector(n) >= 0"
    ),
    "a log-concave product is quasiconvex": _turned("quasi-log", "x*y", "x, y", "x > 0; y > 0"),
    "half of a sum of constants": _halved("lipschitz-sum", "3*sin(2*x) + x", "x"),
    "half of the norm of a matrix": _halved("lipschitz-linear", "norm2(X*w - y)", "w"),
    "half of the slope of softplus": _halved("lipschitz-composition", "softplus(2*x)", "x"),
    "half of the norm of (1, x)": _halved("lipschitz-norm", "sqrt(1 + x^2)", "x"),
    "half of a variable": _halved("lipschitz-variable", "softplus(2*x)", "x"),
    "half of the slope of exp(-x)": _halved("lipschitz-slope", "exp(-x)", "x", "x >= 0"),
}
