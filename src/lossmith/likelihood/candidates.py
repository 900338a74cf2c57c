"""What in a formula could be the observation, the predictor, the weights, the inner parameters.

Only proposals: a reading counts once the difference to its density is proved constant.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

from lossmith.atoms.special import lgamma
from lossmith.calculus.draw import letters_of
from lossmith.expr import build
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol
from lossmith.expr.walk import count, dependents, depends_on, postorder, symbols
from lossmith.likelihood.terms import monomials

_PARAMETERS: Final = re.compile(
    r"(lam|lambda|alpha|gamma|eps|epsilon|sigma|tau|rho|nu|kappa|eta|delta|beta|c|C|k|b|s|m|n|N|r)_?\d*$"
)
_OBSERVED: Final = ("y", "Y", "t", "T", "a", "x", "X")
_MOST: Final = 12


def is_parameter(s: Symbol) -> bool:
    """Return whether a symbol reads like a number that somebody sets: lam, sigma, C ..."""
    return not s.shape and bool(_PARAMETERS.match(s.name))


def observations(expr: Expr, wrt: Collection[Symbol]) -> list[Symbol]:
    """Return the symbols that may be what was observed, the likeliest first."""
    data = [s for s in symbols(expr) if s not in wrt]

    def order(s: Symbol) -> tuple[int, int, str]:
        place = _OBSERVED.index(s.name) if s.name in _OBSERVED else len(_OBSERVED)
        only_number = not s.shape and any(t.shape for t in data)
        return (place + 9 * is_parameter(s) + 9 * only_number, len(s.shape), s.name)

    return sorted(data, key=order)


def predictors(roots: Iterable[Expr], y: Symbol, wrt: Collection[Symbol]) -> list[Expr]:
    """Return the expressions of the variables that stand beside y: X*w in y - X*w or y.*(X*w)."""
    found: dict[Expr, int] = {}
    for root in roots:
        moving, held = dependents(root, wrt), dependents(root, [y])
        for e in postorder(root):
            if e not in moving:
                continue
            for k, candidate in _beside(e, y, moving, held):
                if depends_on(candidate, [y]) or holds_normalizer(candidate):
                    continue
                if not candidate.shape and y.shape and _is_of_numbers(candidate, wrt):
                    # One number for all observations, a variable itself first of all.
                    k = 0 if isinstance(candidate, Symbol) else k + 1
                    candidate = build.broadcast(candidate, y.shape)
                if candidate.shape == y.shape:
                    found[candidate] = min(k, found.get(candidate, 9))
    ordered = sorted(found, key=lambda e: (found[e], count(e), e.digest))
    return ordered[:_MOST]


def holds_normalizer(e: Expr) -> bool:
    """Return whether log Γ stands in an expression: that of a law, never a predictor or scale."""
    return any(isinstance(x, Apply) and x.atom is lgamma for x in postorder(e))


def _is_of_numbers(e: Expr, wrt: Collection[Symbol]) -> bool:
    """Return whether a scalar is made of numbers alone, those of the variables included.

    None of them the size of an array: one number for all observations knows nothing of the sample.
    """
    return not any(s.shape for s in symbols(e)) and depends_on(e, wrt) and not letters_of((e,))


def scales(roots: Iterable[Expr], y: Symbol, wrt: Collection[Symbol]) -> list[Expr]:
    """Return the variables, and expressions of them in the shape of y, that may set a scale."""
    found: dict[Expr, None] = {v: None for v in wrt if not v.shape or v.shape == y.shape}
    for root in roots:
        moving, held = dependents(root, wrt), dependents(root, [y])
        for e in postorder(root):
            plain = isinstance(e, Contract | Symbol) or (isinstance(e, Add) and len(e.terms) > 1)
            own = e in moving and e not in held and e.shape == y.shape and y.shape and plain
            if own and not holds_normalizer(e):
                found[e] = None
    return sorted(found, key=lambda e: (not isinstance(e, Symbol), e.digest))[:8]


def centers(roots: Iterable[Expr], y: Symbol, wrt: Collection[Symbol]) -> list[Expr]:
    """Return what is subtracted from y and holds no variable, and 0: centers of known place."""
    found: dict[Expr, None] = {build.zeros(y.shape): None}
    for root in roots:
        for e in postorder(root):
            own = [c for c, t in e.terms if t is y] if isinstance(e, Add) else []
            if own and isinstance(e, Add) and not depends_on(e, wrt):
                rest = build.add(*((c, t) for c, t in e.terms if t is not y), shape=e.shape)
                if not depends_on(rest, [y]):
                    found[build.scale(-1 / own[0], rest)] = None
    return list(found)[:3]


def companions(root: Expr, wrt: Collection[Symbol], y: Symbol) -> list[Expr]:
    """Return the arrays of data in the shape of y: trials, cutpoints, concentrations."""
    return [s for s in symbols(root) if s.shape and s.shape == y.shape and s not in (*wrt, y)]


def images(roots: Iterable[Expr], w: Symbol, wrt: Collection[Symbol]) -> list[Expr]:
    """Return A w and w - m as they stand in a formula, A and m made of data."""
    others = [v for v in wrt if v is not w]
    found: dict[Expr, None] = {}
    for root in roots:
        for e in postorder(root):
            if depends_on(e, [w]) and not depends_on(e, others):
                for image in (e, *_applied(e, w)):
                    if _is_image(image, w):
                        found[image] = None
    # What is shifted first: w'w is a part of |w - m|^2.
    return sorted(found, key=lambda e: isinstance(e, Contract))[:4]


def _applied(e: Expr, w: Symbol) -> Iterator[Expr]:
    """Yield A w for each matrix of data beside w in a product such as w'A'A w."""
    if not isinstance(e, Contract) or len(w.shape) != 1:
        return
    places = [ls[0] for f, ls, p in e.factors if f is w and p == 1]
    for f, labels, p in e.factors:
        if len(f.shape) == 2 and p == 1 and not depends_on(f, [w]) and labels[1] in places:
            yield build.matmul(f, w)
        elif len(f.shape) == 2 and p == 1 and not depends_on(f, [w]) and labels[0] in places:
            yield build.matmul(build.transpose(f), w)


def _is_image(e: Expr, w: Symbol) -> bool:
    match e:
        case Add():
            own = [c for c, t in e.terms if t is w]
            rest = [t for _, t in e.terms if t is not w]
            return bool(own and rest) and not any(depends_on(t, [w]) for t in rest)
        case Contract():
            held = [(f, p) for f, _, p in e.factors if depends_on(f, [w])]
            once = len(held) == 1 and held[0] == (w, 1)
            return once and bool(e.summed) and len(e.shape) == len(w.shape) > 0
        case _:
            return False


def _beside(
    e: Expr, y: Symbol, moving: Collection[Expr], held: Collection[Expr]
) -> Iterator[tuple[int, Expr]]:
    if e not in held:
        yield 2, e
        return
    match e:
        case Add():
            own = [c for c, t in e.terms if t is y]
            rest = [(c, t) for c, t in e.terms if t is not y]
            if own and not any(t in held for _, t in rest):
                yield 0, build.scale(-1 / own[0], build.add(*rest, shape=e.shape))
            for c, t in e.terms:  # 2 y .* (Xw) has the predictor 2 Xw
                if t in held and t in moving and c not in (1, -1):
                    scaled = list(_beside(t, y, moving, held))
                    yield from ((k + 1, build.scale(abs(c), found)) for k, found in scaled)
        case Contract():
            for k, (f, labels, p) in enumerate(e.factors):
                if f is y and p == 1 and len(set(labels)) == len(labels):
                    others = [g for j, g in enumerate(e.factors) if j != k]
                    if {x for _, ls, _ in others for x in ls} >= set(labels):
                        yield 1, build.contract(others, labels)
        case _:
            return


def weights(root: Expr, y: Symbol, wrt: Collection[Symbol]) -> list[Expr | None]:
    """Return None, and the vectors of data that multiply the terms of single observations."""
    found: dict[Expr, None] = {}
    for e in postorder(root):
        if not isinstance(e, Contract) or not depends_on(e, wrt) or not y.shape:
            continue
        for f, labels, p in e.factors:
            alone = f.shape == y.shape and f is not y and not depends_on(f, [*wrt, y])
            if alone and not isinstance(f, Const) and len(set(labels)) == len(labels):
                found[build.power(f, p)] = None
    return [None, *list(found)[:3]]


def inner_values(
    root: Expr, wrt: Collection[Symbol], y: Symbol, outer: Sequence[Expr]
) -> list[Expr]:
    """Return numbers inside functions and ratios of factors: what an inner parameter may be."""
    moving = {*(s for s in symbols(root) if s.shape), *wrt, y}
    found: dict[Expr, None] = {}

    def note(e: Expr) -> None:
        if e.shape or depends_on(e, moving):
            return
        if isinstance(e, Const) and e.value < 0:
            e = build.negate(e)
        elif isinstance(e, Add) and all(c < 0 for c, _ in e.terms):
            e = build.negate(e)
        found[e] = None

    for e in postorder(root):
        if isinstance(e, Contract) and depends_on(e, wrt):
            for f, _, p in e.factors:
                if abs(p) != 1:
                    note(build.const(abs(p)))
                if p.denominator != 1:
                    note(build.const(1 + abs(p)))
                if p.denominator != 1 and isinstance(f, Add):  # a root, as a function of its own
                    for weight in _inside(f, moving):
                        note(weight)
        if not isinstance(e, Apply) or not depends_on(e, wrt):
            continue
        for arg in e.args:
            if isinstance(arg, Const):
                note(build.const(arg.value))
            elif not depends_on(arg, moving):
                for s in symbols(arg):
                    note(s)
            else:
                for weight in _inside(arg, moving):
                    note(weight)
    for s in symbols(root):
        if s not in moving:
            note(s)
    for a in outer[:4]:
        for b in outer[:4]:
            if a is not b:
                note(build.divide(a, b))
    note(build.const(1))
    return list(found)[: 2 * _MOST]


def _inside(arg: Expr, moving: Collection[Symbol]) -> list[Expr]:
    """Return the factors of the monomials of an argument, scalars free of all data."""
    terms = arg.terms if isinstance(arg, Add) else ((Fraction(1), arg),)
    found: list[Expr] = []
    for c, t in terms:
        if depends_on(t, moving):
            parts = monomials(build.scale(c, build.total(t)), moving)
            found += [w for core, w in parts.items() if depends_on(core, moving)]
        elif not t.shape:
            found.append(build.scale(c, t))
        elif isinstance(t, Contract):
            found += [build.scale(c, build.power(f, p)) for f, ls, p in t.factors if not ls]
    return found
