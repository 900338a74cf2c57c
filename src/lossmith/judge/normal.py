"""One normal form for both sides of an equation, reached by identities that the kernel accepts."""

from __future__ import annotations

from lossmith.errors import LossmithError, NotCertified
from lossmith.evidence.certificate import Certificate, Claim
from lossmith.evidence.check import check
from lossmith.evidence.normal.normal_steps import CHOSEN, STEPS
from lossmith.expr.build import subtract, zeros
from lossmith.expr.node import Expr
from lossmith.expr.walk import count
from lossmith.judge.cancelling import cancellation, has_inverse
from lossmith.prove.proving.proof import OutOfWork, Proof
from lossmith.words import Words

_ROUNDS = 14
"""Passes through all steps; classroom formulas need two to five."""

_LARGEST = 300
"""Distinct sub-expressions beyond which a form is given up."""

_BUDGET = 2_500
"""Sub-expressions of all forms on the way together; those of the classroom need 300 at most."""

_STEPS = {**STEPS, **CHOSEN}
_CANCELLING = ("cancelled", "products") * 4
"""What a sum gains by A inv(A) = I cancels once it is multiplied out, before the next is found."""


def meet(left: Expr, right: Expr) -> tuple[Certificate, Certificate] | None:
    """Return proofs that both sides equal one expression wherever they are defined, or None.

    Tried: one normal form for both; then left - right as one expression that vanishes.
    """
    try:
        ways = Proof(()), Proof(())
        a, chain_a, whole_a = _walk(ways[0], left)
        b, chain_b, whole_b = _walk(ways[1], right)
        if a is b:
            return _closed(ways[0], left, a, chain_a), _closed(ways[1], right, b, chain_b)
        if not (whole_a and whole_b):
            return None
        difference = subtract(left, right)
        nothing = zeros(left.shape)
        found = vanishing(difference)
    except (LossmithError, OutOfWork):
        return None
    return None if found is None else (found, normal_form(nothing)[1])


def vanishing(e: Expr) -> Certificate | None:
    """Return a proof that e is 0 wherever it is defined, or None."""
    proof = Proof(())
    nothing = zeros(e.shape)
    end, chain, _ = _walk(proof, e)
    if end is not nothing:
        # Entries over common denominators, where all sizes are numbers.
        total = proof.propose(Claim("total", nothing), "total")
        last = proof.propose(Claim("identity", end, (), None, nothing), "expansion", [total])
        if last is None:
            return None
        chain.append(last)
    return _closed(proof, e, nothing, chain)


def normal_form(e: Expr) -> tuple[Expr, Certificate]:
    """Return the normal form of e, and the proof that e equals it wherever e is defined."""
    proof = Proof(())
    end, chain, _ = _walk(proof, e)
    return end, _closed(proof, e, end, chain)


def _walk(proof: Proof, e: Expr) -> tuple[Expr, list[int], bool]:
    """Return the normal form, the nodes that lead there, and whether the end was reached."""
    chain: list[int] = []
    current = e
    spent = 0
    names = (*STEPS, *_CANCELLING) if has_inverse(e) else tuple(STEPS)
    for _ in range(_ROUNDS):
        before = current
        for name in names:
            try:
                choice = cancellation(current) if name in CHOSEN else ()
                after = current if choice is None else _STEPS[name](current, *choice)
            except (LossmithError, ZeroDivisionError):
                continue  # a form that exists nowhere, such as 1/0
            if choice is None or after is current:
                continue
            size = count(after)
            spent += size
            if size > _LARGEST:
                continue
            if spent > _BUDGET:
                return current, chain, False
            claim = Claim("identity", current, (), None, after)
            node = proof.propose(claim, "normal-step", (), (name, *choice))
            if node is None:
                continue
            chain.append(node)
            current = after
        if current is before:
            break
    return current, chain, True


def _closed(proof: Proof, e: Expr, end: Expr, chain: list[int]) -> Certificate:
    """Return the certificate of e = end, accepted by the kernel."""
    claim = Claim("identity", e, (), None, end)
    if chain:
        last = chain[0] if len(chain) == 1 else proof.propose(claim, "chain", chain)
    else:
        last = proof.propose(claim, "unfold")
    if last is None:
        raise NotCertified(_UNLINKED)
    found = proof.certificate(last)
    check(found)
    return found


_UNLINKED = Words("the identities do not form a chain", "这些恒等式连不成一串")
