"""Intervals that hold all values: one step of exact interval arithmetic for each kind of node.

Part of the trusted checker. Ends are rationals or infinite. A function is evaluated only at single
rational points, by balls whose ends are rounded outward; between points its card's proved
monotonicity is used, never a ball over an interval (balls lose the end 0 of [0, 1]).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache, reduce
from itertools import accumulate, pairwise
from typing import Any, assert_never

from lossmith.atoms.meaning import evaluate
from lossmith.errors import LossmithError
from lossmith.expr.atom import Atom, Fact, Where
from lossmith.expr.build import apply, const
from lossmith.expr.node import Add, Apply, Const, Contract, Delta, Expr, Select, Symbol, children
from lossmith.expr.ranges import sum_over
from lossmith.expr.sets import NONNEGATIVE, POSITIVE, REALS, UNIT, Interval, point
from lossmith.expr.walk import postorder

Structured = Callable[[Expr, str], bool]

BITS = 64
EXTREME = 4096
NONE = Interval(Fraction(1), Fraction(0))
"""The empty set: an expression that is defined nowhere."""


def image(e: Expr, inside: Sequence[Interval], structured: Structured | None = None) -> Interval:
    """Return an interval that holds every entry of e, given those of its children in order.

    structured: which matrices are known to have a structure (by declaration, if None).
    """
    # A choice has a value although a branch that is not taken never has one.
    if not isinstance(e, Select) and any(i.is_empty for i in inside):
        return NONE
    match e:
        case Const():
            return point(e.value)
        case Symbol():
            return e.assumptions.interval
        case Delta():
            return UNIT
        case Add():
            terms = zip(e.terms, inside, strict=True)
            scaled = (i if c == 1 else i.scale(c) for (c, _), i in terms)
            return _rounded(reduce(Interval.__add__, scaled))
        case Contract():
            parts = zip(e.factors, inside, strict=True)
            shaped = structured or is_structured
            powers = [_read(f, labels, i, shaped).power(p) for (f, labels, p), i in parts]
            product = reduce(Interval.__mul__, powers) if powers else point(1)
            sizes = e.sizes()
            return _rounded(sum_over(product, [sizes[k] for k in e.summed]))
        case Apply():
            return _rounded(atom_image(e.atom, e.args, inside, structured or is_structured))
        case Select():
            reached = accumulate(len(guard) + 1 for guard, _ in e.cases)
            return reduce(Interval.hull, (inside[k - 1] for k in reached), inside[-1])
        case _:
            assert_never(e)


def _read(f: Expr, labels: Sequence[int], inside: Interval, structured: Structured) -> Interval:
    """Return where the entries that are read lie: on a diagonal e'Ae >= 0, or > 0 for pd A."""
    if len(labels) != 2 or labels[0] != labels[1]:
        return inside
    if structured(f, "pd"):
        return inside.meet(POSITIVE)
    return inside.meet(NONNEGATIVE) if structured(f, "psd") else inside


def bounds(root: Expr, known: Mapping[Expr, Interval]) -> dict[Expr, Interval]:
    """Return the enclosure of every sub-expression of root; ``known`` gives those of some."""
    return enclosures((root,), known)


def enclosures(roots: Iterable[Expr], known: Mapping[Expr, Interval]) -> dict[Expr, Interval]:
    """Return the enclosure of every sub-expression of several expressions."""
    found: dict[Expr, Interval] = {}
    for e in postorder(*roots):
        own = image(e, [found[c] for c in children(e)])
        found[e] = own.meet(known[e]) if e in known else own
    return found


def is_structured(e: Expr, word: str) -> bool:
    """Return whether e is declared to be, or plainly is, a matrix of this structure."""
    # The one word of cards that nobody declares; of the declared ones, pd implies it.
    word = "pd" if word == "positive_determinant" else word
    if isinstance(e, Symbol):
        return e.assumptions.has(word)
    of_pd = ("psd", "pd", "symmetric", "nonsingular")
    if isinstance(e, Apply):
        return e.atom.name == "inv" and word in of_pd and is_structured(e.args[0], "pd")
    return isinstance(e, Delta) and word in (*of_pd, "diagonal")


def applies(
    fact: Fact,
    args: Sequence[Expr],
    inside: Sequence[Interval],
    structured: Structured = is_structured,
) -> bool:
    """Return whether the condition of a fact holds for arguments with these enclosures."""
    if any(w.parity or w.structure for w in fact.when) and len(args) < len(fact.when):
        return False
    if len(inside) < len(fact.when):
        return False
    for k, where in enumerate(fact.when):
        if not inside[k].within(where.interval):
            return False
        if not where.parity and not where.structure:
            continue
        arg = args[k]
        if where.parity and not (isinstance(arg, Const) and _has_parity(arg.value, where)):
            return False
        if where.structure and not structured(arg, where.structure):
            return False
    return True


def _has_parity(p: Fraction, where: Where) -> bool:
    even_top, odd_bottom = p.numerator % 2 == 0, p.denominator % 2 == 1
    whole = p.denominator == 1
    return {
        "integer": whole,
        "even": whole and even_top,
        "odd": whole and not even_top,
        "even_over_odd": even_top,  # in lowest terms the other is odd
        "odd_over_odd": not even_top and odd_bottom,
        "over_even": not odd_bottom,
    }[where.parity]


def domain_of(atom: Atom, k: int) -> Interval:
    """Return the interval that the entries of argument k must lie in."""
    return atom.domain[k] if k < len(atom.domain) else REALS


def atom_image(
    atom: Atom,
    args: Sequence[Expr],
    inside: Sequence[Interval],
    structured: Structured = is_structured,
) -> Interval:
    """Return an enclosure of the atom's result, from its range and its monotone pieces."""
    clipped = [i.meet(domain_of(atom, k)) for k, i in enumerate(inside)]
    if any(i.is_empty for i in clipped):
        return NONE
    result = atom.range
    for fact in atom.facts:
        if fact.name == "range_in" and fact.bounds and applies(fact, args, clipped, structured):
            result = result.meet(fact.bounds)
    if atom.signature.is_entrywise and atom.arity == 1:
        result = result.meet(_monotone_image(atom, clipped[0]))
        result = result.meet(_mean_value_image(atom, clipped[0]))
    elif atom.signature.is_entrywise and atom.arity == 2:
        result = result.meet(_corner_image(atom, args, clipped))
    return result


def _mean_value_image(atom: Atom, inside: Interval) -> Interval:
    """Return f(c) + f'(box) * (box - c), c the middle, if the card bounds the slope on the box."""
    if inside.lo is None or inside.hi is None or inside.is_point:
        return REALS
    slopes = [f.bounds for f in atom.facts if f.name == "slope_in" and applies(f, (), (inside,))]
    if not slopes or any(k.kind == "jump" for k in atom.kinks):
        return REALS
    middle = (inside.lo + inside.hi) / 2
    slope = reduce(Interval.meet, (s for s in slopes if s is not None))
    return _at_end(atom, middle) + slope * (inside + point(-middle))


def _cuts(atom: Atom, inside: Interval) -> list[Interval]:
    """Return pieces that cover the interval, cut where a fact about monotonicity begins or ends."""
    names = ("nondecreasing", "nonincreasing")
    ends = {
        end
        for f in atom.facts
        if f.name in names and f.when
        for end in (f.when[0].interval.lo, f.when[0].interval.hi)
        if end is not None and inside.has(end)
    }
    marks: list[Fraction | None] = [inside.lo, *sorted(ends - {inside.lo, inside.hi}), inside.hi]
    return [
        Interval(lo, hi, inside.lo_open and k == 0, inside.hi_open and k == len(marks) - 2)
        for k, (lo, hi) in enumerate(pairwise(marks))
    ]


def _monotone_image(atom: Atom, inside: Interval) -> Interval:
    """Return the hull of the images of the pieces on which the atom is monotone."""
    if inside.is_point:
        return _at_end(atom, inside.lo)
    images: list[Interval] = []
    for piece in _cuts(atom, inside):
        names = {f.name for f in atom.facts if applies(f, (), (piece,))}
        at_lo, at_hi = _at_end(atom, piece.lo), _at_end(atom, piece.hi)
        # Monotone and strictly convex (or concave) together make a function injective.
        strict = bool(names & {"increasing", "decreasing", "strictly_convex", "strictly_concave"})
        lo_open, hi_open = strict and piece.lo_open, strict and piece.hi_open
        if "nondecreasing" in names:
            images.append(Interval(at_lo.lo, at_hi.hi, lo_open, hi_open))
        elif "nonincreasing" in names:
            images.append(Interval(at_hi.lo, at_lo.hi, hi_open, lo_open))
        else:
            return REALS
    return reduce(Interval.hull, images)


@lru_cache(maxsize=8192)
def _at_end(atom: Atom, x: Fraction | None) -> Interval:
    return REALS if x is None else value(lambda: apply(atom, const(x)))


def _corner_image(atom: Atom, args: Sequence[Expr], inside: Sequence[Interval]) -> Interval:
    """Return the enclosure by the two extreme corners, if the atom rises in both arguments."""
    rising = {f.arg for f in atom.facts if f.name == "nondecreasing" and applies(f, args, inside)}
    if rising != {0, 1}:
        return REALS
    at_low, at_high = (
        _at_corner(atom, [i.lo for i in inside]),
        _at_corner(atom, [i.hi for i in inside]),
    )
    return Interval(at_low.lo, at_high.hi, False, False)


def _at_corner(atom: Atom, ends: Sequence[Fraction | None]) -> Interval:
    corner = [const(x) for x in ends if x is not None]
    return value(lambda: apply(atom, *corner)) if len(corner) == len(ends) else REALS


def value(make: Callable[[], Expr], bits: int = BITS) -> Interval:
    """Return an enclosure of a closed scalar expression; all reals where it has no value."""
    try:
        e = make()
        return point(e.value) if isinstance(e, Const) else from_ball(evaluate(e, {}, {}, bits))
    except LossmithError:
        return REALS  # an end outside the domain, such as log at 0


def from_ball(ball: Any) -> Interval:
    """Return the ball's interval with exact ends, all reals if it is not finite."""
    if not ball.is_finite():
        return REALS
    return Interval(_dyadic(ball.lower(), up=False), _dyadic(ball.upper(), up=True), False, False)


def _dyadic(end: Any, *, up: bool) -> Fraction | None:
    """Return the rational that the exact ball ``end`` names, rounded outward past 2^+-EXTREME."""
    mantissa, exponent = (int(q) for q in end.mid().man_exp())
    size = mantissa.bit_length() + exponent
    if mantissa and abs(size) > EXTREME:
        # exp(-10^6) would cost a million digits; its sign and a bound are enough.
        toward_zero = (mantissa < 0) == up
        bound = Fraction(2) ** (EXTREME if size > 0 else -EXTREME)
        if size > 0:
            return (bound if mantissa > 0 else -bound) if toward_zero else None
        return Fraction(0) if toward_zero else (bound if mantissa > 0 else -bound)
    return Fraction(mantissa) * Fraction(2) ** exponent


def _rounded(i: Interval) -> Interval:
    """Return the interval with long fractions rounded outward to about 64 bits."""
    return Interval(_short(i.lo, up=False), _short(i.hi, up=True), i.lo_open, i.hi_open)


def _short(x: Fraction | None, *, up: bool) -> Fraction | None:
    if x is None:
        return None
    top, bottom = x.numerator, x.denominator
    if top.bit_length() <= 2 * BITS >= bottom.bit_length():
        return x
    shift = BITS - (top.bit_length() - bottom.bit_length())
    top, bottom = (top << shift, bottom) if shift >= 0 else (top, bottom << -shift)
    whole = -(-top // bottom) if up else top // bottom
    return Fraction(whole, 1 << shift) if shift >= 0 else Fraction(whole << -shift)


def is_defined(e: Expr, known: Callable[[Expr], Interval]) -> bool:
    """Return whether e is certain to have a value where its children have those enclosures."""
    if isinstance(e, Apply):
        fits = all(known(a).within(domain_of(e.atom, k)) for k, a in enumerate(e.args))
        inside = [known(a) for a in e.args]
        # A card that says nothing of these arguments may have poles there (tan).
        spoken = e.atom.arity == 0 or any(
            f.name != "range_in" and applies(f, e.args, inside) for f in e.atom.facts
        )
        return fits and spoken and all(is_structured(e.args[0], word) for word in e.atom.needs)
    if isinstance(e, Contract):
        return all(has_domain(known(f), p) for f, _, p in e.factors)
    return True


def has_domain(base: Interval, p: Fraction) -> bool:
    """Return whether x^p is defined for all x in the base."""
    even_root = p.denominator % 2 == 0
    return not (p < 0 and base.has(0)) and not (even_root and not base.within(NONNEGATIVE))
