"""One question of curvature: the forms in which it is tried, and how a proof comes back from them.

A formula may be proved as it stands, in its normal form, with one function written out by its
meaning, or on the narrower set where it has values at all; each way back is a step of the proof.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

from lossmith.errors import LossmithError
from lossmith.evidence.certificate import Claim
from lossmith.evidence.check import is_convex_set
from lossmith.evidence.curvature.rules_pieces import natural_interval
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import depends_on, substitute, symbols
from lossmith.prove.curvature.compose import Composition
from lossmith.prove.curvature.scalar import prove_scalar
from lossmith.prove.proving.completed import completed_forms
from lossmith.prove.proving.proof import OutOfWork, Proof
from lossmith.prove.proving.ranges import prove_rewrite
from lossmith.prove.proving.rewriting import (
    collapsed_form,
    exponential_forms,
    normal_form,
    one_sided_forms,
    sigmoid_forms,
    unfolded_forms,
)
from lossmith.prove.proving.structure import Structure

WIDEST = 3
"""Most symbols that are set free to find a joint property."""

WIDE_BUDGET = 300
"""Proof steps for a wider block."""

ENOUGH = 1000
"""A budget from which on a wider block is tried even if the block itself used all of it."""

STRAIGHT_BUDGET = 200
"""Proof steps to show that what is convex or concave is both."""


@dataclass
class Attempt:
    """The proof of one question, in the form that went furthest.

    whole, wrt: the question.  expr: the formula with its variables narrowed to where it has values,
    the same if it has values everywhere.  form: what was analyzed, equal to expr by ``chain``.
    nodes: the proved curvatures of ``whole``.
    """

    whole: Expr
    wrt: tuple[Symbol, ...]
    expr: Expr
    proof: Proof
    structure: Structure
    form: Expr
    chain: list[int]
    nodes: dict[str, int]

    def claim(self, kind: str, other: Expr | None = None) -> Claim:
        """Return a claim about the formula of the question."""
        return Claim(kind, self.whole, self.wrt, None, other)

    def carried(self, node: int | None) -> int | None:
        """Return the node for the formula of the question, from the one for the form analyzed."""
        if node is None:
            return None
        if self.chain:
            found = replace(self.proof.nodes[node].claim, expr=self.expr)
            node = prove_rewrite(self.proof, found, self.chain, node)
        if node is None or self.expr is self.whole:
            return node
        wide = self.claim(self.proof.nodes[node].claim.kind, self.proof.nodes[node].claim.other)
        return self.proof.propose(wide, "natural-domain", [node])


def fresh(e: Expr, wrt: tuple[Symbol, ...], budget: int) -> Attempt:
    """Return an attempt at which nothing has been tried."""
    proof = Proof(wrt, budget)
    return Attempt(e, wrt, e, proof, Composition(proof), e, [], {})


def attempt_proof(e: Expr, wrt: tuple[Symbol, ...], budget: int) -> Attempt:
    """Return the attempt that proves something of e, else one that shows how far it went."""
    if not depends_on(e, wrt):
        constant = fresh(e, wrt, budget)
        node = constant.proof.propose(constant.claim("affine"), "constant")
        constant.nodes = {} if node is None else {"affine": node}
        return constant
    inside = narrowed(e, wrt)
    if inside is not None:
        attempt = fresh(*inside, budget)
        attempt.whole, attempt.wrt = e, wrt
        _search(attempt)
        if attempt.nodes:
            return attempt
    attempt = fresh(e, wrt, budget)
    is_whole = _search(attempt)
    if not attempt.nodes and (is_whole or budget >= ENOUGH):
        _from_wider_block(attempt)
    return attempt


def narrowed(e: Expr, wrt: tuple[Symbol, ...]) -> tuple[Expr, tuple[Symbol, ...]] | None:
    """Return the formula over variables that are declared to lie where it has values."""
    change: dict[Expr, Expr] = {}
    block: list[Symbol] = []
    for w in wrt:
        a = w.assumptions
        inside = a.interval.meet(natural_interval(e, w))
        if inside == a.interval or inside.is_empty or inside.is_point or a.values is not None:
            block.append(w)
            continue
        tight = symbol(w.name, w.shape, Assumptions(inside, None, a.integer, a.structure))
        block.append(tight)
        change[w] = tight
    if not change:
        return None
    try:
        return substitute(e, change), tuple(block)
    except LossmithError:
        return None


def _from_wider_block(attempt: Attempt) -> None:
    """Try the formula jointly in all that may move: what holds there holds in the block.

    T log(sum(exp(z/T))) is hard in T alone, and the perspective of a convex function in (z, T).
    """
    proof, e = attempt.proof, attempt.expr
    others = [s for s in symbols(e) if s not in attempt.wrt and is_convex_set(s)]
    free = [s for s in others if s.assumptions.values is None]
    if not free or len(free) > WIDEST:
        return
    for more in (free, *combinations(free, 1)) if len(free) > 1 else (free,):
        block = (*attempt.wrt, *more)
        inside, tight = narrowed(e, block) or (e, block)
        wide = proof.inner(tight)
        proof.budget = wide.budget = proof.work + WIDE_BUDGET
        found = Attempt(e, block, inside, wide, Composition(wide), inside, [], {})
        _search(found)
        for kind, node in found.nodes.items():
            mine = proof.propose(attempt.claim(kind), "restriction", [node])
            if mine is not None:
                attempt.nodes[kind] = mine
        if attempt.nodes:
            return


def _search(attempt: Attempt) -> bool:
    """Try the normal form, the formula as it stands, then forms with one meaning written out.

    Returns whether the work was enough to try them all.
    """
    proof, e = attempt.proof, attempt.expr
    try:
        form, chain = normal_form(proof, e)
        for other, link in completed_forms(proof, form):
            if _through(attempt, other, [*chain, *link]):
                return True
        # What u^v is worth at a point costs far more than exp(v log u).
        for other, link in exponential_forms(proof, e):
            if _through(attempt, other, link):
                return True
        for plainer in (one_sided_forms, sigmoid_forms) if proof.budget >= ENOUGH else ():
            for other, link in plainer(proof, form):
                if _through(attempt, other, [*chain, *link]):
                    return True
        if (chain and _through(attempt, form, chain)) or _through(attempt, e, []):
            return True
        for other, link in unfolded_forms(proof, e):
            if _through(attempt, other, link):
                return True
    except OutOfWork:
        return False
    return True


def _through(attempt: Attempt, form: Expr, chain: list[int]) -> bool:
    """Return whether a form is proved, and carried back to the question; kept in the attempt."""
    found = attempt.structure.analyze(form)
    before = attempt.form, attempt.chain
    attempt.form, attempt.chain = form, chain
    carried = {k: attempt.carried(n) for k, n in found.items()}
    attempt.nodes = {k: n for k, n in carried.items() if n is not None}
    if not attempt.nodes:
        attempt.form, attempt.chain = before
    return bool(attempt.nodes)


def straighten(attempt: Attempt) -> None:
    """Try to prove a formula affine that was proved convex or concave and bends nowhere visibly.

    exp(x) exp(-x) is convex as a product; that it is 1 shows when exponents are added.
    """
    proof, e = attempt.proof, attempt.expr
    proof.budget = max(proof.budget, proof.work + STRAIGHT_BUDGET)
    try:
        form, chain = collapsed_form(proof, e)
        if chain and "affine" not in attempt.structure.analyze(form):
            chain = []
        both = {} if chain else prove_scalar(proof, e)
    except OutOfWork:
        return
    if chain:
        before = dict(attempt.nodes)
        if not _through(attempt, form, chain) or "affine" not in attempt.nodes:
            attempt.nodes = before
    elif len(both) == 2:
        node = attempt.carried(proof.propose(proof.claim("affine", e), "affine", both.values()))
        attempt.nodes |= {} if node is None else {"affine": node}
