"""The checker: replays a certificate node by node, with rationals and outward-rounded intervals.

This is the small loop that everything passes through. Each rule is one function (claim, premises,
parameters) -> whether the claim follows, in one of the ``rules_*`` files; its statement, proof and
source stand in ``rules.inference`` under the same name. They compute with ``enclose`` (intervals),
``linear`` (forms), ``polynomial``, ``second`` (one variable) and ``constants``; ``witness`` checks
counterexamples. These files, the ground, the cards and the rows are all that an answer trusts.
"""

from __future__ import annotations

from lossmith.errors import NotCertified
from lossmith.evidence.certificate import (
    CURVATURES,
    KINDS,
    MONOTONE,
    QUASI,
    Certificate,
    Claim,
    Evidence,
)
from lossmith.evidence.curvature import (
    rules_analytic,
    rules_cones,
    rules_constants,
    rules_exponents,
    rules_families,
    rules_hessian,
    rules_identity,
    rules_known,
    rules_lipschitz,
    rules_pieces,
    rules_powers,
    rules_quasi,
    rules_range,
    rules_reduction,
    rules_strict,
    rules_structure,
)
from lossmith.evidence.curvature.premise import CHECKS
from lossmith.evidence.refusal import have_own_names
from lossmith.evidence.witness import check_witness
from lossmith.expr.node import Symbol
from lossmith.expr.walk import depends_on
from lossmith.rules.inference import INFERENCE
from lossmith.words import Words

RULE_FILES = (
    rules_range,
    rules_structure,
    rules_analytic,
    rules_constants,
    rules_identity,
    rules_families,
    rules_known,
    rules_powers,
    rules_exponents,
    rules_hessian,
    rules_pieces,
    rules_reduction,
    rules_cones,
    rules_quasi,
    rules_lipschitz,
    rules_strict,
)
"""Importing these files registers their rules in ``CHECKS``."""


def check(evidence: Evidence) -> None:
    """Replay a certificate or a witness; return if it proves what it says.

    Raises: NotCertified, naming the node, its rule and what the rule asks.
    """
    if not isinstance(evidence, Certificate):
        check_witness(evidence)
        if not all(is_convex_set(w) for w in evidence.wrt):
            raise _refused(0, "", _NO_STATEMENT)
        return
    if not evidence.nodes:
        raise _refused(0, "", Words("the proof is empty", "证明是空的"))
    claims: list[Claim] = []
    for k, node in enumerate(evidence.nodes):
        follow = CHECKS.get(node.rule)
        if follow is None:
            raise _refused(k, node.rule, Words("there is no such rule", "没有这条规则"))
        if not all(0 <= j < k for j in node.premises):
            raise _refused(
                k, node.rule, Words("a premise is not an earlier node", "前提不是更早的结点")
            )
        if not _is_statement(node.claim):
            raise _refused(k, node.rule, _NO_STATEMENT)
        try:
            good = follow(node.claim, tuple(claims[j] for j in node.premises), node.parameters)
        except Exception:
            # Parameters come from a file: whatever they break in a rule, the step is refused.
            good = False
        if not good:
            raise _refused(k, node.rule, INFERENCE[node.rule].asks)
        claims.append(node.claim)
    last = claims[-1]
    if not have_own_names(last.expr, *last.wrt, *filter(None, [last.other])):
        raise _refused(
            len(claims) - 1,
            evidence.nodes[-1].rule,
            Words("two symbols of one name are declared differently", "同名符号的声明不一致"),
        )


_NO_STATEMENT = Words(
    "the claim is not well formed, or speaks of convexity on a set that is not convex",
    "命题不合格式，或者在非凸集合上谈论凸性",
)


def _refused(k: int, rule: str, why: Words) -> NotCertified:
    return NotCertified(
        Words(
            f"node {k} of the proof does not follow by {rule}",
            f"证明的第 {k} 个结点不能由 {rule} 推出",
        ),
        why=why,
        attempt=Words("derive the certificate again", "请重新生成证书"),
    )


def is_convex_set(s: Symbol) -> bool:
    """Return whether what is declared of the symbol describes a convex set."""
    a = s.assumptions
    several = a.values is not None and len(a.values) > 1
    return not (several or a.integer or a.structure & {"orthogonal", "nonsingular", "onehot"}) or (
        a.has("pd") and not (several or a.integer or a.structure & {"orthogonal", "onehot"})
    )


_CONSTANTS = ("strong", "smooth", "lipschitz")


def _is_statement(claim: Claim) -> bool:
    if len(set(claim.wrt)) < len(claim.wrt):
        return False
    if claim.kind not in KINDS or (claim.interval is None) != (claim.kind != "range"):
        return False
    if (claim.other is not None) != (claim.kind in ("identity", *_CONSTANTS)):
        return False
    if claim.kind in _CONSTANTS and claim.other is not None and claim.other.shape:
        return False
    if claim.kind in (*CURVATURES, *MONOTONE, *QUASI, "log_convex", *_CONSTANTS):
        fixed = claim.other is None or not depends_on(claim.other, claim.wrt)
        return fixed and all(is_convex_set(s) for s in claim.wrt)
    return not claim.wrt
