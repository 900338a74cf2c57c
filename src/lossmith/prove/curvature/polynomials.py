"""Polynomials of higher degree: convex because v'H(x)v is a sum of squares."""

from __future__ import annotations

from fractions import Fraction

from lossmith.evidence.arithmetic.squares import hessian_form, numeric_polynomial
from lossmith.expr.node import Add, Contract, Expr, Symbol
from lossmith.expr.walk import dependents
from lossmith.prove.curvature.sos import gram_of_hessian
from lossmith.prove.proving.proof import Proof

VARIABLES = 4
DEGREE = 8


def prove_squares(proof: Proof, e: Expr) -> dict[str, int]:
    """Return nodes for the curvatures of a polynomial that a sum of squares proves."""
    if e.shape or not all(isinstance(m, Symbol | Add | Contract) for m in dependents(e, proof.wrt)):
        return {}
    found = numeric_polynomial(e, proof.wrt)
    if found is None:
        return {}
    p, n = found
    degree = max((sum(m) for m in p), default=0)
    if not (2 <= n <= VARIABLES and 2 < degree <= DEGREE and degree % 2 == 0):
        return {}
    nodes: dict[str, int] = {}
    for kind, sign in (("convex", 1), ("concave", -1)):
        turned = {m: sign * c for m, c in p.items()}
        if not _may_be_convex(turned, n):
            continue
        proof.spend(60)
        gram = gram_of_hessian(turned, n)
        if gram is None:
            continue
        basis = tuple(tuple(Fraction(k) for k in row) for row in gram[0])
        node = proof.propose(proof.claim(kind, e), "sos-convex", (), (basis, gram[1]))
        if node is not None:
            nodes[kind] = node
    return nodes


def _may_be_convex(p: dict[tuple[int, ...], Fraction], n: int) -> bool:
    """Return whether v'Hv >= 0 at a few points and directions (a cheap refutation of the rest)."""
    form = hessian_form(p, n)
    places = [(k % 3 - 1, k // 3 % 3 - 1, k // 9 % 3 - 1, 1) for k in range(27)]
    for x in places:
        for v in places[:14]:
            at = (*x[:n], *v[:n])
            total = Fraction(0)
            for m, c in form.items():
                term = c
                for base, q in zip(at, m, strict=True):
                    term *= Fraction(base) ** q
                total += term
            if total < 0:
                return False
    return True
