"""f'' >= 0 for one real variable: the second derivative, its forms, and rounds of work on them."""

from __future__ import annotations

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.certificate import STRICT
from lossmith.expr.build import scale
from lossmith.expr.node import Expr, Select, Symbol
from lossmith.expr.walk import postorder, symbols
from lossmith.prove.curvature.sign_forms import forms
from lossmith.prove.proving.partition import Row, partition
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.sampling import sampled_signs

LITTLE_WORK, MOST_WORK = 150, 700
"""Work on one form of a sign, at first and at most: later, a tail or a zero will not give way."""


def prove_scalar(
    proof: Proof,
    e: Expr,
    kinds: tuple[str, ...] = ("convex", "concave"),
    works: tuple[int, ...] = (LITTLE_WORK, MOST_WORK),
) -> dict[str, int]:
    """Return nodes for the curvatures of e that the sign of its second derivative proves."""
    if len(proof.wrt) != 1 or proof.wrt[0].shape or e.shape:
        return {}
    (x,) = proof.wrt
    if any(s.shape for s in symbols(e)) or any(isinstance(s, Select) for s in postorder(e)):
        return {}
    try:
        slope = derivative(derivative(e, x), x)
    except (ValueError, LossmithError):
        return {}
    signs = sampled_signs(slope, x)
    found: dict[str, int] = {}
    for kind in kinds:
        up = kind.endswith("convex")
        if (-1 if up else 1) in signs:
            continue
        goal = slope if up else scale(-1, slope)
        rows = prove_sign(proof, e, x, goal, strict=kind in STRICT, works=works)
        if rows is None:
            continue
        node = proof.propose(proof.claim(kind, e), "second-derivative", (), (rows,))
        if node is not None:
            found[kind] = node
    return found


def prove_monotone(proof: Proof, e: Expr, kind: str) -> int | None:
    """Return the node that proves a scalar e nondecreasing or nonincreasing in its variable."""
    (x,) = proof.wrt
    claim = proof.claim(kind, e)
    if claim in proof.at:
        return proof.at[claim]
    try:
        slope = derivative(e, x)
    except (ValueError, LossmithError):
        return None
    goal = slope if kind == "nondecreasing" else scale(-1, slope)
    if -1 in sampled_signs(goal, x):
        return None
    rows = prove_sign(proof, e, x, goal, strict=False)
    return None if rows is None else proof.propose(claim, "first-derivative", (), (rows,))


def prove_sign(
    proof: Proof,
    e: Expr,
    x: Symbol,
    goal: Expr,
    *,
    strict: bool,
    works: tuple[int, ...] = (LITTLE_WORK, MOST_WORK),
) -> Row | None:
    """Return (weight, core, box and reason ...) that proves goal >= 0, or None.

    works: the work for each form, in rounds: every form gets its chance before one gets it all.
    """
    for most in works:
        for weight, core in forms(goal, x):
            rows = partition(proof, e, x, weight, core, strict=strict, most=most)
            if rows is not None:
                return (weight, core, *rows)
    return None
