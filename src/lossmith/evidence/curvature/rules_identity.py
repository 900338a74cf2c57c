"""Rules of identities: definitions, rows, expansion, steps of normal forms, chains. Trusted."""

from __future__ import annotations

from itertools import pairwise

from lossmith.evidence.arithmetic.domains import keeps_domain
from lossmith.evidence.arithmetic.enclose import is_defined, is_structured
from lossmith.evidence.arithmetic.polynomial import same
from lossmith.evidence.arithmetic.templates import lift
from lossmith.evidence.certificate import Claim
from lossmith.evidence.curvature.premise import Parameters, Premises, checks, ranges_of, states
from lossmith.evidence.normal.normal_steps import CHOSEN, STEPS
from lossmith.expr.node import Apply, Expr, Symbol
from lossmith.expr.walk import substitute, symbols
from lossmith.rules.table import RULES as ROWS


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


@checks("normal-step")
def _normal_step(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """The named step, run on the one side, gives the other; backwards from a total one only."""
    name, *choice = parameters
    other, step = claim.other, CHOSEN.get(str(name)) or STEPS[str(name)]
    if other is None:
        return False
    # Equal wherever the side that the step is run on has a value.
    backwards = states(premises, "total", other) is not None and step(other, *choice) is claim.expr
    return step(claim.expr, *choice) is other or backwards


@checks("chain")
def _chain(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """Identities in a row, each beginning where the one before ends; read backwards if total."""
    links = [p for p in premises if p.kind == "identity"]
    if not links or not all(a.other is b.expr for a, b in pairwise(links)):
        return False
    ends = links[0].expr, links[-1].other
    if len(links) == len(premises) and ends == (claim.expr, claim.other):
        return True
    total = claim.other is not None and states(premises, "total", claim.other) is not None
    return total and ends == (claim.other, claim.expr)
