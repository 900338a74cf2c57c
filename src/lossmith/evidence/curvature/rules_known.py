"""Rules of functions that are known whole: the checker builds them from their arguments. Trusted.

A certificate names the arguments. The rule puts the function together, compares it with the claim,
and asks what must hold of each argument.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.domains import always_evaluated
from lossmith.evidence.arithmetic.enclose import is_structured
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.certificate import STRICT, Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    checks,
    is_symmetric,
    psd_of,
    ranges_of,
    says,
)
from lossmith.evidence.curvature.rules_strict import is_injective
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
    total,
)
from lossmith.expr.node import Apply, Expr
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, Interval
from lossmith.expr.walk import depends_on

# -- geometric means -------------------------------------------------------------------------------


@checks("geometric-mean")
def _geometric_mean(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """prod(u)^(r/n) of n concave u >= 0, or det(M)^(r/n) of an affine psd M; 0 < r <= 1: concave.

    parameters: u or M, r.
    """
    u, r = parameters
    size = u.shape[-1]
    n = const(size) if isinstance(size, int) else size_of(size)
    card, kind = ("prod", "concave") if len(u.shape) == 1 else ("det", "affine")
    inside = psd_of(premises)(u) if card == "det" else ranges_of(premises)(u).within(NONNEGATIVE)
    made = apply(ATOMS["power"], apply(ATOMS[card], u), multiply(const(r), power(n, -1)))
    return made is claim.expr and 0 < r <= 1 and inside and says(premises, kind, u, claim.wrt)


@checks("weighted-geometric-mean")
def _weighted_geometric_mean(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """exp(b + sum of w log u), weights w >= 0 that add to at most 1: concave in concave u.

    The logarithms have values where u > 0, a convex set. parameters: b, then pairs (w, u).
    """
    (b, *pairs), known = parameters, ranges_of(premises)
    sums = [total(multiply(w, apply(ATOMS["log"], u))) for w, u in pairs]
    made = apply(ATOMS["exp"], add((1, b), *((1, t) for t in sums), shape=()))
    whole = add(*((1, total(broadcast(w, u.shape))) for w, u in pairs), shape=())
    fits = known(whole).within(Interval(None, Fraction(1), True, False)) or same(whole, const(1))
    return (
        made is claim.expr
        and fits
        and not any(depends_on(c, claim.wrt) for c in (b, *(w for w, _ in pairs)))
        and all(known(w).within(NONNEGATIVE) for w, _ in pairs)
        and all(says(premises, "concave", u, claim.wrt) for _, u in pairs)
        # Weights on a diagonal leave what is beside it unasked.
        and {apply(ATOMS["log"], u) for _, u in pairs} <= always_evaluated(made)
    )


# -- logarithms of integrals -----------------------------------------------------------------------


@checks("log-beta")
def _log_beta(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """c (sum of lgamma(u) over all entries - lgamma(their sum)), u affine: convex for c > 0.

    parameters: c, the sum, each u.
    """
    (c, whole, *parts), lgamma = parameters, ATOMS["lgamma"]
    terms = [(c, total(apply(lgamma, u))) for u in parts]
    summed = add(*((1, total(u)) for u in parts), shape=())
    return (
        add(*terms, (-c, apply(lgamma, whole)), shape=()) is claim.expr
        and (c > 0) == (claim.kind == "convex")
        and (whole is summed or same(whole, summed))
        and all(says(premises, "affine", u, claim.wrt) for u in (whole, *parts))
    )


@checks("gamma-integral")
def _gamma_integral(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """c (lgamma(u) - u log v), u and v affine and > 0: jointly convex for c > 0."""
    (c, u, v), known = parameters, ranges_of(premises)
    power_of_v = multiply(u, apply(ATOMS["log"], v))
    return (
        add((c, apply(ATOMS["lgamma"], u)), (-c, power_of_v)) is claim.expr
        and (c > 0) == (claim.kind == "convex")
        and all(
            known(s).within(POSITIVE) and says(premises, "affine", s, claim.wrt) for s in (u, v)
        )
    )


# -- matrices --------------------------------------------------------------------------------------


@checks("trace-inverse")
def _trace_inverse(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """s tr(W inv(M)), constant psd W and s >= 0, affine psd M: log-convex where M is pd.

    So is the largest eigenvalue of inv(M); powers with exponents in [-1, 0) are concave. Strictly
    convex for W pd, s > 0 and M that differs wherever its variable does. parameters: M, the
    exponent; for the trace W and s.
    """
    (matrix, p, *weights), known = parameters, ranges_of(premises)
    inverse = apply(ATOMS["inv"], matrix)
    if weights:
        weight, s = weights
        made = contract([(inverse, (0, 1), 1), (weight, (1, 0), 1), (s, (), 1)], ())
        constant = not (depends_on(weight, claim.wrt) or depends_on(s, claim.wrt))
        fits = constant and psd_of(premises)(weight) and known(s).within(NONNEGATIVE)
        whole = is_structured(weight, "pd") or weight is identity_like((matrix.shape[0],))
        definite = whole and known(s).within(POSITIVE)
    else:
        made, fits, definite = apply(ATOMS["lambda_max"], inverse), True, False
    if claim.kind in STRICT:
        fits = fits and definite and differs(matrix, claim, premises)
    right = -1 <= p < 0 if claim.kind == "concave" else p == 1
    return (
        power(made, p) is claim.expr and fits and right and is_affine_psd(matrix, claim, premises)
    )


def is_affine_psd(matrix: Expr, claim: Claim, premises: Premises) -> bool:
    """Return whether the matrix is affine and psd: where it has an inverse, it is pd."""
    return psd_of(premises)(matrix) and says(premises, "affine", matrix, claim.wrt)


def differs(matrix: Expr, claim: Claim, premises: Premises) -> bool:
    """Return whether the matrix is c*W + B, c not 0, for the only variable W."""
    return len(claim.wrt) == 1 and is_injective(matrix, claim.wrt[0], ranges_of(premises))


@checks("logdet-product")
def _logdet_product(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """logdet(L M R), L and R constant and square: concave in an affine psd M, convex for inv(M).

    Strictly so for M that differs wherever its variable does. parameters: L, M, R.
    """
    left, matrix, right = parameters
    middle = apply(ATOMS["inv"], matrix) if claim.kind.endswith("convex") else matrix
    return (
        left.shape == matrix.shape == right.shape
        and apply(ATOMS["logdet"], matmul(matmul(left, middle), right)) is claim.expr
        and not any(depends_on(end, claim.wrt) for end in (left, right))
        and is_affine_psd(matrix, claim, premises)
        and (claim.kind not in STRICT or differs(matrix, claim, premises))
    )


@checks("trace-power")
def _trace_power(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """tr(M^k): M affine and symmetric (k even) or psd, or the inverse of an affine psd matrix.

    Also tr(M M' M M' ...) for any affine M. parameters: M, then 0 or 1 for each factor, 1 for M'.
    """
    matrix, *given = parameters
    turns = [bool(t) for t in given]
    ends = list(pairwise([*range(len(turns)), 0]))
    ring = [
        (matrix, (j, i) if turned else (i, j), 1)
        for (i, j), turned in zip(ends, turns, strict=True)
    ]
    if contract(ring, ()) is not claim.expr:
        return False
    if isinstance(matrix, Apply) and matrix.atom is ATOMS["inv"]:
        return is_affine_psd(matrix.args[0], claim, premises)
    alternating = all(a != b for a, b in pairwise([*turns, turns[0]]))
    even = len(turns) % 2 == 0 and (is_symmetric(matrix) or alternating)
    return (even or psd_of(premises)(matrix)) and says(premises, "affine", matrix, claim.wrt)
