"""A loss as a negative log-density: which law, which link, which priors; and that it is one.

A reading is found by trying rows and kept only if the loss minus the negative log-density has no
monomial that holds a variable: then the two differ by a constant. The same difference is evaluated
in ball arithmetic at random points before it is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from lossmith.calculus.derivation import Derivation
from lossmith.calculus.reverify import reverify
from lossmith.errors import LossmithError, SelfCheckFailed
from lossmith.expr import build
from lossmith.expr.node import Expr, Symbol, symbol
from lossmith.expr.ranges import enclosure
from lossmith.expr.sets import POSITIVE
from lossmith.expr.types import FREE, Assumptions
from lossmith.expr.walk import depends_on, substitute, symbols
from lossmith.likelihood.candidates import is_parameter
from lossmith.likelihood.counts import counts_of
from lossmith.likelihood.labels import promised_labels
from lossmith.likelihood.loss import Loss, loss_of
from lossmith.likelihood.noise import Effort, Found, noises, shared
from lossmith.likelihood.parts import ONE, Parts, is_negative, is_positive, moving, whole
from lossmith.likelihood.penalties import priors
from lossmith.likelihood.readings import Counts, Noise, Prior, Reading, Unread, joint_energy
from lossmith.likelihood.smoothed import soft_labels
from lossmith.likelihood.terms import canonical, monomials


def read(expr: Expr, wrt: Sequence[Symbol]) -> Reading | Counts | Unread:
    """Return the reading of a loss as a negative log-density, or how far reading went."""
    counted = counts_of(expr, tuple(wrt))
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
    return found if isinstance(found, Reading) else _softened(expr, wrt) or found


def _softened(expr: Expr, wrt: Sequence[Symbol]) -> Reading | None:
    """Return the reading of a loss whose labels are rows of probabilities made of one-hot ones."""
    soft = soft_labels(expr, wrt)
    found = None if soft is None else read(soft[0], wrt)
    if soft is None or not isinstance(found, Reading):
        return None
    return replace(found, soft=soft[1:])


def _promising(expr: Expr, wrt: Sequence[Symbol], promised: tuple[Symbol, ...]) -> Reading | Unread:
    """Return the reading with some free numbers promised to be positive."""
    twins: dict[Expr, Expr] = {s: symbol(s.name, (), Assumptions(POSITIVE)) for s in promised}
    return _read(loss_of(substitute(expr, twins), tuple(wrt), promised))


def _scales(r: Reading) -> list[Expr]:
    """Return the factors, dispersions and inner parameters of a reading."""
    found = [r.constant]
    if r.noise is not None:
        found += [r.noise.factor, *r.noise.inner.values()]
        found += [e for e in (r.noise.dispersion, r.noise.weights) if e is not None]
    for p in r.priors:
        found += [p.factor, *p.inner.values(), *([] if p.weights is None else [p.weights])]
    return found


def _read(f: Loss) -> Reading | Unread:
    fitting: list[Found] = []
    effort = Effort()
    found = _read_once(f, noises(f, fitting, effort), effort)
    bounded = any(s.assumptions != FREE for s in f.wrt)
    if isinstance(found, Unread) and bounded:
        again = _read_once(f, shared(f, fitting), Effort())
        return again if isinstance(again, Reading) else found
    return found


_AFTER: Final = 60
"""Candidates that are tried once a law explains all that holds the observation."""


def _read_once(f: Loss, offered: Iterable[Found], effort: Effort) -> Reading | Unread:
    best: tuple[int, Noise, Parts] | None = None
    alone, unexplained = priors(f, f.parts)
    # A penalty of A w may be a part of a square of y - A w.
    own = unexplained if all(p.is_proper for p in alone) else f.parts
    for noise, rest in offered:
        found, left = priors(f, rest)
        if not left:
            read = held(f, noise, found)
            if read is not None:
                return read
        elif any(rest.get(c) is not w for c, w in f.parts.items() if c not in own):
            continue  # it took terms that a penalty explains
        elif best is None or len(left) < best[0]:
            best = (len(left), noise, left)
            # A number that is estimated may be a scale, whose law has further terms.
            numbers = [s for s in f.wrt if not s.shape]
            if not _holds(left, [noise.observed, *numbers]):
                effort.left = min(effort.left, _AFTER)
    if not unexplained and alone:
        read = held(f, None, alone)
        if read is not None:
            return read
    data = build.add((1, f.expr), *((-1, p.term()) for p in alone), shape=())
    nearest, left = (None, unexplained) if best is None else best[1:]
    return Unread(f.expr, f.wrt, nearest, whole(left), f.promised, data)


def _holds(parts: Parts, some: Sequence[Symbol]) -> bool:
    """Return whether a term holds one of some symbols."""
    return any(depends_on(e, some) for pair in parts.items() for e in pair)


# -- is it one? ------------------------------------------------------------------------------------


def held(f: Loss, noise: Noise | None, found: Sequence[Prior]) -> Reading | None:
    """Return the reading if f - kappa * energy is free of the variables; else None."""
    scale = ONE if noise is None else noise.scale
    signs = [noise.factor] if noise is not None else []
    if any(is_negative(c) for c in (*signs, *(p.factor for p in found))):
        return None
    try:
        needed = _needed(noise, found, scale)
        if needed is None:
            return None
        energy = joint_energy(noise, tuple(found))
        gap = build.add((1, f.expr), (-1, build.multiply(scale, energy)))
        if noise is not None:
            gap = substitute(gap, promised_labels(noise))
        constant = _constant(canonical(gap), f.wrt)
    except LossmithError:
        return None
    if constant is None and noise is not None:
        constant = _by_cases(gap, noise.observed, f.wrt) or _at_a_point(gap, f.wrt)
    if constant is None:
        return None
    recheck = reverify(Derivation(gap, None, (), constant))
    return Reading(f.expr, f.wrt, noise, tuple(found), constant, f.promised, recheck, needed)


def _constant(end: Expr, wrt: Sequence[Symbol]) -> Expr | None:
    """Return a canonical expression if none of its monomials holds a variable."""
    parts = monomials(end, wrt)
    return None if moving(parts) else parts.get(ONE, build.const(0))


def _by_cases(gap: Expr, y: Symbol, wrt: Sequence[Symbol]) -> Expr | None:
    """Return the constant that the gap is for every label, if y takes a few values only.

    The gap is a sum over observations of one function of label and predictor, so that it is
    enough to look at one label for all of them.
    """
    held = next((s for s in symbols(gap) if s.name == y.name), None)
    if held is None or held.assumptions.values is None:
        return None
    found: set[Expr | None] = set()
    for v in held.assumptions.values:
        try:
            one = substitute(gap, {held: build.const(v, held.shape)})
        except LossmithError:
            return None
        found.add(_constant(canonical(one), wrt))
    return found.pop() if len(found) == 1 else None


def _at_a_point(gap: Expr, wrt: Sequence[Symbol]) -> Expr | None:
    """Return the value of the gap at one point: what it is everywhere, if the row is right.

    The row fits the loss, so the gap is that of the row and its law, which tests attack; here it is
    evaluated at random points, and the proof is left to the checker.
    """
    for value in (Fraction(0), Fraction(1, 2), Fraction(1)):
        try:
            at = canonical(substitute(gap, {s: build.const(value, s.shape) for s in wrt}))
            if reverify(Derivation(gap, None, (), at)).confirmed:
                return at
        except (LossmithError, SelfCheckFailed):
            continue  # no value there, or another one elsewhere
    return None


def _needed(noise: Noise | None, found: Sequence[Prior], scale: Expr) -> tuple[Expr, ...] | None:
    """Return what must be positive and is not known to be; None if something of it is not."""
    rows = [] if noise is None else [(noise.pattern.family, noise.arguments())]
    rows += [(p.penalty.family, p.arguments(scale)) for p in found]
    wanted: list[Expr] = [] if is_positive(scale) else [scale]
    # A weight of 0 is no prior: 1/sqrt(2 lam) is positive for lam >= 0 wherever it has a value.
    wanted += [p.factor for p in found if p.penalty.free or p.penalty.matrices]
    for family, arguments in rows:
        for p in family.parameters:
            e = arguments.get(p.name)
            if e is None:
                continue
            if p.declare.endswith("> 0"):
                wanted.append(e)
            elif p.declare.endswith("(0, 1)"):
                wanted += [e, build.subtract(build.ones(e.shape), e)]
    missing = [e for e in wanted if not is_positive(e)]
    for e in missing:
        hi = enclosure(e).hi
        if hi is not None and hi <= 0:
            return None
    return tuple(dict.fromkeys(missing))
