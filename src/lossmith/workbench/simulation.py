"""Maximum likelihood by the law of large numbers, in numbers: data drawn from the law of a model.

A population of four rows of data is drawn, then observations at random rows of it, so that entropy
and cross-entropy of the truth are sums of four integrals (trapezoid rule, error below 1e-4), to
which the averages over more and more observations must tend.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.random import Generator, default_rng

from lossmith.emit.numpy_source import emit
from lossmith.errors import UsageError
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol
from lossmith.expr.walk import symbols
from lossmith.likelihood.family import Family
from lossmith.likelihood.lift import instance
from lossmith.likelihood.readings import Noise, Reading
from lossmith.run.bind import bind
from lossmith.run.load import Function, load
from lossmith.view.card import Card
from lossmith.view.simulation import Averages, rows
from lossmith.words import Words
from lossmith.workbench.draws import DRAWS
from lossmith.workbench.model import Model
from lossmith.workbench.objective import Objective
from lossmith.workbench.stated import Stated

_COUNTS: Final = (100, 1_000, 10_000, 100_000)
_MOST_SOLVED: Final = 10_000
"""Observations beyond which no minimizer is looked for."""
_ROWS: Final = 4
_SIZE: Final = 2
_WIDEST: Final = 4.0
"""Standard errors within which every average must lie: beyond them once in 16 000."""


@dataclass(frozen=True, repr=False)
class Simulation:
    """What was drawn, the averages of -log p, and their limits."""

    averages: Averages

    def added_to(self, card: Card) -> Card:
        """Return a card with the table as its last row."""
        return replace(card, rows=(*card.rows, *rows(self.averages)))

    def to_json(self) -> dict[str, Any]:
        """Return the table as plain data."""
        a = self.averages
        return {
            "seed": a.seed, "truth": a.truth, "other": a.other, "entropy": a.entropy,
            "divergence": a.divergence, "shown": a.agrees,
            "observations": list(a.counts), "at_truth": list(a.at_truth),
            "at_other": list(a.at_other), "minimizers": list(a.minimizers),
        }  # fmt: skip


def simulated(found: Model | Stated, seed: int) -> Simulation:
    """Return averages of -log p over data drawn from the law at a point drawn from the seed.

    Raises: UsageError where nothing can be drawn.
    """
    m = found.model if isinstance(found, Stated) else found
    reading = None if m is None else m.reading
    if m is None or not isinstance(reading, Reading) or reading.noise is None:
        raise _refused(Words("no law of one observation was read", "没有读出单个观测的分布"))
    noise = reading.noise
    if not noise.observed.shape or noise.estimated is not None:
        name = noise.observed.name
        raise _refused(
            Words("it takes many observations of one law", "需要同一分布的多个观测"),
            Words(f"--declare '{name}: vector(n)'", f"--declare '{name}: vector(n)'"),
        )
    if noise.pattern.family.name not in DRAWS:
        law = noise.pattern.family.words
        raise _refused(Words(f"no sampler for the {law.en}", f"没有{law.zh}的采样方法"))
    g = default_rng(seed)
    drawn = _Drawn(m.objective, reading, noise, g, stated=isinstance(found, Stated))
    return Simulation(drawn.run(seed))


class _Drawn:
    """A population of rows, a truth and another point, all drawn."""

    def __init__(self, f: Objective, r: Reading, noise: Noise, g: Generator, *, stated: bool):
        self.objective, self.priors, self.noise, self.g = f, r.priors, noise, g
        self.family: Family = noise.pattern.family
        self.wrt = r.wrt
        known: dict[str, Expr] = {"eta": noise.predictor, "y": noise.observed, **noise.inner}
        if noise.pattern.free:
            # A loss leaves the dispersion open; laws that were stated name it.
            own = noise.dispersion if stated else None
            known[noise.pattern.free] = build.const(1) if own is None else own
        args = {name: instance(t, known) for name, t in noise.pattern.arguments.items()}
        self.args = {n: _over(e, noise.observed) for n, e in args.items()}
        entries = {**self.args, "y": noise.observed}
        self.energy = _entrywise(self.family, entries)
        used = symbols(self.energy, *self.args.values())
        self.data = [s for s in used if s not in self.wrt and s is not noise.observed]
        letter = noise.observed.shape[0]
        self.rowwise = [s for s in self.data if s.shape and s.shape[0] == letter]
        sizes = {letter: _ROWS}
        positive = noise.pattern.eta == "scalar > 0"
        self.population = {s: self._drawn(s, sizes, positive=positive) for s in self.data}
        self.truth = {s: self._drawn(s, sizes, positive=positive) for s in self.wrt}
        self.other = {s: self._drawn(s, sizes, positive=positive) for s in self.wrt}
        self.functions: dict[Expr, tuple[Function, tuple[Symbol, ...]]] = {}

    def _drawn(self, s: Symbol, sizes: Mapping[Any, int], *, positive: bool) -> Any:
        shape = tuple(d if isinstance(d, int) else sizes.get(d, _SIZE) for d in s.shape)
        inside = s.assumptions.interval
        if s.assumptions.has("simplex"):
            return self.g.dirichlet(np.ones(shape[-1]))
        if s.assumptions.integer or s.assumptions.values is not None:
            choice = s.assumptions.values or (3, 5, 8)
            return self.g.choice([float(v) for v in choice], size=shape)
        if inside.lo is not None and inside.hi is not None:
            low, high = float(inside.lo), float(inside.hi)
            return low + (high - low) * self.g.uniform(0.2, 0.8, size=shape)
        if positive or inside.lo is not None:
            return self.g.uniform(0.5, 1.5, size=shape)
        return self.g.normal(size=shape) if len(shape) == 2 else self.g.uniform(-1, 1, size=shape)

    # -- values of expressions ---------------------------------------------------------------------

    def _value(self, e: Expr, at: Mapping[Symbol, Any], index: Any, y: Any) -> Any:
        """Return an expression over the rows with these indices."""
        if e not in self.functions:
            own = tuple(symbols(e))
            self.functions[e] = (load(emit({"value": e}, own)), own)
        function, own = self.functions[e]
        values = {s.name: v for s, v in at.items() if s in own}
        for s, v in self.population.items():
            if s in own:
                values[s.name] = v[index] if s in self.rowwise else v
        if self.noise.observed in own:
            values[self.noise.observed.name] = y
        n = len(index)
        sizes = {str(self.noise.observed.shape[0]): n}
        bound = bind(own, values, sizes)
        with np.errstate(all="ignore"):
            return np.asarray(function.call("value", bound.values))

    def _averages(self, index: Any, y: Any, at: Mapping[Symbol, Any]) -> Any:
        found = self._value(self.energy, at, index, y)
        if not np.isfinite(found).all():
            raise _refused(Words("drawn values leave the domain of the law", "抽取的值超出定义域"))
        return found

    def sample(self, n: int) -> tuple[Any, Any]:
        """Return (indices of rows, observations)."""
        index = self.g.integers(_ROWS, size=n)
        args = {k: self._value(e, self.truth, index, None) for k, e in self.args.items()}
        return index, DRAWS[self.family.name](self.g, args)

    def expected(self) -> tuple[float, float]:
        """Return (entropy, cross-entropy) averaged over the rows of the population."""
        totals = np.zeros(2)
        for row in range(_ROWS):
            y, measure = self._grid()
            index = np.full(len(y), row)
            true = self._value(self.energy, self.truth, index, y)
            other = self._value(self.energy, self.other, index, y)
            density = np.exp(-true) * measure
            kept = density > 0
            if abs(density[kept].sum() - 1) > 1e-3:
                raise _refused(Words("the density is too wide", "密度过宽，无法积分"))
            totals += [(density * e)[kept].sum() for e in (true, other)]
        return totals[0] / _ROWS, totals[1] / _ROWS

    def _grid(self) -> tuple[Any, Any]:
        """Return points of the support and the measure of each."""
        support = self.family.support
        if "onehot" in support:
            k = self._classes()
            return np.eye(k), np.ones(k)
        if "{" in support:
            points = np.array([float(v) for v in support.split("{")[1].rstrip("}").split(",")])
            return points, np.ones(len(points))
        if "integer" in support:
            trials = [float(np.max(v)) for s, v in self.population.items() if s.assumptions.integer]
            points = np.arange(0.0, 1 + (min(trials) if trials else 400))
            return points, np.ones(len(points))
        t = np.arange(-20.0, 20.0, 0.002)
        if "(0, 1)" in support:
            y = 1 / (1 + np.exp(-t))
            inside = (y > 0) & (y < 1)
            return y[inside], (y * (1 - y) * 0.002)[inside]
        if "> 0" in support:
            return np.exp(t), np.exp(t) * 0.002
        return np.sinh(t), np.cosh(t) * 0.002

    def _classes(self) -> int:
        """Return the number of classes of a categorical law."""
        p = self._value(self.args["p"], self.truth, np.zeros(1, int), None)
        return int(p.shape[-1])

    # -- the table ---------------------------------------------------------------------------------

    def run(self, seed: int) -> Averages:
        """Return the averages over more and more observations beside their limits."""
        entropy, cross = self.expected()
        lines: list[tuple[float, float]] = []
        minimizers: list[str] = []
        agrees = True
        for n in _COUNTS:
            index, y = self.sample(n)
            both = [self._averages(index, y, at) for at in (self.truth, self.other)]
            means = [float(e.mean()) for e in both]
            errors = [float(e.std()) / n**0.5 for e in both]
            agrees &= all(
                abs(mean - limit) <= _WIDEST * error + 1e-4
                for mean, limit, error in zip(means, (entropy, cross), errors, strict=True)
            )
            lines.append((means[0], means[1]))
            minimizers.append(self._minimizer(index, y) if n <= _MOST_SOLVED else "")
        at_truth, at_other = zip(*lines, strict=True)
        return Averages(
            seed, self.noise.observed.name, _shown(self.truth), _shown(self.other), entropy,
            cross - entropy, _COUNTS, at_truth, at_other, tuple(minimizers), agrees,
        )  # fmt: skip

    def _minimizer(self, index: Any, y: Any) -> str:
        """Return the minimizer of the loss itself over this sample; empty with priors."""
        if self.priors:
            return ""
        f = self.objective
        own = {s.name for s in f.formula.symbols}
        values = {s.name: v[index] if s in self.rowwise else v for s, v in self.population.items()}
        values[self.noise.observed.name] = y
        result = f.solve(**{name: v for name, v in values.items() if name in own})
        found = result.x if isinstance(result.x, Mapping) else {self.wrt[0].name: result.x}
        return _shown({s: found[s.name] for s in self.wrt})


def _entrywise(family: Family, entries: Mapping[str, Expr]) -> Expr:
    """Return -log density of every observation; of rows where the law is that of a vector."""
    if family.core:  # a categorical law: the rows of y .* log(p) are added
        each = instance("y.*log(p)", entries)
        n = len(each.shape)
        return build.negate(build.contract([(each, tuple(range(n)), 1)], tuple(range(n - 1))))
    return instance(family.energy, entries)


def _over(e: Expr, y: Symbol) -> Expr:
    """Return an argument of a law with an entry for every observation."""
    return e if e.shape else build.broadcast(e, y.shape)


def _shown(at: Mapping[Symbol, Any]) -> str:
    """Return a point with three decimals."""
    parts: list[str] = []
    for s, v in at.items():
        flat: Sequence[float] = np.ravel(v).tolist()
        listed = ", ".join(f"{x:.3f}" for x in flat)
        parts.append(f"{s.name} = {listed if len(flat) == 1 else f'({listed})'}")
    return ", ".join(parts).replace("-", "−")


def _refused(why: Words, attempt: Words | None = None) -> UsageError:
    return UsageError(
        Words("no data can be drawn from this model", "无法从该模型抽取数据"),
        why=why,
        attempt=attempt or Words("y ~ Bernoulli(sigmoid(X*w))", "y ~ Bernoulli(sigmoid(X*w))"),
    )
