"""Powers with letters as exponents, weighted geometric means, gamma integrals."""

from __future__ import annotations

from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.linear import factors_of
from lossmith.evidence.curvature.rules_powers import powers_of
from lossmith.expr.build import add, contract, multiply, ones, power, scale
from lossmith.expr.node import Add, Apply, Contract, Expr, children
from lossmith.expr.walk import depends_on, postorder
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_range
from lossmith.prove.proving.structure import Found, Structure

ONE = Fraction(1)
SIDES = ("convex", "concave")


def prove_letters(proof: Proof, e: Expr, structure: Structure) -> Found:
    """Return nodes for the curvatures of e that one of these rules gives."""
    if isinstance(e, Apply) and e.atom is ATOMS["power"] and not e.shape:
        return _tried(proof, e, "power-mean", _parts(e), structure)
    if isinstance(e, Apply) and e.atom is ATOMS["exp"] and not e.shape:
        b, pairs = _logarithms(e.args[0], proof)
        weights = [w for w, _ in pairs]
        rule = "weighted-geometric-mean"
        return _tried(proof, e, rule, [*_parts(e), *weights], structure, b, *pairs) if pairs else {}
    if isinstance(e, Add):
        return _gamma_integral(proof, e, structure)
    if not isinstance(e, Contract) or not any(_has_letter(f, proof) for f in children(e)):
        return {}
    powers = powers_of(e, proof.wrt, proof.enclosed) or []
    constant = [f for f in children(e) if not depends_on(f, proof.wrt)]
    return _tried(proof, e, "monomial", [*(g for up in powers for g in up), *constant], structure)


def _has_letter(f: Expr, proof: Proof) -> bool:
    return (
        isinstance(f, Apply)
        and f.atom is ATOMS["power"]
        and depends_on(f.args[0], proof.wrt)
        and not depends_on(f.args[1], proof.wrt)
    )


def _parts(e: Expr) -> list[Expr]:
    return [s for s in postorder(e) if s is not e]


def _logarithms(t: Expr, proof: Proof) -> tuple[Expr, list[tuple[Expr, Expr]]]:
    """Return b and pairs (w, u) with t = b + sum of w log u, as far as it goes."""
    terms = t.terms if isinstance(t, Add) else ((ONE, t),)
    found = [(c, _weighted_log(s, proof)) for c, s in terms if depends_on(s, proof.wrt)]
    pairs = [(scale(c, pair[0]), pair[1]) for c, pair in found if pair is not None]
    rest = [(c, s) for c, s in terms if not depends_on(s, proof.wrt)]
    return add(*rest, shape=()), pairs


def _weighted_log(s: Expr, proof: Proof) -> tuple[Expr, Expr] | None:
    """Return (w, u) with s the sum of w log u over the entries of u."""
    scalars: list[Expr] = []
    while True:
        moving = [f for f in factors_of(s)[1] if depends_on(f[0], proof.wrt)]
        others = [f for f in factors_of(s)[1] if f not in moving]
        if len(moving) != 1:
            return None
        s, labels, _ = moving[0]
        if isinstance(s, Apply):
            weight = contract([(ones(s.shape), labels, 1), *others], labels)
            return (multiply(weight, *scalars), s.args[0]) if s.atom is ATOMS["log"] else None
        if labels or not isinstance(s, Contract):
            return None
        scalars += [power(f, p) for f, _, p in others]


def _gamma_integral(proof: Proof, e: Add, structure: Structure) -> Found:
    """Try c (lgamma(u) - u log v)."""
    gammas = [(c, t) for c, t in e.terms if isinstance(t, Apply) and t.atom is ATOMS["lgamma"]]
    logs = [
        s
        for t in children(e)
        for s in children(t)
        if isinstance(s, Apply) and s.atom is ATOMS["log"]
    ]
    if e.shape or len(e.terms) != 2 or len(gammas) != 1 or len(logs) != 1:
        return {}
    (c, gamma), (log,) = gammas[0], logs
    ends = (*gamma.args, *log.args)
    return _tried(proof, e, "gamma-integral", _parts(e), structure, c, *ends)


def _tried(
    proof: Proof,
    e: Expr,
    rule: str,
    parts: list[Expr],
    structure: Structure,
    *parameters: object,
) -> Found:
    used: list[int | None] = []
    for s in parts:
        if depends_on(s, proof.wrt):
            structure.analyze(s)
        used += [prove_range(proof, s), *structure.found.get(s, {}).values()]
    nodes = {k: proof.propose(proof.claim(k, e), rule, used, parameters) for k in SIDES}
    return {k: n for k, n in nodes.items() if n is not None}
