"""How an expression passes through 0: with a slope, flat, or from one side only."""

from __future__ import annotations

from fractions import Fraction

from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.normal.normal_steps import STEPS
from lossmith.expr.build import add, power
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import POSITIVE
from lossmith.expr.walk import depends_on, postorder


def crosses_zero(u: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether u visibly has a slope wherever it is 0.

    It is affine, or c + homogeneous with c != 0: for homogeneous h of degree k, Euler's identity
    x'(grad h) = k h = -k c is not 0 there.  Or, in one number, u^2 + u'^2 is a positive number:
    sin(x), sin(x) - cos(x).
    """
    if is_affine(u, wrt):
        return depends_on(u, wrt)
    if len(wrt) == 1 and not wrt[0].shape and not u.shape and _has_simple_zeros(u, wrt[0]):
        return True
    if not isinstance(u, Add):
        return False
    fixed = [(c, t) for c, t in u.terms if not depends_on(t, wrt)]
    moving = {_degree(t, wrt) for _, t in u.terms if depends_on(t, wrt)}
    number = len(fixed) == 1 and isinstance(fixed[0][1], Const)
    return number and len(moving) == 1 and moving.pop() not in (None, 0)


def _has_simple_zeros(u: Expr, x: Symbol) -> bool:
    try:
        whole = add(power(u, 2), power(derivative(u, x), 2))
        for step in ("squares", "products", "angles"):
            whole = STEPS[step](whole)
    except (ValueError, LossmithError):
        return False
    return isinstance(whole, Const) and whole.value > 0


def _degree(e: Expr, wrt: tuple[Symbol, ...]) -> Fraction | None:
    """Return k with e(t x) = t^k e(x) for t > 0, if that shows."""
    found: dict[Expr, Fraction | None] = {}
    for s in postorder(e):
        if not depends_on(s, wrt):
            found[s] = Fraction(0)
        elif isinstance(s, Symbol):
            found[s] = Fraction(1)
        elif isinstance(s, Add):
            degrees = {found[t] for _, t in s.terms}
            found[s] = degrees.pop() if len(degrees) == 1 else None
        elif isinstance(s, Contract):
            parts = [found[f] for f, _, _ in s.factors]
            known = [q * p for q, (_, _, p) in zip(parts, s.factors, strict=True) if q is not None]
            found[s] = sum(known, Fraction(0)) if len(known) == len(parts) else None
        elif isinstance(s, Apply) and len(s.args) == 1:
            homogeneous = any(
                f.name == "positively_homogeneous" and not f.when for f in s.atom.facts
            )
            found[s] = found[s.args[0]] if homogeneous else None
        else:
            found[s] = None
    return found[e]


def is_affine(e: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether e is visibly affine in the entries of wrt."""
    affine: dict[Expr, bool] = {}
    for s in postorder(e):
        if not depends_on(s, wrt):
            affine[s] = True
        elif isinstance(s, Symbol):
            affine[s] = True
        elif isinstance(s, Add):
            affine[s] = all(affine[t] for _, t in s.terms)
        elif isinstance(s, Contract):
            moving = [(f, p) for f, _, p in s.factors if depends_on(f, wrt)]
            affine[s] = len(moving) == 1 and moving[0][1] == 1 and affine[moving[0][0]]
        else:
            affine[s] = False
    return affine[e]


def is_flat_at_zero(u: Expr, wrt: tuple[Symbol, ...]) -> bool:
    """Return whether u is, entry by entry, a product that has slope 0 wherever it is 0."""
    if isinstance(u, Add) and len(u.terms) == 1:
        u = u.terms[0][1]
    return (
        isinstance(u, Contract)
        and not u.summed
        and all(p > 1 and not _has_own_kink(f) for f, _, p in u.factors if depends_on(f, wrt))
    )


def _has_own_kink(f: Expr) -> bool:
    return any(isinstance(s, Apply) and s.atom.kinks for s in postorder(f))


def squares_of(f: Expr, wrt: tuple[Symbol, ...]) -> list[tuple[Expr, Fraction]] | None:
    """Return (u, q) parts with f = sum of c u^q, c > 0 and q even, that vanishes only with all u.

    None if f is not visibly such a sum. Parts that are summed over axes count once.
    """
    terms = f.terms if isinstance(f, Add) else ((Fraction(1), f),)
    parts: list[tuple[Expr, Fraction]] = []
    for c, t in terms:
        if c <= 0 or not isinstance(t, Contract):
            return None
        moving = [(g, p) for g, _, p in t.factors if depends_on(g, wrt)]
        fixed = [g for g, _, p in t.factors if not depends_on(g, wrt)]
        if len(moving) != 1 or not all(enclosure(g).within(POSITIVE) for g in fixed):
            return None
        u, q = moving[0]
        even = q > 0 and q.denominator == 1 and q.numerator % 2 == 0
        if not even:
            return None
        parts.append((u, q))
    return parts or None
