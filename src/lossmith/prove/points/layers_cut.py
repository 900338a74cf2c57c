"""Ways to take a formula apart: terms, factors, an inner function, other coordinates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from lossmith.atoms.exponential import exp
from lossmith.errors import LossmithError
from lossmith.evidence.arithmetic.enclose import bounds
from lossmith.evidence.arithmetic.second import derivative
from lossmith.evidence.points.layers import Moved, Tree
from lossmith.evidence.points.layers_behind import is_zero
from lossmith.evidence.points.layers_place import is_smooth
from lossmith.expr.build import add, apply, const, power, scale
from lossmith.expr.node import Add, Apply, Const, Contract, Expr, Symbol, children, symbol
from lossmith.expr.sets import REALS, Interval, point
from lossmith.expr.walk import count, depends_on, map_up, postorder, substitute

LARGEST: Final = 60
"""Formulas with more nodes are not asked whether they are constant along a direction."""

MOST: Final = 3
"""Most sub-formulas beside the outermost one that are tried as an inner function."""


def terms(e: Expr, wrt: tuple[Symbol, ...]) -> list[Expr]:
    """Return the terms of a sum."""
    return [scale(c, t) for c, t in e.terms] if isinstance(e, Add) else [e]


def factors(e: Expr, wrt: tuple[Symbol, ...]) -> list[Expr]:
    """Return the factors of a product, those of exp(u + v) one by one."""
    if isinstance(e, Add) and len(e.terms) == 1:
        ((c, t),) = e.terms
        return [const(c), *factors(t, wrt)]
    if isinstance(e, Apply) and e.atom is exp:
        return [apply(exp, t) for t in terms(e.args[0], wrt)]
    if not isinstance(e, Contract) or e.summed or e.shape:
        return [e]
    found: list[Expr] = []
    for f, _, p in e.factors:
        found += [power(g, p) for g in factors(f, wrt)] if p.denominator == 1 else [power(f, p)]
    return found


# -- an inner function -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Inner:
    """e = phi(inner), phi a formula of the letter alone."""

    inner: Expr
    phi: Expr
    letter: Symbol


def behind(e: Expr, wrt: tuple[Symbol, ...]) -> Iterator[Inner]:
    """Yield inner functions that all variables enter through, the innermost first."""
    letter = symbol("_t")
    chain = [e]
    while (below := single_part(chain[-1], wrt)) is not None:
        chain.append(below)
    last = _without_number(chain[-1])
    if last is not chain[-1]:
        chain.append(last)
    own = [s for s in postorder(last) if s is not last and isinstance(s, Add | Contract)]
    full = [s for s in own if not s.shape and all(depends_on(s, (x,)) for x in wrt)]
    shared = list(dict.fromkeys(map(_without_number, full)))
    for h in (*shared[:MOST], *reversed(chain[1:])):
        phi = _rewritten(e, h, letter)
        if not depends_on(phi, wrt) and phi is not letter:
            yield Inner(h, phi, letter)


def _without_number(e: Expr) -> Expr:
    """Return a sum without its number: what is behind x^2 + y^2 - 1 is x^2 + y^2."""
    if not isinstance(e, Add):
        return e
    return add(*((c, t) for c, t in e.terms if not isinstance(t, Const)), shape=())


def single_part(e: Expr, wrt: tuple[Symbol, ...]) -> Expr | None:
    """Return the one part of e that holds variables; a part of a sum only beside numbers."""
    match e:
        case Add():
            moving = [t for _, t in e.terms if depends_on(t, wrt)]
        case Apply():
            moving = [a for a in e.args if depends_on(a, wrt)]
        case Contract() if not e.summed:
            moving = [f for f, _, _ in e.factors if depends_on(f, wrt)]
        case _:
            return None
    return moving[0] if len(moving) == 1 and not moving[0].shape else None


def _rewritten(e: Expr, h: Expr, letter: Symbol) -> Expr:
    """Return e with h = letter, in multiples of h as well: -x^2 - y^2 is -(x^2 + y^2)."""
    shares = {} if not isinstance(h, Add) else {t: c for c, t in h.terms}

    def seen(s: Expr) -> Expr:
        if s is h:
            return letter
        if not isinstance(s, Add) or not shares:
            return s
        found = {t: c for c, t in s.terms}
        t, c = next(iter(shares.items()))
        if t not in found:
            return s
        ratio = found[t] / c
        rest = add((1, s), (-ratio, h), shape=())
        return add((1, rest), (ratio, letter), shape=()) if isinstance(rest, Const) else s

    # Only what is below a sum may be renamed first, so that multiples are still to be seen.
    return map_up(e, seen)


# -- other coordinates -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coordinates:
    """e = inner(forms), the forms affine; ``variables`` stand for them."""

    e: Expr
    wrt: tuple[Symbol, ...]
    forms: tuple[Expr, ...]
    variables: tuple[Symbol, ...]
    inner: Expr

    def certified(self, inner: Tree) -> Moved:
        """Return the node of a tree that says so."""
        return Moved(self.e, self.wrt, self.variables, self.forms, inner)


def moved_to(e: Expr, wrt: tuple[Symbol, ...]) -> Iterator[Coordinates]:
    """Yield coordinates in which e has fewer variables, or falls apart into a sum or a product."""
    seen = _forms(e, wrt)
    if 0 < len(seen) <= len(wrt) and not set(seen) <= set(wrt):
        ys = tuple(symbol(f"_y{k}") for k in range(len(seen)))
        inner = substitute(e, dict(zip(seen, ys, strict=True)))
        if not depends_on(inner, wrt):
            yield Coordinates(e, wrt, tuple(seen), ys, inner)
    kernel = _invariance(e, wrt)
    if kernel is not None:
        yield kernel


def _forms(e: Expr, wrt: Sequence[Symbol]) -> list[Expr]:
    """Return the largest affine sub-formulas of e in the variables."""
    found: list[Expr] = []
    waiting, done = [e], set[Expr]()
    while waiting:
        s = waiting.pop()
        if s in done or not depends_on(s, tuple(wrt)):
            continue
        done.add(s)
        if _is_affine(s, wrt):
            found.append(s)
        else:
            waiting += children(s)
    return found


def _is_affine(e: Expr, wrt: Sequence[Symbol]) -> bool:
    if e.shape:
        return False
    terms = [t for _, t in e.terms] if isinstance(e, Add) else [e]
    return all(isinstance(t, Const) or t in wrt for t in terms)


def _invariance(e: Expr, wrt: tuple[Symbol, ...]) -> Coordinates | None:
    """Return coordinates without x, if e(x + v t) = e(x) for a direction v with v_x = 1."""
    if count(e) > LARGEST or not is_smooth(e, wrt, dict.fromkeys(wrt, REALS)):
        return None
    slopes = [derivative(e, x) for x in wrt]
    for v in _directions(len(wrt)):
        along = add(*((c, s) for c, s in zip(v, slopes, strict=True) if c), shape=())
        if not _may_vanish(along, wrt) or not is_zero(along):
            continue
        k = next(i for i, c in enumerate(v) if c)
        kept = [i for i in range(len(wrt)) if i != k]
        ys = tuple(symbol(f"_y{i}") for i in kept)
        into: dict[Expr, Expr] = {wrt[k]: const(0)}
        into |= {wrt[i]: y for i, y in zip(kept, ys, strict=True)}
        forms = tuple(add((1, wrt[i]), (-v[i] / v[k], wrt[k]), shape=()) for i in kept)
        return Coordinates(e, wrt, forms, ys, substitute(e, into))
    return None


def _may_vanish(f: Expr, wrt: Sequence[Symbol]) -> bool:
    """Return whether f may be 0 at a few points: what is not, costs no expansion."""
    for start in (1, 2, 3):
        at: dict[Expr, Interval] = {x: point(Fraction(start, k + 2)) for k, x in enumerate(wrt)}
        try:
            found = bounds(f, at)[f]
        except LossmithError:
            continue
        if not found.is_empty and not found.has(0):
            return False
    return True


def _directions(n: int) -> Iterator[tuple[Fraction, ...]]:
    """Yield simple directions: all ones, and differences of two coordinates."""
    one = Fraction(1)
    yield (one,) * n
    if n == 2:
        yield (one, -one)
        for q in (2, -2, 3, -3):
            yield (one, Fraction(q))
            yield (Fraction(q), one)
