"""Formulas led back to fewer variables (homogeneous ones), or to functions of s = exp(x)."""

from __future__ import annotations

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.certificate import STRICT
from lossmith.evidence.curvature.rules_reduction import (
    curvature_in_exponential,
    in_exponential,
    is_cone,
    is_homogeneous,
)
from lossmith.expr.build import const, scale
from lossmith.expr.node import Apply, Expr
from lossmith.expr.sets import POSITIVE
from lossmith.expr.walk import depends_on, postorder, substitute
from lossmith.prove.curvature.scalar import LITTLE_WORK, MOST_WORK, prove_scalar, prove_sign
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_range, prove_total
from lossmith.prove.proving.sampling import sampled_signs
from lossmith.prove.proving.structure import Found, Structure

SIDES = ("convex", "concave")

MOST = 3
"""Scales that are tried for one formula."""


def prove_reduced(proof: Proof, e: Expr, structure: Structure) -> Found:
    """Return nodes for the curvatures of a scalar e that one of the reductions gives."""
    if e.shape:
        return {}
    return _homogeneous(proof, e, structure)


def prove_one_variable(proof: Proof, e: Expr, kinds: tuple[str, ...] = SIDES) -> Found:
    """Return nodes for the curvatures of a scalar of one variable, by the sign of f''.

    In x and in s = exp(x): each is tried with little work before either gets much.
    """
    for work in (LITTLE_WORK, MOST_WORK):
        found = prove_scalar(proof, e, kinds, (work,)) or _exponential(proof, e, kinds, work)
        if found:
            return found
    return {}


def _homogeneous(proof: Proof, e: Expr, structure: Structure) -> Found:
    """Set a positive affine scalar to 1, if the formula is homogeneous of degree 1."""
    wrt = proof.wrt
    if not all(is_cone(w) for w in wrt) or not is_homogeneous(e, wrt):
        return {}
    total = prove_total(proof, e)
    for q in _scales(proof, e, structure) if total is not None else ():
        rest = tuple(w for w in wrt if w is not q)
        try:
            phi = substitute(e, {q: const(1)})
        except LossmithError:
            continue
        if phi is e:
            continue
        inner = structure.within(rest)
        used = [total, proof.known.get(q), structure.premise(q, "affine")]
        found: Found = {}
        for kind, node in inner.analyze(phi).items():
            for side in ("convex", "concave") if kind == "affine" else (kind,):
                mine = proof.propose(proof.claim(side, e), "homogeneous", [node, *used], (q,))
                if mine is not None:
                    found[side] = mine
        if found:
            return found
    return {}


def _scales(proof: Proof, e: Expr, structure: Structure) -> list[Expr]:
    """Return positive affine scalars of degree 1 inside of e: variables first, then sums."""
    found: list[Expr] = []
    for s in (*proof.wrt, *reversed(list(postorder(e)))):
        if s.shape or s in found or not depends_on(s, proof.wrt) or len(found) >= MOST:
            continue
        structure.analyze(s)
        prove_range(proof, s)
        positive = proof.enclosed(s).within(POSITIVE)
        if positive and "affine" in structure.kinds(s) and is_homogeneous(s, proof.wrt):
            found.append(s)
    return found


def _exponential(proof: Proof, e: Expr, kinds: tuple[str, ...], work: int) -> Found:
    """Decide the sign of h' + s h'' for e = h(exp(x))."""
    if e.shape or len(proof.wrt) != 1 or proof.wrt[0].shape:
        return {}
    (x,) = proof.wrt
    known = ("exp", "sigmoid", "softplus", "tanh", "sinh", "cosh", "logcosh", "swish", "expm1")
    if not any(isinstance(s, Apply) and s.atom.name in known for s in postorder(e)):
        return {}
    try:
        if len(sampled_signs(derivative(derivative(e, x), x), x)) == 2:
            return {}
        total = prove_total(proof, e)
        if total is None:
            return {}
        h, s = in_exponential(e, x)
        goal = curvature_in_exponential(h, s)
    except (ValueError, LossmithError):
        return {}
    signs = sampled_signs(goal, s)
    found: Found = {}
    for kind in kinds:
        up = kind.endswith("convex")
        if (-1 if up else 1) in signs:
            continue
        aim = goal if up else scale(-1, goal)
        rows = prove_sign(proof, h, s, aim, strict=kind in STRICT, works=(work,))
        if rows is not None:
            node = proof.propose(proof.claim(kind, e), "exponential-argument", [total], (rows,))
            if node is not None:
                found[kind] = node
    return found
