"""Rules of powers: products of powers, means, norms. Trusted.

An exponent is a number or a constant of the question; of a constant its range is known, and all
bases of powers with such exponents are > 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.linear import axes, factors_of, psd_form
from lossmith.evidence.arithmetic.polynomial import gram_of_quadratic, is_polynomial, is_psd
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    checks,
    flip,
    parted,
    psd_of,
    ranges_of,
    says,
    weight_of,
)
from lossmith.expr.build import add, broadcast, const, power, scale
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE, Interval
from lossmith.expr.walk import depends_on

Known = Callable[[Expr], Interval]
Power = tuple[Expr, Expr]

ONE, TWO = const(1), const(2)
AT_LEAST_ONE = Interval(Fraction(1), None, False, True)
AT_MOST_ONE = Interval(None, Fraction(1), True, False)


@checks("monomial")
def _monomial(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A product of powers u^p with constant weights, entry by entry; the row has the cases."""
    e, known = claim.expr, ranges_of(premises)
    powers = powers_of(e, claim.wrt, known)
    if powers is None or not isinstance(e, Contract):
        return False
    size = weight_of(parted(e, claim.wrt)[1], known)
    if not (size.within(NONNEGATIVE) or size.within(NONPOSITIVE)):
        return False
    kind = claim.kind if size.within(NONNEGATIVE) else flip(claim.kind)
    # A base < 0 with a whole exponent counts as its negative: y^-1 = -(-y)^-1.
    odd = {u for u, p in powers if not _is_whole(p)}  # roots count no signs
    turned = {u for u, _ in powers if u not in odd and known(u).within(NEGATIVE)}
    if sum(p.value for u, p in powers if u in turned and isinstance(p, Const)) % 2:
        kind = flip(kind)

    def fits(u: Expr, p: Expr, side: str) -> bool:
        """Return whether |u| has this curvature, and a value under the exponent p."""
        inside = -known(u) if u in turned else known(u)
        least = NONNEGATIVE if isinstance(p, Const) and p.value > 0 else POSITIVE
        return inside.within(least) and says(
            premises, flip(side) if u in turned else side, u, claim.wrt
        )

    total = known(sum_of([p for _, p in powers]))
    if kind == "concave":
        return total.within(AT_MOST_ONE) and all(
            known(p).within(NONNEGATIVE) and fits(u, p, "concave") for u, p in powers
        )
    falling = [g for g in powers if known(g[1]).within(NONPOSITIVE) and fits(*g, "concave")]
    rising = [g for g in powers if g not in falling]
    if not rising:
        return True
    u, p = rising[0]
    whole = is_even(p) and says(premises, "affine", u, claim.wrt)
    return len(rising) == 1 and total.within(AT_LEAST_ONE) and (whole or fits(u, p, "convex"))


def powers_of(e: Expr, wrt: Sequence[Symbol], known: Known) -> list[Power] | None:
    """Return (u, p) for the factors u^p that move, of a product without sums.

    p is a number for all entries, or of the shape of e.
    """
    if not isinstance(e, Contract) or e.summed:
        return None
    found: list[Power] = []
    for f, labels, q in e.factors:
        if not depends_on(f, wrt):
            continue
        u, p = _powered(f, q, wrt)
        if p.shape and labels != axes(e):
            return None
        found += _opened(u, p, known) if isinstance(p, Const) else [(u, p)]
    return found


def _powered(f: Expr, q: Fraction, wrt: Sequence[Symbol]) -> Power:
    """Return (u, p) with u^p = f^q, where f may be a power with a constant exponent itself."""
    if isinstance(f, Apply) and f.atom is ATOMS["power"] and not depends_on(f.args[1], wrt):
        return f.args[0], scale(q, _one_for_all(f.args[1]))
    return f, const(q)


def _opened(f: Expr, p: Const, known: Known) -> list[Power]:
    """Return powers whose product is f^p: those of the factors, if they are all >= 0.

    A factor under a fraction line is > 0: (1/u)^-2 has no value where u^2 is 0.
    """
    if not isinstance(f, Contract) or f.summed:
        return [(f, p)]
    sides = (known(u).within(POSITIVE if q < 0 else NONNEGATIVE) for u, _, q in f.factors)
    if not all(sides):
        return [(f, p)]
    return [(u, const(p.value * q)) for u, _, q in f.factors]


def _is_whole(p: Expr) -> bool:
    return isinstance(p, Const) and p.value.denominator == 1


def is_even(p: Expr) -> bool:
    """Return whether p is a number that squares its base away: 2, 4, 2/3."""
    return isinstance(p, Const) and p.value.numerator % 2 == 0


def sum_of(exponents: Sequence[Expr]) -> Expr:
    """Return the sum, for all entries at once if each exponent is one number for all."""
    shape = max((p.shape for p in exponents), key=len, default=())
    return add(*((1, broadcast(p, shape)) for p in exponents), shape=shape)


def _one_for_all(p: Expr) -> Expr:
    """Return the scalar that p repeats for all its entries, else p."""
    if isinstance(p, Const):
        return const(p.value)
    inside = (f for f, _, _ in p.factors) if isinstance(p, Contract) else iter((p,))
    return next((s for s in inside if not s.shape and broadcast(s, p.shape) is p), p)


# -- means and norms -------------------------------------------------------------------------------


@checks("power-mean")
def _power_mean(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """((sum of weight * u^p)^(1/p))^r: convex for p, r >= 1, concave for p < 1, 0 < r <= 1."""
    e, wrt = claim.expr, claim.wrt
    if isinstance(e, Contract) and len(e.factors) == 1 and e.factors[0][1] == axes(e):
        base, q = _powered(e.factors[0][0], e.factors[0][2], wrt)
    else:
        base, q = _powered(e, Fraction(1), wrt)
    terms = base.terms if isinstance(base, Add) else ((Fraction(1), base),)
    orders = {
        _powered(f, r, wrt)[1] for _, t in terms for f, _, r in factors_of(t)[1]
        if depends_on(f, wrt)
    }  # fmt: skip
    return any(
        _is_order(p, q, claim.kind, ranges_of(premises))
        and all(c > 0 and is_power_sum(t, p, claim, premises, parameters) for c, t in terms)
        for p in orders | {TWO}
    )


def _is_order(p: Expr, q: Expr, kind: str, known: Known) -> bool:
    """Return whether ||u||_p^(pq) has this curvature by its exponents."""
    if isinstance(p, Const) and isinstance(q, Const):
        r = p.value * q.value
        return (p.value >= 1 and r >= 1) if kind == "convex" else (p.value < 1 and 0 < r <= 1)
    above = known(p).within(AT_LEAST_ONE)
    fits = above if kind == "convex" else known(p).within(AT_MOST_ONE) and not above
    return not p.shape and fits and not known(p).has(0) and power(p, -1) is q


def is_power_sum(
    t: Expr, p: Expr, claim: Claim, premises: Premises, parameters: Parameters
) -> bool:
    """Return whether t is a nonnegatively weighted sum of p-th powers (or of psd forms, p = 2).

    p is a number or a constant that is not 0; a sum of sums is one too.
    """
    known, wrt = ranges_of(premises), claim.wrt
    positive = known(p).within(POSITIVE)
    moving = [f for f in factors_of(t)[1] if depends_on(f[0], wrt)]
    if not moving:
        # A constant c >= 0 is the p-th power of c^(1/p), a constant; for p < 0 it must be > 0.
        return known(t).within(NONNEGATIVE if positive else POSITIVE)
    if p is TWO and len(moving) == 2 and isinstance(t, Contract):
        for pairs in parameters:
            form = psd_form(t, pairs, psd_of(premises), known)
            ends = sorted(k for k, f in enumerate(t.factors) if f in moving)
            if form is not None and any(sorted(pair) == ends for pair in form.pairs):
                return all(r == 1 and says(premises, "affine", u, wrt) for u, _, r in moving)
        return False
    if len(moving) != 1:
        return False
    f, _, r = moving[0]
    if not weight_of([g for g in factors_of(t)[1] if g is not moving[0]], known).within(
        NONNEGATIVE
    ):
        return False
    if r == 1 and p is not ONE and isinstance(f, Contract) and not f.shape:
        return is_power_sum(f, p, claim, premises, parameters)
    u, exponent = _powered(f, r, wrt)
    if exponent is not p:
        return False
    if is_even(p) and known(p).within(AT_LEAST_ONE) and says(premises, "affine", u, wrt):
        return True
    inside = known(u).within(NONNEGATIVE if positive and isinstance(p, Const) else POSITIVE)
    side = "convex" if known(p).within(AT_LEAST_ONE) else "concave"
    return inside and says(premises, side, u, wrt)


@checks("root-of-quadratic")
def _root_of_quadratic(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """sqrt(q) for a numeric quadratic q whose homogenized Gram matrix is psd: a norm."""
    e = claim.expr
    if not isinstance(e, Contract) or len(e.factors) != 1 or e.shape:
        return False
    q, _, p = e.factors[0]
    gram = gram_of_quadratic(q, claim.wrt) if is_polynomial(q, claim.wrt) else None
    return p == Fraction(1, 2) and gram is not None and is_psd(gram)
