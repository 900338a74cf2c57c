"""The terms of a loss that priors explain."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from lossmith.atoms.matrix import inv
from lossmith.errors import LossmithError
from lossmith.expr import build
from lossmith.expr.node import Add, Expr, Symbol
from lossmith.expr.walk import symbols
from lossmith.likelihood.candidates import companions, images, inner_values, weights
from lossmith.likelihood.lift import instance
from lossmith.likelihood.loss import Loss, has_core
from lossmith.likelihood.parts import ONE, Parts, factors, is_negative, less, moving, ratio
from lossmith.likelihood.priors import ELASTIC, PENALTIES, Penalty
from lossmith.likelihood.readings import Prior
from lossmith.likelihood.terms import canonical, monomials


def priors(f: Loss, parts: Parts) -> tuple[list[Prior], Parts]:
    """Return the priors that explain terms, and the terms that none explains."""
    left, found = dict(parts), list[Prior]()
    for w in f.wrt:
        for argument, penalty in product(_arguments(f, w), PENALTIES):
            if not left:
                return found, left
            if not _may_be(f, penalty, w, argument):
                continue
            for prior, rest in _penalized(f, penalty, w, argument, left):
                joined = _joined(found, prior)
                if joined is not None:
                    found, left = joined, rest
                    break
    return found, left


def _arguments(f: Loss, w: Symbol) -> list[Expr]:
    """Return w - m, then w, then A w, as they stand in the loss."""
    found = images((f.plain, f.spread), w, f.wrt)
    shifted = [e for e in found if isinstance(e, Add)]
    return [*shifted, w, *(e for e in found if not isinstance(e, Add))]


def _may_be(f: Loss, penalty: Penalty, w: Symbol, argument: Expr) -> bool:
    """Return whether a row can speak of a variable or of an image of it."""
    if not has_core(f.atoms, penalty.core):
        return False
    if penalty.whole and len(argument.shape) not in penalty.whole:
        return False
    if penalty.support:
        return argument is w and _is_declared(penalty.support, w)
    return True


def _is_declared(support: str, w: Symbol) -> bool:
    inside = w.assumptions.interval
    match support:
        case "> 0":
            return inside.lo is not None and inside.lo >= 0
        case "in (0, 1)":
            return inside.lo is not None and inside.lo >= 0 and inside.hi is not None \
                and inside.hi <= 1 and not w.assumptions.structure  # fmt: skip
        case _:
            return w.assumptions.has(support)


def _penalized(
    f: Loss, penalty: Penalty, w: Symbol, argument: Expr, parts: Parts
) -> Iterator[tuple[Prior, Parts]]:
    for inner, omega in product(_inner(f, penalty, w, argument, parts), _omegas(f, penalty, w)):
        try:
            core = instance(penalty.core, {"w": argument, **inner})
            if omega is not None:
                core = build.multiply(omega, core)
            shown = moving(monomials(canonical(build.total(core)), f.wrt))
        except LossmithError:
            continue
        if not shown or not shown.keys() <= parts.keys():
            continue
        for factor in factors(parts, shown):
            try:
                rest = None if is_negative(factor) else less(parts, factor, shown)
            except LossmithError:
                continue
            if rest is not None and not shown.keys() & rest.keys():
                yield Prior(penalty, w, factor, omega, inner, argument), rest


def _omegas(f: Loss, penalty: Penalty, w: Symbol) -> list[Expr | None]:
    return [None] if penalty.whole or penalty.inner else weights(f.plain, w, f.wrt)


def _inner(
    f: Loss, penalty: Penalty, w: Symbol, argument: Expr, parts: Parts
) -> Iterator[dict[str, Expr]]:
    """Yield values for the inner names of a row: numbers, arrays of data, definite matrices."""
    if penalty.exponents:
        solved = _by_exponents(f, penalty, argument, parts)
        yield from () if solved is None else (solved,)
        return
    definite: list[dict[str, Expr]] = [{}]
    if penalty.matrices:
        size = argument.shape[0]
        data = [s for s in symbols(f.expr) if s not in f.wrt and s.assumptions.has("pd")]
        fitting = [s for s in data if s.shape == (size, size)]
        ways: list[Expr] = [*fitting, *(build.apply(inv, s) for s in fitting)]
        definite = [dict.fromkeys(penalty.matrices, s) for s in ways]
    numbers = inner_values(f.spread, f.wrt, w, list(parts.values())) if penalty.inner else []
    if penalty.matrices:  # k - nu + 1 may stand for -(nu - k - 1)
        numbers = [*numbers, *(build.negate(e) for e in numbers if isinstance(e, Add))]
    arrays = companions(f.plain, f.wrt, w)
    chosen = [[*(arrays if n in penalty.arrays else []), *numbers] for n in penalty.inner]
    for matrices, values in product(definite, product(*chosen)):
        yield {**matrices, **dict(zip(penalty.inner, values, strict=True))}


def _by_exponents(
    f: Loss, penalty: Penalty, argument: Expr, parts: Parts
) -> dict[str, Expr] | None:
    """Return the inner values that the factors of single terms tell; None if they make no law."""
    found: dict[str, Expr] = {}
    for name, (term, value) in penalty.exponents.items():
        shown = moving(monomials(canonical(build.total(instance(term, {"w": argument}))), f.wrt))
        if len(shown) != 1:
            return None
        core, weight = next(iter(shown.items()))
        factor = ratio(parts[core], weight) if core in parts else build.const(0)
        if any(_is_data(s) for s in symbols(factor)):
            return None
        found[name] = canonical(instance(value, {"c": factor}))
        if is_negative(found[name]):
            return None  # no finite integral, such as a gamma law of rate 0
    return found


def _is_data(s: Symbol) -> bool:
    """Return whether a symbol reads like what was observed: an array, a label, a count."""
    return bool(s.shape) or s.assumptions.integer or s.assumptions.values is not None


def _joined(found: list[Prior], prior: Prior) -> list[Prior] | None:
    """Return the priors with one more; None if the variable has one that it does not fit.

    Several penalties of one variable are one prior, the product of their densities normalized anew.
    It can be normalized if one of them is proper and all are bounded. A ridge and a lasso have a
    law of their own.
    """
    before = [p for p in found if p.variable is prior.variable]
    if not before:
        return [*found, prior]
    own = [p for p in (*before, prior) if p.argument is p.variable]
    both = {p.penalty.name: p for p in own}
    plain = len(own) == len(before) + 1 == 2 and all(p.weights is None for p in own)
    if plain and set(both) == {"ridge", "lasso"}:
        inner = {"l1": both["lasso"].factor, "l2": both["ridge"].factor}
        net = Prior(ELASTIC, prior.variable, ONE, None, inner, prior.variable)
        return [*(p for p in found if p.variable is not prior.variable), net]
    bounded = all(p.penalty.is_bounded for p in (*before, prior))
    return [*found, prior] if bounded and any(p.is_proper for p in (*before, prior)) else None
