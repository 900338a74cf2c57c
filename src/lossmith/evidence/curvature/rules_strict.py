"""Rules of strict convexity and strict concavity, on top of a proof of the plain kind. Trusted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.inertia import signs_of_eigenvalues
from lossmith.evidence.arithmetic.linear import axes
from lossmith.evidence.arithmetic.second import (
    covers,
    derivative,
    is_nonnegative_on,
    is_smooth_on,
    moves_one_by_one,
)
from lossmith.evidence.arithmetic.templates import parts_of
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    applied,
    checks,
    flip,
    parted,
    ranges_of,
    says,
    turned,
    weight_of,
)
from lossmith.evidence.curvature.rules_powers import powers_of, sum_of
from lossmith.expr.build import const, scale
from lossmith.expr.node import Add, Apply, Contract, Expr, Symbol
from lossmith.expr.sets import (
    NEGATIVE,
    NONNEGATIVE,
    POSITIVE,
    REALS,
    Interval,
    closed,
    opened,
    point,
)
from lossmith.expr.walk import depends_on, substitute

Known = Callable[[Expr], Interval]
ONE = Fraction(1)


def side_of(kind: str) -> str:
    """Return the side of a strict kind: "convex" for "strictly_convex"."""
    return kind.removeprefix("strictly_")


def is_injective(u: Expr, w: Symbol, known: Known) -> bool:
    """Return whether u = c*w + b entry by entry, with numbers or data c that are never 0.

    w is a number or has the shape of u.
    """
    if isinstance(u, Add):
        moving = [t for _, t in u.terms if depends_on(t, (w,))]
        return len(moving) == 1 and is_injective(moving[0], w, known)
    if u is w:
        return True
    if not isinstance(u, Contract) or u.summed:
        return False
    others = [f for f, _, _ in u.factors if f is not w]
    return (
        [(labels, p) for f, labels, p in u.factors if f is w] == [(axes(w), 1)]
        and (u.shape == w.shape or not w.shape)
        and not any(depends_on(f, (w,)) or not _avoids_zero(f, known) for f in others)
    )


def _avoids_zero(e: Expr, known: Known) -> bool:
    values = e.assumptions.values if isinstance(e, Symbol) else None
    return not known(e).has(0) if values is None else 0 not in values


@checks("strict-composition")
def _strict_composition(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """phi(u): phi strictly curved and u injective, or phi strictly monotone and u strictly curved.

    Or the largest (least) of strictly convex (concave) functions.  That the whole has the plain
    kind, and so a convex domain, is a premise.
    """
    e, known = claim.expr, ranges_of(premises)
    side, found = side_of(claim.kind), applied(e, premises, claim.wrt)
    if e.shape or found is None or not says(premises, side, e, claim.wrt):
        return False
    if found.atom is ATOMS[{"convex": "max", "concave": "min"}[side]]:
        return all(says(premises, claim.kind, a, claim.wrt) for a in found.args)
    if len(found.moving) != 1:
        return False
    (k,) = found.moving
    u, facts = found.args[k], found.says(k)
    rises = _rises("increasing", "nondecreasing", claim.kind, facts)
    falls = _rises("decreasing", "nonincreasing", claim.kind, facts)
    if claim.kind in facts and len(claim.wrt) == 1 and is_injective(u, claim.wrt[0], known):
        return True
    if claim.kind in facts and rises and _is_norm(u, claim.wrt, known):
        return True
    # An entry of u may be left out by phi, so u is a number here.
    bent = {side, "affine", claim.kind} & facts and not u.shape
    return bool(bent) and (
        (rises and says(premises, claim.kind, u, claim.wrt))
        or (falls and says(premises, flip(claim.kind), u, claim.wrt))
    )


def _is_norm(u: Expr, wrt: tuple[Symbol, ...], known: Known) -> bool:
    """Return whether u is the Euclidean norm of c*w + b: equal at two points, less in between."""
    if not isinstance(u, Apply) or u.atom not in (ATOMS["norm2"], ATOMS["normF"]):
        return False
    return len(wrt) == 1 and is_injective(u.args[0], wrt[0], known)


def _rises(strictly: str, weakly: str, kind: str, facts: set[str]) -> bool:
    """Return whether the card is strictly monotone: it says so, or it is also strictly curved."""
    return strictly in facts or (weakly in facts and kind in facts)


@checks("strict-blocks")
def _strict_blocks(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A sum of curved terms: each block of variables meets a term strict in it, given the former.

    parameters: the terms, grouped as for a sum; then (part, variables ...) in order. That part
    depends on no variables but those and earlier ones.
    """
    groups, *order = parameters
    e = claim.expr
    parts = parts_of(e, groups) if isinstance(e, Add) else None
    if parts is None or e.shape:
        return False
    side = side_of(claim.kind)
    if not all(says(premises, turned(side, c), part, claim.wrt) for c, part in parts):
        return False
    seen: list[Symbol] = []
    for k, *block in order:
        if not 0 <= k < len(parts):
            return False
        c, part = parts[int(k)]
        seen += block
        later = [w for w in claim.wrt if w not in seen]
        kind = turned(claim.kind, c)
        if depends_on(part, later) or not says(premises, kind, part, tuple(block)):
            return False
    return set(seen) == set(claim.wrt) and len(seen) == len(claim.wrt)


@checks("strict-analytic")
def _strict_analytic(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A curved analytic function of numbers whose Hessian is definite at a point.

    parameters: of one number, boxes that cover all but single points, each with a point inside; of
    several that run through all reals, the coordinates of one point.
    """
    e, wrt = claim.expr, claim.wrt
    if e.shape or any(w.shape for w in wrt) or not says(premises, side_of(claim.kind), e, wrt):
        return False
    inside = [opened(w.assumptions.interval.lo, w.assumptions.interval.hi) for w in wrt]
    if len(wrt) == 1:
        boxes = [(opened(box.lo, box.hi), p) for box, p in parameters]
        return covers([closed(box.lo, box.hi) for box, _ in boxes], inside[0]) and all(
            box.meet(inside[0]).has(p)
            and is_smooth_on(e, wrt[0], {wrt[0]: box})
            and _bends_at(claim, (p,))
            for box, p in boxes
        )
    return (
        all(i == REALS for i in inside)
        and moves_one_by_one(wrt, e)
        and all(is_smooth_on(e, w, dict.fromkeys(wrt, REALS)) for w in wrt)
        and _bends_at(claim, parameters)
    )


def _bends_at(claim: Claim, at: Parameters) -> bool:
    """Return whether the Hessian is positive (for a concave kind negative) definite there."""
    sign = 1 if claim.kind.endswith("convex") else -1
    slopes = [scale(sign, derivative(claim.expr, w)) for w in claim.wrt]
    change: dict[Expr, Expr] = {w: const(q) for w, q in zip(claim.wrt, at, strict=True)}
    h = [[substitute(derivative(s, w), change) for w in claim.wrt] for s in slopes]
    if len(h) == 1:
        x, p = claim.wrt[0], point(*at)
        return is_nonnegative_on(h[0][0], x, {x: p}, ("direct",), strict=True)
    signs = signs_of_eigenvalues([[bounds(d, {})[d] for d in row] for row in h])
    return signs == (len(h), 0)


@checks("strict-monomial")
def _strict_monomial(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A product of powers of each variable (c*w + b > 0), the inequality of the plain kind strict.

    All exponents negative, or one positive and the sum > 1 (convex); all positive and the sum < 1
    (concave).
    """
    e, wrt, known = claim.expr, claim.wrt, ranges_of(premises)
    powers = powers_of(e, wrt, known)
    if not powers or not isinstance(e, Contract) or e.shape:
        return False
    if not says(premises, side_of(claim.kind), e, wrt):
        return False
    owners = [[w for w in wrt if depends_on(u, (w,))] for u, _ in powers]
    if sorted(wrt.index(w) for own in owners for w in own) != list(range(len(powers))):
        return False
    if len(powers) != len(wrt) or not weight_of(parted(e, wrt)[1], known).within(POSITIVE):
        return False
    if not all(
        not w.shape and known(u).within(POSITIVE) and is_injective(u, w, known)
        for (u, _), own in zip(powers, owners, strict=True)
        for w in own
    ):
        return False
    total = known(sum_of([p for _, p in powers]))
    falling = sum(known(p).within(NEGATIVE) for _, p in powers)
    if claim.kind.endswith("concave"):
        rising = all(known(p).within(POSITIVE) for _, p in powers)
        return rising and total.within(opened(None, 1))
    return falling == len(powers) or (falling == len(powers) - 1 and total.within(opened(1, None)))


@checks("strict-norm")
def _strict_norm(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """(sum of |c w + b|^p over all entries of all variables, + d)^q: p > 1; p q > 1, or = 1, d > 0.

    parameters: p.
    """
    (p,) = parameters
    e, known = claim.expr, ranges_of(premises)
    if e.shape or p <= 1:
        return False
    total, q = e, ONE
    if isinstance(e, Contract) and len(e.factors) == 1 and not e.factors[0][1]:
        total, _, q = e.factors[0]
    found = _whole_sums(total, claim.wrt, known, lambda u, r: _powered(u, r, p, known))
    if found is None or sorted(map(claim.wrt.index, found[0])) != list(range(len(claim.wrt))):
        return False
    more = found[1]
    return p * q > 1 or (p * q == 1 and more.within(POSITIVE))


def _powered(base: Expr, r: Fraction, p: Fraction, known: Known) -> Expr | None:
    """Return u with base^r = |u|^p."""
    if r != p:
        return None
    if isinstance(base, Apply) and base.atom is ATOMS["abs"]:
        return base.args[0]
    even = r.denominator % 2 == 1 and r.numerator % 2 == 0
    return base if even or known(base).within(NONNEGATIVE) else None


@checks("strict-exponentials")
def _strict_exponentials(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """The logarithm or a power q > 0 of d + the sum of w exp(c x + b) over all entries.

    d, w > 0, but d = 0 may stand under a power.
    """
    e, known = claim.expr, ranges_of(premises)
    if isinstance(e, Apply) and e.atom is ATOMS["log"]:
        total, least = e.args[0], POSITIVE
    elif isinstance(e, Contract) and len(e.factors) == 1 and not e.factors[0][1]:
        (total, _, q), least = e.factors[0], NONNEGATIVE
        if q <= 0:
            return False
    else:
        return False
    found = None if e.shape else _whole_sums(total, claim.wrt, known, _exponent)
    return found is not None and set(found[0]) == set(claim.wrt) and found[1].within(least)


def _exponent(base: Expr, r: Fraction) -> Expr | None:
    """Return u with base = exp(u), a power of which is one of the same kind."""
    return base.args[0] if isinstance(base, Apply) and base.atom is ATOMS["exp"] else None


def _whole_sums(
    total: Expr,
    wrt: tuple[Symbol, ...],
    known: Known,
    inside: Callable[[Expr, Fraction], Expr | None],
) -> tuple[list[Symbol], Interval] | None:
    """Return (the variable of each moving term, where the rest, >= 0, lies) for a sum of these.

    A term is a sum over all entries of positive weights times base^r, and ``inside`` (base, r) is
    c x + b in one variable x.
    """
    owners: list[Symbol] = []
    more = point(0)
    for c, t in total.terms if isinstance(total, Add) else ((ONE, total),):
        own = [w for w in wrt if depends_on(t, (w,))]
        if not own:
            more = more + known(t).scale(c)
            continue
        factors = t.factors if isinstance(t, Contract) else ((t, axes(t), ONE),)
        (base, labels, r), *other = [f for f in factors if depends_on(f[0], own)]
        u = inside(base, r)
        if other or u is None or len(own) > 1 or c <= 0 or len(set(labels)) != len(labels):
            return None
        if not all(known(f).power(s).within(POSITIVE) for f, _, s in factors if f is not base):
            return None
        if not is_injective(u, own[0], known):
            return None
        owners += own
    return (owners, more) if more.within(NONNEGATIVE) else None
