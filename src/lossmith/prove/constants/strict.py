"""Strict convexity and concavity: what makes the inequality strict, once the plain kind is proved.

A sum takes it from one term or from several that share the variables among them, a function of a
function from the one or the other; a norm, a product of powers and a sum over entries are known
whole; what is left of one or two numbers is decided by second derivatives.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from lossmith.evidence.arithmetic.templates import parts_of
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.premise import application, flip
from lossmith.evidence.curvature.rules_families import sees_all
from lossmith.evidence.curvature.rules_strict import side_of
from lossmith.expr.build import contract, negate, power
from lossmith.expr.node import Add, Contract, Expr, Factor, Symbol, children
from lossmith.expr.sets import Interval, opened
from lossmith.expr.walk import depends_on, postorder
from lossmith.prove.constants.constants import prove_constant
from lossmith.prove.curvature.families import separable_parts, strict_matrix
from lossmith.prove.curvature.minors import prove_minors
from lossmith.prove.curvature.pieces import piece_bodies
from lossmith.prove.proving.forms import is_twice
from lossmith.prove.proving.ranges import prove_psd, prove_range
from lossmith.prove.proving.structure import Structure

DEEPEST = 12
"""Functions inside functions that are followed."""


def strictness(structure: Structure, e: Expr, kind: str, deep: int = 0) -> int | None:
    """Return the node that proves e of this strict kind in the block, if one is found."""
    proof = structure.proof
    claim = proof.claim(kind, e)
    if claim in proof.at or e.shape or deep > DEEPEST:
        return proof.at.get(claim)
    structure.analyze(e)
    plain = _plain(structure, e, kind)
    flat = "affine" in structure.kinds(e) or not all(depends_on(e, (w,)) for w in proof.wrt)
    if flat or plain is None:
        return None
    for rule in ("quadratic", "strict-entries", "strict-monomial"):
        used = [prove_range(proof, c) for c in children(e)]
        node = proof.propose(claim, rule, [*used, plain])
        if node is not None:
            return node
    routes = (_analytic, _pieces, _matrix, _weighted, _norm, _sum, _composed, _entries, _strong)
    for route in routes:
        node = route(structure, e, claim, deep)
        if node is not None:
            return node
    return prove_minors(proof, e, kinds=(kind,)).get(kind)


def _plain(structure: Structure, e: Expr, kind: str) -> int | None:
    """Return the node for e of the plain kind, by its structure or by the reading of the whole."""
    found = structure.premise(e, side_of(kind))
    return (
        structure.proof.at.get(structure.proof.claim(side_of(kind), e)) if found is None else found
    )


def _analytic(structure: Structure, e: Expr, claim: Claim, deep: int) -> int | None:
    """Try a point at which f'' (the Hessian) is not 0; of one number, one in each box."""
    proof, wrt = structure.proof, claim.wrt
    if any(w.shape for w in wrt):
        return None
    plain = _plain(structure, e, claim.kind)
    for parameters in _places([w.assumptions.interval for w in wrt]):
        node = proof.propose(claim, "strict-analytic", [plain], parameters)
        if node is not None:
            return node
    return None


def _places(inside: list[Interval]) -> Iterator[tuple[object, ...]]:
    """Yield points, for one number in boxes that leave out 0 or nothing."""
    if len(inside) > 1:
        yield from (
            tuple(Fraction(2 * k + 1, k + 2) * q for k in range(len(inside))) for q in (0, 1)
        )
        return
    whole = opened(inside[0].lo, inside[0].hi)
    for cuts in ((), (Fraction(0),)):
        ends = [whole.lo, *filter(whole.has, cuts), whole.hi]
        boxes = [opened(*pair) for pair in pairwise(ends)]
        for part in (Fraction(1, 2), Fraction(3, 10)):
            yield tuple((box, _within(box, part)) for box in boxes)


def _within(box: Interval, part: Fraction) -> Fraction:
    """Return a point inside of the box: this part of the way, or so far from one end or from 0."""
    if box.lo is None:
        return part - Fraction(1, 2) if box.hi is None else box.hi - 2 * part
    return box.lo + (2 * part if box.hi is None else part * (box.hi - box.lo))


def _matrix(structure: Structure, e: Expr, claim: Claim, deep: int) -> int | None:
    return strict_matrix(structure, e, claim)


def _strong(structure: Structure, e: Expr, claim: Claim, deep: int) -> int | None:
    """Try the m of a quadratic form, that of -e for a concave one."""
    proof = structure.proof
    if not is_twice(e):
        return None
    bowl = e if claim.kind == "strictly_convex" else negate(e)
    node = prove_constant(structure, bowl, "strong")
    least = None if node is None else proof.nodes[node].claim.other
    used = [node, None if least is None else prove_range(proof, least)]
    return proof.propose(claim, "strict-strong", used)


def _weighted(structure: Structure, e: Expr, claim: Claim, deep: int) -> int | None:
    """Try a sum over entries with constant positive weights, or a constant times a number."""
    proof = structure.proof
    moving = _moving(e, proof.wrt)
    if not isinstance(e, Contract) or not moving:
        return None
    used = [prove_range(proof, g) for g in children(e)]
    if len(moving) == 1:
        f, labels, p = moving[0]
        inner = power(f, p) if p != 1 else f
        more = [prove_range(proof, g) for g in children(inner)]
        place = tuple(Fraction(k) for k in labels)
        node = proof.propose(claim, "strict-entries", [*used, *more], (inner, place))
        if node is not None:
            return node
    inner = contract(moving, ())
    if inner is e or any(labels for f, labels, _ in e.factors if not depends_on(f, proof.wrt)):
        return None
    for kind in (claim.kind, flip(claim.kind)):
        strict = strictness(structure, inner, kind, deep + 1)
        node = (
            proof.propose(claim, "linear", [strict, *used], (inner, ()))
            if strict is not None
            else None
        )
        if node is not None:
            return node
    return None


def _moving(e: Expr, wrt: tuple[Symbol, ...]) -> list[Factor]:
    return [f for f in e.factors if depends_on(f[0], wrt)] if isinstance(e, Contract) else []


def _norm(structure: Structure, e: Expr, claim: Claim, deep: int) -> int | None:
    """Try a power of a p-norm, for each power that a variable stands in, or of exponentials."""
    proof = structure.proof
    if claim.kind != "strictly_convex":
        return None
    used = [prove_range(proof, s) for s in postorder(e)]
    orders = dict.fromkeys(
        p
        for s in postorder(e)
        if isinstance(s, Contract)
        for f, _, p in s.factors
        if p > 1 and depends_on(f, proof.wrt)
    )
    tries = (("strict-exponentials", ()), *(("strict-norm", (p,)) for p in orders))
    nodes = (proof.propose(claim, rule, used, parameters) for rule, parameters in tries)
    return next((node for node in nodes if node is not None), None)


# -- sums ------------------------------------------------------------------------------------------


def _sum(structure: Structure, e: Expr, claim: Claim, deep: int) -> int | None:
    if not isinstance(e, Add):
        return None
    groups = _groups(structure, e, side_of(claim.kind))
    parts = parts_of(e, groups)
    if parts is None:
        return None
    used = [structure.premise(t, _turned(side_of(claim.kind), c)) for c, t in parts]
    moves = [depends_on(t, claim.wrt) for _, t in parts]
    if not all(node is not None or not moved for node, moved in zip(used, moves, strict=True)):
        return None
    for k, (c, t) in enumerate(parts):
        strict = strictness(structure, t, _turned(claim.kind, c), deep + 1)
        if strict is None:
            continue
        order = [k, *(j for j in range(len(parts)) if j != k)]
        node = structure.proof.propose(
            claim, "sum", [strict, *used], tuple(groups[j] for j in order)
        )
        if node is not None:
            return node
    return _blocks(structure, claim, groups, parts, used)


def _groups(structure: Structure, e: Add, side: str) -> list[tuple[Fraction, ...]]:
    """Return the groups of terms by which the sum was proved, else single terms."""
    node = structure.premise(e, side)
    found = None if node is None else structure.proof.nodes[node]
    if found is not None and found.rule == "sum":
        return [tuple(g) for g in found.parameters]
    return [(Fraction(k),) for k in range(len(e.terms))]


def _turned(kind: str, c: Fraction) -> str:
    return kind if c > 0 else flip(kind)


def _blocks(
    structure: Structure,
    claim: Claim,
    groups: list[tuple[Fraction, ...]],
    parts: list[tuple[Fraction, Expr]],
    used: list[int | None],
) -> int | None:
    """Let the terms share the variables: always one that is strict in its few new ones next."""
    proof, wrt = structure.proof, claim.wrt
    if len(wrt) < 2:
        return None
    seen: list[Symbol] = []
    order: list[tuple[object, ...]] = []
    strict: list[int | None] = []
    while len(seen) < len(wrt):
        found = next(_next_block(structure, claim, parts, seen), None)
        if found is None:
            return None
        k, block, node = found
        seen += block
        order.append((Fraction(k), *block))
        strict.append(node)
    return proof.propose(claim, "strict-blocks", [*strict, *used], (tuple(groups), *order))


def _next_block(
    structure: Structure, claim: Claim, parts: list[tuple[Fraction, Expr]], seen: list[Symbol]
) -> Iterator[tuple[int, tuple[Symbol, ...], int]]:
    """Yield (part, the variables it adds to those seen, the proof that it is strict in them)."""
    options: list[tuple[int, int, tuple[Symbol, ...]]] = []
    for k, (_, t) in enumerate(parts):
        new = tuple(w for w in claim.wrt if w not in seen and depends_on(t, (w,)))
        if 0 < len(new) < len(claim.wrt):
            options.append((len(new), k, new))
    for _, k, new in sorted(options, key=lambda o: o[:2]):
        c, t = parts[k]
        node = strictness(structure.within(new), t, _turned(claim.kind, c), 1)
        if node is not None:
            yield k, new, node


# -- functions -------------------------------------------------------------------------------------


def _composed(structure: Structure, e: Expr, claim: Claim, deep: int) -> int | None:
    proof, rule = structure.proof, "strict-composition"
    found = application(e, proof.enclosed)
    if found is None:
        return None
    moving = [a for a in found[1] if depends_on(a, claim.wrt)]
    if len(moving) > 1 and found[0].name in ("max", "min"):
        plain = _plain(structure, e, claim.kind)
        strict = [strictness(structure, a, claim.kind, deep + 1) for a in found[1]]
        return None if None in strict else proof.propose(claim, rule, [plain, *strict])
    if len(moving) != 1:
        return None
    (u,) = moving
    inside = [u, *children(u), *children(e)]
    used = [prove_range(proof, a) for a in inside] + [prove_psd(proof, u)]
    used.append(_plain(structure, e, claim.kind))
    node = proof.propose(claim, rule, used)
    if node is not None or u.shape or u in claim.wrt:
        return node
    for kind in (claim.kind, flip(claim.kind)):
        if structure.premise(u, side_of(kind)) is None:
            continue
        strict = strictness(structure, u, kind, deep + 1)
        if strict is not None:
            node = proof.propose(claim, rule, [*used, strict])
            if node is not None:
                return node
    return None


def _pieces(structure: Structure, e: Expr, claim: Claim, deep: int) -> int | None:
    """Try strictness on each piece of a function that is proved by its pieces."""
    proof = structure.proof
    plain = _plain(structure, e, claim.kind)
    if plain is None or proof.nodes[plain].rule != "pieces":
        return None
    used: list[int | None] = []
    joints, bodies = piece_bodies(e, claim.wrt[0])
    for body, step in bodies:
        used.append(strictness(structure.within((step,)), body, claim.kind, deep + 1))
        if used[-1] is None:
            return None
    return proof.propose(claim, "pieces", used, joints)


def _entries(structure: Structure, e: Expr, claim: Claim, deep: int) -> int | None:
    """Try a sum over entries of a function that is strict in the numbers that move."""
    proof = structure.proof
    for template, binding, moving, used in separable_parts(proof, e, structure):
        if not sees_all(claim.wrt, [binding.get(t, t) for t in moving], proof.enclosed):
            continue  # no strictness of the template would show through
        inner = structure.within(moving)
        node = strictness(inner, template, claim.kind, deep + 1)
        if node is not None:
            arguments = (template, tuple(binding), tuple(binding.values()))
            mine = proof.propose(claim, "separable", [node, *used], arguments)
            if mine is not None:
                return mine
    return None
