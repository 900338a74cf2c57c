"""Proved enclosures of values: interval arithmetic upwards, and signs of quadratic forms."""

from __future__ import annotations

from itertools import pairwise

from lossmith.evidence.arithmetic.enclose import image, is_structured
from lossmith.evidence.certificate import Claim
from lossmith.expr.node import Apply, Contract, Expr, children
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import NONNEGATIVE
from lossmith.expr.walk import postorder
from lossmith.prove.proving.forms import pairings
from lossmith.prove.proving.proof import Proof


def prove_range(proof: Proof, root: Expr) -> int | None:
    """Return the node with the best enclosure of root; None if the quick one is as good."""
    for e in postorder(root):
        if e in proof.known or e in proof.ranged:
            continue
        proof.ranged.add(e)
        psd = {a: prove_psd(proof, a) for a in _matrices_asked(e)}

        def structured(a: Expr, word: str, psd: dict[Expr, int | None] = psd) -> bool:
            proved = word in ("psd", "symmetric") and psd.get(a) is not None
            return is_structured(a, word) or proved

        found = image(e, [proof.enclosed(c) for c in children(e)], structured)
        if not enclosure(e).within(found):
            used = [*(proof.known.get(c) for c in children(e)), *psd.values()]
            node = proof.propose(Claim("range", e, (), found), "range", used)
            if node is not None:
                proof.known[e] = node
        if isinstance(e, Contract) and not proof.enclosed(e).within(NONNEGATIVE):
            _by_form(proof, e)
    return proof.known.get(root)


def _matrices_asked(e: Expr) -> list[Expr]:
    """Return the matrices whose signs matter for the values of e: arguments, and diagonals read."""
    if isinstance(e, Apply) and any(w.structure for f in e.atom.facts for w in f.when):
        return list(e.args)
    if isinstance(e, Contract):
        return [f for f, labels, _ in e.factors if len(set(labels)) < len(labels)]
    return []


def _by_form(proof: Proof, e: Contract) -> None:
    for pairs in pairings(e, outer=False):
        used = [prove_psd(proof, f) for f, _, _ in e.factors]
        known = [proof.known.get(f) for f, _, _ in e.factors]
        node = proof.propose(
            Claim("range", e, (), NONNEGATIVE), "range-form", [*used, *known], pairs
        )
        if node is not None:
            proof.known[e] = node
            return


def prove_psd(proof: Proof, e: Expr) -> int | None:
    """Return the node that proves the matrix e psd, if one is found (declared ones need none)."""
    if len(e.shape) != 2 or e.shape[0] != e.shape[1]:
        return None
    claim = Claim("psd", e)
    if claim in proof.at:
        return proof.at[claim]
    if isinstance(e, Contract):
        for pairs in pairings(e, outer=True):
            ranged = [prove_range(proof, f) for f, _, _ in e.factors]
            inner = [prove_psd(proof, f) for f, _, _ in e.factors]
            node = proof.propose(claim, "psd-form", [*ranged, *inner], pairs)
            if node is not None:
                return node
        return proof.propose(claim, "psd-diagonal", [prove_range(proof, f) for f in children(e)])
    if isinstance(e, Apply):
        return proof.propose(claim, "psd-inverse", [prove_psd(proof, a) for a in e.args[:1]])
    if children(e):
        return proof.propose(claim, "psd-sum", [prove_psd(proof, t) for t in children(e)])
    return None


def prove_total(proof: Proof, e: Expr) -> int | None:
    """Return the node that proves e defined everywhere, if that is so."""
    ranged = [prove_range(proof, c) for p in postorder(e) for c in children(p)]
    return proof.propose(Claim("total", e), "total", ranged)


def prove_rewrite(proof: Proof, claim: Claim, chain: list[int], last: int) -> int | None:
    """Return the node that carries ``last`` (a claim about the end of the chain) to its start."""
    if not all(proof.nodes[a].claim.other is proof.nodes[b].claim.expr for a, b in pairwise(chain)):
        return None
    total = prove_total(proof, claim.expr)
    return None if total is None else proof.propose(claim, "rewrite", [*chain, total, last])
