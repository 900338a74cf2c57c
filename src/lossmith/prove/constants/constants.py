"""Constants of strong convexity (m) and smoothness (L), carried through the structure."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from lossmith.evidence.arithmetic.enclose import is_structured
from lossmith.evidence.arithmetic.linear import axes, psd_form
from lossmith.evidence.arithmetic.templates import distributed, parts_of
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature import constants as bound
from lossmith.evidence.normal.normal_steps import STEPS
from lossmith.expr.build import add, const, contract, negate
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, children
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import Shape
from lossmith.expr.walk import depends_on
from lossmith.prove.constants.constants_line import between_bowls, bounded, second_differences
from lossmith.prove.curvature.families import body, templates
from lossmith.prove.curvature.quadratic import is_quadratic, numeric_constants
from lossmith.prove.proving.forms import is_twice, pairings
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_psd, prove_range, prove_rewrite
from lossmith.prove.proving.rewriting import normal_form
from lossmith.prove.proving.structure import Structure

ZERO = const(0)
ONE = Fraction(1)


def prove_constant(structure: Structure, e: Expr, kind: str) -> int | None:
    """Return the node that proves the best m ("strong") or L ("smooth") found for e.

    Raises nothing; None if no constant is found. e must be a scalar.  It is tried as it stands,
    then with logarithms of products written out: -y' log(softmax(z)) has log(sum(exp(z))) in it.
    """
    proof = structure.proof
    node = _constant(structure, e, kind)
    if node is not None and (kind == "smooth" or _is_positive(proof, node)):
        return node
    form, chain = written_out(proof, e)
    # A second search is long, but exact where a quadratic with numbers shows when written out.
    terms = form.terms if isinstance(form, Add) else ((ONE, form),)
    curved = (t for _, t in terms if "affine" not in structure.analyze(t))
    hopeful = chain and (node is None or any(is_quadratic(t, proof.wrt) for t in curved))
    other = _constant(structure, form, kind) if hopeful else None
    if other is None or (node is not None and not _is_positive(proof, other)):
        return node
    return prove_rewrite(proof, replace(proof.nodes[other].claim, expr=e), chain, other)


def _is_positive(proof: Proof, node: int) -> bool:
    """Return whether the constant that the node proves is known to be > 0."""
    value = proof.nodes[node].claim.other
    if value is None:
        return False
    prove_range(proof, value)
    return proof.enclosed(value).within(POSITIVE)


def spared(structure: Structure, e: Expr, side: str) -> int | None:
    """Return the node that proves e convex (concave): m of some terms outweighs L of others.

    e: a sum.  None if no m >= 0 of e (of -e) is found.
    """
    proof = structure.proof
    bowl = e if side == "convex" else negate(e)
    node = prove_constant(structure, bowl, "strong") if isinstance(bowl, Add) else None
    least = None if node is None else proof.nodes[node].claim.other
    if least is None:
        return None
    used = [node, prove_range(proof, least)]
    return proof.propose(proof.claim(side, e), "strict-strong", used)


def written_out(proof: Proof, e: Expr) -> tuple[Expr, list[int]]:
    """Return e with logarithms of products and sums of weights written out, and the identities."""
    chain: list[int] = []
    for name in ("logarithms", "products", "declared"):
        after = STEPS[name](e)
        if after is e:
            continue
        claim = Claim("identity", e, (), None, after)
        node = proof.propose(claim, "normal-step", (), (name,))
        if node is None:
            break
        chain.append(node)
        e = after
    form, links = normal_form(proof, e) if chain else (e, [])
    return form, chain + links


def _constant(structure: Structure, e: Expr, kind: str) -> int | None:
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
    line = len(proof.wrt) == 1 and not proof.wrt[0].shape
    # The terms of one entry together have a larger m than each alone.
    node = None if line or kind == "smooth" else _entrywise(structure, e, kind)
    parts = distributed(e)
    if node is None and parts is not None:
        node = _parts(structure, e, kind, parts, ())
    if node is not None:
        return node
    if line:
        return bounded(structure, e, kind) or between_bowls(structure, e, kind)
    return _entrywise(structure, e, kind) if kind == "smooth" else None


def _sum(structure: Structure, e: Add, kind: str) -> int | None:
    """Add up the parts; for one variable the second derivative of the whole may be tighter."""
    wrt = structure.proof.wrt
    tight = bounded(structure, e, kind) if len(wrt) == 1 and not wrt[0].shape else None
    shared = _loss(structure, e, kind)
    if tight is not None and shared is not None:
        return _better(structure.proof, tight, shared, kind)
    if tight is not None or shared is not None:
        return shared if tight is None else tight
    whole = _entrywise(structure, e, kind) if kind == "strong" else None
    if whole is not None:
        return whole
    squares = [k for k, (_, t) in enumerate(e.terms) if is_quadratic(t, wrt)]
    together = [squares] if kind == "smooth" else [squares, *_by_entries(structure, e)]
    options = [
        [group, *([k] for k in range(len(e.terms)) if k not in group)]
        for group in together
        if 1 < len(group) < len(e.terms)
    ]
    for groups in (*options, [[k] for k in range(len(e.terms))]):
        rows = tuple(tuple(Fraction(k) for k in g) for g in groups)
        parts = parts_of(e, rows)
        node = None if parts is None else _parts(structure, e, kind, parts, rows)
        if node is not None:
            return node
    return bounded(structure, e, kind)


def _by_entries(structure: Structure, e: Add) -> list[list[int]]:
    """Return groups of curved terms that are sums over the entries of one shape."""
    groups: dict[Shape, list[int]] = {}
    for k, (_, t) in enumerate(e.terms):
        inside = body(t)
        structure.analyze(t)
        if inside is not None and "affine" not in structure.kinds(t):
            groups.setdefault(inside.shape, []).append(k)
    return list(groups.values())


def _better(proof: Proof, tight: int, shared: int, kind: str) -> int:
    """Return the second of two constants if it is a number and says more than the first."""
    first, second = (proof.nodes[k].claim.other for k in (tight, shared))
    if not isinstance(first, Const) or not isinstance(second, Const):
        return tight
    gain = first.value - second.value if kind == "smooth" else second.value - first.value
    return shared if gain > 0 else tight


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
        if kind == "strong" and c < 0 and "concave" in structure.kinds(part):
            used.append(structure.premise(part, "concave"))
            continue
        size = abs(c)
        node = None if kind == "strong" and c < 0 else _constant(structure, part, kind)
        if node is None and kind == "strong":
            # What bends down loses no more than its L, which the others may have to spare.
            node, size = _constant(structure, part, "smooth"), -size
        if node is None:
            return None
        other = proof.nodes[node].claim.other
        assert other is not None
        used.append(node)
        total.append((size, other))
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
            kind == "smooth"
            or Claim("psd", k) in proof.at
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
    node = _constant(structure, inner, kind)
    if node is None:
        return None
    value = bound.scaled(e, proof.nodes[node].claim, proof.enclosed)
    if value is None:
        return None
    used = [node, *_ranged(structure, e)]
    return proof.propose(proof.claim(kind, e, value), "constants-scale", used)


def _inside(t: Expr) -> Expr | None:
    """Return b with t the sum of b over all its entries; a number is its own."""
    alone = isinstance(t, Apply) or (isinstance(t, Contract) and not t.summed)
    return t if alone else body(t)


def _entrywise(structure: Structure, e: Expr, kind: str) -> int | None:
    """The sum over all entries of phi(u, data): the constant of phi, one number at a time."""
    proof = structure.proof
    terms = e.terms if isinstance(e, Add) else ((ONE, e),)
    bodies = [(c, _inside(t)) for c, t in terms]
    shapes = {None if b is None else b.shape for _, b in bodies}
    shape = shapes.pop()
    if shapes or shape is None or (isinstance(e, Add) and not shape):
        return None  # a sum of numbers is no simpler as its own template
    for template, binding in templates(proof, structure, bodies, shape):
        moving = [t for t, u in binding.items() if depends_on(u, proof.wrt)]
        if len(moving) != 1 or (
            kind == "strong" and not second_differences(template, moving[0], kind)
        ):
            continue
        used: list[int | None] = [prove_range(proof, u) for u in binding.values()]
        used.append(structure.premise(binding[moving[0]], "affine"))
        inner = structure.within((moving[0],))
        node = _constant(inner, template, kind)
        other = None if node is None else proof.nodes[node].claim.other
        if other is None:
            continue
        value = bound.entrywise(kind, other, binding[moving[0]], proof.wrt, proof.enclosed)
        if value is None or (kind == "strong" and value is ZERO):
            continue
        parameters = (template, tuple(binding), tuple(binding.values()))
        claim = proof.claim(kind, e, value)
        mine = proof.propose(claim, "constants-entrywise", [node, *used], parameters)
        if mine is not None:
            return mine
    return None
