"""The curvature of a formula in a block of variables: a proof, a counterexample, or neither."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import Literal

from lossmith.evidence.certificate import Witness
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import POSITIVE
from lossmith.expr.walk import postorder, symbols
from lossmith.prove.constants.conditions import positive_when
from lossmith.prove.constants.constants import prove_constant, spared, written_out
from lossmith.prove.constants.strict import strictness
from lossmith.prove.constants.unbounded import why_unbounded
from lossmith.prove.curvature.attempt import Attempt, attempt_proof, fresh, straighten
from lossmith.prove.hints import blocked_at, suggestions
from lossmith.prove.proving.domain import hole, not_convex, nowhere_defined
from lossmith.prove.proving.entropies import entropy_forms
from lossmith.prove.proving.proof import OutOfWork
from lossmith.prove.proving.ranges import prove_range
from lossmith.prove.proving.rewriting import normal_form, one_sided_forms
from lossmith.prove.proving.verdict import Constant, Verdict
from lossmith.prove.refutation.refute import refute
from lossmith.prove.refutation.search import Against
from lossmith.prove.telling import ROUTES, assumptions, budget_words, leans, why_not_smooth
from lossmith.words import Words

Label = Literal["affine", "convex", "concave"]

BUDGET = 4000
"""Steps of work that one question may take: inferences tried, and boxes by the nodes on them."""

FIRST_BUDGET = 600
"""Proof steps before a search for counterexamples; what is easily refuted needs no long proof."""

CONSTANTS_BUDGET = 1500
"""Proof steps for constants and strictness once the curvature is proved."""

CURVED_BUDGET = 500
"""Proof steps for the smoothness constant of what is not known to be convex."""

TRIES = 240
"""Segments that one search for counterexamples may try."""

STRAIGHT_TRIES = 16
"""Segments that what is proved convex must be straight on before it is tried as affine."""

GLANCE = 60
"""Segments with drawn data that a question in one variable tries before any proof."""


def curvature(
    e: Expr,
    wrt: tuple[Symbol, ...],
    *,
    formula: str = "",
    budget: int = BUDGET,
    tries: int = TRIES,
    bare: bool = False,
) -> Verdict:
    """Return what e is, jointly in all of wrt, with the evidence for it.

    e: a scalar.  formula: its text, kept in the certificates.  budget, tries: limits of the work,
    counted in steps and not in time, so an answer does not depend on the machine.
    bare: leave out constants, strictness and declarations that would help.
    The status is proved for affine, convex and concave, refuted for neither (two witnesses), else
    undecided, with the one witness that may have been found.
    """
    reason = not_convex(wrt) or nowhere_defined(e)
    if reason is not None:
        return Verdict("undecided", "unknown", e, wrt, reason=reason, tried=())
    found = _at_a_glance(e, wrt, formula) if tries else {}
    if len(found) == 2:
        attempt = fresh(e, wrt, budget)
    else:
        attempt = attempt_proof(e, wrt, min(budget, FIRST_BUDGET))
        if not attempt.nodes:
            found = refute(e, wrt, tries=tries, formula=formula)
        if not attempt.nodes and len(found) < 2:
            _spared(attempt, found)
        if not attempt.nodes and len(found) < 2 and attempt.proof.work >= FIRST_BUDGET < budget:
            attempt = attempt_proof(e, wrt, budget)
    if len(attempt.nodes) == 1 and "affine" not in attempt.nodes:
        (side,) = attempt.nodes
        if not refute(e, wrt, ("concave" if side == "convex" else "convex",), tries=STRAIGHT_TRIES):
            straighten(attempt)
    label = _label(attempt)
    if label is not None:
        return _proved(attempt, e, wrt, label, formula, bare=bare)
    spent = budget_words(attempt.proof, budget, tries)
    witnesses = tuple(found[k] for k in ("convex", "concave") if k in found)
    if len(found) == 2:
        verdict = Verdict("refuted", "neither", e, wrt, witnesses=witnesses, tried=ROUTES)
        smooth = Constant(None) if bare else _curved_smooth(attempt, formula)
        return replace(verdict, smooth=smooth, assumptions=assumptions(e), cost=attempt.proof.work)
    return Verdict(
        "undecided",
        "unknown",
        e,
        wrt,
        witnesses=witnesses,
        tried=ROUTES,
        blocked_at=blocked_at(attempt),
        would_decide=() if bare else suggestions(attempt, e, wrt),
        budget=spent,
        reason=hole(e, wrt),
        smooth=Constant(None) if bare else _curved_smooth(attempt, formula),
        assumptions=assumptions(e),
        cost=attempt.proof.work,
    )


def _spared(attempt: Attempt, against: Mapping[Against, Witness]) -> None:
    """Try the sides that no witness speaks against by constants of the terms.

    Of one number and no data, f'' of the whole has been looked at: m less L shows no more.
    """
    proof = attempt.proof
    if len(proof.wrt) == 1 and not proof.wrt[0].shape and symbols(attempt.whole) == attempt.wrt:
        return
    before, proof.budget = proof.budget, proof.work + CONSTANTS_BUDGET
    with suppress(OutOfWork):
        for side in ("convex", "concave"):
            if side not in against:
                node = attempt.carried(spared(attempt.structure, attempt.form, side))
                if node is not None:
                    attempt.nodes[side] = node
                    break
    proof.budget = before


def _label(attempt: Attempt) -> Label | None:
    nodes = attempt.nodes
    if "affine" in nodes:
        return "affine"
    if "convex" in nodes:
        return "convex"
    return "concave" if "concave" in nodes else None


def _at_a_glance(e: Expr, wrt: tuple[Symbol, ...], formula: str) -> dict[Against, Witness]:
    """Return witnesses for one variable that show at once: a search for a proof costs far more."""
    if len(wrt) != 1 or wrt[0].shape:
        return {}
    return refute(e, wrt, tries=GLANCE if len(symbols(e)) > 1 else 0, formula=formula)


def is_convex(e: Expr, wrt: tuple[Symbol, ...], *, formula: str = "", **limits: int) -> Verdict:
    """Return whether e is convex in wrt: proved, refuted (with a witness) or undecided."""
    return _one_sided(e, wrt, "convex", formula, limits)


def is_concave(e: Expr, wrt: tuple[Symbol, ...], *, formula: str = "", **limits: int) -> Verdict:
    """Return whether e is concave in wrt: proved, refuted (with a witness) or undecided."""
    return _one_sided(e, wrt, "concave", formula, limits)


def _one_sided(
    e: Expr, wrt: tuple[Symbol, ...], side: Against, formula: str, limits: dict[str, int]
) -> Verdict:
    budget, tries = limits.get("budget", BUDGET), limits.get("tries", TRIES)
    verdict = curvature(e, wrt, formula=formula, budget=budget, tries=tries)
    if verdict.label in ("affine", side):
        return replace(verdict, status="proved")
    against = tuple(w for w in verdict.witnesses if w.against == side)
    if not against and verdict.label in ("convex", "concave"):
        against = tuple(refute(e, wrt, (side,), formula=formula).values())
    if against:
        return replace(verdict, status="refuted", witnesses=against)
    return replace(verdict, status="undecided")


# -- proving ---------------------------------------------------------------------------------------


def _proved(
    attempt: Attempt,
    e: Expr,
    wrt: tuple[Symbol, ...],
    label: Label,
    formula: str,
    *,
    bare: bool = False,
) -> Verdict:
    proof = attempt.proof
    proof.budget = proof.work + CONSTANTS_BUDGET
    certificates = [proof.certificate(attempt.nodes[label], formula)]
    strong, smooth, strict = Constant(None), Constant(None), None
    if label == "convex" and not bare:
        with suppress(OutOfWork):
            strong = _strong(attempt, formula)
    if label != "affine" and not bare:
        proof.budget = proof.work + CONSTANTS_BUDGET // 3
        with suppress(OutOfWork):
            strict = _strict(attempt, f"strictly_{label}", strong)
    if not bare:
        smooth = _smooth_within(attempt, formula)
    if strict is not None:
        certificates.append(proof.certificate(strict, formula))
    lean = leans(certificates + [c.certificate for c in (strong, smooth) if c.certificate])
    return Verdict(
        "proved",
        label,
        e,
        wrt,
        strict=strict is not None,
        strong=strong,
        smooth=smooth,
        certificates=tuple(certificates),
        tried=ROUTES[:1],
        assumptions=assumptions(e),
        cards=lean[0],
        rows=lean[1],
        cost=proof.work,
    )


def _strict(attempt: Attempt, kind: str, strong: Constant) -> int | None:
    proof = attempt.proof
    if strong.value is not None and strong.when is None:
        claim = attempt.claim("strong", strong.value)
        used = [proof.at.get(claim), prove_range(proof, strong.value)]
        node = proof.propose(attempt.claim("strictly_convex"), "strict-strong", used)
        if node is not None:
            return node
    node = attempt.carried(strictness(attempt.structure, attempt.form, kind))
    return node if node is not None else _strict_in_other_words(attempt, kind)


def _strict_in_other_words(attempt: Attempt, kind: str) -> int | None:
    """Try y softplus(-z) + (1 - y) softplus(z) as softplus(z) - y z, u log u as one function.

    Also logarithms of products written out.
    """
    proof, typed = attempt.proof, (attempt.form, attempt.chain)
    plain, links = normal_form(proof, attempt.expr)
    for forms in (one_sided_forms, entropy_forms, lambda *of: [written_out(*of)]):
        for form, chain in islice(forms(proof, plain), 1):
            if any(isinstance(s, Apply) and s.atom.kinks for s in postorder(form)):
                continue  # pieces have been tried
            attempt.form, attempt.chain = form, [*links, *chain]
            try:
                node = attempt.carried(strictness(attempt.structure, form, kind))
            finally:
                attempt.form, attempt.chain = typed
            if node is not None:
                return node
    return None


def _strong(attempt: Attempt, formula: str) -> Constant:
    proof = attempt.proof
    node = attempt.carried(prove_constant(attempt.structure, attempt.form, "strong"))
    value = None if node is None else proof.nodes[node].claim.other
    if node is None or value is None:
        return Constant(None, reason=Words("no constant was found", "没有找到常数"))
    prove_range(proof, value)
    inside = proof.enclosed(value)
    zero = inside.is_point and inside.has(0)
    if zero or (not symbols(value) and not inside.within(POSITIVE)) or not _may_be_positive(value):
        reason = Words(
            "convex, but no quadratic lower bound was found", "是凸的，但没有找到二次下界"
        )
        return Constant(None, reason=reason)
    when = None if inside.within(POSITIVE) else positive_when(value)
    return Constant(value, when, None, proof.certificate(node, formula))


def _may_be_positive(value: Expr) -> bool:
    inside = enclosure(value)
    return inside.hi is None or inside.hi > 0


def _smooth(attempt: Attempt, formula: str) -> Constant:
    """Return L; for one variable, a proof that there is none spares the search."""
    proof = attempt.proof
    convex = bool(attempt.nodes.keys() & {"convex", "affine"})
    line = len(proof.wrt) == 1 and not proof.wrt[0].shape
    reason = why_unbounded(attempt) if convex and line else None
    if reason is not None:
        return Constant(None, reason=reason)
    node = attempt.carried(prove_constant(attempt.structure, attempt.form, "smooth"))
    if node is not None:
        return Constant(proof.nodes[node].claim.other, None, None, proof.certificate(node, formula))
    reason = why_unbounded(attempt) if convex and not line else None
    return Constant(None, reason=reason or why_not_smooth(attempt))


def _smooth_within(attempt: Attempt, formula: str) -> Constant:
    """Return L if the work that is left finds it, else why there is none."""
    attempt.proof.budget = max(attempt.proof.budget, attempt.proof.work + CONSTANTS_BUDGET // 2)
    try:
        return _smooth(attempt, formula)
    except OutOfWork:
        return Constant(None, reason=why_not_smooth(attempt))


def _curved_smooth(attempt: Attempt, formula: str) -> Constant:
    """Return L of a formula that is not known to be convex: gradient steps need it all the same."""
    attempt.proof.budget = attempt.proof.work + CURVED_BUDGET
    typed = attempt.form, attempt.chain
    try:
        # The cards of the normal form say at once what boxes would have to show of what is typed.
        form, chain = normal_form(attempt.proof, attempt.expr)
        if chain:
            attempt.form, attempt.chain = form, chain
            found = _smooth(attempt, formula)
            if found.value is not None:
                return found
        attempt.form, attempt.chain = typed
        return _smooth(attempt, formula)
    except OutOfWork:
        return Constant(None, reason=why_not_smooth(attempt))
