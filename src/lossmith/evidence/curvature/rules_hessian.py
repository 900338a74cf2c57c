"""Rules of curvature by derivatives: of one number, of two, of functions of exp(x). Trusted.

The checker differentiates by itself. A certificate names, for each expression that must be >= 0, a
form weight * core of it and boxes that cover the declared values; nothing is searched here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lossmith.evidence.arithmetic.enclose import bounds, is_defined
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.arithmetic.second import (
    covers,
    derivative,
    has_jumps,
    is_nonnegative_on,
    is_smooth_on,
    moves_one_by_one,
)
from lossmith.evidence.certificate import STRICT, Claim
from lossmith.evidence.curvature.premise import Parameters, Premises, checks, states
from lossmith.expr.build import add, contract, multiply, power, scale, subtract
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.sets import Interval
from lossmith.expr.walk import postorder

Box = dict[Expr, Interval]

# -- one number ------------------------------------------------------------------------------------


@checks("first-derivative")
def _first(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    if not moves_in_numbers(claim, 1):
        return False
    slope = derivative(claim.expr, claim.wrt[0])
    sign = 1 if claim.kind == "nondecreasing" else -1
    return are_sign_proofs(claim, [scale(sign, slope)], parameters)


@checks("second-derivative")
def _second(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    if not moves_in_numbers(claim, 1):
        return False
    (x,), m = claim.wrt, claim.other
    slope = derivative(derivative(claim.expr, x), x)
    if m is None:
        goals = [scale(sign_of_side(claim), slope)]
    elif claim.kind == "strong":
        goals = [subtract(slope, m)]
    else:
        goals = [subtract(m, slope), add(m, slope)]
    return are_sign_proofs(claim, goals, parameters)


def moves_in_numbers(claim: Claim, count: int) -> bool:
    """Return whether the claim is about a number without jumps, moved by so many numbers."""
    e = claim.expr
    scalars = not e.shape and len(claim.wrt) == count and not any(w.shape for w in claim.wrt)
    return scalars and not has_jumps(e)


def sign_of_side(claim: Claim) -> int:
    """Return the sign that a second derivative has."""
    return -1 if claim.kind.endswith("concave") else 1


def are_sign_proofs(claim: Claim, goals: Sequence[Expr], proofs: Sequence[Parameters]) -> bool:
    """Return whether each goal is shown to be >= 0 (> 0 for a strict claim)."""
    strict = claim.kind in STRICT
    return all(
        is_sign_proof(claim.expr, claim.wrt, goal, proof, strict=strict)
        for goal, proof in zip(goals, proofs, strict=True)
    )


def is_sign_proof(
    e: Expr, wrt: tuple[Symbol, ...], goal: Expr, proof: Parameters, *, strict: bool
) -> bool:
    """Return whether goal = weight * core with weight > 0 and core >= 0 on boxes that cover wrt.

    proof: weight, core, rows. Of one number a row is a box and the reason why core >= 0 on it; of
    two, an interval of the first and intervals of the second, in order.
    """
    weight, core, *rows = proof
    product = contract([(weight, (), 1), (core, (), 1)], ())
    if not (product is goal or same(goal, product)):
        return False
    inside = [w.assumptions.interval for w in wrt]
    if not covers([row[0] for row in rows], inside[0]):
        return False
    if len(wrt) == 2 and not all(covers(boxes, inside[1]) for _, *boxes in rows):
        return False
    return all(
        is_sign_on(e, wrt, weight, core, box, reason, strict=strict)
        for box, reason in _boxes(wrt, rows)
    )


def _boxes(wrt: tuple[Symbol, ...], rows: Sequence[Parameters]) -> Iterator[tuple[Box, Parameters]]:
    x, *more = wrt
    for first, *rest in rows:
        known: Box = {x: first}
        if not more:
            yield known, tuple(rest)
        for y in more:
            yield from (({**known, y: second}, ("direct",)) for second in rest)


def is_sign_on(
    e: Expr,
    wrt: tuple[Symbol, ...],
    weight: Expr,
    core: Expr,
    box: Box,
    reason: Parameters = ("direct",),
    *,
    strict: bool,
) -> bool:
    """Return whether e is smooth, weight > 0 and core >= 0 (> 0 if strict) on the box."""
    # On a box without a declared point everything would hold.
    if any(box[w].meet(w.assumptions.interval).is_empty for w in wrt):
        return False
    if not all(is_smooth_on(e, w, box) for w in wrt):
        return False
    # The factors must have values there: what has none proves nothing.
    found = bounds(weight, box) | bounds(core, box)
    return (
        all(is_defined(f, found.__getitem__) for f in postorder(weight, core))
        and is_nonnegative_on(weight, wrt[0], box, ("direct",), strict=True)
        and is_nonnegative_on(core, wrt[0], box, reason, strict=strict)
    )


# -- two numbers -----------------------------------------------------------------------------------


@checks("hessian-minors")
def _hessian_minors(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """f_xx, f_yy and f_xx f_yy - f_xy^2 are >= 0 inside a rectangle on which f has values."""
    e, wrt = claim.expr, claim.wrt
    if not moves_in_numbers(claim, 2) or states(premises, "total", e) is None:
        return False
    if not moves_one_by_one(wrt, e):
        return False
    if claim.kind in STRICT and any(_has_ends(w.assumptions.interval) for w in wrt):
        return False  # on an edge of the rectangle f may be straight
    return are_sign_proofs(claim, minors(e, *wrt, concave=sign_of_side(claim) < 0), parameters)


def minors(e: Expr, x: Symbol, y: Symbol, *, concave: bool) -> tuple[Expr, Expr, Expr]:
    """Return f_xx, f_yy and the determinant of the Hessian of f = e, or of f = -e.

    Raises: ValueError for tensors, choices, and functions without a slope.
    """
    sign = -1 if concave else 1
    by_x, by_y = derivative(e, x), derivative(e, y)
    xx, yy, xy = derivative(by_x, x), derivative(by_y, y), derivative(by_x, y)
    return scale(sign, xx), scale(sign, yy), subtract(multiply(xx, yy), power(xy, 2))


def _has_ends(i: Interval) -> bool:
    return not ((i.lo is None or i.lo_open) and (i.hi is None or i.hi_open))
