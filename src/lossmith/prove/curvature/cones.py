"""Norms, cones of second order a*l*m - (squares), powers of symmetric matrices under a trace."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.linear import axes
from lossmith.expr.build import const, multiply, power
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, children
from lossmith.expr.walk import depends_on, postorder
from lossmith.prove.proving.forms import is_twice, pairings
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_psd, prove_range
from lossmith.prove.proving.structure import Found, Structure


def prove_cones(proof: Proof, e: Expr, structure: Structure) -> Found:
    """Return nodes for the curvature of a scalar e that a cone or a power of a matrix gives."""
    if e.shape:
        return {}
    return _rotated(proof, e, structure) or _trace_power(proof, e, structure)


def prove_norm(proof: Proof, e: Expr, structure: Structure) -> Found:
    """Try (sum of u^p)^(1/p) and roots of numeric quadratics."""
    if not isinstance(e, Contract) or len(e.factors) != 1 or e.factors[0][1] != axes(e):
        return {}
    total, _, q = e.factors[0]
    used: list[int | None] = []
    pairs: list[object] = []
    for s in postorder(total):
        used += [prove_range(proof, s), *structure.found.get(s, {}).values()]
        if is_twice(s) and isinstance(s, Contract):
            used += [prove_psd(proof, f) for f, _, _ in s.factors]
            pairs += list(pairings(s, outer=False))
    for side in ("convex", "concave"):
        node = proof.propose(proof.claim(side, e), "power-mean", used, tuple(pairs))
        if node is not None:
            return {side: node}
    if q != Fraction(1, 2):
        return {}
    node = proof.propose(proof.claim("convex", e), "root-of-quadratic")
    return {} if node is None else {"convex": node}


def _rotated(proof: Proof, e: Expr, structure: Structure) -> Found:
    base = _base(e)
    if base is None:
        return {}
    pairs: list[object] = []
    used: list[int | None] = [prove_range(proof, base)]
    for s in postorder(base):
        used += [prove_range(proof, s), structure.premise(s, "affine")]
        if is_twice(s) and isinstance(s, Contract):
            used += [prove_psd(proof, f) for f in children(s)]
            pairs += list(pairings(s, outer=False))
    ahead = [t for c, t in base.terms if c > 0]
    for low, high in _products(ahead[0], proof) if len(ahead) == 1 else ():
        ends: list[int | None] = []
        for u in (low, high):
            structure.analyze(u)
            ends += [prove_range(proof, u), structure.premise(u, "affine")]
        for kind in ("concave", "convex"):
            node = proof.propose(
                proof.claim(kind, e), "rotated-cone", [*used, *ends], (low, high, *pairs)
            )
            if node is not None:
                return {kind: node}
    return {}


def _base(e: Expr) -> Add | None:
    base = None
    if isinstance(e, Apply) and e.atom is ATOMS["log"]:
        base = e.args[0]
    elif isinstance(e, Contract) and len(e.factors) == 1:
        base = e.factors[0][0]
    return base if isinstance(base, Add) else None


def _products(t: Expr, proof: Proof) -> Iterator[tuple[Expr, Expr]]:
    """Yield (l, m) with l m = t: two factors, a square, or one factor and 1."""
    if isinstance(t, Const):
        yield const(1), t
        return
    if not isinstance(t, Contract) or t.summed:
        yield t, const(1)
        return
    moving = [(f, p) for f, _, p in t.factors if depends_on(f, proof.wrt)]
    fixed = [f for f in t.factors if not depends_on(f[0], proof.wrt)]
    weight = multiply(const(1), *(power(f, p) for f, _, p in fixed))
    if len(moving) == 2 and all(p == 1 for _, p in moving):
        yield multiply(weight, moving[0][0]), moving[1][0]
    elif len(moving) == 1 and moving[0][1] == 2:
        yield multiply(weight, moving[0][0]), moving[0][0]


def _trace_power(proof: Proof, e: Expr, structure: Structure) -> Found:
    if not isinstance(e, Contract) or len({f for f, _, _ in e.factors}) != 1:
        return {}
    matrix = e.factors[0][0]
    turns = _turns([ls for _, ls, p in e.factors for _ in range(int(p))])
    if turns is None:
        return {}
    inner = matrix.args[0] if isinstance(matrix, Apply) and matrix.args else matrix
    used = [structure.premise(m, "affine") for m in (matrix, inner)]
    used += [prove_psd(proof, matrix), prove_psd(proof, inner)]
    node = proof.propose(proof.claim("convex", e), "trace-power", used, (matrix, *turns))
    return {} if node is None else {"convex": node}


def _turns(edges: list[tuple[int, ...]]) -> list[Fraction] | None:
    """Return, for each edge of a closed walk through all edges, 1 if it is taken backwards."""
    if not edges or any(len(edge) != 2 for edge in edges):
        return None
    at, rest, turns = edges[0][0], list(edges), list[Fraction]()
    while rest:
        step = next((edge for edge in rest if at in edge), None)
        if step is None:
            return None
        rest.remove(step)
        turns.append(Fraction(step[0] != at))
        at = step[1] if step[0] == at else step[0]
    return turns
