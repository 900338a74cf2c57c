"""The signs of the principal minors of a Hessian of two numbers, replayed on boxes. Trusted.

The checker differentiates by itself. A certificate names, for each minor, a form weight * core of
it and boxes that cover the declared rectangle; nothing is searched here.
"""

from __future__ import annotations

from collections.abc import Sequence

from lossmith.evidence.certificate import STRICT, Claim
from lossmith.evidence.enclose import bounds, is_defined
from lossmith.evidence.polynomial import same
from lossmith.evidence.premise import Parameter, Parameters, Premises, checks, states
from lossmith.evidence.rules_analytic import has_jumps
from lossmith.evidence.second import covers, derivative, is_smooth_on
from lossmith.evidence.signs import sign_of
from lossmith.expr.build import contract, multiply, power, scale, subtract
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, Interval
from lossmith.expr.walk import depends_on, postorder


@checks("hessian-minors")
def _hessian_minors(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """f_xx, f_yy and f_xx f_yy - f_xy^2 are >= 0 inside a rectangle on which f has values."""
    e = claim.expr
    if len(claim.wrt) != 2 or e.shape or any(w.shape for w in claim.wrt):
        return False
    if has_jumps(e) or states(premises, "total", e) is None or not _acts_one_by_one(e, claim.wrt):
        return False
    x, y = claim.wrt
    strict = claim.kind in STRICT
    if strict and any(_has_ends(w.assumptions.interval) for w in claim.wrt):
        return False  # on an edge of the rectangle f may be straight
    goals = minors(e, x, y, concave=claim.kind.endswith("concave"))
    return len(parameters) == len(goals) and all(
        _is_sign_proof(e, (x, y), goal, proof, strict=strict)
        for goal, proof in zip(goals, parameters, strict=True)
    )


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


def _acts_one_by_one(e: Expr, wrt: Sequence[Symbol]) -> bool:
    """Return whether each card in e has one argument that moves: smooth in it, smooth in all."""
    return all(
        sum(depends_on(a, wrt) for a in s.args) <= 1 for s in postorder(e) if isinstance(s, Apply)
    )


def _is_sign_proof(
    e: Expr, wrt: tuple[Symbol, Symbol], goal: Expr, proof: Sequence[Parameter], *, strict: bool
) -> bool:
    """Return whether goal = weight * core, weight > 0 and core >= 0, on strips of boxes.

    proof: weight, core, strips; a strip is an interval of x, then intervals of y, left to right.
    """
    weight, core, *strips = proof
    product = contract([(weight, (), 1), (core, (), 1)], ())
    if not (product is goal or same(goal, product)):
        return False
    x, y = wrt
    if not covers([strip[0] for strip in strips], x.assumptions.interval):
        return False
    return all(
        covers(boxes, y.assumptions.interval)
        and all(
            is_sign_on(e, wrt, weight, core, {x: along, y: box}, strict=strict) for box in boxes
        )
        for along, *boxes in strips
    )


def is_sign_on(
    e: Expr,
    wrt: tuple[Symbol, Symbol],
    weight: Expr,
    core: Expr,
    known: dict[Expr, Interval],
    *,
    strict: bool,
) -> bool:
    """Return whether e is smooth, weight > 0 and core >= 0 (> 0 if strict) on the box."""
    # On a box without a declared point everything would hold.
    if any(known[w].meet(w.assumptions.interval).is_empty for w in wrt):
        return False
    if not all(is_smooth_on(e, w, known) for w in wrt):
        return False
    found = bounds(weight, known) | bounds(core, known)
    if not all(is_defined(f, found.__getitem__) for f in postorder(weight, core)):
        return False
    wanted = POSITIVE if strict else NONNEGATIVE
    return found[weight].within(POSITIVE) and (
        found[core].within(wanted) or sign_of(core, known).within(wanted)
    )
