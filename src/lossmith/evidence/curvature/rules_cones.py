"""Rules for cones of second order and diagonal matrices. Trusted."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.premise import Parameters, Premises, checks, ranges_of, says
from lossmith.evidence.curvature.rules_powers import TWO, is_power_sum
from lossmith.expr.build import multiply
from lossmith.expr.node import Add, Apply, Contract, Delta, Expr
from lossmith.expr.sets import NONNEGATIVE, Interval


@checks("rotated-cone")
def _rotated_cone(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """b = a*l*m - (squares): root and log concave, negative powers log-convex, where b > 0."""
    low, high, *pairs = parameters
    e, known = claim.expr, ranges_of(premises)
    base = _base_of(e, claim.kind, known)
    if base is None:
        return False
    if not all(
        known(u).within(NONNEGATIVE) and says(premises, "affine", u, claim.wrt) for u in (low, high)
    ):
        return False
    product = multiply(low, high)
    ahead = [c for c, t in base.terms if t is product]
    rest = [(c, t) for c, t in base.terms if t is not product]
    return (
        len(ahead) == 1
        and ahead[0] > 0
        and all(c < 0 and is_power_sum(t, TWO, claim, premises, tuple(pairs)) for c, t in rest)
    )


def _base_of(e: Expr, kind: str, known: Callable[[Expr], Interval]) -> Add | None:
    """Return b if e is log b or a power of b for which the rule claims this."""
    if isinstance(e, Apply) and e.atom is ATOMS["log"]:
        base, fits = e.args[0], kind == "concave"
    elif isinstance(e, Contract) and len(e.factors) == 1:
        base, _, p = e.factors[0]
        # Odd roots and whole powers do not ask for b >= 0, so it must be known.
        root = p.denominator % 2 == 0 or known(base).within(NONNEGATIVE)
        down = p < 0 and kind in ("convex", "log_convex")
        fits = root and (down or (kind == "concave" and 0 < p <= Fraction(1, 2)))
    else:
        return None
    return base if fits and isinstance(base, Add) else None


@checks("psd-diagonal")
def _psd_diagonal(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """diag(d), d a product of powers whose enclosures have a product >= 0."""
    e, known = claim.expr, ranges_of(premises)
    return (
        isinstance(e, Contract)
        and e.rank == 2
        and any(isinstance(f, Delta) and sorted(labels) == [0, 1] for f, labels, _ in e.factors)
        and all(known(f).power(p).within(NONNEGATIVE) for f, _, p in e.factors)
    )
