"""The data part of a loss: which law, of which predictor, with which scale.

Rows are tried on the candidates of ``candidates``; what fits is yielded with what it leaves of the
loss. Where a scale is itself estimated, the whole -log density is looked for, normalizer included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import depends_on, symbols
from lossmith.likelihood.candidates import (
    companions,
    inner_values,
    observations,
    predictors,
    scales,
    weights,
)
from lossmith.likelihood.labels import labels_fit
from lossmith.likelihood.lift import instance
from lossmith.likelihood.loss import Loss, core_atoms
from lossmith.likelihood.parts import ONE, Parts, factors, less, moving
from lossmith.likelihood.patterns import NOISE, Pattern
from lossmith.likelihood.readings import Noise
from lossmith.likelihood.terms import canonical, monomials

_MOST_TRIES: Final = 500
"""Rows with candidates in place, for one observation."""

_DISPERSIONS: Final = ("v", "sqrt(v)", "exp(v)", "exp(v/2)", "1./v", "1./sqrt(v)", "1./v.^2")

Found = tuple[Noise, Parts]


def noises(f: Loss) -> Iterator[Found]:
    """Yield data parts that fit, with what they leave of the loss."""
    for y in observations(f.expr, f.wrt):
        yield from _Observed(f, y).found()


class _Observed:
    """One symbol taken for the observation, with the candidates beside it."""

    def __init__(self, f: Loss, y: Symbol) -> None:
        self.f, self.y = f, y
        self.etas = predictors((f.plain, f.spread), y, f.wrt)
        self.omegas = weights(f.plain, y, f.wrt)
        self.scales = scales((f.plain, f.spread), y, f.wrt)
        self._numbers: list[Expr] | None = None
        self.tries = 0

    @property
    def numbers(self) -> list[Expr]:
        if self._numbers is None:
            outer = list(dict.fromkeys(self.f.parts.values()))
            self._numbers = inner_values(self.f.spread, self.f.wrt, self.y, outer)
        return self._numbers

    def found(self) -> Iterator[Found]:
        for pattern in NOISE:
            if not core_atoms(pattern.core) <= self.f.atoms or not labels_fit(pattern, self.y):
                continue
            tries = self._by_matrices(pattern) if pattern.matrices else self._by_numbers(pattern)
            for noise in tries:
                self.tries += 1
                if self.tries > _MOST_TRIES:
                    return
                yield from self._fitted(noise)

    # -- candidates in the places of a row ---------------------------------------------------------

    def _by_numbers(self, pattern: Pattern) -> Iterator[Noise]:
        """Yield the row with numbers of data inside, then with one of them estimated."""
        for values in self._inner(pattern):
            for eta, omega in product(self.etas, self.omegas if pattern.free else [None]):
                yield Noise(pattern, self.y, eta, ONE, omega, values)
        if pattern.family.constant:
            return  # a part of the normalizer has no text, so that a scale would be lost in it
        for eta in self.etas:
            yield from self._estimated(pattern, eta)

    def _inner(self, pattern: Pattern) -> list[dict[str, Expr]]:
        chosen = [
            [*(companions(self.f.plain, self.f.wrt, self.y) if n in pattern.arrays else []),
             *self.numbers]
            for n in pattern.inner
        ]  # fmt: skip
        return [dict(zip(pattern.inner, values, strict=True)) for values in product(*chosen)]

    def _estimated(self, pattern: Pattern, eta: Expr) -> Iterator[Noise]:
        """Yield the row with one scale made of the variables, the usual functions of one."""
        own = set(symbols(eta)) & set(self.f.wrt)
        held = [v for v in self.scales if not set(symbols(v)) & own]
        for name in (*((pattern.free,) if pattern.free else ()), *pattern.inner):
            others = [n for n in pattern.inner if n != name]
            if pattern.free and name != pattern.free:
                continue  # two unknown scales at once are not looked for
            for v, text in product(held, _DISPERSIONS):
                try:
                    value = instance(text, {"v": v})
                except LossmithError:
                    continue
                for rest in product(self.numbers, repeat=len(others)):
                    inner = dict(zip(others, rest, strict=True))
                    if name == pattern.free:
                        yield Noise(pattern, self.y, eta, ONE, None, inner, value)
                    else:
                        yield Noise(pattern, self.y, eta, ONE, None, {**inner, name: value})

    def _by_matrices(self, pattern: Pattern) -> Iterator[Noise]:
        """Yield the row with a definite matrix, of data or (``estimated``) of the variables."""
        y = self.y
        for s in symbols(self.f.expr):
            fits = s.assumptions.has("pd") and s.shape == (*y.shape, *y.shape)
            if fits and len(y.shape) == 1 and (s in self.f.wrt) == pattern.estimated:
                for eta in self.etas:
                    yield Noise(pattern, y, eta, ONE, None, dict.fromkeys(pattern.matrices, s))

    # -- does it fit? ------------------------------------------------------------------------------

    def _fitted(self, noise: Noise) -> Iterator[Found]:
        parts = self.f.parts
        try:
            shown = moving(monomials(canonical(_shown(noise, self.f.wrt)), self.f.wrt))
        except LossmithError:
            return  # outside the shapes or the domain of the row
        if not shown or not shown.keys() <= parts.keys():
            return
        if not any(depends_on(e, [self.y]) for pair in shown.items() for e in pair):
            return
        for factor in dict.fromkeys([*factors(parts, shown), ONE]):
            yield replace(noise, factor=factor), less(parts, factor, shown)


def _shown(noise: Noise, wrt: Sequence[Symbol]) -> Expr:
    """Return what the loss shows of a row: its core, or all of it where a scale is estimated."""
    pattern = noise.pattern
    inner = [e for e in noise.inner.values() if depends_on(e, wrt)]
    if noise.estimated is not None or (inner and not pattern.matrices):
        return noise.energy()
    known: Mapping[str, Expr] = {"y": noise.observed, "eta": noise.predictor, **noise.inner}
    core = instance(pattern.core, known)
    if noise.weights is not None:
        core = build.multiply(noise.weights, core)
    return core if pattern.whole else build.total(core)
