"""Functions of one variable whose terms cancel at 0, there computed by their power series.

z - sin z is z^3/6 for small z, while the difference of z and sin z has no correct digit. Code takes
the series where |z| is small and the formula elsewhere; formulas that are shown are not touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Final, assert_never

from lossmith.atoms.accurate import polynomial
from lossmith.atoms.arithmetic import abs as abs_
from lossmith.calculus.taylor import TERMS, NoSeries, Series, series
from lossmith.expr.build import add, apply, const, contract, multiply, power, select
from lossmith.expr.node import (
    Add,
    Apply,
    Comparison,
    Const,
    Contract,
    Delta,
    Expr,
    Factor,
    Select,
    Symbol,
    children,
    symbol,
)
from lossmith.expr.ranges import enclosure
from lossmith.expr.walk import substitute

_ONE: Final = Fraction(1)
_RADII: Final = (Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 8))
_DEGREE: Final = 28
"""Terms of a series that code may hold."""
_PRECISION: Final = Fraction(1, 2**55)
_MOST: Final = 24
"""Terms of a sum and factors of a product beyond which none is looked at."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Terms or factors (by place) that together are one function of u.

    whole: that function, of the formal z.  axes: the labels that its factors carry in a product.
    """

    places: frozenset[int]
    whole: Expr
    z: Symbol
    u: Expr
    axes: tuple[int, ...]
    beside: tuple[Factor, ...] = ()


def with_series(root: Expr) -> Expr:
    """Return root with each function of one variable that loses its digits at 0 mended there.

    The value is the same wherever root has one, up to the rounding of floats. Cost: a pass over
    root, and series of 72 terms where functions are added.
    """
    made: dict[Expr, Expr] = {}
    seen: set[Expr] = set()
    stack = [root]
    while stack:
        e = stack.pop()
        if e in seen:
            continue
        seen.add(e)
        new = _mended(e) if _is_small(e) else None
        if new is None:
            stack += children(e)
        else:
            made[e] = new
    return substitute(root, made)


def _is_small(e: Expr) -> bool:
    """Return whether e has few enough parts: each candidate is put in place of a symbol in all."""
    seen: set[Expr] = set()
    stack = [e]
    while stack and len(seen) <= _PARTS:
        part = stack.pop()
        if part not in seen:
            seen.add(part)
            stack += children(part)
    return len(seen) <= _PARTS


_PARTS: Final = 150


def _mended(e: Expr) -> Expr | None:
    """Return e with its parts that cancel replaced, None if there is none."""
    if isinstance(e, Apply):
        return _mended_function(e)
    if not isinstance(e, Add | Contract):
        return None
    if not _may_cancel(e):
        return _filled(e) if isinstance(e, Contract) and len(e.factors) <= _MOST else None
    gone: set[int] = set()
    pieces: list[tuple[_Part, Expr]] = []
    for part in _parts(e):
        piece = None if gone & part.places else _piecewise(part)
        if piece is not None:
            gone |= part.places
            pieces.append((part, _beside(piece, part)))
    if not pieces:
        return _filled(e) if isinstance(e, Contract) else None
    if isinstance(e, Add):
        rest = [pair for k, pair in enumerate(e.terms) if k not in gone]
        return add(*rest, *(piece for _, piece in pieces), shape=e.shape)
    factors = [f for k, f in enumerate(e.factors) if k not in gone]
    factors += [(piece, part.axes, _ONE) for part, piece in pieces]
    return contract(factors, tuple(range(e.rank)), e.shape)


def _beside(piece: Expr, part: _Part) -> Expr:
    """Return the piece times what stood beside its terms."""
    axes = tuple(range(len(piece.shape)))
    factors = [(piece, axes, _ONE), *part.beside]
    return contract(factors, axes, piece.shape) if part.beside else piece


def _mended_function(e: Apply) -> Expr | None:
    """Return log(sinh(z)/z) by its series: its argument is a number at 0, and it is 0 there."""
    inside = e.args[0] if len(e.args) == 1 and e.atom.signature.is_entrywise else None
    functions = inside.factors if isinstance(inside, Contract) else ((inside, (), _ONE),)
    if inside is None or not any(isinstance(f, Apply) for f, _, _ in functions):
        return None
    for u in _variables(inside):
        if u.shape == e.shape and _is_function(inside, u):
            z = symbol("?z", u.shape)
            return _piecewise(_Part(frozenset(), substitute(e, {u: z}), z, u, ()))
    return None


def _filled(e: Contract) -> Expr | None:
    """Return sin(z)/z with its limit at 0, where floats divide 0 by 0."""
    for u, axes, p in e.factors:
        if p >= 0 or len(set(axes)) < len(axes) or not enclosure(u).has(0):
            continue
        near = [k for k, f in enumerate(e.factors) if f[1] == axes and _is_function(f[0], u)]
        if not any(isinstance(e.factors[k][0], Apply) for k in near):
            continue
        own = tuple(range(len(u.shape)))
        z = symbol("?z", u.shape)
        parts = [(substitute(f, {u: z}), own, q) for f, _, q in (e.factors[k] for k in near)]
        limit = _limit(contract(parts, own, u.shape), z)
        if limit is not None:
            rest = [f for k, f in enumerate(e.factors) if k not in near]
            whole = substitute(limit, {z: u})
            return contract([*rest, (whole, axes, _ONE)], tuple(range(e.rank)), e.shape)
    return None


def _limit(whole: Expr, z: Symbol) -> Expr | None:
    """Return the function with its limit at z = 0, if its series has one."""
    try:
        known = series(whole, z)[whole]
    except NoSeries:
        return None
    if not known or known.order < 0:
        return None
    value = Fraction(0) if known.order else known.coefficients[0]
    at = (Comparison(z, "=="),)
    # Each branch is computed everywhere: at 0 the formula gets an argument it can stand.
    formula = substitute(whole, {z: select([(at, const(1, z.shape))], z)})
    return select([(at, const(value, z.shape))], formula)


def _may_cancel(e: Add | Contract) -> bool:
    """Return whether there is a function or a root beside something it could cancel with."""
    if isinstance(e, Contract):
        return len(e.factors) <= _MOST and any(
            isinstance(f, Add) and _may_cancel(f) for f, _, _ in e.factors
        )
    if not 1 < len(e.terms) <= _MOST:
        return False
    return any(
        isinstance(t, Apply)
        or (isinstance(t, Contract) and any(isinstance(f, Apply | Add) for f, _, _ in t.factors))
        for _, t in e.terms
    )


# -- what is a function of one variable ------------------------------------------------------------


def _parts(e: Add | Contract) -> Iterator[_Part]:
    """Yield the parts of a sum or product that are functions of one variable, entry by entry."""
    held = [t for _, t in e.terms] if isinstance(e, Add) else [f for f, _, _ in e.factors]
    for u in dict.fromkeys(u for h in held for u in _variables(h)):
        if isinstance(e, Add) and u.shape == e.shape:
            yield from _products(e, u)
        places = [k for k, h in enumerate(held) if _is_function(h, u)]
        if not places:
            continue
        z = symbol("?z", u.shape)
        seen = {k: substitute(held[k], {u: z}) for k in places}
        if isinstance(e, Add):
            if u.shape == e.shape:
                yield from _terms(e, seen, places, z, u)
        else:
            yield from _factors(e, seen, places, z, u)


def _terms(
    e: Add, seen: Mapping[int, Expr], places: Sequence[int], z: Symbol, u: Expr
) -> Iterator[_Part]:
    terms = [(e.terms[k][0], seen[k]) for k in places]
    if not any(t is not z and not isinstance(t, Const) for _, t in terms):
        return
    group = set(places)
    if isinstance(u, Add):
        # A sum inside a sum is opened: the terms of c u stand among the others.
        where = {t: k for k, (_, t) in enumerate(e.terms)}
        ratios = {e.terms[where[t]][0] / c for c, t in u.terms if t in where}
        own = {where[t] for _, t in u.terms if t in where}
        if len(own) == len(u.terms) and len(ratios) == 1:
            terms = [(e.terms[k][0], seen[k]) for k in places if k not in own]
            terms += [(c, z) for c in ratios]
            group |= own
    if len(terms) > 1:
        yield _Part(frozenset(group), add(*terms, shape=e.shape), z, u, ())


def _products(e: Add, u: Expr) -> Iterator[_Part]:
    """Yield the terms that are one product times functions of u: v sin(u)/u - v cos(u)."""
    axes = tuple(range(len(e.shape)))
    groups: dict[tuple[Factor, ...], list[tuple[int, list[Factor]]]] = {}
    for k, (_, t) in enumerate(e.terms):
        if isinstance(t, Contract) and not t.summed:
            own = [f for f in t.factors if f[1] in (axes, ()) and _is_function(f[0], u)]
            rest = tuple(f for f in t.factors if f not in own)
            if rest:
                groups.setdefault(rest, []).append((k, own))
    z = symbol("?z", u.shape)
    for rest, group in groups.items():
        if len(group) > 1:
            terms = [
                (
                    e.terms[k][0],
                    contract([(substitute(f, {u: z}), a, p) for f, a, p in own], axes, e.shape),
                )
                for k, own in group
            ]
            places = frozenset(k for k, _ in group)
            yield _Part(places, add(*terms, shape=e.shape), z, u, (), rest)


def _factors(
    e: Contract, seen: Mapping[int, Expr], places: Sequence[int], z: Symbol, u: Expr
) -> Iterator[_Part]:
    own = tuple(range(len(u.shape)))
    for axes in dict.fromkeys(e.factors[k][1] for k in places if seen[k].shape == u.shape):
        group = [k for k in places if e.factors[k][1] == axes]
        if len(set(axes)) == len(axes) and any(isinstance(seen[k], Add) for k in group):
            whole = contract([(seen[k], own, e.factors[k][2]) for k in group], own, u.shape)
            yield _Part(frozenset(group), whole, z, u, axes)


def _variables(e: Expr) -> list[Expr]:
    """Return what e could be a function of: what stands inside its functions, and its leaves."""
    found: dict[Expr, None] = {}
    stack = [e]
    while stack:
        h = stack.pop()
        if isinstance(h, Apply) and h.atom.signature.is_entrywise:
            found |= dict.fromkeys(a for a in h.args if not isinstance(a, Const))
            stack += h.args
        elif isinstance(h, Add) or (isinstance(h, Contract) and not h.summed):
            stack += children(h)
        elif isinstance(h, Symbol):
            found[h] = None
    return list(found)[-_CANDIDATES:]


_CANDIDATES: Final = 4


def _is_function(e: Expr, u: Expr) -> bool:
    """Return whether e is a function of u alone, entry by entry, or a number."""
    stack, seen = [e], {u}
    while stack:
        h = stack.pop()
        if h in seen:
            continue
        seen.add(h)
        match h:
            case Const() | Add():
                pass
            case Apply():
                if not h.atom.signature.is_entrywise:
                    return False
            case Contract():
                axes = tuple(range(h.rank))
                if any(labels not in (axes, ()) for _, labels, _ in h.factors):
                    return False
            case Delta() | Select() | Symbol():
                return False
            case _:
                assert_never(h)
        stack += children(h)
    return True


# -- the series and its radius ---------------------------------------------------------------------


def _piecewise(part: _Part) -> Expr | None:
    """Return the function by its series near 0 if it cancels there, else None."""
    try:
        known = series(part.whole, part.z)
    except NoSeries:
        return None
    if not any(_cancels(h, known) for h in known):
        return None
    found = _truncated(known[part.whole])
    if found is None:
        return None
    radius, coefficients = found
    low = enclosure(part.u).lo
    size = part.z if low is not None and low >= 0 else apply(abs_, part.z)
    near = (Comparison(add(const(radius, part.z.shape), (-1, size)), ">"),)
    # Each branch is computed everywhere: near 0 the formula gets an argument it can stand.
    far = substitute(part.whole, {part.z: select([(near, const(radius, part.z.shape))], part.z)})
    order = known[part.whole].order
    whole = select([(near, _polynomial(part.z, order, coefficients))], far)
    return substitute(whole, {part.z: part.u})


def _cancels(h: Expr, known: Mapping[Expr, Series]) -> bool:
    """Return whether h is smaller at 0 than what it is made of, by terms or by its function.

    log(cos z) is such a function: cos z is a number at 0, its logarithm is 0 there.
    """
    if not known[h]:
        return False
    match h:
        case Add():
            return known[h].order > min(known[t].order for _, t in h.terms if known[t])
        case Apply():
            return known[h].order > 0 and all(known[a].order == 0 for a in h.args)
        case Const() | Contract() | Delta() | Select() | Symbol():
            return False
        case _:
            assert_never(h)


def _truncated(whole: Series) -> tuple[Fraction, list[Fraction]] | None:
    """Return the largest radius at which few enough terms give all digits, and these terms.

    What is left out is measured by the terms that are known.
    """
    c = whole.coefficients
    for radius in _RADII:
        sizes = [abs(x) * radius**k for k, x in enumerate(c)]
        enough = next(
            (n for n in range(1, len(sizes)) if 2 * sum(sizes[n:]) < _PRECISION * sizes[0]),
            None,
        )
        if enough is None and len(c) < TERMS:
            enough = len(c)
        if enough is not None and sum(bool(x) for x in c[:enough]) <= _DEGREE:
            return radius, c[:enough]
    return None


def _polynomial(z: Expr, order: int, coefficients: Sequence[Fraction]) -> Expr:
    """Return z^order (c0 + c1 z + ...), in the power of z that all terms share."""
    step = gcd(*(k for k, c in enumerate(coefficients) if c and k)) or 1
    kept = tuple(coefficients[::step])
    w = power(z, step)
    if len(kept) > _WRITTEN_OUT:
        return multiply(power(z, order), apply(polynomial(kept), w))
    inner: Expr = const(kept[-1], z.shape)
    for c in reversed(kept[:-1]):
        inner = add(const(c, z.shape), multiply(w, inner))
    return multiply(power(z, order), inner)


_WRITTEN_OUT: Final = 3
"""Terms of a series that stand in a formula as they are."""
