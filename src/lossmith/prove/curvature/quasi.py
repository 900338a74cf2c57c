"""Quasiconvexity and log-concavity, where a rule shows them: what is left of a formula not convex.

Searched innermost first like curvature. That nothing is found says nothing: no witness is sought.
"""

from __future__ import annotations

from dataclasses import dataclass

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.evidence.certificate import MONOTONE, QUASI, Certificate
from lossmith.expr.build import apply, contract
from lossmith.expr.node import Contract, Expr, Symbol, children
from lossmith.expr.sets import POSITIVE
from lossmith.expr.walk import dependents, depends_on, postorder, symbols
from lossmith.prove.curvature.attempt import Attempt, fresh, narrowed
from lossmith.prove.curvature.scalar import prove_monotone
from lossmith.prove.proving.domain import not_convex
from lossmith.prove.proving.proof import OutOfWork, Proof
from lossmith.prove.proving.ranges import prove_range, prove_total
from lossmith.prove.proving.rewriting import normal_form
from lossmith.prove.proving.structure import Structure

BUDGET = 800
"""Proof steps spent on one formula."""

_RULES = ("quasi-curved", "quasi-scale", "quasi-composition", "quasi-ratio")


@dataclass(frozen=True, slots=True)
class Quasi:
    """Proofs that a formula is quasiconvex, quasiconcave, log-concave; None where none was found.

    log_concave: the proof that log f is concave, with f > 0 among its premises.
    """

    convex: Certificate | None = None
    concave: Certificate | None = None
    log_concave: Certificate | None = None

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """Those about the formula itself, the proof about its logarithm left out."""
        return tuple(c for c in (self.convex, self.concave) if c is not None)


def quasi(e: Expr, wrt: tuple[Symbol, ...], formula: str = "") -> Quasi:
    """Return what is proved of the sublevel and superlevel sets of a scalar formula.

    Nothing where the declared set is not convex: like convexity, it has no meaning there.
    """
    if not_convex(wrt) is not None:
        return Quasi()
    inside = narrowed(e, wrt)
    attempt = fresh(*(inside or (e, wrt)), BUDGET)
    attempt.whole, attempt.wrt = e, wrt
    found: dict[str, int] = {}
    log = None
    try:
        log = _log_concave(attempt.expr, attempt.proof, attempt.structure)
        found = _search(attempt)
        if log is not None and "quasiconcave" not in found:
            attempt.form, attempt.chain = attempt.expr, []
            own = _from_log(attempt.expr, attempt.proof, log)
            carried = {k: attempt.carried(n) for k, n in own.items()}
            found |= {k: n for k, n in carried.items() if n is not None}
    except OutOfWork:
        pass
    proof = attempt.proof
    proved = {kind: proof.certificate(node, formula) for kind, node in found.items()}
    return Quasi(
        proved.get("quasiconvex"),
        proved.get("quasiconcave"),
        None if log is None else proof.certificate(log, formula),
    )


def _search(attempt: Attempt) -> dict[str, int]:
    """Return the nodes for the formula of the question, from its text or from its normal form."""
    search = _Search(attempt)
    forms: list[tuple[Expr, list[int]]] = [(attempt.expr, [])]
    form, chain = normal_form(attempt.proof, attempt.expr)
    if chain:
        forms.append((form, chain))
    for attempt.form, attempt.chain in forms:
        carried = {k: attempt.carried(n) for k, n in search.of(attempt.form).items()}
        found = {k: n for k, n in carried.items() if n is not None}
        if found:
            return found
    return {}


def _log_concave(e: Expr, proof: Proof, structure: Structure) -> int | None:
    """Return the node that proves log f concave for a positive f, itself not concave."""
    prove_range(proof, e)
    if not proof.enclosed(e).within(POSITIVE):
        return None
    try:
        log = apply(ATOMS["log"], e)
    except LossmithError:
        return None
    form, chain = normal_form(proof, log)
    inner = Attempt(log, proof.wrt, log, proof, structure, form, chain, {})
    return inner.carried(structure.analyze(form).get("concave"))


def _from_log(e: Expr, proof: Proof, log: int) -> dict[str, int]:
    """Return the node that proves a log-concave formula quasiconcave."""
    parameter = (proof.nodes[log].claim.expr,)
    used = [log, prove_range(proof, e)]
    node = proof.propose(proof.claim("quasiconcave", e), "quasi-log", used, parameter)
    return {} if node is None else {"quasiconcave": node}


class _Search:
    """What is known of each part: its curvature, then whether it is quasiconvex, -concave."""

    def __init__(self, attempt: Attempt) -> None:
        self.proof, self.structure = attempt.proof, attempt.structure
        self.found: dict[Expr, dict[str, int]] = {}

    def of(self, root: Expr) -> dict[str, int]:
        """Return the nodes for root, by kind."""
        self.structure.analyze(root)
        moving = dependents(root, self.proof.wrt)
        for e in postorder(root):
            if e in moving and e not in self.found:
                self.found[e] = self._node(e)
        return self.found.get(root, {})

    def _node(self, e: Expr) -> dict[str, int]:
        nodes: dict[str, int] = {}
        used = self._premises(e)
        for kind in QUASI:
            for rule in _RULES:
                node = self.proof.propose(self.proof.claim(kind, e), rule, used)
                if node is not None:
                    nodes[kind] = node
                    break
        return nodes or self._monotone(e) or self._product(e)

    def _product(self, e: Expr) -> dict[str, int]:
        """Return the node for a positive product with a concave logarithm: x y for x, y > 0."""
        if e.shape or not isinstance(e, Contract):
            return {}
        log = _log_concave(e, self.proof, self.structure)
        return {} if log is None else _from_log(e, self.proof, log)

    def _premises(self, e: Expr) -> list[int | None]:
        """Return what is known of e and of its parts, the product above a line among them."""
        parts: list[Expr] = [e, *children(e)]
        if isinstance(e, Contract) and not e.summed:
            for wanted in (lambda p: p > 0, lambda p: True):
                kept = [f for f in e.factors if depends_on(f[0], self.proof.wrt) and wanted(f[2])]
                if kept and len(kept) < len(e.factors):
                    part = contract(kept, tuple(range(e.rank)), e.shape)
                    self.structure.analyze(part)
                    if part not in self.found and part is not e:
                        self.found[part] = self._node(part)
                    parts.append(part)
        nodes: list[int | None] = []
        for p in parts:
            nodes += [prove_range(self.proof, p), *self.structure.found.get(p, {}).values()]
            nodes += self.found.get(p, {}).values()
        return nodes

    def _monotone(self, e: Expr) -> dict[str, int]:
        """Return both kinds for a monotone function of one number, defined everywhere."""
        if e.shape or len(self.proof.wrt) != 1 or self.proof.wrt[0].shape:
            return {}
        if symbols(e) != self.proof.wrt:
            return {}
        way = next(
            (n for k in MONOTONE if (n := prove_monotone(self.proof, e, k)) is not None), None
        )
        total = None if way is None else prove_total(self.proof, e)
        nodes = {
            kind: self.proof.propose(self.proof.claim(kind, e), "quasi-monotone", [way, total])
            for kind in (QUASI if total is not None else ())
        }
        return {kind: node for kind, node in nodes.items() if node is not None}
