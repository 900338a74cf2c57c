"""Polynomials of degree at most 2 with numeric coefficients, decided exactly."""

from __future__ import annotations

from fractions import Fraction

from lossmith.evidence.arithmetic.polynomial import hessian_of_quadratic
from lossmith.expr.build import const
from lossmith.expr.node import Add, Contract, Expr, Symbol
from lossmith.expr.walk import dependents
from lossmith.prove.proving.proof import Proof


def is_quadratic(e: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether e is visibly a quadratic in the block with a numeric Hessian."""
    if e.shape or not all(isinstance(m, Symbol | Add | Contract) for m in dependents(e, wrt)):
        return False
    return hessian_of_quadratic(e, wrt) is not None


def prove_quadratic(proof: Proof, e: Expr) -> dict[str, int]:
    """Return the nodes for affine, convex, concave that the exact Hessian gives."""
    if e.shape or not all(isinstance(m, Symbol | Add | Contract) for m in dependents(e, proof.wrt)):
        return {}
    found: dict[str, int] = {}
    for kind in ("affine", "convex", "concave"):
        node = proof.propose(proof.claim(kind, e), "quadratic")
        if node is not None:
            found[kind] = node
            if kind == "affine":
                break
    return found


def numeric_constants(proof: Proof, e: Expr) -> dict[str, int]:
    """Return nodes for rational m and L of a numeric quadratic, by bisection on exact tests."""
    h = None if e.shape else hessian_of_quadratic(e, proof.wrt)
    if not h:
        return {}
    # Gershgorin encloses the spectrum; bisection then tightens to a short fraction.
    radius = [
        sum((abs(q) for j, q in enumerate(r) if j != i), Fraction(0)) for i, r in enumerate(h)
    ]
    low = min(r[i] - s for i, (r, s) in enumerate(zip(h, radius, strict=True)))
    high = max(r[i] + s for i, (r, s) in enumerate(zip(h, radius, strict=True)))
    least = min(r[i] for i, r in enumerate(h))
    most = max(max(abs(r[i]) for i, r in enumerate(h)), Fraction(0))
    found: dict[str, int] = {}
    strong = _tightest(proof, e, "strong", low, least)
    if strong is not None:
        found["strong"] = strong
    smooth = _tightest(proof, e, "smooth", max(abs(low), abs(high)), most)
    if smooth is not None:
        found["smooth"] = smooth
    return found


def _tightest(proof: Proof, e: Expr, kind: str, good: Fraction, bad: Fraction) -> int | None:
    """Return the node with the best constant between a certain one and an optimistic one."""
    for c in (bad, good):
        node = proof.propose(proof.claim(kind, e, const(c)), "quadratic")
        if node is not None:
            break
    else:
        return None
    for _ in range(24 if c != bad else 0):
        middle = (good + bad) / 2
        better = proof.propose(proof.claim(kind, e, const(middle)), "quadratic")
        if better is None:
            bad = middle
        else:
            good, node = middle, better
    # A short decimal on the safe side reads better than the end of a bisection.
    unit = 10000
    whole = good * unit // 1 if kind == "strong" else -((-good * unit) // 1)
    short = proof.propose(proof.claim(kind, e, const(Fraction(whole) / unit)), "quadratic")
    return node if short is None or good.denominator <= unit else short
