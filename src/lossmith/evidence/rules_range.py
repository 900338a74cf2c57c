"""Rules about values: ranges, psd matrices, where an expression is defined, identities. Trusted."""

from __future__ import annotations

from lossmith.atoms.table import ATOMS
from lossmith.evidence.certificate import Claim
from lossmith.evidence.domains import keeps_domain
from lossmith.evidence.enclose import image, is_defined, is_structured
from lossmith.evidence.linear import psd_form
from lossmith.evidence.polynomial import same
from lossmith.evidence.premise import (
    Parameters,
    Premises,
    checks,
    lift,
    psd_of,
    ranges_of,
    states,
)
from lossmith.expr.node import Add, Apply, Expr, Symbol, children
from lossmith.expr.sets import NONNEGATIVE
from lossmith.expr.walk import postorder, substitute, symbols
from lossmith.rules.table import RULES as ROWS

# -- ranges, definedness, psd ----------------------------------------------------------------------


@checks("range")
def _range(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    known = ranges_of(premises)
    psd = psd_of(premises)

    def structured(e: Expr, word: str) -> bool:
        return is_structured(e, word) or (word in ("psd", "symmetric") and psd(e))

    found = image(claim.expr, [known(c) for c in children(claim.expr)], structured)
    return claim.interval is not None and found.within(claim.interval)


@checks("range-form")
def _range_form(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    psd = psd_form(claim.expr, parameters, psd_of(premises), ranges_of(premises))
    return psd is not None and claim.interval is not None and NONNEGATIVE.within(claim.interval)


@checks("range-identity")
def _range_identity(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    equal = states(premises, "identity", claim.expr)
    if equal is None or equal.other is None or claim.interval is None:
        return False
    return ranges_of(premises)(equal.other).within(claim.interval)


@checks("psd-form")
def _psd_matrix(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    form = psd_form(claim.expr, parameters, psd_of(premises), ranges_of(premises), outer=True)
    return form is not None


@checks("psd-sum")
def _psd_sum(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e, known = claim.expr, psd_of(premises)
    return isinstance(e, Add) and all(c > 0 and known(t) for c, t in e.terms)


@checks("psd-inverse")
def _psd_inverse(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    e = claim.expr
    return isinstance(e, Apply) and e.atom is ATOMS["inv"] and psd_of(premises)(e.args[0])


@checks("total")
def _total(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    known = ranges_of(premises)
    return all(is_defined(e, known) for e in postorder(claim.expr))


# -- identities ------------------------------------------------------------------------------------


@checks("unfold")
def _unfold(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """One side from the other by putting meanings in place of the applications in ``parameters``.

    Each is used inside the domain of its card; the other way asks that the meaning is total.
    """
    known = ranges_of(premises)
    meanings: dict[Expr, Expr] = {}
    for e in parameters:
        if not isinstance(e, Apply) or e.atom.meaning is None:
            return False
        # A meaning may have values where its card has none (a negative width of the Huber loss).
        if not is_defined(e, known):
            return False
        meanings[e] = e.atom.meaning(*e.args)
    other = claim.other
    if other is None:
        return False
    if substitute(other, meanings) is claim.expr:
        return keeps_domain(
            other, lambda e: substitute(e, meanings), claim.expr, known, certain=meanings
        )
    unfolded = substitute(claim.expr, meanings) is other
    return unfolded and states(premises, "total", other) is not None


@checks("row")
def _row(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """expr -> other by one row of the tables, read from left to right."""
    name, *pairs = parameters
    row = next(r for r in ROWS if r.name == name)
    binding = {formal: e for formal, e in pairs}
    # A formal left unbound would stand as a symbol without the row's condition on it.
    if len(binding) != len(pairs) or set(binding) != set(symbols(row.lhs, row.rhs)):
        return False
    known = ranges_of(premises)
    for formal, e in binding.items():
        asked = row.condition(formal.name)
        listed = e.assumptions.values if isinstance(e, Symbol) else None
        values = asked.values is None or (listed is not None and set(listed) <= set(asked.values))
        shaped = all(is_structured(e, word) for word in asked.structure)
        if asked.integer or not (values and shaped and known(e).within(asked.interval)):
            return False
    change = {lift(row.lhs, binding): lift(row.rhs, binding)}
    return substitute(claim.expr, change) is claim.other


@checks("expansion")
def _expansion(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    other = claim.other
    if other is None or states(premises, "total", other) is None:
        return False
    return same(claim.expr, other)
