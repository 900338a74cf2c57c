"""Two functions of one number side by side: larger, steeper, sharper, larger far out, and where.

A sum over the entries of one vector is compared entry by entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from lossmith.calculus.differentiate import differentiate
from lossmith.calculus.simplify import simplify
from lossmith.errors import LossmithError
from lossmith.expr.build import const, divide, multiply, scale, subtract
from lossmith.expr.node import Const, Expr, Symbol, symbol
from lossmith.expr.sets import REALS
from lossmith.expr.types import Assumptions
from lossmith.expr.walk import substitute, symbols
from lossmith.likelihood.parts import ONE, is_positive, whole
from lossmith.likelihood.terms import canonical, monomials
from lossmith.prove.kinks.kink_words import place_text
from lossmith.prove.kinks.kinks import kinks
from lossmith.prove.line.contrast import Contrast, Order
from lossmith.prove.line.far import trend
from lossmith.prove.line.line import line, runs
from lossmith.prove.line.one_sided import Sides, sides
from lossmith.prove.proving.separable import split_by_coordinates
from lossmith.prove.zeros.roots import Root, Undecided, refined

_WIDTH: Final = Fraction(1, 1 << 48)


def contrast(f: Expr, g: Expr, wrt: Sequence[Symbol]) -> Contrast | None:
    """Return g against f, None where they are no functions of one number, entry by entry."""
    if len(wrt) != 1:
        return None
    (x,) = wrt
    entry = bool(x.shape)
    if entry:
        parted = _entrywise(f, x), _entrywise(g, x)
        if parted[0] is None or parted[1] is None:
            return None
        letter = symbol(f"{x.name}_i", (), Assumptions(x.assumptions.interval))
        f, g = (substitute(phi, {old: letter}) for phi, old in (p for p in parted if p))
        x = letter
    if any(s.shape for s in symbols(f, g)):
        return None
    even = x.assumptions.interval == REALS and _is_even(f, x) and _is_even(g, x)
    try:
        steeper = subtract(_squared_slope(g, x), _squared_slope(f, x))
        slopes = _order(steeper, x, even=even)
    except LossmithError:
        slopes = None
    difference = subtract(g, f)
    inside = x.assumptions.interval
    far = (
        trend(difference, x, -1) if inside.lo is None else None,
        trend(difference, x, 1) if inside.hi is None else None,
    )
    values = _order(difference, x, even=even)
    return Contrast(x, values, slopes, far, _corners(f, g, x), entry)


def _entrywise(e: Expr, x: Symbol) -> tuple[Expr, Symbol] | None:
    """Return (phi, letter) with e = sum over the entries of x of phi(entry), None for others."""
    parts, rest = split_by_coordinates(e, (x,))
    if not parts or not (isinstance(rest, Const)) or any(p.variable is not x for p in parts):
        return None
    letter = parts[0].letter
    phis = [multiply(p.weight, substitute(p.phi, {p.letter: letter})) for p in parts]
    total = phis[0]
    for phi in phis[1:]:
        total = subtract(total, scale(-1, phi))
    return total, letter


def _squared_slope(e: Expr, x: Symbol) -> Expr:
    slope = simplify(differentiate(e, x).end).end
    return multiply(slope, slope)


# -- signs on the line -----------------------------------------------------------------------------


def _order(difference: Expr, x: Symbol, *, even: bool) -> Order | None:
    """Return where a difference (even: with f(-x) = f(x)) has which sign; None: not decided."""
    try:
        plain = _without_weight(difference, x)
        if plain is None:
            return None
        if isinstance(plain, Const):
            everywhere = _place(x, None, None, even=False)
            return Order((everywhere,) * (plain.value > 0), (everywhere,) * (plain.value < 0))
        found = runs(line(plain, x, x.assumptions.interval), 0)
    except (Undecided, LossmithError):
        return None
    if any(r.sign is None for r in found):
        return None
    above, below = list[str](), list[str]()
    for r in found:
        if even and r.right is not None and r.right.hi <= 0:
            continue  # told by its mirror image
        if r.sign:
            place = _place(x, r.left, r.right, even=even)
            (above if r.sign > 0 else below).append(place)
    return Order(tuple(above), tuple(below))


def _without_weight(e: Expr, x: Symbol) -> Expr | None:
    """Return e over a positive weight that all its terms share, so that x alone is left in it."""
    if not any(s is not x for s in symbols(e)):
        return e
    parts = monomials(canonical(e), (x,))
    weight = next((w for core, w in parts.items() if core is not ONE), None)
    if weight is None:
        return None
    if not is_positive(weight):
        weight = scale(-1, weight)
    ratios = {core: canonical(divide(w, weight)) for core, w in parts.items()}
    if not is_positive(weight) or not all(isinstance(q, Const) for q in ratios.values()):
        return None
    return whole(ratios)


def _is_even(e: Expr, x: Symbol) -> bool:
    return canonical(substitute(e, {x: scale(-1, x)})) is canonical(e)


def _place(x: Symbol, left: Root | None, right: Root | None, *, even: bool) -> str:
    """Return an open interval as text; by |x| where it stands for its mirror image too."""
    low = None if left is None else _number(left)
    high = None if right is None else _number(right)
    name = f"|{x.name}|" if even else x.name
    if even and left is not None and left.hi < 0:
        low = None  # an interval around 0
    if low is None and high is None:
        return f"{x.name} in (-∞, ∞)"
    if low is None:
        return f"{name} < {high}"
    if high is None:
        return f"{name} > {low}"
    return f"{low} < {name} < {high}"


def _number(r: Root) -> str:
    return place_text(refined(r, _WIDTH)).removeprefix("= ").removeprefix("in ")


# -- corners ---------------------------------------------------------------------------------------


def _corners(f: Expr, g: Expr, x: Symbol) -> tuple[tuple[Sides, Sides], ...]:
    """Return the slopes of both functions where one of them has a corner at a rational point."""
    found: list[tuple[Sides, Sides]] = []
    for c in _rational_kinks(f, g, x):
        one, two = sides(f, x, c), sides(g, x, c)
        if one is not None and two is not None and not (one.is_smooth and two.is_smooth):
            found.append((one, two))
    return tuple(found)


def _rational_kinks(f: Expr, g: Expr, x: Symbol) -> list[Expr]:

    places: dict[Fraction, None] = {}
    for e in (f, g):
        for k in kinks(e, (x,)):
            if k.at is not None and k.at.is_point and k.at.lo is not None:
                places[k.at.lo] = None
            elif k.where is x:
                places[Fraction(0)] = None
    return [const(q) for q in sorted(places)]
