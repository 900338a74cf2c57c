"""A loss as a negative log-density: which law, which link, which priors; and the proof.

A reading is found by trying rows and kept only if the loss minus the negative log-density has no
monomial that holds a variable: then the two differ by a constant. The same difference is evaluated
in ball arithmetic at random points before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from lossmith.calculus.derivation import Derivation
from lossmith.calculus.normalize import normalize
from lossmith.calculus.reverify import reverify
from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Const, Expr, Symbol, symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import FREE, Assumptions
from lossmith.expr.walk import depends_on, postorder, substitute, symbols
from lossmith.likelihood.candidates import (
    inner_values,
    is_parameter,
    observations,
    predictors,
    weights,
)
from lossmith.likelihood.lift import instance, kind
from lossmith.likelihood.patterns import NOISE, Pattern
from lossmith.likelihood.priors import ELASTIC, PENALTIES, Penalty
from lossmith.likelihood.rational import vanishes
from lossmith.likelihood.readings import Counts, Noise, Prior, Reading, Unread, joint_energy
from lossmith.likelihood.terms import canonical, monomials
from lossmith.text.declare import read_declarations

_ONE: Final = build.const(1)
_MOST_TRIES: Final = 400
_DISPERSIONS: Final = ("v", "sqrt(v)", "exp(v)", "exp(v/2)", "1/v", "1/sqrt(v)")
Parts = dict[Expr, Expr]


def read(expr: Expr, wrt: Sequence[Symbol]) -> Reading | Counts | Unread:
    """Return the reading of a loss as a negative log-density, or how far reading went."""
    counted = _counts(expr, tuple(wrt))
    if counted is not None:
        return counted
    free = tuple(
        s for s in symbols(expr) if s not in wrt and is_parameter(s) and s.assumptions == FREE
    )
    found = _promising(expr, wrt, free)
    if isinstance(found, Reading):
        # Only what sets a scale need be positive; an intercept b need not.
        scales = {s.name for e in _scales(found) for s in symbols(e)}
        fewer = tuple(s for s in free if s.name in scales)
        if fewer != free:
            again = _promising(expr, wrt, fewer)
            return again if isinstance(again, Reading) else found
    return found


def _counts(expr: Expr, wrt: tuple[Symbol, ...]) -> Counts | None:
    """Return the loss as that of whole numbers of ones and zeros, if it is one."""
    parts = _moving(monomials(canonical(expr), wrt))
    numbers = [w.value if isinstance(w, Const) else None for w in parts.values()]
    logs = [c for c in parts if isinstance(c, Apply) and c.atom.name == "log" and not c.shape]
    if len(parts) != 2 or len(logs) != 2 or None in numbers:
        return None
    first, second = (c.args[0] for c in logs)
    if not vanishes(build.add((1, first), (1, second), (-1, _ONE))):
        return None
    a, b = (-n if n is not None else None for n in numbers)
    if a is None or b is None or a.denominator != 1 or b.denominator != 1 or min(a, b) < 1:
        return None
    # The shorter of the two is called p: log p and log(1 - p).
    (p, ones), (_, zeros) = sorted(
        ((first, int(a)), (second, int(b))), key=lambda pair: (isinstance(pair[0], Add), pair[1])
    )
    return Counts(expr, wrt, p, ones, zeros)


def _promising(expr: Expr, wrt: Sequence[Symbol], promised: tuple[Symbol, ...]) -> Reading | Unread:
    """Return the reading with some free numbers promised to be positive."""
    twins: dict[Expr, Expr] = {s: symbol(s.name, (), Assumptions(POSITIVE)) for s in promised}
    return _Reader(substitute(expr, twins), tuple(wrt), promised).read()


def _scales(r: Reading) -> list[Expr]:
    """Return the factors, dispersions and inner parameters of a reading."""
    found = [r.constant]
    if r.noise is not None:
        found += [r.noise.factor, *r.noise.inner.values()]
        found += [e for e in (r.noise.dispersion, r.noise.weights) if e is not None]
    for p in r.priors:
        found += [p.factor, *p.inner.values(), *([] if p.weights is None else [p.weights])]
    return found


class _Reader:
    def __init__(self, expr: Expr, wrt: tuple[Symbol, ...], promised: tuple[Symbol, ...]) -> None:
        self.expr, self.wrt, self.promised = expr, wrt, promised
        self.plain = normalize(expr).end
        self.parts = _moving(monomials(canonical(expr), wrt))
        self.atoms = _atoms(self.plain) | _atoms(canonical(expr))

    def read(self) -> Reading | Unread:
        best: tuple[int, Noise, Parts] | None = None
        alone, unexplained = self._priors(self.parts)
        for noise, rest in self._noises():
            priors, left = self._priors(rest)
            if not left:
                found = self._proved(noise, priors)
                if found is not None:
                    return found
            elif any(rest.get(c) is not w for c, w in self.parts.items() if c not in unexplained):
                continue  # it took terms that a penalty explains
            elif best is None or len(left) < best[0]:
                best = (len(left), noise, left)
        if not unexplained and alone:
            found = self._proved(None, alone)
            if found is not None:
                return found
        if best is None:
            left = _whole(unexplained)
            return Unread(self.expr, self.wrt, None, left, self.promised, self._without(alone))
        left = _whole(best[2])
        return Unread(self.expr, self.wrt, best[1], left, self.promised, self._without(alone))

    def _without(self, priors: Sequence[Prior]) -> Expr:
        """Return the loss minus the penalties."""
        return build.add((1, self.expr), *((-1, p.term()) for p in priors), shape=())

    # -- the data ----------------------------------------------------------------------------------

    def _noises(self) -> Iterator[tuple[Noise, Parts]]:
        """Yield data parts that fit, with what they leave of the loss."""
        tries = 0
        outer = list(dict.fromkeys(self.parts.values()))
        for y in observations(self.expr, self.wrt):
            etas = predictors((self.plain, canonical(self.expr)), y, self.wrt)
            omegas = weights(self.plain, y, self.wrt)
            numbers: list[Expr] | None = None
            for pattern in NOISE:
                if not _core_atoms(pattern.core) <= self.atoms or not _labels_fit(pattern, y):
                    continue
                if pattern.matrices:
                    yield from self._by_matrices(pattern, y, etas)
                    continue
                if pattern.inner and numbers is None:
                    numbers = inner_values(canonical(self.expr), self.wrt, y, outer)
                chosen = product(numbers or [], repeat=len(pattern.inner))
                for values in list(chosen) if pattern.inner else [()]:
                    inner = dict(zip(pattern.inner, values, strict=True))
                    for eta, omega in product(etas, omegas if pattern.free else [None]):
                        tries += 1
                        if tries > _MOST_TRIES:
                            return
                        yield from self._fitted(pattern, y, eta, omega, inner)
                        if pattern.free and omega is None:
                            yield from self._estimated(pattern, y, eta, inner)

    def _by_matrices(
        self, pattern: Pattern, y: Symbol, etas: Sequence[Expr]
    ) -> Iterator[tuple[Noise, Parts]]:
        """Yield readings whose inner parameters are definite matrices of data."""
        data = [s for s in symbols(self.expr) if s not in self.wrt and s.assumptions.has("pd")]
        for matrix, eta in product(data, etas):
            if len(y.shape) == 1 and matrix.shape == (*y.shape, *y.shape):
                inner = dict.fromkeys(pattern.matrices, matrix)
                yield from self._fitted(pattern, y, eta, None, inner)

    def _estimated(
        self, pattern: Pattern, y: Symbol, eta: Expr, inner: Mapping[str, Expr]
    ) -> Iterator[tuple[Noise, Parts]]:
        """Yield readings whose dispersion is a variable, or a usual function of one."""
        for v in self.wrt:
            if v.shape or depends_on(eta, [v]):
                continue
            for text in _DISPERSIONS:
                try:
                    value = instance(text, {"v": v})
                    noise = Noise(pattern, y, eta, _ONE, None, inner, value)
                    shown = _moving(monomials(canonical(noise.energy()), self.wrt))
                except LossmithError:
                    continue
                if not shown or not shown.keys() <= self.parts.keys():
                    continue
                for factor in _factors(self.parts, shown):
                    yield replace(noise, factor=factor), _less(self.parts, factor, shown)

    def _fitted(
        self,
        pattern: Pattern,
        y: Symbol,
        eta: Expr,
        omega: Expr | None,
        inner: Mapping[str, Expr],
    ) -> Iterator[tuple[Noise, Parts]]:
        try:
            core = instance(pattern.core, {"y": y, "eta": eta, **inner})
            if omega is not None:
                core = build.multiply(omega, core)
            whole = core if pattern.whole else build.total(core)
            shown = _moving(monomials(canonical(whole), self.wrt))
        except LossmithError:
            return  # outside the shapes or the domain of the row
        if not shown or not shown.keys() <= self.parts.keys():
            return
        if not any(depends_on(e, [y]) for pair in shown.items() for e in pair):
            return
        for factor in _factors(self.parts, shown):
            rest = _less(self.parts, factor, shown)
            yield Noise(pattern, y, eta, factor, omega, inner), rest

    # -- the penalties -----------------------------------------------------------------------------

    def _priors(self, parts: Parts) -> tuple[list[Prior], Parts]:
        """Return the priors that explain terms, and the terms that none explains."""
        left, found = dict(parts), list[Prior]()
        for w in self.wrt:
            for penalty in PENALTIES:
                if not _core_atoms(penalty.core) <= self.atoms:
                    continue
                if penalty.whole and len(w.shape) not in penalty.whole:
                    continue
                for prior, rest in self._penalized(penalty, w, left):
                    joined = _joined(found, prior)
                    if joined is not None:
                        found, left = joined, rest
                        break
        return found, left

    def _penalized(
        self, penalty: Penalty, w: Symbol, parts: Parts
    ) -> Iterator[tuple[Prior, Parts]]:
        numbers: list[Expr] = []
        if penalty.inner:
            numbers = inner_values(canonical(self.expr), self.wrt, w, list(parts.values()))
        omegas = [None] if penalty.whole else weights(self.plain, w, self.wrt)
        for values in product(numbers, repeat=len(penalty.inner)) if penalty.inner else [()]:
            inner = dict(zip(penalty.inner, values, strict=True))
            for omega in omegas:
                try:
                    core = instance(penalty.core, {"w": w, **inner})
                    if omega is not None:
                        core = build.multiply(omega, core)
                    shown = _moving(monomials(canonical(build.total(core)), self.wrt))
                except LossmithError:
                    continue
                if not shown or not shown.keys() <= parts.keys():
                    continue
                for factor in _factors(parts, shown):
                    if _is_negative(factor):
                        continue
                    rest = _less(parts, factor, shown)
                    if not shown.keys() & rest.keys():
                        yield Prior(penalty, w, factor, omega, inner), rest

    def _constant(self, end: Expr) -> Expr | None:
        """Return a canonical expression if none of its monomials holds a variable."""
        parts = monomials(end, self.wrt)
        return None if _moving(parts) else parts.get(_ONE, build.const(0))

    def _by_cases(self, gap: Expr, y: Symbol) -> Expr | None:
        """Return the constant that the gap is for every label, if y takes a few values only.

        The gap is a sum over observations of one function of label and predictor, so that it is
        enough to look at one label for all of them.
        """
        held = next((s for s in symbols(gap) if s.name == y.name), None)
        if held is None or held.assumptions.values is None:
            return None
        found: set[Expr | None] = set()
        for v in held.assumptions.values:
            one = substitute(gap, {held: build.const(v, held.shape)})
            found.add(self._constant(canonical(one)))
        return found.pop() if len(found) == 1 else None

    # -- the proof ---------------------------------------------------------------------------------

    def _proved(self, noise: Noise | None, priors: Sequence[Prior]) -> Reading | None:
        """Return the reading if f - kappa * energy is free of the variables; else None."""
        scale = _ONE if noise is None else noise.scale
        signs = [noise.factor] if noise is not None else []
        if any(_is_negative(c) for c in (*signs, *(p.factor for p in priors))):
            return None
        try:
            needed = _needed(noise, priors, scale)
            if needed is None:
                return None
            energy = joint_energy(noise, tuple(priors))
            gap = build.add((1, self.expr), (-1, build.multiply(scale, energy)))
            if noise is not None:
                gap = substitute(gap, _labelled(noise))
            end = canonical(gap)
        except LossmithError:
            return None
        constant = self._constant(end)
        if constant is None and noise is not None:
            constant = self._by_cases(gap, noise.observed)
        if constant is None:
            return None
        recheck = reverify(Derivation(gap, None, (), constant))
        return Reading(
            self.expr,
            self.wrt,
            noise,
            tuple(priors),
            constant,
            self.promised,
            recheck,
            needed,
        )


def _needed(noise: Noise | None, priors: Sequence[Prior], scale: Expr) -> tuple[Expr, ...] | None:
    """Return the parameters that must be positive and are not known to be; None if one is not."""
    rows = [] if noise is None else [(noise.pattern.family, noise.arguments())]
    rows += [(p.penalty.family, p.arguments(scale)) for p in priors]
    found: list[Expr] = []
    for family, arguments in rows:
        for p in family.parameters:
            e = arguments.get(p.name)
            if e is None or not p.declare.endswith("> 0"):
                continue
            inside = enclosure(e)
            if inside.hi is not None and inside.hi <= 0:
                return None
            if inside.lo is None or inside.lo < 0 or (inside.lo == 0 and not inside.lo_open):
                found.append(e)
    return tuple(dict.fromkeys(found))


def _joined(found: list[Prior], prior: Prior) -> list[Prior] | None:
    """Return the priors with one more; None if the variable has one that it does not fit.

    Two penalties of one variable are one prior, whose normalizer is not the product of theirs: only
    a ridge and a lasso have a law of their own.
    """
    before = [p for p in found if p.variable is prior.variable]
    if not before:
        return [*found, prior]
    both = {p.penalty.name: p for p in (*before, prior)}
    if set(both) != {"ridge", "lasso"} or any(p.weights is not None for p in both.values()):
        return None
    inner = {"l1": both["lasso"].factor, "l2": both["ridge"].factor}
    net = Prior(ELASTIC, prior.variable, _ONE, None, inner)
    return [*(p for p in found if p.variable is not prior.variable), net]


def _labelled(noise: Noise) -> dict[Expr, Expr]:
    """Return y with the labels of the row promised, if nothing was declared of it."""
    y = noise.observed
    if y.assumptions != FREE:
        return {}
    text = noise.pattern.labels.replace("scalar", kind(y.shape), 1)
    promised = read_declarations(f"{y.name}: {text}")[y.name].assumptions
    return {y: symbol(y.name, y.shape, promised)}


def _labels_fit(pattern: Pattern, y: Symbol) -> bool:
    """Return whether what is declared of y allows the row's labels."""
    declared = y.assumptions
    if declared == FREE or pattern.labels == "scalar":
        return True
    if "onehot" in pattern.labels:
        return declared.has("onehot")
    wanted = read_declarations(f"y: {pattern.labels}")["y"].assumptions
    if wanted.values is not None:
        return declared.values is not None and set(declared.values) <= set(wanted.values)
    if declared.values is not None:
        inside = all(wanted.interval.has(v) for v in declared.values)
        return inside and all(v.denominator == 1 or not wanted.integer for v in declared.values)
    return declared.interval.within(wanted.interval) and (declared.integer or not wanted.integer)


def _moving(parts: Parts) -> Parts:
    return {core: w for core, w in parts.items() if core is not _ONE and not vanishes(w)}


def _factors(parts: Parts, shown: Parts) -> list[Expr]:
    """Return the factors c for which parts - c * shown loses some core of shown."""
    found = [_ratio(parts[core], w) for core, w in shown.items()]
    return list(dict.fromkeys(found))


def _ratio(a: Expr, b: Expr) -> Expr:
    """Return a / b; 1 if both are one object, wherever they are not 0."""
    return _ONE if a is b else build.divide(a, b)


def _less(parts: Parts, factor: Expr, shown: Parts) -> Parts:
    """Return parts - factor * shown, without what cancels."""
    rest = dict(parts)
    for core, w in shown.items():
        left = canonical(build.add((1, parts[core]), (-1, build.multiply(factor, w))))
        if vanishes(left):
            del rest[core]
        else:
            rest[core] = left
    return rest


def _is_negative(e: Expr) -> bool:
    hi = enclosure(e).hi
    return hi is not None and hi <= 0


def _whole(parts: Parts) -> Expr:
    return build.add(*(build.multiply(w, core) for core, w in parts.items()), shape=())


def _atoms(e: Expr) -> frozenset[str]:
    return frozenset(a.atom.name for a in postorder(e) if isinstance(a, Apply))


_CORES: dict[str, frozenset[str]] = {}


def _core_atoms(core: str) -> frozenset[str]:
    """Return the functions that a row's core holds once it is canonical."""
    if core not in _CORES:
        names = ("y", "eta", "w", "q", "r", "m", "tau", "delta")
        shape = ("k",) if "norm" in core or "softmax" in core or "sumexp" in core else ()
        shape = ("k",) if "*P*" in core or "inv(S)" in core else shape
        free = {n: symbol(n, shape if n in ("w", "y", "eta") else ()) for n in names}
        square = Assumptions(structure=frozenset({"pd"}))
        free |= {n: symbol(n, ("k", "k"), square) for n in ("P", "S")}
        found = _atoms(canonical(instance(core, free)))
        _CORES[core] = found - {"pi"}
    return _CORES[core]
