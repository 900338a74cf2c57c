"""The data part of a loss: which law, of which predictor, with which scale.

Rows are tried on the candidates of ``candidates``; what fits is yielded with what it leaves of the
loss. Where a scale is itself estimated, the whole -log density is looked for, normalizer included.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice, product, zip_longest
from typing import Final

from lossmith.calculus.draw import letters_of
from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.node import Apply, Const, Expr, Symbol
from lossmith.expr.sets import REALS
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.likelihood.candidates import (
    centers,
    companions,
    inner_values,
    observations,
    predictors,
    scales,
    weights,
)
from lossmith.likelihood.family import Family
from lossmith.likelihood.labels import is_inside, labels_fit
from lossmith.likelihood.lift import instance
from lossmith.likelihood.loss import (
    Loss,
    core_depth,
    core_telling,
    depth,
    functions_of,
    has_core,
    has_core_of,
    scale_atoms,
    telling,
)
from lossmith.likelihood.parts import ONE, Parts, factors, less, moving
from lossmith.likelihood.pattern import Pattern
from lossmith.likelihood.patterns import NOISE
from lossmith.likelihood.rational import vanishes
from lossmith.likelihood.readings import Noise
from lossmith.likelihood.terms import canonical, monomials, under_log

_MOST_TRIES: Final = 80
"""Candidates in the places of one row, for one observation."""
_LIKELIEST: Final = 16
"""Candidates of one row that are tried before further ones of any."""
_MOST_IN_ALL: Final = 450
"""Candidates in the places of all rows, for all observations."""

_NAME: Final = re.compile(r"[^\W\d]\w*")
_DISPERSIONS: Final = ("v", "sqrt(v)", "exp(v)", "exp(v/2)", "1./v", "1./sqrt(v)", "1./v.^2")

Found = tuple[Noise, Parts]


@dataclass(slots=True)
class Effort:
    """How many candidates may still be tried: one takes some milliseconds."""

    left: int = _MOST_IN_ALL

    def spend(self) -> bool:
        """Return whether one more may be tried."""
        self.left -= 1
        return self.left >= 0


def noises(f: Loss, fitting: list[Found], effort: Effort) -> Iterator[Found]:
    """Yield data parts that fit, with what they leave of the loss.

    fitting: is filled with the rows whose terms all stand in the loss, and those terms.
    """
    for y in observations(f.expr, f.wrt):
        for noise, shown in _Observed(f, y).found(effort):
            fitting.append((noise, shown))
            for factor in factors(f.parts, shown):
                if _is_of_observation(factor, y):
                    continue  # a law whose scale is made of the observation is none
                if noise.pattern.unscaled and symbols(factor):
                    continue
                yield from _taken(f, replace(noise, factor=factor), shown)


def _is_of_observation(factor: Expr, y: Symbol) -> bool:
    """Return whether a factor changes with the observation; sum(y./y) does not."""
    if not depends_on(factor, [y]):
        return False
    try:
        one, two = (substitute(factor, {y: build.const(c, y.shape)}) for c in (1, 2))
        return not vanishes(canonical(build.subtract(one, two)))
    except LossmithError:
        return True


def shared(f: Loss, fitting: Sequence[Found]) -> Iterator[Found]:
    """Yield data parts with the factor 1, with what they leave of the loss.

    A prior may hold the same terms (a beta prior of a probability), so that a term does not tell
    the factor of the data part.
    """
    for noise, shown in fitting:
        yield from _taken(f, noise, shown)


def noise_of(f: Loss, y: Symbol, family: Family) -> Noise | None:
    """Return the row of a law that is known to be that of the whole loss, None if none shows it."""
    rows = [p for p in NOISE if p.family is family]
    for noise, shown in _Observed(f, y).found(Effort(), rows):
        for factor in factors(f.parts, shown):
            full = replace(noise, factor=factor)
            if not _is_of_observation(factor, y) and not any(r for _, r in _taken(f, full, shown)):
                return full
    return None


def _taken(f: Loss, noise: Noise, shown: Parts) -> Iterator[Found]:
    with suppress(LossmithError):
        yield noise, less(f.parts, noise.factor, shown)


class _Observed:
    """One symbol taken for the observation, with the candidates beside it."""

    def __init__(self, f: Loss, y: Symbol) -> None:
        self.f, self.y = f, y
        self.etas = predictors((f.plain, f.spread), y, f.wrt)
        # Of positive numbers |y| is y: a law around 0 would be read where none is meant.
        free = y.assumptions.interval == REALS
        self.centers = centers((f.plain,), y, f.wrt) if free else []
        beside = weights(f.plain, y, f.wrt)
        self.masks = [m for m in beside if isinstance(m, Symbol) and _is_mask(m)]
        self.omegas = [m for m in beside if m not in self.masks]
        self.etas = [e for e in self.etas if not depends_on(e, self.masks)]
        self.scales = scales((f.plain, f.spread), y, f.wrt)
        self.promised = {s.name for s in f.promised}
        self.telling = frozenset[str]().union(
            *(telling(e, y) for pair in f.parts.items() for e in pair)
        )
        self.functions = functions_of(f.plain, y) | functions_of(f.spread, y)
        # No prior and no predictor has log Γ: a row that is left without it explains nothing.
        self.normalizer = {name for name in self.telling if name.startswith("lgamma")}
        self._numbers: list[Expr] | None = None

    @property
    def numbers(self) -> list[Expr]:
        if self._numbers is None:
            outer = list(dict.fromkeys(self.f.parts.values()))
            both = [
                inner_values(e, self.f.wrt, self.y, outer) for e in (self.f.spread, self.f.plain)
            ]
            found = dict.fromkeys([*both[0], *both[1]])
            rank = {Symbol: 0, Const: 1}
            self._numbers = sorted(found, key=lambda e: rank.get(type(e), 2))[:16]
        return self._numbers

    def found(self, effort: Effort, every: Sequence[Pattern] = NOISE) -> Iterator[Found]:
        """Yield rows whose terms all stand in the loss, with these terms.

        The likeliest candidates of every row come before the others of any.
        """
        rows = [p for p in every if self._may_be(p)]
        ways = [islice(way, _MOST_TRIES) for p in rows for way in self._ways(p)]
        for some in (_LIKELIEST, None):
            for noise in (noise for way in ways for noise in islice(way, some)):
                if not effort.spend():
                    return
                yield from self._fitted(noise)

    def _ways(self, pattern: Pattern) -> list[Iterator[Noise]]:
        if pattern.matrices:
            return [self._by_matrices(pattern)]
        plain = self.normalizer <= core_telling(pattern.core)
        return [*([self._by_numbers(pattern)] if plain else []), self._by_scales(pattern)]

    def _may_be(self, pattern: Pattern) -> bool:
        """Return whether a row has functions of the loss, and its labels."""
        if pattern.several and self.y.assumptions.values is not None:
            return False
        if not pattern.loose and not has_core(self.f.atoms, pattern.core):
            return False
        if not pattern.loose and not has_core_of(self.functions, pattern.core):
            return False
        return labels_fit(pattern, self.y, promised=self.y.name in self.promised)

    # -- candidates in the places of a row ---------------------------------------------------------

    def _by_numbers(self, pattern: Pattern) -> Iterator[Noise]:
        """Yield the row with numbers of data inside."""
        for values in self._inner(pattern):
            # A mask in a predictor or a weight is a mask of the whole term.
            for eta, omega in product(self.etas, self.omegas if pattern.free else [None]):
                if _is_inside(pattern, eta):
                    yield Noise(pattern, self.y, eta, ONE, omega, values)
            for eta, mask in product(self.etas, self.masks if not pattern.whole else ()):
                if not depends_on(eta, [mask]) and _is_inside(pattern, eta):
                    yield Noise(pattern, self.y, eta, ONE, None, values, mask=mask)

    def _by_scales(self, pattern: Pattern) -> Iterator[Noise]:
        """Yield the row with one scale estimated."""
        if pattern.family.constant:
            return  # a part of the normalizer has no text, so that a scale would be lost in it
        names = [n for n in _scales_of(pattern) if self._may_move(pattern, n)]
        for text, eta in product(_DISPERSIONS, (*self.etas, *self.centers) if names else ()):
            if "exp" not in text or "exp" in self.f.atoms:
                yield from self._estimated(pattern, names, eta, text)

    def _may_move(self, pattern: Pattern, name: str) -> bool:
        """Return whether the loss holds the log Γ that an estimated scale leaves, and no other."""
        if pattern.family.core:
            return self.normalizer <= core_telling(pattern.core)
        places = {p.name: pattern.arguments[p.name] for p in pattern.family.parameters}
        moved = tuple(p for p, text in places.items() if name in _NAME.findall(text))
        own = scale_atoms(pattern.family.energy, moved, tuple(places))
        return own <= self.telling and self.normalizer <= own | core_telling(pattern.core)

    def _inner(self, pattern: Pattern) -> list[dict[str, Expr]]:
        chosen = [
            [*(companions(self.f.plain, self.f.wrt, self.y) if n in pattern.arrays else []),
             *self.numbers]
            for n in pattern.inner
        ]  # fmt: skip
        every = [dict(zip(pattern.inner, values, strict=True)) for values in product(*chosen)]
        if not has_core(self.f.atoms, pattern.core):
            # Only a number can make a function of the core go, such as |r|^p for p = 4.
            every = [v for v in every if all(isinstance(e, Const) for e in v.values())]
        # (nu + k + 1)/2 log det S is the prior of S, with the size k of S in its exponent.
        own = set(self.y.shape)
        every = [
            v
            for v in every
            if not any(own.intersection(letters_of((v[n],))) for n in pattern.sizeless)
        ]
        return [v for v in every if all(is_inside(d, v[n]) for n, d in pattern.domains.items())]

    def _holds_own_size(self, e: Expr) -> bool:
        return not set(self.y.shape).isdisjoint(letters_of((e,)))

    def _estimated(
        self, pattern: Pattern, names: Sequence[str], eta: Expr, text: str
    ) -> Iterator[Noise]:
        """Yield the row with one scale made of the variables, the function ``text`` of one.

        Several scales and values beside them take turns.
        """
        own = set(symbols(eta)) & set(self.f.wrt)
        apart = [v for v in self.scales if not set(symbols(v)) & own]
        found: list[Iterator[Noise]] = []
        for name in names:
            # The two shapes of a beta law by mean and precision are made of the same variables.
            if name in pattern.arrays and text != "v":
                continue
            for v in self.scales if name in pattern.arrays else apart:
                with suppress(LossmithError):
                    value = instance(text, {"v": v})
                    found.append(self._of_scale(pattern, eta, name, value))
        for turn in zip_longest(*found):
            yield from (noise for noise in turn if noise is not None)

    def _of_scale(self, pattern: Pattern, eta: Expr, name: str, value: Expr) -> Iterator[Noise]:
        """Yield the row with one scale of a value, and numbers of data in its other places."""
        for inner in self._of_numbers(pattern, [n for n in pattern.inner if n != name]):
            if name == pattern.free:
                yield Noise(pattern, self.y, eta, ONE, None, inner, value)
            else:
                yield Noise(pattern, self.y, eta, ONE, None, {**inner, name: value})

    def _of_numbers(self, pattern: Pattern, names: Sequence[str]) -> Iterator[dict[str, Expr]]:
        for values in product(self.numbers, repeat=len(names)):
            chosen = dict(zip(names, values, strict=True))
            if all(is_inside(d, chosen[n]) for n, d in pattern.domains.items() if n in chosen):
                yield chosen

    def _by_matrices(self, pattern: Pattern) -> Iterator[Noise]:
        """Yield the row with a definite matrix, of data or (``estimated``) of the variables."""
        y = self.y
        if len(y.shape) != 1:
            return
        for matrix in self._matrices(estimated=pattern.estimated):
            for eta in (*self.etas, *(self.centers if pattern.estimated else ())):
                yield Noise(pattern, y, eta, ONE, None, dict.fromkeys(pattern.matrices, matrix))

    def _matrices(self, *, estimated: bool) -> list[Expr]:
        """Return the definite matrices; where one is estimated, also what logdet is taken of."""
        shape = (*self.y.shape, *self.y.shape)
        found: list[Expr] = [
            s
            for s in symbols(self.f.expr)
            if s.shape == shape and s.assumptions.has("pd") and (s in self.f.wrt) == estimated
        ]
        if estimated:
            for e in postorder(self.f.plain):
                if isinstance(e, Apply) and e.atom.name == "logdet" and e.args[0].shape == shape:
                    found += [a for a in e.args if depends_on(a, self.f.wrt) and a not in found]
        return found

    # -- does it fit? ------------------------------------------------------------------------------

    def _fitted(self, noise: Noise) -> Iterator[Found]:
        parts = self.f.parts
        try:
            raw = _shown(noise, self.f.wrt)
            own = core_depth(noise.pattern.core) + 2 * (noise.estimated is not None)
            if depth(raw) > max(self.f.depth, own):
                return  # log(log(p)) does not stand in a loss that holds log(p)
            shown = moving(monomials(canonical(raw), self.f.wrt))
        except LossmithError:
            return  # outside the shapes or the domain of the row
        if not shown or not shown.keys() <= parts.keys():
            return
        if not any(depends_on(e, [self.y]) for pair in shown.items() for e in pair):
            return
        yield noise, shown


def _is_mask(m: Symbol) -> bool:
    values = m.assumptions.values
    return values is not None and set(values) == {0, 1}


def _scales_of(pattern: Pattern) -> tuple[str, ...]:
    """Return the names of a row that may be estimated: its dispersion, else any inner one.

    Two unknown scales at once are not looked for.
    """
    return (pattern.free,) if pattern.free else pattern.inner


def _is_inside(pattern: Pattern, eta: Expr) -> bool:
    """Return whether a predictor is known to be what only a declaration can say: probabilities."""
    is_simplex = isinstance(eta, Symbol) and eta.assumptions.has("simplex")
    if pattern.eta != "simplex":
        # Probabilities that add up to 1 are those of one draw, not means of independent counts.
        if is_simplex and not pattern.family.core:
            return False
        # exp(log(mu)) is mu: the row with the identity says it better.
        return not (
            under_log(eta) is not None
            and any("exp(eta)" in text for text in pattern.arguments.values())
        )
    return is_simplex


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
    if noise.mask is not None:
        core = build.multiply(noise.mask, core)
    return core if pattern.whole else build.total(core)
