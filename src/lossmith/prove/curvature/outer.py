"""e = phi(u), entry by entry: the outer function phi as a formula of one number."""

from __future__ import annotations

from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.linear import axes
from lossmith.evidence.arithmetic.templates import lift
from lossmith.evidence.certificate import MONOTONE
from lossmith.expr.build import add, apply, const, divide, multiply, power, select, symbol
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Expr,
    Select,
    Symbol,
    children,
)
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import dependents, postorder, substitute
from lossmith.prove.curvature.scalar import prove_monotone
from lossmith.prove.proving.proof import Proof
from lossmith.prove.proving.ranges import prove_range, prove_total
from lossmith.prove.proving.structure import Structure


def prove_entrywise(proof: Proof, e: Expr, structure: Structure) -> dict[str, int]:
    """Return nodes for e = phi(u) entry by entry, phi decided on the range of u.

    u is affine, or of the curvature that the monotonicity of phi asks for.
    """
    inner_parts = [u for u in postorder(e) if u is not e and structure.found.get(u)]
    affine = [u for u in inner_parts if "affine" in structure.found[u]]
    curved = [u for u in inner_parts if u not in affine]
    for u in (*reversed(affine), *reversed(curved)):
        if not e.shape and u in proof.wrt and len(proof.wrt) == 1:
            continue  # that is prove_scalar itself
        prove_range(proof, u)
        t = symbol("t", (), Assumptions(proof.enclosed(u)))
        template = _template(e, u, t, proof.wrt)
        if template is None:
            continue
        try:
            if lift(template, {t: u}) is not e:
                continue
        except (ValueError, LossmithError):
            continue
        inner = structure.within((t,))
        found = inner.analyze(template)
        nodes: dict[str, int] = {}
        for kind, node in found.items():
            used = [node, *structure.found[u].values(), proof.known.get(u)]
            if u not in affine:
                used += [prove_total(proof, template)]
                used += [prove_monotone(inner.proof, template, m) for m in MONOTONE]
            mine = proof.propose(proof.claim(kind, e), "entrywise", used, (template, t, u))
            if mine is not None:
                nodes[kind] = mine
        if nodes:
            return nodes
    return {}


def perspective_of(structure: Structure, e: Expr, rest: Expr, p: Expr, q: Expr) -> dict[str, int]:
    """Return nodes for e = q * phi(p/q), phi read off the other factors of e."""
    proof = structure.proof
    ratio = divide(p, q)
    prove_range(proof, ratio)
    prove_range(proof, q)
    t = symbol("t", (), Assumptions(proof.enclosed(ratio)))
    template = _template(rest, ratio, t, proof.wrt)
    upside = divide(q, p)
    if template is None:
        # The formula speaks of q/p: log(q/p) is psi(q/p) with psi = log, so phi(t) = psi(1/t).
        psi = _template(rest, upside, t, proof.wrt)
        template = None if psi is None else substitute(psi, {t: power(t, -1)})
    if template is None:
        return {}
    prove_range(proof, upside)
    inner = structure.within((t,))
    used = [structure.premise(p, "affine"), structure.premise(q, "affine")]
    used += [proof.known.get(u) for u in (ratio, upside, q)] + [prove_total(proof, template)]
    nodes: dict[str, int] = {}
    for kind, node in inner.analyze(template).items():
        mine = proof.propose(
            proof.claim(kind, e), "perspective", [node, *used], (template, t, p, q)
        )
        if mine is not None:
            nodes[kind] = mine
    return nodes


def _template(e: Expr, u: Expr, t: Symbol, wrt: tuple[Symbol, ...]) -> Expr | None:
    """Return phi with phi(u) = e, or None if e is more than a function of the entries of u."""
    moving = dependents(e, wrt)
    made: dict[Expr, Expr] = {u: t}
    if isinstance(u, Contract) and len(u.factors) == 1 and u.factors[0][1] == axes(u):
        base, _, p = u.factors[0]
        if (1 / p).denominator == 1 and p > 0:
            made[base] = power(t, 1 / p)  # (x'x)^(1/2) may meet x'x
    squared = power(u, 2)
    if not isinstance(squared, Contract) or squared.factors[0][0] is not u:
        made[squared] = power(t, 2)  # norm2(x)^2 stands as x'x
    try:
        for s in postorder(e):
            if s in made:
                continue
            match s:
                case Const():
                    made[s] = const(s.value)
                case Symbol() if not s.shape and s not in moving:
                    made[s] = s
                case Add() if (multiple := _multiple(s, u)) is not None:
                    c, rest = multiple
                    if all(q in made for _, q in rest):
                        made[s] = add((c, t), *((d, made[q]) for d, q in rest), shape=())
                case Add() if all(q in made for _, q in s.terms):
                    made[s] = add(*((c, made[q]) for c, q in s.terms), shape=())
                case Contract() if not s.summed and all(f in made for f, _, _ in s.factors):
                    made[s] = multiply(const(1), *(power(made[f], p) for f, _, p in s.factors))
                case Apply() if s.atom.signature.is_entrywise and all(a in made for a in s.args):
                    made[s] = apply(s.atom, *(made[a] for a in s.args))
                case Select() if all(c in made for c in children(s)):
                    cases = [
                        (tuple(Comparison(made[c.expr], c.relation) for c in guard), made[v])
                        for guard, v in s.cases
                    ]
                    made[s] = select(cases, made[s.otherwise])
                case _:
                    continue
    except (LossmithError, ValueError):
        return None
    return made.get(e)


def _multiple(s: Add, u: Expr) -> tuple[Fraction, list[tuple[Fraction, Expr]]] | None:
    """Return (c, terms) with s = c*u + terms, for a sum u whose terms all stand in s."""
    if not isinstance(u, Add) or len(u.terms) < 2 or len(u.terms) >= len(s.terms):
        return None
    have = {t: c for c, t in s.terms}
    ratios = {have[t] / c for c, t in u.terms if t in have}
    if len(ratios) != 1 or any(t not in have for _, t in u.terms):
        return None
    inside = {t for _, t in u.terms}
    return ratios.pop(), [(c, t) for c, t in s.terms if t not in inside]
