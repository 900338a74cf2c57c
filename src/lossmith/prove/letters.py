"""Powers with letters as exponents, weighted geometric means, gamma integrals."""

from __future__ import annotations

from lossmith.atoms.table import ATOMS
from lossmith.evidence.rules_powers import powers_of
from lossmith.expr.node import Add, Apply, Contract, Expr, children
from lossmith.expr.walk import depends_on, postorder
from lossmith.prove.proof import Proof
from lossmith.prove.ranges import prove_range
from lossmith.prove.structure import Found, Structure


def prove_letters(proof: Proof, e: Expr, structure: Structure) -> Found:
    """Return nodes for the curvatures of e that one of these rules gives."""
    if isinstance(e, Apply):
        rules = {ATOMS["power"]: "power-mean", ATOMS["exp"]: "weighted-geometric-mean"}
        rule = rules.get(e.atom)
        return {} if rule is None or e.shape else _tried(proof, e, rule, _parts(e), structure)
    if isinstance(e, Add):
        gamma = any(isinstance(t, Apply) and t.atom is ATOMS["lgamma"] for t in children(e))
        if e.shape or not gamma or len(e.terms) != 2:
            return {}
        return _tried(proof, e, "gamma-integral", _parts(e), structure)
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


def _tried(proof: Proof, e: Expr, rule: str, parts: list[Expr], structure: Structure) -> Found:
    used: list[int | None] = []
    for s in parts:
        if depends_on(s, proof.wrt):
            structure.analyze(s)
        used += [prove_range(proof, s), *structure.found.get(s, {}).values()]
    nodes = {k: proof.propose(proof.claim(k, e), rule, used) for k in ("convex", "concave")}
    return {k: n for k, n in nodes.items() if n is not None}
