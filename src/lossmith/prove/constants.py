"""Constants of strong convexity (m) and smoothness (L), carried through the structure."""

from __future__ import annotations

from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence import constants as bound
from lossmith.evidence.certificate import Claim
from lossmith.evidence.enclose import bounds, is_structured
from lossmith.evidence.linear import axes, psd_form
from lossmith.evidence.polynomial import TooLarge
from lossmith.evidence.premise import distributed, parts_of
from lossmith.evidence.second import derivative
from lossmith.expr.build import add, const, contract
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol, children
from lossmith.expr.sets import Interval
from lossmith.expr.walk import depends_on, symbols
from lossmith.prove.compose import Structure
from lossmith.prove.forms import is_twice, pairings
from lossmith.prove.proof import OutOfWork, Proof
from lossmith.prove.quadratic import is_quadratic, numeric_constants
from lossmith.prove.ranges import prove_psd, prove_range
from lossmith.prove.scalar import prove_sign, sampled_signs, sampled_values

ZERO = const(0)
BOXED = 300
"""Steps that one candidate for a constant may take to be proved box by box."""


def prove_constant(structure: Structure, e: Expr, kind: str) -> int | None:
    """Return the node that proves the best m ("strong") or L ("smooth") found for e.

    Raises nothing; None if no constant is found. e must be a scalar.
    """
    proof = structure.proof
    if e.shape:
        return None
    structure.analyze(e)
    affine = structure.premise(e, "affine") if "affine" in structure.kinds(e) else None
    if affine is not None or not depends_on(e, proof.wrt):
        return proof.propose(proof.claim(kind, e, ZERO), "constants-zero", [affine])
    found = _curved(structure, e, kind)
    if found is None and kind == "strong" and "convex" in structure.kinds(e):
        return proof.propose(
            proof.claim(kind, e, ZERO), "constants-zero", [structure.premise(e, "convex")]
        )
    return found


def _curved(structure: Structure, e: Expr, kind: str) -> int | None:
    proof = structure.proof
    if is_quadratic(e, proof.wrt):
        return numeric_constants(proof, e).get(kind)
    if isinstance(e, Add):
        return _sum(structure, e, kind)
    if isinstance(e, Apply | Contract):
        for attempt in (_loss, _form, _scaled):
            node = attempt(structure, e, kind)
            if node is not None:
                return node
    parts = distributed(e)
    if parts is not None:
        node = _parts(structure, e, kind, parts, ())
        if node is not None:
            return node
    return _bounded(structure, e, kind)


def _sum(structure: Structure, e: Add, kind: str) -> int | None:
    """Add up the parts; for one variable the second derivative of the whole may be tighter."""
    wrt = structure.proof.wrt
    tight = _bounded(structure, e, kind) if len(wrt) == 1 and not wrt[0].shape else None
    if tight is not None:
        return tight
    squares = [k for k, (_, t) in enumerate(e.terms) if is_quadratic(t, wrt)]
    rest = [k for k in range(len(e.terms)) if k not in squares]
    plain = [[k] for k in range(len(e.terms))]
    options = (
        [[squares, *([k] for k in rest)], plain] if 1 < len(squares) < len(e.terms) else [plain]
    )
    for groups in options:
        rows = tuple(tuple(Fraction(k) for k in g) for g in groups)
        parts = parts_of(e, rows)
        node = None if parts is None else _parts(structure, e, kind, parts, rows)
        if node is not None:
            return node
    return _bounded(structure, e, kind)


def _parts(
    structure: Structure,
    e: Expr,
    kind: str,
    parts: list[tuple[Fraction, Expr]],
    rows: tuple[tuple[Fraction, ...], ...],
) -> int | None:
    """Return the node for a sum, from the constants of its parts."""
    proof = structure.proof
    total: list[tuple[Fraction, Expr]] = []
    used: list[int | None] = []
    for c, part in parts:
        structure.analyze(part)
        if kind == "strong" and c < 0:
            if "affine" not in structure.kinds(part):
                return None
            used.append(structure.premise(part, "affine"))
            continue
        node = prove_constant(structure, part, kind)
        if node is None:
            return None
        other = proof.nodes[node].claim.other
        assert other is not None
        used.append(node)
        total.append((abs(c), other))
    claim = proof.claim(kind, e, add(*total, shape=()))
    return proof.propose(claim, "constants-sum", used, rows)


def _ranged(structure: Structure, e: Expr) -> list[int | None]:
    """Return the enclosures that the weights and arguments of a product can need."""
    proof = structure.proof
    parts = [e, *children(e)]
    parts += [a for p in children(e) for a in children(p)]
    return [prove_range(proof, p) for p in parts]


def _loss(structure: Structure, e: Expr, kind: str) -> int | None:
    proof = structure.proof
    used = _ranged(structure, e)
    value = bound.loss(kind, e, proof.wrt, proof.enclosed)
    if value is None or (kind == "strong" and value is ZERO):
        return None
    return proof.propose(proof.claim(kind, e, value), "constants-loss", used)


def _form(structure: Structure, e: Expr, kind: str) -> int | None:
    proof = structure.proof
    if not isinstance(e, Contract) or not is_twice(e):
        return None
    used = [*_ranged(structure, e), *(prove_psd(proof, f) for f, _, _ in e.factors)]

    def is_psd(k: Expr) -> bool:
        return (
            Claim("psd", k) in proof.at
            or prove_psd(proof, k) is not None
            or is_structured(k, "psd")
        )

    for pairs in pairings(e, outer=False):
        form = psd_form(e, pairs, is_psd, proof.enclosed)
        if form is None:
            continue
        value = bound.quadratic(kind, e, form, proof.wrt, proof.enclosed)
        if value is not None:
            node = proof.propose(proof.claim(kind, e, value), "constants-form", used, pairs)
            if node is not None:
                return node
    return None


def _scaled(structure: Structure, e: Expr, kind: str) -> int | None:
    """Split constant scalars off a product."""
    proof = structure.proof
    if not isinstance(e, Contract):
        return None
    scalars = [f for f in e.factors if not f[1] and not depends_on(f[0], proof.wrt)]
    rest = [f for f in e.factors if f not in scalars]
    if not scalars or not rest:
        return None
    inner = contract(rest, axes(e), e.shape)
    node = prove_constant(structure, inner, kind)
    if node is None:
        return None
    value = bound.scaled(e, proof.nodes[node].claim, proof.enclosed)
    if value is None:
        return None
    used = [node, *_ranged(structure, e)]
    return proof.propose(proof.claim(kind, e, value), "constants-scale", used)


def _bounded(structure: Structure, e: Expr, kind: str) -> int | None:
    """One variable: bound f'' on the whole interval, at once or box by box."""
    proof = structure.proof
    if len(proof.wrt) != 1 or proof.wrt[0].shape:
        return None
    (x,) = proof.wrt
    try:
        slope = derivative(derivative(e, x), x)
        found = bounds(slope, {x: x.assumptions.interval})[slope]
    except (ValueError, LossmithError, TooLarge):
        return None
    whole = x.assumptions.interval
    for value in _candidates(kind, slope, x, found):
        bound = const(value)
        goals = [add(slope, (-1, bound))]
        if kind == "smooth":
            goals = [add(bound, (-1, slope)), add(bound, slope)]
        direct = tuple((const(1), goal, (whole, "direct")) for goal in goals)
        node = proof.propose(proof.claim(kind, e, bound), "second-derivative", (), direct)
        if node is not None:
            return node
        if any(-1 in sampled_signs(goal, x) for goal in goals):
            continue
        rows = _box_by_box(proof, e, x, goals)
        if rows is not None:
            return proof.propose(proof.claim(kind, e, bound), "second-derivative", (), rows)
    return None


def _box_by_box(
    proof: Proof, e: Expr, x: Symbol, goals: list[Expr]
) -> tuple[tuple[object, ...], ...] | None:
    """Return the sign proofs of all goals, within a share of the work that is left."""
    budget = proof.budget
    proof.budget = min(budget, proof.work + BOXED)
    try:
        rows = [prove_sign(proof, e, x, goal, strict=False) for goal in goals]
    except OutOfWork:
        if proof.work > budget:
            raise
        return None
    finally:
        proof.budget = budget
    return tuple(row for row in rows if row is not None) if None not in rows else None


def _candidates(kind: str, slope: Expr, x: Symbol, found: Interval) -> list[Fraction]:
    """Return bounds of f'' worth trying: from intervals, then plain numbers beyond the samples."""
    sure: list[Fraction] = []
    if kind == "strong":
        if found.lo is not None and found.lo > 0:
            return [_below(found.lo)]
    elif found.lo is not None and found.hi is not None:
        sure.append(max(abs(found.lo), abs(found.hi)))
    seen = [v for v in sampled_values(slope, x) if v.lo is not None and v.hi is not None]
    if any(s is not x for s in symbols(slope)) or len(seen) < 4:
        return sure
    low = min(v.lo for v in seen if v.lo is not None)
    high = max(v.hi for v in seen if v.hi is not None)
    if kind == "strong":
        return [q for q in (_below(low), _below(low * Fraction(19, 20))) if q > 0]
    size = max(abs(low), abs(high))
    near = [q for q in (-_below(-size), -_below(-size * Fraction(21, 20))) if q < 10**6]
    return [q for q in near if not sure or q < sure[0] * Fraction(99, 100)] + sure


def _below(q: Fraction) -> Fraction:
    """Return a short fraction that is at most q and close to it."""
    for most in (1, 2, 3, 4, 6, 8, 12):
        near = q.limit_denominator(most)
        if near <= q and q - near <= abs(q) / 10**9:
            return near
    return Fraction(q * 1000 // 1, 1000)
