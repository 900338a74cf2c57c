"""A formula F as f + g + h(A w + b): the smooth rest, separable parts with a prox, and the others.

Symbolic: a term c * sum(weights .* phi(argument)) is recognized by its structure and by what the
card of phi says (a prox, constant kinks). Nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction

from lossmith.expr import build
from lossmith.expr.atom import Atom, Fact
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol, children
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import dependents, symbols


@dataclass(frozen=True, slots=True)
class Part:
    """weight * phi(argument), summed over all entries if phi acts entry by entry.

    weight: a tensor of the shape of the argument (a scalar for a norm), free of the variables.
    The argument of a norm holds a variable of its own shape; whether it is a multiple of it plus
    a constant, as a prox needs, the data tell.
    """

    atom: Atom
    argument: Expr
    weight: Expr


@dataclass(frozen=True, slots=True)
class Split:
    """F = smooth + sum of parts.  differentiable: whether ``smooth`` has no kink that we see."""

    smooth: Expr
    parts: tuple[Part, ...]
    differentiable: bool


def split(expr: Expr, wrt: Collection[Symbol]) -> Split:
    """Return the parts of a scalar expression.

    Terms with kinks that fit no pattern stay in ``smooth``, which is then not differentiable.
    """
    moving = dependents(expr, wrt)
    terms = expr.terms if isinstance(expr, Add) else ((Fraction(1), expr),)
    parts: list[Part] = []
    rest: list[tuple[Fraction, Expr]] = []
    differentiable = True
    for c, e in terms:
        if e not in moving or not has_kink(e, moving):
            rest.append((c, e))
            continue
        part = _part(c, e, moving)
        if part is None:
            rest.append((c, e))
            differentiable = False
        else:
            parts.append(part)
    return Split(build.add(*rest, shape=()), tuple(parts), differentiable)


def has_kink(root: Expr, moving: Collection[Expr]) -> bool:
    """Return whether some function of the variables inside root may lack a derivative."""
    seen: set[Expr] = set()
    stack = [root]
    while stack:
        e = stack.pop()
        if e in seen or e not in moving:
            continue
        seen.add(e)
        if _is_kinked(e, moving):
            return True
        stack.extend(children(e))
    return False


def _is_kinked(e: Expr, moving: Collection[Expr]) -> bool:
    match e:
        case Select():
            return True
        case Apply():
            return any(a in moving and not _smooth_in(e, k) for k, a in enumerate(e.args))
        case Contract():
            # x^p with 0 < p < 1 has an infinite slope at 0.
            return any(0 < p < 1 and f in moving and enclosure(f).has(0) for f, _, p in e.factors)
        case Const() | Symbol() | Delta() | Add():
            return False


def _smooth_in(e: Apply, k: int) -> bool:
    """Return whether an application is differentiable in one argument, by its card."""
    atom = e.atom
    facts = [f for f in atom.facts if f.name in _SMOOTH and f.arg == k]
    if any(_applies(f, e) for f in facts):
        return True
    if atom.signature.is_entrywise:
        inside = enclosure(e.args[k])
        kinks = [q for q in atom.kinks if q.arg == k]
        return not any(q.where is not None or inside.has(q.at) for q in kinks)
    return False


_SMOOTH = ("smooth", "continuously_differentiable", "affine")


def _applies(fact: Fact, e: Apply) -> bool:
    """Return whether the conditions of a fact hold wherever the application has a value."""
    for k, (condition, arg) in enumerate(zip(fact.when, e.args, strict=False)):
        inside = enclosure(arg)
        if k < len(e.atom.domain):
            inside = inside.meet(e.atom.domain[k])
        if condition.parity or not inside.within(condition.interval):
            return False
    return True


# -- one term --------------------------------------------------------------------------------


def _part(c: Fraction, e: Expr, moving: Collection[Expr]) -> Part | None:
    """Return the part that c * e is, or None."""
    weight: Expr = build.const(c)
    while isinstance(e, Contract) and not e.shape and not e.summed:
        inner = [(f, p) for f, _, p in e.factors if f in moving]
        if len(inner) != 1 or inner[0][1] != 1:
            return None
        others = [f for f in e.factors if f[0] not in moving]
        weight = build.multiply(weight, build.contract(others, ()))
        e = inner[0][0]
    if isinstance(e, Apply) and not e.shape:
        return _checked(e, weight, moving)
    if not isinstance(e, Contract) or e.shape:
        return None
    inner = [(f, labels, p) for f, labels, p in e.factors if f in moving]
    if len(inner) != 1 or inner[0][2] != 1 or not isinstance(inner[0][0], Apply):
        return None
    f, labels, _ = inner[0]
    others = [g for g in e.factors if g[0] not in moving]
    if len(set(labels)) < len(labels) or {k for _, ls, _ in others for k in ls} - set(labels):
        return None
    tensor = build.contract(others, labels, shape=f.shape) if others else build.ones(f.shape)
    assert isinstance(f, Apply)
    return _checked(f, build.multiply(weight, tensor), moving)


def _checked(e: Apply, weight: Expr, moving: Collection[Expr]) -> Part | None:
    """Return the part if the card offers what the methods need."""
    atom = e.atom
    if not atom.prox or atom.arity != 1 or not any(f.name == "convex" for f in atom.facts):
        return None
    argument = e.args[0]
    if atom.signature.is_entrywise:
        constant = all(
            k.where is None and k.left is not None and k.right is not None for k in atom.kinks
        )
        return Part(atom, argument, weight) if constant else None
    homogeneous = any(f.name == "positively_homogeneous" for f in atom.facts)
    whole = len(atom.signature.inputs[0]) == len(argument.shape)
    shifted = any(s in moving and s.shape == argument.shape for s in symbols(argument))
    return Part(atom, argument, weight) if homogeneous and whole and shifted else None
