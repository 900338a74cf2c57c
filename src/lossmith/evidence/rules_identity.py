"""Rules of identities: a step to a normal form, and chains of identities. Trusted."""

from __future__ import annotations

from itertools import pairwise

from lossmith.evidence.certificate import Claim
from lossmith.evidence.normal_steps import STEPS
from lossmith.evidence.premise import Parameters, Premises, checks, states


@checks("normal-step")
def _normal_step(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """The named step, run on the one side, gives the other; backwards from a total one only."""
    (name,) = parameters
    other, step = claim.other, STEPS[str(name)]
    if other is None:
        return False
    # Equal wherever the side that the step is run on has a value.
    backwards = states(premises, "total", other) is not None and step(other) is claim.expr
    return step(claim.expr) is other or backwards


@checks("chain")
def _chain(claim: Claim, premises: Premises, parameters: Parameters) -> bool:
    """Identities in a row, each beginning where the one before ends."""
    if not premises or any(p.kind != "identity" for p in premises):
        return False
    linked = all(a.other is b.expr for a, b in pairwise(premises))
    return linked and premises[0].expr is claim.expr and premises[-1].other is claim.other
