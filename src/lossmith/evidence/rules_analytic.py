"""Rules of curvature by computation: quadratic forms, monomials, second derivatives. Trusted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import STRICT, Claim
from lossmith.evidence.enclose import bounds, is_defined
from lossmith.evidence.linear import Form, axes, factors_of, psd_form
from lossmith.evidence.polynomial import (
    gram_of_quadratic,
    hessian_of_quadratic,
    is_polynomial,
    is_psd,
    same,
)
from lossmith.evidence.premise import (
    Parameters,
    Premises,
    checks,
    flip,
    psd_of,
    ranges_of,
    says,
    weight_of,
)
from lossmith.evidence.second import covers, derivative, is_nonnegative_on, is_smooth_on
from lossmith.expr.build import add, contract, scale, subtract
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, Interval
from lossmith.expr.walk import depends_on, postorder

# -- curvature: quadratics, monomials, one variable ------------------------------------------------


@checks("form")
def _form(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """q' K q with q linear in one affine factor; K constant, or the inverse of an affine matrix."""
    e = claim.expr
    form = psd_form(e, parameters, psd_of(premises), ranges_of(premises))
    if form is None or not isinstance(e, Contract):
        return False
    moving = [k for k, (f, _, _) in enumerate(e.factors) if depends_on(f, claim.wrt)]
    middle = [k for k in form.middle if k in moving]
    outside = [k for k in moving if k not in middle]
    if outside and not any(sorted(pair) == outside for pair in form.pairs):
        return False
    if not all(
        e.factors[k][2] == 1 and says(premises, "affine", e.factors[k][0], claim.wrt)
        for k in outside
    ):
        return False
    return not middle or (len(middle) == 1 and _is_fraction(e, form, middle[0], claim, premises))


def _is_fraction(e: Contract, form: Form, k: int, claim: Claim, premises: Premises) -> bool:
    """Return whether e is q' inv(A) q, A affine and psd: jointly convex in q and A."""
    inverse, ends, _ = e.factors[k]
    if not isinstance(inverse, Apply) or inverse.atom is not ATOMS["inv"] or len(form.middle) != 1:
        return False
    left = {a for i, _ in form.pairs for a in e.factors[i][1]}
    right = {a for _, j in form.pairs for a in e.factors[j][1]}
    # All mirrored indices of q meet K: q is a vector for each value of the shared ones.
    mirrored = (left | right) - (left & right)
    inside = inverse.args[0]
    return (
        mirrored == set(ends)
        and psd_of(premises)(inside)
        and says(premises, "affine", inside, claim.wrt)
    )


@checks("quadratic")
def _quadratic(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A polynomial of degree <= 2 with a numeric Hessian H, judged by exact LDL'."""
    e = claim.expr
    h = hessian_of_quadratic(e, claim.wrt) if is_polynomial(e, claim.wrt) else None
    if h is None:
        return False
    minus = [[-c for c in row] for row in h]
    if claim.kind in ("strong", "smooth"):
        if not isinstance(claim.other, Const):
            return False
        c = claim.other.value if claim.kind == "strong" else -claim.other.value
        shifted = [[q - c * (i == j) for j, q in enumerate(r)] for i, r in enumerate(h)]
        mirrored = [[-q - c * (i == j) for j, q in enumerate(r)] for i, r in enumerate(h)]
        return is_psd(shifted) and (claim.kind == "strong" or is_psd(mirrored))
    return {
        "convex": is_psd(h),
        "concave": is_psd(minus),
        "affine": not any(any(row) for row in h),
        "strictly_convex": is_psd(h, definite=True),
        "strictly_concave": is_psd(minus, definite=True),
    }[claim.kind]


@checks("monomial")
def _monomial(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A product of powers u^a with constant weights, entry by entry; see the row for the cases."""
    e, known = claim.expr, ranges_of(premises)
    if not isinstance(e, Contract) or e.summed:
        return False
    weights = [f for f in e.factors if not depends_on(f[0], claim.wrt)]
    size = weight_of(weights, known)
    if not (size.within(NONNEGATIVE) or size.within(NONPOSITIVE)):
        return False
    kind = claim.kind if size.within(NONNEGATIVE) else flip(claim.kind)
    moving = [(f, p) for f, _, p in e.factors if depends_on(f, claim.wrt)]
    moving = [g for f, p in moving for g in _opened(f, p, known)]
    # A base < 0 with a whole exponent counts as its negative: y^-1 = -(-y)^-1.
    odd = {f for f, p in moving if p.denominator > 1}  # roots count no signs
    turned = {f for f, _ in moving if f not in odd and known(f).within(NEGATIVE)}
    if sum(int(p) for f, p in moving if f in turned) % 2:
        kind = flip(kind)

    def lies(f: Expr, inside: Interval) -> bool:
        return (-known(f) if f in turned else known(f)).within(inside)

    def bends(f: Expr, side: str) -> bool:
        return says(premises, flip(side) if f in turned else side, f, claim.wrt)

    total = sum(p for _, p in moving)
    rising = [(f, p) for f, p in moving if p > 0]
    if kind == "concave":
        return total <= 1 and all(
            p > 0 and lies(f, NONNEGATIVE) and bends(f, "concave") for f, p in moving
        )
    if not all(p > 0 or (lies(f, POSITIVE) and bends(f, "concave")) for f, p in moving):
        return False
    if not rising:
        return True
    (f, p), *more = rising
    if more or total < 1:
        return False
    even = p.denominator % 2 == 1 and p.numerator % 2 == 0
    if even and says(premises, "affine", f, claim.wrt):
        return True
    return lies(f, NONNEGATIVE) and bends(f, "convex")


def _opened(f: Expr, p: Fraction, known: Callable[[Expr], Interval]) -> list[tuple[Expr, Fraction]]:
    """Return powers whose product is f^p: those of the factors, if they are all >= 0.

    A factor under a fraction line is > 0: (1/u)^-2 has no value where u^2 is 0.
    """
    if not isinstance(f, Contract) or f.summed:
        return [(f, p)]
    sides = (known(u).within(POSITIVE if q < 0 else NONNEGATIVE) for u, _, q in f.factors)
    if not all(sides) or any(labels != axes(f) for _, labels, _ in f.factors):
        return [(f, p)]
    return [(u, p * q) for u, _, q in f.factors]


@checks("power-mean")
def _power_mean(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """((sum of weight * u^p)^(1/p))^r: convex for p, r >= 1, concave for p < 1, 0 < r <= 1."""
    e = claim.expr
    if not isinstance(e, Contract) or len(e.factors) != 1 or e.factors[0][1] != axes(e):
        return False
    total, _, q = e.factors[0]
    terms = total.terms if isinstance(total, Add) else ((Fraction(1), total),)
    orders = {p for _, t in terms for f, _, p in factors_of(t)[1] if depends_on(f, claim.wrt)}
    return any(
        (claim.kind == "convex" and p >= 1 and p * q >= 1)
        or (claim.kind == "concave" and p < 1 and 0 < p * q <= 1)
        for p in orders | {Fraction(2)}
        if all(c > 0 and is_power_sum(t, p, claim, premises, parameters) for c, t in terms)
    )


def is_power_sum(
    t: Expr, p: Fraction, claim: Claim, premises: Premises, parameters: Parameters
) -> bool:
    """Return whether t is a nonnegatively weighted sum of p-th powers (or of psd forms, p = 2)."""
    known = ranges_of(premises)
    moving = [f for f in factors_of(t)[1] if depends_on(f[0], claim.wrt)]
    if not moving:
        # A constant c >= 0 is the p-th power of c^(1/p), a constant; for p < 0 it must be > 0.
        return known(t).within(NONNEGATIVE if p > 0 else POSITIVE)
    if p == 2 and len(moving) == 2 and isinstance(t, Contract):
        for pairs in parameters:
            form = psd_form(t, pairs, psd_of(premises), known)
            ends = sorted(k for k, f in enumerate(t.factors) if f in moving)
            if form is not None and any(sorted(pair) == ends for pair in form.pairs):
                return all(r == 1 and says(premises, "affine", u, claim.wrt) for u, _, r in moving)
        return False
    if len(moving) != 1 or factors_of(t)[0] <= 0:
        return False
    u, _, r = moving[0]
    weights = [f for f in factors_of(t)[1] if f is not moving[0]]
    if not all(known(f).power(s).within(NONNEGATIVE) for f, _, s in weights):
        return False
    if r == 1 != p and isinstance(u, Contract) and not u.shape:
        return is_power_sum(u, p, claim, premises, parameters)
    if r != p:
        return False
    if p >= 1:
        even = p.denominator == 1 and p.numerator % 2 == 0
        if even and says(premises, "affine", u, claim.wrt):
            return True
        return known(u).within(NONNEGATIVE) and says(premises, "convex", u, claim.wrt)
    least = NONNEGATIVE if p > 0 else POSITIVE
    return known(u).within(least) and says(premises, "concave", u, claim.wrt)


@checks("root-of-quadratic")
def _root_of_quadratic(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """sqrt(q) for a numeric quadratic q whose homogenized Gram matrix is psd: a norm."""
    e = claim.expr
    if not isinstance(e, Contract) or len(e.factors) != 1 or e.shape:
        return False
    q, _, p = e.factors[0]
    gram = gram_of_quadratic(q, claim.wrt) if is_polynomial(q, claim.wrt) else None
    return p == Fraction(1, 2) and gram is not None and is_psd(gram)


# -- one variable ----------------------------------------------------------------------------------


@checks("first-derivative")
def _first(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e = claim.expr
    if len(claim.wrt) != 1 or claim.wrt[0].shape or e.shape or len(parameters) != 1:
        return False
    (x,) = claim.wrt
    if has_jumps(e):
        return False
    slope = derivative(e, x)
    goal = slope if claim.kind == "nondecreasing" else scale(-1, slope)
    return is_sign_proof(e, x, goal, parameters[0], strict=False)


def has_jumps(e: Expr) -> bool:
    """Return whether a card in e may jump."""
    return any(
        isinstance(a, Apply) and any(k.kind == "jump" for k in a.atom.kinks) for a in postorder(e)
    )


@checks("second-derivative")
def _second(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e, m = claim.expr, claim.other
    if len(claim.wrt) != 1 or claim.wrt[0].shape or e.shape or claim.kind == "affine":
        return False
    (x,) = claim.wrt
    if has_jumps(e):
        return False
    slope = derivative(derivative(e, x), x)
    goals = {
        "convex": [slope],
        "strictly_convex": [slope],
        "concave": [scale(-1, slope)],
        "strictly_concave": [scale(-1, slope)],
        "strong": [] if m is None else [subtract(slope, m)],
        "smooth": [] if m is None else [subtract(m, slope), add(m, slope)],
    }[claim.kind]
    strict = claim.kind in STRICT
    return len(goals) == len(parameters) and all(
        is_sign_proof(e, x, goal, proof, strict=strict)
        for goal, proof in zip(goals, parameters, strict=True)
    )


def is_sign_proof(e: Expr, x: Symbol, goal: Expr, proof: Parameters, *, strict: bool) -> bool:
    """Return whether goal = weight * core with weight > 0 and core >= 0 on boxes that cover x."""
    weight, core, *rows = proof
    product = contract([(weight, (), 1), (core, (), 1)], ())
    if not (product is goal or same(goal, product)):
        return False
    boxes = [row[0] for row in rows]
    if not covers(boxes, x.assumptions.interval):
        return False
    for box, *reason in rows:
        known: dict[Expr, Interval] = {x: box}
        if not is_smooth_on(e, x, known):
            return False
        # The factors must have values there: what has none proves nothing.
        found = bounds(weight, known) | bounds(core, known)
        if not all(is_defined(f, found.__getitem__) for f in postorder(weight, core)):
            return False
        if not is_nonnegative_on(weight, x, known, ("direct",), strict=True):
            return False
        if not is_nonnegative_on(core, x, known, tuple(reason), strict=strict):
            return False
    return True
