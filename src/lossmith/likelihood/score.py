"""What a noise law says of slopes: Fisher information, the score under a canonical link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.gradient import gradient, hessian, jacobian
from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.node import Const, Expr, Symbol
from lossmith.expr.walk import depends_on, substitute
from lossmith.likelihood.divergence import expected, parameter
from lossmith.likelihood.lift import instance
from lossmith.likelihood.parts import is_polynomial
from lossmith.likelihood.readings import Noise
from lossmith.likelihood.terms import canonical


@dataclass(frozen=True, slots=True)
class Fisher:
    """E[Hessian of -log p(y | w)] by one variable: J' diag(i) J, J = d eta / d w.

    observed: whether the Hessian itself holds no y, so that it equals its expectation.
    by_mean: whether it was derived here as the expectation: the Hessian is affine in y, so that
    E[y] in place of y gives it.
    """

    expr: Expr
    observed: bool
    by_mean: bool = False


def known(noise: Noise) -> dict[str, Expr]:
    """Return the names of a row's texts with their expressions."""
    names = {"eta": noise.predictor, "y": noise.observed, **noise.inner}
    if noise.dispersion is not None:
        names[noise.pattern.free] = noise.dispersion
    return names


def informations(noise: Noise | None, wrt: Sequence[Symbol]) -> dict[str, Fisher]:
    """Return the Fisher information by each variable for which the law gives it."""
    found = {} if noise is None else {s.name: fisher(noise, s) for s in wrt}
    return {name: f for name, f in found.items() if f is not None}


def residuals(noise: Noise | None, wrt: Sequence[Symbol]) -> dict[str, Expr]:
    """Return the gradient as design times (mean - observation) by each variable where it is."""
    found = {} if noise is None else {s.name: residual_form(noise, s) for s in wrt}
    return {name: e for name, e in found.items() if e is not None}


def fisher(noise: Noise, w: Symbol) -> Fisher | None:
    """Return the Fisher information of a vector or scalar variable, None if no row gives it."""
    if noise.estimated is w:
        return _of_scale(noise, w)
    if not noise.pattern.information:
        return _by_hessian(noise, w)
    if len(w.shape) > 1:
        return None
    inside = depends_on(noise.predictor, [w])
    elsewhere = noise.estimated is not None and depends_on(noise.estimated, [w])
    if not inside or elsewhere:
        return None
    try:
        each = instance(noise.pattern.information, known(noise))
        slope = jacobian(noise.predictor, w).end
        n, d = len(noise.predictor.shape), len(w.shape)
        rows = tuple(range(2 * d, 2 * d + n))
        left, right = tuple(range(d)), tuple(range(d, 2 * d))
        factors = [(slope, (*rows, *left), 1), (slope, (*rows, *right), 1)]
        factors.append((each, rows if each.shape else (), 1))
        if noise.mask is not None:
            factors.append((noise.mask, rows, 1))
        whole = build.contract(factors, (*left, *right))
        second = hessian(noise.energy(), w).end
    except LossmithError:
        return None
    observed = not depends_on(second, [noise.observed])
    if observed and not _is_zero(canonical(build.subtract(second, whole))):
        # Equal by another route than the normal form; the row's information is attacked by a test.
        observed = False
    return Fisher(simplify(whole).end, observed, not observed and _is_at_mean(noise, second, whole))


def _of_scale(noise: Noise, w: Symbol) -> Fisher | None:
    """Return E[d^2 (-log p) / d w^2] for a scale w that is one parameter of the law itself.

    None where -log p is no polynomial of y of degree 2, so that mean and variance do not tell.
    """
    family, arguments = noise.pattern.family, noise.arguments()
    own = [name for name, e in arguments.items() if depends_on(e, [w])]
    if len(own) != 1 or arguments[own[0]] is not w or noise.pattern.whole or noise.mask is not None:
        return None
    known = {p.name: parameter(p.name, p.declare) for p in family.parameters}
    y = parameter("y", family.support)
    try:
        energy = instance(family.energy, {**known, "y": y})
        slope = differentiate(energy, known[own[0]]).end
        each = expected(differentiate(slope, known[own[0]]).end, y, family, known)
        if each is None:
            return None
        value = substitute(each, {s: arguments[name] for name, s in known.items()})
        whole = build.total(build.broadcast(value, noise.observed.shape))
    except LossmithError:
        return None
    return Fisher(simplify(whole).end, observed=False)


def _is_at_mean(noise: Noise, second: Expr, whole: Expr) -> bool:
    """Return whether the Hessian is affine in y and is the information with E[y] in place of y."""
    y, p = noise.observed, noise.pattern
    if not p.mean or not _has_mean(noise):
        return False
    try:
        plain = canonical(second)
        if not is_polynomial(plain, y):
            return False
        slope = differentiate(plain, y).end
        if depends_on(canonical(slope), [y]):
            return False
        mean = instance(p.mean, known(noise))
        mean = build.broadcast(mean, y.shape) if mean.shape != y.shape else mean
        return _is_zero(canonical(build.subtract(substitute(second, {y: mean}), whole)))
    except LossmithError:
        return False


def _has_mean(noise: Noise) -> bool:
    """Return whether the law has a mean for every value of its parameters."""
    return noise.pattern.family.mean_above is None


def _by_hessian(noise: Noise, w: Symbol) -> Fisher | None:
    """Return the Hessian of -log density where no observation occurs in it: its own expectation."""
    if noise.pattern.family.constant or len(w.shape) > 1 or not depends_on(noise.predictor, [w]):
        return None
    try:
        second = hessian(noise.energy(), w).end
    except LossmithError:
        return None
    return None if depends_on(second, [noise.observed]) else Fisher(second, observed=True)


def residual_form(noise: Noise, w: Symbol) -> Expr | None:
    """Return J' (h - y) times the dispersion, if that is proved to be the slope of the data part.

    h: the mean.  None if the link is not canonical, if the predictor is not affine in w (then J is
    no design), or if a scale is estimated with w: it divides the data part.
    """
    if not noise.pattern.canonical or len(w.shape) > 2 or noise.estimated is not None:
        return None
    if not depends_on(noise.predictor, [w]):
        return None
    try:
        mean = instance(noise.pattern.mean, known(noise))
        core = instance(noise.pattern.core, known(noise))
        if not core.shape and noise.pattern.energy:
            return None
        kept = [e for e in (noise.weights, noise.mask) if e is not None]
        core = build.multiply(*kept, core) if kept else core
        loss = build.multiply(noise.factor, build.total(core))
        slope = gradient(loss, w).end
        jac = jacobian(noise.predictor, w).end
        if depends_on(jac, [w]):
            return None
        n = len(noise.predictor.shape)
        rows, columns = tuple(range(len(w.shape), len(w.shape) + n)), tuple(range(len(w.shape)))
        residual = build.subtract(mean, noise.observed)
        factors = [(jac, (*rows, *columns), 1), (residual, rows, 1), (noise.factor, (), 1)]
        factors += [(e, rows, 1) for e in kept]
        shown = build.contract(factors, columns)
    except LossmithError:
        return None
    for k in (1, 2):
        if _is_zero(canonical(build.add((1, slope), (-k, shown)))):
            return simplify(build.scale(k, shown)).end
    return None


def _is_zero(e: Expr) -> bool:
    return isinstance(e, Const) and e.value == 0
