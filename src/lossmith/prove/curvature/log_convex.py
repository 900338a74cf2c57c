"""Functions whose logarithm is convex, and the logarithms of such."""

from __future__ import annotations

from lossmith.atoms.table import ATOMS
from lossmith.expr.node import Apply, Expr, Symbol, children
from lossmith.expr.walk import depends_on, postorder
from lossmith.prove.curvature.families import log_convex_inverse
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_psd, prove_range
from lossmith.prove.proving.structure import Found, Structure

SIDES = ("convex", "concave")


def prove_log_convex(proof: Proof, e: Expr, structure: Structure) -> Found:
    """Try e log-convex, and log of such; the parts are judged first."""
    is_log = isinstance(e, Apply) and e.atom is ATOMS["log"]
    root = e.args[0] if isinstance(e, Apply) and is_log else e
    marks: dict[Expr, int] = {}
    for s in postorder(root):
        if not depends_on(s, proof.wrt) or isinstance(s, Symbol):
            continue
        inside = [*children(s), *(a for c in children(s) for a in children(c))]
        used = [n for c in inside for n in structure.found.get(c, {}).values()]
        used += [prove_psd(proof, c) for c in inside]
        ranged = [prove_range(proof, c) for c in inside]
        known = [marks.get(c) for c in children(s)]
        node = proof.propose(proof.claim("log_convex", s), "log-convex", [*known, *used, *ranged])
        if node is None and not s.shape:
            node = log_convex_inverse(proof, s, structure)
        if node is not None:
            marks[s] = node
    if not is_log:
        return {"convex": marks[root]} if root in marks else {}
    used = [marks.get(root), *(marks.get(c) for c in children(root))]
    for c in (root, *children(root)):
        used += [prove_range(proof, c), *structure.found.get(c, {}).values()]
        used += [n for a in children(c) for n in structure.found.get(a, {}).values()]
    nodes = {s: proof.propose(proof.claim(s, e), "log-of-log-convex", used) for s in SIDES}
    return {k: n for k, n in nodes.items() if n is not None}
