"""Rules for polynomials, sums over entries and powers as exponentials. Trusted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.arithmetic.domains import keeps_domain
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.polynomial import is_psd
from lossmith.evidence.arithmetic.squares import gram_form, hessian_form, numeric_polynomial
from lossmith.evidence.arithmetic.templates import lift
from lossmith.evidence.certificate import STRICT, Claim
from lossmith.evidence.curvature.premise import Parameters, Premises, checks, ranges_of, says
from lossmith.evidence.curvature.rules_strict import is_injective
from lossmith.expr.build import (
    add,
    apply,
    broadcast,
    multiply,
    total,
)
from lossmith.expr.node import Add, Apply, Expr, Symbol
from lossmith.expr.sets import POSITIVE, Interval
from lossmith.expr.walk import depends_on, substitute

# -- polynomials -----------------------------------------------------------------------------------


@checks("sos-convex")
def _sos_convex(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """v'Hv = z' G z with a psd rational G: convex on the whole space."""
    found = numeric_polynomial(claim.expr, claim.wrt)
    if found is None:
        return False
    p, n = found
    basis, matrix = parameters
    exponents = [tuple(int(k) for k in row) for row in basis]
    rows = [list(row) for row in matrix]
    symmetric = [list(column) for column in zip(*rows, strict=True)] == rows
    sign = 1 if claim.kind == "convex" else -1
    wanted = {m: sign * c for m, c in hessian_form(p, n).items()}
    return symmetric and gram_form(exponents, rows) == wanted and is_psd(rows)


# -- sums over entries -----------------------------------------------------------------------------


@checks("separable")
def _separable(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """The sum over all entries of phi(u_1, u_2 ... r), phi jointly convex, each u affine or data.

    r: numbers of the block that phi holds as they are, the same for all entries.
    """
    template, formals, arguments = parameters
    binding = dict(zip(formals, arguments, strict=True))
    if not set(binding).isdisjoint(claim.wrt):
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
    return says(premises, claim.kind, template, moving + own)


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
        if not plain or not known(u).within(values.interval):
            return False
    declared = bounds(template, {}).__getitem__
    return keeps_domain(template, lambda s: lift(s, binding), e, declared)


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
