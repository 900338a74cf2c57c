"""Rules of curvature that follow the structure of an expression. Trusted."""

from __future__ import annotations

from itertools import pairwise

from lossmith.evidence.arithmetic.domains import keeps_domain
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.templates import lift, parts_of
from lossmith.evidence.certificate import CURVATURES, STRICT, Claim
from lossmith.evidence.curvature.premise import (
    Parameters,
    Premises,
    applied,
    checks,
    flip,
    parted,
    ranges_of,
    says,
    sides,
    states,
    turned,
    weight_of,
)
from lossmith.evidence.curvature.rules_strict import is_injective
from lossmith.expr.build import contract, divide, multiply, power
from lossmith.expr.node import Add, Contract, Delta, Expr, Symbol
from lossmith.expr.sets import NEGATIVE, NONNEGATIVE, NONPOSITIVE, POSITIVE
from lossmith.expr.walk import depends_on, substitute

# -- curvature: the structure of an expression -----------------------------------------------------


@checks("constant")
def _constant(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    return not depends_on(claim.expr, claim.wrt)


@checks("variable")
def _variable(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    return claim.expr in claim.wrt


@checks("affine")
def _affine(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    return all(says(premises, side, claim.expr, claim.wrt) for side in sides("affine"))


@checks("sum")
def _sum(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """Each part has the curvature, a multiple < 0 the other; the first strictly, if claimed."""
    e = claim.expr
    parts = parts_of(e, parameters) if isinstance(e, Add) else None
    if parts is None:
        return False
    asked = sides(claim.kind.removeprefix("strictly_"))
    if claim.kind in STRICT:
        (c, first), *parts = parts
        if not says(premises, turned(claim.kind, c), first, claim.wrt):
            return False
    return all(says(premises, turned(side, c), t, claim.wrt) for c, t in parts for side in asked)


@checks("linear")
def _linear(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A sum of inner[labels] with constant weights of one sign (of any sign if inner is affine)."""
    e, (inner, labels) = claim.expr, parameters
    if not isinstance(e, Contract):
        return False
    _, weights = parted(e, claim.wrt)
    place = tuple(int(k) for k in labels)
    if contract([(inner, place, 1), *weights], tuple(range(e.rank)), e.shape) is not e:
        return False
    # diag(f(A)) is f(diag(A)): it asks nothing of the entries beside the diagonal.
    on_diagonal = len(set(place)) < len(place) or any(isinstance(f, Delta) for f, _, _ in weights)
    if on_diagonal and not keeps_domain(inner, lambda s: s, e, ranges_of(premises)):
        return False
    if says(premises, "affine", inner, claim.wrt):
        return claim.kind in ("affine", "convex", "concave")
    size, strict = weight_of(weights, ranges_of(premises)), claim.kind in STRICT
    up, down = (POSITIVE, NEGATIVE) if strict else (NONNEGATIVE, NONPOSITIVE)
    # Strict for a number alone: of a tensor, the sum may leave entries out.
    if not (size.within(up) or size.within(down)) or (strict and inner.shape):
        return False
    sign = 1 if size.within(up) else -1
    return all(says(premises, turned(s, sign), inner, claim.wrt) for s in sides(claim.kind))


@checks("composition")
def _composition(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    found, wrt = applied(claim.expr, premises, claim.wrt), claim.wrt
    if found is None:
        return False
    curved = [k for k in found.moving if not says(premises, "affine", found.args[k], wrt)]
    if found.atom.needs and curved:
        return False
    for side in sides(claim.kind):
        alone = len(found.moving) == 1 and {side, "affine"} & found.says(found.moving[0])
        if not alone and f"jointly_{side}" not in found.says(0):
            return False
        if not all(found.is_bent(k, side, premises, wrt) for k in curved):
            return False
    return True


@checks("strict-entries")
def _strict_entries(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """Positive weights times phi(c*w + b) summed over all entries of w, phi strictly curved."""
    e, known = claim.expr, ranges_of(premises)
    if len(claim.wrt) != 1 or e.shape:
        return False
    inner, labels = parameters if parameters else (e, ())
    if parameters:
        if not isinstance(e, Contract):
            return False
        _, weights = parted(e, claim.wrt)
        place = tuple(int(k) for k in labels)
        if contract([(inner, place, 1), *weights], (), ()) is not e or len(set(place)) != len(
            place
        ):
            return False
        if not all(known(f).power(p).within(POSITIVE) for f, _, p in weights):
            return False
    found = applied(inner, premises, claim.wrt)
    if found is None or not found.atom.signature.is_entrywise or len(found.moving) != 1:
        return False
    (k,), (w,) = found.moving, claim.wrt
    return is_injective(found.args[k], w, known) and claim.kind in found.says(k)


@checks("entrywise")
def _entrywise(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """phi(u), entry by entry: u affine, or of the curvature that the monotonicity of phi asks for.

    phi is a function of one real variable t on an interval that holds the values of u.
    """
    template, t, u = parameters
    if not isinstance(t, Symbol):
        return False
    if depends_on(template, claim.wrt) or lift(template, {t: u}) is not claim.expr:
        return False
    whole = ranges_of(premises)(u).within(t.assumptions.interval)
    if not whole or not all(says(premises, s, template, (t,)) for s in sides(claim.kind)):
        return False
    if says(premises, "affine", u, claim.wrt):
        known = bounds(template, {}).__getitem__
        return keeps_domain(template, lambda e: lift(e, {t: u}), claim.expr, known)
    # Not affine: the set where phi(u) is defined must be that of u, so phi is defined everywhere.
    if states(premises, "total", template) is None:
        return False
    rising = _moves(premises, "nondecreasing", template, t)
    falling = _moves(premises, "nonincreasing", template, t)
    return (rising and says(premises, claim.kind, u, claim.wrt)) or (
        falling and says(premises, flip(claim.kind), u, claim.wrt)
    )


@checks("perspective")
def _perspective(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """q * phi(p/q), entry by entry, with p and q affine, q > 0 and phi convex: jointly convex."""
    template, t, p, q = parameters
    if not isinstance(t, Symbol):
        return False
    ratio, known = divide(p, q), ranges_of(premises)
    if depends_on(template, claim.wrt):
        return False
    if multiply(q, lift(template, {t: ratio})) is not claim.expr:
        # The formula may speak of q/p: there phi(p/q) is written psi(q/p), psi(t) = phi(1/t).
        upside = divide(q, p)
        psi = substitute(template, {t: power(t, -1)})
        # p/q has a value at p = 0, q/p has none: p must be known to be of one sign.
        one_sided = known(p).within(POSITIVE) or known(p).within(NEGATIVE)
        if not one_sided or not known(upside).within(t.assumptions.interval):
            return False
        if multiply(q, lift(psi, {t: upside})) is not claim.expr:
            return False
    whole = known(ratio).within(t.assumptions.interval) and known(q).within(POSITIVE)
    affine = all(says(premises, "affine", u, claim.wrt) for u in (p, q))
    total = states(premises, "total", template) is not None
    return whole and affine and total and says(premises, claim.kind, template, (t,))


def _moves(premises: Premises, kind: str, template: Expr, t: Symbol) -> bool:
    return any(p.kind == kind and p.expr is template and p.wrt == (t,) for p in premises)


@checks("rewrite")
def _rewrite(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A property passes along identities from a form of the same total expression."""
    chain = [p for p in premises if p.kind == "identity"]
    linked = all(a.other is b.expr for a, b in pairwise(chain))
    if not chain or not linked or chain[0].expr is not claim.expr:
        return False
    if states(premises, "total", claim.expr) is None:
        return False
    wanted = Claim(
        claim.kind, chain[-1].other or claim.expr, claim.wrt, claim.interval, claim.other
    )
    return wanted in premises or (
        claim.kind in CURVATURES and says(premises, claim.kind, wanted.expr, claim.wrt)
    )


@checks("restriction")
def _restriction(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """A claim about a block of variables holds for any smaller block, the others being data."""
    if not claim.wrt or parameters or len(premises) != 1:
        return False
    (whole,) = premises
    return (
        set(claim.wrt) <= set(whole.wrt)
        and (whole.kind, whole.expr, whole.other) == (claim.kind, claim.expr, claim.other)
        and whole.interval is None
    )
