"""A Lipschitz constant of a formula: |f(a) - f(b)| <= K |a - b|, found from the inside out."""

from __future__ import annotations

from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.rules_lipschitz import GIVES, moving_part
from lossmith.expr.build import add, const
from lossmith.expr.node import Expr, Symbol, children
from lossmith.expr.walk import dependents, depends_on, postorder, symbols
from lossmith.prove.constants.extremes import extreme
from lossmith.prove.curvature.attempt import fresh, narrowed
from lossmith.prove.curvature.scalar import prove_monotone
from lossmith.prove.proving.domain import not_convex
from lossmith.prove.proving.proof import OutOfWork, Proof
from lossmith.prove.proving.ranges import prove_range, prove_total
from lossmith.prove.proving.rewriting import normal_form
from lossmith.prove.proving.sampling import sampled_values
from lossmith.prove.proving.verdict import Constant
from lossmith.words import Words

BUDGET = 800
"""Proof steps spent on one formula."""


def lipschitz(e: Expr, wrt: tuple[Symbol, ...], formula: str = "") -> Constant:
    """Return K with |f(a) - f(b)| <= K |a - b| for all admitted a and b, Euclidean norms.

    The reason says where no rule gave a constant; that refutes nothing.  None is given on a set
    that is not convex: the rules bound slopes along segments.
    """
    if not depends_on(e, wrt):
        return Constant(const(0))
    if not_convex(wrt) is not None:
        return Constant(None, reason=_APART)
    attempt = fresh(*(narrowed(e, wrt) or (e, wrt)), BUDGET)
    attempt.whole, attempt.wrt = e, wrt
    try:
        forms = [(attempt.expr, list[int]()), normal_form(attempt.proof, attempt.expr)]
        for attempt.form, attempt.chain in forms:
            node = attempt.carried(_searched(attempt.proof, attempt.form))
            if node is not None:
                proof = attempt.proof
                value = proof.nodes[node].claim.other
                return Constant(value, certificate=proof.certificate(node, formula))
    except OutOfWork:
        pass
    return Constant(None, reason=_NONE)


_NONE = Words(
    "none found: a part has slopes that no bound is known of",
    "没有找到：有的部分的斜率没有已知的界",
)

_APART = Words(
    "not sought: the declared set is not convex, and slopes are bounded along segments",
    "未求：声明的集合不是凸集，而斜率的界是沿线段给出的",
)


def _searched(proof: Proof, root: Expr) -> int | None:
    """Return the node with a constant of root, each moving part before what is made of it."""
    found: dict[Expr, int] = {}
    moving = dependents(root, proof.wrt)
    for e in postorder(root):
        if e not in moving:
            continue
        part = moving_part(e, proof.wrt)
        if part is not None and part[0] not in found:
            _keep(proof, part[0], found)  # a power inside of a product
        _keep(proof, e, found)
    return found[root] if root in found else _by_slope(proof, root)


def _by_slope(proof: Proof, e: Expr) -> int | None:
    """Return the node with a constant of a function of one number, from the sizes of its slope."""
    x = proof.wrt[0]
    if len(proof.wrt) != 1 or x.shape or e.shape or symbols(e) != (x,):
        return None
    for k in _candidates(e, x):
        bent = [add((k, x), (sign, e)) for sign in (1, -1)]
        used = [prove_monotone(proof, b, "nondecreasing") for b in bent]
        if None not in used:
            claim = proof.claim("lipschitz", e, const(k))
            return proof.propose(claim, "lipschitz-slope", [*used, prove_total(proof, e)])
    return None


def _candidates(e: Expr, x: Symbol) -> tuple[Fraction, ...]:
    """Return numbers just above the steepest slope seen, plain ones first.

    Only guesses: what is claimed is proved.
    """
    try:
        slope = derivative(e, x)
    except (ValueError, LossmithError):
        return ()
    seen = [
        max(abs(v.lo), abs(v.hi))
        for v in sampled_values(slope, x)
        if v.lo is not None and v.hi is not None
    ]
    if not seen:
        return ()
    most = max(seen)
    if symbols(slope) == (x,):
        most = max(extreme(slope, x, most, 1), -extreme(slope, x, -most, -1))
    plain = [Fraction(-(-most * d // 1), d) for d in (1, 2, 3, 4, 5, 8)]
    near = Fraction(-(-most * 1001 // 1), 1000)
    good = [p for p in plain if most <= p <= most * Fraction(21, 20)]
    return (*sorted(good, key=lambda p: p.denominator)[:2], near)


def _keep(proof: Proof, e: Expr, found: dict[Expr, int]) -> None:
    """Note the node with a constant of e, if a rule gives one from those of its parts."""
    if e in proof.wrt:
        node = proof.propose(proof.claim("lipschitz", e, const(1)), "lipschitz-variable")
    else:
        node = _by_rules(proof, e, found)
    if node is not None:
        found[e] = node


def _by_rules(proof: Proof, e: Expr, found: dict[Expr, int]) -> int | None:
    part = moving_part(e, proof.wrt)
    parts = [*children(e), *([part[0]] if part is not None else [])]
    parts += [u for s in children(e) for t in (s, *children(s)) for u in children(t)]
    used = [*(found.get(c) for c in parts), *(prove_range(proof, c) for c in parts)]
    claims: tuple[Claim, ...] = tuple(proof.nodes[k].claim for k in used if k is not None)
    for rule, constant in GIVES.items():
        try:
            value = constant(e, proof.wrt, claims)
        except LossmithError:
            continue  # a part of the constant has no value for some data
        if value is not None:
            return proof.propose(proof.claim("lipschitz", e, value), rule, used)
    return None
