"""Rules for families of functions: sums of squares, geometric means, matrices, sums. Trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import STRICT, Claim
from lossmith.evidence.domains import keeps_domain
from lossmith.evidence.enclose import bounds, is_structured
from lossmith.evidence.polynomial import is_polynomial, is_psd, same
from lossmith.evidence.premise import (
    Parameters,
    Premises,
    checks,
    lift,
    psd_of,
    ranges_of,
    says,
)
from lossmith.evidence.rules_strict import is_injective
from lossmith.evidence.squares import gram_form, hessian_form, numeric_polynomial
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
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, Interval
from lossmith.expr.walk import depends_on, substitute

# -- polynomials -----------------------------------------------------------------------------------


@checks("sos-convex")
def _sos_convex(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """v'Hv = z' G z with a psd rational G: convex on the whole space."""
    if claim.expr.shape:
        return False
    found = numeric_polynomial(claim.expr, claim.wrt)
    if found is None:
        return False
    p, n = found
    basis, matrix = parameters
    exponents = [tuple(int(k) for k in row) for row in basis]
    if any(len(row) != 2 * n or min(row) < 0 for row in exponents):
        return False
    rows = [list(row) for row in matrix]
    square = len(rows) == len(exponents) and all(len(row) == len(rows) for row in rows)
    if not square or any(rows[i][j] != rows[j][i] for i in range(len(rows)) for j in range(i)):
        return False
    sign = 1 if claim.kind == "convex" else -1
    wanted = {m: sign * c for m, c in hessian_form(p, n).items()}
    return gram_form(exponents, rows) == wanted and is_psd(rows)


# -- sums over entries -----------------------------------------------------------------------------


@checks("separable")
def _separable(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """The sum over all entries of phi(u_1, u_2 ... r), phi jointly convex, each u affine or data.

    r: numbers of the block that phi holds as they are, the same for all entries.
    """
    template, formals, arguments = parameters
    binding = dict(zip(formals, arguments, strict=True))
    if len(binding) < len(formals) or not set(binding).isdisjoint(claim.wrt):
        return False
    own = tuple(w for w in claim.wrt if depends_on(template, (w,)))
    if not is_sum_over_entries(claim, template, binding, ranges_of(premises)):
        return False
    moving = tuple(t for t, u in binding.items() if depends_on(u, claim.wrt))
    if not all(says(premises, "affine", binding[t], claim.wrt) for t in moving):
        return False
    if claim.kind in STRICT and not sees_all(
        claim.wrt, [*own, *(binding[t] for t in moving)], ranges_of(premises)
    ):
        return False
    return bool(moving + own) and says(premises, claim.kind, template, moving + own)


def sees_all(
    wrt: tuple[Symbol, ...], arguments: Sequence[Expr], known: Callable[[Expr], Interval]
) -> bool:
    """Return whether two points of W differ in an entry of some argument.

    That is so if each w has a c*w + b with b free of W: of u + v alone, u and v are not seen.
    """
    return all(
        any(
            is_injective(u, w, known) and not depends_on(u, [v for v in wrt if v is not w])
            for u in arguments
        )
        for w in wrt
    )


def is_sum_over_entries(
    claim: Claim, template: Expr, binding: Mapping[Symbol, Expr], known: Callable[[Expr], Interval]
) -> bool:
    """Return whether the claim is about the sum over all entries of the template so bound.

    The arguments stay in the sets that the letters are declared in, and the sum has no value where
    an entry has none.
    """
    e = claim.expr
    if e.shape:
        return False
    shape = max((u.shape for u in binding.values()), key=len, default=())
    terms = template.terms if isinstance(template, Add) else ((Fraction(1), template),)
    # A term without an entry of its own counts once for each of them.
    lifted = [(c, broadcast(lift(t, binding), shape)) for c, t in terms]
    by_terms = add(*((c, total(t)) for c, t in lifted), shape=()) is e
    whole = add(*((c, t) for c, t in lifted), shape=shape)
    if not by_terms and total(whole) is not e:
        return False
    for t, u in binding.items():
        values = t.assumptions
        plain = values.values is None and not values.integer and not values.structure
        if t.shape or not plain or not known(u).within(values.interval):
            return False
    declared = bounds(template, {}).__getitem__
    return keeps_domain(template, lambda s: lift(s, binding), e, declared)


@checks("log-beta")
def _log_beta(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """c (sum of lgamma(u) - lgamma(sum of u)) with affine u: convex for c > 0."""
    e = claim.expr
    if not isinstance(e, Add) or e.shape:
        return False
    single = [(c, t) for c, t in e.terms if isinstance(t, Apply) and t.atom is ATOMS["lgamma"]]
    wanted = 1 if claim.kind == "convex" else -1
    negative = [(c, t) for c, t in single if c * wanted < 0]
    if len(negative) != 1:
        return False
    ((scale_of_last, last),) = negative
    parts: list[Expr] = []
    for c, t in e.terms:
        if t is last:
            continue
        inner = _summed_lgamma(t)
        if c != -scale_of_last or inner is None:
            return False
        if not says(premises, "affine", inner, claim.wrt):
            return False
        parts.append(inner)
    assert isinstance(last, Apply)
    whole, inside = add(*((1, total(u)) for u in parts), shape=()), last.args[0]
    if whole is inside:
        return bool(parts)
    # x (1 + 1/x) is x, but not at 0: what leaves points out would leave a hole in the domain.
    return bool(parts) and is_polynomial(inside, claim.wrt) and same(whole, inside)


def _summed_lgamma(t: Expr) -> Expr | None:
    """Return u if t is the sum of lgamma(u) over all entries of u."""
    found = t
    if isinstance(t, Contract) and len(t.factors) == 1 and t.factors[0][2] == 1:
        found = t.factors[0][0]
    if isinstance(found, Apply) and found.atom is ATOMS["lgamma"] and total(found) is t:
        return found.args[0]
    return None


# -- products and determinants ---------------------------------------------------------------------


@checks("geometric-mean")
def _geometric_mean(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """prod(u)^p or det(M)^p with 0 < p <= 1/n: concave, for concave u >= 0, or affine psd M."""
    e = claim.expr
    if e.shape:
        return False
    if isinstance(e, Apply) and e.atom is ATOMS["power"]:
        base, exponent = e.args
    elif isinstance(e, Contract) and len(e.factors) == 1:
        base, exponent = e.factors[0][0], const(e.factors[0][2])
    else:
        return False
    if not isinstance(base, Apply) or base.shape or len(base.args) != 1:
        return False
    u = base.args[0]
    size = u.shape[-1] if u.shape else None
    if isinstance(size, int):
        fits = isinstance(exponent, Const) and 0 < exponent.value * size <= 1
    else:
        fits = size is not None and exponent is power(size_of(size), -1)
    if not fits:
        return False
    if base.atom is ATOMS["prod"] and len(u.shape) == 1:
        known = ranges_of(premises)(u)
        return known.within(NONNEGATIVE) and says(premises, "concave", u, claim.wrt)
    return (
        base.atom is ATOMS["det"]
        and len(u.shape) == 2
        and psd_of(premises)(u)
        and says(premises, "affine", u, claim.wrt)
    )


@checks("trace-inverse")
def _trace_inverse(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """s * tr(W inv(M)) with constant psd W, s >= 0 and affine psd M: log-convex where M is pd.

    So is the largest eigenvalue of inv(M); powers with exponents in [-1, 0) are concave. Strictly
    convex for W pd, s > 0 and M that differs wherever its variable does.
    """
    e, known = claim.expr, ranges_of(premises)
    if claim.kind == "concave":
        if not isinstance(e, Contract) or len(e.factors) != 1 or not -1 <= e.factors[0][2] < 0:
            return False
        e = e.factors[0][0]
    strict = claim.kind in STRICT
    if isinstance(e, Apply) and e.atom is ATOMS["lambda_max"] and not parameters and not strict:
        return _is_inverse_of_affine(e.args[0], claim, premises)
    if not isinstance(e, Contract) or e.shape:
        return False
    weight, scalars = parameters
    inner = [f for f, _, _ in e.factors if isinstance(f, Apply) and depends_on(f, claim.wrt)]
    if len(inner) != 1 or inner[0].atom is not ATOMS["inv"]:
        return False
    (inverse,) = inner
    if depends_on(weight, claim.wrt) or any(depends_on(s, claim.wrt) for s in scalars):
        return False
    if any(s.shape or not known(s).within(POSITIVE if strict else NONNEGATIVE) for s in scalars):
        return False
    definite = is_structured(weight, "pd") or weight is identity_like((inverse.shape[0],))
    if strict and not (definite and _differs(inverse.args[0], claim, known)):
        return False
    one = Fraction(1)
    pieces = [(inverse, (0, 1), one), (weight, (1, 0), one), *((s, (), one) for s in scalars)]
    return (
        contract(pieces, ()) is e
        and psd_of(premises)(weight)
        and _is_inverse_of_affine(inverse, claim, premises)
    )


def _differs(matrix: Expr, claim: Claim, known: Callable[[Expr], Interval]) -> bool:
    """Return whether the matrix is c*W + B, c not 0, for the only variable W."""
    return len(claim.wrt) == 1 and is_injective(matrix, claim.wrt[0], known)


def _is_inverse_of_affine(e: Expr, claim: Claim, premises: Premises) -> bool:
    """Return whether e = inv(M), M affine and psd: it has a value where M is pd."""
    if not isinstance(e, Apply) or e.atom is not ATOMS["inv"]:
        return False
    (matrix,) = e.args
    return psd_of(premises)(matrix) and says(premises, "affine", matrix, claim.wrt)


@checks("logdet-product")
def _logdet_product(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """logdet(L M R), L and R constant and square: concave in an affine psd M, convex for inv(M).

    Strictly so for M that differs wherever its variable does.
    """
    e = claim.expr
    if not isinstance(e, Apply) or e.atom is not ATOMS["logdet"] or len(e.shape) != 0:
        return False
    left, middle, right = parameters
    same_size = left.shape == middle.shape == right.shape == e.args[0].shape
    if not same_size or depends_on(left, claim.wrt) or depends_on(right, claim.wrt):
        return False
    if matmul(matmul(left, middle), right) is not e.args[0]:
        return False
    inverted = isinstance(middle, Apply) and middle.atom is ATOMS["inv"]
    matrix = middle.args[0] if isinstance(middle, Apply) and inverted else middle
    side = "convex" if inverted else "concave"
    if claim.kind in STRICT and not _differs(matrix, claim, ranges_of(premises)):
        return False
    return (
        claim.kind.removeprefix("strictly_") == side
        and psd_of(premises)(matrix)
        and says(premises, "affine", matrix, claim.wrt)
    )


@checks("power-as-exp")
def _power_as_exp(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """u^v = exp(v log u) where u > 0, entry by entry."""
    (e,) = parameters
    if not isinstance(e, Apply) or e.atom is not ATOMS["power"]:
        return False
    u, v = e.args
    if not ranges_of(premises)(u).within(POSITIVE):
        return False
    made = apply(ATOMS["exp"], multiply(v, apply(ATOMS["log"], u)))
    return substitute(claim.expr, {e: made}) is claim.other
