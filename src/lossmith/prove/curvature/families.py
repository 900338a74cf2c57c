"""Families that a rule knows whole: sums over entries, geometric means, matrices, log-beta."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.linear import axes
from lossmith.evidence.certificate import Claim
from lossmith.expr.build import (
    add,
    apply,
    broadcast,
    const,
    contract,
    identity_like,
    matmul,
    multiply,
    power,
    size_of,
    symbol,
    total,
)
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol, children
from lossmith.expr.types import Assumptions, Shape
from lossmith.expr.walk import depends_on
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_psd, prove_range
from lossmith.prove.proving.structure import Found, Structure

ONE = Fraction(1)


def prove_families(proof: Proof, e: Expr, structure: Structure) -> Found:
    """Return nodes for the curvatures of a scalar e that one of the families gives."""
    if e.shape:
        return {}
    for attempt in (_geometric_mean, _trace_inverse, _logdet_product, _log_beta, _separable):
        found = attempt(proof, e, structure)
        if found:
            return found
    return {}


def _kept(
    proof: Proof, e: Expr, rule: str, used: Sequence[int | None], *parameters: object
) -> Found:
    found: Found = {}
    for kind in ("convex", "concave"):
        node = proof.propose(proof.claim(kind, e), rule, used, tuple(parameters))
        if node is not None:
            found[kind] = node
    return found


def _geometric_mean(proof: Proof, e: Expr, structure: Structure) -> Found:
    base, p = (e.args[0], None) if isinstance(e, Apply) and len(e.args) == 2 else (None, None)
    if isinstance(e, Contract) and len(e.factors) == 1:
        base, _, p = e.factors[0]
    if not isinstance(base, Apply) or base.atom not in (ATOMS["prod"], ATOMS["det"]):
        return {}
    u = base.args[0]
    size = u.shape[-1]
    r = p * size if p is not None and isinstance(size, int) else Fraction(1)
    used = [prove_range(proof, u), prove_psd(proof, u), *structure.found.get(u, {}).values()]
    return _kept(proof, e, "geometric-mean", used, u, r)


def _trace_inverse(proof: Proof, e: Expr, structure: Structure) -> Found:
    node = log_convex_inverse(proof, e, structure)
    if node is not None:
        return {"convex": node}
    if not isinstance(e, Contract) or len(e.factors) != 1 or e.factors[0][2] >= 0:
        return {}
    base, _, p = e.factors[0]
    parts = _parts_of_inverse(proof, base, structure, p)
    return {} if parts is None else _kept(proof, e, "trace-inverse", parts[0], *parts[1])


def log_convex_inverse(proof: Proof, e: Expr, structure: Structure) -> int | None:
    """Return the node for e = tr(W inv(M)), or the largest eigenvalue of inv(M), log-convex."""
    parts = _parts_of_inverse(proof, e, structure)
    if parts is None:
        return None
    return proof.propose(proof.claim("log_convex", e), "trace-inverse", parts[0], parts[1])


def _parts_of_inverse(
    proof: Proof, e: Expr, structure: Structure, p: Fraction = ONE
) -> tuple[list[int | None], tuple[object, ...]] | None:
    """Return the premises and parameters with which the rule makes e^p."""
    if isinstance(e, Apply) and e.atom is ATOMS["lambda_max"] and _is_inverse(e.args[0]):
        return _premises_of_inverse(proof, e.args[0], structure), (_inside(e.args[0]), p)
    if not isinstance(e, Contract):
        return None
    moving = [f for f in e.factors if depends_on(f[0], proof.wrt)]
    if e.shape or len(moving) != 1 or not _is_inverse(moving[0][0]) or moving[0][2] != 1:
        return None
    inverse, ends, _ = moving[0]
    rest = [f for f in e.factors if f is not moving[0]]
    scalar = multiply(const(1), *(power(f, q) for f, ls, q in rest if not ls))
    tensors = [f for f in rest if f[1]]
    if ends[0] == ends[1] or not tensors:
        weight: Expr = identity_like((inverse.shape[0],))
    else:
        names = {ends[1]: 0, ends[0]: 1}
        fresh = 2
        for _, ls, _ in tensors:
            for k in ls:
                if k not in names:
                    names[k] = fresh
                    fresh += 1
        weight = contract([(f, tuple(names[k] for k in ls), q) for f, ls, q in tensors], (0, 1))
    used = [prove_psd(proof, weight), *_premises_of_inverse(proof, inverse, structure)]
    return [*used, prove_range(proof, scalar)], (_inside(inverse), p, weight, scalar)


def _premises_of_inverse(proof: Proof, e: Expr, structure: Structure) -> list[int | None]:
    matrix = _inside(e)
    return [prove_psd(proof, matrix), *structure.found.get(matrix, {}).values()]


def _inside(inverse: Expr) -> Expr:
    assert isinstance(inverse, Apply)
    return inverse.args[0]


def _is_inverse(e: Expr) -> bool:
    return isinstance(e, Apply) and e.atom is ATOMS["inv"]


def strict_matrix(structure: Structure, e: Expr, claim: Claim) -> int | None:
    """Return the node for a strict claim about a trace of an inverse, or log det of a product."""
    proof = structure.proof
    routes = (("trace-inverse", _parts_of_inverse), ("logdet-product", _parts_of_product))
    for rule, parts_of in routes:
        parts = parts_of(proof, e, structure)
        node = None if parts is None else proof.propose(claim, rule, *parts)
        if node is not None:
            return node
    return None


def _logdet_product(proof: Proof, e: Expr, structure: Structure) -> Found:
    parts = _parts_of_product(proof, e, structure)
    return {} if parts is None else _kept(proof, e, "logdet-product", parts[0], *parts[1])


def _parts_of_product(
    proof: Proof, e: Expr, structure: Structure
) -> tuple[list[int | None], tuple[object, ...]] | None:
    if not isinstance(e, Apply) or e.atom is not ATOMS["logdet"]:
        return None
    inside = e.args[0]
    chain = inside.factors if isinstance(inside, Contract) else ((inside, (0, 1), 1),)
    order = _chained(chain)
    if order is None:
        return None
    moving = [k for k, m in enumerate(order) if depends_on(m, proof.wrt)]
    if len(moving) != 1 or any(m.shape != inside.shape for m in order):
        return None
    middle = order[moving[0]]
    one = identity_like((inside.shape[0],))
    left, right = one, one
    for m in order[: moving[0]]:
        left = matmul(left, m)
    for m in order[moving[0] + 1 :]:
        right = matmul(right, m)
    matrix = _inside(middle) if _is_inverse(middle) else middle
    used = [prove_psd(proof, matrix), *structure.found.get(matrix, {}).values()]
    return used, (left, matrix, right)


def _chained(factors: tuple[tuple[Expr, tuple[int, ...], object], ...]) -> list[Expr] | None:
    """Return matrices whose product this is, from the axis 0 to the axis 1."""
    rest = list(factors)
    order: list[Expr] = []
    at = 0
    while rest:
        step = next((f for f in rest if len(f[1]) == 2 and at in f[1] and f[2] == 1), None)
        if step is None:
            return None
        rest.remove(step)
        m, (a, b), _ = step
        if a == at:
            order.append(m)
            at = b
        else:
            order.append(contract([(m, (1, 0), 1)], (0, 1)))
            at = a
    return order if at == 1 else None


def _log_beta(proof: Proof, e: Expr, structure: Structure) -> Found:
    """Try each lgamma of a number in e as that of the sum of the arguments of all others."""
    if not isinstance(e, Add):
        return {}
    inside = [_of_lgamma(t) for t in children(e)]
    for (c, t), whole in zip(e.terms, inside, strict=True):
        if whole is None or whole.shape or not isinstance(t, Apply):
            continue  # a sum of lgamma over entries is no lgamma of their sum
        parts = [u for u in inside if u is not None and u is not whole]
        if not parts or len(parts) < len(e.terms) - 1:
            return {}  # what is left over is for the sum rule to part
        structure.analyze(whole)
        used = [n for u in (whole, *parts) for n in structure.found.get(u, {}).values()]
        found = _kept(proof, e, "log-beta", used, -c, whole, *parts)
        if found:
            return found
    return {}


def _of_lgamma(t: Expr) -> Expr | None:
    """Return u if t is the sum of lgamma(u) over all entries of u."""
    found = t.factors[0][0] if isinstance(t, Contract) and len(t.factors) == 1 else t
    if isinstance(found, Apply) and found.atom is ATOMS["lgamma"] and total(found) is t:
        return found.args[0]
    return None


# -- sums over entries -----------------------------------------------------------------------------


def _separable(proof: Proof, e: Expr, structure: Structure) -> Found:
    for template, binding, moving, used in separable_parts(proof, e, structure):
        inner = structure.within(moving)
        found: Found = {}
        for kind, node in inner.analyze(template).items():
            parameters = (template, tuple(binding), tuple(binding.values()))
            mine = proof.propose(proof.claim(kind, e), "separable", [node, *used], parameters)
            if mine is not None:
                found[kind] = mine
        if found:
            return found
    return {}


Parted = tuple[Expr, dict[Symbol, Expr], tuple[Symbol, ...], list[int | None]]


def separable_parts(proof: Proof, e: Expr, structure: Structure) -> Iterator[Parted]:
    """Yield (phi, formal -> argument, what moves in phi, premises): e sums phi over entries.

    What moves are formals, and numbers of the block that phi holds as they are.
    """
    terms = e.terms if isinstance(e, Add) else ((1, e),)
    bodies = [(c, body(t)) for c, t in terms]
    shapes = {b.shape for _, b in bodies if b is not None}
    if len(shapes) != 1:
        return
    (shape,) = shapes
    pairs = zip(bodies, terms, strict=True)
    bodies = [(c, b if b is not None else _repeated(t, shape)) for (c, b), (_, t) in pairs]
    if any(b is None for _, b in bodies):
        return
    for template, binding in templates(proof, structure, bodies, shape):
        own = tuple(w for w in proof.wrt if depends_on(template, (w,)))
        moving = tuple(t for t, u in binding.items() if depends_on(u, proof.wrt)) + own
        alone = any(s in binding.values() for s in proof.wrt if not s.shape)
        if not moving or not binding or alone:
            continue
        used: list[int | None] = [prove_range(proof, u) for u in binding.values()]
        used += [structure.premise(u, "affine") for u in binding.values()]
        yield template, binding, moving, used


def body(t: Expr) -> Expr | None:
    """Return b with t = sum of b over all its entries; None for sums of another kind."""
    if not isinstance(t, Contract) or t.shape or not t.summed:
        return None
    labels = sorted({k for _, ls, _ in t.factors for k in ls})
    scalars = [f for f in t.factors if not f[1]]
    if any(set(ls) != set(labels) for _, ls, _ in t.factors if ls):
        return None
    place = {k: i for i, k in enumerate(labels)}
    own = [(f, tuple(place[k] for k in ls), p) for f, ls, p in t.factors if ls]
    return contract([*own, *scalars], tuple(range(len(labels))))


def _repeated(t: Expr, shape: Shape) -> Expr | None:
    """Return b with t = the sum of b over all entries of the shape, where b is a number for all."""
    sizes = [const(k) if isinstance(k, int) else size_of(k) for k in shape]
    held = [f for f, _, p in t.factors if p == 1] if isinstance(t, Contract) else []
    if t.shape or any(s not in held for s in sizes if not isinstance(s, Const)):
        return None
    repeated = broadcast(multiply(t, *(power(s, -1) for s in sizes)), shape)
    return repeated if total(repeated) is t else None


def templates(
    proof: Proof,
    structure: Structure,
    bodies: Sequence[tuple[Fraction | int, Expr | None]],
    shape: Shape,
) -> Iterator[tuple[Expr, dict[Symbol, Expr]]]:
    """Yield (phi, formal -> argument) so that the bodies are the terms of phi.

    The arguments are whole affine maps first, so that phi is simple; then the variables alone.
    """
    for widest in (True, False):
        found = _template_of(proof, structure, bodies, shape, widest=widest)
        if found is not None:
            yield found


def _template_of(
    proof: Proof,
    structure: Structure,
    bodies: Sequence[tuple[Fraction | int, Expr | None]],
    shape: Shape,
    *,
    widest: bool,
) -> tuple[Expr, dict[Symbol, Expr]] | None:
    binding: dict[Symbol, Expr] = {}
    made: dict[Expr, Expr] = {}

    def formal(u: Expr) -> Expr:
        prove_range(proof, u)
        t = symbol(f"t{len(binding) + 1}", (), Assumptions(proof.enclosed(u)))
        binding[t] = u
        return t

    def entry(e: Expr) -> Expr | None:
        stack = [e]
        while stack:
            s = stack[-1]
            if s in made:
                stack.pop()
                continue
            if not s.shape and (shape or not depends_on(s, proof.wrt)):
                made[s] = s
                continue
            if isinstance(s, Const):
                made[s] = const(s.value)
                continue
            moving = depends_on(s, proof.wrt)
            affine = moving and "affine" in structure.kinds(s)
            parts = _entry_parts(s)
            whole = not moving or (affine and (widest or parts is None))
            if s.shape == shape and whole:
                made[s] = formal(s)
                continue
            if parts is None:
                return None
            missing = [p for p in parts if p not in made]
            if missing:
                stack += missing
                continue
            made[s] = _entry_built(s, made)
        return made[e]

    terms: list[tuple[Fraction | int, Expr]] = []
    try:
        for c, b in bodies:
            phi = None if b is None else entry(b)
            if phi is None:
                return None
            terms.append((c, phi))
        template = add(*terms, shape=())
    except (LossmithError, ValueError):
        return None
    return (template, binding) if 1 <= len(binding) <= 5 else None


def _entry_parts(s: Expr) -> list[Expr] | None:
    match s:
        case Add():
            return [t for _, t in s.terms]
        case Contract() if not s.summed and all(ls in ((), axes(s)) for _, ls, _ in s.factors):
            return [f for f, _, _ in s.factors]
        case Apply() if s.atom.signature.is_entrywise:
            return list(s.args)
        case _:
            return None


def _entry_built(s: Expr, made: dict[Expr, Expr]) -> Expr:
    match s:
        case Add():
            return add(*((c, made[t]) for c, t in s.terms), shape=())
        case Contract():
            return multiply(const(1), *(power(made[f], p) for f, _, p in s.factors))
        case Apply():
            return apply(s.atom, *(made[a] for a in s.args))
        case _:
            return s
