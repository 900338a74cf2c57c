"""What a reading holds: the noise law, the priors, and how far reading went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lossmith.atoms.exponential import log
from lossmith.calculus.reverify import Recheck
from lossmith.expr import build
from lossmith.expr.node import Add, Expr, Symbol
from lossmith.likelihood.lift import instance, summed
from lossmith.likelihood.pattern import Pattern
from lossmith.likelihood.priors import Penalty
from lossmith.likelihood.terms import canonical

_ONE: Final = build.const(1)


@dataclass(frozen=True, slots=True)
class Noise:
    """The data part of a loss: factor * sum(weights .* core(observed, predictor)).

    factor: a scalar free of the variables.  weights: of single observations, or None.
    mask: of 0 and 1, or None: where it is 0 the observation is missing.
    inner: parameters that the core holds, by name.  estimated: the dispersion, where it is made of
    the variables itself; then the factor is that of the whole -log density.
    """

    pattern: Pattern
    observed: Symbol
    predictor: Expr
    factor: Expr
    weights: Expr | None = None
    inner: Mapping[str, Expr] = field(default_factory=dict[str, Expr])
    estimated: Expr | None = None
    mask: Symbol | None = None

    @property
    def scale(self) -> Expr:
        """kappa in f = kappa (-log density): the factor, or 1 where a dispersion takes it up."""
        taken = (self.pattern.free and self.estimated is None) or self.pattern.energy
        return _ONE if taken else self.factor

    @property
    def dispersion(self) -> Expr | None:
        """The value of the free parameter for which f itself is -log density, one or a vector."""
        if not self.pattern.free or self.estimated is not None:
            return self.estimated
        c = self.factor
        if self.weights is not None:
            c = build.multiply(c, self.weights)
        return _solved(self.pattern.solved, c, self.inner)

    def arguments(self) -> dict[str, Expr]:
        """Return the parameters of the law as expressions."""
        known = {"eta": self.predictor, "y": self.observed, "c": self.factor, **self.inner}
        if self.dispersion is not None:
            known[self.pattern.free] = self.dispersion
        return {name: instance(text, known) for name, text in self.pattern.arguments.items()}

    def energy(self) -> Expr:
        """Return -log density of all observations."""
        if self.pattern.whole:
            known = {"eta": self.predictor, "y": self.observed, "c": self.factor, **self.inner}
            return build.total(instance(self.pattern.energy or self.pattern.core, known))
        each = instance(self.pattern.family.energy, {**self.arguments(), "y": self.observed})
        return build.total(each if self.mask is None else build.multiply(self.mask, each))


@dataclass(frozen=True, slots=True)
class Prior:
    """factor * core(argument), a part of a loss that a prior explains.

    argument: the variable w itself, w - m, or A w, with m and A of data.
    """

    penalty: Penalty
    variable: Symbol
    factor: Expr
    weights: Expr | None
    inner: Mapping[str, Expr]
    argument: Expr

    @property
    def is_proper(self) -> bool:
        """Whether it has a finite integral whatever the data: not sure of A w."""
        return self.argument is self.variable or isinstance(self.argument, Add)

    def term(self) -> Expr:
        """Return the penalty itself."""
        core = instance(self.penalty.core, {"w": self.argument, **self.inner})
        if self.weights is not None:
            core = build.multiply(self.weights, core)
        return build.multiply(self.factor, build.total(core))

    def dispersion(self, scale: Expr) -> Expr | None:
        """Return the free parameter of the law if f = scale * (-log density)."""
        if not self.penalty.free:
            return None
        c = build.divide(self.factor, scale)
        if self.weights is not None:
            c = build.multiply(c, self.weights)
        return _solved(self.penalty.solved, c, self.inner)

    def arguments(self, scale: Expr) -> dict[str, Expr]:
        """Return the parameters of the law as expressions."""
        c = build.divide(self.factor, scale)
        known: dict[str, Expr] = {"w": self.argument, "scale": scale, "c": c, **self.inner}
        free = self.dispersion(scale)
        if free is not None:
            known[self.penalty.free] = free
        return {name: instance(text, known) for name, text in self.penalty.arguments.items()}

    def energy(self, scale: Expr) -> Expr:
        """Return -log density of the argument, but for what the law's ``constant`` says."""
        if self.penalty.energy:
            c = build.divide(self.factor, scale)
            return instance(self.penalty.energy, {"w": self.argument, "c": c, **self.inner})
        known = {**self.arguments(scale), "y": self.argument}
        return summed(self.penalty.family.energy, known)


@dataclass(frozen=True, slots=True)
class Reading:
    """f = kappa (-log p(y | variables) - log p(variables)) + constant, proved.

    expr: the loss, its free numbers promised to be positive (``promised``).  noise: None if nothing
    was observed (a penalty alone).  constant: what differs, free of the variables.  recheck: how
    the difference was confirmed in ball arithmetic.  needed: what must be positive beyond what is
    declared, for the laws to be laws.  soft: a letter in expr for labels made of one-hot rows.
    """

    expr: Expr
    wrt: tuple[Symbol, ...]
    noise: Noise | None
    priors: tuple[Prior, ...]
    constant: Expr
    promised: tuple[Symbol, ...]
    recheck: Recheck
    needed: tuple[Expr, ...] = ()
    soft: tuple[Symbol, Expr] | None = None

    @property
    def scale(self) -> Expr:
        """kappa."""
        return _ONE if self.noise is None else self.noise.scale

    def energy(self) -> Expr:
        """Return -log p(y | variables) - log p(variables), normalizers included."""
        return joint_energy(self.noise, self.priors)


@dataclass(frozen=True, slots=True)
class Counts:
    """f = -ones log p - zeros log(1 - p) - log p(p) + constant: so many draws of a Bernoulli law.

    probability: p, an expression of the variables.  ones, zeros: whole numbers, or letters of them.
    prior: a beta law of p, or None.
    """

    expr: Expr
    wrt: tuple[Symbol, ...]
    probability: Expr
    ones: Expr
    zeros: Expr
    constant: Expr
    prior: Prior | None = None

    def energy(self) -> Expr:
        """Return -log of the probability of the draws and of the density of p."""
        p = self.probability
        logs = (build.apply(log, p), build.apply(log, build.subtract(_ONE, p)))
        draws = [build.multiply(k, e) for k, e in zip((self.ones, self.zeros), logs, strict=True)]
        prior = [] if self.prior is None else [(1, self.prior.energy(_ONE))]
        return build.add(*((-1, e) for e in draws), *prior, shape=())

    @property
    def mode(self) -> Expr:
        """The p that minimizes f, where both exponents are positive: their share."""
        a, b = self.ones, self.zeros
        if self.prior is not None:
            inner = self.prior.inner
            a, b = (build.add((1, e), (1, inner[k]), (-1, _ONE)) for e, k in ((a, "a"), (b, "b")))
        return build.divide(a, build.add(a, b))


@dataclass(frozen=True, slots=True)
class Unread:
    """No reading was found: how far it went.

    noise: the data part, if that alone could be read.  left: the terms that no row explains.
    data: the loss without the penalties that were read, constants included.
    """

    expr: Expr
    wrt: tuple[Symbol, ...]
    noise: Noise | None
    left: Expr
    promised: tuple[Symbol, ...]
    data: Expr


def joint_energy(noise: Noise | None, priors: tuple[Prior, ...]) -> Expr:
    """Return -log of the joint density of the observations and the variables."""
    scale = _ONE if noise is None else noise.scale
    parts = [p.energy(scale) for p in priors]
    if noise is not None:
        parts.insert(0, noise.energy())
    return build.add(*parts, shape=())


def _solved(text: str, c: Expr, inner: Mapping[str, Expr]) -> Expr:
    """Return the free parameter; "2*c -> 1/sqrt(z)" is 1/sqrt(z) for z = 2c, multiplied out."""
    first, arrow, last = text.partition("->")
    value = canonical(instance(first, {"c": c, **inner}))
    return instance(last, {"z": value, **inner}) if arrow else value
