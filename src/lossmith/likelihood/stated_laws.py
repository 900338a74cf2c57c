"""What the lines of a stated model say one by one: the law is known, so nothing is searched for.

Of an observation the row is found that shows link and information; of a variable the penalty that
its law is. Where there is no such row the law itself is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import depends_on
from lossmith.likelihood.lift import instance
from lossmith.likelihood.loss import loss_of
from lossmith.likelihood.noise import noise_of
from lossmith.likelihood.parts import ONE, is_positive
from lossmith.likelihood.penalties import priors
from lossmith.likelihood.reading import held
from lossmith.likelihood.readings import Noise, Prior, Reading
from lossmith.likelihood.statements import Statement


@dataclass(frozen=True, slots=True)
class StatedLaw:
    """symbol ~ family(arguments), with its -log density.

    noise: how the law of an observation depends on the variables, where a row shows it.
    prior: the penalty that the law of a variable is, where there is one.
    """

    statement: Statement
    symbol: Symbol
    arguments: Mapping[str, Expr]
    energy: Expr
    noise: Noise | None
    prior: Prior | None


def stated_laws(
    statements: Sequence[Statement], known: Sequence[Symbol], wrt: Sequence[Symbol]
) -> tuple[StatedLaw, ...]:
    """Return the laws with their arguments as expressions of the symbols ``known``."""
    names: dict[str, Expr] = {s.name: s for s in known}
    symbols = {s.name: s for s in known}
    single = not any(s.shape for s in known)
    return tuple(_law(s, names, symbols[s.name], wrt, single=single) for s in statements)


def _law(
    s: Statement, names: dict[str, Expr], symbol: Symbol, wrt: Sequence[Symbol], *, single: bool
) -> StatedLaw:
    # A number alone is no formula: it is added to a 0.
    beside = {"zero": build.const(0), **names}
    arguments = {p: instance(f"zero + ({text})", beside) for p, text in s.arguments.items()}
    energy = instance(s.energy(single=single), names)
    observed = symbol not in wrt
    noise = _noise(s, symbol, energy, wrt) if observed else None
    prior = None if observed else _prior(s, symbol, energy)
    return StatedLaw(s, symbol, arguments, energy, noise, prior)


def _noise(s: Statement, y: Symbol, energy: Expr, wrt: Sequence[Symbol]) -> Noise | None:
    own = tuple(v for v in wrt if depends_on(energy, [v]))
    try:
        found = noise_of(loss_of(energy, own, ()), y, s.family) if own else None
    except LossmithError:
        return None
    return found if found is not None and found.scale is ONE else None


def _prior(s: Statement, w: Symbol, energy: Expr) -> Prior | None:
    try:
        loss = loss_of(energy, (w,), ())
        found, left = priors(loss, loss.parts)
    except LossmithError:
        return None
    fits = len(found) == 1 and not left and found[0].penalty.family is s.family
    return found[0] if fits else None


def unsure(law: StatedLaw) -> list[Expr]:
    """Return the arguments that must be positive and are not known to be."""
    promised = {p.name for p in law.statement.family.parameters if p.declare.endswith("> 0")}
    return [e for p, e in law.arguments.items() if p in promised and not is_positive(e)]


def impossible(law: StatedLaw) -> list[Expr]:
    """Return the arguments that must be positive and are known not to be."""
    return [e for e in unsure(law) if (hi := enclosure(e).hi) is not None and hi <= 0]


def reading_of(laws: Sequence[StatedLaw], joint: Expr, wrt: Sequence[Symbol]) -> Reading | None:
    """Return the laws as one reading of the joint -log density, None if they are none.

    One observation with a row, and priors whose parameters are not estimated.
    """
    observed = [law for law in laws if law.symbol not in wrt]
    others = [law for law in laws if law.symbol in wrt]
    if len(observed) != 1 or observed[0].noise is None:
        return None
    found = [law.prior for law in others if law.prior is not None]
    fixed = not any(depends_on(e, wrt) for law in others for e in law.arguments.values())
    if len(found) != len(others) or not fixed:
        return None
    return held(loss_of(joint, tuple(wrt), ()), observed[0].noise, found)
